"""The sample clinic's clients and their pets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from fluffydesk.demo.sample import (
    FIRST_NAMES,
    Maker,
    address,
    dec,
    surnames,
    telephone,
    words,
)
from fluffydesk.records.enums import Sex
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.reference import CompanionBreed, CompanionSpecies
from fluffydesk.records.reference_data import reference_rows

_CLIENTS = 220
_SPECIES = {
    "dog": 52,
    "cat": 36,
    "rabbit": 6,
    "guinea_pig": 3,
    "budgerigar": 1,
    "ferret": 1,
    "tortoise": 1,
}
"""How often each is seen, in 100."""
_LIFE_YEARS = {"dog": 13, "cat": 16, "rabbit": 8, "tortoise": 40}
_PET_NAMES = words(
    "Alfie Archie Bailey Barney Bella Benji Bertie Biscuit Bonnie Bruno Buddy Buster Charlie "
    "Chester Cleo Coco Cookie Dexter Diesel Dora Elsie Felix Fergus Fluffy Freddie George Ginger "
    "Gizmo Gus Hamish Harvey Holly Honey Hugo Jasper Jess Jet Kiki Kipper Leo Lola Loki Lottie "
    "Lucky Lulu Luna Maisie Marley Max Merlin Mia Milo Minnie Misty Mittens Molly Monty Nala Nell "
    "Ollie Oreo Oscar Patch Penny Pepper Percy Pickle Pip Poppy Pumpkin Queenie Ralph Rex Rocky "
    "Rolo Rosie Roxy Ruby Rusty Salem Sammy Scout Shadow Simba Skye Smokey Smudge Socks Sooty "
    "Sparky Stella Suki Sunny Tabitha Teddy Tess Thumper Tigger Tilly Toby Treacle Truffle Willow "
    "Winston Wispa Yoda Ziggy"
)
_COLOURS = {
    "dog": ("Black", "White", "Black and tan", "Brindle", "Chocolate", "Golden", "Tricolour"),
    "cat": ("Black", "White", "Black and white", "Tabby", "Ginger", "Tortoiseshell", "Blue"),
    "budgerigar": ("Green", "Blue", "Yellow"),
    "tortoise": ("Brown",),
}
_OTHER_COLOURS = ("Brown", "White", "Grey", "Black and white")
_PET_ALERTS = (
    "Bites when its paws are touched",
    "Allergic to penicillin",
    "Epileptic, on phenobarbital",
    "Muzzle needed",
    "Frightened of other dogs: wait in the car",
    "Heart murmur, grade 3",
)
_CLIENT_ALERTS = ("Please telephone, hard to reach by e-mail", "Always asks for the same vet")
_NOTES = ("Insured with Vale Mutual.", "Rehomed from a shelter.", "Lives indoors.", "Raw fed.")


@dataclass(frozen=True)
class Patient:
    """A pet with the client who brings it."""

    pet_id: UUID
    client_id: UUID
    species: str
    born: date
    deceased: bool


@dataclass(frozen=True)
class _Kind:
    code: str
    name: str
    breeds: tuple[tuple[str, Decimal | None], ...]


def write_patients(maker: Maker) -> list[Patient]:
    """Add the clients, their pets and the links between; return the patients."""
    kinds = _kinds()
    family_names = surnames(maker.random)
    patients: list[Patient] = []
    for number in range(_CLIENTS):
        since = maker.today - timedelta(days=maker.random.randint(15, 1600))
        first, last = maker.random.choice(FIRST_NAMES), family_names[number]
        client = maker.add(
            ClinicClient,
            since,
            full_name=f"{first} {last}",
            phone=telephone(maker.random),
            email=f"{first}.{last}@post.example".lower() if maker.chance(0.86) else None,
            address=address(maker.random),
            alerts=maker.random.choice(_CLIENT_ALERTS) if maker.chance(0.04) else None,
        )
        for _ in range(maker.random.choices((1, 2, 3), (72, 22, 6))[0]):
            code = maker.random.choices(list(_SPECIES), list(_SPECIES.values()))[0]
            patients.append(_patient(maker, client, since, kinds[code], len(patients)))
    return patients


def _patient(maker: Maker, client: UUID, since: date, kind: _Kind, number: int) -> Patient:
    life = _LIFE_YEARS.get(kind.code, 6) * 365
    oldest = int(life * 0.92)
    born = maker.today - timedelta(days=maker.random.randint(65, oldest))
    first_seen = max(since, born + timedelta(days=56))
    age = (maker.today - born).days
    is_dead = age > 0.6 * life and (maker.today - first_seen).days > 60 and maker.chance(0.12)
    breed, adult_kg = maker.random.choice(kind.breeds)
    has_chip = kind.code in ("dog", "cat", "ferret") and maker.chance(0.84)
    pet = maker.add(
        Pet,
        first_seen,
        name=maker.random.choice(_PET_NAMES),
        species=kind.name,
        breed=breed,
        sex=_sex(maker, age, kind.code),
        birth_date=born,
        microchip=_microchip(maker, number) if has_chip else None,
        colour=maker.random.choice(_COLOURS.get(kind.code, _OTHER_COLOURS)),
        weight_kg=_weight(maker, adult_kg, age, kind.code),
        deceased_on=maker.today - timedelta(days=maker.random.randint(12, 50)) if is_dead else None,
        alerts=maker.random.choice(_PET_ALERTS) if maker.chance(0.08) else None,
        notes=maker.random.choice(_NOTES) if maker.chance(0.25) else None,
        registered_by=maker.organization_id,
    )
    maker.add(
        ClinicPatient,
        first_seen,
        pet_id=pet,
        client_id=client,
        file_number=f"{first_seen:%y}-{number + 1:04d}",
    )
    return Patient(pet, client, kind.code, born, is_dead)


def _microchip(maker: Maker, number: int) -> str:
    """A chip of one of two makers, with a number that no other pet of the sample has."""
    code = maker.random.choice((981, 985))
    return f"{code}{number:05d}{maker.random.randint(0, 9_999_999):07d}"


def _sex(maker: Maker, age_days: int, code: str) -> Sex:
    if code in ("budgerigar", "tortoise") and maker.chance(0.6):
        return Sex.UNKNOWN
    if code in ("dog", "cat", "rabbit") and age_days > 240 and maker.chance(0.68):
        return maker.random.choice((Sex.NEUTERED_FEMALE, Sex.NEUTERED_MALE))
    return maker.random.choice((Sex.FEMALE, Sex.MALE))


def _weight(maker: Maker, adult_kg: Decimal | None, age_days: int, code: str) -> Decimal | None:
    if adult_kg is None or maker.chance(0.04):
        return None
    grown = min(1.0, 0.22 + age_days / (365 if code in ("dog", "cat") else 180))
    return dec(max(float(adult_kg) * grown * maker.near(1.02, 0.12, 0.7), 0.05))


def _kinds() -> dict[str, _Kind]:
    rows = reference_rows()
    return {
        species["code"]: _Kind(
            species["code"],
            species["name"],
            tuple(
                (breed["name"], breed["adult_weight_kg"])
                for breed in rows[CompanionBreed]
                if breed["species_id"] == species["id"]
            ),
        )
        for species in rows[CompanionSpecies]
    }
