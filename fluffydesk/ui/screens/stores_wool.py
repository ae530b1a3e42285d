"""The wool store: its columns, words and verbs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fluffydesk.actions.rules.stores import WOOL
from fluffydesk.actions.wool import move_wool
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm import WoolStorage
from fluffydesk.ui.fields.texts import day_text, words
from fluffydesk.ui.screens.reading.stores_made import WoolRow, wool_rows
from fluffydesk.ui.screens.rows_table import Shown
from fluffydesk.ui.screens.stores_amounts import amount_text
from fluffydesk.ui.screens.stores_made import layouts, moved, verbs
from fluffydesk.ui.screens.stores_part import RECEIPT, Kind


def wool() -> Kind:
    """Return the part of the wool store."""
    return Kind(
        key="wool",
        title="Wool",
        ledger=WOOL,
        columns=_wool_columns(),
        read=wool_rows,
        account=lambda one: {"lot": one.lot},
        heading=lambda one: one.lot,
        unit=lambda one: "kg",
        verbs=verbs("Receive", "Use", "Throw away", "Weigh"),
        layouts=layouts(
            "quantity_kg",
            (
                *("lot", "quantity_kg", "entered_unit", "fibre", "clip_part", "shorn_on"),
                *("moved_on", "store", "bales", "fibre_micron", "clean_percent", "notes"),
            ),
        ),
        saver=_save_wool,
        state=lambda one: ("Gone", "plain") if one.balance == 0 else ("", "plain"),
        about=_wool_about,
        values=_wool_values,
        empty=(
            "No wool in store yet",
            "Each lot or bale stands here with its weight, fibre and part of the clip.",
            "Receive wool",
        ),
        adds=WoolStorage,
        receives_alone=True,
    )


def _save_wool(mirror: Mirror, _: UUID | None, values: dict[str, Any]) -> Changes:
    form = moved(values, "quantity_kg")
    lot = form.more.pop("lot") or ""
    return move_wool(mirror, lot, form.movement, form.quantity, form.on, **form.more)


def _wool_values(one: WoolRow | None, movement: StockMovement) -> dict[str, Any]:
    if movement is RECEIPT or one is None:
        return {}
    return {"lot": one.lot, "fibre": one.fibre, "clip_part": one.part}


def _wool_about(one: WoolRow) -> str:
    parts = [f"{words(one.fibre)}, {words(one.part).lower()}."]
    if one.shorn_on is not None:
        parts.append(f"Shorn {day_text(one.shorn_on)}.")
    if one.store:
        parts.append(f"Kept in {one.store}.")
    return " ".join(parts)


def _wool_columns() -> tuple[Shown, ...]:
    return (
        Shown("Lot or bale", lambda one: one.lot, 160),
        Shown("Fibre", lambda one: words(one.fibre), 110),
        Shown("Part", lambda one: words(one.part), 110),
        Shown(
            "Weight",
            lambda one: amount_text(one.balance, "kg", 1),
            112,
            True,
            lambda one: one.balance,
            unit="kg",
        ),
        Shown("Kept in", lambda one: one.store, 120, spare=True),
    )
