"""The form of a sale: what it takes from which store, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlalchemy import select

from fluffydesk.actions.sales import (
    Deal,
    sell,
    sell_animals,
    sell_eggs,
    sell_milk,
    sell_wool,
)
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.money import line_total
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import FarmProduct, SaleUnit
from fluffydesk.records.farm import EggStorage, MilkStorage, MilkStorageLog, WoolStorage
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.texts import money_text
from fluffydesk.ui.forms import FieldRow, FormDialog, Layout, RecordForm
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Words
from fluffydesk.ui.record_form import default_of
from fluffydesk.work import Work

LAYOUT: Layout = (
    "product",
    "animal_id",
    "quantity",
    "unit",
    "unit_price",
    "customer",
    "sold_on",
    "tax_percent",
    "invoice_number",
    "due_on",
    "paid_on",
    "override_reason",
    "notes",
)
_EGGS = (FarmProduct.EGGS, FarmProduct.HATCHING_EGGS)
_EXTRA = {
    "store": (EggStorage, _EGGS),
    "grade": (EggStorage, _EGGS),
    "size": (EggStorage, _EGGS),
    "tank_id": (MilkStorageLog, (FarmProduct.MILK,)),
    "ticket_number": (MilkStorageLog, (FarmProduct.MILK,)),
    "lot": (WoolStorage, (FarmProduct.WOOL,)),
}
_UNITS = {
    FarmProduct.EGGS: SaleUnit.DOZEN,
    FarmProduct.HATCHING_EGGS: SaleUnit.EGG,
    FarmProduct.MILK: SaleUnit.LITRE,
    FarmProduct.LIVE_ANIMALS: SaleUnit.HEAD,
}
_SHOWN_AT = {
    "eggs": "quantity",
    "litres": "quantity",
    "quantity_kg": "quantity",
    "moved_on": "sold_on",
    "left_on": "sold_on",
    "went_to": "customer",
    "collected_on": "quantity",
}
_DEAL = ("product", "quantity", "unit", "unit_price", "sold_on", "customer", "animal_id")


@dataclass(frozen=True)
class Usual:
    """What was sold from last: an egg room with its kind of eggs, a tank."""

    eggs: dict[str, Any]
    tank: UUID | None


class SaleForm(RecordForm):
    """A sale; which store it takes from is asked as the product wants it."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, FarmProductSale, LAYOUT, saver=self._write)
        self._from: dict[str, Any] = {}
        self.extra: dict[str, FieldRow] = {}
        self.total = Words("", Type.HEADING)
        self.total.setAccessibleName("Total")
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        at = column.indexOf(self.rows["animal_id"]) + 1
        for number, (name, (record, _)) in enumerate(_EXTRA.items()):
            line = FieldRow(editor_for(record.__table__.columns[name], work))
            line.editor.set_value(default_of(line.editor.column))
            line.editor.changed.connect(self.touched)
            self.extra[name] = line
            column.insertWidget(at + number, line)
        column.insertWidget(column.indexOf(self.rows["unit_price"]) + 1, self.total)
        self.rows["product"].editor.changed.connect(self._product)
        for name in ("quantity", "unit_price"):
            self.rows[name].editor.changed.connect(self._reckon)
        self._show_parts()
        work.on_mirror(_usual, self._prefill)

    def save(self) -> None:
        """Read where it is taken from first, then write all of it."""
        if self.saving:
            return
        self._from = {}
        for name, line in self.extra.items():
            try:
                self._from[name] = line.editor.value()
            except InvalidValue as problem:
                line.say(str(problem))
                line.editor.setFocus()
                return
        super().save()

    def show_refusal(self, refusal: Refusal) -> None:
        name = _SHOWN_AT.get(refusal.field or "", refusal.field or "")
        line = self.extra.get(name) or self.rows.get(name)
        if line is None or line.isHidden():
            self.trouble.say(str(refusal), "danger")
            return
        line.say(str(refusal))
        line.editor.setFocus()

    def choose(self, product: FarmProduct) -> None:
        """Begin with a product, in the unit it is usually sold by."""
        self.rows["product"].editor.set_value(product)
        self._product()

    def _product(self) -> None:
        product = self.rows["product"].editor.value()
        if product in _UNITS:
            self.rows["unit"].editor.set_value(_UNITS[product])
        self._show_parts()

    def _show_parts(self) -> None:
        product = self.rows["product"].editor.value()
        for name, (_, products) in _EXTRA.items():
            self.extra[name].setVisible(product in products)
        self.rows["animal_id"].setVisible(product is FarmProduct.LIVE_ANIMALS)

    def _reckon(self) -> None:
        try:
            quantity = self.rows["quantity"].editor.value()
            price = self.rows["unit_price"].editor.value()
        except InvalidValue:
            quantity = price = None
        known = isinstance(quantity, Decimal) and isinstance(price, Decimal)
        self.total.setText(f"Total {money_text(line_total(quantity, price))}" if known else "")

    def _prefill(self, usual: Usual) -> None:
        for name, value in {**usual.eggs, "tank_id": usual.tank}.items():
            editor = self.extra[name].editor
            if value is not None and (editor.is_empty() or name in ("grade", "size")):
                editor.set_value(value)

    def _write(
        self, mirror: Mirror, _: UUID | None, values: dict[str, Any]
    ) -> tuple[UUID, Changes]:
        return write_sale(mirror, values, self._from)


