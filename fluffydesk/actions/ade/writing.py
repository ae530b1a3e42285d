"""Writes the animals of a farm with their weights, milk and treatments as ICAR ADE JSON."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.ade import words
from fluffydesk.actions.exporting import OFTEN
from fluffydesk.actions.withdrawal import zone_of
from fluffydesk.errors import DiskFull, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.farm import MilkProductionLog, WeightLog
from fluffydesk.records.livestock import Livestock, LivestockBreed, LivestockSpecies
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.vocabulary import Record

Resource = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """What was written, by resource type, and what was left out, with the reason."""

    path: Path
    counts: Mapping[str, int]
    left_out: Mapping[str, int]


def write_ade(
    mirror: Mirror, path: Path, tell: Callable[[str], object] = lambda what: None
) -> Written:
    """Write a collection (`{"member": [..]}`) of ADE resources; returns what is in it.

    Animals on the farm of the species that ADE names, and of these: the current lactation, the
    weights, each milking (as a visit) or whole day (as a test day's result), and the treatments
    of single animals that are not void. All shows one moment; the file is there once it is whole.
    `tell` hears the table every OFTEN rows; what it raises ends the export, and nothing of it
    stays. Raises Refusal, DiskFull.
    """
    counts: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    try:
        with tempfile.TemporaryDirectory(prefix=".ade-", dir=path.parent) as folder:
            aside = Path(folder) / "ade.json"
            with mirror.read() as connection, aside.open("w", encoding="utf-8") as file:
                organization = mirror.state.get(connection, "organization")
                pen = _Pen(connection, organization["id"], left_out)
                file.write('{"member": [')
                for resource in pen.resources(tell):
                    file.write(",\n" if counts.total() else "\n")
                    file.write(json.dumps(resource, ensure_ascii=False))
                    counts[resource["resourceType"]] += 1
                file.write("\n]}\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, path)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull("The disk is full.", "Make room, then export again.") from error
        raise Refusal(
            f"{path} cannot be written: {error.strerror}.", "Choose another name or folder."
        ) from error
    return Written(path, dict(counts), dict(left_out))


class _Pen:
    """Turns rows into resources; events are written of animals that are."""

    def __init__(self, connection: Connection, organization: str, left_out: Counter[str]) -> None:
        self._connection = connection
        self._organization = organization
        self._left_out = left_out
        self._zone: ZoneInfo = zone_of(connection)
        self._species = self._named(LivestockSpecies, "code")
        self._breeds = self._named(LivestockBreed, "name")
        self._identifiers = {
            row.id: _identifiers(row, self._species.get(row.species_id))
            for row in connection.execute(select(Livestock.__table__))
        }
        self._written: set[UUID] = set()

    def resources(self, tell: Callable[[str], object]) -> Iterator[Resource]:
        """Yield every resource, the animals first."""
        kinds = (
            (Livestock, self._animal),
            (Livestock, self._lactation),
            (WeightLog, self._weight),
            (MilkProductionLog, self._milking),
            (HealthTreatment, self._treatment),
        )
        for record, make in kinds:
            tell(record.__table__.name)
            table = record.__table__
            found = self._connection.execute(select(table).order_by(table.c.id))
            for number, row in enumerate(found, 1):
                if number % OFTEN == 0:
                    tell(table.name)
                made = make(row)
                if made is not None:
                    yield {key: value for key, value in made.items() if value not in (None, [], {})}

    def _animal(self, row: Row[Any]) -> Resource | None:
        code = self._species.get(row.species_id)
        specie = words.SPECIES.get(code or "")
        status = words.STATUSES.get(row.status)
        if specie is None or status is None:
            reason = "of species ADE does not name" if status else "no longer on the farm"
            self._left_out[f"animals {reason}"] += 1
            return None
        self._written.add(row.id)
        first, *others = self._identifiers[row.id]
        return {
            **self._head(words.ANIMAL, row),
            "identifier": first,
            "alternativeIdentifiers": others,
            "specie": specie,
            "gender": words.GENDERS[row.sex],
            "birthDate": words.of_day(row.birth_date) if row.birth_date else None,
            "primaryBreed": _identifier(words.BREED, self._breeds.get(row.breed_id)),
            "coatColor": row.colour,
            "managementTag": row.tag_number,
            "name": row.name,
            "status": status,
            "parentage": [
                *self._parent(row, "dam_id", "Female"),
                *self._parent(row, "sire_id", "Male"),
            ],
        }

    def _parent(self, row: Row[Any], column: str, gender: str) -> Iterator[Resource]:
        parent = self._identifiers.get(getattr(row, column))
        if parent:
            yield {
                "parentOf": self._identifiers[row.id][0],
                "gender": gender,
                "relation": "Genetic",
                "identifier": parent[0],
            }

    def _lactation(self, row: Row[Any]) -> Resource | None:
        if row.id not in self._written or row.calved_on is None:
            return None
        dry = row.dried_off_on
        return {
            **self._head(words.LACTATION, row),
            "id": f"{row.id}/{row.calved_on}",
            "animal": self._identifiers[row.id][0],
            "beginDate": words.of_day(row.calved_on),
            "endDate": words.of_day(dry) if dry is not None and dry >= row.calved_on else None,
            "parity": row.parity,
        }

    def _weight(self, row: Row[Any]) -> Resource | None:
        return self._event(words.WEIGHT, row, words.of_day(row.weighed_on), {
            "weight": {
                "measurement": _number(row.weight_kg),
                "units": "KGM",
                "method": words.METHODS[row.method],
            },
            "remark": row.notes,
        })  # fmt: skip

    def _milking(self, row: Row[Any]) -> Resource | None:
        weight = {"unitCode": "KGM", "value": _number(row.yield_kg)}
        day = words.of_day(row.milked_on)
        more = {"milkCharacteristics": list(_characteristics(row)), "remark": row.notes}
        if row.session is MilkingSession.WHOLE_DAY:
            return self._event(words.TEST_DAY, row, day, {"milkWeight24Hours": weight, **more})
        begun = datetime.combine(row.milked_on, words.BEGINS[row.session], self._zone)
        return self._event(words.VISIT, row, _moment(begun), {
            "milkingStartingDateTime": _moment(begun),
            "milkingMilkWeight": weight,
            "milkingShiftLocalStartDate": row.milked_on.isoformat(),
            "milkingShiftNumber": words.SHIFTS[row.session],
            **more,
        })  # fmt: skip

    def _treatment(self, row: Row[Any]) -> Resource | None:
        if row.animal_id is None or row.void_reason:
            reason = "that are void" if row.void_reason else "of groups and flocks"
            self._left_out[f"treatments {reason}"] += 1
            return None
        unit = words.DOSES.get(row.dose_unit)
        ours = {
            "reason": row.reason,
            "substance": row.substance,
            "doses": row.doses,
            "lastDoseAt": _moment(row.last_dose_at) if row.last_dose_at else None,
            "dose": None if unit else f"{row.dose:f} {row.dose_unit}",
            "veterinarian": row.veterinarian,
            "prescriptionNumber": row.prescription_number,
            "outcome": row.outcome,
            **{name: getattr(row, name) or None for name in words.WITHDRAWALS.values()},
        }
        return self._event(words.TREATMENT, row, _moment(row.given_at), {
            "medicine": {
                "identifier": _identifier(words.PRODUCT, row.product),
                "family": words.MEDICINE_FAMILY,
                "name": row.product,
            },
            "procedure": str(row.route),
            "batches": [_batch(row)] if row.lot else None,
            "withdrawals": list(_withdrawals(row)),
            "dose": {"doseQuantity": _number(row.dose), "doseUnits": unit} if unit else None,
            "comment": row.reason,
            "remark": row.notes,
            words.OURS: {name: value for name, value in ours.items() if value is not None},
        })  # fmt: skip

    def _event(self, kind: str, row: Row[Any], at: str, facts: Resource) -> Resource | None:
        if row.animal_id not in self._written:
            self._left_out["events of animals that are left out"] += 1
            return None
        animal = self._identifiers[row.animal_id][0]
        return {
            **self._head(kind, row),
            "id": str(row.id),
            "animal": animal,
            "eventDateTime": at,
            **facts,
        }

    def _head(self, kind: str, row: Row[Any]) -> Resource:
        changed = row.updated_at or row.created_at
        return {
            "resourceType": kind,
            "meta": {
                "source": words.FARM,
                "sourceId": str(row.id),
                "modified": _moment(changed),
            },
            "location": {"id": self._organization, "scheme": words.FARM},
        }

    def _named(self, record: type[Record], column: str) -> dict[UUID, str]:
        columns = record.__table__.c
        query = select(columns.id, columns[column])
        return {row[0]: row[1] for row in self._connection.execute(query)}


def _identifiers(row: Row[Any], species: str | None) -> list[Resource]:
    """Return the numbers an animal carries, the widest known first."""
    found = [
        _identifier(words.scheme_of(row.official_id, species), row.official_id)
        if row.official_id
        else None,
        _identifier(words.RFID, row.eid),
        _identifier(words.TAG, row.tag_number),
    ]
    return [one for one in found if one is not None]


def _identifier(scheme: str, number: str | None) -> Resource | None:
    return {"id": number, "scheme": scheme} if number else None


def _characteristics(row: Row[Any]) -> Iterator[Resource]:
    """Yield what was found in the milk: percent, and cells in thousands for each mL."""
    cells = row.somatic_cells
    for name, value in (
        ("FAT", row.fat_percent),
        ("PROTEIN", row.protein_percent),
        ("SCC", None if cells is None else Decimal(cells) / 1000),
    ):
        if value is not None:
            yield {"characteristic": name, "value": f"{value:f}"}


def _withdrawals(row: Row[Any]) -> Iterator[Resource]:
    """Yield when each withdrawal ends: hours after the last dose, where that is known."""
    last = row.last_dose_at or (row.given_at if row.doses == 1 else None)
    for product, column in words.WITHDRAWALS.items():
        hours = getattr(row, column)
        if hours and last is not None:
            yield {"productType": product, "endDate": _moment(last + timedelta(hours=hours))}


def _batch(row: Row[Any]) -> Resource:
    expires = row.lot_expires_on
    return {
        "identifier": row.lot,
        **({"expiryDate": words.of_day(expires)} if expires else {}),
    }


def _number(value: Decimal) -> int | float:
    """Return a decimal as JSON's number; the few digits kept here survive that."""
    return int(value) if value == value.to_integral_value() else float(value)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
