"""The sample clinic's kennels: rooms, stays around today at every stage, baths and walks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from fluffydesk.demo.patients import Patient
from fluffydesk.demo.sample import Maker, dec, local
from fluffydesk.records.booking import Booking, BookingItem, Room, RoomAvailability
from fluffydesk.records.clinic import PetVaccination
from fluffydesk.records.enums.booking import (
    BookingKind,
    BookingStatus,
    RoomAvailabilityKind,
    RoomKind,
)

_KENNELS = 6
_GROUPS = (("Cat room", 6), ("Small animals", 4))
_FED = (
    "Dry food, 150 g twice a day",
    "Own food, in the bag, morning and evening",
    "Half a tin in the morning, dry food at night",
    "Hay all day, greens at noon",
)
_GIVEN = (
    None,
    None,
    None,
    "Half a tablet in the evening, in cheese",
    "Eye drops three times a day",
)
_BROUGHT = (None, "Blanket and a blue ball", "Own basket", "Lead and bowl")
_BOARDERS = ("dog", "cat", "rabbit", "guinea_pig")
_SPAN = 16


def write_boarding(maker: Maker, patients: Sequence[Patient], now: datetime) -> None:
    """Add kennels and cat room, three weeks of stays, requests, sessions, and one room blocked."""
    maker = maker.apart(9_117)
    start = date(maker.today.year - 3, 1, 6)
    kennels = [
        maker.add(Room, start, name=f"Kennel {number + 1}", kind=RoomKind.BOARDING, capacity=1)
        for number in range(_KENNELS)
    ]
    groups = [
        maker.add(Room, start, name=name, kind=RoomKind.BOARDING, capacity=places)
        for name, places in _GROUPS
    ]
    table = maker.add(Room, start, name="Grooming table", kind=RoomKind.GROOMING, capacity=1)
    boarders = [each for each in patients if not each.deceased and each.species in _BOARDERS]
    maker.random.shuffle(boarders)
    dogs = iter([each for each in boarders if each.species == "dog"])
    cats = iter([each for each in boarders if each.species == "cat"])
    small = iter([each for each in boarders if each.species in ("rabbit", "guinea_pig")])
    for number, room in enumerate(kennels[:-1]):
        _fill(maker, room, dogs, now, offset=number % 3)
    for lane in range(4):
        _fill(maker, groups[0], cats, now, offset=lane)
    _fill(maker, groups[1], small, now, offset=1)
    _block(maker, kennels[-1])
    _sessions(maker, table, groups[0], dogs, now)
    _requests(maker, dogs)


def _fill(maker: Maker, room: UUID, pets: Iterator[Patient], now: datetime, *, offset: int) -> None:
    """One pet after the other in a room, a free day or two between."""
    on = maker.today - timedelta(days=_SPAN // 2 + offset)
    while on < maker.today + timedelta(days=_SPAN):
        count = maker.random.choice((1, 2, 3, 3, 4, 6))
        patient = next(pets, None)
        if patient is None:
            return
        _stay(maker, room, patient, on, count, now)
        on += timedelta(days=count + maker.random.choice((0, 0, 1, 2)))


def _stay(
    maker: Maker, room: UUID, patient: Patient, first: date, count: int, now: datetime
) -> None:
    last = first + timedelta(days=count)
    brought, fetched = local(first, 14, 30), local(last, 10, 30)
    status = BookingStatus.CONFIRMED
    if fetched < now:
        status = BookingStatus.COMPLETED
    elif brought < now:
        status = BookingStatus.CHECKED_IN
    price = dec(22 if patient.species == "dog" else 14)
    booked = min(first, maker.today) - timedelta(days=maker.random.randint(5, 40))
    here = status in (BookingStatus.CHECKED_IN, BookingStatus.COMPLETED)
    stay = maker.add(
        Booking,
        booked,
        pet_id=patient.pet_id,
        client_id=patient.client_id,
        kind=BookingKind.BOARDING,
        room_id=room,
        start_date=first,
        end_date=last,
        drop_off_at=brought,
        pick_up_at=fetched,
        status=status,
        price=price * count,
        feeding=maker.random.choice(_FED),
        medication=maker.random.choice(_GIVEN),
        belongings=maker.random.choice(_BROUGHT),
        checked_in_at=brought if here else None,
        checked_out_at=fetched if status == BookingStatus.COMPLETED else None,
    )
    _extras(maker, stay, patient, (first, last), booked, now)
    if maker.chance(0.7):
        given = min(first, maker.today) - timedelta(days=maker.random.randint(40, 400))
        vaccine = "Canine DHPPi vaccine" if patient.species == "dog" else "Feline tricat vaccine"
        maker.add(PetVaccination, given, pet_id=patient.pet_id, given_on=given, vaccine=vaccine)


def _extras(
    maker: Maker,
    stay: UUID,
    patient: Patient,
    days: tuple[date, date],
    booked: date,
    now: datetime,
) -> None:
    first, last = days
    if patient.species != "dog" or not maker.chance(0.6):
        return
    for number in range((last - first).days + 1):
        due = local(first + timedelta(days=number), 16)
        maker.add(
            BookingItem,
            booked,
            booking_id=stay,
            description="Walk",
            due_at=due,
            unit_price=dec(6),
            done_at=due if due < now else None,
        )


def _block(maker: Maker, room: UUID) -> None:
    first = maker.today + timedelta(days=2)
    maker.add(
        RoomAvailability,
        maker.today,
        room_id=room,
        kind=RoomAvailabilityKind.MAINTENANCE,
        starts_at=local(first, 0),
        ends_at=local(first + timedelta(days=4), 0),
        reason="new door",
    )


def _sessions(
    maker: Maker, table: UUID, room: UUID, pets: Iterator[Patient], now: datetime
) -> None:
    for hour, kind, length, place in (
        (9, BookingKind.GROOMING, 60, table),
        (11, BookingKind.GROOMING, 90, table),
        (14, BookingKind.GROOMING, 60, table),
        (8, BookingKind.DAY_CARE, 540, room),
    ):
        patient = next(pets, None)
        if patient is None:
            return
        starts = local(maker.today, hour)
        ends = starts + timedelta(minutes=length)
        status = BookingStatus.CONFIRMED
        if ends < now:
            status = BookingStatus.COMPLETED
        elif starts < now:
            status = BookingStatus.CHECKED_IN
        maker.add(
            Booking,
            maker.today - timedelta(days=4),
            pet_id=patient.pet_id,
            client_id=patient.client_id,
            kind=kind,
            room_id=place,
            start_date=maker.today,
            end_date=maker.today,
            drop_off_at=starts,
            pick_up_at=ends,
            status=status,
            price=dec(38),
            checked_in_at=starts if status != BookingStatus.CONFIRMED else None,
            checked_out_at=ends if status == BookingStatus.COMPLETED else None,
        )


def _requests(maker: Maker, pets: Iterator[Patient]) -> None:
    for ahead, count in ((9, 3), (12, 7)):
        patient = next(pets, None)
        if patient is None:
            return
        first = maker.today + timedelta(days=ahead)
        maker.add(
            Booking,
            maker.today - timedelta(days=1),
            pet_id=patient.pet_id,
            kind=BookingKind.BOARDING,
            start_date=first,
            end_date=first + timedelta(days=count),
            status=BookingStatus.REQUESTED,
            notes="We would like the same kennel as last time, if it is free.",
        )
