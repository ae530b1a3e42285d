"""The booking form beside the screens: left half typed, gone on with, asked about, never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.ui.aside import Aside
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.palette import Palette
from fluffydesk.ui.screen import Notice, Place, Screen
from fluffydesk.ui.screens.booking_form import BookingForm, open_booking
from fluffydesk.ui.screens.calendar import Calendar
from fluffydesk.ui.screens.clients import Clients
from fluffydesk.ui.screens.day_layout import Spot
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work
from tests.clinic_sample import DAY, Sample
from tests.mirrors import KEY
from tests.ui.calendar_desk import ready_made
from tests.ui.hands import ALT, CTRL, Enter, Hands, Key


class Keyed(Screen):
    """A screen with keys that act wherever in the window the focus is, as many have."""

    key, title, icon, group = "keyed", "Keyed", "reports", "Day"

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.heard: list[str] = []
        for keys in ("Ctrl+S", "Ctrl+L", "Ctrl+Z", "Ctrl+Return"):
            QShortcut(QKeySequence(keys), self).activated.connect(partial(self.heard.append, keys))


class Front:
    """The window of the small clinic on its day, and two hands at the keyboard."""

    def __init__(self, qtbot: QtBot, mirror: Mirror, sample: Sample) -> None:
        self.qtbot, self.mirror, self.sample = qtbot, mirror, sample
        self.work = Work(mirror)
        self.shell = Shell(self.work, (Calendar, Clients, Keyed))
        qtbot.addWidget(self.shell)
        self.shell.resize(1280, 800)
        self.shell.show()
        self.shell.activateWindow()
        qtbot.waitUntil(self.shell.isActiveWindow)
        self.hands = Hands(qtbot, self.shell)
        screen = self.shell.screen_for("calendar")
        assert isinstance(screen, Calendar)
        self.calendar = screen
        screen.clock = lambda: sample.at(9, 40)
        screen.go_to(DAY)
        self.hands.wait()

    @property
    def aside(self) -> Aside:
        return self.shell.aside

    def elsewhere(self, visit: UUID, starts: datetime, ends: datetime) -> None:
        """Have a visit moved as another desk's change comes in."""
        table = Appointment.__table__
        moved = update(table).where(table.c.id == visit).values(scheduled_at=starts, ends_at=ends)
        with self.mirror.apply() as connection:
            connection.execute(moved)
        self.work.announce(Changes.of(table.name, visit))
        self.hands.wait()

    def begin(self) -> BookingForm:
        """Begin a booking at the calendar's cursor, by its key."""
        self.hands.press(Key.Key_N)
        dialog = self.hands.in_form()
        assert isinstance(dialog, FormDialog)
        assert isinstance(dialog.form, BookingForm)
        return dialog.form


@pytest.fixture
def front(qtbot: QtBot, tmp_path: Path) -> Iterator[Front]:
    content, sample = ready_made()
    path = tmp_path / "clinic.db"
    path.touch(mode=0o600)
    path.write_bytes(content)
    with Mirror.open(path, KEY) as mirror:
        made = Front(qtbot, mirror, sample)
        yield made
        made.aside.drop()
        made.shell.close()
        made.work.close()


def texts_of(dialog: FormDialog) -> str:
    assert dialog.question is not None
    return dialog.question.text()


def answer(dialog: FormDialog, words: str) -> None:
    """Press a button of the question that is asked."""
    question = dialog.question
    assert question is not None
    next(one for one in question.buttons() if one.text() == words).click()


def test_the_window_is_used_while_a_booking_is_half_typed(front: Front) -> None:
    hands, form = front.hands, front.begin()
    hands.choose("Pixel")
    hands.press(Key.Key_F9)
    assert front.calendar.grid.hasFocus()
    first = front.calendar.grid.cursor_spot
    hands.press(Key.Key_Down)
    assert front.calendar.grid.cursor_spot != first, "the calendar hears the keys"
    hands.press(Key.Key_F9)
    assert form.isAncestorOf(hands.at)
    hands.go_by_name("Clients", "clients")
    clients = front.shell.current
    assert clients is not None
    assert clients.isAncestorOf(hands.at), "who goes there works there"
    assert form.isVisible()
    hands.go_by_name("Go on with Pixel", "clients")
    assert form.isAncestorOf(hands.at)
    assert form.editor("pet_id").value() == front.sample["Pixel"]
    form.editor("scheduled_at").set_value(front.sample.at(14))
    form.editor("ends_at").set_value(front.sample.at(14, 20))
    hands.press(Key.Key_S, CTRL)
    hands.wait()
    assert front.aside.forms == []
    assert not front.aside.isVisible()
    assert clients.isAncestorOf(hands.at)
    front.shell.go(Place("calendar"))
    hands.wait()
    assert len([card for card in front.calendar.grid.cards if card.visit.pet == "Pixel"]) == 2


