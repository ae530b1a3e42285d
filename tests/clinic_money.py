"""A small clinic with a price list, a medicine cupboard and reserved invoice numbers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.actions.saving import add, change
from fluffydesk.actions.stock import move_stock
from fluffydesk.mirror import numbers
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.numbers import Block
from fluffydesk.records.booking import Service
from fluffydesk.records.commerce import Product
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.payments import Invoice, InvoiceItem, Payment
from fluffydesk.records.pets import ClinicClient
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record
from tests.clinic_sample import Sample, fill

D = Decimal


class Desk:
    """The clinic's mirror with what a test of money needs; `ids` are named as in the sample.

    A check-up is 48.00 with 21 % tax, a vaccination 39.00 with 21 %; tablets are 0.50 with 9 %,
    in two lots, of which A1 expires first; the spray has only a lot that has expired.
    """

    def __init__(self, mirror: Mirror) -> None:
        self.mirror = mirror
        self.sample: Sample = fill(mirror, today())
        self.ids: dict[str, UUID] = dict(self.sample.ids)
        for name, price in (("checkup", "48.00"), ("vaccine", "39.00")):
            priced = {"price": D(price), "tax_rate": D(21)}
            change(mirror, Service, self.ids[name], priced)
        details = {"address": "Canal Street 4\n1011 Lakeside", "tax_number": "NL001"}
        change(mirror, ClinicClient, self.ids["Noor Vale"], details)
        self._shelf("tablets", "Co-amoxiclav 250 mg", "0.50", 9)
        self._shelf("spray", "Wound spray", "12.40", 21)
        soon, later = today() + timedelta(days=30), today() + timedelta(days=200)
        self._receive("tablets", 20, "A1", soon)
        self._receive("tablets", 100, "B2", later)
        self._receive("spray", 5, "OLD", today() - timedelta(days=1))
        self.reserve(1, 50)

    def __getitem__(self, name: str) -> UUID:
        return self.ids[name]

    def reserve(self, first: int, last: int) -> None:
        """Give this PC a block of this year's invoice numbers."""
        series = f"invoices/{today().year}"
        block = Block(f"b{first}", series, first, last, first, first, None)
        with self.mirror.apply() as connection:
            numbers.keep(connection, [block])

    def rows(self, record: type[Record], **values: Any) -> list[Any]:
        """Return the rows of a record that have these values, oldest first."""
        table = record.__table__
        query = select(table).where(*(table.c[name] == one for name, one in values.items()))
        with self.mirror.read() as connection:
            return list(connection.execute(query.order_by(table.c.id)))

    def invoice(self, invoice_id: UUID) -> Any:
        [row] = self.rows(Invoice, id=invoice_id)
        return row

    def lines(self, invoice_id: UUID) -> list[Any]:
        found = self.rows(InvoiceItem, invoice_id=invoice_id)
        return sorted(found, key=lambda row: row.position)

    def payments(self, invoice_id: UUID) -> list[Any]:
        return self.rows(Payment, invoice_id=invoice_id)

    def left(self, name: str) -> dict[str | None, Decimal]:
        """Return what is in store of each lot of an item."""
        found: dict[str | None, Decimal] = {}
        for row in self.rows(InventoryTransaction, item_id=self.ids[name]):
            found[row.lot] = found.get(row.lot, D(0)) + row.quantity
        return found

    def _shelf(self, name: str, words: str, price: str, rate: int) -> None:
        kept = {
            "name": words,
            "category": InventoryCategory.MEDICINE,
            "unit": StockUnit.COUNT,
        }
        self.ids[name], _ = add(self.mirror, FarmInventory, kept)
        sold = {
            "name": words,
            "price": D(price),
            "tax_rate": D(rate),
            "stock_item_id": self.ids[name],
        }
        self.ids[f"{name}, product"], _ = add(self.mirror, Product, sold)

    def _receive(self, name: str, quantity: int, lot: str, expires: Any) -> None:
        on = today() - timedelta(days=3)
        move_stock(
            self.mirror,
            self.ids[name],
            StockMovement.RECEIPT,
            D(quantity),
            on,
            lot=lot,
            expires_on=expires,
        )
