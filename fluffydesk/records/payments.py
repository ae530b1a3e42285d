"""Payments, invoices, donations and referrals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import (
    CLINICS,
    EVERYONE,
    KEEPERS,
    NOBODY,
    WORKERS,
    Access,
    Of,
    Person,
)
from fluffydesk.records.enums import PaymentStatus
from fluffydesk.records.enums.payments import (
    DonationRhythm,
    InvoiceKind,
    InvoiceStatus,
    PaymentMethod,
    ReferralChannel,
    ReferralStatus,
)
from fluffydesk.records.money import currency, known_currency, money, percent
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import (
    Merge,
    OrganizationRecord,
    PersonalRecord,
    field,
    link,
    secret,
)


class Payment(OrganizationRecord):
    """Money that an organization received, or is about to."""

    __tablename__ = "payments"
    __access__ = Access(
        read=[EVERYONE, Person()],
        write=WORKERS,
        delete=KEEPERS,
        mirrored=CLINICS,
        audited="it is money",
    )
    __titles__ = ("Payment", "Payments")
    __label__ = ("amount", "paid_at")
    __table_args__ = (
        UniqueConstraint("organization_id", "provider", "provider_reference"),
        Index("ix_payments_day", "organization_id", "paid_at"),
        known_currency(),
    )

    client_id: Mapped[UUID | None] = link("clinic_clients", "Client")
    invoice_id: Mapped[UUID | None] = link("invoices", "Invoice")
    booking_id: Mapped[UUID | None] = link("bookings", "Booking")
    order_id: Mapped[UUID | None] = link("orders", "Order", kept=True)
    donation_id: Mapped[UUID | None] = link("donations", "Donation", kept=True)
    user_id: Mapped[UUID | None] = link(
        "profiles", "Payer's account", on_delete="SET NULL", kept=True
    )
    amount: Mapped[Decimal] = money("Amount", minimum=Decimal("0.01"))
    currency: Mapped[str] = currency()
    method: Mapped[PaymentMethod] = field("Paid by", default=PaymentMethod.CASH)
    status: Mapped[PaymentStatus] = field("Status", default=PaymentStatus.COMPLETED)
    paid_at: Mapped[datetime | None] = field("Received", default=now)
    received_by: Mapped[UUID | None] = link(
        "profiles", "Received by", via="organization_users.user_id"
    )
    till: Mapped[str | None] = field("Till", hint="Where it was received")
    given: Mapped[Decimal | None] = money("Given", hint="What was handed over in cash")
    refunded_amount: Mapped[Decimal] = money("Paid back", default=0, kept=True)
    reference: Mapped[str | None] = field("Reference", hint="Of the transfer, slip or cheque")
    notes: Mapped[str | None] = field("Notes", hint="The payer reads them too", merge=Merge.TEXT)
    provider: Mapped[str | None] = field("Provider", kept=True)
    provider_reference: Mapped[str | None] = field("Provider's number", kept=True)
    fee: Mapped[Decimal] = money("Provider's fee", default=0, kept=True)
    failure_reason: Mapped[str | None] = field("Why it failed", kept=True)


class PaymentRefund(OrganizationRecord):
    """What was paid back of a payment at one time: a row for each, so that two desks add up."""

    __tablename__ = "payment_refunds"
    __access__ = Access(
        read=[EVERYONE, Of("payment_id")],
        write=WORKERS,
        delete=KEEPERS,
        mirrored=CLINICS,
        audited="it is money",
    )
    __titles__ = ("Refund", "Refunds")
    __label__ = ("amount", "paid_back_at")
    __table_args__ = (Index("ix_payment_refunds_day", "organization_id", "paid_back_at"),)

    payment_id: Mapped[UUID] = link("payments", "Of the payment")
    amount: Mapped[Decimal] = money("Amount", minimum=Decimal("0.01"))
    method: Mapped[PaymentMethod] = field("Paid back by", default=PaymentMethod.CASH)
    paid_back_at: Mapped[datetime] = field("Paid back", default=now)
    given_by: Mapped[UUID | None] = link(
        "profiles", "Paid back by whom", via="organization_users.user_id"
    )
    till: Mapped[str | None] = field("Till", hint="Where it was paid back")
    reason: Mapped[str | None] = field("Reason", hint="The payer reads it too", merge=Merge.TEXT)


class Invoice(OrganizationRecord):
    """What a client is asked to pay, or given back; a draft until it is posted (rule 23)."""

    __tablename__ = "invoices"
    __access__ = Access(
        read=[EVERYONE, Person(when="status <> 'draft'")],
        write=WORKERS,
        delete=KEEPERS,
        mirrored=CLINICS,
        audited="it is money, and answered for to the tax office",
    )
    __titles__ = ("Invoice", "Invoices")
    __label__ = ("number", "issue_date")
    __searched__ = ("number", "bill_to_name")
    __table_args__ = (
        UniqueConstraint("organization_id", "number"),
        Index("ix_invoices_day", "organization_id", "issue_date"),
        CheckConstraint("total = subtotal - discount + tax", name="total_adds_up"),
        CheckConstraint("paid <= total", name="paid_within_total"),
        CheckConstraint("due_date >= issue_date", name="due_after_issue"),
        CheckConstraint("credits_id is null or kind = 'credit_note'", name="credits_by_note"),
        # What it would cost is no claim: it becomes an invoice of its own.
        CheckConstraint("kind <> 'estimate' or status = 'draft'", name="estimate_not_posted"),
        CheckConstraint("price_off = 0 or price_off_percent = 0", name="one_discount"),
        known_currency(),
    )

    number: Mapped[str | None] = field("Number", hint="Left empty, central gives it when posted")
    kind: Mapped[InvoiceKind] = field("Kind", default=InvoiceKind.INVOICE)
    credits_id: Mapped[UUID | None] = link("invoices", "Corrects")
    estimate_id: Mapped[UUID | None] = link("invoices", "From the estimate", on_delete="SET NULL")
    accepted_at: Mapped[datetime | None] = field(
        "Accepted", hint="An estimate, by the client", merge=Merge.MIN
    )
    client_id: Mapped[UUID | None] = link("clinic_clients", "Client")
    appointment_id: Mapped[UUID | None] = link("appointments", "Visit")
    booking_id: Mapped[UUID | None] = link("bookings", "Booking")
    order_id: Mapped[UUID | None] = link("orders", "Order", kept=True)
    user_id: Mapped[UUID | None] = link(
        "profiles", "Client's account", on_delete="SET NULL", kept=True
    )
    bill_to_name: Mapped[str | None] = field("Bill to", hint="As printed")
    bill_to_address: Mapped[str | None] = field("Address")
    bill_to_tax_number: Mapped[str | None] = field("Client's tax number")
    issue_date: Mapped[date] = field("Date", default=today)
    due_date: Mapped[date | None] = field("Due")
    status: Mapped[InvoiceStatus] = field(
        "Status", default=InvoiceStatus.DRAFT, merge=Merge.LATTICE
    )
    currency: Mapped[str] = currency()
    price_off: Mapped[Decimal] = money("Discount", default=0, hint="On the whole, tax included")
    price_off_percent: Mapped[Decimal] = percent(
        "Discount in percent", hint="Of the whole, in place of an amount", instead_of="price_off"
    )
    # What its lines come to: central and every PC reckon it alike, nobody decides on it.
    subtotal: Mapped[Decimal] = money("Items", default=0, hint="Without tax", merge=Merge.FOLLOWS)
    discount: Mapped[Decimal] = money("Discount without tax", default=0, merge=Merge.FOLLOWS)
    tax: Mapped[Decimal] = money("Tax", default=0, merge=Merge.FOLLOWS)
    total: Mapped[Decimal] = money("Total", default=0, merge=Merge.FOLLOWS)
    # What stood on the paper: where another PC changed the lines meanwhile, central posts nothing.
    posted_total: Mapped[Decimal | None] = money("Total as posted")
    paid: Mapped[Decimal] = money("Paid", default=0, kept=True)
    posted_at: Mapped[datetime | None] = field("Posted", kept=True)
    notes: Mapped[str | None] = field("Notes", hint="The client reads them too", merge=Merge.TEXT)


class InvoiceItem(OrganizationRecord):
    """One line of an invoice: what, how much of it, and for what price without tax."""

    __tablename__ = "invoice_items"
    __access__ = Access(
        read=[EVERYONE, Of("invoice_id")],
        write=WORKERS,
        mirrored=CLINICS,
        audited="it is money, and answered for to the tax office",
    )
    __titles__ = ("Invoice line", "Invoice lines")
    __label__ = ("description",)
    __table_args__ = (
        # Which way half a cent goes is the clinic's custom.
        CheckConstraint(
            "abs(line_total - (quantity * unit_price - discount)) < 0.01", name="line_adds_up"
        ),
    )

    invoice_id: Mapped[UUID] = link("invoices", "Invoice", on_delete="CASCADE")
    position: Mapped[int] = field("Line", default=0, minimum=0, maximum=10_000)
    description: Mapped[str] = field("Description")
    pet_id: Mapped[UUID | None] = link("pets", "Pet", via="clinic_patients.pet_id")
    service_id: Mapped[UUID | None] = link("services", "Service")
    product_id: Mapped[UUID | None] = link("products", "Product")
    stock_item_id: Mapped[UUID | None] = link("farm_inventory", "Stock item")
    lot: Mapped[str | None] = field("Lot")
    record_id: Mapped[UUID | None] = link("medical_records", "From the record")
    quantity: Mapped[Decimal] = field("Quantity", places=3, default=1, minimum=0, maximum=1_000_000)
    # As exact as a price without tax must be for quantity by it to give the price with it.
    unit_price: Mapped[Decimal] = field(
        "Price of one", places=6, default=0, minimum=0, maximum=10_000_000, hint="Without tax"
    )
    discount: Mapped[Decimal] = money("Discount", default=0)
    discount_percent: Mapped[Decimal] = percent(
        "Discount in percent", hint="Then the discount follows from it", instead_of="discount"
    )
    line_total: Mapped[Decimal] = money(
        "Together", default=0, hint="Without tax", merge=Merge.FOLLOWS
    )
    tax_rate: Mapped[Decimal] = percent("Tax rate")
    tax: Mapped[Decimal] = money("Tax", default=0, merge=Merge.FOLLOWS)


class Donation(OrganizationRecord):
    """Money given to an organization, once or at each turn of a standing promise."""

    __tablename__ = "donations"
    # The payment's outcome is the platform's to enter; thanks and receipts are the organization's.
    __access__ = Access(
        read=[WORKERS, Person()],
        write=KEEPERS,
        add=NOBODY,
        delete=NOBODY,
        audited="it is money, and receipts are answered for to the tax office",
    )
    __titles__ = ("Donation", "Donations")
    __label__ = ("donated_at", "amount")
    __table_args__ = (
        UniqueConstraint("organization_id", "receipt_number"),
        Index("ix_donations_day", "organization_id", "donated_at"),
        known_currency(),
    )

    user_id: Mapped[UUID | None] = link("profiles", "Donor", on_delete="SET NULL", kept=True)
    donor_name: Mapped[str | None] = field("Donor's name", kept=True)
    donor_email: Mapped[str | None] = field("Donor's e-mail", kept=True)
    donor_address: Mapped[str | None] = field("Donor's address", kept=True)
    is_anonymous: Mapped[bool] = field("Not to be named", default=False, kept=True)
    amount: Mapped[Decimal] = money("Amount", minimum=Decimal("0.01"), kept=True)
    currency: Mapped[str] = currency(kept=True)
    status: Mapped[PaymentStatus] = field("Status", default=PaymentStatus.PENDING, kept=True)
    donated_at: Mapped[datetime | None] = field("Given", kept=True)
    campaign: Mapped[str | None] = field("Campaign", kept=True)
    message: Mapped[str | None] = field("Donor's words", kept=True)
    rhythm: Mapped[DonationRhythm] = field("How often", default=DonationRhythm.ONCE, kept=True)
    promise_reference: Mapped[str | None] = field("Provider's number of the promise", kept=True)
    next_on: Mapped[date | None] = field("Next on", kept=True)
    ended_on: Mapped[date | None] = field("Promise ended", kept=True)
    is_tax_deductible: Mapped[bool] = field("Tax deductible", default=True)
    receipt_number: Mapped[str | None] = field("Receipt number")
    receipt_sent_at: Mapped[datetime | None] = field("Receipt sent")
    thanked_at: Mapped[datetime | None] = field("Thanked")


class Referral(PersonalRecord):
    """A person's invitation of somebody to the platform, and what came of it."""

    __tablename__ = "referrals"
    __access__ = Access(read=Person())
    __titles__ = ("Referral", "Referrals")
    __label__ = ("code",)
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("invited_user_id"),
        CheckConstraint("invited_user_id <> user_id", name="not_oneself"),
        known_currency(),
    )

    code: Mapped[str] = field("Code")
    channel: Mapped[ReferralChannel] = field("Sent by", default=ReferralChannel.LINK)
    invited_email_hash: Mapped[str | None] = secret("SHA-256 of the invited address")
    invited_user_id: Mapped[UUID | None] = link("profiles", "Who came", on_delete="SET NULL")
    status: Mapped[ReferralStatus] = field("Status", default=ReferralStatus.SENT)
    reward: Mapped[Decimal] = money("Reward", default=0)
    currency: Mapped[str] = currency()
    sent_at: Mapped[datetime] = field("Sent", default=now)
    expires_at: Mapped[datetime | None] = field("Valid until")
    joined_at: Mapped[datetime | None] = field("Joined")
    rewarded_at: Mapped[datetime | None] = field("Rewarded")
