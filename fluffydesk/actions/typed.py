"""What a person types, turned into the value a column keeps, or refused in words."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, Enum, Integer

from fluffydesk.errors import InvalidValue
from fluffydesk.figures.kpi import rounded
from fluffydesk.figures.units import convert
from fluffydesk.records.types import ExactDecimal, Json, Key, UtcTime, now, today
from fluffydesk.records.vocabulary import Facts, facts_of
from fluffydesk.wording import as_subject

_PLAIN = re.compile(r"[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)")
_POINT_LAST = re.compile(r"[+-]?[0-9]{1,3}((,[0-9]{3})+\.[0-9]+|(,[0-9]{3}){2,})")
_COMMA_LAST = re.compile(r"[+-]?[0-9]{1,3}((\.[0-9]{3})+,[0-9]+|(\.[0-9]{3}){2,})")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}([.,])[0-9]{3}(\1[0-9]{3})*")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-./])([0-9]{1,2})\2([0-9]{4})")
_CLOCK = re.compile(
    r"(?P<date>\S+?)[T ]+(?P<clock>[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)"
    r"\s*(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
_TRUTHS = {
    **dict.fromkeys(("yes", "y", "true", "on", "1"), True),
    **dict.fromkeys(("no", "n", "false", "off", "0"), False),
}
_WITH_UNIT = re.compile(r"(?P<number>[-+0-9.,]+)\s*(?P<unit>[A-Za-z_]+)")
_UNITS = {
    one.casefold(): one
    for one in ("kg", "g", "t", "lb", "oz", "L", "gal_us", "gal_uk", "egg", "dozen", "flat", "case")
}
_EXAMPLES = (Decimal("23.5"), Decimal("3.5"), Decimal("0.5"))


def value_of(column: Column[Any], text: str, zone: tzinfo = UTC) -> Any:
    """Return the Python value that `text` means in `column`; empty text is None.

    Numbers take a decimal point or a decimal comma: "1,234" is 1.234. A thousands separator is
    read only where it cannot be taken for a decimal one ("1.234,5", "1,234.5", "1,234,567"), and
    so always in whole numbers ("1,234" hens).
    Dates are ISO or day first (22-11-2026, 22.11.2026, 22/11/2026), "today" or "yesterday".
    Times without an offset are clock times in `zone`; of an hour that comes twice when the clock
    goes back, the first is meant. Closed lists take the value or its words, links take an id.
    Raises InvalidValue.
    """
    text = text.strip()
    if not text:
        return None
    reader = _reader_of(column)
    return reader(column, text, zone) if reader else text


def number_in(text: str) -> Decimal | None:
    """Return the number in `text`, with a decimal point or comma; None where it is no number."""
    text = text.strip().replace("\u2212", "-")
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    if _POINT_LAST.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _COMMA_LAST.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    return None


def whole_in(text: str) -> int | None:
    """Return the whole number in `text`; None where it is none.

    Three digits behind a separator are thousands: "1,000" and "1.000" eggs are a thousand, for a
    count has no decimals.
    """
    text = text.strip().replace("\u2212", "-")
    if _THOUSANDS.fullmatch(text):
        return int(re.sub(r"[.,]", "", text))
    number = number_in(text)
    return None if number is None or number != int(number) else int(number)


def in_other_unit(
    column: Column[Any], text: str, kept_in: str = ""
) -> tuple[Decimal | int, str] | None:
    """Return a quantity that was typed with a unit it is not kept in: as kept, and that unit.

    "100 lb" in a column kept in kg is 45.4 and "lb", "3 flats" of eggs are 90 and "flat". None
    where no other unit of the kind stands behind a number. `kept_in` is the unit of a column that
    does not say it.
    """
    found = _WITH_UNIT.fullmatch(text.strip())
    number = None if found is None else number_in(found["number"])
    kept = (kept_in or facts_of(column).unit or "").removesuffix("s")
    if found is None or number is None:
        return None
    said = found["unit"].casefold()
    unit = _UNITS.get(said) or _UNITS.get(said.removesuffix("s"), "")
    try:
        value = convert(number, unit, kept)
    except ValueError:
        return None
    if unit == kept:
        return None
    places = column.type.places if isinstance(column.type, ExactDecimal) else 0
    if not places:
        return None if value != int(value) else (int(value), unit)
    return rounded(value, places), unit


def date_in(text: str) -> date | None:
    """Return the date in `text`, ISO or day first; None where it is no date in the calendar."""
    text = text.strip().lower()
    if text in ("today", "yesterday"):
        return today() - timedelta(days=text == "yesterday")
    if iso := _ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in iso.groups())
    elif first := _DAY_FIRST.fullmatch(text):
        day, month, year = int(first[1]), int(first[3]), int(first[4])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def refusal(column: Column[Any], message: str, advice: str = "") -> InvalidValue:
    """Return a refusal about `column`; `message` goes on after the column's label."""
    label = as_subject(facts_of(column).label)
    return InvalidValue(f"{label} {message}", advice, field=column.name)


