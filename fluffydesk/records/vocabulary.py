"""The words in which a record is declared: `field`, `link`, `Access`, `Merge`, kinds of record.

What SQLAlchemy already says is said in SQLAlchemy; the rest hangs on `Column.info`, read with
`facts_of(column)`. Everything else in the house is derived from these declarations.
"""

from __future__ import annotations

import enum
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Enum,
    ForeignKeyConstraint,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fluffydesk.records import enums
from fluffydesk.records.enums import Role
from fluffydesk.records.types import ExactDecimal, Json, Key, UtcTime, new_id, now

EVERYONE = frozenset(Role)
KEEPERS = frozenset({Role.OWNER, Role.MANAGER})
WORKERS = frozenset({Role.OWNER, Role.MANAGER, Role.VETERINARIAN, Role.STAFF})


class Merge(StrEnum):
    """What happens to a column that two sides changed differently."""

    ASK = "ask"
    MINE = "mine"
    THEIRS = "theirs"
    TEXT = "text"
    LATTICE = "lattice"
    MAX = "max"
    MIN = "min"


@dataclass(frozen=True)
class Within:
    """The rows belong to one organization, named by `column`."""

    column: str = "organization_id"


@dataclass(frozen=True)
class Through:
    """The rows are seen by each organization that holds a row of `table` pointing at them.

    `column` is the pointing column of the link table, `active` the SQL condition (on the link
    table's own columns) under which a link counts. `person` is the column naming the one user
    who may always see the row; `registrar` the column naming the organization that made it and
    may insert it before a link exists.
    """

    table: str
    column: str
    active: str
    person: str | None = None
    registrar: str | None = None


@dataclass(frozen=True)
class ForAll:
    """Reference data: everybody signed in reads it, nobody but the platform writes it."""


Scope = Within | Through | ForAll


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who, by role in the organization, may read, write (insert and update) and delete."""

    read: frozenset[Role] = EVERYONE
    write: frozenset[Role] = frozenset()
    delete: frozenset[Role] | None = None
    mirrored: bool = True
    audited: bool = False

    @property
    def deleters(self) -> frozenset[Role]:
        return self.write if self.delete is None else self.delete


Bound = Decimal | int | date | Callable[[], date | datetime]


@dataclass(frozen=True)
class Facts:
    """What is known of a column beyond what SQLAlchemy says."""

    label: str
    unit: str | None = None
    minimum: Bound | None = None
    maximum: Bound | None = None
    merge: Merge = Merge.ASK
    hint: str | None = None
    target: str | None = None
    """For a link: the table whose row is meant (shown by its `__label__`)."""
    housekeeping: bool = False
    """Set by central or the sync; never typed, never sent."""


def facts_of(column: Column[Any]) -> Facts:
    """Return the facts of a declared column."""
    facts = column.info["facts"]
    assert isinstance(facts, Facts)
    return facts


def field(
    label: str,
    *,
    unit: str | None = None,
    places: int | None = None,
    minimum: Bound | None = None,
    maximum: Bound | None = None,
    default: Any = None,
    merge: Merge = Merge.ASK,
    hint: str | None = None,
) -> Mapped[Any]:
    """Declare a column a person fills in.

    `minimum` and `maximum` are inclusive; a callable (such as `today`) is asked when a value is
    checked. `default` is a value or a function without arguments; `places` those of a decimal.
    """
    facts = Facts(label, unit, minimum, maximum, merge, hint)
    options: dict[str, Any] = {"info": {"facts": facts}}
    if default is not None:
        options["default"] = default
    if places is not None:
        return mapped_column(ExactDecimal(places), **options)
    return mapped_column(**options)


def link(
    target: str,
    label: str,
    *,
    via: str | None = None,
    on_delete: str = "RESTRICT",
) -> Mapped[Any]:
    """Declare a column that names a row of another table.

    Between two records of an organization the foreign key includes the organization, so that
    no row can point into another's. `via="link_table.column"` makes the key refer to that
    column instead: an appointment names a pet, but only one that is a patient of the clinic.
    """
    key = via or f"{target}.id"
    info = {"facts": Facts(label, target=target), "link": (key, on_delete)}
    return mapped_column(Key(), index=True, info=info)


def _kept(label: str, **options: Any) -> Mapped[Any]:
    """Declare a column that central keeps; people never type it."""
    facts = Facts(label, merge=Merge.THEIRS, housekeeping=True)
    return mapped_column(sort_order=100, info={"facts": facts}, **options)


def snake_case(name: str) -> str:
    """Return `MilkingSession` as `milking_session`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def enum_type(values: type[enum.Enum]) -> Enum:
    """Return the column type of a closed list of values: a Postgres enum, text in SQLite."""
    return Enum(
        values,
        name=snake_case(values.__name__),
        values_callable=lambda members: [str(member.value) for member in members],
        create_constraint=False,
        length=None,
    )


