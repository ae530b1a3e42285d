"""What a person decides: which side of a conflict to keep, what to do with a refused edit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.errors import InvalidValue, NotFound, NotSignedIn, Refusal
from fluffydesk.mirror import journal, pending, queries
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import (
    Image,
    Value,
    from_image,
    from_storage,
    read_image,
)
from fluffydesk.mirror.journal import Key
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.pending import OpenConflict, OpenRefusal, SentRow
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import from_microseconds
from fluffydesk.sync import dangling, follows, kin, window
from fluffydesk.sync.joining import join_texts
from fluffydesk.sync.meet import edit_on, reckon, restore, tidy, typed_columns
from fluffydesk.sync.merge import one_fact


@dataclass(frozen=True)
class Conflict:
    """Two sides of a column, in Python values; with column '' of the row: dict, or None if gone."""

    id: UUID
    table: str
    row_id: UUID
    column: str
    base: Any
    mine: Any
    theirs: Any
    their_user: str | None
    their_device: str | None
    at: datetime | None

    @property
    def both(self) -> str | None:
        """Mine and theirs as one text, where keeping both makes sense; else None."""
        if not self.column:
            return None
        column = record_for(self.table).__table__.columns[self.column]
        return join_texts(column, self.mine, self.theirs)


@dataclass(frozen=True)
class Refused:
    """An edit that central refused, in words, with the title of the work it belongs to."""

    id: UUID
    table: str
    row_id: UUID
    code: str
    message: str
    advice: str
    column: str | None
    title: str
    at: datetime


def open_conflicts(connection: Connection) -> list[Conflict]:
    """Return what waits for a decision, oldest first; `mine` is what the mirror has now."""
    found = []
    for one in pending.open_conflicts(connection):
        table, row = one.key
        mine = read_image(connection, record_for(table), row)
        here = mine if not one.column else (mine or {}).get(one.column)
        base, mine_now, theirs = (_shown(one, side) for side in (one.base, here, one.theirs))
        at = None if one.their_at is None else from_microseconds(one.their_at)
        who = one.their_user, one.their_device, at
        found.append(
            Conflict(UUID(one.id), table, UUID(row), one.column, base, mine_now, theirs, *who)
        )
    return found


def decide(mirror: Mirror, conflict_id: UUID | str, keep: Any) -> Changes:
    """Settle a conflict: keep `"mine"`, `"theirs"`, `"both"`, or a third value for the column.

    The decision is a unit of work of the person who makes it. NotFound if it is not open;
    InvalidValue for a third value where the row itself is the question, and for both where the
    two are not texts that can be joined.
    """
    with mirror.unit("Decide a conflict") as unit:
        connection = unit.connection
        conflict = _find(pending.open_conflicts(connection), conflict_id, "conflict")
        record = record_for(conflict.key[0])
        row = UUID(conflict.key[1])
        drafts = _drafts_of(connection, [conflict.key])
        if conflict.column == "":
            if keep not in ("mine", "theirs"):
                raise InvalidValue("One side deleted this row.", "Keep mine or theirs.")
            if keep == "theirs":
                kin.take_theirs(unit, conflict)
            else:
                kin.keep_mine(unit, conflict, _author(mirror, connection))
        elif keep == "theirs":
            unit.update(record, row, _theirs(connection, conflict))
        elif keep == "both":
            unit.update(record, row, {conflict.column: _both(connection, conflict)})
        elif keep != "mine":
            others = dict.fromkeys(one_fact(record, conflict.column), 0)
            unit.update(record, row, {**others, conflict.column: keep})
        follows.settle(connection, conflict.key, drafts)
        # Keeping mine writes nothing, and is a person's work all the same.
        journal.touch(connection, str(unit.id), conflict.key)
        decision = keep if keep in ("mine", "theirs", "both") else "value"
        pending.close_conflict(connection, conflict, decision, _author(mirror, connection))
    changes = unit.changes
    with mirror.apply(durable=True) as connection:
        tidy(connection, conflict.key)
        for asked in pending.open_conflicts(connection):
            if asked.column == "":  # it may have come back, or gone, with the other
                tidy(connection, asked.key)
        pending.sweep(connection)
        _shed(connection, [conflict.key])
    return changes


def open_quarantine(connection: Connection) -> list[Refused]:
    """Return the refused edits that wait for a person, oldest first."""
    return [
        Refused(
            UUID(one.id),
            one.table,
            UUID(one.row_id),
            one.code,
            one.message,
            one.advice,
            one.column,
            _title(connection, one.units) or record_for(one.table).__titles__[0],
            from_microseconds(one.at),
        )
        for one in pending.open_refusals(connection)
    ]


def mended(connection: Connection) -> set[str]:
    """Return the ids of refused edits whose rows were edited since: they go with the next sync."""
    return {
        refusal.id
        for refusal in pending.open_refusals(connection)
        if _whole(connection, refusal)[0] - set(refusal.units)
    }


def retry(mirror: Mirror, refusal_id: UUID | str) -> Changes:
    """Let a refused edit go to central again with the next sync.

    One whose row left sight is made anew, as a unit of the person who retries; NotFound while
    the row is not there.
    """
    with mirror.read() as connection:
        refusal = _find(pending.open_refusals(connection), refusal_id, "refused edit")
        by = _author(mirror, connection)
    if refusal.code in pending.GONE:
        with mirror.unit("Retry an edit") as unit:
            for row in refusal.rows:
                _redo(unit, row)
                _ask_where_it_moved_on(unit, row)
            pending.close_refusal(unit.connection, refusal, "retried", by)
        return unit.changes
    with mirror.apply(durable=True) as connection:
        pending.close_refusal(connection, refusal, "retried", by)
    return _changes([row.key for row in refusal.rows])


def send_without(mirror: Mirror, refusal_id: UUID | str) -> Changes:
    """Take out of a refused row the link to one that is gone, and send it without.

    Every other unsent row that names it, and may do without, loses it too: a credit note names
    the visit of its invoice. NotFound where nothing of a refused edit is gone, or it needs it.
    """
    with mirror.unit("Send without what is gone") as unit:
        refusal = _find(pending.open_refusals(unit.connection), refusal_id, "refused edit")
        gone = dangling.lost(unit.connection, refusal)
        if gone is None:
            raise NotFound("Nothing that it can do without is gone.", "Retry it or discard it.")
        for (table, id), column in dangling.naming(unit.connection, gone):
            unit.update(record_for(table), UUID(id), {column: None})
    return unit.changes


def discard(mirror: Mirror, refusal_id: UUID | str, also: Collection[Key] = ()) -> Changes:
    """Give a refused edit up: its rows are again as central has them, or not there at all.

    What was saved together with one of them since goes with it, whole (`goes_with` tells which):
    a save reaches central whole or not at all. Refusal while part of that is on its way, and,
    naming them, while other unsent edits refer to a row that would vanish and are not among
    `also`, which a person agreed to (`needed_by` tells which).
    """
    with mirror.apply(durable=True) as connection:
        refusal = _find(pending.open_refusals(connection), refusal_id, "refused edit")
        by = _author(mirror, connection)
        units, keys = _whole(connection, refusal)
        needing = dangling.needing(connection, keys)
        _refuse_if_needed(connection, [key for key in needing if key not in also])
        for key in needing:
            units.update(journal.units_on(connection, key))
        if pending.under_way(connection, units):
            raise Refusal(
                "What was saved together with it is on its way to central.",
                "Sync first, then see whether it is still to be discarded.",
            )
        keys += needing
        journal.mark(connection, units, "discarded", by)
        drafts = _drafts_of(connection, keys)
        for key in keys:
            restore(connection, key)
        reckon(connection, drafts)
        for one in pending.open_refusals(connection):
            if one.id == refusal.id or any(row.key in needing for row in one.rows):
                pending.close_refusal(connection, one, "discarded", by)
        pending.sweep(connection)
        _shed(connection, keys)
    return _changes([*(row.key for row in refusal.rows), *keys])


def _drafts_of(connection: Connection, keys: Iterable[Key]) -> set[str]:
    """Return the invoices of which rows say what they come to, here or at central."""
    found: set[str] = set()
    for key in keys:
        edit = journal.pending_row(connection, key)
        found |= follows.drafts_of(connection, key[0], {key[1]: edit and edit.base})
    return found


def goes_with(connection: Connection, refusal_id: UUID | str) -> tuple[list[str], list[SentRow]]:
    """Return what discarding a refused edit takes back besides: the titles of the other saves
    that touched one of its rows, or a row of such a save, and the rows not of the refusal."""
    refusal = _find(pending.open_refusals(connection), refusal_id, "refused edit")
    units, keys = _whole(connection, refusal)
    own = {row.key for row in refusal.rows}
    titles = [_title(connection, [unit]) for unit in sorted(units - set(refusal.units))]
    rows = [row for key in keys if key not in own and (row := edit_on(connection, key))]
    return [title or "Edit" for title in titles], rows


def lost_link(connection: Connection, refusal_id: UUID | str) -> str | None:
    """Return the column of a refused row that names one which is gone; None if it needs it."""
    refusal = _find(pending.open_refusals(connection), refusal_id, "refused edit")
    return None if dangling.lost(connection, refusal) is None else refusal.column


def needed_by(connection: Connection, refusal_id: UUID | str) -> list[SentRow]:
    """Return the unsent rows that could not be without a refused edit, and go if it goes."""
    refusal = _find(pending.open_refusals(connection), refusal_id, "refused edit")
    needing = dangling.needing(connection, _whole(connection, refusal)[1])
    return [row for key in needing if (row := edit_on(connection, key))]


def _whole(connection: Connection, refusal: OpenRefusal) -> tuple[set[str], list[Key]]:
    """Return the units that cannot be told apart from those of a refusal, and their unsent rows."""
    units: set[str] = set()
    keys: dict[Key, None] = {}
    for row in refusal.rows if refusal.code not in pending.GONE else ():
        if row.key not in keys:
            more, rows = journal.entangled(connection, row.key)
            units |= more
            keys.update(dict.fromkeys(sorted(rows)))
    return units, list(keys)


def _shed(connection: Connection, keys: list[Key]) -> None:
    """Drop the rows that were here only for the sake of an edit which came to nothing."""
    since = window.first_day_in(connection)
    for table, id in keys:
        window.shed_rows(connection, table, [id], since)


def _redo(unit: Unit, row: SentRow) -> None:
    record, id = record_for(row.table), UUID(row.id)
    if row.op == "insert":
        kept = {name: row.values.get(name) for name in typed_columns(row.table)}
        unit.insert(record, from_image(record, kept), id)
    elif row.op == "update":
        unit.update(record, id, from_image(record, row.values))
    else:
        unit.delete(record, id)


def _ask_where_it_moved_on(unit: Unit, row: SentRow) -> None:
    """Ask about each column that somebody may have changed since the edit was made: what it was
    then is not known any more, as the row was not this person's to see."""
    edit = journal.pending_row(unit.connection, (row.table, row.id))
    if row.op == "insert" or edit is None or edit.base is None or edit.version == row.version:
        return
    if row.op == "delete":
        pending.open_conflict(unit.connection, row.key, "", (None, None, edit.base))
        return
    for column, mine in row.values.items():
        theirs = edit.base.get(column)
        if theirs != mine:
            sides = (None, mine, theirs)
            pending.open_conflict(unit.connection, row.key, column, sides)