def write_sale(
    mirror: Mirror, values: dict[str, Any], source: dict[str, Any]
) -> tuple[UUID, Changes]:
    """Write a sale from what a form holds; `source` says from which store."""
    for name in ("product", "quantity", "unit", "unit_price"):
        if values.get(name) is None:
            raise InvalidValue("This is missing.", "Enter it.", field=name)
    details = {name: value for name, value in values.items() if name not in _DEAL}
    deal = Deal(
        values["product"],
        values["quantity"],
        values["unit"],
        values["unit_price"],
        values["sold_on"],
        values.get("customer"),
        details,
    )
    if deal.product in _EGGS:
        store = _needed(source, "store", "The store is missing.", "Enter the room.")
        return sell_eggs(mirror, deal, store, source["grade"], source["size"])
    if deal.product is FarmProduct.MILK:
        tank = _needed(source, "tank_id", "The tank is missing.", "Choose one.")
        return sell_milk(mirror, deal, tank, ticket_number=source.get("ticket_number"))
    if deal.product is FarmProduct.WOOL:
        lot = _needed(source, "lot", "The lot is missing.", "Enter what is on the bale.")
        return sell_wool(mirror, deal, lot)
    if deal.product is FarmProduct.LIVE_ANIMALS:
        animal = values.get("animal_id")
        sales, changes = sell_animals(mirror, deal, [] if animal is None else [animal])
        return sales[0], changes
    return sell(mirror, deal)


def open_sale(parent: QWidget, work: Work, product: FarmProduct = FarmProduct.EGGS) -> FormDialog:
    """Open the form of a new sale."""
    form = SaleForm(work)
    dialog = FormDialog(form, "Sell", parent)
    form.new()
    form.choose(product)
    dialog.open()
    return dialog


def _needed(source: dict[str, Any], name: str, message: str, advice: str) -> Any:
    if not source.get(name):
        raise InvalidValue(message, advice, field=name)
    return source[name]


def _usual(mirror: Mirror) -> Usual:
    eggs, tanks = EggStorage.__table__.c, MilkStorage.__table__.c
    with mirror.read() as connection:
        row = connection.execute(
            select(eggs.store, eggs.grade, eggs.size)
            .order_by(eggs.moved_on.desc(), eggs.id.desc())
            .limit(1)
        ).first()
        tank = connection.execute(select(tanks.id).order_by(tanks.name).limit(1)).scalar()
    return Usual({} if row is None else dict(row._mapping), tank)
