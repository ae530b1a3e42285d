"""Reviews."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run("0019_reviews.up")


def downgrade() -> None:
    run("0019_reviews.down")
