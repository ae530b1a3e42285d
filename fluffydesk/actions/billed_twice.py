"""One visit that two desks billed: what stands on two bills, and the way to have it on one (23)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from fluffydesk.actions.crediting import credited_quantities, write_credit
from fluffydesk.actions.invoicing import (
    Deleted,
    NewLine,
    drop_draft,
    drop_line,
    write_again,
    write_line,
)
from fluffydesk.actions.rules.invoices import lines_of, received_for
from fluffydesk.actions.visit_bill import bills_of_visit
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import may
from fluffydesk.records.clinic import FarmVisit
from fluffydesk.records.enums import Role
from fluffydesk.records.enums.payments import InvoiceStatus
from fluffydesk.records.payments import Invoice

_NONE = Decimal(0)
_Key = tuple[str, UUID | None, str | None, Decimal | None]


@dataclass(frozen=True)
class Again:
    """A bill with its lines that stand on one before it, each with how much of it still counts."""

    bill: Row[Any]
    lines: tuple[tuple[Row[Any], Decimal], ...]
    goes: bool
    """It is deleted: nothing else is on it, and it is a draft that the person here may delete."""

    @property
    def is_draft(self) -> bool:
        return bool(self.bill.status is InvoiceStatus.DRAFT)


@dataclass(frozen=True)
class Double:
    """The bill of a visit that is kept, and the others that hold something of it again."""

    keep: Row[Any]
    others: tuple[Again, ...]

    @property
    def what(self) -> list[str]:
        """What is charged again, in words, each once."""
        return list(dict.fromkeys(row.description for one in self.others for row, _ in one.lines))

    @property
    def way_out(self) -> str:
        """What `bill_once` does, in words."""
        return f"Keep {name_of(self.keep)}, {', '.join(map(_way, self.others))}"


@dataclass(frozen=True)
class Once:
    """What was taken back, as it can be written again; nothing of a credit note can be."""

    gone: tuple[Deleted, ...] = ()
    off: tuple[tuple[UUID, NewLine], ...] = ()
    notes: int = 0
    to_pay_back: Decimal = _NONE


def name_of(bill: Row[Any]) -> str:
    """Return what a bill is called: by its number, or its sum while it is a draft."""
    return f"invoice {bill.number}" if bill.number else f"the draft of {bill.total:,.2f}"


def double_of(connection: Connection, visit_id: UUID) -> Double | None:
    """Return what stands on two bills of a visit; None where its bills share nothing.

    Kept is one that was paid before one that is posted, that before a draft, and the earlier one.
    """
    bills = sorted(bills_of_visit(connection, visit_id), key=lambda one: _rank(connection, one))
    may_delete = _may_delete(connection) if len(bills) > 1 else False
    there: Counter[_Key] = Counter()
    first: dict[_Key, Row[Any]] = {}
    others = []
    for bill in bills:
        left, again = Counter(there), []
        lines = list(_counting(connection, bill))
        for row, quantity in lines:
            if left[_key(row)]:
                left[_key(row)] -= 1
                again.append((row, quantity))
            else:
                there[_key(row)] += 1
                first.setdefault(_key(row), bill)
        if again:
            goes = may_delete and bill.number is None and len(again) == len(lines)
            others.append(Again(bill, tuple(again), goes))
    return Double(first[_key(others[0].lines[0][0])], tuple(others)) if others else None


def bill_once(mirror: Mirror, visit_id: UUID) -> tuple[Once, Changes]:
    """Take back what stands on two bills of a visit, from all but the one that is kept (rule 23).

    A draft loses those lines, and is deleted where no other is on it and the role may; on a posted
    one a credit note is written. What these lines took is in store again: not what a medical
    record took, once for both. One unit of work. Refusal where nothing is billed twice any more.
    """
    with mirror.unit("Billed once") as unit:
        double = double_of(unit.connection, visit_id)
        if double is None:
            raise Refusal("It is not billed twice any more.", "Look at the list again.")
        gone: list[Deleted] = []
        off: list[tuple[UUID, NewLine]] = []
        notes, back = 0, _NONE
        for one in double.others:
            if not one.is_draft:
                much = {row.id: quantity for row, quantity in one.lines}
                reason = f"Billed with {name_of(double.keep)} already"
                back_in = {row.id for row, _ in one.lines if row.record_id is None}
                note = write_credit(unit, one.bill.id, much, stock_back=back_in, reason=reason)
                notes, back = notes + 1, back + note.to_pay_back
            elif one.goes:
                gone.append(drop_draft(unit, one.bill.id))
                for visit in gone[-1].visits:
                    unit.update(FarmVisit, visit, {"invoice_id": double.keep.id})
            else:
                off += [(one.bill.id, drop_line(unit, row)) for row, _ in one.lines]
    return Once(tuple(gone), tuple(off), notes, back), unit.changes


def bill_again(mirror: Mirror, once: Once) -> Changes:
    """Write the drafts and lines again that `bill_once` took back."""
    with mirror.unit("Undo: billed once") as unit:
        for deleted in once.gone:
            write_again(unit, deleted)
        for bill_id, line in once.off:
            write_line(unit, bill_id, line)
    return unit.changes


def _may_delete(connection: Connection) -> bool:
    role = (Mirror.state.get(connection, "organization") or {}).get("role")
    return role is None or may(Invoice, "delete", Role(role))


def _rank(connection: Connection, bill: Row[Any]) -> tuple[Any, ...]:
    is_draft = bill.status is InvoiceStatus.DRAFT
    unpaid = is_draft or received_for(connection, bill.id) <= 0
    return is_draft, unpaid, bill.created_at, str(bill.id)


def _counting(connection: Connection, bill: Row[Any]) -> Iterator[tuple[Row[Any], Decimal]]:
    """Yield a bill's lines with what no credit note gave back of them."""
    given_back = {} if bill.number is None else credited_quantities(connection, bill.id)
    for row in lines_of(connection, bill.id):
        left = row.quantity - given_back.get(row.position, _NONE)
        if left > 0:
            yield row, left


def _key(line: Row[Any]) -> _Key:
    """Two drugs of one name are one thing where as much was taken of the same lot."""
    much = None if line.lot is None else line.quantity
    return line.description.casefold(), line.record_id, line.lot, much


def _way(one: Again) -> str:
    if not one.is_draft:
        return f"write a credit note on {name_of(one.bill)}"
    if one.goes:
        return f"delete {name_of(one.bill)}"
    return f"take it off {name_of(one.bill)}"
