"""ICAR ADE JSON goes out valid and comes back whole; what is not read is told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from fluffydesk.actions import importing, saving
from fluffydesk.actions.ade.writing import Written, write_ade
from fluffydesk.errors import NotFound, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import MilkingSession, WeighingMethod
from fluffydesk.records.enums.medical import DoseUnit, GivingRoute
from fluffydesk.records.farm import MilkProductionLog, WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.medical import HealthTreatment
from tests.actions.barn import Barn, days_ago
from tests.actions.farm import CATTLE, settle_in

# What the schemas of ADE-1, release 1.4.1 ask for: required properties, and closed lists.
IDENTIFIER = {"id", "scheme"}
REQUIRED = {
    "icarAnimalCoreResource": {"resourceType", "identifier", "specie", "gender"},
    "icarLactationResource": {"resourceType", "id", "animal"},
    "icarWeightEventResource": {"resourceType", "animal"},
    "icarMilkingVisitEventResource": {
        "resourceType", "animal", "milkingStartingDateTime", "milkingMilkWeight",
    },
    "icarTestDayResultEventResource": {"resourceType", "animal"},
    "icarTreatmentEventResource": {"resourceType", "animal"},
    "meta": {"source", "modified"},
    "identifier": IDENTIFIER,
    "animal": IDENTIFIER,
    "location": IDENTIFIER,
    "primaryBreed": IDENTIFIER,
    "parentOf": IDENTIFIER,
    "parentage": {"parentOf", "gender", "identifier"},
    "milkingMilkWeight": {"unitCode", "value"},
    "milkWeight24Hours": {"unitCode", "value"},
    "milkCharacteristics": {"characteristic", "value"},
    "medicine": {"identifier", "family"},
}  # fmt: skip
LISTS = {
    "specie": {"Buffalo", "Cattle", "Deer", "Elk", "Goat", "Horse", "Pig", "Sheep"},
    "gender": {
        "Female", "FemaleNeuter", "Freemartin", "Male", "MaleCryptorchid", "MaleNeuter", "Unknown",
    },
    "status": {"Alive", "Dead", "OffFarm", "Unknown"},
    "relation": {"Genetic", "Recipient", "Adoptive"},
    "units": {"KGM", "GRM", "LBR", "TNE", "MC", "MGM"},
    "unitCode": {"KGM"},
    "method": {
        "LoadCell", "Girth", "Assessed", "WalkOver", "Predicted", "Imaged", "FrontEndCorrelated",
        "GroupAverage",
    },
    "characteristic": {"SCC", "FAT", "PROTEIN"},
    "productType": {"Meat", "Milk", "Eggs", "Honey", "Velvet", "Fibre", "Other"},
    "doseUnits": {
        "MLT", "LTR", "MGM", "GRM", "XTU", "TU", "EA", "XVI", "XAR", "XCQ", "GJ", "GL", "GRN",
        "L19", "NA", "SYR", "WW",
    },
    "family": {"Veterinary Supplies"},
}  # fmt: skip
TIMES = {
    "modified", "birthDate", "beginDate", "endDate", "eventDateTime", "milkingStartingDateTime",
    "expiryDate",
}  # fmt: skip
NUMBERS = {"measurement", "value", "doseQuantity", "parity", "milkingShiftNumber"}


def faults(found: Any, name: str = "") -> Iterator[str]:
    """Yield where a resource is not as the schemas want it."""
    if isinstance(found, list):
        for one in found:
            yield from faults(one, name)
    elif isinstance(found, dict):
        kind = found.get("resourceType", name)
        wanted = REQUIRED.get(kind, set())
        if name == "batches" or kind == "batches":
            wanted = set()
        yield from (f"{kind} has no {one}" for one in wanted - found.keys())
        for key, value in found.items():
            if key == "x-fluffydesk" or (name == "batches" and key == "identifier"):
                continue
            if key in LISTS and value not in LISTS[key]:
                yield f"{kind}.{key} is {value}"
            if key in TIMES:
                at = datetime.fromisoformat(value)
                if at.tzinfo is None:
                    yield f"{kind}.{key} has no zone"
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            is_text = key == "value" and name == "milkCharacteristics"
            if key in NUMBERS and is_number == is_text:
                yield f"{kind}.{key} is {value!r}"
            yield from faults(value, key)


@pytest.fixture
def full(barn: Barn) -> Barn:
    """The barn with every kind of row that ADE carries, and some that it does not."""
    calf = {"tag_number": "9", "species_id": CATTLE, "birth_date": days_ago(40)}
    saving.change(
        barn.mirror, Livestock, barn.cow, {"official_id": "UK 302541 300123",
        "eid": "826052636100657", "colour": "black"},
    )  # fmt: skip
    saving.add(barn.mirror, Livestock, {**calf, "dam_id": barn.cow, "sire_id": barn.bull})
    weights = (WeighingMethod.SCALE, WeighingMethod.TAPE, WeighingMethod.ESTIMATE)
    for n, method in enumerate(weights):
        saving.add(barn.mirror, WeightLog, {
            "animal_id": barn.cow, "weighed_on": days_ago(n), "weight_kg": Decimal("612.5"),
            "method": method, "notes": "after milking",
        })  # fmt: skip
    for session in MilkingSession:
        day = days_ago(9 if session is MilkingSession.WHOLE_DAY else 3)
        saving.add(barn.mirror, MilkProductionLog, {
            "animal_id": barn.cow, "milked_on": day, "session": session,
            "yield_kg": Decimal("12.35"), "fat_percent": Decimal("4.21"),
            "protein_percent": Decimal("3.4"), "somatic_cells": 123_456,
        })  # fmt: skip
    given = datetime.now(UTC).replace(microsecond=0) - timedelta(days=20)
    for n, unit in enumerate(DoseUnit):
        saving.add(barn.mirror, HealthTreatment, {
            "animal_id": barn.cow, "given_at": given + timedelta(hours=n), "product": "Mastocure",
            "reason": "mastitis", "dose": Decimal("7.125"), "dose_unit": unit,
            "route": GivingRoute.INTRAMAMMARY, "lot": "L7", "milk_hours": 96, "meat_hours": 336,
            "doses": 3, "last_dose_at": given + timedelta(days=2) if n else None,
            "veterinarian": "Vera", "outcome": "cured",
        })  # fmt: skip
    return barn


def out(barn: Barn, folder: Path) -> tuple[Written, list[dict[str, Any]]]:
    written = write_ade(barn.mirror, folder / "farm.json")
    return written, json.loads(written.path.read_text(encoding="utf-8"))["member"]


def test_every_resource_is_valid_and_told(full: Barn, tmp_path: Path) -> None:
    gone = {"tag_number": "66", "species_id": CATTLE, "status": "dead", "left_on": days_ago(1)}
    saving.add(full.mirror, Livestock, gone)
    written, resources = out(full, tmp_path)
    assert [one for resource in resources for one in faults(resource)] == []
    assert written.counts == {
        "icarAnimalCoreResource": 3,
        "icarLactationResource": 1,
        "icarWeightEventResource": 3,
        "icarMilkingVisitEventResource": 3,
        "icarTestDayResultEventResource": 1,
        "icarTreatmentEventResource": len(DoseUnit),
    }
    assert written.counts == Counter(one["resourceType"] for one in resources)
    assert written.left_out == {"animals no longer on the farm": 1}


def test_identifiers_say_their_scheme_and_parents_are_named(full: Barn, tmp_path: Path) -> None:
    _, resources = out(full, tmp_path)
    cow, bull, calf = resources[:3]
    assert cow["identifier"] == {"id": "UK 302541 300123", "scheme": "uk.cts.eartag"}
    assert cow["alternativeIdentifiers"] == [
        {"id": "826052636100657", "scheme": "std.iso.11785"},
        {"id": "7", "scheme": "fluffydesk.tag"},
    ]
    assert [(one["gender"], one["identifier"]) for one in calf["parentage"]] == [
        ("Female", cow["identifier"]),
        ("Male", bull["identifier"]),
    ]


CARRIED: dict[Any, tuple[str, ...]] = {
    Livestock: (
        "tag_number", "name", "official_id", "eid", "species_id", "breed_id", "sex", "birth_date",
        "status", "parity", "calved_on", "dried_off_on", "colour",
    ),
    WeightLog: ("weighed_on", "weight_kg", "method", "notes"),
    MilkProductionLog: (
        "milked_on", "session", "yield_kg", "fat_percent", "protein_percent", "somatic_cells",
        "notes",
    ),
    HealthTreatment: (
        "given_at", "product", "substance", "reason", "dose", "dose_unit", "route", "lot",
        "lot_expires_on", "doses", "last_dose_at", "milk_hours", "meat_hours", "egg_hours",
        "veterinarian", "prescription_number", "outcome", "notes", "milk_until", "meat_until",
    ),
}  # fmt: skip


def told(barn: Barn, record: Any) -> set[tuple[Any, ...]]:
    """Return what is carried of each row, with the tags of the animals it names."""
    tags = {row.id: row.tag_number for row in barn.rows(Livestock)}
    links = ("dam_id", "sire_id") if record is Livestock else ("animal_id",)
    return {
        (
            *(tags.get(getattr(row, name)) for name in links),
            *(getattr(row, name) for name in CARRIED[record]),
        )
        for row in barn.rows(record)
    }


def test_what_goes_out_comes_back_whole_and_once(full: Barn, tmp_path: Path) -> None:
    """Rule 27: a file imported twice creates nothing new."""
    written, resources = out(full, tmp_path)
    with Mirror.open(tmp_path / "other.db", bytes(32)) as mirror:
        settle_in(mirror)
        other = Barn(mirror, *[uuid4()] * 4)
        plan = importing.plan(mirror, written.path, "icar-ade")
        assert (plan.problems, plan.duplicates, plan.unread) == ((), (), ())
        assert plan.rows == len(resources)
        done = importing.carry_out(mirror, plan)
        assert done.refused == ()
        for record in CARRIED:
            assert told(other, record) == told(full, record)
        again = importing.plan(mirror, written.path, "icar-ade")
        assert (again.create, again.problems) == ({}, ())
        (listed,) = importing.imports(mirror)
        assert (listed.subject, listed.created) == ("icar-ade", done.created)


def read(barn: Barn, folder: Path, *resources: Any) -> importing.Plan:
    path = folder / "other.json"
    path.write_text(json.dumps(resources), encoding="utf-8")
    return importing.plan(barn.mirror, path, "icar-ade")


COW = {"scheme": "fluffydesk.tag", "id": "7"}


def test_files_of_others_are_read_and_what_is_not_is_told(barn: Barn, tmp_path: Path) -> None:
    at = f"{days_ago(3)}T05:00:00Z"
    plan = read(
        barn, tmp_path,
        {"member": [{
            "resourceType": "icarAnimalCoreResource", "identifier": {"scheme": "eu.bovine",
            "id": "NL 6802 5082 9"}, "specie": "Cattle", "gender": "Freemartin",
            "managementTag": "50", "birthDate": f"{days_ago(900)}T22:00:00Z",
            "productionPurpose": "Milk",
        }]},
        {"resourceType": "icarWeightEventResource", "animal": {"scheme": "eu.bovine",
         "id": "NL 6802 5082 9"}, "eventDateTime": at,
         "weight": {"measurement": 1000, "units": "LBR", "method": "WalkOver", "resolution": 1}},
        {"resourceType": "icarMilkingVisitEventResource", "animal": COW,
         "milkingStartingDateTime": at, "milkingMilkWeight": {"unitCode": "KGM", "value": 12.5},
         "milkCharacteristics": [{"characteristic": "UREA", "value": "220"}]},
        {"resourceType": "icarTreatmentEventResource", "animal": COW, "eventDateTime": at,
         "medicine": {"name": "Mastocure"}, "comment": "lame", "site": "left hind",
         "dose": {"doseQuantity": 0.02, "doseUnits": "LTR"},
         "withdrawals": [{"productType": "Milk", "endDate": f"{days_ago(1)}T05:30:00Z"}]},
        {"resourceType": "icarReproHeatEventResource", "animal": COW},
    )  # fmt: skip
    assert plan.problems == ()
    rows = {row.record: row.values for batch in plan.batches for row in batch.rows}
    assert rows[Livestock]["official_id"] == "NL 6802 5082 9"
    assert rows[Livestock]["birth_date"] == days_ago(899)  # in the farm's own zone
    assert rows[WeightLog]["weight_kg"] == Decimal("453.6")
    milk = rows[MilkProductionLog]
    assert (milk["session"], milk["milked_on"]) == (MilkingSession.MORNING, days_ago(3))
    treated = rows[HealthTreatment]
    assert (treated["dose"], treated["dose_unit"]) == (Decimal(20), DoseUnit.MILLILITRE)
    assert (treated["milk_hours"], treated["reason"]) == (49, "lame")
    assert plan.unread == (
        "dose in LTR, read as mL (1)",
        "gender Freemartin, read as female (1)",
        "icarAnimalCoreResource: productionPurpose (1)",
        "icarTreatmentEventResource: site (1)",
        "icarWeightEventResource: weight.resolution (1)",
        "milk characteristic UREA (1)",
        "resource icarReproHeatEventResource (1)",
        "weight method WalkOver, read as scale (1)",
    )


def test_a_resource_that_cannot_be_is_told_by_its_number(barn: Barn, tmp_path: Path) -> None:
    at = f"{days_ago(3)}T05:00:00Z"
    animal = {"resourceType": "icarAnimalCoreResource", "identifier": COW, "gender": "Female"}
    plan = read(
        barn, tmp_path,
        {**animal, "specie": "Elk"},
        {**animal, "specie": "Cattle", "status": "Dead"},
        {"resourceType": "icarWeightEventResource", "animal": COW, "eventDateTime": at},
        {"resourceType": "icarWeightEventResource", "animal": {"scheme": "x", "id": "nobody"},
         "eventDateTime": at, "weight": {"measurement": 600}},
        {"resourceType": "icarMilkingVisitEventResource",
         "animal": {"scheme": "fluffydesk.tag", "id": "8"}, "milkingStartingDateTime": at,
         "milkingMilkWeight": {"unitCode": "KGM", "value": 12.5}},
        {"resourceType": "icarLactationResource", "id": "1", "animal": COW, "beginDate": at},
        {"resourceType": "icarWeightEventResource", "meta": {"isDeleted": True}},
    )  # fmt: skip
    assert [(one.line, one.message.split(".")[0]) for one in plan.problems] == [
        (1, "The species Elk is not known here"),
        (2, "It is Dead"),
        (3, "It is not formed as an icarWeightEventResource is"),
        (4, "Animal nobody is not known here"),
        (5, "Bo is male"),
        (6, "Its animal is not in this file"),
        (7, "Its own source says that it was deleted"),
    ]
    assert plan.create == {}


def test_what_is_no_ade_is_refused_in_words(barn: Barn, tmp_path: Path) -> None:
    path = tmp_path / "odd.json"
    for text, said in (("{", "is not JSON"), ("[" * 100_000, "is not JSON"), ("{}", "no ADE"),
                       ('[1, "a"]', "no ADE")):  # fmt: skip
        path.write_text(text, encoding="utf-8")
        with pytest.raises(Refusal, match=said):
            importing.plan(barn.mirror, path, "icar-ade")
    with pytest.raises(NotFound):
        importing.plan(barn.mirror, tmp_path / "none.json", "icar-ade")
    with pytest.raises(Refusal, match="cannot be written"):
        write_ade(barn.mirror, tmp_path / "none" / "farm.json")
