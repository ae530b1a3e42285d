"""What a paper takes from a store: movements that have ids of the paper and follow it (13, 17).

A correction changes the movements that are there, and the audit keeps what they were. So two desks
that correct one paper apart write the same rows, and nothing is taken or given back twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, func, select

from fluffydesk.actions.rules import stores
from fluffydesk.actions.rules.animals import write_beside
from fluffydesk.actions.rules.rule import Rule
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.ledger import Lot, expired, in_order, lots_left
from fluffydesk.records.enums.farm_resources import StockMovement, StockUnit
from fluffydesk.records.farm_resources import InventoryTransaction
from fluffydesk.records.payments import InvoiceItem
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record

MOST_LOTS = 12
"""Of how many lots at the most one paper takes."""
_NONE = Decimal(0)
_HASHED = (1 << 62) - 1
"""The bits of a UUIDv7 after its moment and its variant."""
_LEDGER = InventoryTransaction.__table__


@dataclass(frozen=True)
class Part:
    """So much of one lot, in the store's unit; None: nobody said of which."""

    lot: str | None
    quantity: Decimal


@dataclass(frozen=True)
class Need:
    """What a paper takes: so much of an item, in its unit, of a lot, on a day."""

    item: UUID
    lot: str | None
    on: date
    quantity: Decimal
    reason: str
    links: Mapping[str, Any] = field(default_factory=dict)
    """Columns of the movement that name the paper."""


NeedOf = Callable[[Connection, Any], Need | None]
"""Returns what a row says that it takes; None for nothing. Raises InvalidValue."""


def key(record: type[Record], paper: UUID, number: int = 0) -> UUID:
    """Return the id of a paper's movement; a line of an invoice shares its own with the first.

    It keeps the paper's moment, as every UUIDv7 has one.
    """
    if record is InvoiceItem and not number:
        return paper
    own = uuid5(paper, f"{record.__tablename__} {number}").int
    return UUID(int=paper.int & ~_HASHED | own & _HASHED)


def keys(record: type[Record], paper: UUID) -> list[UUID]:
    """Return the ids that a paper's movements may have, in their order."""
    return [key(record, paper, number) for number in range(MOST_LOTS)]


def movements(connection: Connection, record: type[Record], paper: UUID) -> list[Row[Any]]:
    """Return what a paper took, the lot that it names first."""
    order = keys(record, paper)
    rows = connection.execute(select(_LEDGER).where(_LEDGER.c.id.in_(order)))
    return sorted(rows, key=lambda row: order.index(row.id))


