"""Boarding: rooms by day with their stays, sessions by the hour, and today's lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from fluffydesk.errors import Refusal
from fluffydesk.records.booking import Booking, Room, RoomAvailability
from fluffydesk.records.enums.booking import RoomAvailabilityKind, RoomKind
from fluffydesk.records.types import now
from fluffydesk.ui.fields.texts import day_text, month_text
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, IconButton, Segments, Title, Words, row
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.boarding_acts import VERBS, BoardingActs
from fluffydesk.ui.screens.boarding_extras import open_extras
from fluffydesk.ui.screens.boarding_form import first_values, open_stay
from fluffydesk.ui.screens.boarding_grid import BoardingGrid
from fluffydesk.ui.screens.boarding_layout import days_scale, hours_scale, monday_of, plan_of
from fluffydesk.ui.screens.boarding_lists import BoardingLists
from fluffydesk.ui.screens.boarding_waiting import BoardingWaiting
from fluffydesk.ui.screens.reading.stays import (
    WATCHED,
    Board,
    Lists,
    Offer,
    Stay,
    first_day_of,
    read_board,
    read_lists,
)
from fluffydesk.ui.screens.reporting.kennel import kennel_list
from fluffydesk.ui.screens.reporting.report import Report
from fluffydesk.ui.screens.reports_print import preview
from fluffydesk.work import Work

DAYS = 14
ROOMS, HOURS, TODAY = "rooms", "hours", "today"


class BoardingScreen(Screen):
    """Two weeks of rooms, one day of sessions, or the lists of today; requests stand on top."""

    key = "boarding"
    title = "Boarding"
    icon = "boarding"
    adds = Booking
    group = "Patients"
    watches = WATCHED
    searches = "Pet, client, phone or room"
    help = (
        "A row for each room, kennel or cage; a bar for each stay. The red line is now.\n"
        "Under Rooms a cell tells of the night that follows its day: how many places are free, "
        "that the room is full, or why it is blocked. Hours shows the sessions of one day, Lists "
        "who comes and goes and what is to be done.\n"
        "Drag a stay to move it, or its end to lengthen it. Where it cannot lie it is told while "
        "you drag, and it goes back.\n"
        "A hatched bar with a dashed edge is requested, provisional, or refused by central."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.clock: Callable[[], datetime] = now
        self.first: date | None = None
        self.board: Board | None = None
        self._text = ""
        self._find: UUID | None = None
        self.acts = BoardingActs(self)
        self.span = Words("", Type.HEADING)
        self.view = Segments("View", [("Rooms", ROOMS), ("Hours", HOURS), ("Lists", TODAY)])
        self.view.chosen.connect(self._other_view)
        self.waiting = BoardingWaiting()
        self.grid = BoardingGrid()
        self.grid.clock = lambda: self.clock()
        self.lists = BoardingLists()
        self.empty = Empty(icon_role="boarding")
        self.where = Title(Type.SMALL)
        self._connect()
        self._arrange()
        bind(
            self,
            {
                "Ctrl+Left": partial(self.turn, -1),
                "Ctrl+Right": partial(self.turn, 1),
                "Ctrl+T": self.to_today,
                "Ctrl+P": self.print_list,
                "Ctrl+B": self.block,
                "Ctrl+1": partial(self.view.set_value, ROOMS),
                "Ctrl+2": partial(self.view.set_value, HOURS),
                "Ctrl+3": partial(self.view.set_value, TODAY),
            },
        )

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Arrows", "Move the cursor"),
            ("Page up, Page down", "Previous or next stay"),
            ("Enter, N", "Open the stay, or book at the cursor; book there in any case"),
            ("I, O, C", "Check in, check out, confirm a request"),
            ("E, B", "Extras: bath, walk ..; the bill of the stay"),
            ("Delete, M", "Cancel the stay; missed: no-show"),
            ("Alt+Arrows", "Move the stay a day or 15 minutes, or to another room"),
            ("Alt+Shift+Left, Right", "Shorten or lengthen the stay"),
            ("Ctrl+Left, Ctrl+Right", "A week, or under Hours a day, back or on"),
            ("Ctrl+T", "Today"),
            ("Ctrl+1, 2, 3", "Rooms, hours, today's lists"),
            ("Ctrl+B", "Block the room"),
            ("Ctrl+P", "Print the kennel list"),
        )

    def primary(self) -> Primary:
        return "New stay", self.book

    def reload(self) -> None:
        zone, today = self.work.whose.zone, self._today()
        self.first = self.first or self._begins(today)
        hourly = self._view() == HOURS
        days = 1 if hourly else DAYS
        read = partial(read_board, first=self.first, days=days, zone=zone, hourly=hourly)
        self.work.on_mirror(read, self._show, latest=True)
        self.work.on_mirror(partial(read_lists, day=today, zone=zone), self._show_lists)

    def search(self, text: str) -> None:
        self._text = text
        self.lists.search(text)
        self._redraw()

    def arrive(self, place: Place) -> None:
        """Show a stay by its id, a view named in the part, or a day as ISO date in the text."""
        if place.part in (ROOMS, HOURS, TODAY):
            self.view.set_value(place.part)
        if place.id is not None:
            stay_id = self._find = place.id
            zone = self.work.whose.zone
            self.work.on_mirror(partial(first_day_of, stay_id=stay_id, zone=zone), self._found)
        elif place.text:
            self.go_to(date.fromisoformat(place.text))

    def go_to(self, day: date) -> None:
        """Show the weeks, or the day, with this day in them."""
        self.first = self._begins(day)
        self.reload()

    def to_today(self) -> None:
        """Show today, with the cursor on it."""
        self.grid.to_now()
        self.go_to(self._today())

    def turn(self, by: int) -> None:
        """Go a week on or back, by the hour a day."""
        step = 1 if self._view() == HOURS else 7
        if self.first is not None:
            self.first += timedelta(days=by * step)
            self.reload()

    def book(self) -> None:
        """Book where the cursor stands."""
        plan = self.grid.plan
        row_at = self.grid.row()
        if plan is None or not plan.rows or self._view() == TODAY:
            open_stay(self, self.work, None, first_values(self._today(), self.work))
            return
        self._book_at(None if row_at is None else row_at.id, self.grid.cell.column, 0)

    def open(self, stay_id: UUID) -> None:
        """Open a stay's form."""
        open_stay(self, self.work, stay_id)

    def block(self) -> None:
        """Open the form that blocks the room of the cursor on its day."""
        at, plan = self.grid.row(), self.grid.plan
        zone = self.work.whose.zone
        day = self._today()
        if plan is not None and plan.rows and not plan.scale.hourly:
            day = plan.scale.day(self.grid.cell.column)
        values: dict[str, Any] = {
            "kind": RoomAvailabilityKind.BLOCKED,
            "starts_at": datetime.combine(day, time(), zone),
            "ends_at": datetime.combine(day + timedelta(days=1), time(), zone),
            "room_id": None if at is None else at.id,
        }
        layout = ("room_id", "kind", "starts_at", "ends_at", "capacity", "reason", "notes")
        open_form(
            self, self.work, RoomAvailability, values=values, layout=layout, title="Block a room"
        )

    def add_room(self) -> None:
        """Open the form of a new kennel, cage or room."""
        layout = ("name", "kind", "capacity", "notes")
        open_form(self, self.work, Room, values={"kind": RoomKind.BOARDING}, layout=layout)

    def print_list(self) -> None:
        """Show the kennel list of today as it will be printed."""
        zone, today = self.work.whose.zone, self._today()
        self.work.on_mirror(partial(kennel_list, day=today, zone=zone), self._preview)

    def stay(self, stay_id: UUID) -> Stay | None:
        """Return a stay that is shown somewhere on the screen."""
        shown: list[Stay] = []
        if self.board is not None:
            shown += [*self.board.stays, *self.board.requests]
        if self.lists.lists is not None:
            known = self.lists.lists
            shown += [*known.coming, *known.going, *known.here]
        return next((one for one in shown if one.id == stay_id), None)

    # What is shown

    def _connect(self) -> None:
        self.grid.opened.connect(self.open)
        self.grid.wanted.connect(self._book_at)
        self.grid.moved.connect(self._move)
        self.grid.refused.connect(self._cannot)
        self.grid.acted.connect(self._act)
        self.grid.chosen.connect(self._say_where)
        self.lists.opened.connect(self.open)
        self.lists.acted.connect(self._act)
        self.lists.ticked.connect(self.acts.tick)
        self.waiting.confirmed.connect(self.acts.confirm)
        self.waiting.declined.connect(self.acts.decline)
        self.waiting.opened.connect(self.open)
        self.waiting.taken.connect(self._take)
        self.day_turned.connect(self._go_on)

    def _arrange(self) -> None:
        self.add_button = Button("Add a room", self.add_room, icon_role="add")
        self.block_button = Button("Block a room", self.block)
        self.print_button = Button("Kennel list", self.print_list, icon_role="print")
        self.print_button.setToolTip("Print who is here today (Ctrl+P)")
        self.block_button.setToolTip("Ctrl+B")
        days = QWidget()
        days.setLayout(
            row(
                IconButton("previous", "Earlier", partial(self.turn, -1)),
                IconButton("next", "Later", partial(self.turn, 1)),
                Button("Today", self.to_today),
                measures.STEP,
                self.span,
            )
        )
        frame = QFrame()
        frame.setProperty("role", "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.grid)
        self.stack = QStackedWidget()
        for part in (frame, self.lists, self.empty):
            self.stack.addWidget(part)
        self.foot = QWidget()
        foot = row(self.where, self.block_button, self.add_button)
        foot.setStretch(0, 1)
        foot.setContentsMargins(0, 0, 0, 0)
        self.foot.setLayout(foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.CARD)
        column.setSpacing(measures.STEP + measures.TIGHT)
        column.addWidget(Flow(days, None, self.view, self.print_button))
        column.addWidget(self.waiting)
        column.addWidget(self.stack, 1)
        column.addWidget(self.foot)
        self.setFocusProxy(self.grid)

    def _show(self, board: Board) -> None:
        hourly = self._view() == HOURS
        if board.first != self.first or board.days != (1 if hourly else DAYS):
            return
        self.board = board
        self.waiting.show_waiting(board.requests, board.offers)
        self._redraw()
        if self._find is not None and self.grid.choose(self._find):
            self._find = None

    def _show_lists(self, lists: Lists) -> None:
        self.lists.show_lists(lists)

    def _redraw(self) -> None:
        board, view = self.board, self._view()
        if board is None:
            return
        self._say_span(board)
        why = why_not(self.work.whose, Room)
        self.add_button.setEnabled(not why)
        self.add_button.setToolTip(why)
        if not board.rooms and not board.stays and view != TODAY:
            self.empty.say(
                "No rooms for boarding yet",
                why or "Kennels, cages and rooms stand here with their places and stays.",
                "" if why else "Add a room",
                self.add_room,
            )
            self.stack.setCurrentIndex(2)
            self.foot.hide()
            self.setFocusProxy(self.empty.button)
            return
        self.foot.setVisible(view != TODAY)
        self.stack.setCurrentIndex(1 if view == TODAY else 0)
        self.setFocusProxy(self.lists if view == TODAY else self.grid)
        zone = self.work.whose.zone
        if view == HOURS:
            scale = hours_scale(board.first, board.stays, zone)
        else:
            scale = days_scale(board.first, board.days, zone)
        self.grid.show_plan(board, plan_of(board, scale, self._text))

    def _say_span(self, board: Board) -> None:
        last = board.first + timedelta(days=board.days - 1)
        one = self._today() if self._view() == TODAY else board.first
        if self._view() == TODAY or board.days == 1:
            self.span.setText(f"{one:%A} {one.day} {month_text(one)}")
        else:
            self.span.setText(f"{day_text(board.first)} to {day_text(last)}")

    def _say_where(self, _: object) -> None:
        self.where.setText(self.grid.words())

    def _other_view(self, _: object) -> None:
        day = self._today()
        plan = self.grid.plan
        if plan is not None and plan.rows and not plan.scale.hourly and self._view() == HOURS:
            day = plan.scale.day(min(self.grid.cell.column, len(plan.scale.columns) - 1))
        elif plan is not None and plan.scale.hourly and self.first is not None:
            day = self.first
        self.go_to(day)
        (self.lists.coming if self._view() == TODAY else self.grid).setFocus()

    def _go_on(self, before: date) -> None:
        if self.first == self._begins(before):
            self.first = self._begins(self._today())

    def _begins(self, day: date) -> date:
        return day if self._view() == HOURS else monday_of(day)

    def _view(self) -> str:
        return str(self.view.value())

    def _today(self) -> date:
        return self.clock().astimezone(self.work.whose.zone).date()

    # What is done

    def _book_at(self, room_id: UUID | None, column: int, _: int) -> None:
        plan = self.grid.plan
        if plan is None:
            return
        day = plan.scale.day(column)
        at = plan.scale.columns[column].starts if plan.scale.hourly else None
        open_stay(self, self.work, None, first_values(day, self.work, room_id=room_id, at=at))

    def _move(self, stay_id: UUID, room_id: UUID | None, first_by: int, last_by: int) -> None:
        stay = self.stay(stay_id)
        if stay is None:
            self.grid.snap_back()
            return
        hourly = self._view() == HOURS
        self.acts.move(stay, room_id, first_by, last_by, hourly=hourly, refused=self._snap_back)

    def _act(self, verb: str, stay_id: UUID) -> None:
        stay = self.stay(stay_id)
        if stay is None:
            return
        if verb == "extras":
            open_extras(self, self.work, stay)
        elif verb == "confirm":
            self.acts.confirm(stay)
        elif verb == "bill":
            self.acts.bill(stay)
        else:
            self.acts.step(stay, VERBS[verb])

    def _take(self, offer: Offer, room_id: UUID) -> None:
        self.acts.take_offer(offer, room_id)

    def _cannot(self, words: str) -> None:
        self.tell(words, "It stays where it was.", tone="warning")

    def _snap_back(self, refusal: Refusal) -> None:
        self.grid.snap_back()
        self.refuse(refusal)

    def _found(self, day: date | None) -> None:
        if day is None:
            self.tell("This booking is gone.", "Somebody removed it.", tone="info")
        else:
            self.go_to(day)

    def _preview(self, report: Report) -> None:
        preview(report, self)
