"""The form that registers a patient: the pet and who brings it, kept together or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.actions.patients import register_patient
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.forms import FieldRow, FormDialog, Layout, RecordForm
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Segments, Words, hair_line
from fluffydesk.work import Work

PET: Layout = (
    "name",
    "species",
    "breed",
    "sex",
    "birth_date",
    "microchip",
    "colour",
    "weight_kg",
    "alerts",
    "notes",
)
CLIENT: Layout = ("full_name", "phone", "email", "address")


class RegisterForm(RecordForm):
    """A pet's form with a client below: a known one, or a new one."""

    def __init__(self, work: Work, *, client_first: bool = False) -> None:
        """`client_first` is the order of a telephone call: who is it, and about which pet."""
        super().__init__(work, Pet, (("Pet", tuple(str(name) for name in PET)),), saver=self._write)
        self._client: dict[str, Any] | None = None
        self._client_id: UUID | None = None
        self.which = Segments("Client", [("New client", "new"), ("Known client", "known")])
        self.client = RecordForm(work, ClinicClient, CLIENT)
        self.client.layout().setContentsMargins(0, 0, 0, 0)  # type: ignore[union-attr]
        self.known = FieldRow(editor_for(ClinicPatient.__table__.columns["client_id"], work))
        self.known.hide()
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        at = 0 if client_first else column.indexOf(self.trouble)
        parts = [Words("Client", Type.HEADING), self.which, self.client, self.known]
        line = hair_line()
        for part in [*parts, line] if client_first else [line, *parts]:
            column.insertWidget(at, part)
            at += 1
        self.which.chosen.connect(self._which)
        self.client.touched.connect(self.touched)
        self.client.new()

    @property
    def changed(self) -> bool:
        return bool(self._touched) or self.client.changed

    def client_by_tab(self) -> None:
        """Let Tab go from the client to the pet, as the eye does, and not to Cancel and Save."""
        first = [self.which, self.client, self.known, *self.rows.values()]
        for before, after in pairwise(stop for part in first for stop in _stops(part)):
            QWidget.setTabOrder(before, after)

    def choose_client(self, client_id: UUID) -> None:
        """Begin with a known client."""
        self.which.set_value("known")
        self.known.editor.set_value(client_id)

    def save(self) -> None:
        """Check the client's part first, then save all of it."""
        if self.saving:
            return
        self._client, self._client_id = None, None
        try:
            if self.which.value() == "known":
                self._client_id = self.known.editor.value()
            else:
                values = {name: value for name, value in self.client.values().items() if value}
                self._client = values or None
        except InvalidValue as problem:
            self.client.show_refusal(problem)
            return
        super().save()

    def show_refusal(self, refusal: Refusal) -> None:
        if refusal.field in self.client.rows and refusal.field not in self.rows:
            self.client.show_refusal(refusal)
        else:
            super().show_refusal(refusal)

    def _which(self, which: object) -> None:
        self.client.setVisible(which == "new")
        self.known.setVisible(which == "known")

    def _write(self, mirror: Mirror, _: UUID | None, values: dict[str, Any]) -> Changes:
        return register_patient(mirror, values, client=self._client, client_id=self._client_id)


def _stops(part: QWidget) -> list[QWidget]:
    """Return where Tab stops within a part, in the order in which they were made."""
    within = part.findChildren(QWidget)
    return [
        one
        for one in within
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.window() is part.window()
    ]


def open_registering(
    parent: QWidget,
    work: Work,
    *,
    client_id: UUID | None = None,
    values: Mapping[str, Any] | None = None,
    client_first: bool = False,
) -> FormDialog:
    """Open the form that registers a patient, of a known client if one is given."""
    form = RegisterForm(work, client_first=client_first)
    dialog = FormDialog(form, "Register a patient", parent)
    form.new(values)
    if client_id is not None:
        form.choose_client(client_id)
    if client_first:
        form.client_by_tab()
    dialog.open()
    if client_first and client_id is None:
        form.client.editor("full_name").begin()
    return dialog
