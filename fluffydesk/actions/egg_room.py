"""What a person does in the egg room: eggs in from the rounds, out oldest first, counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from fluffydesk.actions.ledger import not_less_than_nothing, post
from fluffydesk.actions.rules.stores import EGGS, balance, egg_grade, least_from
from fluffydesk.actions.saving import existing
from fluffydesk.actions.withdrawal import Held, held, may_leave, zone_of
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.ledger import expired, in_order
from fluffydesk.figures.withdrawal import Food
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.farm import EggGrade, EggSize
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm import EggProductionLog, EggStorage
from fluffydesk.records.livestock import Flock

BEST_BEFORE_DAYS = 28
"""Hens' eggs are best before 28 days after laying (Regulation (EU) 2023/2465, article 13)."""
WAITING_DAYS = 14
_TITLES = {
    StockMovement.RECEIPT: "Eggs into the store",
    StockMovement.USE: "Eggs taken",
    StockMovement.DISPOSAL: "Eggs thrown away",
    StockMovement.STOCKTAKE: "Eggs counted",
}


@dataclass(frozen=True)
class Round:
    """What one flock laid on one day that can be sold, and how much of it is in store."""

    flock_id: UUID
    flock: str
    collected_on: date
    saleable: int
    credited: int
    withheld: tuple[Held, ...]

    @property
    def due(self) -> int:
        """Eggs that are not in store yet."""
        return max(self.saleable - self.credited, 0)


@dataclass(frozen=True)
class Tray:
    """Eggs in store of one kind, flock and day of collection."""

    flock_id: UUID | None
    collected_on: date
    eggs: int
    best_before: date | None
    under_withdrawal: bool


def rounds(connection: Connection, on: date, days: int = WAITING_DAYS) -> list[Round]:
    """Return the flocks' days up to `on` whose eggs are not all in store, oldest first."""
    laid, store, flock = (one.__table__.c for one in (EggProductionLog, EggStorage, Flock))
    saleable = func.sum(laid.total - laid.cracked - laid.dirty - laid.discarded)
    first = on - timedelta(days=days)
    credited = {
        (row[0], row[1]): int(row[2])
        for row in connection.execute(
            select(store.flock_id, store.collected_on, func.sum(store.eggs))
            .where(
                store.movement == StockMovement.RECEIPT,
                store.collected_on > first,
                store.collected_on <= on,
            )
            .group_by(store.flock_id, store.collected_on)
        )
    }
    found = connection.execute(
        select(laid.flock_id, flock.name, laid.collected_on, saleable)
        .join_from(EggProductionLog.__table__, Flock.__table__, flock.id == laid.flock_id)
        .where(laid.collected_on > first, laid.collected_on <= on)
        .group_by(laid.flock_id, flock.name, laid.collected_on)
        .order_by(laid.collected_on, flock.name)
    ).all()
    waiting = []
    for flock_id, name, day, eggs in found:
        there = credited.get((flock_id, day), 0)
        if int(eggs) > there:
            withheld = tuple(_withheld(connection, flock_id, day))
            waiting.append(Round(flock_id, name, day, int(eggs), there, withheld))
    return waiting


def receive_eggs(
    mirror: Mirror,
    store: str,
    eggs: int,
    collected_on: date,
    moved_on: date,
    *,
    flock_id: UUID | None = None,
    grade: EggGrade = EggGrade.UNGRADED,
    size: EggSize = EggSize.MIXED,
    override_reason: str | None = None,
    **details: Any,
) -> Changes:
    """Put eggs of a flock's day into a store, by grade and size, in single eggs.

    `details`: entered_unit, best_before (28 days after laying where it is not said), lot, notes.
    InvalidValue: more than the flock laid that can be sold. Refusal: eggs under withdrawal,
    unless `override_reason` says why (rule 11).
    """
    values = {
        "store": store,
        "flock_id": flock_id,
        "grade": grade,
        "size": size,
        "collected_on": collected_on,
        **details,
    }
    if values.get("best_before") is None and grade is not EggGrade.HATCHING:
        values["best_before"] = collected_on + timedelta(days=BEST_BEFORE_DAYS)
    with mirror.unit(_TITLES[StockMovement.RECEIPT]) as unit:
        if flock_id is not None:
            _was_laid(unit.connection, flock_id, collected_on, eggs)
            begins, ends = _day(unit.connection, collected_on)
            why = may_leave(
                unit.connection,
                Food.EGGS,
                begins,
                flock=flock_id,
                through=ends,
                override_reason=override_reason,
            )
            if why:
                values |= {"under_withdrawal": True, "override_reason": override_reason}
        post(unit, EGGS, StockMovement.RECEIPT, Decimal(eggs), moved_on, values)
    return unit.changes


def move_eggs(
    mirror: Mirror,
    store: str,
    movement: StockMovement,
    eggs: int,
    moved_on: date,
    *,
    grade: EggGrade,
    size: EggSize,
    **details: Any,
) -> Changes:
    """Use, dispose of or count the eggs of one grade and size in a store, in single eggs.

    The oldest leave first (rule 14). A count posts its difference: what is missing is missing of
    the oldest, what is too much is of the newest. `details`: entered_unit, reason, notes,
    override_reason.
    """
    with mirror.unit(_TITLES[movement]) as unit:
        if movement is StockMovement.STOCKTAKE:
            _count(unit, store, grade, size, eggs, moved_on, details)
        else:
            take_eggs(unit, store, grade, size, eggs, moved_on, movement=movement, **details)
    return unit.changes


