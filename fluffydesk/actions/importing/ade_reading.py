"""Takes ADE resources apart into the texts of our columns, and notes what has no place here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from fluffydesk.actions.ade import words
from fluffydesk.actions.importing.plans import Problem
from fluffydesk.actions.importing.sheets import RawLine
from fluffydesk.errors import InvalidValue
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.medical import GivingRoute

_KNOWN = {
    words.ANIMAL: "animals",
    words.LACTATION: "animals",
    words.WEIGHT: "weights",
    words.VISIT: "milkings",
    words.TEST_DAY: "milkings",
    words.TREATMENT: "treatments",
}
_PASSED_OVER = {"resourceType", "meta", "location", "@self", "@type", "@context", "id"}
_NUMBERS = ("official_id", "eid", "tag_number")
_PLACES = {"weight_kg": 1, "yield_kg": 2, "fat_percent": 2, "protein_percent": 2, "dose": 3}

Fields = dict[str, Any]
Line = tuple[RawLine, Mapping[str, str]]


class Reader:
    """Takes resources apart into the texts of our columns, and notes what it did not read."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._lines: dict[str, list[tuple[int, dict[str, str]]]] = {
            name: [] for name in dict.fromkeys(_KNOWN.values())
        }
        self._animals: dict[str, dict[str, str]] = {}
        self.problems: list[Problem] = []
        self.unread: Counter[str] = Counter()

    def lines(self) -> dict[str, list[Line]]:
        """Return the lines of each subject, as its planner takes them."""
        return {
            name: [(RawLine(number, ()), texts) for number, texts in some]
            for name, some in self._lines.items()
        }

    def take(self, number: int, resource: Any) -> None:
        """Read one resource, or note why it brings nothing."""
        kind = resource.get("resourceType") if isinstance(resource, dict) else None
        if kind not in _KNOWN:
            self.unread[f"resource {kind or 'without a type'}"] += 1
            return
        fields = {key: value for key, value in resource.items() if value is not None}
        if (fields.get("meta") or {}).get("isDeleted"):
            self.problems.append(Problem(number, "Its own source says that it was deleted."))
            return
        try:
            texts = self._texts(kind, fields)
        except InvalidValue as refusal:
            self.problems.append(Problem(number, str(refusal)))
            return
        except (TypeError, AttributeError, KeyError, InvalidOperation):
            self.problems.append(Problem(number, f"It is not formed as an {kind} is."))
            return
        for key in fields.keys() - _PASSED_OVER:
            self.unread[f"{kind}: {key}"] += 1
        if kind == words.LACTATION:
            self._lactate(number, texts)
            return
        if kind == words.ANIMAL:
            self._animals.update((texts[name], texts) for name in _NUMBERS if name in texts)
        self._lines[_KNOWN[kind]].append((number, texts))

    def _texts(self, kind: str, fields: Fields) -> dict[str, str]:
        """Return the texts of our columns; what is read is taken out of `fields`."""
        read = {
            words.ANIMAL: self._animal,
            words.LACTATION: self._lactation,
            words.WEIGHT: self._weight,
            words.VISIT: self._visit,
            words.TEST_DAY: self._test_day,
            words.TREATMENT: self._treatment,
        }[kind]
        texts = {name: value for name, value in read(fields).items() if value not in (None, "")}
        return {name: _plain(name, value) for name, value in texts.items()}

    def _animal(self, fields: Fields) -> Fields:
        status = fields.pop("status", "Alive")
        if status not in words.STATUSES.values():
            raise InvalidValue(f"It is {status}.", "Only animals on the farm are taken over.")
        numbers = self._numbers(fields)
        specie = _word({v: k for k, v in words.SPECIES.items()}, fields.pop("specie"), "species")
        gender = fields.pop("gender")
        if gender in words.OTHER_GENDERS:
            self.unread[f"gender {gender}, read as {words.OTHER_GENDERS[gender]}"] += 1
        genders = {**{v: k for k, v in words.GENDERS.items()}, **words.OTHER_GENDERS}
        breed = fields.get("primaryBreed") or {}
        ours = breed.get("scheme") == words.BREED
        texts: Fields = {
            **numbers,
            "tag_number": fields.pop("managementTag", None) or numbers.get("tag_number"),
            "species_id": specie,
            "sex": _word(genders, gender, "gender"),
            "birth_date": self._day(fields, "birthDate"),
            "breed_id": fields.pop("primaryBreed")["id"] if ours else None,
            "colour": fields.pop("coatColor", None),
            "name": fields.pop("name", None),
        }
        for parent in fields.pop("parentage", ()):
            self._parent(parent, numbers, texts)
        return texts

    def _parent(self, parent: Fields, child: Fields, texts: Fields) -> None:
        if parent["parentOf"]["id"] not in child.values():
            self.unread[f"{words.ANIMAL}: parentage of an earlier generation"] += 1
        elif parent.get("relation", "Genetic") != "Genetic":
            self.unread[f"{words.ANIMAL}: parentage {parent['relation']}"] += 1
        else:
            column = "dam_id" if str(parent["gender"]).startswith("Female") else "sire_id"
            number = parent["identifier"]
            texts[column] = words.number_of(number["scheme"], number["id"])[1]

    def _numbers(self, fields: Fields) -> Fields:
        """Return an animal's numbers by column: its own identifier, then the others."""
        found: Fields = {}
        for one in (fields.pop("identifier"), *fields.pop("alternativeIdentifiers", ())):
            column, number = words.number_of(one["scheme"], one["id"])
            if found.setdefault(column, number) != number:
                self.unread[f"{words.ANIMAL}: one more number of scheme {one['scheme']}"] += 1
        return found

    def _lactation(self, fields: Fields) -> Fields:
        return {
            "animal": _number_of(fields.pop("animal")),
            "calved_on": self._day(fields, "beginDate"),
            "dried_off_on": self._day(fields, "endDate"),
            "parity": fields.pop("parity", None),
        }

    def _lactate(self, number: int, texts: dict[str, str]) -> None:
        """Add the calving to the animal of the file; its newest lactation counts."""
        animal = self._animals.get(texts.pop("animal"))
        if animal is None:
            message = "Its animal is not in this file. Put both into one file."
            self.problems.append(Problem(number, message))
        elif texts.get("calved_on", "") >= animal.get("calved_on", ""):
            animal.update(texts)
        else:
            self.unread[f"{words.LACTATION}: an earlier one"] += 1

    def _weight(self, fields: Fields) -> Fields:
        weight = dict(fields.pop("weight"))
        unit = weight.pop("units", "KGM")
        method = weight.pop("method", "LoadCell")
        if method in words.OTHER_METHODS:
            self.unread[f"weight method {method}, read as {words.OTHER_METHODS[method]}"] += 1
        methods = {**{v: k for k, v in words.METHODS.items()}, **words.OTHER_METHODS}
        measured = Decimal(weight.pop("measurement"))
        self.unread.update(f"{words.WEIGHT}: weight.{key}" for key in weight)
        return {
            "animal_id": _number_of(fields.pop("animal")),
            "weighed_on": self._day(fields, "eventDateTime"),
            "weight_kg": measured * _word(words.KILOGRAMS, unit, "unit"),
            "method": _word(methods, method, "method"),
            "notes": fields.pop("remark", None),
        }

    def _visit(self, fields: Fields) -> Fields:
        begun = words.moment_of(fields.pop("milkingStartingDateTime"))
        fields.pop("eventDateTime", None)
        day = self._day(fields, "milkingShiftLocalStartDate")
        shift = fields.pop("milkingShiftNumber", None)
        sessions = {number: session for session, number in words.SHIFTS.items()}
        if begun is None:
            raise InvalidValue("It does not say when the milking began.")
        here = begun.astimezone(self._zone) if begun.tzinfo else begun
        session: MilkingSession | None = sessions.get(shift) if day else None
        weight = fields.pop("milkingMilkWeight")
        return {
            "animal_id": _number_of(fields.pop("animal")),
            "milked_on": day or here.date().isoformat(),
            "session": session or words.session_at(here.time()),
            "yield_kg": Decimal(weight["value"])
            * _word(words.KILOGRAMS, weight["unitCode"], "unit"),
            **self._characteristics(fields),
            "notes": fields.pop("remark", None),
        }

    def _test_day(self, fields: Fields) -> Fields:
        weight = fields.pop("milkWeight24Hours")
        return {
            "animal_id": _number_of(fields.pop("animal")),
            "milked_on": self._day(fields, "eventDateTime"),
            "session": MilkingSession.WHOLE_DAY,
            "yield_kg": Decimal(weight["value"])
            * _word(words.KILOGRAMS, weight["unitCode"], "unit"),
            **self._characteristics(fields),
            "notes": fields.pop("remark", None),
        }

    def _characteristics(self, fields: Fields) -> Fields:
        columns = {"FAT": "fat_percent", "PROTEIN": "protein_percent", "SCC": "somatic_cells"}
        found: Fields = {}
        for one in fields.pop("milkCharacteristics", ()):
            column = columns.get(one["characteristic"])
            if column is None or "unit" in one:
                self.unread[f"milk characteristic {one['characteristic']}"] += 1
            else:
                times = 1000 if column == "somatic_cells" else 1
                found[column] = Decimal(str(one["value"])) * times
        return found

    def _treatment(self, fields: Fields) -> Fields:
        ours = dict(fields.pop(words.OURS, {}))
        given = words.moment_of(fields.pop("eventDateTime"))
        if given is None:
            raise InvalidValue("It does not say when the drug was given.")
        medicine = fields.pop("medicine")
        last = words.moment_of(ours["lastDoseAt"]) if "lastDoseAt" in ours else None
        batches = fields.pop("batches", [])
        first = batches[0] if batches else {}
        if len(batches) > 1:
            self.unread[f"{words.TREATMENT}: a second batch"] += len(batches) - 1
        comment = fields.pop("comment", None)
        texts: Fields = {
            "animal_id": _number_of(fields.pop("animal")),
            "given_at": given.isoformat(),
            "last_dose_at": last.isoformat() if last else None,
            "product": medicine["name"],
            "reason": ours.pop("reason", None) or comment or "Not told",
            "route": self._route(fields),
            "lot": first.get("identifier"),
            "lot_expires_on": self._day(dict(first), "expiryDate"),
            "notes": fields.pop("remark", None),
            **self._dose(fields, ours.pop("dose", None)),
            **self._hours(fields, last or given, ours),
        }
        for name, column in (
            ("doses", "doses"),
            ("substance", "substance"),
            ("veterinarian", "veterinarian"),
            ("prescriptionNumber", "prescription_number"),
            ("outcome", "outcome"),
        ):
            texts[column] = ours.get(name)
        return texts

    def _route(self, fields: Fields) -> str | None:
        said = str(fields.get("procedure", ""))
        if said in {str(route) for route in GivingRoute}:
            return str(fields.pop("procedure"))
        return None

    def _dose(self, fields: Fields, ours: str | None) -> Fields:
        """Return the dose and its unit; one that ADE has no code for travels with us."""
        if ours:
            quantity, _, unit = ours.partition(" ")
            return {"dose": quantity, "dose_unit": unit}
        said = fields.pop("dose", None)
        if not said:
            raise InvalidValue("It does not say the dose.")
        units = {
            **{code: (unit, Decimal(1)) for unit, code in words.DOSES.items()},
            **words.OTHER_DOSES,
        }
        kept, times = _word(units, said["doseUnits"], "unit of a dose")
        if said["doseUnits"] in words.OTHER_DOSES:
            self.unread[f"dose in {said['doseUnits']}, read as {kept}"] += 1
        return {"dose": Decimal(said["doseQuantity"]) * times, "dose_unit": kept}

    def _hours(self, fields: Fields, last: datetime, ours: Fields) -> Fields:
        """Return the hours of each withdrawal: as they travel with us, else up to its end."""
        found: Fields = {}
        for one in fields.pop("withdrawals", ()):
            column = words.WITHDRAWALS.get(one["productType"])
            end = words.moment_of(one["endDate"])
            if column is None or end is None:
                self.unread[f"withdrawal of {one['productType']}"] += 1
            else:
                hours = -((last - end) // timedelta(hours=1))
                found[column] = max(hours, 0, found.get(column, 0))
        own = {name: ours[name] for name in words.WITHDRAWALS.values() if name in ours}
        return {**found, **own}

    def _day(self, fields: Fields, name: str) -> str | None:
        text = fields.pop(name, None)
        if text is None:
            return None
        day = words.day_of(str(text), self._zone)
        if day is None:
            raise InvalidValue(f"{name} must be a date and time, not {text}.")
        return day.isoformat()


def _kilograms(weight: Fields) -> Decimal:
    times: Decimal = _word(words.KILOGRAMS, weight["unitCode"], "unit")
    return Decimal(weight["value"]) * times


def _number_of(animal: Fields) -> str:
    return str(words.number_of(animal["scheme"], animal["id"])[1])


def _word(known: Mapping[Any, Any], said: Any, what: str) -> Any:
    if said not in known:
        raise InvalidValue(f"The {what} {said} is not known here.")
    return known[said]


def _plain(name: str, value: Any) -> str:
    """Return a value as text; a quantity in the places its column keeps."""
    if isinstance(value, Decimal):
        places = _PLACES.get(name, 0)
        return f"{value.quantize(Decimal(1).scaleb(-places)):f}"
    return str(value)
