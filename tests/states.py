"""Samples whose words are very long, or written from right to left, for tests and pictures."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Text, update

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.vocabulary import facts_of

_LONG = (
    ", which is told here at length, by everyone who was there, with all that was ever said of it"
)
_UNBROKEN = " Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
_ARABIC, _HEBREW = "بقرة الحليب القديمة", "פרה חולבת ותיקה"
_READ_BY_THE_PROGRAM = {
    *("avatar_url", "code", "country", "currency", "email", "entity_table", "image_url"),
    *("languages", "locale", "logo_url", "microchip", "official_id", "eid", "phone", "photo_url"),
    *("picture_url", "public_email", "public_phone", "recurrence", "region", "slug", "species"),
    *("symbol", "tag_number", "target_table", "time_zone", "unit", "updated_device", "value"),
    *("website", "website_url"),
}
"""Texts that are chosen, checked or reckoned with: they stay as they are."""


def lengthen(mirror: Mirror) -> None:
    """Make every word that a person typed very long, names with a word that cannot be broken."""
    _write(mirror, lambda name, label: _LONG + (_UNBROKEN if label else ""))


def turn(mirror: Mirror) -> None:
    """Write every word that a person typed in Arabic or Hebrew, beside what stood there."""
    _write(mirror, lambda name, label: f" {_ARABIC if len(name) % 2 else _HEBREW}")


def _write(mirror: Mirror, words: Callable[[str, bool], str]) -> None:
    with mirror.apply() as connection:
        for record in MIRRORED:
            table = record.__table__
            texts = {
                column.name: column + words(column.name, column.name in record.__label__)
                for column in table.columns
                if type(column.type) is Text
                and column.name not in _READ_BY_THE_PROGRAM
                and not facts_of(column).housekeeping
            }
            if texts:
                connection.execute(update(table).values(texts))


STATES: dict[str, Callable[[Mirror], object]] = {
    "plain": lambda mirror: None,
    "long": lengthen,
    "turned": turn,
}
