"""Booking: services, rooms, room_availability, bookings, appointments, booking_items."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run("0005_booking.up")


def downgrade() -> None:
    run("0005_booking.down")