def _refuse_if_needed(connection: Connection, needing: Sequence[Key]) -> None:
    named = [
        f"{record.__titles__[0]} {queries.label(connection, record, UUID(id))}"
        for record, id in ((record_for(table), id) for table, id in needing)
    ]
    if named:
        more = f" and {len(named) - 3} more" if len(named) > 3 else ""
        alone = len(named) == 1
        need = "Another edit that was not sent needs" if alone else "Other edits not sent yet need"
        that = "that one" if alone else "those"
        raise Refusal(
            f"{need} it: {', '.join(named[:3])}{more}.",
            f"Delete or change {that} first, or discard {that} with it.",
        )


def _title(connection: Connection, units: Iterable[str]) -> str:
    for unit in units:
        sql = "SELECT title FROM units WHERE id = ?"
        title = connection.exec_driver_sql(sql, (unit,)).scalar()
        if title:
            return str(title)
    return ""


def _find(found: list[Any], id: UUID | str, what: str) -> Any:
    for one in found:
        if one.id == str(id):
            return one
    raise NotFound(f"There is no open {what} {id}.", "Look at the list again.")


def _author(mirror: Mirror, connection: Connection) -> str:
    """Return who decides: the ledger names a person beside every decision."""
    author = mirror.state.get(connection, "author") or {}
    name = author.get("user_name") or author.get("user_id")
    if not name:
        raise NotSignedIn("Nobody is signed in on this copy.", "Run `fluffydesk sign-in`.")
    return str(name)


