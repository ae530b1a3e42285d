"""Puts the pieces together: who is signed in, their mirror, the window, the sync, the end."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Protocol

from PySide6.QtCore import (
    QLocale,
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QBoxLayout, QWidget

from fluffydesk.account import session as accounts
from fluffydesk.account.home import Home
from fluffydesk.account.session import Session
from fluffydesk.errors import MirrorDamaged, NotSignedIn, Refusal, UnsentEdits
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import OrgType
from fluffydesk.sync.live import clock_words
from fluffydesk.ui import memory
from fluffydesk.ui.crash import CrashWindow
from fluffydesk.ui.ending import StopSignals
from fluffydesk.ui.link import Link, Seat, Standing, link_of
from fluffydesk.ui.look import theme
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.screen import Notice
from fluffydesk.ui.screens.rail import CLINIC_SCREENS, FARM_SCREENS
from fluffydesk.ui.screens.reading.sync import Sums, read_sums
from fluffydesk.ui.screens.settings import recalled_theme
from fluffydesk.ui.screens.sign_in import SignInWindow
from fluffydesk.ui.screens.trouble import TroubleWindow
from fluffydesk.ui.shell import Shell
from fluffydesk.ui.status import SyncStatus
from fluffydesk.ui.sweeping import Sweeper
from fluffydesk.ui.sync_loop import SyncLoop
from fluffydesk.wording import counted
from fluffydesk.work import Errand, Work

log = logging.getLogger(__name__)

_CLINICS = (OrgType.VETERINARY_CLINIC, OrgType.PET_SERVICE_PROVIDER, OrgType.PET_STORE, OrgType.NGO)
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Demo(Protocol):
    """What a demo lets the window do to its central."""

    network: bool

    def set_network(self, on: bool) -> None:
        """Stop central or start it again; takes a second or two."""


class Workplace(QObject):
    """An open mirror with all that works on it: the window, the sync, the status."""

    left = Signal(bool)
    """The person signs out; True: and discards what was not sent."""

    def __init__(self, session: Session, mirror: Mirror, demo: Demo | None) -> None:
        super().__init__()
        self.session, self.mirror, self._demo = session, mirror, demo
        self.work = Work(mirror)
        self.link: Link = link_of(self.work)
        self.link.seat = Seat(
            session.url, session.email, str(session.mirror_path), str(session.home.logs)
        )
        self.link.say(network=None if demo is None else demo.network)
        self.loop = SyncLoop(self.work, session)
        clinic = self.work.whose.organization_type in _CLINICS
        self.shell = Shell(
            self.work,
            CLINIC_SCREENS if clinic else FARM_SCREENS,
            actions=(("Sync now", "sync", self.link.sync_wanted.emit),),
            logs=session.home.logs,
        )
        self._sums = Sums()
        self._clock = False
        """Whether a wrong clock was told of."""
        self._network: Button | None = self._network_button() if demo is not None else None
        self.link.changed.connect(self._stands)
        self.link.network_wanted.connect(self.set_network)
        self.link.sign_out_wanted.connect(self._sign_out)
        self.work.changed.connect(self._count)
        self.loop.synced.connect(self._count)
        self._stands(self.link.standing)

    def open(self) -> None:
        """Show the window and begin to sync."""
        self.shell.show()
        self.loop.start()

    def close(self) -> None:
        """Finish what is being written, end every thread and close the mirror."""
        self.work.close()
        self.loop.close()
        self.mirror.close()
        self.shell.aside.drop()
        self.shell.close()
        for part in (self.shell, self.work, self):
            part.deleteLater()

    def set_network(self, on: bool) -> None:
        """Switch the demo's network, away from the GUI."""
        demo = self._demo
        if demo is None or self.link.standing.switching:
            return
        self.link.say(switching=True)

        def switch() -> bool:
            demo.set_network(on)
            return demo.network

        self.work.on_network(switch, self._switched, self._not_switched)

    def _switched(self, on: bool) -> None:
        self.link.say(network=on, switching=False)
        if on:
            self.loop.sync_now()

    def _not_switched(self, refusal: Refusal) -> None:
        assert self._demo is not None
        self.link.say(network=self._demo.network, switching=False)
        self.shell.show_refusal(refusal)

    def _sign_out(self, discard: bool) -> None:
        self.shell.aside.leave(partial(self._leave, discard))

    def _leave(self, discard: bool) -> None:
        if discard:
            self.left.emit(True)
        else:
            self.work.on_mirror(lambda mirror: mirror.open_units(), self._may_leave)

    def _may_leave(self, unsent: int) -> None:
        if not unsent:
            self.left.emit(False)
            return
        one = "edit has not reached central, or waits for you"
        many = "edits have not reached central, or wait for you"
        self.link.sign_out_refused.emit(
            UnsentEdits(
                f"{counted(unsent, one, many)} in the sync centre.",
                "Sync and settle first, or discard what waits.",
            )
        )

    def _stands(self, standing: Standing) -> None:
        if self._network is not None:
            on = bool(standing.network)
            words = "Network on" if on else "Network off"
            self._network.setText("One moment .." if standing.switching else words)
            self._network.set_icon("online" if on else "offline", "muted")
            self._network.setEnabled(not standing.switching)
        self._count(None)

    def _count(self, _: object) -> None:
        self.work.on_mirror(read_sums, self._show_sums, latest=True)

    def _show_sums(self, sums: Sums) -> None:
        clock = clock_words(sums.clock_offset)
        if bool(clock) != self._clock:
            self._clock = bool(clock)
            if clock:
                self.shell.notify(Notice(clock, tone="warning"))
        standing = self.link.standing
        self.shell.set_status(
            SyncStatus(
                online=standing.online is not False,
                waiting=sums.waiting,
                conflicts=sums.conflicts,
                refused=sums.refused,
                verified_at=sums.verified_at,
                clock_offset=sums.clock_offset,
                paused=standing.paused,
                busy="Syncing" if standing.syncing or standing.online is None else None,
            )
        )

    def _network_button(self) -> Button:
        button = Button("", self._toggle_network, kind="status")
        button.setToolTip("Demo: stop the central database, or start it again")
        layout = self.shell.bar.layout()
        assert isinstance(layout, QBoxLayout)
        layout.insertWidget(1, button)
        return button

    def _toggle_network(self) -> None:
        self.set_network(not self.link.standing.network)


