"""Registering patients: the pet, who brings it, and the link that makes it the clinic's patient."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from fluffydesk.actions import rules
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import NotFound
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.vocabulary import Record


def register_patient(
    mirror: Mirror,
    pet: Mapping[str, Any],
    *,
    client: Mapping[str, Any] | None = None,
    client_id: UUID | None = None,
    file_number: str | None = None,
) -> Changes:
    """Write a pet, its new client (or the known `client_id`) and the patient link in one unit.

    InvalidValue where a value cannot be, or where the microchip is another living pet's.
    """
    pet_values = check(Pet, dict(pet))
    client_values = check(ClinicClient, dict(client)) if client else None
    with mirror.unit(f"Register {pet_values['name']}") as unit:
        bringer = unit.insert(ClinicClient, client_values) if client_values else client_id
        pet_id = unit.insert(Pet, pet_values)
        link = {"pet_id": pet_id, "client_id": bringer, "file_number": file_number or None}
        link_id = unit.insert(ClinicPatient, link)
        written: list[tuple[type[Record], UUID]] = [(Pet, pet_id), (ClinicPatient, link_id)]
        if client_values and bringer is not None:
            written.insert(0, (ClinicClient, bringer))
        for record, row_id in written:
            row = existing(unit.connection, record, row_id)
            rules.hold(unit.connection, record, None, row)
    return unit.changes


def end_patient(mirror: Mirror, pet_id: UUID, on: date) -> Changes:
    """End a pet's link to the clinic: it leaves this clinic's sight at the next sync."""
    with mirror.read() as connection:
        link = row_with(connection, ClinicPatient, pet_id=pet_id, ended_on=None)
        pet = row_with(connection, Pet, id=pet_id)
    if link is None:
        raise NotFound("This pet is no patient here.", "Open the list again.")
    ended = check(ClinicPatient, {"ended_on": on}, partial=True)
    with mirror.unit(f"{'A pet' if pet is None else pet.name} left the clinic") as unit:
        unit.update(ClinicPatient, link.id, ended)
        after = existing(unit.connection, ClinicPatient, link.id)
        rules.hold(unit.connection, ClinicPatient, link, after)
    return unit.changes
