"""Events."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run("0018_events.up")


def downgrade() -> None:
    run("0018_events.down")
