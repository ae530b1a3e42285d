"""Lists of animals: the herd on a day, lactations and daily gain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Column as Field
from sqlalchemy import Connection, Row, String, and_, case, func, or_, select

from fluffydesk.actions.conventions import conventions
from fluffydesk.actions.own_fields import own_columns
from fluffydesk.figures.dates import age_in_words
from fluffydesk.figures.kpi import DAILY_GAIN, DAYS_IN_MILK, LACTATION_YIELD
from fluffydesk.figures.milk import days_in_milk, lactation_yield
from fluffydesk.mirror.own import named, values_of
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.enums.reviews import CustomFieldSubject
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import (
    Livestock,
    LivestockBatch,
    LivestockBreed,
    LivestockSpecies,
)
from fluffydesk.records.types import ExactDecimal
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.ui.fields.texts import day_text, number_text, text_of, words
from fluffydesk.ui.screens.reading.grown import gained, mean_gain
from fluffydesk.ui.screens.reading.milk import LONG_IN_MILK_DAYS, in_milk, natural
from fluffydesk.ui.screens.reporting.report import (
    Column,
    Make,
    Period,
    Report,
    Stop,
    day,
    kpi_cell,
    line,
    measure,
    number,
    of,
    quiet,
)

_ANIMALS = Livestock.__table__.c
_HERD = (
    Column("Tag"),
    Column("Name", wide=True),
    Column("Official id"),
    Column("EID"),
    Column("Species"),
    Column("Breed", wide=True),
    Column("Sex"),
    Column("Born"),
    Column("Age"),
    Column("Group", wide=True),
)
_LACTATIONS = (
    Column("Tag"),
    Column("Name", wide=True),
    number("Parity"),
    Column("Calved"),
    number("In milk", "d"),
    number("Test days"),
    number("So far", "kg"),
)
_GAINS = (
    Column("Tag"),
    Column("Name", wide=True),
    Column("First weighed"),
    number("First", "kg"),
    Column("Last weighed"),
    number("Last", "kg"),
    of(DAILY_GAIN),
)


def herd(connection: Connection, period: Period, stop: Stop, own: Collection[str] = ()) -> Report:
    """Return the animals that were on the farm at the end of a period, by tag.

    With these `own` fields, as they are now.
    """
    on = period.last
    fields = [
        one
        for one in own_columns(connection, CustomFieldSubject.ANIMALS)
        if named(one.name)[1] in own
    ]
    said = [_said(connection, one) for one in fields]
    columns = (*_HERD, *map(_own_column, fields))
    breeds, species = LivestockBreed.__table__, LivestockSpecies.__table__
    groups = LivestockBatch.__table__
    query = (
        select(
            Livestock.__table__,
            species.c.name.label("species"),
            breeds.c.name.label("breed"),
            groups.c.name.label("group"),
        )
        .join(species, species.c.id == _ANIMALS.species_id)
        .join(breeds, breeds.c.id == _ANIMALS.breed_id, isouter=True)
        .join(groups, groups.c.id == _ANIMALS.batch_id, isouter=True)
        .where(
            or_(
                _ANIMALS.status == LivestockStatus.ACTIVE,
                and_(_ANIMALS.left_on.is_not(None), _ANIMALS.left_on > on),
            ),
            or_(_ANIMALS.birth_date.is_(None), _ANIMALS.birth_date <= on),
            or_(_ANIMALS.arrived_on.is_(None), _ANIMALS.arrived_on <= on),
        )
    )
    rows = []
    for row in sorted(connection.execute(query), key=lambda one: natural(one.tag_number)):
        stop()
        rows.append((*_herd_cells(row, on), *(texts.get(row.id, "") for texts in said)))
    return Report(
        title="Herd list",
        columns=columns,
        rows=tuple(rows),
        sums=(line(columns, f"{number_text(len(rows))} animals"),),
        notes=("The animals that were on the farm at the end of the day.",),
        empty="No animal was on the farm that day.",
    )


def herd_with(own: Collection[str]) -> Make:
    """Return how a herd list with own fields is made."""
    return partial(herd, own=own)


def _own_column(one: Field[Any]) -> Column:
    """Return the column of an own field; its unit stands as the farm wrote it."""
    is_number = isinstance(one.type, ExactDecimal)
    return Column(facts_of(one).label, right=is_number, wide=isinstance(one.type, String))


def _said(connection: Connection, one: Field[Any]) -> dict[UUID, str]:
    """Return what stands in an own field of each animal, as lists show it."""
    values = values_of(Livestock.__table__.name, one.name)
    found = connection.execute(select(values.c.entity_id, values.c.value))
    return {animal: text_of(one, value) for animal, value in found if value is not None}


def _herd_cells(row: Row[Any], on: date) -> tuple[str, ...]:
    return (
        row.tag_number,
        row.name or "",
        row.official_id or "",
        row.eid or "",
        row.species,
        row.breed or "",
        words(row.sex),
        day(row.birth_date),
        age_in_words(row.birth_date, on),
        row.group or "",
    )


def lactations(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return each cow in milk at the end of a period, with her milk since calving."""
    cows = connection.execute(
        select(
            _ANIMALS.id, _ANIMALS.tag_number, _ANIMALS.name, _ANIMALS.parity, _ANIMALS.calved_on
        ).where(in_milk(period.last))
    ).all()
    milk = _milk(connection, min((cow.calved_on for cow in cows), default=period.last), period.last)
    ways = conventions(connection)
    rows = []
    for cow in sorted(cows, key=lambda one: natural(one.tag_number)):
        stop()
        days = days_in_milk(cow.calved_on, period.last)
        tested = [
            ((on - cow.calved_on).days, kg)
            for on, kg in milk.get(cow.id, [])
            if on >= cow.calved_on
        ]
        to_day = min(days or 0, LONG_IN_MILK_DAYS)
        so_far = lactation_yield(tested, to_day=to_day) if tested else None
        rows.append(
            (
                cow.tag_number,
                cow.name or "",
                quiet(cow.parity),
                day_text(cow.calved_on),
                quiet(ways.days_in_milk(cow.calved_on, period.last)),
                number_text(len(tested)),
                kpi_cell(LACTATION_YIELD, so_far),
            )
        )
    return Report(
        title="Lactations",
        columns=_LACTATIONS,
        rows=tuple(rows),
        sums=(line(_LACTATIONS, f"{number_text(len(rows))} cows"),),
        notes=(
            f"So far: up to the last day. {LACTATION_YIELD.said()}",
            f"In milk: {ways.said(DAYS_IN_MILK)}",
        ),
        by=(DAYS_IN_MILK,),
        empty="No cow was in milk that day.",
    )


