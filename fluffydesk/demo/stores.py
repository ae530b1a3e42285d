"""What the sample farm made and keeps: the milk tank, the egg room and the wool store."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from fluffydesk.demo.sample import Maker, days, local
from fluffydesk.records.enums.farm import ClipPart, EggGrade, EggSize, MilkingSession
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm import (
    EggProductionLog,
    EggStorage,
    MilkProductionLog,
    MilkStorage,
    MilkStorageLog,
    WoolStorage,
)

_DAYS = 45
_STORE = "Egg room"
_BEST_BEFORE = timedelta(days=28)
_KG_PER_L = Decimal("1.03")
_SIZES = ((EggSize.LARGE, 0.62), (EggSize.MEDIUM, 0.38))


def write_stores(maker: Maker) -> None:
    """Add a tank collected every other day, an egg room sold from twice a week, and wool."""
    _milk(maker)
    _eggs(maker)
    _wool(maker)


def _milk(maker: Maker) -> None:
    first = maker.today - timedelta(days=_DAYS)
    tank = maker.add(
        MilkStorage,
        first,
        name="Bulk tank",
        capacity_l=Decimal(8000),
        target_temperature_c=Decimal("4.0"),
        location="Dairy",
    )
    milked: dict[tuple[date, MilkingSession], Decimal] = defaultdict(Decimal)
    for row in maker.rows().get(MilkProductionLog, ()):
        if first <= row["milked_on"] < maker.today:
            milked[row["milked_on"], row["session"]] += row["yield_kg"]
    left = Decimal(0)
    for number, on in enumerate(days(first, maker.today - timedelta(days=1))):
        for session, hour in ((MilkingSession.MORNING, 8), (MilkingSession.EVENING, 19)):
            litres = (milked[on, session] / _KG_PER_L).quantize(Decimal("0.1"))
            if litres > 0:
                left += litres
                _tank(maker, tank, on, hour, StockMovement.RECEIPT, litres, session=session)
        if number % 2:
            ticket = {"collected_by": "Marrowby Dairy", "ticket_number": f"MD-{on:%y%m%d}"}
            _tank(maker, tank, on, 20, StockMovement.USE, -left, **ticket)
            left = Decimal(0)


def _tank(
    maker: Maker,
    tank: UUID,
    on: date,
    hour: int,
    movement: StockMovement,
    litres: Decimal,
    **more: object,
) -> None:
    if litres:
        maker.add(
            MilkStorageLog,
            local(on, hour, maker.random.randint(0, 59)),
            tank_id=tank,
            moved_on=on,
            movement=movement,
            litres=litres,
            temperature_c=Decimal(f"{maker.near(3.9, 0.2):.1f}"),
            **more,
        )


def _eggs(maker: Maker) -> None:
    """Eggs come in the morning after they were laid; the oldest go to the market."""
    first = maker.today - timedelta(days=_DAYS)
    laid: dict[tuple[date, UUID], int] = defaultdict(int)
    for row in maker.rows().get(EggProductionLog, ()):
        if first <= row["collected_on"] < maker.today - timedelta(days=1):
            bad = row["cracked"] + row["dirty"] + row["discarded"]
            laid[row["collected_on"], row["flock_id"]] += row["total"] - bad
    there: dict[EggSize, list[tuple[date, UUID, int]]] = defaultdict(list)
    for on in days(first, maker.today - timedelta(days=1)):
        for (day, flock), eggs in sorted(laid.items()):
            if day + timedelta(days=1) != on:
                continue
            rest = eggs
            for size, share in _SIZES:
                part = rest if size is _SIZES[-1][0] else round(eggs * share)
                rest -= part
                there[size].append((day, flock, part))
                _tray(maker, on, 9, StockMovement.RECEIPT, size, (day, flock, part))
        if on.weekday() in (1, 4):
            for size, kept in there.items():
                for tray in kept[:-4]:
                    day, flock, eggs = tray
                    _tray(maker, on, 11, StockMovement.USE, size, (day, flock, -eggs))
                there[size] = kept[-4:]


def _tray(
    maker: Maker,
    on: date,
    hour: int,
    movement: StockMovement,
    size: EggSize,
    tray: tuple[date, UUID, int],
) -> None:
    day, flock, eggs = tray
    if eggs:
        maker.add(
            EggStorage,
            local(on, hour, maker.random.randint(0, 59)),
            store=_STORE,
            grade=EggGrade.A,
            size=size,
            flock_id=flock,
            collected_on=day,
            moved_on=on,
            movement=movement,
            eggs=eggs,
            best_before=day + _BEST_BEFORE,
            reason="Whinholt market" if movement is StockMovement.USE else None,
        )


def _wool(maker: Maker) -> None:
    """The clip of the neighbour's sheep that graze the orchard."""
    shorn = maker.today - timedelta(days=165)
    for lot, part, kg in (
        ("Bale 1", ClipPart.FLEECE, "148.50"),
        ("Bale 2", ClipPart.FLEECE, "151.20"),
        ("Bag 3", ClipPart.BELLIES, "36.80"),
    ):
        values = {"lot": lot, "store": "Hay loft", "clip_part": part, "shorn_on": shorn}
        maker.add(
            WoolStorage,
            local(shorn, 16),
            **values,
            moved_on=shorn,
            movement=StockMovement.RECEIPT,
            quantity_kg=Decimal(kg),
            bales=1,
        )
        if lot == "Bale 1":
            sold = shorn + timedelta(days=60)
            maker.add(
                WoolStorage,
                local(sold, 10),
                **values,
                moved_on=sold,
                movement=StockMovement.USE,
                quantity_kg=-Decimal(kg),
                reason="Sold to the wool board",
            )
