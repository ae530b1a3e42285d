"""The summaries count what is there, afresh each time, for everybody; only the platform asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from psycopg.errors import InsufficientPrivilege

from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import new_id, now
from tests.central.central_rows import a_value, insert, wanted

SUMMARIES = ("org", "provider", "owner", "platform")


class Clinic:
    """A clinic, one of its providers and clients, and rows that are given as far as they matter."""

    def __init__(self, central: Any) -> None:
        self.admin, self.scheduler = central.admin(), central.admin()
        self.id = central.add_organization("Town Clinic", "veterinary_clinic")
        self.vet = central.add_user("vet", self.id, "veterinarian")
        self.owner = central.add_user("owner", self.id, "owner")
        # Counted are rows, however they came about.
        self.admin.execute("set session_replication_role = replica")
        self.pet = self.add("pets", owner_id=self.owner, registered_by=self.id)
        self.provider = self.add("provider_profiles", person_id=self.vet)

    def add(self, table: str, **values: Any) -> UUID:
        """Add a row with these values, and something plain wherever one is required."""
        id: UUID = new_id()
        made = {
            table: id,
            "organizations": self.id,
            "profiles": self.owner,
            "pets": getattr(self, "pet", None),
        }
        given = {"id": id} | values
        for column in wanted(record_for(table).__table__.columns):
            if column.name not in given:
                given[column.name] = a_value(column, made)
        insert(self.admin, table, given)
        return id

    def book(self, status: str, days: int = 0, price: int | None = None) -> UUID:
        day = now().date() + timedelta(days=days)
        return self.add(
            "bookings",
            provider_id=self.provider,
            status=status,
            start_date=day,
            end_date=day,
            price=price,
        )

    def visit(self, status: str, days: int) -> datetime:
        at = now() + timedelta(days=days)
        until = at + timedelta(hours=1)
        self.add("appointments", pet_id=self.pet, status=status, scheduled_at=at, ends_at=until)
        return at

    def refresh(self, summary: str) -> None:
        self.scheduler.execute(f"select refresh_all_{summary}_summaries()")

    def summary(self, summary: str, columns: str) -> Any:
        return self.admin.execute(f"select {columns} from analytics_{summary}_summary").fetchall()


@pytest.fixture
def clinic(central: Any) -> Clinic:
    return Clinic(central)


def test_an_organization_is_counted_from_nothing_and_again(clinic: Clinic) -> None:
    columns = (
        "total_bookings, bookings_30_days, cancelled_bookings, completed_appointments,"
        " missed_appointments, total_revenue, revenue_30_days, currency, active_patients, staff,"
        " review_count, average_rating"
    )
    clinic.refresh("org")
    assert clinic.summary("org", columns) == [(0, 0, 0, 0, 0, 0, 0, "EUR", 0, 2, 0, None)]
    for status, days in (("completed", -1), ("cancelled", 0), ("completed", -40)):
        clinic.book(status, days)
    for status, days in (("completed", -1), ("no_show", -2), ("scheduled", -3)):
        clinic.visit(status, days)
    for amount, values in (
        (100, {"refunded_amount": 20}),
        (10, {"paid_at": now() - timedelta(days=40)}),
        (50, {"currency": "USD"}),
        (30, {"status": "pending"}),
    ):
        clinic.add("payments", amount=amount, **values)
    clinic.add("clinic_patients")
    clinic.add("clinic_patients", pet_id=new_id(), ended_on=now().date())
    for rating, values in ((5, {}), (4, {}), (1, {"works_there": True}), (1, {"status": "hidden"})):
        clinic.add("reviews", author_id=new_id(), rating=rating, **values)
    clinic.refresh("org")
    assert clinic.summary("org", columns) == [
        (3, 1, 1, 1, 1, 90, 80, "EUR", 1, 2, 2, Decimal("4.50"))
    ]
    assert clinic.summary("org", "row_version") == [(2,)]


def test_each_organization_is_counted_apart(central: Any, clinic: Clinic) -> None:
    other = central.add_organization("Another")
    clinic.book("completed")
    clinic.refresh("org")
    found = dict(clinic.summary("org", "organization_id, total_bookings"))
    assert found == {clinic.id: 1, other: 0}


def test_a_provider_is_counted(clinic: Clinic) -> None:
    quiet = clinic.add("provider_profiles", person_id=clinic.owner)
    done = clinic.book("completed", -2, price=80)
    clinic.book("cancelled", -1, price=50)
    clinic.book("confirmed", 5, price=20)
    clinic.add("reviews", booking_id=done, rating=4)
    clinic.refresh("provider")
    columns = (
        "provider_id, person_id, total_bookings, upcoming_bookings, completed_bookings,"
        " cancellation_rate, pets, total_revenue, average_rating"
    )
    found = {row[0]: row[1:] for row in clinic.summary("provider", columns)}
    assert found == {
        clinic.provider: (clinic.vet, 3, 1, 1, Decimal("33.33"), 1, 80, 4),
        quiet: (clinic.owner, 0, 0, 0, None, 0, 0, None),
    }


def test_an_owner_is_counted(clinic: Clinic) -> None:
    last, then = clinic.visit("completed", -3), clinic.visit("scheduled", 3)
    clinic.visit("completed", -400)
    clinic.book("confirmed", 2)
    clinic.add("pets", owner_id=clinic.owner, deceased_on=now().date())
    for due, values in (
        (-2, {"user_id": clinic.owner}),
        (-1, {"organization_id": clinic.id, "tells_owner": True}),
        (-1, {"organization_id": clinic.id, "tells_owner": False}),
        (9, {"user_id": clinic.owner}),
    ):
        day = now().date() + timedelta(days=due)
        clinic.add("reminders", pet_id=clinic.pet, due_on=day, **values)
    for amount, currency in ((10, "EUR"), (5, "EUR"), (7, "USD")):
        clinic.add("payments", user_id=clinic.owner, amount=amount, currency=currency)
    clinic.refresh("owner")
    columns = (
        "user_id, pets, total_visits, visits_365_days, total_bookings, last_visit_at,"
        " next_visit_at, reminders_due, spent_by_currency"
    )
    found = {row[0]: row[1:] for row in clinic.summary("owner", columns)}
    assert found == {
        clinic.owner: (1, 2, 1, 1, last, then, 2, {"EUR": 15.0, "USD": 7.0}),
        clinic.vet: (0, 0, 0, 0, None, None, 0, {}),
    }


def test_the_platform_has_a_row_a_day(clinic: Clinic) -> None:
    clinic.book("completed")
    clinic.add("payments", amount=12)
    clinic.add("payments", amount=3, paid_at=now() - timedelta(days=1))
    clinic.refresh("platform")
    clinic.refresh("platform")
    columns = (
        "day, total_users, new_users, total_organizations, active_organizations, total_pets,"
        " new_bookings, revenue_by_currency"
    )
    assert sorted(clinic.summary("platform", columns)) == [
        (now().date() - timedelta(days=1), 0, 0, 0, 0, 0, 0, {"EUR": 3.0}),
        (now().date(), 2, 2, 1, 1, 1, 1, {"EUR": 12.0}),
    ]


@pytest.mark.parametrize("summary", SUMMARIES)
def test_only_the_platform_refreshes(central: Any, clinic: Clinic, summary: str) -> None:
    refresh = f"select refresh_all_{summary}_summaries()"
    with pytest.raises(InsufficientPrivilege):
        central.login("owner").execute(refresh)
    service = central.admin()
    service.execute("set role service_role")
    service.execute(refresh)
    for role in ("anon", "authenticated"):
        visitor = central.admin()
        visitor.execute(f"set role {role}")
        with pytest.raises(InsufficientPrivilege):
            visitor.execute(refresh)
