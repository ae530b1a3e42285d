"""System."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run("0017_system.up")


def downgrade() -> None:
    run("0017_system.down")
