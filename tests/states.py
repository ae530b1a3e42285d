"""Samples whose words are very long, or written from right to left, for tests and pictures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Text, update

from fluffydesk.actions import tasks
from fluffydesk.actions.saving import add
from fluffydesk.actions.treatments import treat, vaccinate
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.enums import Sex
from fluffydesk.records.livestock import (
    Flock,
    Livestock,
    LivestockBatch,
    LivestockBatchMember,
    PoultryBatch,
)
from fluffydesk.records.medical import HealthDiagnosis
from fluffydesk.records.reference_data import reference_id
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import facts_of

_LONG = (
    ", which is told here at length, by everyone who was there, with all that was ever said of it"
)
_UNBROKEN = " Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"
_ARABIC, _HEBREW = "بقرة الحليب القديمة", "פרה חולבת ותיקה"
_READ_BY_THE_PROGRAM = {
    *("avatar_url", "code", "colour", "country", "currency", "email", "entity_table", "image_url"),
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


def one_cow_milked(mirror: Mirror) -> None:
    """Fill an empty farm with one group, cow, flock, treatment, vaccination and task."""
    cattle, chicken = (reference_id("livestock_species", name) for name in ("cattle", "chicken"))
    day = timedelta(days=1)
    group, _ = add(mirror, LivestockBatch, {"name": "Cows", "species_id": cattle})
    cow, _ = add(
        mirror,
        Livestock,
        {
            "tag_number": "7",
            "name": "Bella",
            "species_id": cattle,
            "sex": Sex.FEMALE,
            "birth_date": today() - 1500 * day,
            "calved_on": today() - 100 * day,
            "parity": 2,
        },
    )
    with mirror.unit("Join the group") as unit:
        unit.insert(
            LivestockBatchMember,
            {"batch_id": group, "animal_id": cow, "joined_on": today() - 90 * day},
        )
    flock, _ = add(mirror, Flock, {"name": "Layers", "species_id": chicken})
    placed = {"flock_id": flock, "placed_on": today() - 60 * day, "head_count": 200}
    add(mirror, PoultryBatch, placed)
    found = {"animal_id": cow, "condition": "Mastitis", "seen_on": today() - day}
    add(mirror, HealthDiagnosis, found)
    given = {"animal_id": cow, "reason": "Mastitis", "product": "Penicillin", "dose": Decimal(20)}
    treat(mirror, {**given, "given_at": now() - day, "milk_hours": 96, "meat_hours": 240})
    shot = {"animal_id": cow, "vaccine": "Leptospirosis", "given_at": now() - 350 * day}
    vaccinate(mirror, {**shot, "next_due_on": today() + 15 * day})
    tasks.add_task(mirror, {"title": "Wash the tank", "due_at": now()})


STATES: dict[str, Callable[[Mirror], object]] = {
    "plain": lambda mirror: None,
    "long": lengthen,
    "turned": turn,
}
