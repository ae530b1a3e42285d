"""What two desks of a clinic wrote down in good faith: doses, deaths, nights and rooms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from fluffydesk.actions import stays
from fluffydesk.actions.appointments import set_status
from fluffydesk.actions.findings import RECENT_DAYS, Finding, bills, counts, desk, findings, rooms
from fluffydesk.actions.invoicing import (
    NewLine,
    add_line,
    delete_draft,
    post_invoice,
    start_invoice,
)
from fluffydesk.actions.rules.invoices import lines_of
from fluffydesk.actions.stay_bill import bill_stay
from fluffydesk.actions.visit_bill import bill_visit
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import (
    Appointment,
    Booking,
    BookingItem,
    Room,
    RoomAvailability,
    Service,
)
from fluffydesk.records.clinic import PetVaccination, Prescription
from fluffydesk.records.commerce import Product
from fluffydesk.records.enums import AppointmentStatus, OrgType
from fluffydesk.records.enums.booking import BookingKind, BookingStatus, RoomKind
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record
from tests.sampled import empty_mirror
from tests.ui.test_covering_indexes import plans

DAY = timedelta(days=1)
NIGHT = Decimal(20)


class Clinic:
    """Two patients and two kennels, and rows that are written past all rules, as a merge does."""

    def __init__(self, mirror: Mirror) -> None:
        self.mirror = mirror
        self.today = today()
        client = self.put(ClinicClient, full_name="Noor Vale")
        self.rex, self.tom = (self.put(Pet, name=name, species="Dog") for name in ("Rex", "Tom"))
        self.links = [
            self.put(ClinicPatient, pet_id=pet, client_id=client) for pet in (self.rex, self.tom)
        ]
        self.client = client
        self.kennels = [
            self.put(Room, name=f"Kennel {number}", kind=RoomKind.BOARDING) for number in (1, 2)
        ]

    def put(self, record: type[Record], **values: Any) -> UUID:
        with self.mirror.unit("As it came") as unit:
            return unit.insert(record, values)

    def set(self, record: type[Record], row: UUID, **values: Any) -> None:
        with self.mirror.unit("As it came") as unit:
            unit.update(record, row, values)

    def day(self, number: int) -> date:
        return self.today + number * DAY

    def at(self, number: int, hour: int) -> datetime:
        with self.mirror.read() as connection:
            zone = stays.zone_of(connection)
        return datetime.combine(self.day(number), time(hour), zone)

    def visit(self, pet: UUID, number: int, **values: Any) -> UUID:
        starts = self.at(number, 10)
        times = {"scheduled_at": starts, "ends_at": starts + timedelta(minutes=20)}
        return self.put(Appointment, pet_id=pet, client_id=self.client, **times, **values)

    def stay(self, pet: UUID, first: int, last: int, **values: Any) -> UUID:
        given = {"status": BookingStatus.CONFIRMED, "kind": BookingKind.BOARDING, **values}
        days = {"start_date": self.day(first), "end_date": self.day(last)}
        return self.put(Booking, pet_id=pet, client_id=self.client, **days, **given)

    def item(self) -> UUID:
        return self.put(FarmInventory, name="Rabisin", category="medicine", unit="count")

    def found(self, *, quick: bool = True) -> list[Finding]:
        since = self.day(-RECENT_DAYS) if quick else None
        with self.mirror.read() as connection:
            return findings(connection, since, quick=quick)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with empty_mirror(tmp_path / "clinic.db", OrgType.VETERINARY_CLINIC) as mirror:
        yield Clinic(mirror)


def test_rule_18_one_vaccine_twice_within_days(clinic: Clinic) -> None:
    given = {"pet_id": clinic.rex, "vaccine": "Nobivac Rabies", "disease": "Rabies"}
    first = clinic.put(PetVaccination, **given, given_on=clinic.day(-9))
    clinic.put(PetVaccination, **(given | {"pet_id": clinic.tom}), given_on=clinic.day(-9))
    other = {"vaccine": "Nobivac L4", "disease": "Leptospirosis", "pet_id": clinic.rex}
    clinic.put(PetVaccination, **other, given_on=clinic.day(-9))
    assert clinic.found() == []
    again = clinic.put(PetVaccination, **(given | {"vaccine": "Rabisin"}), given_on=clinic.day(-2))
    [finding] = clinic.found()
    first_on, second_on = (f"{clinic.day(number):%d %B %Y}" for number in (-9, -2))
    assert finding.message == f"Rex got Rabies on {first_on} and again on {second_on}."
    assert {entry.id for entry in finding.entries} == {first, again}
    assert finding.rule == 18
    assert [one.id for one in clinic.found(quick=False)] == [finding.id]
    clinic.set(PetVaccination, again, given_on=clinic.day(-1))
    assert clinic.found() == [], "eight days later it is another dose"
    clinic.set(PetVaccination, again, given_on=clinic.day(-9), vaccine="nobivac rabies")
    [finding] = clinic.found()
    assert "twice on" in finding.message


def test_rule_17_a_drug_that_each_of_two_pcs_handed_out(clinic: Clinic) -> None:
    given = {"pet_id": clinic.rex, "product": "Metacam", "dose": 1, "quantity": Decimal(10)}
    rows = [clinic.put(Prescription, **given, prescribed_on=clinic.day(-1)) for _ in range(2)]
    clinic.put(Prescription, **given, prescribed_on=clinic.day(-2))
    assert clinic.found() == [], "this PC knew of both"
    with clinic.mirror.apply() as connection:
        update = "UPDATE prescriptions SET updated_device = 'back-pc' WHERE id = ?"
        connection.exec_driver_sql(update, (str(rows[1]),))
    [finding] = clinic.found()
    assert finding.message == (
        f"Metacam was handed out for Rex on {clinic.day(-1):%d %B %Y} by each of two PCs."
    )
    assert [entry.id for entry in finding.entries] == rows
    clinic.set(Prescription, rows[1], quantity=Decimal(5))
    assert clinic.found() == []


def test_rule_22_a_visit_and_a_stay_of_one_that_died(clinic: Clinic) -> None:
    visit, stay = clinic.visit(clinic.rex, 4), clinic.stay(clinic.rex, 6, 8)
    clinic.visit(clinic.rex, -3)
    assert clinic.found() == []
    clinic.set(Pet, clinic.rex, deceased_on=clinic.day(-3))
    [finding] = clinic.found()
    died, comes, stays_from = (f"{clinic.day(number):%d %B %Y}" for number in (-3, 4, 6))
    assert finding.message == (
        f"Rex died on {died}, and has a visit on {comes} and a stay from {stays_from}."
    )
    assert [entry.id for entry in finding.entries] == [visit, stay, clinic.rex]
    clinic.set(Appointment, visit, status="cancelled")
    clinic.set(Booking, stay, status=BookingStatus.CANCELLED)
    assert clinic.found() == []
    clinic.visit(clinic.rex, -1, status="completed")
    assert clinic.found() == []
    [finding] = clinic.found(quick=False)
    assert finding.message.endswith(f", and has a visit on {clinic.day(-1):%d %B %Y}.")


def test_a_visit_of_one_that_left_and_is_out_of_sight(clinic: Clinic) -> None:
    """A PC that sees the pet no more still says whose it is, and where that is corrected."""
    visit = clinic.visit(clinic.rex, 4)
    clinic.visit(clinic.rex, -4, status="completed")
    clinic.set(ClinicPatient, clinic.links[0], ended_on=clinic.today)
    [finding] = clinic.found()
    assert finding.message.startswith("Rex left the clinic on ")
    with clinic.mirror.apply() as connection:
        connection.exec_driver_sql("DELETE FROM pets WHERE id = ?", (str(clinic.rex),))
    [finding] = clinic.found()
    assert finding.message.startswith("A patient of Noor Vale left the clinic on ")
    assert [entry.id for entry in finding.entries] == [visit, clinic.links[0]]
    assert finding.entries[0].words == f"Visit on {clinic.day(4):%d %B %Y}"
    clinic.set(ClinicPatient, clinic.links[0], ended_on=None)
    assert clinic.found() == []
    clinic.set(ClinicPatient, clinic.links[0], ended_on=clinic.today)
    set_status(clinic.mirror, visit, AppointmentStatus.CANCELLED)
    assert clinic.found() == []


def test_rule_23_a_stay_that_was_billed_before_it_was_made_longer(clinic: Clinic) -> None:
    stay, _ = stays.book_stay(
        clinic.mirror,
        {
            "pet_id": clinic.rex,
            "client_id": clinic.client,
            "start_date": clinic.day(-3),
            "end_date": clinic.today,
        },
        NIGHT,
    )
    stays.add_extra(clinic.mirror, stay, "Bath", Decimal(15), day=clinic.day(-1))
    stays.set_step(clinic.mirror, stay, BookingStatus.CHECKED_IN)
    stays.set_step(clinic.mirror, stay, BookingStatus.COMPLETED)
    invoice, _ = bill_stay(clinic.mirror, stay)
    add_line(clinic.mirror, invoice, NewLine("Bag of food", Decimal(30)))
    assert clinic.found() == [], "a bath that was not done, and what was sold besides"
    post_invoice(clinic.mirror, invoice)
    stays.change_stay(clinic.mirror, stay, {"end_date": clinic.day(2)})
    [item] = [one for one in extras(clinic, stay) if one.description == "Bath"]
    stays.tick_extra(clinic.mirror, item.id)
    [finding] = clinic.found()
    assert finding.message.endswith(" does not hold Boarding, 2 nights more and Bath.")
    assert finding.message.startswith("The bill of Rex's stay, ")
    assert [entry.id for entry in finding.entries] == [stay, invoice]
    assert "onto a new one" in finding.advice
    bill_stay(clinic.mirror, stay)
    assert clinic.found() == []
    stays.change_stay(clinic.mirror, stay, {"end_date": clinic.day(1)})
    [finding] = clinic.found()
    assert finding.message.endswith(" was billed with 1 night too many.")


def extras(clinic: Clinic, stay: UUID) -> list[Any]:

    table = BookingItem.__table__
    with clinic.mirror.read() as connection:
        return list(connection.execute(select(table).where(table.c.booking_id == stay)))


def test_rule_19_a_room_that_was_blocked_over_what_is_booked_there(clinic: Clinic) -> None:
    stay = clinic.stay(clinic.tom, 2, 5, room_id=clinic.kennels[0])
    visit = clinic.visit(clinic.rex, 3, room_id=clinic.kennels[0])
    clinic.visit(clinic.rex, 4, room_id=clinic.kennels[1])
    times = {"starts_at": clinic.at(3, 8), "ends_at": clinic.at(3, 18)}
    closed = {"room_id": clinic.kennels[0], "kind": "blocked", "reason": "painting"}
    block = clinic.put(RoomAvailability, **closed, **times)
    [finding] = clinic.found()
    day = f"{clinic.day(3):%d %B %Y}"
    assert finding.message == (
        f"Kennel 1 is blocked (painting) from {day}, 08:00 to {day}, 18:00, "
        "and Tom and Rex are booked there."
    )
    assert [entry.id for entry in finding.entries] == [block, stay, visit]
    clinic.set(Appointment, visit, room_id=clinic.kennels[1])
    [finding] = clinic.found()
    assert "and Tom is booked there." in finding.message
    clinic.set(Booking, stay, status=BookingStatus.CANCELLED)
    assert clinic.found() == []


def test_rule_19_more_pets_than_places_and_one_pet_in_two_rooms(clinic: Clinic) -> None:
    room = clinic.kennels[0]
    one = clinic.stay(clinic.rex, 2, 5, room_id=room)
    other = clinic.stay(clinic.tom, 4, 6, room_id=room)
    [finding] = clinic.found()
    assert finding.message == (
        f"Kennel 1 has 1 place, and on {clinic.day(4):%d %B %Y} 2 pets are booked there: "
        "Rex and Tom."
    )
    assert {entry.id for entry in finding.entries} == {one, other}
    clinic.set(Room, room, capacity=2)
    assert clinic.found() == []
    clinic.set(Booking, other, pet_id=clinic.rex, room_id=clinic.kennels[1])
    [finding] = clinic.found()
    assert finding.message.startswith("Rex has two stays at once: ")
    assert "in Kennel 1, and " in finding.message
    clinic.set(Booking, other, kind=BookingKind.GROOMING)
    assert clinic.found() == [], "a bath within the stay"


def test_rule_23_a_visit_that_was_billed_twice_or_without_what_was_handed_out(
    clinic: Clinic,
) -> None:
    service = clinic.put(Service, name="Check-up", price=Decimal(40))
    visit = clinic.visit(clinic.rex, -1, service_id=service, status="completed")
    record = clinic.put(MedicalRecord, pet_id=clinic.rex, appointment_id=visit)
    first, _ = bill_visit(clinic.mirror, visit)
    post_invoice(clinic.mirror, first)
    assert clinic.found() == []
    line = NewLine("Check-up", Decimal(40), pet_id=clinic.rex)
    other, _ = start_invoice(clinic.mirror, {"appointment_id": visit}, [line])
    [finding] = clinic.found()
    day = f"{clinic.day(-1):%d %B %Y}"
    assert finding.message == f"Rex's visit on {day} was billed twice: Check-up."
    assert {entry.id for entry in finding.entries} == {first, other}
    clinic.set(Appointment, visit, pet_id=None)
    [finding] = clinic.found()
    assert finding.message.startswith(f"Noor Vale's visit on {day} was "), "to a farm"
    clinic.set(Appointment, visit, pet_id=clinic.rex)
    delete_draft(clinic.mirror, other)
    assert clinic.found() == []
    clinic.put(Product, name="Rabisin", price=Decimal(25), stock_item_id=(item := clinic.item()))
    dose = {"pet_id": clinic.rex, "record_id": record, "vaccine": "Rabisin", "item_id": item}
    clinic.put(PetVaccination, given_on=clinic.day(-1), **dose)
    [finding] = clinic.found()
    assert finding.message == f"Rex's visit on {day} was billed without Rabisin."
    assert [entry.id for entry in finding.entries] == [record, first]
    rest, _ = bill_visit(clinic.mirror, visit)
    assert rest != first
    with clinic.mirror.read() as connection:
        assert [one.description for one in lines_of(connection, rest)] == ["Rabisin"]
    post_invoice(clinic.mirror, rest)
    assert clinic.found() == []
    assert bill_visit(clinic.mirror, visit)[0] in (first, rest)


def test_rule_20_a_visit_and_a_stay_that_were_moved_while_the_patient_was_here(
    clinic: Clinic,
) -> None:
    visit = clinic.visit(clinic.rex, 0, arrived_at=clinic.at(0, 9))
    stay = clinic.stay(clinic.tom, 0, 3, status=BookingStatus.CHECKED_IN)
    clinic.set(Booking, stay, checked_in_at=clinic.at(0, 9))
    assert clinic.found() == []
    later = clinic.at(2, 10)
    times = {"scheduled_at": later, "ends_at": later + timedelta(minutes=20)}
    clinic.set(Appointment, visit, **times)
    clinic.set(Booking, stay, start_date=clinic.day(1))
    came, first, second = (f"{clinic.day(number):%d %B %Y}" for number in (0, 1, 2))
    assert [one.message for one in clinic.found()] == [
        f"Rex came on {came}, and the visit was moved to {second}.",
        f"Tom came on {came}, and the stay was moved to {first}.",
    ]
    clinic.set(Appointment, visit, arrived_at=None)
    clinic.set(Booking, stay, start_date=clinic.today)
    assert clinic.found() == []


def test_rule_13_a_store_is_short_at_the_end_of_a_day_that_no_later_stocktake_settled(
    clinic: Clinic,
) -> None:
    item = clinic.item()

    def moved(day: int, quantity: int, movement: str = "use", **values: Any) -> UUID:
        given = {"item_id": item, "moved_on": clinic.day(day), "movement": movement}
        return clinic.put(InventoryTransaction, **given, quantity=Decimal(quantity), **values)

    def short() -> list[str]:
        with clinic.mirror.read() as connection:
            return [one.message for one in counts.stores(connection, None)]

    moved(-9, -5)
    moved(-9, 8, "receipt")
    assert short() == [], "what came that day came before what was taken"
    taken = [moved(-6, -4), moved(-6, -1), moved(-4, -1)]
    [told] = short()
    assert told.startswith("−3 pieces of Rabisin would be left on ")
    assert f"{clinic.day(-4):%d %B %Y}" in told
    moved(-4, 10, "stocktake")
    assert short() == [], "counted after the last day that it was short"
    clinic.set(InventoryTransaction, taken[2], quantity=Decimal(-20))
    assert [one.split(" of ")[0] for one in short()] == ["−12 pieces"], "short once it was counted"
    clinic.set(InventoryTransaction, taken[2], quantity=Decimal(-1))
    moved(-3, 5, "receipt", lot="A")
    moved(-2, -9, lot="A")
    assert [one.split(" would")[0] for one in short()] == ["−4 pieces of Rabisin, lot A,"]
    with clinic.mirror.read() as connection:
        steps = plans(connection, lambda one: list(counts.stores(one, None)))
    scans = [one for one in steps if one.startswith("SCAN inventory_transactions")]
    assert scans
    assert all("COVERING INDEX" in one for one in scans)


def test_what_is_looked_at_often_is_found_by_indexes(clinic: Clinic) -> None:
    """A clinic with ten years of visits looks at Today as often as one with ten days."""
    clinic.stay(clinic.rex, 2, 5, room_id=clinic.kennels[0])
    times = {"starts_at": clinic.at(3, 8), "ends_at": clinic.at(3, 18)}
    clinic.put(RoomAvailability, room_id=clinic.kennels[0], kind="blocked", **times)
    long = (
        "pet_vaccinations",
        "appointments",
        "bookings",
        "booking_items",
        "invoices",
        "pets",
        "prescriptions",
    )
    since = clinic.day(-RECENT_DAYS)
    checks = (
        desk.vaccinated_twice,
        desk.handed_out_twice,
        desk.gone,
        desk.moved,
        bills.stays,
        bills.visits,
        rooms.rooms,
    )
    with clinic.mirror.read() as connection:
        for check in checks:
            steps = plans(connection, lambda one, check=check: list(check(one, since)))
            assert steps
            assert not [one for one in steps if one.startswith("SCAN ") and one.split()[1] in long]
