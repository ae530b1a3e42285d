"""Organizations."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run("0007_organizations.up")


def downgrade() -> None:
    run("0007_organizations.down")
