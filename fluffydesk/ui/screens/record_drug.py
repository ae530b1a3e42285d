"""Prescribing: a dose by weight, how much is handed out, and the label while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout
from sqlalchemy import select

from fluffydesk.actions.findings.finding import listed
from fluffydesk.actions.prescriptions import good_lots, planned_lots, prescribe
from fluffydesk.actions.rules.stores import amount, expiry
from fluffydesk.actions.rules.taken import Part
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.doses import Dose, dose_in, doses_in, strength_in, to_hand_out
from fluffydesk.figures.health import drawn
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import Prescription
from fluffydesk.records.enums.farm_resources import StockUnit
from fluffydesk.records.enums.medical import DoseUnit
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.types import today
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.texts import number_text, quantity_text, words
from fluffydesk.ui.forms import FieldRow, RecordForm, default_of
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Words, restyle, row
from fluffydesk.ui.screens.record_print import LabelView
from fluffydesk.ui.screens.reporting.labels import Label
from fluffydesk.ui.screens.reporting.records_labels import label_from
from fluffydesk.work import Work

_LINES: tuple[tuple[str, ...], ...] = (
    ("item_id", "product"),
    ("weight_kg", "dose_per_kg"),
    ("dose", "dose_unit", "route"),
    ("hours_between", "days", "quantity"),
    ("instructions",),
    ("lot", "prescribed_on"),
    ("repeats", "valid_until"),
)
_BY_WEIGHT = frozenset({"weight_kg", "dose_per_kg", "product"})
_BY_TIMES = _BY_WEIGHT | {"dose", "dose_unit", "hours_between", "days"}
_AS_LAST = ("dose_per_kg", "route", "hours_between", "days", "instructions")
_HIGH = 56
_FAR = 25
"""%: what can be given is so far from what the weight asks for that nobody may overlook it."""
_DRUGS = Prescription.__table__


class Drug(NamedTuple):
    """A drug in store: the lot to use first, and how it was prescribed last."""

    item: UUID
    name: str
    unit: str
    lot: str | None
    last: Mapping[str, Any]


class Shown(NamedTuple):
    """The label as it is going to be, and the lots that are taken where nobody named one."""

    label: Label
    parts: list[Part]


class PrescriptionForm(RecordForm):
    """A prescription of one pet. What the weight asks for is reckoned, told, and can be changed."""

    def __init__(self, work: Work, warning: str = "") -> None:
        self._stock = ""
        self._drug: UUID | None = None
        self.told = Words("", role="muted", wrap=True)
        self.view = LabelView()
        super().__init__(work, Prescription)
        self.allergies = Banner(warning, "warning")
        lines = self.layout()
        assert isinstance(lines, QVBoxLayout)
        lines.insertWidget(0, self.allergies)

    def new(self, values: Mapping[str, Any] | None = None) -> None:
        super().new(values)
        self._show_label()

    def _place(self, column: QVBoxLayout, layout: object) -> None:
        for names in _LINES:
            line: QHBoxLayout = row(spacing=measures.CARD)
            for name in names:
                editor = editor_for(_DRUGS.c[name], self.work)
                made = FieldRow(editor)
                editor.changed.connect(partial(self._touch, name))
                self.rows[name] = made
                line.addWidget(made, 1, Qt.AlignmentFlag.AlignTop)
            column.addLayout(line)
            if "dose" in names:
                column.addWidget(self.told)
            if "instructions" in names:
                column.addWidget(Words("The label", Type.STRONG))
                column.addWidget(self.view)
        box = self.rows["instructions"].editor.field
        box.setFixedHeight(_HIGH)
        self.rows["dose_per_kg"].rename("Dose per kg, mg")

    def _touch(self, name: str) -> None:
        super()._touch(name)
        if name == "item_id":
            self._ask_drug()
        if name in _BY_WEIGHT or name == "dose_unit":
            self._reckon_dose()
        elif name == "dose":
            self._compare_dose()
        if name in _BY_TIMES:
            self._reckon_quantity()
        self._show_label()

    def _read(self, name: str) -> Any:
        editor = self.rows[name].editor
        try:
            return editor.value()
        except InvalidValue:
            return None

    def _ask_drug(self) -> None:
        item = self._read("item_id")
        if item is not None and item != self._drug:
            self.work.on_mirror(partial(_read_drug, item=item), self._fill, latest=True)

    def _fill(self, drug: Drug) -> None:
        self._drug, self._stock = drug.item, drug.unit
        self.rows["product"].editor.set_value(drug.name)
        self.rows["lot"].editor.set_value(drug.lot)
        self.rows["lot"].note(
            "The one to use first." if drug.lot else "No lot is left that may be used."
        )
        for name in _AS_LAST:
            if name not in self._touched:
                found = drug.last.get(name, default_of(_DRUGS.c[name]))
                self.rows[name].editor.set_value(found)
        if drug.last and strength_in(drug.name) is None:
            self.rows["dose_unit"].editor.set_value(drug.last["dose_unit"])
        self._reckon_dose()
        self._reckon_quantity()
        self._show_label()

    def _reckon_dose(self) -> None:
        """Fill in what the weight asks for; in the unit that was chosen, where one was."""
        dose = self._asked_for()
        if dose is None:
            return
        self.rows["dose"].editor.set_value(dose.given)
        self.rows["dose_unit"].editor.set_value(DoseUnit(dose.unit))
        self._tell(dose, "rounded to")

    def _compare_dose(self) -> None:
        """Say how far a dose that was typed is from what the weight asks for."""
        dose, typed = self._asked_for(), self._read("dose")
        if dose is not None and typed is not None:
            self._tell(Dose(dose.exact, typed, dose.unit), "typed is")

    def _asked_for(self) -> Dose | None:
        """Return what the weight asks for; None where that is not known, which is told."""
        kg, per_kg = self._read("weight_kg"), self._read("dose_per_kg")
        if kg is None or per_kg is None:
            self.told.setText("")
            return None
        chosen: DoseUnit | None = self._read("dose_unit") if "dose_unit" in self._touched else None
        dose = dose_in(per_kg, kg, strength_in(self._read("product") or ""), chosen)
        if dose is None:
            mg = number_text((per_kg * kg).quantize(Decimal("0.001")).normalize())
            self.told.setText(
                f"The weight asks for {mg} mg. The drug's name does not say what that is in "
                f"{words(chosen or DoseUnit.MILLIGRAM)}: reckon it, and type the dose."
            )
            restyle(self.told, "role", "danger")
        if dose is None and "dose" not in self._touched:
            self.rows["dose"].editor.set_value(None)
        return dose

    def _tell(self, dose: Dose, how: str) -> None:
        kg, per_kg = self._read("weight_kg"), self._read("dose_per_kg")
        self.told.setText(told(kg, per_kg, dose, how))
        restyle(self.told, "role", "danger" if abs(dose.percent) > _FAR else "muted")

    def _reckon_quantity(self) -> None:
        dose, unit = self._read("dose"), self._read("dose_unit")
        if dose is None or unit is None or "quantity" in self._touched:
            return
        by_pack = self._stock == StockUnit.COUNT and drawn(dose, unit, self._stock, 1, 1) is None
        doses = doses_in(self._read("hours_between"), self._read("days"))
        handed = Decimal(1) if by_pack else to_hand_out(dose, unit, doses)
        self.rows["quantity"].editor.set_value(handed)
        self.rows["quantity"].note("Packs, as the store counts them." if by_pack else "")

    def _show_label(self) -> None:
        values: dict[str, Any] = dict.fromkeys(_DRUGS.c.keys()) | self._given
        values |= {name: self._read(name) for name in self.rows}
        if not values["product"] or values["dose"] is None or values["dose_unit"] is None:
            self.view.show_label(Label("", (("plain", "Choose the drug and its dose."),)))
            return
        values["prescribed_on"] = values["prescribed_on"] or today()
        if not self._chose_lot():
            values["lot"] = values["lot_expires_on"] = None
        self.work.on_mirror(partial(_label, values=values), self._labelled, latest=True)

    def _labelled(self, shown: Shown) -> None:
        self.view.show_label(shown.label)
        lots = [f"{part.lot or 'without a lot'} ({amount(part.quantity)})" for part in shown.parts]
        if lots and not self._chose_lot():
            self.rows["lot"].editor.set_value(shown.parts[0].lot)
            several = f"Of {listed(lots)}: no one lot holds all of it."
            self.rows["lot"].note(several if len(lots) > 1 else "The one to use first.")

    def _chose_lot(self) -> bool:
        """Say whether a person named the lot; else it is the first to expire, or several."""
        return "lot" in self._touched or bool(self._given.get("lot"))

    def _job(self, values: dict[str, Any], sure: bool) -> Callable[[Mirror], tuple[UUID, Changes]]:
        given = values if self._chose_lot() else {**values, "lot": None}
        return lambda mirror: prescribe(mirror, given, sure=sure)


def told(kg: Decimal, per_kg: Decimal, dose: Dose, how: str = "rounded to") -> str:
    """Return how a dose was reckoned, and rounded or typed, in a sentence."""
    exact = number_text(dose.exact.quantize(Decimal("0.001")).normalize())
    given = number_text(dose.given.normalize())
    said = f"{number_text(per_kg.normalize())} mg/kg × {quantity_text(kg, 'kg', 2)}"
    said += f" = {exact} {dose.unit}"
    if dose.exact == dose.given:
        return f"{said}."
    off = f"{abs(dose.percent)} % {'more' if dose.percent > 0 else 'less'}"
    return f"{said}, {how} {given} {dose.unit}" + (f": {off}." if dose.percent else ".")


def _label(mirror: Mirror, values: dict[str, Any]) -> Shown:
    parts: list[Part] = []
    with mirror.read() as connection:
        if values["item_id"] is not None and not values["lot"]:
            try:
                parts = planned_lots(connection, values)
            except InvalidValue:  # saving it says so
                parts = []
        if parts:
            values = {**values, "lot": parts[0].lot}
            if parts[0].lot:
                values["lot_expires_on"] = expiry(connection, values["item_id"], parts[0].lot)
        row = SimpleNamespace(**values)
        return Shown(label_from(connection, row, [part.lot for part in parts]), parts)


def _read_drug(mirror: Mirror, item: UUID) -> Drug:
    with mirror.read() as connection:
        there = FarmInventory.__table__
        found = connection.execute(select(there).where(there.c.id == item)).one()
        good = good_lots(connection, item, today())
        query = select(_DRUGS).where(_DRUGS.c.item_id == item)
        order = (_DRUGS.c.prescribed_on.desc(), _DRUGS.c.id.desc())
        last = connection.execute(query.order_by(*order).limit(1)).first()
        lot = good[0].name if good else None
        return Drug(item, found.name, found.unit, lot, dict(last._mapping) if last else {})
