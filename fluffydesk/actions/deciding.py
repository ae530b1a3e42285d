"""What follows once two edits of one row met: what a paper takes from a store (rules 13 and 17).

Nobody is asked about the movements of a paper: they are made to say what the paper says. While a
person is still asked about the paper, that is what central has of it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from fluffydesk.actions.papers import NEEDS, taken_by
from fluffydesk.actions.rules import feeding
from fluffydesk.actions.rules.invoices import RECEIVED, STAYS
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.actions.rules.taken import keep as keep_taken
from fluffydesk.actions.rules.taken import keys
from fluffydesk.errors import Refusal
from fluffydesk.mirror import journal, pending
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import read_image
from fluffydesk.mirror.journal import Key
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.pending import OpenConflict
from fluffydesk.mirror.schema import links_to
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.catalog import record_for
from fluffydesk.records.enums.payments import InvoiceStatus
from fluffydesk.records.farm_resources import InventoryTransaction
from fluffydesk.records.payments import Invoice, InvoiceItem, Payment
from fluffydesk.records.vocabulary import Record
from fluffydesk.sync import kin, resolve
from fluffydesk.sync.meet import tidy

_LEDGER = InventoryTransaction.__tablename__
_MONEY = Payment.__tablename__
_FOLLOW = frozenset(
    {
        *("", "item_id", "moved_on", "movement", "quantity", "lot", "expires_on", "reason"),
        *("invoice_id", "feed_log_id"),
    }
)
"""The columns of a movement that follow from its paper; with '' the movement itself."""
_TABLES = sorted(record.__tablename__ for record in NEEDS)
_MET = (
    "SELECT DISTINCT table_name, row_id FROM pending_rows JOIN unit_rows "
    "USING (table_name, row_id) JOIN units ON units.id = unit_id "
    "WHERE table_name IN (SELECT value FROM json_each(?)) "
    "AND units.outcome IN ('merged', 'conflict', 'discarded')"
)
_Paper = tuple[type[Record], UUID]


def decide(mirror: Mirror, conflict_id: UUID | str, keep: Any) -> Changes:
    """Settle a conflict as `resolve.decide` does, and have the stores follow what was decided.

    Refusal of anything but theirs where another PC posted the invoice meanwhile (rule 23).
    """
    with mirror.read() as connection:
        asked = pending.open_conflicts(connection)
        if keep != "theirs" and any(
            one.id == str(conflict_id) and posted_elsewhere(connection, one.key, one.column)
            for one in asked
        ):
            raise Refusal(
                "The invoice was posted on another PC meanwhile, and stays as it is there.",
                "Keep theirs. Bill what is missing on another invoice, and give back what is too "
                "much with a credit note.",
            )
        paper = [one.key for one in asked if one.id == str(conflict_id)]
        paper += [child for key in paper for child in kin.kept_with(connection, key)]
        paper += [child for key in paper for child in _below(connection, key)]
    return resolve.decide(mirror, conflict_id, keep) | put_right(mirror, paper)


def discard(mirror: Mirror, refusal_id: UUID | str, also: Collection[Key] = ()) -> Changes:
    """Give a refused edit up as `resolve.discard` does, but no money that was received with it.

    Refusal where a payment would go with something else (rule 23): the money is in the till.
    """
    with mirror.read() as connection:
        refused = {one.id: one for one in pending.open_refusals(connection)}.get(str(refusal_id))
        _, others = resolve.goes_with(connection, refusal_id)
        own = () if refused is None else refused.rows
        going = {*also, *(row.key for row in (*own, *others) if row.op == "insert")}
        going.discard(("", "") if refused is None else (refused.table, refused.row_id))
        for table, id in sorted(going):
            payment = row_of(connection, Payment, UUID(id)) if table == _MONEY else None
            if payment is not None and payment.status in RECEIVED:
                raise Refusal(
                    f"{payment.amount:,.2f} {payment.currency} was received with it.",
                    "Open the invoice in Money and keep it as the client's credit, or say there "
                    "that it was not received. Then discard this.",
                )
    return resolve.discard(mirror, refusal_id, also)


def posted_elsewhere(connection: Connection, key: Key, column: str) -> bool:
    """Say whether a value stays as central has it, as the invoice is posted there (rule 23)."""
    table, id = key
    if table == InvoiceItem.__tablename__:
        row = row_of(connection, InvoiceItem, UUID(id))
        fixed, id = row is not None, "" if row is None else str(row.invoice_id)
    else:
        fixed = table == Invoice.__tablename__ and column in (*STAYS, "number")
    edit = journal.pending_row(connection, (Invoice.__tablename__, id)) if fixed else None
    there = row_of(connection, Invoice, UUID(id)) if fixed and edit is None else None
    posted = there is not None and there.status is not InvoiceStatus.DRAFT
    if edit is not None and edit.base is not None:
        posted = edit.base["status"] != InvoiceStatus.DRAFT.value
    return posted


def _below(connection: Connection, key: Key) -> list[Key]:
    """Return the papers that would be deleted with a row."""
    found: list[Key] = []
    for link in links_to(key[0]):
        if link.on_delete == "CASCADE" and link.table in _TABLES:
            sql = f"SELECT id FROM {link.table} WHERE {link.column} = ?"
            found += [
                (link.table, id) for id in connection.exec_driver_sql(sql, (key[1],)).scalars()
            ]
    return found


def put_right(mirror: Mirror, also: Iterable[Key] = ()) -> Changes:
    """Make the movements of papers say what these say, where two edits of one met or a person
    decided; `also` names papers to look at besides. Idempotent, the same on every PC."""
    with mirror.read() as connection:
        found = {one: taken_by(connection, *one) for one in _papers(connection, also)}
        astray = [one for one, taken in found.items() if taken and not taken.fits]
        asked = _asked(connection, (one for one, taken in found.items() if taken))
    changes = Changes()
    if astray:
        with mirror.unit("Stock follows what two PCs wrote") as unit:
            for paper in astray:
                _follow(unit, *paper)
        changes = unit.changes
    if asked or astray:
        with mirror.apply(durable=True) as connection:
            _settle(connection, asked, changes)
    return changes


def _papers(connection: Connection, also: Iterable[Key]) -> list[_Paper]:
    """Return the papers whose edits met those of another PC and are not settled yet."""
    met = connection.exec_driver_sql(_MET, (json.dumps(_TABLES),))
    named = {*map(tuple, met), *(one for one in also if one[0] in _TABLES)}
    papers = {(record_for(table), UUID(id)) for table, id in named}
    known = {id for paper in papers for id in keys(*paper)}
    lost = [
        one
        for one in pending.open_conflicts(connection)
        if one.key[0] == _LEDGER and one.column in _FOLLOW and UUID(one.key[1]) not in known
    ]
    if lost:
        papers |= _of(connection, lost)
    return sorted(papers, key=lambda one: (one[0].__tablename__, one[1]))


def _of(connection: Connection, lost: list[OpenConflict]) -> set[_Paper]:
    """Return the papers whose movements these are, looked for among all of their items."""
    ids = {UUID(one.key[1]) for one in lost}
    sides = [read_image(connection, InventoryTransaction, str(id)) for id in ids]
    sides += [side for one in lost for side in (one.base, one.theirs) if isinstance(side, dict)]
    items, feedings = (
        {UUID(str(side[name])) for side in sides if side and side.get(name)}
        for name in ("item_id", "feed_log_id")
    )
    found = set()
    for record in NEEDS:
        table = record.__table__.c
        if record is InvoiceItem:
            wanted = table.id.in_(ids)
        elif record in feeding.NEEDS:
            wanted = table.id.in_(feedings)
        else:
            wanted = table.item_id.in_(items)
        for paper in connection.execute(select(table.id).where(wanted)).scalars():
            if ids.intersection(keys(record, paper)):
                found.add((record, paper))
    return found


def _follow(unit: Unit, record: type[Record], paper: UUID) -> None:
    """Write the movements of a paper. It goes to central with the paper, or neither does."""
    connection = unit.connection
    journal.touch(connection, str(unit.id), (record.__tablename__, str(paper)))
    taken = taken_by(connection, record, paper)
    assert taken is not None
    row = taken.row or SimpleNamespace(id=paper)
    keep_taken(connection, record, row, taken.need, hold=False)


def _asked(connection: Connection, papers: Iterable[_Paper]) -> list[OpenConflict]:
    mine = {(_LEDGER, str(id)) for paper in papers for id in keys(*paper)}
    every = pending.open_conflicts(connection)
    return [one for one in every if one.key in mine and one.column in _FOLLOW]


def _settle(connection: Connection, asked: list[OpenConflict], changes: Changes) -> None:
    """Close what was asked about movements that now follow; what central has is not sent."""
    for one in asked:
        pending.close_conflict(connection, one, "settled")
    touched = {one.key for one in asked} | {(_LEDGER, str(id)) for id in changes.get(_LEDGER, ())}
    for each in touched:
        tidy(connection, each)
    pending.sweep(connection)
