"""Puts a backup into an empty database: all of it or nothing, and then a new life of it."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from psycopg import sql

from fluffydesk.central import accounts, administration, archive, logins, programs
from fluffydesk.central.archive import Archive, Manifest, Tell
from fluffydesk.central.entrance import LOCK, Connection, administrator, require_able
from fluffydesk.central.ground import require_ready
from fluffydesk.central.programs import Programs, Running
from fluffydesk.central.schema import sql_file
from fluffydesk.errors import Busy, Refusal

_CHUNK = 1 << 20
# Every script of pg_restore's says it in its first lines; a server before 17 does not know it.
_UNKNOWN_SETTING = b"SET transaction_timeout = 0;\n"
_KNOWS_SETTING = 170000
_ACCOUNTS_FIRST = "Restore the host's accounts first, into the same database."
# What pg_restore would make though it is there already.
_THERE = ("SCHEMA - public ", "COMMENT - SCHEMA public ")

_COUNTED = """
do $counted$
declare
  t record;
  v_rows bigint;
begin
  for t in select * from (values {expected}) as v(schema, name, rows) loop
    execute format('select count(*) from %I.%I', t.schema, t.name) into v_rows;
    if v_rows <> t.rows then
      raise exception '%.% has % rows and not the % of the backup',
        t.schema, t.name, v_rows, t.rows;
    end if;
  end loop;
end $counted$;
"""


@dataclass(frozen=True)
class Report:
    """What a restore came to. Row counts are the manifest's: else nothing would have been kept."""

    manifest: Manifest
    made: tuple[str, ...]
    """Logins that were not there."""
    kept: tuple[str, ...]
    """Logins that were there, and keep their passwords."""
    locked: tuple[str, ...]
    """Logins of which no password is known here: they cannot sign in until they are given one."""
    skipped: tuple[str, ...]
    """Names that an administrator has here: no member enters by them."""
    upgraded_to: str | None
    findings: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class _Scripts:
    before: str
    """Makes what the dump leans on."""
    after: str
    """Looks whether all is there, and begins the new life."""


def restore(url: str, path: Path, tell: Tell = lambda doing, done: None) -> Report:
    """Put the backup at `path` into the empty database at `url`, and begin a new epoch there.

    One transaction holds everything, logins too. Then the database is brought up to this
    program's revision and compared with the declarations. Raises Refusal where the database is
    not empty or does not fit, InvalidValue for a file that is damaged or no backup.
    """
    return _restore(url, path, tell, rehearsal=False)


def rehearse(url: str, path: Path, tell: Tell = lambda doing, done: None) -> Report:
    """Restore a backup into a database made for it beside the one at `url`, and drop it again.

    No login is made or changed.
    """
    with administrator(url) as connection:
        require_able(connection)
        with administration.scratch(url, connection) as scratch_url:
            return _restore(scratch_url, path, tell, rehearsal=True)


def _restore(url: str, path: Path, tell: Tell, *, rehearsal: bool) -> Report:
    began = time.monotonic()
    with archive.opened(path) as file, tempfile.TemporaryDirectory() as folder:
        manifest = file.manifest
        with administrator(url) as connection, _alone(connection):
            _require_fit(connection, manifest)
            # What reads an archive must be as new as what made it, what talks as the server is.
            server = connection.info.server_version // 10000
            tools = programs.fitting(max(server, manifest.made_by))
            dump = _unpack(file, Path(folder), tell)
            plan = logins.plan(connection, [] if rehearsal else file.logins())
            roles = logins.statements(connection, plan, manifest.roles)
            scripts = _Scripts(
                before="\n".join((sql_file("roles"), roles)),
                after=_after(connection, manifest, secure=not rehearsal),
            )
            try:
                _run(connection, url, tools, dump, scripts, tell)
            except Refusal as refusal:
                advice = "" if manifest.accounts else _ACCOUNTS_FIRST
                raise Refusal(refusal.message, refusal.advice or advice) from refusal
            locked = [login.name for login in plan.make if login.verifier is None]
            locked += [n for n in plan.keep if logins.has_password(connection, n) is False]
            connection.execute("analyze")
    newest = administration.revisions()[0]
    if manifest.revision != newest:
        administration.upgrade(url)
    return Report(
        manifest=manifest,
        made=tuple(login.name for login in plan.make),
        kept=plan.keep,
        locked=tuple(locked),
        skipped=plan.skip,
        upgraded_to=newest if manifest.revision != newest else None,
        findings=tuple(administration.check(url)),
        seconds=time.monotonic() - began,
    )


