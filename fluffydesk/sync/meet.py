"""Where a row of central meets the mirror: taken as it is, or merged with what was not sent yet."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from enum import Enum
from functools import cache

from sqlalchemy import Connection

from fluffydesk.mirror import journal, pending
from fluffydesk.mirror.images import Image, Value, drop_rows, read_image, read_images, write_images
from fluffydesk.mirror.journal import Key, Pending
from fluffydesk.mirror.pending import OUT_OF_SIGHT, OpenRefusal, SentRow
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import new_id
from fluffydesk.records.vocabulary import Record, record_columns
from fluffydesk.sync import follows, kin
from fluffydesk.sync.merge import merge, one_fact, policies_of
from fluffydesk.sync.words import Refused, in_words


class Gone(Enum):
    """Why central shows no such row: nobody has it any more, or this person may not see it."""

    DELETED = "delete"
    OUT_OF_SIGHT = "leave"


Theirs = Image | Gone


def meet(connection: Connection, table: str, rows: Mapping[str, Theirs]) -> None:
    """Bring rows of one table, by id, to what central has; unsent edits are merged, never lost.

    The connection is that of `Mirror.apply`. Rows come in any order and may come again.
    """
    record = record_for(table)
    edited = {key[1] for key in _edited(connection, table, rows)}
    drafts = follows.drafts_of(connection, table, rows)
    _take(connection, record, {id: theirs for id, theirs in rows.items() if id not in edited})
    for id in edited:
        _meet_edited(connection, record, (table, id), rows[id])
    reckon(connection, drafts)


def reckon(connection: Connection, drafts: Iterable[str]) -> None:
    """Let drafts that are edited here come to what their lines say."""
    for id in follows.reckon_drafts(connection, drafts):
        tidy(connection, (follows.DRAFTS, id))


def _take(connection: Connection, record: type[Record], rows: Mapping[str, Theirs]) -> None:
    """Bring rows that nobody edited to what central has."""
    write_images(connection, record, [image for image in rows.values() if isinstance(image, dict)])
    gone = [id for id, theirs in rows.items() if isinstance(theirs, Gone)]
    deleted = [id for id in gone if rows[id] is Gone.DELETED]
    stay = kin.stay_with(connection, record.__table__.name, deleted)
    drop_rows(connection, record, [id for id in gone if id not in stay])
    unseen = [id for id, theirs in rows.items() if theirs is Gone.OUT_OF_SIGHT]
    forget_sides(connection, record.__table__.name, unseen)


def _edited(connection: Connection, table: str, ids: Iterable[str]) -> set[Key]:
    sql = "SELECT row_id FROM pending_rows WHERE table_name = ?"
    found = set(connection.exec_driver_sql(sql, (table,)).scalars())
    return {(table, id) for id in found.intersection(ids)}


def _meet_edited(connection: Connection, record: type[Record], key: Key, theirs: Theirs) -> None:
    edit = journal.pending_row(connection, key)
    if edit is None:  # it was set aside with a row that left sight just now
        _take(connection, record, {key[1]: theirs})
        return
    mine = read_image(connection, record, key[1])
    if theirs is Gone.OUT_OF_SIGHT:
        set_aside(connection, [key], OUT_OF_SIGHT)
    elif isinstance(theirs, Gone):
        _deleted_there(connection, edit, mine)
    elif mine is None:
        _deleted_here(connection, edit, theirs)
    else:
        _merge_rows(connection, record, edit, mine, theirs)
    tidy(connection, key)


def _deleted_there(connection: Connection, edit: Pending, mine: Image | None) -> None:
    """The edit survives: a person decides whether the row comes back with it."""
    if mine is None:
        pending.forget(connection, edit.key)
    elif edit.base is not None:
        journal.keep_base(connection, edit.key, None)
        pending.open_conflict(connection, edit.key, "", (edit.base, mine, None))


def _deleted_here(connection: Connection, edit: Pending, theirs: Image) -> None:
    journal.keep_base(connection, edit.key, theirs)
    asked = any(one.column == "" for one in pending.open_conflicts(connection, edit.key))
    if asked or (edit.base is not None and differs(edit.key[0], edit.base, theirs)):
        sides = (edit.base, None, theirs)
        pending.open_conflict(connection, edit.key, "", sides, who_changed(connection, theirs))


def _merge_rows(
    connection: Connection, record: type[Record], edit: Pending, mine: Image, theirs: Image
) -> None:
    key, base = edit.key, edit.base
    asked = {one.column: one for one in pending.open_conflicts(connection, key)}
    if "" in asked:
        # Deleted there and back again: merge from the row as it was before.
        before = asked[""].base
        base = before if base is None and isinstance(before, dict) else base
        pending.close_conflict(connection, asked.pop(""), "settled")
    if base is None or differs(key[0], base, theirs):
        journal.mark(connection, journal.units_on(connection, key), "merged")
    merged = merge(base or {}, mine, theirs, policies_of(record))
    image = follows.with_following(connection, record, merged.image, theirs)
    merged = replace(merged, image=image)
    write_images(connection, record, [merged.image])
    journal.keep_base(connection, key, theirs)
    who = who_changed(connection, theirs)
    for one in merged.conflicts:
        first = asked.pop(one.column, None)
        was = one.base if first is None else first.base
        for other in (asked.pop(name, None) for name in one_fact(record, one.column)):
            if other is not None:  # it was asked about the same in another column
                pending.close_conflict(connection, other, "settled")
        sides = (was, one.mine, one.theirs)
        pending.open_conflict(connection, key, one.column, sides, who)
    for one_asked in asked.values():
        column = one_asked.column
        sides_now = (one_asked.base, merged.image.get(column), theirs.get(column))
        if sides_now[2] != one_asked.theirs:
            pending.open_conflict(connection, key, column, sides_now, who)


def tidy(connection: Connection, key: Key) -> None:
    """Close what is no question any more, and forget the row if it is as central has it."""
    edit = journal.pending_row(connection, key)
    if edit is None:
        return
    mine = read_image(connection, record_for(key[0]), key[1])
    for conflict in pending.open_conflicts(connection, key):
        column = conflict.column
        if column == "":
            both = (mine is None) == (edit.base is None)
            answered = both or (conflict.theirs is None) != (edit.base is None)
        elif mine is None or edit.base is None:
            answered = True
        else:
            names = one_fact(record_for(key[0]), column)
            answered = all(mine.get(name) == edit.base.get(name) for name in names)
        if answered:
            pending.close_conflict(connection, conflict, "settled")
    if not differs(key[0], edit.base, mine):
        restore(connection, key)  # one deleted and written again lacks central's version


@cache
def typed_columns(table: str) -> tuple[str, ...]:
    """Return the columns that people fill in: the ones that are compared and sent."""
    return tuple(column.name for column in record_columns(record_for(table)))


def difference(table: str, base: Image | None, mine: Image | None) -> Image:
    """Return mine in the columns that people fill in and that differ from the base."""
    was, here = base or {}, mine or {}
    return {
        name: here.get(name) for name in typed_columns(table) if here.get(name) != was.get(name)
    }


def differs(table: str, base: Image | None, mine: Image | None) -> bool:
    """Say whether two images of a row differ in what people fill in, or in being there."""
    return (base is None) != (mine is None) or bool(difference(table, base, mine))


def edit_of(edit: Pending, mine: Image | None, without: Collection[str] = ()) -> SentRow | None:
    """Return an unsent edit as central would be asked for it, leaving some columns as they are
    there; None if there is nothing to ask."""
    table, id = edit.key
    if mine is None and edit.base is None:
        return None
    if mine is None:
        return SentRow(table, id, "delete", edit.version, {}, None)
    if edit.base is None:
        sent = (*typed_columns(table), "organization_id")
        values = {name: mine[name] for name in sent if name in mine}
        return SentRow(table, id, "insert", None, values, mine)
    changed = difference(table, edit.base, mine)
    values = {name: value for name, value in changed.items() if name not in without}
    if not values:
        return None
    return SentRow(table, id, "update", edit.version, values, {**edit.base, **values})


def set_aside(connection: Connection, keys: list[Key], code: str) -> None:
    """Drop rows that may not be seen any more; an unsent edit of one goes to quarantine.

    With it goes all that was saved with it: a save reaches central whole or not at all.
    """
    for key in keys:
        if edit_on(connection, key) is None:
            restore(connection, key)
        else:
            units, rows = journal.entangled(connection, key)
            sent = [row for one in sorted(rows) if (row := _kept_of(connection, one))]
            words = in_words(Refused(code, table=key[0]))
            refusal = OpenRefusal(
                str(new_id()),
                tuple(sorted(units)),
                tuple(sent),
                code,
                *key,
                None,
                *words.told,
                journal.moment(),
            )
            pending.put_refusal(connection, refusal, None)
            for one in rows:
                restore(connection, one)
        drop_rows(connection, record_for(key[0]), [key[1]])
        forget_sides(connection, key[0], [key[1]])


def _kept_of(connection: Connection, key: Key) -> SentRow | None:
    """Return what is kept of an edit that is set aside: what else the row holds is not this
    person's to have any more. Without a version where a question was open: it is asked again."""
    row = edit_on(connection, key)
    if row is None:
        return None
    asked = bool(pending.open_conflicts(connection, key))
    return replace(row, image=None, version=None if asked else row.version)


