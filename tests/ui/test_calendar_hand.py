"""Bookings taken up in the calendar: dragged, resized, by keys, pinned, asked about, watched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fluffydesk.records.booking import Appointment, Room
from fluffydesk.records.enums import Role
from fluffydesk.records.users import OrganizationUser
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screens.booking_form import BookingForm
from fluffydesk.ui.screens.day_layout import Spot
from fluffydesk.ui.screens.day_space import AXIS
from tests.ui.calendar_desk import ALT, CTRL, SHIFT, Desk, desk_of

Key = Qt.Key
TAKEN = "Dr Osei Lund is taken by Mango from 11:00 to 11:20."


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(qtbot, tmp_path / "desk") as made:
        yield made


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "desk").mkdir()


def test_the_lower_edge_of_a_card_is_dragged_to_make_it_longer(desk: Desk) -> None:
    box = desk.grid.box_of(desk.card("Rex"))
    start = QPoint(box.center().toPoint().x(), round(box.bottom()) - 2)
    desk.drag(start, start + QPoint(0, round(20 * 2.2)))
    assert (desk.local(desk.visit("Rex").starts), desk.local(desk.visit("Rex").ends)) == (
        "09:30",
        "10:05",
    )
    assert desk.told[-1].undo is not None
    desk.told[-1].undo()
    desk.settle()
    assert desk.local(desk.visit("Rex").ends) == "09:45"


def test_a_drag_is_checked_while_it_is_under_way(desk: Desk) -> None:
    start = desk.middle("Rex")
    over = start + QPoint(0, round(90 * 2.2))
    desk.press(start)
    desk.move(start + QPoint(0, 60), over)
    hand = desk.grid.hand
    assert hand is not None
    assert hand.taken is not None
    assert hand.taken.words == TAKEN
    assert TAKEN in desk.screen.foot.words.text()
    assert TAKEN in desk.grid.accessibleDescription()
    desk.move(over + QPoint(0, round(60 * 2.2)))
    assert hand.taken is None
    desk.move(over)
    desk.let_go(over)
    assert desk.grid.hand is None
    assert desk.local(desk.visit("Rex").starts) == "09:30"
    assert [notice.text for notice in desk.told] == [TAKEN]
    assert desk.screen.foot.currentIndex() == 0


def test_keys_take_up_move_resize_and_put(desk: Desk) -> None:
    desk.choose("Rex")
    desk.keys(Key.Key_Space, *[Key.Key_Down] * 6, Key.Key_Left)
    desk.keys(Key.Key_Down, modifier=SHIFT)
    assert desk.grid.accessibleDescription() == ("Rex: Wed 11 Mar, 10:00 to 10:20, Dr Ana Ferro.")
    assert desk.local(desk.kept("Rex visit").scheduled_at) == "09:30", "not before it is put"
    desk.keys(Key.Key_Return)
    desk.settle()
    rex = desk.visit("Rex")
    assert (desk.local(rex.starts), desk.local(rex.ends), rex.vet) == (
        "10:00",
        "10:20",
        "Dr Ana Ferro",
    )
    assert desk.grid.visit() == rex, "it stays the chosen one"


def test_escape_takes_back_and_a_taken_time_keeps_it_in_the_hand(desk: Desk) -> None:
    desk.choose("Rex")
    desk.keys(Key.Key_Up, modifier=ALT)
    desk.keys(Key.Key_Escape)
    desk.settle()
    assert desk.grid.hand is None
    assert desk.local(desk.visit("Rex").starts) == "09:30"
    desk.keys(Key.Key_Space, *[Key.Key_Down] * 18, Key.Key_Return)
    assert desk.grid.hand is not None
    assert desk.told[-1].text == TAKEN
    desk.keys(*[Key.Key_Down] * 4, Key.Key_Return)
    desk.settle()
    assert desk.local(desk.visit("Rex").starts) == "11:20"


def test_what_has_begun_is_not_taken_up(desk: Desk) -> None:
    biscuit = desk.middle("Biscuit")
    desk.drag(biscuit, biscuit + QPoint(0, 200))
    assert desk.told == []
    assert desk.local(desk.visit("Biscuit").starts) == "09:00"
    desk.choose("Biscuit")
    desk.keys(Key.Key_Space)
    assert desk.grid.hand is None
    assert desk.told[-1].text == "Biscuit's visit is done and stays where it is."


def test_a_booking_is_carried_to_another_day_by_the_pinboard(desk: Desk) -> None:
    desk.choose("Rex")
    desk.keys(Key.Key_X)
    desk.settle()
    assert desk.screen.pinboard.isVisible()
    assert "on the pinboard" in desk.grid.words_at(desk.grid.cursor_spot)
    desk.screen.close()
    screen = desk.open()
    desk.go(date(2026, 3, 12))
    assert (
        screen.pinboard.list.item(0).text() == "Rex · Vaccination\nWed 11 Mar, 09:30\nDr Osei Lund"
    )
    assert desk.local(desk.kept("Rex visit").scheduled_at) == "09:30", "it keeps its time"
    desk.grid.setFocus()
    desk.keys(Key.Key_Home)
    desk.keys(Key.Key_V, modifier=CTRL)
    desk.keys(Key.Key_Down, Key.Key_Return)
    desk.settle()
    rex = desk.visit("Rex")
    assert f"{rex.starts.astimezone(desk.grid.axis.zone):%d %H:%M}" == "12 08:05"
    assert not screen.pinboard.isVisible()
    assert desk.told[-1].text == "Rex moved to Thursday 12 March, 08:05."


def test_the_pinboard_is_dragged_from_and_to(desk: Desk, qtbot: QtBot) -> None:
    desk.choose("Mango")
    desk.keys(Key.Key_X)
    desk.settle()
    board = desk.screen.pinboard
    start = desk.middle("Rex")
    outside = desk.grid.viewport().mapFromGlobal(board.mapToGlobal(board.rect().center()))
    desk.drag(start, outside)
    assert board.ids == [desk.sample["Rex visit"], desk.sample["Mango visit"]]
    entries = board.list.viewport()
    at = board.list.visualItemRect(board.list.item(1)).center()
    goal = entries.mapFromGlobal(desk.grid.viewport().mapToGlobal(desk.point(0, 602)))
    qtbot.mousePress(entries, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(entries, goal - QPoint(30, 0))
    qtbot.mouseMove(entries, goal)
    desk.let_go(goal, on=entries)
    mango = desk.visit("Mango")
    assert (desk.local(mango.starts), mango.vet) == ("10:00", "Dr Ana Ferro")
    assert board.ids == [desk.sample["Rex visit"]]


def test_the_next_free_time_is_found_and_taken(desk: Desk, qtbot: QtBot) -> None:
    desk.choose("Mango")
    desk.keys(Key.Key_F)
    desk.settle()
    finder = desk.screen.finder
    assert finder.for_whom.text() == "For Mango, Noor Vale"
    assert finder.minutes.text() == "20"
    assert finder.found.item(0).text() == "Wed 11 Mar, 09:45\nDr Osei Lund"
    finder.minutes.setText("120")
    finder.minutes.textEdited.emit("120")
    desk.settle()
    assert finder.found.item(0).text() == "Wed 11 Mar, 11:20\nDr Osei Lund"
    finder.minutes.setText("20")
    finder.minutes.textEdited.emit("20")
    desk.settle()
    finder.found.setFocus()
    qtbot.keyClick(finder.found, Key.Key_Return)
    desk.settle()
    assert desk.grid.hand is not None
    assert desk.local(desk.grid.hand.starts) == "09:45"
    desk.keys(Key.Key_Return)
    desk.settle()
    assert desk.local(desk.visit("Mango").starts) == "09:45"


def test_a_free_time_of_two_hours_is_booked_as_two_hours_however_fast(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.grid.move_cursor(Spot(0, 13 * 60))
    desk.keys(Key.Key_F)
    desk.settle()
    finder = desk.screen.finder
    finder.minutes.selectAll()
    qtbot.keyClicks(finder.minutes, "120")
    qtbot.keyClick(finder.minutes, Key.Key_Return)
    qtbot.keyClick(finder.found, Key.Key_Return)  # before the search has answered
    assert desk.screen.findChild(FormDialog) is None
    desk.settle()
    qtbot.keyClick(finder.found, Key.Key_Return)
    desk.settle()
    dialog = desk.screen.findChild(FormDialog)
    assert dialog is not None
    dialog.form.editor("pet_id").set_value(desk.sample["Pixel"])
    dialog.form.save()
    desk.settle()
    visit = desk.grid.visit()
    assert visit is not None
    assert (visit.pet, visit.minutes) == ("Pixel", 120)


def test_a_free_time_for_somebody_new_opens_the_form(desk: Desk, qtbot: QtBot) -> None:
    desk.grid.setFocus()
    desk.keys(Key.Key_End)
    desk.screen.find_free()
    finder = desk.screen.finder
    finder.kind.setCurrentIndex(finder.kind.findText("Dental cleaning"))
    finder.kind.activated.emit(finder.kind.currentIndex())
    desk.settle()
    assert finder.minutes.text() == "60"
    finder.found.itemActivated.emit(finder.found.item(0))
    desk.settle()
    form = desk.screen.findChild(BookingForm)
    assert form is not None
    values = form.asked()
    assert values.service_id == desk.sample["dental"]
    assert values.ends_at is not None
    assert values.scheduled_at is not None
    assert values.ends_at - values.scheduled_at == timedelta(minutes=60)
    form.new()
    form.window().close()


def test_escape_closes_the_free_times_and_the_calendar_has_the_keys(desk: Desk) -> None:
    desk.choose("Mango")
    desk.keys(Key.Key_F)
    desk.settle()
    finder = desk.screen.finder
    finder.minutes.setFocus()
    finder.minutes.selectAll()
    desk.qtbot.keyClicks(finder.minutes, "2")
    assert finder.problem.text() == "Give a length from 5 to 1440 minutes."
    desk.qtbot.keyClick(finder.minutes, Key.Key_Escape)
    assert not finder.isVisible()
    assert desk.grid.hasFocus()
    desk.settle()


def test_who_may_only_look_takes_nothing_up(desk: Desk) -> None:
    desk.work.whose = replace(desk.work.whose, role=Role.VIEWER)
    desk.screen.reload()
    desk.settle()
    start = desk.middle("Rex")
    desk.drag(start, start + QPoint(0, 200))
    desk.keys(Key.Key_Space, Key.Key_Down, Key.Key_Return)
    desk.settle()
    assert desk.local(desk.kept("Rex visit").scheduled_at) == "09:30"
    assert desk.grid.locked
    assert desk.grid.hand is None


@pytest.mark.parametrize(("policy", "asks"), [("ask", True), ("allow", False)])
def test_the_policy_of_a_vet_decides_about_double_booking(
    desk: Desk, policy: str, asks: bool
) -> None:
    """Rule 19: never refuses (see above), ask wants a second Enter, allow says nothing."""
    lund = next(lane.id for lane in desk.screen._sheet.vets if lane.title == "Dr Osei Lund")  # type: ignore[union-attr]
    table = OrganizationUser.__table__
    with desk.mirror.read() as connection:
        member = connection.execute(table.select().where(table.c.user_id == lund)).one().id
    desk.elsewhere(OrganizationUser, member, double_booking=policy)
    for room in ("room 1", "theatre"):
        desk.elsewhere(Room, desk.sample[room], double_booking="allow")
    start = desk.middle("Rex")
    desk.drag(start, start + QPoint(0, round(90 * 2.2)))
    if asks:
        assert desk.local(desk.visit("Rex").starts) == "09:30"
        assert desk.screen.foot.yes.text() == "Double-book (Enter)"
        assert "Double-book it?" in desk.screen.foot.words.text()
        desk.keys(Key.Key_Return)
        desk.settle()
    assert desk.local(desk.visit("Rex").starts) == "11:00"
    assert desk.kept("Rex visit").may_overlap is asks
    rex, mango = desk.card("Rex"), desk.card("Mango")
    assert {(rex.share, rex.of), (mango.share, mango.of)} == {(0, 2), (1, 2)}
    assert desk.grid.box_of(rex).intersected(desk.grid.box_of(mango)).isEmpty()


def test_another_desks_change_shows_and_leaves_what_is_in_the_hand(desk: Desk) -> None:
    start = desk.middle("Rex")
    at = start + QPoint(0, round(150 * 2.2))
    desk.press(start)
    desk.move(start + QPoint(0, 40), at)
    hand = desk.grid.hand
    assert hand is not None
    assert hand.taken is None
    moved = desk.sample.at(12, 0)
    desk.elsewhere(
        Appointment,
        desk.sample["Mango visit"],
        scheduled_at=moved,
        ends_at=moved + timedelta(minutes=20),
    )
    assert desk.local(desk.visit("Mango").starts) == "12:00", "seen at once"
    assert desk.grid.hand is hand, "still in the hand"
    assert hand.taken is not None, "and checked against what is new"
    assert desk.grid.chosen_id == desk.sample["Rex visit"]
    desk.elsewhere(Appointment, desk.sample["Rex visit"], status="cancelled")
    desk.let_go(at)
    assert desk.visit("Rex").status == "cancelled"
    assert desk.local(desk.visit("Rex").starts) == "09:30"


class _Painted(QObject):
    """Adds up what was drawn anew."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes: list[QRect] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.boxes += list(event.region())
        return False


