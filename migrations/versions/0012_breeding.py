"""Breeding."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run("0012_breeding.up")


def downgrade() -> None:
    run("0012_breeding.down")
