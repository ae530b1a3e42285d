"""Pets."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run("0003_pets.up")


def downgrade() -> None:
    run("0003_pets.down")
