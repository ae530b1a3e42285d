"""The numbers an animal carries: giving a new one while the old one stays in its history."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fluffydesk.actions import rules
from fluffydesk.actions.rules.animals import NUMBERS
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.identifiers import eid
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.livestock import IdentifierKind
from fluffydesk.records.livestock import Livestock, LivestockIdentifier

COLUMNS = {kind: name for name, kind in NUMBERS.items()} | {IdentifierKind.VISUAL: "tag_number"}
"""Which column of the animal's card shows the number of each kind; herdbook numbers have none."""


def retag(
    mirror: Mirror,
    animal_id: UUID,
    kind: IdentifierKind,
    value: str,
    given_on: date,
    *,
    reason: str | None = None,
    carrier: str | None = None,
) -> Changes:
    """Give an animal a new number; the old one of that kind ends that day and stays (rule 5).

    An EID is taken in any reader's form. InvalidValue: no EID, a number another living animal
    carries, the one it carries already, no reason why the old one ended, a day in the future.
    """
    number = _number(kind, value)
    with mirror.unit("Retag") as unit:
        connection = unit.connection
        animal = existing(connection, Livestock, animal_id)
        name = animal.name or animal.tag_number
        column = COLUMNS.get(kind)
        carried = row_with(
            connection, LivestockIdentifier, animal_id=animal_id, kind=kind, ended_on=None
        )
        shown = getattr(animal, column) if column is not None else None
        old = carried.value if carried is not None else shown
        if old == number:
            raise InvalidValue(f"{name} carries {number} already.", field="value")
        if old is not None and not (reason or "").strip():
            raise InvalidValue(
                f"{name} carries {old}: why does it end?",
                "Say it in a word, as lost or broken.",
                field="reason",
            )
        ended = check(LivestockIdentifier, {"ended_on": given_on, "reason": reason}, partial=True)
        if carried is not None:
            if carried.given_on is not None and given_on < carried.given_on:
                raise InvalidValue(
                    f"{carried.value} was given on {carried.given_on:%d %B %Y}.",
                    "Enter that day or a later one.",
                    field="given_on",
                )
            unit.update(LivestockIdentifier, carried.id, ended)
        elif shown is not None:
            former = {"animal_id": animal_id, "kind": kind, "value": shown, **ended}
            unit.insert(LivestockIdentifier, check(LivestockIdentifier, former))
        new = {
            "animal_id": animal_id,
            "kind": kind,
            "value": number,
            "given_on": given_on,
            "carrier": carrier,
        }
        row_id = unit.insert(LivestockIdentifier, check(LivestockIdentifier, new))
        added = existing(connection, LivestockIdentifier, row_id)
        rules.hold(connection, LivestockIdentifier, None, added)
        if column is not None:
            unit.update(Livestock, animal_id, check(Livestock, {column: number}, partial=True))
            after = existing(connection, Livestock, animal_id)
            rules.hold(connection, Livestock, animal, after)
    return unit.changes


def _number(kind: IdentifierKind, value: str) -> str:
    text = (value or "").strip()
    if not text:
        raise InvalidValue("The number is missing.", "Type or scan it.", field="value")
    if kind is not IdentifierKind.EID:
        return text
    digits = eid(text)
    if digits is None:
        raise InvalidValue(
            f"{text} is no EID.", "It has 15 digits, as the reader prints them.", field="value"
        )
    return digits
