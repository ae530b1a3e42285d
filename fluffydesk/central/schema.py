"""What central's whole schema is, as SQL: the records' declarations and the files in `sql/`.

One step a subject, in the order of the platform's page, between one for the foundation and one for
the sync. What needs a table of a later subject (a foreign key, a policy) waits for that subject.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sqlalchemy import Enum, ForeignKeyConstraint, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import AddConstraint, CreateIndex, CreateTable

from fluffydesk.central import policies, triggers
from fluffydesk.records import catalog
from fluffydesk.records.access import ForAll, Mine, Reach, Through, Within
from fluffydesk.records.catalog import MIRRORED, RECORDS, record_for
from fluffydesk.records.dated import central_rule
from fluffydesk.records.vocabulary import Record, is_heavy

_SQL = Path(__file__).resolve().parent / "sql"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Subject:
    """What one revision sets up: its tables, with SQL files before and after them."""

    name: str
    tables: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def _subjects() -> Iterator[Subject]:
    yield Subject("foundation", before=("roles", "auth", "access", "sync_log", "row_triggers"))
    for module in catalog.SUBJECTS:
        name = module.__name__.rpartition(".")[2]
        declared = catalog.records_of(module)
        tables = tuple(r.__table__.name for r in RECORDS if r in declared)
        yield Subject(name, tables, after=(name,) if (_SQL / f"{name}.sql").exists() else ())
    parts = ("sync_storage", "sync_pull", "sync_push", "sync_numbers", "sync_hello")
    yield Subject("sync", after=parts)


SUBJECTS: tuple[Subject, ...] = tuple(_subjects())


@dataclass(frozen=True)
class _Piece:
    """A part of the schema that can be made once these tables are there."""

    text: str
    needs: frozenset[str]
    function: str | None = None
    """Its signature, if it is a function: what has to be dropped by name."""


def statements(subject: Subject) -> str:
    """Return the SQL that sets up one subject, to be run as one script."""
    parts = [sql_file(name) for name in subject.before]
    if subject.name == "foundation":
        parts += [_create_enum(kind) for kind in enums()]
    records = [record_for(name) for name in subject.tables]
    parts += [create_table(record) for record in records]
    parts += [_registration(record) for record in records if record in MIRRORED]
    parts += [policies.statements(record) for record in records]
    parts += [piece.text for piece in _pieces_of(subject)]
    parts += [sql_file(name) for name in subject.after]
    return "\n".join(part.strip() + "\n" for part in parts if part)


def teardown(subject: Subject) -> str:
    """Return the SQL that takes one subject away again."""
    lines = [sql_file(f"{name}_down") for name in reversed(subject.after)]
    lines += _hung_on_earlier_tables(subject)
    made = [piece.function for piece in _pieces_of(subject) if piece.function]
    lines += [f"drop function {name} cascade;" for name in reversed(made)]
    lines += [f"drop table public.{name} cascade;" for name in reversed(subject.tables)]
    if subject.tables:
        names = ", ".join(f"'{name}'" for name in subject.tables)
        lines.append(f"delete from sync.tables where name in ({names});")
    if subject.name == "foundation":
        lines += [f"drop type public.{kind.name};" for kind in reversed(enums())]
    lines += [sql_file(f"{name}_down") for name in reversed(subject.before)]
    return "\n".join(line.strip() for line in lines if line) + "\n"


_HUNG = re.compile(r"^create (trigger|policy) (\w+) .*?\bon public\.(\w+)", re.MULTILINE)


def _hung_on_earlier_tables(subject: Subject) -> Iterator[str]:
    """Yield what takes triggers and policies off tables that stay when the subject goes."""
    for piece in reversed(_pieces_of(subject)):
        for kind, name, table in _HUNG.findall(piece.text):
            if table not in subject.tables:
                yield f"drop {kind} {name} on public.{table};"


def _pieces_of(subject: Subject) -> list[_Piece]:
    """Return what can be made as soon as this subject's tables are there, and not before."""
    step = SUBJECTS.index(subject)
    return [piece for piece in _pieces() if max(map(_step_of, piece.needs)) == step]


@cache
def _step_of(table: str) -> int:
    return next(n for n, subject in enumerate(SUBJECTS) if table in subject.tables)


@cache
def _pieces() -> tuple[_Piece, ...]:
    """Return all that is made beside the bare tables: keys, then functions, triggers, policies."""
    keys, functions, others, rules = [], [], [], []
    for record in RECORDS:
        table = record.__table__
        keys += [
            _Piece(_add_constraint(key), frozenset({table.name, key.referred_table.name}))
            for key in _later_keys(table)
        ]
        functions += [
            _Piece(text, frozenset({table.name}), signature)
            for signature, text in policies.finders(table.name).items()
        ]
        asked = frozenset(triggers.tables_asked(record))
        functions += [
            _Piece(text, asked, signature) for signature, text in triggers.functions(record).items()
        ]
        others.append(_Piece(triggers.statements(record), asked))
        rules.append(_Piece(policies.policies(record), frozenset(policies.tables_asked(record))))
    return tuple(keys + functions + others + rules)


def sql_file(name: str) -> str:
    """Return the text of `sql/<name>.sql`."""
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")


def enums() -> list[Enum]:
    """Return every Postgres enum the records use, each once, in order of first use."""
    found: dict[str, Enum] = {}
    for record in RECORDS:
        for column in record.__table__.columns:
            if isinstance(column.type, Enum):
                found.setdefault(str(column.type.name), column.type)
    return list(found.values())


