"""A mirror filled with a sample is whole, and takes a person's work like any other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from fluffydesk.demo.companies import CLINIC, FARM, Company
from fluffydesk.demo.fill import fill_mirror
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.livestock import Livestock
from tests.demo.conftest import TODAY


@pytest.mark.parametrize("company", [FARM, CLINIC], ids=["farm", "clinic"])
def test_all_rows_arrive_and_every_link_holds(tmp_path: Path, company: Company) -> None:
    with Mirror.open(tmp_path / "mirror.db", os.urandom(32)) as mirror:
        counts = fill_mirror(mirror, company, today=TODAY)
        with mirror.read() as connection:
            for table, count in counts.items():
                rows = select(func.count()).select_from(record_for(table).__table__)
                assert connection.execute(rows).scalar_one() == count, table
            waiting = connection.exec_driver_sql("select count(*) from pending_rows").scalar_one()
        assert waiting == 0
        assert mirror.dangling() == {}
        assert mirror.recall("organization")["name"] == company.name


def test_a_person_can_work_on_it(tmp_path: Path) -> None:
    with Mirror.open(tmp_path / "mirror.db", os.urandom(32)) as mirror:
        fill_mirror(mirror, FARM, today=TODAY, member="staff")
        assert mirror.recall("organization")["role"] == "staff"
        with mirror.read() as connection:
            key = connection.execute(select(Livestock.id).limit(1)).scalar_one()
        with mirror.unit("Rename") as unit:
            unit.update(Livestock, key, {"name": "Another"})
        assert key in unit.changes["livestock"]
