"""One pet's card: alerts, facts, weights, vaccinations, people, photos and what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.actions.attachments import PET
from fluffydesk.actions.patients import end_patient
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.catalog import record_for
from fluffydesk.records.clinic import PatientPerson
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.payments import Invoice
from fluffydesk.records.pets import ClinicPatient, Pet
from fluffydesk.records.types import now, today
from fluffydesk.ui import record_history
from fluffydesk.ui.fields.texts import day_text, unit_text, used_conventions
from fluffydesk.ui.forms import Layout, open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card as Box
from fluffydesk.ui.parts.card import Page
from fluffydesk.ui.parts.chart import Chart, Series
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import Permit
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.alert_bar import AlertBar
from fluffydesk.ui.screens.animal_facts import FactsMenu
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.card_parts import (
    BESIDE,
    FactGrid,
    LinesCard,
    PastTable,
    leads_back,
)
from fluffydesk.ui.screens.pet_ahead import StillBooked
from fluffydesk.ui.screens.pet_facts import FIRST, KEY, MOST, facts_of_pet
from fluffydesk.ui.screens.photos import PhotosCard
from fluffydesk.ui.screens.reading.clients import left
from fluffydesk.ui.screens.reading.pets import Past, Person, PetPage, pet_page
from fluffydesk.ui.screens.register_form import PET as FIELDS
from fluffydesk.ui.screens.visits import WATCHED
from fluffydesk.work import Work

CURVE = 200
WIDEST = 2000
EDIT: Layout = (
    *FIELDS[:-2],
    *("bites", "allergies", "alerts", "deceased_on", "neutered_on", "microchipped_on"),
    *("passport_number", "blood_type", "diet", "insurer", "insurance_number", "insured_until"),
    "notes",
)
_PERSON: Layout = ("client_id", "relation", "until", "may_decide", "notes")


class PetCardScreen(Screen):
    """All that is known of one pet."""

    key = "pet"
    home = "pets"
    title = "Pet"
    icon = "pets"
    adds = Appointment
    group = ""
    watches = WATCHED | frozenset(
        {
            *("medical_records", "pet_vaccinations", "prescriptions", "lab_results", "reminders"),
            *("clinic_patient_people", "emergency_contacts", "invoices", "invoice_items"),
            *("payments", "payment_refunds", "bookings"),
        }
    )
    searches = "What happened"
    help = (
        "One pet's card. On top what to know first: whether it bites, what it must not have, what "
        "its client owes. Choose says which facts stand below.\n"
        "Weights come from its records, with the value under the pointer and by Left and Right. "
        "What happened is listed newest first; Enter opens a line.\n"
        "Beside the client, co-owners, breeders, payers and carers are named: a carer until a day, "
        "after which the card says that it is over; “may agree” says who decides on a treatment. "
        "Whom to call in an emergency the owner names on the platform.\n"
        "A pet that died keeps its card, and gets no more bookings and reminders; one that left "
        "the clinic is out of sight with the next sync.\n"
        "Photos and documents are attached with Ctrl+P, by dropping a file or by pasting a picture."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.clock: Callable[[], datetime] = now
        self._id: UUID | None = None
        self._page: PetPage | None = None
        self.page = Page(widest=WIDEST)
        self.gone = Empty("No pet chosen", "Choose one from the list.", icon_role="pets")
        self.gone.say("No pet chosen", "Choose one from the list.", "Go to the pets", self._up)
        self.alerts = AlertBar()
        self.ahead = StillBooked(self)
        self.facts = FactGrid()
        self.who = Box("Facts")
        self.who.act(Button("History", self.show_history, kind="quiet", icon_role="clock"))
        self.who.act(Button("Medical record", self.to_record, icon_role="health"))
        self.edit_button = Button("Edit", self.edit, icon_role="edit")
        self.died_button = Button("Died", self.died, icon_role="down")
        self.left_button = Button("Left the clinic", self.has_left, icon_role="sign_out")
        self.left_button.setToolTip("It moved away, or goes to another clinic")
        Permit(self.left_button, work, ClinicPatient, "change")
        for button in (self.edit_button, self.died_button):
            Permit(button, work, Pet, "change")
        for button in (self.edit_button, self.died_button, self.left_button):
            self.who.act(button)
        self.choice = FactsMenu(self._facts_chosen, KEY, MOST, FIRST)
        self.who.act(self.choice)
        self.who.add(self.facts)
        self.weight = Chart("Weight", "kg", "", places=2)
        self.no_weight = Words("", role="muted", wrap=True)
        self.shots = LinesCard("Vaccinations", "None on record. A visit's note adds the first.")
        self.people = LinesCard("People", "Nobody brings this pet: choose Add.")
        self.contacts = LinesCard(
            "Emergencies",
            "The owner names on the platform whom to call. Whom the clinic knows stands under "
            "People.",
        )
        self.person_button = Button("Add", self.add_person, icon_role="add")
        self.person_button.setAccessibleName("Add a co-owner, carer, breeder or payer")
        Permit(self.person_button, work, PatientPerson, "add")
        self.people.act(self.person_button)
        self.past = PastTable("What happened to a pet")
        self.past.say_when_empty("Nothing has happened yet", "Visits, records and bills go here.")
        self.past.opened.connect(self.open_past)
        self.photos = PhotosCard(work, PET)
        keys = {
            "Ctrl+E": self.edit,
            "Ctrl+O": self.add_person,
            "Ctrl+R": self.to_record,
            "Ctrl+P": self.photos.choose,
            "Ctrl+V": self.photos.paste,
            record_history.KEYS: self.show_history,
        }
        bind(self, keys)
        self._arrange()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+N", "Book a visit"),
            ("Ctrl+E", "Edit its card"),
            ("Ctrl+O", "Add a co-owner, carer, breeder or payer"),
            ("Ctrl+R", "Go to its medical record"),
            ("Ctrl+P", "Attach photos or documents"),
            ("Ctrl+V", "Attach the picture or the files you copied"),
            ("Esc", "Back to the list of pets"),
        )

    def reload(self) -> None:
        if self._id is not None:
            self.photos.show_of(self._id)
            read = partial(_read, pet_id=self._id, on=today(), moment=self.clock())
            self.work.on_mirror(read, self._show, latest=True)

    def search(self, text: str) -> None:
        self.past.search(text)

    def primary(self) -> Primary | None:
        """A deceased pet gets no bookings (rule 22)."""
        if self._page is None or self._page.row.deceased_on is not None:
            return None
        return "Book a visit", self.book, "calendar"

    def arrive(self, place: Place) -> None:
        """Show the pet that `place` names."""
        if place.id is not None and place.id != self._id:
            self._id = place.id
            self.page.verticalScrollBar().setValue(0)
            self.reload()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if leads_back(self, event):
            self._up()
        else:
            super().keyPressEvent(event)

    def edit(self) -> None:
        """Open the pet's form."""
        if self._page is not None:
            open_form(self, self.work, Pet, self._id, layout=EDIT)

    def died(self) -> None:
        """Open the form for the day on which it died."""
        if self._page is not None:
            name = f"{self._page.row.name} died"
            fields = ("deceased_on", "notes")
            dialog = open_form(self, self.work, Pet, self._id, layout=fields, title=name)
            dialog.form.loaded.connect(
                partial(dialog.form.editor("deceased_on").set_value, today())
            )

    def has_left(self) -> None:
        """Open the form for the day on which it left the clinic."""
        if self._page is None or self._page.link_id is None:
            return
        name, pet_id = self._page.row.name, self._page.row.id
        dialog = open_form(
            self,
            self.work,
            ClinicPatient,
            self._page.link_id,
            layout=("ended_on",),
            title=f"{name} left the clinic",
            saver=partial(_leave, pet_id=pet_id),
        )
        dialog.form.rows["ended_on"].note(
            "With the next sync it is then out of this clinic's sight, and nobody is reminded of "
            "it. What was written and billed stays."
        )
        dialog.form.loaded.connect(partial(dialog.form.editor("ended_on").set_value, today()))

    def book(self) -> None:
        """Book a visit of this pet."""
        if self._page is not None:
            open_booking(self, self.work, None, {"pet_id": self._id})

    def add_person(self) -> None:
        """Name somebody who has to do with the pet beside its client."""
        if self._page is not None and self.person_button.isEnabled():
            title = f"Who has to do with {self._page.row.name}"
            values = {"pet_id": self._id}
            open_form(
                self,
                self.work,
                PatientPerson,
                values=values,
                layout=_PERSON,
                title=title,
            )

    def open_past(self, one: Past) -> None:
        """Open what a line of the history is about."""
        if one.table == Appointment.__table__.name:
            open_booking(self, self.work, one.row_id)
        elif one.table == MedicalRecord.__table__.name:
            self.go.emit(Place("record", one.row_id))
        elif one.table == Invoice.__table__.name:
            self.go.emit(Place("money", one.row_id))
        else:
            open_form(self, self.work, record_for(one.table), one.row_id)

    def to_record(self) -> None:
        """Go to the pet's notes, prescriptions, vaccinations and results."""
        if self._page is not None:
            self.go.emit(Place("record", self._id))

    def show_history(self) -> None:
        """Show who changed what of this pet, and what sync made of it."""
        if self._id is not None:
            record_history.open_history(self, self.work, Pet.__table__.name, self._id)

    def _arrange(self) -> None:
        weight, past = Box("Weight"), Box("What happened")
        weight.add(self.no_weight)
        self.weight.setFixedHeight(CURVE)
        weight.add(self.weight)
        weight.stretch()
        past.add(self.past, 1)
        back = row(Button("All pets", self._up, kind="link", icon_role="back"), None)
        middle = row(spacing=measures.CARD)
        middle.addWidget(weight, 3)
        middle.addWidget(self.shots, 2)
        lower = row(spacing=measures.CARD)
        lower.addWidget(past, 3)
        beside = QVBoxLayout()
        beside.setSpacing(measures.CARD)
        self.people.setMinimumWidth(BESIDE)
        beside.addWidget(self.people)
        beside.addWidget(self.contacts)
        beside.addStretch(1)
        lower.addLayout(beside, 1)
        self.page.column.setSpacing(measures.CARD)
        for part in (back, self.alerts, self.ahead, self.who, middle, self.photos):
            self.page.add(part)
        self.page.add(lower, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        column.addWidget(self.gone)
        self.page.hide()

    def _show(self, found: PetPage | None) -> None:
        self._page = found
        self.page.setVisible(found is not None)
        self.gone.setVisible(found is None)
        if found is None:
            self.gone.say(
                "This pet is not there any more",
                "It left the clinic, or was deleted on another PC.",
                "Go to the pets",
                self._up,
            )
        else:
            self.titled.emit(found.row.name)
            self.alerts.show_alerts(found.alerts)
            self._facts_chosen()
            self._show_weights(found)
            self._show_shots(found)
            self._show_people(found)
            self.ahead.show_page(found, ask=self.died_button.isVisible())
            self.died_button.setVisible(found.row.deceased_on is None)
            self.left_button.setVisible(found.link_id is not None and found.left_on is None)
            self.past.show_rows(found.past)
        self.primary_changed.emit()

    def _facts_chosen(self) -> None:
        if self._page is not None:
            self.facts.show_facts(self.choice.chosen(facts_of_pet(self._page)))

    def _show_weights(self, found: PetPage) -> None:
        shown = used_conventions().shown
        points = tuple((on, float(shown(kg, "kg"))) for on, kg in found.weights)
        self.weight.show_series(Series("Weight", points, colour=1), unit=unit_text("kg"))
        self.weight.setVisible(len(points) > 1)
        self.no_weight.setVisible(len(points) < 2)
        known = found.row.weight_kg is not None
        never = "No weighing has a day yet" if known else "Not weighed yet"
        self.no_weight.setText(
            "Weighed once so far: a curve needs two weights."
            if points
            else f"{never}. A visit's note has the weight."
        )

    def _show_shots(self, found: PetPage) -> None:
        self.shots.begin()
        dead = found.row.deceased_on is not None
        for one in found.vaccinations:
            due = ""
            if one.due_on is not None and not dead:
                due = f"{'was due' if one.overdue else 'due again'} {day_text(one.due_on)}"
            note = " · ".join(p for p in (f"lot {one.lot}" if one.lot else "", due) if p)
            self.shots.line(f"{one.vaccine}, {day_text(one.given_on)}", note)
        self.shots.end()

    def _show_people(self, found: PetPage) -> None:
        self.people.begin()
        client = found.client
        if client is not None:
            reach = " · ".join(part for part in (client.phone, client.email) if part)
            note = " · ".join(part for part in ("Client", reach) if part)
            go = partial(self.go.emit, Place("client", client.id))
            self.people.line(client.full_name, note, go)
        if found.account:
            self.people.line(found.account, "Owns its account on the platform")
        for one in found.people:
            go = partial(self.go.emit, Place("client", one.client_id))
            self.people.line(one.name, _told(one), go, self._edit_of(one))
        self.people.end()
        self.contacts.begin()
        for one in found.contacts:
            self.contacts.line(one.name, _told(one))
        self.contacts.end()

    def _edit_of(self, one: Person) -> Button:
        open_it = partial(open_form, self, self.work, PatientPerson, one.id, layout=_PERSON)
        button = Button("Change", open_it, kind="link")
        button.setAccessibleName(f"Change {one.name}")
        return button

    def _up(self) -> None:
        self.go.emit(Place("pets", self._id))


def _told(one: Person) -> str:
    """Return what somebody is to the pet, what is left of it, and whether they may decide."""
    decides = "may agree to a treatment" if one.may_decide and not one.ended else ""
    parts = (one.role, left(one.until, today()), decides, one.phone)
    return " · ".join(part for part in parts if part)


def _leave(
    mirror: Mirror, _: UUID | None, values: dict[str, Any], *, pet_id: UUID
) -> tuple[UUID, Changes]:
    return pet_id, end_patient(mirror, pet_id, values["ended_on"])


def _read(mirror: Mirror, pet_id: UUID, on: date, moment: datetime) -> PetPage | None:
    with mirror.read() as connection:
        return pet_page(connection, pet_id, on, moment)
