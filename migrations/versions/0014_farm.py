"""Farm."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run("0014_farm.up")


def downgrade() -> None:
    run("0014_farm.down")
