"""The calendar's days: weeks, days of 23 and 25 hours, midnight, opening hours, shifts, words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QTableView
from pytestqt.qtbot import QtBot

from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.records.booking import Appointment, RoomAvailability, Service
from fluffydesk.records.organizations import Organization, StaffShift
from fluffydesk.records.types import new_id
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.date_editors import CalendarPopup
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens import day_paint
from fluffydesk.ui.screens.day_layout import Spot
from fluffydesk.ui.screens.day_time import Axis, clock_words, week_start
from fluffydesk.ui.screens.reading.calendar import marks
from fluffydesk.ui.screens.reading.waiting import guests_of
from tests.clinic_sample import DAY, ZONE
from tests.ui.calendar_desk import SHIFT, Desk, desk_of

Key = Qt.Key
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "desk"
    folder.mkdir()
    with desk_of(qtbot, folder) as made:
        yield made


def put(desk: Desk, record: type[Record], **values: Any) -> UUID:
    """Write a row as if it had come from central."""
    when = datetime(2026, 1, 1, tzinfo=UTC)
    row_id = new_id()
    row = {
        "id": row_id,
        "organization_id": desk.sample.organization,
        "created_at": when,
        "updated_at": when,
        "row_version": 1,
        **values,
    }
    with desk.mirror.apply() as connection:
        write_images(connection, record, [to_image(record, row)])
    return row_id


def visit_at(desk: Desk, starts: datetime, ends: datetime, **values: Any) -> UUID:
    row = desk.kept("Rex visit")
    return put(
        desk,
        Appointment,
        pet_id=row.pet_id,
        client_id=row.client_id,
        veterinarian_id=row.veterinarian_id,
        room_id=row.room_id,
        service_id=row.service_id,
        scheduled_at=starts,
        ends_at=ends,
        status="scheduled",
        may_overlap=False,
        **values,
    )


def test_a_day_has_as_many_hours_as_it_has() -> None:
    """Rule 25: daylight saving neither loses nor doubles an hour."""
    assert Axis((DAY,), ZONE).length == 1440
    spring, autumn = Axis((SPRING,), ZONE), Axis((AUTUMN,), ZONE)
    assert (spring.length, autumn.length) == (1380, 1500)
    assert [tick.words for tick in spring.ticks()][:4] == ["00:00", "01:00", "03:00", "04:00"]
    assert [(tick.words, tick.again) for tick in autumn.ticks()][1:5] == [
        ("01:00", False),
        ("02:00", False),
        ("02:00", True),
        ("03:00", False),
    ]
    midnight = datetime(2026, 10, 24, 22, tzinfo=UTC)
    for minute in range(0, 1500, 35):
        moment = autumn.moment(AUTUMN, minute)
        assert moment == midnight + timedelta(minutes=minute)
        assert autumn.of(AUTUMN, moment) == minute
    assert spring.moment(SPRING, 120) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert clock_words(first, ZONE) == "02:30 (1st)"
    assert clock_words(first + HOUR, ZONE) == "02:30 (2nd)"
    assert clock_words(first + 2 * HOUR, ZONE) == "03:30"


def test_in_a_week_the_other_days_have_a_gap_where_one_has_an_hour_more() -> None:
    days = tuple(date(2026, 10, 19) + timedelta(days=n) for n in range(7))
    axis = Axis(days, ZONE)
    assert axis.length == 1500
    assert axis.gaps(days[0]) == [(180, 240)]
    assert axis.gaps(AUTUMN) == []
    assert axis.of(days[0], datetime(2026, 10, 19, 1, tzinfo=UTC)) == 240
    assert axis.end_of(days[0], datetime(2026, 10, 19, 1, tzinfo=UTC)) == 180
    spring = Axis((date(2026, 3, 28), SPRING), ZONE)
    assert spring.gaps(SPRING) == [(120, 180)]
    assert spring.moment(SPRING, 150) == datetime(2026, 3, 29, 1, tzinfo=UTC), "that after it"


def test_a_booking_in_the_second_hour_lies_there_and_moves_by_real_minutes(desk: Desk) -> None:
    second = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    made = visit_at(desk, second, second + timedelta(minutes=15))
    desk.go(AUTUMN)
    card = desk.card("Rex")
    assert (card.first, card.last) == (190, 205)
    assert card.times == "02:10 (2nd) – 02:25 (2nd)"
    desk.choose("Rex")
    desk.keys(Key.Key_Space, *[Key.Key_Up] * 4, Key.Key_Return)
    desk.settle()
    assert desk.visit("Rex").id == made
    assert desk.card("Rex").times == "02:50 (1st) – 02:05 (2nd)"
    assert desk.visit("Rex").minutes == 15


def test_a_booking_over_midnight_is_on_both_days(desk: Desk) -> None:
    starts = desk.sample.at(23, 30)
    visit_at(desk, starts, starts + HOUR)
    desk.screen.reload()
    desk.settle()
    late = [card for card in desk.grid.cards if card.last == 1440]
    assert [(card.first, card.goes_on, card.from_before) for card in late] == [(1410, True, False)]
    desk.go(DAY + timedelta(days=1))
    card = desk.card("Rex")
    assert (card.first, card.last, card.from_before) == (0, 30, True)
    assert card.times == "23:30 – 00:30"


def test_a_week_has_a_column_for_each_vet_of_each_day(desk: Desk) -> None:
    desk.grid.setFocus()
    desk.keys(Key.Key_W)
    desk.settle()
    assert len(desk.grid.columns) == 14
    assert [column.day.day for column in desk.grid.columns[::2]] == [9, 10, 11, 12, 13, 14, 15]
    assert desk.screen.bar.title.text() == "9 – 15 March 2026"
    assert not desk.screen.bar.week.isVisible()
    assert desk.grid.lane_width() >= 130
    assert desk.grid.horizontalScrollBar().maximum() > 0
    desk.grid.setFocus()
    assert desk.grid.choose(desk.sample["Rex visit"])
    lane = desk.grid.cursor_spot.lane
    assert desk.grid.x_of(lane) >= 72, "what is chosen is scrolled out from under the hours"
    desk.keys(Key.Key_Space, Key.Key_Right, Key.Key_Right, Key.Key_Return)
    desk.settle()
    assert f"{desk.kept('Rex visit').scheduled_at.astimezone(ZONE):%d %H:%M}" == "12 09:30"
    desk.screen.bar.vet.pick(desk.sample["Dr Ana Ferro"])
    assert len(desk.grid.columns) == 7
    desk.screen.bar.turn(1)
    desk.settle()
    assert desk.grid.columns[0].day == date(2026, 3, 16)


def test_the_week_starts_as_the_locale_says() -> None:
    assert week_start(DAY) == date(2026, 3, 9)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    assert week_start(DAY) == date(2026, 3, 8)
    assert week_start(date(2026, 3, 8)) == date(2026, 3, 8)


def test_keys_go_to_today_a_date_and_the_next_day(desk: Desk) -> None:
    desk.grid.setFocus()
    desk.keys(Key.Key_Right, modifier=Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert desk.screen.bar.day == DAY + timedelta(days=1)
    desk.keys(Key.Key_T)
    desk.settle()
    assert desk.screen.bar.day == DAY
    desk.keys(Key.Key_G)
    popup = desk.screen.bar.findChild(CalendarPopup)
    assert popup is not None
    days = popup.month.findChild(QTableView)
    assert isinstance(days, QTableView)
    desk.qtbot.keyClick(days, Key.Key_Down)
    desk.qtbot.keyClick(days, Key.Key_Return)
    desk.settle()
    assert desk.screen.bar.day == DAY + timedelta(days=7)


def test_what_is_closed_off_shift_or_shut_is_shaded_and_said(desk: Desk) -> None:
    organization = desk.sample.organization
    desk.elsewhere(Organization, organization, opening_hours="Mo-Fr 08:00-12:00,13:00-18:00")
    lund = desk.kept("Rex visit").veterinarian_id
    put(
        desk,
        StaffShift,
        user_id=lund,
        role="veterinarian",
        starts_at=desk.sample.at(9),
        ends_at=desk.sample.at(16),
        status="planned",
        break_minutes=0,
        is_on_call=False,
    )
    put(
        desk,
        RoomAvailability,
        room_id=desk.sample["theatre"],
        kind="maintenance",
        reason="New lamp",
        starts_at=desk.sample.at(14),
        ends_at=desk.sample.at(15),
    )
    desk.screen.bar.by.set_value("both")
    desk.screen.reload()
    desk.settle()
    grid = desk.grid
    assert [column.lane.title for column in grid.columns] == [
        "Dr Ana Ferro",
        "Dr Osei Lund",
        "Room 1",
        "Theatre",
    ]
    closed = [(0, 480, "closed"), (720, 780, "closed"), (1080, 1440, "closed")]
    shades = [[(one.first, one.last, one.kind) for one in each] for each in grid.shades]
    assert shades[0] == closed
    assert shades[1] == [*closed, (0, 540, "off"), (960, 1440, "off")]
    assert shades[3] == [*closed, (840, 900, "shut")]
    assert grid.heads[1].note.startswith("09:00–16:00")
    assert grid.opens() == 480
    grid.move_cursor(Spot(1, 1000))
    assert grid.accessibleDescription() == "Dr Osei Lund, Wednesday 11 March, 16:40, not on shift"
    grid.move_cursor(Spot(3, 850))
    assert grid.accessibleDescription().endswith("New lamp")
    desk.screen.grab()


def test_why_a_room_is_shut_is_told_where_nothing_lies_over_it(desk: Desk) -> None:
    """The stretch may begin far above what is in sight, and visits may lie on it."""
    grid, high = desk.grid, 14.0
    card = desk.card("Rex")
    lane, box = card.lane, grid.whole_box(card)
    assert grid.free_from(lane, box.top() + 1, high) >= box.bottom()
    assert grid.free_from(lane, box.top() - high, high) == box.top() - high


def test_the_chosen_visit_is_spoken_who_what_when_and_with_whom(desk: Desk) -> None:
    said: list[str] = []
    desk.grid.spoken.connect(said.append)
    desk.choose("Rex")
    assert said[-1] == (
        "Rex, Ivy Stone, Vaccination, 09:30 to 09:45, with Dr Osei Lund in Room 1, Booked, "
        "alert: Bites when held"
    )
    assert desk.grid.accessibleDescription() == said[-1]


def test_clearing_up_lies_below_the_card_and_keeps_the_time(desk: Desk) -> None:
    """Rule 19: the vet and the room are taken until they are clear again."""
    ends = desk.sample.at(11, 20)
    desk.elsewhere(Appointment, desk.sample["Mango visit"], free_at=ends + timedelta(minutes=15))
    mango = desk.card("Mango")
    assert (mango.last, mango.free) == (680, 695)
    assert desk.grid.tail_of(mango) == pytest.approx(33)
    desk.choose("Rex")
    desk.keys(Key.Key_Space, *[Key.Key_Down] * 24)
    hand = desk.grid.hand
    assert hand is not None
    assert hand.taken is not None
    assert "free again at 11:35" in hand.taken.words
    desk.keys(Key.Key_Down)
    assert hand.taken is None
    desk.keys(Key.Key_Escape)


def test_a_type_has_a_mark_besides_its_colour_and_a_legend(desk: Desk) -> None:
    assert marks(["Check-up", "Check up", "X-ray", "X", "体检"]) == ["CU", "CH", "XR", "X1", "体检"]
    legend = desk.screen.foot.legend
    assert legend.accessibleName() == "Legend: CU Check-up, DC Dental cleaning, VA Vaccination"
    desk.elsewhere(Service, desk.sample["vaccine"], name="Jab")
    assert "JA Jab" in legend.accessibleName()


def test_a_provisional_card_says_so_in_words_however_narrow(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 21."""
    desk.choose("Rex")
    desk.keys(Key.Key_Down, modifier=SHIFT)
    desk.keys(Key.Key_Return)
    desk.settle()
    assert desk.visit("Rex").provisional
    assert "Provisional" in desk.grid.accessibleDescription()
    written: list[str] = []
    real = day_paint.QFontMetricsF.elidedText
    monkeypatch.setattr(
        day_paint.QFontMetricsF,
        "elidedText",
        lambda self, words, *more: written.append(words) or real(self, words, *more),
    )
    desk.screen.grab()
    said = [words for words in written if "Provisional" in words]
    assert said
    assert all(words.startswith("Provisional") for words in said), "first, so that it is not cut"
    written.clear()
    desk.screen.bar.view.set_value("week")
    desk.screen.resize(600, 700)
    desk.settle()
    QApplication.processEvents()
    assert desk.grid.choose(desk.sample["Rex visit"])
    written.clear()
    desk.screen.grab()
    assert any("Prov" in words for words in written)


