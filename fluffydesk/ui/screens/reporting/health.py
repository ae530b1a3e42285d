"""What was given to animals: the medicine book, and whose milk must not go into the tank."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal

from sqlalchemy import Connection

from fluffydesk.actions.withdrawal import Held, all_held, still_here, zone_of
from fluffydesk.figures.withdrawal import Food
from fluffydesk.records.types import now
from fluffydesk.ui.fields.texts import moment_text, number_text, words
from fluffydesk.ui.screens.reading.health import Given, medicine_given
from fluffydesk.ui.screens.reading.milk import natural
from fluffydesk.ui.screens.reading.stores import decimals
from fluffydesk.ui.screens.reporting.report import (
    Column,
    Period,
    Report,
    Stop,
    day,
    line,
    number,
    quiet,
)

_PARLOUR = (
    Column("Animal", wide=True),
    Column("No milk before"),
    Column("Course"),
    Column("Drug", wide=True),
    Column("First given"),
)
_BOOK = (
    Column("First dose"),
    Column("Animal or group", wide=True),
    Column("Official id"),
    number("Head"),
    Column("Reason", wide=True),
    Column("Product", wide=True),
    Column("Batch", wide=True),
    Column("Supplier", wide=True),
    Column("Dose, route", wide=True),
    Column("Quantity"),
    Column("Last dose"),
    number("Days"),
    Column("Milk free"),
    Column("Meat free"),
    Column("Eggs free"),
    Column("Given by", wide=True),
    Column("Vet, prescription", wide=True),
)
_NO_PERIOD = "none"
_NOT_FINISHED = "not finished"


def parlour(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return whose milk is withheld on the last day of a period, latest end of each (rule 11).

    Of today it is what is withheld now; of another day, what was withheld at any time of it.
    """
    zone = zone_of(connection)
    start = datetime.combine(period.last, time(), zone).astimezone(UTC)
    end = datetime.combine(period.last + timedelta(days=1), time(), zone).astimezone(UTC)
    is_now = start <= now() < end
    at, through = (now(), None) if is_now else (start, end - timedelta(seconds=1))
    # Who left on a day that is past was milked on it.
    gone_by = period.last if is_now else period.last - timedelta(days=1)
    latest: dict[tuple[object, ...], Held] = {}
    every = all_held(connection, Food.MILK, at, through=through)
    for one in still_here(connection, every, gone_by):
        stop()
        key = (one.animal_id, one.flock_id, None if one.animal_id else one.batch_id)
        if key not in latest or (one.open, one.until) > (latest[key].open, latest[key].until):
            latest[key] = one
    found = sorted(latest.values(), key=lambda one: natural(one.name))
    return Report(
        title="Do not milk into the tank",
        columns=_PARLOUR,
        rows=tuple(
            (
                one.name,
                moment_text(one.until),
                "Not finished" if one.open else "Finished",
                one.product,
                moment_text(one.given_at),
            )
            for one in found
        ),
        sums=(line(_PARLOUR, f"{number_text(len(found))} withheld"),),
        notes=(
            "The milk stays out of the tank until the moment given, and longer while the course "
            "is not finished: the end is then what is planned, a dose a day.",
        ),
        empty="Nobody's milk is withheld.",
    )


def medicine_book(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return what was given in a period, voided entries too, with their reason (rule 16).

    What Regulation (EU) 2019/6, Article 108(2) asks of who keeps animals for food: first dose,
    product, quantity, supplier, animals, prescriber, withdrawal period also where it is none, and
    how long the treatment took; beside it batch, reason, person and vaccinations.
    """
    zone = zone_of(connection)
    first = datetime.combine(period.first, time(), zone).astimezone(UTC)
    end = datetime.combine(period.last + timedelta(days=1), time(), zone).astimezone(UTC)
    rows = []
    for one in medicine_given(connection, first, end):
        stop()
        rows.append(_entry(one, zone))
    return Report(
        title="Medicine book",
        columns=_BOOK,
        rows=tuple(rows),
        sums=(line(_BOOK, f"{number_text(len(rows))} entries"),),
        notes=(
            "Milk, meat and eggs free: the last dose of the course and the withdrawal period; "
            f"{_NO_PERIOD!r} where the product has none. Of a course that is not finished, what is "
            "planned, a dose a day.",
            "Quantity: the dose, times the doses of the course, times the head. A voided entry "
            "stays, with its reason.",
            "Keep invoices and prescriptions with it, with the addresses of suppliers and vets, "
            "for five years: Regulation (EU) 2019/6, Article 108.",
        ),
        empty="Nothing was given in these days.",
    )


def _entry(one: Given, zone: tzinfo) -> tuple[str, ...]:
    kind = f"Vaccination: {one.reason}" if one.is_vaccine and one.reason else one.reason
    kind = kind or ("Vaccination" if one.is_vaccine else "")
    days = None
    if one.last_at is not None:
        days = (one.last_at.astimezone(zone).date() - one.given_at.astimezone(zone).date()).days + 1
    return (
        moment_text(one.given_at),
        one.who,
        one.official_id,
        quiet(one.head),
        f"Void: {one.void}. {kind}" if one.void else kind,
        ", ".join(filter(None, (one.product, one.substance))),
        " ".join(filter(None, (one.lot, day(one.lot_expires_on)))),
        one.supplier,
        _dose(one),
        _quantity(one),
        _NOT_FINISHED if one.last_at is None else moment_text(one.last_at),
        quiet(days),
        *(_free(one, food) for food in (Food.MILK, Food.MEAT, Food.EGGS)),
        one.given_by,
        ", ".join(filter(None, (one.veterinarian, one.prescription))),
    )


def _dose(one: Given) -> str:
    times = f"{number_text(one.doses)} × " if one.doses > 1 else ""
    dose = "" if one.dose is None else f"{times}{_amount(one.dose)} {one.dose_unit}"
    return ", ".join(filter(None, (dose, words(one.route).lower())))


def _quantity(one: Given) -> str:
    if one.dose is None or not one.head:
        return ""
    return f"{_amount(one.dose * one.doses * one.head)} {one.dose_unit}"


def _amount(value: Decimal) -> str:
    return number_text(value, decimals(value))


def _free(one: Given, food: Food) -> str:
    if one.void:
        return ""
    until = one.free_from.get(food)
    return _NO_PERIOD if until is None else moment_text(until)
