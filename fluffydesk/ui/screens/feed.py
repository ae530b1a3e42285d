"""The feed round: for each group and flock what was fed, taken from the store as it is typed."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm import FeedLog
from fluffydesk.ui.fields.texts import quantity_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Segments, Words
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.day_picker import DayPicker
from fluffydesk.ui.screens.entry_grid import EntryGrid
from fluffydesk.ui.screens.entry_model import may_type, unsaved_words
from fluffydesk.ui.screens.feed_model import FEED, FeedModel
from fluffydesk.ui.screens.reading.feeding import Round, feed_round
from fluffydesk.work import Work

_STORE: list[tuple[str, object]] = [("From the store", True), ("Not from the store", False)]


class FeedGrid(EntryGrid):
    """A grid whose Enter stops only where something is typed on a round."""

    def __init__(self, model: FeedModel, parent: QWidget | None = None) -> None:
        super().__init__(model, parent)
        self._feeds = model

    def start(self, row: int = 0) -> None:
        """Open the first cell of a row that is typed into."""
        columns = [column for column in self._columns() if self._feeds.takes(row, column)]
        if columns and 0 <= row < self._feeds.rowCount():
            self._open(row, columns[0])

    def _shown(self, row: int, step: int) -> int | None:
        """Return the next row whose cell of the same column is typed into."""
        column, place = self.currentIndex().column(), super()._shown(row, step)
        while place is not None and not self._feeds.takes(place, column):
            place = super()._shown(place, step)
        return place

    def _step(self, step: int) -> None:
        current = self.currentIndex()
        cells = [
            (number, column)
            for number in range(self._feeds.rowCount())
            if not self.isRowHidden(number)
            for column in self._columns()
            if self._feeds.takes(number, column)
        ]
        here = (current.row(), current.column())
        place = cells.index(here) + step if here in cells else 0
        if 0 <= place < len(cells):
            self._open(*cells[place])
        elif self.editor is not None:
            self.editor.selectAll()


class FeedScreen(Screen):
    """One row for each feed of each group and flock."""

    key = "feed"
    title = "Feed"
    icon = "feed"
    group = "Day"
    watches = frozenset(
        {
            "feed_logs",
            "poultry_feed_logs",
            "livestock_batches",
            "livestock",
            "flocks",
            "poultry_batches",
            "mortality_logs",
            "farm_inventory",
            "inventory_transactions",
        }
    )
    searches = "Group, flock or feed"
    help = (
        "Write down what each group and flock was fed. Type the amount and press Enter: it is "
        "saved at once and the next one is open. Flocks have their water too.\n"
        "The small grey number is yesterday's. Amber means the amount is out of line with the "
        "last seven days: it is saved all the same.\n"
        "A feed with the name of one in the stores is taken from there in the same step, and comes "
        "back when the amount is corrected or emptied. Choose “Not from the store” for feed that "
        "the stores do not count.\n"
        "Another feed for the same group: Ctrl+Insert. Its first letters are enough where only "
        "one feed begins so."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._text = ""
        self.day = DayPicker(FeedLog.__table__.c.fed_on)
        self.day.picked.connect(self._picked)
        self.day_turned.connect(self.day.turn)
        self.store = Segments("Taken", _STORE)
        self.store.chosen.connect(self._store_chosen)
        self.model = FeedModel(work, self)
        self.model.counted.connect(self._count)
        self.grid = FeedGrid(self.model)
        self.grid.setAccessibleName("Feed round")
        self.lock = Banner()
        self.empty = Empty(icon_role="feed")
        self.total = Words("", Type.HEADING)
        self.rest = Words("", role="muted")
        self.trouble = Words("", role="danger")
        QShortcut(QKeySequence("Ctrl+Ins"), self).activated.connect(self.add_feed)
        self._arrange()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Enter", "Keep the amount, go on"),
            ("Shift+Enter", "Go back"),
            ("Esc", "Undo what is typed in the cell"),
            ("Up, Down", "Keep the amount, go a row up or down"),
            ("Ctrl+Insert", "Another feed for this group or flock"),
            ("Ctrl+Left, Ctrl+Right", "The day before, the day after"),
        )

    def reload(self) -> None:
        self.work.on_mirror(partial(_read, on=self.day.day()), self._show, latest=True)

    def search(self, text: str) -> None:
        """Show only the rows whose group, flock or feed has the words."""
        self._text = text.casefold()
        for number in range(self.model.rowCount()):
            name = f"{self.model.index(number, 0).data()} {self.model.index(number, FEED).data()}"
            hidden = not all(word in name.casefold() for word in self._text.split())
            self.grid.setRowHidden(number, hidden)

    def primary(self) -> Primary | None:
        return ("Another feed", self.add_feed) if self.model.rowCount() else None

    def add_feed(self) -> None:
        """Add a row for another feed of the group or flock that is typed for."""
        if self.model.rowCount() and self.grid.isEnabled():
            current = self.grid.currentIndex()
            place = self.model.add_feed(max(current.row(), 0))
            self.grid.setFocus()
            self.grid.start(place)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.CARD)
        column.setSpacing(measures.CARD)
        column.addWidget(Flow(self.day, None, self.store))
        column.addWidget(self.lock)
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self.empty)
        self.setFocusProxy(self.grid)
        column.addWidget(Flow(self.total, self.rest, None, self.trouble, spacing=measures.CARD))

    def _picked(self, chosen: object) -> None:
        self.reload()

    def _store_chosen(self, chosen: object) -> None:
        self.model.from_store = bool(chosen)
        self.grid.setFocus()

    def _show(self, found: Round) -> None:
        self.lock.say(may_type(self.work, FeedLog))
        self.grid.setEnabled(not self.lock.text())
        fresh = self.model.show_round(found)
        self.primary_changed.emit()
        if not found.rows:
            self.empty.say(
                "Nobody to feed yet",
                "Each group with animals and each flock with birds stands here.",
                "Go to the animals",
                self._to_animals,
            )
        self._stack.setCurrentWidget(self.grid if found.rows else self.empty)
        if fresh and found.rows:
            self.search(self._text)
            if not self.day.editor.line.hasFocus():
                self.grid.start()

    def _to_animals(self) -> None:
        self.go.emit(Place("animals"))

    def _count(self) -> None:
        kg, litres, left = self.model.sums()
        if not self.model.rowCount():
            self.total.setText("")
            self.rest.setText("")
            self.trouble.setText("")
            return
        self.total.setText(f"{quantity_text(kg, 'kg', 1)} fed")
        water = f"{quantity_text(litres, 'L', 1)} of water · " if litres else ""
        self.rest.setText(water + (f"{left} remain" if left else "round done"))
        self.trouble.setText(unsaved_words(self.model.unsaved()))


def _read(mirror: Mirror, on: date) -> Round:
    with mirror.read() as connection:
        return feed_round(connection, on)
