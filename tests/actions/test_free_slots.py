"""The next free times: of the vet, the room and the patient, within hours that are kept."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from fluffydesk.actions import appointments
from fluffydesk.actions.free_slots import free_slots
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.organizations import StaffShift
from tests.clinic_sample import ZONE, Sample


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
