"""Rules 19, 20 and 22 of visits, on every way in which one is saved."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from fluffydesk.actions import appointments, saving
from fluffydesk.actions.booked import AskFirst, Taken
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.visits import STAMPS, Stage
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Booking, Room, RoomAvailability, Service
from fluffydesk.records.enums import AppointmentStatus, Status
from fluffydesk.records.enums.booking import RoomAvailabilityKind
from fluffydesk.records.organizations import Organization
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import now
from fluffydesk.records.users import OrganizationUser
from tests.clinic_sample import DAY, Sample

Way = Callable[[Mirror, Sample], object]


def row(mirror: Mirror, visit: UUID) -> Any:
    book = Appointment.__table__
    with mirror.read() as connection:
        return connection.execute(select(book).where(book.c.id == visit)).one()


def units(mirror: Mirror) -> int:
    with mirror.read() as connection:
        return int(connection.execute(text("select count(*) from units")).scalar_one())


def policy(mirror: Mirror, *, vet: str = "never", room: str = "never") -> None:
    with mirror.apply() as connection:
        connection.execute(OrganizationUser.__table__.update().values(double_booking=vet))
        connection.execute(Room.__table__.update().values(double_booking=room))


def taken(sample: Sample) -> dict[str, Any]:
    """A visit for another pet while Rex is with the vet, in another room."""
    return {
        "pet_id": sample["Mango"],
        "veterinarian_id": sample["Dr Osei Lund"],
        "scheduled_at": sample.at(9, 40),
        "ends_at": sample.at(10),
    }


def _book(mirror: Mirror, sample: Sample, **more: Any) -> object:
    return appointments.book(mirror, taken(sample), **more)


def _move(mirror: Mirror, sample: Sample, **more: Any) -> object:
    visit = sample["Mango visit"]
    return appointments.move_appointment(mirror, visit, starts=sample.at(9, 40), **more)


def _resize(mirror: Mirror, sample: Sample, **more: Any) -> object:
    visit = sample["Rex visit"]
    return appointments.resize_appointment(mirror, visit, ends=sample.at(11, 5), **more)


def _again(mirror: Mirror, sample: Sample) -> object:
    """Take back a visit that was called off, whose time was given away."""
    appointments.set_status(mirror, sample["Rex visit"], AppointmentStatus.CANCELLED)
    appointments.book(mirror, taken(sample))
    values = {"status": AppointmentStatus.SCHEDULED}
    return saving.change(mirror, Appointment, sample["Rex visit"], values)


def _undo(mirror: Mirror, sample: Sample) -> object:
    appointments.move_appointment(mirror, sample["Rex visit"], starts=sample.at(13))
    appointments.book(mirror, taken(sample))
    before = {"scheduled_at": sample.at(9, 30), "ends_at": sample.at(9, 45)}
    return appointments.put_back(mirror, sample["Rex visit"], before)


def _record_add(mirror: Mirror, sample: Sample, **more: Any) -> object:
    return saving.add(mirror, Appointment, {**taken(sample), **more})


def _record_set(mirror: Mirror, sample: Sample, **more: Any) -> object:
    times = {"scheduled_at": sample.at(9, 40), "ends_at": sample.at(10)}
    return saving.change(mirror, Appointment, sample["Mango visit"], {**times, **more})


ASKING = [_book, _move, _resize]
TYPED = [_record_add, _record_set]


@pytest.mark.parametrize("way", [*ASKING, *TYPED, _again, _undo])
def test_a_vets_time_is_given_once(mirror: Mirror, sample: Sample, way: Way) -> None:
    """Rule 19: with the other's name and time, and where it is free."""
    with pytest.raises(Taken) as refused:
        way(mirror, sample)
    assert refused.value.message.startswith("Dr Osei Lund is taken by ")
    assert refused.value.field == "scheduled_at"
    assert len(refused.value.slots) == 3
    with mirror.read() as connection:
        for slot in refused.value.slots:
            own = sample["Rex visit"] if way in (_resize, _again, _undo) else sample["Mango visit"]
            assert appointments.clashes(connection, slot, but=own) == []


