"""Milk-recording test days: a line for each, with the lactation, the date and the yield."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, case, select

from fluffydesk.actions.importing.plans import Draft, Kind
from fluffydesk.actions.importing.sheets import Heading
from fluffydesk.actions.saving import missing
from fluffydesk.actions.typed import value_of
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock, LivestockSpecies
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record

_HEADINGS = (
    Heading("lactation", ("TestId", "LactationId", "Lactation", "Animal", "AnimalId")),
    Heading("milked_on", ("TestDate", "Date", "Test day")),
    Heading("yield_kg", ("MilkingYield", "DailyMilkingYield", "MilkYield", "Yield", "Milk kg")),
    Heading("days_in_milk", ("DaysInMilk", "DIM"), required=False),
    Heading("parity", ("Parity", "LactationNumber"), required=False),
    Heading("birth_date", ("BirthDate", "DateOfBirth", "Born"), required=False),
)


class _TestDays:
    """A cow for each lactation (tag `L3781`), and a whole day's milk for each of its test days."""

    def __init__(self, connection: Connection) -> None:
        self._cattle = _cattle(connection)
        self._cows = _cows(connection)
        self._milk = _milk(connection)

    def drafts(self, fields: Mapping[str, str]) -> tuple[Draft, ...]:
        """Return the cow and its milk of that day."""
        lactation = fields["lactation"]
        if not lactation:
            raise InvalidValue("The lactation has no number.", field="tag_number")
        tag = f"L{lactation}"
        day: date = _required(fields, "milked_on")
        yield_kg = _required(fields, "yield_kg")
        days_in_milk = _optional(MilkProductionLog, fields, "days_in_milk")
        parity = _optional(MilkProductionLog, fields, "parity")
        born = _optional(Livestock, fields, "birth_date")
        if born is not None and born >= day:
            raise InvalidValue(f"The test day {day} is not after the birth ({born}).")
        cow = Draft(
            Livestock,
            (tag,),
            tag,
            {
                "tag_number": tag,
                "species_id": self._cattle,
                "sex": Sex.FEMALE,
                "birth_date": born,
                "parity": parity,
                "calved_on": _calved_on(day, days_in_milk),
            },
            shared=True,
        )
        milk = Draft(
            MilkProductionLog,
            (tag, day.isoformat(), MilkingSession.WHOLE_DAY.value),
            f"{tag} on {day}",
            {
                "milked_on": day,
                "session": MilkingSession.WHOLE_DAY,
                "yield_kg": yield_kg,
                "days_in_milk": days_in_milk,
                "parity": parity,
            },
            links={"animal_id": cow},
        )
        return cow, milk

    def id_of(self, draft: Draft, links: Mapping[str, UUID]) -> UUID | None:
        """A cow is known by its tag, its milk by cow, date and milking."""
        if draft.record is Livestock:
            return self._cows.get(draft.values["tag_number"])
        return self._milk.get((links["animal_id"], draft.values["milked_on"]))


def _required(fields: Mapping[str, str], name: str) -> Any:
    value = _optional(MilkProductionLog, fields, name)
    if value is None:
        raise missing(MilkProductionLog.__table__.c[name])
    return value


def _optional(record: type[Record], fields: Mapping[str, str], name: str) -> Any:
    return value_of(record.__table__.c[name], fields.get(name, ""))


def _calved_on(day: date, days_in_milk: int | None) -> date | None:
    """Return the calving date; the day of calving is day 0 of the days in milk.

    None for a test day whose own date or days are refused further on: the reason is told once.
    """
    if days_in_milk is None or not 0 <= days_in_milk <= 2000 or day > today():
        return None
    return day - timedelta(days=days_in_milk)


def _cattle(connection: Connection) -> UUID:
    species = LivestockSpecies.__table__
    found = connection.execute(select(species.c.id).where(species.c.code == "cattle")).scalar()
    if found is None:
        raise Refusal("The list of species is not on this PC yet.", "Sync first.")
    return UUID(str(found))


def _cows(connection: Connection) -> dict[str, UUID]:
    """Return the animals by tag; where a tag came back, the living animal has it."""
    animals = Livestock.__table__
    is_alive = case((animals.c.status == LivestockStatus.ACTIVE, 1), else_=0)
    query = select(animals.c.tag_number, animals.c.id).order_by(is_alive, animals.c.created_at)
    return {row.tag_number: row.id for row in connection.execute(query)}


def _milk(connection: Connection) -> dict[tuple[UUID, date], UUID]:
    logs = MilkProductionLog.__table__
    query = select(logs.c.animal_id, logs.c.milked_on, logs.c.id).where(
        logs.c.session == MilkingSession.WHOLE_DAY
    )
    return {(row.animal_id, row.milked_on): row.id for row in connection.execute(query)}


DAIRY_TEST_DAYS = Kind("dairy-test-days", "test days", _HEADINGS, _TestDays)
