"""Money: exact to the penny; lines are rounded, and sums are sums of rounded lines."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from fluffydesk.figures.kpi import Kpi

_PENNY = Decimal("0.01")


def pence(amount: Decimal) -> Decimal:
    """Return an amount to the penny; half a penny goes up, away from zero, as on an invoice."""
    return amount.quantize(_PENNY, rounding=ROUND_HALF_UP)


def line_total(quantity: Decimal, unit_price: Decimal, discount: Decimal = Decimal(0)) -> Decimal:
    """Return quantity * price to the penny, less a discount."""
    return pence(quantity * unit_price) - pence(discount)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum of amounts, each to the penny: what adding the printed lines gives."""
    return sum((pence(amount) for amount in amounts), Decimal("0.00"))


def per_unit(amount: Decimal, units: Decimal | int) -> Decimal | None:
    """Return an amount a head, a litre or a kg, not rounded; None without units."""
    return amount / units if units > 0 else None


def split(amount: Decimal, shares: Iterable[Decimal | int]) -> list[Decimal]:
    """Return an amount shared out by weights, to the penny, so that the parts make the whole.

    What rounding leaves goes to the shares that lost most by it. All to the first where every
    weight is zero; nothing for no shares.
    """
    weights = [Decimal(share) for share in shares]
    if not weights:
        return []
    if not any(weights):
        weights[0] = Decimal(1)
    whole = int(pence(amount) / _PENNY)
    # In whole numbers: a quotient of decimals has 28 digits, and may miss the penny.
    scale = 10 ** max(0, *(-int(weight.as_tuple().exponent) for weight in weights))
    parts = [int(weight * scale) for weight in weights]
    floors = [divmod(whole * part, sum(parts)) for part in parts]
    left = whole - sum(floor for floor, _ in floors)
    most = sorted(range(len(parts)), key=lambda place: -floors[place][1])[:left]
    return [(floor + (place in most)) * _PENNY for place, (floor, _) in enumerate(floors)]


RESULT_PER_HEAD = Kpi(
    "result_per_head",
    "Result per head",
    "",
    2,
    "(Revenues - expenses) / animals with a card of their own on the last day of the month.",
)
EXPENSES_PER_HEAD = Kpi(
    "expenses_per_head",
    "Expenses per head",
    "",
    2,
    "Expenses / animals with a card of their own on the last day of the month.",
)
EXPENSES_PER_LITRE = Kpi(
    "expenses_per_litre",
    "Expenses per litre",
    "",
    4,
    "All expenses / litres milked in the month, at 1.03 kg/L.",
)
MILK_PER_LITRE = Kpi(
    "milk_per_litre",
    "Milk, per litre",
    "",
    4,
    "Revenues of milk / litres milked in the month, at 1.03 kg/L.",
)
