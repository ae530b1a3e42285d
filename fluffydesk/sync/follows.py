"""What follows from other columns and rows is reckoned anew wherever two sides were made one.

An invoice line follows from its quantity, price, discount and rate; a draft from its lines and its
discount on the whole (rule 23). Central reckons the draft alike (`reckon_invoice`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Connection

from fluffydesk.figures.invoices import (
    MOST_OF_ONE,
    Totals,
    line,
    price_of,
    share,
    taken_off,
    totals,
    whole_off,
    with_tax,
)
from fluffydesk.figures.money import pence
from fluffydesk.mirror import journal
from fluffydesk.mirror.images import (
    Image,
    from_image,
    read_image,
    read_images,
    to_image,
    write_images,
)
from fluffydesk.records.enums.payments import InvoiceStatus
from fluffydesk.records.payments import Invoice, InvoiceItem
from fluffydesk.records.pets import ClinicClient
from fluffydesk.records.vocabulary import Merge, Record, facts_of

DRAFTS, _LINES = Invoice.__table__.name, InvoiceItem.__table__.name
_CENT = Decimal("0.01")


@cache
def following(record: type[Record]) -> frozenset[str]:
    """Return the columns of a record that follow from others."""
    columns = record.__table__.columns
    return frozenset(one.name for one in columns if facts_of(one).merge is Merge.FOLLOWS)


def with_following(
    connection: Connection, record: type[Record], merged: Image, theirs: Image
) -> Image:
    """Return a row made one of two sides with what follows from that.

    An invoice that was posted there stays with the client's card it was written for, should that
    have been merged into another here. A line follows from its own columns.
    """
    if record is Invoice and theirs["status"] != InvoiceStatus.DRAFT:
        card = read_image(connection, ClinicClient, str(theirs["client_id"]))
        if card is not None and card["merged_into_id"] == merged["client_id"]:
            return {**merged, "client_id": theirs["client_id"]}
    return line_following(merged) if record is InvoiceItem else merged


def line_following(merged: Image) -> Image:
    """Return a line with what follows from its quantity, price, discount and rate.

    One that adds up is left as it is: which way half a cent goes is the clinic's custom. A discount
    in percent is reckoned in any case.
    """
    row = from_image(InvoiceItem, merged)
    net, tax = row["line_total"], row["tax"]
    meant = row["quantity"] * row["unit_price"] - row["discount"]
    if row["discount_percent"]:
        return {**merged, **to_image(InvoiceItem, _line_of(row))}
    if abs(net - meant) < _CENT and abs(tax - net * row["tax_rate"] / 100) <= 2 * _CENT:
        return merged
    return {**merged, **to_image(InvoiceItem, _line_of(row))}


def _line_of(row: Mapping[str, Any]) -> dict[str, Decimal]:
    rate, percent = row["tax_rate"], row["discount_percent"]
    if row["quantity"] > MOST_OF_ONE:
        whole = pence(row["quantity"] * row["unit_price"])
        discount = taken_off(whole, row["discount"], percent)
        net = max(whole - discount, Decimal(0))
        return {"discount": discount, "line_total": net, "tax": share(net, rate)}
    price = price_of(row["unit_price"], rate)
    whole = pence(row["quantity"] * price)
    off = min(taken_off(whole, with_tax(row["discount"], rate), percent), whole)
    made = line(row["quantity"], price, rate, off)
    return {
        "unit_price": made.unit_price,
        "discount": made.discount,
        "line_total": made.net,
        "tax": made.tax,
    }


def drafts_of(connection: Connection, table: str, rows: Mapping[str, object]) -> set[str]:
    """Return the invoices of which these rows, by id, say what they come to.

    Rows are images, or something else where there is none. Ask before they are brought here:
    what is gone afterwards was of an invoice, too.
    """
    if table == DRAFTS:
        return set(rows)
    if table != _LINES:
        return set()
    here = read_images(connection, InvoiceItem, rows).values()
    there = [row for row in rows.values() if isinstance(row, dict)]
    return {str(row["invoice_id"]) for row in (*here, *there)}


def reckon_drafts(connection: Connection, invoices: Iterable[str]) -> list[str]:
    """Reckon those drafts anew that have unsent edits, or of which a line has; returns those that
    came to another sum.

    What the others come to is central's to say. The sum goes to central with its lines.
    """
    changed = []
    for id, lines in _unsent(connection, invoices).items():
        before = read_image(connection, Invoice, id)
        if reckon_draft(connection, id):
            changed.append(id)
            if before is not None and journal.pending_row(connection, (DRAFTS, id)) is None:
                journal.keep_base(connection, (DRAFTS, id), before)
                for unit in {one for key in lines for one in journal.units_on(connection, key)}:
                    journal.touch(connection, unit, (DRAFTS, id))
    return changed


_UNSENT = (
    "SELECT row_id AS invoice, NULL FROM pending_rows WHERE table_name = ? "
    "AND row_id IN (SELECT value FROM json_each(?)) "
    "UNION SELECT coalesce(lines.invoice_id, json_extract(base, '$.invoice_id')) AS invoice, "
    "row_id "
    f"FROM pending_rows LEFT JOIN {_LINES} AS lines ON lines.id = row_id "
    "WHERE table_name = ? AND invoice IN (SELECT value FROM json_each(?))"
)


def _unsent(connection: Connection, invoices: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Return those of some invoices that have unsent edits, each with its lines that have."""
    wanted = json.dumps(sorted(invoices))
    found: dict[str, list[tuple[str, str]]] = {}
    if wanted != "[]":
        told = (DRAFTS, wanted, _LINES, wanted)
        for invoice, line_id in connection.exec_driver_sql(_UNSENT, told).all():
            lines = found.setdefault(invoice, [])
            lines += [] if line_id is None else [(_LINES, line_id)]
    return found


