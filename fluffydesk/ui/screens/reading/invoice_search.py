"""Finds invoices by their number, their client or a pet, by indexes, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from fluffydesk.mirror import searched
from fluffydesk.mirror.plan import key_of, listed, plan_of, words_of
from fluffydesk.records.booking import Appointment
from fluffydesk.records.payments import Invoice, InvoiceItem
from fluffydesk.records.pets import ClinicClient, Pet

FEW = 20_000
"""So many invoices with a word are looked at one by one; a word that more have is looked for in
those that have the rarer ones."""

_BILLS, _ITEMS, _BOOK = Invoice.__table__, InvoiceItem.__table__, Appointment.__table__
_KEY = key_of(_BILLS)
_KEYS: Select[Any] = select(_KEY).select_from(_BILLS)


def keys_with(connection: Connection, search: str) -> set[int] | None:
    """Return the row numbers of the invoices that have every word in their number, in the name
    they are made out to, of their client, or of a pet on them; None where nothing is searched."""
    words = words_of(search)
    if not words:
        return None
    ready = searched.ready(connection)
    keys: set[int] | None = None
    common = []
    for word in words:
        hits = _some(connection, word, ready, FEW)
        if hits is None:
            common.append(word)
        else:
            keys = hits if keys is None else keys & hits
    if keys is None:
        every = [_some(connection, word, ready) or set() for word in common]
        return set.intersection(*every)
    if keys and common:
        each = [_KEY.in_(listed(keys)), *(_has(word) for word in common)]
        keys = set(connection.execute(_KEYS.where(*each)).scalars())
    return keys


def _some(
    connection: Connection, word: str, ready: frozenset[str], most: int | None = None
) -> set[int] | None:
    """Return the invoices with a word; None where they are more than `most`."""
    found: set[int] = set()
    for query in _ways(word, ready):
        found.update(connection.execute(query.limit(most and most + 1)).scalars())
        if most is not None and len(found) > most:
            return None
    return found


def _ways(word: str, ready: frozenset[str]) -> Iterator[Select[Any]]:
    """Yield a query for each way that leads from a word to invoices, the quickest first."""
    if _BILLS.name in ready:
        yield searched.rows_with(_BILLS.name, word)
    else:
        yield _KEYS.where(_own(word))
    yield _KEYS.where(_BILLS.c.client_id.in_(_named(ClinicClient, word, ready)))
    pets = _named(Pet, word, ready)
    visits = select(_BOOK.c.id).where(_BOOK.c.pet_id.in_(pets))
    yield _KEYS.where(_BILLS.c.appointment_id.in_(visits))
    lines = select(_ITEMS.c.invoice_id).where(_ITEMS.c.pet_id.in_(pets))
    yield _KEYS.where(_BILLS.c.id.in_(lines))


def _named(record: type[ClinicClient | Pet], word: str, ready: frozenset[str]) -> Select[Any]:
    plan = plan_of(record)
    return select(plan.table.c.id).select_from(plan.source).where(plan.named(word, ready))


def _own(word: str) -> Any:
    told = func.folded(func.concat_ws("\n", *(_BILLS.c[name] for name in Invoice.__searched__)))
    return func.instr(told, word) > 0


def _has(word: str) -> Any:
    """Say of each invoice by itself that it has a word."""
    none: frozenset[str] = frozenset()
    client, pet = plan_of(ClinicClient), plan_of(Pet)
    whose = select(client.table.c.id).where(
        client.table.c.id == _BILLS.c.client_id, client.named(word, none)
    )
    visit = select(_BOOK.c.id).where(
        _BOOK.c.id == _BILLS.c.appointment_id,
        pet.table.c.id == _BOOK.c.pet_id,
        pet.named(word, none),
    )
    line = select(_ITEMS.c.id).where(
        _ITEMS.c.invoice_id == _BILLS.c.id,
        pet.table.c.id == _ITEMS.c.pet_id,
        pet.named(word, none),
    )
    beside = (one.correlate(_BILLS).exists() for one in (whose, visit, line))
    return or_(_own(word), *beside)
