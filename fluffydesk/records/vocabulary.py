"""The words in which a record is declared: `field`, `link`, `Merge`, kinds of record.

Who may do what with it is said in the words of `access.py`.

What SQLAlchemy already says is said in SQLAlchemy; the rest hangs on `Column.info`, read with
`facts_of(column)`. Everything else in the house is derived from these declarations.
"""

from __future__ import annotations

import enum
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    Enum,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Time,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from fluffydesk.records import enums
from fluffydesk.records.access import ALL_KINDS, Access, Anyone, ForAll, Mine, Scope, Within
from fluffydesk.records.dated import Dated
from fluffydesk.records.types import (
    ExactDecimal,
    ForeignWord,
    Json,
    Key,
    UtcTime,
    new_id,
    now,
    today,
)


class Merge(StrEnum):
    """What happens to a column that two sides changed differently."""

    ASK = "ask"
    MINE = "mine"
    THEIRS = "theirs"
    TEXT = "text"
    LATTICE = "lattice"
    MAX = "max"
    MIN = "min"
    FOLLOWS = "follows"
    """It is reckoned from other columns or rows (`sync/follows.py`), so nobody is asked."""


Bound = Decimal | int | date | Callable[[], date | datetime]


@dataclass(frozen=True)
class Course:
    """What a row says of its course beside its state: who wrote it reckons with it.

    A state that is no way to `goes_to` is an ending. One PC that ends what another PC has stamped
    as `begun`, or has `planned` anew, did not know of it, and so it is asked.
    """

    goes_to: str
    begun: str
    planned: tuple[str, ...] = ()


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
    secret: bool = False
    """Never leaves central: no member may read it, and no mirror or audit trail holds it."""
    bulky: bool = False
    """As long as a file: neither listed nor searched, and few rows of it are moved at once."""
    course: Course | None = None
    """For a lattice: what else of the row an ending on another PC contradicts."""
    instead_of: str | None = None
    """For a share: the column that says the same as an amount. The two are one fact: where the
    share says nothing the amount does, and a person is asked about both at once."""


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
    kept: bool = False,
    course: Course | None = None,
    instead_of: str | None = None,
) -> Mapped[Any]:
    """Declare a column a person fills in, or with `kept` one that central alone sets.

    `minimum` and `maximum` are inclusive; a callable (such as `today`) is asked when a value is
    checked. `default` is a value or a function without arguments, and central's default too;
    `places` those of a decimal.
    """
    merge = Merge.THEIRS if kept else merge
    facts = Facts(
        *(label, unit, minimum, maximum, merge, hint),
        housekeeping=kept,
        course=course,
        instead_of=instead_of,
    )
    options: dict[str, Any] = {"info": {"facts": facts}}
    if default is not None:
        options |= {"default": default, "server_default": _server_default(default)}
    if places is not None:
        return mapped_column(ExactDecimal(places), **options)
    return mapped_column(**options)


def _server_default(default: Any) -> Any:
    known = {today: "current_date", now: "now()", dict: "'{}'", list: "'{}'", new_id: _NEW_ID}
    if callable(default):
        return text(known[default])
    if isinstance(default, bool | int | Decimal):
        return text(str(default).lower())
    return text("'" + str(default).replace("'", "''") + "'")


def secret(label: str) -> Mapped[Any]:
    """Declare a column that never leaves central, such as what a password or a token hashes to."""
    return mapped_column(info={"facts": Facts(label, housekeeping=True, secret=True)})


def content(label: str) -> Mapped[Any]:
    """Declare a column that holds a file in base64; it lies last, so others are read without it."""
    return mapped_column(sort_order=200, info={"facts": Facts(label, bulky=True)})


def link(
    target: str,
    label: str,
    *,
    via: str | None = None,
    on_delete: str = "RESTRICT",
    kept: bool = False,
    merge: Merge = Merge.ASK,
) -> Mapped[Any]:
    """Declare a column that names a row of another table.

    Between two records of an organization the foreign key includes the organization, so that
    no row can point into another's. `via="link_table.column"` makes the key refer to that
    column instead: an appointment names a pet, but only one that is a patient of the clinic.
    `kept` says that central alone sets it.
    """
    facts = Facts(label, merge=merge, target=target, housekeeping=kept)
    return mapped_column(Key(), info={"facts": facts, "link": (via or f"{target}.id", on_delete)})


def _kept(label: str, **options: Any) -> Mapped[Any]:
    """Declare a column that central keeps; people never type it."""
    facts = Facts(label, merge=Merge.THEIRS, housekeeping=True)
    return mapped_column(sort_order=100, info={"facts": facts}, **options)


def snake_case(name: str) -> str:
    """Return `MilkingSession` as `milking_session`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class ClosedList(Enum):
    """A closed list of values that reads a word it does not know as text: central may be newer."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        members = {str(member.value): member for member in self.enum_class or ()}
        return lambda value: members.get(value, value and ForeignWord(value))

    def _resolve_for_python_type(self, *_: Any) -> ClosedList:
        return self  # SQLAlchemy would make a plain Enum of it