def test_a_step_of_a_drag_draws_only_where_the_card_was_and_is(desk: Desk) -> None:
    start = desk.middle("Rex")
    desk.press(start)
    desk.move(start + QPoint(0, 100))
    QApplication.processEvents()
    painted = _Painted()
    desk.grid.viewport().installEventFilter(painted)
    card = desk.grid.hand_card()
    assert card is not None
    before = desk.grid.box_of(card).toAlignedRect()
    desk.move(start + QPoint(0, 120))
    QApplication.processEvents()
    desk.grid.viewport().removeEventFilter(painted)
    now_at = desk.grid.hand_card()
    assert now_at is not None
    assert now_at.first != card.first
    allowed = before.united(desk.grid.box_of(now_at).toAlignedRect()).adjusted(-4, -4, 4, 4)
    assert painted.boxes
    assert all(allowed.contains(box) for box in painted.boxes), painted.boxes


def test_the_line_of_now_moves_and_draws_nothing_else(desk: Desk) -> None:
    QApplication.processEvents()
    painted = _Painted()
    desk.grid.viewport().installEventFilter(painted)
    desk.screen.clock = lambda: desk.sample.at(10, 40)
    desk.grid.move_now()
    QApplication.processEvents()
    desk.grid.viewport().removeEventFilter(painted)
    old, new = desk.grid.y_of(580), desk.grid.y_of(640)
    assert any(abs(box.center().y() - old) < 8 for box in painted.boxes)
    assert any(abs(box.center().y() - new) < 8 for box in painted.boxes)
    assert all(box.height() <= 13 for box in painted.boxes)


def test_a_drag_at_the_edge_scrolls(desk: Desk) -> None:
    desk.screen.resize(700, 600)
    QApplication.processEvents()
    bar = desk.grid.verticalScrollBar()
    start = desk.middle("Rex")
    low = QPoint(start.x(), desk.grid.viewport().height() - 4)
    before = bar.value()
    desk.press(start)
    desk.move(start + QPoint(0, 30), low)
    desk.qtbot.waitUntil(lambda: bar.value() > before + 100)
    assert desk.grid.hand is not None
    desk.keys(Key.Key_Escape)
    assert desk.grid.x_of(0) <= AXIS
