"""The farm's own fields in an import: as columns to choose, and as rows beside those of a line."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, select

from fluffydesk.actions.importing.plans import Planned
from fluffydesk.actions.importing.subjects import OwnField, Subject
from fluffydesk.actions.own_fields import Value, definitions, kept_as, value_typed
from fluffydesk.actions.saving import check
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.own import is_own, own_column, value_column
from fluffydesk.records.enums.reviews import CustomFieldKind, CustomFieldSubject
from fluffydesk.records.reviews import CustomField
from fluffydesk.records.types import new_id
from fluffydesk.records.vocabulary import Record

_OF = {one.table: one for one in CustomFieldSubject}
_TABLE = CustomField.__table__


def with_own(mirror: Mirror, subject: Subject) -> Subject:
    """Return a subject with the farm's own fields among what a column of a file can be."""
    of = _OF.get(subject.record.__table__.name)
    if of is None:
        return subject
    with mirror.read() as connection:
        found = definitions(connection, of)
    own = (
        OwnField(
            own_column(one.kind, one.name, one.unit), one.name, one.kind, one.unit, one.position
        )
        for one in found
    )
    return replace(subject, own=tuple(own))


def own_value(field: OwnField, text: str) -> Value | None:
    """Return what a cell says of an own field, with its unit or without. Raises InvalidValue."""
    text = text.strip()
    unit = field.unit or ""
    if field.kind is CustomFieldKind.NUMBER and text.casefold().endswith(unit.casefold()):
        text = text[: len(text) - len(unit)].rstrip()
    return value_typed(field.column, text)


def without_own(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a line says of the columns of its record, without own fields."""
    return {name: value for name, value in values.items() if not is_own(name)}


def own_rows(
    connection: Connection,
    organization: UUID,
    head: tuple[type[Record], UUID],
    said: Iterable[tuple[OwnField, Value]],
    line: int,
    told: str,
) -> dict[str, Planned]:
    """Return the rows that a line's own fields add or change, by the columns of the fields.

    Those that are here with the same value are left out. Ids follow from the animal or flock and
    the field's name: two PCs that import a file make one row.
    """
    table, entity_id = head[0].__table__.name, head[1]
    mine = select(_TABLE).where(_TABLE.c.entity_table == table, _TABLE.c.entity_id == entity_id)
    here = {row.name: row._asdict() for row in connection.execute(mine)}
    rows: dict[str, Planned] = {}
    for one, value in said:
        before = here.get(one.name)
        kept = {"name": one.name, **kept_as(one.kind, one.unit, one.position, value)}
        told_so = f"{told}, {one.name}"
        if before is None:
            key = {"entity_table": table, "entity_id": entity_id}
            row_id = _free_id(connection, organization, {**key, "name": one.name})
            new = check(CustomField, {**key, **kept})
            rows[one.column.name] = Planned(CustomField, row_id, new, line, told_so, of=head)
        elif before["kind"] != one.kind or before[value_column(one.kind).name] != value:
            was = {name: before[name] for name in kept}
            changed = check(CustomField, kept, partial=True)
            rows[one.column.name] = Planned(
                CustomField, before["id"], changed, line, told_so, was, of=head
            )
    return rows


def own_said(row: Planned) -> tuple[Column[Any], Value, str | None]:
    """Return the own field of a row that `own_rows` made, as a column, its value and unit."""
    kind = CustomFieldKind(row.values["kind"])
    value = row.values[value_column(kind).name]
    return own_column(kind, row.values["name"]), value, row.values["unit"]


def _free_id(connection: Connection, organization: UUID, key: Mapping[str, Any]) -> UUID:
    words = ":".join((_TABLE.name, *map(str, key.values())))
    row_id = uuid.uuid5(organization, words)
    taken = connection.execute(select(_TABLE.c.id).where(_TABLE.c.id == row_id)).first()
    return row_id if taken is None else new_id()