def test_the_keys_of_a_screen_do_nothing_while_a_form_beside_it_is_typed_into(
    front: Front,
) -> None:
    hands, form = front.hands, front.begin()
    hands.choose("Pixel")
    hands.go_by_name("Keyed", "keyed")
    screen = front.shell.current
    assert isinstance(screen, Keyed)
    hands.press(Key.Key_L, CTRL)
    assert screen.heard == ["Ctrl+L"]
    hands.press(Key.Key_F9)
    for key in (Key.Key_L, Key.Key_Z):
        hands.press(key, CTRL)
    form.editor("scheduled_at").set_value(None)
    for key in (Key.Key_S, Enter):
        form.rows["scheduled_at"].say("")
        hands.press(key, CTRL)
        assert form.rows["scheduled_at"].error(), "it was to be saved, and by its own key"
    assert screen.heard == ["Ctrl+L"]
    hands.press(Key.Key_K, CTRL)
    front.qtbot.waitUntil(lambda: isinstance(hands.at.window(), Palette))
    hands.press(Key.Key_Escape)
    hands.fall_back()


def test_a_notice_lies_on_no_button_of_a_form(front: Front) -> None:
    for width in (1280, 800):
        front.shell.resize(width, 700)
        front.begin()
        (dialog,) = front.aside.forms
        for folded in (False, True):
            if folded:
                front.aside.put_aside()
            front.shell.notify(Notice(f"Saved {width} {folded}"))
            QApplication.processEvents()
            used = front.aside.go_on if folded else dialog.save_button
            place = QRect(used.mapTo(front.shell, QPoint(0, 0)), used.size())
            assert used.isVisible()
            assert not place.intersects(front.shell.notices.geometry())


def test_who_rings_meanwhile_is_booked_in_a_form_of_their_own(front: Front) -> None:
    hands, untouched = front.hands, front.begin()
    hands.press(Key.Key_F9)
    first = front.begin()
    assert first is not untouched
    assert [one.form for one in front.aside.forms] == [first], "nothing was typed: it makes room"
    hands.choose("Pixel")
    hands.press(Key.Key_F9)
    second = front.begin()
    assert [one.form for one in front.aside.forms] == [first, second]
    hands.press(Key.Key_Escape)  # nothing was typed: it closes at once
    assert [one.form for one in front.aside.forms] == [first]
    assert first.isAncestorOf(hands.at), "and the other is gone on with"
    hands.press(Key.Key_F9)
    second = front.begin()
    hands.choose("Rex")
    assert [front.aside.tabs.tabText(one) for one in (0, 1)] == [
        "Pixel · New appointment",
        "Rex · New appointment",
    ]
    front.aside.tabs.setFocus()
    hands.press(Key.Key_Left)
    assert first.isVisible()
    assert not second.isVisible()
    assert first.editor("pet_id").value() == front.sample["Pixel"]


def test_a_booking_without_a_time_takes_the_one_that_is_pointed_at(front: Front) -> None:
    """Begun at a client's card; then the calendar is looked at for a time."""
    hands, grid = front.hands, front.calendar.grid
    dialog = open_booking(front.calendar, front.work, None, {"pet_id": front.sample["Pixel"]})
    form = dialog.form
    hands.wait()
    form.editor("reason").setFocus()
    hands.type("Teeth")
    hands.press(Key.Key_F9)
    lane = next(n for n, one in enumerate(grid.columns) if one.lane.title == "Dr Osei Lund")
    grid.move_cursor(Spot(lane, 14 * 60))
    hands.press(Key.Key_N)
    assert front.aside.forms == [dialog]
    assert form.isAncestorOf(hands.at)
    assert form.editor("scheduled_at").value() == front.sample.at(14)
    assert form.editor("veterinarian_id").value() == front.sample["Dr Osei Lund"]
    front.qtbot.waitUntil(
        lambda: form.editor("ends_at").value() == front.sample.at(14, 20), timeout=5_000
    )
    hands.press(Key.Key_F9)
    grid.move_cursor(Spot(lane, 15 * 60))
    hands.press(Key.Key_B)  # it has a time, and is to have this one
    assert front.aside.forms == [dialog]
    assert form.editor("scheduled_at").value() == front.sample.at(15)
    hands.press(Key.Key_S, CTRL)
    hands.wait()
    booked = [one.visit for one in grid.cards if one.visit.starts == front.sample.at(15)]
    assert [(one.pet, one.minutes) for one in booked] == [("Pixel", 20)]


