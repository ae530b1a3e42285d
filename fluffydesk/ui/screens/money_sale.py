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
    sell_item,
    sell_milk,
    sell_wool,
)
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.money import line_total, pence
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import FarmProduct, SaleUnit
from fluffydesk.records.farm import EggStorage, MilkStorage, MilkStorageLog, WoolStorage
from fluffydesk.records.farm_resources import FarmProductSale, InventoryTransaction
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.texts import money_text
from fluffydesk.ui.forms import FieldRow, FormDialog, Layout, RecordForm
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Words
from fluffydesk.ui.record_form import default_of
from fluffydesk.ui.screens.money_animals import ALL, WEIGHT, AnimalsChosen
from fluffydesk.work import Work

LAYOUT: Layout = (
    "product",
    "quantity",
    "unit",
    "unit_price",
    "customer",
    "sold_on",
    "tax_percent",
    "invoice_number",
    "due_on",
    "paid_on",
    "paid_by",
    "override_reason",
    "notes",
)
_EGGS = (FarmProduct.EGGS, FarmProduct.HATCHING_EGGS)
_ELSEWHERE = (*_EGGS, FarmProduct.MILK, FarmProduct.WOOL, FarmProduct.LIVE_ANIMALS)
_SHELVED = tuple(one for one in FarmProduct if one not in _ELSEWHERE)
"""What may come from the shelves of the stores, or stand in no store."""
_EXTRA = {
    "store": (EggStorage, _EGGS),
    "grade": (EggStorage, _EGGS),
    "size": (EggStorage, _EGGS),
    "tank_id": (MilkStorageLog, (FarmProduct.MILK,)),
    "ticket_number": (MilkStorageLog, (FarmProduct.MILK,)),
    "lot": (WoolStorage, (FarmProduct.WOOL,)),
    "item_id": (InventoryTransaction, _SHELVED),
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
_DEAL = ("product", "quantity", "unit", "unit_price", "sold_on", "customer")


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
        self.sales: tuple[UUID, ...] = ()
        """What was written: a sale for each animal, else one."""
        self.extra: dict[str, FieldRow] = {}
        self.total = Words("", Type.HEADING)
        self.total.setAccessibleName("Total")
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        self.animals = AnimalsChosen(work)
        self.animals.changed.connect(self._way)
        at = column.indexOf(self.rows["product"]) + 1
        for number, (name, (record, _)) in enumerate(_EXTRA.items()):
            line = FieldRow(editor_for(record.__table__.columns[name], work))
            line.editor.set_value(default_of(line.editor.column))
            line.editor.changed.connect(self.touched)
            self.extra[name] = line
            column.insertWidget(at + number, line)
        column.insertWidget(at, self.animals)
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
        self._from |= {"animals": self.animals.ids, "way": self.animals.way}
        if self._by_head():
            self.rows["quantity"].editor.set_value(Decimal(len(self.animals.ids) or 1))
        super().save()

    def show_refusal(self, refusal: Refusal) -> None:
        if refusal.field == "animals":
            self.animals.say(str(refusal))
            self.animals.scan.setFocus()
            return
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
        self.animals.setVisible(product is FarmProduct.LIVE_ANIMALS)
        for name in ("quantity", "unit"):
            self.rows[name].setVisible(not self._by_head())

    def _by_head(self) -> bool:
        """Whether the animals on the list are the quantity."""
        live = self.rows["product"].editor.value() is FarmProduct.LIVE_ANIMALS
        return live and self.animals.way != WEIGHT

    def _way(self) -> None:
        weighed = self.animals.way == WEIGHT
        together = self.animals.way == ALL
        self.rows["unit_price"].note("For all of them together" if together else "")
        self.rows["unit"].editor.set_value(SaleUnit.KILOGRAM if weighed else SaleUnit.HEAD)
        self._show_parts()
        self._reckon()
        self.touched.emit()

    def _reckon(self) -> None:
        try:
            quantity = self.rows["quantity"].editor.value()
            price = self.rows["unit_price"].editor.value()
        except InvalidValue:
            quantity = price = None
        head = len(self.animals.ids)
        if self._by_head():
            quantity = Decimal(head)
        known = isinstance(quantity, Decimal) and isinstance(price, Decimal)
        text = f"Total {money_text(line_total(quantity, price))}" if known else ""
        if known and self._by_head():
            together = self.animals.way == ALL
            each = pence(price / head) if together and head else price
            whole = price if together else line_total(quantity, price)
            text = f"{head} head · {money_text(each)} each · total {money_text(whole)}"
        self.total.setText(text)

    def _prefill(self, usual: Usual) -> None:
        for name, value in {**usual.eggs, "tank_id": usual.tank}.items():
            editor = self.extra[name].editor
            if value is not None and (editor.is_empty() or name in ("grade", "size")):
                editor.set_value(value)

    def _write(
        self, mirror: Mirror, _: UUID | None, values: dict[str, Any]
    ) -> tuple[UUID, Changes]:
        self.sales, changes = write_sale(mirror, values, self._from)
        return self.sales[0], changes


def write_sale(
    mirror: Mirror, values: dict[str, Any], source: dict[str, Any]
) -> tuple[tuple[UUID, ...], Changes]:
    """Write a sale from what a form holds; `source` says from which store, or which animals.

    Returns the sales, one for each animal that is sold.
    """
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
    if deal.product is FarmProduct.LIVE_ANIMALS:
        return _sell_live(mirror, deal, source)
    sale, changes = _sell_goods(mirror, deal, source)
    return (sale,), changes


def _sell_goods(mirror: Mirror, deal: Deal, source: dict[str, Any]) -> tuple[UUID, Changes]:
    if deal.product in _EGGS:
        store = _needed(source, "store", "The store is missing.", "Enter the room.")
        return sell_eggs(mirror, deal, store, source["grade"], source["size"])
    if deal.product is FarmProduct.MILK:
        tank = _needed(source, "tank_id", "The tank is missing.", "Choose one.")
        return sell_milk(mirror, deal, tank, ticket_number=source.get("ticket_number"))
    if deal.product is FarmProduct.WOOL:
        lot = _needed(source, "lot", "The lot is missing.", "Enter what is on the bale.")
        return sell_wool(mirror, deal, lot)
    if source.get("item_id") is not None:
        return sell_item(mirror, deal, source["item_id"])
    return sell(mirror, deal)


def _sell_live(
    mirror: Mirror, deal: Deal, source: dict[str, Any]
) -> tuple[tuple[UUID, ...], Changes]:
    animals = source.get("animals") or []
    if not animals:
        raise InvalidValue("No animal is chosen.", "Scan or type its tag.", field="animals")
    together = deal.unit_price if source.get("way") == ALL else None
    if together is not None and together != pence(together):
        raise InvalidValue("A price has two decimals.", "Enter it anew.", field="unit_price")
    sales, changes = sell_animals(mirror, deal, animals, total=together)
    return tuple(sales), changes


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
