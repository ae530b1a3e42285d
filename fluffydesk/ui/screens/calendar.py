"""The calendar: a day's appointments by vet or room, moved by mouse or keys, or as a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from fluffydesk.actions import appointments
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Filter, Order
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.types import now
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.look import measures
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.day_bar import DayBar
from fluffydesk.ui.screens.day_grid import DayGrid
from fluffydesk.ui.screens.visit_acts import VisitActs
from fluffydesk.ui.screens.visits import (
    WATCHED,
    Day,
    Visit,
    at,
    one_visit,
    read_day,
    span,
)
from fluffydesk.work import Work

_ENDS = {"cancel": AppointmentStatus.CANCELLED, "miss": AppointmentStatus.NO_SHOW}


class Calendar(Screen):
    """One day at a time; what a filter or the search leaves out is not drawn."""

    key = "calendar"
    title = "Calendar"
    icon = "calendar"
    adds = Appointment
    group = "Day"
    watches = WATCHED
    searches = "Pet, client, phone, vet or service"
    help = (
        "The day's appointments, a column for each vet or room. The red line is now.\n"
        "A hatched card with a dashed edge is provisional: it was made on this PC, and central "
        "has not confirmed it yet. Somebody else may have taken that time.\n"
        "Drag a card to move it; it snaps to five minutes and goes back where it cannot be.\n"
        "Enter opens the chosen visit, N books a new one where the cursor stands."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.clock: Callable[[], datetime] = now
        self._text = ""
        self._shown: Day | None = None
        self._find: UUID | None = None
        self.acts = VisitActs(self)
        self._list_filters: list[Filter] = []
        self.bar = DayBar([(appointments.words_for(one), one) for one in AppointmentStatus])
        self.bar.day_picked.connect(self.go_to)
        self.bar.changed.connect(self._redraw)
        self.grid = DayGrid()
        self.grid.clock = lambda: self.clock()
        self.grid.opened.connect(self.open)
        self.grid.wanted.connect(self._book_at)
        self.grid.moved.connect(self._move)
        self.grid.acted.connect(self._act)
        self.list = RecordList(
            work,
            Appointment,
            (
                "scheduled_at",
                "status",
                "pet_id",
                "client_id",
                "service_id",
                "veterinarian_id",
                "room_id",
                "reason",
            ),
            order=(Order("scheduled_at"),),
            on_open=self.open,
            widths={"scheduled_at": 184, "veterinarian_id": 168, "room_id": 152, "status": 120},
        )
        frame = QFrame()
        frame.setProperty("role", "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.grid)
        self.stack = QStackedWidget()
        self.stack.addWidget(frame)
        self.stack.addWidget(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.CARD)
        column.setSpacing(measures.STEP + measures.TIGHT)
        column.addWidget(self.bar)
        column.addWidget(self.stack, 1)
        self.setFocusProxy(self.grid)
        for keys, days in (("Ctrl+Left", -1), ("Ctrl+Right", 1), ("Ctrl+Up", -7), ("Ctrl+Down", 7)):
            self._key(keys, partial(self.bar.go, days))
        self._key("Ctrl+T", lambda: self.go_to(self._today()))
        self._key("Ctrl+R", self._other_columns)

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Arrows", "Move the cursor"),
            ("Page up, Page down", "Previous or next visit in the column"),
            ("Enter", "Open the visit, or book at the cursor"),
            ("N", "Book at the cursor"),
            ("A", "Move the visit on: arrived, in room, with vet, to pay, done"),
            ("Delete", "Cancel the visit"),
            ("M", "Missed: no-show"),
            ("Alt+Arrows", "Move the visit five minutes, or to the next column"),
            ("Ctrl+Left, Ctrl+Right", "Previous or next day"),
            ("Ctrl+Up, Ctrl+Down", "Previous or next week"),
            ("Ctrl+T", "Today"),
            ("Ctrl+R", "Vets or rooms"),
        )

    def primary(self) -> Primary:
        return "New appointment", self.book

    def reload(self) -> None:
        if self._shown is None:
            self.bar.day = self._today()
        day, zone = self.bar.day, self.work.whose.zone
        self.work.on_mirror(lambda mirror: read_day(mirror, day, zone), self._show, latest=True)
        self.list.reload()

    def search(self, text: str) -> None:
        self._text = text
        self.list.search(text)
        self._redraw()

    def arrive(self, place: Place) -> None:
        """Show a visit by its id, or a day written as ISO date in the text."""
        if place.id is not None:
            visit_id = self._find = place.id
            self.work.on_mirror(lambda mirror: _moment_of(mirror, visit_id), self._found)
        elif place.text:
            self.go_to(date.fromisoformat(place.text))

    def go_to(self, day: date) -> None:
        """Show another day."""
        self.bar.day = day
        if self._shown is None:
            self._shown = Day(day, self.work.whose.zone, (), (), ())
        self.reload()

    def book(self) -> None:
        """Book where the cursor stands."""
        self._book_at(self.grid.cursor_spot.lane, self.grid.cursor_spot.minute)

    def open(self, visit_id: UUID) -> None:
        """Open a visit's form."""
        open_booking(self, self.work, visit_id)

    def visit(self, visit_id: UUID) -> Visit | None:
        """Return a visit of the day that is shown."""
        visits = () if self._shown is None else self._shown.visits
        return next((one for one in visits if one.id == visit_id), None)

    def _show(self, day: Day) -> None:
        if day.day != self.bar.day:
            return
        self._shown = day
        self.bar.show_day(day.day, self._today(), day.counts)
        self.bar.vet.offer([(lane.title, lane.id) for lane in day.vets if lane.id is not None])
        self._redraw()
        if self._find is not None and self.grid.choose(self._find):
            self._find = None

    def _redraw(self) -> None:
        as_list = self.bar.view.value() == "list"
        self.stack.setCurrentIndex(1 if as_list else 0)
        self.bar.week.setVisible(not as_list)
        self.bar.by.setVisible(not as_list)
        self.setFocusProxy(self.list if as_list else self.grid)
        day = self._shown
        if day is None:
            return
        self._filter_list(day)
        visits = tuple(visit for visit in day.visits if self._wanted(visit))
        vet = self.bar.vet.value()
        by_room = self.bar.by.value() == "room"
        if vet is not None and not by_room:
            day = replace(day, vets=tuple(lane for lane in day.vets if lane.id == vet))
        self.grid.show_day(day, visits, by_room=by_room)

    def _wanted(self, visit: Visit) -> bool:
        vet, status = self.bar.vet.value(), self.bar.status.value()
        return (
            (vet is None or visit.vet_id == vet)
            and (status is None or visit.status == status)
            and visit.says(self._text)
        )

    def _filter_list(self, day: Day) -> None:
        """The list shows from the chosen day on, with the same filters."""
        filters = [Filter("scheduled_at", ">=", span(day.day, day.zone)[0])]
        if self.bar.vet.value() is not None:
            filters.append(Filter("veterinarian_id", "=", self.bar.vet.value()))
        if self.bar.status.value() is not None:
            filters.append(Filter("status", "=", self.bar.status.value()))
        if filters != self._list_filters:
            self._list_filters = filters
            self.list.set_filters(tuple(filters))

    def _found(self, moment: datetime | None) -> None:
        if moment is None:
            self.tell("This appointment is gone.", "Somebody removed it.", tone="info")
        else:
            self.go_to(moment.astimezone(self.work.whose.zone).date())

    def _book_at(self, lane: int, minute: int) -> None:
        values: dict[str, Any] = {"scheduled_at": self._moment(minute)}
        if lane < len(self.grid.lanes):
            column = "room_id" if self.bar.by.value() == "room" else "veterinarian_id"
            values[column] = self.grid.lanes[lane].id
        open_booking(self, self.work, None, values)

    def _move(self, visit_id: UUID, lane: int, minute: int) -> None:
        visit = self.visit(visit_id)
        if visit is None:
            self.grid.snap_back()
            return
        column = "room_id" if self.bar.by.value() == "room" else "veterinarian_id"
        place = {column: self.grid.lanes[lane].id}
        self.acts.move(visit, self._moment(minute), place, self._snap_back)

    def _act(self, verb: str, visit_id: UUID) -> None:
        visit = self.visit(visit_id)
        if visit is None:
            return
        if verb == "advance":
            self.acts.advance(visit)
        else:
            self.acts.end(visit, _ENDS[verb])

    def _snap_back(self, refusal: Refusal) -> None:
        self.grid.snap_back()
        self.refuse(refusal)

    def _moment(self, minute: int) -> datetime:
        return at(self.bar.day, minute, self.work.whose.zone)

    def _today(self) -> date:
        return self.clock().astimezone(self.work.whose.zone).date()

    def _other_columns(self) -> None:
        self.bar.by.set_value("room" if self.bar.by.value() == "vet" else "vet")

    def _key(self, keys: str, do: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(do)


def _moment_of(mirror: Mirror, visit_id: UUID) -> datetime | None:
    with mirror.read() as connection:
        found = one_visit(connection, visit_id)
    return None if found is None else found.starts
