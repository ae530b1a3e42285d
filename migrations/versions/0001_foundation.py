"""Foundation: roles and functions."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0001"
down_revision = None


def upgrade() -> None:
    run("0001_foundation.up")


def downgrade() -> None:
    run("0001_foundation.down")
