"""Rules of the stores: every ledger's verbs, never below zero, no expired lot, no tank too full."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import accumulate
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, case, func, select

from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.actions.withdrawal import may_leave, zone_of
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.ledger import Step, expired, worst_shortage
from fluffydesk.figures.withdrawal import Food
from fluffydesk.records.enums.farm import EggSize
from fluffydesk.records.enums.farm_resources import StockMovement, StockUnit
from fluffydesk.records.farm import EggStorage, MilkStorage, MilkStorageLog, WoolStorage
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.vocabulary import Record

_NONE = Decimal(0)
Account = Mapping[str, Any]
"""Column names and values that the rows of one balance share."""


@dataclass(frozen=True)
class Ledger:
    """A table of signed movements, and which of its columns tell one balance from another."""

    record: type[Record]
    quantity: str
    accounts: tuple[tuple[str, ...], ...]
    """The columns of each kind of balance that may not fall below zero: all of an item, a lot."""
    named: Callable[[Connection, Row[Any]], tuple[str, str]]
    """Returns the words for a row's unit and thing: ("kg", "Layer mash")."""
    counted: bool = False
    """Whether quantities are whole numbers."""

    def sum_of(self, account: Account) -> Any:
        """Return the SELECT of a balance."""
        column = self.record.__table__.c[self.quantity]
        return select(func.sum(column)).where(*self.matching(account))

    def matching(self, account: Account) -> list[ColumnElement[bool]]:
        """Return the conditions of a balance's rows; None counts as a value."""
        table = self.record.__table__
        return [
            table.c[name].is_(None) if value is None else table.c[name] == value
            for name, value in account.items()
        ]

    def account_of(self, row: Row[Any], names: Sequence[str]) -> dict[str, Any]:
        """Return the balance that a row belongs to."""
        return {name: row._mapping[name] for name in names}

    def posted(self, row: Row[Any]) -> Decimal:
        """Return a row's signed quantity."""
        return Decimal(row._mapping[self.quantity])


def balance(
    connection: Connection, ledger: Ledger, account: Account, on: date | None = None
) -> Decimal:
    """Return the sum of a balance's rows, at the end of a day or of all days."""
    query = ledger.sum_of(account)
    if on is not None:
        query = query.where(ledger.record.__table__.c["moved_on"] <= on)
    return Decimal(connection.execute(query).scalar() or 0)


def least_from(connection: Connection, ledger: Ledger, account: Account, on: date) -> Decimal:
    """Return the smallest balance at the end of `on` or of any later day."""
    steps = _steps(connection, ledger, account, on, including=False)
    start = balance(connection, ledger, account, on)
    return min(accumulate((quantity for _, quantity in steps), initial=start))


def expiry(connection: Connection, item_id: UUID, lot: str) -> date | None:
    """Return when a lot expires: the earliest date that any of its rows says."""
    table = InventoryTransaction.__table__.c
    query = select(func.min(table.expires_on)).where(table.item_id == item_id, table.lot == lot)
    return cast("date | None", connection.execute(query).scalar())


def best_before(connection: Connection, account: Account) -> date | None:
    """Return the best-before date of eggs of one kind and day: the earliest that is written."""
    table = EggStorage.__table__.c
    query = select(func.min(table.best_before)).where(*EGGS.matching(account))
    return cast("date | None", connection.execute(query).scalar())


def amount(quantity: Decimal) -> str:
    """Return a quantity without needless zeros, thousands apart: `1,850` or `0.25`."""
    return f"{quantity.normalize():,f}"


def never_below_zero(
    connection: Connection, ledger: Ledger, before: Row[Any] | None, after: Row[Any] | None
) -> None:
    """Refuse a change that lets a balance fall below zero on any day (rule 13)."""
    rows = [(row, sign) for row, sign in ((before, -1), (after, 1)) if row is not None]
    for names in ledger.accounts:
        for row, _ in rows:
            account = ledger.account_of(row, names)
            if account.get("lot", "") is None:
                continue  # nobody said of which lot: it counts in the item's balance alone
            change = [
                (one.moved_on, sign * ledger.posted(one))
                for one, sign in rows
                if ledger.account_of(one, names) == account
            ]
            first = min(on for on, _ in change)
            steps = _steps(connection, ledger, account, first, including=True)
            opening = balance(connection, ledger, account) - sum((q for _, q in steps), _NONE)
            short = worst_shortage(opening, steps, change)
            if short is not None:
                _refuse(connection, ledger, row, account, before is None, short)


def _refuse(
    connection: Connection,
    ledger: Ledger,
    row: Row[Any],
    account: Account,
    new: bool,
    short: tuple[date, Decimal],
) -> None:
    unit, thing = ledger.named(connection, row)
    if ledger is INVENTORY and "lot" in account:
        thing = f"{thing}, lot {row.lot},"
    on, left = short
    field = ledger.quantity
    taken = ledger.posted(row)
    if new and taken < 0:
        there = max(left - taken, _NONE)
        raise InvalidValue(
            f"Only {amount(there)} {unit} of {thing} left on {row.moved_on:%d %B %Y} or later.",
            "Enter less, or write down first what was received or counted.",
            field=field,
        )
    raise InvalidValue(
        f"Then {amount(-left)} {unit} of {thing} would be missing on {on:%d %B %Y}.",
        "Later movements need what is entered here: correct those first, or count the stock.",
        field=field,
    )


