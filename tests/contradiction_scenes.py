"""The states of records that contradict each other, as two PCs would leave them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.actions.findings import findings
from fluffydesk.actions.invoicing import NewLine, start_invoice
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Booking, Room, RoomAvailability
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.clinic import PetVaccination
from fluffydesk.records.enums.booking import BookingStatus, RoomAvailabilityKind, RoomKind
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MortalityLog, WeightLog
from fluffydesk.records.livestock import Flock, Livestock, LivestockSpecies, PoultryBatch
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.types import new_id, now, today
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.shell import Shell

_DAY = timedelta(days=1)


def contradiction_scenes(
    mirror: Mirror, visit: Callable[..., Any], long: str, right_to_left: str
) -> list[tuple[str, tuple[Callable[[Shell], object], ...]]]:
    """Write what cannot all be, and return the scene that shows it."""
    days = [today() - timedelta(days=number) for number in range(9)]
    cow: UUID = new_id()
    with mirror.unit("As it came from two PCs") as unit:
        species = unit.connection.execute(select(LivestockSpecies.__table__.c.id)).scalar()
        for name in ("House 7", right_to_left):
            flock = unit.insert(Flock, {"name": name, "species_id": species})
            placed = {"flock_id": flock, "placed_on": days[8], "head_count": 10}
            unit.insert(PoultryBatch, placed)
            for day in days[2:4]:
                loss = {"flock_id": flock, "died_on": day, "head_count": 7}
                unit.insert(MortalityLog, loss)
        left = {"status": LivestockStatus.DEAD, "left_on": days[5]}
        card = {"tag_number": "0417", "name": long, "species_id": species, **left}
        unit.insert(Livestock, card, cow)
        for day in days[:5]:
            unit.insert(WeightLog, {"animal_id": cow, "weighed_on": day, "weight_kg": 600})
        unit.insert(BreedingRecord, {"female_id": cow, "served_on": days[4]})
    return [("farm-contradictions", (partial(visit, place=Place("contradictions")),))]


def desk_scenes(
    mirror: Mirror, visit: Callable[..., Any], long: str, right_to_left: str
) -> list[tuple[str, tuple[Callable[[Shell], object], ...]]]:
    """Write what two desks of a clinic made of it, and return the scenes that show it.

    One of the patients left the clinic, so that this PC does not see its card any more.
    """
    moment = now().replace(minute=0, second=0, microsecond=0)
    days = [today() + timedelta(days=number) for number in range(9)]
    left: UUID = new_id()
    with mirror.unit("As it came from two desks") as unit:
        client = unit.insert(ClinicClient, {"full_name": "Ada Kline"})
        links = {}
        for name, pet in ((long, new_id()), (right_to_left, new_id()), ("Otis", left)):
            unit.insert(Pet, {"name": name, "species": "Dog"}, pet)
            links[pet] = unit.insert(ClinicPatient, {"pet_id": pet, "client_id": client})
        died, twice, _ = links
        unit.update(Pet, died, {"deceased_on": days[0]})
        for day in (days[2], days[5]):
            unit.insert(Booking, {"pet_id": died, "start_date": day, "end_date": day + _DAY})
        for given in (days[0] - 3 * _DAY, days[0]):
            dose = {"pet_id": twice, "vaccine": "Nobivac Rabies", "given_on": given}
            unit.insert(PetVaccination, dose)
        room = unit.insert(Room, {"name": "Kennel 9", "kind": RoomKind.BOARDING})
        stay = {"status": BookingStatus.CONFIRMED, "room_id": room, "client_id": client}
        for pet in (twice, left):
            unit.insert(
                Booking, {"pet_id": pet, "start_date": days[0], "end_date": days[2], **stay}
            )
        closed = {"room_id": room, "kind": RoomAvailabilityKind.BLOCKED, "reason": "painting"}
        times = {"starts_at": moment, "ends_at": moment + _DAY}
        unit.insert(RoomAvailability, {**closed, **times})
        starts = {"scheduled_at": moment, "ends_at": moment + timedelta(minutes=40)}
        asked = unit.insert(Appointment, {"pet_id": left, "client_id": client, **starts})
        unit.update(ClinicPatient, links[left], {"ended_on": days[0]})
        seen = unit.insert(Appointment, {"pet_id": twice, "client_id": client, **starts})
    for more in ((), (NewLine("Bandage", Decimal(9)),)):
        lines = [NewLine("Check-up, long", Decimal("48.50")), *more]
        start_invoice(mirror, {"client_id": client, "appointment_id": seen}, lines)
    with mirror.read() as connection:
        billed = next(one.id for one in findings(connection, today()) if one.mend)
    with mirror.apply() as connection:
        connection.exec_driver_sql("DELETE FROM pets WHERE id = ?", (str(left),))
    go = partial(partial, visit)
    return [
        ("clinic-contradictions", (go(place=Place("contradictions")),)),
        ("clinic-billed-twice", (go(place=Place("contradictions", billed)),)),
        ("clinic-contradictions-today", (go(place=Place("clinic_today")),)),
        ("clinic-gone-calendar", (go(place=Place("calendar", asked)),)),
        ("clinic-gone-waiting", (go(place=Place("waiting")),)),
        ("clinic-gone-boarding", (go(place=Place("boarding")),)),
        (
            "clinic-gone-form",
            (
                go(place=Place("contradictions")),
                lambda shell: open_booking(shell.current, shell.work, asked),
            ),
        ),
    ]
