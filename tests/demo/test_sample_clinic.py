"""The sample clinic keeps the rules of a diary and has something to show at any hour."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.demo import sample_clinic
from fluffydesk.demo.sample import Rows
from fluffydesk.figures.stock import first_shortage
from fluffydesk.records.booking import Appointment, Room, Service
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.booking import RoomKind
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from tests.demo.conftest import CLINIC_ID, MEMBERS, TODAY

FREE = (AppointmentStatus.CANCELLED, AppointmentStatus.NO_SHOW)


def overlaps(appointments: list[dict[str, Any]], column: str) -> list[UUID]:
    by_resource = defaultdict(list)
    for row in appointments:
        if row[column] is not None and row["status"] not in FREE:
            by_resource[row[column]].append((row["scheduled_at"], row["ends_at"]))
    return [
        resource
        for resource, spans in by_resource.items()
        for (_, end), (start, _) in zip(sorted(spans), sorted(spans)[1:], strict=False)
        if start < end
    ]


@pytest.mark.parametrize("day", [date(2024, 7, 24), date(2024, 7, 28), date(2024, 3, 31)])
@pytest.mark.parametrize("hour", [0, 4, 8, 10, 12, 16, 19, 23])
def test_at_any_hour_of_any_day_nothing_overlaps_and_somebody_is_here(day: date, hour: int) -> None:
    now = datetime(day.year, day.month, day.day, hour, 7, 31, tzinfo=UTC)
    appointments = sample_clinic.rows(CLINIC_ID, day, MEMBERS, now=now)[Appointment]
    for column in ("veterinarian_id", "room_id", "pet_id"):
        assert overlaps(appointments, column) == [], column
    for row in appointments:
        assert row["ends_at"] > row["scheduled_at"]
        assert row["arrived_at"] is None or row["arrived_at"] <= now
        if row["ends_at"] < now:
            assert row["status"] in (*FREE, AppointmentStatus.COMPLETED)
        if row["scheduled_at"] > now:
            assert row["status"] not in (
                AppointmentStatus.COMPLETED,
                AppointmentStatus.IN_PROGRESS,
                AppointmentStatus.NO_SHOW,
            )


@pytest.mark.parametrize("apart", [timedelta(hours=-20), timedelta(hours=20)])
def test_a_pc_far_from_the_clinic_has_another_date(apart: timedelta) -> None:
    now = datetime(2024, 7, 24, 12, 7, tzinfo=UTC) + apart
    appointments = sample_clinic.rows(CLINIC_ID, TODAY, MEMBERS, now=now)[Appointment]
    for column in ("veterinarian_id", "room_id", "pet_id"):
        assert overlaps(appointments, column) == [], column


@pytest.mark.parametrize("hour", [1, 9, 11, 12, 13, 14, 15, 22])
def test_today_has_visits_in_progress_and_somebody_waiting(hour: int) -> None:
    now = datetime(2024, 7, 24, hour, 20, tzinfo=UTC)
    appointments = sample_clinic.rows(CLINIC_ID, TODAY, MEMBERS, now=now)[Appointment]
    stages = Counter(row["status"] for row in appointments)
    waiting = [
        row
        for row in appointments
        if row["arrived_at"] and row["status"] is AppointmentStatus.CONFIRMED
    ]
    assert stages[AppointmentStatus.IN_PROGRESS] >= 1
    assert 1 <= len(waiting) <= 2
    assert all(stages[stage] for stage in AppointmentStatus)


def test_two_weeks_with_about_twenty_visits_a_day(clinic: Rows) -> None:
    days = Counter(row["scheduled_at"].date() for row in clinic[Appointment])
    assert min(days) == TODAY - timedelta(days=7)
    assert max(days) == TODAY + timedelta(days=7)
    assert all(16 <= count <= 30 for on, count in days.items() if on.weekday() != 6)


def test_the_clinic_is_a_clinic(clinic: Rows) -> None:
    assert len(clinic[ClinicClient]) == 220 + 1 + 3, "a farm, and three who are entered twice"
    assert 260 <= len(clinic[Pet]) <= 340
    assert len(clinic[ClinicPatient]) == len(clinic[Pet])
    assert len(clinic[Service]) == 12
    kept = (RoomKind.BOARDING, RoomKind.GROOMING)
    assert len([row for row in clinic[Room] if row["kind"] not in kept]) == 3
    assert len(clinic[Room]) == 3 + 9
    assert len({row["veterinarian_id"] for row in clinic[Appointment]}) == 3


def test_every_pet_is_a_patient_with_a_client(clinic: Rows) -> None:
    assert {row["pet_id"] for row in clinic[ClinicPatient]} == {row["id"] for row in clinic[Pet]}
    assert all(row["registered_by"] == CLINIC_ID for row in clinic[Pet])
    clients = {row["pet_id"]: row["client_id"] for row in clinic[ClinicPatient]}
    visits = [row for row in clinic[Appointment] if row.get("pet_id")]
    assert all(row["client_id"] == clients[row["pet_id"]] for row in visits)
    chips = [row["microchip"] for row in clinic[Pet] if row["microchip"]]
    assert len(set(chips)) == len(chips)


def test_the_deceased_have_no_bookings(clinic: Rows) -> None:
    deceased = {row["id"] for row in clinic[Pet] if row["deceased_on"]}
    assert deceased
    assert not deceased & {row["pet_id"] for row in clinic[Appointment]}


def test_addresses_are_nobodys(clinic: Rows) -> None:
    for row in clinic[ClinicClient]:
        assert row["email"] is None or row["email"].endswith(".example")
        assert row["phone"].startswith("07700 900")


def test_the_clinics_stores_are_never_below_zero(clinic: Rows) -> None:
    ledger = defaultdict(list)
    for move in clinic[InventoryTransaction]:
        ledger[move["item_id"]].append((move["moved_on"], move["quantity"]))
    assert len(ledger) == len(clinic[FarmInventory])
    assert all(first_shortage(moves) is None for moves in ledger.values())
