"""The editor of a stored thing's amount or price, in the organization's unit (rule 24)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Column

from fluffydesk.actions.stored import PRICES
from fluffydesk.actions.typed import refusal
from fluffydesk.figures.kpi import rounded
from fluffydesk.figures.units import as_entered
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import ExactDecimal
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.ui.fields.editors import NumberEditor


class StoredEditor(NumberEditor):
    """A number whose unit its item says: `follow` tells which one that is.

    What was shown and is not typed over is returned as it is kept, to the last digit.
    """

    def __init__(self, column: Column[Any]) -> None:
        super().__init__(column)
        self._kept: str | None = ""
        self._exact: Any = None
        self._said = ""
        self._price = column.name in PRICES.get(record_for(column.table.name), ())

    def follow(self, kept: str | None) -> None:
        """Take kg, L or count from now on; None while the item's unit is being read."""
        if kept == self._kept:
            return
        same = self.line.text() == self._said
        self._kept = kept
        unit = "" if kept in (None, "", "count") else self._ways.symbol_for(str(kept))
        self.line.set_suffix(f"per {unit}" if unit and self._price else unit)
        label = facts_of(self.column).label
        self.line.setAccessibleName(f"{label}, {unit}" if unit else label)
        if same:
            self.set_value(self._exact)

    def set_value(self, value: Any) -> None:
        super().set_value(value)
        self._exact, self._said = value, self.line.text()

    def value(self) -> Any:
        if self.line.text() == self._said:
            return self._exact
        typed = self.line.text().strip().casefold()
        if self._kept is None and typed:
            raise refusal(self.column, "has a unit that is being looked up.", "Save once more.")
        kept = self._kept or ""
        if kept and typed.endswith(kept.casefold()):
            return self._parsed(typed.removesuffix(kept.casefold()))  # as it is kept
        value = self._parsed(typed.removesuffix(self._ways.symbol_for(kept).casefold()))
        if value is None or not self._ways.converts(kept):
            return value
        if self._price:
            return rounded(value * self._ways.shown(Decimal(1), kept), self._places)
        return self._ways.kept(value, kept, self._places)

    def typed(self, value: Any) -> str:
        kept = self._kept or ""
        if not self._ways.converts(kept):
            return super().typed(value)
        if self._price:
            each = value / self._ways.shown(Decimal(1), kept)
            return self._number(rounded(each, self._places))
        return self._number(as_entered(value, kept, self._ways.unit_for(kept), self._places))

    @property
    def _places(self) -> int:
        kind = self.column.type
        assert isinstance(kind, ExactDecimal)
        return kind.places
