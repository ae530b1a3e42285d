"""Series in the form of an appointment: booked, or repeated, or changed one, following, all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fluffydesk.actions import series
from fluffydesk.actions.series import Done, LeftOut, Repeat, Which
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.recurrence import Frequency
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import DropDown, Segments, Words, row
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.day_time import clock_words
from fluffydesk.ui.screens.day_words import day_words
from fluffydesk.wording import counted

_WAYS = (
    ("Once", None),
    ("Every day", (1, Frequency.DAILY)),
    ("Every week", (1, Frequency.WEEKLY)),
    ("Every 2 weeks", (2, Frequency.WEEKLY)),
    ("Every 3 weeks", (3, Frequency.WEEKLY)),
    ("Every 4 weeks", (4, Frequency.WEEKLY)),
    ("Every month", (1, Frequency.MONTHLY)),
    ("Every year", (1, Frequency.YEARLY)),
)
_WHICH: list[tuple[str, object]] = [
    ("This visit", Which.ONE),
    ("This and later", Which.FOLLOWING),
    ("All", Which.ALL),
]


class SeriesChoice(QWidget):
    """How often a visit is repeated; of one that is in a series, which are changed with it."""

    def __init__(self) -> None:
        super().__init__()
        self._repeats = False
        self.ways, self.times = DropDown(), QLineEdit("4")
        self.ways.setAccessibleName("Repeats")
        self.times.setAccessibleName("How many visits in all")
        self.times.setMaximumWidth(96)
        for words, way in _WAYS:
            self.ways.addItem(words, way)
        self.after = Words("visits in all", role="muted")
        self.which = Segments("Changes", _WHICH)
        self._label = Words("")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.TIGHT)
        column.addWidget(self._label)
        column.addLayout(row(self.ways, self.times, self.after, None))
        column.addWidget(self.which)
        self.ways.currentIndexChanged.connect(self._chosen)
        self.offer(repeats=False, in_series=False)

    def offer(self, *, repeats: bool, in_series: bool) -> None:
        """Ask how often a visit is repeated, or which of its series are meant, or nothing."""
        self._repeats = repeats and not in_series
        self._label.setText("It is one of a series. Change" if in_series else "Repeats")
        self.ways.setVisible(self._repeats)
        self.which.setVisible(in_series)
        self._chosen()
        self.setVisible(self._repeats or in_series)

    def repeat(self) -> Repeat | None:
        """Return how the visit is repeated; None for once. InvalidValue for a number of visits
        that cannot be."""
        way = self.ways.currentData() if self._repeats else None
        if way is None:
            return None
        text = self.times.text().strip()
        if not text.isdecimal() or not 2 <= int(text) <= series.MOST:
            raise InvalidValue(
                f"“{text}” visits make no series.", f"Give a number from 2 to {series.MOST}."
            )
        return Repeat(way[0], way[1], int(text))

    def chosen(self) -> Which:
        """Return which visits of its series are changed."""
        return Which(str(self.which.value()))

    def _chosen(self) -> None:
        again = self._repeats and self.ways.currentData() is not None
        self.times.setVisible(again)
        self.after.setVisible(again)


def book(
    mirror: Mirror, values: dict[str, Any], repeat: Repeat, sure: bool
) -> tuple[UUID, Changes, Done]:
    """Book a visit and its repeats; returns the first that was made, what changed, and Done."""
    done = series.book_series(mirror, values, repeat, may_overlap=sure)
    return done.made[0], done.changes, done


def repeat(
    mirror: Mirror, visit_id: UUID, values: dict[str, Any], ways: Repeat, sure: bool
) -> tuple[UUID, Changes, Done]:
    """Make a visit the first of a series, with what was changed of it."""
    done = series.repeat_visit(mirror, visit_id, ways, values, may_overlap=sure)
    return visit_id, done.changes, done


def change(
    mirror: Mirror, visit_id: UUID, values: dict[str, Any], which: Which, sure: bool
) -> tuple[UUID, Changes, Done]:
    """Change a visit and those of its series that are meant, or call them off."""
    if values == {"status": AppointmentStatus.CANCELLED}:
        done = series.cancel_series(mirror, visit_id, which)
    else:
        done = series.change_series(mirror, visit_id, values, which, may_overlap=sure)
    return visit_id, done.changes, done


def tell(screen: Screen, done: Done, booked: str) -> None:
    """Say who is booked for when (`booked`), how many visits of the series were written or called
    off, and which could not be, with a way back."""
    zone = screen.work.whose.zone

    def line(left: LeftOut) -> str:
        day = day_words(left.slot.starts.astimezone(zone).date(), "ddd d MMM")
        return f"{day} {clock_words(left.slot.starts, zone)}: {left.why.message}"

    written = len(done.made or done.done)
    words = f"{booked} {counted(written, 'visit', 'visits')} of the series saved."
    if done.called_off:
        words = f"{counted(written, 'visit', 'visits')} of the series cancelled."
    more = [line(left) for left in done.left_out[:3]]
    if len(done.left_out) > len(more):
        more.append(f"And {len(done.left_out) - len(more)} more.")
    advice = f"Left out: {' '.join(more)}" if more else ""

    def undo() -> None:
        screen.work.act(lambda mirror: series.undo(mirror, done).changes, None, screen.refuse)

    screen.tell(words, advice, tone="warning" if more else "good", undo=undo)
