"""`sync` and `status`: exchanging edits with central, and what waits."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from typing import Any

from fluffydesk.account.session import Session
from fluffydesk.actions.deciding import put_right
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.cli.here import session_of
from fluffydesk.cli.output import cell, clear_progress, pairs, show, tell_progress
from fluffydesk.cli.stopping import StopSignal
from fluffydesk.errors import Offline, Refusal, SignInRefused
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import from_microseconds, local_now
from fluffydesk.sync import cycle, dry_run, history, ledger, live, resolve
from fluffydesk.sync.baseline import Progress
from fluffydesk.sync.dry_run import Incoming, Outgoing, Row
from fluffydesk.wording import counted

_COUNTS = ("pulled", "pushed", "conflicts", "quarantined")
_GLANCE_SECONDS = 1.0


def sync(options: Namespace) -> None:
    """Exchange edits with central, once or until stopped."""
    session = session_of(options)
    with session.open_mirror() as mirror, closing(session.gateway()) as gateway:
        if options.dry_run:
            _dry_run(options, session, mirror, gateway)
            return
        if options.watch:
            _watch(options, session, mirror, gateway)
            return
        try:
            counts = counts_of(sync_once(session, mirror, gateway))
            warn_of_clock(mirror)
        except Offline as offline:
            raise Offline(offline.message, "Your edits wait safely.") from offline
    show(options, counts, [told(counts)])


def _dry_run(
    options: Namespace, session: Session, mirror: Mirror, gateway: PostgresGateway
) -> None:
    """Print what a sync would send, hold back and bring; nothing is written here or there."""
    going = dry_run.outgoing(mirror)
    why = ""
    coming: Incoming | None = None
    try:
        coming = dry_run.incoming(lambda job: job(mirror), gateway, session.organization_id)
    except Offline as offline:
        why = offline.message
    data = {
        "send": [
            {"titles": one.titles, "again": one.again, "rows": [vars(row) for row in one.rows]}
            for one in going.sending
        ],
        "held": [{**vars(one.row), "why": one.why} for one in going.held],
        "online": coming is not None,
        "changed": coming.changed if coming else {},
        "gone": coming.gone if coming else {},
        "new_conflicts": [vars(row) for row in coming.conflicts] if coming else [],
        "everything": coming.everything if coming else False,
    }
    show(options, data, [*_going(going), *_coming(coming, why)])


def _going(plan: Outgoing) -> list[str]:
    lines = [f"{counted(plan.rows, 'row', 'rows')} would be sent."]
    for one in plan.sending:
        rows = "; ".join(map(_row_words, one.rows[:4])) + (" .." if len(one.rows) > 4 else "")
        again = " (again)" if one.again else ""
        lines.append(f"    {', '.join(one.titles)}{again}: {rows}")
    if plan.held:
        lines.append(f"{counted(len(plan.held), 'row is', 'rows are')} held back.")
        lines += [f"    {_row_words(one.row)}. {one.why}" for one in plan.held]
    return lines


def _coming(found: Incoming | None, why: str) -> list[str]:
    if found is None:
        return [f"What would come is not known: {why}"]
    if found.everything:
        return [f"Everything would be loaded: {counted(found.rows, 'row', 'rows')}."]
    lines = [f"{counted(found.rows, 'row', 'rows')} would come or go."]
    lines += [f"    {table}: {count:,} changed" for table, count in found.changed.items()]
    lines += [f"    {table}: {count:,} gone" for table, count in found.gone.items()]
    return lines + [f"    New conflict: {_row_words(row)}" for row in found.conflicts]


def _row_words(row: Row) -> str:
    name = f"{record_for(row.table).__titles__[0]} {cell(row.name)}".strip()
    return f"{name} ({', '.join([row.op, *row.columns])})"


def sync_once(
    session: Session,
    mirror: Mirror,
    gateway: PostgresGateway,
    stopped: Callable[[], bool] = lambda: False,
) -> cycle.Report:
    """Run one sync; Busy where another window or command does it right now."""
    try:
        with session.home.sync_lock():
            report = cycle.sync(
                lambda job: job(mirror),
                gateway,
                session.organization_id,
                session.device,
                progress=_tell,
                stopped=stopped,
                settle=put_right,
            )
    finally:
        clear_progress()
    mirror.remember(last_report=counts_of(report))
    history.forget_old(mirror)
    return report


def warn_of_clock(mirror: Mirror, told: str = "") -> str:
    """Say on stderr that the clock is wrong, if that was not told already; return what is so."""
    words = live.clock_words(mirror.recall("clock_offset", 0))
    if words and not told:
        print(words, file=sys.stderr, flush=True)
    return words


def counts_of(report: cycle.Report) -> dict[str, int]:
    """Return what a sync came to: rows pulled and pushed, and what now waits for a person."""
    return {name: getattr(report, name) for name in _COUNTS}


def told(counts: dict[str, int]) -> str:
    """Return what a sync came to in a sentence."""
    came = counted(counts["pulled"], "row came", "rows came")
    went = counted(counts["pushed"], "row went", "rows went")
    words = f"{came}, {went}"
    if counts["conflicts"]:
        words += f", {counts['conflicts']:,} in conflict (see `fluffydesk conflicts`)"
    if counts["quarantined"]:
        words += f", {counts['quarantined']:,} refused (see `fluffydesk quarantine`)"
    return words + "."


def status(options: Namespace) -> None:
    """Print who is signed in, whether central answers, and what waits.

    Pulled and pushed are those of the last sync.
    """
    session = session_of(options)
    with session.open_mirror() as mirror, mirror.read() as connection:
        last: dict[str, int] = mirror.state.get(connection, "last_report") or {}
        synced_at = mirror.state.get(connection, "synced_at")
        author = mirror.state.get(connection, "author") or {}
        waiting = ledger.waiting(connection)
        open_conflicts = len(resolve.open_conflicts(connection))
        refused = len(resolve.open_quarantine(connection))
    online, why = _is_online(session)
    data: dict[str, Any] = {
        "pulled": last.get("pulled", 0),
        "pushed": last.get("pushed", 0),
        "conflicts": open_conflicts,
        "quarantined": refused,
        "online": online,
        "pending": waiting.count,
        "organization": session.organization_name,
        "user": session.email,
        "device": author.get("device_name") or session.device.name,
        "last_sync": None if synced_at is None else from_microseconds(synced_at),
    }
    told = {
        "Organization": data["organization"],
        "User": data["user"],
        "This PC": data["device"],
        "Central": "online" if online else f"offline: {why}",
        "Edits that wait": waiting.count,
        "Conflicts": open_conflicts,
        "Refused edits": refused,
        "Last sync": data["last_sync"] or "never",
    }
    show(options, data, pairs(told))


def _is_online(session: Session) -> tuple[bool, str]:
    try:
        with closing(session.gateway()) as gateway:
            gateway.organizations()
    except (Offline, SignInRefused) as refusal:
        return False, refusal.message
    return True, ""


def _watch(options: Namespace, session: Session, mirror: Mirror, gateway: PostgresGateway) -> None:
    bell = live.Bell()
    stop = StopSignal(bell.ring)
    watch = _Watch(session, mirror, gateway, stop.came, bell)

    def tell(outcome: cycle.Report | Refusal) -> None:
        if isinstance(outcome, Refusal):
            print(outcome.message, file=sys.stderr, flush=True)
        elif not stop.came():
            counts = counts_of(outcome)
            show(options, counts, [f"{local_now():%H:%M:%S}  {told(counts)}"])
            sys.stdout.flush()

    try:
        live.follow(watch.once, watch.listen, watch.wait, stop.came, tell)
    finally:
        stop.forget()
        bell.close()


class _Watch:
    """Syncs, and listens for news from central and from other commands on this PC.

    One wait for both: a bell that the signal to stop rings, and the line on which central tells.
    Only what other commands write has to be looked for, once a second.
    """

    def __init__(
        self,
        session: Session,
        mirror: Mirror,
        gateway: PostgresGateway,
        stopped: Callable[[], bool],
        bell: live.Bell,
    ) -> None:
        self._bell = bell
        self._session = session
        self._mirror = mirror
        self._gateway = gateway
        self._stopped = stopped
        self._seen = 0
        self._channel = ""
        self._clock = live.Watch()
        self._warned = ""

    def once(self) -> cycle.Report:
        session = self._session
        self._seen = self._writes_of_others()
        if not self._channel:
            self._channel = self._gateway.hello(session.organization_id, session.device).channel
        self._clock.look()
        # What is heard of by now the sync is going to bring; what comes later ends the wait.
        while self._gateway.listen(self._channel, self._stopped, 0):
            continue
        report = sync_once(self._session, self._mirror, self._gateway, self._stopped)
        self._warned = warn_of_clock(self._mirror, self._warned)
        return report

    def listen(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not self._stopped() and time.monotonic() < until:
            if self._gateway.listen(self._channel, self._stopped, _GLANCE_SECONDS, self._bell):
                return True
            if self._writes_of_others() != self._seen or self._clock.clock_moved():
                return True
            if self._clock.slept():
                self._let_go()
                return True
        return False

    def wait(self, seconds: float) -> None:
        """Wait after a failure, until told to stop at most."""
        self._let_go()
        if not self._stopped():
            self._bell.wait(seconds)

    def _let_go(self) -> None:
        """Give up a line on which nobody may be any more; the next call opens another."""
        self._gateway.close()
        self._channel = ""

    def _writes_of_others(self) -> int:
        """Return a number that changes when another process writes to the mirror."""
        with self._mirror.read() as connection:
            return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())


_DOING = {
    "hello": "Greeting central",
    "baseline": "Fetching rows",
    "pull": "Fetching changes",
    "push": "Sending edits",
}


def _tell(progress: Progress) -> None:
    doing = _DOING.get(progress.doing, progress.doing)
    tell_progress(doing, progress.done, progress.total)
