"""Visits: who may ask for one and call it off, and how many a room holds."""

from __future__ import annotations

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
