"""Livestock."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run("0013_livestock.up")


def downgrade() -> None:
    run("0013_livestock.down")