@contextlib.contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Keep other restores and set-ups of this database away."""
    require_able(connection)
    if connection.execute("select pg_try_advisory_lock(%s)", (LOCK,)).fetchone() != (True,):
        raise Busy("Another command sets this database up.", "Wait until it is done.")
    yield


def _require_fit(connection: Connection, manifest: Manifest) -> None:
    """Refuse in words what cannot take this backup, before anything is touched."""
    if manifest.revision not in administration.revisions():
        raise Refusal(
            f"The backup is of revision {manifest.revision}, which this version does not know.",
            "Use a newer FluffyDesk.",
        )
    if connection.info.server_version // 10000 < manifest.server // 10000:
        raise Refusal(
            f"The backup comes from Postgres {manifest.server // 10000}, which is newer than this.",
            f"Restore it into Postgres {manifest.server // 10000} or newer.",
        )
    hosted = accounts.host_keeps(connection)
    if manifest.accounts and hosted:
        raise Refusal(
            "The backup holds its accounts, and the host of this database keeps its own.",
            "Restore it into a Postgres of your own.",
        )
    if not manifest.accounts and not hosted:
        raise Refusal(
            "The backup leaves out its accounts, which its host (Supabase) keeps.",
            _ACCOUNTS_FIRST,
        )
    for there in ("access", "sync", *(["auth"] if manifest.accounts else [])):
        if connection.execute("select to_regnamespace(%s)", (there,)).fetchone() != (None,):
            raise Refusal(
                f"The database is not empty: it has the schema {there}.",
                "Make a new one, with encoding UTF8, and restore into that.",
            )
    require_ready(connection, [])


def _unpack(file: Archive, folder: Path, tell: Tell) -> Path:
    """Write pg_dump's archive out, for pg_restore reads to and fro in it."""
    dump, done = folder / "dump", 0
    with dump.open("wb") as out:
        for chunk in file.dump():
            done += out.write(chunk)
            tell("Reading the backup", done)
    return dump


def _after(connection: Connection, manifest: Manifest, *, secure: bool) -> str:
    """Return the SQL that looks whether all is there, and begins the new life."""
    expected = sql.SQL(", ").join(
        sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, (*table.split(".", 1), rows))))
        for table, rows in manifest.tables.items()
    )
    parts = ["reset all;", sql.SQL(_COUNTED).format(expected=expected).as_string(connection)]
    for name, definition in manifest.triggers.items():
        there = "select from pg_catalog.pg_trigger where tgname = %s and not tgisinternal"
        if connection.execute(there, (name,)).rowcount == 0:
            parts.append(f"{definition};")
    parts.append(sql_file("new_epoch"))
    if secure:
        parts += [sql_file(name) for name in administration.ALWAYS]
    return "\n".join(parts)


def _run(
    connection: Connection, url: str, tools: Programs, dump: Path, scripts: _Scripts, tell: Tell
) -> None:
    """Run what pg_restore writes between two scripts, in one transaction of psql's.

    psql is given the second, with its COMMIT, only when pg_restore has ended well. Where it is
    not, nothing was done.
    """
    reads = ("--no-owner", f"--use-list={_listing(tools, dump)}", "--file=-", str(dump))
    runs = ("--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1")
    where = f"--dbname={programs.target(url)}"
    with (
        Running(tools, "psql", *runs, where, url=url, stdin=programs.PIPE) as writer,
        Running(tools, "pg_restore", *reads, stdout=programs.PIPE) as reader,
    ):

        def script() -> Iterator[bytes]:
            yield f"begin;\n{scripts.before}\n".encode()
            yield from _pages(reader, whole=connection.info.server_version >= _KNOWS_SETTING)
            if reader.failed():
                raise reader.refuse()
            yield f"\n{scripts.after}\ncommit;\n".encode()

        archive.feed(script(), writer.stdin, lambda done: tell("Restoring", done))
        if writer.failed():
            raise writer.refuse()


def _listing(tools: Programs, dump: Path) -> Path:
    """Return the file that names what pg_restore is to make."""
    with Running(tools, "pg_restore", "--list", str(dump), stdout=programs.PIPE) as lister:
        lines = lister.stdout.read().decode().splitlines()
        if lister.failed():
            raise lister.refuse()
    listing = dump.with_name("listing")
    wanted = [line for line in lines if not any(there in line for there in _THERE)]
    listing.write_text("\n".join(wanted) + "\n", encoding="utf-8")
    return listing


def _pages(reader: Running, *, whole: bool) -> Iterator[bytes]:
    """Yield what pg_restore writes: whole, or without what an older server does not know."""
    first = reader.stdout.read(_CHUNK)
    yield first if whole else first.replace(_UNKNOWN_SETTING, b"", 1)
    while chunk := reader.stdout.read(_CHUNK):
        yield chunk