def _steps(
    connection: Connection, ledger: Ledger, account: Account, on: date, *, including: bool
) -> list[Step]:
    table = ledger.record.__table__.c
    days = table["moved_on"]
    rows = connection.execute(
        select(days, func.sum(table[ledger.quantity]))
        .where(*ledger.matching(account), days >= on if including else days > on)
        .group_by(days)
        .order_by(days)
    )
    return [(row[0], Decimal(row[1])) for row in rows]


def _item_named(connection: Connection, row: Row[Any]) -> tuple[str, str]:
    item = row_of(connection, FarmInventory, row.item_id)
    if item is None:
        return "", "this item"
    unit = "pieces" if item.unit is StockUnit.COUNT else str(item.unit)
    return unit, item.name


def _tank_named(connection: Connection, row: Row[Any]) -> tuple[str, str]:
    tank = row_of(connection, MilkStorage, row.tank_id)
    return "L", "milk" if tank is None else f"milk in {tank.name}"


def _eggs_named(connection: Connection, row: Row[Any]) -> tuple[str, str]:
    size = "" if row.size is EggSize.MIXED else f" size {str(row.size).upper()}"
    kind = f"{egg_grade(row.grade)}{size} of {row.collected_on:%d %B %Y} in {row.store}"
    return "eggs", kind


def egg_grade(grade: Any) -> str:
    """Return the words for a grade: `grade A`, `hatching`, `ungraded`."""
    return f"grade {str(grade).upper()}" if str(grade) in ("a", "b") else str(grade)


def _wool_named(connection: Connection, row: Row[Any]) -> tuple[str, str]:
    return "kg", f"lot {row.lot}"


INVENTORY = Ledger(
    InventoryTransaction, "quantity", (("item_id",), ("item_id", "lot")), _item_named
)
TANK = Ledger(MilkStorageLog, "litres", (("tank_id",),), _tank_named)
EGGS = Ledger(
    EggStorage,
    "eggs",
    (("store", "grade", "size", "flock_id", "collected_on"),),
    _eggs_named,
    counted=True,
)
WOOL = Ledger(WoolStorage, "quantity_kg", (("lot",),), _wool_named)
LEDGERS: dict[type[Record], Ledger] = {one.record: one for one in (INVENTORY, TANK, EGGS, WOOL)}


def _sign_fits(ledger: Ledger, after: Row[Any] | None) -> None:
    """A receipt adds, use and disposal take away; only a count may find no difference (rule 13)."""
    if after is None or after.movement == StockMovement.STOCKTAKE:
        return
    posted = ledger.posted(after)
    adds = after.movement == StockMovement.RECEIPT
    if posted == 0 or (posted > 0) != adds:
        raise InvalidValue(
            "A receipt adds to a store; use and disposal take from it.",
            f"Enter {'more than zero' if adds else 'a number with a minus'}.",
            field=ledger.quantity,
        )


def _changed(before: Row[Any] | None, after: Row[Any], *names: str) -> bool:
    return before is None or any(before._mapping[one] != after._mapping[one] for one in names)


