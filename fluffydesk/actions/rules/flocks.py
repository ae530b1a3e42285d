"""Rules of flocks and herds counted by head: no more leave than there are (rules 1, 2, 3, 12).

A flock has what was placed in it, less what was moved out of it, died, was culled or was sold. A
herd has its start and its moves, less what was sold by the head: a sale is not a move as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, select, union_all

from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.eggs import more_than_can_be
from fluffydesk.records.enums.livestock import HerdMove
from fluffydesk.records.farm import EggProductionLog, MortalityLog
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import Flock, HerdBatch, HerdMovement, PoultryBatch
from fluffydesk.records.vocabulary import Record
from fluffydesk.wording import counted

Step = tuple[type[Record], UUID, date, int]
"""The flock or herd, a day, and how many came (above zero) or left on it."""
Steps = Callable[[Row[Any]], Iterable[Step]]

_JOINING = (HerdMove.BORN, HerdMove.BOUGHT, HerdMove.MOVED_IN)
_LOST, _PLACED = MortalityLog.__table__.c, PoultryBatch.__table__.c
_SOLD, _MOVED = FarmProductSale.__table__.c, HerdMovement.__table__.c
_EGGS = EggProductionLog.__table__.c


def steps_of(record: type[Record]) -> Select[Any]:
    """Return a query of all that came and left a day: `of` (flock or herd), `on`, `head`."""
    if record is Flock:
        parts = [
            select(
                _PLACED.flock_id.label("of"),
                _PLACED.placed_on.label("on"),
                _PLACED.head_count.label("head"),
            ),
            select(_PLACED.from_flock_id, _PLACED.placed_on, -1 * _PLACED.head_count).where(
                _PLACED.from_flock_id.is_not(None)
            ),
            select(_LOST.flock_id, _LOST.died_on, -1 * _LOST.head_count),
        ]
        sold_from = _SOLD.flock_id
    else:
        herds = HerdBatch.__table__.c
        parts = [
            select(
                herds.id.label("of"), herds.started_on.label("on"), herds.head_count.label("head")
            ),
            select(_MOVED.herd_id, _MOVED.moved_on, _MOVED.head),
        ]
        sold_from = _SOLD.herd_id
    parts.append(
        select(sold_from, _SOLD.sold_on, -1 * _SOLD.head).where(
            sold_from.is_not(None), _SOLD.head.is_not(None)
        )
    )
    steps = union_all(*parts).subquery()
    return select(steps.c.of, steps.c.on, func.sum(steps.c.head).label("head")).group_by(
        steps.c.of, steps.c.on
    )


def counts_by_day(connection: Connection, record: type[Record], of: UUID) -> dict[date, int]:
    """Return the head count at the end of each day on which something came or left, in order."""
    steps = steps_of(record).subquery()
    rows = connection.execute(
        select(steps.c.on, steps.c.head).where(steps.c.of == of).order_by(steps.c.on)
    ).all()
    return dict(
        zip((row.on for row in rows), accumulate(int(row.head) for row in rows), strict=True)
    )


def head_count(connection: Connection, record: type[Record], of: UUID, on: date) -> int:
    """Return the head count of a flock or herd at the end of a day (rule 1)."""
    steps = steps_of(record).subquery()
    query = select(func.sum(steps.c.head)).where(steps.c.of == of, steps.c.on <= on)
    return int(connection.execute(query).scalar() or 0)


def fewest_from(connection: Connection, record: type[Record], of: UUID, on: date) -> int:
    """Return the smallest head count at the end of `on` or of any later day; never below 0."""
    days = counts_by_day(connection, record, of)
    before = [count for day, count in days.items() if day <= on]
    later = [count for day, count in days.items() if day > on]
    return max(0, min([before[-1] if before else 0, *later]))


def hens_on(connection: Connection, flock: UUID, on: date) -> int:
    """Return the birds that may have laid on a day: those that left on it were there before."""
    return max(
        head_count(connection, Flock, flock, on),
        head_count(connection, Flock, flock, on - timedelta(days=1)),
    )


def too_many_eggs(connection: Connection, flock: UUID, on: date) -> str:
    """Return words where a day's eggs are over 1.05 a hen; "" where they can be (rule 12)."""
    query = select(func.sum(_EGGS.total)).where(_EGGS.flock_id == flock, _EGGS.collected_on == on)
    eggs = int(connection.execute(query).scalar() or 0)
    hens = hens_on(connection, flock, on)
    return f"{eggs:,} eggs of {hens:,} hens: count again." if more_than_can_be(eggs, hens) else ""


