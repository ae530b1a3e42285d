"""What a person does in the hatchery: set eggs, candle them, and place the chicks that hatched."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from fluffydesk.actions import rules
from fluffydesk.actions.flocks import fewest_from
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.dates import hatch_date
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.farm import HatcheryRecord
from fluffydesk.records.livestock import Flock, LivestockSpecies, PoultryBatch


def set_eggs(
    mirror: Mirror, species_id: UUID, set_on: date, eggs_set: int, **more: Any
) -> tuple[UUID, Changes]:
    """Write down eggs set; they are expected to hatch by the species' incubation.

    `more` are other columns: `incubator`, `flock_id`, `supplier`, `laid_from`, `notes`.
    """
    with mirror.unit("Eggs set") as unit:
        species = row_with(unit.connection, LivestockSpecies, id=species_id)
        days = None if species is None else species.incubation_days
        values = {
            "species_id": species_id,
            "set_on": set_on,
            "eggs_set": eggs_set,
            "expected_on": hatch_date(set_on, days),
            **more,
        }
        row_id = unit.insert(HatcheryRecord, check(HatcheryRecord, values))
        _hold(unit, None, row_id)
    return row_id, unit.changes


def candle(mirror: Mirror, record_id: UUID, candled_on: date, infertile: int) -> Changes:
    """Write down how many eggs were found infertile; never more than were set (rule 15)."""
    values = {"candled_on": candled_on, "infertile": infertile}
    with mirror.unit("Candling") as unit:
        before = existing(unit.connection, HatcheryRecord, record_id)
        if candled_on < before.set_on:
            raise InvalidValue(
                f"The eggs were set on {before.set_on:%d %B %Y}.",
                "Check the date.",
                field="candled_on",
            )
        unit.update(HatcheryRecord, record_id, check(HatcheryRecord, values, partial=True))
        _hold(unit, before, record_id)
    return unit.changes


def record_hatch(
    mirror: Mirror,
    record_id: UUID,
    hatched_on: date,
    hatched: int,
    *,
    infertile: int | None = None,
    dead_in_shell: int | None = None,
    culled: int = 0,
    into_flock_id: UUID | None = None,
) -> Changes:
    """Write down a hatch, and place the chicks in a flock, in one unit of work.

    InvalidValue: more hatched than were fertile, or more fertile than set (rule 15). Refusal:
    the chicks of this hatch were placed already.
    """
    with mirror.unit("Hatch") as unit:
        before = existing(unit.connection, HatcheryRecord, record_id)
        if before.placement_id is not None:
            raise Refusal("The chicks of this hatch are placed.", "Take the hatch back first.")
        values = {
            "hatched_on": hatched_on,
            "hatched": hatched,
            "infertile": before.infertile if infertile is None else infertile,
            "dead_in_shell": before.dead_in_shell if dead_in_shell is None else dead_in_shell,
            "culled": culled,
        }
        unit.update(HatcheryRecord, record_id, check(HatcheryRecord, values, partial=True))
        _hold(unit, before, record_id)
        if into_flock_id is not None and hatched > culled:
            placed = _place(unit, into_flock_id, before, hatched_on, hatched - culled)
            unit.update(HatcheryRecord, record_id, {"placement_id": placed})
    return unit.changes


def take_back_hatch(mirror: Mirror, record_id: UUID) -> Changes:
    """Undo a hatch in one step: its placement goes, and the eggs are in the incubator again.

    Refusal: birds of the flock were lost since, so that there would be fewer than none (rule 1).
    """
    with mirror.unit("Hatch taken back") as unit:
        before = existing(unit.connection, HatcheryRecord, record_id)
        empty = dict.fromkeys(
            ("hatched_on", "hatched", "culled", "dead_in_shell", "placement_id"), None
        )
        unit.update(HatcheryRecord, record_id, empty)
        if before.placement_id is not None:
            placed = existing(unit.connection, PoultryBatch, before.placement_id)
            alive = fewest_from(unit.connection, placed.flock_id, placed.placed_on)
            if alive < placed.head_count:
                raise Refusal(
                    "Birds of this placement were lost since.", "Take those losses back first."
                )
            unit.delete(PoultryBatch, placed.id)
            rules.hold(unit.connection, PoultryBatch, placed, None)
    return unit.changes


def _place(unit: Unit, flock_id: UUID, hatch: Row[Any], on: date, head: int) -> UUID:
    flock = existing(unit.connection, Flock, flock_id)
    if flock.species_id != hatch.species_id:
        raise InvalidValue(
            f"{flock.name} is a flock of another species.",
            "Choose another flock.",
            field="placement_id",
        )
    values = {"flock_id": flock_id, "placed_on": on, "head_count": head, "supplier": "Own hatch"}
    row_id = unit.insert(PoultryBatch, check(PoultryBatch, values))
    after = existing(unit.connection, PoultryBatch, row_id)
    rules.hold(unit.connection, PoultryBatch, None, after)
    return row_id


def _hold(unit: Unit, before: Row[Any] | None, row_id: UUID) -> None:
    after = existing(unit.connection, HatcheryRecord, row_id)
    rules.hold(unit.connection, HatcheryRecord, before, after)
