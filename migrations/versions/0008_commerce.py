"""Commerce."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run("0008_commerce.up")


def downgrade() -> None:
    run("0008_commerce.down")