def taking(record: type[Record], need_of: NeedOf, *asked: str) -> Rule:
    """Return the rule that what `record` takes leaves the store in the same unit of work.

    `asked` are the columns that it follows from: a change of others moves nothing.
    """

    def rule(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
        both = before is not None and after is not None
        if both and all(getattr(before, name) == getattr(after, name) for name in asked):
            return
        row = after if after is not None else before
        keep(connection, record, row, None if after is None else need_of(connection, after))

    return rule


def keep(
    connection: Connection,
    record: type[Record],
    paper: Any,
    need: Need | None,
    *,
    parts: Sequence[Part] | None = None,
    hold: bool = True,
) -> None:
    """Make a paper's movements say what it takes; `parts` by lot, where it is of several.

    With `hold` the rules of the stores are asked (13 and 17). Where it is not a person who
    changes the paper but two edits that met, what was taken was taken.
    """
    was = {row.id: row for row in movements(connection, record, paper.id)}
    if need is None or not need.quantity:
        parts = ()
    elif parts is None:
        parts = _parts(connection, need, list(was.values()), hold)
    changed = []
    for number, id in enumerate(keys(record, paper.id) if parts or was else ()):
        before = was.get(id)
        if need is None or number >= len(parts):
            connection.execute(_LEDGER.delete().where(_LEDGER.c.id == id))
        else:
            _write(connection, paper, id, before, _values(need, parts[number]))
        after = connection.execute(select(_LEDGER).where(_LEDGER.c.id == id)).first()
        if after != before:
            changed.append((before, after))
    for before, after in changed if hold else ():
        for rule in stores.RULES[InventoryTransaction]:
            rule(connection, before, after)


def _values(need: Need, part: Part) -> dict[str, Any]:
    return {
        "item_id": need.item,
        "moved_on": need.on,
        "movement": StockMovement.USE,
        "quantity": -part.quantity,
        "lot": part.lot,
        "reason": need.reason,
        **need.links,
    }


def _write(
    connection: Connection, paper: Any, id: UUID, before: Row[Any] | None, values: dict[str, Any]
) -> None:
    if before is None:
        stamps = {"created_at": now(), "updated_at": now()}
        write_beside(connection, InventoryTransaction, paper, {**values, "id": id, **stamps})
    elif any(getattr(before, name) != value for name, value in values.items()):
        connection.execute(_LEDGER.update().where(_LEDGER.c.id == id).values(**values))


def _parts(connection: Connection, need: Need, was: list[Row[Any]], hold: bool) -> list[Part]:
    """Return the lots a paper is of: the one it names, and more where it was of several, or where
    nobody can be asked and that one does not hold all of it."""
    first = was[0] if len(was) > 1 else None
    same = first is not None and (first.item_id, first.lot) == (need.item, need.lot)
    if need.lot is None or (hold and not same):
        return [Part(need.lot, need.quantity)]
    mine = {row.lot: -row.quantity for row in was if row.item_id == need.item}
    if same and need.quantity <= sum(mine.values()):  # the last to be opened comes back first
        room = mine
    else:
        room = dict.fromkeys([need.lot, *mine], _NONE)
        for lot in free_lots(connection, need.item, need.on):
            room[lot.name] = lot.left
        room = {name: left + mine.get(name, _NONE) for name, left in room.items()}
    taken = in_order(list(room.values()), need.quantity)
    if taken is None or not taken[0]:
        return [Part(need.lot, need.quantity)]
    parts = [Part(name, part) for name, part in zip(room, taken, strict=True) if part]
    return parts if len(parts) <= MOST_LOTS else [Part(need.lot, need.quantity)]


def lots_in_store(connection: Connection, item_id: UUID, on: date | None = None) -> list[Lot]:
    """Return the lots that hold something at the end of a day, the first to use first (FEFO).

    Expired lots are among them: they are to be disposed of.
    """
    table = _LEDGER.c
    query = (
        select(table.lot, func.min(table.expires_on), func.sum(table.quantity))
        .where(table.item_id == item_id)
        .group_by(table.lot)
    )
    if on is not None:
        query = query.where(table.moved_on <= on)
    rows = connection.execute(query)
    return lots_left(Lot(name, ends, Decimal(left)) for name, ends, left in rows)


def free_lots(connection: Connection, item_id: UUID, on: date) -> list[Lot]:
    """Return the lots that something can be taken of on a day, with how much (FEFO).

    None that has expired; what is not taken on a later day already, nor without naming it. What
    bears no lot comes last.
    """
    found = []
    for lot in lots_in_store(connection, item_id, on):
        if lot.name is None or expired(lot.expires_on, on):
            continue
        account = {"item_id": item_id, "lot": lot.name}
        free = min(lot.left, stores.least_from(connection, stores.INVENTORY, account, on))
        if free > 0:
            found.append(Lot(lot.name, lot.expires_on, free))
    loose = [lot for lot in lots_in_store(connection, item_id, on) if lot.name is None]
    return [*found, *(lot for lot in loose if lot.left > 0)]


def parts_of(
    connection: Connection, item: Row[Any], quantity: Decimal, on: date, *, whole: bool
) -> list[Part]:
    """Return of which lots a quantity is taken on a day, the first to expire first (rule 17).

    With `whole` it is of one lot, the first that holds all of it, and of several only where none
    does. What never bore a lot is taken without one. InvalidValue: less than that can leave.
    """
    there = lots_in_store(connection, item.id, on)
    if not any(lot.name for lot in there):
        return [Part(None, quantity)]
    free = free_lots(connection, item.id, on)
    one = next((lot for lot in free if lot.name and lot.left >= quantity), None)
    if whole and one is not None:
        return [Part(one.name, quantity)]
    taken = in_order([lot.left for lot in free], quantity)
    if taken is None:
        raise _too_little(item, on, free, there)
    parts = [Part(lot.name, part) for lot, part in zip(free, taken, strict=True) if part]
    if len(parts) > MOST_LOTS:
        raise InvalidValue(
            f"That would be of {len(parts)} lots of {item.name}.",
            f"Take of at most {MOST_LOTS} at once, and the rest by a second entry.",
            field="quantity",
        )
    return parts


def _too_little(item: Row[Any], on: date, free: list[Lot], there: list[Lot]) -> InvalidValue:
    old = sum((lot.left for lot in there if expired(lot.expires_on, on)), _NONE)
    more = f" {stores.amount(old)} more have expired: dispose of them." if old > 0 else ""
    enough = stores.amount(sum((lot.left for lot in free), _NONE))
    if item.unit != StockUnit.COUNT:
        enough += f" {item.unit}"
    return InvalidValue(
        f"Only {enough} of {item.name} can leave on {on:%d %B %Y}.",
        f"Enter less, or write down first what was received or counted.{more}",
        field="quantity",
    )
