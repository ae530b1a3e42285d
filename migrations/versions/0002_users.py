"""Users: profiles, user_consents, organization_users, invites, invite_codes."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run("0002_users.up")


def downgrade() -> None:
    run("0002_users.down")
