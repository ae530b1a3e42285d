"""Heads, eggs and stores that do not add up once the entries of several PCs are together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, func, select

from fluffydesk.actions.findings.finding import MOST, MOST_ENTRIES, Entry, Finding, Teller
from fluffydesk.actions.rules.flocks import counts_by_day, steps_of
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.actions.rules.stores import EGGS, INVENTORY, LEDGERS, Ledger, amount
from fluffydesk.figures.eggs import more_than_can_be
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.enums.livestock import HerdMove
from fluffydesk.records.farm import EggProductionLog, EggStorage, MortalityLog
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import Flock, HerdBatch, HerdMovement, PoultryBatch
from fluffydesk.records.vocabulary import Record
from fluffydesk.wording import with_minus

_Left = tuple[type[Record], str, str, str]
"""A record of what left, and its columns: of whom, when, how many."""
_LEFT: dict[type[Record], tuple[_Left, ...]] = {
    Flock: (
        (MortalityLog, "flock_id", "died_on", "head_count"),
        (PoultryBatch, "from_flock_id", "placed_on", "head_count"),
        (FarmProductSale, "flock_id", "sold_on", "head"),
    ),
    HerdBatch: (
        (HerdMovement, "herd_id", "moved_on", "head"),
        (FarmProductSale, "herd_id", "sold_on", "head"),
    ),
}
_LAID = EggProductionLog.__table__.c


def heads(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield flocks and herds of which more left than there were (rules 1 and 2).

    A herd that was counted since is settled by that count.
    """
    teller = Teller(connection)
    for record in (Flock, HerdBatch):
        steps = steps_of(record).subquery()
        left = func.sum(steps.c.head).over(partition_by=steps.c.of, order_by=steps.c.on)
        days = select(steps.c.of, steps.c.on, left.label("left")).subquery()
        short = select(days).where(days.c.left < 0).order_by(days.c.of, days.c.on)
        for of, rows in _by_account(connection.execute(short), ("of",)).items():
            if _settled(connection, record, of, rows[-1].on) or _past(rows[-1].on, since):
                continue
            worst = min(rows, key=lambda row: (row.left, row.on))
            name = row_of(connection, record, of[0])
            one = "bird" if record is Flock else "animal"
            head = with_minus(f"{worst.left:,}")
            yield Finding(
                rule=1,
                on=rows[0].on,
                message=f"{'It' if name is None else name.name} would hold {head} {one}s "
                f"on {worst.on:%d %B %Y}: more left than there were.",
                advice="Open what was written down twice or with a wrong number and correct it, or "
                "write down what came.",
                entries=_left(teller, record, of[0], worst.on),
            )


