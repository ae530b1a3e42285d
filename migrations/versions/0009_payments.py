"""Payments: referrals, donations, invoices, payments, invoice_items, payment_refunds."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run("0009_payments.up")


def downgrade() -> None:
    run("0009_payments.down")