class Desk(QObject):
    """Who sits at this PC: nobody yet (sign-in), somebody (a Workplace), or there is trouble."""

    done = Signal()

    def __init__(self, home: Home, demo: Demo | None = None) -> None:
        super().__init__()
        self.home, self.demo = home, demo
        self.workplace: Workplace | None = None
        self.window: QWidget | None = None
        self._errand: Errand | None = None

    def begin(self, notice: str = "") -> None:
        """Open the window of whoever is signed in; ask for it where nobody is."""
        try:
            self.open(accounts.resume(self.home))
        except NotSignedIn as why:
            self.ask(notice or ("" if self.home.current() is None else why.message))
        except Refusal as refusal:
            self._trouble(refusal)

    def open(self, session: Session) -> None:
        """Open a session's mirror and its window. Raises MirrorDamaged, DiskFull, Busy."""
        mirror = session.open_mirror()
        self.workplace = Workplace(session, mirror, self.demo)
        self.workplace.left.connect(self._leave, Qt.ConnectionType.QueuedConnection)
        self.workplace.shell.closing.connect(self.done)
        self.workplace.open()
        if session.damaged is not None and session.salvaged is not None:
            told = f"The damaged copy was set aside. {session.salvaged.told}"
            self.workplace.shell.notify(Notice(told, tone="warning"))
        self._show(None)

    def ask(self, notice: str = "") -> None:
        """Show the window that signs in."""
        window = SignInWindow(self.home, notice)
        window.signed_in.connect(self._signed_in, Qt.ConnectionType.QueuedConnection)
        window.closed.connect(self.done)
        window.crashed.connect(self.show_crash)
        self._show(window)

    def end(self) -> None:
        """End all threads and close all files."""
        self._end_errand()
        window, self.window = self.window, None
        if isinstance(window, SignInWindow):
            window.shut()
        if window is not None:
            window.close()
            window.deleteLater()
        self._close_workplace()

    def show_crash(self, error: BaseException) -> None:
        """Show a bug, wherever it came from."""
        if self.workplace is not None:
            self.workplace.shell.show_crash(error)
        else:
            CrashWindow(error, self.home.logs, self.window).show()

    def _signed_in(self, session: Session) -> None:
        try:
            self.open(session)
        except Refusal as refusal:
            self._trouble(refusal)

    def _leave(self, discard: bool) -> None:
        standing = self.workplace.link.standing if self.workplace is not None else Standing()
        self._close_workplace()
        # It gives reserved numbers back to central, and the GUI waits for nobody.
        self._errand = Errand(self)
        self._errand.crashed.connect(self.show_crash)
        leave = partial(accounts.sign_out, self.home, discard=discard, online=bool(standing.online))
        self._errand.run(leave, self._left, self._stays)

    def _left(self, _: None) -> None:
        self._end_errand()
        self.ask()

    def _stays(self, refusal: Refusal) -> None:
        self._end_errand()
        self._trouble(refusal)

    def _end_errand(self) -> None:
        errand, self._errand = self._errand, None
        if errand is not None:
            errand.close()
            errand.deleteLater()

    def _close_workplace(self) -> None:
        workplace, self.workplace = self.workplace, None
        if workplace is not None:
            workplace.shell.closing.disconnect(self.done)
            workplace.close()

    def _trouble(self, refusal: Refusal) -> None:
        window = TroubleWindow(refusal, self._way_out(refusal))
        window.closed.connect(self.done)
        self._show(window)

    def _way_out(self, refusal: Refusal) -> tuple[tuple[str, Callable[[], object]], ...]:
        ways: list[tuple[str, Callable[[], object]]] = []
        if isinstance(refusal, MirrorDamaged):
            ways.append(("Sign in again", self._sign_in_again))
        ways += [("Try again", self.begin), ("Close", self.done.emit)]
        return tuple(ways)

    def _sign_in_again(self) -> None:
        """Signing in puts a fresh copy in the damaged one's place, with what can be read of it."""
        self.ask("The copy on this PC is damaged. Sign in to load a fresh one.")

    def _show(self, window: QWidget | None) -> None:
        """Show a window in place of the one before it."""
        before, self.window = self.window, window
        if window is not None:
            window.show()
        if isinstance(before, SignInWindow):
            before.shut()
        if before is not None:
            before.hide()
            before.deleteLater()


