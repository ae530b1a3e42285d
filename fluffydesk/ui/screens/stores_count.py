"""The counting sheet: everything in store, typed down the page with Enter, each count kept."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import mirrored_by
from fluffydesk.records.farm import EggStorage
from fluffydesk.records.farm_resources import InventoryTransaction
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Segments, Words, row
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.day_picker import DayPicker
from fluffydesk.ui.screens.entry_grid import EntryGrid
from fluffydesk.ui.screens.entry_model import may_type
from fluffydesk.ui.screens.reading.stores_count import CountRow, count_rows
from fluffydesk.ui.screens.stores_count_model import CountModel
from fluffydesk.wording import counted as counted_words
from fluffydesk.work import Work

_PARTS: list[tuple[str, object]] = [
    ("All", ""),
    ("Feed and other", "feed"),
    ("Medicine", "medicine"),
    ("Milk tank", "tank"),
    ("Egg room", "eggs"),
    ("Wool", "wool"),
]


class StocktakeScreen(Screen):
    """One row for each thing, lot, tank and kind of egg that is in store."""

    key = "stocktake"
    title = "Stocktake"
    icon = "stocktake"
    home = "stores"
    watches = frozenset(
        {
            *("farm_inventory", "inventory_transactions", "milk_storage", "milk_storage_logs"),
            *("egg_storage", "wool_storage"),
        }
    )
    searches = "Name, lot or place"
    help = (
        "Count what is there. The sheet goes by place, so that it can be carried round.\n"
        "Type what you counted and press Enter: the difference from the ledger is posted at once "
        "and stands beside it. Leave empty what you did not count; count again to correct.\n"
        "Things with lots are counted lot by lot, eggs in single ones or in packs as 2c 3f 1d 5. "
        "A difference of more than a tenth is marked: count it once more."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._words: list[str] = []
        self._makes = EggStorage in mirrored_by(work.whose.organization_type)
        self.day = DayPicker(InventoryTransaction.__table__.c.moved_on)
        self.day.picked.connect(self._picked)
        self.day_turned.connect(self.day.turn)
        self.parts = Segments("Store", _PARTS)
        self.parts.setVisible(self._makes)
        self.parts.chosen.connect(self._picked)
        self.lock = Banner()
        self.model = CountModel(work, self)
        self.model.counted.connect(self._count)
        self.grid = EntryGrid(self.model)
        self.grid.setAccessibleName("Counting sheet")
        self.empty = Empty(icon_role="stores")
        self.total = Words("", Type.HEADING)
        self.rest = Words("", role="muted")
        self._arrange()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Enter", "Keep the count, go on"),
            ("Shift+Enter", "Go back"),
            ("Esc", "Undo what is typed in the cell"),
            ("Ctrl+Left, Ctrl+Right", "The day before, the day after"),
        )

    def reload(self) -> None:
        job = partial(_read, on=self.day.day(), makes=self._makes)
        self.work.on_mirror(job, self._show, latest=True)

    def search(self, text: str) -> None:
        """Show only the rows that have the words."""
        self._words = text.casefold().split()
        for number in range(self.model.rowCount()):
            said = " ".join(str(self.model.index(number, n).data()) for n in range(3)).casefold()
            self.grid.setRowHidden(number, not all(word in said for word in self._words))

    def arrive(self, place: Place) -> None:
        """Show the part of the stores that `place` names."""
        if place.part in {key for _, key in _PARTS}:
            self.parts.set_value(place.part)
        self.reload()

    def _arrange(self) -> None:
        self._stack = QStackedLayout()
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.CARD)
        column.setSpacing(measures.CARD)
        column.addWidget(Flow(self.parts, None, self.day))
        column.addWidget(self.lock)
        column.addLayout(self._stack, 1)
        column.addLayout(row(self.total, self.rest, None, spacing=measures.CARD))

    def _picked(self, chosen: object) -> None:
        self.reload()

    def _show(self, found: tuple[date, list[CountRow]]) -> None:
        on, rows = found
        self.lock.say(may_type(self.work, InventoryTransaction))
        self.grid.setEnabled(not self.lock.text())
        part = str(self.parts.value())
        shown = [one for one in rows if part in ("", one.part)]
        fresh = self.model.show_sheet(on, shown)
        self._stack.setCurrentWidget(self.grid if shown else self.empty)
        if not shown:
            self.empty.say(
                "Nothing to count here",
                "What was ever received stands on the sheet, lot by lot.",
                "Go to the stores",
                self._to_stores,
            )
        elif fresh:
            self.search(" ".join(self._words))
            if not self.day.editor.line.hasFocus():
                self.grid.start()

    def _to_stores(self) -> None:
        self.go.emit(Place("stores"))

    def _count(self) -> None:
        every, counted, off = self.model.sums()
        self.total.setText(f"{counted} of {every} counted" if every else "")
        self.rest.setText(
            counted_words(off, "differs", "differ") + " from the ledger" if counted else ""
        )


def _read(mirror: Mirror, on: date, makes: bool) -> tuple[date, list[CountRow]]:
    with mirror.read() as connection:
        return on, count_rows(connection, on, makes=makes)
