"""The window: places, header, keys, notices, status, help and the crash report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fluffydesk.actions import saving
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.records.livestock import LivestockBatch
from fluffydesk.ui import memory
from fluffydesk.ui.crash import CrashWindow
from fluffydesk.ui.parts.controls import Words
from fluffydesk.ui.parts.notice import Notices
from fluffydesk.ui.screen import Notice, Place, Primary, Screen
from fluffydesk.ui.shell import Shell
from fluffydesk.ui.status import SyncStatus, words_of
from fluffydesk.work import Work

Settle = Callable[[Work], None]


class Groups(Screen):
    """A screen that notes what it is asked."""

    key, title, icon, group = "groups", "Groups", "animals", "Animals"
    watches = frozenset({"livestock_batches"})
    searches = "Name"
    help = "Groups of animals.\nAdd one with the green button."

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.asked: list[Any] = []
        QVBoxLayout(self).addWidget(Words("Groups"))

    def reload(self) -> None:
        self.asked.append("reload")

    def search(self, text: str) -> None:
        self.asked.append(("search", text))

    def arrive(self, place: Place) -> None:
        self.asked.append(("arrive", place.id))

    def primary(self) -> Primary | None:
        return "Add a group", lambda: self.asked.append("add")


class Seen(QObject):
    """Where the pile of notices stood, and how high each of them was, whenever it was seen."""

    def __init__(self, pile: Notices) -> None:
        super().__init__(pile)
        self._pile = pile
        self.corners: set[tuple[int, int]] = set()
        self.painted: dict[QObject, int] = {}
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._pile and watched.isVisible():
            area = self._pile.geometry()
            self.corners.add((area.right(), area.bottom()))
        if event.type() == QEvent.Type.Paint and watched in self._pile.slips():
            assert isinstance(watched, QWidget)
            self.painted.setdefault(watched, watched.height())
        return False


class Quiet(Screen):
    """A screen without search or primary action."""

    key, title, icon, group = "quiet", "Quiet", "reports", "Figures"


class Card(Screen):
    """A screen that is not in the rail."""

    key, title, icon = "card", "Card", "animals"


class Sync(Screen):
    key, title, icon, group = "sync", "Sync", "sync", "This PC"


@pytest.fixture
def shell(work: Work, qtbot: QtBot) -> Iterator[Shell]:
    made = Shell(work, (Groups, Quiet, Card, Sync), logs=Path("logs"))
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.close()


def groups(shell: Shell) -> Groups:
    screen = shell.screen_for("groups")
    assert isinstance(screen, Groups)
    return screen


def undo_button(slip: QWidget) -> QPushButton:
    return next(one for one in slip.findChildren(QPushButton) if one.text() == "Undo")


def test_the_first_screen_is_open_and_the_others_wait(shell: Shell) -> None:
    assert shell.current is groups(shell)
    assert shell.header.title.text() == "Groups"
    assert shell.rail.keys == ["groups", "quiet", "sync"]
    assert set(shell._screens) == {"groups"}
    assert "Brookside Farm" in shell.windowTitle()


def test_a_place_is_visited_with_its_row_and_text(shell: Shell) -> None:
    shell.go(Place("quiet"))
    assert not shell.header.search.isVisible()
    assert not shell.header.primary.isVisible()
    row = UUID(int=7)
    shell.go(Place("groups", row, "dry"))
    assert groups(shell).asked[-2:] == [("arrive", row), ("search", "dry")]
    assert shell.header.search.text() == "dry"
    shell.go(Place("nowhere"))
    assert shell.current is groups(shell)


def test_a_screen_may_rename_itself_and_lead_elsewhere(shell: Shell) -> None:
    groups(shell).go.emit(Place("card"))
    assert shell.current is not None
    shell.current.titled.emit("103 · Bluebell")
    assert shell.header.title.text() == "103 · Bluebell"


def test_keys_reach_screens_search_and_the_primary_action(shell: Shell, qtbot: QtBot) -> None:
    alt, control = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(shell, Qt.Key.Key_N, control)
    assert groups(shell).asked[-1] == "add"
    qtbot.keyClick(shell, Qt.Key.Key_F, control)
    assert shell.header.search.hasFocus()
    qtbot.keyClicks(shell.header.search, "heif")
    qtbot.keyClick(shell.header.search, Qt.Key.Key_Return)
    assert groups(shell).asked[-1] == ("search", "heif")
    qtbot.keyClick(shell, Qt.Key.Key_2, alt)
    assert shell.current is shell.screen_for("quiet")
    qtbot.keyClick(shell, Qt.Key.Key_1, alt)
    assert shell.header.search.text() == "heif"


def test_what_is_typed_to_search_is_searched_before_anything_else_is_done(
    shell: Shell, qtbot: QtBot
) -> None:
    control, alt = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(shell, Qt.Key.Key_F, control)
    qtbot.keyClicks(shell.header.search, "ewe")
    qtbot.keyClick(shell.header.search, Qt.Key.Key_Tab)
    assert groups(shell).asked[-1] == ("search", "ewe")
    qtbot.keyClick(shell, Qt.Key.Key_F, control)
    qtbot.keyClicks(shell.header.search, "ram")
    qtbot.keyClick(shell.header.search, Qt.Key.Key_2, alt)
    assert shell.current is shell.screen_for("quiet")
    assert groups(shell).asked[-1] == ("search", "ram")


def test_a_screen_reads_anew_only_for_tables_it_watches(
    shell: Shell, work: Work, settle: Settle
) -> None:
    screen = groups(shell)
    screen.asked.clear()
    work.changed.emit(Changes.of("pets", UUID(int=1)))
    assert screen.asked == []
    work.act(lambda mirror: saving.add(mirror, LivestockBatch, {"name": "Bulls"}))
    settle(work)
    assert screen.asked == ["reload"]
    shell.go(Place("quiet"))
    work.changed.emit(Changes.of("livestock_batches", UUID(int=1)))
    assert screen.asked == ["reload"]
    shell.go(Place("groups"))
    assert screen.asked.count("reload") == 2


def test_a_notice_is_undone(shell: Shell, qtbot: QtBot) -> None:
    undone: list[bool] = []
    groups(shell).tell("Group deleted", undo=lambda: undone.append(True))
    (slip,) = shell.notices.slips()
    qtbot.mouseClick(undo_button(slip), Qt.MouseButton.LeftButton)
    assert undone == [True]
    assert shell.notices.slips() == []


def test_ctrl_z_is_the_undo_of_the_newest_notice_that_has_one(shell: Shell, qtbot: QtBot) -> None:
    undone: list[str] = []
    for name in ("first", "second"):
        groups(shell).tell(f"{name} deleted", undo=partial(undone.append, name))
    groups(shell).tell("Something else is so")
    for _ in range(3):
        qtbot.keyClick(groups(shell), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == ["second", "first"]
    (slip,) = shell.notices.slips()
    assert slip.notice.undo is None


def test_what_a_screen_took_back_by_its_own_key_cannot_be_undone_again_by_its_notice(
    shell: Shell,
) -> None:
    undone: list[str] = []
    screen = groups(shell)
    for name in ("first", "second", "third"):
        screen.tell(f"{name} deleted", undo=partial(undone.append, name))
    first, second, _ = shell.notices.slips()
    screen.undo()
    assert undone == ["third"]
    assert shell.notices.slips() == [first, second]
    undo_button(first).click()
    assert undone == ["third", "first"]
    for _ in range(2):
        screen.undo()
    assert undone == ["third", "first", "second"]
    (slip,) = shell.notices.slips()
    assert slip.notice.text == "There is nothing to undo here."


def test_the_same_notice_is_shown_once_and_the_pile_stays_low(shell: Shell) -> None:
    for number in (1, 1, 2, 3, 4, 5):
        shell.notify(Notice(f"Notice {number}"))
    assert [slip.notice.text for slip in shell.notices.slips()] == [
        f"Notice {number}" for number in (2, 3, 4, 5)
    ]
    area = shell.notices.geometry()
    assert shell.centralWidget().rect().contains(area)
    assert area.height() >= 4 * 40


def test_a_notice_is_nowhere_but_at_its_place_from_the_first_moment(
    shell: Shell, qtbot: QtBot
) -> None:
    seen = Seen(shell.notices)
    for number in (1, 2):
        shell.notify(Notice(f"Notice {number}", "What to do about it is told in more words."))
        slip = shell.notices.slips()[-1]
        qtbot.waitUntil(lambda slip=slip: slip in seen.painted)  # type: ignore[misc]
    pile = shell.notices.geometry()
    assert seen.corners == {(pile.right(), pile.bottom())}, "it stood elsewhere, too"
    assert {slip.height() for slip in shell.notices.slips()} == set(seen.painted.values())


def test_a_refusal_nobody_handled_becomes_a_notice(
    shell: Shell, work: Work, settle: Settle
) -> None:
    def refuse(mirror: Any) -> None:
        raise Refusal("The disk is full.", "Make room and save again.")

    work.on_mirror(refuse)
    settle(work)
    (slip,) = shell.notices.slips()
    assert (slip.notice.text, slip.notice.tone) == ("The disk is full.", "warning")


NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (SyncStatus(online=True, verified_at=NOON), "All saved · verified 12:00"),
        (SyncStatus(online=True), "All saved"),
        (SyncStatus(online=False, waiting=12), "Offline · 12 edits wait"),
        (SyncStatus(online=False, waiting=1), "Offline · 1 edit waits"),
        (SyncStatus(online=True, conflicts=2), "2 conflicts need you"),
        (
            SyncStatus(online=True, conflicts=1, refused=1),
            "1 conflict needs you · 1 edit was refused",
        ),
        (SyncStatus(online=True, waiting=3, busy="Syncing"), "Syncing … · 3 edits wait"),
    ],
)
def test_the_chip_says_in_words_what_is_so(status: SyncStatus, words: str) -> None:
    assert words_of(status, NOON) == words


def test_another_day_is_named() -> None:
    status = SyncStatus(online=True, verified_at=datetime(2026, 11, 20, 9, 5, tzinfo=UTC))
    assert words_of(status, NOON) == "All saved · verified 20/11/2026 09:05"


def test_the_chip_opens_the_sync_centre(shell: Shell, qtbot: QtBot) -> None:
    shell.set_status(SyncStatus(online=False, waiting=12))
    assert shell.bar.chip.accessibleName() == "Sync: Offline · 12 edits wait"
    qtbot.mouseClick(shell.bar.chip, Qt.MouseButton.LeftButton)
    assert shell.current is shell.screen_for("sync")


def test_help_explains_the_screen_that_is_open(shell: Shell, qtbot: QtBot) -> None:
    qtbot.keyClick(shell, Qt.Key.Key_F1)
    assert shell.help.isVisible()
    texts = [label.text() for label in shell.help.findChildren(Words)]
    assert "Groups of animals." in texts
    assert "Ctrl+K" in texts
    qtbot.keyClick(shell, Qt.Key.Key_F1)
    assert not shell.help.isVisible()


def test_the_rail_folds_and_remembers_it(shell: Shell, work: Work, qtbot: QtBot) -> None:
    shell.rail.toggle()
    assert shell.rail.width() == 64
    again = Shell(work, (Groups, Quiet))
    qtbot.addWidget(again)
    assert again.rail.narrow
    again.rail.toggle()
    assert again.rail.width() == 208
    assert memory.recall("window/rail-narrow") is False


def test_a_bug_opens_one_crash_window_that_can_be_copied(shell: Shell, qtbot: QtBot) -> None:
    shell.show_crash(ZeroDivisionError("first"))
    shell.show_crash(KeyError("second"))
    windows = shell.findChildren(CrashWindow)
    assert len(windows) == 1
    windows[0].copy()
    copied = QGuiApplication.clipboard().text()
    assert "ZeroDivisionError: first" in copied
    assert "KeyError: 'second'" in copied
    with qtbot.waitSignal(windows[0].destroyed):
        windows[0].accept()
    shell.show_crash(ValueError("third"))
    assert len(shell.findChildren(CrashWindow)) == 1


def test_the_window_can_be_as_small_as_a_laptop(shell: Shell) -> None:
    shell.resize(1024, 700)
    assert shell.width() == 1024