def _milk(
    connection: Connection, first: date, last: date
) -> dict[UUID, list[tuple[date, Decimal]]]:
    logs = MilkProductionLog.__table__.c
    whole = logs.session == MilkingSession.WHOLE_DAY
    kg = func.coalesce(func.sum(case((whole, logs.yield_kg))), func.sum(logs.yield_kg))
    found: dict[UUID, list[tuple[date, Decimal]]] = defaultdict(list)
    for animal, on, value in connection.execute(
        select(logs.animal_id, logs.milked_on, kg)
        .where(logs.milked_on.between(first, last))
        .group_by(logs.animal_id, logs.milked_on)
        .order_by(logs.milked_on)
    ):
        found[animal].append((on, value))
    return found


def gains(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return each animal weighed in a period, with its gain from the first to the last weight."""
    found = sorted(gained(connection, period.first, period.last), key=lambda one: natural(one.tag))
    rows = []
    for one in found:
        stop()
        rows.append(
            (
                one.tag,
                one.name,
                day_text(one.first_on),
                measure(one.first_kg, "kg", 1),
                day_text(one.last_on),
                measure(one.last_kg, "kg", 1),
                kpi_cell(DAILY_GAIN, one.gain),
            )
        )
    return Report(
        title="Daily gain",
        columns=_GAINS,
        rows=tuple(rows),
        sums=(
            line(
                _GAINS,
                f"{number_text(len(rows))} animals",
                Daily_gain=kpi_cell(DAILY_GAIN, mean_gain(found)),
            ),
        ),
        notes=(f"Daily gain: {DAILY_GAIN.said()}",),
        empty="Nothing was weighed in these days.",
    )