def _closed_lists() -> list[type[enum.Enum]]:
    members = [value for value in vars(enums).values() if inspect.isclass(value)]
    return [value for value in members if issubclass(value, enum.Enum) and len(value)]


class Record(DeclarativeBase):
    """What every synced row has: a key made on the device, and who changed it last, when, where."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Key(),
        Decimal: ExactDecimal(),
        datetime: UtcTime(),
        str: Text(),
        int: BigInteger(),
        dict[str, Any]: Json(),
        **{values: enum_type(values) for values in _closed_lists()},
    }

    __abstract__ = True
    __table__: ClassVar[Table]
    __access__: ClassVar[Access]
    __scope__: ClassVar[Scope]
    __titles__: ClassVar[tuple[str, str]]
    """What one is called, and several: ("Animal", "Animals")."""
    __label__: ClassVar[tuple[str, ...]]
    """The columns that name a row to a person, most telling first."""

    id: Mapped[UUID] = mapped_column(
        Key(),
        primary_key=True,
        default=new_id,
        sort_order=-20,
        info={"facts": Facts("Id", housekeeping=True)},
    )
    created_at: Mapped[datetime] = _kept("Created", default=now, server_default=func.now())
    updated_at: Mapped[datetime] = _kept("Changed", default=now, server_default=func.now())
    updated_by: Mapped[UUID | None] = _kept("Changed by")
    updated_device: Mapped[str | None] = _kept("Changed on")
    row_version: Mapped[int] = _kept("Version", default=1, server_default=text("1"))

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__table__" not in cls.__dict__:
            return
        table = cls.__table__
        table.comment = (cls.__doc__ or "").strip().splitlines()[0]
        for column in table.columns:
            _constrain(table, column)
        if table.name != "organizations" and "organization_id" in table.columns:
            table.append_constraint(UniqueConstraint("organization_id", "id"))


class OrganizationRecord(Record):
    """A row that belongs to one organization and is seen by its members only."""

    __abstract__ = True
    __scope__: ClassVar[Scope] = Within()

    organization_id: Mapped[UUID] = mapped_column(
        Key(),
        sort_order=-10,
        info={
            "facts": Facts("Organization", target="organizations", housekeeping=True),
            "link": ("organizations.id", "CASCADE"),
        },
    )


class ReferenceRecord(Record):
    """A row of the trade's common knowledge, the same for everybody."""

    __abstract__ = True
    __access__ = Access()
    __scope__: ClassVar[Scope] = ForAll()


def record_columns(record: type[Record]) -> list[Column[Any]]:
    """Return the columns a person fills in, in the order they are declared."""
    return [column for column in record.__table__.columns if not facts_of(column).housekeeping]


def is_required(column: Column[Any]) -> bool:
    """Say whether a person must give a value: it may not be empty and has no default."""
    return not column.nullable and column.default is None


def _constrain(table: Table, column: Column[Any]) -> None:
    facts = facts_of(column)
    column.comment = f"{facts.label}, {facts.unit}" if facts.unit else facts.label
    for sign, bound in ((">=", facts.minimum), ("<=", facts.maximum)):
        if isinstance(bound, Decimal | int):
            end = "minimum" if sign == ">=" else "maximum"
            rule = f"{column.name} {sign} {bound}"
            table.append_constraint(CheckConstraint(rule, name=f"{column.name}_{end}"))


def tie(record: type[Record]) -> None:
    """Give a record's links their foreign keys, once every record is declared."""
    table = record.__table__
    for column in table.columns:
        if "link" in column.info:
            key, on_delete = column.info["link"]
            table.append_constraint(_foreign_key(table, column.name, key, on_delete))


def _foreign_key(table: Table, column: str, key: str, on_delete: str) -> ForeignKeyConstraint:
    target = Record.metadata.tables[key.partition(".")[0]]
    if column != "organization_id" and all(
        "organization_id" in end.columns for end in (table, target)
    ):
        columns, keys = ["organization_id", column], [f"{target.name}.organization_id", key]
    else:
        columns, keys = [column], [key]
    return ForeignKeyConstraint(columns, keys, ondelete=on_delete)
