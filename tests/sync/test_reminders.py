"""Two desks of a clinic that remind of, and complete, the same things while offline."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from fluffydesk.actions import reminders, reminding
from fluffydesk.actions.patients import register_patient
from fluffydesk.actions.reminder_ladder import USUAL, add_usual
from fluffydesk.actions.reminder_queue import (
    astray,
    cancel_message,
    message_id,
    put_right,
    queue,
    take_back,
)
from fluffydesk.actions.rules.medical import reminder_id
from fluffydesk.actions.saving import add, change
from fluffydesk.records.clinic import PetVaccination
from fluffydesk.records.enums.medical import ReminderKind, ReminderRepeat, ReminderStatus
from fluffydesk.records.medical import Reminder
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import now, today
from tests.sync.desks import Desk
from tests.sync.farms import Farm

CLIENT = {"full_name": "Noor Vale", "email": "noor@post.example"}
KIND = ReminderKind.VACCINATION


def _reminder(desk: Desk, **values: Any) -> tuple[UUID, UUID]:
    made = register_patient(desk.mirror, {"name": "Biscuit", "species": "Dog"}, client=CLIENT)
    [pet] = made["pets"]
    given = {"pet_id": pet, "kind": KIND, "title": "Rabies", "due_on": today(), **values}
    return pet, add(desk.mirror, Reminder, given)[0]


def _count(farm: Farm, table: str) -> int:
    sql = f"SELECT count(*) FROM {table} WHERE organization_id = %s"
    return int(farm.value(sql, farm.id))


def test_two_desks_queue_a_step_once_and_it_is_taken_back_until_it_is_sent(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    for desk in (barn, office):
        add_usual(desk.mirror)
    _, key = _reminder(barn)
    farm.settle()
    assert _count(farm, "reminder_rules") == len(USUAL)
    queued = [queue(desk.mirror, [key], today())[0] for desk in (barn, office)]
    farm.settle()
    farm.assert_quiet()
    assert _count(farm, "reminder_messages") == 1
    one = message_id(key, 1)
    assert queued[0].messages == queued[1].messages == (one,)
    for desk in (barn, office):
        row = desk.row("reminders", key)
        assert row is not None
        assert (row["step"], row["status"]) == (1, ReminderStatus.SENT)
        assert desk.row("reminder_messages", one) == barn.row("reminder_messages", one)
    take_back(barn.mirror, queued[0])
    farm.settle()
    farm.assert_quiet()
    assert _count(farm, "reminder_messages") == 0
    back = office.row("reminders", key)
    assert back is not None
    assert back["status"] == ReminderStatus.PENDING


def test_what_the_platform_sent_meanwhile_waits_for_a_person(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    add_usual(barn.mirror)
    _, key = _reminder(barn)
    queue(barn.mirror, [key], today())
    farm.settle()
    one = message_id(key, 1)
    farm.execute("UPDATE reminder_messages SET sent_at = now() WHERE id = %s", one)
    cancel_message(office.mirror, one)
    farm.settle()
    [refused] = office.quarantine()
    assert refused.table == "reminder_messages"
    assert _count(farm, "reminder_messages") == 1
    there = barn.row("reminder_messages", one)
    assert there is not None
    assert there["sent_at"] is not None


def test_two_desks_that_complete_one_make_the_next_once_rule_18(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    pet, key = _reminder(barn, repeat_every=1, repeat_unit=ReminderRepeat.YEAR)
    _, other = _reminder(barn, kind=ReminderKind.PARASITES, repeat_every=3, repeat_unit="month")
    farm.settle()
    following = today() + timedelta(days=365)
    for desk in (barn, office):
        given = {"pet_id": pet, "vaccine": "Rabies", "given_on": today()}
        add(desk.mirror, PetVaccination, {**given, "next_due_on": following})
        reminders.done(desk.mirror, other)
    farm.settle()
    farm.assert_quiet()
    assert _count(farm, "reminders") == 4
    made = office.row("reminders", reminder_id(pet, "Rabies", 2))
    assert made is not None
    assert (made["due_on"], made["status"]) == (following, ReminderStatus.PENDING)
    ended = barn.row("reminders", key)
    assert ended is not None
    assert ended["done_at"] is not None


def test_a_pet_that_died_elsewhere_is_reminded_of_no_more_rule_22(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    add_usual(barn.mirror)
    pet, key = _reminder(barn)
    farm.settle()
    change(office.mirror, Pet, pet, {"deceased_on": now().date()})
    ended, _ = reminders.done(barn.mirror, key)
    farm.settle()
    reminders.put_back(barn.mirror, ended)
    farm.settle()
    with barn.mirror.read() as connection:
        assert reminding.due(connection, today()) == []
    farm.assert_quiet()


def test_nobody_is_written_to_about_a_pet_that_died_rule_22(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    """What is queued goes with the pet: at its own desk at once, else when the two meet."""
    add_usual(barn.mirror)
    pet, key = _reminder(barn)
    other, later = _reminder(barn)
    farm.settle()
    queue(barn.mirror, [key, later], today())
    change(barn.mirror, Pet, pet, {"deceased_on": today()})
    assert barn.row("reminder_messages", message_id(key, 1)) is None
    change(office.mirror, Pet, other, {"deceased_on": today()})
    farm.settle()
    assert _count(farm, "reminder_messages") == 1
    for desk in (barn, office):
        assert astray(desk.mirror)
        put_right(desk.mirror)
    farm.settle()
    farm.assert_quiet()
    assert _count(farm, "reminder_messages") == 0
    change(office.mirror, Pet, other, {"deceased_on": None})
    row = office.row("reminders", later)
    assert row is not None
    assert (row["status"], row["step"]) == (ReminderStatus.PENDING, 1)
