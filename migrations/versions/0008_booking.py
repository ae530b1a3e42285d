"""Booking: services, rooms, appointments."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run("0008_booking.up")


def downgrade() -> None:
    run("0008_booking.down")
