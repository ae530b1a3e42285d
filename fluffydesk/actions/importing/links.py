"""Which row a text of a file means: an animal by any of its numbers, the rest by their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, select

from fluffydesk.errors import InvalidValue
from fluffydesk.figures.identifiers import eid
from fluffydesk.records.catalog import record_for
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.vocabulary import facts_of

_HERE = (LivestockStatus.ACTIVE, LivestockStatus.LOST)


class Links:
    """Looks rows up by what people call them; each table is read once."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._names: dict[str, dict[str, list[UUID]]] = {}
        self._told: dict[UUID, str] = {}
        self._animals: dict[str, list[tuple[bool, UUID]]] | None = None
        self._species: Counter[UUID] = Counter()

    def of(self, column: Column[Any], text: str) -> UUID | None:
        """Return the row that a text names. Raises InvalidValue where it is none, or several."""
        if not text.strip():
            return None
        target = facts_of(column).target
        assert target is not None
        label = facts_of(column).label
        if target == "livestock":
            found = self._animal(text)
        else:
            found = self._named(target).get(_bare(text), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise InvalidValue(
                f"{label} {text} is the name of {len(found)} rows.",
                "Use a number that only one has.",
                field=column.name,
            )
        raise InvalidValue(
            f"{label} {text} is not known here.",
            f"Add it first, or check how it is written in {_where(target)}.",
            field=column.name,
        )

    def animal_with(self, values: Mapping[str, Any]) -> UUID | None:
        """Return the animal that carries the official id, else the EID, else the tag, of a line."""
        for name in ("official_id", "eid", "tag_number"):
            if values.get(name):
                found = self._animal(str(values[name]))
                if len(found) == 1:
                    return found[0]
                if found:
                    raise InvalidValue(
                        f"{values[name]} is carried by {len(found)} animals.",
                        "Use a number that only one has.",
                        field=name,
                    )
        return None

    def learn(self, row_id: UUID, values: Mapping[str, Any]) -> None:
        """Know an animal that an earlier line adds: it may be the dam of a later one."""
        self._animal("")
        assert self._animals is not None
        self._told[row_id] = values["tag_number"]
        for name in ("tag_number", "official_id", "eid"):
            if values.get(name):
                self._animals.setdefault(_bare(values[name]), []).append((True, row_id))

    def usual_species(self) -> UUID | None:
        """Return the species most animals here have; None where there are none yet."""
        self._animal("")
        return self._species.most_common(1)[0][0] if self._species else None

    def name_of(self, row_id: UUID) -> str:
        """Return what a row that was looked up is called."""
        return self._told.get(row_id, str(row_id))

    def _animal(self, text: str) -> list[UUID]:
        """Return the animals with a number; those that are here go before those that left."""
        if self._animals is None:
            self._animals = self._read_animals()
        carriers = self._animals.get(eid(text) or _bare(text), [])
        here = [row_id for is_here, row_id in carriers if is_here]
        return list(dict.fromkeys(here or [row_id for _, row_id in carriers]))

    def _read_animals(self) -> dict[str, list[tuple[bool, UUID]]]:
        animals = Livestock.__table__.c
        found: dict[str, list[tuple[bool, UUID]]] = {}
        for row in self.connection.execute(
            select(
                *(animals.id, animals.tag_number, animals.official_id, animals.eid),
                *(animals.status, animals.species_id),
            )
        ):
            self._told[row.id] = row.tag_number
            self._species[row.species_id] += 1
            for number in (row.tag_number, row.official_id, row.eid):
                if number:
                    found.setdefault(_bare(number), []).append((row.status in _HERE, row.id))
        return found

    def _named(self, table: str) -> dict[str, list[UUID]]:
        if table not in self._names:
            columns = record_for(table).__table__.c
            wanted = [columns[name] for name in ("name", "code") if name in columns]
            found: dict[str, list[UUID]] = {}
            for row in self.connection.execute(select(columns.id, *wanted)):
                self._told[row.id] = str(row[1])
                for name in {_bare(str(text)) for text in row[1:] if text}:
                    found.setdefault(name, []).append(row.id)
            self._names[table] = found
        return self._names[table]


def _bare(text: str) -> str:
    return "".join(text.split()).casefold()


def _where(table: str) -> str:
    return record_for(table).__titles__[1].lower()
