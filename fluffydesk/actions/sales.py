"""What a farm sells: the stock or the animal leaves and the money is written, in one unit of work.

A sale takes from the store it names (rules 11, 13 and 14), and is quantity by price, rounded once
to the cent, in the organization's currency (rule 24). Its income is written with it by those who
keep the books; a sale of others has none, and counts as revenue by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.actions import rules
from fluffydesk.actions.egg_room import take_eggs
from fluffydesk.actions.exits import Exit, bring_back, end
from fluffydesk.actions.rules.animals import HERE
from fluffydesk.actions.saving import change, check, existing, row_with
from fluffydesk.actions.stock import take_first
from fluffydesk.actions.tank import litres_in, take_milk
from fluffydesk.actions.withdrawal import may_leave, zone_of
from fluffydesk.actions.wool import kilograms, take_wool
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.money import line_total, pence, split
from fluffydesk.figures.units import convert
from fluffydesk.figures.withdrawal import Food
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.mirror.whose import whose
from fluffydesk.records.catalog import may
from fluffydesk.records.enums.farm import EggGrade, EggSize, EggUnit, MassUnit, MilkUnit
from fluffydesk.records.enums.farm_resources import FarmProduct, FarmRevenueCategory, SaleUnit
from fluffydesk.records.enums.livestock import FlockStatus
from fluffydesk.records.farm import EggStorage, MilkStorage, MilkStorageLog, WoolStorage
from fluffydesk.records.farm_resources import (
    FarmInventory,
    FarmProductSale,
    FarmRevenue,
    InventoryTransaction,
)
from fluffydesk.records.livestock import Flock, Livestock
from fluffydesk.records.vocabulary import Record

BOOKED: tuple[type[Record], ...] = (
    FarmRevenue,
    EggStorage,
    MilkStorageLog,
    WoolStorage,
    InventoryTransaction,
)
"""The tables whose rows name the sale they come from."""
_CATEGORIES = {
    FarmProduct.MILK: FarmRevenueCategory.MILK,
    FarmProduct.EGGS: FarmRevenueCategory.EGGS,
    FarmProduct.HATCHING_EGGS: FarmRevenueCategory.EGGS,
    FarmProduct.WOOL: FarmRevenueCategory.WOOL,
    FarmProduct.LIVE_ANIMALS: FarmRevenueCategory.LIVESTOCK,
    FarmProduct.CHICKS: FarmRevenueCategory.LIVESTOCK,
    FarmProduct.MEAT: FarmRevenueCategory.MEAT,
    FarmProduct.DAIRY_PRODUCTS: FarmRevenueCategory.PROCESSED_PRODUCTS,
    FarmProduct.CROPS: FarmRevenueCategory.CROPS,
}
HUNDRED = Decimal(100)
_LEAST = Decimal("0.001")
_PIECES = ("count", "head", "egg")


@dataclass(frozen=True)
class Deal:
    """What is sold on a day: how much, in which unit, at what price of one.

    `details` are other columns of the sale: description, tax_percent, invoice_number, due_on,
    paid_on, paid_by, override_reason, notes.
    """

    product: FarmProduct
    quantity: Decimal
    unit: SaleUnit
    unit_price: Decimal
    sold_on: date
    customer: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


def category_of(product: FarmProduct) -> FarmRevenueCategory:
    """Return under which kind of income a product's money counts."""
    return _CATEGORIES.get(product, FarmRevenueCategory.OTHER)


def sell(mirror: Mirror, deal: Deal) -> tuple[UUID, Changes]:
    """Sell what stands in no store (manure, a service, eggs at the gate); returns the sale."""
    books = _Books(mirror)
    with mirror.unit("Sale") as unit:
        sale_id = books.write(unit, deal)
    return sale_id, unit.changes


def sell_eggs(
    mirror: Mirror, deal: Deal, store: str, grade: EggGrade, size: EggSize
) -> tuple[UUID, Changes]:
    """Sell eggs of a store, the oldest first, none past best-before (rules 11, 13 and 14)."""
    eggs = _eggs(deal)
    books, reason = _Books(mirror), deal.details.get("override_reason")
    with mirror.unit("Eggs sold") as unit:
        sale_id = books.write(unit, deal)
        more: dict[str, Any] = {
            "sale_id": sale_id,
            "entered_unit": EggUnit(deal.unit.value),
            "override_reason": reason,
        }
        took = take_eggs(unit, store, grade, size, eggs, deal.sold_on, **more)
        _note_withdrawal(unit, sale_id, EggStorage, took)
    return sale_id, unit.changes


