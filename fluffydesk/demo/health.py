"""The sample's medicine: courses of a year, some still in withdrawal, and vaccinations due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from fluffydesk.actions.rules.taken import key
from fluffydesk.demo.herd import Animal
from fluffydesk.demo.sample import Maker, local
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.enums.medical import DoseUnit, GivingRoute, Severity
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.medical import HealthDiagnosis, HealthTreatment, VaccineLog

_VET = "Riverbend Veterinary Clinic"
_LITRE = Decimal(1000)
_SEED = 18_05


@dataclass(frozen=True)
class _Drug:
    """A medicine as its label says, and the lots that came in: days ago, mL, days it keeps."""

    name: str
    substance: str
    antimicrobial: bool
    dose_ml: int
    route: GivingRoute
    milk_hours: int
    meat_hours: int
    lots: tuple[tuple[str, int, int, int], ...]


_PENICILLIN = _Drug(
    *("Procaine penicillin 300 mg/mL", "Procaine benzylpenicillin", True, 20),
    *(GivingRoute.INTRAMUSCULAR, 96, 240, (("P2207", 380, 900, 400), ("P2319", 120, 1000, 540))),
)
_MELOXICAM = _Drug(
    *("Meloxicam 20 mg/mL", "Meloxicam", False, 15),
    *(GivingRoute.SUBCUTANEOUS, 120, 360, (("M118", 350, 500, 720),)),
)
_OXYTETRACYCLINE = _Drug(
    *("Oxytetracycline 20 % LA", "Oxytetracycline", True, 50),
    *(GivingRoute.INTRAMUSCULAR, 168, 840, (("OX77", 300, 600, 600),)),
)
_COURSES = (
    (1, 3, _PENICILLIN, "Mastitis, left hind quarter", 3, 12, False),
    (2, 11, _MELOXICAM, "Lame, right fore foot", 1, 24, True),
    (3, 19, _OXYTETRACYCLINE, "Foot rot", 1, 24, True),
    (6, 7, _PENICILLIN, "Uterus inflammation", 3, 24, True),
    (24, 26, _PENICILLIN, "Mastitis, right fore quarter", 3, 12, True),
    (31, 26, _PENICILLIN, "Mastitis, right fore quarter", 3, 12, True),
    (58, 14, _MELOXICAM, "Lame, left hind foot", 2, 24, True),
    (90, 33, _OXYTETRACYCLINE, "Foot rot", 1, 24, True),
    (128, 22, _PENICILLIN, "Mastitis, left fore quarter", 4, 12, True),
    (171, 26, _PENICILLIN, "Mastitis, right fore quarter", 3, 12, True),
    (214, 5, _MELOXICAM, "Swollen hock", 1, 24, True),
    (263, 17, _PENICILLIN, "Pneumonia", 4, 24, True),
)
"""Days ago, which of the milking cows, drug, reason, doses, hours between, whether finished."""


def write_health(maker: Maker, herd: list[Animal]) -> None:
    """Add the courses with what they took from their lots, and the young stock's vaccinations."""
    own = maker.apart(_SEED)
    stock = {drug.name: _receive(own, drug) for drug in (_PENICILLIN, _MELOXICAM, _OXYTETRACYCLINE)}
    cows = [one for one in herd if one.is_here(own.today) and one.lactation(own.today)]
    for course in _COURSES:
        _give(own, cows[course[1] % len(cows)], course, stock)
    _vaccinate(own, herd)


def _receive(maker: Maker, drug: _Drug) -> UUID:
    first = maker.today - timedelta(days=drug.lots[0][1])
    item = maker.add(
        FarmInventory,
        first,
        name=drug.name,
        category=InventoryCategory.MEDICINE,
        unit=StockUnit.LITRE,
        supplier=_VET,
        location="Medicine cabinet",
    )
    for lot, days_ago, millilitres, keeps in drug.lots:
        on = maker.today - timedelta(days=days_ago)
        maker.add(
            InventoryTransaction,
            local(on, 11),
            item_id=item,
            moved_on=on,
            movement=StockMovement.RECEIPT,
            quantity=millilitres / _LITRE,
            lot=lot,
            expires_on=on + timedelta(days=keeps),
        )
    return item


def _give(
    maker: Maker,
    cow: Animal,
    course: tuple[int, int, _Drug, str, int, int, bool],
    stock: dict[str, UUID],
) -> None:
    days_ago, _, drug, reason, doses, between, finished = course
    on = maker.today - timedelta(days=days_ago)
    if not cow.is_here(on):
        return
    given = local(on, 7, 30)
    last = given + timedelta(hours=between * (doses - 1)) if finished and doses > 1 else None
    name, _, _, keeps = [lot for lot in drug.lots if lot[1] >= days_ago][-1]
    received = maker.today - timedelta(days=next(lot[1] for lot in drug.lots if lot[0] == name))
    condition, _, site = reason.partition(", ")
    over = on + timedelta(days=doses + 3)
    diagnosis = maker.add(
        HealthDiagnosis,
        local(on, 7),
        animal_id=cow.key,
        seen_on=on,
        condition=condition,
        severity=Severity.SEVERE if doses > 3 else Severity.MODERATE,
        site=site or None,
        veterinarian=_VET,
        recovered_on=over if finished and over <= maker.today else None,
    )
    treatment = maker.add(
        HealthTreatment,
        given,
        animal_id=cow.key,
        diagnosis_id=diagnosis,
        reason=reason,
        product=drug.name,
        substance=drug.substance,
        is_antimicrobial=drug.antimicrobial,
        item_id=stock[drug.name],
        lot=name,
        lot_expires_on=received + timedelta(days=keeps),
        dose=Decimal(drug.dose_ml),
        dose_unit=DoseUnit.MILLILITRE,
        route=drug.route,
        given_at=given,
        doses=doses,
        hours_between=between,
        last_dose_at=last,
        milk_hours=drug.milk_hours,
        meat_hours=drug.meat_hours,
        veterinarian=_VET,
        prescription_number=f"RX-{on:%y%m}-{days_ago:03d}",
    )
    maker.add(
        InventoryTransaction,
        given,
        item_id=stock[drug.name],
        moved_on=on,
        movement=StockMovement.USE,
        quantity=-(Decimal(drug.dose_ml * doses) / _LITRE),
        lot=name,
        reason=f"{cow.name or 'A cow'}: {reason}",
    )
    maker.rows()[InventoryTransaction][-1]["id"] = key(HealthTreatment, treatment)


def _vaccinate(maker: Maker, herd: list[Animal]) -> None:
    """Vaccinate the heifers twice; the second dose of the youngest is due, or late."""
    young = [
        one
        for one in herd
        if one.status is LivestockStatus.ACTIVE and 130 < (maker.today - one.born).days < 600
    ]
    for number, heifer in enumerate(young[:12]):
        first = maker.today - timedelta(days=26 + 2 * (number % 3) if number < 6 else 70)
        _shot(maker, heifer, first, 1, 28)
        if number >= 6:
            _shot(maker, heifer, first + timedelta(days=30), 2, 365)


def _shot(maker: Maker, heifer: Animal, on: date, dose: int, then: int) -> None:
    maker.add(
        VaccineLog,
        local(on, 10),
        animal_id=heifer.key,
        vaccine="Leptospirosis",
        disease="Leptospira Hardjo and others",
        lot="LP404",
        lot_expires_on=on + timedelta(days=300),
        dose=Decimal(2),
        given_at=local(on, 10),
        dose_number=dose,
        next_due_on=on + timedelta(days=then),
        veterinarian=_VET,
    )
