"""The states of the screens of reminders and messages that are rendered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from fluffydesk.actions import saving
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.medical import ReminderKind
from fluffydesk.records.medical import Reminder
from fluffydesk.records.types import today
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.reminders import RemindersScreen
from fluffydesk.ui.shell import Shell


def reminder_scenes(
    mirror: Mirror, visit: Callable[..., object], long: str, right_to_left: str
) -> list[Any]:
    """Return the scenes; two reminders are added to the mirror for them."""
    with mirror.read() as connection:
        sql = (
            "SELECT pet_id FROM clinic_patients JOIN pets ON pets.id = pet_id "
            "WHERE deceased_on IS NULL ORDER BY pet_id LIMIT 2"
        )
        pets = [UUID(row[0]) for row in connection.exec_driver_sql(sql)]
    for pet, title in zip(pets, (long, right_to_left), strict=True):
        values = {"pet_id": pet, "kind": ReminderKind.VACCINATION, "title": title}
        saving.add(mirror, Reminder, values | {"due_on": today()})
    due = partial(visit, place=Place("reminders", part="due"))
    ladder = partial(visit, place=Place("reminders", part="ladder"))
    return [
        ("clinic-reminders-long", (due, _first)),
        ("clinic-reminders-chosen", (due, _choose)),
        ("clinic-reminders-told", (due, _queue)),
        ("clinic-reminders-queued", (partial(visit, place=Place("reminders", part="queued")),)),
        ("clinic-reminders-ladder", (ladder,)),
        ("clinic-reminders-step", (ladder, _edit)),
        ("clinic-reminders-new", (due, _add)),
    ]


def _screen(shell: Shell) -> RemindersScreen:
    assert isinstance(shell.current, RemindersScreen)
    return shell.current


def _first(shell: Shell) -> None:
    due = _screen(shell).due
    rows = due.list.model.rows()
    due.list.select(max(rows, key=lambda one: len(one.what)).id)


def _choose(shell: Shell) -> None:
    for _ in range(4):
        _screen(shell).due.mark()


def _queue(shell: Shell) -> None:
    _screen(shell).due.queue()


def _edit(shell: Shell) -> None:
    _screen(shell).ladder.edit()


def _add(shell: Shell) -> None:
    _screen(shell).due.add()