def sell_milk(
    mirror: Mirror, deal: Deal, tank_id: UUID, *, ticket_number: str | None = None
) -> tuple[UUID, Changes]:
    """Sell milk of a tank; such as is under withdrawal only with a reason (rules 11 and 13)."""
    measured = MilkUnit if deal.unit.value in set(MilkUnit) else MassUnit
    entered = _unit(deal, measured)
    if measured is MassUnit:
        in_kg = convert(deal.quantity, entered, "kg")
        litres, entered = litres_in(in_kg, {"entered_unit": "kg"}), MilkUnit.KILOGRAM
    else:
        litres = litres_in(deal.quantity, {"entered_unit": entered})
    books, reason = _Books(mirror), deal.details.get("override_reason")
    with mirror.unit("Milk sold") as unit:
        existing(unit.connection, MilkStorage, tank_id)
        sale_id = books.write(unit, deal)
        took = take_milk(
            unit,
            tank_id,
            litres,
            deal.sold_on,
            sale_id=sale_id,
            entered_unit=entered,
            override_reason=reason,
            collected_by=deal.customer,
            ticket_number=ticket_number,
        )
        _note_withdrawal(unit, sale_id, MilkStorageLog, [took])
    return sale_id, unit.changes


def sell_wool(mirror: Mirror, deal: Deal, lot: str) -> tuple[UUID, Changes]:
    """Sell wool of a lot, no more than it holds (rule 13)."""
    entered = _unit(deal, MassUnit)
    kg = kilograms(deal.quantity, {"entered_unit": entered})
    books = _Books(mirror)
    with mirror.unit("Wool sold") as unit:
        sale_id = books.write(unit, deal)
        take_wool(unit, lot, kg, deal.sold_on, sale_id=sale_id, entered_unit=entered)
    return sale_id, unit.changes


def sell_item(
    mirror: Mirror, deal: Deal, item_id: UUID, *, lot: str | None = None
) -> tuple[UUID, Changes]:
    """Sell what the stores keep (hay, cheese, a crop), the lot that expires first at first.

    With `lot`, that one alone. InvalidValue: more than there is, or an expired lot (rule 13); a
    unit that does not tell how much of the store's unit it is.
    """
    books = _Books(mirror)
    with mirror.unit("Stock sold") as unit:
        item = existing(unit.connection, FarmInventory, item_id)
        quantity = _in_store(deal, item.unit)
        named = replace(deal, details={"description": item.name, **_given(deal.details)})
        sale_id = books.write(unit, named)
        reason = f"Sold to {deal.customer}" if deal.customer else "Sold"
        more: dict[str, Any] = {"sale_id": sale_id, "reason": reason}
        take_first(unit, item_id, quantity, deal.sold_on, lot=lot, **more)
    return sale_id, unit.changes


def sell_animals(
    mirror: Mirror, deal: Deal, animal_ids: Sequence[UUID], *, total: Decimal | None = None
) -> tuple[list[UUID], Changes]:
    """Sell animals for one price each (by the head), or one animal by its weight.

    With `total`, the price is for all together, and is shared out to the cent. Each leaves the
    herd to the customer (rule 4) with a sale of its own: all of them or none. Refusal: one under
    meat withdrawal without a reason (rule 11), one that has left.
    """
    if not animal_ids:
        raise InvalidValue("No animal is chosen.", "Choose one.", field="animal_id")
    if not (deal.customer or "").strip():
        raise InvalidValue("The customer is missing.", "Name who bought it.", field="customer")
    by_head = deal.unit is SaleUnit.HEAD
    if by_head and deal.quantity != len(animal_ids):
        raise InvalidValue(
            f"{deal.quantity.normalize():,f} head are sold, but {len(animal_ids)} chosen.",
            "Enter as many as are chosen.",
            field="quantity",
        )
    if not by_head and len(animal_ids) > 1:
        raise InvalidValue(
            "Several animals are sold by the head.", "Sell each by its weight.", field="unit"
        )
    prices = [deal.unit_price] * len(animal_ids)
    if total is not None and by_head:
        prices = split(total, [1] * len(animal_ids))
    books, sales = _Books(mirror), []
    with mirror.unit("Animals sold") as unit:
        for animal_id, price in zip(animal_ids, prices, strict=True):
            sales.append(_sell_one(unit, books, replace(deal, unit_price=price), animal_id))
    return sales, unit.changes