def test_escape_asks_where_something_was_typed_and_keeps_it(front: Front) -> None:
    form = front.begin()
    front.hands.choose("Pixel")
    front.hands.press(Key.Key_Escape)
    (dialog,) = front.aside.forms
    assert texts_of(dialog) == "Save what you typed?"
    answer(dialog, "Go on typing")
    assert form.editor("pet_id").value() == front.sample["Pixel"]
    front.hands.fall_back()
    front.hands.press(Key.Key_Escape)
    answer(dialog, "Throw away")
    assert front.aside.forms == []
    assert front.calendar.grid.hasFocus()


def test_the_window_closes_only_after_each_booking_was_asked_about(front: Front) -> None:
    closed: list[bool] = []
    front.shell.closing.connect(lambda: closed.append(True))
    for pet in ("Pixel", "Rex"):
        front.begin()
        front.hands.choose(pet)
        front.hands.press(Key.Key_F9)
    pixel, rex = front.aside.forms
    assert not front.shell.close()
    answer(pixel, "Go on typing")
    assert front.aside.forms == [pixel, rex]
    front.hands.fall_back()
    pixel.done(0)
    assert closed == [], "to go on typing took the closing back"
    assert not front.shell.close()
    rex.form.editor("scheduled_at").set_value(None)
    answer(rex, "Save")  # which cannot be done without a time: it stays, and so does the window
    assert "scheduled" not in rex.form.rows["scheduled_at"].error()
    assert rex.form.rows["scheduled_at"].error()
    assert (closed, front.aside.forms) == ([], [rex])
    front.hands.fall_back()
    assert not front.shell.close()
    answer(rex, "Throw away")
    assert closed == [True]


def test_a_visit_is_open_once_and_shows_where_it_was_moved(front: Front) -> None:
    calendar, hands = front.calendar, front.hands
    rex = front.sample["Rex visit"]
    calendar.grid.choose(rex)
    hands.press(Enter)
    dialog = hands.in_form()
    assert isinstance(dialog, FormDialog)
    form = dialog.form
    form.editor("reason").setFocus()
    hands.type("Stitches")
    hands.press(Key.Key_F9)
    hands.press(Enter)
    assert [one.form for one in front.aside.forms] == [form], "it is brought forward"
    hands.press(Key.Key_F9)
    hands.press(Key.Key_Down, ALT)  # in the calendar: five minutes later
    hands.press(Enter)
    hands.wait()
    assert form.editor("scheduled_at").value() == front.sample.at(9, 35)
    assert form.editor("reason").value() == "Stitches"
    assert calendar.grid.hasFocus(), "and the keys stay where they were"


def test_a_time_that_was_taken_meanwhile_is_told_with_free_ones(front: Front) -> None:
    form, sample = front.begin(), front.sample
    front.hands.choose("Pixel")
    form.editor("veterinarian_id").set_value(sample["Dr Osei Lund"])
    form.editor("scheduled_at").set_value(sample.at(14))
    form.editor("ends_at").set_value(sample.at(14, 20))
    front.hands.wait()
    assert "Mango" not in form.rows["scheduled_at"].noted()
    front.elsewhere(sample["Mango visit"], sample.at(14), sample.at(14, 20))
    front.qtbot.waitUntil(
        lambda: "taken by Mango from 14:00 to 14:20" in form.rows["scheduled_at"].noted()
    )
    front.hands.press(Key.Key_S, CTRL)
    front.hands.wait()
    error = form.rows["scheduled_at"].error()
    assert "taken by Mango from 14:00 to 14:20" in error
    assert "14:20" in error.split("14:20", 1)[1], "the next free times"


def test_in_a_small_window_the_form_takes_the_screens_place_and_gives_it_back(
    front: Front,
) -> None:
    front.shell.resize(800, 600)
    small = front.shell.size()
    form = front.begin()
    front.hands.choose("Pixel")
    assert not front.calendar.isVisible()
    assert form.width() <= front.shell.width()
    front.hands.press(Key.Key_F9)
    assert front.calendar.grid.hasFocus()
    assert not form.isVisible()
    assert front.aside.tabs.tabText(0) == "Pixel · New appointment"
    assert front.aside.go_on.isVisible()
    front.hands.press(Key.Key_F9)
    assert form.isVisible()
    front.hands.go_by_name("Clients", "clients")
    clients = front.shell.current
    assert clients is not None
    assert clients.isVisible(), "what is gone to is seen"
    assert front.shell.size() == small
