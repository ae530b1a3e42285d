"""What a table of any program can be imported as: animals, weights, milkings and the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column

from fluffydesk.errors import NotFound
from fluffydesk.mirror.own import is_own
from fluffydesk.records.enums.reviews import CustomFieldKind
from fluffydesk.records.farm import (
    EggProductionLog,
    FeedLog,
    MilkProductionLog,
    MortalityLog,
    PoultryFeedLog,
    WeightLog,
)
from fluffydesk.records.livestock import Flock, Livestock, LivestockBatch
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.vocabulary import Record, facts_of


@dataclass(frozen=True)
class OwnField:
    """A fact that the farm keeps of such a row beyond the usual; `column` is as lists name it."""

    column: Column[Any]
    name: str
    kind: CustomFieldKind
    unit: str | None
    position: int


@dataclass(frozen=True)
class Subject:
    """A record that lines become: its columns, and those by which a row is known again.

    `day` and `value` are the columns of a wide file, which has a column for each day. `usual`
    are the values of columns that the file does not have.
    """

    name: str
    record: type[Record]
    columns: tuple[str, ...]
    key: tuple[str, ...]
    day: str | None = None
    value: str | None = None
    usual: tuple[tuple[str, str], ...] = ()
    known_as: tuple[tuple[str, str], ...] = ()
    """Other headings of the columns, as programs and agencies write them."""
    own: tuple[OwnField, ...] = ()

    @property
    def title(self) -> str:
        """What a person calls the rows: "Weighings"."""
        return self.record.__titles__[1]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns and own fields that a column of a file can be."""
        return (*self.columns, *(one.column.name for one in self.own))

    def own_field(self, name: str) -> OwnField:
        """Return an own field by the name of its column."""
        return next(one for one in self.own if one.column.name == name)

    def column(self, name: str) -> Column[Any]:
        """Return a column, or that of an own field, by its name."""
        if is_own(name):
            return self.own_field(name).column
        found: Column[Any] = self.record.__table__.c[name]
        return found

    def label(self, column: str) -> str:
        """What a column is called, with its unit."""
        facts = facts_of(self.column(column))
        return f"{facts.label}, {facts.unit}" if facts.unit else facts.label


_ANIMAL = (
    ("animal", "animal_id"),
    ("cow", "animal_id"),
    ("ewe", "animal_id"),
    ("tag", "animal_id"),
    ("tagnumber", "animal_id"),
    ("ear tag", "animal_id"),
    ("eartag", "animal_id"),
    ("eid", "animal_id"),
    ("official id", "animal_id"),
    ("visual id", "animal_id"),
)
SUBJECTS: dict[str, Subject] = {
    one.name: one
    for one in (
        Subject(
            "animals",
            Livestock,
            (
                "tag_number", "name", "official_id", "eid", "species_id", "breed_id", "sex",
                "birth_date", "batch_id", "weight_kg", "parity", "calved_on", "dried_off_on",
                "dam_id", "sire_id", "arrived_on", "came_from", "colour", "notes",
            ),
            ("tag_number",),
            known_as=(
                ("tag number", "tag_number"), ("ear tag", "tag_number"),
                ("eartag", "tag_number"), ("animal", "tag_number"), ("visual id", "tag_number"),
                ("date of birth", "birth_date"), ("birth date", "birth_date"),
                ("dob", "birth_date"), ("mother", "dam_id"), ("father", "sire_id"),
                ("electronic id", "eid"), ("rfid", "eid"), ("ear mark", "official_id"),
            ),
        ),
        Subject(
            "weights",
            WeightLog,
            ("animal_id", "weighed_on", "weight_kg", "method", "notes"),
            ("animal_id", "weighed_on"),
            "weighed_on",
            "weight_kg",
            known_as=(*_ANIMAL, ("day", "weighed_on"), ("weigh date", "weighed_on"),
                      ("kg", "weight_kg"), ("live weight", "weight_kg")),
        ),
        Subject(
            "milkings",
            MilkProductionLog,
            (
                "animal_id", "milked_on", "session", "yield_kg", "fat_percent",
                "protein_percent", "somatic_cells", "notes",
            ),
            ("animal_id", "milked_on", "session"),
            "milked_on",
            "yield_kg",
            (("session", "whole_day"),),
            (*_ANIMAL, ("day", "milked_on"), ("test date", "milked_on"), ("milk", "yield_kg"),
             ("milk yield", "yield_kg"), ("kg", "yield_kg"), ("session", "session"),
             ("scc", "somatic_cells")),
        ),
        Subject(
            "treatments",
            HealthTreatment,
            (
                "animal_id", "given_at", "product", "substance", "reason", "dose", "dose_unit",
                "route", "lot", "doses", "last_dose_at", "milk_hours", "meat_hours", "egg_hours",
                "veterinarian", "prescription_number", "outcome", "notes",
            ),
            ("animal_id", "given_at", "product"),
            known_as=(*_ANIMAL, ("date", "given_at"), ("day", "given_at"),
                      ("product", "product"), ("medicine", "product"), ("diagnosis", "reason")),
        ),
        Subject(
            "feedings",
            FeedLog,
            ("batch_id", "fed_on", "feed", "quantity_kg", "notes"),
            ("batch_id", "fed_on", "feed"),
            known_as=(("pen", "batch_id"), ("day", "fed_on"), ("kg", "quantity_kg")),
        ),
        Subject(
            "flock-feedings",
            PoultryFeedLog,
            ("flock_id", "fed_on", "feed", "quantity_kg", "water_l", "notes"),
            ("flock_id", "fed_on", "feed"),
            known_as=(("house", "flock_id"), ("day", "fed_on"), ("kg", "quantity_kg")),
        ),
        Subject(
            "flocks",
            Flock,
            ("name", "house", "species_id", "breed_id", "purpose", "hatched_on", "notes"),
            ("name",),
            known_as=(("flock", "name"), ("hatch date", "hatched_on")),
        ),
        Subject(
            "eggs",
            EggProductionLog,
            (
                "flock_id", "collected_on", "round", "total", "cracked", "dirty", "discarded",
                "notes",
            ),
            ("flock_id", "collected_on", "round"),
            "collected_on",
            "total",
            (("round", "whole_day"),),
            (("house", "flock_id"), ("day", "collected_on"), ("total", "total")),
        ),
        Subject(
            "losses",
            MortalityLog,
            ("flock_id", "died_on", "head_count", "cause", "kind", "notes"),
            ("flock_id", "died_on", "cause"),
            "died_on",
            "head_count",
            known_as=(("house", "flock_id"), ("day", "died_on"), ("dead", "head_count")),
        ),
        Subject(
            "groups",
            LivestockBatch,
            ("name", "species_id", "purpose", "location", "notes"),
            ("name",),
            known_as=(("pen", "name"), ("group", "name")),
        ),
    )
}  # fmt: skip


def subject_of(name: str) -> Subject:
    """Return what a table is imported as, by its name. Raises NotFound."""
    if name not in SUBJECTS:
        names = ", ".join(SUBJECTS)
        raise NotFound(f"There is nothing {name!r} to import.", f"Choose one of: {names}.")
    return SUBJECTS[name]
