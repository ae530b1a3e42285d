"""Saving any record by its declaration: what may be entered, and adding, changing, removing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Enum, Integer, Row, select

from fluffydesk.actions import numbering, rules
from fluffydesk.actions.papers import NEEDS
from fluffydesk.actions.typed import in_other_unit, refusal, value_of, words_of
from fluffydesk.errors import InvalidValue, NotFound, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.schema import links_to
from fluffydesk.records.catalog import record_for, set_once
from fluffydesk.records.enums import OrgType
from fluffydesk.records.types import ExactDecimal, ForeignWord, UtcTime, today
from fluffydesk.records.vocabulary import (
    Bound,
    Record,
    entered_column,
    facts_of,
    is_required,
    record_columns,
)
from fluffydesk.wording import counted

_LARGEST_INTEGER = 2**63 - 1


def parse(
    record: type[Record], texts: Mapping[str, str | None], zone: tzinfo = UTC
) -> dict[str, Any]:
    """Return typed texts as Python values, by the rules of `typed.value_of`.

    `zone` is the organization's time zone, for times typed without an offset. Raises
    InvalidValue with the field, and names the columns where one is unknown. A quantity in
    another unit than it is kept in, "100 lb", is converted, and `entered_unit` says so (rule 24).
    """
    columns = {column.name: column for column in record_columns(record)}
    _refuse_unknown(record, texts, columns)
    amount = entered_column(record)
    entered = None if amount is None else in_other_unit(amount, texts.get(amount.name) or "")
    if amount is None or entered is None or "entered_unit" in texts:
        return {name: value_of(columns[name], text or "", zone) for name, text in texts.items()}
    kept, unit = entered
    rest = {name: text for name, text in texts.items() if name != amount.name}
    values = {name: value_of(columns[name], text or "", zone) for name, text in rest.items()}
    known: Any = columns["entered_unit"].type
    return {amount.name: kept, **values, "entered_unit": known.enum_class(unit)}


def check(
    record: type[Record], values: Mapping[str, Any], *, partial: bool = False
) -> dict[str, Any]:
    """Return `values` as they will be kept, or raise InvalidValue with the field.

    Checked are what is required, ranges (also those that move, as today), the number of decimal
    places and the size. A decimal with too many places is refused, never rounded; zeros at the
    end are dropped. Empty text is None. With `partial`, columns not named keep what they hold;
    without it, a required column that is not named is refused and an empty one that has a
    default is left to it.
    """
    columns = {column.name: column for column in record_columns(record)}
    _refuse_unknown(record, values, columns)
    kept: dict[str, Any] = {}
    for name, column in columns.items():
        value = _tidied(values.get(name))
        if value is None and (name in values or not partial):
            if is_required(column) or (partial and not column.nullable):
                raise missing(column)
            if partial or column.default is None:
                kept[name] = None
        elif value is not None:
            kept[name] = _fitting(column, value)
    return kept


def add(
    mirror: Mirror, record: type[Record], values: Mapping[str, Any], *, sure: bool = True
) -> tuple[UUID, Changes]:
    """Add a row; returns its id and what changed. Not `sure`, what is hardly so raises Doubt.

    Raises InvalidValue, or Refusal where a rule forbids it or this kind of organization keeps no
    such rows on a PC.
    """
    _refuse_elsewhere(mirror, record)
    kept = check(record, numbering.suggested(mirror, record, values))
    with mirror.unit(f"Add {record.__titles__[0].lower()}") as unit:
        row_id = unit.insert(record, numbering.numbered(unit, record, kept))
        row = row_with(unit.connection, record, id=row_id)
        rules.hold(unit.connection, record, None, row)
        _ask(unit.connection, record, None, row, sure)
    return row_id, unit.changes


def _refuse_elsewhere(mirror: Mirror, record: type[Record]) -> None:
    """Refuse a row that would go to central and never be seen here again."""
    kind = (mirror.recall("organization") or {}).get("type")
    if kind and OrgType(kind) not in record.__access__.mirrored:
        several, kept = record.__titles__[1].lower(), str(kind).replace("_", " ")
        raise Refusal(
            f"The PCs of a {kept} keep no {several}.", "Enter them on the platform's web site."
        )


def doubts(mirror: Mirror, record: type[Record], row_id: UUID) -> list[str]:
    """Return, in words, what is hardly so about a row that was kept all the same."""
    with mirror.read() as connection:
        row = existing(connection, record, row_id)
        return [str(one) for one in rules.doubts(connection, record, None, row)]


def _ask(
    connection: Connection,
    record: type[Record],
    before: Row[Any] | None,
    after: Row[Any] | None,
    sure: bool,
) -> None:
    found = [] if sure or after is None else rules.doubts(connection, record, before, after)
    if found:
        raise found[0]


def change(
    mirror: Mirror,
    record: type[Record],
    row_id: UUID,
    values: Mapping[str, Any],
    *,
    sure: bool = True,
) -> Changes:
    """Change the named columns of a row. Not `sure`, what is hardly so raises Doubt.

    Raises InvalidValue, Refusal where a rule forbids it, or NotFound for a missing row.
    """
    kept = check(record, values, partial=True)
    for name in sorted(set_once(record) & kept.keys()):
        what = record.__titles__[0].lower()
        raise refusal(record.__table__.c[name], f"is set when a {what} is added, and stays.")
    with mirror.unit(f"Change {record.__titles__[0].lower()}") as unit:
        before = row_with(unit.connection, record, id=row_id)
        unit.update(record, row_id, numbering.numbered(unit, record, kept, row_id))
        row = existing(unit.connection, record, row_id)
        rules.hold(unit.connection, record, before, row)
        _ask(unit.connection, record, before, row, sure)
    return unit.changes


def remove(mirror: Mirror, record: type[Record], row_id: UUID) -> Changes:
    """Delete a row. Raises NotFound, or Refusal where other rows point at it or a rule does.

    Papers that go with it are deleted by their own rules, so that the stores follow (rule 13).
    """
    with mirror.unit(f"Delete {record.__titles__[0].lower()}") as unit:
        before = row_with(unit.connection, record, id=row_id)
        for paper, row in _papers_of(unit.connection, record, row_id):
            unit.delete(paper, row.id)
            rules.hold(unit.connection, paper, row, None)
        unit.delete(record, row_id)
        rules.hold(unit.connection, record, before, None)
    return unit.changes


def _papers_of(
    connection: Connection, record: type[Record], row_id: UUID
) -> list[tuple[type[Record], Row[Any]]]:
    """Return the rows that take from a store and go when a row goes."""
    found: list[tuple[type[Record], Row[Any]]] = []
    for link in links_to(record.__table__.name):
        paper = record_for(link.table)
        if link.on_delete == "CASCADE" and paper in NEEDS:
            table = paper.__table__
            rows = connection.execute(select(table).where(table.c[link.column] == row_id))
            found += ((paper, row) for row in rows)
    return found


def existing(connection: Connection, record: type[Record], row_id: UUID) -> Row[Any]:
    """Return a row with every column; NotFound if it is not there any more."""
    row = row_with(connection, record, id=row_id)
    if row is None:
        what = record.__titles__[0].lower()
        raise NotFound(f"This {what} is no longer here.", "Open the list again.")
    return row


def row_with(connection: Connection, record: type[Record], **values: Any) -> Row[Any] | None:
    """Return the first row that has these values, None counting as one; None if there is none."""
    table = record.__table__
    same = [table.c[name].is_not_distinct_from(value) for name, value in values.items()]
    return connection.execute(select(table).where(*same).limit(1)).first()


def missing(column: Column[Any]) -> InvalidValue:
    """Return the refusal of a required column that is empty, with its hint."""
    facts = facts_of(column)
    if facts.target:
        return refusal(column, "is missing.", "Choose one.")
    if not facts.hint:
        return refusal(column, "is missing.", "Enter it.")
    if facts.hint.startswith("The "):
        return refusal(column, "is missing.", f"Enter the {facts.hint[4:]}.")
    return refusal(column, "is missing.", f"Enter it: {facts.hint}".rstrip(". ") + ".")


def _refuse_unknown(
    record: type[Record], names: Mapping[str, Any], columns: Mapping[str, Column[Any]]
) -> None:
    for name in names:
        if name in columns:
            continue
        title = record.__titles__[0]
        if name in record.__table__.columns:
            raise InvalidValue(
                f"{name} of {title.lower()} is kept by FluffyDesk and cannot be entered.",
                field=name,
            )
        raise NotFound(f"{title} has no column {name!r}.", f"Choose one of: {', '.join(columns)}.")


def _tidied(value: Any) -> Any:
    return (value.strip() or None) if type(value) is str else value


def _fitting(column: Column[Any], value: Any) -> Any:
    if isinstance(column.type, ExactDecimal):
        value = _fitting_decimal(column, column.type, value)
    elif isinstance(column.type, Enum):
        value = _fitting_choice(column, value)
    elif isinstance(column.type, Integer):
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError(f"{column} wants int, not {value!r}")
        if abs(value) > _LARGEST_INTEGER:
            raise refusal(column, "is too large a number.")
    elif isinstance(column.type, UtcTime):
        if value.tzinfo is None:
            raise TypeError(f"{column} wants a time with its zone, not {value!r}")
    elif isinstance(value, str):
        _refuse_unwritable(column, value)
    _refuse_out_of_range(column, value)
    return value


def _fitting_decimal(column: Column[Any], kind: ExactDecimal, value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"{column} wants Decimal, not {value!r}")
    number = Decimal(value)
    if not number.is_finite():
        raise refusal(column, "must be a number.")
    _refuse_out_of_range(column, number)
    if number.adjusted() >= kind.digits - kind.places:
        raise refusal(column, "is too large a number.")
    exact = number.quantize(Decimal(1).scaleb(-kind.places))
    if exact != number:
        places = counted(kind.places, "decimal", "decimals")
        raise refusal(column, f"takes at most {places}, not {number:f}.", f"Enter {exact:f}?")
    return exact


def _fitting_choice(column: Column[Any], value: Any) -> Any:
    assert isinstance(column.type, Enum)
    values: Any = column.type.enum_class
    if type(value) is ForeignWord:
        return value
    try:
        return values(value)
    except ValueError:
        listed = ", ".join(words_of(one) for one in values)
        raise refusal(column, f"must be one of: {listed}.") from None


def _refuse_unwritable(column: Column[Any], text: str) -> None:
    """Refuse what Postgres cannot keep as text: NUL, and halves of surrogate pairs."""
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise refusal(column, "holds a character that cannot be kept.", "Type it again.")


def _refuse_out_of_range(column: Column[Any], value: Any) -> None:
    facts = facts_of(column)
    least, most = _asked(facts.minimum), _asked(facts.maximum)
    unit = f" {facts.unit}" if facts.unit else ""
    if most is not None and value > most:
        if facts.maximum is today:
            raise refusal(column, f"lies in the future ({value}).", "Enter today or earlier.")
        raise refusal(column, f"must be {_at('most', most)}{unit}.")
    if least is not None and value < least:
        if facts.minimum is today:
            raise refusal(column, f"lies in the past ({value}).", "Enter today or later.")
        raise refusal(column, f"must be {_at('least', least)}{unit}.")


def _asked(bound: Bound | None) -> Decimal | int | date | datetime | None:
    return bound() if callable(bound) else bound


def _at(end: str, bound: Decimal | int | date | datetime) -> str:
    if isinstance(bound, date):
        return f"{'on or before' if end == 'most' else 'on or after'} {bound}"
    return f"at {end} {bound}"
