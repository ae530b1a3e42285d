"""Entries of one animal that cannot all be true once those of several PCs are together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, func, literal_column, or_, select
from sqlalchemy.orm import aliased

from fluffydesk.actions.findings.finding import (
    MOST,
    MOST_ENTRIES,
    Finding,
    Teller,
    called,
    listed,
)
from fluffydesk.actions.rules.animals import HERE, LOGS, Log
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm_resources import FarmProduct
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import Livestock, LivestockBatchMember

_ANIMALS = Livestock.__table__.c
_MILK = MilkProductionLog.__table__.c
_MOVED = Log(LivestockBatchMember, "animal_id", "joined_on", "moved to a group")
_MALE = (Sex.MALE, Sex.NEUTERED_MALE)
_AT_ONCE = 500
_FEMALE = (Sex.FEMALE, Sex.NEUTERED_FEMALE)


def after_leaving(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield animals of which something is written down after they died or left (rules 3 and 4)."""
    for animal, rows in _outside(connection, since, "left_on").items():
        word = "died" if animal.status == LivestockStatus.DEAD else "left"
        yield _told(
            connection,
            animal,
            rows,
            f"{called(animal)} {word} on {animal.left_on:%d %B %Y}",
            "Correct the day it left, or the animal or the day of what came later; if it never "
            "left, take that back on its card.",
        )