def test_other_zones_have_their_own_days() -> None:
    """Lord Howe's clock jumps by half an hour."""
    axis = Axis((date(2026, 4, 5),), ZoneInfo("Australia/Lord_Howe"))
    assert axis.length == 1470


def test_rule_19_a_visit_to_a_farm_is_drawn_with_its_name_and_opens_into_the_visit(
    desk: Desk,
) -> None:
    told: list[Place] = []
    desk.screen.go.connect(told.append)
    vet, farm = desk.sample["Dr Osei Lund"], desk.sample["Tomas Reed"]
    when = {"scheduled_at": desk.sample.at(14), "ends_at": desk.sample.at(15)}
    call = {"client_id": farm, "veterinarian_id": vet, "status": "scheduled", "may_overlap": False}
    booked = put(desk, Appointment, **call, **when)
    desk.screen.reload()
    desk.settle()
    card = desk.card("Tomas Reed")
    assert (card.visit.id, card.visit.client, card.visit.pet_id) == (booked, "", None)
    desk.choose("Tomas Reed")
    for key in (Qt.Key.Key_R, Qt.Key.Key_A, Qt.Key.Key_I):
        desk.keys(key)
        assert told.pop() == Place("farm_visits", booked, part="planned")
    with desk.mirror.read() as connection:
        guests = {one.visit.pet for one in guests_of(connection, desk.sample.day, ZONE)}
    assert guests == {"Biscuit", "Pixel", "Rex", "Mango"}


