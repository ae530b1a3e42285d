"""Births that two PCs wrote down as two, and young that do not fit their birth (rule 7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from fluffydesk.actions.findings.finding import MOST, MOST_ENTRIES, Finding, Teller, called
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.figures.breeding import same_birth
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.farm import LambingRecord
from fluffydesk.records.livestock import Livestock, LivestockSpecies
from fluffydesk.wording import counted

_BIRTHS = LambingRecord.__table__.c
_ANIMALS = Livestock.__table__.c


def births(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield dams with two births nearer to each other than she can bear."""
    teller = Teller(connection)
    one, other = aliased(LambingRecord.__table__), aliased(LambingRecord.__table__)
    apart = func.julianday(other.c.lambed_on) - func.julianday(one.c.lambed_on)
    query = (
        select(one.c.id, other.c.id.label("other"), LivestockSpecies.__table__.c.gestation_days)
        .join(other, other.c.dam_id == one.c.dam_id)
        .join(Livestock.__table__, _ANIMALS.id == one.c.dam_id)
        .join(
            LivestockSpecies.__table__,
            LivestockSpecies.__table__.c.id == _ANIMALS.species_id,
        )
        .where(other.c.lambed_on > one.c.lambed_on)
        .where(apart <= LivestockSpecies.__table__.c.gestation_days / 2)
        .order_by(other.c.lambed_on)
        .limit(MOST)
    )
    if since is not None:
        query = query.where(other.c.lambed_on >= since)
    for pair in connection.execute(query).all():
        rows = [row_of(connection, LambingRecord, key) for key in (pair.id, pair.other)]
        first, second = (row for row in rows if row is not None)
        if not same_birth(first.lambed_on, second.lambed_on, pair.gestation_days):
            continue
        dam = row_of(connection, Livestock, first.dam_id)
        yield Finding(
            rule=7,
            on=second.lambed_on,
            message=f"{called(dam)} has a birth on {first.lambed_on:%d %B %Y} and another on "
            f"{second.lambed_on:%d %B %Y}: she cannot have borne twice.",
            advice="Delete the one that is the same birth; the other goes on counting.",
            entries=tuple(
                teller.entry(
                    LambingRecord,
                    row,
                    f"Birth of {row.lambed_on:%d %B %Y}: {row.born_alive} alive",
                )
                for row in (first, second)
            ),
        )


def young(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield births with more animals of that dam and day than were born alive, and twins apart."""
    teller = Teller(connection)
    query = (
        select(_BIRTHS.id, func.count().label("number"))
        .join(
            Livestock.__table__,
            (_ANIMALS.dam_id == _BIRTHS.dam_id) & (_ANIMALS.birth_date == _BIRTHS.lambed_on),
        )
        .group_by(_BIRTHS.id)
        .having(func.count() > _BIRTHS.born_alive)
        .limit(MOST)
    )
    if since is not None:
        query = query.where(_BIRTHS.lambed_on >= since)
    for found in connection.execute(query).all():
        birth = row_of(connection, LambingRecord, found.id)
        assert birth is not None
        rows = connection.execute(
            select(Livestock.__table__)
            .where(_ANIMALS.dam_id == birth.dam_id, _ANIMALS.birth_date == birth.lambed_on)
            .order_by(_ANIMALS.updated_at.desc())
            .limit(MOST_ENTRIES)
        )
        dam = called(row_of(connection, Livestock, birth.dam_id))
        have = counted(found.number, "animal has", "animals have")
        yield Finding(
            rule=7,
            on=birth.lambed_on,
            message=f"{have} {dam} as dam and were born on {birth.lambed_on:%d %B %Y}, and "
            f"{birth.born_alive} were born alive.",
            advice="Delete the card that was entered twice, or correct the birth.",
            entries=(
                teller.entry(LambingRecord, birth, f"Birth: {birth.born_alive} alive"),
                *(teller.entry(Livestock, row, f"Card of {called(row)}") for row in rows),
            ),
        )
    yield from _twins_apart(connection, since, teller)


def _twins_apart(connection: Connection, since: date | None, teller: Teller) -> Iterator[Finding]:
    one, other = aliased(Livestock.__table__), aliased(Livestock.__table__)
    species = LivestockSpecies.__table__.c
    services = BreedingRecord.__table__.c
    days = func.julianday(other.c.birth_date) - func.julianday(one.c.birth_date)
    donates = select(services.id).where(services.donor_id == one.c.dam_id).exists()
    query = (
        select(one.c.id, other.c.id.label("other"))
        .join(other, other.c.dam_id == one.c.dam_id)
        .join(LivestockSpecies.__table__, species.id == one.c.species_id)
        .where(other.c.birth_date > one.c.birth_date, days <= species.gestation_days / 2, ~donates)
        .order_by(other.c.birth_date)
        .limit(MOST)
    )
    if since is not None:
        late = since - timedelta(days=200)  # lets an index find those few
        query = query.where(other.c.birth_date >= since, one.c.birth_date >= late)
    for pair in connection.execute(query).all():
        first, second = (row_of(connection, Livestock, key) for key in (pair.id, pair.other))
        assert first is not None
        assert second is not None
        dam = called(row_of(connection, Livestock, first.dam_id))
        yield Finding(
            rule=7,
            on=second.birth_date,
            message=f"{called(first)} and {called(second)} are of one birth of {dam}, and were "
            f"born on {first.birth_date:%d %B %Y} and {second.birth_date:%d %B %Y}.",
            advice="Twins share their day: correct one of the two cards.",
            entries=tuple(
                teller.entry(Livestock, row, f"Card of {called(row)}") for row in (first, second)
            ),
        )
