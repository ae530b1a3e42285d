"""The states of records that contradict each other, as two PCs would leave them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MortalityLog, WeightLog
from fluffydesk.records.livestock import Flock, Livestock, LivestockSpecies, PoultryBatch
from fluffydesk.records.types import new_id, today
from fluffydesk.ui.screen import Place
from fluffydesk.ui.shell import Shell


def contradiction_scenes(
    mirror: Mirror, visit: Callable[..., Any], long: str, right_to_left: str
) -> list[tuple[str, tuple[Callable[[Shell], object], ...]]]:
    """Write what cannot all be, and return the scene that shows it."""
    days = [today() - timedelta(days=number) for number in range(9)]
    cow: UUID = new_id()
    with mirror.unit("As it came from two PCs") as unit:
        species = unit.connection.execute(select(LivestockSpecies.__table__.c.id)).scalar()
        for name in ("House 7", right_to_left):
            flock = unit.insert(Flock, {"name": name, "species_id": species})
            placed = {"flock_id": flock, "placed_on": days[8], "head_count": 10}
            unit.insert(PoultryBatch, placed)
            for day in days[2:4]:
                loss = {"flock_id": flock, "died_on": day, "head_count": 7}
                unit.insert(MortalityLog, loss)
        left = {"status": LivestockStatus.DEAD, "left_on": days[5]}
        card = {"tag_number": "0417", "name": long, "species_id": species, **left}
        unit.insert(Livestock, card, cow)
        for day in days[:5]:
            unit.insert(WeightLog, {"animal_id": cow, "weighed_on": day, "weight_kg": 600})
        unit.insert(BreedingRecord, {"female_id": cow, "served_on": days[4]})
    return [("farm-contradictions", (partial(visit, place=Place("contradictions")),))]
