from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fluffydesk.actions.conventions import Conventions
from fluffydesk.actions.milking import record_milking
from fluffydesk.actions.saving import add, change
from fluffydesk.actions.treatments import treat, vaccinate
from fluffydesk.figures.milk import mean
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Role
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.organizations import ShownMass
from fluffydesk.records.farm_resources import FarmExpense
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import now, today
from fluffydesk.ui.fields.texts import use_conventions
from fluffydesk.ui.parts.tile import NOT_ENOUGH
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.behind import SUBJECTS, BehindScreen
from fluffydesk.ui.screens.breeding import BreedingScreen
from fluffydesk.ui.screens.health import HealthScreen
from fluffydesk.ui.screens.rail import FARM_SCREENS
from fluffydesk.ui.screens.reading.doing import Matter
from fluffydesk.ui.screens.reading.flocks import eggs_by_day, flock_rows
from fluffydesk.ui.screens.reading.milk import kg_by_day, milk_by_day, milking_sheet
from fluffydesk.ui.screens.reading.today import Compared, farm_today
from fluffydesk.ui.screens.reporting.catalog import last_days, make_report
from fluffydesk.ui.screens.reports import ReportsScreen
from fluffydesk.ui.screens.stores import StoresScreen
from fluffydesk.ui.screens.today import TodayScreen
from fluffydesk.ui.screens.today_parts import (
    FIGURES,
    LAST_YEAR,
    LINES,
    change_words,
    compared_words,
)
from fluffydesk.work import Work

Settle = Callable[[Work], None]
_MILKED = "select sum(yield_kg) from milk_production_logs where milked_on between ? and ?"


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
        farm = farm_today(connection, on, now())
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
    for figure in FIGURES:
        tile = screen.tiles[figure.key]
        assert figure.kpi.definition in tile.info.toolTip()
        assert "a year ago" in tile.info.toolTip()
        with qtbot.waitSignal(screen.go) as gone:
            qtbot.keyClick(tile, Qt.Key.Key_Return)
        assert gone.args == [figure.place]
        assert figure.place.part in SUBJECTS


def test_a_figure_is_compared_with_the_same_week_of_last_year(
    screen: TodayScreen, sample_farm: Mirror
) -> None:
    days = [scalar(sample_farm, _MILKED, days_ago(back), days_ago(back)) for back in range(1, 379)]
    weeks = ([kg for kg in days[back : back + 7] if kg] for back in (0, 7, 364))
    lines = compared_words(FIGURES[0], Compared(*(mean(one) for one in weeks))).splitlines()
    assert lines[0].endswith("on week before")
    assert lines[1].endswith("on last year")
    said = screen.tiles["milk"].accessibleName()
    assert "\n".join(lines) in said
    assert "today so far" in said


def test_what_nobody_wrote_down_last_year_is_not_nothing(screen: TodayScreen) -> None:
    assert "last year: not enough data" in screen.tiles["eggs"].accessibleName()


def rows_of(screen: Screen) -> int:
    """Return how many rows a screen shows."""
    match screen:
        case BreedingScreen():
            return int(screen.todo.model.rowCount())
        case HealthScreen():
            return int(screen._table().model.rowCount())
        case StoresScreen():
            return int(screen.part.list.model.rowCount())
        case ReportsScreen():
            assert screen.report is not None
            return len(screen.report.rows)
        case BehindScreen():
            return int(screen.lists[0].model.rowCount())
    raise AssertionError(screen)


def give_work(mirror: Mirror) -> None:
    """Treat a cow and a flock, vaccinate another cow, and forget to dry one off."""
    with mirror.read() as connection:
        cows = milking_sheet(connection, None, today(), MilkingSession.EVENING)
        flock = flock_rows(connection, today())[0].id
    given = {"product": "Penicillin", "given_at": now() - timedelta(hours=1), "reason": "Mastitis"}
    given |= {"dose": Decimal(10), "doses": 1}
    treat(mirror, {**given, "animal_id": cows[0].id, "milk_hours": 96, "meat_hours": 240})
    treat(mirror, {**given, "flock_id": flock, "egg_hours": 48})
    shot = {"vaccine": "Bluetongue", "given_at": now() - timedelta(days=180)}
    due = today() - timedelta(days=2)
    vaccinate(mirror, {**shot, "animal_id": cows[1].id, "next_due_on": due})
    values = {"calved_on": today() - timedelta(days=330), "dried_off_on": None}
    change(mirror, Livestock, cows[2].id, values)


MATTERS = [one for one in Matter if one not in (Matter.TASKS, Matter.SYNC)]


