"""The value types both databases share: exact decimals, UTC times, time-ordered keys, JSON.

Each type has one storage form in the mirror, which is also the form that travels between
central and the mirror: uuid as 36 characters, decimal as a scaled integer, time as
microseconds since 1970 UTC, date as ISO text, boolean as 0 or 1, JSON as its text.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import BigInteger, Dialect, Numeric, String, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.types import Text, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_last = 0


def new_id(at: datetime | None = None, chance: int | None = None) -> UUID:
    """Return a UUIDv7 (RFC 9562) of this moment or `at`: 48 bits of milliseconds, 74 of chance.

    `chance` are 80 bits to use instead of random ones, six of which give way to the version. Of two
    ids of this moment that one thread makes, the later sorts after the earlier.
    """
    milliseconds = time.time_ns() // 1_000_000 if at is None else int(at.timestamp() * 1000)
    bits = int.from_bytes(os.urandom(10), "big") if chance is None else chance
    number = (milliseconds & (1 << 48) - 1) << 80 | bits
    number = number & ~(0xF << 76) | 0x7 << 76  # version
    number = number & ~(0x3 << 62) | 0x2 << 62  # variant
    return UUID(int=_after_last(number) if at is None and chance is None else number)


def _after_last(number: int) -> int:
    """Return an id's number, or one after the last of its millisecond (RFC 9562, 6.2, method 2)."""
    global _last
    if number >> 80 == _last >> 80 and number <= _last:
        number = _last + 1 + int.from_bytes(os.urandom(4), "big")
    _last = number
    return number


def made_at(id: UUID) -> datetime:
    """Return when an id of `new_id` was made, by the clock of the PC that made it, in UTC."""
    return _EPOCH + timedelta(milliseconds=id.int >> 80)


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


def to_microseconds(moment: datetime) -> int:
    """Return a moment in storage form: microseconds since 1970 UTC."""
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(microseconds: int) -> datetime:
    """Return the moment, in UTC, that a storage form means."""
    return _EPOCH + timedelta(microseconds=microseconds)


class _Place:
    """Where the organization is whose mirror is open."""

    zone: tzinfo = UTC


def zone_named(name: str | None) -> ZoneInfo:
    """Return the time zone of a name such as Europe/Amsterdam; UTC for one not known here."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def use_zone(zone: tzinfo) -> None:
    """Take this for the organization's time zone from now on; a mirror does so when it opens.

    One for the whole process, as only one organization's mirror is worked on at a time.
    """
    _Place.zone = zone


def used_zone() -> tzinfo:
    """Return the organization's time zone; UTC before any mirror was opened."""
    return _Place.zone


def local_now() -> datetime:
    """Return this moment as the clocks of the organization show it."""
    return now().astimezone(_Place.zone)


def local_text(microseconds: int | None) -> str | None:
    """Return a moment in storage form as "2026-11-21 06:30" on the organization's clocks."""
    if microseconds is None:
        return None
    return f"{from_microseconds(microseconds).astimezone(_Place.zone):%Y-%m-%d %H:%M}"


def today() -> date:
    """Return the organization's calendar day (rule 25), whatever zone this PC is set to."""
    return local_now().date()


class ForeignWord(str):
    """A word of a closed list that this version does not know, for central is newer."""

    __slots__ = ()


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal with fixed places: `numeric` in Postgres, a scaled integer in SQLite."""

    impl = Numeric
    cache_ok = True

    digits = 14

    def __init__(self, places: int = 2) -> None:
        super().__init__(self.digits, places)
        self.places = places

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(Numeric(self.digits, self.places))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return int(Decimal(value).scaleb(self.places).to_integral_value(rounding=ROUND_HALF_EVEN))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None or dialect.name != "sqlite":
            return value  # type: ignore[no-any-return]
        return Decimal(value).scaleb(-self.places)


class UtcTime(TypeDecorator[datetime]):
    """A moment: `timestamptz` in Postgres, microseconds since 1970 in SQLite; never naive."""

    impl = TIMESTAMP
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(TIMESTAMP(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time needs its zone: {value!r}")
        return to_microseconds(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return from_microseconds(value)
        return value.astimezone(UTC)  # type: ignore[no-any-return]


class Key(TypeDecorator[UUID]):
    """A UUID: `uuid` in Postgres, its 36 characters in SQLite."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(36))
        return dialect.type_descriptor(Uuid())

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        return UUID(value) if isinstance(value, str) else value


class Json(TypeDecorator[Any]):
    """A JSON document: `jsonb` in Postgres, its text in SQLite."""

    impl = JSONB
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(JSONB())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return json.dumps(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return json.loads(value) if isinstance(value, str) and dialect.name == "sqlite" else value
