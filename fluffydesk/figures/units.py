"""Units: exact conversions of mass, volume and eggs, and milk between litres and kg."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

_KINDS: dict[str, dict[str, Decimal]] = {
    # The pound is exact since 1959, the gallons by US and UK law.
    "mass": {
        "kg": Decimal(1),
        "g": Decimal("0.001"),
        "t": Decimal(1000),
        "lb": Decimal("0.45359237"),
        "oz": Decimal("0.028349523125"),
    },
    "volume": {
        "L": Decimal(1),
        "mL": Decimal("0.001"),
        "gal_us": Decimal("3.785411784"),
        "gal_uk": Decimal("4.54609"),
    },
    "eggs": {"egg": Decimal(1), "dozen": Decimal(12), "flat": Decimal(30), "case": Decimal(360)},
    "count": {"count": Decimal(1)},
}
_MILK_KG_PER_L = Decimal("1.03")


def convert(value: Decimal, source: str, target: str) -> Decimal:
    """Return a value in another unit of the same kind; ValueError for unlike kinds.

    Units: kg g t lb oz; L mL gal_us gal_uk; egg dozen flat case; count.
    """
    for units in _KINDS.values():
        if source in units and target in units:
            return value * units[source] / units[target]
    raise ValueError(f"{source} cannot be told in {target}")


@dataclass(frozen=True)
class EggCount:
    """Eggs as they are packed: a case is 12 flats of 30."""

    cases: int = 0
    flats: int = 0
    dozens: int = 0
    eggs: int = 0

    @property
    def total(self) -> int:
        return eggs_of(self.cases, self.flats, self.dozens, self.eggs)


def eggs_of(cases: int = 0, flats: int = 0, dozens: int = 0, eggs: int = 0) -> int:
    """Return how many eggs that is: case 360, flat 30, dozen 12."""
    return cases * 360 + flats * 30 + dozens * 12 + eggs


def egg_count(total: int, *, dozens: bool = False) -> EggCount:
    """Return eggs as full cases, flats, if asked dozens, and the eggs left; `total` at least 0."""
    cases, rest = divmod(total, 360)
    flats, rest = divmod(rest, 30)
    twelves, rest = divmod(rest, 12) if dozens else (0, rest)
    return EggCount(cases, flats, twelves, rest)


def milk_kg(litres: Decimal) -> Decimal:
    """Return kg of milk, at the 1.03 kg/L that recording agencies reckon with."""
    return litres * _MILK_KG_PER_L


def milk_litres(kg: Decimal) -> Decimal:
    """Return litres of milk, at 1.03 kg/L."""
    return kg / _MILK_KG_PER_L