def take_eggs(
    unit: Unit,
    store: str,
    grade: EggGrade,
    size: EggSize,
    eggs: int,
    on: date,
    *,
    movement: StockMovement = StockMovement.USE,
    **values: Any,
) -> list[UUID]:
    """Take eggs from a store within a unit of work, oldest first; returns the rows.

    Eggs past their best-before date are not used or sold (rule 14), and such as were let in under
    withdrawal only with an `override_reason` (rule 11).
    """
    not_less_than_nothing(movement, Decimal(eggs), "eggs")
    uses = movement is StockMovement.USE
    there = trays(unit.connection, store, grade, size, on)
    good = [tray for tray in there if not (uses and expired(tray.best_before, on))]
    parts = _oldest(good, eggs)
    if parts is None:
        old = sum(tray.eggs for tray in there) - sum(tray.eggs for tray in good)
        more = f" {old:,} more are past their best-before date: dispose of them." if old else ""
        raise InvalidValue(
            f"Only {sum(tray.eggs for tray in good):,} eggs {egg_grade(grade)} can leave {store} "
            f"on {on:%d %B %Y}.",
            f"Enter less, or write down first what was received or counted.{more}",
            field="eggs",
        )
    posted = []
    for tray, part in parts:
        row = {**values, **_kind(store, grade, size, tray)}
        said = (values.get("override_reason") or "").strip()
        if uses and tray.under_withdrawal and said:
            row["under_withdrawal"] = True
        posted.append(post(unit, EGGS, movement, Decimal(part), on, row))
    return posted


def trays(
    connection: Connection,
    store: str,
    grade: EggGrade,
    size: EggSize,
    on: date,
    *,
    free: bool = True,
) -> list[Tray]:
    """Return what is left of each flock and day at the end of a day, oldest first.

    Only what is `free`, or also what was taken on a later day already.
    """
    table = EggStorage.__table__.c
    account = {"store": store, "grade": grade, "size": size}
    found = connection.execute(
        select(
            table.flock_id,
            table.collected_on,
            func.min(table.best_before),
            func.max(table.under_withdrawal),
        )
        .where(*EGGS.matching(account), table.moved_on <= on)
        .group_by(table.collected_on, table.flock_id)
        .having(func.sum(table.eggs) > 0)
        .order_by(table.collected_on, table.flock_id)
    ).all()
    left = []
    for flock_id, day, ends, withheld in found:
        whole = {**account, "flock_id": flock_id, "collected_on": day}
        measured = least_from if free else balance
        eggs = int(measured(connection, EGGS, whole, on))
        if eggs > 0:
            left.append(Tray(flock_id, day, eggs, ends, bool(withheld)))
    return left


def _count(
    unit: Unit,
    store: str,
    grade: EggGrade,
    size: EggSize,
    counted: int,
    on: date,
    details: dict[str, Any],
) -> None:
    not_less_than_nothing(StockMovement.STOCKTAKE, Decimal(counted), "eggs")
    there = trays(unit.connection, store, grade, size, on, free=False)
    off = counted - sum(tray.eggs for tray in there)
    if off < 0:
        parts = _oldest(there, -off) or []
        changes = [(tray, tray.eggs - part) for tray, part in parts]
    elif there:
        changes = [(there[-1], there[-1].eggs + off)]
    else:
        changes = [(Tray(None, on, 0, None, False), off)]
    changes += [(tray, 0) for tray in _short(unit.connection, store, grade, size, on)]
    for tray, left in changes:
        row = {**details, **_kind(store, grade, size, tray)}
        row.pop("override_reason", None)
        post(unit, EGGS, StockMovement.STOCKTAKE, Decimal(left), on, row)


def _short(
    connection: Connection, store: str, grade: EggGrade, size: EggSize, on: date
) -> list[Tray]:
    """Return the days of which two PCs together took more than there was: a count ends that."""
    table = EggStorage.__table__.c
    account = {"store": store, "grade": grade, "size": size}
    rows = connection.execute(
        select(table.flock_id, table.collected_on, func.sum(table.eggs))
        .where(*EGGS.matching(account), table.moved_on <= on)
        .group_by(table.collected_on, table.flock_id)
        .having(func.sum(table.eggs) < 0)
    )
    return [Tray(flock, day, int(eggs), None, False) for flock, day, eggs in rows]


def _oldest(there: list[Tray], wanted: int) -> list[tuple[Tray, int]] | None:
    parts = in_order([Decimal(tray.eggs) for tray in there], Decimal(wanted))
    if parts is None:
        return None
    return [(tray, int(part)) for tray, part in zip(there, parts, strict=True) if part]


def _kind(store: str, grade: EggGrade, size: EggSize, tray: Tray) -> dict[str, Any]:
    return {
        "store": store,
        "grade": grade,
        "size": size,
        "flock_id": tray.flock_id,
        "collected_on": tray.collected_on,
        "best_before": tray.best_before,
    }


def _was_laid(connection: Connection, flock_id: UUID, on: date, eggs: int) -> None:
    flock = existing(connection, Flock, flock_id)
    due = next((one.due for one in rounds(connection, on, 1) if one.flock_id == flock_id), 0)
    if eggs > due:
        raise InvalidValue(
            f"Only {due:,} saleable eggs of {flock.name} of {on:%d %B %Y} are not in store yet.",
            "Enter less, or correct the egg round of that day.",
            field="eggs",
        )


def _withheld(connection: Connection, flock_id: UUID, on: date) -> list[Held]:
    begins, ends = _day(connection, on)
    return held(connection, Food.EGGS, begins, flock=flock_id, through=ends)


def _day(connection: Connection, on: date) -> tuple[datetime, datetime]:
    zone = zone_of(connection)
    return datetime.combine(on, time(0), zone), datetime.combine(on, time(23, 59), zone)