@pytest.mark.parametrize("way", ASKING)
def test_a_vet_who_asks_is_asked_once(mirror: Mirror, sample: Sample, way: Any) -> None:
    policy(mirror, vet="ask", room="ask")
    with pytest.raises(AskFirst, match="on purpose") as asked:
        way(mirror, sample)
    assert asked.value.clashes
    (changed,) = way(mirror, sample, may_overlap=True)["appointments"]
    assert row(mirror, changed).may_overlap


@pytest.mark.parametrize("way", TYPED)
def test_typed_it_must_be_said_that_it_is_on_purpose(
    mirror: Mirror, sample: Sample, way: Any
) -> None:
    policy(mirror, vet="ask", room="ask")
    with pytest.raises(Taken) as refused:
        way(mirror, sample)
    assert refused.value.field == "may_overlap"
    assert refused.value.shared
    way(mirror, sample, may_overlap=True)


@pytest.mark.parametrize("way", [*ASKING, *TYPED, _again, _undo])
def test_a_vet_who_allows_it_is_booked_silently(mirror: Mirror, sample: Sample, way: Way) -> None:
    policy(mirror, vet="allow", room="allow")
    way(mirror, sample)


def test_one_that_forbids_is_told_before_one_that_asks(mirror: Mirror, sample: Sample) -> None:
    policy(mirror, vet="ask")
    values = {**taken(sample), "room_id": sample["room 1"]}
    with pytest.raises(Taken, match="Room 1 is taken by Rex"):
        appointments.book(mirror, values, may_overlap=True)


def test_a_patient_is_never_in_two_places(mirror: Mirror, sample: Sample) -> None:
    policy(mirror, vet="allow", room="allow")
    values = {**taken(sample), "pet_id": sample["Rex"], "veterinarian_id": None}
    with pytest.raises(Taken, match="Rex already has an appointment"):
        appointments.book(mirror, values, may_overlap=True)


def test_a_move_asks_again(mirror: Mirror, sample: Sample) -> None:
    """What was on purpose was so at its former time."""
    policy(mirror, vet="ask", room="ask")
    _move(mirror, sample, may_overlap=True)
    appointments.move_appointment(mirror, sample["Mango visit"], starts=sample.at(13))
    assert not row(mirror, sample["Mango visit"]).may_overlap
    with pytest.raises(AskFirst):
        _move(mirror, sample)


def test_words_are_changed_though_another_has_the_time(mirror: Mirror, sample: Sample) -> None:
    """Also central's refusal leaves both in the calendar: neither is locked by it."""
    with mirror.unit("Book elsewhere") as unit:
        visit = unit.insert(Appointment, taken(sample))
    saving.change(mirror, Appointment, visit, {"reason": "Limps"})
    appointments.set_status(mirror, visit, AppointmentStatus.CONFIRMED)
    with pytest.raises(Taken):
        saving.change(mirror, Appointment, visit, {"room_id": sample["room 1"]})


@pytest.mark.parametrize(
    "save", [appointments.book, lambda *a: saving.add(a[0], Appointment, a[1])]
)
def test_a_room_that_is_closed_has_no_visits(mirror: Mirror, sample: Sample, save: Any) -> None:
    with mirror.unit("Paint") as unit:
        times = {"starts_at": sample.at(12), "ends_at": sample.at(14)}
        block = {"room_id": sample["theatre"], "kind": RoomAvailabilityKind.MAINTENANCE}
        unit.insert(RoomAvailability, block | times)
    values = {"pet_id": sample["Rex"], "room_id": sample["theatre"]}
    values |= {"scheduled_at": sample.at(13, 50), "ends_at": sample.at(14, 10)}
    with pytest.raises(InvalidValue) as refused:
        save(mirror, values)
    assert refused.value.message == "Theatre is closed from Wed 11 Mar 12:00 to 14:00."
    save(mirror, values | {"scheduled_at": sample.at(14)})


