"""One visit at two desks: brought on, moved, made longer offline (rules 19 and 20)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from fluffydesk.actions import appointments, saving, stays
from fluffydesk.actions.findings import findings
from fluffydesk.actions.series import Repeat, book_series
from fluffydesk.actions.stay_bill import bill_stay
from fluffydesk.actions.vaccinations import vaccinate
from fluffydesk.figures.recurrence import Frequency
from fluffydesk.figures.visits import STAMPS, Stage, out_of_order, stage_of
from fluffydesk.records.booking import RoomAvailability
from fluffydesk.records.catalog import record_for
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.booking import BookingStatus
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import today
from fluffydesk.sync import resolve
from fluffydesk.ui.screens.reading.sync import read_sync
from fluffydesk.ui.screens.reading.sync_taken import taken_time
from fluffydesk.ui.screens.visits import one_visit
from tests.sync.desks import Desk
from tests.sync.farms import Farm

TEN = datetime(2199, 5, 6, 10, tzinfo=UTC)
MINUTES = timedelta(minutes=1)


class Clinic(Farm):
    """A clinic with two desks and one visit, which both know."""

    def __init__(self, central: Any, folder: Path) -> None:
        super().__init__(central, folder, "veterinary_clinic")
        vet = self.member("vet", "owner")
        self.front, self.back = self.desk(vet, "front-pc"), self.desk(vet, "back-pc")
        with self.front.mirror.unit("Register") as unit:
            self.pet, self.other = (
                unit.insert(record_for("pets"), {"name": name, "species": "Dog"})
                for name in ("Rex", "Tom")
            )
            for pet in (self.pet, self.other):
                unit.insert(record_for("clinic_patients"), {"pet_id": pet})
        self.visit: UUID
        self.day = 0

    def book(self, starts: datetime) -> None:
        """Book the visit that a test is about."""
        vet = next(iter(self.users.values()))
        values = {"pet_id": self.pet, "veterinarian_id": vet, "scheduled_at": starts}
        (self.visit,) = appointments.book(self.front.mirror, values)["appointments"]
        self.settle()

    def row(self, desk: Desk) -> dict[str, Any]:
        found = desk.row("appointments", self.visit)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def opened(shared_central: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    made = Clinic(shared_central, tmp_path_factory.mktemp("clinic"))
    yield made
    made.close()


@pytest.fixture
def clinic(opened: Clinic) -> Clinic:
    """The clinic with a new visit, at ten on a day of its own."""
    opened.day += 1
    opened.book(TEN + timedelta(days=opened.day))
    return opened


def test_two_desks_that_bring_a_visit_on_agree(clinic: Clinic) -> None:
    appointments.advance(clinic.front.mirror, clinic.visit)
    appointments.advance(clinic.front.mirror, clinic.visit)
    appointments.set_stage(clinic.back.mirror, clinic.visit, Stage.TO_PAY)
    here, there = clinic.row(clinic.front), clinic.row(clinic.back)
    clinic.settle()
    row = clinic.row(clinic.front)
    assert row == clinic.row(clinic.back)
    stamps = {name: row[name] for name in STAMPS.values()}
    assert stamps["arrived_at"] == here["arrived_at"], "the earlier of the two"
    assert stamps["to_pay_at"] == there["to_pay_at"]
    assert out_of_order(stamps) is None
    assert (stage_of(stamps), row["status"]) == (Stage.TO_PAY, "in_progress")
    assert clinic.front.conflicts() == clinic.back.conflicts() == []
    clinic.assert_quiet()


def test_one_calls_off_what_the_other_has_begun_is_asked(clinic: Clinic) -> None:
    """Rule 20: neither follows from the other, so a person decides."""
    appointments.advance(clinic.front.mirror, clinic.visit)
    appointments.advance(clinic.front.mirror, clinic.visit)
    appointments.set_status(clinic.back.mirror, clinic.visit, AppointmentStatus.CANCELLED)
    clinic.settle()
    [asked] = clinic.back.conflicts()
    assert (asked.column, asked.mine, asked.theirs) == ("status", "cancelled", "in_progress")
    resolve.decide(clinic.back.mirror, asked.id, "theirs")
    clinic.settle()
    assert clinic.row(clinic.front)["status"] == "in_progress"
    clinic.assert_quiet()


@pytest.mark.parametrize(
    ("first", "ended"),
    [("front", AppointmentStatus.CANCELLED), ("back", AppointmentStatus.NO_SHOW)],
)
def test_one_calls_off_whose_patient_arrived_at_the_other_is_asked(
    clinic: Clinic, first: str, ended: AppointmentStatus
) -> None:
    """Rule 20, whoever syncs first: an arrival is a stamp and no status, and is not overlooked."""
    appointments.advance(clinic.front.mirror, clinic.visit)
    appointments.set_status(clinic.back.mirror, clinic.visit, ended)
    getattr(clinic, first).sync()
    clinic.settle()
    second = clinic.back if first == "front" else clinic.front
    assert getattr(clinic, first).conflicts() == []
    [asked] = second.conflicts()
    sides = {"scheduled", str(ended)}
    assert (asked.column, {asked.mine, asked.theirs}) == ("status", sides)
    assert clinic.row(second)["status"] == asked.mine
    [shown] = read_sync(second.mirror).conflicts
    assert shown.asked.startswith("Arrived: ")
    assert "did not know that" in shown.asked
    keep = "theirs" if asked.theirs == "scheduled" else "mine"
    resolve.decide(second.mirror, asked.id, keep)
    clinic.settle()
    for desk in (clinic.front, clinic.back):
        row = clinic.row(desk)
        assert row["status"] == "scheduled"
        assert row["arrived_at"] is not None
    assert second.conflicts() == []
    clinic.assert_quiet()


def test_one_calls_off_what_the_other_moved_is_asked(clinic: Clinic) -> None:
    """Whoever moved it told the client to come then."""
    later = clinic.row(clinic.front)["scheduled_at"] + 120 * MINUTES
    appointments.move_appointment(clinic.front.mirror, clinic.visit, starts=later)
    appointments.set_status(clinic.back.mirror, clinic.visit, AppointmentStatus.CANCELLED)
    clinic.back.sync()
    clinic.settle()
    [asked] = clinic.front.conflicts()
    assert (asked.column, asked.mine, asked.theirs) == ("status", "scheduled", "cancelled")
    [shown] = read_sync(clinic.front.mirror).conflicts
    assert shown.asked.startswith("It was moved. Starts: ")
    resolve.decide(clinic.front.mirror, asked.id, "mine")
    clinic.settle()
    row = clinic.row(clinic.back)
    assert (row["status"], row["scheduled_at"]) == ("scheduled", later)
    clinic.assert_quiet()


def test_a_patient_that_both_saw_arrive_may_be_called_off(clinic: Clinic) -> None:
    appointments.advance(clinic.front.mirror, clinic.visit)
    appointments.advance(clinic.back.mirror, clinic.visit)
    appointments.set_status(clinic.back.mirror, clinic.visit, AppointmentStatus.CANCELLED)
    clinic.settle()
    assert clinic.front.conflicts() == clinic.back.conflicts() == []
    assert clinic.row(clinic.front)["status"] == "cancelled"
    clinic.assert_quiet()


def test_one_moves_what_the_other_makes_longer(clinic: Clinic) -> None:
    """Until it is decided the visit is drawn from its start on, and no time of it is lost."""
    ten = clinic.row(clinic.front)["scheduled_at"]
    noon = ten + 120 * MINUTES
    appointments.move_appointment(clinic.front.mirror, clinic.visit, starts=noon)
    appointments.resize_appointment(clinic.back.mirror, clinic.visit, ends=ten + 40 * MINUTES)
    clinic.settle()
    [asked] = clinic.back.conflicts()
    assert asked.column == "ends_at"
    with clinic.back.mirror.read() as connection:
        drawn = one_visit(connection, clinic.visit)
    assert drawn is not None
    assert drawn.starts == noon < drawn.ends
    resolve.decide(clinic.back.mirror, asked.id, "theirs")
    clinic.settle()
    row = clinic.row(clinic.front)
    assert (row["scheduled_at"], row["ends_at"]) == (noon, noon + 20 * MINUTES)
    clinic.assert_quiet()


def test_of_a_series_made_offline_one_is_taken(clinic: Clinic) -> None:
    """Rule 19: the series waits as it was made, and goes once that one is at a free time."""
    first = clinic.row(clinic.front)["scheduled_at"] + 60 * MINUTES
    vet = clinic.row(clinic.front)["veterinarian_id"]
    values = {"pet_id": clinic.pet, "veterinarian_id": vet, "scheduled_at": first}
    series = book_series(clinic.front.mirror, values, Repeat(1, Frequency.WEEKLY, times=4))
    theirs = {"pet_id": clinic.other, "veterinarian_id": vet}
    theirs["scheduled_at"] = first + timedelta(weeks=2)
    appointments.book(clinic.back.mirror, theirs)
    clinic.back.sync()
    clinic.settle()
    [refused] = clinic.front.quarantine()
    assert (refused.row_id, refused.code) == (series.done[2], "23P01")
    assert [clinic.front.row("appointments", one) is not None for one in series.done] == [True] * 4
    with clinic.front.mirror.read() as connection:
        shown = taken_time(connection, refused, ZoneInfo("UTC"))
    assert " is taken by Tom from 11:00 to 11:20." in shown.words
    assert shown.slots
    starts = shown.slots[0].starts
    appointments.move_appointment(clinic.front.mirror, refused.row_id, starts=starts)
    resolve.retry(clinic.front.mirror, refused.id)
    clinic.settle()
    assert clinic.front.quarantine() == []
    moved = clinic.back.row("appointments", refused.row_id)
    assert moved is not None
    assert moved["scheduled_at"] == starts
    assert all(clinic.back.row("appointments", one) for one in series.done)
    clinic.assert_quiet()


def told(clinic: Clinic) -> list[str]:
    """Return what does not add up: the same at both desks."""
    found = []
    for desk in (clinic.front, clinic.back):
        with desk.mirror.read() as connection:
            found.append([one.message for one in findings(connection)])
    assert found[0] == found[1]
    assert clinic.front.quarantine() == clinic.back.quarantine() == []
    assert clinic.front.conflicts() == clinic.back.conflicts() == []
    clinic.assert_quiet()
    return found[0]


@pytest.mark.parametrize("first", ["front", "back"])
def test_what_both_desks_wrote_in_good_faith_is_kept_and_told_at_both(
    opened: Clinic, first: str
) -> None:
    """Rules 18, 19, 22 and 23: each desk kept them by what it knew, whoever syncs first."""
    front, back = opened.front, opened.back
    at_first, at_last = (front, back) if first == "front" else (back, front)
    with front.mirror.unit("Register") as unit:
        room = unit.insert(record_for("rooms"), {"name": f"Ward {first}", "kind": "boarding"})
        pet = unit.insert(record_for("pets"), {"name": f"Otis {first}", "species": "Dog"})
        unit.insert(record_for("clinic_patients"), {"pet_id": pet})
    on = today()
    days = {"start_date": on - timedelta(days=3), "end_date": on}
    stay, _ = stays.book_stay(front.mirror, {"pet_id": pet, **days}, Decimal(20))
    stays.set_step(front.mirror, stay, BookingStatus.CHECKED_IN)
    opened.settle()
    # The stay is billed here and made longer there; the dose is given here and there.
    stays.set_step(at_first.mirror, stay, BookingStatus.COMPLETED)
    bill_stay(at_first.mirror, stay)
    stays.move_stay(at_last.mirror, stay, days_last=2)
    for desk in (front, back):
        vaccinate(desk.mirror, {"pet_id": pet, "vaccine": "Rabisin", "given_on": on})
    # A room is blocked here, and given to a visit there, on a day on which the pet has died.
    starts = datetime.combine(on + timedelta(days=2), time(10), UTC)
    block = {"starts_at": starts, "ends_at": starts + timedelta(hours=9), "kind": "blocked"}
    saving.add(at_last.mirror, RoomAvailability, {"room_id": room, **block})
    visit = {"pet_id": pet, "room_id": room, "scheduled_at": starts}
    appointments.book(at_first.mirror, visit)
    at_first.sync()
    saving.change(at_last.mirror, Pet, pet, {"deceased_on": on})
    opened.settle()
    name, later = f"Otis {first}", f"{on + timedelta(days=2):%d %B %Y}"
    found = [one for one in told(opened) if name in one]
    assert f"{name} got Rabisin twice on {on:%d %B %Y}." in found
    assert f"{name} died on {on:%d %B %Y}, and has a visit on {later}." in found
    [blocked] = [one for one in found if one.startswith(f"Ward {first} is blocked from ")]
    assert blocked.endswith(f" and {name} is booked there.")
    [bill] = [one for one in found if one.startswith(f"The bill of {name}'s stay, ")]
    assert bill.endswith(" does not hold Boarding, 2 nights more.")
    assert len(found) == 4
