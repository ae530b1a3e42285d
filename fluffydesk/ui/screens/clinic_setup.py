"""What a clinic sets up once: its services with their prices, rooms, people and opening hours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.actions.saving import change
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Order
from fluffydesk.records.booking import Room, Service
from fluffydesk.records.organizations import Organization
from fluffydesk.records.users import OrganizationUser
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.forms import Layout, RecordForm, open_form
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card, Page
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Place, Primary
from fluffydesk.ui.screens.parted import PartedScreen
from fluffydesk.work import Work

_PARTS = [("Services", "services"), ("Rooms", "rooms"), ("People", "people"), ("Clinic", "clinic")]
_RECORDS: Mapping[str, type[Record]] = {
    "services": Service,
    "rooms": Room,
    "people": OrganizationUser,
    "clinic": Organization,
}
_SERVICE: Layout = (
    "name",
    "category",
    "price",
    "tax_rate",
    ("In the calendar", ("duration_minutes", "buffer_minutes", "colour", "status")),
)
_MEMBER: Layout = ("title", "double_booking")
_CLINIC: Layout = (
    ("Hours and terms", ("opening_hours", "payment_days")),
    (
        "On invoices and letters",
        ("legal_name", "address", "phone", "email", "website", "vat_number", "registration_number"),
    ),
)


class ClinicSetup(PartedScreen):
    """Services, rooms, people and the clinic itself; Ctrl+K finds it by any of them."""

    key = "setup"
    title = "Opening hours, services and rooms"
    icon = "clinic"
    home = "settings"
    sought = True
    watches = frozenset({"organizations"})
    searches = "Name"
    help = (
        "Services are what the clinic does: how long each takes in the calendar, and its price, "
        "tax included, as it stands on the invoice. One that is no longer offered is set to "
        "inactive, so that older visits keep its name.\n"
        "Rooms, tables and cages are booked one patient at a time, or as many as they have places. "
        "Those for boarding stand under Boarding.\n"
        "People are who works here. They are invited on the platform's web site; here is said "
        "whether a vet may be booked twice at one time.\n"
        "Opening hours are written by day: Mo-Fr 08:00-18:00; Sa 09:00-13:00. A day that is not "
        "named is closed. Free times are looked for within them, unless a vet has a shift."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.services = RecordList(
            work,
            Service,
            ("name", "category", "duration_minutes", "price", "tax_rate", "status"),
            order=(Order("name"),),
            on_open=partial(self._open, "services"),
            name="setup services",
        )
        self.rooms = RecordList(
            work,
            Room,
            ("name", "kind", "capacity", "double_booking", "status"),
            order=(Order("name"),),
            on_open=partial(self._open, "rooms"),
            name="setup rooms",
        )
        self.people = RecordList(
            work,
            OrganizationUser,
            ("user_id", "role", "title", "double_booking", "status"),
            on_open=partial(self._open, "people"),
            name="setup people",
        )
        self.clinic = ClinicCard(work)
        self.clinic.told.connect(self.tell)
        self._say_empty()
        self.hold(
            _PARTS,
            {
                "services": self.services,
                "rooms": self.rooms,
                "people": self.people,
                "clinic": self.clinic,
            },
        )
        bind(self, {"Ctrl+S": self._save})

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        own = {"clinic": (("Ctrl+S", "Save"),), "people": (("Enter", "Open"),)}
        return (*own.get(self.shown, (("N", "Add"), ("Enter", "Open"))), *self.turns)

    def reload(self) -> None:
        if self.shown == "clinic":
            self.clinic.reload()

    def search(self, text: str) -> None:
        for part in (self.services, self.rooms, self.people):
            part.search(text)

    def primary(self) -> Primary | None:
        words = {"services": "New service", "rooms": "New room"}.get(self.shown)
        return None if words is None else (words, self.add_here)

    def locked(self) -> str:
        return why_not(self.work.whose, _RECORDS[self.shown])

    def arrive(self, place: Place) -> None:
        """Turn to a part."""
        if place.part in _RECORDS:
            self.which.set_value(place.part)

    def add_here(self) -> None:
        """Add a service or a room; a refusal is told."""
        if self.primary() is None:
            return
        if locked := self.locked():
            self.tell(locked, tone="warning")
        else:
            self._open(self.shown, None)

    def _open(self, part: str, row_id: UUID | None) -> None:
        layout = {"services": _SERVICE, "people": _MEMBER}.get(part, ())
        open_form(self, self.work, _RECORDS[part], row_id, layout=layout)

    def _save(self) -> None:
        if self.shown == "clinic":
            self.clinic.keep()

    def _say_empty(self) -> None:
        for part, several, one, words in (
            ("services", self.services, "New service", "What the clinic does, with its price."),
            ("rooms", self.rooms, "New room", "Consulting rooms, theatres and cages to be booked."),
        ):
            locked = why_not(self.work.whose, _RECORDS[part])
            step = "" if locked else one
            several.say_when_empty(f"No {part} yet", locked or words, step, self.add_here)


class ClinicCard(QWidget):
    """The clinic's own row: its hours, its terms, and what stands on its papers."""

    told = Signal(str)

    def __init__(self, work: Work) -> None:
        super().__init__()
        self.work = work
        page = Page(widest=measures.FORM_WIDTH + 2 * measures.GROUP)
        page.column.setContentsMargins(0, 0, 0, 0)  # the screen has its own
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        card = Card("The clinic")
        self.form = RecordForm(work, Organization, _CLINIC, saver=_keep)
        self.save = Button("Save", self.keep, kind="primary")
        self.save.setToolTip("Ctrl+S")
        self.save.setEnabled(False)
        card.add(Words("For everybody in the clinic, on every PC.", role="muted", wrap=True))
        card.add(self.form)
        card.add(row(self.save, None))
        page.add(card)
        page.column.addStretch(1)
        self.form.touched.connect(self._touched)
        self.form.saved.connect(self._saved)
        self.setFocusProxy(self.form.editor("opening_hours").field)

    def reload(self) -> None:
        """Read the organization; what is typed and not saved stays."""
        organization = self.work.whose.organization_id
        self.save.setVisible(not why_not(self.work.whose, Organization, "change"))
        if organization is not None:
            self.form.edit(organization)

    def keep(self) -> None:
        """Save what was typed."""
        if self.save.isEnabled():
            self.form.save()

    def _touched(self) -> None:
        self.save.setEnabled(True)

    def _saved(self, _: UUID) -> None:
        self.save.setEnabled(False)
        self.told.emit("Saved for the whole clinic.")


def _keep(mirror: Mirror, row_id: UUID | None, values: Mapping[str, Any]) -> Changes:
    assert row_id is not None, "nobody adds an organization here"
    return change(mirror, Organization, row_id, values)
