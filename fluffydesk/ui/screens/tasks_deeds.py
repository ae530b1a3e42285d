"""Who did what on a day, on this PC and elsewhere, by person (rule 26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.livestock import HerdMovement
from fluffydesk.records.types import today
from fluffydesk.ui.fields.date_editors import DateEditor
from fluffydesk.ui.fields.texts import clock_text, number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import DropDown, Words, row
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.record_history import open_history
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.by_clock import go_on
from fluffydesk.ui.screens.reading.deeds import Deed, deeds_of, touched_by
from fluffydesk.ui.screens.reading.tasks import Person, people
from fluffydesk.ui.screens.rows_table import RowsTable, Shown

_TONES = {
    "Sent": "good",
    "Merged": "good",
    "In conflict": "warning",
    "Refused": "danger",
    "Discarded": "plain",
    "Waits to be sent": "info",
}
_EVERYBODY = "Everybody"
_NOTE = (
    "Every save of this PC, for a year after it was sent; of other PCs what they added, and the "
    "tasks they completed. Enter opens the history of a record."
)


def _times(deed: Deed) -> str:
    first, last = clock_text(deed.first), clock_text(deed.last)
    return first if first == last else f"{first}–{last}"


_COLUMNS = (
    Shown("Time", _times, 120, sort=lambda one: one.last),
    Shown("Who", lambda one: one.who, 170),
    Shown("What", lambda one: one.what, 400),
    Shown("On", lambda one: one.device, 140, spare=True),
    Shown("State", lambda one: one.state, 150, tone=lambda one: _TONES.get(one.state, "plain")),
)


@dataclass(frozen=True)
class _Found:
    deeds: tuple[Deed, ...]
    people: tuple[Person, ...]


class DeedsPart(QWidget):
    """A day's deeds, of everybody or one person."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self.page, self.work = screen, screen.work
        self.day = DateEditor(HerdMovement.__table__.columns["moved_on"])
        self.day.setFixedWidth(168)
        self.day.field.setAccessibleName("Day")
        self.day.set_value(today())
        self.day.changed.connect(self.reload)
        screen.day_turned.connect(partial(go_on, self.day))
        self.who = DropDown()
        self.who.setAccessibleName("Who")
        self.who.addItem(_EVERYBODY, None)
        self.who.setMinimumWidth(220)
        self.who.currentIndexChanged.connect(self.reload)
        self.count = Words("", role="muted")
        self.list = RowsTable("Who did what", _COLUMNS)
        self.list.say_when_empty(
            "Nothing was written down on this day",
            "Every save stands here with who made it, when and on which PC. Choose another day.",
        )
        self.list.opened.connect(self._open)
        self.setFocusProxy(self.list)
        bind(self, {"Ctrl+Left": partial(self.turn, -1), "Ctrl+Right": partial(self.turn, 1)})
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        column.addLayout(row(self.day, self.who, None, self.count))
        column.addWidget(self.list, 1)
        column.addWidget(Words(_NOTE, Type.SMALL, "muted", wrap=True))

    def reload(self, _: object = None) -> None:
        """Read the day anew."""
        if self.day.text_error:
            return
        person = self.who.currentData()
        job = partial(_read, day=self.day.value() or today(), person=person)
        self.work.on_mirror(job, self._show, latest=True)

    def turn(self, days: int) -> None:
        """Show an earlier or a later day."""
        shown = today() if self.day.text_error else self.day.value() or today()
        self.day.set_value(shown + timedelta(days=days))
        self.reload()

    def _show(self, found: _Found) -> None:
        chosen = self.who.currentData()
        with QSignalBlocker(self.who):
            self.who.clear()
            self.who.addItem(_EVERYBODY, None)
            for person in found.people:
                self.who.addItem(person.name, person.id)
            keys = [None, *(person.id for person in found.people)]
            self.who.setCurrentIndex(keys.index(chosen) if chosen in keys else 0)
        self.list.show_rows(found.deeds, select_first=True)
        self.count.setText(f"{number_text(len(found.deeds))} shown")

    def _open(self, deed: Deed | None) -> None:
        if deed is None:
            return
        if deed.here:
            self.work.on_mirror(partial(_touched, unit=deed.id), self._history)
        else:
            self.page.tell(
                "This was saved on another PC.",
                "Its records tell their own history: open one and press Ctrl+H.",
                tone="info",
            )

    def _history(self, found: tuple[str, UUID] | None) -> None:
        if found is None:
            self.page.tell("What it touched is not remembered any more.", tone="info")
        else:
            open_history(self, self.work, *found)


def _read(mirror: Mirror, day: date, person: UUID | None) -> _Found:
    with mirror.read() as connection:
        return _Found(deeds_of(connection, day, person), people(connection))


def _touched(mirror: Mirror, unit: UUID) -> tuple[str, UUID] | None:
    with mirror.read() as connection:
        return touched_by(connection, unit)
