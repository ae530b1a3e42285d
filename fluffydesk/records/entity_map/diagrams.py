"""One page a subject: its tables with their key columns, and how they point to each other."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql

from fluffydesk.records.entity_map.subjects import Subject, subjects
from fluffydesk.records.vocabulary import Record, facts_of

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


def index() -> str:
    """Return the page that shows the overview and leads to the others."""
    lines = [
        "# Entity map",
        "",
        "Drawn from the declarations in `fluffydesk/records` by"
        " `python -m fluffydesk.records.entity_map`; not edited by hand.",
        "",
        "[![Every subject with its tables](overview.svg)](overview.svg)",
        "",
    ]
    lines += [
        f"- [{subject.title}]({subject.name}.md): {subject.about.splitlines()[0]}"
        for subject in subjects()
    ]
    return "\n".join(lines) + "\n"


def page(subject: Subject) -> str:
    """Return the page of one subject."""
    lines = [
        f"# {subject.title}",
        "",
        subject.about,
        "",
        "Shown are keys and what names a row, not all columns: `PK` is the primary key, `FK` a"
        " link, `UK` a value that no other row (of the organization) has. Tables of other subjects"
        " are empty boxes, and `organization_id` has no line of its own."
        " [All subjects](README.md)",
        "",
        "```mermaid",
        "erDiagram",
        *(f"    {line}" for record in subject.records for line in _entity(record)),
        *(f"    {line}" for record in subject.records for line in _relations(record)),
        "```",
        "",
        "| table | one row is | on PCs of |",
        "|---|---|---|",
        *(_row(record) for record in subject.records),
    ]
    return "\n".join(lines) + "\n"


def _entity(record: type[Record]) -> Iterator[str]:
    table = record.__table__
    yield f"{table.name} {{"
    for column in _shown(record):
        words = _kind(column)
        if column.primary_key:
            words += " PK"
        elif _is_link(column):
            words += " FK"
        elif _alone_unique(table, column.name):
            words += " UK"
        yield f"    {words}"
    yield "}"


def _kind(column: Column[object]) -> str:
    kind = column.type.compile(dialect=_DIALECT).lower()
    kind = kind.partition("(")[0].replace("timestamp with time zone", "timestamptz")
    return f"{kind.replace(' ', '_')} {column.name}"


def _shown(record: type[Record]) -> list[Column[object]]:
    """Return the columns that say what a row is and where it belongs."""
    return [
        column
        for column in record.__table__.columns
        if column.primary_key
        or _is_link(column)
        or column.name in record.__label__
        or column.name in ("status", "role", "kind")
        or _alone_unique(record.__table__, column.name)
    ]


def _is_link(column: Column[object]) -> bool:
    return facts_of(column).target is not None or column.name in ("organization_id", "user_id")


def _relations(record: type[Record]) -> Iterator[str]:
    """Yield a line for each foreign key: how many rows of one belong to how many of the other."""
    table = record.__table__
    for key in sorted(table.foreign_key_constraints, key=lambda key: ",".join(key.column_keys)):
        column = list(key.columns)[-1]
        if column.name == "organization_id":
            continue  # nearly every row belongs to one
        parent = "|o" if column.nullable else "||"
        child = "o|" if _alone_unique(table, column.name) else "o{"
        yield f"{key.referred_table.name} {parent}--{child} {table.name} : {column.name}"


def _alone_unique(table: Table, name: str) -> bool:
    """Say whether no two rows (of an organization) have the same value there."""
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            names = [column.name for column in constraint.columns]
            if [one for one in names if one != "organization_id"] == [name]:
                return True
    return table.columns[name].primary_key


def _row(record: type[Record]) -> str:
    kinds = ", ".join(sorted(kind.value.replace("_", " ") for kind in record.__access__.mirrored))
    first = (record.__doc__ or "").strip().splitlines()[0]
    return f"| `{record.__table__.name}` | {first} | {kinds} |"
