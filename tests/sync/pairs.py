"""Two PCs of a farm that work apart and then meet, for the tests of the rules by number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.actions.findings import Finding, findings
from fluffydesk.actions.saving import add
from fluffydesk.records.enums import Sex
from fluffydesk.records.livestock import Flock, Livestock, LivestockSpecies, PoultryBatch
from fluffydesk.records.types import new_id, today
from fluffydesk.records.vocabulary import Record
from tests.sync.desks import Desk
from tests.sync.farms import Farm

TODAY = today()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


class Pair:
    """The PCs of a barn and an office; a central that other tests use as well."""

    def __init__(self, farm: Farm) -> None:
        self.farm = farm
        self.barn = farm.desk(farm.member("anna"), "barn-pc")
        self.office = farm.desk(farm.member("ben", "manager"), "office-pc")
        with self.barn.mirror.read() as connection:
            table = LivestockSpecies.__table__.c
            query = select(table.id).where(table.code == "cattle")
            self.cattle: UUID = connection.execute(query).scalar_one()

    def add(self, record: type[Record], **values: Any) -> UUID:
        """Add a row that both PCs have."""
        id, _ = add(self.barn.mirror, record, values)
        self.sync()
        return id

    def cow(self, **values: Any) -> UUID:
        """Add a cow in milk that both PCs have."""
        given = {
            "tag_number": str(new_id())[-8:],
            "species_id": self.cattle,
            "sex": Sex.FEMALE,
            "birth_date": ago(2000),
            "calved_on": ago(100),
            "parity": 2,
        }
        return self.add(Livestock, **{**given, **values})

    def flock(self, head: int = 100) -> UUID:
        """Add a flock that both PCs have."""
        flock = self.add(Flock, name=f"House {str(new_id())[-4:]}", species_id=self.cattle)
        self.add(PoultryBatch, flock_id=flock, placed_on=ago(50), head_count=head)
        return flock

    def sync(self) -> None:
        self.farm.settle()

    @contextmanager
    def apart(self) -> Iterator[tuple[Any, Any]]:
        """Let both work offline, then sync: the barn first. Nothing is left waiting."""
        yield self.barn.mirror, self.office.mirror
        self.barn.sync()
        self.sync()

    def found(self, *ids: UUID) -> list[Finding]:
        """Return what contradicts itself about these rows, the same on both PCs."""
        wanted = {str(one) for one in ids}
        sides = []
        for desk in (self.barn, self.office):
            every = self.all_found(desk)
            sides.append([one for one in every if wanted & _about(desk, one)])
        assert [one.id for one in sides[0]] == [one.id for one in sides[1]]
        return sides[0]

    def all_found(self, desk: Desk) -> list[Finding]:
        """Return all that contradicts itself on one PC."""
        with desk.mirror.read() as connection:
            return findings(connection)

    def refused(self) -> tuple[str, str]:
        """Return what the office, whose edit came later, is told."""
        [refused] = self.office.quarantine()
        assert self.barn.quarantine() == []
        return refused.message, refused.advice


def _about(desk: Desk, finding: Finding) -> set[str]:
    """Return every id that the rows of a finding have or name."""
    found = set()
    for entry in finding.entries:
        row = desk.row(entry.record.__tablename__, entry.id) or {}
        found |= {str(value) for value in row.values() if isinstance(value, UUID)}
    return found
