"""The window: how many months of the logs this PC keeps.

What is kept: of a log (`__dated__`) the rows from the first day on and every open one, of all else
everything, so that whatever a kept row refers to is here too. A row outside is not missing. It is
in no baseline and no digest, and no link points to it; one that comes in with a pull is dropped
again, without a word to the journal; one with unsent edits stays until central has taken them.

The first day is that of a month, so it moves on once a month. `first_day` is the day from which
rows are wanted, `filled` that from which they are known to be here: while it is the later one, the
next sync compares the logs with central and fetches what is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.errors import InvalidValue
from fluffydesk.mirror import journal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records import dated
from fluffydesk.records.catalog import MIRRORED, record_for
from fluffydesk.records.types import today
from fluffydesk.sync.ports import Central, Door

LOGS = tuple(record.__table__.name for record in MIRRORED if record.__dated__ is not None)
"""The tables of which a PC may keep the last months only."""

_LONGEST = 600
_ROWS_AT_ONCE = 5000


def months(mirror: Mirror) -> int | None:
    """Return how many months of the logs this PC keeps; None: all of them."""
    found: int | None = mirror.recall("window_months")
    return found


def set_months(mirror: Mirror, months: int | None, on: date | None = None) -> None:
    """Keep the last so many months of the logs besides this one, counted from `on` (today); None:
    all of them.

    The next sync drops what is outside or fetches what is missing. Raises InvalidValue.
    """
    if months is not None and not 1 <= months <= _LONGEST:
        raise InvalidValue(
            f"{months} is no number of months to keep.",
            f"Give a number from 1 to {_LONGEST}, or keep everything.",
        )
    with mirror.apply(durable=True) as connection:
        mirror.state.put(connection, "window_months", months)
        _want(connection, mirror, months, on or today())


def move_on(mirror: Mirror, on: date) -> None:
    """Move the first day on when a month has begun."""
    with mirror.read() as connection:
        wanted = mirror.state.get(connection, "window_months")
        if _first_of(wanted, on) == first_day_in(connection):
            return
    with mirror.apply(durable=True) as connection:
        _want(connection, mirror, wanted, on)


def _want(connection: Connection, mirror: Mirror, months: int | None, on: date) -> None:
    first = _first_of(months, on)
    filled = _day(connection, "window_filled")
    mirror.state.put(connection, "window_first", first and first.isoformat())
    # What will be dropped is not here, even should it be wanted again before.
    if first is not None and (filled is None or filled < first):
        mirror.state.put(connection, "window_filled", first.isoformat())
    mirror.state.put(connection, "window_shed", None if first is None else False)


def _first_of(months: int | None, on: date) -> date | None:
    if months is None:
        return None
    month = on.year * 12 + on.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


def first_day(mirror: Mirror) -> date | None:
    """Return the first day of which the logs are wanted here; None: all days."""
    with mirror.read() as connection:
        return first_day_in(connection)


def first_day_in(connection: Connection) -> date | None:
    """Return the same within a transaction."""
    return _day(connection, "window_first")


def _day(connection: Connection, key: str) -> date | None:
    text = Mirror.state.get(connection, key)
    return None if text is None else date.fromisoformat(text)


def is_log(connection: Connection, table: str) -> bool:
    """Say whether rows of a table that are central's need not be here."""
    return table in LOGS and first_day_in(connection) is not None


def edited(mirror: Mirror) -> Changes:
    """Return the rows with unsent edits, known to central, of the logs that are kept in part."""
    found: dict[str, list[UUID]] = {}
    with mirror.read() as connection:
        for table in LOGS if first_day_in(connection) is not None else ():
            edits = journal.pending_rows(connection, table).values()
            found[table] = [UUID(edit.id) for edit in edits if edit.base is not None]
    return Changes(found)


def rule(table: str, since: date | None) -> tuple[str, tuple[str | int, ...]]:
    """Return the SQL that says whether a row of a table is kept, and what it is given."""
    record = record_for(table)
    if since is None or record.__dated__ is None:
        return "true", ()
    first = dated.first(record.__dated__, record.__table__, since)
    return f"({dated.mirror_rule(record.__dated__)})", (first,)


