"""The sample's sheep: a herd counted by head that grazes the orchard, and its clip."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from fluffydesk.demo.sample import Maker, local
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import ClipPart
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.enums.livestock import HerdMove, Purpose
from fluffydesk.records.farm import WoolMilkProductionLog, WoolStorage
from fluffydesk.records.livestock import HerdBatch, HerdMovement
from fluffydesk.records.reference_data import reference_id

_SEED = 31_07
_SHORN_DAYS_AGO = 165
_LOTS = (
    ("Bale 1", ClipPart.FLEECE, "148.50"),
    ("Bale 2", ClipPart.FLEECE, "151.20"),
    ("Bag 3", ClipPart.BELLIES, "36.80"),
)
_MOVES = (
    (392, HerdMove.DIED, -1, "Bloat"),
    (340, HerdMove.BOUGHT, 6, None),
    (221, HerdMove.DIED, -2, "Found dead"),
    (150, HerdMove.SOLD, -8, None),
    (97, HerdMove.DIED, -1, "Fly strike"),
    (40, HerdMove.CULLED, -2, "Old, thin"),
)
"""Days ago, what happened, head, cause."""


def write_sheep(maker: Maker) -> None:
    """Add the ewes, how their number changed, what they were shorn, and the wool in store."""
    own = maker.apart(_SEED)
    started = own.today - timedelta(days=430)
    herd = own.add(
        HerdBatch,
        local(started, 9),
        name="Orchard ewes",
        species_id=reference_id("livestock_species", "sheep"),
        breed_id=reference_id("livestock_breeds", "sheep/Texel"),
        purpose=Purpose.OTHER,
        sex=Sex.FEMALE,
        location="Orchard",
        started_on=started,
        head_count=95,
    )
    for days_ago, kind, head, cause in _MOVES:
        on = own.today - timedelta(days=days_ago)
        values = {"herd_id": herd, "moved_on": on, "kind": kind, "head": head, "cause": cause}
        own.add(HerdMovement, local(on, 8), **values)
    shorn = own.today - timedelta(days=_SHORN_DAYS_AGO)
    for lot, part, kg in _LOTS:
        own.add(
            WoolMilkProductionLog,
            local(shorn, 15),
            herd_id=herd,
            produced_on=shorn,
            quantity_kg=Decimal(kg),
            head=98 if part is ClipPart.BELLIES else 49,
            clip_part=part,
            done_by="Travelling shearer",
        )
        values = {"lot": lot, "store": "Hay loft", "clip_part": part, "shorn_on": shorn}
        own.add(
            WoolStorage,
            local(shorn, 16),
            **values,
            moved_on=shorn,
            movement=StockMovement.RECEIPT,
            quantity_kg=Decimal(kg),
            bales=1,
        )
        if lot == _LOTS[0][0]:
            sold = shorn + timedelta(days=60)
            own.add(
                WoolStorage,
                local(sold, 10),
                **values,
                moved_on=sold,
                movement=StockMovement.USE,
                quantity_kg=-Decimal(kg),
                reason="Sold to the wool board",
            )
