"""Analytics."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run("0016_analytics.up")


def downgrade() -> None:
    run("0016_analytics.down")
