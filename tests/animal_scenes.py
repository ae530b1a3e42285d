"""The states of animals, flocks and herds to look at: one of each, many weights, a pedigree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import HatcheryRecord, WeightLog
from fluffydesk.records.livestock import Flock, HerdBatch, Livestock, LivestockSpecies, PoultryBatch
from fluffydesk.records.types import today
from fluffydesk.ui.parts.card import Page
from fluffydesk.ui.screen import Place
from fluffydesk.ui.shell import Shell

GENERATIONS = 4
Scene = tuple[str, tuple[Callable[[Shell], object], ...]]


def animal_scenes(mirror: Mirror, visit: Callable[..., Any]) -> list[Scene]:
    """Write animals with what a card can hold, and return the scenes of their cards."""
    with mirror.unit("Animals to look at") as unit:
        species = _species(unit, "Cattle")
        heifer = {"sex": Sex.FEMALE, "birth_date": _before(700)}
        many = _animal(unit, species, "9001", name="Weighed often", **heifer)
        for number in range(300):
            weight = {"animal_id": many, "weighed_on": _before(600 - 2 * number)}
            unit.insert(WeightLog, {**weight, "weight_kg": 60 + 1.4 * number + number % 7})
        once = _animal(unit, species, "9002", name="Weighed once", **heifer)
        unit.insert(WeightLog, {"animal_id": once, "weighed_on": today(), "weight_kg": 310})
        left = {"left_on": _before(9), "left_reason": "Bloat", "status": LivestockStatus.DEAD}
        dead = _animal(unit, species, "9003", name="Dead", **heifer, **left)
        kin = _with_ancestors(unit, species, "9100", GENERATIONS)
    cards = (("many", many), ("once", once), ("dead", dead), ("kin", kin))
    found: list[Scene] = [
        (f"farm-animal-{name}", (partial(visit, place=Place("animal", row)),))
        for name, row in cards
    ]
    found.append(("farm-animal-pedigree", (partial(visit, place=Place("animal", kin)), _to_end)))
    return found


def one_of_each(mirror: Mirror, visit: Callable[..., Any]) -> list[Scene]:
    """Write one animal, flock, herd, service and hatch into an empty farm; return its scenes."""
    with mirror.unit("The first of each") as unit:
        species, hens, sheep = (_species(unit, name) for name in ("Cattle", "Chicken", "Sheep"))
        cow = _animal(unit, species, "1", sex=Sex.FEMALE, birth_date=_before(900))
        unit.insert(WeightLog, {"animal_id": cow, "weighed_on": today(), "weight_kg": 512})
        unit.insert(BreedingRecord, {"female_id": cow, "served_on": _before(30)})
        flock = unit.insert(Flock, {"name": "Hens", "species_id": hens})
        placed = {"flock_id": flock, "placed_on": _before(8), "head_count": 10}
        unit.insert(PoultryBatch, placed)
        unit.insert(HerdBatch, {"name": "Lambs", "species_id": sheep, "head_count": 12})
        hatch = {"species_id": hens, "set_on": _before(5), "eggs_set": 24}
        unit.insert(HatcheryRecord, hatch)
    return [
        ("one-farm-animal", (partial(visit, place=Place("animal", cow)),)),
        ("one-farm-animal-end", (partial(visit, place=Place("animal", cow)), _to_end)),
        *(
            (f"one-farm-breeding-{view}", (partial(visit, place=Place("breeding", part=view)),))
            for view in ("services", "births", "sires", "hatching")
        ),
    ]


def _species(unit: Unit, name: str) -> UUID:
    kinds = LivestockSpecies.__table__.c
    found: UUID = unit.connection.execute(select(kinds.id).where(kinds.name == name)).scalar_one()
    return found


def _before(days: int) -> date:
    return today() - timedelta(days=days)


def _animal(unit: Unit, species: UUID, tag: str, **values: Any) -> UUID:
    return unit.insert(Livestock, {"tag_number": tag, "species_id": species, **values})


def _with_ancestors(unit: Unit, species: UUID, tag: str, generations: int) -> UUID:
    parents: dict[str, Any] = {}
    if generations:
        for role in ("sire", "dam"):
            name = f"{tag}{role[0]}"
            parents[f"{role}_id"] = _with_ancestors(unit, species, name, generations - 1)
    status = LivestockStatus.ACTIVE if generations == GENERATIONS else LivestockStatus.SOLD
    born = _before(700 * (GENERATIONS - generations) + 300)
    sex = Sex.MALE if tag.endswith("s") else Sex.FEMALE
    named = {"name": f"Of the line {tag}", "status": status, "birth_date": born, "sex": sex}
    return _animal(unit, species, tag, **named, **parents)


def _to_end(shell: Shell) -> None:
    assert shell.current is not None
    bar = shell.current.findChild(Page).verticalScrollBar()
    bar.setValue(bar.maximum())
