"""The form of a visit to a farm: the visit, what is given animal after animal, and the charges."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.actions import farm_visits
from fluffydesk.actions.farm_visits import Charges, who_got
from fluffydesk.actions.rules.doubts import nothing_withheld
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import FarmVisit, FarmVisitTreatment
from fluffydesk.records.payments import InvoiceItem
from fluffydesk.records.types import new_id
from fluffydesk.ui import memory
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.texts import number_text, words
from fluffydesk.ui.forms import FieldRow, FormDialog, Layout, RecordForm
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, Words, dismiss, hair_line, row
from fluffydesk.ui.screens.reading.farm_visits import Drug, read_drug
from fluffydesk.work import Work

VISIT: Layout = (
    "client_id",
    "visited_at",
    "veterinarian_id",
    "reason",
    "findings",
    "advice",
    "distance_km",
)
TREATMENT: Layout = (
    ("Who", ("animal_tag", "group_name", "head_count", "reason")),
    (
        "What",
        (
            "item_id",
            "product",
            "lot",
            "dose",
            "dose_unit",
            "route",
            "doses",
            "hours_between",
            "substance",
            "is_antimicrobial",
        ),
    ),
    ("Withheld, by the label", ("milk_hours", "meat_hours", "egg_hours", "notes")),
)
_PER_KM = "farm-visits/per-km"


class TreatmentForm(RecordForm):
    """What one animal or group got; a drug is filled in as it was given last.

    `free` are drugs of which it was said already that nothing is withheld after them.
    """

    def __init__(self, work: Work, saver: Any, free: Collection[str] = ()) -> None:
        super().__init__(work, FarmVisitTreatment, TREATMENT, saver=saver)
        self._free = free
        self._drug: UUID | None = None
        self.editor("item_id").changed.connect(self._ask)
        if "product" in self.rows:
            self.rows["product"].note("Empty: as the store calls it")

    def save(self) -> None:
        """A drug of the store has its name from there."""
        self._name()
        super().save()

    def _job(self, values: dict[str, Any], sure: bool) -> Callable[[Mirror], tuple[UUID, Changes]]:
        keep = super()._job(values, sure)

        def ask_or_keep(mirror: Mirror) -> tuple[UUID, Changes]:
            doubt = nothing_withheld(values)
            if doubt is not None and not sure and values.get("product") not in self._free:
                raise doubt
            return keep(mirror)

        return ask_or_keep

    def _name(self) -> None:
        if self._drug is not None and not self.editor("product").value():
            self.editor("product").set_value(self._named)

    def _ask(self) -> None:
        try:
            item_id = self.editor("item_id").value()
        except InvalidValue:
            return
        if item_id is None:
            self._drug = None
            self.rows["item_id"].note("")
        elif item_id != self._drug:
            self._drug = item_id
            self._named = ""
            self.work.on_mirror(lambda mirror: read_drug(mirror, item_id), self._told, latest=True)

    def _told(self, drug: Drug | None) -> None:
        if drug is None or drug.id != self._drug:
            return
        self._named = drug.name
        self.rows["item_id"].note(drug.lots)
        if not self.editor("product").value():
            self.editor("product").set_value(drug.name)
        for name, value in drug.last.items():
            if name not in self._touched:
                self.editor(name).set_value(value)


class FarmVisitForm(RecordForm):
    """A visit and its treatments, kept together or not at all."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, FarmVisit, (("Visit", tuple(map(str, VISIT))),), saver=self._write)
        self.given: list[dict[str, Any]] = []
        self._charges = Charges()
        price = InvoiceItem.__table__.columns["unit_price"]
        self.per_km = FieldRow(editor_for(price, work))
        self.per_km.rename("Price per km")
        known = memory.recall(_PER_KM)
        self.per_km.editor.set_value(Decimal(str(known)) if known else None)
        self.lines = QVBoxLayout()
        self.lines.setSpacing(measures.TIGHT)
        self.none = Words("Nothing given yet.", role="muted")
        self.lines.addWidget(self.none)
        self.more = Button("Add a treatment  (Ctrl+T)", self.treat, icon_role="add")
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        at = column.indexOf(self.trouble)
        column.insertWidget(at, self.per_km)
        column.insertWidget(at + 1, hair_line())
        column.insertWidget(at + 2, Words("Given", Type.HEADING))
        column.insertLayout(at + 3, self.lines)
        column.insertLayout(at + 4, row(self.more, None))
        QShortcut(QKeySequence("Ctrl+T"), self).activated.connect(self.treat)

    @property
    def changed(self) -> bool:
        return bool(self._touched) or bool(self.given)

    def treat(self) -> FormDialog:
        """Open the form of one treatment; who got it is typed anew, the reason stays."""
        free = {one["product"] for one in self.given if nothing_withheld(one) is not None}
        form = TreatmentForm(self.work, self._collect, free)
        dialog = FormDialog(form, "Treatment", self)
        last = self.given[-1] if self.given else {}
        names = ("reason", "item_id", "product", "dose", "dose_unit", "route", "doses")
        more = ("hours_between", "milk_hours", "meat_hours", "egg_hours")
        form.new({name: last[name] for name in (*names, *more) if last.get(name) is not None})
        form.saved.connect(self._show_given)
        dialog.open()
        return dialog

    def save(self) -> None:
        """Check the charges first, then save all of it."""
        if self.saving:
            return
        try:
            per_km = self.per_km.editor.value() or Decimal(0)
        except InvalidValue as problem:
            self.per_km.say(str(problem))
            self.per_km.editor.setFocus()
            return
        self._charges = Charges(per_km=per_km)
        memory.remember(_PER_KM, str(per_km) if per_km else "")
        super().save()

    def _collect(
        self, mirror: Mirror, _: UUID | None, values: dict[str, Any]
    ) -> tuple[UUID, Changes]:
        """Keep a treatment until the visit is saved with it."""
        if bool(values.get("animal_tag")) == bool(values.get("group_name")):
            raise InvalidValue(
                "Say which animal got it, or which group.",
                "Give the number on its ear, or the group: not both.",
                field="animal_tag",
            )
        self.given.append(dict(values))
        return new_id(), Changes({})

    def _write(
        self, mirror: Mirror, _: UUID | None, values: dict[str, Any]
    ) -> tuple[UUID, Changes]:
        return farm_visits.record_visit(mirror, values, self.given, self._charges)

    def _show_given(self, _: object = None) -> None:
        while (item := self.lines.takeAt(0)) is not None:
            part = item.widget()
            if part is not None and part is not self.none:
                dismiss(part)
        self.none.setVisible(not self.given)
        for number, one in enumerate(self.given):
            text = Words(_told(one), wrap=True)
            drop = Button("Remove", partial(self._drop, number), kind="link")
            drop.setAccessibleName(f"Remove {_told(one)}")
            line = QWidget()
            inside = row(text, drop)
            inside.setStretch(0, 1)
            line.setLayout(inside)
            self.lines.addWidget(line)
        if not self.given:
            self.lines.addWidget(self.none)
        self.touched.emit()

    def _drop(self, number: int) -> None:
        del self.given[number]
        self._show_given()


class _Told:
    """A treatment as it is told before it is kept."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.animal_tag = values.get("animal_tag")
        self.group_name = values.get("group_name")
        self.head_count = values.get("head_count")


def _told(values: Mapping[str, Any]) -> str:
    dose = f"{number_text(values['dose'])} {words(values['dose_unit'])}"
    return f"{who_got(_Told(values))}: {values['product']}, {dose}, {values['reason']}"


def open_visit_form(
    parent: QWidget, work: Work, values: Mapping[str, Any] | None = None
) -> FormDialog:
    """Open the form of a new visit to a farm; returns at once."""
    form = FarmVisitForm(work)
    dialog = FormDialog(form, "New farm visit", parent)
    form.new(values)
    dialog.open()
    return dialog
