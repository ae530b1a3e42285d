from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from fluffydesk.actions import appointments
from fluffydesk.errors import InvalidValue, NotFound
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.types import new_id
from fluffydesk.ui.screens.visits import visits_of
from tests.clinic_sample import DAY, Sample


def row(mirror: Mirror, visit: object) -> object:
    book = Appointment.__table__
    with mirror.read() as connection:
        return connection.execute(select(book).where(book.c.id == visit)).one()


def units(mirror: Mirror) -> list[str]:
    with mirror.read() as connection:
        return list(connection.execute(text("select title from units order by id")).scalars())


def test_booking_takes_its_length_from_the_service(mirror: Mirror, sample: Sample) -> None:
    changes = appointments.book(
        mirror,
        {
            "pet_id": sample["Mango"],
            "service_id": sample["dental"],
            "scheduled_at": sample.at(14),
        },
    )
    (made,) = changes["appointments"]
    assert row(mirror, made).ends_at - row(mirror, made).scheduled_at == timedelta(minutes=60)
    assert row(mirror, made).status == AppointmentStatus.SCHEDULED
    assert units(mirror) == ["Book Mango"]


def test_booking_without_a_service_takes_twenty_minutes(mirror: Mirror, sample: Sample) -> None:
    changes = appointments.book(mirror, {"pet_id": sample["Rex"], "scheduled_at": sample.at(14)})
    (made,) = changes["appointments"]
    assert row(mirror, made).ends_at == sample.at(14, 20)


def test_a_taken_slot_is_refused_with_the_next_free_ones(mirror: Mirror, sample: Sample) -> None:
    """Rule 19: the other's name and time are told, and where it would be free."""
    values = {
        "pet_id": sample["Mango"],
        "veterinarian_id": sample["Dr Osei Lund"],
        "scheduled_at": sample.at(9),
    }
    with pytest.raises(appointments.Taken) as refused:
        appointments.book(mirror, values)
    assert refused.value.message == "Dr Osei Lund is taken by Biscuit from 09:00 to 09:20."
    assert [slot.starts for slot in refused.value.slots] == [
        sample.at(9, 45),
        sample.at(10, 5),
        sample.at(10, 25),
    ]
    assert "Wed 11 Mar 09:45" in refused.value.advice
    assert units(mirror) == []


def test_a_pet_that_has_died_is_not_booked(mirror: Mirror, sample: Sample) -> None:
    with mirror.apply() as connection:
        connection.execute(
            text("update pets set deceased_on = :day where id = :id"),
            {"day": str(DAY - timedelta(days=1)), "id": str(sample["Rex"])},
        )
    with pytest.raises(InvalidValue, match="Rex died") as refused:
        appointments.book(mirror, {"pet_id": sample["Rex"], "scheduled_at": sample.at(14)})
    assert refused.value.field == "pet_id"
    assert units(mirror) == []


def test_an_end_before_the_start_is_refused(mirror: Mirror, sample: Sample) -> None:
    values = {
        "pet_id": sample["Rex"],
        "scheduled_at": sample.at(14),
        "ends_at": sample.at(14),
    }
    with pytest.raises(InvalidValue) as refused:
        appointments.book(mirror, values)
    assert refused.value.field == "ends_at"


def test_clashes_are_half_open_and_name_who(mirror: Mirror, sample: Sample) -> None:
    vet, room = sample["Dr Osei Lund"], sample["theatre"]

    def kinds(slot: appointments.Slot) -> list[tuple[str, str, str]]:
        with mirror.read() as connection:
            return [(c.kind, c.who, c.pet) for c in appointments.clashes(connection, slot)]

    assert kinds(appointments.Slot(sample.at(9, 20), sample.at(9, 30), vet)) == []
    assert kinds(appointments.Slot(sample.at(9, 19), sample.at(9, 31), vet)) == [
        ("vet", "Dr Osei Lund", "Biscuit"),
        ("vet", "Dr Osei Lund", "Rex"),
    ]
    assert kinds(appointments.Slot(sample.at(9, 50), sample.at(10, 10), None, room)) == [
        ("room", "Theatre", "Pixel")
    ]
    assert kinds(appointments.Slot(sample.at(9), sample.at(10), None, None, sample["Pixel"])) == [
        ("pet", "Pixel", "Pixel")
    ]
    assert kinds(appointments.Slot(sample.at(9), sample.at(10))) == []


