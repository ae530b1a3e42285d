"""Units: exact conversions of mass, volume and eggs, and milk between litres and kg."""

from __future__ import annotations

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


def milk_kg(litres: Decimal) -> Decimal:
    """Return kg of milk, at the 1.03 kg/L that recording agencies reckon with."""
    return litres * _MILK_KG_PER_L


def milk_litres(kg: Decimal) -> Decimal:
    """Return litres of milk, at 1.03 kg/L."""
    return kg / _MILK_KG_PER_L