def test_a_line_opens_the_very_rows_it_counts(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    give_work(sample_farm)
    with sample_farm.read() as connection:
        found = {one.matter: one.count for one in farm_today(connection, today(), now()).doing}
    screens: dict[str, Screen] = {}
    for matter in MATTERS:
        place = LINES[matter].place
        if place.key not in screens:
            kind = next(kind for kind in FARM_SCREENS if kind.key == place.key)
            screens[place.key] = kind(farm_work)
            qtbot.addWidget(screens[place.key])
            screens[place.key].show()
        opened = screens[place.key]
        opened.arrive(place)
        settle(farm_work)
        qtbot.waitUntil(lambda opened=opened, want=found[matter]: rows_of(opened) == want)
    assert all(found[matter] for matter in MATTERS if matter is not Matter.DRY_OFF)


def test_lines_are_opened_by_enter_and_by_mouse_and_say_what_presses(
    qtbot: QtBot, screen: TodayScreen
) -> None:
    for matter, line in LINES.items():
        shown = screen.lines[matter]
        with qtbot.waitSignal(screen.go) as gone:
            qtbot.keyClick(shown, Qt.Key.Key_Return)
        assert gone.args == [line.place]
        with qtbot.waitSignal(screen.go) as gone:
            qtbot.mouseClick(shown, Qt.MouseButton.LeftButton)
        assert gone.args == [line.place]
        assert shown.accessibleName().startswith(f"{line.title}: {shown.count.text()}. ")


def test_what_is_late_and_what_ends_soon_is_said(
    screen: TodayScreen, sample_farm: Mirror, settle: Settle
) -> None:
    watched = (Matter.TANK, Matter.VACCINATE, Matter.WITHHELD)
    tank, due, ends = (screen.lines[one] for one in watched)
    before = [int(one.count.text()) for one in (tank, due, ends)]
    give_work(sample_farm)
    screen.reload()
    settle(screen.work)
    after = [int(one.count.text()) for one in (tank, due, ends)]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 2]
    assert "Presses" in tank.accessibleName()
    assert " late" in due.words.text()
    assert " ending within 2 days, " in ends.words.text()


def test_a_save_waits_in_its_line_until_it_is_sent(
    screen: TodayScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    before = int(screen.lines[Matter.SYNC].count.text())
    with sample_farm.read() as connection:
        cow = milking_sheet(connection, None, today(), MilkingSession.EVENING)[0].id
    farm_work.act(lambda mirror: change(mirror, Livestock, cow, {"name": "Renamed"}))
    settle(farm_work)
    assert int(screen.lines[Matter.SYNC].count.text()) == before + 1
    assert "to be sent" in screen.lines[Matter.SYNC].words.text()


def test_who_may_not_read_the_books_sees_no_money(
    screen: TodayScreen, farm_work: Work, settle: Settle
) -> None:
    assert screen.tiles["expenses"].isVisible()
    farm_work.whose = replace(farm_work.whose, role=Role.STAFF)
    farm_work.whose_changed.emit(farm_work.whose)
    screen.reload()
    settle(farm_work)
    assert not screen.tiles["expenses"].isVisible()
    assert not screen.tiles["revenues"].isVisible()
    assert screen._farm is not None
    assert screen._farm.expenses is None


def test_money_of_seven_days_is_without_tax_and_in_the_farms_currency(
    screen: TodayScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    spent = scalar(
        sample_farm,
        "select sum(amount - tax) from farm_expenses where spent_on between ? and ?",
        days_ago(7),
        days_ago(1),
    ) / Decimal(100)
    bill = {
        "description": "Straw",
        "amount": Decimal("121.00"),
        "tax": Decimal("21.00"),
        "spent_on": today() - timedelta(days=2),
    }
    farm_work.act(lambda mirror: add(mirror, FarmExpense, bill)[1])
    foreign = {**bill, "currency": "USD"}
    farm_work.act(lambda mirror: add(mirror, FarmExpense, foreign)[1])
    settle(farm_work)
    assert Decimal(screen.tiles["expenses"].number().replace(",", "")) == spent + 100


def test_figures_and_curves_follow_the_farms_units_as_reports_do(
    screen: TodayScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    kilograms = screen.tiles["milk"].number()
    use_conventions(Conventions(mass_unit=ShownMass.POUND))
    try:
        screen.reload()
        settle(farm_work)
        report = make_report(sample_farm, "milk", last_days(7, today()))
        assert screen.tiles["milk"].number() == report.sum("Mean a day", "Milk") != kilograms
        assert screen.tiles["milk_per_cow"].number() == report.sum("Mean a day", "Per cow")
        assert "lb a day" in screen.milk.value_at(today())
        assert screen.tiles["milk"].accessibleName().startswith("Milk a day: ")
        assert " lb." in screen.tiles["milk"].accessibleName()
    finally:
        use_conventions(Conventions())


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
    for key in ("milk", "milk_per_cow", "eggs", "hen_day", "feed", "revenues", "expenses"):
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
        ("110", "100", False, "up 10.0 % on week before"),
        ("95", "100", False, "down 5.0 % on week before"),
        ("100", "100", False, "as the week before"),
        ("5", "0", False, "none the week before"),
        ("0", "0", False, "none the week before either"),
        ("85.9", "86.1", True, "down 0.2 points on week before"),
    ],
)
def test_changes_in_words(now: str, before: str, points: bool, words: str) -> None:
    assert change_words(Decimal(now), Decimal(before), points=points) == words
    assert change_words(Decimal(now), None) == "week before: not enough data"
    assert change_words(Decimal(now), None, LAST_YEAR) == "last year: not enough data"


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


def test_the_curve_of_a_year_counts_milk_as_the_days_do(sample_farm: Mirror) -> None:
    """Also where one cow has a whole-day value beside her sessions, and others sessions alone."""
    on, first = today() - timedelta(days=1), today() - timedelta(days=40)
    with sample_farm.read() as connection:
        cow = milking_sheet(connection, None, on, MilkingSession.MORNING)[0]
    record_milking(sample_farm, cow.id, on, MilkingSession.WHOLE_DAY, Decimal(30))
    with sample_farm.read() as connection:
        days = milk_by_day(connection, first, on)
        assert kg_by_day(connection, first, on) == {day.on: day.kg for day in days}
        assert kg_by_day(connection, on, on)[on] == days[-1].kg
        eggs = eggs_by_day(connection, first, on)
        farm = farm_today(connection, today(), now())
    assert {day.on: day.eggs for day in eggs}.items() <= farm.egg_days.items()


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
