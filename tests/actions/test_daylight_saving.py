"""Rule 25: "the day" is the farm's own, and daylight saving neither loses nor doubles an hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fluffydesk.actions.exits import Exit, leave
from fluffydesk.actions.flocks import head_count, record_loss
from fluffydesk.actions.milking import record_milking
from fluffydesk.actions.rules.animals import day_of
from fluffydesk.actions.saving import add, change
from fluffydesk.actions.treatments import treat, vaccinate
from fluffydesk.actions.withdrawal import all_held, withheld_milk
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.withdrawal import Food
from fluffydesk.records.enums.farm import EggRound, MilkingSession
from fluffydesk.records.farm import EggProductionLog
from fluffydesk.records.livestock import Livestock, PoultryBatch
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.ui.screens.reading.flocks import eggs_by_day
from fluffydesk.ui.screens.reading.milk import milk_by_day
from tests.actions.barn import Barn, make_barn
from tests.mirrors import new_mirror

ZONE = ZoneInfo("Europe/Amsterdam")  # as the barn's
SHORT, LONG = date(2026, 3, 29), date(2025, 10, 26)
"""The days of 23 and of 25 hours."""
DAYS = pytest.mark.parametrize(("on", "hours"), [(SHORT, 23), (LONG, 25)], ids=["23 h", "25 h"])


@pytest.fixture
def barn(tmp_path: Path) -> Iterator[Barn]:
    with new_mirror(tmp_path / "barn.db") as mirror:
        made = make_barn(mirror)
        change(mirror, Livestock, made.cow, {"calved_on": date(2025, 9, 1)})
        values = {"flock_id": made.flock, "placed_on": date(2025, 9, 1), "head_count": 100}
        add(mirror, PoultryBatch, values)
        yield made


def local(on: date, hour: int, minute: int = 0, fold: int = 0) -> datetime:
    """Return the UTC moment of a clock on the farm's wall."""
    return datetime.combine(on, time(hour, minute, fold=fold), ZONE).astimezone(UTC)


def dose(barn: Barn, at: datetime, hours: int) -> None:
    values = {"animal_id": barn.cow, "reason": "Lame", "product": "Drug", "dose": Decimal(1)}
    treat(barn.mirror, {**values, "given_at": at, "doses": 1, "milk_hours": hours})


@DAYS
def test_each_hour_belongs_to_one_day(barn: Barn, on: date, hours: int) -> None:
    begin = local(on, 0)
    with barn.mirror.read() as connection:
        days = [day_of(connection, begin + timedelta(hours=n)) for n in range(-1, hours + 1)]
    assert days == [on - timedelta(1), *[on] * hours, on + timedelta(1)]


@DAYS
def test_a_withdrawal_is_of_hours_and_not_of_the_clock(barn: Barn, on: date, hours: int) -> None:
    given = local(on - timedelta(days=1), 12)
    dose(barn, given, 24)
    with barn.mirror.read() as connection:
        [held] = all_held(connection, Food.MILK, given)
        assert held.until - given == timedelta(hours=24)
        assert held.until.astimezone(ZONE).hour == (13 if hours == 23 else 11)
        assert all_held(connection, Food.MILK, held.until - timedelta(seconds=1))
        assert not all_held(connection, Food.MILK, held.until)


@DAYS
def test_the_last_hour_of_the_day_withholds_its_milkings(barn: Barn, on: date, hours: int) -> None:
    """A dose at half past eleven at night: of the long day that is 24 and a half hours on."""
    dose(barn, local(on, 23, 30), 12)
    with barn.mirror.read() as connection:
        for session in (MilkingSession.EVENING, MilkingSession.WHOLE_DAY):
            assert barn.cow in withheld_milk(connection, on, session)
        assert barn.cow not in withheld_milk(connection, on, MilkingSession.MORNING)
        tomorrow = on + timedelta(days=1)
        assert barn.cow in withheld_milk(connection, tomorrow, MilkingSession.MORNING)
        assert barn.cow not in withheld_milk(connection, tomorrow, MilkingSession.EVENING)


@DAYS
def test_milk_and_eggs_of_the_day_are_its_own(barn: Barn, on: date, hours: int) -> None:
    days = [on + timedelta(days=n) for n in (-1, 0, 1)]
    for n, day in enumerate(days, 1):
        record_milking(barn.mirror, barn.cow, day, MilkingSession.MORNING, Decimal(10 * n))
        record_milking(barn.mirror, barn.cow, day, MilkingSession.EVENING, Decimal(n))
        values = {"flock_id": barn.flock, "collected_on": day, "round": EggRound.WHOLE_DAY}
        add(barn.mirror, EggProductionLog, {**values, "total": 90 + n})
    with barn.mirror.read() as connection:
        milk = milk_by_day(connection, days[0], days[2])
        eggs = eggs_by_day(connection, days[0], days[2], barn.flock)
    assert [(day.on, day.kg) for day in milk] == list(zip(days, (11, 22, 33), strict=True))
    assert [(day.on, day.eggs, day.hens) for day in eggs] == [
        (day, 90 + n, 100) for n, day in enumerate(days, 1)
    ]


@DAYS
def test_heads_are_counted_at_the_end_of_the_day(barn: Barn, on: date, hours: int) -> None:
    record_loss(barn.mirror, barn.flock, on, 7)
    with barn.mirror.read() as connection:
        counts = [head_count(connection, barn.flock, on + timedelta(n)) for n in (-1, 0, 1)]
    assert counts == [100, 93, 93]


@DAYS
def test_after_the_last_hour_of_the_day_it_left_an_animal_is_gone(
    barn: Barn, on: date, hours: int
) -> None:
    """Half past midnight is the next day, though in UTC it is the same, or one before."""
    leave(barn.mirror, barn.cow, Exit.DEATH, on, reason="Bloat")
    dose(barn, local(on, 23, 59), 12)
    with pytest.raises(InvalidValue, match="died on"):
        dose(barn, local(on + timedelta(days=1), 0, 30), 12)
    assert len(barn.rows(HealthTreatment)) == 1


def test_a_dose_soon_after_midnight_is_of_that_day(barn: Barn) -> None:
    """In UTC it is the day before, on which the next dose would come later."""
    night = {"animal_id": barn.cow, "vaccine": "BVD", "given_at": local(SHORT, 0, 30)}
    with pytest.raises(InvalidValue, match="due before"):
        vaccinate(barn.mirror, {**night, "next_due_on": SHORT})
    vaccinate(barn.mirror, {**night, "next_due_on": SHORT + timedelta(days=1)})


def test_the_hour_that_comes_twice_is_two_hours(barn: Barn) -> None:
    first, second = local(LONG, 2, 30), local(LONG, 2, 30, fold=1)
    assert second - first == timedelta(hours=1)
    for at in (first, second):
        dose(barn, at, 1)
    assert sorted(row.given_at for row in barn.rows(HealthTreatment)) == [first, second]
    with barn.mirror.read() as connection:
        assert len(all_held(connection, Food.MILK, second - timedelta(seconds=1))) == 1
        assert len(all_held(connection, Food.MILK, second)) == 1
