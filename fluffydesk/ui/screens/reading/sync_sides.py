"""The sides of a conflict in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from fluffydesk.mirror import journal
from fluffydesk.mirror.images import from_image, read_image
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import Record, facts_of, record_columns
from fluffydesk.sync.merge import one_fact
from fluffydesk.sync.resolve import Conflict
from fluffydesk.ui.naming import value_text


def sides_of(connection: Connection, conflict: Conflict) -> tuple[str, str, str]:
    """Return what a column was, is here and is at central: "No percentage", "10.00 %", "4.80".

    What may be said as a share or as an amount is told as each side said it. Which amount it was
    before is not known.
    """
    record = record_for(conflict.table)
    columns = record.__table__.columns
    names = one_fact(record, conflict.column)
    sides = (conflict.base, conflict.mine, conflict.theirs)
    base, mine, theirs = (value_text(connection, columns[conflict.column], side) for side in sides)
    if len(names) == 1:
        return base, mine, theirs
    key = (conflict.table, str(conflict.row_id))
    edit = journal.pending_row(connection, key)
    told = []
    for image in (read_image(connection, record, key[1]), edit and edit.base):
        values = from_image(record, image or {})
        name = next((one for one in names if values.get(one)), names[-1])
        told.append(value_text(connection, columns[name], values.get(name)))
    unknown = conflict.column == names[0] and not conflict.base
    return "No percentage" if unknown else base, told[0], told[1]


def row_side(
    connection: Connection,
    record: type[Record],
    base: Mapping[str, Any] | None,
    side: Mapping[str, Any] | None,
) -> str:
    """Say what one side made of a whole row: deleted, left alone, or which columns it changed."""
    if side is None:
        return "Deleted"
    before = base or {}
    changed = [
        f"{facts_of(column).label}: {value_text(connection, column, side.get(column.name))}"
        for column in record_columns(record)
        if side is not base and side.get(column.name) != before.get(column.name)
    ]
    return "\n".join(changed) or "As it was"
