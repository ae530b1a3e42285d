"""Rules of what a vet gives on a farm: one animal or group, and never taken out of a book (16)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.rules.people import zone_of
from fluffydesk.actions.rules.rule import Rule
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.clinic import FarmVisit, FarmVisitTreatment
from fluffydesk.records.types import now
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


def _has_been(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """A visit that is still to come is booked, so that the vet's time is taken (rule 19)."""
    if after is None or (before is not None and before.visited_at == after.visited_at):
        return
    zone = zone_of(connection)
    if after.visited_at.astimezone(zone).date() > now().astimezone(zone).date():
        raise InvalidValue(
            "A visit that is still to come cannot be written down.",
            "Book it in the calendar: choose the client, and no pet.",
            field="visited_at",
        )


def _once(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """What was booked once took place once (rule 20)."""
    if after is None or after.appointment_id is None:
        return
    table = FarmVisit.__table__.c
    same = table.appointment_id == after.appointment_id, table.id != after.id
    if connection.execute(select(table.id).where(*same)).first() is not None:
        raise InvalidValue(
            "This visit has been written down already.",
            "Open it in the list: what else was given is added there.",
            field="appointment_id",
        )


RULES: dict[type[Record], tuple[Rule, ...]] = {
    FarmVisit: (_has_been, _once),
    FarmVisitTreatment: (_one_animal_or_group, _kept, _same_animal),
}
