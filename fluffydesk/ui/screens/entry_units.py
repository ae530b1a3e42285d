"""Amounts of an entry grid in the organization's units: shown, typed, and kept in kg and L."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Column

from fluffydesk.actions.typed import number_in, value_of
from fluffydesk.figures.units import as_entered
from fluffydesk.records.enums.farm import MassUnit
from fluffydesk.records.types import ExactDecimal
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.ui.fields.texts import decimal_point, must_be_plain, used_conventions

_MASSES = (MassUnit.KILOGRAM, MassUnit.POUND)


def cell_text(column: Column[Any], value: Decimal) -> str:
    """Return an amount as it would be typed: in the organization's unit, no needless zeros."""
    ways, kept = used_conventions(), facts_of(column).unit or ""
    if ways.converts(kept):
        value = as_entered(value, kept, ways.unit_for(kept), _places(column))
    return typed_text(value.normalize())


def typed_text(value: Decimal) -> str:
    """Return a number as a person types it: no separator of thousands, which reads as a comma."""
    return f"{value:f}".replace(".", decimal_point())


def value_in(column: Column[Any], text: str) -> Decimal | None:
    """Return the amount that was typed in the organization's unit, as it is kept (rule 24).

    None where nothing was typed. "30 kg" is 30 kg on a farm that types pounds. InvalidValue: no
    number, or one with more decimals than are kept.
    """
    ways, kept = used_conventions(), facts_of(column).unit or ""
    must_be_plain(text)
    if ways.converts(kept):
        tidy = text.strip().casefold()
        number = number_in(tidy.removesuffix(ways.symbol_for(kept).casefold()))
        if number is not None:
            return ways.kept(number, kept, _places(column))
        text = tidy.removesuffix(kept.casefold())
    value: Decimal | None = value_of(column, text)
    return value


def mass_unit_of(text: str) -> MassUnit:
    """Return the unit in which a weight was typed: the one behind it, or the organization's."""
    tidy = text.strip().casefold()
    usual = MassUnit(used_conventions().unit_for("kg"))
    return next((one for one in _MASSES if tidy.endswith(one.value)), usual)


def _places(column: Column[Any]) -> int:
    kind = column.type
    assert isinstance(kind, ExactDecimal)
    return kind.places