def keeps(table: str, image: Mapping[str, Any], since: date | None) -> bool:
    """Say whether a row with this image is kept."""
    record = record_for(table)
    if since is None or record.__dated__ is None:
        return True
    return dated.is_kept(record.__dated__, record.__table__, image, since)


def shed_rows(connection: Connection, table: str, ids: Collection[str], since: date | None) -> None:
    """Drop those of some rows that are not kept and have no unsent edits; within `apply`."""
    if since is None or table not in LOGS or not ids:
        return
    kept, days = rule(table, since)
    connection.exec_driver_sql(
        f"DELETE FROM {table} WHERE id = ? AND NOT {kept} AND {_UNEDITED}",
        [(id, *days, table) for id in ids],
    )


_UNEDITED = "id NOT IN (SELECT row_id FROM pending_rows WHERE table_name = ?)"


def shed(door: Door, stopped: Callable[[], bool] = lambda: False) -> Changes:
    """Drop every row that is not kept any more and has no unsent edits, some at a time.

    Returns which, once for each time the first day moved; then nothing until it moves again.
    """
    dropped = Changes()
    if door(lambda mirror: mirror.recall("window_shed")) is not False:
        return dropped
    for table in LOGS:
        while not stopped():
            some = door(partial(_shed_some, table=table))
            dropped |= Changes({table: some})
            if len(some) < _ROWS_AT_ONCE:
                break
    if not stopped():
        door(lambda mirror: mirror.remember(window_shed=True))
    return dropped


def shed_again(connection: Connection) -> None:
    """Have the next sync drop what is not kept and is let in for a moment; within `apply`."""
    if first_day_in(connection) is not None:
        Mirror.state.put(connection, "window_shed", False)


def _shed_some(mirror: Mirror, table: str) -> list[UUID]:
    with mirror.apply() as connection:
        kept, days = rule(table, first_day_in(connection))
        found = connection.exec_driver_sql(
            f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} "
            f"WHERE NOT {kept} AND {_UNEDITED} LIMIT {_ROWS_AT_ONCE}) RETURNING id",
            (*days, table),
        )
        return [UUID(id) for id in found.scalars()]


def is_filled(mirror: Mirror) -> bool:
    """Say whether all that is wanted of the logs is known to be here."""
    with mirror.read() as connection:
        filled, first = _day(connection, "window_filled"), first_day_in(connection)
    return filled is None or (first is not None and first >= filled)


def say_filled(mirror: Mirror, since: date | None) -> None:
    """Remember that the logs are here from a day on; None: all of them."""
    mirror.remember(window_filled=since and since.isoformat())


def leaving(mirror: Mirror, months: int | None, on: date | None = None) -> dict[str, int]:
    """Return how many rows of each log would leave this PC if it kept so many months only."""
    since = _first_of(months, on or today())
    found: dict[str, int] = {}
    if since is None:
        return found
    with mirror.read() as connection:
        for table in LOGS:
            kept, days = rule(table, since)
            sql = f"SELECT count(*) FROM {table} WHERE NOT {kept} AND {_UNEDITED}"
            count = connection.exec_driver_sql(sql, (*days, table)).scalar_one()
            if count:
                found[table] = int(count)
    return found


def coming(
    door: Door, central: Central, months: int | None, on: date | None = None
) -> dict[str, int]:
    """Return how many rows of each log would come if this PC kept so many months.

    Raises Offline.
    """
    wanted = _first_of(months, on or today())
    since = door(first_day)
    if since is None or (wanted is not None and wanted >= since):
        return {}
    organization = UUID(door(lambda mirror: mirror.recall("organization"))["id"])
    with central.snapshot() as snapshot:
        then = snapshot.counts(organization, list(LOGS), wanted)
        now = snapshot.counts(organization, list(LOGS), since)
    return {table: then[table] - now[table] for table in LOGS if then[table] > now[table]}
