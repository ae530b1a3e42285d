"""Clients: the list, and beside it the chosen one's pets, phone and next visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from fluffydesk.figures.dates import age_in_words
from fluffydesk.mirror.queries import Order
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.records.types import now, today
from fluffydesk.ui.fields.texts import day_text, moment_text
from fluffydesk.ui.forms import Layout, open_form
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import row
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.reading.clinic import ClientCard, client_card
from fluffydesk.ui.screens.register_form import open_registering
from fluffydesk.ui.screens.side_card import SideCard
from fluffydesk.ui.screens.visits import WATCHED
from fluffydesk.work import Work

LAYOUT: Layout = ("full_name", "phone", "email", "address", "status", "alerts", "notes")
_VISITS = 5


class Clients(Screen):
    """People who bring pets. Enter opens the form; the card follows the selection."""

    key = "clients"
    title = "Clients"
    icon = "clients"
    adds = ClinicClient
    group = "Patients"
    watches = WATCHED
    searches = "Name, phone or e-mail"
    help = (
        "Everybody who brings pets. The card at the right shows the chosen one's pets and visits.\n"
        "Enter opens the form. A new patient's client can be made in the same form as the pet."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.clock: Callable[[], datetime] = now
        self.list = RecordList(
            work,
            ClinicClient,
            ("full_name", "phone", "email"),
            order=(Order("full_name"),),
            on_open=self.open,
            filter_columns=("status",),
        )
        self.list.say_when_empty(
            "No clients yet",
            "People who bring pets. Register the first patient and its client together.",
            "Register a patient",
            self.register,
        )
        self.list.current_changed.connect(self._chosen)
        self.list.loaded.connect(self._first)
        self.card = SideCard("Choose a client")
        line = row(spacing=measures.CARD)
        line.addWidget(self.list, 1)
        line.addWidget(self.card)
        line.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        self.setLayout(line)
        self.setFocusProxy(self.list)

    def primary(self) -> Primary:
        return "New client", lambda: open_form(self, self.work, ClinicClient, layout=LAYOUT)

    def reload(self) -> None:
        self._chosen(self.list.current())

    def search(self, text: str) -> None:
        self.list.search(text)

    def arrive(self, place: Place) -> None:
        if place.id is not None:
            self.list.search("")
            self.list.select(place.id)
            self._chosen(place.id)

    def open(self, client_id: UUID) -> None:
        """Open a client's form."""
        open_form(self, self.work, ClinicClient, client_id, layout=LAYOUT)

    def register(self, client_id: UUID | None = None) -> None:
        """Register a patient, of this client if one is given."""
        open_registering(self, self.work, client_id=client_id)

    def _first(self) -> None:
        if self.list.current() is None and self.list.count():
            self.list.table.selectRow(0)

    def _chosen(self, client_id: UUID | None) -> None:
        if client_id is None:
            return
        moment = self.clock()
        self.work.on_mirror(
            lambda mirror: client_card(mirror, client_id, moment), self._show, latest=True
        )

    def _show(self, shown: ClientCard | None) -> None:
        if shown is None:
            self.card.clear()
            return
        card = self.card
        card.begin(
            shown.name,
            "",
            (
                ("Edit", "edit", partial(self.open, shown.id)),
                (
                    "Add a pet",
                    "add",
                    partial(self.register, shown.id),
                    why_not(self.work.whose, Pet),
                ),
            ),
        )
        card.warn(shown.alerts)
        card.fact("Phone", shown.phone)
        card.fact("E-mail", shown.email)
        card.fact("Address", shown.address)
        coming = shown.next
        if coming is None:
            card.fact("Next visit", "None booked")
        else:
            card.fact("Next visit", f"{moment_text(coming.starts)}, {coming.pet}, {coming.vet}")
        card.section("Pets")
        for pet in shown.pets:
            about = [pet.species, pet.breed, age_in_words(pet.birth_date, today())]
            if pet.deceased_on is not None:
                about = [pet.species, f"died {day_text(pet.deceased_on)}"]
            card.line(
                pet.name,
                " · ".join(part for part in about if part),
                partial(self.go.emit, Place("pets", pet.id)),
            )
        if not shown.pets:
            card.say("No pets registered for this client.")
        if shown.visits:
            card.section("Visits")
        for visit in shown.visits[:_VISITS]:
            card.line(
                moment_text(visit.starts),
                f"{visit.pet} · {visit.stage}",
                partial(self.go.emit, Place("calendar", visit.id)),
            )
        if shown.notes:
            card.section("Notes")
            card.say(shown.notes)
        card.end()
