"""Rules of money: totals to the cent, a currency there is, nothing sold under withdrawal."""

from __future__ import annotations

from datetime import datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.actions.rules.stores import spoilt_since
from fluffydesk.actions.withdrawal import may_leave, zone_of
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.money import line_total, pence
from fluffydesk.figures.withdrawal import Food
from fluffydesk.records.enums.farm_resources import FarmProduct
from fluffydesk.records.enums.livestock import ResidueTest
from fluffydesk.records.farm import EggStorage, MilkStorageLog, WoolStorage
from fluffydesk.records.farm_resources import (
    FarmExpense,
    FarmProductSale,
    FarmRevenue,
    InventoryTransaction,
)
from fluffydesk.records.livestock import DairyBatch
from fluffydesk.records.vocabulary import Record

_LETTERS = 3
_STORES: tuple[type[Record], ...] = (
    EggStorage,
    MilkStorageLog,
    WoolStorage,
    InventoryTransaction,
)
_SHARED = ("customer", "invoice_number", "due_on", "paid_on", "paid_by")
"""What a sale and its income say alike."""
_HUNDRED = Decimal(100)
_FOODS = {
    FarmProduct.MILK: Food.MILK,
    FarmProduct.EGGS: Food.EGGS,
    FarmProduct.LIVE_ANIMALS: Food.MEAT,
    FarmProduct.MEAT: Food.MEAT,
}


def _currency(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse what is no code of a currency (rule 24); none means the organization's own."""
    code = None if after is None else after.currency
    if code is None or (before is not None and before.currency == code):
        return
    if not (len(code) == _LETTERS and code.isascii() and code.isalpha() and code.isupper()):
        raise InvalidValue(
            f"{code} is no currency.", "Enter its three letters: EUR, GBP, USD.", field="currency"
        )


def _tax(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse more tax than there is money (rule 24)."""
    if after is not None and after.tax > after.amount:
        raise InvalidValue(
            "The tax is more than the amount.", "The amount is with its tax.", field="tax"
        )


def _total(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse a total that is not quantity by price, rounded once to the cent (rule 24)."""
    if after is None:
        return
    total = line_total(after.quantity, after.unit_price)
    if after.total != total:
        raise InvalidValue(
            f"The total is not {after.quantity.normalize():,f} by "
            f"{after.unit_price.normalize():,f}.",
            f"Enter {total:,f}, or correct quantity or price.",
            field="total",
        )


def _may_be_sold(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse the sale of what is under withdrawal where nobody says why (rule 11)."""
    if after is None:
        return
    reason = (after.override_reason or "").strip()
    if after.under_withdrawal:
        if not reason:
            raise InvalidValue(
                "What is under withdrawal may not be sold.",
                "Wait, or say why it may be sold in spite of that.",
                field="override_reason",
            )
        return
    asked = ("product", "sold_on", "animal_id", "batch_id", "flock_id", "milk_lot_id")
    same = before is not None and not any(
        _differ(before, after, name) for name in (*asked, "under_withdrawal")
    )
    if not same and after.milk_lot_id is not None:
        _lot_is_clean(connection, after.milk_lot_id)
    food = _FOODS.get(after.product)
    if same or food is None or not (after.animal_id or after.batch_id or after.flock_id):
        return
    zone = zone_of(connection)
    may_leave(
        connection,
        food,
        datetime.combine(after.sold_on, time(0), zone),
        animals=() if after.animal_id is None else (after.animal_id,),
        flock=after.flock_id,
        batch=after.batch_id,
        through=datetime.combine(after.sold_on, time(23, 59), zone),
    )


def _lot_is_clean(connection: Connection, lot_id: UUID) -> None:
    """Refuse a lot of milk with residues, or of a tank that held milk under withdrawal."""
    lot = row_of(connection, DairyBatch, lot_id)
    if lot is None or lot.residue_test == ResidueTest.NEGATIVE:
        return
    spoilt = lot.residue_test == ResidueTest.POSITIVE
    if not spoilt and lot.tank_id is not None:
        spoilt = spoilt_since(connection, lot.tank_id, lot.produced_on) is not None
    if spoilt:
        raise Refusal(
            f"Lot {lot.lot_number} has milk under withdrawal or residues in it.",
            "Throw it away, have it tested, or give the reason why it may be sold all the same.",
            field="override_reason",
        )


def _as_taken(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse another quantity or day than what was taken from a store for it (rule 13)."""
    if before is None or after is None:
        return
    asked = ("product", "quantity", "unit", "sold_on")
    if all(before._mapping[name] == after._mapping[name] for name in asked):
        return
    for record in _STORES:
        table = record.__table__.c
        query = select(table.id).where(table.sale_id == after.id).limit(1)
        if connection.execute(query).first() is not None:
            raise Refusal("This sale took its stock already.", "Undo the sale, and enter it anew.")


def _income_follows(
    connection: Connection, before: Row[Any] | None, after: Row[Any] | None
) -> None:
    """What a sale says of its payment and price, its income says too (rule 24)."""
    if before is None or after is None:
        return
    new = {name: getattr(after, name) for name in _SHARED if _differ(before, after, name)}
    if _differ(before, after, "total") or _differ(before, after, "tax_percent"):
        tax = pence(after.total * (after.tax_percent or 0) / _HUNDRED)
        new |= {"amount": after.total + tax, "tax": tax}
    if new:
        table = FarmRevenue.__table__
        connection.execute(table.update().where(table.c.sale_id == after.id).values(**new))


def _sale_follows(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """What the income of a sale says of its payment, the sale says too."""
    if (
        before is None
        or after is None
        or after.sale_id is None
        or _differ(before, after, "sale_id")
    ):
        return
    if _differ(before, after, "amount"):
        raise InvalidValue(
            "This income comes from a sale.", "Correct the sale's price.", field="amount"
        )
    new = {name: getattr(after, name) for name in _SHARED if _differ(before, after, name)}
    sale = row_of(connection, FarmProductSale, after.sale_id)
    due_on = new.get("due_on")
    if sale is not None and due_on is not None and due_on < sale.sold_on:
        raise InvalidValue(
            f"It was sold on {sale.sold_on:%d %B %Y}.", "It is due then or later.", field="due_on"
        )
    if new:
        table = FarmProductSale.__table__
        connection.execute(table.update().where(table.c.id == after.sale_id).values(**new))


def _differ(before: Row[Any], after: Row[Any], name: str) -> bool:
    return bool(before._mapping[name] != after._mapping[name])


RULES: dict[type[Record], tuple[Rule, ...]] = {
    FarmExpense: (_currency, _tax),
    FarmRevenue: (_currency, _tax, _sale_follows),
    FarmProductSale: (_currency, _total, _may_be_sold, _as_taken, _income_follows),
}
