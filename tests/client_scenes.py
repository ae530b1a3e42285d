"""The states of clients and pets to look at: lists, cards full and bare, a merge, a form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtTest import QTest
from sqlalchemy import func, select

from fluffydesk.actions import saving
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import PatientPerson
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.pets import ClinicClient, ClinicPatient, EmergencyContact, Pet
from fluffydesk.records.types import today
from fluffydesk.ui.parts.card import Page
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.clients import Clients
from fluffydesk.ui.screens.pet_card import PetCardScreen
from fluffydesk.ui.shell import Shell


def client_scenes(
    mirror: Mirror, visit: Callable[..., object], long: str, turned: str
) -> list[Any]:
    """Return the scenes of a pet with much on its card, its client, and of bare ones."""
    pet = _weighed(mirror)
    with mirror.read() as connection:
        links = ClinicPatient.__table__.c
        query = select(links.client_id).where(links.pet_id == pet)
        client = connection.execute(query).scalar_one()
        other = connection.execute(
            select(ClinicClient.id).where(ClinicClient.id != client).limit(1)
        ).scalar_one()
    values = {
        "bites": True,
        "allergies": f"Penicillin, chicken, {long}",
        "insurer": "Vale Mutual",
        "insured_until": today() + timedelta(days=30),
        "diet": "Renal, 60 g twice a day",
    }
    saving.change(mirror, Pet, pet, values)
    saving.change(mirror, ClinicClient, client, {"alerts": turned, "notes": long})
    person = {"pet_id": pet, "client_id": other, "until": today() + timedelta(days=3)}
    with mirror.read() as connection:
        there = saving.row_with(connection, PatientPerson, pet_id=pet)
    if there is None:
        saving.add(mirror, PatientPerson, person)
    contact = {"pet_id": pet, "full_name": long, "phone": "+31 20 555 0188", "may_decide": True}
    saving.add(mirror, EmergencyContact, contact)
    bare, _ = saving.add(mirror, ClinicClient, {"full_name": long})
    of_pet, of_client = (
        partial(visit, place=Place("pet", pet)),
        partial(visit, place=Place("client")),
    )
    clients = partial(visit, place=Place("clients"))
    return [
        ("clinic-pet-card", (of_pet,)),
        ("clinic-pet-card-lower", (of_pet, _down)),
        ("clinic-pet-card-dead", (partial(visit, place=Place("pet", _dead(mirror))),)),
        ("clinic-pet-card-person", (of_pet, lambda shell: _pet(shell).add_person())),
        ("clinic-pets-found", (partial(visit, place=Place("pets")), partial(_type, "02"))),
        ("clinic-client-card", (partial(visit, place=Place("client", client)),)),
        ("clinic-client-card-bare", (partial(visit, place=Place("client", bare)),)),
        ("clinic-client-card-nobody", (of_client,)),
        ("clinic-clients-found", (clients, partial(_type, "bella"))),
        ("clinic-clients-nobody", (clients, partial(_type, "zzzz"))),
        (
            "clinic-clients-new",
            (clients, partial(_type, ""), lambda shell: _clients(shell).register()),
        ),
        (
            "clinic-clients-twice",
            (clients, partial(_type, ""), lambda shell: _clients(shell).look_for_duplicates()),
        ),
        (
            "clinic-clients-merge",
            (clients, lambda shell: _clients(shell).look_for_duplicates(), _look),
        ),
    ]


def _weighed(mirror: Mirror) -> UUID:
    """The pet with the most weights on record."""
    table = MedicalRecord.__table__.c
    query = (
        select(table.pet_id)
        .where(table.weight_kg.is_not(None))
        .group_by(table.pet_id)
        .order_by(func.count().desc(), table.pet_id)
        .limit(1)
    )
    with mirror.read() as connection:
        return UUID(str(connection.execute(query).scalar_one()))


def _dead(mirror: Mirror) -> UUID:
    table = Pet.__table__.c
    query = select(table.id).where(table.deceased_on.is_not(None)).limit(1)
    with mirror.read() as connection:
        return UUID(str(connection.execute(query).scalar_one()))


def _pet(shell: Shell) -> PetCardScreen:
    screen = shell.current
    assert isinstance(screen, PetCardScreen)
    return screen


def _clients(shell: Shell) -> Clients:
    screen = shell.current
    assert isinstance(screen, Clients)
    return screen


def _down(shell: Shell) -> None:
    bar = _pet(shell).findChild(Page).verticalScrollBar()
    bar.setValue(bar.maximum())


def _type(text: str, shell: Shell) -> None:
    shell.header.search.clear()
    QTest.keyClicks(shell.header.search, text)
    shell.current.search(text)  # type: ignore[union-attr]


def _look(shell: Shell) -> None:
    dialog = _clients(shell).duplicates
    assert dialog is not None
    dialog.look(dialog.table.current())
