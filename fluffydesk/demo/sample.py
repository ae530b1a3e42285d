"""What the samples share: a seeded maker of rows, and invented names and addresses."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.types import new_id
from fluffydesk.records.vocabulary import Record, record_columns

Rows = dict[type[Record], list[dict[str, Any]]]

ZONE = ZoneInfo("Europe/London")


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text."""
    return tuple(text.split())


FIRST_NAMES = words(
    "Ada Alan Alice Amir Anna Arthur Beth Carl Clara Dan David Dora Eddie Ella Emma Eric Eva Fay "
    "Finn Frank Gina Grace Hana Harry Helen Hugo Ian Ida Ines Iris Jack Jana Jim Joan Jonas Judy "
    "Karen Kate Lara Leo Lily Luis Mabel Maria Mark Maya Mina Nadia Ned Nina Nora Olga Oscar Paul "
    "Petra Priya Ralph Rosa Ruth Sam Sara Simon Sofia Tara Theo Tom Uma Vera Victor Wendy Yara Zoe"
)
_SURNAME_STARTS = words(
    "Alder Bramble Cold Dun Elms Fenn Gorse Hazel Iver Juniper Kestrel Larch Marrow Nether Oaken "
    "Penny Quarry Rush Sedge Thorn Under Vale Whin Yarrow"
)
_SURNAME_ENDS = words("bourne by combe croft dale gate holt mere stow thwaite wick")
_STREETS = (
    "Mill Lane",
    "Church Road",
    "Station Road",
    "The Green",
    "Orchard Close",
    "Ferry Lane",
    "Bridge Street",
    "Hill View",
)


class Maker:
    """Collects the rows of one organization; the same seed makes the same rows.

    Keys are UUIDv7 dated to the moment the row tells of, so that they sort as real ones do.
    """

    def __init__(self, organization_id: UUID, today: date, seed: int) -> None:
        self.organization_id = organization_id
        self.today = today
        self.random = random.Random(seed)
        self._rows: Rows = {}
        self._templates: dict[type[Record], dict[str, Any]] = {}

    def apart(self, seed: int) -> Maker:
        """Return a maker of more rows among these, whose chances change none of the others."""
        other = Maker(self.organization_id, self.today, seed)
        other._rows = self._rows
        return other

    def add(self, record: type[Record], at: datetime | date, **values: Any) -> UUID:
        """Add a row that was written `at` (a date: at six in the morning); return its key."""
        key = self.key(at)
        empty = self._empty(record)
        row = {**empty, **values, "id": key}
        assert len(row) == len(empty), f"{record.__name__} has no {values.keys() - empty.keys()}"
        self._rows.setdefault(record, []).append(row)
        return key

    def key(self, at: datetime | date) -> UUID:
        """Return a UUIDv7 of that moment from the seeded source."""
        moment = at if isinstance(at, datetime) else local(at, 6)
        return new_id(moment, self.random.getrandbits(80))

    def _empty(self, record: type[Record]) -> dict[str, Any]:
        """A row as it is before anything is known of it."""
        if record not in self._templates:
            row: dict[str, Any] = {"id": None}
            if "organization_id" in record.__table__.columns:
                row["organization_id"] = self.organization_id
            row |= {column.name: _default(column) for column in record_columns(record)}
            self._templates[record] = row
        return self._templates[record]

    def rows(self) -> Rows:
        """Return what was made, in the order in which each row comes after those it points to."""
        return {record: self._rows[record] for record in RECORDS if record in self._rows}

    def near(self, middle: float, spread: float, low: float = 0.0) -> float:
        """Return a normally spread number, not below `low`."""
        return max(low, self.random.gauss(middle, spread))

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability


def moment_of(key: UUID) -> datetime:
    """Return the moment a UUIDv7 was made."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


def local(on: date, hour: int, minute: int = 0) -> datetime:
    """Return that time of day at the sample's place, in UTC."""
    return datetime.combine(on, time(hour, minute), ZONE).astimezone(UTC)


def days(first: date, last: date) -> Iterator[date]:
    """Yield the days from `first` to `last`, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def dec(value: float, places: int = 2) -> Decimal:
    """Return a decimal with that many places."""
    return Decimal(f"{value:.{places}f}")


def surnames(source: random.Random) -> list[str]:
    """Return invented surnames, each once, in a shuffled order."""
    names = [start + end for start in _SURNAME_STARTS for end in _SURNAME_ENDS]
    source.shuffle(names)
    return names


def address(source: random.Random) -> str:
    """Return an invented address."""
    street = source.choice(_STREETS)
    return f"{source.randint(1, 140)} {street}, Little Marrowby"


def telephone(source: random.Random) -> str:
    """Return a number from the range that is kept free for drama."""
    return f"07700 900{source.randint(0, 999):03d}"


def _default(column: Any) -> Any:
    default = column.default
    return default.arg if default is not None and default.is_scalar else None