@pytest.fixture
def clearing(mirror: Mirror, sample: Sample) -> Sample:
    """The clinic, whose check-ups need ten minutes to clear up."""
    with mirror.apply() as connection:
        services = Service.__table__
        connection.execute(
            services.update().where(services.c.name == "Check-up").values(buffer_minutes=10)
        )
    return sample


def test_vet_and_room_clear_up_and_the_pet_goes_home(mirror: Mirror, clearing: Sample) -> None:
    sample = clearing
    values = {**taken(sample), "service_id": sample["checkup"]}
    values |= {"scheduled_at": sample.at(12), "ends_at": sample.at(12, 20)}
    (made,) = appointments.book(mirror, values)["appointments"]
    assert row(mirror, made).free_at == sample.at(12, 30)
    next_one = {**values, "pet_id": sample["Rex"], "scheduled_at": sample.at(12, 25)}
    next_one |= {"ends_at": sample.at(12, 35), "service_id": None}
    with pytest.raises(Taken) as refused:
        appointments.book(mirror, next_one)
    words = "Dr Osei Lund is taken by Mango from 12:00 to 12:20, and free again at 12:30."
    assert refused.value.message == words
    own = {"pet_id": sample["Mango"], "scheduled_at": sample.at(12, 20)}
    appointments.book(mirror, own)
    with pytest.raises(Taken, match="from 11:00"):  # its own clearing up takes until 11:05
        appointments.move_appointment(mirror, made, starts=sample.at(10, 35))
    appointments.move_appointment(mirror, made, starts=sample.at(13))
    assert row(mirror, made).free_at == sample.at(13, 30)
    appointments.resize_appointment(mirror, made, ends=sample.at(13, 40))
    assert row(mirror, made).free_at == sample.at(13, 50)
    # Its pet comes again just as it ends, which the time to clear up does not forbid.
    times = {"scheduled_at": sample.at(12), "ends_at": sample.at(12, 20)}
    appointments.put_back(mirror, made, times | {"free_at": sample.at(12, 30)})


def test_clearing_up_is_kept_however_a_visit_is_saved(mirror: Mirror, clearing: Sample) -> None:
    sample = clearing
    visit, _ = saving.add(
        mirror,
        Appointment,
        {
            **taken(sample),
            "service_id": sample["checkup"],
            "scheduled_at": sample.at(12),
            "ends_at": sample.at(12, 20),
        },
    )
    assert row(mirror, visit).free_at == sample.at(12, 30)
    saving.change(mirror, Appointment, visit, {"ends_at": sample.at(12, 25)})
    assert row(mirror, visit).free_at == sample.at(12, 35)
    saving.change(mirror, Appointment, visit, {"free_at": sample.at(12, 25)})
    saving.change(mirror, Appointment, visit, {"ends_at": sample.at(12, 30)})
    assert row(mirror, visit).free_at == sample.at(12, 30), "none was wanted, and none is needed"
    saving.change(mirror, Appointment, visit, {"service_id": sample["dental"]})
    assert row(mirror, visit).free_at is None
    with pytest.raises(InvalidValue) as refused:
        saving.change(mirror, Appointment, visit, {"free_at": sample.at(12, 10)})
    assert refused.value.field == "free_at"


def test_no_visits_after_death(mirror: Mirror, sample: Sample) -> None:
    """Rule 22: on the day itself there may be one; a stay is a visit too."""
    pets = Pet.__table__
    with mirror.apply() as connection:
        connection.execute(
            pets.update().where(pets.c.id == sample["Mango"]).values(deceased_on=DAY)
        )
    tomorrow = DAY + timedelta(days=1)
    values = {"pet_id": sample["Mango"], "scheduled_at": sample.at(14, day=tomorrow)}
    values["ends_at"] = values["scheduled_at"] + timedelta(minutes=20)
    with pytest.raises(InvalidValue, match="Mango died on 11 March 2026"):
        saving.add(mirror, Appointment, values)
    with pytest.raises(InvalidValue, match="Mango died"):
        appointments.book(mirror, values)
    with pytest.raises(InvalidValue, match="Mango died"):
        appointments.move_appointment(mirror, sample["Mango visit"], starts=values["scheduled_at"])
    stay = {"pet_id": sample["Mango"], "start_date": tomorrow, "end_date": tomorrow}
    with pytest.raises(InvalidValue, match="Mango died"):
        saving.add(mirror, Booking, stay)
    appointments.move_appointment(mirror, sample["Mango visit"], starts=sample.at(16))


