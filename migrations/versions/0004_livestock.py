"""Livestock: livestock_batches, livestock, flocks, poultry_batches."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run("0004_livestock.up")


def downgrade() -> None:
    run("0004_livestock.down")
