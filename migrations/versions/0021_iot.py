"""Iot: geo_events, iot_device_logs."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run("0021_iot.up")


def downgrade() -> None:
    run("0021_iot.down")
