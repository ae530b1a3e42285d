"""The kennel list of a day: who is in which room, what it eats and gets, and what is to be done."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import now
from fluffydesk.ui.fields.texts import clock_text, day_text, moment_text, number_text
from fluffydesk.ui.screens.reading.stays import Lists, Stay, read_lists
from fluffydesk.ui.screens.reporting.report import Column, Report

_COLUMNS = (
    Column("Room"),
    Column("Pet"),
    Column("Client"),
    Column("Until"),
    Column("Feeding", wide=True),
    Column("Medication", wide=True),
    Column("To do", wide=True),
    Column("Take care", wide=True),
    Column("Done"),
)


def kennel_list(mirror: Mirror, day: date, zone: ZoneInfo) -> Report:
    """Return who is here on a day or comes, by room and pet, with feeding, medication and extras.

    The last column is empty: it is ticked off by hand.
    """
    lists = read_lists(mirror, day, zone)
    with mirror.read() as connection:
        organization = mirror.state.get(connection, "organization") or {}
    todo = _todo(lists)
    there = sorted({*lists.here, *lists.coming}, key=lambda one: (one.room, one.pet, str(one.id)))
    rows = tuple(_cells(stay, day, todo.get(stay.id, "")) for stay in there)
    count = number_text(len(rows))
    sums = ((f"{count} pets" if len(rows) != 1 else "1 pet", *[""] * (len(_COLUMNS) - 1)),)
    return Report(
        title="Kennel list",
        columns=_COLUMNS,
        rows=rows,
        sums=sums,
        notes=("Who is checked in, and who is booked to come that day.",),
        empty="Nobody is here, and nobody comes.",
        subtitle=(organization.get("name") or "", day_text(day), f"Made {moment_text(now())}"),
    )


def _cells(stay: Stay, day: date, todo: str) -> tuple[str, ...]:
    until = day_text(stay.last)
    if stay.last == day:
        until = f"goes home {clock_text(stay.fetched)}" if stay.fetched else "goes home today"
    who = " · ".join(part for part in (stay.client, stay.phone) if part)
    return (
        stay.room or "No room yet",
        f"{stay.pet}, {stay.species}" if stay.species else stay.pet,
        who,
        until,
        stay.feeding,
        stay.medication,
        todo,
        stay.alerts,
        "",
    )


def _todo(lists: Lists) -> dict[UUID, str]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for chore in lists.chores:
        when = clock_text(chore.due_at) if chore.due_at is not None else ""
        found[chore.stay_id].append(f"{when} {chore.what}".strip())
    return {stay_id: "; ".join(what) for stay_id, what in found.items()}
