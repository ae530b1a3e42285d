"""The egg round: for each flock the total, cracked, dirty and discarded, in any unit."""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Order
from fluffydesk.records.enums.farm import EggRound
from fluffydesk.records.farm import EggProductionLog
from fluffydesk.ui.fields.texts import number_text, words
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Segments, Words, row
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.by_clock import RoundByClock
from fluffydesk.ui.screens.day_picker import DayPicker
from fluffydesk.ui.screens.eggs_model import EggModel
from fluffydesk.ui.screens.entry_grid import EntryGrid
from fluffydesk.ui.screens.entry_model import may_type, unsaved_words
from fluffydesk.ui.screens.reading.flocks import RoundRow, egg_round
from fluffydesk.work import Work

LEAST_ROWS, MOST_ROWS = 2, 8
HEADER, EMPTY = 46, 260
UNITS: list[tuple[str, object]] = [
    ("Eggs", "egg"),
    ("Dozens", "dozen"),
    ("Flats", "flat"),
    ("Cases", "case"),
]
_COLUMNS = ("collected_on", "flock_id", "round", "total", "cracked", "dirty", "discarded", "notes")
_WIDTHS = dict(zip(_COLUMNS, (112, 164, 108, 104, 128, 108, 148, 112), strict=True))
_Round = tuple[date, EggRound, list[RoundRow]]


class EggsScreen(Screen):
    """One row for each flock with hens."""

    key = "eggs"
    title = "Eggs"
    icon = "eggs"
    group = "Day"
    watches = frozenset(
        {"egg_production_logs", "flocks", "poultry_batches", "mortality_logs", "farm_product_sales"}
    )
    searches = "Flock"
    help = (
        "Write down what each flock laid on one round.\n"
        "The total counts every egg collected; cracked, dirty and discarded are taken off it, "
        "and what remains is saleable. Each count is saved as you press Enter.\n"
        "Choose the unit in which you type totals: a dozen is 12, a flat 30, a case 360. Or name "
        "the packs: 2c 3f 1d 5 is 2 cases, 3 flats, 1 dozen and 5 eggs.\n"
        "More than 1.05 eggs for each hen of the day is marked amber: it is kept, but count again."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._text = ""
        self.day = DayPicker(EggProductionLog.__table__.c.collected_on)
        self.day.picked.connect(self._picked)
        self.rounds = Segments("Round", [(words(one), one) for one in EggRound])
        self.by_clock = RoundByClock(self.rounds, self.day, EggRound.MORNING, EggRound.AFTERNOON)
        self.day_turned.connect(self.by_clock.turn)
        self.rounds.chosen.connect(self._picked)
        self.units = Segments("Totals in", UNITS)
        self.units.chosen.connect(self._unit_chosen)
        self.model = EggModel(work, self)
        self.model.counted.connect(self._count)
        self.grid = EntryGrid(self.model)
        self.grid.setAccessibleName("Egg round")
        self.lock = Banner()
        self.rounds_before = RecordList(
            work,
            EggProductionLog,
            (
                "collected_on",
                "flock_id",
                "round",
                "total",
                "cracked",
                "dirty",
                "discarded",
                "notes",
            ),
            order=(Order("collected_on", descending=True),),
            on_open=self._open,
            name="egg-rounds",
            widths=_WIDTHS,
        )
        self.rounds_before.say_when_empty("No rounds yet", "What is typed above stands here.")
        self.empty = Empty(icon_role="eggs")
        self.total = Words("", Type.HEADING)
        self.rest = Words("", role="muted")
        self.trouble = Words("", role="danger")
        self._arrange()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Enter", "Keep the count, go on"),
            ("Shift+Enter", "Go back"),
            ("Esc", "Undo what is typed in the cell"),
            ("Up, Down", "Keep the count, go a row up or down"),
            ("Ctrl+Left, Ctrl+Right", "The day before, the day after"),
        )

    def reload(self) -> None:
        kind = self.rounds.value()
        assert isinstance(kind, EggRound)
        self.work.on_mirror(partial(_read, on=self.day.day(), kind=kind), self._show, latest=True)

    def search(self, text: str) -> None:
        """Show only the flocks whose name has the words."""
        self._text = text.casefold()
        for number in range(self.model.rowCount()):
            name = str(self.model.index(number, 0).data()).casefold()
            self.grid.setRowHidden(number, not all(word in name for word in self._text.split()))

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.CARD)
        column.setSpacing(measures.CARD)
        units = QWidget()
        units.setLayout(row(Words("Totals in", role="muted"), self.units))
        column.addWidget(Flow(self.day, self.rounds, None, units))
        column.addWidget(self.lock)
        self._held = QWidget()
        self._stack = QStackedLayout(self._held)
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self.empty)
        self.setFocusProxy(self.grid)
        column.addWidget(self._held, 3)
        column.addWidget(Flow(self.total, self.rest, None, self.trouble, spacing=measures.CARD))
        column.addSpacing(measures.STEP)
        column.addWidget(Words("Rounds written down", Type.HEADING))
        column.addWidget(self.rounds_before, 1)

    def _picked(self, chosen: object) -> None:
        self.reload()

    def _unit_chosen(self, unit: object) -> None:
        self.model.set_unit(str(unit))
        self.grid.setFocus()

    def _show(self, found: _Round) -> None:
        on, kind, flocks = found
        self.lock.say(may_type(self.work, EggProductionLog))
        self.grid.setEnabled(not self.lock.text())
        fresh = self.model.show_round(on, kind, flocks)
        rows = min(len(flocks), MOST_ROWS)
        least = min(rows, LEAST_ROWS)
        self._held.setMinimumHeight(HEADER + measures.ENTRY_ROW * least if rows else EMPTY)
        self._held.setMaximumHeight(HEADER + measures.ENTRY_ROW * rows if rows else EMPTY)
        if flocks:
            self._stack.setCurrentWidget(self.grid)
        else:
            self.empty.say(
                "No flock has hens on this day",
                "A flock stands here from its first placement on.",
                "Go to the flocks",
                self._to_flocks,
            )
            self._stack.setCurrentWidget(self.empty)
        if fresh and flocks:
            self.search(self._text)
            if not self.day.editor.line.hasFocus():
                self.grid.start()

    def _open(self, row_id: UUID) -> None:
        open_form(self, self.work, EggProductionLog, row_id)

    def _to_flocks(self) -> None:
        self.go.emit(Place("flocks"))

    def _count(self) -> None:
        eggs, good, left = self.model.sums()
        if not self.model.rowCount():
            self.total.setText("")
            self.rest.setText("")
            self.trouble.setText("")
            return
        self.total.setText(f"{number_text(eggs)} eggs")
        remain = f"{left} flocks remain" if left != 1 else "1 flock remains"
        self.rest.setText(f"{number_text(good)} saleable · " + (remain if left else "round done"))
        self.trouble.setText(unsaved_words(self.model.unsaved()))


def _read(mirror: Mirror, on: date, kind: EggRound) -> _Round:
    with mirror.read() as connection:
        return on, kind, egg_round(connection, on, kind)