def run(home: Path, *, demo: Demo | None = None) -> int:
    """Open the app on a data folder and return its exit code when the window is closed.

    SIGTERM and Ctrl+C close it too.
    """
    place = Home(home)
    handler = _keep_log(place.logs)
    found = QApplication.instance()
    app = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("FluffyDesk")
    app.setQuitOnLastWindowClosed(False)
    memory.keep_in(place.path / "window.ini")
    if QLocale.system().language() == QLocale.Language.C:
        # A system that names no language: dates and thousands as people write them.
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    theme.apply(app, recalled_theme())
    sweeper, stop = Sweeper(), StopSignals()
    desk = Desk(place, demo)
    desk.done.connect(app.quit)
    stop.came.connect(app.quit)
    hook, qt_handler = sys.excepthook, qInstallMessageHandler(_from_qt)
    sys.excepthook = partial(_crashed, desk)
    try:
        desk.begin()
        return app.exec()
    finally:
        desk.end()
        sweeper.close()
        stop.close()
        memory.keep_in(None)
        sys.excepthook = hook
        qInstallMessageHandler(qt_handler)
        logging.getLogger().removeHandler(handler)
        handler.close()


def _keep_log(folder: Path) -> logging.Handler:
    handler = RotatingFileHandler(
        folder / "fluffydesk.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    return handler


def _from_qt(kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
    logging.getLogger("qt").log(_LEVELS.get(kind, logging.WARNING), "%s", message)


def _crashed(
    desk: Desk, kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Anything that is no Refusal is a bug: logged and shown once; the app goes on."""
    if issubclass(kind, KeyboardInterrupt):
        desk.done.emit()
        return
    log.error("something broke", exc_info=(kind, error, trace))
    desk.show_crash(error)
