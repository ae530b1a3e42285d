"""The amounts of an invoice's line: as they are typed, with tax, and as they are kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from fluffydesk.errors import InvalidValue
from fluffydesk.figures.invoices import MOST_OF_ONE, line, price_of, taken_off
from fluffydesk.figures.money import pence

_NONE = Decimal(0)


def prices(row: Row[Any]) -> dict[str, Decimal]:
    """Return a kept line's quantity, rate, price and discount with tax, and that in percent."""
    price = price_of(row.unit_price, row.tax_rate)
    off = pence(row.quantity * price) - row.line_total - row.tax
    return {
        "quantity": row.quantity,
        "price": price,
        "tax_rate": row.tax_rate,
        "off": max(off, _NONE),
        "percent": row.discount_percent,
    }


def kept_amounts(
    quantity: Decimal, price: Decimal, rate: Decimal, off: Decimal, percent: Decimal
) -> dict[str, Decimal]:
    """Return the amounts of a line as they are kept, its discount `off` or in percent."""
    if not 0 < quantity <= MOST_OF_ONE:
        raise InvalidValue(
            f"A line is of more than nothing, and of {MOST_OF_ONE:,f} at most.",
            "Enter another quantity, or a second line.",
            field="quantity",
        )
    if price < 0 or off < 0:
        field = "price" if price < 0 else "off"
        raise InvalidValue("Less than nothing is no amount.", "Enter it anew.", field=field)
    if not 0 <= percent <= 100:
        raise InvalidValue("A discount is at most 100 %.", "Enter less.", field="off")
    try:
        made = line(quantity, price, rate, taken_off(pence(quantity * price), off, percent))
    except ValueError:
        raise InvalidValue(
            f"The discount is more than the {pence(quantity * price):,.2f} of the line.",
            "Enter less.",
            field="off",
        ) from None
    return {
        "quantity": made.quantity,
        "unit_price": made.unit_price,
        "discount": made.discount,
        "discount_percent": percent,
        "line_total": made.net,
        "tax_rate": made.tax_rate,
        "tax": made.tax,
    }
