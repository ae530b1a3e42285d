"""A value as a person reads it: in their locale, their organization's time zone, in words."""

from __future__ import annotations

import enum
import json
import re
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from uuid import UUID

from PySide6.QtCore import QDate, QLocale, QTime
from sqlalchemy import Boolean, Column, Enum
from sqlalchemy.types import Integer

from fluffydesk.actions.conventions import Conventions
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.kpi import NOT_ENOUGH, Kpi, rounded
from fluffydesk.figures.units import as_entered
from fluffydesk.mirror.own import is_own
from fluffydesk.mirror.whose import Whose
from fluffydesk.records.enums.farm import EggGrade, EggSize
from fluffydesk.records.enums.farm_resources import StockUnit
from fluffydesk.records.types import ExactDecimal, use_zone, used_zone
from fluffydesk.records.vocabulary import facts_of

NOTHING = ""
_SAID = {
    "gal_us": "US gallon",
    "gal_uk": "UK gallon",
    "C": "°C",
    "F": "°F",
    "boolean": "Yes or no",
    "email": "E-mail",
    "sms": "SMS",
    "co_owner": "Co-owner",
}
_OF_EGGS: dict[type[enum.Enum], dict[str, str]] = {
    EggGrade: {"a": "Grade A", "b": "Grade B"},
    EggSize: {"s": "Small", "m": "Medium", "l": "Large", "xl": "Extra large"},
}
_SHORT = QLocale.FormatType.ShortFormat
MONTH = "MMMM yyyy"
"""How a month is written in full."""
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


class _Place:
    """What the organization counts in; set once signed in."""

    currency: str = Whose().currency
    conventions: Conventions = Conventions()


def use_place(whose: Whose) -> None:
    """Show times in this organization's zone, and amounts in its currency, from now on."""
    use_zone(whose.zone)
    _Place.currency = whose.currency


def use_conventions(found: Conventions) -> None:
    """Show weights, volumes and temperatures in the organization's units from now on."""
    _Place.conventions = found


def used_conventions() -> Conventions:
    """Return the units and conventions that are shown."""
    return _Place.conventions


def zone() -> tzinfo:
    """Return the organization's time zone."""
    return used_zone()


def words(value: enum.Enum | str) -> str:
    """Return an enum's value in sentence case: `whole_day` as "Whole day", `kg` as "kg"."""
    said = str(value.value if isinstance(value, enum.Enum) else value)
    if isinstance(value, StockUnit) and _Place.conventions.converts(said):
        return _Place.conventions.symbol_for(said)
    own = _OF_EGGS.get(type(value), {})  # type: ignore[arg-type]
    if said in own:
        return own[said]
    if said in _SAID:
        return _SAID[said]
    text = said.replace("_", " ")
    return text if len(text) <= 2 else text[:1].upper() + text[1:]


def number_text(value: Decimal | int | float, places: int | None = None) -> str:
    """Return a number with the locale's separators; a Decimal keeps its own places."""
    locale = QLocale()
    if isinstance(value, int):
        return locale.toString(value)
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    own = max(0, -exponent) if isinstance(exponent, int) else 0
    kept = own if places is None else places
    if isinstance(value, Decimal) and value.is_finite():
        value = rounded(value, kept)  # a float would take 2.675 for less than it is
    return locale.toString(float(value), "f", kept)


def kpi_text(kpi: Kpi, value: Decimal | int | None, *, unit: bool = False) -> str:
    """Return a figure as it stands on a tile, in the PDF and in the CSV: rounded once, last.

    In the organization's unit. With `unit`, that follows; "not enough data" where it is not known.
    """
    if value is None:
        return NOT_ENOUGH
    text = quantity_text(Decimal(value), kpi.unit.partition("/")[0], kpi.places, unit=False)
    return f"{text} {unit_text(kpi.unit)}" if unit and kpi.unit else text


def decimal_point() -> str:
    """Return the locale's decimal separator."""
    return QLocale().decimalPoint()


def must_be_plain(text: str, field: str | None = None) -> None:
    """Refuse what can be meant in two ways: "1,420" where 1420 is printed so.

    A decimal comma is taken everywhere, so it would be kept as 1.42 without a word. InvalidValue.
    """
    group = re.escape(QLocale().groupSeparator())
    found = re.fullmatch(rf"\s*[-+]?([1-9][0-9]{{0,2}}){group}([0-9]{{3}})[^0-9.,]*", text)
    if found is None:
        return
    small = f"{Decimal('.'.join(found.groups())).normalize():f}".replace(".", decimal_point())
    advice = f"Type {found[1]}{found[2]} or {small}."
    raise InvalidValue(f"“{text.strip()}” can be read in two ways.", advice, field=field)


def money_text(value: Decimal) -> str:
    """Return an amount with the organization's currency: "12.50 EUR"."""
    return f"{number_text(value, 2)} {_Place.currency}"


def quantity_text(value: Decimal, kept: str, places: int, *, unit: bool = True) -> str:
    """Return a quantity kept in kg, L or °C in the organization's unit: "1,322.8 lb"."""
    ways = _Place.conventions
    text = number_text(ways.shown(value, kept), ways.places(kept, places))
    return f"{text} {ways.symbol_for(kept)}" if unit else text


