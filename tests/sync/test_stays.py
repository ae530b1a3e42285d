"""Two front desks, offline, give the last place of a room away: central keeps it once (rule 19)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from fluffydesk.actions import stays
from fluffydesk.records.enums.booking import BookingKind, RoomKind
from fluffydesk.sync import resolve
from fluffydesk.ui.screens.reading.stays import read_board
from tests.sync.desks import Desk
from tests.sync.farms import Farm

DAY = date(2026, 6, 10)
ZONE = ZoneInfo("UTC")


@pytest.fixture
def clinic(central: Any, tmp_path: Path) -> Iterator[Farm]:
    made = Farm(central, tmp_path, "veterinary_clinic")
    yield made
    made.close()


def booked(desk: Desk, pet: UUID, room: UUID) -> UUID:
    row_id, _ = stays.book_stay(
        desk.mirror,
        {
            "pet_id": pet,
            "room_id": room,
            "kind": BookingKind.BOARDING,
            "start_date": DAY,
            "end_date": DAY + timedelta(days=3),
        },
    )
    return row_id


def test_rule_19_the_last_place_is_given_once_and_the_other_is_offered_what_is_free(
    clinic: Farm,
) -> None:
    first = clinic.desk(clinic.member("anna"), "desk-1")
    kennels = [
        first.add("rooms", name=f"Kennel {number}", kind=RoomKind.BOARDING, capacity=1)
        for number in (1, 2)
    ]
    pets = [_patient(first, name) for name in ("Rex", "Pixel")]
    first.sync()
    second = clinic.desk(clinic.member("ben", "staff"), "desk-2")
    rex, pixel = booked(first, pets[0], kennels[0]), booked(second, pets[1], kennels[0])
    first.sync()
    report = second.sync()
    assert report.quarantined == 1
    held = "select count(*) from bookings where room_id = %s"
    assert clinic.value(held, kennels[0]) == 1
    board = read_board(second.mirror, DAY, 14, ZONE, hourly=False)
    assert {stay.pet: stay.mark for stay in board.stays} == {"Rex": "", "Pixel": "Refused"}
    [offer] = board.offers
    assert offer.stay.id == pixel
    assert "the room has no place left at that time" in offer.words
    assert [room.name for room in offer.rooms] == ["Kennel 2"]
    stays.change_stay(second.mirror, pixel, {"room_id": kennels[1]})
    resolve.retry(second.mirror, offer.refusal_id)
    clinic.settle()
    assert read_board(second.mirror, DAY, 14, ZONE, hourly=False).offers == ()
    assert first.row("bookings", pixel)["room_id"] == kennels[1]  # type: ignore[index]
    assert first.row("bookings", rex)["room_id"] == kennels[0]  # type: ignore[index]
    clinic.assert_quiet()


def _patient(desk: Desk, name: str) -> UUID:
    client = desk.add("clinic_clients", full_name=f"{name}'s person")
    pet = desk.add("pets", name=name, species="dog")
    desk.add("clinic_patients", pet_id=pet, client_id=client)
    return pet