def _held(ledger: Ledger) -> Rule:
    def rule(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
        if after is not None and _changed(before, after, "movement", ledger.quantity):
            _sign_fits(ledger, after)
        never_below_zero(connection, ledger, before, after)

    return rule


def _lot_is_good(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse the use of a lot that has expired (rules 13 and 17)."""
    if after is None or after.movement != StockMovement.USE or after.lot is None:
        return
    if not _changed(before, after, "movement", "lot", "moved_on", "item_id", "expires_on"):
        return
    ends = expiry(connection, after.item_id, after.lot)
    if ends is not None and expired(ends, after.moved_on):
        raise InvalidValue(
            f"Lot {after.lot} expired on {ends:%d %B %Y}.",
            "Use another lot, and dispose of this one.",
            field="lot",
        )


def _let_through(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse food under withdrawal that nobody says why of (rule 11)."""
    if after is None or not after.under_withdrawal or (after.override_reason or "").strip():
        return
    if after.movement in (StockMovement.RECEIPT, StockMovement.USE):
        raise InvalidValue(
            "This is under withdrawal, and may not go to people.",
            "Dispose of it, or say why it may in spite of that.",
            field="override_reason",
        )


def _flock_may_lay(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse eggs of a flock under withdrawal that are not said to be so (rule 11)."""
    if after is None or after.under_withdrawal or after.flock_id is None:
        return
    if after.movement != StockMovement.RECEIPT:
        return
    if _changed(before, after, "movement", "flock_id", "collected_on", "under_withdrawal"):
        zone = zone_of(connection)
        begins = datetime.combine(after.collected_on, time(0), zone)
        ends = datetime.combine(after.collected_on, time(23, 59), zone)
        may_leave(connection, Food.EGGS, begins, flock=after.flock_id, through=ends)


def _tank_holds(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse milk that the tank has no room for, at the end of any day."""
    if after is None or after.litres <= 0:
        return
    tank = row_of(connection, MilkStorage, after.tank_id)
    if tank is None or tank.capacity_l <= 0:
        return
    if not _changed(before, after, "litres", "tank_id", "moved_on"):
        return
    full = balance(connection, TANK, {"tank_id": after.tank_id}, after.moved_on)
    if full > tank.capacity_l:
        raise InvalidValue(
            f"{tank.name} holds {amount(tank.capacity_l)} L, and {amount(full)} L would be in it.",
            "Write down first what was collected, or count what is in the tank.",
            field="litres",
        )


def _eggs_are_good(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse eggs that leave past their best-before date, or before older ones (rule 14)."""
    if after is None or after.movement != StockMovement.USE:
        return
    account = EGGS.account_of(after, EGGS.accounts[0])
    if not _changed(before, after, "movement", "moved_on", *account):
        return
    ends = best_before(connection, account)
    if ends is not None and expired(ends, after.moved_on):
        raise InvalidValue(
            f"These eggs were best before {ends:%d %B %Y}, and cannot be sold.",
            "Dispose of them.",
            field="collected_on",
        )
    older = older_eggs(connection, after)
    if older is not None:
        raise Refusal(
            f"Eggs of {older:%d %B %Y} of this kind are still in {after.store}.",
            "The oldest leave first: take those, or dispose of them.",
        )


def spoilt_since(connection: Connection, tank_id: UUID, on: date) -> date | None:
    """Return the day milk under withdrawal went into a tank that was not empty since; else None."""
    table = MilkStorageLog.__table__.c
    latest = connection.execute(
        select(func.max(table.moved_on)).where(
            table.tank_id == tank_id,
            table.under_withdrawal,
            table.movement == StockMovement.RECEIPT,
            table.moved_on <= on,
        )
    ).scalar()
    if latest is None:
        return None
    days = connection.execute(
        select(table.moved_on, func.sum(table.litres))
        .where(table.tank_id == tank_id, table.moved_on <= on)
        .group_by(table.moved_on)
        .order_by(table.moved_on)
    )
    left = _NONE
    for day, litres in days:
        left += litres
        if day >= latest and left <= 0:
            return None
    found: date = latest
    return found


def _tank_is_clean(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse milk for people from a tank with milk under withdrawal in it (rule 11)."""
    if after is None or after.movement != StockMovement.USE or after.under_withdrawal:
        return
    if not _changed(before, after, "movement", "tank_id", "moved_on", "under_withdrawal"):
        return
    spoilt = spoilt_since(connection, after.tank_id, after.moved_on)
    if spoilt is not None:
        raise _spoilt(f"Milk under withdrawal went into this tank on {spoilt:%d %B %Y}.")


def _tray_is_clean(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse eggs for people of a day whose eggs were let in under withdrawal (rule 11)."""
    if after is None or after.movement != StockMovement.USE or after.under_withdrawal:
        return
    account = EGGS.account_of(after, EGGS.accounts[0])
    if not _changed(before, after, "movement", "under_withdrawal", *account):
        return
    table = EggStorage.__table__.c
    query = select(table.id).where(*EGGS.matching(account), table.under_withdrawal).limit(1)
    if connection.execute(query).first() is not None:
        raise _spoilt(f"The eggs of {after.collected_on:%d %B %Y} are under withdrawal.")


def _spoilt(said: str) -> Refusal:
    advice = "Throw it away, or give the reason why it may leave all the same."
    return Refusal(said, advice, field="override_reason")


def older_eggs(connection: Connection, row: Row[Any]) -> date | None:
    """Return the day of older eggs of a row's kind that could leave in its place; else None."""
    table = EggStorage.__table__.c
    by_then = case((table.moved_on <= row.moved_on, table.eggs), else_=0)
    found = connection.execute(
        select(table.collected_on, func.sum(table.eggs), func.min(table.best_before))
        .where(
            table.store == row.store,
            table.grade == row.grade,
            table.size == row.size,
            table.collected_on < row.collected_on,
        )
        .group_by(table.collected_on)
        .having(func.sum(table.eggs) > 0, func.sum(by_then) > 0)
        .order_by(table.collected_on)
    ).all()
    return next((one[0] for one in found if not expired(one[2], row.moved_on)), None)


RULES: dict[type[Record], tuple[Rule, ...]] = {
    InventoryTransaction: (_lot_is_good, _held(INVENTORY)),
    MilkStorageLog: (_let_through, _tank_is_clean, _tank_holds, _held(TANK)),
    EggStorage: (_let_through, _flock_may_lay, _tray_is_clean, _eggs_are_good, _held(EGGS)),
    WoolStorage: (_held(WOOL),),
}
