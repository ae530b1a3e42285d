"""One sync, from greeting central to nothing left to send.

Why a crash at any point loses nothing and doubles nothing. No request holds a transaction open.

1. *Greet.* `poll` tells the epoch, what the person may see (a fingerprint), the channel, and
   whether anything is new since the cursor: the whole sync, in one round trip, when nothing is
   and nothing waits to be sent. Then the cursor moves up to where nothing has changed; a crash
   before that leaves the old one. Nothing else has changed yet.
   - Not a member any more: rows that central would not show are dropped and unsent edits put in
     quarantine, in one transaction.
   - Another epoch, so central was restored: the mirror is copied to a file beside it, for it may
     be all there is of what central took since the backup; then the outbox is dissolved and the
     cursor forgotten, in one transaction. A baseline follows, and merges the unsent edits.
2. *Finish what was being sent.* Parcels in the outbox may or may not have reached central. They
   go again unchanged: central remembers a parcel it applied and repeats the answer. This comes
   before any pull, so that a row of ours that returns is never taken for somebody else's.
3. *Pull.* One snapshot of central; each page is one transaction; the cursor is kept with the last
   page. A crash between pages leaves the old cursor: the pages come again, and merging the same
   row again changes nothing. Without a cursor a baseline is loaded, whose place is kept with each
   batch; it keeps the cursor of its first snapshot, so what changed meanwhile is pulled next.
   When the fingerprint changed, the mirror is compared with the same snapshot and repaired; the
   new fingerprint is kept only after that, so a crash before it compares again. So it is when
   more months of the logs are to be kept; of those kept no longer, rows are dropped.
4. *Make parcels.* What follows from rows that met is saved; what waits is written to the outbox in
   one durable transaction, with what central will have once each is applied. A crash before it:
   nothing was sent. A crash after it: step 2 of the next sync.
5. *Send*, a batch a call. A crash or a cut line before central commits: sent again, applied then;
   after it: sent again, answered from its memory.
6. *Settle* each batch's answers and take it out of the outbox, in one transaction. A crash before
   it: as 5. Edits made meanwhile stay in the journal, with what was sent as their base.
7. *Again from 3*, until a pull finds nothing to send: parcels that were stale have been merged,
   and what was sent comes back with central's version, time and name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from fluffydesk.central.messages import Device, Hello
from fluffydesk.errors import Refusal, SignInRefused
from fluffydesk.mirror import journal, pending
from fluffydesk.mirror.backup import backup
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.journal import Key
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.access import ForAll
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.types import now
from fluffydesk.sync import baseline, numbers, skew, verify, window
from fluffydesk.sync.baseline import Progress
from fluffydesk.sync.meet import Gone, forget_sides, set_aside
from fluffydesk.sync.ports import Central, CentralSnapshot, Door, Json
from fluffydesk.sync.pull import pull
from fluffydesk.sync.push import empty_outbox, fill_outbox, refilled
from fluffydesk.sync.verify import Verified

ROUNDS = 5
"""After so many pulls and pushes whatever is still stale waits for the next sync."""


@dataclass(frozen=True)
class Report:
    """What a sync came to: rows pulled and pushed, and what is open for a person now."""

    pulled: int = 0
    pushed: int = 0
    conflicts: int = 0
    quarantined: int = 0
    changes: Changes = field(default_factory=Changes)
    rounds: int = 0


def sync(
    mirror_door: Door,
    central: Central,
    organization_id: UUID,
    device: Device,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
    settle: Callable[[Mirror], Changes] = lambda _: Changes(),
) -> Report:
    """Bring the mirror and central to agree; the caller holds the lock of the home.

    Raises Offline when the line is cut; SignInRefused when central says no, after the mirror of
    somebody who is no member any more was emptied. Returns early when `stopped`; the next sync goes
    on from there. `settle` writes what follows from rows that met, before anything is sent.
    """
    run = _Run(mirror_door, central, organization_id, device, progress, stopped, settle)
    try:
        run.go()
        if not stopped():
            numbers.top_up(mirror_door, central, organization_id, device)
    except SignInRefused:
        run.check_membership()
        raise
    return run.report()


def verified(
    mirror_door: Door,
    central: Central,
    organization_id: UUID,
    *,
    deep: bool = False,
    mend: bool = True,
    stopped: Callable[[], bool] = lambda: False,
) -> Verified:
    """Pull, then compare the mirror with that same moment of central; repair what differs.

    `deep` compares every column. Refusal while a push is under way whose outcome is not known.
    """
    if not mirror_door(_standing).sent:
        raise Refusal(
            "Edits were on their way when the line was cut.", "Sync first, then compare again."
        )
    with central.snapshot() as snapshot:
        pulled = pull(mirror_door, snapshot, organization_id, stopped)
        if stopped() or pulled.baseline:
            return Verified(changes=pulled.changes)
        found = verify.check(mirror_door, snapshot, organization_id, deep=deep, stopped=stopped)
        if mend:
            verify.repair(mirror_door, snapshot, organization_id, found.differing)
    if not stopped() and (mend or not found.differing):
        mirror_door(lambda mirror: mirror.remember(verified_at=journal.moment()))
    repaired = found.differing if mend else Changes()
    return replace(found, changes=pulled.changes | repaired)


class _Run:
    """One sync under way, and what it has come to so far."""

    def __init__(
        self,
        door: Door,
        central: Central,
        organization_id: UUID,
        device: Device,
        progress: Callable[[Progress], None],
        stopped: Callable[[], bool],
        settle: Callable[[Mirror], Changes],
    ) -> None:
        self.door = door
        self.central = central
        self.organization_id = organization_id
        self.device = device
        self.progress = progress
        self.stopped = stopped
        self.settle = settle
        self.rounds = self.pulled = self.pushed = 0
        self.changes = Changes()
        self.gone: frozenset[Key] = frozenset()

    def go(self) -> None:
        """Greet, finish what was being sent, then pull and push until nothing is left to send."""
        hello, quiet = self.greet()
        self.send()
        while not self.stopped() and self.rounds < ROUNDS:
            self.rounds += 1
            if not quiet:
                self.pull(hello)
            quiet = False
            if self.stopped() or not self.door(self.fill):
                return
            self.send()
            for _ in refilled(self.door, self.stopped):
                self.send()
        if not self.stopped():
            self.pull(hello)

    def fill(self, mirror: Mirror) -> int:
        """Write what follows from rows that met, then make parcels of what waits."""
        self.changes |= self.settle(mirror)
        return fill_outbox(mirror)

    def check_membership(self) -> None:
        """Empty the mirror if it was central itself that said no, and not a wrong password."""
        mine = {str(one["id"]) for one in self.central.organizations()}
        if str(self.organization_id) not in mine:
            self.door(_close_membership)

    def greet(self) -> tuple[Hello, bool]:
        """Say hello, and take in what is new about the person's standing at central.

        Returns also whether the mirror is what central has now, so that no pull is needed.
        """
        self.progress(Progress("hello"))
        before = self.door(_standing)
        hello, cursor = self.central.poll(self.organization_id, self.device, before.cursor)
        self.door(partial(_keep_copy, hello=hello))
        self.door(partial(_take_in, hello=hello))
        skew.learn(self.door, self.central, hello)
        here = now() - timedelta(seconds=hello.clock_offset_seconds)
        self.door(partial(window.move_on, on=here.date()))
        self.changes |= window.shed(self.door, self.stopped)
        if cursor is None or not self.door(partial(_is_quiet, hello=hello, before=before)):
            return hello, False
        self.door(lambda mirror: _advance(mirror, cursor))
        return hello, True

    def send(self) -> None:
        """Send what lies in the outbox and settle the answers."""
        self.progress(Progress("push"))
        sent = empty_outbox(
            self.door, self.central, self.organization_id, self.device, self.stopped
        )
        self.pushed += sent.applied
        self.gone |= sent.gone
        self.changes |= sent.changes

    def pull(self, hello: Hello) -> None:
        """Pull until the mirror is as one moment of central; reconcile when sight changed."""
        self.progress(Progress("pull"))
        with self.central.snapshot() as snapshot:
            pulled = pull(self.door, snapshot, self.organization_id, self.stopped)
            if pulled.baseline is not None:
                pulled = baseline.load(
                    self.door,
                    snapshot,
                    self.organization_id,
                    pulled.baseline,
                    self.progress,
                    self.stopped,
                )
                again = True
                self._ask_for_edits(snapshot)
            else:
                again = False
                self._look_for_gone(snapshot)
                self._reconcile(snapshot, hello)
                self._fill(snapshot)
        self.pulled += pulled.rows
        self.changes |= pulled.changes
        if again and not self.stopped():
            self.pull(hello)
        elif not self.stopped():
            self.door(lambda mirror: mirror.remember(synced_at=journal.moment()))

    def _ask_for_edits(self, snapshot: CentralSnapshot) -> None:
        """Ask for the edited rows of logs that are kept in part: a load says nothing of those
        outside the window, be they there or deleted."""
        if not self.stopped():
            left = self.door(window.edited)
            verify.repair(self.door, snapshot, self.organization_id, left, Gone.DELETED)

    def _look_for_gone(self, snapshot: CentralSnapshot) -> None:
        """Ask for the rows that were gone when they were sent, and of which the pull said nothing:
        somebody took them away past the log. Their edits would be sent for ever."""
        left = self.door(partial(_still_thought_there, keys=self.gone))
        self.changes |= verify.repair(self.door, snapshot, self.organization_id, left)
        self.gone = frozenset()

    def _reconcile(self, snapshot: CentralSnapshot, hello: Hello) -> None:
        """Compare and repair if what the person may see has changed since last time."""
        seen = self.door(lambda mirror: mirror.recall("fingerprint"))
        if seen == hello.fingerprint or self.stopped():
            return
        # With none known the mirror is new or was just given new columns: versions tell nothing.
        found = verify.check(
            self.door, snapshot, self.organization_id, deep=seen is None, stopped=self.stopped
        )
        self.changes |= verify.repair(self.door, snapshot, self.organization_id, found.differing)
        if not self.stopped():
            now = journal.moment()
            self.door(
                lambda mirror: mirror.remember(fingerprint=hello.fingerprint, verified_at=now)
            )

    def _fill(self, snapshot: CentralSnapshot) -> None:
        """Fetch what is missing of the logs once more months of them are to be kept."""
        if self.stopped() or self.door(window.is_filled):
            return
        since = self.door(window.first_day)
        found = verify.check(
            self.door, snapshot, self.organization_id, only=window.LOGS, stopped=self.stopped
        )
        self.changes |= verify.repair(self.door, snapshot, self.organization_id, found.differing)
        if not self.stopped():
            self.door(partial(window.say_filled, since=since))

    def report(self) -> Report:
        """Count what is open and return what the sync came to."""
        conflicts, refusals = self.door(_open_counts)
        return Report(self.pulled, self.pushed, conflicts, refusals, self.changes, self.rounds)


@dataclass(frozen=True)
class _Standing:
    """How far the mirror is, as a sync begins."""

    cursor: Json | None
    settled: bool
    """Loaded whole, and nothing lies in the outbox."""
    sent: bool


def _standing(mirror: Mirror) -> _Standing:
    with mirror.read() as connection:
        state = mirror.state
        loaded = state.get(connection, "baseline") is None
        sending = pending.count_parcels(connection)
        return _Standing(state.get(connection, "cursor"), loaded and not sending, not sending)


def _is_quiet(mirror: Mirror, hello: Hello, before: _Standing) -> bool:
    """Say whether a mirror for which nothing is new at central needs nothing of it either."""
    known = mirror.recall("fingerprint")
    return before.settled and known == hello.fingerprint and window.is_filled(mirror)


def _advance(mirror: Mirror, cursor: Json) -> None:
    with mirror.apply() as connection:
        mirror.state.put(connection, "cursor", cursor)
        mirror.state.put(connection, "synced_at", journal.moment())


def _keep_copy(mirror: Mirror, hello: Hello) -> None:
    """Copy the mirror before what a restored central lost is taken out of it."""
    path = mirror.path
    copy = path.with_name(f"{path.stem}.before-{hello.epoch.hex[:12]}{path.suffix}")
    if mirror.recall("epoch") not in (None, str(hello.epoch)) and not copy.exists():
        backup(mirror, copy)


def organization_of(hello: Hello) -> dict[str, str]:
    """Return what a PC keeps of the organization, and of the user's role in it."""
    return {
        "id": str(hello.organization_id),
        "name": hello.organization_name,
        "type": hello.organization_type,
        "time_zone": hello.time_zone,
        "currency": hello.currency,
        "role": hello.role,
    }


