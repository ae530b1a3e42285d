"""A small clinic with named rows at known times: two vets, two rooms, pets and their visits."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fluffydesk.demo.companies import Company, Members, Person
from fluffydesk.demo.fill import fill_mirror
from fluffydesk.demo.sample import Maker, Rows
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Room, Service
from fluffydesk.records.enums import AppointmentStatus, OrgType, Role
from fluffydesk.records.enums.booking import RoomKind
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.vocabulary import Record

ZONE = ZoneInfo("Europe/Amsterdam")
DAY = date(2026, 3, 11)
PEOPLE = (
    ("manager", "Mila Brandt", Role.MANAGER),
    ("veterinarian", "Dr Osei Lund", Role.VETERINARIAN),
    ("veterinarian_2", "Dr Ana Ferro", Role.VETERINARIAN),
    ("staff", "Jo Linde", Role.STAFF),
)


class Sample:
    """What was written: the day, the organization, and the id of each row by its name."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.organization = UUID(int=0)
        self.ids: dict[str, UUID] = {}

    def __getitem__(self, name: str) -> UUID:
        return self.ids[name]

    def at(self, hour: int, minute: int = 0, day: date | None = None) -> datetime:
        return datetime.combine(day or self.day, time(hour, minute), ZONE)


def fill(mirror: Mirror, day: date = DAY) -> Sample:
    """Write the sample as if it had come from a central, and return its ids."""
    sample = Sample(day)

    def rows(organization_id: UUID, today: date, members: Members, now: datetime) -> Rows:
        sample.organization = organization_id
        sample.ids |= {name: members[key] for key, name, _ in PEOPLE}
        return _Writer(Maker(organization_id, today, 1), sample).everything()

    people = tuple(
        Person(key, name, role, "", f"{key}@canal.example", "") for key, name, role in PEOPLE
    )
    place = {"time_zone": "Europe/Amsterdam", "currency": "EUR"}
    company = Company("Canal Street Clinic", OrgType.VETERINARY_CLINIC, people, rows, place)
    fill_mirror(mirror, company, today=day, device="Front desk")
    return sample


class _Writer:
    def __init__(self, maker: Maker, sample: Sample) -> None:
        self.maker, self.sample = maker, sample

    def put(self, record: type[Record], known_as: str, /, **values: Any) -> UUID:
        row_id = self.maker.add(record, self.sample.day, **values)
        self.sample.ids[known_as] = row_id
        return row_id

    def everything(self) -> Rows:
        self.put(Service, "checkup", name="Check-up", duration_minutes=20, colour="#2f855a")
        self.put(Service, "vaccine", name="Vaccination", duration_minutes=15, colour="#2b6cb0")
        self.put(Service, "dental", name="Dental cleaning", duration_minutes=60, colour="#b7791f")
        self.put(Room, "room 1", name="Room 1")
        self.put(Room, "theatre", name="Theatre", kind=RoomKind.SURGERY)
        self.patients()
        self.visits()
        self.stock()
        return self.maker.rows()

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
