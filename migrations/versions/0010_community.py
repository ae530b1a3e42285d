"""Community."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run("0010_community.up")


def downgrade() -> None:
    run("0010_community.down")
