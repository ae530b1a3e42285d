"""Organizations: organizations, profiles, organization_users."""

from __future__ import annotations

from fluffydesk.central.frozen import run

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run("0002_organizations.up")


def downgrade() -> None:
    run("0002_organizations.down")
