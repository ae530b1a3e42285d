"""Clients: the list, and beside it the chosen one's alerts, pets, phone and next visit."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QWidget

from fluffydesk.actions.merging_clients import Merged, astray, put_right
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Filter, Order
from fluffydesk.records.catalog import may
from fluffydesk.records.clinic import FarmVisit
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text, moment_text, money_text, words
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import Permit, why_not
from fluffydesk.ui.screen import Place, Primary
from fluffydesk.ui.screens.alert_bar import by_tone
from fluffydesk.ui.screens.client_card import LAYOUT
from fluffydesk.ui.screens.clients_merging import DuplicatesDialog, undo_of
from fluffydesk.ui.screens.list_and_card import ListAndCard
from fluffydesk.ui.screens.reading.clients import ClientPage, client_page
from fluffydesk.ui.screens.visits import WATCHED
from fluffydesk.work import Work

_VISITS = 5
_KEPT = (Filter("merged_into_id", "empty", True),)


class Clients(ListAndCard):
    """People who bring pets. Enter opens a client's card; the side card follows the selection."""

    key = "clients"
    title = "Clients"
    icon = "clients"
    adds = ClinicClient
    card_key = "client"
    hint = "Choose a client"
    client_first = True
    watches = WATCHED | {"invoices", "payments", "payment_refunds", "clinic_patient_people"}
    searches = "Name, phone, address, pet, chip or file number"
    help = (
        "Everybody who brings pets. The search finds any part of a name, an address, an e-mail, a "
        "telephone number however it is typed, and the client of a pet by its name, chip or file "
        "number; what it was found by stands behind the name.\n"
        "Enter opens the card; Ctrl+N registers a client and a pet in one form, from the first "
        "telephone call.\n"
        "Entered twice? lists cards that may be one person's. Two are looked at side by side and "
        "merged, with Undo. The card that went is found by its old name."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.twice_button = Button("Entered twice?", self.look_for_duplicates, icon_role="clients")
        self.twice_button.setToolTip("Find cards that may be one person's (Ctrl+D)")
        Permit(self.twice_button, work, ClinicClient, "change")
        self.list.bar.act(self.twice_button)
        self.farms_button = Button("Farm visits", self.to_farm_visits, icon_role="farm")
        self.farms_button.setToolTip("The visits to farms, planned and written down (Ctrl+Shift+V)")
        self.list.bar.act(self.farms_button)
        self.duplicates: DuplicatesDialog | None = None
        self._righting = False
        bind(self, {"Ctrl+D": self.look_for_duplicates, "Ctrl+E": self.edit_current})
        bind(self, {"Ctrl+Shift+V": self.to_farm_visits})

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Enter", "Open the client's card"),
            ("Ctrl+N", "Register a client with a pet"),
            ("Ctrl+E", "Edit the client"),
            ("Ctrl+D", "Find cards that may be one person's"),
            ("Ctrl+Shift+V", "The visits to farms"),
        )

    def make_list(self) -> RecordList:
        found = RecordList(
            self.work,
            ClinicClient,
            ("full_name", "phone", "email"),
            filters=_KEPT,
            order=(Order("full_name"),),
            on_open=self.open,
            filter_columns=("status",),
            widths={"full_name": 210, "phone": 140, "email": 210},
        )
        found.say_when_empty(
            "No clients yet",
            "People who bring pets. Register the first patient and its client together.",
            "Register a patient",
            self.register,
        )
        return found

    def primary(self) -> Primary:
        return "New client", self.register

    def reload(self) -> None:
        """Also follow what another desk still wrote to merged cards."""
        super().reload()
        role = self.work.whose.role
        if may(ClinicClient, "change", role) and not self._righting:
            self.work.on_mirror(_astray, self._follow)

    def read(self, mirror: Mirror, row_id: UUID, moment: datetime) -> ClientPage | None:
        with mirror.read() as connection:
            return client_page(connection, row_id, today(), moment)

    def edit_current(self) -> None:
        """Open the form of the selected client."""
        current = self.list.current()
        if current is not None:
            self.edit(current)

    def edit(self, client_id: UUID) -> None:
        """Open a client's form."""
        open_form(self, self.work, ClinicClient, client_id, layout=LAYOUT)

    def look_for_duplicates(self) -> None:
        """Show the cards that may be entered twice."""
        if self.twice_button.isEnabled():
            self.duplicates = DuplicatesDialog(self.work, self)
            self.duplicates.merged.connect(self._merged)
            self.duplicates.open()

    def to_money(self, client_id: UUID) -> None:
        """Show what a client had and paid, and owes."""
        self.go.emit(Place("money", client_id, part="client"))

    def to_farm_visits(self) -> None:
        """Show the visits to farms."""
        self.go.emit(Place("farm_visits"))

    def _visit_farm(self, client_id: UUID) -> None:
        self.go.emit(Place("farm_visits", client_id, part="new"))

    def show_card(self, shown: ClientPage) -> None:
        card, one = self.card, shown.row
        locked = why_not(self.work.whose, Pet)
        card.begin(
            one.full_name,
            "",
            (
                ("Open", "next", partial(self.open, one.id)),
                ("Edit", "edit", partial(self.edit, one.id)),
                ("Statement", "money", partial(self.to_money, one.id)),
                ("Add a pet", "add", partial(self.register, one.id), locked),
                (
                    "Farm visit",
                    "farm",
                    partial(self._visit_farm, one.id),
                    why_not(self.work.whose, FarmVisit),
                ),
            ),
        )
        for tone, text in by_tone(shown.alerts).items():
            card.warn(text, tone)
        card.fact("Phone", ", ".join(part for part in (one.phone, one.other_phone) if part))
        card.fact("E-mail", one.email or "")
        card.fact("Address", one.address or "")
        card.fact("Reminded by", words(one.contact_by))
        card.fact("Balance", money_text(shown.owed))
        coming = shown.next
        told = "None booked"
        if coming is not None:
            told = ", ".join(
                part for part in (moment_text(coming.starts), coming.pet, coming.vet) if part
            )
        card.fact("Next visit", told)
        card.fact("Also on cards of", ", ".join(shown.former))
        card.section("Pets")
        for pet in (*shown.pets, *shown.shared):
            died = "" if pet.deceased_on is None else f"died {day_text(pet.deceased_on)}"
            note = " · ".join(part for part in (pet.about, pet.role, died) if part)
            card.line(pet.name, note, partial(self.go.emit, Place("pet", pet.id)))
        if not shown.pets and not shown.shared:
            card.say("No pets registered for this client.")
        visits = [line for line in shown.past if line.kind == "Visit"][:_VISITS]
        if visits:
            card.section("Visits")
        for line in visits:
            go = partial(self.go.emit, Place("calendar", line.row_id))
            card.line(f"{day_text(line.on)}", f"{line.title} · {line.words}", go)
        if one.notes:
            card.section("Notes")
            card.say(one.notes)
        card.end()

    def _merged(self, done: Merged) -> None:
        self.tell(f"{done.name}: two cards are one.", undo=undo_of(self.work, done))

    def _follow(self, found: bool) -> None:
        if found and not self._righting:
            self._righting = True
            self.work.act(put_right, self._followed, self._not_followed)

    def _followed(self, _: object) -> None:
        self._righting = False

    def _not_followed(self, refusal: object) -> None:
        """What cannot be moved now is shown with the one kept all the same."""
        self._righting = False


def _astray(mirror: Mirror) -> bool:
    with mirror.read() as connection:
        return astray(connection)
