"""Milk tank and egg room: their columns, words and verbs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from fluffydesk.actions.egg_room import move_eggs, receive_eggs
from fluffydesk.actions.rules.stores import EGGS, TANK
from fluffydesk.actions.tank import collect_milk, fill_tank, move_milk
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.units import convert
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import EggSize, EggUnit
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm import EggStorage, MilkStorage
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text, number_text, quantity_text, unit_text, words
from fluffydesk.ui.screens.reading.stores_made import (
    EggRow,
    TankRow,
    Waiting,
    egg_rows,
    tank_rows,
    tray_rows,
    waiting_eggs,
    waiting_milk,
)
from fluffydesk.ui.screens.rows_table import Shown
from fluffydesk.ui.screens.stores_amounts import amount_text
from fluffydesk.ui.screens.stores_made import layouts, moved, verbs
from fluffydesk.ui.screens.stores_part import RECEIPT, USE, Kind
from fluffydesk.wording import counted

_NARROW = "\N{NO-BREAK SPACE}"
_TOO_WARM = Decimal(2)
"""°C above a tank's target that are marked."""


def tank() -> Kind:
    """Return the part of the milk tanks."""
    return Kind(
        key="tank",
        title="Milk tank",
        ledger=TANK,
        columns=_tank_columns(),
        read=tank_rows,
        account=lambda one: {"tank_id": one.id},
        heading=lambda one: one.name,
        unit=lambda one: "L",
        verbs=verbs("Milk in", "Collected", "Throw away", "Dip"),
        layouts=layouts(
            "litres",
            (
                *("litres", "entered_unit", "moved_on", "session", "temperature_c"),
                *("override_reason", "notes"),
            ),
            ("collected_by", "ticket_number", "temperature_c", "override_reason"),
            count=("temperature_c",),
        ),
        saver=_save_milk,
        state=_tank_state,
        about=_tank_about,
        values=lambda one, movement: {"tank_id": one.id},
        empty=(
            "No milk tank yet",
            "Each tank stands here with the milk in it. Milk comes in from the milkings.",
            "Add a milk tank",
        ),
        adds=MilkStorage,
        edits=MilkStorage,
        lot="session",
        lot_title="Milking",
        waiting=waiting_milk,
        says=_milk_waits,
        takes=_take_milking,
    )


def eggs() -> Kind:
    """Return the part of the egg room."""
    return Kind(
        key="eggs",
        title="Egg room",
        ledger=EGGS,
        columns=_egg_columns(),
        read=egg_rows,
        account=lambda one: one.account,
        heading=lambda one: f"{words(one.grade)}{_size(one)}, {one.store}",
        unit=lambda one: "eggs",
        verbs=verbs("Take in", "Use", "Throw away", "Count"),
        layouts=layouts(
            "eggs",
            (
                *("eggs", "entered_unit", "flock_id", "collected_on", "store", "grade", "size"),
                *("moved_on", "best_before", "lot", "override_reason"),
            ),
            ("reason", "override_reason"),
        ),
        saver=_save_eggs,
        state=_egg_state,
        about=_egg_about,
        values=_egg_values,
        empty=(
            "No eggs in store yet",
            "Eggs come in from the rounds, by flock, grade and size. The oldest leave first.",
            "Take eggs in",
        ),
        adds=EggStorage,
        lots=tray_rows,
        lot_columns=_tray_columns(),
        lots_title="By day",
        lot="collected_on",
        lot_title="Collected",
        waiting=waiting_eggs,
        says=_eggs_wait,
        takes=_take_round,
        receives_alone=True,
    )


def _save_milk(mirror: Mirror, _: UUID | None, values: dict[str, Any]) -> Changes:
    form = moved(values, "litres")
    more, on = form.more, form.on
    tank_id = more.pop("tank_id")
    if form.movement is USE:
        asked = {name: more.pop(name) or "" for name in ("collected_by", "ticket_number")}
        return collect_milk(mirror, tank_id, form.quantity, on, **asked, **more)
    session = more.pop("session", None)
    if form.movement is RECEIPT and session is not None:
        return fill_tank(mirror, tank_id, on, session, quantity=form.quantity or None, **more)
    return move_milk(mirror, tank_id, form.movement, form.quantity, on, **more)


def _save_eggs(mirror: Mirror, _: UUID | None, values: dict[str, Any]) -> Changes:
    form = moved(values, "eggs")
    more, on = form.more, form.on
    unit = more.get("entered_unit") or EggUnit.EGG
    single = int(convert(Decimal(form.quantity), unit, EggUnit.EGG))
    store = more.pop("store", None)
    if not store:
        raise InvalidValue("The store is missing.", "Enter the room or cold store.", field="store")
    if form.movement is RECEIPT:
        return receive_eggs(mirror, store, single, more.pop("collected_on"), on, **more)
    return move_eggs(mirror, store, form.movement, single, on, **more)


def _take_milking(waiting: Waiting, chosen: TankRow | None) -> dict[str, Any]:
    if waiting.milking is None:
        return {}
    on, session, found = waiting.milking
    return {"moved_on": on, "session": session, "litres": found.due}


def _milk_waits(waiting: Waiting) -> tuple[str, str]:
    if waiting.milking is None:
        return "", "info"
    _, session, found = waiting.milking
    text = f"{words(session)} milking: {_milk(found.due)} are not in the tank yet."
    if found.diverted:
        who = ", ".join(sorted({one.name for one in found.withheld}))
        text += f" {_milk(found.diverted)} stay out, under withdrawal: {who}."
    return text, "warning" if found.diverted else "info"


