"""The upkeep of central: what is done weekly, monthly, quarterly and annually, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fluffydesk.central import administration, audit_archive, indexes
from fluffydesk.central.entrance import (
    Connection,
    administrator,
    as_owner,
    require_able,
    require_primary,
    require_set_up,
)
from fluffydesk.central.tally import Tally, stopwatch
from fluffydesk.errors import Busy, InvalidValue, Refusal

_LOCK = 0x466C754D  # "FluM"
_BATCH = 5000


@dataclass(frozen=True)
class Retained:
    """Rows of a table are deleted so many days after what `age` says, where `when` holds of t."""

    table: str
    age: str
    days: int
    told: str
    when: str = "true"


RETAINED: tuple[Retained, ...] = (
    Retained(
        "public.invites",
        "expires_at",
        90,
        "invitations that ran out and were never accepted",
        "t.accepted_at is null",
    ),
    Retained(
        "public.pet_shares",
        "expires_at",
        365,
        "shares of pets that ran out",
        # With a token go the shares that were claimed by it.
        "not exists (select from public.pet_shares c"
        " where c.share_id = t.id and c.expires_at > now())",
    ),
    Retained("public.notifications", "read_at", 180, "notifications that were read"),
    Retained(
        "public.async_jobs",
        "finished_at",
        90,
        "jobs that were finished",
        "t.status in ('succeeded', 'failed', 'cancelled')",
    ),
    Retained("public.security_events", "occurred_at", 730, "security events"),
    Retained(
        "public.carts",
        "updated_at",
        365,
        "carts that nobody touched",
        "not exists (select from public.cart_items i"
        " where i.cart_id = t.id and i.updated_at > now() - '365 days'::interval)",
    ),
)

_UNITS = Retained("sync.applied_units", "applied_at", 90, "answers to pushes, kept for a retry")


@dataclass(frozen=True)
class Terms:
    """How long things are kept, and where the audit trail's old entries go."""

    keep_changes: int = 90
    keep_units: int = _UNITS.days
    audit_archive: Path | None = None
    audit_older_than: int = 365
    unseen: int = 365

    def __post_init__(self) -> None:
        for days in (self.keep_changes, self.keep_units, self.audit_older_than, self.unseen):
            if not 1 <= days <= 36500:
                raise InvalidValue(f"{days} is no number of days.", "Say 1 or more.")


def maintain(
    url: str, tasks: Sequence[str] = (), terms: Terms | None = None, *, dry_run: bool = False
) -> Iterator[Tally]:
    """Do the tasks, all unless some are named, and yield what each did; a dry run only looks.

    Raises Busy while another does so at this database, InvalidValue for a task that there is not.
    """
    terms = terms or Terms()
    for name in tasks:
        if name not in TASKS:
            raise InvalidValue(f"There is no task {name!r}.", f"Choose of: {', '.join(TASKS)}.")
    if audit_archive.TASK in tasks and terms.audit_archive is None:
        raise Refusal("The audit trail has no folder to go to.", "Say --audit-archive FOLDER.")
    with administrator(url) as connection:
        _require_ready(connection)
        for name in TASKS:
            if name in tasks or not tasks:
                yield from TASKS[name](connection, terms, dry_run)


def _require_ready(connection: Connection) -> None:
    require_primary(connection)
    require_able(connection)
    require_set_up(connection)
    [(revision,)] = connection.execute(
        "select max(version_num) from sync.alembic_version"
    ).fetchall()
    if revision != administration.revisions()[0]:
        raise Refusal("The tables are not those of this version.", "Run: central upgrade URL")
    if connection.execute("select pg_try_advisory_lock(%s)", (_LOCK,)).fetchone() != (True,):
        raise Busy("The upkeep of this central is being done.", "Wait until it is over.")
    # An error, rather than a look at some of the rows.
    connection.execute("set row_security = off")


def _statistics(connection: Connection, terms: Terms, dry: bool) -> Iterator[Tally]:
    return indexes.statistics(connection, dry=dry)


def _indexes(connection: Connection, terms: Terms, dry: bool) -> Iterator[Tally]:
    return indexes.indexes(connection, dry=dry)


def _audit(connection: Connection, terms: Terms, dry: bool) -> Iterator[Tally]:
    if terms.audit_archive is not None:
        folder, days = terms.audit_archive, terms.audit_older_than
        yield from audit_archive.archive_audit(connection, folder, days, dry=dry)


def _retention(connection: Connection, terms: Terms, dry: bool) -> Iterator[Tally]:
    for kept in RETAINED:
        yield _delete_old(connection, "retention", kept, kept.days, dry=dry)


def _applied_units(connection: Connection, terms: Terms, dry: bool) -> Iterator[Tally]:
    yield _delete_old(connection, "applied-units", _UNITS, terms.keep_units, dry=dry)


def _sync_log(connection: Connection, terms: Terms, dry: bool) -> Iterator[Tally]:
    """Forget old changes. Whoever has not pulled since loads everything, and misses nothing."""
    done = stopwatch()
    days = terms.keep_changes
    [(rows, size)] = connection.execute(
        "select count(*), coalesce(sum(pg_column_size(t.*)), 0)::bigint from sync.changes t"
        " where t.made_at < now() - make_interval(days => %s)",
        (days,),
    ).fetchall()
    if not dry:
        query = "select sync.prune(make_interval(days => %s))"
        [(rows,)] = connection.execute(query, (days,)).fetchall()
    yield done(Tally("sync-log", "sync.changes", f"older than {days} days", rows, size))


def _devices(connection: Connection, terms: Terms, dry: bool) -> Iterator[Tally]:
    [(unseen,)] = connection.execute(
        "select count(*) from sync.devices where last_seen < now() - make_interval(days => %s)",
        (terms.unseen,),
    ).fetchall()
    yield Tally("devices", "sync.devices", f"not seen for {terms.unseen} days; kept", rows=unseen)


TASKS: dict[str, Callable[[Connection, Terms, bool], Iterator[Tally]]] = {
    "statistics": _statistics,
    "indexes": _indexes,
    audit_archive.TASK: _audit,
    "retention": _retention,
    "sync-log": _sync_log,
    "applied-units": _applied_units,
    "devices": _devices,
}


def _delete_old(
    connection: Connection, task: str, kept: Retained, days: int, *, dry: bool
) -> Tally:
    """Delete rows that are old enough, a batch a transaction; triggers log and audit them."""
    done = stopwatch()
    table = kept.table
    old = f"t.{kept.age} < now() - make_interval(days => {days}) and ({kept.when})"
    sizes = "select count(*), coalesce(sum(size), 0)::bigint"
    rows, size, more = 0, 0, True
    if dry:
        query = (
            f"{sizes} from (select pg_column_size(t.*) as size from {table} t where {old}) found"
        )
        [(rows, size)] = connection.execute(query).fetchall()
    else:
        query = (
            f"with gone as (delete from {table} t where t.ctid = any(array("
            f"select t.ctid from {table} t where {old} limit {_BATCH})) and {old}"
            f" returning pg_column_size(t.*) as size) {sizes} from gone"
        )
        with as_owner(connection, table):
            while more:
                [(count, freed)] = connection.execute(query).fetchall()
                rows, size, more = rows + count, size + freed, count > 0
    return done(Tally(task, table, f"{kept.told}, {days} days ago", rows, size))
