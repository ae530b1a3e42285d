"""A small clinic in a mirror, as after a first sync: two vets, two rooms, pets and their visits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Room, Service
from fluffydesk.records.enums import (
    AppointmentStatus,
    InventoryCategory,
    OrgType,
    Role,
    RoomKind,
    StockMovement,
)
from fluffydesk.records.organizations import Organization
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.stores import FarmInventory, InventoryTransaction
from fluffydesk.records.types import new_id
from fluffydesk.records.users import OrganizationUser, Profile
from fluffydesk.records.vocabulary import Record

ZONE = ZoneInfo("Europe/Amsterdam")
DAY = date(2026, 3, 11)


@dataclass
class Sample:
    """The ids of what was written, by name."""

    day: date
    organization: UUID = field(default_factory=new_id)
    me: UUID = field(default_factory=new_id)
    ids: dict[str, UUID] = field(default_factory=dict)

    def __getitem__(self, name: str) -> UUID:
        return self.ids[name]

    def at(self, hour: int, minute: int = 0, day: date | None = None) -> datetime:
        return datetime.combine(day or self.day, time(hour, minute), ZONE)


def fill(mirror: Mirror, day: date = DAY) -> Sample:
    """Write the sample, sign it as central's and return its ids."""
    sample = Sample(day)
    with mirror.apply() as connection:
        mirror.state.put(
            connection,
            "author",
            {
                "user_id": str(sample.me),
                "user_name": "Mila Brandt",
                "device_id": str(new_id()),
                "device_name": "Front desk",
            },
        )
        mirror.state.put(
            connection,
            "organization",
            {
                "id": str(sample.organization),
                "name": "Canal Street Clinic",
                "type": "veterinary_clinic",
                "time_zone": "Europe/Amsterdam",
                "currency": "EUR",
                "role": "manager",
            },
        )
        _Writer(connection, sample).everything()
    return sample


class _Writer:
    def __init__(self, connection: Connection, sample: Sample) -> None:
        self.connection, self.sample = connection, sample

    def put(self, record: type[Record], known_as: str, /, **values: Any) -> UUID:
        row_id = values.pop("id", None) or new_id()
        if "organization_id" in record.__table__.columns:
            values["organization_id"] = self.sample.organization
        self.connection.execute(insert(record.__table__).values(id=row_id, **values))
        self.sample.ids[known_as] = row_id
        return row_id

    def everything(self) -> None:
        self.put(
            Organization,
            "clinic",
            id=self.sample.organization,
            name="Canal Street Clinic",
            type=OrgType.VETERINARY_CLINIC,
            time_zone="Europe/Amsterdam",
        )
        self.people()
        self.put(Service, "checkup", name="Check-up", duration_minutes=20, colour="#2f855a")
        self.put(Service, "vaccine", name="Vaccination", duration_minutes=15, colour="#2b6cb0")
        self.put(Service, "dental", name="Dental cleaning", duration_minutes=60, colour="#b7791f")
        self.put(Room, "room 1", name="Room 1")
        self.put(Room, "theatre", name="Theatre", kind=RoomKind.SURGERY)
        self.patients()
        self.visits()
        self.stock()

    def people(self) -> None:
        for name, role in (
            ("Mila Brandt", Role.MANAGER),
            ("Dr Osei Lund", Role.VETERINARIAN),
            ("Dr Ana Ferro", Role.VETERINARIAN),
        ):
            known = {"id": self.sample.me} if role == Role.MANAGER else {}
            email = f"{name.split()[-1].lower()}@canal.example"
            person = self.put(Profile, name, full_name=name, email=email, **known)
            self.put(OrganizationUser, f"{name}, member", user_id=person, role=role)

    def patients(self) -> None:
        for client, phone, pets in (
            ("Noor Vale", "+31 20 555 0101", (("Biscuit", "Dog"), ("Mango", "Cat"))),
            ("Tomas Reed", "+31 20 555 0102", (("Pixel", "Rabbit"),)),
            ("Ivy Stone", "+31 20 555 0103", (("Rex", "Dog"),)),
        ):
            client_id = self.put(ClinicClient, client, full_name=client, phone=phone)
            for pet, species in pets:
                alerts = "Bites when held" if pet == "Rex" else None
                pet_id = self.put(
                    Pet,
                    pet,
                    name=pet,
                    species=species,
                    alerts=alerts,
                    birth_date=date(2021, 5, 4),
                    registered_by=self.sample.organization,
                )
                self.put(ClinicPatient, f"{pet}, patient", pet_id=pet_id, client_id=client_id)

    def visits(self) -> None:
        before = self.sample.day - timedelta(days=1)
        for name, vet, room, at, minutes, service, status in (
            ("Biscuit", "Dr Osei Lund", "room 1", (9, 0), 20, "checkup", "completed"),
            ("Pixel", "Dr Ana Ferro", "theatre", (9, 0), 60, "dental", "in_progress"),
            ("Rex", "Dr Osei Lund", "room 1", (9, 30), 15, "vaccine", "scheduled"),
            ("Mango", "Dr Osei Lund", "room 1", (11, 0), 20, "checkup", "confirmed"),
        ):
            self.visit(f"{name} visit", name, vet, room, at, minutes, service, status)
        self.sample.ids["no-show"] = self.visit(
            "no-show", "Rex", "Dr Ana Ferro", "room 1", (15, 0), 20, "checkup", "no_show", before
        )

    def visit(
        self,
        name: str,
        pet: str,
        vet: str,
        room: str,
        at: tuple[int, int],
        minutes: int,
        service: str,
        status: str,
        day: date | None = None,
    ) -> UUID:
        ids, starts = self.sample.ids, self.sample.at(*at, day=day)
        owner = {"Biscuit": "Noor Vale", "Mango": "Noor Vale", "Pixel": "Tomas Reed"}
        return self.put(
            Appointment,
            name,
            pet_id=ids[pet],
            client_id=ids[owner.get(pet, "Ivy Stone")],
            veterinarian_id=ids[vet],
            room_id=ids[room],
            service_id=ids[service],
            scheduled_at=starts,
            ends_at=starts + timedelta(minutes=minutes),
            status=AppointmentStatus(status),
            arrived_at=starts if status in ("completed", "in_progress") else None,
        )

    def stock(self) -> None:
        item = self.put(
            FarmInventory,
            "gauze",
            name="Gauze",
            category=InventoryCategory.CONSUMABLE,
            reorder_level=20,
        )
        self.put(
            InventoryTransaction,
            "gauze receipt",
            item_id=item,
            moved_on=self.sample.day,
            movement=StockMovement.RECEIPT,
            quantity=12,
        )
