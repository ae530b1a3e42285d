"""The calendar: days and weeks by vet, room or table, moved by mouse or keys, or as a list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fluffydesk.actions import appointments
from fluffydesk.actions.booked import Slot
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Filter, Order
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.types import now
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.day_bar import DayBar
from fluffydesk.ui.screens.day_desk import Desk
from fluffydesk.ui.screens.day_find import FindFree
from fluffydesk.ui.screens.day_foot import Foot
from fluffydesk.ui.screens.day_grid import DayGrid
from fluffydesk.ui.screens.day_pinboard import Pinboard
from fluffydesk.ui.screens.day_pins import Pins
from fluffydesk.ui.screens.day_time import week_start
from fluffydesk.ui.screens.reading.calendar import SHEET_WATCHED, Sheet, read_sheet
from fluffydesk.ui.screens.visit_acts import VisitActs
from fluffydesk.ui.screens.visits import Visit, one_visit, span
from fluffydesk.work import Work

_ENDS = {"cancel": AppointmentStatus.CANCELLED, "miss": AppointmentStatus.NO_SHOW}
_AT_THE_CLINIC = ("record", "bill", "advance")
"""What a visit to a farm has all of in its own form."""
_COLUMNS = (
    "scheduled_at",
    "status",
    "pet_id",
    "client_id",
    "service_id",
    "veterinarian_id",
    "room_id",
    "reason",
)
_WIDTHS = {"scheduled_at": 184, "veterinarian_id": 168, "room_id": 152, "status": 120}


class Calendar(Screen):
    """A day or a week; what a filter or the search leaves out is not drawn."""

    key = "calendar"
    title = "Calendar"
    icon = "calendar"
    adds = Appointment
    group = "Day"
    watches = SHEET_WATCHED
    searches = "Pet, client, phone, vet or service"
    help = (
        "The appointments of a day or a week, a column for each vet, room or table. The red line "
        "is now; shaded is when it is closed, hatched when a vet is not on shift.\n"
        "A card that is hatched and dashed is provisional: it was made on this PC, and central "
        "has not confirmed it yet. Somebody else may have taken that time. Hatching below a card "
        "is the time for clearing up.\n"
        "Drag a card to move it, or its lower edge to make it longer or shorter. It is red while "
        "that time is another's, and goes back with the reason. Amber asks: it may be shared.\n"
        "By keys: choose a card, Space takes it up, arrows move it, Shift+Up and Down change its "
        "length, Enter puts it, Esc takes it back.\n"
        "X cuts a card to the pinboard, where it keeps its time; on another day V takes it up "
        "again. F finds the next free times.\n"
        "A booking is written beside the calendar and stays open while you look around: F9 leads "
        "to it and back, N begins another, and B gives the one in sight the time at the cursor.\n"
        "A visit to a farm is booked with the client and without a pet: it takes the vet's time. R "
        "on it opens the form of what was done and given there."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.clock: Callable[[], datetime] = now
        self._text = ""
        self._sheet: Sheet | None = None
        self._find: UUID | None = None
        self._then: Callable[[], object] | None = None
        self._list_filters: list[Filter] = []
        self.acts = VisitActs(self)
        self.bar = DayBar([(appointments.words_for(one), one) for one in AppointmentStatus])
        self.grid = DayGrid()
        self.grid.clock = lambda: self.clock()
        self.foot = Foot()
        self.pinboard = Pinboard(work.whose.organization_id)
        self.finder = FindFree(work)
        self.desk = Desk(self, self.grid, self.foot, self.acts)
        self.pins = Pins(self, self.grid, self.pinboard, self.acts, self.visit)
        self.list = RecordList(
            work,
            Appointment,
            _COLUMNS,
            order=(Order("scheduled_at"),),
            on_open=self.open,
            widths=_WIDTHS,
        )
        self._build()
        self._connect()

    def _build(self) -> None:
        frame = QFrame()
        frame.setProperty("role", "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.grid)
        side = QVBoxLayout()
        side.setSpacing(measures.STEP)
        side.addWidget(self.finder, 2)
        side.addWidget(self.pinboard, 1)
        days = QWidget()
        beside = QHBoxLayout(days)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(measures.STEP)
        beside.addWidget(frame, 1)
        beside.addLayout(side)
        self.stack = QStackedWidget()
        self.stack.addWidget(days)
        self.stack.addWidget(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.STEP)
        column.setSpacing(measures.STEP)
        column.addWidget(self.bar)
        column.addWidget(self.stack, 1)
        column.addWidget(self.foot)
        self.setFocusProxy(self.grid)

    def _connect(self) -> None:
        self.bar.day_picked.connect(self.go_to)
        self.day_turned.connect(self.bar.go_on)
        self.bar.changed.connect(self._bar_changed)
        self.bar.find_button.clicked.connect(lambda: self.find_free())
        self.grid.opened.connect(self.open)
        self.grid.wanted.connect(self._book_at)
        self.grid.acted.connect(self._act)
        self.grid.called.connect(self._called)
        self.finder.picked.connect(self._go_to_slot)
        self.finder.left.connect(self._close_finder)
        keys: dict[str, Callable[[], object]] = {
            "Ctrl+Left": partial(self.bar.turn, -1),
            "Ctrl+Right": partial(self.bar.turn, 1),
            "Ctrl+Up": partial(self.bar.go, -7),
            "Ctrl+Down": partial(self.bar.go, 7),
            "Ctrl+T": lambda: self.go_to(self._today()),
            "Ctrl+R": self._other_columns,
        }
        bind(self, keys)

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Arrows", "Move the cursor"),
            ("Page up, Page down", "Previous or next visit in the column"),
            ("Enter", "Open the visit, or book at the cursor"),
            ("N", "Book at the cursor"),
            ("B", "Give the booking that is open the time at the cursor"),
            ("Space", "Take the visit up; arrows move it, Enter puts it, Esc takes it back"),
            ("Alt+Arrows", "Take it up and move it: five minutes, or to the next column"),
            ("Shift+Up, Shift+Down", "Take it up and make it five minutes shorter or longer"),
            ("X", "Cut the visit to the pinboard"),
            ("V", "Take the marked visit of the pinboard up, at the cursor"),
            ("F", "Find a free time"),
            ("A", "Move the visit on: arrived, in room, with vet, to pay, done"),
            ("R", "Open the pet's medical record, or write down the farm visit"),
            ("I", "Write the visit's invoice"),
            ("Delete", "Cancel the visit"),
            ("M", "Missed: no-show"),
            ("Ctrl+Left, Ctrl+Right", "Previous or next day or week"),
            ("Ctrl+Up, Ctrl+Down", "The same day a week before or after"),
            ("T, Ctrl+T", "Today"),
            ("G", "Go to a date"),
            ("D, W", "A day, or a week"),
            ("Ctrl+R", "Vets, rooms or both"),
        )

    def primary(self) -> Primary:
        return "New appointment", self.book

    def reload(self) -> None:
        if self._sheet is None:
            self.bar.day = self._today()
        days, zone, pinned = self.bar.days(), self.work.whose.zone, tuple(self.pinboard.ids)
        week = week_start(self.bar.day)
        self.work.on_mirror(
            lambda mirror: read_sheet(mirror, days, week, zone, pinned), self._show, latest=True
        )
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
        """Show another day, or the week that holds it."""
        self.bar.day = day
        if self._sheet is None:
            self._sheet = Sheet((day,), self.work.whose.zone)
        self.reload()

    def book(self) -> None:
        """Book where the cursor stands."""
        self._book_at(self.grid.cursor_spot.lane, self.grid.cursor_spot.minute)

    def open(self, visit_id: UUID) -> None:
        """Open a visit's form."""
        open_booking(self, self.work, visit_id)

    def find_free(self) -> None:
        """Look for free times: for the chosen visit, or for a new one."""
        sheet = self._sheet
        if sheet is None or not self.grid.columns:
            return
        self.bar.view.set_value("week" if self.bar.is_week else "day")
        visit = self.grid.visit()
        if visit is not None and visit.stage not in ("Booked", "Confirmed"):
            visit = None
        column = self.grid.columns[min(self.grid.cursor_spot.lane, len(self.grid.columns) - 1)]
        start = self.grid.axis.moment(column.day, self.grid.opens())
        vet = column.lane.id if column.lane.kind == "vet" else None
        self.finder.begin(visit, sheet.vets, sheet.kinds, max(start, self.clock()), vet)

    def visit(self, visit_id: UUID) -> Visit | None:
        """Return a visit that is shown or pinned."""
        if self._sheet is None:
            return None
        known = (*self._sheet.visits, *self._sheet.pinned)
        return next((one for one in known if one.id == visit_id), None)

    # What is shown

    def _show(self, sheet: Sheet) -> None:
        if sheet.days != self.bar.days():
            return
        self._sheet = sheet
        self.grid.locked = self.locked()
        self.bar.show_day(self.bar.day, self._today(), sheet.counts)
        self.bar.vet.offer([(lane.title, lane.id) for lane in sheet.vets if lane.id is not None])
        self.foot.legend.show_kinds(sheet.kinds)
        self.pinboard.show_visits(sheet.pinned, sheet.zone)
        self._redraw()
        if self._find is not None and self.grid.choose(self._find):
            self._find = None
        then, self._then = self._then, None
        if then is not None:
            then()

    def _bar_changed(self) -> None:
        if self._sheet is not None and self._sheet.days != self.bar.days():
            self.reload()
        self._redraw()

    def _redraw(self) -> None:
        as_list = self.bar.view.value() == "list"
        self.stack.setCurrentIndex(1 if as_list else 0)
        self.bar.week.setVisible(self.bar.view.value() == "day")
        self.bar.by.setVisible(not as_list)
        self.bar.find_button.setVisible(not as_list)
        self.foot.setVisible(not as_list)
        self.setFocusProxy(self.list if as_list else self.grid)
        sheet = self._sheet
        if sheet is None:
            return
        self._filter_list(sheet)
        visits = tuple(visit for visit in sheet.visits if self._wanted(visit))
        vet, by = self.bar.vet.value(), str(self.bar.by.value())
        self.grid.empty_words = (
            "Nothing that is searched for is here."
            if sheet.visits
            else "No appointments yet. Press N, or double-click a time, to book the first."
        )
        self.grid.show_sheet(sheet, visits, by, vet if isinstance(vet, UUID) else None)

    def _wanted(self, visit: Visit) -> bool:
        vet, status = self.bar.vet.value(), self.bar.status.value()
        return (
            (vet is None or visit.vet_id == vet)
            and (status is None or visit.status == status)
            and visit.says(self._text)
        )

    def _filter_list(self, sheet: Sheet) -> None:
        """The list shows from the chosen day on, with the same filters."""
        filters = [Filter("scheduled_at", ">=", span(sheet.days[0], sheet.zone)[0])]
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

    # What is done

    def _book_at(self, lane: int, minute: int, *, into: bool = False) -> None:
        values: dict[str, Any] = {}
        if lane < len(self.grid.columns):
            column = self.grid.columns[lane]
            values["scheduled_at"] = self.grid.axis.moment(column.day, minute)
            values["room_id" if column.lane.kind == "room" else "veterinarian_id"] = column.lane.id
        self._book(values, into=into)

    def _book(self, values: dict[str, Any], *, into: bool = False) -> None:
        open_booking(self, self.work, None, values, into=into).saved.connect(self._booked)

    def _booked(self, visit_id: UUID) -> None:
        """The cursor goes to what was booked, as soon as its day is shown."""
        self._find = None if self.grid.choose(visit_id) else visit_id

    def _act(self, verb: str, visit_id: UUID) -> None:
        visit = self.visit(visit_id)
        if visit is None:
            return
        if visit.at_farm and verb in _AT_THE_CLINIC:
            self.go.emit(Place("farm_visits", visit.id, part="planned"))
        elif verb == "record":
            self.go.emit(Place("record", visit.id))
        elif verb == "bill":
            self.go.emit(Place("money", visit.id, part="visit"))
        elif verb == "advance":
            self.acts.advance(visit)
        elif verb == "pin":
            self.pins.pin(visit)
        else:
            self.acts.end(visit, _ENDS[verb])

    def _called(self, verb: str) -> None:
        if verb == "place":
            self.pins.take_marked()
        elif verb == "find":
            self.find_free()
        elif verb == "into":
            spot = self.grid.cursor_spot
            self._book_at(spot.lane, spot.minute, into=True)
        elif verb == "date":
            self.bar.pick_date()
        elif verb == "today":
            self.go_to(self._today())
        else:
            self.bar.view.set_value(verb)

    # Free times

    def _go_to_slot(self, slot: Slot, visit: Visit | None) -> None:
        self._then = partial(self._at_slot, slot, visit)
        self.go_to(slot.starts.astimezone(self.work.whose.zone).date())

    def _at_slot(self, slot: Slot, visit: Visit | None) -> None:
        spot = self.grid.spot_of(slot.starts, slot.veterinarian_id)
        self.grid.chosen_id = None
        self.grid.move_cursor(spot)
        self.grid.setFocus()
        if visit is not None:
            self.grid.hold(visit, spot)
            return
        values: dict[str, Any] = {
            "scheduled_at": slot.starts,
            "ends_at": slot.ends,
            "veterinarian_id": slot.veterinarian_id,
            "service_id": self.finder.service_id(),
        }
        self._book(values)

    def _close_finder(self) -> None:
        self.finder.hide()
        self.grid.setFocus()

    def _today(self) -> date:
        return self.clock().astimezone(self.work.whose.zone).date()

    def _other_columns(self) -> None:
        ways = ("vet", "room", "both")
        at = ways.index(str(self.bar.by.value()))
        self.bar.by.set_value(ways[(at + 1) % len(ways)])


def _moment_of(mirror: Mirror, visit_id: UUID) -> datetime | None:
    with mirror.read() as connection:
        found = one_visit(connection, visit_id)
    return None if found is None else found.starts
