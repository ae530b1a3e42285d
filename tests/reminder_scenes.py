"""The states of the screens of reminders and messages that are rendered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from fluffydesk.actions import messages, saving
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.communication import Notification
from fluffydesk.records.enums.medical import ReminderKind
from fluffydesk.records.medical import Reminder
from fluffydesk.records.types import new_id, now, today
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.messages import MessagesScreen
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
        (
            "clinic-reminders-letters",
            (
                partial(visit, place=Place("reminders", part="queued")),
                lambda shell: _screen(shell).queued.print_letters(),
            ),
        ),
        (
            "clinic-reminders-postcards",
            (
                partial(visit, place=Place("reminders", part="queued")),
                lambda shell: _screen(shell).queued.print_cards(),
            ),
        ),
        ("clinic-reminders-ladder", (ladder,)),
        ("clinic-reminders-step", (ladder, _edit)),
        ("clinic-reminders-new", (due, _add)),
        *_message_scenes(mirror, visit, long, right_to_left),
    ]


def _message_scenes(
    mirror: Mirror, visit: Callable[..., object], long: str, right_to_left: str
) -> list[Any]:
    """An answer that waits, one that is taken back, long words, and notifications."""
    with mirror.read() as connection:
        sql = "SELECT id FROM conversations ORDER BY id"
        talks = [UUID(row[0]) for row in connection.exec_driver_sql(sql)]
    messages.answer(mirror, talks[0], f"{long}. {right_to_left}")
    _, changes = messages.answer(mirror, talks[0], "A slip of the hand")
    [slip] = changes["messages"]
    messages.take_back(mirror, slip)
    _notify(mirror)
    talk = partial(visit, place=Place("messages", part="talks"))
    return [
        ("clinic-messages-waits", (partial(visit, place=Place("messages", talks[0])),)),
        ("clinic-messages-wrong", (talk, _say_nothing)),
        ("clinic-messages-told", (partial(visit, place=Place("messages", part="told")),)),
    ]


def _notify(mirror: Mirror) -> None:
    author = mirror.recall("author")["user_id"]
    rows = [
        ("A visit was booked online", "booking", "normal", "appointments", None),
        ("A client wrote", "message", "high", "conversations", None),
        ("The platform is updated tonight", "system", "low", None, now()),
    ]
    kept = {"created_at": now(), "updated_at": now(), "row_version": 1, "channel": "in_app"}
    with mirror.apply() as connection:
        for title, kind, priority, table, read_at in rows:
            values = {"id": new_id(), "user_id": author, "title": title, "kind": kind}
            values |= {"body": f"{title}.", "priority": priority, "target_table": table}
            image = to_image(Notification, {**kept, **values, "read_at": read_at})
            write_images(connection, Notification, [image])


def _say_nothing(shell: Shell) -> None:
    assert isinstance(shell.current, MessagesScreen)
    shell.current.answer()


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
