"""Communication."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run("0006_communication.up")


def downgrade() -> None:
    run("0006_communication.down")
