"""A window that stays open for days goes on with the farm's clock, and not with who typed last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records import types
from fluffydesk.records.enums.farm import EggRound, MilkingSession
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.types import local_now, today
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.boarding import HOURS, BoardingScreen
from fluffydesk.ui.screens.calendar import Calendar
from fluffydesk.ui.screens.desk_money import DeskMoney
from fluffydesk.ui.screens.eggs import EggsScreen
from fluffydesk.ui.screens.milking import MilkingScreen
from fluffydesk.ui.screens.reading.shifts import monday_of
from fluffydesk.ui.screens.reporting.catalog import last_days
from fluffydesk.ui.screens.reports import ReportsScreen
from fluffydesk.ui.screens.stores import StoresScreen
from fluffydesk.ui.screens.tasks import TasksScreen
from fluffydesk.ui.screens.today import TodayScreen
from fluffydesk.ui.screens.weigh import WeighScreen
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work

Settle = Callable[[Work], None]
At = Callable[[int, int], None]
DAY = timedelta(days=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Return a function that sets the farm's clock to an hour, so many days from today."""
    noon = local_now().replace(hour=12, minute=0, second=0, microsecond=0)

    def turn(hour: int, days: int = 0) -> None:
        moment: datetime = noon.replace(hour=hour) + timedelta(days=days)
        monkeypatch.setattr(types, "now", lambda: moment)

    turn(8, 0)
    return turn


@pytest.fixture
def shell(qtbot: QtBot, farm_work: Work, settle: Settle, at: At) -> Shell:
    kinds = (TodayScreen, MilkingScreen, EggsScreen, WeighScreen, StoresScreen, ReportsScreen)
    made = Shell(farm_work, kinds)
    qtbot.addWidget(made)
    made.show()
    for kind in kinds:
        made.go(Place(kind.key))
    made.go(Place("milking"))
    settle(farm_work)
    return made


def test_the_next_morning_everything_stands_at_the_new_day(
    shell: Shell, farm_work: Work, settle: Settle, at: At
) -> None:
    first = today()
    at(1, 1)
    shell.look_at_clock()
    settle(farm_work)
    milking, weigh = shell.screen_for("milking"), shell.screen_for("weigh")
    assert isinstance(milking, MilkingScreen)
    assert isinstance(weigh, WeighScreen)
    assert milking.day.day() == first, "who milks over midnight is not torn away"
    weigh.day.set_day(first - DAY)
    at(6, 1)
    shell.look_at_clock()
    settle(farm_work)
    assert milking.day.day() == today() == first + DAY
    assert milking.sessions.value() is MilkingSession.MORNING
    assert milking.model.sums()[1] == 0, "yesterday's yields are not there to be typed over"
    eggs, stores = shell.screen_for("eggs"), shell.screen_for("stores")
    reports, now = shell.screen_for("reports"), shell.screen_for("today")
    assert isinstance(eggs, EggsScreen)
    assert isinstance(stores, StoresScreen)
    assert isinstance(reports, ReportsScreen)
    assert (eggs.day.day(), eggs.rounds.value()) == (today(), EggRound.MORNING)
    assert stores.day.value() == today()
    assert reports.period() == last_days(7, today())
    assert now._old, "the dashboard is read anew when it is seen"
    assert weigh.day.day() == first - DAY, "a day that somebody chose stays"


def test_in_the_evening_the_morning_is_not_typed_over(
    shell: Shell, farm_work: Work, settle: Settle, at: At
) -> None:
    milking = shell.screen_for("milking")
    assert isinstance(milking, MilkingScreen)
    at(14, 0)
    shell.go(Place("milking"))
    assert milking.sessions.value() is MilkingSession.MORNING, "a round may run over noon"
    at(17, 0)
    shell.go(Place("milking"))
    settle(farm_work)
    assert milking.sessions.value() is MilkingSession.EVENING
    milking.sessions.set_value(MilkingSession.MORNING)
    shell.go(Place("milking"))
    assert milking.sessions.value() is MilkingSession.MORNING, "somebody puts the morning right"


def test_a_yield_half_typed_at_the_turn_of_the_day_is_saved_for_its_own(
    qtbot: QtBot, shell: Shell, sample_farm: Mirror, farm_work: Work, settle: Settle, at: At
) -> None:
    milking = shell.screen_for("milking")
    assert isinstance(milking, MilkingScreen)
    first = today()
    milking.sessions.set_value(MilkingSession.EVENING)
    settle(farm_work)
    assert milking.grid.editor is not None
    qtbot.keyClicks(milking.grid.editor, "19.7")
    at(6, 1)
    shell.look_at_clock()
    settle(farm_work)
    rows = MilkProductionLog.__table__.c
    with sample_farm.read() as connection:
        query = select(rows.milked_on, func.max(rows.yield_kg)).where(
            rows.milked_on >= first, rows.session == MilkingSession.EVENING
        )
        assert connection.execute(query).all() == [(first, Decimal("19.7"))]


def test_the_next_week_the_desk_stands_at_its_new_day(
    qtbot: QtBot, clinic_work: Work, settle: Settle, at: At
) -> None:
    """Nobody books on yesterday, or closes yesterday's till, because the window stayed open."""
    first = today()
    shell = Shell(clinic_work, (Calendar, BoardingScreen, DeskMoney, TasksScreen))
    qtbot.addWidget(shell)
    shell.show()
    calendar, boarding = shell.screen_for("calendar"), shell.screen_for("boarding")
    money, tasks = shell.screen_for("money"), shell.screen_for("tasks")
    assert isinstance(calendar, Calendar)
    assert isinstance(boarding, BoardingScreen)
    assert isinstance(money, DeskMoney)
    assert isinstance(tasks, TasksScreen)
    calendar.clock = boarding.clock = lambda: types.now()
    for key in ("tasks", "money", "boarding", "calendar"):
        shell.go(Place(key))
        settle(clinic_work)
    assert (calendar.bar.day, money.day.on, boarding.first) == (first, first, monday_of(first))
    at(6, 7)
    shell.look_at_clock()
    settle(clinic_work)
    week = monday_of(today())
    assert calendar.bar.day == money.day.on == today() == first + 7 * DAY
    assert boarding.first == tasks.week.monday == week == monday_of(first) + 7 * DAY
    calendar.go_to(first)
    money.day.go(-1)
    tasks.week.turn(1)
    shell.go(Place("boarding"))
    boarding.view.set_value(HOURS)
    boarding.to_today()
    boarding.turn(1)
    at(6, 8)
    shell.look_at_clock()
    settle(clinic_work)
    assert calendar.bar.day == first, "a day that somebody chose stays"
    assert money.day.on == first + 6 * DAY
    assert (boarding.first, tasks.week.monday) == (first + 8 * DAY, week + 7 * DAY)
    boarding.to_today()
    at(6, 9)
    shell.look_at_clock()
    assert boarding.first == first + 9 * DAY