def stores(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield balances below zero on a day (rules 13 and 17); a stocktake after it settles one."""
    teller = Teller(connection)
    for ledger in LEDGERS.values():
        told: set[Any] = set()
        for names in ledger.accounts:
            for account, rows in _short(connection, ledger, names).items():
                key = account[0] if ledger is INVENTORY else account
                if key in told or _past(rows[-1].moved_on, since):
                    continue
                told.add(key)
                yield _shortage(teller, ledger, dict(zip(names, account, strict=True)), rows)


def eggs(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield days with more eggs than the hens can lay, on the word of several PCs (rule 12).

    Eggs of a flock that had no hens that day are against rule 3, whoever wrote them down.
    """
    teller = Teller(connection)
    days = select(_LAID.flock_id, _LAID.collected_on, func.sum(_LAID.total).label("eggs"))
    if since is not None:
        days = days.where(_LAID.collected_on >= since)
    rows = connection.execute(days.group_by(_LAID.flock_id, _LAID.collected_on)).all()
    hens_of = {flock: _hens(connection, flock) for flock in {row.flock_id for row in rows}}
    for row in rows:
        hens = hens_of[row.flock_id](row.collected_on)
        if (hens and not more_than_can_be(row.eggs, hens)) or not row.eggs:
            continue
        entries = _rounds(teller, row)
        if hens and len({one.device for one in entries}) < 2:
            continue  # one person wrote it, and was warned
        flock = row_of(connection, Flock, row.flock_id)
        name = "This flock" if flock is None else flock.name
        yield Finding(
            rule=12 if hens else 3,
            on=row.collected_on,
            message=f"{name} laid {row.eggs:,} eggs on {row.collected_on:%d %B %Y}, "
            f"with {f'{hens:,} hens' if hens else 'no hens left'}.",
            advice="Open the rounds: one may have been written down twice, or for another flock."
            if hens
            else "Correct the date or the flock of the round, or what left the flock.",
            entries=entries,
        )


def old_eggs(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield eggs that were used or sold past the best-before date of their day (rule 14)."""
    teller, store = Teller(connection), EggStorage.__table__.c
    names = EGGS.accounts[0]
    dates = select(*(store[name] for name in names), func.min(store.best_before).label("ends"))
    ends = dates.where(store.best_before.is_not(None)).group_by(*(store[n] for n in names))
    of = ends.subquery()
    same = [store[name].is_not_distinct_from(of.c[name]) for name in names]
    query = select(EggStorage.__table__, of.c.ends).join(of, and_(*same))
    query = query.where(store.movement == StockMovement.USE, store.moved_on > of.c.ends)
    if since is not None:
        query = query.where(store.moved_on >= since)
    for row in connection.execute(query.limit(MOST)).all():
        unit, thing = EGGS.named(connection, row)
        yield Finding(
            rule=14,
            on=row.moved_on,
            message=f"{amount(-EGGS.posted(row))} {unit} of {thing} left on "
            f"{row.moved_on:%d %B %Y}, and were best before {row.ends:%d %B %Y}.",
            advice="Correct the date they were received with, or what left; if they were sold, "
            "tell who has them.",
            entries=(teller.entry(EggStorage, row, f"Egg movement of {row.moved_on:%d %B %Y}"),),
        )


def _by_account(rows: Any, names: tuple[str, ...]) -> dict[tuple[Any, ...], list[Row[Any]]]:
    found: dict[tuple[Any, ...], list[Row[Any]]] = {}
    for row in rows:
        key = tuple(getattr(row, name) for name in names)
        if key in found or len(found) < MOST:
            found.setdefault(key, []).append(row)
    return found


def _past(on: date, since: date | None) -> bool:
    return since is not None and on < since


def _settled(connection: Connection, record: type[Record], of: tuple[Any, ...], on: date) -> bool:
    if record is not HerdBatch:
        return False
    moves = HerdMovement.__table__.c
    counted = select(moves.id).where(
        moves.herd_id == of[0], moves.kind == HerdMove.COUNTED, moves.moved_on > on
    )
    return connection.execute(counted.limit(1)).first() is not None


def _left(teller: Teller, record: type[Record], of: UUID, until: date) -> tuple[Entry, ...]:
    found = []
    for left, whose, on, head in _LEFT[record]:
        table = left.__table__.c
        query = (
            select(left.__table__)
            .where(table[whose] == of, table[on] <= until, table[head].is_not(None))
            .order_by(table[on].desc(), table.updated_at.desc())
            .limit(MOST_ENTRIES)
        )
        if left is HerdMovement:
            query = query.where(table.head < 0)
        for row in teller.connection.execute(query):
            day, count = getattr(row, on), abs(getattr(row, head))
            words = f"{left.__titles__[0]}: {count:,} on {day:%d %B %Y}"
            found.append((day, row.updated_at, teller.entry(left, row, words)))
    found.sort(key=lambda one: one[:2], reverse=True)
    return tuple(one for _, _, one in found[:MOST_ENTRIES])


def _short(
    connection: Connection, ledger: Ledger, names: tuple[str, ...]
) -> dict[tuple[Any, ...], list[Row[Any]]]:
    """Return the days below zero of each balance that no later stocktake settled.

    All rows of a day count before its balance is looked at. Whether there was a stocktake is asked
    of the few balances that are short.
    """
    table = ledger.record.__table__.c
    keys = [table[name] for name in names]
    left = func.sum(table[ledger.quantity]).over(partition_by=keys, order_by=table.moved_on)
    days = select(*keys, table.moved_on, left.label("left"))
    if ledger is INVENTORY and "lot" in names:
        days = days.where(table.lot.is_not(None))
    running = days.subquery()
    short = select(running).where(running.c.left < 0).distinct().order_by(*running.c)
    found = _by_account(connection.execute(short), names)
    return {
        account: rows
        for account, rows in found.items()
        if not _counted(connection, ledger, dict(zip(names, account, strict=True)), rows[-1])
    }


def _counted(
    connection: Connection, ledger: Ledger, account: dict[str, Any], last: Row[Any]
) -> bool:
    """Say whether a balance was counted after the last day that it was below zero."""
    table = ledger.record.__table__.c
    later = select(table.id).where(*ledger.matching(account), table.moved_on > last.moved_on)
    taken = later.where(table.movement == StockMovement.STOCKTAKE).limit(1)
    return connection.execute(taken).first() is not None


def _shortage(
    teller: Teller, ledger: Ledger, account: dict[str, Any], rows: list[Row[Any]]
) -> Finding:
    table = ledger.record.__table__.c
    worst = min(rows, key=lambda row: (row.left, row.moved_on))
    taken = teller.connection.execute(
        select(ledger.record.__table__)
        .where(*ledger.matching(account), table[ledger.quantity] < 0)
        .where(table.moved_on <= worst.moved_on)
        .order_by(table.moved_on.desc(), table.updated_at.desc())
        .limit(MOST_ENTRIES)
    ).all()
    unit, thing = ledger.named(teller.connection, taken[0])
    left = with_minus(amount(Decimal(worst.left)))
    lot = f", lot {account['lot']}," if ledger is INVENTORY and "lot" in account else ""
    return Finding(
        rule=13,
        on=rows[0].moved_on,
        message=f"{left} {_one_of(unit, worst.left)} of {thing}{lot} would be left on "
        f"{worst.moved_on:%d %B %Y}: more was taken than there was.",
        advice="Count the stock: that posts the difference. Or open what was written down twice, "
        "or write down what was received.",
        entries=tuple(teller.entry(ledger.record, row, _moved(ledger, row, unit)) for row in taken),
    )


def _moved(ledger: Ledger, row: Row[Any], unit: str) -> str:
    posted = -ledger.posted(row)
    reason = f", {row.reason}" if ledger is INVENTORY and row.reason else ""
    return (
        f"{str(row.movement).capitalize()}: {amount(posted)} {_one_of(unit, posted)} on "
        f"{row.moved_on:%d %B %Y}{reason}"
    )


def _one_of(unit: str, quantity: Decimal) -> str:
    """Return the unit as it stands after a quantity: of one piece without its s."""
    return "piece" if unit == "pieces" and abs(quantity) == 1 else unit


def _hens(connection: Connection, flock: UUID) -> Callable[[date], int]:
    counts = counts_by_day(connection, Flock, flock)
    days = list(counts)

    def on(day: date) -> int:
        def head(at: date) -> int:
            number = bisect_right(days, at)
            return counts[days[number - 1]] if number else 0

        # Those that left that day were there before, and laid.
        return max(head(day), head(day - timedelta(days=1)), 0)

    return on


def _rounds(teller: Teller, day: Any) -> tuple[Entry, ...]:
    rows = teller.connection.execute(
        select(EggProductionLog.__table__).where(
            _LAID.flock_id == day.flock_id, _LAID.collected_on == day.collected_on
        )
    )
    return tuple(
        teller.entry(
            EggProductionLog,
            row,
            f"{str(row.round).replace('_', ' ').capitalize()}: {row.total:,} eggs",
        )
        for row in rows
    )
