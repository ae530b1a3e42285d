"""Lists of invoices: the first of those open, overdue, estimated or all, and how many there are."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, select, union_all

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.plan import key_of, listed
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.payments import Invoice
from fluffydesk.ui.screens.reading.firsts import MOST, Firsts
from fluffydesk.ui.screens.reading.invoice_search import keys_with
from fluffydesk.ui.screens.reading.invoices import InvoiceRow, bills, credited, received, row_of
from fluffydesk.ui.screens.visits import unconfirmed

_BILLS, _NOTES = Invoice.__table__, Invoice.__table__.alias("notes")
UNSETTLED: ColumnElement[bool] = literal_column("invoices.status IN ('draft', 'posted')")
"""As the index of these says: it is used where a query says the same."""
_KEY: ColumnElement[str] = literal_column("invoices.id").label("key")
_LISTED = tuple(
    _BILLS.c[name]
    for name in (
        *("id", "number", "kind", "status", "issue_date", "due_date", "accepted_at"),
        *("client_id", "bill_to_name", "total"),
    )
)
"""What a line shows: there may be tens of thousands of them, where all are searched."""


class Which(StrEnum):
    """Which invoices are listed."""

    OPEN = "open"
    EVERY = "every"
    ESTIMATES = "estimates"
    OVERDUE = "overdue"


def invoice_rows(
    mirror: Mirror, part: Which, on: date, most: int | None = MOST, search: str = ""
) -> Firsts[InvoiceRow]:
    """Return the invoices of a part that have every word of a search: overdue ones the oldest
    first, all else the newest first."""
    with mirror.read() as connection:
        _, refused = unconfirmed(connection, "invoices")
        some = keys_with(connection, search)
        narrow = () if some is None else (key_of(_BILLS).in_(listed(some)),)
        keys, total = _keys(connection, part, on, most, narrow)
        found = {}
        for start in range(0, len(keys), MOST):
            these = _BILLS.c.id.in_(keys[start : start + MOST])
            for row in connection.execute(bills(*_LISTED).where(these)):
                found[row.id] = row_of(row, on, refused)
    return Firsts(tuple(found[key] for key in keys), total)


def _keys(
    connection: Connection,
    part: Which,
    on: date,
    most: int | None,
    narrow: tuple[ColumnElement[bool], ...] = (),
) -> tuple[list[UUID], int]:
    """Return the first invoices of a part in its order, and how many it has; with `narrow` of
    those few for which that holds.

    What is left of an invoice is summed once for each that may be open, by indexes alone: a draft,
    or posted. Of what central knows to be paid only what was given back since can be open: of the
    others nothing is summed up, however many years of them there are.
    """
    table, newest = _BILLS.c, (_BILLS.c.issue_date.desc(), _BILLS.c.id.desc())
    draft = and_(UNSETTLED, table.status == InvoiceStatus.DRAFT)
    if part in (Which.ESTIMATES, Which.EVERY):
        estimates = and_(draft, table.kind == InvoiceKind.ESTIMATE)
        query = select(func.count()).select_from(_BILLS).where(*narrow)
        total = connection.execute(query.where(estimates)).scalar_one()
        wanted = estimates
        if part is Which.EVERY:
            total = connection.execute(query).scalar_one() - total
            wanted = table.kind != InvoiceKind.ESTIMATE
        query = select(table.id).where(wanted, *narrow).order_by(*newest).limit(most)
        return [*connection.execute(query).scalars()], total
    left = table.total - received() - credited()
    asks = table.kind == InvoiceKind.INVOICE
    posted = and_(UNSETTLED, table.status == InvoiceStatus.POSTED, asks)
    if part is Which.OVERDUE:
        late = and_(posted, table.due_date < on, left > 0, *narrow)
        listed = select(_KEY).where(late).order_by(table.due_date, table.id)
    else:
        noted = select(_NOTES.c.credits_id).where(_NOTES.c.credits_id.is_not(None))
        paid = and_(table.status == InvoiceStatus.PAID, asks, table.id.in_(noted))
        rows = union_all(
            select(_KEY, table.issue_date).where(
                draft, table.kind != InvoiceKind.ESTIMATE, *narrow
            ),
            select(_KEY, table.issue_date).where(posted, left != 0, *narrow),
            select(_KEY, table.issue_date).where(paid, left != 0, *narrow),
        ).subquery()
        listed = select(rows.c.key).order_by(rows.c.issue_date.desc(), rows.c.key.desc())
    keys = list(connection.execute(listed).scalars())
    return [UUID(key) for key in keys[:most]], len(keys)
