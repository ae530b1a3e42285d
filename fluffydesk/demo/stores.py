"""What the sample farm made and keeps: the milk tank and the egg room."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from fluffydesk.demo.sample import Maker, days, local
from fluffydesk.figures.withdrawal import planned_end
from fluffydesk.records.enums.farm import EggGrade, EggSize, MilkingSession
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm import (
    EggProductionLog,
    EggStorage,
    MilkProductionLog,
    MilkStorage,
    MilkStorageLog,
)
from fluffydesk.records.medical import HealthTreatment

_DAYS = 45
_STORE = "Egg room"
_BEST_BEFORE = timedelta(days=28)
_KG_PER_L = Decimal("1.03")
_SIZES = ((EggSize.LARGE, 0.62), (EggSize.MEDIUM, 0.38))


def write_stores(maker: Maker) -> None:
    """Add a tank collected every other day, and an egg room sold from twice a week."""
    _milk(maker)
    _eggs(maker)


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
    withheld = _withheld(maker)
    milked: dict[tuple[date, MilkingSession], Decimal] = defaultdict(Decimal)
    for row in maker.rows().get(MilkProductionLog, ()):
        held = any(a <= row["milked_on"] <= b for a, b in withheld[row["animal_id"]])
        if first <= row["milked_on"] < maker.today and not held:
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


def _withheld(maker: Maker) -> dict[UUID, list[tuple[date, date]]]:
    """Return the days on which the milk of treated cows stays out of the tank (rule 11)."""
    found: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    for row in maker.rows().get(HealthTreatment, ()):
        given, doses = row["given_at"], row["doses"]
        ends = planned_end(given, doses, row["last_dose_at"], row["milk_hours"])
        if row["last_dose_at"] is None and doses > 1:
            ends = max(ends, local(maker.today, 23))
        found[row["animal_id"]].append((given.date(), ends.date()))
    return found


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
