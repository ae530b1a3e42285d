"""What a sceptic tried at the barn's screens: who left, and milk written down twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from fluffydesk.actions import exits, flocks
from fluffydesk.actions.milking import record_milking
from fluffydesk.actions.treatments import treat, vaccinate
from fluffydesk.figures.money import EXPENSES_PER_LITRE
from fluffydesk.figures.units import milk_litres
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.ui.screens.reading import health, money
from fluffydesk.ui.screens.reading.milk import milk_by_day
from fluffydesk.ui.screens.reporting.health import parlour
from fluffydesk.ui.screens.reporting.report import Period
from tests.actions.barn import Barn, days_ago, make_barn
from tests.mirrors import new_mirror

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


@pytest.fixture
def barn(tmp_path: Path) -> Iterator[Barn]:
    with new_mirror(tmp_path / "mirror.db") as mirror:
        yield make_barn(mirror)


def test_nothing_is_to_be_done_for_a_cow_that_died_in_her_course(barn: Barn) -> None:
    course = {"animal_id": barn.cow, "reason": "Mastitis", "product": "Penicillin", "doses": 3}
    more = {"dose": Decimal(20), "given_at": NOW - DAY, "milk_hours": 96}
    treat(barn.mirror, {**course, **more})
    exits.leave(barn.mirror, barn.cow, exits.Exit.DEATH, days_ago(0), reason="Bloat")
    with barn.mirror.read() as connection:
        assert health.withheld_now(connection, NOW) == []
        assert parlour(connection, Period(days_ago(0), days_ago(0)), lambda: None).rows == ()
        [course_of] = health.courses(connection, NOW)
    assert (course_of.due, course_of.next_at) == (0, None)


def test_a_flock_that_is_gone_is_not_vaccinated(barn: Barn) -> None:
    shot = {"flock_id": barn.flock, "vaccine": "ND", "head_count": 200}
    vaccinate(barn.mirror, {**shot, "given_at": NOW - 40 * DAY, "next_due_on": days_ago(-3)})
    with barn.mirror.read() as connection:
        assert len(health.vaccinations_due(connection, days_ago(0))) == 1
    flocks.deplete(barn.mirror, barn.flock, days_ago(0), sold=False)
    with barn.mirror.read() as connection:
        assert health.vaccinations_due(connection, days_ago(0)) == []


def test_money_per_litre_counts_the_litres_of_the_milk_report(barn: Barn) -> None:
    day = days_ago(0)
    for session, kg in (("morning", 10), ("evening", 11), ("whole_day", 21)):
        record_milking(barn.mirror, barn.cow, day, MilkingSession(session), Decimal(kg))
    with barn.mirror.read() as connection:
        [milked] = milk_by_day(connection, day, day)
        month = money.month_of(connection, day.replace(day=1), "EUR", day)
    [litres] = [one.over for one in month.figures if one.kpi is EXPENSES_PER_LITRE]
    assert litres == milk_litres(milked.kg) == milk_litres(Decimal(21))