def _enough(record: type[Record], steps: Steps, field: str) -> Rule:
    """Return the rule that no change of such a row leaves fewer than none (rules 1 and 2)."""

    def rule(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
        gone = [] if before is None else list(steps(before))
        come = [] if after is None else list(steps(after))
        for of in {step[1] for step in (*gone, *come) if step[0] is record}:
            mine = [(on, head) for kind, one, on, head in come if (kind, one) == (record, of)]
            mine += [(on, -head) for kind, one, on, head in gone if (kind, one) == (record, of)]
            for day, count in counts_by_day(connection, record, of).items():
                change = sum(head for on, head in mine if on <= day)
                if count < 0 and change < 0:
                    own = sum(head for _, one, on, head in come if one == of and on <= day)
                    raise _shortage(connection, record, of, day, count, min(own, 0), field)

    return rule


def _shortage(
    connection: Connection,
    record: type[Record],
    of: UUID,
    on: date,
    count: int,
    own: int,
    field: str,
) -> InvalidValue:
    """Return the refusal: `count` is below zero, `own` of it by the row itself."""
    row = row_of(connection, record, of)
    name = "it" if row is None else row.name
    one = "bird" if record is Flock else "animal"
    if own:
        there = counted(max(count - own, 0), f"{one} was", f"{one}s were")
        said = f"Only {there} in {name} on {on:%d %B %Y}, not {-own:,}."
    else:
        said = f"{name} would be {counted(-count, one, f'{one}s')} short on {on:%d %B %Y}."
    advice = "Check the number and the date, or write down first what came."
    return InvalidValue(said, advice, field=field)


def _placement(row: Row[Any]) -> Iterable[Step]:
    yield Flock, row.flock_id, row.placed_on, row.head_count
    if row.from_flock_id is not None:
        yield Flock, row.from_flock_id, row.placed_on, -row.head_count


def _loss(row: Row[Any]) -> Iterable[Step]:
    yield Flock, row.flock_id, row.died_on, -row.head_count


def _sale(row: Row[Any]) -> Iterable[Step]:
    if row.head is not None and row.flock_id is not None:
        yield Flock, row.flock_id, row.sold_on, -row.head
    if row.head is not None and row.herd_id is not None:
        yield HerdBatch, row.herd_id, row.sold_on, -row.head


def _start(row: Row[Any]) -> Iterable[Step]:
    yield HerdBatch, row.id, row.started_on, row.head_count


def _move(row: Row[Any]) -> Iterable[Step]:
    yield HerdBatch, row.herd_id, row.moved_on, row.head


def _no_circle(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    if after is not None and after.from_flock_id == after.flock_id:
        raise InvalidValue(
            "A flock cannot be moved into itself.", "Choose another flock.", field="from_flock_id"
        )


def _move_fits(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse a move against its kind's sign, or of a herd that is not there yet or any more."""
    if after is None:
        return
    if after.kind != HerdMove.COUNTED and (after.head > 0) != (after.kind in _JOINING):
        raise InvalidValue(
            "Those that join are counted above zero, those that leave below.",
            "Turn the sign round, or choose what happened.",
            field="head",
        )
    if after.other_herd_id == after.herd_id:
        raise InvalidValue(
            "A herd cannot be moved into itself.", "Choose another herd.", field="other_herd_id"
        )
    herd = row_of(connection, HerdBatch, after.herd_id)
    if herd is not None and after.moved_on < herd.started_on:
        raise InvalidValue(
            f"{herd.name} started on {herd.started_on:%d %B %Y}.",
            "Check the date.",
            field="moved_on",
        )
    if herd is not None and herd.closed_on is not None and after.moved_on > herd.closed_on:
        raise InvalidValue(
            f"{herd.name} was closed on {herd.closed_on:%d %B %Y}.",
            "Check the date.",
            field="moved_on",
        )


def _eggs_fit(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse bad eggs above the total (rule 12), and eggs of a flock without birds (rule 3)."""
    if after is None:
        return
    bad = after.cracked + after.dirty + after.discarded
    if bad > after.total:
        raise InvalidValue(
            f"Cracked, dirty and discarded make {bad:,} eggs, but the total is {after.total:,}.",
            "The total counts every egg collected, the bad ones too.",
            field="total",
        )
    same = before is not None and (before.flock_id, before.collected_on) == (
        after.flock_id,
        after.collected_on,
    )
    if after.total and not same and not hens_on(connection, after.flock_id, after.collected_on):
        raise InvalidValue(
            f"This flock has no birds on {after.collected_on:%d %B %Y}.",
            "Write down the placement first, or check the date.",
            field="total",
        )


RULES: dict[type[Record], tuple[Rule, ...]] = {
    PoultryBatch: (_no_circle, _enough(Flock, _placement, "head_count")),
    MortalityLog: (_enough(Flock, _loss, "head_count"),),
    FarmProductSale: (_enough(Flock, _sale, "head"), _enough(HerdBatch, _sale, "head")),
    HerdBatch: (_enough(HerdBatch, _start, "head_count"),),
    HerdMovement: (_move_fits, _enough(HerdBatch, _move, "head")),
    EggProductionLog: (_eggs_fit,),
}
