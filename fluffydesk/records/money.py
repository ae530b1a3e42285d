"""Columns of money, alike wherever they are: exact to the cent, beside an ISO 4217 currency."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.vocabulary import Merge, field

MOST = 100_000_000


def money(
    label: str,
    *,
    minimum: Decimal | int = 0,
    default: int | None = None,
    hint: str | None = None,
    merge: Merge = Merge.ASK,
    kept: bool = False,
) -> Mapped[Any]:
    """Declare an amount of money in the currency of its row."""
    return field(
        label,
        places=2,
        minimum=minimum,
        maximum=MOST,
        default=default,
        merge=merge,
        hint=hint,
        kept=kept,
    )


def percent(
    label: str, *, hint: str | None = None, kept: bool = False, instead_of: str | None = None
) -> Mapped[Any]:
    """Declare a share of a hundred, such as a tax rate; `instead_of` an amount, as `Facts` says."""
    return field(
        label,
        unit="%",
        places=2,
        minimum=0,
        maximum=100,
        default=Decimal(0),
        hint=hint,
        kept=kept,
        instead_of=instead_of,
    )


def currency(*, kept: bool = False) -> Mapped[Any]:
    """Declare the currency of a row's amounts; `known_currency` is its check."""
    return field("Currency", default="EUR", hint="Three letters, as in ISO 4217", kept=kept)


def known_currency() -> CheckConstraint:
    """Return the check that a currency is written as three capitals."""
    return CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_letters")
