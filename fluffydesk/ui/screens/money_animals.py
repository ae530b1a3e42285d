"""Which animals are sold: scanned or typed, each with what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.actions.scanning import Animal
from fluffydesk.actions.withdrawal import held, zone_of
from fluffydesk.figures.withdrawal import Food
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import moment_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Segments, Words
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.ui.screens.scanning import ScanField
from fluffydesk.wording import counted
from fluffydesk.work import Work

HEAD, ALL, WEIGHT = "head", "all", "weight"
_WAYS: list[tuple[str, object]] = [
    ("A price each", HEAD),
    ("One price for all", ALL),
    ("By weight", WEIGHT),
]
_HEIGHT = 168
_SHOWN = 3
"""How many of those left out are told one by one."""


@dataclass(frozen=True)
class Chosen:
    """An animal to be sold, and until when its meat is withheld; "" where it is not."""

    id: UUID
    who: str
    group: str
    withheld: str


class AnimalsChosen(QWidget):
    """A field for tags and the list of who is to be sold; Delete takes one out again."""

    changed = Signal()

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.work = work
        self.animals: list[Chosen] = []
        self._left_out: list[str] = []
        self.ways = Segments("Sold", _WAYS)
        self.ways.chosen.connect(lambda _: self.changed.emit())
        self.scan = ScanField(work)
        self.scan.found.connect(self._found)
        self.scan.skipped.connect(self._unknown)
        self.list = RowsTable("Animals to sell", _columns())
        self.list.setFixedHeight(_HEIGHT)
        self.list.say_when_empty("Nobody is chosen yet", "Scan or type the first tag.")
        self.list.table.installEventFilter(self)
        self.said = Banner()
        self.missing = Banner()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        for part in (self.ways, Words("Animals"), self.scan, self.missing, self.list, self.said):
            column.addWidget(part)
        self._show()

    @property
    def way(self) -> str:
        """How the price is meant: for each head, for all together, or by weight."""
        return str(self.ways.value())

    @property
    def ids(self) -> list[UUID]:
        """Return who is to be sold, as they were scanned."""
        return [one.id for one in self.animals]

    def say(self, trouble: str) -> None:
        """Show why they cannot be sold."""
        self.said.say(trouble, "danger")

    def take_out(self) -> None:
        """Take the chosen animal off the list."""
        current = self.list.current()
        if current is not None:
            self.animals = [one for one in self.animals if one.id != current.id]
            self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Delete:
            self.take_out()
            return True
        return super().eventFilter(watched, event)

    def _found(self, animal: Animal) -> None:
        if not animal.here:
            self._leave_out(f"{animal.words} has left the farm already.")
        elif animal.id in self.ids:
            self.said.say(f"{animal.words} is on the list already.", "info")
        else:
            self.work.on_mirror(partial(_look, animal=animal, on=today()), self._add)

    def _unknown(self, tag: str) -> None:
        self._leave_out(f"Nobody here has {tag}.")

    def _leave_out(self, why: str) -> None:
        """Say who is not on the list while the form is open: the next tag comes at once."""
        if why not in self._left_out:
            self._left_out.append(why)
        shown, more = self._left_out[-_SHOWN:], len(self._left_out) - _SHOWN
        rest = [f"{counted(more, 'tag', 'tags')} more."] if more > 0 else []
        self.missing.say(" ".join(("Not on the list:", *shown, *rest)), "warning")

    def _add(self, one: Chosen) -> None:
        if one.id not in self.ids:
            self.animals.append(one)
            self._show()

    def _show(self) -> None:
        self.list.show_rows(self.animals)
        if self.animals:
            self.list.select(self.animals[-1].id)
        number = sum(bool(one.withheld) for one in self.animals)
        who = counted(number, "animal is", "animals are")
        self.said.say(
            f"{who} under withdrawal: sell without, or give the reason below." if number else "",
            "warning",
        )
        self.changed.emit()


def _columns() -> tuple[Shown, ...]:
    return (
        Shown("Animal", lambda one: one.who, 180),
        Shown("Group", lambda one: one.group, 120, spare=True),
        Shown("No meat before", lambda one: one.withheld, 168, tone=lambda one: "danger"),
    )


def _look(mirror: Mirror, animal: Animal, on: date) -> Chosen:
    with mirror.read() as connection:
        zone = zone_of(connection)
        start, end = datetime.combine(on, time(0), zone), datetime.combine(on, time(23, 59), zone)
        found = held(connection, Food.MEAT, start, animals=[animal.id], through=end)
    until = moment_text(found[0].until) if found else ""
    return Chosen(animal.id, animal.words, animal.group or "", until)