def test_who_left_is_not_booked_and_no_visit_lasts_for_weeks(
    mirror: Mirror, sample: Sample
) -> None:
    with mirror.apply() as connection:
        connection.execute(OrganizationUser.__table__.update().values(status=Status.ARCHIVED))
    values = {**taken(sample), "scheduled_at": sample.at(13), "ends_at": sample.at(14)}
    with pytest.raises(InvalidValue, match="does not work here"):
        appointments.book(mirror, values)
    values |= {"veterinarian_id": None, "ends_at": sample.at(13, day=date(2026, 4, 1))}
    with pytest.raises(InvalidValue, match="at most 7 days"):
        appointments.book(mirror, values)


S = AppointmentStatus


@pytest.mark.parametrize(
    ("now_is", "then"),
    [
        (S.COMPLETED, S.CANCELLED),
        (S.COMPLETED, S.NO_SHOW),
        (S.IN_PROGRESS, S.CANCELLED),
        (S.IN_PROGRESS, S.NO_SHOW),
        (S.CANCELLED, S.NO_SHOW),
        (S.CANCELLED, S.COMPLETED),
        (S.NO_SHOW, S.IN_PROGRESS),
    ],
)
def test_one_status_follows_another(mirror: Mirror, sample: Sample, now_is: S, then: S) -> None:
    """Rule 20: cancelled and no-show come from booked and confirmed only."""
    with mirror.unit("As it is") as unit:
        unit.update(Appointment, sample["Rex visit"], {"status": now_is})
    for save in (
        lambda: appointments.set_status(mirror, sample["Rex visit"], then),
        lambda: saving.change(mirror, Appointment, sample["Rex visit"], {"status": then}),
    ):
        with pytest.raises(InvalidValue, match="cannot become"):
            save()


def stage(mirror: Mirror, visit: UUID) -> tuple[str, list[str]]:
    found = row(mirror, visit)
    return found.status, [name for name in STAMPS.values() if getattr(found, name) is not None]


def test_the_status_follows_the_stages_forwards_and_back(mirror: Mirror, sample: Sample) -> None:
    """Rule 20: each step is one unit of work, and can be taken back."""
    visit = sample["Rex visit"]
    names = list(STAMPS.values())
    seen = []
    for _ in range(5):
        appointments.advance(mirror, visit)
        seen.append(stage(mirror, visit))
    assert seen == [
        (S.SCHEDULED, names[:1]),
        (S.IN_PROGRESS, names[:2]),
        (S.IN_PROGRESS, names[:3]),
        (S.IN_PROGRESS, names[:4]),
        (S.COMPLETED, names),
    ]
    assert units(mirror) == 5
    back = []
    for _ in range(5):
        appointments.step_back(mirror, visit)
        back.append(stage(mirror, visit))
    assert back[:3] == [seen[3], seen[2], seen[1]]
    assert back[3:] == [(S.CONFIRMED, names[:1]), (S.CONFIRMED, [])]
    with pytest.raises(InvalidValue, match="has not begun"):
        appointments.step_back(mirror, visit)
    before = {name: getattr(row(mirror, visit), name) for name in ("status", *names)}
    appointments.set_stage(mirror, visit, Stage.TO_PAY)
    found = row(mirror, visit)
    assert len({getattr(found, name) for name in names[:4]}) == 1
    assert not appointments.set_stage(mirror, visit, Stage.TO_PAY)
    appointments.put_back(mirror, visit, before)
    assert stage(mirror, visit) == (S.CONFIRMED, [])
    appointments.set_status(mirror, visit, S.CANCELLED)
    for act in (appointments.advance, appointments.step_back):
        with pytest.raises(InvalidValue, match="cancelled"):
            act(mirror, visit)


