"""The stores: what there is on any day, how long it lasts, and each thing's ledger."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fluffydesk.records.catalog import mirrored_by
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement
from fluffydesk.records.farm import EggStorage
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.types import today
from fluffydesk.ui.fields.date_editors import DateEditor
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Segments, Words, row
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens import stores_produce, stores_wool
from fluffydesk.ui.screens.by_clock import go_on
from fluffydesk.ui.screens.reading.stores import ItemRow, runs_out
from fluffydesk.ui.screens.stores_items import items
from fluffydesk.ui.screens.stores_part import KEYS, StorePart
from fluffydesk.work import Work

_SHOWN: list[tuple[str, object]] = [
    ("In use", "active"),
    ("To order", "low"),
    ("Running out", "short"),
    ("Expiring", "expiring"),
    ("All", "all"),
]
_PRESSING = ("low", "short", "expiring")
"""Shown whatever their kind: what is to be ordered, what lasts a week at most, what expires."""
_FIRST_KEY = 5
_WORDS = {
    StockMovement.RECEIPT: "Receive",
    StockMovement.USE: "Use, or write down a collection",
    StockMovement.DISPOSAL: "Dispose of",
    StockMovement.STOCKTAKE: "Count",
}


class StoresScreen(Screen):
    """Everything in store, by parts, and the ledger of the one that is chosen."""

    key = "stores"
    title = "Stores"
    icon = "stores"
    adds = FarmInventory
    group = "Stores"
    watches = frozenset(
        {
            *("farm_inventory", "inventory_transactions", "poultry_feed_logs", "feed_logs"),
            *("milk_storage", "milk_storage_logs", "milk_production_logs", "egg_storage"),
            *("egg_production_logs", "wool_storage", "health_treatments", "vaccine_logs"),
        }
    )
    searches = "Name, kind, supplier or place"
    holds: ClassVar[str] = (
        "Feed, medicine, bedding and the rest stand here with what is left of each."
    )
    """What is said where nothing is in store yet."""
    help = (
        "What is in store, by parts. A balance is the sum of its ledger: nothing else changes "
        "it. Choose another day to see what was there at its end.\n"
        "Receive, Use and Dispose post what you enter. Count takes what you counted and posts "
        "the difference. A balance is never less than nothing, on no day; where two PCs took the "
        "same while offline it can be, stands in red, and wants a count.\n"
        "Cover is the balance, without expired lots, divided by what the animals there now eat a "
        "day, as fed in the last week; else by the item's own figure, or the mean of the last "
        "30 days.\n"
        "Of lots, the one that expires first is to be used first; an expired one is not used. "
        "Eggs leave oldest first, and not past their best-before date. Milk and eggs under "
        "withdrawal stay out, unless somebody says why."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        kinds = [items("feed", "Feed and other", self.holds)]
        self.makes = EggStorage in mirrored_by(work.whose.organization_type)
        if self.makes:
            kinds += [
                items("medicine", "Medicine", self.holds),
                stores_produce.tank(),
                stores_produce.eggs(),
                stores_wool.wool(),
            ]
        self.parts = {kind.key: StorePart(work, kind) for kind in kinds}
        self.which = Segments("Store", [(kind.title, kind.key) for kind in kinds])
        if not self.makes:
            self.which.hide()
        self.which.chosen.connect(self._turn)
        self.shown = Segments("Show", _SHOWN)
        self.shown.chosen.connect(self._filter)
        self.day = DateEditor(InventoryTransaction.__table__.columns["moved_on"])
        self.day.setFixedWidth(168)
        self.day.field.setAccessibleName("Balance on")
        self.day.set_value(today())
        self.day.changed.connect(self._read_day)
        self.day_turned.connect(partial(go_on, self.day))
        self.stack = QStackedWidget()
        for number, part in enumerate(self.parts.values()):
            self.stack.addWidget(part)
            part.told.connect(self._say)
            part.counts.connect(self.to_sheet)
            bind(
                self, {f"Ctrl+{_FIRST_KEY + number}": partial(self.which.set_value, part.kind.key)}
            )
        self._arrange()
        self._filter()

    @property
    def part(self) -> StorePart:
        """The part that is shown."""
        return self.parts[str(self.which.value())]

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        verbs = (
            *((keys, f"{_WORDS[verb]} the chosen one") for verb, keys in KEYS.items()),
            ("Ctrl+T", "Count everything down a sheet"),
        )
        if not self.makes:
            return verbs
        several = enumerate(self.parts.values())
        return verbs + tuple((f"Ctrl+{_FIRST_KEY + n}", one.kind.title) for n, one in several)

    def reload(self) -> None:
        self.part.reload(today() if self.day.text_error else self.day.value() or today())

    def showEvent(self, event: QShowEvent) -> None:
        """The arrows move in the list at once."""
        super().showEvent(event)
        self.part.list.setFocus()

    def search(self, text: str) -> None:
        for part in self.parts.values():
            part.list.search(text)

    def primary(self) -> Primary | None:
        if self.part.kind.key in ("eggs", "wool"):
            return self.part.kind.empty[2], self.part.begin
        return self.part.kind.empty[2], self.add

    def arrive(self, place: Place) -> None:
        """Select an item, or turn to a part; `low` is what is to be ordered, `short` runs out."""
        if place.part in self.parts:
            self.which.set_value(place.part)
        elif place.part in _PRESSING or place.id is not None:
            self.which.set_value("feed")
        if place.id is not None:
            self.part.want(place.id)
        # One that is wanted may be a medicine, or in use no more.
        wide = "all" if place.id is not None and place.part not in self.parts else "active"
        self.shown.set_value(place.part if place.part in _PRESSING else wide)
        self._filter()
        self.reload()

    def add(self) -> None:
        """Open a form for a new item, or tank."""
        self.part.add()

    def to_sheet(self) -> None:
        """Go to the counting sheet of the part that is shown."""
        self.go.emit(Place("stocktake", part=self.part.kind.key))

    def post(self, movement: StockMovement) -> FormDialog | None:
        """Open the form of one of the four verbs for the chosen row."""
        return self.part.post(movement)

    def _arrange(self) -> None:
        said = Words("Balance on", role="muted")
        on = QWidget()
        on.setLayout(row(said, self.day))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        outer.setSpacing(12)
        outer.addWidget(Flow(self.which, self.shown, None, on))
        outer.addWidget(self.stack, 1)

    def _turn(self, key: object) -> None:
        part = self.part
        self.stack.setCurrentWidget(part)
        self.shown.setVisible(part.kind.key in ("feed", "medicine"))
        self.primary_changed.emit()
        self.reload()
        part.list.setFocus()

    def _filter(self, chosen: object = None) -> None:
        which = str(self.shown.value())
        for key in ("feed", "medicine"):
            if key in self.parts:
                self.parts[key].show_only(partial(_stands, key, which, self.makes))

    def _read_day(self) -> None:
        if not self.day.text_error:
            self.reload()

    def _say(self, text: str, advice: str) -> None:
        self.tell(text, advice, tone="info")


def _stands(key: str, which: str, by_kind: bool, item: Any) -> bool:
    """Say whether an item stands in a part: what is pressing stands together, of any kind."""
    assert isinstance(item, ItemRow)
    if which == "short":
        return runs_out(item)
    if which == "low":
        return item.low and item.active
    if which == "expiring":
        return item.active and bool(item.expiring or item.expired)
    medicine = item.category is InventoryCategory.MEDICINE
    mine = not by_kind or which == "all" or medicine == (key == "medicine")
    return mine and (item.active or which == "all")