def _take_in(mirror: Mirror, hello: Hello) -> None:
    state, told = mirror.state, organization_of(hello)
    with mirror.read() as connection:
        known = state.get(connection, "epoch")
        same = state.get(connection, "organization") == told
        same = same and state.get(connection, "clock_offset") == _clock_offset(hello)
        if known == str(hello.epoch) and same and state.get(connection, "schema") == hello.schema:
            return
    with mirror.apply(durable=True) as connection:
        if known is not None and known != str(hello.epoch):
            pending.empty_outbox(connection)
            for key in ("cursor", "baseline", "fingerprint", "epoch"):
                state.put(connection, key, None)
        state.put(connection, "organization", told)
        state.put(connection, "schema", hello.schema)
        state.put(connection, "clock_offset", _clock_offset(hello))


def _clock_offset(hello: Hello) -> int:
    """Return by how many seconds this PC's clock is ahead, to the minute: it is not written anew
    with each sync."""
    return round(hello.clock_offset_seconds / 60) * 60


def _close_membership(mirror: Mirror) -> None:
    """Drop what central would not show a stranger; unsent edits go to quarantine."""
    with mirror.apply(durable=True) as connection:
        pending.empty_outbox(connection)
        author = mirror.state.get(connection, "author") or {}
        for record in MIRRORED:
            if isinstance(record.__scope__, ForAll):
                continue
            table = record.__table__.name
            keys = list(journal.pending_rows(connection, table))
            set_aside(connection, keys, pending.MEMBERSHIP_ENDED)
            known = "SELECT DISTINCT row_id FROM conflicts WHERE table_name = ?"
            asked = connection.exec_driver_sql(known, (table,)).scalars().all()
            forget_sides(connection, table, asked)
            own = author.get("user_id") if table == "profiles" else None
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE id IS NOT ?", (own,))
        pending.sweep(connection)
        for key in ("cursor", "baseline", "fingerprint"):
            mirror.state.put(connection, key, None)


def _still_thought_there(mirror: Mirror, keys: Iterable[Key]) -> Changes:
    found: dict[str, set[UUID]] = {}
    with mirror.read() as connection:
        for key in keys:
            edit = journal.pending_row(connection, key)
            if edit is not None and edit.base is not None:
                found.setdefault(key[0], set()).add(UUID(key[1]))
    return Changes(found)


def _open_counts(mirror: Mirror) -> tuple[int, int]:
    with mirror.read() as connection:
        conflicts = len(pending.open_conflicts(connection))
        return conflicts, len(pending.open_refusals(connection))