def correct_sale(mirror: Mirror, sale_id: UUID, values: Mapping[str, Any]) -> Changes:
    """Correct what a sale says (price, tax, customer, payment); its income follows.

    The total is made anew. Refusal: another quantity or day than what left a store for it.
    """
    with mirror.read() as connection:
        said = {**existing(connection, FarmProductSale, sale_id)._mapping, **values}
    new = dict(values)
    if None not in (said["quantity"], said["unit_price"]):
        new["total"] = line_total(said["quantity"], said["unit_price"])
    return change(mirror, FarmProductSale, sale_id, new)


def undo_sale(mirror: Mirror, sale_id: UUID, reason: str = "Sale undone") -> Changes:
    """Take a sale back: its income goes, what was taken is in store again, the animal is here.

    Refusal: what a rule forbids, as an animal whose number another has now (rules 4 and 5).
    """
    return undo_sales(mirror, [sale_id], reason)


def undo_sales(mirror: Mirror, sale_ids: Iterable[UUID], reason: str = "Sale undone") -> Changes:
    """Take several sales back as `undo_sale` does: all of them, or none."""
    with mirror.unit("Sale undone") as unit:
        for sale_id in sale_ids:
            _take_back(unit, sale_id, reason)
    return unit.changes


def _take_back(unit: Unit, sale_id: UUID, reason: str) -> None:
    sale = existing(unit.connection, FarmProductSale, sale_id)
    for record in BOOKED:
        table = record.__table__
        rows = unit.connection.execute(select(table).where(table.c.sale_id == sale_id)).all()
        for row in rows:
            unit.delete(record, row.id)
            rules.hold(unit.connection, record, row, None)
    unit.delete(FarmProductSale, sale_id)
    rules.hold(unit.connection, FarmProductSale, sale, None)
    if sale.animal_id is not None and sale.product == FarmProduct.LIVE_ANIMALS:
        animal = existing(unit.connection, Livestock, sale.animal_id)
        same = {"animal_id": sale.animal_id, "product": FarmProduct.LIVE_ANIMALS}
        stays_sold = row_with(unit.connection, FarmProductSale, **same) is not None
        if animal.status not in HERE and animal.left_on == sale.sold_on and not stays_sold:
            bring_back(unit, sale.animal_id, reason)
    if sale.flock_id is not None and sale.head:
        flock = existing(unit.connection, Flock, sale.flock_id)
        if flock.status == FlockStatus.DEPLETED:
            unit.update(Flock, flock.id, {"status": FlockStatus.ACTIVE})
            after = existing(unit.connection, Flock, flock.id)
            rules.hold(unit.connection, Flock, flock, after)


class _Books:
    """Writes sales and their incomes in the organization's currency."""

    def __init__(self, mirror: Mirror) -> None:
        self._whose = whose(mirror)
        self._keeps = may(FarmRevenue, "add", self._whose.role)

    def write(self, unit: Unit, deal: Deal, **more: Any) -> UUID:
        """Write a sale, and its income where this person keeps the books (rule 24)."""
        if deal.quantity <= 0:
            raise InvalidValue("The quantity must be more than zero.", field="quantity")
        total = line_total(deal.quantity, deal.unit_price)
        values = {
            **deal.details,
            "product": deal.product,
            "quantity": deal.quantity,
            "unit": deal.unit,
            "unit_price": deal.unit_price,
            "sold_on": deal.sold_on,
            "customer": deal.customer,
            "total": total,
            "currency": deal.details.get("currency") or self._whose.currency,
            **more,
        }
        sale_id = _add(unit, FarmProductSale, values)
        if self._keeps:
            _add(unit, FarmRevenue, _income(values, sale_id))
        return sale_id