def before_coming(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield animals of which something is written down before they were born or came (rule 3)."""
    for name, word in (("birth_date", "was born"), ("arrived_on", "arrived")):
        for animal, rows in _outside(connection, since, name).items():
            yield _told(
                connection,
                animal,
                rows,
                f"{called(animal)} {word} on {getattr(animal, name):%d %B %Y}",
                "Correct that day on its card, or the animal or the day of the other entry.",
            )


def dry_cows(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield females milked after they were dried off, and males that were milked (rule 9)."""
    dry = and_(_MILK.milked_on > _ANIMALS.dried_off_on, _ANIMALS.calved_on <= _ANIMALS.dried_off_on)
    ways = [(dry, "was dried off on")]
    if since is None:
        ways.append((_ANIMALS.sex.in_(_MALE), "is male"))
    for condition, word in ways:
        query = select(MilkProductionLog.__table__, _ANIMALS.id.label("of")).join(
            Livestock.__table__, _ANIMALS.id == _MILK.animal_id
        )
        if since is not None:
            query = query.where(_ANIMALS.dried_off_on >= since)
        query = query.where(condition).limit(MOST)
        for animal, rows in _grouped(connection, query, LOGS[0]).items():
            when = f" {animal.dried_off_on:%d %B %Y}" if word.endswith("on") else ""
            yield _told(
                connection,
                animal,
                rows,
                f"{called(animal)} {word}{when}",
                "Correct that on the animal's card, or the tag or the day of the milking.",
                rule=9,
            )


def groups(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield animals whose card names another group than their last move (rule 8)."""
    moves = LivestockBatchMember.__table__
    last = select(moves.c.animal_id, func.max(moves.c.joined_on).label("on"))
    if since is not None:
        last = last.where(moves.c.joined_on >= since)
    latest = last.group_by(moves.c.animal_id).subquery()
    query = (
        select(moves)
        .join(
            latest, and_(moves.c.animal_id == latest.c.animal_id, moves.c.joined_on == latest.c.on)
        )
        .join(Livestock.__table__, _ANIMALS.id == moves.c.animal_id)
        .where(_ANIMALS.batch_id.is_distinct_from(moves.c.batch_id), _ANIMALS.status.in_(HERE))
        .limit(MOST)
    )
    teller = Teller(connection)
    for row in connection.execute(query).all():
        animal = row_of(connection, Livestock, row.animal_id)
        assert animal is not None
        yield Finding(
            rule=8,
            on=row.joined_on,
            message=f"The card of {called(animal)} names another group than its last move, of "
            f"{row.joined_on:%d %B %Y}.",
            advice="Move it to where it is today, or correct the move.",
            entries=(
                teller.entry(Livestock, animal, f"Card of {called(animal)}"),
                teller.entry(LivestockBatchMember, row, f"Move of {row.joined_on:%d %B %Y}"),
            ),
        )


def sold_twice(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield animals whose sale, with its money, was written down more than once (rule 4)."""
    sales = FarmProductSale.__table__
    live = (sales.c.product == FarmProduct.LIVE_ANIMALS) & sales.c.animal_id.is_not(None)
    twice = select(sales.c.animal_id).where(live).group_by(sales.c.animal_id)
    twice = twice.having(func.count() > 1)
    if since is not None:
        twice = twice.having(func.max(sales.c.sold_on) >= since)
    query = select(sales).where(live, sales.c.animal_id.in_(twice.limit(MOST)))
    rows: dict[UUID, list[Row[Any]]] = {}
    for row in connection.execute(query.order_by(sales.c.sold_on, sales.c.id)):
        rows.setdefault(row.animal_id, []).append(row)
    teller = Teller(connection)
    for key, sold in rows.items():
        name = called(row_of(connection, Livestock, key))
        yield Finding(
            rule=4,
            on=sold[-1].sold_on,
            message=f"{name} was sold {len(sold)} times.",
            advice="Keep one sale and undo the others under Money: their income goes with them.",
            entries=tuple(
                teller.entry(FarmProductSale, row, f"Sale of {row.sold_on:%d %B %Y}")
                for row in sold[:MOST_ENTRIES]
            ),
        )


def parents(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield animals whose dam is male, whose sire is female or of another species (rule 6)."""
    young, parent = aliased(Livestock.__table__), aliased(Livestock.__table__)
    teller = Teller(connection)
    for role, never in (("dam", _MALE), ("sire", _FEMALE)):
        query = (
            select(young.c.id, parent.c.id.label("parent"))
            .join(parent, parent.c.id == young.c[f"{role}_id"])
            .where(or_(parent.c.sex.in_(never), parent.c.species_id != young.c.species_id))
            .limit(MOST)
        )
        if since is not None:
            query = query.where(young.c.birth_date >= since)
        for found in connection.execute(query).all():
            child = row_of(connection, Livestock, found.id)
            whose = row_of(connection, Livestock, found.parent)
            assert child is not None
            assert whose is not None
            differs = whose.species_id != child.species_id
            what = "of another species" if differs else str(whose.sex).replace("_", " ")
            yield Finding(
                rule=6,
                on=child.birth_date or teller.day(child.updated_at),
                message=f"{called(whose)} is {what} and the {role} of {called(child)}.",
                advice="Correct one of the two cards.",
                entries=(
                    teller.entry(Livestock, whose, f"Card of {called(whose)}"),
                    teller.entry(Livestock, child, f"Card of {called(child)}"),
                ),
            )


def tags(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield tags that two living animals of a species wear: one may be entered twice (rule 27).

    Both may be right, as where a number came back; that is for a person to see.
    """
    same = (
        select(_ANIMALS.species_id, _ANIMALS.tag_number)
        .where(_ANIMALS.status == LivestockStatus.ACTIVE)
        .group_by(_ANIMALS.species_id, _ANIMALS.tag_number)
        .having(func.count() > 1)
        .limit(MOST)
    )
    teller = Teller(connection)
    for species, tag in connection.execute(same).all():
        rows = connection.execute(
            select(Livestock.__table__)
            .where(_ANIMALS.tag_number == tag, _ANIMALS.species_id == species)
            .where(_ANIMALS.status == LivestockStatus.ACTIVE)
            .limit(MOST_ENTRIES)
        ).all()
        if len({row.updated_device for row in rows}) < 2:
            continue  # one PC knew of both
        entries = [teller.entry(Livestock, row, f"Card of {called(row)}") for row in rows]
        yield Finding(
            rule=27,
            on=max(teller.day(row.created_at) for row in rows),
            message=f"{len(rows)} living animals wear the tag {tag}, entered on different PCs.",
            advice="If they are one, delete the card that was entered twice; else give one "
            "another tag.",
            entries=tuple(entries),
        )


def _outside(
    connection: Connection, since: date | None, edge: str
) -> dict[Row[Any], list[tuple[Log, Row[Any]]]]:
    """Return what lies outside of the days an animal was here, by animal: after or before one."""
    zone, after = Teller(connection).zone, edge == "left_on"
    found: dict[Row[Any], list[tuple[Log, Row[Any]]]] = {}
    for log in (*LOGS, _MOVED):
        for query in _beyond(connection, log, edge, since):
            for animal, rows in _grouped(connection, query, log).items():
                for one, row in rows:
                    moment = getattr(row, log.on)
                    if isinstance(moment, datetime):
                        moment = moment.astimezone(zone).date()
                    bound = getattr(animal, edge)
                    if moment > bound if after else moment < bound:
                        found.setdefault(animal, []).append((one, row))
    return found


def _beyond(connection: Connection, log: Log, edge: str, since: date | None) -> Iterator[Any]:
    """Yield the queries of a log's rows beyond an edge: of all animals, or of some at a time.

    Of a moment only the start of the edge's day is asked, two days off: whose day it was is for
    the farm's time zone to say.
    """
    day, when, after = _ANIMALS[edge], log.on_column, edge == "left_on"
    limit: ColumnElement[Any] = day
    if when.type.python_type is datetime:
        days_off = f"{'-' if after else '+'} {2 * 86_400_000_000}"
        limit = literal_column(
            f"CAST((julianday({Livestock.__tablename__}.{edge}) - 2440587.5) * 86400000000 "
            f"AS INTEGER) {days_off}"
        )
    query = (
        select(log.record.__table__, _ANIMALS.id.label("of"))
        .join(Livestock.__table__, _ANIMALS.id == log.animal_column)
        .where(day.is_not(None), when > limit if after else when < limit)
        .limit(20 * MOST)
    )
    if after:
        query = query.where(_ANIMALS.status.not_in(HERE))
    if since is None:
        yield query
        return
    ids = connection.execute(select(_ANIMALS.id).where(day >= since)).scalars().all()
    for first in range(0, len(ids), _AT_ONCE):
        yield query.where(log.animal_column.in_(ids[first : first + _AT_ONCE]))


def _grouped(
    connection: Connection, query: Any, log: Log
) -> dict[Row[Any], list[tuple[Log, Row[Any]]]]:
    """Return the rows of a log by their animal; those that do not count are left out."""
    animals: dict[UUID, Row[Any]] = {}
    found: dict[Row[Any], list[tuple[Log, Row[Any]]]] = {}
    for row in connection.execute(query).all():
        if not log.counts(row):
            continue
        if row.of not in animals:
            animal = row_of(connection, Livestock, row.of)
            assert animal is not None
            animals[row.of] = animal
        found.setdefault(animals[row.of], []).append((log, row))
    return found


def _told(
    connection: Connection,
    animal: Row[Any],
    rows: list[tuple[Log, Row[Any]]],
    fact: str,
    advice: str,
    rule: int = 3,
) -> Finding:
    """Return the finding of a fact on an animal's card and of the entries that contradict it."""
    teller = Teller(connection)
    shown = rows[:MOST_ENTRIES]
    said = [f"{log.done} on {teller.day(getattr(row, log.on)):%d %B %Y}" for log, row in shown]
    more = [f"{len(rows) - len(shown)} more"] if len(rows) > len(shown) else []
    return Finding(
        rule=rule,
        on=min(teller.day(getattr(row, log.on)) for log, row in rows),
        message=f"{fact}, and this is written down: {listed([*said, *more])}.",
        advice=advice,
        entries=(
            teller.entry(Livestock, animal, f"Card of {called(animal)}"),
            *(
                teller.entry(log.record, row, words[0].upper() + words[1:])
                for (log, row), words in zip(shown, said, strict=True)
            ),
        ),
    )
