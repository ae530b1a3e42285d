"""Growth: daily gain, the 205-day weight, and how far ahead a weight may be guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

_LONGEST_PROJECTION = 90


def daily_gain(
    first_kg: Decimal, first_on: date, last_kg: Decimal, last_on: date
) -> Decimal | None:
    """Return kg a day, `(W2 - W1) / days`; None within one day.

    Beef Improvement Federation, Guidelines for Uniform Beef Improvement Programs.
    """
    days = (last_on - first_on).days
    return (last_kg - first_kg) / days if days > 0 else None


def adjusted_205_day_weight(birth_kg: Decimal, weight_kg: Decimal, age_days: int) -> Decimal | None:
    """Return the weaning weight at 205 days, `ADG * 205 + birth weight`, in the unit given.

    Not adjusted for sex or the dam's age. None outside 160 to 250 days of age, the range in which
    the Beef Improvement Federation's guidelines allow it.
    """
    if not 160 <= age_days <= 250:
        return None
    return (weight_kg - birth_kg) * 205 / age_days + birth_kg


def projected_weight(
    weight_kg: Decimal, weighed_on: date, gain_kg_per_day: Decimal, on: date
) -> Decimal | None:
    """Return the kg to expect on a day if the gain goes on; None past 90 days or before."""
    days = (on - weighed_on).days
    if not 0 <= days <= _LONGEST_PROJECTION:
        return None
    return weight_kg + days * gain_kg_per_day


def weight_range(last_kg: Decimal, days: int) -> tuple[Decimal, Decimal]:
    """Return the least and the most kg that are plausible so many days after a weight.

    Upwards 5 % for the gut's filling and 0.15 kg a day for each kg^0.75, at most 2.5 kg a day:
    more than well-fed lambs, pigs and steers gain. Downwards 10 % and half a per cent a day, at
    most 40 %. Rules of thumb, to mark a slip of the finger or a wrong tag; nothing is refused.
    """
    gain = min(Decimal("0.15") * last_kg ** Decimal("0.75"), Decimal("2.5"))
    loss = min(Decimal(10) + Decimal(days) / 2, Decimal(40))
    return last_kg * (100 - loss) / 100, last_kg * Decimal("1.05") + gain * days


def weight_doubt(last_kg: Decimal | None, days: int | None, kg: Decimal) -> str:
    """Return "high" or "low" for a weight that is not plausible after the last, else ""."""
    if last_kg is None or days is None or last_kg <= 0:
        return ""
    least, most = weight_range(last_kg, days)
    if kg < least:
        return "low"
    return "high" if kg > most else ""
