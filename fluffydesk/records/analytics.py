"""Summaries that are computed from the other tables, by the functions that refresh them alone."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import EVERYONE, KEEPERS, Access, All, Members, Person, Platform
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import OrganizationRecord, PersonalRecord, Record, field, link


def _count(label: str) -> Mapped[Any]:
    return field(label, default=0, minimum=0, kept=True)


def _amount(label: str) -> Mapped[Any]:
    return field(label, places=2, default=Decimal(0), kept=True)


def _rating(label: str) -> Mapped[Any]:
    return field(label, places=2, minimum=1, maximum=5, kept=True)


def _share(label: str) -> Mapped[Any]:
    return field(label, unit="%", places=2, minimum=0, maximum=100, kept=True)


class PlatformSummary(Record):
    """What the whole platform was on one day, and what was new on it; days are those of UTC."""

    __tablename__ = "analytics_platform_summary"
    __access__ = Access(read=Platform())
    __titles__ = ("Day of the platform", "Days of the platform")
    __label__ = ("day",)
    __table_args__ = (UniqueConstraint("day"),)

    day: Mapped[date] = field("Day")
    total_users: Mapped[int] = _count("People")
    new_users: Mapped[int] = _count("New people")
    total_organizations: Mapped[int] = _count("Organizations")
    new_organizations: Mapped[int] = _count("New organizations")
    active_organizations: Mapped[int] = _count("Organizations in which anything was planned")
    total_pets: Mapped[int] = _count("Pets")
    new_pets: Mapped[int] = _count("New pets")
    new_bookings: Mapped[int] = _count("New bookings")
    new_appointments: Mapped[int] = _count("New appointments")
    new_orders: Mapped[int] = _count("New orders")
    new_reviews: Mapped[int] = _count("New reviews")
    new_reports: Mapped[int] = _count("New reports")
    revenue_by_currency: Mapped[dict[str, Any]] = field(
        "Paid on the day, by currency", default=dict, kept=True
    )
    last_updated: Mapped[datetime] = field("Computed", default=now, kept=True)


class OrgSummary(OrganizationRecord):
    """How one organization stands: its bookings, revenue, patients, people and rating."""

    __tablename__ = "analytics_org_summary"
    __access__ = Access(read=KEEPERS)
    __titles__ = ("Organization's summary", "Organizations' summaries")
    __label__ = ("organization_id",)
    __table_args__ = (UniqueConstraint("organization_id"),)

    total_bookings: Mapped[int] = _count("Bookings")
    bookings_30_days: Mapped[int] = _count("Bookings that began in 30 days")
    cancelled_bookings: Mapped[int] = _count("Bookings cancelled")
    total_appointments: Mapped[int] = _count("Appointments")
    completed_appointments: Mapped[int] = _count("Appointments completed")
    missed_appointments: Mapped[int] = _count("Appointments missed")
    total_orders: Mapped[int] = _count("Orders")
    # In the organization's own currency; payments in others are not added to it.
    total_revenue: Mapped[Decimal] = _amount("Revenue")
    revenue_30_days: Mapped[Decimal] = _amount("Revenue in 30 days")
    currency: Mapped[str] = field("Currency", default="EUR", kept=True)
    active_patients: Mapped[int] = _count("Patients")
    animals: Mapped[int] = _count("Farm animals")
    clients: Mapped[int] = _count("Clients")
    staff: Mapped[int] = _count("Members")
    review_count: Mapped[int] = _count("Reviews")
    average_rating: Mapped[Decimal | None] = _rating("Rating")
    last_updated: Mapped[datetime] = field("Computed", default=now, kept=True)


class OwnerSummary(PersonalRecord):
    """What one person has on the platform: pets, visits, spending and reminders due."""

    __tablename__ = "analytics_owner_summary"
    __access__ = Access(read=Person())
    __titles__ = ("Owner's summary", "Owners' summaries")
    __label__ = ("user_id",)
    __table_args__ = (UniqueConstraint("user_id"),)

    pets: Mapped[int] = _count("Pets")
    total_visits: Mapped[int] = _count("Visits")
    visits_365_days: Mapped[int] = _count("Visits in a year")
    total_bookings: Mapped[int] = _count("Bookings")
    last_visit_at: Mapped[datetime | None] = field("Last visit", kept=True)
    next_visit_at: Mapped[datetime | None] = field("Next visit", kept=True)
    reminders_due: Mapped[int] = _count("Reminders due")
    total_orders: Mapped[int] = _count("Orders")
    spent_by_currency: Mapped[dict[str, Any]] = field("Spent, by currency", default=dict, kept=True)
    last_updated: Mapped[datetime] = field("Computed", default=now, kept=True)


class ProviderSummary(OrganizationRecord):
    """How one provider does: bookings, revenue, rating, and how many bookings are cancelled."""

    __tablename__ = "analytics_provider_summary"
    __access__ = Access(read=[KEEPERS, All(Person("person_id"), Members(EVERYONE))])
    __titles__ = ("Provider's summary", "Providers' summaries")
    __label__ = ("provider_id",)
    __table_args__ = (UniqueConstraint("organization_id", "provider_id"),)

    provider_id: Mapped[UUID] = link("provider_profiles", "Provider", on_delete="CASCADE")
    person_id: Mapped[UUID | None] = link("profiles", "Person", on_delete="SET NULL", kept=True)
    total_bookings: Mapped[int] = _count("Bookings")
    bookings_30_days: Mapped[int] = _count("Bookings that began in 30 days")
    upcoming_bookings: Mapped[int] = _count("Bookings to come")
    completed_bookings: Mapped[int] = _count("Bookings completed")
    cancelled_bookings: Mapped[int] = _count("Bookings cancelled")
    cancellation_rate: Mapped[Decimal | None] = _share("Cancelled of all bookings")
    pets: Mapped[int] = _count("Pets looked after")
    total_revenue: Mapped[Decimal] = _amount("Price of completed bookings")
    currency: Mapped[str] = field("Currency", default="EUR", kept=True)
    review_count: Mapped[int] = _count("Reviews")
    average_rating: Mapped[Decimal | None] = _rating("Rating")
    last_updated: Mapped[datetime] = field("Computed", default=now, kept=True)
