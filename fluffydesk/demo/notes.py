"""The sample clinic's papers: notes of last week's visits, drugs, vaccinations and results."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from fluffydesk.demo.sample import ZONE, Maker
from fluffydesk.figures.vitals import usual_vitals
from fluffydesk.records.booking import Appointment, Service
from fluffydesk.records.clinic import LabResult, NoteTemplate, PetVaccination, Prescription
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.medical import DoseUnit, GivingRoute, MedicalRecordKind
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.pets import Pet

_SEED = 7_418
_KINDS = {
    "Vaccination": MedicalRecordKind.VACCINATION,
    "Repeat consultation": MedicalRecordKind.FOLLOW_UP,
    "Neutering, cat": MedicalRecordKind.SURGERY,
    "Neutering, dog": MedicalRecordKind.SURGERY,
    "Lump removal": MedicalRecordKind.SURGERY,
    "Dental cleaning": MedicalRecordKind.DENTAL,
    "X-ray": MedicalRecordKind.DIAGNOSTICS,
    "Blood test": MedicalRecordKind.DIAGNOSTICS,
}


class _Case(NamedTuple):
    history: str
    examination: str
    diagnosis: str
    treatment: str


_CASES = {
    "Limping since Sunday": _Case(
        "Ran after a ball, yelped and has limped since. Eats and drinks.",
        "Lame on the left hind leg, stifle painful on extension, no drawer movement.",
        "Sprain of the left stifle",
        "Ten days of rest on the lead, pain relief for five days.",
    ),
    "Itching, scratches its ears": _Case(
        "Shakes its head and scratches for a week, worse at night.",
        "Both ear canals red, brown wax. Ear drums whole. No fleas seen.",
        "Otitis externa, both ears",
        "Ears cleaned. Drops twice a day for a week.",
    ),
    "Diarrhoea for three days": _Case(
        "Soft to watery since the weekend, no blood. New food last week.",
        "Lively, not dehydrated, abdomen soft.",
        "Acute diarrhoea, probably the food",
        "Light diet for three days, then the old food again.",
    ),
    "Drinks a lot": _Case(
        "Drinks and urinates more for a month, eats well, is thinner.",
        "Thin, coat dull, kidneys small on palpation.",
        "Suspected kidney disease",
        "Blood taken. Diet discussed.",
    ),
}
_PLAIN = _Case("Eats, drinks, plays.", "Nothing abnormal found.", "Well", "None needed.")
_TEMPLATES = (
    ("Annual check", None, MedicalRecordKind.CONSULTATION),
    ("Before surgery", None, MedicalRecordKind.SURGERY),
    ("Puppy check", "Dog", MedicalRecordKind.CONSULTATION),
    ("Senior cat", "Cat", MedicalRecordKind.CONSULTATION),
)
_TOLD = "Appetite:\nThirst:\nStools and urine:\nCough or sneezing:"
_FOUND = "Eyes:\nEars:\nTeeth:\nHeart and lungs:\nAbdomen:\nSkin and coat:\nLymph nodes:"
_PANEL = (
    ("Creatinine", "µmol/L", "44", "159", "88"),
    ("Urea", "mmol/L", "2.5", "9.6", "6.1"),
    ("Phosphate", "mmol/L", "0.8", "2.2", "1.4"),
    ("Potassium", "mmol/L", "3.5", "5.8", "4.4"),
)


def write_notes(maker: Maker) -> None:
    """Add the papers of the visits that are over: those of yesterday are not all signed yet."""
    maker = maker.apart(_SEED)
    for name, species, kind in _TEMPLATES:
        start = date(maker.today.year - 1, 2, 3)
        words = {"history": _TOLD, "examination": _FOUND}
        maker.add(NoteTemplate, start, name=name, species=species, kind=kind, **words)
    rows = maker.rows()
    pets = {row["id"]: row for row in rows[Pet]}
    services = {row["id"]: row["name"] for row in rows[Service]}
    done = [row for row in rows[Appointment] if row["status"] == AppointmentStatus.COMPLETED]
    for visit in done:
        if maker.chance(0.85):
            _note(maker, visit, pets[visit["pet_id"]], services[visit["service_id"]])


def _note(maker: Maker, visit: Mapping[str, Any], pet: Mapping[str, Any], service: str) -> None:
    ends = visit["ends_at"]
    on = ends.astimezone(ZONE).date()
    case = _CASES.get(visit["reason"] or "", _PLAIN)
    recent = on >= maker.today - timedelta(days=1)
    signed = None if recent and maker.chance(0.4) else ends + timedelta(minutes=4)
    note = maker.add(
        MedicalRecord,
        ends,
        pet_id=pet["id"],
        appointment_id=visit["id"],
        visited_on=on,
        kind=_KINDS.get(service, MedicalRecordKind.CONSULTATION),
        veterinarian_id=visit["veterinarian_id"],
        reason=visit["reason"],
        **case._asdict(),
        **_vitals(maker, pet),
        signed_at=signed,
    )
    same = {"pet_id": pet["id"], "record_id": note}
    vet = visit["veterinarian_id"]
    if case.diagnosis.startswith("Sprain") and pet["weight_kg"]:
        _drug(maker, on, same, vet, pet["weight_kg"])
    if service == "Vaccination" and pet["species"] == "Dog":
        _shot(maker, on, same, vet)
    if service == "Blood test" or case.diagnosis.startswith("Suspected"):
        _results(maker, on, same)


def _vitals(maker: Maker, pet: Mapping[str, Any]) -> dict[str, Any]:
    usual = usual_vitals(pet["species"])
    found: dict[str, Any] = {"weight_kg": pet["weight_kg"]}
    for name in usual.keys() & {"temperature_c", "heart_rate", "respiratory_rate"}:
        least, most = float(usual[name].least), float(usual[name].most)
        value = maker.random.uniform(least, most + (most - least) * 0.12)
        found[name] = Decimal(f"{value:.1f}") if name == "temperature_c" else round(value)
    if "body_condition" in usual:
        found["body_condition"] = maker.random.choice((4, 5, 5, 5, 6, 7))
    return found


def _drug(maker: Maker, on: date, same: Mapping[str, UUID], vet: UUID, kg: Decimal) -> None:
    maker.add(
        Prescription,
        on,
        **same,
        prescribed_on=on,
        veterinarian_id=vet,
        product="Meloxicam 1.5 mg/mL",
        weight_kg=kg,
        dose_per_kg=Decimal("0.1"),
        dose=max(Decimal("0.01"), (kg * Decimal("0.1") / Decimal("1.5")).quantize(Decimal("0.01"))),
        dose_unit=DoseUnit.MILLILITRE,
        route=GivingRoute.ORAL,
        hours_between=24,
        days=5,
        quantity=Decimal(1),
        instructions="with food",
    )


def _shot(maker: Maker, on: date, same: Mapping[str, UUID], vet: UUID) -> None:
    maker.add(
        PetVaccination,
        on,
        **same,
        given_on=on,
        veterinarian_id=vet,
        vaccine="Leptospirosis",
        disease="Leptospirosis",
        lot=f"L{maker.random.randint(1000, 9999)}",
        lot_expires_on=on + timedelta(days=300),
        dose_number=3,
        next_due_on=on + timedelta(days=365),
    )


def _results(maker: Maker, on: date, same: Mapping[str, UUID]) -> None:
    """Kidney values of today and of a year before; some of today's are still awaited."""
    worse = Decimal(maker.random.choice((1, 1, 2)))
    for days, times in ((365, Decimal(1)), (0, worse)):
        taken = on - timedelta(days=days)
        for number, (test, unit, least, most, middle) in enumerate(_PANEL):
            waits = not days and number == len(_PANEL) - 1 and on >= maker.today - timedelta(days=1)
            value = Decimal(f"{Decimal(middle) * times * Decimal(str(maker.near(1, 0.05))):.1f}")
            maker.add(
                LabResult,
                taken,
                **({"pet_id": same["pet_id"]} if days else same),
                taken_on=taken,
                panel="Kidney",
                test=test,
                value=None if waits else value,
                unit=unit,
                usual_from=Decimal(least),
                usual_to=Decimal(most),
            )
