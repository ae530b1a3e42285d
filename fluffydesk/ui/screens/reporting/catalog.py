"""Every report there is, and making one from the mirror."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from fluffydesk.actions.conventions import conventions
from fluffydesk.errors import NotFound, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.access import CLINICS, FARMS
from fluffydesk.records.enums import OrgType
from fluffydesk.records.types import now
from fluffydesk.ui.fields.texts import moment_text, unit_text
from fluffydesk.ui.screens.reporting import (
    animals,
    births,
    clinic,
    desk,
    health,
    kpis,
    money,
    movements,
    poultry,
    production,
    stores,
)
from fluffydesk.ui.screens.reporting.key_figures import key_figures
from fluffydesk.ui.screens.reporting.report import (
    MONEY,
    Period,
    Report,
    ReportKind,
    Stop,
    told,
)

_STOCK = ReportKind(
    "stock",
    "Stock list",
    "What is in store at the end of a day, and how long it lasts.",
    stores.stock,
    spans=False,
)
REPORTS: tuple[ReportKind, ...] = (
    ReportKind(
        "key-figures",
        "Key figures",
        "Milk, eggs, feed and losses of a period, beside the period before.",
        key_figures,
    ),
    ReportKind("milk", "Milk", "The milk of each day, in all and per cow.", production.milk),
    ReportKind(
        "lactations",
        "Lactations",
        "Each cow in milk and what she gave since calving.",
        animals.lactations,
        spans=False,
    ),
    ReportKind("eggs", "Eggs", "The eggs of each day and the hen-day %.", production.eggs),
    ReportKind("flocks", "Flocks", "How each flock laid, lost and ate.", poultry.flocks),
    ReportKind(
        "mortality", "Mortality", "What died and was culled of each flock.", poultry.mortality
    ),
    ReportKind(
        "fattened",
        "Feed conversion and EPEF",
        "How the flocks grew that were sold out in these days.",
        poultry.fattened,
    ),
    ReportKind(
        "lambing", "Births and lambing", "Every birth, and the young for 100 ewes.", births.lambing
    ),
    ReportKind(
        "hatchery", "Hatchery", "What was set and hatched: fertility and hatch.", births.hatchery
    ),
    ReportKind("feed", "Feed", "The feed of each day.", production.feed),
    ReportKind("feed-by-kind", "Feed by kind", "Which feed went to whom.", production.fed_to),
    ReportKind("gains", "Daily gain", "What animals gained between weighings.", animals.gains),
    ReportKind("losses", "Losses", "What died, when and of what.", production.losses),
    ReportKind(
        "figures",
        "Every figure",
        "Each figure of the trade for a period, with its definition and the farm's convention.",
        kpis.every_figure,
    ),
    ReportKind(
        "money",
        "Money by month",
        "Revenues, expenses and result of each month, per head and by volume of milk.",
        money.by_month,
    ),
    ReportKind(
        "parlour",
        "Do not milk into the tank",
        "Whose milk is under withdrawal, until when and by what: for the parlour's wall.",
        health.parlour,
        spans=False,
    ),
    ReportKind(
        "medicine",
        "Medicine book",
        "Every treatment and vaccination, as the authorities ask for it.",
        health.medicine_book,
    ),
    ReportKind(
        "herd",
        "Herd list",
        "The animals on the farm on a day.",
        animals.herd,
        spans=False,
        with_own=animals.herd_with,
    ),
    ReportKind(
        "movements",
        "Movement book",
        "Births, arrivals, departures and deaths, with their identifiers.",
        movements.movements,
    ),
    _STOCK,
)
"""A farm's."""
CLINIC_REPORTS: tuple[ReportKind, ...] = (
    ReportKind(
        "desk",
        "The desk's day",
        "The figures of Today, each with what it is compared with and how it is worked out.",
        desk.desk_figures,
        spans=False,
    ),
    ReportKind(
        "stage-times",
        "Stage times",
        "How long patients waited, were with the vet and stood at the till, for each vet.",
        clinic.stage_times,
    ),
    ReportKind(
        "stage-times-by-day",
        "Stage times by day",
        "How long patients were in each stage, day by day.",
        clinic.stage_times_by_day,
    ),
    _STOCK,
)
EVERY_REPORT = tuple({kind.key: kind for kind in (*REPORTS, *CLINIC_REPORTS)}.values())


def reports_for(kind: OrgType) -> tuple[ReportKind, ...]:
    """Return the reports that an organization of this kind has a use for."""
    own = (CLINIC_REPORTS if kind in CLINICS else ()) + (REPORTS if kind in FARMS else ())
    return tuple({one.key: one for one in own or REPORTS}.values())


class Cancelled(Refusal):
    """Nobody waits for this report any more."""


def kind_of(key: str) -> ReportKind:
    """Return a report by its key. Raises NotFound."""
    found = next((kind for kind in EVERY_REPORT if kind.key == key), None)
    if found is None:
        keys = ", ".join(kind.key for kind in EVERY_REPORT)
        raise NotFound(f"There is no report {key!r}.", f"Choose one of: {keys}.")
    return found


def make_report(
    mirror: Mirror, key: str, period: Period, stop: Stop = bool, own: Collection[str] = ()
) -> Report:
    """Return a report of a period; its subtitle says whose, of when, in what and by what.

    In the units of `use_conventions`. Reads one moment of the mirror. `stop` is called now and
    then, and may raise Cancelled. A list of animals shows those of the `own` fields that there
    are, named as the farm calls them.
    """
    kind = kind_of(key)
    make = kind.with_own(own) if kind.with_own else kind.make
    with mirror.read() as connection:
        made = make(connection, period, stop)
        organization = mirror.state.get(connection, "organization") or {}
        ways = conventions(connection)
    currency = organization.get("currency") or ""
    of = period.words if kind.spans else Period(period.last, period.last).words
    return replace(
        made,
        columns=told(made.columns, currency),
        subtitle=(
            organization.get("name") or "",
            of,
            *_units(made, currency),
            *(f"{kpi.title}: {_bare(ways.convention(kpi))}" for kpi in made.by),
            f"Made {moment_text(now())}",
        ),
    )


def _units(made: Report, currency: str) -> tuple[str, ...]:
    """Return the units that a report's columns are in, once each: "In lb and gal (US)"."""
    kept = {column.unit.partition("/")[0] for column in made.columns} | set(made.units)
    found = [unit_text(unit) for unit in ("kg", "L", "C") if unit in kept]
    if MONEY in kept and currency:
        found.append(currency)
    return (f"In {' and '.join(found)}",) if found else ()


def _bare(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].removesuffix(".")


def last_days(count: int, on: date) -> Period:
    """Return so many days to yesterday, as the tiles of Today count them."""
    return Period(on - timedelta(days=count), on - timedelta(days=1))


def month_of(on: date) -> Period:
    """Return the month of a day, up to that day."""
    return Period(on.replace(day=1), on)


def month_before(on: date) -> Period:
    """Return the whole month before that of a day."""
    last = on.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def year_of(on: date) -> Period:
    """Return the year of a day, up to that day."""
    return Period(on.replace(month=1, day=1), on)
