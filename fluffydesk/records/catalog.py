"""Every record there is, in an order in which each comes after the ones it points to."""

from __future__ import annotations

from functools import cache
from graphlib import TopologicalSorter
from inspect import isclass
from types import ModuleType

from fluffydesk.errors import NotFound
from fluffydesk.records import (
    analytics,
    booking,
    breeding,
    clinic,
    commerce,
    communication,
    community,
    events,
    farm,
    farm_resources,
    iot,
    livestock,
    lost_found,
    medical,
    organizations,
    payments,
    pets,
    reference,
    reviews,
    system,
    users,
)
from fluffydesk.records.access import Mine, Named, Of, Person, Through, Verb, every_way
from fluffydesk.records.enums import OrgType, Role
from fluffydesk.records.vocabulary import Record, record_columns, tie

SUBJECTS: tuple[ModuleType, ...] = (
    users,
    pets,
    medical,
    booking,
    communication,
    organizations,
    commerce,
    payments,
    community,
    lost_found,
    breeding,
    livestock,
    farm,
    farm_resources,
    analytics,
    system,
    events,
    reviews,
    reference,
    iot,
    clinic,
)
"""The subjects in the order of the platform's page, and a clinic's own papers."""


def records_of(subject: ModuleType) -> tuple[type[Record], ...]:
    """Return the records that a subject's module declares, as they stand there."""
    return tuple(
        value
        for value in vars(subject).values()
        if isclass(value)
        and issubclass(value, Record)
        and value.__module__ == subject.__name__
        and hasattr(value, "__table__")
    )


def _parents_first() -> tuple[type[Record], ...]:
    declared = {record.__table__.name: record for s in SUBJECTS for record in records_of(s)}
    parents = {name: sorted(_parents(record) - {name}) for name, record in declared.items()}
    return tuple(declared[name] for name in TopologicalSorter(parents).static_order())


def _parents(record: type[Record]) -> set[str]:
    links = [column.info["link"] for column in record.__table__.columns if "link" in column.info]
    return {key.partition(".")[0] for key, _ in links}


RECORDS: tuple[type[Record], ...] = _parents_first()

MIRRORED: tuple[type[Record], ...] = tuple(
    record for record in RECORDS if record.__access__.mirrored
)

for _record in RECORDS:
    tie(_record)

_BY_TABLE = {record.__table__.name: record for record in RECORDS}


def may(record: type[Record], verb: Verb, role: Role) -> bool:
    """Say whether somebody in this role may do this, as far as that does not hang on the row."""
    return role in record.__access__.roles(verb) or isinstance(record.__scope__, Mine)


def mirrored_by(kind: OrgType) -> tuple[type[Record], ...]:
    """Return the records that PCs of organizations of this kind keep, parents first."""
    return tuple(record for record in MIRRORED if kind in record.__access__.mirrored)


@cache
def deciding_columns(record: type[Record]) -> frozenset[str]:
    """Return the columns that decide who sees a row: given when it is added, never changed."""
    scope = record.__scope__
    names = {"id", getattr(scope, "column", None)}
    if isinstance(scope, Through):
        names |= {scope.home, scope.registrar, *(reach.key for reach in scope.reaches)}
    for way in every_way(record.__access__):
        if isinstance(way, Person | Of):
            names.add(way.column)
        elif isinstance(way, Named):
            names.add(way.key)
    for other in RECORDS:
        reach = other.__scope__
        if isinstance(reach, Through):
            names |= {r.column for r in reach.reaches if r.table == record.__table__.name}
        for way in every_way(other.__access__):
            if isinstance(way, Named) and way.table == record.__table__.name:
                names |= {way.column, way.person}
    return frozenset(column.name for column in record.__table__.columns if column.name in names)


@cache
def set_once(record: type[Record]) -> frozenset[str]:
    """Return those of the columns a person fills in that are never changed afterwards."""
    return frozenset(c.name for c in record_columns(record)) & deciding_columns(record)


def record_for(table: str) -> type[Record]:
    """Return the record kept in `table`; NotFound names the tables there are."""
    if table not in _BY_TABLE:
        raise NotFound(f"There is no table {table!r}.", f"Choose one of: {', '.join(_BY_TABLE)}.")
    return _BY_TABLE[table]
