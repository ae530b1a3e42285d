"""The stores: what there is, how long it lasts, and each thing's ledger with its four verbs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from fluffydesk.actions.stock import move_stock
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import StockMovement, StockUnit
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text, number_text, words
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.chip import Chip
from fluffydesk.ui.parts.controls import Button, Segments, Words, row
from fluffydesk.ui.permits import Permit
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.reading.stores import ItemRow, Posting, decimals, item_rows, ledger
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work

_VERBS = (
    ("Receive", "receipt", StockMovement.RECEIPT, "Ctrl+1"),
    ("Use", "use", StockMovement.USE, "Ctrl+2"),
    ("Dispose", "delete", StockMovement.DISPOSAL, "Ctrl+3"),
    ("Count", "stocktake", StockMovement.STOCKTAKE, "Ctrl+4"),
)
_LAYOUTS = {
    StockMovement.RECEIPT: ("quantity", "moved_on", "unit_cost", "lot", "expires_on", "notes"),
    StockMovement.USE: ("quantity", "moved_on", "lot", "reason"),
    StockMovement.DISPOSAL: ("quantity", "moved_on", "lot", "reason"),
    StockMovement.STOCKTAKE: ("quantity", "moved_on", "notes"),
}
_TITLES = {
    StockMovement.RECEIPT: "Receive {name}, in {unit}",
    StockMovement.USE: "Use {name}, in {unit}",
    StockMovement.DISPOSAL: "Dispose of {name}, in {unit}",
    StockMovement.STOCKTAKE: "Count {name}, in {unit}",
}
_TONES = {
    StockMovement.RECEIPT: "good",
    StockMovement.USE: "plain",
    StockMovement.DISPOSAL: "warning",
    StockMovement.STOCKTAKE: "info",
}
_SHOWN: list[tuple[str, object]] = [("In use", "active"), ("To order", "low"), ("All", "all")]


class StoresScreen(Screen):
    """Everything in store, and the ledger of the one that is chosen."""

    key = "stores"
    title = "Stores"
    icon = "stores"
    adds = FarmInventory
    group = "Stores"
    watches = frozenset({"farm_inventory", "inventory_transactions"})
    searches = "Name, kind, supplier or place"
    help = (
        "What is in store. A balance is the sum of its ledger: nothing else changes it.\n"
        "Receive, Use and Dispose post what you enter. Count takes what you counted and posts "
        "the difference. A balance is never less than nothing, on no day.\n"
        "Cover is the balance divided by the use per day: the item's own figure, or else the "
        "mean of the last 30 days."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._items: list[ItemRow] = []
        self._wanted: UUID | None = None
        self.shown = Segments("Show", _SHOWN)
        self.shown.chosen.connect(self._filter)
        self.count = Words("", role="muted")
        self.list = RowsTable("Stock items", _item_columns())
        self.list.say_when_empty(
            "Nothing in store yet",
            "Feed, medicine, bedding and the rest stand here with what is left of each.",
            "Add a stock item",
            self.add,
            locked=self.locked,
        )
        self.list.current_changed.connect(self._chosen)
        self.list.opened.connect(self._edit_row)
        self.balance = Words("", Type.NUMBER)
        self.unit = Words("", role="muted")
        self.cover = Words("", role="muted", wrap=True)
        self.state = Chip()
        self.detail = Card(" ")
        self.ledger = RowsTable("Ledger", _ledger_columns())
        self.ledger.say_when_empty("Nothing has moved yet", "Receive the first delivery.")
        self._arrange()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return tuple((keys, f"{text} the chosen item") for text, _, _, keys in _VERBS)

    def reload(self) -> None:
        self.work.on_mirror(partial(_read, on=today()), self._show, latest=True)

    def showEvent(self, event: QShowEvent) -> None:
        """The arrows move in the list at once."""
        super().showEvent(event)
        self.list.setFocus()

    def search(self, text: str) -> None:
        self.list.search(text)

    def primary(self) -> Primary | None:
        return "Add a stock item", self.add

    def arrive(self, place: Place) -> None:
        """Select an item; the part `low` shows only what is to be ordered."""
        self._wanted = place.id
        self.shown.set_value("low" if place.part == "low" else "active")
        self._filter()

    def add(self) -> None:
        """Open a form for a new item."""
        dialog = open_form(self, self.work, FarmInventory)
        dialog.saved.connect(self._want)

    def post(self, movement: StockMovement) -> None:
        """Open the form of one of the four verbs for the chosen item."""
        item = self.list.current()
        if item is None:
            self.tell("No stock item is chosen.", "Choose one in the list.", tone="info")
            return
        unit = "pieces" if item.unit is StockUnit.COUNT else item.unit
        open_form(
            self,
            self.work,
            InventoryTransaction,
            values={"item_id": item.id, "movement": movement},
            layout=_LAYOUTS[movement],
            title=_TITLES[movement].format(name=item.name, unit=unit),
            saver=_save,
        )

    def _arrange(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(row(self.shown, None, self.count))
        column.addWidget(self.list, 1)
        self.detail.act(Button("Edit", self._edit, icon_role="edit", kind="quiet"))
        figures = row(self.balance, self.unit, None, self.state, spacing=6)
        figures.setAlignment(self.balance, Qt.AlignmentFlag.AlignBaseline)
        figures.setAlignment(self.unit, Qt.AlignmentFlag.AlignBaseline)
        self.detail.add(figures)
        self.detail.add(self.cover)
        verbs = row(spacing=measures.STEP)
        for text, role, movement, keys in _VERBS:
            button = Button(text, partial(self.post, movement), icon_role=role)
            button.setShortcut(keys)
            button.setToolTip(f"{text} ({keys})")
            Permit(button, self.work, InventoryTransaction)
            verbs.addWidget(button, 1)
        self.detail.add(verbs)
        self.detail.add(self.ledger, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(measures.CARD)
        split.addWidget(left)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 4)
        split.setSizes([560, 464])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        outer.addWidget(split)
        self.setFocusProxy(self.list)

    def _show(self, items: list[ItemRow]) -> None:
        self._items = items
        self._filter()

    def _filter(self, chosen: object = None) -> None:
        which = self.shown.value()
        if which == "low":
            items = [item for item in self._items if item.low and item.active]
        else:
            items = [item for item in self._items if item.active or which == "all"]
        low = sum(item.low and item.active for item in self._items)
        self.count.setText(f"{len(items)} items" + (f" · {low} to order" if low else ""))
        self.list.show_rows(items, select_first=self._wanted is None)
        if self._wanted is not None and self.list.model.number_of(self._wanted) is not None:
            self.list.select(self._wanted)
            self._wanted = None
        self._chosen(self.list.current())

    def _chosen(self, item: ItemRow | None) -> None:
        self.detail.setVisible(item is not None)
        if item is None:
            return
        self.detail.heading.setText(item.name)
        self.balance.setText(amount_text(item.balance))
        self.unit.setText("pieces" if item.unit is StockUnit.COUNT else str(item.unit))
        self.state.setVisible(item.low or not item.active)
        self.state.say(*_state(item))
        self.cover.setText(_cover_words(item))
        self.work.on_mirror(partial(_read_ledger, item=item.id), self._show_ledger, latest=True)

    def _show_ledger(self, found: tuple[UUID, list[Posting]]) -> None:
        current = self.list.current()
        if current is not None and current.id == found[0]:
            self.ledger.show_rows(found[1])

    def _edit_row(self, item: ItemRow | None) -> None:
        if item is not None:
            open_form(self, self.work, FarmInventory, item.id, title=item.name)

    def _edit(self) -> None:
        self._edit_row(self.list.current())

    def _want(self, item: UUID) -> None:
        self._wanted = item
        self.reload()


def amount_text(amount: Decimal, places: int = 0) -> str:
    """Return a quantity with at least `places` decimals, and as many as it needs."""
    return number_text(amount, max(places, decimals(amount)))


def _state(item: ItemRow) -> tuple[str, str]:
    if not item.active:
        return "Not in use", "plain"
    return ("Below reorder level", "warning") if item.low else ("", "plain")


def _cover_words(item: ItemRow) -> str:
    unit = "pieces" if item.unit is StockUnit.COUNT else item.unit
    parts = []
    if item.cover_days is not None and item.daily_use:
        use = number_text(item.daily_use, 1 if item.daily_use >= 1 else 3)
        parts.append(f"Lasts {number_text(item.cover_days, 0)} days at {use} {unit} a day.")
    else:
        parts.append("Not enough data for days of cover: no use in 30 days.")
    if item.location:
        parts.append(f"Kept in {item.location}.")
    if item.reorder_level is not None:
        parts.append(f"Reorder below {amount_text(item.reorder_level)} {unit}.")
    return " ".join(parts)


def _balance_text(item: ItemRow) -> str:
    whole = item.unit is StockUnit.COUNT
    return f"{amount_text(item.balance, 0 if whole else 1)} {'' if whole else item.unit}".rstrip()


def _item_columns() -> tuple[Shown, ...]:
    return (
        Shown("Item", lambda item: item.name, 192),
        Shown(
            "State",
            lambda item: "Order" if item.low and item.active else "",
            88,
            tone=lambda item: "warning",
        ),
        Shown(
            "Balance",
            _balance_text,
            108,
            right=True,
            sort=lambda item: item.balance,
        ),
        Shown(
            "Cover, days",
            lambda item: "" if item.cover_days is None else number_text(item.cover_days, 0),
            112,
            right=True,
            sort=lambda item: item.cover_days,
        ),
        Shown("Kind", lambda item: words(item.category), 120, spare=True),
        Shown("Kept in", lambda item: item.location, 120, spare=True),
        Shown("Supplier", lambda item: item.supplier, 180, spare=True),
    )


def _ledger_columns() -> tuple[Shown, ...]:
    return (
        Shown("Date", lambda one: day_text(one.on), 116, sort=lambda one: one.on),
        Shown(
            "Movement",
            lambda one: words(one.movement),
            116,
            tone=lambda one: _TONES[one.movement],
        ),
        Shown("Quantity", signed_text, 96, True, lambda one: one.quantity),
        Shown(
            "Balance",
            lambda one: amount_text(one.balance, one.places),
            96,
            True,
            lambda one: one.balance,
        ),
        Shown("Lot", lambda one: one.lot, 110, spare=True),
        Shown("Why", lambda one: one.words, 140, spare=True),
    )


def signed_text(one: Posting) -> str:
    """Return a movement with its sign: `+6,000` or `−0.8`."""
    sign = "+" if one.quantity > 0 else "−" if one.quantity < 0 else ""
    return sign + amount_text(abs(one.quantity), one.places)


def _read(mirror: Mirror, on: date) -> list[ItemRow]:
    with mirror.read() as connection:
        return item_rows(connection, on)


def _read_ledger(mirror: Mirror, item: UUID) -> tuple[UUID, list[Posting]]:
    with mirror.read() as connection:
        return item, ledger(connection, item)


def _save(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
    if values.get("quantity") is None:
        raise InvalidValue("The quantity is missing.", "Enter it.", field="quantity")
    return move_stock(mirror, **values)