def unit_text(kept: str) -> str:
    """Return the organization's unit for a kept one, or for so much of it a day: "lb", "lb/d"."""
    what, slash, each = kept.partition("/")
    return f"{_Place.conventions.symbol_for(what)}{slash}{each}"


def unit_of(column: Column[Any]) -> str:
    """Return the unit in which a column is shown and typed, "" where it has none."""
    kept = facts_of(column).unit
    return _Place.conventions.symbol_for(kept) if kept else ""


def entered_unit(column: Column[Any]) -> str | None:
    """Return the organization's unit among those a quantity can be entered in; None if not there.

    For the column that says so beside the quantity (rule 24).
    """
    known = {str(one.value) for one in getattr(column.type, "enum_class", None) or ()}
    kept = next((one for one in ("L", "kg") if one in known), None)
    unit = _Place.conventions.unit_for(kept) if kept else None
    return unit if unit in known else None


def entered_text(column: Column[Any], value: Any, unit: enum.Enum | str) -> str:
    """Return what was typed, where it was in another unit than is kept: "Entered as 100 lb"."""
    said = str(unit.value if isinstance(unit, enum.Enum) else unit)
    kept = (facts_of(column).unit or "").removesuffix("s")
    places = column.type.places if isinstance(column.type, ExactDecimal) else 0
    if value is None or said == kept:
        return ""
    try:
        typed = as_entered(Decimal(value), kept, said, places)
    except ValueError:  # milk that was weighed: how many kg a litre is was reckoned
        return f"Entered in {words(said)}"
    if typed != int(typed) and kept == "egg":
        return f"Entered in {said}s"
    unit = words(said) if kept != "egg" else said
    several = unit if len(unit) <= 2 or typed == 1 or unit == "dozen" else f"{unit}s"
    return f"Entered as {number_text(typed)} {several}"


def day_text(day: date) -> str:
    """Return a date as the locale writes it in short, with a year of four digits."""
    return QLocale().toString(QDate(day.year, day.month, day.day), day_format())


def month_text(first: date, how: str = MONTH) -> str:
    """Return a month in words: "November 2026"."""
    return QLocale().toString(QDate(first.year, first.month, 1), how)


def label_text(label: str) -> str:
    """Return what a record is called with its dates as the locale writes them."""
    return _DAY.sub(_day_in, label)


def _day_in(found: re.Match[str]) -> str:
    try:
        return day_text(date.fromisoformat(found.group()))
    except ValueError:
        return found.group()


def clock_text(moment: datetime) -> str:
    """Return the time of day in the organization's zone, as the locale writes it."""
    there = moment.astimezone(used_zone())
    clock = QTime(there.hour, there.minute)
    if QLocale().language() == QLocale.Language.C:
        return clock.toString("HH:mm")
    return QLocale().toString(clock, _SHORT)


def moment_text(moment: datetime) -> str:
    """Return date and time in the organization's zone."""
    return f"{day_text(moment.astimezone(used_zone()).date())} {clock_text(moment)}"


def day_format() -> str:
    """Return how dates are written: the locale's short form with a year of four digits."""
    if QLocale().language() == QLocale.Language.C:
        return "yyyy-MM-dd"
    short = QLocale().dateFormat(_SHORT)
    return short if "yyyy" in short else short.replace("yy", "yyyy")


def header_of(column: Column[Any]) -> str:
    """Return a column's heading with its unit: "Weight, kg"; "Eggs" says it already."""
    facts = facts_of(column)
    said = not facts.unit or facts.unit == facts.label.lower()
    return facts.label if said else f"{facts.label}, {unit_of(column)}"


def is_number(column: Column[Any]) -> bool:
    """Say whether a column holds numbers, which stand at the right."""
    return isinstance(column.type, ExactDecimal | Integer)


def is_enum(column: Column[Any]) -> bool:
    """Say whether a column holds one of a closed list."""
    return isinstance(column.type, Enum) and column.type.enum_class is not None


def is_state(column: Column[Any]) -> bool:
    """Say whether a column holds a state, which is shown as a chip."""
    return is_enum(column) and column.name.endswith("status")


def text_of(column: Column[Any], value: Any, *, unit: bool = False) -> str:
    """Return a cell's text; nothing for None. A link's value is its label, not its id.

    With `unit` the unit follows the number, as outside of lists.
    """
    if value is None:
        return NOTHING
    text = _plain_text(column, value)
    return f"{text} {unit_of(column)}" if unit and facts_of(column).unit else text


def _plain_text(column: Column[Any], value: Any) -> str:
    if isinstance(column.type, Boolean) or isinstance(value, bool):
        return "Yes" if value else "No"
    if is_own(column.name) and isinstance(value, Decimal):
        return number_text(value.normalize())  # an own field has no places: as it was typed
    if isinstance(column.type, ExactDecimal):
        kept = facts_of(column).unit or ""
        return quantity_text(Decimal(value), kept, column.type.places, unit=False)
    if isinstance(value, enum.Enum) or is_enum(column):
        return words(value)
    if isinstance(value, int | Decimal):
        return number_text(_Place.conventions.counted(column.name, value))
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return " ".join(str(value).split())
