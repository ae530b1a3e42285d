"""The sync while the window is open: at once on news from here or there, else now and then."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from fluffydesk.account.session import Session
from fluffydesk.actions.deciding import put_right
from fluffydesk.errors import Busy, Incompatible, Offline, Refusal, SignInRefused
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.sync import cycle, dry_run, history, live
from fluffydesk.sync.baseline import Progress
from fluffydesk.sync.cycle import Report
from fluffydesk.sync.dry_run import Incoming
from fluffydesk.ui.link import Link, link_of
from fluffydesk.work import Work

SETTLE_MS = 80
"""How long after a save the sync begins, so that what is saved together goes in one."""
RUN_MS = 500
"""How long at least from one sync that saves asked for to the next: a run of them goes in few, and
the other desk still sees each within a second."""
PAUSE_SECONDS = 600.0
"""When a sync that a person cancelled goes on by itself."""
AGAIN_MS = 60_000
"""When a loop that a refusal or a bug ended is begun anew."""
_GLANCE_SECONDS = 1.0
_DOZE_SECONDS = 0.2
_BREATH_SECONDS = 0.1
"""How long at least from one sync to the next that news asks for: others may commit all day."""
_PACE = live.Pace()
_STEPS = {
    "hello": "Greeting central",
    "push": "Sending edits",
    "pull": "Getting what is new",
}


class SyncLoop(QObject):
    """Keeps one Work in step with central on a network thread, and says on its Link how it goes."""

    synced = Signal(object)
    """Report"""
    _told = Signal(object)
    _progressed = Signal(object)
    _verified = Signal()

    def __init__(self, work: Work, session: Session, *, pace: live.Pace = _PACE) -> None:
        super().__init__(work)
        self._work, self._session, self._pace = work, session, pace
        self.link: Link = link_of(work)
        self.link.reach = session.gateway
        self._gateway = session.gateway()
        self._channel = ""
        self._seen = 0
        # Plain flags, set by the GUI thread and read by the network thread several times a second.
        self._wanted = self._asked = self._verify = False
        self._running = self._announcing = self._cancelled = False
        self._compared = False
        """Whether the mirror was compared with central since the line was last cut."""
        self._bell, self._watch = live.Bell(), live.Watch()
        self._begun = 0.0
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setTimerType(Qt.TimerType.PreciseTimer)
        self._settle.timeout.connect(self._want)
        self._run = QElapsedTimer()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self.start)
        self._told.connect(self._hear)
        self._progressed.connect(self._progress)
        self._verified.connect(self._hear_verified)
        self.link.sync_wanted.connect(self.sync_now)
        self.link.verify_wanted.connect(self.verify_now)
        self.link.cancel_wanted.connect(self.cancel)
        self.link.look_ahead_wanted.connect(self.look_ahead)
        work.changed.connect(self._changed)

    def start(self) -> None:
        """Begin; does nothing while it runs."""
        if self._running or self._work.stopping():
            return
        self._running = True
        self._again.stop()
        self._work.on_network(self._follow, self._ended, self._ended_with)

    def sync_now(self) -> None:
        """Sync as soon as can be, also while central is being waited for."""
        self._asked = self._wanted = True
        self._bell.ring()
        self.start()

    def verify_now(self) -> None:
        """Sync, and compare every row with central's."""
        self._verify = True
        self.sync_now()

    def cancel(self) -> None:
        """Stop the sync that runs, at the next place where it can go on from later."""
        if self.link.standing.syncing:
            self._cancelled = True
            self.link.say(step="Stopping", share=None)

    def look_ahead(self) -> None:
        """Read what a sync would bring, on the other network thread, and tell it on the Link."""
        self._work.on_network(self._read_ahead, self._looked, self._looked)

    def close(self) -> None:
        """Let go of the connection; the Work has ended its threads before."""
        self._gateway.close()
        self._bell.close()

    # On the network thread

    def _follow(self) -> None:
        live.follow(
            self._once, self._listen, self._wait, self._work.stopping, self._told.emit, self._pace
        )

    def _once(self) -> Report:
        self._bell.hush()
        self._begun = time.monotonic()
        self._wanted = self._asked = self._cancelled = False
        session, gateway, work = self._session, self._gateway, self._work
        self._seen = work.mirror_door(_writes_of_others)
        self._greet()
        with session.home.sync_lock():
            report = cycle.sync(
                work.mirror_door,
                gateway,
                session.organization_id,
                session.device,
                progress=self._progressed.emit,
                stopped=self._stop_sync,
                settle=put_right,
            )
            if (self._verify or not self._compared) and not self._stop_sync():
                report = self._compare(report)
        work.mirror_door(history.forget_old)
        return report

    def _greet(self) -> None:
        """Learn where news is heard; from now on, so that none falls between sync and wait."""
        gateway, session = self._gateway, self._session
        if not self._channel or self._watch.clock_moved():
            # A former member is refused here and again by the sync, which then empties the mirror.
            with suppress(SignInRefused):
                hello = gateway.hello(session.organization_id, session.device)
                self._channel = hello.channel
                self._watch.look()
        # What is heard of by now the sync is going to bring.
        while self._channel and gateway.listen(self._channel, self._work.stopping, 0):
            continue

    def _compare(self, report: Report) -> Report:
        """Compare with central, in depth if that was asked for, else ids and versions."""
        deep, self._verify = self._verify, False
        try:
            found = cycle.verified(
                self._work.mirror_door,
                self._gateway,
                self._session.organization_id,
                deep=deep,
                stopped=self._stop_sync,
            )
        except Offline:
            self._verify = deep
            return report  # the sync before it went through; the next one says what is the matter
        if self._stop_sync():
            return replace(report, changes=report.changes | found.changes)
        self._compared = True
        if deep:
            self._verified.emit()
        return replace(report, changes=report.changes | found.changes)

    def _read_ahead(self) -> Incoming:
        with closing(self._session.gateway()) as gateway:
            return dry_run.incoming(
                self._work.mirror_door,
                gateway,
                self._session.organization_id,
                self._work.stopping,
            )

    def _listen(self, seconds: float) -> bool:
        if self._cancelled:
            self._doze(PAUSE_SECONDS)
            return True
        until = time.monotonic() + seconds
        while not self._stop_listening() and time.monotonic() < until:
            if self._gateway.listen(
                self._channel, self._stop_listening, _GLANCE_SECONDS, self._bell
            ):
                self._breathe()
                return True
            self._bell.hush()
            if self._work.mirror_door(_writes_of_others) != self._seen:
                self._told.emit(Report(changes=_everything()))
                return True
            if self._watch.slept():
                self._let_go()
                return True
            if self._watch.clock_moved():
                return True
        return self._wanted

    def _breathe(self) -> None:
        """Let those who commit without a break have it come in few syncs."""
        left = self._begun + _BREATH_SECONDS - time.monotonic()
        if left > 0 and not self._stop_listening():
            self._bell.wait(left)

    def _let_go(self) -> None:
        """Give up a line on which nobody may be any more; the next call opens another."""
        self._gateway.close()
        self._channel = ""
        self._compared = False

    def _wait(self, seconds: float) -> None:
        """Wait after a failure; what is held then is compared once the line is back."""
        self._let_go()
        self._doze(seconds)

    def _doze(self, seconds: float) -> None:
        """Wait until a person asks for a sync, or the time is over."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not (self._asked or self._work.stopping()):
            self._bell.wait(min(_DOZE_SECONDS, until - time.monotonic()))
            if self._watch.slept():
                return

    def _stop_sync(self) -> bool:
        return self._cancelled or self._work.stopping()

    def _stop_listening(self) -> bool:
        return self._wanted or self._work.stopping()

    # On the GUI thread

    def _want(self) -> None:
        self._wanted = True
        self._run.start()
        self._bell.ring()
        self.start()

    def _changed(self, _: Changes) -> None:
        if not self._announcing and not self._settle.isActive():
            since = self._run.elapsed() if self._run.isValid() else RUN_MS
            self._settle.start(max(SETTLE_MS, RUN_MS - since))

    def _hear(self, outcome: Report | Refusal) -> None:
        if isinstance(outcome, Report):
            news = {"online": True, "syncing": False, "step": "", "share": None, "trouble": ""}
            self.link.say(**news, paused=self._cancelled)
            self._announce(outcome.changes)
            self.synced.emit(outcome)
        elif isinstance(outcome, Busy):
            self.link.say(syncing=False, share=None, trouble=outcome.message)
        elif isinstance(outcome, Offline):
            trouble = str(outcome) if isinstance(outcome, Incompatible) else outcome.message
            self.link.say(online=False, syncing=False, share=None, trouble=trouble)

    def _hear_verified(self) -> None:
        self.link.say(step="Compared with central")

    def _progress(self, progress: Progress) -> None:
        share = progress.done / progress.total if progress.total else None
        if self._cancelled:
            return
        step = _STEPS.get(progress.doing, "Loading the records")
        if progress.total:
            step += f", {progress.done:,} of {progress.total:,} rows"
        self.link.say(syncing=True, paused=False, step=step, share=share)

    def _looked(self, found: Incoming | Refusal) -> None:
        self.link.looked_ahead.emit(found)

    def _announce(self, changes: Changes) -> None:
        self._announcing = True
        self._work.announce(changes)
        self._announcing = False

    def _ended(self, _: None) -> None:
        self._running = False

    def _ended_with(self, refusal: Refusal) -> None:
        """Central said no (a password changed, a membership ended), or there is a bug."""
        self._running = False
        self.link.say(online=False, syncing=False, share=None, trouble=str(refusal))
        self._announce(_everything())
        self._again.start()


def _writes_of_others(mirror: Mirror) -> int:
    """Return a number that changes when another process writes to the mirror."""
    with mirror.read() as connection:
        return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())


def _everything() -> Changes:
    """Return changes of every table, for writes of which no more is known."""
    unknown = UUID(int=0)
    return Changes({record.__table__.name: [unknown] for record in MIRRORED})
