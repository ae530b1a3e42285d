"""Quantities in store as people read and type them: in the organization's units."""

from __future__ import annotations

from decimal import Decimal

from fluffydesk.ui.fields.texts import number_text, used_conventions
from fluffydesk.ui.screens.reading.stores import Posting, decimals


def amount_text(amount: Decimal, kept: str, places: int = 0) -> str:
    """Return a quantity kept in kg, L, pieces or eggs, without its unit: "1,322.8".

    With at least `places` decimals and as many as it needs; in another unit than it is kept in,
    with one, and of gallons two.
    """
    ways = used_conventions()
    if ways.converts(kept):
        return number_text(ways.shown(amount, kept), ways.places(kept, max(places, 1)))
    return number_text(amount, max(places, decimals(amount)))


def posting_text(one: Posting) -> str:
    """Return the balance after a movement, with the decimals of its ledger."""
    return amount_text(one.balance, one.kept, one.places)


def signed_text(one: Posting) -> str:
    """Return a movement with its sign: `+6,000` or `−0.8`."""
    sign = "+" if one.quantity > 0 else "−" if one.quantity < 0 else ""
    return sign + amount_text(abs(one.quantity), one.kept, one.places)


def kept_quantity(typed: Decimal, kept: str) -> Decimal:
    """Return a quantity typed in the organization's unit as it is kept, to the gram (rule 24)."""
    return used_conventions().kept(typed, kept, _PLACES)


def kept_price(typed: Decimal, kept: str, places: int) -> Decimal:
    """Return a price for one of the organization's units as the price of one kg or L."""
    ways = used_conventions()
    if not ways.converts(kept):
        return typed
    return round(typed * ways.shown(Decimal(1), kept), places)


_PLACES = 3
