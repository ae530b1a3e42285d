"""Lost_found: lf_subscriptions, lf_reports, lf_matches, lf_media, lf_actions, lf_messages."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run("0011_lost_found.up")


def downgrade() -> None:
    run("0011_lost_found.down")
