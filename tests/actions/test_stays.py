"""Stays by the rules of the trade: places, one pet in one place, the dead, nights and undo."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fluffydesk.actions import saving, stays
from fluffydesk.actions.invoicing import change_line, post_invoice
from fluffydesk.actions.rules.bookings import item_of
from fluffydesk.actions.rules.invoices import lines_of
from fluffydesk.actions.stay_bill import bill_stay, unbilled
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Booking, BookingItem, RoomAvailability, Service
from fluffydesk.records.clinic import PetVaccination
from fluffydesk.records.enums.booking import BookingKind, BookingStatus, RoomAvailabilityKind
from fluffydesk.records.payments import Invoice, InvoiceItem
from fluffydesk.records.pets import Pet
from tests.boarding_sample import NIGHT, REQUESTED, at, day, row_of, stay, with_rooms
from tests.clinic_sample import DAY, ZONE, Sample
from tests.mirrors import new_mirror


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "clinic.db") as opened:
        yield opened


@pytest.fixture
def sample(clinic: Mirror) -> Sample:
    return with_rooms(clinic)


def items(mirror: Mirror, row_id: Any) -> list[Any]:
    table = BookingItem.__table__
    with mirror.read() as connection:
        query = select(table).where(table.c.booking_id == row_id).order_by(table.c.due_at)
        return list(connection.execute(query))


def test_rule_19_a_room_never_holds_more_than_its_places(clinic: Mirror, sample: Sample) -> None:
    stay(clinic, sample, "Biscuit", 1, 4, "Kennel 1")
    with pytest.raises(InvalidValue, match="Kennel 1 is taken at that time") as refused:
        stay(clinic, sample, "Rex", 3, 5, "Kennel 1")
    assert refused.value.advice == "Free then: Cat room, Kennel 2."
    assert refused.value.field == "room_id"
    stay(clinic, sample, "Rex", 4, 6, "Kennel 1")  # it comes at 14:00, the other goes at 11:00
    stay(clinic, sample, "Mango", 1, 4, "Cat room")
    stay(clinic, sample, "Pixel", 2, 4, "Cat room")


def test_rule_19_holds_for_the_form_and_the_command_too(clinic: Mirror, sample: Sample) -> None:
    stay(clinic, sample, "Biscuit", 1, 4, "Kennel 1")
    other = stay(clinic, sample, "Rex", 1, 4, "Kennel 2")
    values = {
        "pet_id": sample["Mango"],
        "room_id": sample["Kennel 1"],
        "start_date": day(2),
        "end_date": day(3),
        "status": BookingStatus.CONFIRMED,
    }
    with pytest.raises(InvalidValue, match="Kennel 1 is taken"):
        saving.add(clinic, Booking, values)
    with pytest.raises(InvalidValue, match="Kennel 1 is taken"):
        saving.change(clinic, Booking, other, {"room_id": sample["Kennel 1"]})
    assert row_of(clinic, other).room_id == sample["Kennel 2"]


def test_rule_19_a_blocked_room_has_no_place_and_one_with_fewer_fewer(
    clinic: Mirror, sample: Sample
) -> None:
    block = {
        "room_id": sample["Kennel 1"],
        "kind": RoomAvailabilityKind.MAINTENANCE,
        "starts_at": at(2, 0),
        "ends_at": at(3, 0),
        "reason": "new door",
    }
    saving.add(clinic, RoomAvailability, block)
    with pytest.raises(InvalidValue, match=r"Kennel 1 is under repair \(new door\)"):
        stay(clinic, sample, "Rex", 1, 4, "Kennel 1")
    fewer = {"kind": RoomAvailabilityKind.AVAILABLE, "capacity": 1, "room_id": sample["Cat room"]}
    saving.add(clinic, RoomAvailability, block | fewer)
    stay(clinic, sample, "Mango", 1, 4, "Cat room")
    with pytest.raises(InvalidValue, match="Cat room is taken at that time"):
        stay(clinic, sample, "Pixel", 2, 4, "Cat room")


def test_rule_19_a_patient_is_never_in_two_places(clinic: Mirror, sample: Sample) -> None:
    stay(clinic, sample, "Rex", 1, 4, "Kennel 1")
    with pytest.raises(InvalidValue, match="This pet has a booking from"):
        stay(clinic, sample, "Rex", 3, 5, "Kennel 2")
    bath = {"kind": BookingKind.GROOMING, "drop_off_at": at(2, 9), "pick_up_at": at(2, 10)}
    stay(clinic, sample, "Rex", 2, 2, "Table", **bath)  # a bath within the stay


def test_rule_22_a_pet_that_has_died_gets_no_booking(clinic: Mirror, sample: Sample) -> None:
    booked = stay(clinic, sample, "Rex", 1, 4, "Kennel 1")
    saving.change(clinic, Pet, sample["Rex"], {"deceased_on": date(2026, 3, 1)})
    with pytest.raises(InvalidValue, match="Rex died on 01 March 2026"):
        stay(clinic, sample, "Rex", 8, 9, "Kennel 1")
    stays.set_step(clinic, booked, BookingStatus.CANCELLED)


def test_rule_20_a_stay_goes_on_step_by_step_and_no_step_comes_back(
    clinic: Mirror, sample: Sample
) -> None:
    booked = stay(clinic, sample, "Rex", 0, 2, "Kennel 1")
    stays.set_step(clinic, booked, BookingStatus.CHECKED_IN)
    with pytest.raises(InvalidValue, match="here cannot become cancelled"):
        stays.set_step(clinic, booked, BookingStatus.CANCELLED)
    with pytest.raises(Refusal, match="checked in"):
        saving.remove(clinic, Booking, booked)
    stays.set_step(clinic, booked, BookingStatus.COMPLETED)
    with pytest.raises(InvalidValue, match="gone home cannot become here"):
        saving.change(clinic, Booking, booked, {"status": BookingStatus.CHECKED_IN})
    row = row_of(clinic, booked)
    assert row.checked_in_at is not None
    assert row.checked_out_at >= row.checked_in_at


def test_a_check_in_is_undone_and_a_cancelled_stay_only_where_there_is_a_place(
    clinic: Mirror, sample: Sample
) -> None:
    booked = stay(clinic, sample, "Rex", 0, 2, "Kennel 1")
    before = {name: getattr(row_of(clinic, booked), name) for name in stays.UNDONE}
    stays.set_step(clinic, booked, BookingStatus.CHECKED_IN)
    stays.put_back(clinic, booked, before)
    row = row_of(clinic, booked)
    assert (row.status, row.checked_in_at) == (BookingStatus.CONFIRMED, None)
    stays.set_step(clinic, booked, BookingStatus.CANCELLED, "ill")
    assert row_of(clinic, booked).cancellation_reason == "ill"
    stay(clinic, sample, "Biscuit", 1, 3, "Kennel 1")
    with pytest.raises(InvalidValue, match="Kennel 1 is taken"):
        stays.put_back(clinic, booked, before)
    assert row_of(clinic, booked).status == BookingStatus.CANCELLED


def test_moved_and_lengthened_the_nights_and_the_price_follow(
    clinic: Mirror, sample: Sample
) -> None:
    booked = stay(clinic, sample, "Rex", 1, 3, "Kennel 1")
    [item] = items(clinic, booked)
    assert (item.id, item.description, item.quantity) == (item_of(booked), "Boarding, 2 nights", 2)
    assert row_of(clinic, booked).price == 2 * NIGHT
    before = {name: getattr(row_of(clinic, booked), name) for name in stays.PLACED}
    stays.move_stay(clinic, booked, days_first=1, days_last=3, room_id=sample["Kennel 2"])
    row = row_of(clinic, booked)
    assert (row.start_date, row.end_date, row.room_id) == (day(2), day(6), sample["Kennel 2"])
    assert row.drop_off_at.astimezone(ZONE) == at(2, 14)
    assert row.pick_up_at.astimezone(ZONE) == at(6, 11)
    assert row.price == 4 * NIGHT
    [item] = items(clinic, booked)
    assert (item.description, item.quantity) == ("Boarding, 4 nights", 4)
    stays.put_back(clinic, booked, before)
    assert row_of(clinic, booked).price == 2 * NIGHT
    assert items(clinic, booked)[0].quantity == 2


@pytest.mark.parametrize("changes", [date(2026, 3, 29), date(2026, 10, 25)])
def test_rule_25_over_both_clock_changes_a_stay_keeps_times_and_nights(
    clinic: Mirror, sample: Sample, changes: date
) -> None:
    first, last = changes - timedelta(days=3), changes - timedelta(days=1)
    times = {
        "drop_off_at": datetime.combine(first, time(14), ZONE),
        "pick_up_at": datetime.combine(last, time(23, 30), ZONE),
    }
    booked = stay(clinic, sample, "Rex", 0, 1, "Kennel 1", start_date=first, end_date=last, **times)
    stays.move_stay(clinic, booked, days_first=1, days_last=2)
    row = row_of(clinic, booked)
    fetched = row.pick_up_at.astimezone(ZONE)
    assert (fetched.date(), f"{fetched:%H:%M}") == (changes + timedelta(days=1), "23:30")
    assert (row.end_date, row.price) == (changes + timedelta(days=1), 3 * NIGHT)


def test_rule_25_the_times_lie_on_the_days_of_the_clinics_zone(
    clinic: Mirror, sample: Sample
) -> None:
    with pytest.raises(InvalidValue, match="It is brought on 13 March, but the stay says 12"):
        stay(clinic, sample, "Rex", 1, 3, "Kennel 1", drop_off_at=at(2, 0, 15))
    with pytest.raises(InvalidValue, match="ends before it begins"):
        stay(clinic, sample, "Rex", 3, 1, None)


def test_who_is_here_does_not_begin_on_another_day_and_who_is_home_stays(
    clinic: Mirror, sample: Sample
) -> None:
    booked = stay(clinic, sample, "Rex", 0, 2, "Kennel 1")
    stays.set_step(clinic, booked, BookingStatus.CHECKED_IN)
    with pytest.raises(InvalidValue, match="here already"):
        stays.move_stay(clinic, booked, days_first=1, days_last=1)
    stays.move_stay(clinic, booked, days_last=1)
    assert row_of(clinic, booked).end_date == day(3)
    stays.set_step(clinic, booked, BookingStatus.COMPLETED)
    with pytest.raises(InvalidValue, match="gone home and stays where it is"):
        stays.move_stay(clinic, booked, days_last=1)


def test_an_extra_of_each_day_is_ticked_off_day_by_day(clinic: Mirror, sample: Sample) -> None:
    booked = stay(clinic, sample, "Rex", 0, 2, "Kennel 1")
    stays.add_extra(clinic, booked, "Walk", Decimal(6), at=time(16))
    walks = [one for one in items(clinic, booked) if one.description == "Walk"]
    assert [one.due_at.astimezone(ZONE) for one in walks] == [at(n, 16) for n in range(3)]
    stays.tick_extra(clinic, walks[1].id)
    done = [one.done_at is not None for one in items(clinic, booked) if one.description == "Walk"]
    assert done == [False, True, False]
    stays.tick_extra(clinic, walks[1].id, done=False)
    assert all(one.done_at is None for one in items(clinic, booked))
    stays.remove_extra(clinic, walks[0].id)
    assert len(items(clinic, booked)) == 3
    with pytest.raises(InvalidValue, match="What it is, is missing"):
        stays.add_extra(clinic, booked, "  ", Decimal(6))


def test_a_missing_or_lapsed_vaccination_is_told(clinic: Mirror, sample: Sample) -> None:
    def gaps(until: date) -> list[str]:
        with clinic.read() as connection:
            return stays.vaccination_gaps(connection, sample["Rex"], until, DAY)

    assert gaps(day(3)) == ["No vaccination is written down."]
    shot = {"pet_id": sample["Rex"], "vaccine": "Canvac", "disease": "Distemper"}
    saving.add(clinic, PetVaccination, shot | {"given_on": date(2024, 3, 1)})
    assert gaps(day(3)) == ["Its distemper vaccination was due on 1 March 2025."]
    dose = {"given_on": date(2026, 3, 1), "next_due_on": day(3)}
    saving.add(clinic, PetVaccination, shot | dose)
    assert gaps(day(3)) == []
    assert gaps(day(4)) == [f"Its distemper vaccination is due on {day(3).day} {day(3):%B %Y}."]
    fee = {"pet_id": sample["Rex"], "vaccine": "Rabies vaccine", "given_on": date(2023, 3, 1)}
    saving.add(clinic, PetVaccination, fee)
    assert gaps(day(3)) == ["Its Rabies vaccine was due on 29 February 2024."]


def test_a_request_takes_no_price_and_is_confirmed_or_declined(
    clinic: Mirror, sample: Sample
) -> None:
    asked = stay(clinic, sample, "Rex", 5, 7, None, status=REQUESTED)
    assert items(clinic, asked) == []
    stays.set_step(clinic, asked, BookingStatus.CONFIRMED)
    assert row_of(clinic, asked).status == BookingStatus.CONFIRMED
    other = stay(clinic, sample, "Pixel", 5, 7, None, status=REQUESTED)
    stays.set_step(clinic, other, BookingStatus.CANCELLED, "There is no place at that time.")
    assert row_of(clinic, other).cancellation_reason == "There is no place at that time."


def test_rule_23_the_bill_of_a_stay_has_its_nights_and_the_extras_that_were_done(
    clinic: Mirror, sample: Sample
) -> None:
    booked = stay(clinic, sample, "Rex", 0, 2, "Kennel 1")
    stays.add_extra(clinic, booked, "Walk", Decimal("6.10"))
    walks = [one for one in items(clinic, booked) if one.description == "Walk"]
    stays.tick_extra(clinic, walks[0].id)
    saving.change(clinic, BookingItem, walks[0].id, {"discount_percent": Decimal(5)})
    stays.set_step(clinic, booked, BookingStatus.CHECKED_IN)
    stays.set_step(clinic, booked, BookingStatus.COMPLETED)
    made, _ = bill_stay(clinic, booked)
    with clinic.read() as connection:
        bill = saving.existing(connection, Invoice, made)
        lines = list(connection.execute(select(InvoiceItem.__table__)))
    assert bill.total == 2 * NIGHT + Decimal("5.79")  # half a cent of discount goes up
    said = [(one.description, one.discount_percent) for one in lines]
    assert sorted(said) == [("Boarding, 2 nights", 0), ("Walk", 5)]
    again, changes = bill_stay(clinic, booked)
    assert again == made
    assert not changes
    free = stay(clinic, sample, "Pixel", 0, 2, None, status=REQUESTED)
    with pytest.raises(Refusal, match="Nothing is charged"):
        bill_stay(clinic, free)


def test_a_stays_bill_has_the_tax_of_its_service_or_that_of_most_of_the_price_list(
    clinic: Mirror, sample: Sample
) -> None:
    for name, rate in (("checkup", 20), ("vaccine", 20), ("dental", 6)):
        saving.change(clinic, Service, sample[name], {"price": Decimal(40), "tax_rate": rate})
    booked = stay(clinic, sample, "Rex", 0, 2, "Kennel 1")
    stays.add_extra(clinic, booked, "Walk", Decimal(6), day=day(1))
    made, _ = bill_stay(clinic, booked)
    brushed = stay(clinic, sample, "Pixel", 0, 2, None)
    saving.change(clinic, Booking, brushed, {"service_id": sample["dental"]})
    second, _ = bill_stay(clinic, brushed)
    with clinic.read() as connection:
        rates = [[one.tax_rate for one in lines_of(connection, bill)] for bill in (made, second)]
    assert rates == [[20, 20], [6]]
    assert total(clinic, made) == 2 * NIGHT + 6, "a price is with its tax"


def test_rule_23_what_came_after_the_bill_goes_onto_its_draft_or_onto_a_new_one(
    clinic: Mirror, sample: Sample
) -> None:
    booked = stay(clinic, sample, "Rex", 0, 2, "Kennel 1")
    stays.add_extra(clinic, booked, "Bath", Decimal(15), day=day(1))
    made, _ = bill_stay(clinic, booked)

    def left() -> tuple[list[tuple[str, Decimal]], Decimal]:
        row = row_of(clinic, booked)
        with clinic.read() as connection:
            found = unbilled(connection, row)
        return [(one.description, one.quantity) for one in found.lines], found.nights_over

    assert left() == ([], 0)
    stays.move_stay(clinic, booked, days_last=1)
    stays.add_extra(clinic, booked, "Walk", Decimal(6), day=day(2))
    assert left() == ([("Boarding, 1 night more", 1), ("Walk", 1)], 0)
    assert bill_stay(clinic, booked)[0] == made
    assert left() == ([], 0)
    assert total(clinic, made) == 3 * NIGHT + 15 + 6
    post_invoice(clinic, made)
    stays.move_stay(clinic, booked, days_last=2)
    stays.add_extra(clinic, booked, "walk", Decimal(6), day=day(3))
    second, _ = bill_stay(clinic, booked)
    assert second != made
    assert total(clinic, second) == 2 * NIGHT + 6
    assert left() == ([], 0)
    stays.move_stay(clinic, booked, days_last=-4)
    assert left() == ([], 4)
    # In other words, at the same price for the same quantity, it stands there too.
    with clinic.read() as connection:
        walk = lines_of(connection, second)[-1].id
    change_line(clinic, walk, {"description": "Round the park"})
    assert left() == ([], 4)


def total(mirror: Mirror, invoice: Any) -> Decimal:
    with mirror.read() as connection:
        return Decimal(saving.existing(connection, Invoice, invoice).total)
