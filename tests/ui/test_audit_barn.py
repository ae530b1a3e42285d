"""What a sceptic tried at the barn's screens: who left, and milk written down twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from fluffydesk.actions import exits, flocks
from fluffydesk.actions.eggs import record_egg_round
from fluffydesk.actions.milking import record_milking
from fluffydesk.actions.treatments import treat, vaccinate
from fluffydesk.figures.kpi import HEN_DAY
from fluffydesk.figures.money import EXPENSES_PER_LITRE
from fluffydesk.figures.units import milk_litres
from fluffydesk.records.enums.farm import EggRound, MilkingSession
from fluffydesk.records.types import now
from fluffydesk.ui.fields.texts import kpi_text
from fluffydesk.ui.screens.reading import health, money
from fluffydesk.ui.screens.reading.flocks import flock_rows
from fluffydesk.ui.screens.reading.milk import milk_by_day
from fluffydesk.ui.screens.reporting import kpis, poultry, production
from fluffydesk.ui.screens.reporting.health import parlour
from fluffydesk.ui.screens.reporting.report import Period
from tests.actions.barn import Barn, days_ago, make_barn
from tests.mirrors import new_mirror

DAY = timedelta(days=1)


@pytest.fixture
def barn(tmp_path: Path) -> Iterator[Barn]:
    with new_mirror(tmp_path / "mirror.db") as mirror:
        yield make_barn(mirror)


def test_nothing_is_to_be_done_for_a_cow_that_died_in_her_course(barn: Barn) -> None:
    course = {"animal_id": barn.cow, "reason": "Mastitis", "product": "Penicillin", "doses": 3}
    more = {"dose": Decimal(20), "given_at": now() - DAY, "milk_hours": 96}
    treat(barn.mirror, {**course, **more})
    exits.leave(barn.mirror, barn.cow, exits.Exit.DEATH, days_ago(0), reason="Bloat")
    with barn.mirror.read() as connection:
        assert health.withheld_now(connection, now()) == []
        assert parlour(connection, Period(days_ago(0), days_ago(0)), lambda: None).rows == ()
        [course_of] = health.courses(connection, now()).rows
    assert (course_of.due, course_of.next_at) == (0, None)


def test_a_flock_that_is_gone_is_not_vaccinated(barn: Barn) -> None:
    shot = {"flock_id": barn.flock, "vaccine": "ND", "head_count": 200}
    vaccinate(barn.mirror, {**shot, "given_at": now() - 40 * DAY, "next_due_on": days_ago(-3)})
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


def test_hen_day_is_the_same_on_every_screen_where_a_day_has_no_eggs(barn: Barn) -> None:
    for ago in (1, 2, 3, 5, 6, 7):
        record_egg_round(barn.mirror, barn.flock, days_ago(ago), EggRound.WHOLE_DAY, total=180)
    week = Period(days_ago(7), days_ago(1))
    with barn.mirror.read() as connection:
        every = kpis.every_figure(connection, week, lambda: None).rows
        [row] = flock_rows(connection, days_ago(0))
        flocks_sum = poultry.flocks(connection, week, lambda: None)
        said = {
            flocks_sum.sum("Sum", HEN_DAY.title),
            flocks_sum.cell(0, HEN_DAY.title),
            production.eggs(connection, week, lambda: None).sum("Mean a day", "Hen-day"),
            next(one[1] for one in every if one[0] == HEN_DAY.title),
            kpi_text(HEN_DAY, row.hen_day_percent),
        }
    assert said == {"90.0"}
