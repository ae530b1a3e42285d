"""Clinic."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run("0022_clinic.up")


def downgrade() -> None:
    run("0022_clinic.down")
