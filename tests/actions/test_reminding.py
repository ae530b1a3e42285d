"""The ladder at work: who is due to be reminded, queued once, and taken back until it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, select

from fluffydesk.actions import appointments, saving
from fluffydesk.actions.patients import end_patient
from fluffydesk.actions.reminder_ladder import USUAL, add_usual
from fluffydesk.actions.reminder_queue import cancel_message, queue, settled, take_back
from fluffydesk.actions.reminding import NO_STEP, DueReminder, due
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Service
from fluffydesk.records.clinic import ReminderMessage, ReminderRule
from fluffydesk.records.enums import AppointmentStatus, Status
from fluffydesk.records.enums.booking import ServiceCategory
from fluffydesk.records.enums.medical import ReminderChannel, ReminderKind, ReminderStatus
from fluffydesk.records.medical import Reminder
from fluffydesk.records.organizations import Organization
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.records.types import now
from tests.clinic_sample import DAY, Sample, fill
from tests.mirrors import new_mirror

CHECK_UP, VACCINATION = ReminderKind.CHECK_UP, ReminderKind.VACCINATION
LATE = DAY - timedelta(days=8)


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "mirror.db") as opened:
        yield opened


@pytest.fixture
def sample(mirror: Mirror) -> Sample:
    """Two steps of vaccinations; Noor has an e-mail address, Tomas and Ivy a phone alone."""
    sample = fill(mirror)
    for step, days in ((1, -14), (2, 7)):
        rule(mirror, step=step, days=days)
    saving.change(mirror, ClinicClient, sample["Noor Vale"], {"email": "noor@post.example"})
    return sample


def rule(mirror: Mirror, **values: Any) -> UUID:
    given = {"kind": VACCINATION, "step": 1, "days": -14, "subject": "{pet}: {what}"}
    given |= {"body": "Dear {client}, {what} for {pet} is due on {due}.", **values}
    return saving.add(mirror, ReminderRule, given)[0]


def remind(mirror: Mirror, pet: UUID, due_on: date = LATE, **values: Any) -> UUID:
    given = {"pet_id": pet, "kind": VACCINATION, "title": "Rabies", "due_on": due_on, **values}
    return saving.add(mirror, Reminder, given)[0]


def listed(mirror: Mirror, today: date = DAY) -> list[DueReminder]:
    with mirror.read() as connection:
        return due(connection, today)


def messages(mirror: Mirror) -> list[Row[Any]]:
    table = ReminderMessage.__table__
    with mirror.read() as connection:
        return list(connection.execute(select(table).order_by(table.c.step)))


def reminder(mirror: Mirror, row_id: UUID) -> tuple[int, ReminderStatus]:
    with mirror.read() as connection:
        row = saving.existing(connection, Reminder, row_id)
    return row.step, row.status


def send(mirror: Mirror, key: UUID) -> None:
    """Note, as the platform does, that a message was sent."""
    with mirror.apply() as connection:
        table = ReminderMessage.__table__
        connection.execute(table.update().where(table.c.id == key).values(sent_at=now()))


def test_a_step_stands_in_the_list_with_its_words_and_its_address(
    mirror: Mirror, sample: Sample
) -> None:
    key = remind(mirror, sample["Biscuit"])
    [one] = listed(mirror)
    assert (one.id, one.step, one.steps, one.send_on) == (key, 2, 2, DAY - timedelta(days=1))
    assert (one.channel, one.to, one.missing) == (ReminderChannel.EMAIL, "noor@post.example", "")
    assert one.subject == "Biscuit: Rabies"
    assert one.body == "Dear Noor Vale, Rabies for Biscuit is due on 3 March 2026."


def test_the_list_looks_two_weeks_ahead(mirror: Mirror, sample: Sample) -> None:
    remind(mirror, sample["Biscuit"], DAY + timedelta(days=28))
    remind(mirror, sample["Mango"], DAY + timedelta(days=29))
    assert [one.pet for one in listed(mirror)] == ["Biscuit"]


def test_who_brings_it_is_told_on_the_card_that_was_kept(mirror: Mirror, sample: Sample) -> None:
    """Nothing is taken from the card that was merged into it, not even an address it lacks."""
    for pet in ("Biscuit", "Pixel"):
        remind(mirror, sample[pet])
    with mirror.unit("Merged elsewhere") as unit:
        kept = {"full_name": "Abe Vale", "phone": "+31 20 555 0199"}
        merged = {"merged_into_id": unit.insert(ClinicClient, kept)}
        unit.update(ClinicClient, sample["Noor Vale"], merged)
    told = [(one.pet, one.client, one.to, one.missing) for one in listed(mirror)]
    missing = "No e-mail address"
    assert told == [
        ("Biscuit", "Abe Vale", "", missing),
        ("Pixel", "Tomas Reed", "", missing),
    ]


def test_who_has_no_address_is_listed_with_what_is_missing(mirror: Mirror, sample: Sample) -> None:
    for pet in ("Pixel", "Rex"):
        remind(mirror, sample[pet])
    saving.change(mirror, ClinicClient, sample["Ivy Stone"], {"contact_by": ReminderChannel.SMS})
    found = {one.pet: one for one in listed(mirror)}
    assert found["Pixel"].missing == "No e-mail address"
    assert (found["Rex"].missing, found["Rex"].to) == ("", "+31 20 555 0103")
    with pytest.raises(Refusal, match=r"None of these can be sent\. No e-mail address\."):
        queue(mirror, [found["Pixel"].id], DAY)
    rule(mirror, kind=CHECK_UP, channel=ReminderChannel.POST)
    remind(mirror, sample["Mango"], kind=CHECK_UP, title="Teeth")
    remind(mirror, sample["Mango"], kind=ReminderKind.BREEDING, title="Mate")
    found = {one.what: one for one in listed(mirror)}
    assert found["Teeth"].missing == "No address"
    assert found["Mate"].missing == NO_STEP


def test_the_ladder_of_a_species_stands_for_all_of_it(mirror: Mirror, sample: Sample) -> None:
    rule(mirror, species="Cat", days=-20, body="Cats: {pet}")
    for pet in ("Biscuit", "Mango"):
        remind(mirror, sample[pet], DAY + timedelta(days=20))
    first = listed(mirror)[0]
    assert (first.pet, first.body, first.steps) == ("Mango", "Cats: Mango", 1)


@pytest.mark.parametrize("stop", ["dead", "left", "inactive", "done", "cancelled", "not told"])
def test_what_stops_a_reminder_rule_22(mirror: Mirror, sample: Sample, stop: str) -> None:
    key = remind(mirror, sample["Biscuit"])
    assert len(listed(mirror)) == 1
    if stop == "dead":
        saving.change(mirror, Pet, sample["Biscuit"], {"deceased_on": DAY})
    elif stop == "left":
        end_patient(mirror, sample["Biscuit"], DAY)
    elif stop == "inactive":
        saving.change(mirror, ClinicClient, sample["Noor Vale"], {"status": Status.INACTIVE})
    elif stop == "not told":
        saving.change(mirror, Reminder, key, {"tells_owner": False})
    else:
        saving.change(mirror, Reminder, key, {"status": ReminderStatus(stop)})
    assert listed(mirror) == []
    with pytest.raises(Refusal, match="None of these"):
        queue(mirror, [key], DAY)


def test_a_visit_for_the_same_thing_quiets_it(mirror: Mirror, sample: Sample) -> None:
    key = remind(mirror, sample["Mango"])
    values = {"pet_id": sample["Mango"], "service_id": sample["checkup"]}
    assert [one.id for one in listed(mirror)] == [key]
    # Half past midnight in Amsterdam is still yesterday in UTC (rule 25).
    starts = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    made = appointments.book(
        mirror,
        {**values, "scheduled_at": starts, "reason": "Rabies, second dose"},
    )
    assert listed(mirror) == []
    assert [one.id for one in listed(mirror, DAY + timedelta(days=1))] == [key]
    [visit] = made["appointments"]
    appointments.set_status(mirror, visit, AppointmentStatus.CANCELLED)
    assert [one.id for one in listed(mirror)] == [key]
    appointments.book(mirror, {**values, "scheduled_at": starts + timedelta(days=61, hours=1)})
    assert [one.id for one in listed(mirror)] == [key]


def test_a_visit_of_its_kind_of_service_quiets_it(mirror: Mirror, sample: Sample) -> None:
    key = remind(mirror, sample["Mango"])
    values = {"pet_id": sample["Mango"], "service_id": sample["vaccine"]}
    appointments.book(mirror, {**values, "scheduled_at": sample.at(16)})
    assert [one.id for one in listed(mirror)] == [key]
    category = {"category": ServiceCategory.VACCINATION}
    saving.change(mirror, Service, sample["vaccine"], category)
    assert listed(mirror) == []


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_day_is_the_clinics_also_when_the_clocks_are_changed_rule_25(
    mirror: Mirror, sample: Sample, day: date
) -> None:
    key = remind(mirror, sample["Mango"], day)
    values = {"pet_id": sample["Mango"], "reason": "Rabies"}
    evening = sample.at(23, 50, day=day - timedelta(days=1))
    appointments.book(mirror, {**values, "scheduled_at": evening})
    assert [one.id for one in listed(mirror, day)] == [key]
    appointments.book(mirror, {**values, "scheduled_at": sample.at(0, 30, day=day)})
    assert listed(mirror, day) == []


def test_a_batch_is_queued_once_and_moves_the_reminders_on(mirror: Mirror, sample: Sample) -> None:
    keys = [remind(mirror, sample[pet]) for pet in ("Biscuit", "Mango", "Pixel")]
    queued, changes = queue(mirror, keys, DAY)
    assert (len(queued.messages), queued.left_out) == (2, 1)
    assert changes["reminder_messages"] == set(queued.messages)
    assert changes["reminders"] == set(keys[:2])
    [first, second] = messages(mirror)
    assert {first.id, second.id} == set(queued.messages)
    assert (first.step, first.sent_to, first.sent_at) == (2, "noor@post.example", None)
    assert reminder(mirror, keys[0]) == (2, ReminderStatus.SENT)
    assert [one.pet for one in listed(mirror)] == ["Pixel"]
    with pytest.raises(Refusal, match="They were sent, or are not due any more"):
        queue(mirror, keys[:2], DAY)


def test_a_batch_is_taken_back_until_it_is_sent(mirror: Mirror, sample: Sample) -> None:
    keys = [remind(mirror, sample[pet]) for pet in ("Biscuit", "Mango")]
    queued, _ = queue(mirror, keys, DAY)
    send(mirror, queued.messages[1])
    went, _ = take_back(mirror, queued)
    assert went == 1
    assert reminder(mirror, queued.before[0][0]) == (1, ReminderStatus.PENDING)
    assert reminder(mirror, queued.before[1][0]) == (2, ReminderStatus.SENT)
    assert [row.id for row in messages(mirror)] == [queued.messages[1]]
    with pytest.raises(Refusal, match="have been sent"):
        take_back(mirror, queued)
    for way in (saving.remove, lambda mirror, _, key: cancel_message(mirror, key)):
        with pytest.raises(Refusal, match="has been sent"):
            way(mirror, ReminderMessage, queued.messages[1])


def test_one_message_is_taken_back_to_the_step_before(mirror: Mirror, sample: Sample) -> None:
    key = remind(mirror, sample["Biscuit"], DAY)
    queue(mirror, [key], DAY)
    queue(mirror, [key], DAY + timedelta(days=7))
    cancel_message(mirror, messages(mirror)[1].id)
    assert reminder(mirror, key) == (1, ReminderStatus.SENT)
    cancel_message(mirror, messages(mirror)[0].id)
    assert reminder(mirror, key) == (1, ReminderStatus.PENDING)


def test_a_letter_keeps_when_it_was_printed_first(mirror: Mirror, sample: Sample) -> None:
    key = remind(mirror, sample["Biscuit"])
    queued, _ = queue(mirror, [key], DAY)
    assert settled(mirror, queued.messages, "Letters printed")[0] == 1
    printed = messages(mirror)[0].printed_at
    assert printed is not None
    noted, changes = settled(mirror, queued.messages, "Letters printed")
    assert (noted, dict(changes), messages(mirror)[0].printed_at) == (0, {}, printed)


@pytest.mark.parametrize("phone", [None, "01632 960274"])
def test_the_usual_texts_say_who_writes_and_where_to_call(
    mirror: Mirror, phone: str | None
) -> None:
    sample = fill(mirror)
    add_usual(mirror)
    saving.change(mirror, Organization, UUID(mirror.recall("organization")["id"]), {"phone": phone})
    called = " on 01632 960274" if phone else ""
    for due_on in (DAY + timedelta(days=20), LATE, DAY - timedelta(days=40)):
        remind(mirror, sample["Biscuit"], due_on)
    remind(mirror, sample["Mango"], DAY, kind=ReminderKind.FOLLOW_UP, title="the ear")
    texts = {(one.kind, one.step): one.body for one in listed(mirror)}
    for step in (1, 2, 3):
        assert f"Please call us{called}" in texts[VACCINATION, step]
        assert texts[VACCINATION, step].endswith("With kind regards\nCanal Street Clinic")
    assert texts[ReminderKind.FOLLOW_UP, 1].endswith(
        f"Please call us{called} for a time. Canal Street Clinic"
    )
    assert not [text for text in texts.values() if "{" in text or "  " in text]


def test_the_usual_ladder_is_written_once(mirror: Mirror) -> None:
    fill(mirror)
    made = add_usual(mirror)
    assert len(made["reminder_rules"]) == len(USUAL)
    with pytest.raises(Refusal, match="There is a ladder already"):
        add_usual(mirror)
