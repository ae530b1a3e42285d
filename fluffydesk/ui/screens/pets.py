"""Pets: the list, and beside it the chosen one's facts, alerts, weight and visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from fluffydesk.figures.dates import age_in_words
from fluffydesk.mirror.queries import Order
from fluffydesk.records.booking import Appointment
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import now, today
from fluffydesk.ui.fields.texts import day_text, moment_text, text_of, words
from fluffydesk.ui.forms import Layout, open_form
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import row
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.reading.clinic import PetCard, pet_card
from fluffydesk.ui.screens.register_form import PET, open_registering
from fluffydesk.ui.screens.side_card import Act, SideCard
from fluffydesk.ui.screens.visits import WATCHED
from fluffydesk.work import Work

_EDIT: Layout = (*PET[:-2], "deceased_on", *PET[-2:])
_VISITS = 8


class Pets(Screen):
    """The clinic's patients. Enter opens the form; the card follows the selection."""

    key = "pets"
    title = "Pets"
    icon = "pets"
    adds = Pet
    group = "Patients"
    watches = WATCHED
    searches = "Name, species, breed or microchip"
    help = (
        "The patients of this clinic. The card at the right shows alerts first.\n"
        "Enter opens the form. Registering makes pet, client and patient in one go."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.clock: Callable[[], datetime] = now
        self.list = RecordList(
            work,
            Pet,
            ("name", "species", "breed", "birth_date"),
            order=(Order("name"),),
            on_open=self.open,
            filter_columns=("sex",),
        )
        self.list.say_when_empty(
            "No patients yet",
            "Register the first pet together with the person who brings it.",
            "Register a patient",
            self.register,
        )
        self.list.current_changed.connect(self._chosen)
        self.list.loaded.connect(self._first)
        self.card = SideCard("Choose a pet")
        line = row(spacing=measures.CARD)
        line.addWidget(self.list, 1)
        line.addWidget(self.card)
        line.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        self.setLayout(line)
        self.setFocusProxy(self.list)
        keys = QShortcut(QKeySequence("Ctrl+R"), self)
        keys.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        keys.activated.connect(self.to_record)

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (("Ctrl+R", "Open the chosen pet's medical record"),)

    def primary(self) -> Primary:
        return "Register a patient", self.register

    def reload(self) -> None:
        self._chosen(self.list.current())

    def search(self, text: str) -> None:
        self.list.search(text)

    def arrive(self, place: Place) -> None:
        if place.id is not None:
            self.list.search("")
            self.list.select(place.id)
            self._chosen(place.id)

    def open(self, pet_id: UUID) -> None:
        """Open a pet's form."""
        open_form(self, self.work, Pet, pet_id, layout=_EDIT)

    def to_record(self, pet_id: UUID | None = None) -> None:
        """Go to a pet's medical record: the chosen one's."""
        asked = pet_id or self.list.current()
        if asked is not None:
            self.go.emit(Place("record", asked))

    def register(self) -> None:
        """Register a new patient."""
        open_registering(self, self.work)

    def _first(self) -> None:
        if self.list.current() is None and self.list.count():
            self.list.table.selectRow(0)

    def _chosen(self, pet_id: UUID | None) -> None:
        if pet_id is None:
            return
        moment = self.clock()
        self.work.on_mirror(
            lambda mirror: pet_card(mirror, pet_id, moment), self._show, latest=True
        )

    def _show(self, shown: PetCard | None) -> None:
        if shown is None:
            self.card.clear()
            return
        facts, card = shown.facts, self.card
        about = [facts.species, facts.breed, age_in_words(facts.birth_date, today())]
        acts: list[Act] = [("Edit", "edit", partial(self.open, facts.id))]
        acts.append(("Record", "health", partial(self.to_record, facts.id)))
        if facts.deceased_on is None:
            locked = why_not(self.work.whose, Appointment)
            acts.append(("Book", "calendar", partial(self._book, facts.id), locked))
        card.begin(facts.name, " · ".join(part for part in about if part), acts)
        if facts.deceased_on is not None:
            card.warn(f"Died on {day_text(facts.deceased_on)}.", "info")
        card.warn(facts.alerts)
        card.fact("Sex", words(shown.sex) if shown.sex != "unknown" else "")
        card.fact("Born", day_text(facts.birth_date) if facts.birth_date else "")
        weight = shown.weight_kg
        column = Pet.__table__.columns["weight_kg"]
        card.fact("Weight", "" if weight is None else text_of(column, weight, unit=True))
        card.fact("Colour", shown.colour)
        card.fact("Microchip", shown.microchip)
        card.fact("File number", shown.file_number)
        coming = shown.next
        card.fact("Next visit", "None booked" if coming is None else moment_text(coming.starts))
        if shown.client_id is not None:
            card.section("Client")
            place = Place("clients", shown.client_id)
            card.line(shown.client, shown.phone, partial(self.go.emit, place))
        if shown.visits:
            card.section("Visits")
        for visit in shown.visits[:_VISITS]:
            what = visit.service or visit.reason
            card.line(
                moment_text(visit.starts),
                " · ".join(part for part in (what, visit.stage) if part),
                partial(self.go.emit, Place("calendar", visit.id)),
            )
        if shown.notes:
            card.section("Notes")
            card.say(shown.notes)
        card.end()

    def _book(self, pet_id: UUID) -> None:
        open_booking(self, self.work, None, {"pet_id": pet_id})
