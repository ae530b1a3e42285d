"""One client's card: alerts, facts, pets, what is owed, and what went to and fro."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from uuid import UUID

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.catalog import record_for
from fluffydesk.records.payments import Invoice, Payment
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.records.types import now, today
from fluffydesk.ui import record_history
from fluffydesk.ui.fields.texts import day_text, moment_text, money_text, words
from fluffydesk.ui.forms import Layout, open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card as Box
from fluffydesk.ui.parts.card import Page
from fluffydesk.ui.parts.controls import Button, row
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import Permit
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.alert_bar import AlertBar
from fluffydesk.ui.screens.animal_facts import Fact, FactsMenu
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.card_parts import (
    BESIDE,
    FactGrid,
    LinesCard,
    PastTable,
    leads_back,
)
from fluffydesk.ui.screens.desk_account import AccountDialog
from fluffydesk.ui.screens.desk_taken import Taken
from fluffydesk.ui.screens.reading.clients import ClientPage, ClientPet, client_page
from fluffydesk.ui.screens.reading.pets import Past
from fluffydesk.ui.screens.register_form import open_registering
from fluffydesk.ui.screens.visits import WATCHED
from fluffydesk.work import Work

LAYOUT: Layout = (
    *("full_name", "phone", "other_phone", "email", "address", "tax_number"),
    *("contact_by", "status", "alerts", "notes"),
)
FIRST = ("Phone", "Other phone", "E-mail", "Address", "Reminded by", "Balance", "Next visit")
MOST = (*FIRST, "Account on the platform", "Farm on the platform", "Tax number", "Status", "Notes")
_KEY = "client/facts"
_WIDEST = 2000


class ClientCardScreen(Screen):
    """All that is known of one client."""

    key = "client"
    home = "clients"
    title = "Client"
    icon = "clients"
    adds = Pet
    group = ""
    watches = WATCHED | frozenset(
        {
            *(
                "clinic_patient_people",
                "invoices",
                "payments",
                "payment_refunds",
                "reminder_messages",
            ),
            *("conversations", "organizations"),
        }
    )
    searches = "Visits, invoices, payments, messages"
    help = (
        "One client's card: what to know first, how to reach them, how they wish to be reminded, "
        "their pets with what to know of each, and what they owe.\n"
        "Below stand visits, invoices, payments and messages, newest first; Enter opens a line.\n"
        "F8 takes a payment on account: one sum pays the open invoices, the oldest first, and what "
        "is over pays the next. Ctrl+Z takes it back.\n"
        "Where two cards were merged, the former names are told, and whatever was still written to "
        "the old card is shown here."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.clock: Callable[[], datetime] = now
        self._id: UUID | None = None
        self._page: ClientPage | None = None
        self.page = Page(widest=_WIDEST)
        self.gone = Empty("No client chosen", "Choose one from the list.", icon_role="clients")
        self.gone.say(
            "No client chosen", "Choose one from the list.", "Go to the clients", self._up
        )
        self.alerts = AlertBar()
        self.facts = FactGrid()
        self.who = Box("Facts")
        self.who.act(Button("History", self.show_history, kind="quiet", icon_role="clock"))
        self.money_button = Button("Statement", self.to_money, icon_role="list")
        self.money_button.setToolTip("What was charged, paid, and is owed (Ctrl+T)")
        self.who.act(self.money_button)
        self.taken = Taken(self)
        self.pay_button = Button("Take a payment", self.take_payment, icon_role="money")
        self.pay_button.setToolTip("On account: the oldest invoice is paid first (F8)")
        Permit(self.pay_button, work, Payment)
        self.who.act(self.pay_button)
        self.edit_button = Button("Edit", self.edit, icon_role="edit")
        Permit(self.edit_button, work, ClinicClient, "change")
        self.who.act(self.edit_button)
        self.choice = FactsMenu(self._facts_chosen, _KEY, MOST, FIRST)
        self.who.act(self.choice)
        self.who.add(self.facts)
        self.pets = LinesCard("Pets", "No pets registered for this client: choose Add a pet.")
        self.shared = LinesCard("Shared pets", "Cares for no other pets.")
        self.past = PastTable("What happened with a client")
        self.past.say_when_empty("Nothing has happened yet", "Visits and invoices go here.")
        self.past.opened.connect(self.open_past)
        bind(self, {"Ctrl+T": self.to_money, "F8": self.pay_button.click})
        bind(self, {"Ctrl+Z": self.undo})
        bind(self, {"Ctrl+E": self.edit, record_history.KEYS: self.show_history})
        self._arrange()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+N", "Add a pet"),
            ("Ctrl+E", "Edit the client"),
            ("Ctrl+T", "What was charged, paid, and is owed"),
            ("F8", "Take a payment on account: the oldest invoice is paid first"),
            ("Ctrl+Z", "Take back what was done last, as a payment"),
            ("Esc", "Back to the list of clients"),
        )

    def reload(self) -> None:
        if self._id is not None:
            read = partial(_read, client_id=self._id, on=today(), moment=self.clock())
            self.work.on_mirror(read, self._show, latest=True)

    def search(self, text: str) -> None:
        self.past.search(text)

    def primary(self) -> Primary | None:
        return None if self._page is None else ("Add a pet", self.add_pet)

    def arrive(self, place: Place) -> None:
        """Show the client that `place` names."""
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
        """Open the client's form."""
        if self._page is not None:
            open_form(self, self.work, ClinicClient, self._page.row.id, layout=LAYOUT)

    def add_pet(self) -> None:
        """Register another pet of this client."""
        if self._page is not None:
            open_registering(self, self.work, client_id=self._page.row.id)

    def to_money(self) -> None:
        """Show the client's statement."""
        if self._page is not None:
            self.go.emit(Place("money", self._page.row.id, part="client"))

    def take_payment(self) -> None:
        """Ask for a payment on account."""
        if self._page is not None:
            self.asking = AccountDialog(self, self._page.row.id, self.taken)
            self.asking.open()

    def open_past(self, one: Past) -> None:
        """Open what a line of the history is about."""
        if one.table == Appointment.__table__.name:
            open_booking(self, self.work, one.row_id)
        elif one.table == Invoice.__table__.name:
            self.go.emit(Place("money", one.row_id))
        else:
            open_form(self, self.work, record_for(one.table), one.row_id)

    def show_history(self) -> None:
        """Show who changed what of this client, and what sync made of it."""
        if self._page is not None:
            table = ClinicClient.__table__.name
            record_history.open_history(self, self.work, table, self._page.row.id)

    def _arrange(self) -> None:
        past = Box("What happened")
        past.add(self.past, 1)
        back = row(Button("All clients", self._up, kind="link", icon_role="back"), None)
        lower = row(spacing=measures.CARD)
        lower.addWidget(past, 3)
        beside = QVBoxLayout()
        beside.setSpacing(measures.CARD)
        self.pets.setMinimumWidth(BESIDE)
        beside.addWidget(self.pets)
        beside.addWidget(self.shared)
        beside.addStretch(1)
        lower.addLayout(beside, 1)
        self.page.column.setSpacing(measures.CARD)
        for part in (back, self.alerts, self.who):
            self.page.add(part)
        self.page.add(lower, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        column.addWidget(self.gone)
        self.page.hide()

    def _show(self, found: ClientPage | None) -> None:
        self._page = found
        self.page.setVisible(found is not None)
        self.gone.setVisible(found is None)
        if found is None:
            self.gone.say(
                "This client is not there any more",
                "The card was deleted, here or on another PC.",
                "Go to the clients",
                self._up,
            )
        else:
            self.titled.emit(found.row.full_name)
            self.alerts.show_alerts(found.alerts)
            self._facts_chosen()
            self._show_pets(self.pets, found.pets)
            self._show_pets(self.shared, found.shared)
            self.shared.setVisible(bool(found.shared))
            self.past.show_rows(found.past)
        self.primary_changed.emit()

    def _facts_chosen(self) -> None:
        if self._page is not None:
            self.facts.show_facts(self.choice.chosen(_facts_of(self._page)))

    def _show_pets(self, card: LinesCard, pets: tuple[ClientPet, ...]) -> None:
        card.begin()
        for one in pets:
            died = "" if one.deceased_on is None else f"died {day_text(one.deceased_on)}"
            of_its_own = [alert.words for alert in one.alerts if alert.kind in _OF_PET]
            note = " · ".join(part for part in (one.about, one.role, died, *of_its_own) if part)
            card.line(one.name, note, partial(self.go.emit, Place("pet", one.id)))
        card.end()

    def _up(self) -> None:
        self.go.emit(Place("clients", self._id))


_OF_PET = ("aggressive", "allergy", "pet", "insured")


def _facts_of(page: ClientPage) -> list[Fact]:
    """Return every fact of a client; former names only where cards were merged."""
    one = page.row
    return [
        ("Phone", one.phone or ""),
        ("Other phone", one.other_phone or ""),
        ("E-mail", one.email or ""),
        ("Address", one.address or ""),
        ("Reminded by", words(one.contact_by)),
        ("Balance", money_text(page.owed)),
        ("Next visit", "" if page.next is None else moment_text(page.next.starts)),
        ("Account on the platform", page.account),
        ("Farm on the platform", page.farm),
        ("Tax number", one.tax_number or ""),
        ("Status", words(one.status)),
        ("Notes", one.notes or ""),
        *([("Also on cards of", ", ".join(page.former))] if page.former else []),
    ]


def _read(mirror: Mirror, client_id: UUID, on: date, moment: datetime) -> ClientPage | None:
    with mirror.read() as connection:
        return client_page(connection, client_id, on, moment)
