"""The clinic's people, pets and day as the screens show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.ui.screens.visits import Visit, visits_of


@dataclass(frozen=True)
class PetFacts:
    """A pet of a client, as one line."""

    id: UUID
    name: str
    species: str
    breed: str
    birth_date: date | None
    deceased_on: date | None
    alerts: str


@dataclass(frozen=True)
class ClientCard:
    """A client with the pets and visits that go with them; `next` is the next visit to come."""

    id: UUID
    name: str
    phone: str
    email: str
    address: str
    alerts: str
    notes: str
    pets: tuple[PetFacts, ...]
    visits: tuple[Visit, ...]
    next: Visit | None


@dataclass(frozen=True)
class PetCard:
    """A pet with who brings it and its visits, newest first."""

    facts: PetFacts
    sex: str
    microchip: str
    colour: str
    weight_kg: Decimal | None
    notes: str
    client_id: UUID | None
    client: str
    phone: str
    file_number: str
    visits: tuple[Visit, ...]
    next: Visit | None


def client_card(mirror: Mirror, client_id: UUID, now: datetime) -> ClientCard | None:
    """Read a client's card; None where the client is gone."""
    clients, pets, links = ClinicClient.__table__, Pet.__table__, ClinicPatient.__table__
    with mirror.read() as connection:
        row = connection.execute(select(clients).where(clients.c.id == client_id)).one_or_none()
        if row is None:
            return None
        found = connection.execute(
            select(pets)
            .join(links, links.c.pet_id == pets.c.id)
            .where(links.c.client_id == client_id, links.c.ended_on.is_(None))
            .order_by(pets.c.deceased_on.is_not(None), pets.c.name)
        )
        visits = visits_of(connection, client_id=client_id)
        return ClientCard(
            row.id,
            row.full_name,
            row.phone or "",
            row.email or "",
            row.address or "",
            row.alerts or "",
            row.notes or "",
            tuple(_facts(pet) for pet in found),
            visits[::-1],
            _next(visits, now),
        )


def pet_card(mirror: Mirror, pet_id: UUID, now: datetime) -> PetCard | None:
    """Read a pet's card; None where the pet is gone or out of sight."""
    clients, pets, links = ClinicClient.__table__, Pet.__table__, ClinicPatient.__table__
    query = (
        select(
            pets,
            links.c.client_id,
            links.c.file_number,
            clients.c.full_name.label("client"),
            clients.c.phone,
        )
        .select_from(
            pets.outerjoin(links, links.c.pet_id == pets.c.id).outerjoin(
                clients, clients.c.id == links.c.client_id
            )
        )
        .where(pets.c.id == pet_id)
    )
    with mirror.read() as connection:
        row = connection.execute(query).first()
        if row is None:
            return None
        visits = visits_of(connection, pet_id=pet_id)
        return PetCard(
            _facts(row),
            str(row.sex),
            row.microchip or "",
            row.colour or "",
            row.weight_kg,
            row.notes or "",
            row.client_id,
            row.client or "",
            row.phone or "",
            row.file_number or "",
            visits[::-1],
            _next(visits, now),
        )


def _next(visits: tuple[Visit, ...], now: datetime) -> Visit | None:
    return next((visit for visit in visits if visit.open and visit.ends >= now), None)


def _facts(row: object) -> PetFacts:
    pet = row._mapping  # type: ignore[attr-defined]
    return PetFacts(
        pet["id"],
        pet["name"],
        pet["species"],
        pet["breed"] or "",
        pet["birth_date"],
        pet["deceased_on"],
        pet["alerts"] or "",
    )
