"""Runs the SQL frozen beside a migration, within the migration's transaction."""

from __future__ import annotations

from alembic import context, op

from fluffydesk.files import travelling


def run(name: str) -> None:
    """Run `migrations/sql/<name>.sql`, any number of statements, as it stands."""
    script = (travelling("migrations") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    if context.is_offline_mode():
        op.get_context().impl.static_output(script)
        return
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(script)
