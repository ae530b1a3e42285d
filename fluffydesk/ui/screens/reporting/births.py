"""What was born and hatched in a period, and what that is for 100 ewes or eggs."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import Connection

from fluffydesk.actions.conventions import conventions
from fluffydesk.figures.breeding import lambing_percent
from fluffydesk.figures.eggs import (
    fertility_percent,
    hatch_of_fertile_percent,
    hatch_of_set_percent,
)
from fluffydesk.figures.kpi import FERTILITY, HATCH_OF_FERTILE, HATCH_OF_SET, LAMBING
from fluffydesk.ui.fields.texts import day_text, number_text
from fluffydesk.ui.screens.reading.births import (
    HatchRow,
    SpeciesResult,
    births,
    hatches,
    species_results,
)
from fluffydesk.ui.screens.reporting.report import (
    Cells,
    Column,
    Period,
    Report,
    Stop,
    day,
    kpi_cell,
    line,
    number,
    of,
    quiet,
)

LONGEST_DAYS = 60
"""Between setting and hatching; the longest known, the emu's, is about 56 days."""
_BORN = (
    Column("Date"),
    Column("Species"),
    Column("Dam", wide=True),
    Column("Sire", wide=True),
    number("Parity"),
    number("Alive"),
    number("Stillborn"),
    number("Born"),
    number("Days since the last"),
    of(LAMBING),
)
_HATCHED = (
    Column("Set"),
    Column("Hatched"),
    Column("Species"),
    Column("Incubator", wide=True),
    number("Eggs set"),
    number("Infertile"),
    number("Chicks"),
    of(FERTILITY),
    of(HATCH_OF_FERTILE),
    of(HATCH_OF_SET),
    Column("Placed in", wide=True),
)


def lambing(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return every birth of a period, and by species the young for 100 females."""
    found = births(connection, period.last, period.days)
    rows = []
    for one in reversed(found):
        stop()
        rows.append(
            (
                day_text(one.on),
                one.species,
                one.dam,
                one.sire,
                quiet(one.parity),
                number_text(one.alive),
                number_text(one.stillborn),
                number_text(one.alive + one.stillborn),
                quiet(one.interval),
                "",
            )
        )
    results = species_results(connection, period.last, period.days)
    return Report(
        title="Births and lambing",
        columns=_BORN,
        rows=tuple(rows),
        sums=tuple(_by_species(one) for one in results),
        notes=(
            f"Lambing, of sheep and goats: {conventions(connection).said(LAMBING)} "
            "Mated and exposed are those that were due in these days, and those that gave birth.",
        ),
        empty="Nothing was born in these days.",
        by=(LAMBING,),
    )


def _by_species(one: SpeciesResult) -> Cells:
    return line(
        _BORN,
        f"{one.species}: {number_text(one.births)} births",
        Born=number_text(one.born),
        Lambing=kpi_cell(LAMBING, one.percent) if one.said else "",
    )


def lambing_of(connection: Connection, period: Period) -> Decimal | None:
    """Return the lambing % of all sheep and goats in a period; None without ewes."""
    told = [one for one in species_results(connection, period.last, period.days) if one.said]
    return lambing_percent(sum(one.born for one in told), sum(one.females for one in told))


def hatchery(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return what hatched in a period, and what was set in it and has not hatched yet."""
    found = _hatches(connection, period, stop)
    return Report(
        title="Hatchery",
        columns=_HATCHED,
        rows=tuple(
            (
                day_text(one.set_on),
                day(one.hatched_on),
                one.species,
                one.incubator,
                number_text(one.eggs),
                quiet(one.infertile),
                quiet(one.hatched),
                *(
                    kpi_cell(figure, value) if one.hatched_on or value is not None else ""
                    for figure, value in (
                        (FERTILITY, one.fertility),
                        (HATCH_OF_FERTILE, one.of_fertile),
                        (HATCH_OF_SET, one.of_set),
                    )
                ),
                one.placed_in,
            )
            for one in found
        ),
        sums=(_all_hatches(found),),
        notes=(
            *(f"{one.title}: {one.said()}" for one in (FERTILITY, HATCH_OF_FERTILE, HATCH_OF_SET)),
            "The sum counts what has hatched; fertility only where it was candled.",
        ),
        empty="Nothing was set or hatched in these days.",
    )


def _hatches(connection: Connection, period: Period, stop: Stop) -> list[HatchRow]:
    found = []
    for one in reversed(hatches(connection, period.last, period.days + LONGEST_DAYS)):
        stop()
        on = one.hatched_on or one.set_on
        if period.first <= on <= period.last:
            found.append(one)
    return found


def _all_hatches(found: Iterable[HatchRow]) -> Cells:
    done = [one for one in found if one.hatched is not None]
    return line(
        _HATCHED,
        "Sum",
        **{
            "Eggs set": number_text(sum(one.eggs for one in done)),
            "Infertile": number_text(sum(one.infertile or 0 for one in done)),
            "Chicks": number_text(sum(one.hatched or 0 for one in done)),
            FERTILITY.title: kpi_cell(FERTILITY, _fertility(done)),
            HATCH_OF_FERTILE.title: kpi_cell(HATCH_OF_FERTILE, _of_fertile(done)),
            HATCH_OF_SET.title: kpi_cell(HATCH_OF_SET, _of_set(done)),
        },
    )


def hatch_figures(
    connection: Connection, period: Period
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Return fertility, hatch of fertile and hatch of set of all that hatched in a period."""
    done = [one for one in _hatches(connection, period, bool) if one.hatched is not None]
    return _fertility(done), _of_fertile(done), _of_set(done)


def _fertility(done: list[HatchRow]) -> Decimal | None:
    known = [one for one in done if one.infertile is not None]
    return fertility_percent(
        sum(one.eggs for one in known), sum(one.infertile or 0 for one in known)
    )


def _of_fertile(done: list[HatchRow]) -> Decimal | None:
    known = [one for one in done if one.infertile is not None]
    return hatch_of_fertile_percent(
        sum(one.eggs for one in known),
        sum(one.infertile or 0 for one in known),
        sum(one.hatched or 0 for one in known),
    )


def _of_set(done: list[HatchRow]) -> Decimal | None:
    return hatch_of_set_percent(
        sum(one.eggs for one in done), sum(one.hatched or 0 for one in done)
    )
