"""Alembic's door: runs the revisions on the connection that the administration hands over."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table_schema="sync")
with context.begin_transaction():
    context.run_migrations()
