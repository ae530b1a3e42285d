"""Numbers that must be nobody else's: an invoice's when it is posted, a new animal's tag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from fluffydesk.mirror import numbers
from fluffydesk.mirror.images import from_image, read_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums.payments import InvoiceStatus
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.payments import Invoice
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record


@dataclass(frozen=True)
class Outlook:
    """Which number a new row would get, and a sentence on it; `column` is where it goes."""

    column: str
    number: str | None
    words: str
    suggested: bool
    """Whether the number is put into the field at once, to be kept or typed over."""


def outlook(mirror: Mirror, record: type[Record]) -> Outlook | None:
    """Return what a form says of the number that a new row gets; None where it gets none."""
    table = record.__tablename__
    if table not in numbers.COLUMNS:
        return None
    with mirror.read() as connection:
        number = numbers.upcoming(connection, numbers.series_of(table, today()))
        here = [one for one in numbers.blocks(connection) if one.series.startswith(table)]
    column, at_once = numbers.COLUMNS[table], record is Livestock
    if number is not None and at_once:
        words = f"{number} is the next one reserved for this PC. Type over it if it has another."
    elif number is not None:
        words = f"{number} once it is posted: the next one reserved for this PC."
    elif at_once:
        words = (
            "No reserved number is left on this PC. Type one, or go online: a sync reserves more."
        )
        words = words if here else ""
    else:
        words = (
            "No reserved number is left on this PC. Posted now, it gets one from central with the "
            "next sync; go online first if it is to be printed."
        )
    return Outlook(column, number, words, at_once)


def next_tag(mirror: Mirror) -> str | None:
    """Return the tag number that a new animal would get, or None where none is left on this PC."""
    with mirror.read() as connection:
        return numbers.upcoming(connection, numbers.series_of(Livestock.__tablename__, today()))


def suggested(mirror: Mirror, record: type[Record], values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a new row's values, with the next reserved tag where an animal's was left empty."""
    if record is not Livestock or str(values.get("tag_number") or "").strip():
        return values
    tag = next_tag(mirror)
    return values if tag is None else {**values, "tag_number": tag}


def numbered(
    unit: Unit, record: type[Record], values: dict[str, Any], row_id: UUID | None = None
) -> dict[str, Any]:
    """Return checked values with the number that the row is to have; it goes with this unit.

    An invoice gets one when it is posted. Where none is left on this PC it is posted without, and
    central gives it one.
    """
    if record is Livestock and row_id is None:
        series = numbers.series_of(Livestock.__tablename__, today())
        numbers.take_if(unit, series, str(values["tag_number"]))
    if record is Invoice:
        return _posted(unit, values, row_id)
    return values


def _posted(unit: Unit, values: dict[str, Any], row_id: UUID | None) -> dict[str, Any]:
    image = read_image(unit.connection, Invoice, row_id) if row_id else None
    row = from_image(Invoice, image or {}) | values
    if row.get("number") or row.get("status", InvoiceStatus.DRAFT) is InvoiceStatus.DRAFT:
        return values
    issued = row.get("issue_date") or today()
    assert isinstance(issued, date)
    series = numbers.series_of(Invoice.__tablename__, issued)
    if numbers.upcoming(unit.connection, series) is None:
        return values
    return {**values, "number": numbers.take(unit, series)}