def words_of(value: enum.Enum | str) -> str:
    """Return `whole_day` as `whole day`."""
    return str(value.value if isinstance(value, enum.Enum) else value).replace("_", " ")


def _reader_of(column: Column[Any]) -> Callable[[Column[Any], str, tzinfo], Any] | None:
    for kind, reader in _READERS:
        if isinstance(column.type, kind):
            return reader
    return None


def _without_unit(facts: Facts, text: str) -> str:
    if facts.unit and text.casefold().endswith(facts.unit.casefold()):
        return text[: -len(facts.unit)].rstrip()
    return text


def _decimal(column: Column[Any], text: str, zone: tzinfo) -> Decimal:
    facts = facts_of(column)
    number = number_in(_without_unit(facts, text))
    if number is None:
        raise refusal(column, f"must be a number, such as {_example(facts)}.")
    return number


def _example(facts: Facts) -> Decimal:
    for example in _EXAMPLES:
        if not isinstance(facts.maximum, Decimal | int) or example <= facts.maximum:
            return example
    return _EXAMPLES[-1]


def _whole(column: Column[Any], text: str, zone: tzinfo) -> int:
    number = whole_in(_without_unit(facts_of(column), text))
    if number is None:
        raise refusal(column, "must be a whole number, such as 12.")
    return number


def _day(column: Column[Any], text: str, zone: tzinfo) -> date:
    day = date_in(text)
    if day is None:
        if _ISO_DATE.fullmatch(text) or _DAY_FIRST.fullmatch(text):
            advice = "Write year-month-day or day-month-year, such as 2026-05-31 or 31-5-2026."
            raise refusal(column, f"is a date that does not exist ({text}).", advice)
        raise refusal(column, "must be a date, such as 2026-05-31 or 31-5-2026.")
    return day


def _time(column: Column[Any], text: str, zone: tzinfo) -> datetime:
    if text.lower() == "now":
        return now()
    parts = _CLOCK.fullmatch(text)
    day = date_in(parts["date"]) if parts else None
    if parts is None or day is None:
        raise refusal(column, "must be a date with a time, such as 2026-05-31 14:30.")
    clock = parts["clock"] if parts["clock"][1] != ":" else "0" + parts["clock"]
    try:
        naive = datetime.fromisoformat(f"{day.isoformat()}T{clock}")
        if parts["zone"]:
            offset = parts["zone"].upper().replace("Z", "+00:00")
            return datetime.fromisoformat(f"{naive.isoformat()}{offset}").astimezone(UTC)
        moment = naive.replace(tzinfo=zone).astimezone(UTC)
        back = moment.astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise refusal(column, f"is a time that does not exist ({text}).") from None
    if back != naive:
        raise refusal(
            column,
            f"is a time that does not exist: on {day} the clock in {zone} skips {naive:%H:%M}.",
            f"Enter {back:%H:%M} if that is what you mean.",
        )
    return moment


def _choice(column: Column[Any], text: str, zone: tzinfo) -> enum.Enum:
    assert isinstance(column.type, Enum)
    values: type[enum.Enum] = column.type.enum_class  # type: ignore[assignment]
    wanted = re.sub(r"[\s_-]+", " ", text).casefold()
    for value in values:
        if wanted in (words_of(value).casefold(), words_of(value.name).casefold()):
            return value
    raise refusal(column, f"must be one of: {', '.join(words_of(value) for value in values)}.")


def _truth(column: Column[Any], text: str, zone: tzinfo) -> bool:
    if text.lower() not in _TRUTHS:
        raise refusal(column, "must be yes or no.")
    return _TRUTHS[text.lower()]


def _key(column: Column[Any], text: str, zone: tzinfo) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        advice = "Lists show the id of each row."
        raise refusal(column, f"must be the id of a row, and {text!r} is none.", advice) from None


def _document(column: Column[Any], text: str, zone: tzinfo) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise refusal(column, "must be JSON.") from None


_READERS: tuple[tuple[type, Callable[[Column[Any], str, tzinfo], Any]], ...] = (
    (ExactDecimal, _decimal),
    (UtcTime, _time),
    (Key, _key),
    (Json, _document),
    (Enum, _choice),
    (Boolean, _truth),
    (Integer, _whole),
    (Date, _day),
)
