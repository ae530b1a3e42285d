"""What a rule is, and how one looks up the row it asks about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.records.vocabulary import Record

Rule = Callable[[Connection, Row[Any] | None, Row[Any] | None], None]
"""Refuses a row: asked with it as it was and as it is now, within the unit that changed it."""


def row_of(connection: Connection, record: type[Record], row_id: UUID) -> Row[Any] | None:
    """Return a row with every column; None where it is not there."""
    table = record.__table__
    return connection.execute(select(table).where(table.c.id == row_id)).first()
