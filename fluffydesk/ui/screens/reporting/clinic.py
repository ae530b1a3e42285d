"""The clinic's reports of its days: how long patients were in each stage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.actions.withdrawal import zone_of
from fluffydesk.figures.visits import Stage
from fluffydesk.figures.waits import STAGE_MEDIAN, STAGE_P90, median, ninetieth
from fluffydesk.ui.fields.texts import day_text, number_text
from fluffydesk.ui.screens.reading.waiting import TIMED, Passed, minutes_by, stages_passed
from fluffydesk.ui.screens.reporting.report import (
    Column,
    Period,
    Report,
    Stop,
    kpi_cell,
    number,
    of,
)

STAGE_WORDS = {
    Stage.BOOKED: "Expected",
    Stage.ARRIVED: "Arrived",
    Stage.IN_ROOM: "In room",
    Stage.WITH_VET: "With vet",
    Stage.TO_PAY: "To pay",
    Stage.LEFT: "Done",
}
"""What each stage is called at the desk."""
EVERYBODY, NO_VET = "All vets", "No vet"
_BY_VET = (
    Column("Vet", wide=True),
    Column("Stage"),
    number("Visits"),
    of(STAGE_MEDIAN),
    of(STAGE_P90),
    number("Longest", "min"),
)
_BY_DAY = (
    Column("Day"),
    number("Visits"),
    *(
        number(f"{STAGE_WORDS[stage]}, {words}", "min")
        for stage in TIMED
        for words in ("median", "90th percentile")
    ),
)
NOTES = (
    "A stage lasts from the moment it was entered until the next one: arrived until in the room, "
    "in the room until with the vet, with the vet until to pay, to pay until the patient left.",
    f"Median: {STAGE_MEDIAN.definition[0].lower()}{STAGE_MEDIAN.definition[1:]} "
    f"90th percentile: {STAGE_P90.definition[0].lower()}{STAGE_P90.definition[1:]}",
)
_EMPTY = "Nobody was moved from stage to stage in these days."


def stage_times(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return how long the stages of the visits of some days took, in all and for each vet."""
    passed = stages_passed(connection, period.first, period.last, zone_of(connection))
    stop()
    by_vet: dict[tuple[str, UUID | None], list[Passed]] = defaultdict(list)
    for one in passed:
        by_vet[(one.vet if one.vet_id else "", one.vet_id)].append(one)
    groups: list[tuple[str, Sequence[Passed]]] = [(EVERYBODY, passed)]
    names = sorted(by_vet, key=lambda key: (key[1] is None, key[0].casefold()))
    groups += [(name if vet else NO_VET, by_vet[(name, vet)]) for name, vet in names]
    rows = []
    for name, own in groups:
        stop()
        for stage, minutes in minutes_by(own).items():
            if minutes:
                rows.append((name, STAGE_WORDS[stage], *_figures(minutes)))
    return Report(title="Stage times", columns=_BY_VET, rows=tuple(rows), notes=NOTES, empty=_EMPTY)


def stage_times_by_day(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return how long the stages took on each day, and in all of them together."""
    passed = stages_passed(connection, period.first, period.last, zone_of(connection))
    by_day: dict[date, list[Passed]] = defaultdict(list)
    for one in passed:
        by_day[one.on].append(one)
    rows = []
    for day, own in sorted(by_day.items()):
        stop()
        rows.append((day_text(day), *_day_cells(own)))
    return Report(
        title="Stage times by day",
        columns=_BY_DAY,
        rows=tuple(rows),
        sums=(("All days", *_day_cells(passed)),) if rows else (),
        notes=NOTES,
        empty=_EMPTY,
    )


def _figures(minutes: Sequence[Decimal]) -> tuple[str, str, str, str]:
    return (
        number_text(len(minutes)),
        kpi_cell(STAGE_MEDIAN, median(minutes)),
        kpi_cell(STAGE_P90, ninetieth(minutes)),
        kpi_cell(STAGE_P90, max(minutes)),
    )


def _day_cells(passed: Sequence[Passed]) -> tuple[str, ...]:
    """The visits are those that came: each passes its first stage once."""
    minutes = minutes_by(passed)
    cells = [number_text(max(len(one) for one in minutes.values()))]
    for own in minutes.values():
        cells.append(kpi_cell(STAGE_MEDIAN, median(own)) if own else "")
        cells.append(kpi_cell(STAGE_P90, ninetieth(own)) if own else "")
    return tuple(cells)
