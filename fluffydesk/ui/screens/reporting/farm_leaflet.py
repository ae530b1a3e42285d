"""The leaflet a vet leaves on a farm: what was given to whom, and until when it is withheld."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from fluffydesk.actions.farm_visits import free_again, who_got
from fluffydesk.errors import NotFound
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import now
from fluffydesk.ui.fields.texts import day_text, moment_text, number_text, words
from fluffydesk.ui.screens.reading.farm_visits import read_visit
from fluffydesk.ui.screens.reporting.report import Column, Report

_COLUMNS = (
    Column("Animal or group"),
    Column("Drug", wide=True),
    Column("Lot"),
    Column("Dose"),
    Column("Given"),
    Column("Reason", wide=True),
    Column("Milk from"),
    Column("Meat from"),
    Column("Eggs from"),
)


def farm_leaflet(mirror: Mirror, visit_id: UUID) -> Report:
    """Return what was given at a visit with the ends of withdrawal, by the label. NotFound.

    A course of several doses is taken as it is planned; what is void is left out.
    """
    visit = read_visit(mirror, visit_id)
    if visit is None:
        raise NotFound("This farm visit is no longer here.", "Open the list again.")
    with mirror.read() as connection:
        organization = mirror.state.get(connection, "organization") or {}
    rows = tuple(_cells(row) for row in visit.treatments if not row.void_reason)
    advice = (f"Advice: {visit.advice}",) if visit.advice else ()
    return Report(
        title="Treatments and withdrawal",
        columns=_COLUMNS,
        rows=rows,
        notes=(
            *advice,
            "Milk, meat and eggs may leave the farm from the time given. It is the label's; an "
            "organic farm waits twice as long, and 48 hours at least.",
            "A course of several doses is reckoned as it is planned: if the last dose is later, "
            "so is the end.",
        ),
        empty="Nothing was given at this visit.",
        subtitle=tuple(
            part
            for part in (
                organization.get("name") or "",
                visit.row.farm,
                moment_text(visit.row.at),
                visit.row.vet,
                f"Made {moment_text(now())}",
            )
            if part
        ),
    )


def _cells(row: Row[Any]) -> tuple[str, ...]:
    ends = f", until {day_text(row.lot_expires_on)}" if row.lot_expires_on else ""
    dose = f"{number_text(row.dose)} {words(row.dose_unit)}"
    if row.doses > 1:
        dose += f", {row.doses} times every {row.hours_between} h"
    return (
        who_got(row),
        f"{row.product} ({row.substance})" if row.substance else row.product,
        f"{row.lot}{ends}" if row.lot else "",
        f"{dose}, {words(row.route).lower()}",
        moment_text(row.given_at),
        row.reason,
        *(_from(row, food) for food in ("milk", "meat", "egg")),
    )


def _from(row: Row[Any], food: str) -> str:
    moment = free_again(row, food)
    return "at once" if moment is None else moment_text(moment)
