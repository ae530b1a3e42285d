"""`sync` and `status`: exchanging edits with central, and what waits."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from fluffydesk.account.session import Session
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.cli.here import session_of
from fluffydesk.cli.output import pairs, show
from fluffydesk.cli.stopping import StopSignal
from fluffydesk.errors import Busy, Offline, SignInRefused
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.sync import cycle, ledger, resolve

_COUNTS = ("pulled", "pushed", "conflicts", "quarantined")
_LISTEN_SECONDS = 2.0
_POLL_SECONDS = 60.0
_RETRY_SECONDS = 5.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def sync(options: Namespace) -> None:
    """Exchange edits with central, once or until stopped."""
    session = session_of(options)
    with session.open_mirror() as mirror, closing(session.gateway()) as gateway:
        if options.watch:
            _watch(options, session, mirror, gateway)
            return
        try:
            counts = counted(sync_once(session, mirror, gateway))
        except Offline as offline:
            raise Offline(offline.message, "Your edits wait safely.") from offline
    show(options, counts, [_told(counts)])


def sync_once(
    session: Session,
    mirror: Mirror,
    gateway: PostgresGateway,
    stopped: Callable[[], bool] = lambda: False,
) -> cycle.Report:
    """Run one sync; Busy where another window or command does it right now."""
    with session.home.sync_lock():
        report = cycle.sync(
            lambda job: job(mirror),
            gateway,
            session.organization_id,
            session.device,
            stopped=stopped,
        )
    mirror.remember(last_report={name: getattr(report, name) for name in _COUNTS})
    return report


def counted(report: cycle.Report) -> dict[str, int]:
    """Return what a sync came to: rows pulled, edits pushed, and what now waits for a person."""
    return {name: getattr(report, name) for name in _COUNTS}


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
        "last_sync": None if synced_at is None else _moment(synced_at),
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
    stop = StopSignal()
    while not stop.came():
        try:
            report = sync_once(session, mirror, gateway, stop.came)
        except (Offline, Busy) as refusal:
            print(refusal.message, file=sys.stderr, flush=True)
            stop.wait(_RETRY_SECONDS)
            continue
        if stop.came():
            break
        counts = counted(report)
        show(options, counts, [f"{datetime.now():%H:%M:%S}  {_told(counts)}"])
        sys.stdout.flush()
        _wait_for_news(session, mirror, gateway, stop)


def _wait_for_news(
    session: Session, mirror: Mirror, gateway: PostgresGateway, stop: StopSignal
) -> None:
    """Wait until central has news, somebody saved something here, or a minute has passed."""
    until = time.monotonic() + _POLL_SECONDS
    try:
        channel = gateway.hello(session.organization_id, session.device).channel
        while not stop.came() and time.monotonic() < until:
            if gateway.listen(channel, stop.came, _LISTEN_SECONDS) or _unsent(mirror):
                return
    except Offline:
        stop.wait(_RETRY_SECONDS)


def _unsent(mirror: Mirror) -> bool:
    with mirror.read() as connection:
        return ledger.waiting(connection).count > 0


def _told(counts: dict[str, int]) -> str:
    words = f"{counts['pulled']} rows came, {counts['pushed']} edits went"
    if counts["conflicts"]:
        words += f", {counts['conflicts']} in conflict (see `fluffydesk conflicts`)"
    if counts["quarantined"]:
        words += f", {counts['quarantined']} refused (see `fluffydesk quarantine`)"
    return words + "."


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)