def enum_type(values: type[enum.Enum]) -> Enum:
    """Return the column type of a closed list of values: a Postgres enum, text in SQLite."""
    return ClosedList(
        values,
        name=snake_case(values.__name__),
        values_callable=lambda members: [str(member.value) for member in members],
        create_constraint=False,
        length=None,
    )


def _closed_lists() -> list[type[enum.Enum]]:
    found = [value for module in enums.MODULES for value in vars(module).values()]
    classes = dict.fromkeys(value for value in found if inspect.isclass(value))
    return [value for value in classes if issubclass(value, enum.Enum) and len(value)]


_NEW_ID = "gen_random_uuid()"


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
        time: Time(),
        dict[str, Any]: Json(),
        list[str]: ARRAY(Text()),
        **{values: enum_type(values) for values in _closed_lists()},
    }

    __abstract__ = True
    __table__: ClassVar[Table]
    __access__: ClassVar[Access]
    __scope__: ClassVar[Scope | None] = None
    """Whose the rows are, where that decides who sees them; always said of a mirrored record."""
    __titles__: ClassVar[tuple[str, str]]
    """What one is called, and several: ("Animal", "Animals")."""
    __label__: ClassVar[tuple[str, ...]]
    """The columns that name a row to a person, most telling first."""
    __searched__: ClassVar[tuple[str, ...]] = ()
    """For master data with long lists: the texts that are searched, which the mirror then keeps an
    index of. Where it says nothing, all texts are looked through, which serves some ten thousand
    rows."""
    __dated__: ClassVar[Dated | None] = None
    """For a log, of which a PC may keep the last months only: what dates its rows."""

    id: Mapped[UUID] = mapped_column(
        Key(),
        primary_key=True,
        default=new_id,
        server_default=text(_NEW_ID),
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
        if _has_one_organization(table):
            table.append_constraint(UniqueConstraint("organization_id", "id"))


class OrganizationRecord(Record):
    """A row that belongs to one organization and is seen by its members only."""

    __abstract__ = True
    __scope__: ClassVar[Scope | None] = Within()

    organization_id: Mapped[UUID] = mapped_column(
        Key(),
        sort_order=-10,
        info={
            "facts": Facts("Organization", target="organizations", housekeeping=True),
            "link": ("organizations.id", "CASCADE"),
        },
    )


class PersonalRecord(Record):
    """A row that belongs to one person, by default to whoever adds it."""

    __abstract__ = True
    __scope__: ClassVar[Scope | None] = Mine()

    user_id: Mapped[UUID] = mapped_column(
        Key(),
        sort_order=-10,
        server_default=text("auth.uid()"),
        info={
            "facts": Facts("Person", target="profiles", housekeeping=True),
            "link": ("profiles.id", "CASCADE"),
        },
    )


class ReferenceRecord(Record):
    """A row of the trade's common knowledge, the same for everybody, written by the platform."""

    __abstract__ = True
    __access__ = Access(read=Anyone(), mirrored=ALL_KINDS)
    __scope__: ClassVar[Scope | None] = ForAll()


def record_columns(record: type[Record]) -> list[Column[Any]]:
    """Return the columns a person fills in, in the order they are declared."""
    return [column for column in record.__table__.columns if not facts_of(column).housekeeping]


def is_heavy(record: type[Record]) -> bool:
    """Say whether each row may be as long as a file."""
    return any(facts_of(column).bulky for column in record.__table__.columns)


def entered_column(record: type[Record]) -> Column[Any] | None:
    """Return the quantity whose unit `entered_unit` tells (rule 24): it is declared just before."""
    columns = record_columns(record)
    names = [column.name for column in columns]
    return columns[names.index("entered_unit") - 1] if "entered_unit" in names else None


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
    """Give a record's links their foreign keys and indexes, once every record is declared."""
    table = record.__table__
    for column in table.columns:
        if "link" in column.info:
            key, on_delete = column.info["link"]
            names = _tie_one(table, column.name, key, on_delete)
            if not _is_indexed(table, names):
                Index(None, *(table.columns[name] for name in names))


def _tie_one(table: Table, column: str, key: str, on_delete: str) -> list[str]:
    """Add the foreign key of one link and return its columns, the organization's first."""
    target = Record.metadata.tables[key.partition(".")[0]]
    columns, keys = [column], [key]
    if (
        column != "organization_id"
        and _has_one_organization(table)
        and _has_one_organization(target)
    ):
        columns, keys = ["organization_id", column], [f"{target.name}.organization_id", key]
        if on_delete == "SET NULL":
            on_delete = f"SET NULL ({column})"
    table.append_constraint(ForeignKeyConstraint(columns, keys, ondelete=on_delete))
    return columns


def _has_one_organization(table: Table) -> bool:
    column = table.columns.get("organization_id")
    return column is not None and not column.nullable


def _is_indexed(table: Table, names: list[str]) -> bool:
    """Say whether an index, whole or the head of a longer one, finds rows by these columns."""
    keys = [
        [column.name for column in one.columns]
        for one in (*table.indexes, *table.constraints)
        if (isinstance(one, Index) and one.dialect_options["postgresql"]["where"] is None)
        or isinstance(one, UniqueConstraint | PrimaryKeyConstraint)
    ]
    return any(key[: len(names)] == names for key in keys)
