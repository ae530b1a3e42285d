"""Columns of a list that its table does not have: a pet's client, read by the index of links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Text, func, select

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
