"""The milking grid: pick group, day and milking, then type each cow's kg and press Enter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from fluffydesk.actions.withdrawal import Held, withheld_milk
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.ui.fields.texts import quantity_text, words
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import DropDown, Segments, Words
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.by_clock import RoundByClock
from fluffydesk.ui.screens.day_picker import DayPicker
from fluffydesk.ui.screens.entry_grid import EntryGrid
from fluffydesk.ui.screens.entry_model import may_type, unsaved_words
from fluffydesk.ui.screens.milking_model import MilkingModel
from fluffydesk.ui.screens.reading.milk import Cow, Group, milking_groups, milking_sheet
from fluffydesk.wording import counted
from fluffydesk.work import Work

_GROUP = 440
_Sheet = tuple[list[Group], date, MilkingSession, list[Cow], dict[UUID, Held]]


class MilkingScreen(Screen):
    """One row for each cow of the group in milk."""

    key = "milking"
    title = "Milk"
    icon = "milk"
    group = "Day"
    watches = frozenset(
        {
            "milk_production_logs",
            "livestock",
            "livestock_batches",
            "livestock_batch_members",
            "health_treatments",
            "vaccine_logs",
        }
    )
    searches = "Tag or name"
    help = (
        "Write down what each cow gave at one milking.\n"
        "Choose the group, the day and the milking. Type the yield and press Enter: the value is "
        "saved at once and the next cow is open. The small grey numbers are her last seven days "
        "at this milking, the oldest first.\n"
        "Amber means the value is out of line with her own last seven days. It is saved all the "
        "same: correct it or leave it. Red means nothing was saved for this cow yet.\n"
        "A cow under withdrawal is marked: milk her into a churn of her own. Her milk is written "
        "down, and stands at the bottom as kept out of the tank.\n"
        "To take a value back, empty the cell and press Enter."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._found: tuple[Group, ...] = ()
        self._text = ""
        self.groups = DropDown()
        self.groups.setAccessibleName("Group")
        self.groups.setMinimumWidth(240)
        self.groups.setMaximumWidth(_GROUP)
        self.groups.activated.connect(self._picked)
        self.day = DayPicker(MilkProductionLog.__table__.c.milked_on)
        self.day.picked.connect(self._picked)
        self.sessions = Segments("Milking", [(words(one), one) for one in MilkingSession])
        self.by_clock = RoundByClock(
            self.sessions, self.day, MilkingSession.MORNING, MilkingSession.EVENING
        )
        self.day_turned.connect(self.by_clock.turn)
        self.sessions.chosen.connect(self._picked)
        self.model = MilkingModel(work, self)
        self.model.counted.connect(self._count)
        self.grid = EntryGrid(self.model)
        self.grid.setAccessibleName("Milkings")
        self.lock = Banner()
        self.empty = Empty(icon_role="milk")
        self.total = Words("", Type.HEADING)
        self.remaining = Words("", role="muted")
        self.diverted = Words("", Type.STRONG, "warning")
        self.trouble = Words("", role="danger")
        self._arrange()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Enter", "Keep the value, go to the next cow"),
            ("Shift+Enter", "Go back to the cow before"),
            ("Esc", "Undo what is typed in the cell"),
            ("Up, Down", "Keep the value, go a row up or down"),
            ("Ctrl+Left, Ctrl+Right", "The day before, the day after"),
        )

    def reload(self) -> None:
        on, session = self.day.day(), self._session()
        read = partial(_read, group=self._group(), on=on, session=session)
        self.work.on_mirror(read, self._show, latest=True)

    def search(self, text: str) -> None:
        """Show only the cows whose tag or name has the words, and open the first."""
        self._text = text.casefold()
        shown = [number for number in range(self.model.rowCount()) if self._matches(number)]
        for number in range(self.model.rowCount()):
            self.grid.setRowHidden(number, number not in shown)
        if text and shown:
            self.grid.start(shown[0])

    def arrive(self, place: Place) -> None:
        """Come here and start typing at the first cow without a value."""
        self.by_clock.go_on()
        if self.model.rowCount():
            self.grid.start(self.model.first_open())

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.CARD)
        column.setSpacing(measures.CARD)
        column.addWidget(Flow(self.groups, self.day, self.sessions, spacing=measures.CARD))
        column.addWidget(self.lock)
        self._stack = QStackedLayout()
        column.addLayout(self._stack, 1)
        self._stack.addWidget(self.grid)
        self._stack.addWidget(self.empty)
        foot = (self.total, self.remaining, None, self.diverted, self.trouble)
        column.addWidget(Flow(*foot, spacing=measures.CARD))

    def _session(self) -> MilkingSession:
        value = self.sessions.value()
        assert isinstance(value, MilkingSession)
        return value

    def _group(self) -> UUID | None:
        number = self.groups.currentIndex()
        return self._found[number].id if 0 <= number < len(self._found) else None

    def _picked(self, chosen: object) -> None:
        self.reload()

    def _show(self, sheet: _Sheet) -> None:
        groups, on, session, cows, held = sheet
        self._show_groups(tuple(groups))
        self.lock.say(may_type(self.work, MilkProductionLog))
        self.grid.setEnabled(not self.lock.text())
        fresh = self.model.show_sheet(on, session, cows, held)
        if cows:
            self._stack.setCurrentWidget(self.grid)
        else:
            self._say_empty(groups)
        if not fresh:
            return
        if self._text:
            self.search(self._text)
        elif cows and not self.day.editor.line.hasFocus():
            self.grid.start(self.model.first_open())

    def _show_groups(self, groups: tuple[Group, ...]) -> None:
        if groups == self._found:
            return
        chosen = self._group()
        self._found = groups
        self.groups.clear()
        for one in groups:
            self.groups.addItem(f"{one.name} · {one.cows} in milk")
        ids = [one.id for one in groups]
        self.groups.setCurrentIndex(ids.index(chosen) if chosen in ids else 0)

    def _say_empty(self, groups: list[Group]) -> None:
        if groups and groups[0].cows:
            self.empty.say("No cow of this group is in milk", "Choose another group or day.")
        else:
            self.empty.say(
                "No cows in milk yet",
                "A cow stands here from the day she calved until she is dried off. "
                "Write on her card when she last calved.",
                "Go to the animals",
                self._to_animals,
            )
        self._stack.setCurrentWidget(self.empty)

    def _to_animals(self) -> None:
        self.go.emit(Place("animals"))

    def _matches(self, number: int) -> bool:
        cow = self.model.cow(number)
        name = f"{cow.tag} {cow.name}".casefold()
        return all(word in name for word in self._text.split())

    def _count(self) -> None:
        kg, done, left = self.model.sums()
        self.total.setText(quantity_text(kg, "kg", 1))
        share = f"{quantity_text(kg / done if done else Decimal(0), 'kg', 1)} per cow · "
        progress = f"{done} milked · " + (f"{left} remain" if left else "none remain")
        self.remaining.setText((share if done else "") + progress)
        away, marked = self.model.diverted()
        tank = f"To the tank {quantity_text(kg - away, 'kg', 1)} · "
        tank += f"kept out {quantity_text(away, 'kg', 1)} "
        self.diverted.setText(f"{tank}({counted(marked, 'cow', 'cows')})" if marked else "")
        self.trouble.setText(unsaved_words(self.model.unsaved()))


def _read(mirror: Mirror, group: UUID | None, on: date, session: MilkingSession) -> _Sheet:
    with mirror.read() as connection:
        cows = milking_sheet(connection, group, on, session)
        held = withheld_milk(connection, on, session)
        return milking_groups(connection, on), on, session, cows, held
