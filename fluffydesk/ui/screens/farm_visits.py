"""Visits to farms: the list, and beside it what was given, the farm's answer and the leaflet."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from sqlalchemy import Row

from fluffydesk.actions import farm_visits
from fluffydesk.actions.farm_visits import free_again, who_got
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import FarmVisit, FarmVisitTreatment
from fluffydesk.ui.fields.texts import moment_text, number_text
from fluffydesk.ui.forms import Layout, open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import row
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.farm_visits_form import open_visit_form
from fluffydesk.ui.screens.reading.farm_visits import (
    WATCHED,
    OneVisit,
    VisitRow,
    read_visit,
    read_visits,
)
from fluffydesk.ui.screens.reporting.farm_leaflet import farm_leaflet
from fluffydesk.ui.screens.reporting.report import Report
from fluffydesk.ui.screens.reports_print import preview
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.ui.screens.side_card import SideCard
from fluffydesk.work import Work

_CORRECT: Layout = (
    "animal_tag",
    "group_name",
    "head_count",
    "reason",
    "dose",
    "doses",
    "hours_between",
    "given_at",
    "milk_hours",
    "meat_hours",
    "egg_hours",
    "notes",
)
_WAITS = "Central has not seen it yet"
_BILLS = {"none": "Not billed", "planned": ""}


class FarmVisitsScreen(Screen):
    """Visits, newest first, with those in the calendar; Ctrl+E writes one down or corrects it."""

    key = "farm_visits"
    title = "Farm visits"
    icon = "farm"
    adds = FarmVisit
    home = "clients"
    sought = True
    watches = WATCHED
    searches = "Farm, vet or reason"
    help = (
        "A visit that is booked in the calendar, with the client and without a pet, takes the "
        "vet's time and stands here as planned until it is written down.\n"
        "A visit is kept with all that was given, what left the store, and the draft of its "
        "invoice: all of it or none.\n"
        "If the farm is on the platform, give it the code of its entry: it enters the code under "
        "Settings, and from then on what you give stands in its medicine book, with the "
        "withdrawal clock. It sees neither your invoice nor your notes, you none of its animals.\n"
        "Where the farm knows no animal of that number, the answer says so: correct the number, "
        "and it is asked again. What never happened is voided with a reason."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.shown: OneVisit | None = None
        self._find: UUID | None = None
        self.table = RowsTable(
            "Farm visits",
            (
                Shown("When", lambda one: moment_text(one.at), 178, sort=lambda one: one.at),
                Shown("Farm", lambda one: one.farm, 150),
                Shown("Reason", lambda one: one.reason, 130, spare=True),
                Shown("Given", lambda one: str(one.given), 72, right=True, spare=True),
                Shown("Farm's book", _book_words, 120, tone=_book_tone),
                Shown("Invoice", _bill_words, 100, spare=True),
            ),
        )
        self.table.say_when_empty(
            "No farm visits yet",
            "What a vet does and gives on a farm stands here, with its invoice and leaflet.",
            "New farm visit",
            self.add,
            locked=lambda: why_not(self.work.whose, FarmVisit),
        )
        self.table.current_changed.connect(self._chosen)
        self.table.opened.connect(self._opened)
        self.card = SideCard("Choose a visit")
        line = row(spacing=measures.CARD)
        line.addWidget(self.table, 1)
        line.addWidget(self.card)
        line.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        self.setLayout(line)
        self.setFocusProxy(self.table)
        bind(
            self,
            {
                "Ctrl+L": self.print_leaflet,
                "Ctrl+B": self.plan,
                "Ctrl+E": self.correct,
                "Ctrl+D": self.void,
                "Ctrl+Shift+C": self.copy_code,
            },
        )

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+N", "New farm visit"),
            ("Ctrl+L", "Print the leaflet for the farm"),
            ("Ctrl+B", "Book a visit to a farm, for the calendar"),
            ("Enter, Ctrl+E", "Write a planned visit down"),
            ("Ctrl+E", "Correct what the farm could not place, or the last treatment"),
            ("Ctrl+D", "Void that treatment"),
            ("Ctrl+Shift+C", "Copy the farm's code"),
        )

    def primary(self) -> Primary:
        return "New farm visit", self.add

    def reload(self) -> None:
        self.work.on_mirror(read_visits, self._show_rows, latest=True)
        current = self.table.current()
        if current is not None:
            self._chosen(current)

    def search(self, text: str) -> None:
        self.table.search(text)

    def arrive(self, place: Place) -> None:
        """Show a visit by its id; with the part "new", begin one for the client of that id, with
        "planned" write down, or show, the one that stands in the calendar by that id."""
        if place.part == "new":
            open_visit_form(self, self.work, {"client_id": place.id} if place.id else None)
        elif place.part == "planned" and place.id is not None:
            self._write_down(place.id)
        elif place.id is not None:
            self._find = place.id
            self.reload()

    def add(self) -> None:
        """Write down a new visit."""
        open_visit_form(self, self.work)

    def plan(self) -> None:
        """Book a visit to the farm that is chosen, or to another."""
        self.work.on_mirror(_usual_call, self._plan, self.refuse)

    def _plan(self, service_id: UUID | None) -> None:
        chosen = self.table.current()
        farm = {} if chosen is None else {"client_id": chosen.client_id}
        open_booking(self, self.work, None, {**farm, "service_id": service_id})

    def print_leaflet(self) -> None:
        """Show the leaflet of the chosen visit as it will be printed."""
        if self.shown is not None:
            visit_id = self.shown.row.id
            self.work.on_mirror(
                lambda mirror: farm_leaflet(mirror, visit_id), self._preview, self.refuse
            )

    def correct(self) -> None:
        """Open the treatment that the farm could not place, or else the last one; write down a
        visit that is planned."""
        chosen = self.table.current()
        if chosen is not None and chosen.planned:
            self._write_down(chosen.id)
            return
        one = self._wanted()
        if one is not None:
            self._correct(one.id)

    def void(self) -> None:
        """Void the treatment that `correct` would open; the reason is asked for."""
        one = self._wanted()
        if one is not None:
            self._void(one.id)

    def copy_code(self) -> None:
        """Copy the code that the farm enters under Settings."""
        if self.shown is not None:
            QGuiApplication.clipboard().setText(str(self.shown.row.client_id))
            self.tell(f"The code for {self.shown.row.farm} is copied.")

    def _wanted(self) -> Row[Any] | None:
        if self.shown is None:
            return None
        open_ = [one for one in self.shown.treatments if not one.void_reason]
        lost = [one for one in open_ if one.farm_answer and not one.is_in_farm_book]
        return next(iter([*lost, *reversed(open_)]), None)

    def _write_down(self, appointment_id: UUID) -> None:
        job = partial(_planned, appointment_id=appointment_id)
        self.work.on_mirror(job, self._begin, self.refuse)

    def _begin(self, found: tuple[UUID | None, dict[str, Any]]) -> None:
        written, values = found
        if written is None:
            open_visit_form(self, self.work, values)
        else:
            self.arrive(Place(self.key, written))

    def _opened(self, chosen: VisitRow) -> None:
        if chosen.planned:
            self._write_down(chosen.id)

    def _correct(self, row_id: UUID) -> None:
        open_form(
            self,
            self.work,
            FarmVisitTreatment,
            row_id,
            layout=_CORRECT,
            title="Correct a treatment",
            saver=_save,
        )

    def _void(self, row_id: UUID) -> None:
        open_form(
            self,
            self.work,
            FarmVisitTreatment,
            row_id,
            layout=("void_reason",),
            title="Void a treatment",
            saver=_save_void,
        )

    def _show_rows(self, rows: tuple[VisitRow, ...]) -> None:
        self.table.show_rows(rows, select_first=True)
        if self._find is not None:
            self.table.select(self._find)
            self._find = None
        if not rows:
            self.shown = None
            self.card.clear()

    def _chosen(self, chosen: VisitRow | None) -> None:
        if chosen is None:
            return
        if chosen.planned:
            self._show_planned(chosen)
            return
        visit_id = chosen.id
        self.work.on_mirror(lambda mirror: read_visit(mirror, visit_id), self._show)

    def _show_planned(self, chosen: VisitRow) -> None:
        self.shown = None
        card, why = self.card, why_not(self.work.whose, FarmVisit)
        write, book = partial(self._write_down, chosen.id), Place("calendar", chosen.id)
        card.begin(
            chosen.farm,
            moment_text(chosen.at),
            (
                ("Write it down", "edit", write, why),
                ("Calendar", "calendar", partial(self.go.emit, book)),
            ),
        )
        card.warn("It is planned, and takes the vet's time in the calendar.", "info")
        card.fact("Vet", chosen.vet)
        card.fact("Reason", chosen.reason)
        card.end()

    def _show(self, shown: OneVisit | None) -> None:
        self.shown = shown
        if shown is None:
            self.card.clear()
            return
        card, why = self.card, why_not(self.work.whose, FarmVisit)
        bill = Place("money", shown.invoice_id)
        unbilled = "" if shown.invoice_id is not None else "This visit has no invoice."
        card.begin(
            shown.row.farm,
            moment_text(shown.row.at),
            (
                ("Leaflet", "print", self.print_leaflet),
                ("Invoice", "money", partial(self.go.emit, bill), unbilled),
                ("Book the next", "calendar", self.plan, why),
                ("Copy code", "copy", self.copy_code, why),
            ),
        )
        entered = any(one.is_in_farm_book for one in shown.treatments)
        if not (shown.is_on_platform or entered):
            card.warn("The farm has not named you as its vet: give it the code.", "info")
        card.fact("Vet", shown.row.vet)
        card.fact("Reason", shown.row.reason)
        card.fact("Findings", shown.findings)
        card.fact("Advice", shown.advice)
        if shown.distance_km:
            card.fact("Distance", f"{number_text(shown.distance_km)} km")
        card.fact("Invoice", _bill_words(shown.row))
        card.section("Given")
        for one in shown.treatments:
            card.line(who_got(one), "", partial(self._correct, one.id))
            card.say(f"{one.product}\n{_given(one)}")
            answer = _answer(one, provisional=shown.row.provisional)
            if answer:
                card.warn(*answer)
        if not shown.treatments:
            card.say("Nothing was given.")
        card.end()

    def _preview(self, report: Report) -> None:
        preview(report, self)


def _usual_call(mirror: Mirror) -> UUID | None:
    with mirror.read() as connection:
        service = farm_visits.call_service(connection)
    return None if service is None else service.id


def _planned(mirror: Mirror, appointment_id: UUID) -> tuple[UUID | None, dict[str, Any]]:
    with mirror.read() as connection:
        return farm_visits.planned(connection, appointment_id)


def _save(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
    assert row_id is not None
    return farm_visits.correct_treatment(mirror, row_id, values)


def _save_void(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
    assert row_id is not None
    return farm_visits.void_treatment(mirror, row_id, values.get("void_reason") or "")


def _given(one: Row[Any]) -> str:
    if one.void_reason:
        return f"Void: {one.void_reason}"
    ends = []
    for food, name in (("milk", "milk"), ("meat", "meat"), ("egg", "eggs")):
        moment = free_again(one, food)
        if moment is not None:
            ends.append(f"{name} from {moment_text(moment)}")
    return ", ".join(ends).capitalize() or "Nothing withheld"


def _answer(one: Row[Any], *, provisional: bool) -> tuple[str, str] | None:
    """Return what is to be known of the farm's book, and how grave it is."""
    if one.is_in_farm_book or one.void_reason:
        return None
    if one.farm_answer:
        return str(one.farm_answer), "warning"
    return (f"{_WAITS}.", "info") if provisional else None


def _book_words(one: VisitRow) -> str:
    if one.planned:
        return "Planned"
    if not one.given:
        return ""
    if one.provisional:
        return "Not sent yet"
    return f"{one.unplaced} not entered" if one.unplaced else "Entered"


def _book_tone(one: VisitRow) -> str | None:
    if one.planned:
        return "plain"
    if not one.given:
        return None
    return "info" if one.provisional else "warning" if one.unplaced else "good"


def _bill_words(one: VisitRow) -> str:
    return _BILLS.get(one.invoice, one.invoice.capitalize())
