"""The clinic today: the desk's figures, who is in the house and who comes next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from fluffydesk.actions import findings
from fluffydesk.figures import desk as kpis
from fluffydesk.records.booking import Appointment, Service
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import now
from fluffydesk.ui.fields.texts import clock_text
from fluffydesk.ui.link import link_of
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card, Page
from fluffydesk.ui.parts.controls import Button, Words
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.flow import Tiles
from fluffydesk.ui.parts.tile import Tile
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.contradictions_banner import ContradictionsBanner
from fluffydesk.ui.screens.desk_figures import figures_of, next_words
from fluffydesk.ui.screens.reading.desk import Desk, read_desk
from fluffydesk.ui.screens.register_form import open_registering
from fluffydesk.ui.screens.visit_acts import VisitActs
from fluffydesk.ui.screens.visit_list import VisitList
from fluffydesk.ui.screens.visits import WATCHED
from fluffydesk.wording import counted
from fluffydesk.work import Work

_ACROSS, _TILE = (4, 3, 2, 1), 220
_NEXT = "next_arrival"
_NEXT_SAID = (
    "The next visit of today that is not late and has not arrived, and how many more come. "
    "Late ones stand in the tile beside it."
)
_ICONS = {
    kpis.VISITS: "calendar",
    kpis.LATE: "warning",
    kpis.NO_SHOWS: "loss",
    kpis.RECEIVED: "money",
    kpis.INVOICED: "receipt",
    kpis.OWED: "clock",
    kpis.REMINDERS: "date",
    kpis.UNANSWERED: "email",
    kpis.STOCK_LOW: "stores",
    kpis.LOTS_EXPIRING: "health",
    kpis.UNSENT: "sync",
}
_PLACES = {
    kpis.STOCK_LOW: Place("stores", part="low"),
    kpis.LOTS_EXPIRING: Place("stores", part="expiring"),
    kpis.REMINDERS: Place("reminders", part="due"),
    kpis.UNANSWERED: Place("messages", part="talks"),
    kpis.UNSENT: Place("sync"),
}
"""Where a figure's rows have a screen of their own; those of the others stand in one list."""


