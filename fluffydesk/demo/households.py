"""The sample clinic's households: co-owners, carers, whom to call, insurance, second cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from fluffydesk.demo.patients import Patient
from fluffydesk.demo.sample import FIRST_NAMES, Maker, surnames, telephone
from fluffydesk.records.clinic import PatientPerson
from fluffydesk.records.enums.clinic import OwnerRelation
from fluffydesk.records.enums.pets import ContactRelation
from fluffydesk.records.pets import ClinicClient, EmergencyContact, Pet

_SEED = 6_061
_TWICE = 3
_CARER_DAYS = (-6, 2, 9)
_INSURERS = ("Vale Mutual", "Hearth and Paw", "Northmark Pet Cover")
_RELATIONS = (ContactRelation.FAMILY, ContactRelation.NEIGHBOUR, ContactRelation.FRIEND)


def write_households(maker: Maker, patients: Sequence[Patient]) -> None:
    """Add what is known of the patients' people, and three cards that are one person's."""
    apart = maker.apart(_SEED)
    _write_people(apart, patients)
    _insure(apart)
    _write_twice(apart)


def _write_people(maker: Maker, patients: Sequence[Patient]) -> None:
    names = surnames(maker.random)
    for number, patient in enumerate(patients):
        since = max(patient.born, maker.today - timedelta(days=300))
        other = patients[(number * 7 + 5) % len(patients)].client_id
        if number % 6 == 0 and other != patient.client_id:
            carer = number % 18 == 0
            days = _CARER_DAYS[number // 18 % len(_CARER_DAYS)]
            maker.add(
                PatientPerson,
                since,
                pet_id=patient.pet_id,
                client_id=other,
                relation=OwnerRelation.CARER if carer else OwnerRelation.CO_OWNER,
                until=maker.today + timedelta(days=days) if carer else None,
                may_decide=not carer,
            )
        if number % 4 == 0:
            maker.add(
                EmergencyContact,
                since,
                pet_id=patient.pet_id,
                full_name=f"{maker.random.choice(FIRST_NAMES)} {names[number % len(names)]}",
                relation=_RELATIONS[number // 4 % len(_RELATIONS)],
                phone=telephone(maker.random),
                may_decide=number % 8 == 0,
            )


def _insure(maker: Maker) -> None:
    """Mark the pets that bite, and insure every fifth: some until a day that is past."""
    for number, row in enumerate(maker.rows()[Pet]):
        row["bites"] = (row["alerts"] or "").startswith("Bites")
        if number % 5 == 0:
            row["insurer"] = _INSURERS[number // 5 % len(_INSURERS)]
            row["insured_until"] = maker.today + timedelta(days=40 * (number % 11) - 60)


def _write_twice(maker: Maker) -> None:
    """Enter some clients again, as somebody in a hurry would: by the initial."""
    for row in maker.rows()[ClinicClient][5 : 5 + 20 * _TWICE : 20]:
        first, _, last = row["full_name"].partition(" ")
        maker.add(
            ClinicClient,
            maker.today - timedelta(days=20),
            full_name=f"{first[0]}. {last}",
            phone=row["phone"],
            email=row["email"],
        )
