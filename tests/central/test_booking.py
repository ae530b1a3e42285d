"""Visits: who may ask for one and call it off, and how many a room holds."""

from __future__ import annotations

from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest

from fluffydesk.records.types import new_id
from tests.central.central_rows import insert

DENIED = psycopg.errors.InsufficientPrivilege


class Town:
    """A clinic with a service for everybody, its vet, and Petra, who has a dog and no more."""

    def __init__(self, central: Any) -> None:
        self.central, self.admin = central, central.admin()
        self.clinic: UUID = central.add_organization("Town Clinic", "veterinary_clinic")
        self.vet_id: UUID = central.add_user("vera", self.clinic, "veterinarian")
        self.vet = central.login("vera")
        self.petra_id, self.petra = self.outsider("petra")
        self.dog = self.add("pets", name="Rex", species="dog", owner_id=self.petra_id)
        self.service = self.add("services", organization_id=self.clinic, name="Check-up")
        self.offer = self.add(
            "organization_services",
            organization_id=self.clinic,
            service_id=self.service,
            title="Check-up",
            is_public=True,
            books_online=True,
        )

    def outsider(self, name: str) -> tuple[UUID, Any]:
        """Return somebody with an account who works nowhere."""
        id = self.central.add_user(name, self.clinic, "viewer")
        self.admin.execute("delete from organization_users where user_id = %s", (id,))
        return id, self.central.login(name)

    def add(self, table: str, login: Any = None, **values: Any) -> UUID:
        values = {"id": new_id(), **values}
        insert(login or self.admin, table, values)
        return UUID(str(values["id"]))

    def appointment(self, login: Any, **values: Any) -> UUID:
        given = {
            "organization_id": self.clinic,
            "pet_id": self.dog,
            "service_id": self.service,
            "scheduled_at": "2199-05-04 09:00Z",
            "ends_at": "2199-05-04 09:30Z",
        }
        return self.add("appointments", login, **{**given, **values})

    def booking(self, login: Any, first: str, last: str, **values: Any) -> UUID:
        given = {
            "organization_id": self.clinic,
            "pet_id": self.dog,
            "service_id": self.service,
            "start_date": first,
            "end_date": last,
        }
        return self.add("bookings", login, **{**given, **values})

    def one(self, query: str, *values: Any) -> Any:
        found = self.admin.execute(query, values).fetchone()
        return found[0] if found else None

    def patients(self) -> int:
        return int(self.one("select count(*) from clinic_patients where ended_on is null"))


@pytest.fixture
def town(central: Any) -> Town:
    return Town(central)


def test_an_owner_books_and_the_pet_becomes_a_patient_until_it_is_called_off(town: Town) -> None:
    visit = town.appointment(town.petra)
    query = "select booked_by from appointments where id = %s"
    assert town.petra.execute(query, (visit,)).fetchone() == (town.petra_id,)
    assert town.patients() == 1
    assert town.vet.execute("select name from pets").fetchall() == [("Rex",)]
    town.petra.execute("select cancel_visit(%s)", (visit,))
    assert town.one("select status from appointments") == "cancelled"
    assert town.patients() == 0
    stay = town.booking(town.petra, "2199-05-04", "2199-05-06")
    assert town.patients() == 1
    town.petra.execute("select cancel_visit(%s)", (stay,))
    assert town.one("select status from bookings") == "cancelled"


def test_nobody_books_anothers_pet_or_a_place_for_it(town: Town) -> None:
    _, stranger = town.outsider("stranger")
    with pytest.raises(DENIED):
        town.appointment(stranger)
    with pytest.raises(DENIED):
        town.booking(stranger, "2199-05-04", "2199-05-06")
    # Nor who works at another clinic, for one of its patients.
    other = town.central.add_organization("Other Clinic", "veterinary_clinic")
    town.central.add_user("otto", other, "owner")
    town.add("clinic_patients", organization_id=other, pet_id=town.dog)
    with pytest.raises(DENIED):
        town.appointment(town.central.login("otto"))
    assert town.one("select count(*) from clinic_patients") == 1


@pytest.mark.parametrize(
    "values",
    [
        {"status": "confirmed"},
        {"service_id": None},
        {"arrived_at": "2199-05-04 09:00Z"},
        {"booked_by": None},
    ],
)
def test_an_owner_asks_and_does_not_decide(town: Town, values: dict[str, Any]) -> None:
    with pytest.raises(DENIED):
        town.appointment(town.petra, **values)
    with pytest.raises(DENIED):
        town.appointment(town.petra, veterinarian_id=town.vet_id)
    with pytest.raises(DENIED):
        town.booking(town.petra, "2199-05-04", "2199-05-06", price=1)


