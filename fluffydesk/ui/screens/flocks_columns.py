"""The columns of the flocks and of what came and left, and a flock in words."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from fluffydesk.figures.flock import livability_percent
from fluffydesk.figures.kpi import (
    EGG_WEIGHT,
    EPEF,
    FEED_CONVERSION,
    FEED_PER_BIRD,
    HEN_DAY,
    LIVABILITY,
    MORTALITY,
    Kpi,
)
from fluffydesk.figures.standards import Measure, standard_of
from fluffydesk.ui.fields.texts import day_text, kpi_text, number_text, quantity_text
from fluffydesk.ui.screens.reading.flocks import Event, FlockRow
from fluffydesk.ui.screens.reading.flocks_grown import Growing
from fluffydesk.ui.screens.rows_table import Shown


def flock_columns() -> tuple[Shown, ...]:
    """Return the columns of the list of flocks."""
    return (
        Shown("Flock", lambda one: one.name, 172),
        Shown("House", lambda one: one.house, 88),
        Shown("Breed", lambda one: one.breed, 140, spare=True),
        Shown(
            "State",
            lambda one: "Active" if one.active else "Depleted",
            96,
            tone=lambda one: "good" if one.active else "plain",
        ),
        Shown(
            "Age, weeks",
            lambda one: "" if one.age_weeks is None else str(one.age_weeks),
            116,
            True,
            lambda one: one.age_weeks,
        ),
        Shown("Birds", lambda one: number_text(one.head), 80, True, lambda one: one.head),
        _figure("Hen-day, %", HEN_DAY, lambda one: one.hen_day_percent, 150),
        _figure("Mortality, %", MORTALITY, lambda one: one.mortality_percent, 150),
        _figure("Feed, g a hen", FEED_PER_BIRD, lambda one: one.feed_g, 150),
    )


def _figure(title: str, kpi: Kpi, value: Callable[[FlockRow], Decimal | None], width: int) -> Shown:
    return Shown(title, lambda one: kpi_text(kpi, value(one)), width, True, value)


def event_columns() -> tuple[Shown, ...]:
    """Return the columns of what came into a flock and left it."""
    return (
        Shown("Date", lambda one: day_text(one.on), 112, sort=lambda one: one.on),
        Shown("What", lambda one: one.what, 88, tone=_tone),
        Shown("Birds", lambda one: number_text(abs(one.head)), 68, True, lambda one: one.head),
        Shown("Cause or flock", lambda one: one.words, 120),
    )


def _tone(one: Event) -> str:
    return "good" if one.head > 0 else "plain"


def flock_words(flock: FlockRow, died: int) -> str:
    """Return a flock's figures in a line: what lived, what its eggs weigh."""
    figures: list[tuple[Kpi, Decimal | None]] = [
        (MORTALITY, flock.mortality_percent),
        (LIVABILITY, livability_percent(died, flock.placed)),
    ]
    if flock.hen_day_percent is not None:
        figures.append((EGG_WEIGHT, flock.egg_g))
    return " · ".join(f"{kpi.title} {kpi_text(kpi, value, unit=True)}" for kpi, value in figures)


def grown_words(grown: Growing, breed: str) -> str:
    """Return what is known of a flock that was sold by weight; "" where none was."""
    if not grown.sold or grown.kg is None:
        return ""
    parts = [f"Sold {number_text(grown.sold)} at {quantity_text(grown.kg, 'kg', 3)}"]
    if grown.age_days is not None:
        parts.append(f"{number_text(grown.age_days, 1)} days old")
        published = standard_of(breed, Measure.WEIGHT)
        usual = None if published is None else published.at(round(grown.age_days))
        if usual is not None:
            parts.append(f"{breed} at that age: {quantity_text(usual / 1000, 'kg', 3)}")
    for kpi, value in ((FEED_CONVERSION, grown.conversion), (EPEF, grown.epef)):
        parts.append(f"{kpi.title}: {kpi_text(kpi, value)}")
    return " · ".join(parts) + (f". {grown.missing}" if grown.missing else "")


def standard_words(flock: FlockRow) -> str:
    """Return where a flock's dashed line is from, or why it has none."""
    published = standard_of(flock.breed, Measure.LAYING)
    if published is not None:
        return f"Dashed: {published.source}."
    if not flock.breed:
        return "No dashed line: the flock has no breed. Enter opens the flock to choose it."
    return f"No dashed line: no laying curve is kept of {flock.breed}."
