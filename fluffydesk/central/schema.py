"""What central's whole schema is, as SQL: the records' declarations and the files in `sql/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Enum, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from fluffydesk.central import policies, triggers
from fluffydesk.records.catalog import MIRRORED, RECORDS, record_for
from fluffydesk.records.vocabulary import ForAll, Record, Through, Within

_SQL = Path(__file__).resolve().parent / "sql"
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Subject:
    """What one revision sets up: SQL files first, then tables, then SQL files again."""

    name: str
    tables: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


SUBJECTS: tuple[Subject, ...] = (
    Subject("foundation", before=("roles", "auth", "sync_log", "row_triggers")),
    Subject(
        "organizations", ("organizations", "profiles", "organization_users"), after=("people",)
    ),
    Subject(
        "reference",
        ("companion_species", "companion_breeds", "livestock_species", "livestock_breeds"),
    ),
    Subject("livestock", ("livestock_batches", "livestock", "flocks", "poultry_batches")),
    Subject(
        "farm",
        (
            "milk_production_logs",
            "egg_production_logs",
            "feed_logs",
            "poultry_feed_logs",
            "weight_logs",
            "mortality_logs",
        ),
    ),
    Subject("stores", ("farm_inventory", "inventory_transactions")),
    Subject("pets", ("clinic_clients", "pets", "clinic_patients")),
    Subject("booking", ("services", "rooms", "appointments")),
    Subject("system", ("audit_logs",)),
    Subject("sync", after=("sync_storage", "sync_pull", "sync_push", "sync_hello")),
)


def statements(subject: Subject) -> str:
    """Return the SQL that sets up one subject, to be run as one script."""
    parts = [sql_file(name) for name in subject.before]
    if subject.before:
        parts += [_create_enum(kind) for kind in enums()]
    records = [record_for(name) for name in subject.tables]
    parts += [create_table(record) for record in records]
    parts += [_registration(record) for record in records if record in MIRRORED]
    parts += [triggers.statements(record) for record in records]
    parts += [policies.statements(record) for record in records]
    parts += [sql_file(name) for name in subject.after]
    return "\n".join(part.strip() + "\n" for part in parts if part)


def teardown(subject: Subject) -> str:
    """Return the SQL that takes one subject away again."""
    lines = [f"drop table public.{name} cascade;" for name in reversed(subject.tables)]
    if subject.tables:
        names = ", ".join(f"'{name}'" for name in subject.tables)
        lines.append(f"delete from sync.tables where name in ({names});")
    lines += [sql_file(f"{name}_down") for name in reversed(subject.after + subject.before)]
    if subject.before:
        lines += [f"drop type public.{kind.name};" for kind in reversed(enums())]
    for name in subject.tables:
        lines.append(triggers.teardown(record_for(name)))
    return "\n".join(line.strip() for line in lines if line) + "\n"


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
    lines = [str(CreateTable(table).compile(dialect=_DIALECT)).strip() + ";"]
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


def _in_public(table: Table, text: str) -> str:
    """Say the schema, so that the script does not depend on anybody's search_path."""
    text = text.replace(f"CREATE TABLE {table.name} ", f"CREATE TABLE public.{table.name} ")
    text = text.replace(f" ON {table.name} ", f" ON public.{table.name} ")
    text = text.replace(f" on table {table.name} ", f" on table public.{table.name} ")
    text = text.replace(f" on column {table.name}.", f" on column public.{table.name}.")
    for other in Record.metadata.tables:
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
    scope = record.__scope__
    values: dict[str, str | int] = {
        "name": record.__table__.name,
        "position": MIRRORED.index(record) + 1,
    }
    if isinstance(scope, Within):
        values |= {"scope": "within", "scope_column": scope.column}
    elif isinstance(scope, Through):
        values |= {"scope": "through", "link_table": scope.table, "link_column": scope.column}
        values |= {"link_active": scope.active}
        values |= {"person": scope.person} if scope.person else {}
        values |= {"registrar": scope.registrar} if scope.registrar else {}
    else:
        assert isinstance(scope, ForAll)
        values["scope"] = "all"
    columns = ", ".join(values)
    given = ", ".join(_quoted(v) if isinstance(v, str) else str(v) for v in values.values())
    return f"insert into sync.tables ({columns})\nvalues ({given});"


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
