"""Rows and values by the names people know them by."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection

from fluffydesk.mirror import queries
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import Record, facts_of
from fluffydesk.ui.fields.texts import text_of

NOTHING = "(empty)"


def value_text(connection: Connection, column: Column[Any], value: Any) -> str:
    """Return a value as a person reads it; a link as the label of its row."""
    target = facts_of(column).target
    if value is not None and target is not None:
        label = queries.label(connection, record_for(target), value)
        return label or "somebody or something you may not see"
    return text_of(column, value, unit=True) or NOTHING


def name_of(connection: Connection, record: type[Record], row_id: UUID) -> str:
    """Return "Animal 1042 Bella"; only "Animal" where the row is not here any more."""
    return f"{record.__titles__[0]} {label_of(connection, record, row_id)}".strip()


def label_of(connection: Connection, record: type[Record], row_id: UUID) -> str:
    """Return what names a row, its days and kinds in words; nothing where it is not here."""
    columns = [record.__table__.columns[name] for name in record.__label__]
    if any(facts_of(column).target is not None for column in columns):
        return queries.label(connection, record, row_id)
    found = queries.one(connection, record, row_id)
    if found is None:
        return ""
    texts = [text_of(column, found._mapping[column.name]) for column in columns]
    return " · ".join(text for text in texts if text)
