"""Pets: the list, and beside it the chosen one's alerts, facts, people and visits."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Order
from fluffydesk.records.booking import Appointment
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Place, Primary
from fluffydesk.ui.screens.alert_bar import by_tone
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.list_and_card import ListAndCard
from fluffydesk.ui.screens.pet_card import EDIT
from fluffydesk.ui.screens.pet_facts import facts_of_pet
from fluffydesk.ui.screens.reading.pets import PetPage, pet_page
from fluffydesk.ui.screens.side_card import Act
from fluffydesk.ui.screens.visits import WATCHED
from fluffydesk.work import Work

_PAST = 6
_FACTS = ("Sex", "Born", "Weight", "Colour", "Microchip", "File number", "Next visit", "Balance")


class Pets(ListAndCard):
    """The clinic's patients. Enter opens a pet's card; the side card follows the selection."""

    key = "pets"
    title = "Pets"
    icon = "pets"
    adds = Pet
    card_key = "pet"
    hint = "Choose a pet"
    watches = WATCHED | {
        "medical_records",
        "pet_vaccinations",
        "invoices",
        "payments",
        "payment_refunds",
    }
    searches = "Name, chip, file number, client, phone or address"
    help = (
        "The patients of this clinic. The search finds a pet by its name, breed, chip and file "
        "number, and by the name, telephone number or address of its client.\n"
        "The card at the right tells what to know first. Enter opens all of it; registering makes "
        "pet, client and patient in one go."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        bind(self, {"Ctrl+R": self.to_record})

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Enter", "Open the pet's card"),
            ("Ctrl+N", "Register a pet with its client"),
            ("Ctrl+R", "Open the chosen pet's medical record"),
        )

    def make_list(self) -> RecordList:
        found = RecordList(
            self.work,
            Pet,
            ("name", "client", "species", "breed", "birth_date"),
            order=(Order("name"),),
            on_open=self.open,
            filter_columns=("sex",),
            widths={"name": 100, "client": 176, "species": 80, "breed": 120, "birth_date": 114},
        )
        found.say_when_empty(
            "No patients yet",
            "Register the first pet together with the person who brings it.",
            "Register a patient",
            self.register,
        )
        return found

    def primary(self) -> Primary:
        return "Register a patient", self.register

    def read(self, mirror: Mirror, row_id: UUID, moment: datetime) -> PetPage | None:
        with mirror.read() as connection:
            return pet_page(connection, row_id, today(), moment)

    def edit(self, pet_id: UUID) -> None:
        """Open a pet's form."""
        open_form(self, self.work, Pet, pet_id, layout=EDIT)

    def to_record(self, pet_id: UUID | None = None) -> None:
        """Go to a pet's medical record: the chosen one's."""
        asked = pet_id or self.list.current()
        if asked is not None:
            self.go.emit(Place("record", asked))

    def show_card(self, shown: PetPage) -> None:
        one, card = shown.row, self.card
        facts = dict(facts_of_pet(shown))
        acts: list[Act] = [
            ("Open", "next", partial(self.open, one.id)),
            ("Edit", "edit", partial(self.edit, one.id)),
            ("Record", "health", partial(self.to_record, one.id)),
        ]
        if one.deceased_on is None:  # rule 22
            locked = why_not(self.work.whose, Appointment)
            acts.append(("Book", "calendar", partial(self._book, one.id), locked))
        card.begin(one.name, facts["Species"], acts)
        for tone, text in by_tone(shown.alerts).items():
            card.warn(text, tone)
        for label in _FACTS:
            card.fact(label, facts[label])
        if shown.next is None:
            card.fact("Next visit", "None booked")
        if shown.client is not None:
            card.section("Client")
            place = Place("client", shown.client.id)
            reach = shown.client.phone or shown.client.email or ""
            card.line(shown.client.full_name, reach, partial(self.go.emit, place))
        if shown.past:
            card.section("What happened")
        for line in shown.past[:_PAST]:
            card.line(day_text(line.on), f"{line.title} · {line.words}".strip(" ·"))
        if one.notes:
            card.section("Notes")
            card.say(one.notes)
        card.end()

    def _book(self, pet_id: UUID) -> None:
        open_booking(self, self.work, None, {"pet_id": pet_id})