def reckon_draft(connection: Connection, invoice_id: str) -> bool:
    """Write what a draft comes to by the lines that are here; says whether that was another.

    An invoice that is posted, or not there, is left alone.
    """
    image = read_image(connection, Invoice, invoice_id)
    if image is None or image["status"] != InvoiceStatus.DRAFT:
        return False
    found = draft_totals(connection, image)
    values = to_image(
        Invoice,
        {name: getattr(found, name) for name in ("subtotal", "discount", "tax", "total")},
    )
    if all(image[name] == value for name, value in values.items()):
        return False
    write_images(connection, Invoice, [{"id": invoice_id, **values}])
    return True


def reckon_line(connection: Connection, id: str) -> None:
    """Write what an invoice line comes to, where it is there."""
    image = read_image(connection, InvoiceItem, id)
    if image is not None:
        write_images(connection, InvoiceItem, [line_following(image)])


def settle(connection: Connection, key: tuple[str, str], invoices: Iterable[str]) -> None:
    """Reckon anew what follows from a row that a person has just decided on: `drafts_of` told the
    invoices."""
    if key[0] == _LINES:
        reckon_line(connection, key[1])
    for invoice in invoices:
        reckon_draft(connection, invoice)


def draft_totals(connection: Connection, invoice: Image) -> Totals:
    """Return what the lines of an invoice come to, less its discount as far as they allow it."""
    sql = (
        "SELECT line_total, tax, tax_rate FROM invoice_items WHERE invoice_id = ? "
        "ORDER BY position, id"
    )
    rows = connection.exec_driver_sql(sql, (invoice["id"],)).mappings()
    lines = [
        (row["line_total"], row["tax"], row["tax_rate"])
        for row in (from_image(InvoiceItem, dict(one)) for one in rows)
    ]
    said = from_image(Invoice, {name: invoice[name] for name in ("price_off", "price_off_percent")})
    return totals(lines, whole_off(lines, said["price_off"], said["price_off_percent"]))
