"""The sample's two organizations and the people who work there, one of each role at least."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from fluffydesk.demo import sample_clinic, sample_farm
from fluffydesk.demo.sample import Rows
from fluffydesk.records.enums import OrgType, Role

Members = dict[str, UUID]
"""Who is who: the key of a person's profile by `Person.key`."""


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    key: str
    name: str
    role: Role
    title: str
    email: str
    password: str


@dataclass(frozen=True)
class Company:
    """An organization of the sample."""

    name: str
    type: OrgType
    people: tuple[Person, ...]
    rows: Callable[[UUID, date, Members, datetime], Rows]
    details: dict[str, str] = field(default_factory=dict)

    def person(self, key: str) -> Person:
        """Return somebody by key, such as "manager"."""
        return next(person for person in self.people if person.key == key)


def _people(place: str, *names: tuple[str, str, Role, str]) -> tuple[Person, ...]:
    """Passwords are easy to type and are printed: nobody else signs in to a demo."""
    return tuple(
        Person(
            key,
            name,
            role,
            title,
            f"{name.split()[0].lower()}@{place}.example",
            f"{place}-{name.split()[0].lower()}",
        )
        for key, name, role, title in names
    )


FARM = Company(
    "Brookside Farm",
    OrgType.FARM,
    _people(
        "brookside",
        ("owner", "Ruth Aldercroft", Role.OWNER, "Farmer"),
        ("manager", "Theo Fennmere", Role.MANAGER, "Herd manager"),
        ("veterinarian", "Ines Whingate", Role.VETERINARIAN, "Visiting vet"),
        ("staff", "Sam Thornby", Role.STAFF, "Milker"),
        ("viewer", "Judy Larchdale", Role.VIEWER, "Bookkeeper"),
    ),
    lambda organization_id, today, members, now: sample_farm.rows(organization_id, today, members),
    {
        "email": "office@brookside.example",
        "phone": "01632 960118",
        "address": "Brookside, Mill Lane, Little Marrowby",
        "country": "GB",
        "time_zone": "Europe/London",
        "currency": "GBP",
    },
)

CLINIC = Company(
    "Riverbend Veterinary Clinic",
    OrgType.VETERINARY_CLINIC,
    _people(
        "riverbend",
        ("owner", "Nadia Valethwaite", Role.OWNER, "Director"),
        ("manager", "Hugo Pennycombe", Role.MANAGER, "Practice manager"),
        ("veterinarian", "Clara Sedgewick", Role.VETERINARIAN, "Vet"),
        ("veterinarian_2", "Amir Dunholt", Role.VETERINARIAN, "Vet"),
        ("veterinarian_3", "Petra Yarrowgate", Role.VETERINARIAN, "Surgeon"),
        ("staff", "Lily Gorsebourne", Role.STAFF, "Receptionist"),
        ("viewer", "Frank Hazelstow", Role.VIEWER, "Bookkeeper"),
    ),
    lambda organization_id, today, members, now: sample_clinic.rows(
        organization_id, today, members, now=now
    ),
    {
        "email": "desk@riverbend.example",
        "phone": "01632 960274",
        "address": "3 Bridge Street, Little Marrowby",
        "opening_hours": "Mo-Fr 08:00-18:30; Sa 08:30-18:00; Su 09:00-13:00",
        "country": "GB",
        "time_zone": "Europe/London",
        "currency": "GBP",
    },
)

COMPANIES = (FARM, CLINIC)
