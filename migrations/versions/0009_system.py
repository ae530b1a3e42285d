"""System: audit_logs."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    run("0009_system.up")


def downgrade() -> None:
    run("0009_system.down")