def forget_sides(connection: Connection, table: str, ids: Iterable[str]) -> None:
    """Forget the values of decided conflicts about rows that left sight, not that there were any:
    what others made of such a row is not this person's to have any more."""
    wanted = json.dumps(list(ids))
    if wanted != "[]":
        connection.exec_driver_sql(
            "UPDATE conflicts SET base = 'null', mine = 'null', theirs = 'null' "
            "WHERE decision IS NOT NULL AND table_name = ? "
            "AND row_id IN (SELECT value FROM json_each(?))",
            (table, wanted),
        )


def edit_on(connection: Connection, key: Key) -> SentRow | None:
    """Return the unsent edit of a row as central would be asked for it; None if there is none."""
    edit = journal.pending_row(connection, key)
    if edit is None:
        return None
    return edit_of(edit, read_image(connection, record_for(key[0]), key[1]))


def restore(connection: Connection, key: Key) -> None:
    """Take an unsent edit back: the row is again as central has it, or not there at all."""
    edit = journal.pending_row(connection, key)
    if edit is None:
        return
    record = record_for(key[0])
    if edit.base is None:
        drop_rows(connection, record, [key[1]])
    else:
        write_images(connection, record, [edit.base])
    pending.forget(connection, key)


def who_changed(connection: Connection, theirs: Image) -> tuple[str | None, str | None, int | None]:
    """Return by whom, on which device and when central's row was last changed."""
    user: Value = theirs.get("updated_by")
    profiles = read_images(connection, record_for("profiles"), [str(user)]) if user else {}
    person = profiles.get(str(user), {})
    name = person.get("full_name") or person.get("email")
    device, at = theirs.get("updated_device"), theirs.get("updated_at")
    return (
        None if name is None else str(name),
        None if device is None else str(device),
        at if isinstance(at, int) else None,
    )
