from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fluffydesk.actions.milking import record_milking
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.types import today
from fluffydesk.ui.parts.tile import NOT_ENOUGH
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.behind import SUBJECTS, BehindScreen
from fluffydesk.ui.screens.reading.flocks import eggs_by_day, flock_rows
from fluffydesk.ui.screens.reading.milk import milk_by_day, milking_sheet
from fluffydesk.ui.screens.reading.today import farm_today
from fluffydesk.ui.screens.today import TodayScreen, change_words
from fluffydesk.work import Work

Settle = Callable[[Work], None]


@pytest.fixture
def screen(qtbot: QtBot, farm_work: Work, settle: Settle) -> TodayScreen:
    made = TodayScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1072, 700)
    made.show()
    settle(farm_work)
    return made


def scalar(mirror: Mirror, sql: str, *values: object) -> Decimal:
    with mirror.read() as connection:
        return Decimal(connection.exec_driver_sql(sql, values).scalar_one() or 0)


def days_ago(days: int) -> str:
    return (today() - timedelta(days=days)).isoformat()


def test_milk_is_the_mean_of_the_seven_days_to_yesterday(
    screen: TodayScreen, sample_farm: Mirror
) -> None:
    kg = scalar(
        sample_farm,
        "select sum(yield_kg) from milk_production_logs where milked_on between ? and ?",
        days_ago(7),
        days_ago(1),
    ) / Decimal(100)
    shown = screen.tiles["milk"].number().replace(",", "")
    assert Decimal(shown) == round(kg / 7)


def test_hen_day_is_eggs_over_hen_days(sample_farm: Mirror) -> None:
    on = today()
    with sample_farm.read() as connection:
        farm = farm_today(connection, on)
        flocks = flock_rows(connection, on)
        week = eggs_by_day(connection, on - timedelta(days=7), on - timedelta(days=1))
    eggs = scalar(
        sample_farm,
        "select sum(total) from egg_production_logs where collected_on between ? and ?",
        days_ago(7),
        days_ago(1),
    )
    assert sum(day.eggs for day in week) == eggs
    assert farm.hen_day.now == 100 * eggs / sum(day.hens for day in week)
    low, high = sorted(one.hen_day_percent or Decimal(0) for one in flocks)
    assert low < farm.hen_day.now < high


def test_a_days_hens_are_counted_as_figures_count_them(sample_farm: Mirror) -> None:
    """The quick walk along the days agrees with figures.hen_days, which is the definition."""
    on = today()
    with sample_farm.read() as connection:
        for flock in flock_rows(connection, on):
            days = eggs_by_day(connection, on - timedelta(days=7), on - timedelta(days=1), flock.id)
            total = sum(day.eggs for day in days)
            assert flock.hen_day_percent == Decimal(100) * total / sum(day.hens for day in days)


def test_every_tile_has_a_definition_and_a_name_and_opens_its_rows(
    qtbot: QtBot, screen: TodayScreen
) -> None:
    for tile in screen.tiles.values():
        assert tile.info.toolTip()
        assert tile.accessibleName()
        with qtbot.waitSignal(screen.go) as gone:
            qtbot.keyClick(tile, Qt.Key.Key_Return)
        assert gone.args is not None
        place = gone.args[0]
        assert place.key in ("rows", "flocks", "stores")
        assert place.key != "rows" or place.part in SUBJECTS


def test_a_milking_elsewhere_shows_here_at_once(
    screen: TodayScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    before = screen.tiles["milk"].accessibleName()
    with sample_farm.read() as connection:
        cow = milking_sheet(connection, None, today(), MilkingSession.EVENING)[0].id
    farm_work.act(
        lambda mirror: record_milking(mirror, cow, today(), MilkingSession.EVENING, Decimal(99))
    )
    settle(farm_work)
    assert screen.tiles["milk"].accessibleName() != before


def test_without_data_it_says_so_in_words(qtbot: QtBot, work: Work, settle: Settle) -> None:
    made = TodayScreen(work)
    qtbot.addWidget(made)
    made.show()
    settle(work)
    for key in ("milk", "cow", "eggs", "laying", "feed"):
        assert made.tiles[key].number() == NOT_ENOUGH
    assert made.no_milk.text() == "Not enough data: a curve needs two days."
    assert made.tiles["deaths"].number() == "0"


def test_the_curves_leave_today_out(screen: TodayScreen) -> None:
    yesterday = today() - timedelta(days=1)
    assert screen.milk.value_at(today()) == screen.milk.value_at(yesterday)
    assert "kg a day" in screen.milk.value_at(yesterday)
    screen.spans.set_value(90)
    first = today() - timedelta(days=90)
    assert screen.eggs.value_at(first - timedelta(days=30)) == screen.eggs.value_at(first)


@pytest.mark.parametrize(
    ("now", "before", "points", "words"),
    [
        ("110", "100", False, "up 10.0 % on the week before"),
        ("95", "100", False, "down 5.0 % on the week before"),
        ("100", "100", False, "as in the week before"),
        ("5", "0", False, "nothing to compare with"),
        ("85.9", "86.1", True, "down 0.2 points on the week before"),
    ],
)
def test_changes_in_words(now: str, before: str, points: bool, words: str) -> None:
    assert change_words(Decimal(now), Decimal(before), points=points) == words
    assert change_words(Decimal(now), None) == "nothing to compare with"


def test_a_whole_day_stands_for_the_sessions_of_that_cow(sample_farm: Mirror) -> None:
    on = today() - timedelta(days=1)
    with sample_farm.read() as connection:
        before = milk_by_day(connection, on, on)[0]
        cow = milking_sheet(connection, None, on, MilkingSession.MORNING)[0]
        evening = milking_sheet(connection, None, on, MilkingSession.EVENING)[0]
    assert cow.id == evening.id
    record_milking(sample_farm, cow.id, on, MilkingSession.WHOLE_DAY, Decimal(30))
    with sample_farm.read() as connection:
        after = milk_by_day(connection, on, on)[0]
    own = (cow.entered or Decimal(0)) + (evening.entered or Decimal(0))
    assert after.kg == before.kg - own + 30
    assert after.cows == before.cows


@pytest.mark.parametrize("subject", list(SUBJECTS))
def test_the_rows_behind_each_tile_are_read(
    qtbot: QtBot, farm_work: Work, settle: Settle, subject: str
) -> None:
    made = BehindScreen(farm_work)
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.titled):
        made.arrive(Place("rows", part=subject))
    made.show()
    settle(farm_work)
    assert len(made.lists) == len(SUBJECTS[subject].lists)
    if subject in ("milk", "eggs", "feed"):
        first = made.lists[0].model.row_at(0)
        newest = first._mapping[SUBJECTS[subject].lists[0][1]]
        assert isinstance(newest, date)
        assert newest >= today() - timedelta(days=2)
