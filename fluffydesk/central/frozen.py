"""Runs the SQL frozen beside a migration, within the migration's transaction."""

from __future__ import annotations

from typing import Any

from alembic import context, op
from sqlalchemy import ForeignKeyConstraint

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


def _is_declared(thing: Any, name: str, kind: str, reflected: bool, other: Any) -> bool:
    """Say whether the records declare such a thing; keys to the host's own tables are SQL's."""
    if not (reflected and isinstance(thing, ForeignKeyConstraint)):
        return True
    return all(not element.target_fullname.startswith("auth.") for element in thing.elements)


COMPARED = {
    "compare_type": True,
    "compare_server_default": True,
    "include_object": _is_declared,
}
"""What Alembic is told when it looks for drift between a database and the records."""
