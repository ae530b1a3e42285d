"""Registering patients: the pet, who brings it, and the link that makes it the clinic's patient."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.actions.saving import check
from fluffydesk.errors import InvalidValue, NotFound
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.types import new_id


def register_patient(
    mirror: Mirror,
    pet: Mapping[str, Any],
    *,
    client: Mapping[str, Any] | None = None,
    client_id: UUID | None = None,
    file_number: str | None = None,
    pet_id: UUID | None = None,
) -> Changes:
    """Write a pet, its new client (or the known `client_id`) and the patient link in one unit.

    InvalidValue where a value cannot be, or where the microchip belongs to another patient.
    """
    pet_values = check(Pet, dict(pet))
    client_values = check(ClinicClient, dict(client)) if client else None
    _one_pet_per_chip(mirror, pet_values.get("microchip"))
    new_pet = pet_id or new_id()
    with mirror.unit(f"Register {pet_values['name']}") as unit:
        bringer = unit.insert(ClinicClient, client_values) if client_values else client_id
        unit.insert(Pet, pet_values, new_pet)
        unit.insert(
            ClinicPatient,
            {"pet_id": new_pet, "client_id": bringer, "file_number": file_number or None},
        )
    return unit.changes


def end_patient(mirror: Mirror, pet_id: UUID, on: date) -> Changes:
    """End a pet's link to the clinic: it leaves this clinic's sight at the next sync."""
    links = ClinicPatient.__table__
    with mirror.read() as connection:
        query = select(links.c.id).where(links.c.pet_id == pet_id, links.c.ended_on.is_(None))
        link_id = connection.execute(query).scalar()
        name = connection.execute(
            select(Pet.__table__.c.name).where(Pet.__table__.c.id == pet_id)
        ).scalar()
    if link_id is None:
        raise NotFound("This pet is no patient here.")
    values = check(ClinicPatient, {"pet_id": pet_id, "ended_on": on})
    with mirror.unit(f"{name or 'A pet'} left the clinic") as unit:
        unit.update(ClinicPatient, link_id, {"ended_on": values["ended_on"]})
    return unit.changes


def _one_pet_per_chip(mirror: Mirror, microchip: str | None) -> None:
    if not microchip:
        return
    pets = Pet.__table__
    with mirror.read() as connection:
        other = connection.execute(
            select(pets.c.name).where(pets.c.microchip == microchip)
        ).scalar()
    if other is not None:
        raise InvalidValue(
            f"{other} already has the microchip {microchip}.",
            "Check the number, or open that pet instead.",
            field="microchip",
        )
