"""Rows for the tests of central: one of every table for an organization, and parcels of edits."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from psycopg import sql
from sqlalchemy import Column, Enum, Time

from fluffydesk.central.messages import Device
from fluffydesk.records.catalog import MIRRORED, RECORDS
from fluffydesk.records.types import ExactDecimal, Key, UtcTime, new_id
from fluffydesk.records.vocabulary import ForAll, facts_of
from tests.central.fitting import FITTING

BARN = Device(UUID("0199aaaa-0000-7000-8000-000000000001"), "Barn", "0.1")
HOUSE = Device(UUID("0199aaaa-0000-7000-8000-000000000002"), "House", "0.1")

EVERY_COLUMN = {
    record.__table__.name: [column.name for column in record.__table__.columns]
    for record in MIRRORED
}

Rows = dict[str, UUID]

_number = count(1)


def fill(admin: Any, organization_id: UUID, user_id: UUID) -> Rows:
    """Give an organization one row in every table, as the administrator; return their ids."""
    made: Rows = {"organizations": organization_id, "profiles": user_id}
    query = "select id from organization_users where organization_id = %s and user_id = %s"
    made["organization_users"] = admin.execute(query, (organization_id, user_id)).fetchone()[0]
    for record in RECORDS:
        table = record.__table__
        found = None
        if isinstance(record.__scope__, ForAll):
            found = admin.execute(f"select id from {table.name} order by id limit 1").fetchone()
        if found is not None:
            made[table.name] = found[0]
        elif table.name == "audit_logs":
            query = "select id from audit_logs where organization_id = %s limit 1"
            made["audit_logs"] = admin.execute(query, (organization_id,)).fetchone()[0]
        elif table.name == "group_members":  # who founds a group is in it
            query = "select id from group_members where group_id = %s"
            found = admin.execute(query, (made["community_groups"],)).fetchone()
            made["group_members"] = found[0]
        elif table.name not in made:
            made[table.name] = new_id()
            values = {"id": made[table.name]}
            values |= {column.name: a_value(column, made) for column in wanted(table.columns)}
            if table.name == "pets":
                values |= {"registered_by": organization_id}
            elif table.name in ("event_participants", "event_attendees"):
                values |= {"user_id": user_id}
            given = FITTING.get(table.name, {})
            values |= {name: v(made) if callable(v) else v for name, v in given.items()}
            insert(admin, table.name, values)
    return made


def wanted(columns: Any) -> list[Column[Any]]:
    return [c for c in columns if not c.nullable and (not c.server_default or _is_callers(c))]


def _is_callers(column: Column[Any]) -> bool:
    """Say whether its default is who asks, which an administrator is not."""
    return "auth.uid()" in str(getattr(column.server_default, "arg", ""))


def a_value(column: Column[Any], made: Rows) -> Any:
    """Return a value the column takes: a link to what was made, else something plain."""
    target = facts_of(column).target
    if column.name == "id":
        return made[column.table.name]
    if target:
        return made[target]
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    if isinstance(column.type, ExactDecimal):
        return Decimal(1)
    place = list(column.table.columns).index(column)
    if isinstance(column.type, UtcTime):  # what starts, ends
        return datetime.fromisoformat("2026-05-04T09:00Z") + timedelta(minutes=place)
    if isinstance(column.type, Time):
        return time(9, place)
    if isinstance(column.type, Key):
        return uuid4()
    kind = column.type.python_type
    minimum = facts_of(column).minimum
    if kind is int:
        return minimum if isinstance(minimum, int) else 1
    return date(2026, 5, 4) + timedelta(days=place) if kind is date else f"x{next(_number)}"


def insert(connection: Any, table: str, values: dict[str, Any]) -> None:
    connection.execute(
        sql.SQL("insert into public.{} ({}) values ({})").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, values)),
            sql.SQL(", ").join(map(sql.Placeholder, values)),
        ),
        values,
    )


def adding(table: str, organization_id: UUID | None, **values: Any) -> dict[str, Any]:
    """Return the row of a parcel that inserts; its id is new unless given."""
    row_id = str(values.pop("id", new_id()))
    given = {"id": row_id, **values}
    if organization_id is not None:
        given["organization_id"] = str(organization_id)
    given = {name: str(v) if isinstance(v, UUID) else v for name, v in given.items()}
    return {"table": table, "id": row_id, "op": "insert", "version": None, "values": given}


def changing(table: str, row_id: Any, version: int, **values: Any) -> dict[str, Any]:
    return {
        "table": table,
        "id": str(row_id),
        "op": "update",
        "version": version,
        "values": values,
    }


def deleting(table: str, row_id: Any, version: int) -> dict[str, Any]:
    return {"table": table, "id": str(row_id), "op": "delete", "version": version, "values": {}}


def parcel(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(uuid4()), "rows": list(rows)}


def a_group(organization_id: UUID, name: str = "Cows", **values: Any) -> dict[str, Any]:
    """Return the row of a parcel that inserts a group of animals: the plainest table."""
    given = {"purpose": "dairy", "status": "active"} | values
    return adding("livestock_batches", organization_id, name=name, **given)