@pytest.mark.parametrize(
    "column", ["is_public = false", "books_online = false", "status = 'archived'"]
)
def test_only_what_is_offered_to_everybody_is_booked_by_owners(town: Town, column: str) -> None:
    town.admin.execute(f"update organization_services set {column}")
    with pytest.raises(DENIED, match="cannot be booked"):
        town.appointment(town.petra)
    assert town.patients() == 0
    town.add("clinic_patients", organization_id=town.clinic, pet_id=town.dog)
    town.appointment(town.vet)  # whoever works there books what they like


def test_an_owner_changes_nothing_else_and_calls_nothing_off_that_has_begun(town: Town) -> None:
    visit = town.appointment(town.petra)
    changed = town.petra.execute("update appointments set reason = 'x' where id = %s", (visit,))
    assert changed.rowcount == 0
    _, stranger = town.outsider("stranger")
    with pytest.raises(DENIED):
        stranger.execute("select cancel_visit(%s)", (visit,))
    town.vet.execute("update appointments set arrived_at = now()")
    with pytest.raises(DENIED):
        town.petra.execute("select cancel_visit(%s)", (visit,))
    assert town.one("select status from appointments") == "scheduled"


def test_a_pet_that_has_died_is_not_booked(town: Town) -> None:
    town.add("clinic_patients", organization_id=town.clinic, pet_id=town.dog)
    town.admin.execute("update pets set deceased_on = '2026-05-04'")
    for login in (town.vet, town.petra):
        with pytest.raises(psycopg.errors.RaiseException, match="has died"):
            town.appointment(login)
        with pytest.raises(psycopg.errors.RaiseException, match="has died"):
            town.booking(login, "2199-05-04", "2199-05-06")
    # What took place before is written down afterwards.
    town.appointment(town.vet, scheduled_at="2026-05-01 09:00Z", ends_at="2026-05-01 10:00Z")


def test_a_room_holds_as_many_as_it_has_places(town: Town) -> None:
    town.add("clinic_patients", organization_id=town.clinic, pet_id=town.dog)
    room = town.add("rooms", organization_id=town.clinic, name="Cage", kind="boarding", capacity=2)

    def book(first: str, last: str, **values: Any) -> UUID:
        return town.booking(town.vet, first, last, room_id=room, **values)

    book("2199-05-04", "2199-05-06")
    book("2199-05-06", "2199-05-08")
    # Never more than one at a time until now: the night of one ends as the other's begins.
    third = book("2199-05-04", "2199-05-08")
    with pytest.raises(psycopg.errors.ExclusionViolation, match="no place"):
        book("2199-05-05", "2199-05-05")
    book("2199-05-08", "2199-05-08")
    town.vet.execute("update bookings set status = 'cancelled' where id = %s", (third,))
    again = book("2199-05-05", "2199-05-06")
    with pytest.raises(psycopg.errors.ExclusionViolation):
        town.vet.execute("update bookings set status = 'confirmed' where id = %s", (third,))
    town.vet.execute("update bookings set notes = 'x' where id = %s", (again,))


def test_a_room_that_is_blocked_holds_none(town: Town) -> None:
    town.add("clinic_patients", organization_id=town.clinic, pet_id=town.dog)
    room = town.add("rooms", organization_id=town.clinic, name="Cage", kind="boarding")
    entry = {"organization_id": town.clinic, "room_id": room}
    may = {**entry, "starts_at": "2199-05-01 00:00Z", "ends_at": "2199-06-01 00:00Z"}
    town.add("room_availability", town.vet, **may, kind="available", capacity=3)
    day = {**entry, "starts_at": "2199-05-04 08:00Z", "ends_at": "2199-05-04 12:00Z"}
    town.add("room_availability", town.vet, **day, kind="maintenance")
    with pytest.raises(psycopg.errors.ExclusionViolation):
        town.add("room_availability", town.vet, **day, kind="blocked")
    with pytest.raises(psycopg.errors.ExclusionViolation, match="no place"):
        town.booking(town.vet, "2199-05-03", "2199-05-05", room_id=room)
    # With times, the hours count.
    town.booking(
        town.vet, "2199-05-04", "2199-05-05", room_id=room, drop_off_at="2199-05-04 12:00Z"
    )
    for _ in range(2):
        town.booking(town.vet, "2199-05-10", "2199-05-11", room_id=room)


