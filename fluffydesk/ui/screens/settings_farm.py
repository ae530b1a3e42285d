"""The organization's part of the settings: its place, units, conventions and own fields."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlalchemy import Row

from fluffydesk.actions.conventions import choose
from fluffydesk.actions.own_fields import definitions
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.whose import Whose
from fluffydesk.records.access import FARMS
from fluffydesk.records.catalog import may
from fluffydesk.records.enums.reviews import CustomFieldSubject
from fluffydesk.records.organizations import Organization
from fluffydesk.records.reviews import CustomFieldDefinition
from fluffydesk.ui.fields.texts import words
from fluffydesk.ui.forms import Layout, RecordForm, open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Button, Words, dismiss, row
from fluffydesk.ui.permits import Permit
from fluffydesk.work import Work

WIDTH = 720
_PLACE: Layout = (
    ("Place", ("time_zone", "currency")),
    ("Units", ("mass_unit", "volume_unit", "temperature_unit")),
)
_FIGURES: Layout = (
    (
        "Figures",
        ("calving_day", "feed_conversion_basis", "lambing_basis", "episode_gap_days", "is_organic"),
    ),
)


def keeps_animals(whose: Whose) -> bool:
    """Say whether the organization is of a kind that farms."""
    return whose.organization_type in FARMS


class ConventionsCard(Card):
    """How everybody in the organization reads and reckons; owners and managers change it."""

    told = Signal(str)

    def __init__(self, work: Work) -> None:
        super().__init__("Units and conventions")
        self.work = work
        self.add(
            Words(
                "For everybody in the organization, on every PC. They change what is shown and "
                "reckoned, never what was written down.",
                role="muted",
                wrap=True,
            )
        )
        layout = _PLACE + (_FIGURES if keeps_animals(work.whose) else ())
        self.form = RecordForm(work, Organization, layout, saver=_choose)
        self.save = Button("Save", self.form.save, kind="primary")
        self.save.setAccessibleName("Save units and conventions")
        self.save.setEnabled(False)
        fields = row(self.form, None)
        fields.setStretch(0, 50)
        self.add(fields)
        self.add(row(self.save, None))
        self.form.touched.connect(self._touched)
        self.form.saved.connect(self._saved)
        work.whose_changed.connect(self.reload)

    def reload(self) -> None:
        """Read the organization; what is typed and not saved stays."""
        organization = self.work.whose.organization_id
        self.save.setVisible(may(Organization, "change", self.work.whose.role))
        if organization is not None:
            self.form.edit(organization)

    def _touched(self) -> None:
        self.save.setEnabled(True)

    def _saved(self, _: UUID) -> None:
        self.save.setEnabled(False)
        self.work.announce(Changes())  # the clock and the currency follow
        self.told.emit("Units and conventions are kept.")


class OwnFieldsCard(Card):
    """What the farm keeps of its animals and flocks beyond the usual; each opens its form."""

    def __init__(self, work: Work) -> None:
        super().__init__("Own fields")
        self.work = work
        self.add(
            Words(
                "Facts of your own on every animal's or flock's card. A field that goes from "
                "here leaves what was entered in it.",
                role="muted",
                wrap=True,
            )
        )
        self.lines = QVBoxLayout()
        self.lines.setSpacing(measures.TIGHT)
        self.add(self.lines)
        self.new = Button("Add a field", self._add, icon_role="add")
        Permit(self.new, work, CustomFieldDefinition)
        self.add(row(self.new, None))

    def reload(self) -> None:
        """Read what is defined."""
        self.work.on_mirror(_read, self._show, latest=True)

    def _show(self, found: list[Row[Any]]) -> None:
        while (item := self.lines.takeAt(0)) is not None:
            part = item.widget()
            if part is not None:
                dismiss(part)
        if not found:
            self.lines.addWidget(Words("None yet: such as Horn scar, or Height in cm.", wrap=True))
        for one in found:
            unit = f" in {one.unit}" if one.unit else ""
            text = f"{one.name} · {words(one.subject)} · {words(one.kind).lower()}{unit}"
            edit = Button("Edit", partial(self._edit, one.id), kind="link")
            edit.setAccessibleName(f"Edit {one.name}")
            line = QWidget()
            inside = row(Words(text, wrap=True), edit)
            inside.setStretch(0, 1)
            line.setLayout(inside)
            self.lines.addWidget(line)

    def _add(self) -> None:
        open_form(self, self.work, CustomFieldDefinition)

    def _edit(self, row_id: UUID) -> None:
        open_form(self, self.work, CustomFieldDefinition, row_id)


def _choose(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
    assert row_id is not None
    return choose(mirror, row_id, values)


def _read(mirror: Mirror) -> list[Row[Any]]:
    with mirror.read() as connection:
        return [one for subject in CustomFieldSubject for one in definitions(connection, subject)]
