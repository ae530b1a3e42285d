"""A mirror filled with a sample is whole, and takes a person's work like any other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from fluffydesk.demo.companies import CLINIC, FARM, Company
from fluffydesk.demo.fill import fill_mirror
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.pets import Pet
from tests.demo.conftest import TODAY


@dataclass(frozen=True)
class Filled:
    company: Company
    mirror: Mirror
    counts: dict[str, int]


@pytest.fixture(scope="module", params=[FARM, CLINIC], ids=["farm", "clinic"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled]:
    """A sample before one of the staff."""
    path = tmp_path_factory.mktemp("filled") / "mirror.db"
    with Mirror.open(path, os.urandom(32)) as mirror:
        counts = fill_mirror(mirror, request.param, today=TODAY, member="staff")
        yield Filled(request.param, mirror, counts)


def test_all_rows_arrive_and_every_link_holds(filled: Filled) -> None:
    with filled.mirror.read() as connection:
        for table, count in filled.counts.items():
            rows = select(func.count()).select_from(record_for(table).__table__)
            assert connection.execute(rows).scalar_one() == count, table
        waiting = connection.exec_driver_sql("select count(*) from pending_rows").scalar_one()
    assert waiting == 0
    assert filled.mirror.dangling() == {}
    assert filled.mirror.recall("organization")["name"] == filled.company.name


def test_a_person_can_work_on_it(filled: Filled) -> None:
    assert filled.mirror.recall("organization")["role"] == "staff"
    record = Livestock if filled.company is FARM else Pet
    with filled.mirror.read() as connection:
        key = connection.execute(select(record.id).limit(1)).scalar_one()
    with filled.mirror.unit("Rename") as unit:
        unit.update(record, key, {"name": "Another"})
    assert key in unit.changes[record.__tablename__]
