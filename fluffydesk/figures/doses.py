"""Doses by weight: how much of a drug one dose is, how many there are, and how a label says it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

_PER = {"ml": "mL", "tablet": "tablet", "tab": "tablet", "dose": "dose"}
_TO_MG = {"mg": Decimal(1), "g": Decimal(1000), "mcg": Decimal("0.001"), "µg": Decimal("0.001")}
_STRENGTH = re.compile(
    r"(?<![\w.,])(\d+(?:[.,]\d+)?)\s*(mg|g|mcg|µg)(?:\s*/\s*(?:1\s*)?(ml|tablet|tab|dose)\b|(?![\w/]))",
    re.IGNORECASE,
)
_QUARTER = Decimal("0.25")
_FRACTIONS = {
    Decimal("0.25"): "\N{VULGAR FRACTION ONE QUARTER}",
    Decimal("0.5"): "\N{VULGAR FRACTION ONE HALF}",
    Decimal("0.75"): "\N{VULGAR FRACTION THREE QUARTERS}",
}
WHOLE = ("tablet", "bolus", "tube", "dose")
"""Units that are counted, and handed out whole."""
_SEVERAL = {"bolus": "boluses"}
_HOURS_OF_DAY = 24
_ALIKE = 6
_IDLE = {"allergic", "allergy", "tablet", "tablets", "food", "reaction", "with", "from"}


@dataclass(frozen=True)
class Strength:
    """How many mg of the drug are in one mL, tablet or dose."""

    mg: Decimal
    unit: str


@dataclass(frozen=True)
class Dose:
    """One dose: what the weight asks for exactly, and what can be given of it; in `unit`."""

    exact: Decimal
    given: Decimal
    unit: str

    @property
    def percent(self) -> int:
        """By how many per cent more (or, below zero, less) is given than the weight asks for."""
        if not self.exact:
            return 0
        off = (self.given - self.exact) / self.exact * 100
        return int(off.quantize(Decimal(1), ROUND_HALF_UP))


def strength_in(product: str) -> Strength | None:
    """Return the strength that a product's name ends in: "Meloxicam 1.5 mg/mL", "Co-amoxiclav
    250 mg" (a tablet's); None where it says none, or more than one."""
    found = _STRENGTH.findall(product)
    if len(found) != 1:
        return None
    number, unit, per = found[0]
    mg = Decimal(number.replace(",", ".")) * _TO_MG[unit.lower()]
    return Strength(mg, _PER[per.lower()] if per else "tablet") if mg > 0 else None


def one_dose(mg_per_kg: Decimal, weight_kg: Decimal, strength: Strength | None) -> Dose:
    """Return one dose, `mg/kg * kg / strength`: in the strength's unit, without one in mg.

    The dosage calculation of the Merck Veterinary Manual (Systemic pharmacotherapeutics) and of
    every formulary; 20 kg at 4.4 mg/kg of 50 mg/mL: 1.76 mL. What is given is rounded half up, to
    what can be measured, and never to nothing: tablets to quarters, as they break; millilitres to
    0.01 below 1, to 0.1 below 10 and to 0.5 above, as common syringes are marked; mg to 0.1.
    """
    mg = mg_per_kg * weight_kg
    if strength is None:
        return Dose(mg, _to_step(mg, Decimal("0.1")), "mg")
    exact = mg / strength.mg
    return Dose(exact, _to_step(exact, _step_of(exact, strength.unit)), strength.unit)


def dose_in(
    mg_per_kg: Decimal, weight_kg: Decimal, strength: Strength | None, unit: str | None
) -> Dose | None:
    """Return one dose in the unit chosen, or else the usual one; None where nothing tells it."""
    if unit is None or (strength is not None and unit == strength.unit):
        return one_dose(mg_per_kg, weight_kg, strength)
    return one_dose(mg_per_kg, weight_kg, None) if unit == "mg" else None


def _step_of(amount: Decimal, unit: str) -> Decimal:
    if unit in WHOLE:
        return _QUARTER if unit == "tablet" else Decimal(1)
    if amount < 1:
        return Decimal("0.01")
    return Decimal("0.1") if amount < 10 else Decimal("0.5")


def _to_step(amount: Decimal, step: Decimal) -> Decimal:
    steps = (amount / step).quantize(Decimal(1), ROUND_HALF_UP)
    return step * max(steps, Decimal(1)) if amount > 0 else Decimal(0)


def doses_in(hours_between: int | None, days: int | None) -> int:
    """Return how many doses a course has: every so many hours for so many days, one without.

    A course of 5 days every 12 hours has 10, the first one counted.
    """
    if not hours_between or not days:
        return 1
    return -(-days * _HOURS_OF_DAY // hours_between)


def to_hand_out(dose: Decimal, unit: str, doses: int) -> Decimal:
    """Return what is handed out for a course: all of it, of what is counted a whole number."""
    needed = dose * doses
    return needed.to_integral_value(ROUND_CEILING) if unit in WHOLE else needed


def amount_words(amount: Decimal, unit: str, point: str = ".") -> str:
    """Return an amount as a label says it: "1½ tablets", "0.45 mL" (`point` as the locale has)."""
    whole = amount.to_integral_value(ROUND_CEILING) - (1 if amount % 1 else 0)
    part = _FRACTIONS.get(amount - whole) if unit in WHOLE else None
    if part is not None:
        number = f"{whole:f}{part}" if whole else part
    else:
        number = f"{amount.normalize():f}".replace(".", point)
    if unit not in WHOLE or amount <= 1:
        return f"{number} {unit}"
    return f"{number} {_SEVERAL.get(unit, f'{unit}s')}"


def times_words(hours_between: int | None, days: int | None) -> str:
    """Return how often and for how long: "every 12 hours for 5 days", "once"."""
    if not hours_between:
        return "once" if not days else f"as needed for {_counted(days, 'day')}"
    often = "once a day" if hours_between == _HOURS_OF_DAY else f"every {_hours(hours_between)}"
    return f"{often} for {_counted(days, 'day')}" if days else often


def _hours(hours: int) -> str:
    if hours > _HOURS_OF_DAY and hours % _HOURS_OF_DAY == 0:
        return _counted(hours // _HOURS_OF_DAY, "day")
    return "hour" if hours == 1 else f"{hours} hours"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def named_in(allergies: str, texts: Iterable[str]) -> str:
    """Return the first word of a pet's allergies that a drug's names have; "" where none has.

    Words of four letters and more are compared by how they begin, six letters at most, so that
    "Penicillins" stands for "Penicillin G". It may miss a brand's name: the allergies are shown
    beside the drug in any case.
    """
    named = [word.casefold() for text in texts for word in re.findall(r"\w{4,}", text)]
    known: list[str] = re.findall(r"\w{4,}", allergies)
    for word in known:
        start = word.casefold()[:_ALIKE]
        if any(one.startswith(start) for one in named) and word.casefold() not in _IDLE:
            return word
    return ""
