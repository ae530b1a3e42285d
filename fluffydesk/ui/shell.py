"""The window: rail, header, the screens, notices, and the status bar."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fluffydesk.errors import Refusal
from fluffydesk.mirror.whose import Whose
from fluffydesk.records.livestock import Flock, Livestock
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.ui import aside, header, memory, status, tab_order
from fluffydesk.ui.aside import Bench
from fluffydesk.ui.crash import CrashWindow
from fluffydesk.ui.fields.texts import use_place, words
from fluffydesk.ui.header import Header
from fluffydesk.ui.help import HelpPanel
from fluffydesk.ui.palette import Entry, Palette, Source
from fluffydesk.ui.parts.notice import Notices
from fluffydesk.ui.rail import Rail
from fluffydesk.ui.rail_counts import RailCounts
from fluffydesk.ui.screen import Notice, Place, Screen, working_day
from fluffydesk.ui.status import StatusBar, SyncStatus
from fluffydesk.ui.units import Units
from fluffydesk.work import Work

log = logging.getLogger(__name__)

SYNC_KEY = "sync"
_SOURCES = (
    Source(Livestock, "animal", "animals"),
    Source(Flock, "flocks", "flocks"),
    Source(ClinicClient, "clients", "client"),
    Source(Pet, "pets", "pets"),
)
_LOOK_MS = 60_000
_GEOMETRY = "window/geometry"


class _Stack(QStackedWidget):
    """The screens; the widest of them does not keep the window from being smaller."""

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 320)


class Shell(QMainWindow):
    """The one window. Screens are made when first visited; `go` visits one."""

    closing = Signal()
    visited = Signal(str)

    def __init__(
        self,
        work: Work,
        screens: Sequence[type[Screen]],
        *,
        actions: Sequence[tuple[str, str, Callable[[], object]]] = (),
        logs: Path | None = None,
    ) -> None:
        """`actions` are further lines of the palette: words, icon role, what to do."""
        super().__init__()
        self.work, self._logs = work, logs
        self._kinds = {screen.key: screen for screen in screens}
        self._screens: dict[str, Screen] = {}
        self._actions = tuple(actions)
        self._arriving = False
        self._texts: dict[str, str] = {}
        self._day = working_day()
        self._crash: CrashWindow | None = None
        self._palette: Palette | None = None
        self.rail = Rail(list(screens))
        self.header = Header()
        self.stack = _Stack()
        self.bench = Bench(self.stack)
        self.aside = self.bench.aside
        self.bar = StatusBar()
        whole = self._build()
        self.help = HelpPanel(whole, below=header.HEIGHT, above=status.HEIGHT)
        self.notices = Notices(whole, above=status.HEIGHT)
        self._connect()
        self._know_whose(work.whose)
        self.units = Units(work, self)
        self.counts = RailCounts(work, screens, self.rail)
        self.resize(1280, 800)
        geometry = memory.recall(_GEOMETRY)
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if self.rail.keys:
            self.go(Place(self.rail.keys[0]))

    @property
    def current(self) -> Screen | None:
        """The screen that is shown."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Screen) else None

    def screen_for(self, key: str) -> Screen:
        """Return the screen of a key, made if it has not been visited yet."""
        if key not in self._screens:
            made = self._kinds[key](self.work)
            made.go.connect(self.go)
            made.told.connect(self.notify)
            made.titled.connect(partial(self._titled, made))
            made.primary_changed.connect(self._show_header)
            self._screens[key] = made
            self.stack.addWidget(made)
        return self._screens[key]

    def go(self, place: Place) -> None:
        """Visit a place; one that this organization has no screen for is only logged."""
        if place.key not in self._kinds:
            log.warning("there is no screen %r", place.key)
            return
        self.look_at_clock()
        self.header.search.say()  # to the screen it was typed for
        screen = self.screen_for(place.key)
        self.rail.mark(screen.home or place.key)
        self._arriving = not self._is_elsewhere() or self.aside.has_keys
        self.bench.give_way()
        self.stack.setCurrentWidget(screen)
        if self._arriving:
            self._begin(screen)
        screen.arrive(place)
        if place.text:
            self._texts[place.key] = place.text
            screen.search(place.text)
        self._show_header()
        self.help.show_help(screen)
        self.visited.emit(place.key)

    def look_at_clock(self) -> None:
        """Tell every screen once it is another day: a barn's PC is never shut down."""
        before, self._day = self._day, working_day()
        if before != self._day:
            for screen in self._screens.values():
                screen.turn_day(before)

    def _begin(self, screen: Screen) -> None:
        """Give the focus, which went with the screen before, to where this one begins."""
        inside = [part for part in tab_order.stops(self) if screen.isAncestorOf(part)]
        screen.setFocus()  # where it has a list or a grid, that takes it
        if self._focused() in (None, screen) and inside:
            inside[0].setFocus()

    def _back_to_screen(self) -> None:
        """Give the keys back to the screen from the forms beside it."""
        if (screen := self.current) is not None:
            self._begin(screen)

    def _arrived(self) -> None:
        """Begin again where a screen made room for its data, unless the person went elsewhere."""
        screen, focused = self.current, self._focused()
        if screen is None or not self._arriving or self._is_elsewhere():
            return
        if focused is None or focused is screen or not screen.isAncestorOf(focused):
            self._begin(screen)

    def _focused(self) -> QWidget | None:
        """Return the part of the window that hears the keys; what is hidden hears none."""
        focused = self.focusWidget()
        return focused if focused and focused.isVisible() and focused.isEnabled() else None

    def _is_elsewhere(self) -> bool:
        """Say whether the person is at work in the rail, the header or the status bar."""
        focused = self._focused()
        return focused is not None and not self.stack.isAncestorOf(focused)

    def _keep_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Never leave the keys to nothing: a part that had the focus may have been deleted."""
        if now is None and self.isActiveWindow():
            self._arriving = True
            QTimer.singleShot(0, self, self._arrived)

    def notify(self, notice: Notice) -> None:
        """Show a notice at the bottom right."""
        self.notices.show_notice(notice)

    def show_refusal(self, refusal: Refusal) -> None:
        """Show a refusal nobody else handled."""
        self.notify(Notice(refusal.message, refusal.advice, "warning"))

    def show_crash(self, error: BaseException) -> None:
        """Show the crash window, or add to the one that is open."""
        if self._crash is not None:
            self._crash.add(error)
            return
        self._crash = CrashWindow(error, self._logs, self)
        self._crash.destroyed.connect(self._crash_closed)
        self._crash.show()

    def set_status(self, now: SyncStatus) -> None:
        """Show how synced this PC is."""
        self.bar.show_status(now)

    def find_anything(self) -> Palette:
        """Open the palette."""
        sources = tuple(source for source in _SOURCES if source.key in self._kinds)
        palette = Palette(self.work, self._entries(), sources, self)
        palette.chosen.connect(self._chosen)
        palette.open()
        palette.field.setFocus()
        self._palette = palette
        return palette

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes from the rail to the header, the screen and the status bar, and round.

        Qt asks the same when it hides what had the focus; then the screen begins again.
        """
        screen = self.current
        if screen is not None and self._focused() is None:
            self._arriving = True
            self._begin(screen)
            return True
        return tab_order.go(self, next)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.give_way(self.width())

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.aside.unsaved:
            event.ignore()
            self.aside.leave(self.close)
            return
        memory.remember(_GEOMETRY, self.saveGeometry())
        self.closing.emit()
        super().closeEvent(event)

    def _build(self) -> QWidget:
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self.header)
        middle.addWidget(self.bench, 1)
        upper = QHBoxLayout()
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addWidget(self.rail)
        upper.addLayout(middle, 1)
        whole = QWidget()
        whole.setObjectName("page")
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper, 1)
        column.addWidget(self.bar)
        self.setCentralWidget(whole)
        return whole

    def _connect(self) -> None:
        self.rail.chosen.connect(lambda key: self.go(Place(key)))
        self.header.searched.connect(self._search)
        self.header.search.returnPressed.connect(self._to_found)
        self.header.primary_pressed.connect(self._primary)
        self.rail.wanted.connect(self.find_anything)
        self.header.help_pressed.connect(self._toggle_help)
        self.bar.opened.connect(lambda: self.go(Place(SYNC_KEY)))
        self.aside.left.connect(self._back_to_screen)
        self.bench.covered.connect(self.notices.keep_clear)
        self.work.refused.connect(self.show_refusal)
        self.work.crashed.connect(self.show_crash)
        self.work.whose_changed.connect(self._know_whose)
        self.work.idle.connect(self._arrived)
        minute = QTimer(self)
        minute.timeout.connect(self.look_at_clock)
        minute.start(_LOOK_MS)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._keep_focus)
        keys: list[tuple[str, Callable[[], object]]] = [
            ("Ctrl+K", self.find_anything),
            ("Ctrl+F", self.header.focus_search),
            ("Ctrl+N", self._primary),
            ("F1", self._toggle_help),
            (aside.KEY, self.bench.to_and_fro),
        ]
        for number, key in enumerate(self.rail.keys[:9], start=1):
            keys.append((f"Alt+{number}", partial(self.go, Place(key))))
        for sequence, act in keys:
            shortcut = QShortcut(QKeySequence(sequence), self)
            shortcut.activated.connect(partial(self._act, act))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc hides the help, and Ctrl+Z is a notice's Undo, where nothing else wants them."""
        if event.key() == Qt.Key.Key_Escape and self.help.isVisible():
            self.help.hide()
        elif not (event.matches(QKeySequence.StandardKey.Undo) and self.notices.undo()):
            super().keyPressEvent(event)

    def _act(self, act: Callable[[], object]) -> None:
        act()

    def _know_whose(self, now: Whose) -> None:
        use_place(now)
        self.setWindowTitle(f"{now.organization_name} – FluffyDesk")
        who = f"{now.user_name} ({words(now.role).lower()})"
        self.bar.show_whose(f"{now.organization_name}  ·  {who}  ·  {now.device_name}")
        self._show_header()

    def _show_header(self) -> None:
        screen = self.current
        if screen is None:
            return
        self.header.show_screen(
            self._titles().get(screen.key, screen.title),
            screen.searches,
            self._texts.get(screen.key, ""),
            screen.primary(),
            screen.locked(),
        )

    def _titles(self) -> dict[str, str]:
        return {key: screen.accessibleName() for key, screen in self._screens.items()}

    def _titled(self, screen: Screen, title: str) -> None:
        screen.setAccessibleName(title)
        self._show_header()

    def _search(self, text: str) -> None:
        if (screen := self.current) is not None:
            self.bench.give_way()
            self._texts[screen.key] = text
            screen.search(text)

    def _to_found(self) -> None:
        """Enter in the search goes to what was found."""
        if (screen := self.current) is not None:
            screen.go_to_found()

    def _primary(self) -> None:
        screen = self.current
        primary = screen.primary() if screen is not None else None
        if screen is None or primary is None:
            return
        if locked := screen.locked():
            self.notify(Notice(locked, tone="info"))
        else:
            primary[1]()

    def _toggle_help(self) -> None:
        if (screen := self.current) is not None:
            self.help.show_help(screen)
            self.help.toggle()

    def _entries(self) -> tuple[Entry, ...]:
        screens = [kind for kind in self._kinds.values() if kind.group or kind.sought]
        found = [Entry(kind.title, kind.icon, Place(kind.key), hint="Go to") for kind in screens]
        screen = self.current
        primary = screen.primary() if screen is not None and not screen.locked() else None
        if primary is not None:
            found.insert(
                0, Entry(primary[0], primary[2] if len(primary) > 2 else "add", act=primary[1])
            )
        found += [Entry(text, drawn, act=act) for text, drawn, act in self._actions]
        for text, act in self.aside.ways_on():
            found.append(Entry(text, "edit", act=act))
        return tuple(found)

    def _chosen(self, entry: Entry) -> None:
        if entry.go is not None:
            self.go(entry.go)
        elif entry.act is not None:
            entry.act()

    def _crash_closed(self) -> None:
        self._crash = None