def test_visits_that_take_no_time_do_not_clash(mirror: Mirror, sample: Sample) -> None:
    appointments.set_status(mirror, sample["Rex visit"], AppointmentStatus.CANCELLED)
    slot = appointments.Slot(sample.at(9, 30), sample.at(9, 45), sample["Dr Osei Lund"])
    with mirror.read() as connection:
        assert appointments.clashes(connection, slot) == []


def test_moving_keeps_the_length(mirror: Mirror, sample: Sample) -> None:
    appointments.move_appointment(
        mirror,
        sample["Rex visit"],
        starts=sample.at(13),
        place={"veterinarian_id": sample["Dr Ana Ferro"]},
    )
    moved = row(mirror, sample["Rex visit"])
    assert (moved.scheduled_at, moved.ends_at) == (sample.at(13), sample.at(13, 15))
    assert moved.veterinarian_id == sample["Dr Ana Ferro"]


def test_moving_onto_another_visit_says_whose_it_is(mirror: Mirror, sample: Sample) -> None:
    with pytest.raises(InvalidValue) as refused:
        appointments.move_appointment(mirror, sample["Rex visit"], starts=sample.at(11, 10))
    assert refused.value.message == "Dr Osei Lund is taken by Mango from 11:00 to 11:20."
    assert row(mirror, sample["Rex visit"]).scheduled_at == sample.at(9, 30)


def test_a_visit_may_overlap_its_own_old_time(mirror: Mirror, sample: Sample) -> None:
    appointments.move_appointment(mirror, sample["Rex visit"], starts=sample.at(9, 35))
    assert row(mirror, sample["Rex visit"]).scheduled_at == sample.at(9, 35)


def test_a_visit_that_began_is_not_moved(mirror: Mirror, sample: Sample) -> None:
    with pytest.raises(InvalidValue, match="in room"):
        appointments.move_appointment(mirror, sample["Pixel visit"], starts=sample.at(13))


def test_a_visit_moves_on_step_by_step(mirror: Mirror, sample: Sample) -> None:
    stages = []
    for _ in range(5):
        appointments.advance(mirror, sample["Rex visit"])
        with mirror.read() as connection:
            found = visits_of(connection, pet_id=sample["Rex"])
        stages.append(next(visit.stage for visit in found if visit.id == sample["Rex visit"]))
    assert stages == ["Waiting", "In room", "With vet", "To pay", "Done"]
    with pytest.raises(InvalidValue, match="already done"):
        appointments.advance(mirror, sample["Rex visit"])


def test_into_the_room_without_arriving_is_an_arrival_too(mirror: Mirror, sample: Sample) -> None:
    appointments.set_status(mirror, sample["Rex visit"], AppointmentStatus.IN_PROGRESS)
    assert row(mirror, sample["Rex visit"]).arrived_at is not None


def test_a_done_visit_cannot_become_a_no_show(mirror: Mirror, sample: Sample) -> None:
    with pytest.raises(InvalidValue, match="cannot become no-show"):
        appointments.set_status(mirror, sample["Biscuit visit"], AppointmentStatus.NO_SHOW)


def test_the_same_status_again_is_no_unit_of_work(mirror: Mirror, sample: Sample) -> None:
    assert not appointments.set_status(mirror, sample["Biscuit visit"], AppointmentStatus.COMPLETED)
    assert units(mirror) == []


def test_undo_writes_the_earlier_values(mirror: Mirror, sample: Sample) -> None:
    appointments.advance(mirror, sample["Rex visit"])
    appointments.put_back(mirror, sample["Rex visit"], {"arrived_at": None})
    assert row(mirror, sample["Rex visit"]).arrived_at is None


def test_a_visit_that_is_gone_is_told(mirror: Mirror, sample: Sample) -> None:
    with pytest.raises(NotFound):
        appointments.advance(mirror, new_id())
