"""Invoices: lines with their tax, discounts, totals by rate; every amount to the cent (rule 23).

Prices are with tax, as a price list says them. A line is rounded once, half a cent up: quantity by
price. Its tax is what is left when its amount without tax is taken off, so that both together are
the price to the cent. A discount on the whole is shared out over the lines, each at its rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from fluffydesk.figures.money import pence, split

MOST_OF_ONE = Decimal(10_000)
"""A line's greatest quantity: up to it a price without tax is exact enough."""
_NONE = Decimal("0.00")
_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")
_FINE = Decimal("0.000001")


@dataclass(frozen=True)
class Line:
    """What a line comes to; `price` of one, `off` and `gross` are with tax, the others without."""

    quantity: Decimal
    price: Decimal
    off: Decimal
    tax_rate: Decimal
    """In percent."""
    gross: Decimal
    net: Decimal
    tax: Decimal
    unit_price: Decimal
    """Of one without tax, to 0.000001: quantity by it, less `discount`, is `net` within a cent."""
    discount: Decimal
    """Without tax."""


@dataclass(frozen=True)
class RateSum:
    """What an invoice comes to at one rate of tax, its share of all discounts taken off."""

    tax_rate: Decimal
    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


@dataclass(frozen=True)
class Totals:
    """What an invoice comes to: total = subtotal - discount + tax (rule 23)."""

    subtotal: Decimal
    """Of the lines, without tax and before the discount on the whole."""
    discount: Decimal
    """On the whole, without tax."""
    tax: Decimal
    total: Decimal
    off: Decimal
    """The discount on the whole with its tax: what is taken off the price."""
    rates: tuple[RateSum, ...]
    """By rate, the lowest first."""
    charged: tuple[Decimal, ...]
    """Of each line with tax, its share of the discount on the whole taken off."""


Charged = tuple[Decimal, Decimal, Decimal]
"""Of a line: its amount without tax, its tax, and the rate in percent."""


def net_of(gross: Decimal, tax_rate: Decimal) -> Decimal:
    """Return an amount with tax without it, to the cent; the rest is the tax."""
    return pence(gross / (1 + tax_rate / _HUNDRED))


def with_tax(net: Decimal, tax_rate: Decimal) -> Decimal:
    """Return an amount without tax with it, to the cent."""
    return pence(net * (1 + tax_rate / _HUNDRED))


def share(amount: Decimal, percent: Decimal) -> Decimal:
    """Return so many percent of an amount, to the cent."""
    return pence(amount * percent / _HUNDRED)


def taken_off(whole: Decimal, off: Decimal, percent: Decimal) -> Decimal:
    """Return the discount on a whole: so many percent of it, or where there are none the amount."""
    return share(whole, percent) if percent else off


def line(quantity: Decimal, price: Decimal, tax_rate: Decimal, off: Decimal = Decimal(0)) -> Line:
    """Return a line of so many at a price with tax, less a discount with tax.

    ValueError where the discount is more than the line, or the quantity more than MOST_OF_ONE.
    """
    return _made(quantity, price, tax_rate, pence(quantity * price) - pence(off))


def part_of(whole: Decimal, quantity: Decimal, before: Decimal, now: Decimal) -> Decimal:
    """Return what `now` of a line's quantity come to, after `before` of it were counted already.

    `whole` is the whole line with tax. The parts of a line make the whole to the cent.
    """
    return pence(whole * (before + now) / quantity) - pence(whole * before / quantity)


def credited(quantity: Decimal, price: Decimal, tax_rate: Decimal, gross: Decimal) -> Line:
    """Return the line of a credit note that gives back `gross` (with tax) for so many."""
    return _made(quantity, price, tax_rate, gross)


def _made(quantity: Decimal, price: Decimal, tax_rate: Decimal, gross: Decimal) -> Line:
    if quantity > MOST_OF_ONE or quantity < 0:
        raise ValueError("quantity")
    full = pence(quantity * price)
    if gross < 0 or (gross > full and gross - full > _CENT):
        raise ValueError("discount")
    net = net_of(gross, tax_rate)
    unit_price = (price / (1 + tax_rate / _HUNDRED)).quantize(_FINE, ROUND_HALF_UP)
    discount = max(pence(quantity * unit_price) - net, _NONE) if gross < full else _NONE
    if quantity and abs(net - (quantity * unit_price - discount)) >= _CENT:
        unit_price = ((net + discount) / quantity).quantize(_FINE, ROUND_HALF_UP)
    off = full - gross
    return Line(quantity, price, off, tax_rate, gross, net, gross - net, unit_price, discount)


def price_of(unit_price: Decimal, tax_rate: Decimal) -> Decimal:
    """Return the price with tax that a kept price without tax was made from."""
    return with_tax(unit_price, tax_rate)


def totals(lines: Iterable[Charged], off: Decimal = Decimal(0)) -> Totals:
    """Return what lines come to, less a discount on the whole, which is with tax.

    ValueError where the discount is more than all of it.
    """
    known = list(lines)
    gross = [net + tax for net, tax, _ in known]
    taken = pence(off)
    if taken < 0 or taken > sum(gross, _NONE):
        raise ValueError("discount")
    shares = _shared(taken, gross)
    rates: dict[Decimal, tuple[Decimal, Decimal]] = {}
    after: list[Decimal] = []
    for (net, tax, rate), whole, less in zip(known, gross, shares, strict=True):
        left = whole - less
        without = min(net, net_of(left, rate)) if less else net
        before = rates.get(rate, (_NONE, _NONE))
        rates[rate] = (before[0] + without, before[1] + (left - without if less else tax))
        after.append(left)
    subtotal = sum((net for net, _, _ in known), _NONE)
    net_left = sum((net for net, _ in rates.values()), _NONE)
    tax_left = sum((tax for _, tax in rates.values()), _NONE)
    found = tuple(RateSum(rate, *rates[rate]) for rate in sorted(rates))
    return Totals(
        subtotal, subtotal - net_left, tax_left, net_left + tax_left, taken, found, tuple(after)
    )


def whole_off(lines: Sequence[Charged], off: Decimal, percent: Decimal) -> Decimal:
    """Return what a discount takes off the whole, with tax, as far as the lines allow it."""
    whole = off_of(lines, _NONE)
    return min(taken_off(whole, off, percent), whole)


def off_of(lines: Iterable[Charged], total: Decimal) -> Decimal:
    """Return the discount on the whole, with tax, that a kept total was made with."""
    return sum((net + tax for net, tax, _ in lines), _NONE) - total


def change_for(given: Decimal, asked: Decimal) -> Decimal:
    """Return what is given back of cash; nothing where it was too little."""
    return max(given - asked, _NONE)


def shared_out(amount: Decimal, owed: Iterable[Decimal]) -> list[Decimal]:
    """Return what an amount pays of each of some debts, one after the other; no more than it is."""
    found, rest = [], amount
    for one in owed:
        part = max(min(one, rest), _NONE)
        found.append(part)
        rest -= part
    return found


def expected_cash(opening: Decimal, came: Iterable[Decimal], went: Iterable[Decimal]) -> Decimal:
    """Return what must be in a till: what was in it, what came, less what was paid back."""
    return opening + sum(came, _NONE) - sum(went, _NONE)


def _shared(amount: Decimal, gross: Sequence[Decimal]) -> list[Decimal]:
    """Share a discount out, to no line more than it comes to."""
    if not any(gross):
        return [_NONE] * len(gross)
    return split(amount, gross)