def test_everybody_sees_what_is_offered_and_listed_and_no_more(town: Town) -> None:
    visitor = town.central.admin()
    town.add("provider_profiles", organization_id=town.clinic, display_name="Town")
    town.add("services", organization_id=town.clinic, name="Old", status="archived")
    visitor.execute("set role anon")

    def seen(table: str, column: str) -> list[str]:
        return [row[0] for row in visitor.execute(f"select {column} from {table}")]

    assert seen("services", "name") == ["Check-up"]
    assert seen("organization_services", "title") == ["Check-up"]
    assert seen("provider_profiles", "display_name") == []
    town.admin.execute("update provider_profiles set is_listed = true")
    assert seen("provider_profiles", "display_name") == ["Town"]
    town.admin.execute("update provider_profiles set blocked_at = now()")
    assert seen("provider_profiles", "display_name") == []
    for table in ("organizations", "rooms", "bookings", "appointments", "staff_shifts"):
        with pytest.raises(DENIED):
            visitor.execute(f"select id from {table}")


TAKEN = psycopg.errors.ExclusionViolation


class Diary:
    """Visits of the town's vet and of one room, by hours of one day; each with a pet of its own."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.room = town.add("rooms", organization_id=town.clinic, name="One")

    def visit(self, start: str, end: str, login: Any = None, **values: Any) -> UUID:
        given = {
            "veterinarian_id": self.town.vet_id,
            "room_id": self.room,
            "pet_id": values.get("pet_id") or self.pet(),
            "scheduled_at": f"2199-05-04 {start}Z",
            "ends_at": f"2199-05-04 {end}Z",
        }
        return self.town.appointment(login or self.town.vet, **{**given, **values})

    def pet(self) -> UUID:
        pet = self.town.add("pets", name="One more", species="cat")
        self.town.add("clinic_patients", organization_id=self.town.clinic, pet_id=pet)
        return pet

    def rule(self, *, vet: str = "never", room: str = "never") -> None:
        admin = self.town.admin
        admin.execute("update organization_users set double_booking = %s", (vet,))
        admin.execute("update rooms set double_booking = %s", (room,))

    def set(self, visit: UUID, change: str) -> None:
        self.town.vet.execute(f"update appointments set {change} where id = %s", (visit,))


@pytest.fixture
def diary(town: Town) -> Diary:
    return Diary(town)


@pytest.mark.parametrize("whose", ["veterinarian_id", "room_id"])
def test_vets_and_rooms_have_one_visit_at_a_time_unless_they_say_so(
    diary: Diary, whose: str
) -> None:
    """Rule 19, by a member's own login: never, ask and allow."""
    other = {"room_id", "veterinarian_id"} - {whose}
    alone: dict[str, Any] = dict.fromkeys(other)
    kind = "vet" if whose == "veterinarian_id" else "room"
    kept = diary.visit("09:00", "09:20", **alone)
    diary.visit("09:20", "09:40", **alone)
    for values in ({}, {"may_overlap": True}):
        with pytest.raises(TAKEN):
            diary.visit("09:10", "09:30", **alone, **values)
    diary.rule(**{kind: "ask"})
    with pytest.raises(TAKEN):
        diary.visit("09:10", "09:30", **alone)
    twice = diary.visit("09:10", "09:30", **alone, may_overlap=True)
    with pytest.raises(TAKEN):  # nobody was asked about this one
        diary.visit("09:25", "09:28", **alone)
    diary.set(twice, "reason = 'told by telephone', status = 'confirmed'")
    diary.rule(**{kind: "allow"})
    diary.visit("09:00", "09:40", **alone)
    diary.set(kept, "scheduled_at = '2199-05-04 08:55Z'")


def test_a_pet_is_in_one_place_whatever_is_allowed(diary: Diary) -> None:
    diary.rule(vet="allow", room="allow")
    pet = diary.pet()
    diary.visit("09:00", "09:20", pet_id=pet)
    with pytest.raises(TAKEN):
        diary.visit("09:10", "09:30", pet_id=pet, may_overlap=True)
    diary.visit("09:20", "09:30", pet_id=pet)


