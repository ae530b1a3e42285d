"""The feed round's rows: one for each feed of a group or flock, kept as soon as it is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QModelIndex, QObject, Qt

from fluffydesk.actions.feeding import record_feeding, take_back_feeding
from fluffydesk.actions.typed import number_in
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.milk import Range
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import MassUnit
from fluffydesk.records.farm import PoultryFeedLog
from fluffydesk.ui.fields.texts import number_text, quantity_text, used_conventions
from fluffydesk.ui.screens.entry_cells import CellModel, CellRow
from fluffydesk.ui.screens.entry_model import (
    SLOTS,
    Entry,
    Head,
    Index,
)
from fluffydesk.ui.screens.entry_units import cell_text, value_in
from fluffydesk.ui.screens.reading.feeding import Fed, Item, Round
from fluffydesk.work import Work

WHO, HEADS, FEED, LAST, KG, WATER_LAST, WATER, STORE, REMARK = range(9)
_COLUMNS = PoultryFeedLog.__table__.c
_AMOUNTS = {KG: _COLUMNS.quantity_kg, WATER: _COLUMNS.water_l}
_Key = tuple[UUID, str]


@dataclass
class FeedRow(CellRow):
    """A feed of a group or flock, and what is typed for it; `added` may still name its feed."""

    fed: Fed
    cells: dict[int, Entry] = field(default_factory=dict)
    added: bool = False

    @property
    def has_water(self) -> bool:
        return self.fed.record is PoultryFeedLog

    @property
    def feed(self) -> str:
        return str(self.cells[FEED].value or "")

    @property
    def key(self) -> _Key:
        return self.fed.of, self.feed.casefold()

    @property
    def warning(self) -> str:
        """What is odd against the last seven days; "" where nothing is."""
        kg = _odd(self.cells[KG].value, self.fed.usual, "kg", "")
        return kg or _odd(self.cells[WATER].value, self.fed.usual_water, "L", " of water")


class FeedModel(CellModel):
    """Groups and flocks with their feeds; a feed by the name of a stored one is taken from it."""

    judged = KG
    heads = (
        Head("Group or flock", 160, grows=True),
        Head("Head", 70, right=True, muted=True, spare=4),
        Head("Feed", 160, entry=True, grows=True),
        Head("Yesterday", 98, right=True, spare=3),
        Head("Feed", 88, entry=True, right=True, unit="kg"),
        Head("Yesterday", 98, right=True, spare=2),
        Head("Water", 108, entry=True, right=True, unit="L"),
        Head("In store", 108, right=True, muted=True, unit="kg", spare=1),
        Head("", 0, remark=True),
    )

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(work, parent)
        self._rows: list[FeedRow] = []
        self._items: dict[str, Item] = {}
        self._on = date.min
        self.from_store = True

    def show_round(self, found: Round) -> bool:
        """Show a round; what somebody types stays. Returns whether the rows are other ones."""
        same = found.on == self._on
        self._items = {item.name.casefold(): item for item in found.items}
        rows = self._merged(found)
        unchanged = same and [row.key for row in rows] == [row.key for row in self._rows]
        if unchanged:
            self._rows = rows
            self.refresh_rows()
        else:
            self.renewing.emit(same)
            rows = self._merged(found)  # with what was typed till now
            self.beginResetModel()
            self._on, self._rows = found.on, rows
            self.endResetModel()
        self.counted.emit()
        return not unchanged

    def _merged(self, found: Round) -> list[FeedRow]:
        """Return a round's rows with what is typed for them, and the rows that were added."""
        mine = self._rows if found.on == self._on else []
        before = {row.key: row for row in mine}
        rows = [_row(fed, before.get((fed.of, fed.feed.casefold()))) for fed in found.rows]
        shown = {row.key for row in rows}
        for number, row in enumerate(mine):
            if row.added and row.key not in shown:
                rows.insert(min(number, len(rows)), row)
        return rows

    def add_feed(self, number: int) -> int:
        """Add an empty row for another feed of a row's group or flock; returns where it is."""
        fed = self._rows[number].fed
        bare = replace(
            fed,
            feed="",
            kg=None,
            water=None,
            yesterday=None,
            yesterday_water=None,
            usual=None,
            usual_water=None,
        )
        place = number + 1
        self.beginInsertRows(QModelIndex(), place, place)
        self._rows.insert(place, _row(bare, None))
        self.endInsertRows()
        self._rows[place].added = True
        return place

    def takes(self, row: int, column: int) -> bool:
        """Say whether Enter stops at a cell: at the feed only where it is not known yet."""
        one = self._rows[row]
        if column == WATER:
            return one.has_water
        return column != FEED or one.added or not one.fed.feed

    def sums(self) -> tuple[Decimal, Decimal, int]:
        """Return the kg and litres so far, and how many rows remain."""
        kgs = [row.cells[KG].value for row in self._rows]
        litres = sum((row.cells[WATER].value or Decimal(0) for row in self._rows), Decimal(0))
        return sum((kg or Decimal(0) for kg in kgs), Decimal(0)), litres, kgs.count(None)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if self.heads[index.column()].entry and not self.takes(index.row(), index.column()):
            flags &= ~Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], index.column()
        if role == SLOTS and column in (LAST, WATER_LAST):
            value = row.fed.yesterday if column == LAST else row.fed.yesterday_water
            unit = "kg" if column == LAST else "L"
            return () if value is None else (quantity_text(value, unit, 1, unit=False),)
        return super().data(index, role)

    def name_of(self, row: FeedRow, column: int) -> str:
        return f"{self.heads[column].words} of {row.feed} for {row.fed.name}"

    def text(self, row: FeedRow, column: int) -> str:
        cell = row.cells.get(column)
        if cell is not None:
            if cell.draft is not None:
                return cell.draft
            if cell.value is None:
                return ""
            return str(cell.value) if column == FEED else cell_text(_AMOUNTS[column], cell.value)
        item = self._items.get(row.feed.casefold())
        kg = row.cells[KG].value
        a_head = "" if kg is None or not row.fed.head else quantity_text(kg / row.fed.head, "kg", 2)
        texts = {
            WHO: row.fed.name,
            HEADS: number_text(row.fed.head),
            STORE: "" if item is None else quantity_text(item.kg, "kg", 0, unit=False),
            REMARK: f"{a_head} a head" if a_head else "",
        }
        return texts.get(column, "")

    @property
    def lines(self) -> list[FeedRow]:
        return self._rows

    @property
    def sheet(self) -> date:
        return self._on

    def saves(self, column: int) -> bool:
        return column != FEED

    def doubt(self, column: int, text: str) -> str:
        number = text.strip().rstrip(".,")
        if column != FEED and number and number_in(number) is None:
            return f"“{text.strip()}” is no number. Type it like 120.5."
        return ""

    def emptied(self, number: int, column: int) -> None:
        if column == KG:
            self._rows[number].cells[WATER].value = None

    def read(self, number: int, column: int, text: str) -> Any:
        row = self._rows[number]
        if column == FEED:
            if row.cells[KG].value is not None:
                raise InvalidValue("Take its kg back first.", "Then name another feed.")
            name = self._named(text.strip())
            others = {one.key for one in self._rows if one is not row}
            if name and (row.fed.of, name.casefold()) in others:
                raise InvalidValue(f"{name} has a row already.", "Type the kg there.")
            return name or None
        value = value_in(_AMOUNTS[column], text)
        if value is None:
            return None
        if not row.feed:
            raise InvalidValue("Type the feed first.", "Shift+Enter goes back to it.")
        most = 100_000 if column == KG else 1_000_000
        if not 0 <= value <= most:
            text = quantity_text(Decimal(most), "kg" if column == KG else "L", 0)
            raise InvalidValue(f"It lies between 0 and {text}.", "Check the comma.")
        if column == WATER and row.cells[KG].value is None:
            raise InvalidValue("Type the kg first, 0 if none were given.")
        return value

    def _named(self, text: str) -> str:
        """Return the stored or used feed that begins so, if there is just one; else the text."""
        known = {item.name for item in self._items.values()}
        known |= {row.fed.feed for row in self._rows if row.fed.feed}
        begins = [name for name in known if name.casefold().startswith(text.casefold())]
        exact = [name for name in begins if name.casefold() == text.casefold()]
        if text and (exact or len(begins) == 1):
            return (exact or begins)[0]
        return text

    def job(self, number: int) -> Callable[[Mirror], Changes]:
        row = self._rows[number]
        kg = row.cells[KG].value
        key: dict[str, Any] = {
            "record": row.fed.record,
            "of": row.fed.of,
            "fed_on": self._on,
            "feed": row.feed,
        }
        if kg is None:
            return partial(take_back_feeding, **key)
        item = self._items.get(row.feed.casefold()) if self.from_store else None
        return partial(
            record_feeding,
            **key,
            quantity_kg=kg,
            water_l=row.cells[WATER].value,
            item_id=None if item is None else item.id,
            entered_unit=MassUnit(used_conventions().unit_for("kg")),
        )


def _row(fed: Fed, old: FeedRow | None) -> FeedRow:
    held = {FEED: fed.feed or None, KG: fed.kg, WATER: fed.water}
    cells = {
        column: old.cells[column]
        if old is not None and not old.cells[column].settled
        else Entry(value=value)
        for column, value in held.items()
    }
    return FeedRow(fed, cells, added=False)


def _odd(value: Decimal | None, usual: Range | None, unit: str, of: str) -> str:
    if value is None or usual is None or usual.holds(value):
        return ""
    side = "Little" if usual.judge(value) == "low" else "Much"
    low, high = quantity_text(usual.low, unit, 0, unit=False), quantity_text(usual.high, unit, 0)
    return f"{side}: usually {low} to {high}{of}"
