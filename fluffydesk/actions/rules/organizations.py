"""Rules of an organization: its time zone and currency are ones there are (rules 24 and 25), and
its opening hours can be read."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, Row

from fluffydesk.actions.rules.rule import Rule
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.opening_hours import parse_hours
from fluffydesk.records.organizations import Organization
from fluffydesk.records.vocabulary import Record


def _place(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    if after is None:
        return
    if before is None or before.time_zone != after.time_zone:
        _must_be_a_zone(after.time_zone)
    if before is None or before.currency != after.currency:
        _must_be_a_currency(after.currency)
    if before is None or before.opening_hours != after.opening_hours:
        _must_be_hours(after.opening_hours)


def _must_be_a_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidValue(
            f"There is no time zone {name}.",
            "Enter one as continent and city: Europe/Amsterdam.",
            field="time_zone",
        ) from None


def _must_be_a_currency(code: str) -> None:
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise InvalidValue(
            f"{code} is no currency.", "Enter its three letters: EUR, GBP, USD.", field="currency"
        )


def _must_be_hours(text: str | None) -> None:
    if text and parse_hours(text) is None:
        raise InvalidValue(
            f"“{text}” cannot be read as opening hours.",
            "Write days and times as in Mo-Fr 08:00-18:00; Sa 09:00-13:00; Su closed.",
            field="opening_hours",
        )


RULES: dict[type[Record], tuple[Rule, ...]] = {Organization: (_place,)}
