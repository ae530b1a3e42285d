"""The screen of boarding through its real widgets: grid, drag, keys, lists, form and requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from fluffydesk.actions import saving, stays
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Room, RoomAvailability
from fluffydesk.records.clinic import PetVaccination
from fluffydesk.records.enums.booking import BookingKind, BookingStatus, RoomAvailabilityKind
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Notice, Place
from fluffydesk.ui.screens.boarding import HOURS, TODAY, BoardingScreen
from fluffydesk.ui.screens.boarding_extras import ExtrasDialog
from fluffydesk.ui.screens.boarding_form import StayForm
from fluffydesk.ui.screens.boarding_layout import Bar
from fluffydesk.ui.screens.reading.stays import read_extras
from fluffydesk.ui.screens.reporting.kennel import kennel_list
from fluffydesk.work import Work
from tests.boarding_sample import REQUESTED, at, day, row_of, stay, with_rooms
from tests.clinic_sample import DAY, ZONE, Sample
from tests.mirrors import new_mirror

Settle = Callable[[Work], None]
Key, NONE = Qt.Key, Qt.KeyboardModifier.NoModifier
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "clinic.db") as opened:
        yield opened


@pytest.fixture
def sample(clinic: Mirror) -> Sample:
    """Rex from Wednesday to Friday in kennel 1; Biscuit from Friday on; a cat in the cat room."""
    made = with_rooms(clinic)
    made.ids["rex"] = stay(clinic, made, "Rex", 0, 2, "Kennel 1")
    made.ids["biscuit"] = stay(clinic, made, "Biscuit", 4, 6, "Kennel 1")
    made.ids["mango"] = stay(clinic, made, "Mango", 0, 3, "Cat room")
    return made


@pytest.fixture
def work(clinic: Mirror, sample: Sample) -> Iterator[Work]:
    made = Work(clinic)
    yield made
    made.close()


@pytest.fixture
def screen(qtbot: QtBot, work: Work, settle: Settle) -> BoardingScreen:
    made = BoardingScreen(work)
    made.clock = lambda: at(0, 9, 40)
    qtbot.addWidget(made)
    made.resize(1072, 700)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    settle(work)
    return made


@pytest.fixture
def told(screen: BoardingScreen) -> list[Notice]:
    notices: list[Notice] = []
    screen.told.connect(notices.append)
    return notices


def bar(screen: BoardingScreen, stay_id: UUID) -> Bar:
    assert screen.grid.plan is not None
    found = screen.grid.plan.bar_of(stay_id)
    assert found is not None, "the stay is not drawn"
    return found


def press(
    qtbot: QtBot, screen: BoardingScreen, key: Qt.Key, with_: Qt.KeyboardModifier = NONE
) -> None:
    qtbot.keyClick(screen.grid, key, with_)


def drag(
    qtbot: QtBot, screen: BoardingScreen, start: QPoint, by: QPoint, *, drop: bool = True
) -> None:
    view, left = screen.grid.viewport(), Qt.MouseButton.LeftButton
    qtbot.mousePress(view, left, pos=start)
    qtbot.mouseMove(view, start + by / 2)
    qtbot.mouseMove(view, start + by)
    if drop:
        qtbot.mouseRelease(view, left, pos=start + by)


def hit(qtbot: QtBot, table: QWidget, key: Qt.Key) -> None:
    """Press a key in a list that has the focus."""
    table.setFocus()
    qtbot.keyClick(table, key)


def middle(screen: BoardingScreen, stay_id: UUID) -> QPoint:
    return screen.grid.box_of(bar(screen, stay_id)).center().toPoint()


def step(screen: BoardingScreen, columns: int) -> int:
    return round(columns * screen.grid.column_width())


def test_two_weeks_fit_and_words_say_what_is_free(screen: BoardingScreen, sample: Sample) -> None:
    plan = screen.grid.plan
    assert plan is not None
    assert [row.name for row in plan.rows] == ["Cat room", "Kennel 1", "Kennel 2"]
    assert len(plan.scale.columns) == 14
    assert screen.grid.horizontalScrollBar().maximum() == 0, "two weeks fit beside the rail"
    wednesday = plan.scale.column_of(at(0, 12))
    assert wednesday == 2, "the weeks begin on Monday"
    cats, first, second = plan.rows
    assert [row.words(2) for row in plan.rows] == ["1 free", "Full", "Free"]
    assert [cats.words(5), first.words(4), second.words(4)] == ["2 free", "Free", "Free"]
    assert plan.free(2) == 2
    spoken: list[str] = []
    screen.grid.spoken.connect(spoken.append)
    assert screen.grid.choose(sample["rex"])
    said = screen.grid.accessibleDescription()
    assert spoken == [said], "a screen reader is told at once"
    assert (
        "Kennel 1, Wednesday 11 March, today, Rex, Ivy Stone, Booked, Provisional, until 13 March"
        in said
    )
    assert said.endswith("full")


def test_the_last_night_of_a_stay_without_times_is_taken(
    screen: BoardingScreen, clinic: Mirror, sample: Sample, settle: Settle, work: Work
) -> None:
    night = {"start_date": day(3), "end_date": day(4)}
    stays.book_stay(clinic, {"pet_id": sample["Rex"], "room_id": sample["Kennel 2"], **night})
    screen.reload()
    settle(work)
    assert screen.grid.plan is not None
    row = screen.grid.plan.rows[2]
    assert [row.words(column) for column in (4, 5, 6)] == ["Free", "Full", "Free"]


def test_a_blocked_room_says_why(
    screen: BoardingScreen, clinic: Mirror, sample: Sample, work: Work, settle: Settle
) -> None:
    values = {
        "room_id": sample["Kennel 2"],
        "kind": RoomAvailabilityKind.BLOCKED,
        "starts_at": at(0, 0),
        "ends_at": at(2, 0),
        "reason": "painting",
    }
    saving.add(clinic, RoomAvailability, values)
    screen.reload()
    settle(work)
    assert screen.grid.plan is not None
    row = screen.grid.plan.rows[2]
    assert [row.words(column) for column in (0, 1, 2, 3, 4)] == [
        "Free",
        "No night",
        "Blocked (painting)",
        "Blocked (painting)",
        "Free",
    ]


def test_dragging_moves_a_stay_to_other_days_and_another_room(
    qtbot: QtBot,
    screen: BoardingScreen,
    clinic: Mirror,
    sample: Sample,
    work: Work,
    settle: Settle,
    told: list[Notice],
) -> None:
    grid = screen.grid
    down = round(grid.row_height(grid.plan.rows[1]))  # type: ignore[union-attr]
    drag(qtbot, screen, middle(screen, sample["rex"]), QPoint(step(screen, 3), down))
    settle(work)
    row = row_of(clinic, sample["rex"])
    assert (row.start_date, row.end_date, row.room_id) == (day(3), day(5), sample["Kennel 2"])
    assert bar(screen, sample["rex"]).stay.provisional
    assert told[-1].text == "Rex stays from 14 March to 16 March."
    assert told[-1].undo is not None
    told[-1].undo()
    settle(work)
    row = row_of(clinic, sample["rex"])
    assert (row.start_date, row.end_date, row.room_id) == (day(0), day(2), sample["Kennel 1"])


def test_rule_19_during_the_drag_it_is_told_why_it_cannot_lie_there_and_goes_back(
    qtbot: QtBot,
    screen: BoardingScreen,
    clinic: Mirror,
    sample: Sample,
    work: Work,
    settle: Settle,
    told: list[Notice],
) -> None:
    start, by = middle(screen, sample["rex"]), QPoint(step(screen, 3), 0)
    drag(qtbot, screen, start, by, drop=False)
    held = screen.grid.held
    assert held is not None
    assert held.wrong == "Kennel 1 is taken at that time."
    qtbot.mouseRelease(screen.grid.viewport(), Qt.MouseButton.LeftButton, pos=start + by)
    settle(work)
    assert screen.grid.held is None
    assert told[-1].text == "Kennel 1 is taken at that time."
    assert row_of(clinic, sample["rex"]).start_date == day(0)


def test_the_end_is_dragged_to_lengthen_and_the_nights_follow(
    qtbot: QtBot, screen: BoardingScreen, clinic: Mirror, sample: Sample, work: Work, settle: Settle
) -> None:
    box = screen.grid.box_of(bar(screen, sample["rex"]))
    end = QPoint(round(box.right()) - 3, round(box.center().y()))
    drag(qtbot, screen, end, QPoint(step(screen, 1), 0))
    settle(work)
    row = row_of(clinic, sample["rex"])
    assert (row.start_date, row.end_date, row.price) == (day(0), day(3), Decimal("67.50"))


def test_the_same_by_keys(
    qtbot: QtBot,
    screen: BoardingScreen,
    clinic: Mirror,
    sample: Sample,
    work: Work,
    settle: Settle,
    told: list[Notice],
) -> None:
    screen.grid.choose(sample["rex"])
    press(qtbot, screen, Key.Key_Right, ALT)
    settle(work)
    assert (row_of(clinic, sample["rex"]).start_date, bar(screen, sample["rex"]).line) == (
        day(1),
        2,
    )
    press(qtbot, screen, Key.Key_Right, ALT | SHIFT)
    settle(work)
    assert row_of(clinic, sample["rex"]).end_date == day(4)
    press(qtbot, screen, Key.Key_Right, ALT | SHIFT)
    settle(work)
    assert told[-1].text == "Kennel 1 is taken at that time."
    press(qtbot, screen, Key.Key_Down, ALT)
    settle(work)
    assert row_of(clinic, sample["rex"]).room_id == sample["Kennel 2"]
    press(qtbot, screen, Key.Key_PageUp)
    assert screen.grid.stay().id == sample["biscuit"]  # type: ignore[union-attr]


def test_keys_check_in_check_out_and_turn_the_weeks(
    qtbot: QtBot,
    screen: BoardingScreen,
    clinic: Mirror,
    sample: Sample,
    work: Work,
    settle: Settle,
    told: list[Notice],
) -> None:
    screen.grid.choose(sample["rex"])
    press(qtbot, screen, Key.Key_I)
    settle(work)
    assert bar(screen, sample["rex"]).stay.stage == "Here"
    said = told[-1].text, told[-1].advice, told[-1].tone
    assert said == ("Rex is checked in.", "No vaccination is written down.", "warning")
    press(qtbot, screen, Key.Key_O)
    settle(work)
    assert row_of(clinic, sample["rex"]).status == BookingStatus.COMPLETED
    screen.turn(1)
    settle(work)
    assert screen.grid.plan is not None
    assert screen.grid.plan.scale.day(0) == day(5)
    screen.to_today()
    settle(work)
    assert screen.grid.plan.scale.day(screen.grid.cell.column) == DAY
    press(qtbot, screen, Key.Key_End)
    screen.to_today()
    settle(work)
    assert screen.grid.plan.scale.day(screen.grid.cell.column) == DAY


def test_a_key_writes_the_bill_and_goes_to_it(
    qtbot: QtBot, screen: BoardingScreen, sample: Sample, work: Work, settle: Settle
) -> None:
    gone: list[Place] = []
    screen.go.connect(gone.append)
    screen.grid.choose(sample["rex"])
    press(qtbot, screen, Key.Key_B)
    settle(work)
    assert [place.key for place in gone] == ["money"]
    assert gone[0].id is not None


def test_a_new_stay_is_typed_in_the_form_with_nights_price_and_warnings(
    qtbot: QtBot, screen: BoardingScreen, clinic: Mirror, sample: Sample, work: Work, settle: Settle
) -> None:
    screen.grid.choose(sample["rex"])
    for key in (Key.Key_Down, Key.Key_N):
        press(qtbot, screen, key)
    dialog = next(one for one in screen.findChildren(FormDialog) if one.isVisible())
    form = dialog.form
    assert isinstance(form, StayForm)
    assert form.value("room_id") == sample["Kennel 2"]
    form.editor("pet_id").set_value(sample["Pixel"])
    form.editor("end_date").set_value(day(3))
    form._typed("end_date")
    form.per_night.editor.set_value(Decimal("19.95"))
    form._reckon()
    qtbot.waitUntil(lambda: bool(form.warning.text()))
    assert form.warning.text() == "No vaccination is written down."
    assert form.rows["end_date"].noted() == "3 nights"
    assert form.per_night.noted() == "3 nights: 59.85 GBP in all"
    assert form.value("client_id") == sample["Tomas Reed"]
    assert form.value("pick_up_at").astimezone(ZONE) == at(3, 11)
    dialog._save()
    settle(work)
    found = [one for one in screen.grid.plan.bars if one.stay.pet == "Pixel"]  # type: ignore[union-attr]
    assert [(one.stay.first, one.stay.last, one.stay.price) for one in found] == [
        (day(0), day(3), Decimal("59.85"))
    ]


def test_a_first_day_typed_digit_by_digit_takes_the_last_day_along_and_the_booking_is_told(
    qtbot: QtBot,
    screen: BoardingScreen,
    clinic: Mirror,
    sample: Sample,
    settle: Settle,
    told: list[Notice],
) -> None:
    screen._book_at(sample["Kennel 2"], 0, 0)
    dialog = next(one for one in screen.findChildren(FormDialog) if one.isVisible())
    form = dialog.form
    assert isinstance(form, StayForm)
    first, last = (form.editor(name).findChild(QLineEdit) for name in ("start_date", "end_date"))
    assert isinstance(first, QLineEdit)
    assert isinstance(last, QLineEdit)
    first.selectAll()
    qtbot.keyClicks(first, "26/11/26")  # on its way it was the 26th of January
    assert last.text() == "27/11/2026"
    last.selectAll()
    qtbot.keyClicks(last, "29/11/26")
    first.selectAll()
    qtbot.keyClicks(first, "27/12/26")
    assert last.text() == "28/12/2026"
    first.selectAll()
    qtbot.keyClicks(first, "27/11/26")
    assert last.text() == "29/11/2026"
    assert form.value("pick_up_at").astimezone(ZONE) == datetime(2026, 11, 29, 11, tzinfo=ZONE)
    form.editor("pet_id").set_value(sample["Pixel"])
    settle(screen.work)
    dialog._save()
    settle(screen.work)
    words = "Pixel is booked for Friday 27 November to Sunday 29 November."
    assert told[-1].text == words
    assert told[-1].undo is not None
    told[-1].undo()
    settle(screen.work)
    assert told[-1].text == words
    with clinic.read() as connection:
        left = connection.exec_driver_sql("select start_date from bookings").scalars()
        assert "2026-11-27" not in [str(one) for one in left]


def test_the_form_of_a_full_room_says_which_are_free_and_loses_nothing(
    qtbot: QtBot, screen: BoardingScreen, clinic: Mirror, sample: Sample, work: Work, settle: Settle
) -> None:
    screen._book_at(sample["Kennel 1"], 2, 0)
    dialog = next(one for one in screen.findChildren(FormDialog) if one.isVisible())
    dialog.form.editor("pet_id").set_value(sample["Pixel"])
    dialog._save()
    settle(work)
    assert dialog.isVisible()
    error = dialog.form.rows["room_id"].error()
    assert error == "Kennel 1 is taken at that time. Free then: Cat room, Kennel 2."
    assert dialog.form.editor("pet_id").value() == sample["Pixel"]
    dialog._throw_away()


def test_todays_lists_have_a_key_each_and_a_way_back(
    qtbot: QtBot,
    screen: BoardingScreen,
    clinic: Mirror,
    sample: Sample,
    work: Work,
    settle: Settle,
    told: list[Notice],
) -> None:
    stays.add_extra(clinic, sample["rex"], "Walk", Decimal(6))
    screen.view.set_value(TODAY)
    screen.reload()
    settle(work)
    lists = screen.lists
    assert [one.pet for one in lists.coming.model.rows()] == ["Mango", "Rex"]
    lists.coming.select(sample["rex"])
    hit(qtbot, lists.coming.table, Key.Key_I)
    settle(work)
    assert [one.pet for one in lists.here.model.rows()] == ["Rex"]
    told[-1].undo()  # type: ignore[misc]
    settle(work)
    assert [one.pet for one in lists.coming.model.rows()] == ["Mango", "Rex"]
    shot = {"pet_id": sample["Rex"], "vaccine": "Rabisin", "disease": "Rabies"}
    due = {"given_on": date(2021, 3, 9), "next_due_on": date(2022, 3, 9)}
    saving.add(clinic, PetVaccination, shot | due)
    lists.coming.select(sample["rex"])
    hit(qtbot, lists.coming.table, Key.Key_I)
    settle(work)
    assert told[-1].advice == "Its rabies vaccination was due on 9 March 2022."
    hit(qtbot, lists.coming.table, Key.Key_I)  # the list is empty now
    settle(work)
    focused = screen.focusWidget()
    assert focused is not None
    nobody = "Coming today. Nobody else comes. Stays that begin today stand here"
    assert focused.accessibleName() == nobody
    told[-1].undo()  # type: ignore[misc]
    settle(work)
    assert screen.focusWidget() is lists.coming.table
    told[-1].undo()  # type: ignore[misc]
    settle(work)
    hit(qtbot, lists.chores.table, Key.Key_Space)
    settle(work)
    assert [one.done_at is not None for one in lists.chores.model.rows()] == [True]
    assert told[-1].text == "Walk of Rex is done."
    told[-1].undo()  # type: ignore[misc]
    settle(work)
    assert [one.done_at for one in lists.chores.model.rows()] == [None]


def test_going_home_by_one_key(
    qtbot: QtBot, screen: BoardingScreen, clinic: Mirror, sample: Sample, work: Work, settle: Settle
) -> None:
    stays.set_step(clinic, sample["rex"], BookingStatus.CHECKED_IN)
    screen.clock = lambda: at(2, 9)
    screen.view.set_value(TODAY)
    screen.reload()
    settle(work)
    assert [one.pet for one in screen.lists.going.model.rows()] == ["Rex"]
    hit(qtbot, screen.lists.going.table, Key.Key_O)
    settle(work)
    assert [one.stage for one in screen.lists.going.model.rows()] == ["Gone home"]
    went: list[Place] = []
    screen.go.connect(went.append)
    hit(qtbot, screen.lists.going.table, Key.Key_B)  # and its bill by the next
    settle(work)
    assert [place.key for place in went] == ["money"]


def test_who_is_fetched_first_stands_first_and_who_is_gone_last(
    screen: BoardingScreen, clinic: Mirror, sample: Sample, work: Work, settle: Settle
) -> None:
    bath = {"kind": BookingKind.GROOMING, "drop_off_at": at(2, 8), "pick_up_at": at(2, 9)}
    pixel = stay(clinic, sample, "Pixel", 2, 2, "Table", **bath)
    for kept in (sample["rex"], pixel):
        stays.set_step(clinic, kept, BookingStatus.CHECKED_IN)
    screen.clock = lambda: at(2, 9)
    screen.view.set_value(TODAY)
    screen.reload()
    settle(work)
    assert [one.pet for one in screen.lists.going.model.rows()] == ["Pixel", "Rex"]
    stays.set_step(clinic, pixel, BookingStatus.COMPLETED)
    screen.reload()
    settle(work)
    assert [one.pet for one in screen.lists.going.model.rows()] == ["Rex", "Pixel"]


def test_sessions_of_a_day_by_the_hour_are_moved_by_quarters(
    qtbot: QtBot, screen: BoardingScreen, clinic: Mirror, sample: Sample, work: Work, settle: Settle
) -> None:
    bath = {"kind": BookingKind.GROOMING, "drop_off_at": at(0, 9), "pick_up_at": at(0, 10)}
    bathed = stay(clinic, sample, "Pixel", 0, 0, "Table", **bath)
    screen.arrive(Place("boarding", bathed, part=HOURS))
    settle(work)
    grid = screen.grid
    assert grid.plan is not None
    assert grid.plan.scale.hourly
    assert "Table, 09:00, Pixel" in grid.accessibleDescription()
    press(qtbot, screen, Key.Key_Right, ALT)
    press(qtbot, screen, Key.Key_Right, ALT | SHIFT)
    settle(work)
    row = row_of(clinic, bathed)
    assert row.drop_off_at.astimezone(ZONE) == at(0, 9, 15)
    press(qtbot, screen, Key.Key_Right, ALT | SHIFT)
    settle(work)
    assert row_of(clinic, bathed).pick_up_at.astimezone(ZONE) == at(0, 10, 45)


def test_a_form_names_its_stay_as_a_person_reads_days_and_kinds(
    screen: BoardingScreen, sample: Sample, work: Work, settle: Settle
) -> None:
    screen.open(sample["rex"])
    settle(work)
    dialog = screen.findChildren(FormDialog)[-1]
    assert dialog.heading.text() == f"Stay {day_text(day(0))} · Boarding"


def test_a_request_stands_on_top_and_gets_a_free_room_when_confirmed(
    qtbot: QtBot,
    screen: BoardingScreen,
    clinic: Mirror,
    sample: Sample,
    work: Work,
    settle: Settle,
    told: list[Notice],
) -> None:
    asked = stay(clinic, sample, "Pixel", 1, 3, None, status=REQUESTED)
    screen.reload()
    settle(work)
    [line] = screen.waiting.lines
    assert line.text() == "Pixel asks for boarding, 12/03/2026 to 14/03/2026."
    assert bar(screen, asked).stay.stage == "Requested"
    buttons = {one.accessibleName(): one for one in line.findChildren(QPushButton)}
    assert list(buttons) == ["Confirm: Pixel", "Decline: Pixel", "Open: Pixel"]
    QTest.keyClick(buttons["Confirm: Pixel"], Key.Key_Space)
    settle(work)
    row = row_of(clinic, asked)
    assert (row.status, row.room_id) == (BookingStatus.CONFIRMED, sample["Cat room"])
    assert not screen.waiting.isVisible()
    told[-1].undo()  # type: ignore[misc]
    settle(work)
    [line] = screen.waiting.lines
    QTest.keyClick(line.findChildren(QPushButton)[1], Key.Key_Space)
    settle(work)
    assert row_of(clinic, asked).status == BookingStatus.CANCELLED


def test_what_central_refused_stays_in_sight_and_free_rooms_are_offered(
    qtbot: QtBot, screen: BoardingScreen, clinic: Mirror, sample: Sample, work: Work, settle: Settle
) -> None:
    refuse(clinic, sample["rex"])
    screen.reload()
    settle(work)
    assert bar(screen, sample["rex"]).stay.mark == "Refused"
    [line] = screen.waiting.lines
    assert line.text() == (
        "Central has no place for Rex in Kennel 1, 11/03/2026 to 13/03/2026: another desk was "
        "first. Free then:"
    )
    names = [one.accessibleName() for one in line.findChildren(QPushButton)]
    assert names == ["Cat room: Rex", "Kennel 2: Rex", "Open: Rex"]
    QTest.keyClick(line.findChildren(QPushButton)[1], Key.Key_Space)
    settle(work)
    assert row_of(clinic, sample["rex"]).room_id == sample["Kennel 2"]
    assert bar(screen, sample["rex"]).stay.mark == "Provisional"


def refuse(mirror: Mirror, row_id: UUID) -> None:
    """Put a booking into quarantine, as a sync does whose edit central refused."""
    with mirror.apply() as connection:
        values = {
            "id": str(UUID(int=7)),
            "units": "[]",
            "rows": "[]",
            "code": "23P01",
            "constraint_name": "ex_bookings_room_id",
            "table_name": "bookings",
            "row_id": str(row_id),
            "column_name": "room_id",
            "message": "the room has no place left at that time",
            "advice": "Choose another room or other days.",
            "at": 0,
        }
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        connection.execute(text(f"insert into quarantine ({names}) values ({marks})"), values)


def test_extras_are_added_for_each_day_and_ticked_in_their_window(
    qtbot: QtBot, screen: BoardingScreen, clinic: Mirror, sample: Sample, work: Work, settle: Settle
) -> None:
    screen.grid.choose(sample["rex"])
    press(qtbot, screen, Key.Key_E)
    dialog = next(one for one in screen.findChildren(ExtrasDialog) if one.isVisible())
    settle(work)
    keys = {one.text(): one for one in dialog.findChildren(QPushButton)}
    dialog.add()
    settle(work)
    assert "What it is, is missing" in dialog.trouble.text()
    dialog.what.editor.set_value("Walk")
    dialog.price.editor.set_value(Decimal(6))
    dialog.each_day.setChecked(True)
    dialog.add()
    settle(work)
    walks = [one for one in dialog.table.model.rows() if one.what == "Walk"]
    assert len(walks) == 3
    assert keys["Remove"].isEnabled()
    dialog.table.select(walks[1].id)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    hit(qtbot, dialog.table.table, Key.Key_Space)
    settle(work)
    done = [one.done_at is not None for one in dialog.table.model.rows() if one.what == "Walk"]
    assert done == [False, True, False]
    dialog._show(())
    assert not keys["Remove"].isEnabled(), "there is nothing to remove"
    dialog.close()


def test_an_extra_of_a_stay_under_way_is_for_today_and_enter_adds_it(
    qtbot: QtBot, screen: BoardingScreen, work: Work, clinic: Mirror, sample: Sample, settle: Settle
) -> None:
    assert screen.board is not None
    rex = next(one for one in screen.board.stays if one.id == sample["rex"])
    around = replace(rex, first=today() - timedelta(days=2), last=today() + timedelta(days=2))
    dialog = ExtrasDialog(work, around, screen)
    ends: list[int] = []
    dialog.finished.connect(ends.append)
    dialog.show()
    settle(work)
    moment = dialog.when.editor.value()
    assert moment.astimezone(ZONE).date() == today()
    over = ExtrasDialog(work, rex)
    qtbot.addWidget(over)
    assert over.when.editor.value().astimezone(ZONE).date() == rex.last
    settle(work)
    over.close()
    dialog.when.editor.set_value(at(1, 12))
    qtbot.keyClicks(dialog.what.editor.field, "Bath")
    qtbot.keyClicks(dialog.price.editor.field, "15")
    qtbot.keyClick(dialog.price.editor.field, Key.Key_Return)
    settle(work)
    settle(work)
    assert "Bath" in [one.what for one in dialog.table.model.rows()]
    qtbot.keyClicks(dialog.what.editor.field, "Walk")
    qtbot.keyClick(dialog, Key.Key_Escape)
    assert not ends, "what was typed would be lost"
    assert dialog.question is not None
    keys = {one.text(): one for one in dialog.question.buttons()}
    keys["Save"].click()
    settle(work)
    assert ends
    assert "Walk" in [one.what for one in read_extras(clinic, rex.id)]


def test_the_search_leaves_out_the_rest_but_its_places_stay_taken(
    screen: BoardingScreen, sample: Sample
) -> None:
    screen.search("noor")
    assert screen.grid.plan is not None
    assert {one.stay.pet for one in screen.grid.plan.bars} == {"Biscuit", "Mango"}
    assert screen.grid.plan.rows[1].words(2) == "Full"
    screen.go_to_found()
    assert screen.grid.hasFocus()
    found = screen.grid.bar()
    assert found is not None
    assert found.stay.pet == "Mango", "the first of what was found has the cursor"


def test_without_rooms_the_screen_says_what_belongs_there(
    qtbot: QtBot, tmp_path: Path, settle: Settle
) -> None:
    with new_mirror(tmp_path / "bare.db") as bare:
        made = with_rooms(bare)
        for name in ("Kennel 1", "Kennel 2", "Cat room"):
            saving.change(bare, Room, made[name], {"status": "inactive"})
        work = Work(bare)
        screen = BoardingScreen(work)
        qtbot.addWidget(screen)
        screen.show()
        settle(work)
        assert screen.empty.title() == "No rooms for boarding yet"
        assert screen.empty.button.text() == "Add a room"
        work.close()


def test_the_kennel_list_names_room_food_medicine_and_chores(
    clinic: Mirror, sample: Sample
) -> None:
    fed = {"feeding": "Own food, twice", "medication": "Half a tablet at night"}
    stays.change_stay(clinic, sample["rex"], fed)
    stays.add_extra(clinic, sample["rex"], "Walk", Decimal(6))
    report = kennel_list(clinic, DAY, ZONE)
    assert [row[:2] for row in report.rows] == [
        ("Cat room", "Mango, Cat"),
        ("Kennel 1", "Rex, Dog"),
    ]
    assert report.cell(1, "Feeding") == "Own food, twice"
    assert report.cell(1, "Medication") == "Half a tablet at night"
    assert report.cell(1, "To do") == "12:00 Walk"
    assert report.cell(1, "Take care") == "Bites when held"
    assert report.sums[0][0] == "2 pets"
