"""Reference."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run("0020_reference.up")


def downgrade() -> None:
    run("0020_reference.down")
