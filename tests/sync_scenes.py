"""What is rendered of the sync: every state its screens can be in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.mirror import journal, pending
from fluffydesk.mirror.images import read_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.catalog import record_for
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import new_id
from fluffydesk.sync.dry_run import Incoming, Row
from fluffydesk.sync.meet import edit_of
from fluffydesk.ui.link import link_of
from fluffydesk.ui.record_history import open_history
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.sync_centre import SyncCentre
from fluffydesk.ui.shell import Shell
from fluffydesk.ui.status import SyncStatus

Step = Callable[[Shell], object]
Scene = tuple[str, tuple[Step, ...]]


def farm_scenes(mirror: Mirror, cow: UUID, other: UUID) -> list[Scene]:
    """Return the states of the sync centre at a farm; fills the mirror, which nobody uses yet."""
    _edit(mirror, cow, other)
    return [
        ("farm-sync-low", (_sync, _scroll)),
        ("farm-sync-plan", (_sync, lambda shell: _centre(shell).look_ahead(), _coming)),
        ("farm-sync-running", (_sync, partial(_say, syncing=True, share=0.42, step=_STEP))),
        ("farm-sync-paused", (_sync, partial(_say, syncing=False, paused=True, step=""))),
        ("farm-sync-clock", (partial(_remember, clock_offset=7980), _sync, _clock)),
        (
            "farm-sync-books",
            (partial(_remember, clock_offset=0, units_made=99), _sync, partial(_say, paused=False)),
        ),
        (
            "farm-history",
            (_sync, lambda shell: open_history(shell, shell.work, "livestock", cow)),
        ),
    ]


def clinic_scenes(mirror: Mirror) -> list[Scene]:
    """Return the state in which a vet was booked twice."""
    _book_twice(mirror)
    return [("clinic-sync-slots", (_sync, _scroll))]


_STEP = "Loading the records, 42,310 of 100,740 rows"


def _edit(mirror: Mirror, cow: UUID, other: UUID) -> None:
    """Edit two animals: one save is sent, one waits, one is discarded, one is asked about."""
    with mirror.unit("Correct the name of Clover") as unit:
        unit.update(Livestock, cow, {"name": "Clover", "colour": "red pied"})
    with mirror.apply() as connection:
        journal.clear(connection, ("livestock", str(cow)))
    with mirror.unit("Morning round") as unit:
        unit.update(Livestock, cow, {"name": "Clover the Second", "notes": "Kicks."})
        unit.update(Livestock, other, {"came_from": "Hill Farm"})
    with mirror.unit("Weigh the calves") as gone:
        gone.update(Livestock, other, {"left_reason": "Sold"})
    theirs = ("Theo Fennmere", "Office PC", journal.moment())
    with mirror.apply() as connection:
        sides = ("Calm.", "Calm.\nKicks.", "Calm.\nLame on the left.")
        pending.open_conflict(connection, ("livestock", str(cow)), "notes", sides, theirs)
        connection.exec_driver_sql(
            "UPDATE units SET outcome = 'discarded', settled_by = 'Ruth Aldercroft', "
            "settled_at = made_at + 90000000 WHERE id = ?",
            (str(gone.id),),
        )


def _book_twice(mirror: Mirror) -> None:
    book = Appointment.__table__
    with mirror.read() as connection:
        taken = connection.execute(
            select(book).where(book.c.status == "scheduled").order_by(book.c.scheduled_at).limit(1)
        ).one()
    with mirror.unit("Book Biscuit") as unit:
        mine = unit.insert(
            Appointment,
            {
                "pet_id": taken.pet_id,
                "veterinarian_id": taken.veterinarian_id,
                "scheduled_at": taken.scheduled_at + timedelta(minutes=5),
                "ends_at": taken.ends_at + timedelta(minutes=5),
            },
        )
    with mirror.apply() as connection:
        key = ("appointments", str(mine))
        edit = journal.pending_row(connection, key)
        assert edit is not None
        sent = edit_of(edit, read_image(connection, record_for(key[0]), key[1]))
        assert sent is not None
        refusal = pending.OpenRefusal(
            str(new_id()),
            (str(unit.id),),
            (sent,),
            "23P01",
            *key,
            "scheduled_at",
            "That vet already has an appointment at this time.",
            "Choose another time or another vet, then save.",
            journal.moment(),
        )
        pending.put_refusal(connection, refusal, "ex_appointments_veterinarian_id")


def _sync(shell: Shell) -> None:
    shell.go(Place("sync"))
    centre = _centre(shell)
    centre.hide_plan()
    centre.page.verticalScrollBar().setValue(0)


def _centre(shell: Shell) -> SyncCentre:
    assert isinstance(shell.current, SyncCentre)
    return shell.current


def _scroll(shell: Shell) -> None:
    centre = _centre(shell)
    card = centre.refusals[-1]
    card.setFocus()
    bar = centre.page.verticalScrollBar()
    bar.setValue(bar.maximum())


def _coming(shell: Shell) -> None:
    clash = Row("livestock", new_id(), "1042 Bella", "update", ("Weight",))
    found = Incoming({"livestock": 12, "milk_production_logs": 340}, {"tasks": 1}, (clash,))
    link_of(shell.work).looked_ahead.emit(found)


def _say(shell: Shell, **news: Any) -> None:
    link_of(shell.work).say(online=True, trouble="", **news)
    busy = "Syncing" if news.get("syncing") else None
    paused = bool(news.get("paused"))
    shell.set_status(SyncStatus(online=True, waiting=2, busy=busy, paused=paused))


def _clock(shell: Shell) -> None:
    _say(shell, paused=False)
    shell.set_status(SyncStatus(online=True, verified_at=datetime.now(UTC), clock_offset=7980))


def _remember(shell: Shell, **values: Any) -> None:
    shell.work.on_mirror(lambda mirror: mirror.remember(**values))
