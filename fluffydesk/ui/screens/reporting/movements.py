"""The movement book: what came and what went, of animals, herds and flocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, or_, select

from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MortalityLog
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import (
    Flock,
    HerdBatch,
    HerdMovement,
    Livestock,
    PoultryBatch,
)
from fluffydesk.ui.fields.texts import day_text, number_text, words
from fluffydesk.ui.screens.reading.animals import called
from fluffydesk.ui.screens.reading.milk import natural
from fluffydesk.ui.screens.reporting.report import (
    Column,
    Period,
    Report,
    Stop,
    line,
    number,
    quiet,
)

_ANIMALS = Livestock.__table__.c
_MOVES = (
    Column("Date"),
    Column("What happened"),
    Column("Animal or group", wide=True),
    Column("Official id"),
    number("In"),
    number("Out"),
    Column("From or to", wide=True),
    Column("Remark", wide=True),
)
_WENT = {
    LivestockStatus.SOLD: "Sold",
    LivestockStatus.DEAD: "Died",
    LivestockStatus.SLAUGHTERED: "Slaughtered",
    LivestockStatus.LOST: "Lost",
}


@dataclass(frozen=True)
class _Move:
    on: date
    what: str
    who: str
    official: str
    came: int
    went: int
    place: str
    remark: str

    def cells(self) -> tuple[str, ...]:
        return (
            day_text(self.on),
            self.what,
            self.who,
            self.official,
            quiet(self.came or None),
            quiet(self.went or None),
            self.place,
            self.remark,
        )


def movements(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return the movement book: births, arrivals, departures and deaths, in order (rule 1)."""
    found = [
        *_animal_moves(connection, period, stop),
        *_herd_moves(connection, period),
        *_flock_moves(connection, period),
    ]
    found.sort(key=lambda move: (move.on, natural(move.who), move.what))
    return Report(
        title="Movement book",
        columns=_MOVES,
        rows=tuple(move.cells() for move in found),
        sums=(
            line(
                _MOVES,
                "Sum",
                In=number_text(sum(move.came for move in found)),
                Out=number_text(sum(move.went for move in found)),
            ),
        ),
        notes=(
            "Births, arrivals, departures and deaths of single animals, of herds counted by head "
            "and of flocks. A birth counts where the animal did not come from elsewhere.",
        ),
        empty="Nothing came and nothing went in these days.",
    )


def _animal_moves(connection: Connection, period: Period, stop: Stop) -> list[_Move]:
    between = (period.first, period.last)
    query = select(Livestock.__table__).where(
        or_(
            _ANIMALS.birth_date.between(*between),
            _ANIMALS.arrived_on.between(*between),
            _ANIMALS.left_on.between(*between),
        )
    )
    dams = _dams(connection)
    found = []
    for row in connection.execute(query):
        stop()
        who = called(row.tag_number, row.name)
        official = row.official_id or row.eid or ""
        if row.arrived_on is None and _within(row.birth_date, period):
            dam = dams.get(row.dam_id, "")
            remark = f"Dam {dam}" if dam else ""
            found.append(_Move(row.birth_date, "Born", who, official, 1, 0, "", remark))
        if _within(row.arrived_on, period):
            came = row.came_from or ""
            found.append(_Move(row.arrived_on, "Arrived", who, official, 1, 0, came, ""))
        if _within(row.left_on, period) and row.status in _WENT:
            went, why = row.went_to or "", row.left_reason or ""
            found.append(_Move(row.left_on, _WENT[row.status], who, official, 0, 1, went, why))
    return found


def _dams(connection: Connection) -> dict[UUID, str]:
    dam = Livestock.__table__.alias()
    query = (
        select(dam.c.id, dam.c.tag_number)
        .join(Livestock.__table__, _ANIMALS.dam_id == dam.c.id)
        .distinct()
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _herd_moves(connection: Connection, period: Period) -> list[_Move]:
    moves, herds = HerdMovement.__table__, HerdBatch.__table__
    query = (
        select(moves, herds.c.name.label("herd"), herds.c.batch_mark)
        .join(herds, herds.c.id == moves.c.herd_id)
        .where(moves.c.moved_on.between(period.first, period.last))
    )
    found = [
        _Move(
            row.moved_on,
            words(row.kind),
            row.herd,
            row.batch_mark or "",
            max(row.head, 0),
            max(-row.head, 0),
            row.other_holding or "",
            " ".join(filter(None, (row.movement_document, row.cause))),
        )
        for row in connection.execute(query)
    ]
    started = select(herds).where(herds.c.started_on.between(period.first, period.last))
    found += [
        _Move(row.started_on, "Started", row.name, row.batch_mark or "", row.head_count, 0,
              row.origin or "", "")
        for row in connection.execute(started)
        if row.head_count
    ]  # fmt: skip
    return found


def _flock_moves(connection: Connection, period: Period) -> list[_Move]:
    placed, lost, flocks = PoultryBatch.__table__, MortalityLog.__table__, Flock.__table__
    sold, source = FarmProductSale.__table__, flocks.alias("source")
    came = (
        select(placed, flocks.c.name, source.c.name.label("source"))
        .join(flocks, flocks.c.id == placed.c.flock_id)
        .outerjoin(source, source.c.id == placed.c.from_flock_id)
        .where(placed.c.placed_on.between(period.first, period.last))
    )
    gone = (
        select(sold, flocks.c.name)
        .join(flocks, flocks.c.id == sold.c.flock_id)
        .where(sold.c.sold_on.between(period.first, period.last), sold.c.head > 0)
    )
    died = (
        select(lost, flocks.c.name)
        .join(flocks, flocks.c.id == lost.c.flock_id)
        .where(lost.c.died_on.between(period.first, period.last))
    )
    found = [
        _Move(row.sold_on, "Sold", row.name, "", 0, row.head, row.customer or "", "")
        for row in connection.execute(gone)
    ]
    for row in connection.execute(came):
        head, on = row.head_count, row.placed_on
        if row.source is None:
            found.append(_Move(on, "Placed", row.name, "", head, 0, row.supplier or "", ""))
        else:
            found.append(_Move(on, "Moved in", row.name, "", head, 0, row.source, ""))
            found.append(_Move(on, "Moved out", row.source, "", 0, head, row.name, ""))
    found += [
        _Move(row.died_on, words(row.kind), row.name, "", 0, row.head_count, row.disposal or "",
              row.cause or "")
        for row in connection.execute(died)
    ]  # fmt: skip
    return found


def _within(on: date | None, period: Period) -> bool:
    return on is not None and period.first <= on <= period.last