def _theirs(connection: Connection, conflict: OpenConflict) -> dict[str, Any]:
    """Return central's side of a column, and of the other that says one fact with it."""
    record = record_for(conflict.key[0])
    edit = journal.pending_row(connection, conflict.key)
    there = {**((edit and edit.base) or {}), conflict.column: _scalar(conflict.theirs)}
    columns = record.__table__.columns
    return {
        name: from_storage(columns[name], there.get(name))
        for name in one_fact(record, conflict.column)
    }


def _both(connection: Connection, conflict: OpenConflict) -> str:
    record = record_for(conflict.key[0])
    mine = (read_image(connection, record, conflict.key[1]) or {}).get(conflict.column)
    column = record.__table__.columns[conflict.column]
    both = join_texts(column, mine, conflict.theirs)
    if both is None:
        raise InvalidValue("These two cannot be joined.", "Keep mine, theirs, or another value.")
    return both


def _shown(conflict: OpenConflict, side: Value | Image) -> Any:
    record = record_for(conflict.key[0])
    if not conflict.column:
        return from_image(record, side) if isinstance(side, dict) else None
    return from_storage(record.__table__.columns[conflict.column], _scalar(side))


def _scalar(side: Value | Image) -> Value:
    assert not isinstance(side, dict)
    return side


def _changes(keys: list[Key]) -> Changes:
    tables: dict[str, set[UUID]] = {}
    for table, id in keys:
        tables.setdefault(table, set()).add(UUID(id))
    return Changes(tables)