def test_clearing_up_is_the_vets_and_the_rooms_and_not_the_pets(diary: Diary) -> None:
    pet = diary.pet()
    diary.visit("09:00", "09:20", free_at="2199-05-04 09:30Z", pet_id=pet)
    with pytest.raises(TAKEN):
        diary.visit("09:25", "09:40")
    diary.visit("09:20", "09:40", pet_id=pet, veterinarian_id=None, room_id=None)
    later = diary.visit("09:30", "09:40")
    diary.visit("09:40", "09:50", pet_id=pet)
    with pytest.raises(TAKEN):
        diary.set(later, "free_at = '2199-05-04 09:41Z'")


def test_a_stricter_policy_leaves_what_is_there_and_lets_nothing_more_in(diary: Diary) -> None:
    diary.rule(vet="allow", room="allow")
    first, second = diary.visit("09:00", "09:20"), diary.visit("09:10", "09:30")
    diary.rule()
    for visit in (first, second):
        diary.set(visit, "status = 'in_progress', arrived_at = '2199-05-04 09:00Z'")
        diary.set(visit, "status = 'completed'")
    # Also where only a visit of the former policy is in the way.
    for whose in ("veterinarian_id", "room_id"):
        with pytest.raises(TAKEN):
            diary.visit("09:25", "09:40", **{whose: None})
    with pytest.raises(TAKEN):
        diary.set(second, "ends_at = '2199-05-04 09:31Z'")
    diary.set(second, "scheduled_at = '2199-05-04 09:20Z'")


def test_a_visit_that_is_called_off_takes_no_time_until_it_is_on_again(diary: Diary) -> None:
    off = diary.visit("09:00", "09:20")
    diary.set(off, "status = 'cancelled'")
    kept = diary.visit("09:10", "09:30")
    with pytest.raises(TAKEN):
        diary.set(off, "status = 'scheduled'")
    diary.set(kept, "status = 'no_show'")
    diary.set(off, "status = 'scheduled'")


@pytest.mark.parametrize("policy", ["never", "ask"])
def test_two_transactions_at_once_make_one_booking(diary: Diary, policy: str) -> None:
    """Rule 19 by the database's own constraint: the second waits for the first, and is refused."""
    diary.rule(vet=policy, room=policy)
    pets = diary.pet(), diary.pet()
    first, second = diary.town.central.login("vera"), diary.town.central.login("vera")
    refused: list[type[Exception]] = []

    def book() -> None:
        try:
            with second.transaction():
                diary.visit("09:10", "09:30", second, pet_id=pets[1])
        except psycopg.Error as error:
            refused.append(type(error))

    with first.transaction():
        diary.visit("09:00", "09:20", first, pet_id=pets[0])
        other = Thread(target=book)
        other.start()
        waits = "select count(*) from pg_locks where not granted"
        while not diary.town.one(waits) and other.is_alive():
            continue
        assert other.is_alive(), "the second transaction did not wait for the first"
    other.join(30)
    assert refused == [TAKEN]
    assert diary.town.one("select count(*) from appointments") == 1


def test_a_policy_waits_for_the_booking_that_was_made_under_the_former(diary: Diary) -> None:
    diary.rule(vet="allow", room="allow")
    diary.visit("09:00", "09:20", room_id=None)
    pet, login = diary.pet(), diary.town.central.login("vera")
    admin = diary.town.central.admin()
    change = Thread(
        target=admin.execute, args=("update organization_users set double_booking = 'never'",)
    )
    with login.transaction():
        diary.visit("09:10", "09:40", login, pet_id=pet, room_id=None)
        change.start()
        waits = "select count(*) from pg_locks where not granted"
        while not diary.town.one(waits) and change.is_alive():
            continue
        assert change.is_alive(), "the policy did not wait for the booking"
    change.join(30)
    with pytest.raises(TAKEN):
        diary.visit("09:30", "09:50", room_id=None)


def test_after_its_death_a_pet_is_not_moved_to_a_day_either(town: Town) -> None:
    """Rule 22, by the days of the clinic: 7 at night there is the next day in UTC."""
    town.add("clinic_patients", organization_id=town.clinic, pet_id=town.dog)
    town.admin.execute("update organizations set time_zone = 'America/Los_Angeles'")
    visit = town.appointment(town.vet)
    town.admin.execute("update pets set deceased_on = '2199-05-05'")
    move = "update appointments set scheduled_at = %s, ends_at = %s where id = %s"
    town.vet.execute(move, ("2199-05-06 02:00Z", "2199-05-06 02:30Z", visit))
    with pytest.raises(psycopg.errors.RaiseException, match="has died"):
        town.vet.execute(move, ("2199-05-06 07:00Z", "2199-05-06 07:30Z", visit))
    town.vet.execute("update appointments set status = 'cancelled'")
