"""Milk of a period as its figures need it: lactations that reached their end, and test days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, case, func, select

from fluffydesk.figures.milk import (
    component_yield,
    energy_corrected_milk,
    fat_corrected_milk,
    lactation_yield,
    mean,
    somatic_cell_score,
)
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.ui.screens.reading.milk import LONG_IN_MILK_DAYS, in_milk

_MILK = MilkProductionLog.__table__.c
_ANIMALS = Livestock.__table__.c


@dataclass(frozen=True)
class TestDay:
    """What a cow gave on one day; the percentages are by mass of the milkings tested."""

    __test__ = False

    on: date
    kg: Decimal
    fat: Decimal | None
    protein: Decimal | None


@dataclass(frozen=True)
class Yields:
    """Means over lactations, in kg to day 305; None where there is none."""

    milk: Decimal | None
    fat: Decimal | None
    protein: Decimal | None


def lactation_means(connection: Connection, first: date, last: date) -> Yields:
    """Return the means of the lactations whose day 305 lies in a period.

    A milking since the calving on the cow's card is of that lactation, and of an earlier one by
    the days in milk written with it: another PC may have corrected the card meanwhile.
    """
    known = _ANIMALS.calved_on <= _MILK.milked_on
    written = func.julianday(_MILK.milked_on) - _MILK.days_in_milk
    calved = case((known, func.julianday(_ANIMALS.calved_on)), else_=written)
    to_day = timedelta(days=LONG_IN_MILK_DAYS)
    rows = connection.execute(
        _columns()
        .add_columns(_MILK.days_in_milk, case((known, _ANIMALS.calved_on)).label("calved_on"))
        .join(Livestock.__table__, _ANIMALS.id == _MILK.animal_id)
        .where(
            _MILK.milked_on.between(first - to_day, last),
            calved.between(
                func.julianday((first - to_day).isoformat()),
                func.julianday((last - to_day).isoformat()),
            ),
        )
    )
    lactations: dict[tuple[UUID, date], list[Row[Any]]] = defaultdict(list)
    for row in rows:
        begun = row.calved_on or row.milked_on - timedelta(days=row.days_in_milk)
        lactations[row.animal_id, begun].append(row)
    milk, fat, protein = [], [], []
    for (_, begun), milkings in lactations.items():
        days = [((one.on - begun).days, one) for one in _days(milkings)]
        milk.append(lactation_yield([(day, one.kg) for day, one in days]))
        fat.append(component_yield([(day, one.kg, one.fat) for day, one in days]))
        protein.append(component_yield([(day, one.kg, one.protein) for day, one in days]))
    return Yields(*(mean(one for one in kind if one is not None) for kind in (milk, fat, protein)))


def corrected_milk(
    connection: Connection, first: date, last: date
) -> tuple[Decimal | None, Decimal | None]:
    """Return 4 % fat-corrected and energy-corrected kg a cow and day, of the days tested."""
    rows = connection.execute(
        _columns().where(_MILK.milked_on.between(first, last), _MILK.fat_percent.is_not(None))
    )
    cows: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        cows[row.animal_id].append(row)
    fat, energy = [], []
    for milkings in cows.values():
        for one in _days(milkings):
            if one.fat is not None:
                fat.append(fat_corrected_milk(one.kg, one.fat))
                if one.protein is not None:
                    energy.append(energy_corrected_milk(one.kg, one.fat, one.protein))
    return mean(fat), mean(energy)


def cell_score(connection: Connection, first: date, last: date) -> Decimal | None:
    """Return the mean somatic cell score of the milkings tested; None without one."""
    rows = connection.execute(
        select(_MILK.somatic_cells).where(
            _MILK.milked_on.between(first, last), _MILK.somatic_cells > 0
        )
    )
    scores = (somatic_cell_score(cells) for (cells,) in rows)
    return mean(score for score in scores if score is not None)


def calvings(connection: Connection, on: date) -> list[date]:
    """Return when each cow in milk at the end of a day calved."""
    return list(connection.execute(select(_ANIMALS.calved_on).where(in_milk(on))).scalars())


def _columns() -> Any:
    return select(
        _MILK.animal_id,
        _MILK.milked_on,
        _MILK.session,
        _MILK.yield_kg,
        _MILK.fat_percent,
        _MILK.protein_percent,
    )


def _days(milkings: list[Row[Any]]) -> Iterator[TestDay]:
    """Yield a cow's days; a whole-day value stands for the milkings of its day."""
    by_day: dict[date, list[Row[Any]]] = defaultdict(list)
    for row in milkings:
        by_day[row.milked_on].append(row)
    for on, rows in sorted(by_day.items()):
        whole = [row for row in rows if row.session is MilkingSession.WHOLE_DAY]
        counted = whole or rows
        kg = sum((row.yield_kg for row in counted), Decimal(0))
        yield TestDay(
            on, kg, _percent(counted, "fat_percent"), _percent(counted, "protein_percent")
        )


def _percent(rows: list[Row[Any]], name: str) -> Decimal | None:
    tested = [row for row in rows if getattr(row, name) is not None and row.yield_kg > 0]
    kg = sum((row.yield_kg for row in tested), Decimal(0))
    mass = sum((row.yield_kg * getattr(row, name) for row in tested), Decimal(0))
    return mass / kg if kg else None
