"""What a farm keeps of its animals and flocks beyond the usual: own fields and what stands in them.

A definition says once what there is; a value is a row of its own, which keeps the kind and unit
that it was entered with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Row, select

from fluffydesk.actions.saving import check, parse, row_with
from fluffydesk.errors import InvalidValue, NotFound
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.own import named, own_column, value_column
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.catalog import record_for
from fluffydesk.records.enums.reviews import CustomFieldKind, CustomFieldSubject
from fluffydesk.records.reviews import CustomField, CustomFieldDefinition
from fluffydesk.records.vocabulary import facts_of

Value = str | Decimal | date | bool
_COLUMNS = {kind: value_column(kind).name for kind in CustomFieldKind}


@dataclass(frozen=True)
class OwnFact:
    """One own field of one animal or flock; `value` is None where nothing was entered."""

    name: str
    kind: CustomFieldKind
    unit: str | None
    value: Value | None = None


def definitions(connection: Connection, subject: CustomFieldSubject) -> list[Row[Any]]:
    """Return the own fields of animals or of flocks, in the order the farm gave them."""
    table = CustomFieldDefinition.__table__
    mine = select(table).where(table.c.subject == subject)
    return list(connection.execute(mine.order_by(table.c.position, table.c.name)))


def own_facts(
    connection: Connection, subject: CustomFieldSubject, entity_id: UUID
) -> list[OwnFact]:
    """Return every own field of an animal or flock: those defined, then those defined no more."""
    table = CustomField.__table__
    rows = connection.execute(
        select(table)
        .where(table.c.entity_table == subject.table, table.c.entity_id == entity_id)
        .order_by(table.c.position, table.c.name)
    )
    there = {row.name: row for row in rows if row.kind in _COLUMNS}
    found = []
    for one in definitions(connection, subject):
        row = there.pop(one.name, None)
        if row is None or row.kind != one.kind:
            found.append(OwnFact(one.name, one.kind, one.unit))
        else:
            found.append(OwnFact(one.name, one.kind, row.unit, _value_of(row)))
        if row is not None and row.kind != one.kind:
            there[one.name] = row
    return found + [OwnFact(row.name, row.kind, row.unit, _value_of(row)) for row in there.values()]


def keep_own_fact(
    mirror: Mirror,
    subject: CustomFieldSubject,
    entity_id: UUID,
    name: str,
    typed: str,
) -> Changes:
    """Keep what was typed in an own field of an animal or flock; nothing typed takes it away.

    NotFound where the animal, the flock or the field is there no more; InvalidValue with the
    field's name where what was typed is not of its kind.
    """
    return keep_own_facts(mirror, subject, entity_id, {name: typed})


def keep_own_facts(
    mirror: Mirror, subject: CustomFieldSubject, entity_id: UUID, typed: Mapping[str, str]
) -> Changes:
    """Keep what was typed in several own fields, by their names, in one unit of work."""
    names = ", ".join(typed)
    with mirror.unit(f"{names} of {subject.value.removesuffix('s')}") as unit:
        if row_with(unit.connection, record_for(subject.table), id=entity_id) is None:
            raise NotFound("This is not there any more.", "It was deleted, here or elsewhere.")
        for name, text in typed.items():
            _keep(unit, subject, entity_id, name, text)
    return unit.changes


def _keep(unit: Unit, subject: CustomFieldSubject, entity_id: UUID, name: str, typed: str) -> None:
    connection = unit.connection
    key = {"entity_table": subject.table, "entity_id": entity_id, "name": name}
    before = row_with(connection, CustomField, **key)
    shape = row_with(connection, CustomFieldDefinition, subject=subject, name=name) or before
    if shape is None:
        raise NotFound(f"There is no field {name} any more.", "Define it again in Settings.")
    value = _typed(name, shape.kind, typed)
    if value is None:
        if before is not None:
            unit.delete(CustomField, before.id)
        return
    values = kept_as(shape.kind, shape.unit, shape.position, value)
    if before is None:
        unit.insert(CustomField, check(CustomField, {**key, **values}))
    else:
        unit.update(CustomField, before.id, check(CustomField, values, partial=True))


def kept_as(kind: CustomFieldKind, unit: str | None, position: int, value: Value) -> dict[str, Any]:
    """Return the columns of a custom field that hold a value, all others of a value empty."""
    empty: dict[str, Any] = dict.fromkeys(_COLUMNS.values())
    return {**empty, "kind": kind, "unit": unit, "position": position, _COLUMNS[kind]: value}


def own_columns(connection: Connection, subject: CustomFieldSubject) -> list[Column[Any]]:
    """Return the own fields as columns of a list, in the order the farm gave them."""
    return [own_column(one.kind, one.name, one.unit) for one in definitions(connection, subject)]


def text_to_type(value: Value | None) -> str:
    """Return a value as somebody would type it into `keep_own_fact`."""
    if value is None:
        return ""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def value_typed(column: Column[Any], typed: str) -> Value | None:
    """Return what `text_to_type` made a text of, for the column of an own field."""
    kind, name = named(column.name)
    return _typed(name, kind, typed)


def _typed(name: str, kind: CustomFieldKind, typed: str) -> Value | None:
    column = _COLUMNS[kind]
    try:
        values = check(CustomField, parse(CustomField, {column: typed}), partial=True)
    except InvalidValue as problem:
        label = facts_of(CustomField.__table__.c[column]).label
        message = f"{name}{problem.message.removeprefix(label)}"
        raise InvalidValue(message, problem.advice, field=name) from None
    found: Value | None = values.get(column)
    return found


def _value_of(row: Row[Any]) -> Value | None:
    found: Value | None = getattr(row, _COLUMNS[row.kind])
    return found
