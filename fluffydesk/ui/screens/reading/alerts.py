"""What to know before a pet or its client is dealt with: the words shown wherever they appear."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.balances import balances
from fluffydesk.actions.merged import kept_of, parts
from fluffydesk.records.enums import Status
from fluffydesk.records.enums.medical import ReminderChannel
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text, money_text

WATCHED = frozenset(
    {"pets", "clinic_clients", "clinic_patients", "invoices", "payments", "payment_refunds"}
)
"""The tables that alerts come from."""


class AlertKind(StrEnum):
    """What an alert is about, the gravest first: the order in which they are shown."""

    DECEASED = "deceased"
    AGGRESSIVE = "aggressive"
    ALLERGY = "allergy"
    PET = "pet"
    CLIENT = "client"
    BALANCE = "balance"
    CONTACT = "contact"
    INSURED = "insured"


_TONES = {
    AlertKind.DECEASED: "info",
    AlertKind.AGGRESSIVE: "danger",
    AlertKind.ALLERGY: "danger",
    AlertKind.CONTACT: "info",
    AlertKind.INSURED: "info",
}
_RANK = {kind: place for place, kind in enumerate(AlertKind)}


@dataclass(frozen=True)
class Alert:
    """One thing to know first, in words; the words say all without colour or icon."""

    kind: AlertKind
    words: str

    @property
    def tone(self) -> str:
        """How it is shown: "danger", "warning" or "info"."""
        return _TONES.get(self.kind, "warning")


def alerts_of(
    connection: Connection, pet_ids: Collection[UUID], on: date | None = None
) -> dict[UUID, tuple[Alert, ...]]:
    """Return what to know of each of some pets and of the client who brings it, gravest first.

    Every pet asked for is a key. `on` is the day on which an insurance is looked at; today.
    """
    day = on or today()
    pets = {row.id: row for row in _rows(connection, Pet, pet_ids)}
    links, bringers = ClinicPatient.__table__.c, dict[UUID, UUID]()
    for part in parts(pets):
        query = select(links.pet_id, links.client_id).where(
            links.pet_id.in_(part), links.client_id.is_not(None), links.ended_on.is_(None)
        )
        bringers.update({row.pet_id: row.client_id for row in connection.execute(query)})
    theirs = client_alerts_of(connection, set(bringers.values()))
    told: dict[UUID, tuple[Alert, ...]] = {}
    for pet_id in pet_ids:
        pet, client_id = pets.get(pet_id), bringers.get(pet_id)
        found = [] if pet is None else list(_of_pet(pet, day))
        found += [] if client_id is None else theirs[client_id]
        told[pet_id] = tuple(sorted(found, key=lambda one: _RANK[one.kind]))
    return told


def client_alerts_of(
    connection: Connection, client_ids: Collection[UUID]
) -> dict[UUID, tuple[Alert, ...]]:
    """Return what to know of each of some clients; of one that was merged, that of the one kept."""
    kept = kept_of(connection, client_ids)
    some = set(kept.values())
    owed = balances(connection, some)
    told = {
        row.id: tuple(sorted(_of_client(row, owed[row.id]), key=lambda one: _RANK[one.kind]))
        for row in _rows(connection, ClinicClient, some)
    }
    return {client_id: told.get(kept[client_id], ()) for client_id in client_ids}


def _rows(connection: Connection, record: Any, ids: Collection[UUID]) -> Iterable[Row[Any]]:
    table = record.__table__
    for part in parts(set(ids)):
        yield from connection.execute(select(table).where(table.c.id.in_(part)))


def _of_pet(pet: Row[Any], day: date) -> Iterable[Alert]:
    if pet.deceased_on is not None:
        yield Alert(AlertKind.DECEASED, f"Died on {day_text(pet.deceased_on)}")
    if pet.bites:
        yield Alert(AlertKind.AGGRESSIVE, "Handle with care: bites, kicks or scratches")
    if pet.allergies:
        yield Alert(AlertKind.ALLERGY, f"Allergic: {pet.allergies}")
    if pet.alerts:
        yield Alert(AlertKind.PET, pet.alerts)
    if pet.insured_until is not None and pet.deceased_on is None:
        by = f" with {pet.insurer}" if pet.insurer else ""
        until = day_text(pet.insured_until)
        over = pet.insured_until < day
        words = f"Insurance{by} ended on {until}" if over else f"Insured{by} until {until}"
        yield Alert(AlertKind.INSURED, words)


def _of_client(client: Row[Any], owed: Decimal) -> Iterable[Alert]:
    if client.alerts:
        yield Alert(AlertKind.CLIENT, client.alerts)
    if owed > 0:
        yield Alert(AlertKind.BALANCE, f"Owes {money_text(owed)}")
    if client.status != Status.ACTIVE:
        return
    phone = client.phone or client.other_phone
    if not phone and not client.email:
        yield Alert(AlertKind.CONTACT, "No phone and no e-mail")
    elif not phone:
        yield Alert(AlertKind.CONTACT, "No phone")
    elif not client.email and client.contact_by == ReminderChannel.EMAIL:
        yield Alert(AlertKind.CONTACT, "No e-mail, but is reminded by e-mail")
