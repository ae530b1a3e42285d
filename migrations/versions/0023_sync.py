"""Sync: roles and functions."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    run("0023_sync.up")


def downgrade() -> None:
    run("0023_sync.down")