def test_typed_stamps_keep_their_order_and_take_the_status_along(
    mirror: Mirror, sample: Sample
) -> None:
    """Rule 20, in the form and by command."""
    visit = sample["Rex visit"]

    def save(**values: Any) -> None:
        saving.change(mirror, Appointment, visit, values)

    save(arrived_at=sample.at(9, 25))
    with pytest.raises(InvalidValue, match="no no-show"):
        save(status=S.NO_SHOW)
    with pytest.raises(InvalidValue, match="was in the room before it arrived") as refused:
        save(in_room_at=sample.at(9, 20))
    assert refused.value.field == "in_room_at"
    save(in_room_at=sample.at(9, 30))
    assert row(mirror, visit).status == S.IN_PROGRESS
    save(left_at=sample.at(9, 50))
    assert row(mirror, visit).status == S.COMPLETED
    save(status=S.IN_PROGRESS)
    assert row(mirror, visit).left_at is None
    save(status=S.CONFIRMED)
    assert stage(mirror, visit) == (S.CONFIRMED, ["arrived_at"])
    save(status=S.CANCELLED)
    with pytest.raises(InvalidValue, match="cancelled was with the vet"):
        save(with_vet_at=sample.at(9, 40))


def test_who_walks_in_is_booked_and_has_arrived_in_one_unit(mirror: Mirror, sample: Sample) -> None:
    (made,) = appointments.walk_in(
        mirror, {"pet_id": sample["Rex"], "service_id": sample["checkup"]}
    )["appointments"]
    found = row(mirror, made)
    assert stage(mirror, made) == (S.SCHEDULED, ["arrived_at"])
    assert found.ends_at - found.scheduled_at == timedelta(minutes=20)
    assert abs(found.scheduled_at - now()) < timedelta(minutes=5)
    assert units(mirror) == 1


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A desk whose own clock is half a day from the clinic's."""
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of a process cannot be set here")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("far_away")
def test_a_desk_elsewhere_is_told_the_clinics_times(mirror: Mirror, sample: Sample) -> None:
    """Rule 25, over midnight: what is on the 12th in Auckland is on the 11th here."""
    with mirror.apply() as connection:
        hours = {"opening_hours": "Mo-Fr 08:00-18:00"}
        connection.execute(Organization.__table__.update().values(hours))
    late = {**taken(sample), "scheduled_at": sample.at(23, 50)}
    late["ends_at"] = late["scheduled_at"] + timedelta(minutes=30)
    appointments.book(mirror, late)
    early = {**late, "pet_id": sample["Rex"], "scheduled_at": sample.at(0, 10, date(2026, 3, 12))}
    early["ends_at"] = early["scheduled_at"] + timedelta(minutes=10)
    with pytest.raises(Refusal) as refused:
        appointments.book(mirror, early)
    told = str(refused.value)
    assert told.startswith("Dr Osei Lund is taken by Mango from 23:50 to 00:20.")
    assert "Next free: Thu 12 Mar 08:00" in told


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_what_is_free_on_a_day_of_another_length(
    mirror: Mirror, sample: Sample, day: date, hours: int
) -> None:
    """Rule 25: visits as long as the day from midnight to midnight do not overlap the next's."""
    midnight = sample.at(0, day=day)
    end = sample.at(0, day=day + timedelta(days=1))
    values = {**taken(sample), "scheduled_at": midnight, "ends_at": end}
    (made,) = appointments.book(mirror, values)["appointments"]
    assert row(mirror, made).ends_at - row(mirror, made).scheduled_at == timedelta(hours=hours)
    appointments.book(
        mirror,
        {
            **values,
            "pet_id": sample["Rex"],
            "scheduled_at": end,
            "ends_at": end + timedelta(hours=1),
        },
    )
    late = end.astimezone(midnight.tzinfo) - timedelta(minutes=1)
    with pytest.raises(Taken, match="from 00:00 to 00:00"):
        appointments.book(
            mirror, {**values, "pet_id": sample["Pixel"], "scheduled_at": late, "ends_at": end}
        )
