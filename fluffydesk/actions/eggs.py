"""What a person does on the egg round: write down what each flock laid, in any unit."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from uuid import UUID

from fluffydesk.actions.rules import hold
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.actions.typed import number_in, whole_in
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.units import convert
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import EggRound, EggUnit
from fluffydesk.records.farm import EggProductionLog

_PACKS = {"c": "case", "f": "flat", "d": "dozen", "e": "egg"}
_PACK = re.compile(r"[0-9]+[cfde]?")


def record_egg_round(
    mirror: Mirror,
    flock_id: UUID,
    collected_on: date,
    egg_round: EggRound,
    *,
    total: int,
    cracked: int = 0,
    dirty: int = 0,
    discarded: int = 0,
    entered_unit: EggUnit = EggUnit.EGG,
) -> Changes:
    """Write down one round in single eggs; one already there of this flock and date is changed.

    `entered_unit` is that in which the total was typed (rule 24).

    Saleable is what remains: total - cracked - dirty - discarded (rule 12). InvalidValue: parts
    greater than the total, a date in the future, a flock without birds that day.
    """
    key = {"flock_id": flock_id, "collected_on": collected_on, "round": egg_round}
    counts = {"total": total, "cracked": cracked, "dirty": dirty, "discarded": discarded}
    with mirror.unit("Egg round") as unit:
        said = {**counts, "entered_unit": entered_unit}
        checked = check(EggProductionLog, {**key, **said})
        found = row_with(unit.connection, EggProductionLog, **key)
        if found is None:
            row_id = unit.insert(EggProductionLog, checked)
        else:
            row_id = found.id
            unit.update(EggProductionLog, row_id, {name: checked[name] for name in said})
        hold(
            unit.connection,
            EggProductionLog,
            found,
            existing(unit.connection, EggProductionLog, row_id),
        )
    return unit.changes


def take_back_egg_round(
    mirror: Mirror, flock_id: UUID, collected_on: date, egg_round: EggRound
) -> Changes:
    """Remove the round of this flock and date; nothing happens if there is none."""
    with mirror.unit("Egg round taken back") as unit:
        key = {"flock_id": flock_id, "collected_on": collected_on, "round": egg_round}
        found = row_with(unit.connection, EggProductionLog, **key)
        if found is not None:
            unit.delete(EggProductionLog, found.id)
    return unit.changes


def eggs_in(text: str, unit: str = "egg") -> int:
    """Return the single eggs that were typed: a number of `unit`, or parts as in `2c 3f 1d 5`.

    `unit` is egg, dozen, flat (30) or case (360); c, f, d and e name them after a number.
    InvalidValue: no number, or one that is not a whole count of eggs.
    """
    packed = text.lower().split()
    if packed and all(_PACK.fullmatch(part) for part in packed) and packed[0][-1] in _PACKS:
        return sum(_whole(part.rstrip("cfde"), _PACKS.get(part[-1], "egg")) for part in packed)
    return _whole(text, unit)


def packed(eggs: int, unit: str = "egg") -> str:
    """Return eggs as they would be typed in a unit: `49f 6` where they are not whole flats."""
    size = int(convert(Decimal(1), unit, "egg"))
    full, rest = divmod(eggs, size)
    if rest == 0:
        return str(full)
    return f"{full}{unit[0]} {rest}" if full else f"{rest}e"


def _whole(text: str, unit: str) -> int:
    counted = whole_in(text) if unit == "egg" else None
    number = number_in(text) if counted is None else Decimal(counted)
    if number is None or number < 0:
        raise InvalidValue(f"“{text.strip()}” is no count.", "Type 12 or 2f 5.")
    eggs = convert(number, unit, "egg")
    if eggs != int(eggs):
        several = f"{unit}s" if unit != "egg" else "eggs"
        raise InvalidValue(f"{text.strip()} {several} is no whole count.", "Type 27f 12.")
    return int(eggs)
