"""Columns of a list that its table does not have: a pet's client, read by the index of links.

Such a list is put in order by following that of the clients: to look each pet's client up and sort
the names takes seconds, where there are hundreds of thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Text,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from fluffydesk.mirror.crossing import CROSSED
from fluffydesk.mirror.listing import Listing
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.vocabulary import Facts


@dataclass(frozen=True)
class Borrowed:
    """What stands in another table: the column as it is shown, `<column>__label` its text."""

    column: Column[Any]
    text: Any
    """SQL for one row of the table, an empty text where there is none."""
    tables: frozenset[str]
    """What it is read from."""


CLIENT = "client"
"""The column of a listed pet that says whose it is."""


def _client() -> Borrowed:
    """The card that is kept is named where another desk still wrote to one that was merged."""
    link, own = ClinicPatient.__table__.alias("whose"), ClinicClient.__table__.alias("brings")
    kept = ClinicClient.__table__.alias("brings_now")
    name = (
        select(func.coalesce(kept.c.full_name, own.c.full_name))
        .select_from(
            link.join(own, own.c.id == link.c.client_id).outerjoin(
                kept, kept.c.id == own.c.merged_into_id
            )
        )
        .where(link.c.pet_id == Pet.__table__.c.id)
        .correlate(Pet.__table__)
        .limit(1)
        .scalar_subquery()
    )
    facts = Facts("Client", target=ClinicClient.__table__.name)
    return Borrowed(
        Column(CLIENT, Text(), info={"facts": facts}),
        func.coalesce(name, "", type_=Text()),
        frozenset({ClinicPatient.__table__.name, ClinicClient.__table__.name}),
    )


_BORROWED = {Pet.__table__.name: {CLIENT: _client()}}


def borrowed_by(table: str) -> dict[str, Borrowed]:
    """Return the columns that a table's lists may show of others, by their names."""
    return _BORROWED.get(table, {})


def column_of(table: Any, name: str) -> Column[Any]:
    """Return a column of a table's list, its own or a borrowed one."""
    there: Borrowed | None = borrowed_by(table.name).get(name)
    column: Column[Any] = table.columns[name] if there is None else there.column
    return column


def keys_in_order(
    connection: Connection, listing: Listing, conditions: Sequence[ColumnElement[bool]]
) -> CompoundSelect[Any] | None:
    """Return the query for the keys of the pets that fit some conditions, in the order of their
    clients, those without one last; None where the list has another order.

    What leads from pets to clients has to be ready, and a pet to have one client.
    """
    if listing.record is not Pet or [by.column for by in listing.order] != [CLIENT]:
        return None
    crossed, pets = CROSSED.alias("links"), Pet.__table__
    links, own = crossed.c, literal_column("+links.shared") == 0
    twice = select(links.pet_row).where(own).group_by(links.pet_row)
    if connection.execute(twice.having(func.count(links.link) > 1).limit(1)).first():
        return None
    client, kept = ClinicClient.__table__.alias("client"), ClinicClient.__table__.alias("kept")
    # With a plus SQLite goes from the clients, as they are listed, to their pets.
    its: Any = literal_column("+client.rowid", type_=Integer())
    row: Any = literal_column(f"{pets.name}.rowid", type_=Integer())
    known = client.join(crossed, links.client_row == its)
    if conditions:
        known = known.join(pets, row == links.pet_row)
    into = known.outerjoin(kept, kept.c.id == client.c.merged_into_id)
    now = func.natural(func.coalesce(kept.c.full_name, client.c.full_name))
    here = (own, links.pet_row.is_not(None), *conditions)
    alone: Any = literal_column("+client.merged_into_id")
    brought = select(links.pet_row).where(own, links.client_row.is_not(None), links.pet_row == row)
    every = union_all(
        select(links.pet_row, func.natural(client.c.full_name))
        .select_from(known)
        .where(alone.is_(None), *here),
        select(links.pet_row, now).select_from(into).where(client.c.merged_into_id > "", *here),
        select(row, null()).where(~brought.correlate(pets).exists(), *conditions).select_from(pets),
    )
    name: Any = literal_column("2")
    by_name = name.desc() if listing.order[0].descending else name.asc()
    return every.order_by(by_name.nulls_last(), literal_column("1"))
