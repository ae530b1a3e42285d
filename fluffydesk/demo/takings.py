"""The sample clinic's money: a price list, invoices of its visits, what was paid, closed tills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from fluffydesk.demo.sample import ZONE, Maker, local
from fluffydesk.figures.invoices import Line, line, totals
from fluffydesk.records.booking import Appointment, Service
from fluffydesk.records.clinic import TillClosing
from fluffydesk.records.commerce import Product
from fluffydesk.records.enums import AppointmentStatus, Status
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus, PaymentMethod
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.payments import Invoice, InvoiceItem, Payment
from fluffydesk.records.pets import ClinicClient

_SEED = 9_417
_DUE = timedelta(days=14)
_FLOAT = Decimal("150.00")
_TILL = "Front desk"
_PRICES = (
    ("Meloxicam 1.5 mg/mL", "16.80"),
    ("Co-amoxiclav 250 mg", "0.85"),
    ("Flea and tick spot-on", "13.90"),
    ("Renal diet, cat, 2 kg", "27.50"),
)
_WAYS = (PaymentMethod.CARD, PaymentMethod.CARD, PaymentMethod.CASH)
TAX = Decimal(20)


@dataclass(frozen=True)
class _Thing:
    """Something that is charged: its words, its price with tax, and what it is."""

    words: str
    price: Decimal
    links: Mapping[str, Any]


class _Till:
    def __init__(self, maker: Maker, now: datetime) -> None:
        self.maker, self.now = maker, now
        self.number = 0
        self.cash: dict[date, Decimal] = {}

    def bill(
        self,
        at: datetime,
        client_id: UUID | None,
        things: Sequence[_Thing],
        kind: InvoiceKind = InvoiceKind.INVOICE,
        *,
        draft: bool = False,
        **links: Any,
    ) -> tuple[UUID, Decimal]:
        """Write an invoice with its lines; returns its id and total."""
        made = [line(Decimal(1), one.price, TAX) for one in things]
        whole = totals([(one.net, one.tax, one.tax_rate) for one in made])
        on, posted = at.astimezone(ZONE).date(), not draft and kind is InvoiceKind.INVOICE
        self.number += posted
        invoice = self.maker.add(
            Invoice,
            at,
            number=f"{on.year}-{self.number:05d}" if posted else None,
            kind=kind,
            client_id=client_id,
            issue_date=on,
            due_date=on + _DUE if posted else None,
            status=InvoiceStatus.POSTED if posted else InvoiceStatus.DRAFT,
            currency="GBP",
            price_off=whole.off,
            subtotal=whole.subtotal,
            discount=whole.discount,
            tax=whole.tax,
            total=whole.total,
            posted_total=whole.total if posted else None,
            **links,
        )
        for position, (one, reckoned) in enumerate(zip(things, made, strict=True), 1):
            self._line(at, invoice, position, one, reckoned)
        return invoice, whole.total

    def _line(self, at: datetime, invoice: UUID, position: int, one: _Thing, made: Line) -> None:
        self.maker.add(
            InvoiceItem,
            at,
            invoice_id=invoice,
            position=position,
            description=one.words,
            quantity=made.quantity,
            unit_price=made.unit_price,
            discount=made.discount,
            line_total=made.net,
            tax_rate=made.tax_rate,
            tax=made.tax,
            **one.links,
        )

    def pay(
        self, at: datetime, invoice: UUID, client: UUID | None, amount: Decimal, way: PaymentMethod
    ) -> None:
        """Write what was received, and count the cash."""
        if way is PaymentMethod.CASH:
            on = at.astimezone(ZONE).date()
            self.cash[on] = self.cash.get(on, Decimal(0)) + amount
        self.maker.add(
            Payment,
            at,
            invoice_id=invoice,
            client_id=client,
            amount=amount,
            currency="GBP",
            method=way,
            paid_at=at,
            till=_TILL,
        )


def write_takings(maker: Maker, now: datetime) -> None:
    """Add prices, the invoices of the last week's visits, two overdue ones, and an estimate."""
    apart = maker.apart(_SEED)
    products = _price_list(apart)
    services = {row["id"]: row for row in apart.rows()[Service]}
    till = _Till(apart, now)
    clients = [row["id"] for row in apart.rows()[ClinicClient]]
    for weeks, client in ((7, clients[3]), (5, clients[11])):
        at = local(maker.today - timedelta(weeks=weeks), 15)
        till.bill(at, client, [apart.random.choice(products)])
    for visit in sorted(apart.rows()[Appointment], key=lambda row: (row["ends_at"], row["id"])):
        if visit["ends_at"] <= now and visit["status"] == AppointmentStatus.COMPLETED:
            _bill_visit(apart, till, visit, services, products)
    dental = next(row for row in services.values() if row["name"] == "Dental cleaning")
    at = local(maker.today - timedelta(days=1), 16)
    till.bill(at, clients[5], [_service(dental, None), products[0]], InvoiceKind.ESTIMATE)
    for on, cash in sorted(till.cash.items()):
        if on < maker.today:
            _close(apart, on, cash)


def _price_list(maker: Maker) -> list[_Thing]:
    start = maker.today - timedelta(days=400)
    items = {row["name"]: row["id"] for row in maker.rows()[FarmInventory]}
    found = []
    for name, price in _PRICES:
        product = maker.add(
            Product,
            start,
            name=name,
            price=Decimal(price),
            currency="GBP",
            tax_rate=TAX,
            stock_item_id=items[name],
            status=Status.INACTIVE,
        )
        found.append(_Thing(name, Decimal(price), {"product_id": product}))
    return found


def _service(row: Mapping[str, Any], pet_id: UUID | None) -> _Thing:
    links = {"service_id": row["id"], "pet_id": pet_id}
    return _Thing(row["name"], row["price"] or Decimal(0), links)


def _bill_visit(
    maker: Maker,
    till: _Till,
    visit: Mapping[str, Any],
    services: Mapping[UUID, Mapping[str, Any]],
    products: Sequence[_Thing],
) -> None:
    at, client = visit["ends_at"] + timedelta(minutes=4), visit["client_id"]
    things = [_service(services[visit["service_id"]], visit["pet_id"])]
    if maker.chance(0.35):
        things.append(maker.random.choice(products))
    recent = at > till.now - timedelta(minutes=40)
    invoice, total = till.bill(at, client, things, draft=recent, appointment_id=visit["id"])
    if recent or maker.chance(0.15):
        return
    way = maker.random.choice(_WAYS)
    part = maker.chance(0.12)
    till.pay(at, invoice, client, (total / 2).quantize(Decimal(1)) if part else total, way)


def _close(maker: Maker, on: date, cash: Decimal) -> None:
    expected = _FLOAT + cash
    maker.add(
        TillClosing,
        local(on, 18, 40),
        closed_on=on,
        till=_TILL,
        opening_float=_FLOAT,
        expected=expected,
        counted=expected,
    )