def test_a_day_that_fits_is_in_sight_whole_and_else_now_with_an_hour_before_it(desk: Desk) -> None:
    def seen(height: int, hour: int, view: str) -> tuple[float, float]:
        screen = desk.open((2400, height))
        screen.clock = lambda: desk.sample.at(hour)
        screen.go_to(DAY + timedelta(days=7))
        desk.settle()
        screen.bar.view.set_value(view)
        screen.go_to(DAY)
        desk.settle()
        grid = desk.grid
        return grid.minute_at(grid.head), grid.minute_at(grid.viewport().height())

    for view in ("day", "week"):
        first, last = seen(2000, 16, view)
        assert first <= 8 * 60 < 18 * 60 <= last, f"{view}: the working day is seen whole"
        first, last = seen(800, 14, view)
        assert first <= 13 * 60 < 14 * 60 < last, f"{view}: now, with an hour before it"
    desk.screen.resize(2400, 2000)
    desk.qtbot.waitUntil(lambda: desk.grid.viewport().height() > 1600)
    assert desk.grid.minute_at(desk.grid.head) <= 8 * 60, "nobody has touched it yet"
    assert desk.grid.minute_at(desk.grid.viewport().height()) >= 18 * 60


def test_the_times_of_a_card_are_never_cut(desk: Desk) -> None:
    visit = replace(desk.visit("Rex"), pet="Sir Barkalot of the Very Long Old Mill Lane")
    measure, times = day_paint.Pens().of_strong, "10:00 – 10:15"
    line = day_paint.name_line(measure, visit, times, 220)
    assert line.endswith(f"… ⚠  {times}")
    assert measure.horizontalAdvance(line) <= 221
    assert day_paint.name_line(measure, visit, times, 160).endswith("… ⚠  10:00")
    assert day_paint.name_line(measure, visit, times, 90).endswith("… ⚠"), "no room: not a part"
    assert day_paint.name_line(measure, replace(visit, pet="Rex"), times, 220) == f"Rex ⚠  {times}"
