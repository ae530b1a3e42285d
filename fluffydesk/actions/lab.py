"""What a person does with laboratory results: ask for a panel, and type what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from fluffydesk.actions import saving
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.lab import STARTERS
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.clinic import LabResult
from fluffydesk.records.pets import Pet

_RESULTS = LabResult.__table__
_MOST_TESTS = 60


@dataclass(frozen=True)
class LabTest:
    """A test as it was done last: its unit and what was usual."""

    name: str
    unit: str = ""
    usual_from: Decimal | None = None
    usual_to: Decimal | None = None


def panels(connection: Connection, pet_id: UUID) -> dict[str, tuple[LabTest, ...]]:
    """Return the panels by name, each with the tests of the last time it was done for the species.

    One that was never done has the tests of its commonest form, with no usual ranges yet.
    """
    found = {name: tuple(LabTest(*one) for one in tests) for name, tests in STARTERS.items()}
    same = _same_species(connection, pet_id)
    query = select(_RESULTS.c.panel, func.max(_RESULTS.c.taken_on)).where(
        _RESULTS.c.panel.is_not(None), same
    )
    for panel, last in connection.execute(query.group_by(_RESULTS.c.panel)).all():
        of_day = (_RESULTS.c.panel == panel) & (_RESULTS.c.taken_on == last)
        rows = connection.execute(select(_RESULTS).where(of_day, same).order_by(_RESULTS.c.id))
        tests = {row.test.casefold(): _test(row) for row in rows}
        found[panel] = tuple(tests.values())[:_MOST_TESTS]
    return found


def known_test(connection: Connection, pet_id: UUID, name: str) -> LabTest:
    """Return a test as it was last done for a pet's species; without unit and range if never."""
    same = _same_species(connection, pet_id)
    alike = func.lower(_RESULTS.c.test) == name.strip().casefold()
    order = (_RESULTS.c.taken_on.desc(), _RESULTS.c.id.desc())
    row = connection.execute(select(_RESULTS).where(alike, same).order_by(*order).limit(1)).first()
    return LabTest(name.strip()) if row is None else _test(row)


def ask_for(
    mirror: Mirror,
    pet_id: UUID,
    panel: str | None,
    taken_on: date,
    tests: Sequence[str] = (),
    **details: Any,
) -> tuple[list[UUID], Changes]:
    """Write down what is asked of a sample: the tests of a panel, or `tests`; values come later.

    `details`: record_id, laboratory. What is asked of this sample already is not asked again.
    InvalidValue where there is no test, or the day lies ahead.
    """
    with mirror.unit("Laboratory") as unit:
        connection = unit.connection
        if tests:
            asked = tuple(known_test(connection, pet_id, one) for one in tests)
        else:
            asked = panels(connection, pet_id).get(panel or "", ())
        if not asked:
            raise InvalidValue("No test is named.", "Name the tests of this panel.", field="test")
        of_sample = (_RESULTS.c.pet_id == pet_id) & (_RESULTS.c.taken_on == taken_on)
        of_sample &= _RESULTS.c.panel.is_not_distinct_from(panel)
        there = {
            row.test.casefold()
            for row in connection.execute(
                select(_RESULTS.c.test).where(
                    of_sample, _RESULTS.c.panel.is_not_distinct_from(panel)
                )
            )
        }
        same = {"pet_id": pet_id, "panel": panel, "taken_on": taken_on, **details}
        new = [one for one in asked if one.name.casefold() not in there]
        ids = [_asked(unit, one, same) for one in new]
    return ids, unit.changes


def _asked(unit: Unit, test: LabTest, same: dict[str, Any]) -> UUID:
    values = {
        "test": test.name,
        "unit": test.unit or None,
        "usual_from": test.usual_from,
        "usual_to": test.usual_to,
        **same,
    }
    return unit.insert(LabResult, saving.check(LabResult, values))


def _test(row: Any) -> LabTest:
    return LabTest(row.test, row.unit or "", row.usual_from, row.usual_to)


def _same_species(connection: Connection, pet_id: UUID) -> Any:
    """Return the condition that a result is of a pet of the same species: ranges are its own."""
    pet = row_of(connection, Pet, pet_id)
    pets = Pet.__table__.c
    alike = func.lower(pets.species) == ("" if pet is None else pet.species.casefold())
    return _RESULTS.c.pet_id.in_(select(pets.id).where(alike))