def create_table(record: type[Record]) -> str:
    """Return the table with its constraints, indexes and comments."""
    table = record.__table__
    later = _later_keys(table)
    now = [key for key in table.foreign_key_constraints if key not in later]
    create = CreateTable(table, include_foreign_key_constraints=sorted(now, key=_name))
    lines = [str(create.compile(dialect=_DIALECT)).strip() + ";"]
    lines += [
        str(CreateIndex(index).compile(dialect=_DIALECT)).strip() + ";"
        for index in sorted(table.indexes, key=lambda index: str(index.name))
    ]
    lines.append(f"comment on table {table.name} is {_quoted(table.comment or '')};")
    lines += [
        f"comment on column {table.name}.{column.name} is {_quoted(column.comment)};"
        for column in table.columns
        if column.comment
    ]
    return _in_public(table, "\n".join(line.replace("\t", "    ") for line in lines))


def _later_keys(table: Table) -> list[ForeignKeyConstraint]:
    """Return the foreign keys to tables of later subjects, which cannot be made with this one."""
    step = _step_of(table.name)
    later = [
        key for key in table.foreign_key_constraints if _step_of(key.referred_table.name) > step
    ]
    return sorted(later, key=_name)


def _name(key: ForeignKeyConstraint) -> str:
    return ",".join(key.column_keys)


def _add_constraint(key: ForeignKeyConstraint) -> str:
    assert isinstance(key.parent, Table)
    text = str(AddConstraint(key).compile(dialect=_DIALECT)).strip() + ";"
    return _in_public(key.parent, text)


def _in_public(table: Table, text: str) -> str:
    """Say the schema, so that the script does not depend on anybody's search_path."""
    text = text.replace(f"CREATE TABLE {table.name} ", f"CREATE TABLE public.{table.name} ")
    text = text.replace(f"ALTER TABLE {table.name} ", f"ALTER TABLE public.{table.name} ")
    text = text.replace(f" ON {table.name} ", f" ON public.{table.name} ")
    text = text.replace(f" on table {table.name} ", f" on table public.{table.name} ")
    text = text.replace(f" on column {table.name}.", f" on column public.{table.name}.")
    for other in {key.referred_table.name for key in table.foreign_key_constraints}:
        text = text.replace(f"REFERENCES {other} (", f"REFERENCES public.{other} (")
    for column in table.columns:
        if isinstance(column.type, Enum):
            kind = str(column.type.name)
            text = text.replace(f" {column.name} {kind}", f" {column.name} public.{kind}")
    return "\n".join(line.rstrip() for line in text.splitlines())


def _create_enum(kind: Enum) -> str:
    values = ", ".join(_quoted(value) for value in kind.enums)
    return f"create type public.{kind.name} as enum ({values});"


def _registration(record: type[Record]) -> str:
    """Return the row of `sync.tables` that tells the sync functions whose rows these are."""
    table = record.__table__.name
    kinds = ",".join(sorted(kind.value for kind in record.__access__.mirrored))
    names, values = "name, position, kinds, belongs", _quoted(_belongs(record))
    if record.__dated__ is not None:
        rule = central_rule(record.__dated__, record.__table__)
        names += ", dated, recent"
        values += f", {_quoted(record.__dated__.column)},\n  {_quoted(rule)}"
    if is_heavy(record):
        names, values = f"{names}, heavy", f"{values}, true"
    return (
        f"insert into sync.tables ({names})\n"
        f"values ({_quoted(table)}, {MIRRORED.index(record) + 1}, '{{{kinds}}}',\n"
        f"  {values});"
    )


def _belongs(record: type[Record]) -> str:
    """Return the SQL condition for rows `t` that the mirror of the organization %1$L holds.

    Where links say it, %2$s stands after their rows `b`, so that only some may be looked up.
    """
    table, scope, organization = record.__table__.name, record.__scope__, "%1$L::uuid"
    if isinstance(scope, ForAll):
        return "true"
    if isinstance(scope, Mine):
        return f"t.{scope.column} = (select auth.uid())"
    if isinstance(scope, Within):
        return f"t.{scope.column} = {organization}"
    assert isinstance(scope, Through), f"{table} is mirrored: whose are its rows?"
    found = [_reached(table, reach, organization) for reach in scope.reaches]
    if scope.home:
        found.append(f"select r.id from public.{table} r where r.{scope.home} = {organization}")
    if scope.registrar:
        unlinked = " and ".join(
            f"not exists (select from public.{reach.table} link where link.{reach.column} ="
            f" r.{reach.key} and link.organization_id = {organization})"
            for reach in scope.reaches
        )
        found.append(
            f"select r.id from public.{table} r where r.{scope.registrar} = {organization}"
            f" and {unlinked}"
        )
    return f"t.id in (select b.id from ({' union all '.join(found)}) b (id)%2$s)"


def _reached(table: str, reach: Reach, organization: str) -> str:
    links = f"({reach.active}) and link.organization_id = {organization}"
    if reach.key == "id":
        return f"select link.{reach.column} from public.{reach.table} link where {links}"
    return (
        f"select r.id from public.{table} r where r.{reach.key} in"
        f" (select link.{reach.column} from public.{reach.table} link where {links})"
    )


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
