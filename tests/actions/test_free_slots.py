"""The next free times: of the vet, the room and the patient, within hours that are kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from fluffydesk.actions import appointments
from fluffydesk.actions.free_slots import free_slots, search
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, RoomAvailability
from fluffydesk.records.enums.booking import RoomAvailabilityKind
from fluffydesk.records.organizations import Organization, StaffShift
from tests.clinic_sample import DAY, ZONE, Sample


def booked(mirror: Mirror, sample: Sample, hour: int, minute: int = 0, length: int = 20) -> UUID:
    """A visit at a time that another PC had taken already."""
    starts = sample.at(hour, minute)
    values = {
        "pet_id": sample["Mango"],
        "veterinarian_id": sample["Dr Osei Lund"],
        "scheduled_at": starts,
        "ends_at": starts + timedelta(minutes=length),
    }
    with mirror.unit("Book") as unit:
        return unit.insert(Appointment, values)


def offered(mirror: Mirror, sample: Sample, visit: UUID, count: int = 4) -> list[str]:
    with mirror.read() as connection:
        found = free_slots(connection, visit, ZONE, count, moment=sample.at(7))
        for slot in found:
            assert appointments.clashes(connection, slot, but=visit) == []
    return [f"{slot.starts.astimezone(ZONE):%a %H:%M}" for slot in found]


def test_the_gaps_between_the_vets_other_visits(mirror: Mirror, sample: Sample) -> None:
    visit = booked(mirror, sample, 9)
    assert offered(mirror, sample, visit) == ["Wed 09:45", "Wed 10:05", "Wed 10:25", "Wed 11:20"]


def test_a_time_late_in_the_day_goes_on_in_the_morning(mirror: Mirror, sample: Sample) -> None:
    booked(mirror, sample, 17, 0, 60)
    visit = booked(mirror, sample, 17, 30)
    assert offered(mirror, sample, visit, 1) == ["Thu 08:00"]


def test_a_weekend_without_visits_is_not_offered(mirror: Mirror, sample: Sample) -> None:
    sample.day += timedelta(days=2)
    booked(mirror, sample, 17, 0, 60)
    visit = booked(mirror, sample, 17, 30)
    assert offered(mirror, sample, visit, 1) == ["Mon 08:00"]


def test_within_the_vets_shift_where_one_is_planned(mirror: Mirror, sample: Sample) -> None:
    with mirror.unit("Plan") as unit:
        unit.insert(
            StaffShift,
            {
                "user_id": sample["Dr Osei Lund"],
                "starts_at": sample.at(13),
                "ends_at": sample.at(14),
            },
        )
    visit = booked(mirror, sample, 9)
    assert offered(mirror, sample, visit) == ["Wed 13:00", "Wed 13:20", "Wed 13:40", "Thu 08:00"]


def test_nothing_that_is_past(mirror: Mirror, sample: Sample) -> None:
    visit = booked(mirror, sample, 9)
    with mirror.read() as connection:
        found = free_slots(connection, visit, ZONE, 1, moment=sample.at(15, 2))
    assert [slot.starts for slot in found] == [sample.at(15, 5)]


def opening(mirror: Mirror, hours: str | None) -> None:
    with mirror.apply() as connection:
        connection.execute(Organization.__table__.update().values(opening_hours=hours))


def found(mirror: Mirror, after: datetime, *, minutes: int = 30, **asked: Any) -> list[str]:
    with mirror.read() as connection:
        slots = search(connection, minutes=minutes, after=after, zone=ZONE, **asked)
    return [f"{slot.starts.astimezone(ZONE):%a %d %H:%M%z}"[:-2] for slot in slots]


def test_within_the_hours_that_are_written_down(mirror: Mirror, sample: Sample) -> None:
    """A break and a Saturday count; what cannot be read leaves the hours that are seen."""
    vet = sample["Dr Ana Ferro"]
    late = sample.at(17, day=date(2026, 3, 13))
    opening(mirror, "Mo-Fr 09:00-12:30,13:30-17:30; Sa 09:00-10:00")
    assert found(mirror, late, veterinarian_id=vet, count=4) == [
        "Fri 13 17:00+01",
        "Sat 14 09:00+01",
        "Sat 14 09:30+01",
        "Mon 16 09:00+01",
    ]
    noon = sample.at(11, 45, day=date(2026, 3, 12))
    assert found(mirror, noon, minutes=60, veterinarian_id=vet, count=1) == ["Thu 12 13:30+01"]
    opening(mirror, "when the light is on")
    assert found(mirror, late, veterinarian_id=vet, count=3)[2] == "Mon 16 08:00+01"
    opening(mirror, "Mo-Su closed")
    assert found(mirror, late, veterinarian_id=vet) == []


def test_every_vet_is_asked_and_the_soonest_named(mirror: Mirror, sample: Sample) -> None:
    """Dr Lund has Biscuit, Rex and Mango in the morning, and Dr Ferro has Pixel until ten."""
    with mirror.read() as connection:
        slots = search(connection, minutes=20, after=sample.at(9), zone=ZONE, count=3)
        named = [(slot.veterinarian_id, slot.starts) for slot in slots]
        rabbits = search(
            connection, minutes=20, after=sample.at(9), zone=ZONE, species="rabbit", count=1
        )
        later = sample.at(9, day=DAY + timedelta(days=1))
        known = search(connection, minutes=20, after=later, zone=ZONE, species="Rabbit", count=1)
    assert named == [
        (sample["Dr Osei Lund"], sample.at(9, 45)),
        (sample["Dr Ana Ferro"], sample.at(10)),
        (sample["Dr Osei Lund"], sample.at(10, 5)),
    ]
    # Nobody has seen a rabbit before that day; the day after, Dr Ferro has seen Pixel.
    assert rabbits[0].veterinarian_id == sample["Dr Osei Lund"]
    assert known[0].veterinarian_id == sample["Dr Ana Ferro"]


def test_rooms_that_are_blocked_and_clearing_up(mirror: Mirror, sample: Sample) -> None:
    room = sample["room 1"]
    with mirror.unit("Paint") as unit:
        block = {"room_id": room, "kind": RoomAvailabilityKind.MAINTENANCE}
        times = {"starts_at": sample.at(10), "ends_at": sample.at(10, 40)}
        unit.insert(RoomAvailability, block | times)
    vet = {"veterinarian_id": sample["Dr Osei Lund"], "room_id": room, "count": 1}
    assert found(mirror, sample.at(9, 30), minutes=15, **vet) == ["Wed 11 09:45+01"]
    assert found(mirror, sample.at(9, 30), minutes=20, **vet) == ["Wed 11 10:40+01"]
    # Twenty minutes and five to clear up no longer end by eleven, when Mango comes.
    later = found(mirror, sample.at(9, 30), minutes=20, clearing_up=5, **vet)
    assert later == ["Wed 11 11:20+01"]
    pet = {"pet_id": sample["Mango"], "count": 1, "veterinarian_id": sample["Dr Ana Ferro"]}
    assert found(mirror, sample.at(10, 40), clearing_up=30, minutes=20, **pet) == [
        "Wed 11 10:40+01"
    ]


def test_shifts_that_follow_one_another_are_one_and_being_on_call_is_none(
    mirror: Mirror, sample: Sample
) -> None:
    vet = sample["Dr Ana Ferro"]
    with mirror.unit("Plan") as unit:
        for starts, ends, on_call in ((9, 12, False), (12, 14, False), (14, 22, True)):
            values = {"starts_at": sample.at(starts), "ends_at": sample.at(ends)}
            unit.insert(StaffShift, {"user_id": vet, "is_on_call": on_call, **values})
    times = found(mirror, sample.at(11, 15), minutes=90, veterinarian_id=vet, count=2)
    assert times == ["Wed 11 11:15+01", "Thu 12 08:00+01"]


def test_nights_in_which_the_clock_is_changed(mirror: Mirror, sample: Sample) -> None:
    """Rule 25: an hour that is not there is not offered, and one that is there twice is, twice."""
    opening(mirror, "Sa-Su 23:00-04:00")
    vet = {"veterinarian_id": sample["Dr Ana Ferro"], "minutes": 60}
    spring = found(mirror, sample.at(23, day=date(2026, 3, 28)), count=5, **vet)
    assert spring == [
        "Sat 28 23:00+01",
        "Sun 29 00:00+01",
        "Sun 29 01:00+01",
        "Sun 29 03:00+02",
        "Sun 29 23:00+02",
    ]
    autumn = found(mirror, sample.at(23, day=date(2026, 10, 24)), count=7, **vet)
    assert autumn == [
        "Sat 24 23:00+02",
        "Sun 25 00:00+02",
        "Sun 25 01:00+02",
        "Sun 25 02:00+02",
        "Sun 25 02:00+01",
        "Sun 25 03:00+01",
        "Sun 25 23:00+01",
    ]


def test_over_midnight(mirror: Mirror, sample: Sample) -> None:
    vet = {"veterinarian_id": sample["Dr Ana Ferro"], "count": 1}
    opening(mirror, "24/7")
    late = sample.at(23, 45)
    assert found(mirror, late, **vet) == ["Wed 11 23:45+01"]
    appointments.book(
        mirror,
        {
            "pet_id": sample["Rex"],
            "veterinarian_id": sample["Dr Ana Ferro"],
            "scheduled_at": late,
            "ends_at": late + timedelta(minutes=40),
        },
    )
    assert found(mirror, late, **vet) == ["Thu 12 00:25+01"]
    opening(mirror, "Mo-Su 20:00-01:00")
    assert found(mirror, sample.at(0, 40, day=date(2026, 3, 13)), **vet) == ["Fri 13 20:00+01"]
    assert found(mirror, sample.at(0, 10, day=date(2026, 3, 13)), **vet) == ["Fri 13 00:10+01"]
