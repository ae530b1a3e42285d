"""Alembic's door: runs the revisions on a connection it is handed, at a URL, or prints their SQL.

`fluffydesk central init URL` hands its connection over. By hand, from the project's root:
`alembic upgrade head --sql` prints the SQL, `alembic -x url=postgresql://.. check` looks for drift.
"""

from __future__ import annotations

import psycopg
from alembic import context
from sqlalchemy import Connection, NullPool, create_engine

import fluffydesk.records.catalog  # noqa: F401  declares them all
from fluffydesk.central.frozen import COMPARED
from fluffydesk.records.vocabulary import Record

HOW = {"target_metadata": Record.metadata, "version_table_schema": "sync", **COMPARED}


def run(connection: Connection) -> None:
    """Run the revisions on a connection whose transaction is somebody else's."""
    context.configure(connection=connection, **HOW)
    with context.begin_transaction():
        context.run_migrations()


def run_at(url: str) -> None:
    """Run the revisions at a URL, all of them or none."""
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(url), poolclass=NullPool
    )
    with engine.begin() as connection:
        connection.exec_driver_sql("create schema if not exists sync")
        run(connection)


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", **HOW)
    with context.begin_transaction():
        context.get_context().impl.static_output("create schema if not exists sync;")
        context.run_migrations()
elif "connection" in context.config.attributes:
    run(context.config.attributes["connection"])
else:
    run_at(context.get_x_argument(as_dictionary=True)["url"])
