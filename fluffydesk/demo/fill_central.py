"""Puts a sample into a central: organizations, people and a year of rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, create_engine, make_url, text

from fluffydesk.central import administration
from fluffydesk.demo.companies import Company, Members
from fluffydesk.demo.fill import writer
from fluffydesk.demo.sample import moment_of
from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.organizations import Organization
from fluffydesk.records.types import now, today
from fluffydesk.records.users import OrganizationUser
from fluffydesk.records.vocabulary import Record

_ROWS_AT_ONCE = 10_000
_DEVICE = {"device": "Sample"}


@dataclass(frozen=True)
class Filled:
    """What was put into central for one organization."""

    company: Company
    organization_id: UUID
    rows: int


def fill_central(admin_url: str, company: Company) -> Filled:
    """Add an organization, its people and its sample to a central that has been set up.

    Works as the administrator, a table in one statement, so that every trigger runs and yet runs
    once a table: the rows reach clients like any others.
    """
    organization_id = administration.add_organization(admin_url, company.name, company.type)
    members = {
        person.key: administration.add_user(
            admin_url,
            person.email,
            person.password,
            str(organization_id),
            person.role,
            full_name=person.name,
        )
        for person in company.people
    }
    rows = company.rows(organization_id, today(), members, now())
    with _as_administrator(admin_url) as connection:
        connection.execute(text("select set_config('sync.device', :device, true)"), _DEVICE)
        _describe(connection, company, organization_id, members)
        for record in RECORDS:
            for start in range(0, len(rows.get(record, [])), _ROWS_AT_ONCE):
                some = rows[record][start : start + _ROWS_AT_ONCE]
                _insert(connection, record, some, writer(record, members))
    # The tables have grown from nothing: without this the planner would go by their old size.
    with _as_administrator(admin_url) as connection:
        connection.execute(text("analyze"))
    return Filled(company, organization_id, sum(len(found) for found in rows.values()))


def _describe(
    connection: Connection, company: Company, organization_id: UUID, members: Members
) -> None:
    organizations, people = Organization.__table__, OrganizationUser.__table__
    connection.execute(
        organizations.update().where(organizations.c.id == organization_id), company.details
    )
    for person in company.people:
        connection.execute(
            people.update()
            .where(
                people.c.organization_id == organization_id,
                people.c.user_id == members[person.key],
            )
            .values(title=person.title)
        )


def _insert(
    connection: Connection,
    record: type[Record],
    rows: list[dict[str, Any]],
    author: UUID | None,
) -> None:
    """Insert rows as old as their keys. Central's triggers fill in the rest of what it keeps."""
    table = record.__table__.name
    names = ", ".join((*rows[0], "created_at", "updated_by"))
    connection.execute(
        text(
            f"insert into public.{table} ({names}) select {names} "
            f"from jsonb_populate_recordset(null::public.{table}, cast(:rows as jsonb))"
        ),
        {"rows": json.dumps([_plain(row, author) for row in rows])},
    )


def _plain(row: Mapping[str, Any], author: UUID | None) -> dict[str, Any]:
    """A row as JSON can carry it without loss; Postgres reads the texts by its columns' types."""
    kept = {**row, "created_at": moment_of(row["id"]), "updated_by": author}
    return {
        name: value.isoformat()
        if isinstance(value, date)
        else str(value)
        if isinstance(value, UUID | Decimal)
        else value
        for name, value in kept.items()
    }


@contextmanager
def _as_administrator(url: str) -> Iterator[Connection]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
