"""The trade's common knowledge as rows: species and breeds from `resources/reference`.

The key of a row follows from its name alone, so that every central and every PC gives the
same species and breed the same key.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from fluffydesk.files import travelling
from fluffydesk.records.enums.livestock import Purpose
from fluffydesk.records.livestock import LivestockBreed, LivestockSpecies
from fluffydesk.records.reference import CompanionBreed, CompanionSpecies
from fluffydesk.records.vocabulary import Record

_NAMESPACE = UUID("5e0a7b64-6d0a-5a0e-9f0e-6a1c5be9c0de")


def reference_id(table: str, code_or_name: str) -> UUID:
    """Return the key of a reference row: a species by its code, a breed by `species_code/name`."""
    return uuid5(_NAMESPACE, f"{table}/{code_or_name}")


def reference_rows() -> dict[type[Record], list[dict[str, Any]]]:
    """Return the rows of every reference table, species before the breeds that point to them."""
    return {
        CompanionSpecies: [
            _species("companion_species", line) for line in _lines(CompanionSpecies)
        ],
        CompanionBreed: [
            _breed("companion", line) | {"adult_weight_kg": _decimal(line["adult_weight_kg"])}
            for line in _lines(CompanionBreed)
        ],
        LivestockSpecies: [
            _species("livestock_species", line)
            | {"incubation_days": _whole(line["incubation_days"])}
            for line in _lines(LivestockSpecies)
        ],
        LivestockBreed: [
            _breed("livestock", line)
            | {"purpose": Purpose(line["purpose"]) if line["purpose"] else None}
            for line in _lines(LivestockBreed)
        ],
    }


def _lines(record: type[Record]) -> list[dict[str, str]]:
    path = travelling("resources") / "reference" / f"{record.__table__.name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _species(table: str, line: dict[str, str]) -> dict[str, Any]:
    return {
        "id": reference_id(table, line["code"]),
        "code": line["code"],
        "name": line["name"],
        "scientific_name": line["scientific_name"] or None,
        "gestation_days": _whole(line["gestation_days"]),
    }


def _breed(kind: str, line: dict[str, str]) -> dict[str, Any]:
    code, name = line["species_code"], line["name"]
    return {
        "id": reference_id(f"{kind}_breeds", f"{code}/{name}"),
        "species_id": reference_id(f"{kind}_species", code),
        "name": name,
    }


def _whole(value: str) -> int | None:
    return int(value) if value else None


def _decimal(value: str) -> Decimal | None:
    return Decimal(value) if value else None
