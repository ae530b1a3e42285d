"""The states of the screen of tasks that are rendered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from fluffydesk.actions import tasks
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.organizations import StaffShift
from fluffydesk.records.types import new_id, now
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.tasks import TasksScreen
from fluffydesk.ui.shell import Shell

_LONG = (
    "Clean out the pens of the young stock behind the old mill, wash the walls, lime the floor "
    "and put in straw before the calves of the upper meadow come down"
)
_NOTES = "The key hangs behind the door.\nThe lime is in the shed: wear gloves and glasses."
_RIGHT_TO_LEFT = "האכלת העגלים בבוקר"


def task_scenes(mirror: Mirror, visit: Callable[..., object]) -> list[Any]:
    """Return the scenes; some work is added to the mirror for them."""
    long, _ = tasks.add_task(
        mirror, {"title": _LONG, "due_at": now() - timedelta(days=400), "notes": _NOTES}
    )
    chore = {"title": _RIGHT_TO_LEFT, "recurrence": "FREQ=DAILY", "due_at": now()}
    other, _ = tasks.add_task(mirror, chore)
    tasks.done(mirror, other)
    _clash(mirror)
    screen = "farm-tasks"
    today = partial(visit, place=Place("tasks", part="today"))
    return [
        *task_parts("farm", visit),
        *(
            (f"{screen}-form-{act}", (today, partial(_act, act=act)))
            for act in ("add", "edit", "done_by", "assign", "hand_over", "put_off")
        ),
        (f"{screen}-form-shift", (partial(visit, place=Place("tasks", part="week")), _new)),
        (f"{screen}-long", (partial(visit, place=Place("tasks", long)),)),
        (f"{screen}-new", (partial(visit, place=Place("tasks", part="chores")), _new)),
        (f"{screen}-skip", (partial(visit, place=Place("tasks", part="today")), _skip)),
    ]


def task_parts(kind: str, visit: Callable[..., object]) -> list[Any]:
    """Return a scene of each part, of a mirror as it is."""
    return [
        (f"{kind}-tasks-{part}", (partial(visit, place=Place("tasks", part=part)),))
        for part in ("week", "chores", "deeds")
    ]


def _act(shell: Shell, act: str) -> None:
    assert isinstance(shell.current, TasksScreen)
    getattr(shell.current.due.acts, act)()


def _clash(mirror: Mirror) -> None:
    """Two PCs planned the same person while offline: the rules of one PC would refuse it."""
    with mirror.read() as connection:
        sql = "SELECT * FROM staff_shifts ORDER BY starts_at DESC LIMIT 1"
        last = dict(connection.exec_driver_sql(sql).one()._mapping)
    values = {**last, "id": str(new_id()), "duty": "Foot bath"}
    week = 7 * 86_400_000_000
    for name in ("starts_at", "ends_at"):
        last[name] -= week
        values[name] -= week
    image = to_image(StaffShift, {})
    with mirror.apply() as connection:
        write_images(connection, StaffShift, [{**image, **values}])


def _new(shell: Shell) -> None:
    assert isinstance(shell.current, TasksScreen)
    shell.current.add()


def _skip(shell: Shell) -> None:
    assert isinstance(shell.current, TasksScreen)
    shell.current.due.acts.skip()
