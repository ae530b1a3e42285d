"""Rules of what a vet gives on a farm: one animal or group, and never taken out of a book (16)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from fluffydesk.actions.rules.rule import Rule
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.clinic import FarmVisitTreatment
from fluffydesk.records.vocabulary import Record


def _one_animal_or_group(
    connection: Connection, before: Row[Any] | None, after: Row[Any] | None
) -> None:
    """A treatment says which animal got it, or which group (rule 16)."""
    if after is None or bool(after.animal_tag) != bool(after.group_name):
        return
    raise InvalidValue(
        "Say which animal got it, or which group.",
        "Give the number on its ear, or the group as the farm calls it: not both.",
        field="animal_tag",
    )


def _kept(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """What is in the farm's medicine book is voided, never deleted (rule 16)."""
    if after is None and before is not None and before.is_in_farm_book:
        raise Refusal("It is in the farm's medicine book.", "Void it instead, and say why.")


def _same_animal(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """In the farm's book it stays with whom it was entered for: that one is withheld (rule 16)."""
    if before is None or after is None or not before.is_in_farm_book:
        return
    for name in ("animal_tag", "group_name"):
        if getattr(before, name) != getattr(after, name):
            raise InvalidValue(
                f"The farm's medicine book has it for {before.animal_tag or before.group_name}.",
                "Void it, and write it down anew for the one that got it.",
                field=name,
            )


RULES: dict[type[Record], tuple[Rule, ...]] = {
    FarmVisitTreatment: (_one_animal_or_group, _kept, _same_animal),
}
