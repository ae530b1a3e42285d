"""Who may be at the desk: patients by any part of their own or their client's name, and vets."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from fluffydesk.mirror.listing import Listing, Order
from fluffydesk.mirror.queries import choices, page
from fluffydesk.records.enums import Role, Status
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.users import OrganizationUser, Profile

MOST = 8
_LOOKED_AT = 50
"""Of so many that have the words, those that died or left are left out."""


@dataclass(frozen=True)
class Patient:
    """A living patient of the clinic and who brings it."""

    pet_id: UUID
    client_id: UUID | None
    pet: str
    species: str
    client: str
    phone: str

    @property
    def words(self) -> str:
        """The patient as a line of a list."""
        return " · ".join(filter(None, (self.pet, self.species, self.client, self.phone)))


def patients_like(connection: Connection, text: str, most: int = MOST) -> list[Patient]:
    """Return patients with every word in their card or their client's, those with
    the words in their names first.

    Of several words some may be the pet's and the others the client's: "bisc vale". Patients that
    have died or left are not among them; without words nobody is.
    """
    if not text.split():
        return []
    listing = Listing(Pet, search=text, order=(Order("name"),))
    ids = [one.id for one in choices(connection, Pet, text, _LOOKED_AT)]
    ids += [row.id for row in page(connection, listing, 0, _LOOKED_AT)]
    found = _patients(connection, list(dict.fromkeys(ids)))
    words = text.casefold().split()
    return sorted(found, key=lambda one: _rank(one, words))[:most]


def patient_of(connection: Connection, pet_id: UUID) -> Patient | None:
    """Return a pet as a patient; None where it is none."""
    return next(iter(_patients(connection, [pet_id])), None)


def vets_here(connection: Connection) -> list[tuple[UUID, str]]:
    """Return the vets who work here, by name."""
    members, people = OrganizationUser.__table__.c, Profile.__table__.c
    query = (
        select(people.id, people.full_name, people.email)
        .join_from(Profile.__table__, OrganizationUser.__table__, members.user_id == people.id)
        .where(members.status == Status.ACTIVE, members.role == Role.VETERINARIAN)
        .order_by(people.full_name, people.email)
    )
    return [(row.id, row.full_name or row.email) for row in connection.execute(query)]


def _rank(patient: Patient, words: list[str]) -> int:
    """Say how near the words are: 0 where names begin with them, 1 where they are in them."""
    names = f"{patient.pet} {patient.client}".casefold()
    if all(any(name.startswith(word) for name in names.split()) for word in words):
        return 0
    return 1 if all(word in names for word in words) else 2


def _patients(connection: Connection, pet_ids: list[UUID]) -> list[Patient]:
    pets, links, clients = Pet.__table__, ClinicPatient.__table__, ClinicClient.__table__
    query = (
        select(
            pets.c.id,
            links.c.client_id,
            pets.c.name,
            pets.c.species,
            clients.c.full_name,
            clients.c.phone,
        )
        .select_from(
            links.join(pets, pets.c.id == links.c.pet_id).outerjoin(
                clients, clients.c.id == links.c.client_id
            )
        )
        .where(
            links.c.pet_id.in_(pet_ids), links.c.ended_on.is_(None), pets.c.deceased_on.is_(None)
        )
    )
    found = [
        Patient(row.id, row.client_id, row.name, row.species, row.full_name or "", row.phone or "")
        for row in connection.execute(query)
    ]
    return sorted(found, key=lambda one: pet_ids.index(one.pet_id))
