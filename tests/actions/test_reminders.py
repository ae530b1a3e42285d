"""Reminders of a clinic: the next after a dose, what repeats, and what stops them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, select

from fluffydesk.actions import appointments, reminders, saving
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Service
from fluffydesk.records.clinic import PetVaccination, ReminderRule
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.booking import ServiceCategory
from fluffydesk.records.enums.medical import ReminderKind, ReminderRepeat, ReminderStatus
from fluffydesk.records.medical import Reminder
from fluffydesk.records.pets import Pet
from tests.clinic_sample import Sample, fill
from tests.mirrors import new_mirror

DAY = date(2026, 3, 11)
NEXT = date(2027, 3, 11)
VACCINATION = ReminderKind.VACCINATION


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "mirror.db") as opened:
        yield opened


@pytest.fixture
def sample(mirror: Mirror) -> Sample:
    return fill(mirror)


def add(mirror: Mirror, pet: UUID, **values: Any) -> UUID:
    given = {"pet_id": pet, "kind": VACCINATION, "title": "Rabies", "due_on": DAY, **values}
    return saving.add(mirror, Reminder, given)[0]


def rows(mirror: Mirror) -> list[Row[Any]]:
    table = Reminder.__table__
    with mirror.read() as connection:
        return list(connection.execute(select(table).order_by(table.c.due_on)))


def dose(mirror: Mirror, pet: UUID, due_on: date | None = NEXT) -> UUID:
    values = {"pet_id": pet, "vaccine": "rabies ", "given_on": DAY, "next_due_on": due_on}
    return saving.add(mirror, PetVaccination, values)[0]


def test_a_dose_ends_its_reminder_and_makes_the_next_rule_18(
    mirror: Mirror, sample: Sample
) -> None:
    first = add(mirror, sample["Biscuit"], repeat_every=1, repeat_unit=ReminderRepeat.MONTH)
    other = add(mirror, sample["Biscuit"], title="Leptospirosis", due_on=date(2026, 9, 1))
    dose(mirror, sample["Biscuit"])
    assert [(row.id, row.due_on, row.status) for row in rows(mirror)[:2]] == [
        (first, DAY, ReminderStatus.DONE),
        (other, date(2026, 9, 1), ReminderStatus.PENDING),
    ]
    [following] = rows(mirror)[2:]
    assert (following.due_on, following.status) == (NEXT, ReminderStatus.PENDING)


def test_a_dose_of_the_last_of_a_course_only_ends_rule_18(mirror: Mirror, sample: Sample) -> None:
    add(mirror, sample["Biscuit"])
    dose(mirror, sample["Biscuit"], None)
    assert [row.status for row in rows(mirror)] == [ReminderStatus.DONE]


def test_a_dose_taken_back_takes_its_reminder_back(mirror: Mirror, sample: Sample) -> None:
    given = dose(mirror, sample["Biscuit"])
    saving.remove(mirror, PetVaccination, given)
    assert rows(mirror) == []
    given = dose(mirror, sample["Biscuit"])
    saving.change(mirror, Reminder, rows(mirror)[0].id, {"status": ReminderStatus.SENT})
    saving.remove(mirror, PetVaccination, given)
    assert [row.status for row in rows(mirror)] == [ReminderStatus.CANCELLED]


def test_nobody_is_reminded_of_a_pet_that_died_rule_22(mirror: Mirror, sample: Sample) -> None:
    add(mirror, sample["Biscuit"], repeat_every=1, repeat_unit=ReminderRepeat.YEAR)
    saving.change(mirror, Pet, sample["Biscuit"], {"deceased_on": DAY})
    dose(mirror, sample["Biscuit"])
    assert [row.status for row in rows(mirror)] == [ReminderStatus.DONE]
    with pytest.raises(InvalidValue, match=r"Biscuit died on 11 March 2026\.") as refused:
        add(mirror, sample["Biscuit"])
    assert refused.value.field == "pet_id"


def test_what_repeats_goes_on_from_its_day_once_and_undo_takes_it_back_rule_18(
    mirror: Mirror, sample: Sample
) -> None:
    due = date(2026, 1, 31)
    first = add(
        mirror,
        sample["Mango"],
        kind=ReminderKind.PARASITES,
        title="Worming",
        due_on=due,
        repeat_every=3,
        repeat_unit=ReminderRepeat.MONTH,
    )
    saving.change(
        mirror,
        Reminder,
        first,
        # Half past eleven at night in UTC is tomorrow in Amsterdam (rule 25).
        {"status": ReminderStatus.DONE, "done_at": datetime(2026, 4, 29, 23, 30, tzinfo=UTC)},
    )
    assert [(row.due_on, row.status) for row in rows(mirror)] == [
        (due, ReminderStatus.DONE),
        (date(2026, 7, 31), ReminderStatus.PENDING),
    ]
    saving.change(mirror, Reminder, first, {"status": ReminderStatus.PENDING})
    assert [(row.due_on, row.done_at) for row in rows(mirror)] == [(due, None)]
    saving.change(mirror, Reminder, first, {"repeat_until": date(2026, 3, 1)})
    ended, _ = reminders.done(mirror, first)
    assert [row.status for row in rows(mirror)] == [ReminderStatus.DONE]
    reminders.put_back(mirror, ended)
    assert [row.status for row in rows(mirror)] == [ReminderStatus.PENDING]
    reminders.cancel(mirror, first)
    with pytest.raises(InvalidValue, match="called off already"):
        reminders.done(mirror, first)


def test_a_rule_says_only_what_can_be_filled_in(mirror: Mirror, sample: Sample) -> None:
    values = {"kind": VACCINATION, "step": 1, "subject": "{pet}", "body": "Dear {name}"}
    with pytest.raises(InvalidValue, match=r"Nothing fills \{name\}") as refused:
        saving.add(mirror, ReminderRule, values)
    assert refused.value.field == "body"
    saving.add(mirror, ReminderRule, {**values, "body": "Dear {client}"})
    with pytest.raises(InvalidValue, match="a step 1 of this already"):
        saving.add(mirror, ReminderRule, {**values, "body": "Hello"})
    saving.add(mirror, ReminderRule, {**values, "body": "Hello", "species": "Cat"})


def test_a_visit_that_is_over_completes_what_it_was_for_and_makes_the_next_rule_18(
    mirror: Mirror, sample: Sample
) -> None:
    dental = {"kind": ReminderKind.DENTAL, "repeat_every": 1, "repeat_unit": ReminderRepeat.YEAR}
    saving.change(mirror, Service, sample["dental"], {"category": ServiceCategory.DENTAL})
    first = add(mirror, sample["Pixel"], title="Teeth", **dental)
    add(mirror, sample["Pixel"])
    add(mirror, sample["Pixel"], title="Far off", due_on=NEXT, **dental)
    visit = sample["Pixel visit"]
    appointments.set_status(mirror, visit, AppointmentStatus.COMPLETED)
    assert [(row.title, row.due_on, row.status) for row in rows(mirror)] == [
        ("Teeth", DAY, ReminderStatus.DONE),
        ("Rabies", DAY, ReminderStatus.PENDING),
        ("Far off", NEXT, ReminderStatus.PENDING),
        ("Teeth", NEXT, ReminderStatus.PENDING),
    ]
    appointments.put_back(mirror, visit, {"status": AppointmentStatus.IN_PROGRESS})
    assert len(rows(mirror)) == 3
    with mirror.read() as connection:
        back = saving.existing(connection, Reminder, first)
    assert (back.status, back.done_at) == (ReminderStatus.PENDING, None)