def _income(sale: dict[str, Any], sale_id: UUID) -> dict[str, Any]:
    tax = pence(sale["total"] * (sale.get("tax_percent") or 0) / HUNDRED)
    same = ("customer", "currency", "invoice_number", "due_on", "paid_on", "paid_by")
    product = FarmProduct(sale["product"])
    return {
        **{name: sale.get(name) for name in (*same, "animal_id", "batch_id", "flock_id")},
        "description": sale.get("description") or product.replace("_", " ").capitalize(),
        "category": category_of(product),
        "earned_on": sale["sold_on"],
        "amount": sale["total"] + tax,
        "tax": tax,
        "sale_id": sale_id,
    }


def _sell_one(unit: Unit, books: _Books, deal: Deal, animal_id: UUID) -> UUID:
    zone = zone_of(unit.connection)
    reason = deal.details.get("override_reason")
    held = may_leave(
        unit.connection,
        Food.MEAT,
        datetime.combine(deal.sold_on, time(0), zone),
        animals=[animal_id],
        override_reason=reason,
        through=datetime.combine(deal.sold_on, time(23, 59), zone),
    )
    by_head = deal.unit is SaleUnit.HEAD
    quantity = Decimal(1) if by_head else deal.quantity
    one = replace(deal, quantity=quantity)
    sale_id = books.write(unit, one, animal_id=animal_id, head=1, under_withdrawal=bool(held))
    end(
        unit,
        animal_id,
        Exit.SALE,
        deal.sold_on,
        went_to=deal.customer,
        override_reason=reason,
    )
    return sale_id


def _note_withdrawal(unit: Unit, sale_id: UUID, record: type[Record], rows: Sequence[UUID]) -> None:
    """Write on the sale that something in it is under withdrawal (rule 11)."""
    table = record.__table__.c
    held = unit.connection.execute(
        select(table.id).where(table.id.in_(rows), table.under_withdrawal).limit(1)
    ).first()
    if held is not None:
        before = existing(unit.connection, FarmProductSale, sale_id)
        unit.update(FarmProductSale, sale_id, {"under_withdrawal": True})
        after = existing(unit.connection, FarmProductSale, sale_id)
        rules.hold(unit.connection, FarmProductSale, before, after)


def _add(unit: Unit, record: type[Record], values: dict[str, Any]) -> UUID:
    row_id = unit.insert(record, check(record, values))
    rules.hold(unit.connection, record, None, existing(unit.connection, record, row_id))
    return row_id


def _given(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return what somebody filled in."""
    return {name: value for name, value in details.items() if value not in (None, "")}


def _in_store(deal: Deal, stock_unit: str) -> Decimal:
    """Return what is sold in the unit of the store, to 0.001; InvalidValue for unlike units."""
    sold_by = deal.unit.value
    if stock_unit == "count" and sold_by in _PIECES:
        return deal.quantity
    try:
        quantity = convert(deal.quantity, sold_by, stock_unit).quantize(_LEAST)
    except ValueError:
        counted = "pieces" if stock_unit == "count" else stock_unit
        raise InvalidValue(
            f"This is kept in {counted}, and is not sold by the {deal.unit}.",
            "Choose a unit that fits.",
            field="unit",
        ) from None
    if quantity <= 0 < deal.quantity:
        raise InvalidValue("That is too little to be kept.", "Enter more.", field="quantity")
    return quantity


def _eggs(deal: Deal) -> int:
    """Return how many single eggs are sold; InvalidValue for half an egg or a kg."""
    eggs = convert(deal.quantity, _unit(deal, EggUnit), "egg")
    if eggs != int(eggs):
        raise InvalidValue("That is no whole number of eggs.", "Enter others.", field="quantity")
    return int(eggs)


def _unit(deal: Deal, units: type[EggUnit] | type[MilkUnit] | type[MassUnit]) -> Any:
    try:
        return units(deal.unit.value)
    except ValueError:
        known = ", ".join(one for one in units if one.value in set(SaleUnit))
        what = deal.product.replace("_", " ").capitalize()
        raise InvalidValue(
            f"{what} is not sold by the {deal.unit}.", f"Choose one of: {known}.", field="unit"
        ) from None