def _take_round(waiting: Waiting, chosen: EggRow | None) -> dict[str, Any]:
    values: dict[str, Any] = {} if chosen is not None else {"store": waiting.store or None}
    if waiting.flock_id is not None:
        values |= {
            "flock_id": waiting.flock_id,
            "collected_on": waiting.collected_on,
            "eggs": waiting.eggs,
        }
    return values


def _eggs_wait(waiting: Waiting) -> tuple[str, str]:
    if waiting.flock_id is None:
        return "", "info"
    text = f"{waiting.all_eggs:,} eggs of the rounds are not in store yet."
    if waiting.withheld:
        text += f" Under withdrawal, not to be sold: {waiting.withheld}."
    return text, "warning" if waiting.withheld else "info"


def _egg_values(one: EggRow | None, movement: StockMovement) -> dict[str, Any]:
    return {} if one is None else {"store": one.store, "grade": one.grade, "size": one.size}


def _tank_state(one: TankRow) -> tuple[str, str]:
    if one.spoilt_on is not None:
        return "Under withdrawal", "danger"
    if _is_warm(one):
        return "Too warm", "warning"
    return ("", "plain") if one.active else ("Not in use", "plain")


def _is_warm(one: TankRow) -> bool:
    known = one.temperature is not None and one.target is not None
    return known and one.temperature > one.target + _TOO_WARM  # type: ignore[operator]


def _tank_about(one: TankRow) -> str:
    parts = []
    if one.capacity > 0:
        full = one.balance / one.capacity * 100
        parts.append(
            f"{number_text(full, 0)} % of {_milk(one.capacity)}: room for "
            f"{_milk(one.capacity - one.balance)}."
        )
    if one.temperature is not None:
        target = "" if one.target is None else f", kept at {_warmth(one.target)}"
        parts.append(f"Last read {_warmth(one.temperature)}{target}.")
    if one.spoilt_on is not None:
        parts.append(f"Milk under withdrawal went in on {day_text(one.spoilt_on)}.")
    if one.location:
        parts.append(f"Stands in {one.location}.")
    return " ".join(parts)


def _tank_columns() -> tuple[Shown, ...]:
    return (
        Shown("Tank", lambda one: one.name, 180),
        Shown(
            "State",
            lambda one: _tank_state(one)[0],
            140,
            tone=lambda one: _tank_state(one)[1],
        ),
        Shown(
            "Milk",
            lambda one: amount_text(one.balance, "L", 1),
            112,
            True,
            lambda one: one.balance,
            unit="L",
        ),
        Shown(
            "Holds",
            lambda one: amount_text(one.capacity, "L"),
            112,
            True,
            lambda one: one.capacity,
            unit="L",
        ),
        Shown("Stands in", lambda one: one.location, 120, spare=True),
    )


def _milk(litres: Decimal) -> str:
    return f"{amount_text(litres, 'L')}{_NARROW}{unit_text('L')}"


def _warmth(celsius: Decimal) -> str:
    return quantity_text(celsius, "C", 1).replace(" ", _NARROW)


def _size(one: EggRow) -> str:
    return "" if one.size is EggSize.MIXED else f" {words(one.size).lower()}"


def _egg_state(one: EggRow) -> tuple[str, str]:
    if one.old:
        return "Past best before", "danger"
    return ("Best before soon", "warning") if one.soon else ("", "plain")


def _egg_about(one: EggRow) -> str:
    parts = []
    if one.balance > 0:
        cases, rest = divmod(int(one.balance), int(convert(Decimal(1), EggUnit.CASE, EggUnit.EGG)))
        parts.append(f"{counted(cases, 'case', 'cases')} and {counted(rest, 'egg', 'eggs')}.")
    if one.oldest is not None:
        parts.append(f"The oldest are of {day_text(one.oldest)} and leave first.")
    if one.old:
        parts.append(f"{one.old:,} are past their best-before date: throw them away.")
    elif one.best_before is not None:
        parts.append(f"Best before {day_text(one.best_before)} at the earliest.")
    return " ".join(parts)


def _egg_mark(one: EggRow) -> str:
    return "Past date" if one.old else "Date soon" if one.soon else ""


def _egg_columns() -> tuple[Shown, ...]:
    return (
        Shown("Store", lambda one: one.store, 140),
        Shown("Grade", lambda one: words(one.grade), 96),
        Shown("Size", lambda one: words(one.size), 100),
        Shown("State", _egg_mark, 108, tone=lambda one: _egg_state(one)[1]),
        Shown(
            "Eggs", lambda one: amount_text(one.balance, "eggs"), 90, True, lambda one: one.balance
        ),
    )


def _tray_columns() -> tuple[Shown, ...]:
    return (
        Shown("Collected", lambda one: day_text(one.collected_on), 116),
        Shown("Flock", lambda one: one.flock, 120),
        Shown("Eggs", lambda one: amount_text(one.eggs, "eggs"), 80, True, lambda one: one.eggs),
        Shown(
            "Best before",
            lambda one: "" if one.best_before is None else day_text(one.best_before),
            116,
            tone=lambda one: _best_tone(one.best_before),
        ),
    )


def _best_tone(best_before: date | None) -> str | None:
    if best_before is None:
        return None
    left = (best_before - today()).days
    return "danger" if left < 0 else "warning" if left <= 7 else "plain"
