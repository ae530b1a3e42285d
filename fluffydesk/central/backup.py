"""A backup of one central database: a moment of it, whole, in one file, with its logins."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from fluffydesk import __version__
from fluffydesk.central import accounts, archive, logins, programs
from fluffydesk.central.archive import Manifest, Tell
from fluffydesk.central.entrance import (
    Connection,
    administrator,
    require_able,
    require_set_up,
)
from fluffydesk.central.logins import Login
from fluffydesk.central.programs import Running
from fluffydesk.records.types import now

_CHUNK = 1 << 20
# What a restored database forgets, since everybody loads afresh: its rows are left out.
_FORGOTTEN = "sync.changes"

_TABLES = """
    select n.nspname, c.relname
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(%s) and c.relkind = 'r' and n.nspname || '.' || c.relname <> %s
      and not exists (
        select from pg_catalog.pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
      )
    order by 1, 2
"""

_TRIGGERS = """
    select t.tgname, pg_catalog.pg_get_triggerdef(t.oid)
    from pg_catalog.pg_trigger t
    join pg_catalog.pg_class c on c.oid = t.tgrelid
    join pg_catalog.pg_proc p on p.oid = t.tgfoid
    where not t.tgisinternal and c.relnamespace::regnamespace::text <> all (%(schemas)s)
      and p.pronamespace::regnamespace::text = any (%(schemas)s)
    order by 1
"""


@dataclass(frozen=True)
class Report:
    """What a backup came to."""

    path: Path
    size: int
    sha256: str
    manifest: Manifest
    logins: int
    seconds: float


def backup(
    url: str, path: Path, *, force: bool = False, tell: Tell = lambda doing, done: None
) -> Report:
    """Write a moment of the central at `url` to `path`, read it again to the end, and report.

    The file takes its name only when it is whole; who interrupts this leaves nothing behind.
    Raises Refusal where the file is there already, where no pg_dump fits, or pg_dump refuses.
    """
    began = time.monotonic()
    with administrator(url) as connection, archive.beside(path, force=force) as partial:
        require_able(connection)
        require_set_up(connection)
        tools = programs.fitting(connection.info.server_version // 10000)
        with connection.transaction():
            connection.execute("set transaction isolation level repeatable read, read only")
            connection.execute("set local row_security = off")
            manifest, members = _describe(connection, tools.major)
            dump = _dump(connection, url, tools, accounts.schemas(manifest.accounts), tell)
            archive.write(partial, manifest, members, dump)
        manifest, sha256 = archive.verify(partial, tell)
        size = partial.stat().st_size
    return Report(path, size, sha256, manifest, len(members), time.monotonic() - began)


def _dump(
    connection: Connection, url: str, tools: programs.Programs, schemas: list[str], tell: Tell
) -> Iterator[bytes]:
    """Yield pg_dump's archive of the moment that the connection's transaction sees."""
    [(snapshot,)] = connection.execute("select pg_catalog.pg_export_snapshot()").fetchall()
    arguments = [
        "--format=custom",
        "--no-password",
        "--quote-all-identifiers",
        "--lock-wait-timeout=60s",
        f"--snapshot={snapshot}",
        f"--exclude-table-data={_FORGOTTEN}",
        *(f"--schema={name}" for name in schemas),
        f"--dbname={programs.target(url)}",
    ]
    with Running(tools, "pg_dump", *arguments, url=url, stdout=programs.PIPE) as dumper:
        done = 0
        while chunk := dumper.stdout.read(_CHUNK):
            done += len(chunk)
            tell("Writing the backup", done)
            yield chunk
        if dumper.failed():
            raise dumper.refuse()


def _describe(connection: Connection, made_by: int) -> tuple[Manifest, list[Login]]:
    [(database,)] = connection.execute("select current_database()").fetchall()
    [(revision,)] = connection.execute(
        "select max(version_num) from sync.alembic_version"
    ).fetchall()
    own = accounts.are_own(connection)
    schemas = accounts.schemas(own)
    members = logins.members(connection)
    known = {*logins.PLATFORM, *(login.name for login in members)}
    manifest = Manifest(
        made_at=now().isoformat(timespec="seconds"),
        program=__version__,
        database=database,
        server=connection.info.server_version,
        made_by=made_by,
        revision=str(revision),
        accounts=own,
        passwords=logins.sees_passwords(connection),
        roles=tuple(name for name in logins.others(connection) if name not in known),
        triggers=dict(connection.execute(_TRIGGERS, {"schemas": schemas}).fetchall()),
        tables=count_rows(connection, schemas),
    )
    return manifest, members


def count_rows(connection: Connection, schemas: list[str]) -> dict[str, int]:
    """Return how many rows each table has, by its name with the schema."""
    found = connection.execute(_TABLES, (schemas, _FORGOTTEN)).fetchall()
    counts: dict[str, int] = {}
    for schema, table in found:
        query = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, table))
        [(counts[f"{schema}.{table}"],)] = connection.execute(query).fetchall()
    return counts
