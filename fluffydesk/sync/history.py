"""What is known here of one record: who changed what, when, on which PC, and what sync made of it.

The edits of this PC are remembered by unit, verb and names of columns, without values; conflicts
and refusals with their values, in the encrypted mirror. All of it is kept for `KEPT_DAYS` after it
was settled. Of other PCs' edits only the last is known, as central's row tells it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.mirror import journal
from fluffydesk.mirror.images import Image, Value, from_storage, read_image, read_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import from_microseconds
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.sync import resolve

KEPT_DAYS = 365
_DAY = 86_400_000_000
_ENDS = {
    "applied": "sent to central",
    "merged": "sent to central, merged with somebody else's change",
    "conflict": "in conflict",
    "quarantined": "refused by central",
    "discarded": "discarded",
    "waiting": "waits to be sent",
}


@dataclass(frozen=True)
class Event:
    """One thing that happened to a record; `kind` is edit, conflict, refusal or central."""

    kind: str
    at: datetime
    title: str
    who: str = ""
    device: str = ""
    op: str = ""
    """Of an edit: insert, update or delete; empty where a decision wrote nothing."""
    columns: tuple[str, ...] = ()
    """Labels of the columns it was about."""
    outcome: str = ""
    """What became of it, in words."""
    ended: datetime | None = None
    by: str = ""
    """Who decided, retried or discarded it."""
    sides: tuple[Any, Any, Any] | None = None
    """Of a conflict of one column: base, mine and theirs as Python values."""
    column: str = ""
    """The column of `sides`."""


def events(connection: Connection, table: str, row_id: UUID | str) -> list[Event]:
    """Return what is known of a record, newest first; nothing of a row never seen here."""
    key = (table, str(row_id))
    found = [
        *_edits(connection, key),
        *_conflicts(connection, key),
        *_refusals(connection, key),
        *_at_central(connection, key),
    ]
    return sorted(found, key=lambda event: event.at, reverse=True)


def forget_old(mirror: Mirror) -> int:
    """Forget what was settled more than `KEPT_DAYS` ago, at most once a day; return the rows gone.

    The ledger's line of a unit is kept for ever: only what it touched is forgotten.
    """
    now = journal.moment()
    # A clock that was ahead must not keep this from ever being done again.
    if 0 <= now - mirror.recall("history_swept", 0) < _DAY:
        return 0
    with mirror.apply() as connection:
        mirror.state.put(connection, "history_swept", now)
        before = (now - KEPT_DAYS * _DAY,)
        gone = 0
        for sql in _FORGET:
            gone += connection.exec_driver_sql(sql, before).rowcount
    return gone


_FORGET = (
    "DELETE FROM unit_history WHERE unit_id IN "
    "(SELECT id FROM units WHERE settled_at IS NOT NULL AND settled_at < ?)",
    "DELETE FROM conflicts WHERE decision IS NOT NULL AND decided_at < ?",
    "DELETE FROM quarantine WHERE outcome IS NOT NULL AND settled_at < ?",
)


def _edits(connection: Connection, key: journal.Key) -> list[Event]:
    where = "WHERE table_name = ? AND row_id = ?"
    touched = f"SELECT unit_id, op, changed FROM {{}} {where}"
    sql = (
        "SELECT units.id, title, user_name, device, made_at, outcome, settled_at, settled_by, "
        f"op, changed FROM ({touched.format('unit_rows')} UNION ALL "
        f"{touched.format('unit_history')}) JOIN units ON units.id = unit_id ORDER BY units.id"
    )
    found: dict[str, Event] = {}
    for (
        id,
        title,
        who,
        device,
        made,
        outcome,
        settled,
        by,
        op,
        changed,
    ) in connection.exec_driver_sql(sql, key * 2):
        # An open unit that is merged already still waits; what it is called then is not so yet.
        now = outcome if settled or outcome in ("conflict", "quarantined") else "waiting"
        if id in found and not op:
            continue  # touched again by an answer of central
        found[id] = Event(
            "edit",
            from_microseconds(made),
            title or "Edit",
            who or "",
            device or "",
            op or "",
            labels(key[0], changed),
            _ENDS.get(now, now),
            None if settled is None else from_microseconds(settled),
            by or "",
        )
    return list(found.values())


def labels(table: str, changed: str | None) -> tuple[str, ...]:
    """Return the labels of columns that people fill in; a column of a newer version is left out."""
    columns = record_for(table).__table__.columns
    labels = [
        facts_of(columns[name]).label
        for name in dict.fromkeys((changed or "").split())
        if name in columns and name not in ("id", "organization_id")
        if not facts_of(columns[name]).housekeeping
    ]
    return tuple(labels)


_DECIDED = {
    "mine": "kept as on this PC",
    "theirs": "kept as on the other PC",
    "both": "both kept",
    "value": "another value chosen",
    "settled": "went away by itself: both sides agree",
}


def _conflicts(connection: Connection, key: journal.Key) -> list[Event]:
    sql = (
        "SELECT column_name, base, mine, theirs, their_user, their_device, noticed_at, decision, "
        "decided_by, decided_at FROM conflicts WHERE table_name = ? AND row_id = ?"
    )
    found = []
    for name, *texts, who, device, at, decision, by, ended in connection.exec_driver_sql(sql, key):
        columns = record_for(key[0]).__table__.columns
        column = columns.get(name)
        sides: tuple[Any, Any, Any] | None = None
        if column is not None:
            base, mine, theirs = (_value(text, column) for text in texts)
            sides = (base, mine, theirs)
        found.append(
            Event(
                "conflict",
                from_microseconds(at),
                "In conflict with another PC",
                who or "",
                device or "",
                columns=() if column is None else (facts_of(column).label,),
                outcome=_DECIDED.get(decision, "waits for you" if decision is None else decision),
                ended=None if ended is None else from_microseconds(ended),
                by=by or "",
                sides=sides,
                column=name if column is not None else "",
            )
        )
    return found


def _value(text: str | None, column: Any) -> Any:
    value: Value | Image = None if text is None else json.loads(text)
    return None if isinstance(value, dict) else from_storage(column, value)


_SETTLED = {
    "retried": "tried again",
    "mended": "mended, and sent again",
    "discarded": "discarded",
    "settled": "went away by itself",
}


def _refusals(connection: Connection, key: journal.Key) -> list[Event]:
    mended = resolve.mended(connection)
    sql = (
        "SELECT id, message, column_name, at, outcome, settled_by, settled_at FROM quarantine "
        "WHERE (table_name = ? AND row_id = ?) OR instr(rows, ?) > 0"
    )
    return [
        Event(
            "refusal",
            from_microseconds(at),
            str(message),
            columns=labels(key[0], column),
            outcome=_refusal_ends(outcome, id in mended),
            ended=None if ended is None else from_microseconds(ended),
            by=by or "",
        )
        for id, message, column, at, outcome, by, ended in connection.exec_driver_sql(
            sql, (*key, json.dumps(key[1]))
        )
    ]


def _refusal_ends(outcome: str | None, mended: bool) -> str:
    if outcome is None:
        return "mended, goes with the next sync" if mended else "waits for you"
    return _SETTLED.get(outcome, outcome)


def _at_central(connection: Connection, key: journal.Key) -> list[Event]:
    """Return what central's row itself tells: by whom and where it was last changed."""
    edit = journal.pending_row(connection, key)
    image = edit.base if edit is not None else read_image(connection, record_for(key[0]), key[1])
    at = None if image is None else image.get("updated_at")
    if image is None or not isinstance(at, int) or not image.get("row_version"):
        return []
    user = image.get("updated_by")
    people = read_images(connection, record_for("profiles"), [str(user)]) if user else {}
    person = people.get(str(user), {})
    return [
        Event(
            "central",
            from_microseconds(at),
            "Last change that central has",
            str(person.get("full_name") or person.get("email") or ""),
            str(image.get("updated_device") or ""),
        )
    ]
