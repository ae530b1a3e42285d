"""Which client's card is kept where two were the same: those merged are followed to it.

A merged card keeps `merged_into_id`, and rows that another desk still writes to it belong to the
one kept. Two desks that merge A into B and B into A make a circle: of those in it the card with
the smallest id is kept, which is the one entered first (UUIDv7), and every desk says the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from uuid import UUID

from sqlalchemy import Connection, select

from fluffydesk.records.pets import ClinicClient

_AT_ONCE = 500


def parts(ids: Iterable[UUID]) -> Iterator[tuple[UUID, ...]]:
    """Yield some ids a few hundred at a time, as many as one query names."""
    rest = iter(ids)
    while part := tuple(islice(rest, _AT_ONCE)):
        yield part


def end_of(start: UUID, into: Mapping[UUID, UUID]) -> UUID:
    """Return where a chain of merges ends; of a circle the smallest id in it."""
    path: list[UUID] = []
    here = start
    while here in into:
        if here in path:
            return min(path[path.index(here) :])
        path.append(here)
        here = into[here]
    return here


def kept_of(connection: Connection, client_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return for each client the one that is kept: itself where it was merged into none."""
    asked = set(client_ids)
    into = _links(connection, asked)
    return {client_id: end_of(client_id, into) for client_id in asked}


def same_as(connection: Connection, client_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return every client that the kept ones stand for, themselves among them: its id -> kept."""
    kept = set(kept_of(connection, client_ids).values())
    clients = ClinicClient.__table__.c
    found, new = set(kept), set(kept)
    while new:
        found |= new
        some = [
            row
            for part in parts(new)
            for row in connection.execute(
                select(clients.id).where(clients.merged_into_id.in_(part))
            ).scalars()
        ]
        new = set(some) - found
    into = _links(connection, found)
    told = {client_id: end_of(client_id, into) for client_id in found}
    return {client_id: one for client_id, one in told.items() if one in kept}


def _links(connection: Connection, asked: set[UUID]) -> dict[UUID, UUID]:
    clients = ClinicClient.__table__.c
    into: dict[UUID, UUID] = {}
    seen: set[UUID] = set()
    new = set(asked)
    while new:
        seen |= new
        for part in parts(new):
            query = select(clients.id, clients.merged_into_id).where(
                clients.id.in_(part), clients.merged_into_id.is_not(None)
            )
            into.update({row.id: row.merged_into_id for row in connection.execute(query)})
        new = set(into.values()) - seen
    return into
