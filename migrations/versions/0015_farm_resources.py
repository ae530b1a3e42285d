"""Farm_resources."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run("0015_farm_resources.up")


def downgrade() -> None:
    run("0015_farm_resources.down")
