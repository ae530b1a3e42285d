"""What is rendered of the sync: every state its screens can be in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import dialect

from fluffydesk.errors import Offline
from fluffydesk.mirror import journal, numbers, pending
from fluffydesk.mirror.images import read_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.catalog import record_for
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.payments import Invoice
from fluffydesk.records.types import new_id
from fluffydesk.sync import window
from fluffydesk.sync.dry_run import Incoming, Row
from fluffydesk.sync.meet import edit_of
from fluffydesk.ui.link import link_of
from fluffydesk.ui.older import OlderStrip
from fluffydesk.ui.record_history import HistoryDialog, open_history
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.animal_card import AnimalCardScreen
from fluffydesk.ui.screens.settings import Settings
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
        ("farm-sync-double", (_sync, partial(_see_twin, row_id=_double(mirror, cow)), _scroll)),
        *window_scenes(cow),
        ("farm-animals-new", (_reserved, lambda shell: shell.go(Place("animals")), _new)),
        ("farm-history", (partial(_reach, _Centre(cow)), _sync, partial(_history, cow))),
        (
            "farm-history-low",
            (partial(_reach, _Centre(cow)), _sync, partial(_history, cow), _history_low),
        ),
        (
            "farm-history-offline",
            (partial(_reach, _Centre(cow, away=True)), _sync, partial(_history, cow), _history_low),
        ),
    ]


def clinic_scenes(mirror: Mirror) -> list[Scene]:
    """Return the states in which a vet was booked twice, and one was called off that came."""
    _book_twice(mirror)
    _call_off(mirror)
    _two_discounts(mirror)
    return [("clinic-sync-slots", (_sync, _to_the_card)), ("clinic-sync-came", (_sync,))]


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


def _call_off(mirror: Mirror) -> None:
    """Let a patient arrive here whose visit was called off at the other desk."""
    book = Appointment.__table__
    with mirror.read() as connection:
        query = select(book.c.id).where(book.c.status == "scheduled")
        visit = connection.execute(query.order_by(book.c.scheduled_at.desc()).limit(1)).scalar_one()
    with mirror.unit("Arrived: Biscuit") as unit:
        unit.update(Appointment, visit, {"arrived_at": datetime.now(UTC)})
    theirs = ("Theo Fennmere", "Back desk", journal.moment())
    with mirror.apply() as connection:
        key = ("appointments", str(visit))
        pending.open_conflict(
            connection, key, "status", ("scheduled", "scheduled", "cancelled"), theirs
        )


def _two_discounts(mirror: Mirror) -> None:
    """Take a tenth off a draft here that is 5.00 less at the other desk."""
    bills = Invoice.__table__
    with mirror.read() as connection:
        query = select(bills.c.id).where(bills.c.status == "draft").order_by(bills.c.id)
        bill = connection.execute(query.limit(1)).scalar_one()
        image = read_image(connection, Invoice, str(bill)) or {}
    with mirror.unit("Discount") as unit:
        unit.update(Invoice, bill, {"price_off_percent": Decimal(10)})
    theirs = ("Theo Fennmere", "Back desk", journal.moment())
    with mirror.apply() as connection:
        key = ("invoices", str(bill))
        journal.keep_base(connection, key, {**image, "price_off": 500})
        pending.open_conflict(connection, key, "price_off_percent", (0, 1000, 0), theirs)


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


def _double(mirror: Mirror, cow: UUID) -> UUID:
    """Write down a milking that is there already, and one more that was refused and mended."""
    book = MilkProductionLog.__table__
    with mirror.read() as connection:
        there = connection.execute(select(book).where(book.c.animal_id != cow).limit(1)).one()
    values = {"animal_id": there.animal_id, "milked_on": there.milked_on, "session": there.session}
    with mirror.unit("Morning milking") as unit:
        mine = unit.insert(MilkProductionLog, {**values, "yield_kg": there.yield_kg + 2})
    with mirror.unit("Egg round") as eggs:
        day = there.milked_on + timedelta(days=1)
        other = eggs.insert(MilkProductionLog, {**values, "milked_on": day, "yield_kg": 9})
    told = (
        "There already is a milking with the same “Animal”, “Date” and “Milking”.",
        "Make the two one.",
    )
    [unique] = (one for one in book.constraints if "milked_on_session" in str(one.name))
    key = dialect().identifier_preparer.format_constraint(unique) or ""  # as Postgres cuts it
    _refuse(mirror, ("milk_production_logs", str(mine)), str(unit.id), ("23505", *told), key)
    told = "Yield is outside what is allowed.", "Correct it and save, or discard the edit."
    _refuse(mirror, ("milk_production_logs", str(other)), str(eggs.id), ("23514", *told), "")
    with mirror.unit("Correct the yield") as mended:
        mended.update(MilkProductionLog, other, {"yield_kg": 19})
    return mine


def _refuse(
    mirror: Mirror, key: tuple[str, str], unit: str, why: tuple[str, str, str], constraint: str
) -> None:
    with mirror.apply() as connection:
        edit = journal.pending_row(connection, key)
        assert edit is not None
        sent = edit_of(edit, read_image(connection, record_for(key[0]), key[1]))
        assert sent is not None
        code, message, advice = why
        refusal = pending.OpenRefusal(
            str(new_id()), (unit,), (sent,), code, *key, None, message, advice, journal.moment()
        )
        pending.put_refusal(connection, refusal, constraint)


def _see_twin(shell: Shell, row_id: UUID) -> None:
    """Show the row that is there already, as a look at central would."""
    link_of(shell.work).reach = lambda: _Centre(row_id)  # type: ignore[assignment, return-value]
    _centre(shell).view = None
    _centre(shell).reload()


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


def _to_the_card(shell: Shell) -> None:
    centre = _centre(shell)
    card = centre.refusals[-1]
    card.share.setVisible(True)  # as it is where the vet's policy is to ask
    card.setFocus()
    centre.page.ensureWidgetVisible(card)


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


class _Centre:
    """A central with older milkings to look up; or one that does not answer."""

    def __init__(self, animal: UUID, *, away: bool = False) -> None:
        self._animal, self._away = animal, away

    def beyond(self, *asked: Any) -> list[dict[str, Any]]:
        """Answer as sync.beyond() does, from one herd book."""
        if self._away:
            raise Offline("Central cannot be reached.", "Work goes on.")
        since, limit = asked[3], asked[5]
        days = [since - timedelta(days=1 + n // 2) for n in range(limit)]
        return [
            {
                "id": str(new_id()),
                "animal_id": str(self._animal),
                "milked_on": day.isoformat(),
                "session": ("afternoon", "morning")[n % 2],
                "yield_kg": 1420 + 37 * (n % 29),
                "days_in_milk": 305 - n // 2,
                "parity": 2,
                "notes": "Kicked the bucket over." if n == 3 else None,
            }
            for n, day in enumerate(days)
        ]

    def trail(self, *_: Any) -> list[dict[str, Any]]:
        """Return what the audit trail has of any row."""
        if self._away:
            raise Offline("Central cannot be reached.", "Work goes on.")
        at = datetime.now(UTC) - timedelta(days=90)
        told = {"at": at.isoformat(), "who": "Theo Fennmere", "device": "Office PC"}
        return [
            {**told, "action": "UPDATE", "columns": ["name", "weight_kg", "batch_id"]},
            {**told, "action": "UPDATE", "columns": ["notes"]},
            {**told, "action": "INSERT", "columns": []},
        ]

    @contextmanager
    def snapshot(self) -> Iterator[_Centre]:
        """Open one moment of it."""
        yield self

    def counts(self, _: Any, tables: list[str], since: Any) -> dict[str, int]:
        """Count what is there from a day on."""
        return dict.fromkeys(tables, 1200 if since is None else 200)

    def close(self) -> None:
        """A line of its own is closed after use."""


def window_scenes(cow: UUID) -> list[Scene]:
    """Return the states of a PC that keeps the last 12 months; the last one keeps all again."""
    rows = (_keep, lambda shell: shell.go(Place("rows", part="milk")))
    return [
        ("farm-window-rows", rows),
        ("farm-window-older", (partial(_reach, _Centre(cow)), *rows, _older)),
        ("farm-window-older-offline", (partial(_reach, _Centre(cow, away=True)), *rows, _older)),
        ("farm-window-card", (_keep, lambda shell: shell.go(Place("animal", cow)), _low)),
        ("farm-window-settings", (partial(_choose, place=4),)),
        ("farm-window-more", (partial(_reach, _Centre(cow)), partial(_choose, place=0), _all)),
    ]


def _reserved(shell: Shell) -> None:
    block = numbers.Block(str(new_id()), "livestock", 251, 300, 251, 251, None)

    def keep(mirror: Mirror) -> None:
        with mirror.apply() as connection:
            numbers.keep(connection, [block])

    shell.work.on_mirror(keep)


def _new(shell: Shell) -> None:
    assert shell.current is not None
    primary = shell.current.primary()
    assert primary is not None
    primary[1]()


def _history(cow: UUID, shell: Shell) -> None:
    open_history(shell, shell.work, "livestock", cow)


def _history_low(shell: Shell) -> None:
    bar = shell.findChildren(HistoryDialog)[-1].area.verticalScrollBar()
    bar.setValue(bar.maximum())


def _keep(shell: Shell) -> None:
    shell.work.on_mirror(lambda mirror: window.set_months(mirror, 12))


def _all(shell: Shell) -> None:
    shell.work.on_mirror(lambda mirror: window.set_months(mirror, None))


def _reach(central: Any, shell: Shell) -> None:
    link_of(shell.work).reach = lambda: central


def _older(shell: Shell) -> None:
    strip = next(one for one in shell.findChildren(OlderStrip) if one.isVisible())
    strip.buttons[0].click()


def _low(shell: Shell) -> None:
    screen = shell.current
    assert isinstance(screen, AnimalCardScreen)
    bar = screen.page.verticalScrollBar()
    bar.setValue(bar.maximum())


def _choose(shell: Shell, place: int) -> None:
    shell.go(Place("settings"))
    assert isinstance(shell.current, Settings)
    shell.current.months.setCurrentIndex(place)
    shell.current.months.activated.emit(place)


def _remember(shell: Shell, **values: Any) -> None:
    shell.work.on_mirror(lambda mirror: mirror.remember(**values))