class ClinicToday(Screen):
    """Twelve tiles and the visits of today that are not over; each tile opens what it counts."""

    key = "clinic_today"
    title = "Today"
    icon = "today"
    adds = Appointment
    group = "Day"
    watches = frozenset(
        {
            *WATCHED,
            *findings.WATCHED,
            *("inventory_transactions", "payments", "payment_refunds", "farm_inventory"),
            *("reminders", "reminder_messages", "reminder_rules", "conversations", "messages"),
            *("organizations", "invoices", "medical_records"),
        }
    )
    help = (
        "Each tile shows a figure of the desk and what it is compared with; the “i” says how it is "
        "worked out. Enter on a tile, or a click, opens the rows it counts. The same figures can "
        "be printed and saved under Reports.\n"
        "Above them stands what does not add up once the entries of several PCs are together, with "
        "the way to its records.\n"
        "Below are today's visits in the order in which they come. A or Space moves the chosen one "
        "on: arrived, in room, with vet, to pay, done. Enter opens it.\n"
        "A vet who has not signed notes is told how many beside the visits; the button lists them."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.clock: Callable[[], datetime] = now
        self.shown: Desk | None = None
        self.acts = VisitActs(self)
        self._judging = False
        self.contradictions = ContradictionsBanner(self)
        self.tiles: dict[str, Tile] = {}
        for kpi, role in _ICONS.items():
            tile = Tile(kpi.title, definition=kpi.definition, icon_role=role)
            place = _PLACES.get(kpi, Place("desk_rows", part=kpi.key))
            tile.pressed.connect(partial(self.go.emit, place))
            self.tiles[kpi.key] = tile
            if kpi is kpis.VISITS:
                self.tiles[_NEXT] = Tile("Next arrival", definition=_NEXT_SAID, icon_role="clock")
        self.tiles[_NEXT].pressed.connect(self._to_next)
        self.list = VisitList("Visits of today", lambda: self.clock())
        self.list.picked.connect(self._open)
        self.list.advanced.connect(self.acts.advance)
        self.list.recorded.connect(self._to_record)
        self.none = Words("No more visits today.", role="muted")
        self.first = Empty(icon_role="clinic")
        self._arrange()
        self._minute = QTimer(self)
        self._minute.setInterval(30_000)
        self._minute.timeout.connect(self._tick)
        self._minute.start()
        link_of(work).changed.connect(self._tick)

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("A or Space", "Move the chosen visit on"),
            ("Enter", "Open it, or the rows of a tile"),
            ("R", "Open the pet's medical record"),
        )

    def primary(self) -> Primary:
        return "New appointment", lambda: open_booking(self, self.work, None)

    def reload(self) -> None:
        self._judging = True
        self._look()

    def _look(self) -> None:
        mine = self.work.whose
        job = partial(read_desk, at=self.clock(), zone=mine.zone, currency=mine.currency)
        self.work.on_mirror(job, self._show, latest=True)

    def arrive(self, place: Place) -> None:
        self.reload()

    def _to_sign(self) -> None:
        self.go.emit(Place("record"))

    def _to_record(self, visit_id: UUID) -> None:
        self.go.emit(Place("record", visit_id))

    def _arrange(self) -> None:
        page = Page(measures.CARD)
        page.add(self.first)
        page.add(self.contradictions)
        page.add(Tiles(list(self.tiles.values()), _ACROSS, _TILE, measures.CARD))
        self.coming = Card("Still to come and in the house")
        board = Button("Waiting room", self._to_board, kind="quiet", icon_role="waiting")
        self.coming.act(board)
        self.to_sign = Button("To sign", self._to_sign, kind="quiet", icon_role="edit")
        self.to_sign.setToolTip("Notes that nobody has signed, and results that are awaited")
        self.coming.act(self.to_sign)
        self.coming.act(Button("Move on  (A)", self._advance, icon_role="next"))
        self.list.setMinimumHeight(200)
        self.coming.add(self.list, 1)
        self.coming.add(self.none)
        page.add(self.coming, 1)
        page.fill(self)
        self.setFocusProxy(self.list)

    def _show(self, desk: Desk) -> None:
        self.shown = desk
        coming = [one.visit for one in desk.visits if one.visit.open]
        self.list.show_visits(coming)
        self.list.setVisible(bool(coming))
        self.none.setVisible(not coming)
        for key, figure in figures_of(desk, self.work.whose.currency).items():
            self.tiles[key].show_value(
                figure.text,
                figure.unit,
                note=figure.note,
                tone=figure.tone,
                history=figure.history,
            )
        mine = counted(desk.to_sign, "note of yours to sign", "notes of yours to sign")
        self.to_sign.setText(mine if desk.to_sign else "To sign")
        first, words = next_words(desk)
        clock = "–" if first is None else clock_text(first.visit.starts)
        self.tiles[_NEXT].show_value(clock, note=words)
        self._say_first(desk)
        if self._judging:  # it reads for long, so after what is asked for at a glance
            self._judging = False
            self.contradictions.reload()

    def _say_first(self, desk: Desk) -> None:
        """A clinic without patients is told where to begin."""
        empty = not desk.has_patients
        self.first.setVisible(empty)
        self.coming.setVisible(not empty)
        if empty and not desk.has_services and not why_not(self.work.whose, Service):
            self.first.say(
                "The first day",
                "Enter what the clinic does with its prices, its rooms and its opening hours. Then "
                "register the first patient under Pets, and book its visit in the calendar.",
                "Set up the clinic",
                self._set_up,
            )
        elif empty:
            locked = why_not(self.work.whose, Pet)
            self.first.say(
                "The first day",
                locked
                or "Register the first patient and who brings it, then book a visit in the "
                "calendar. Opening hours, services and rooms are set up under Settings.",
                "" if locked else "Register a patient",
                self._register,
            )

    def _set_up(self) -> None:
        self.go.emit(Place("setup"))

    def _register(self) -> None:
        open_registering(self, self.work)

    def _advance(self) -> None:
        visit = self.list.visit()
        if visit is not None:
            self.acts.advance(visit)
        self.list.setFocus()

    def _to_board(self) -> None:
        visit = self.list.visit()
        self.go.emit(Place("waiting", None if visit is None else visit.id))

    def _to_next(self) -> None:
        first = None if self.shown is None else next_words(self.shown)[0]
        if first is not None:
            self.list.choose(first.visit.id)
        self.list.setFocus()

    def _open(self, visit_id: UUID) -> None:
        open_booking(self, self.work, visit_id)

    def _tick(self, _: object = None) -> None:
        if self.isVisible():
            self._look()
