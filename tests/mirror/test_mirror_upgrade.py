"""A mirror of an older version is brought up to date and keeps what was not sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fluffydesk.errors import DiskFull
from fluffydesk.mirror import upgrade
from fluffydesk.mirror.engine import connect
from fluffydesk.mirror.images import read_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm import FeedLog
from fluffydesk.records.livestock import Livestock
from tests.mirrors import COW, KEY, make_mirror


def schema_of(path: Path) -> dict[str, set[str]]:
    driver = connect(path, KEY)
    try:
        tables = driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: {row[1] for row in driver.execute(f"PRAGMA table_info ({name})")}
            for (name,) in tables
        }
    finally:
        driver.close()


def triggers_of(path: Path) -> dict[str, str]:
    driver = connect(path, KEY)
    try:
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        return dict(driver.execute(sql).fetchall())
    finally:
        driver.close()


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A mirror from before animals had a weight and a sire, feed was logged and units had titles.

    One edit waits in it, and it has a column and a table from a branch that was never released.
    """
    path = tmp_path / "farm.db"
    with make_mirror(path) as mirror:
        with mirror.apply() as connection:
            connection.exec_driver_sql(
                "INSERT INTO livestock (id, tag_number, species_id, row_version) "
                "VALUES ('01900000-0000-7000-8000-0000000000aa', '1', ?, 4)",
                (str(COW),),
            )
        mirror.remember(fingerprint="as seen before", epoch="e", cursor={"snapshot": "1:1:"})
        with mirror.unit("Rename") as unit:
            unit.connection.exec_driver_sql("UPDATE livestock SET name = 'Bella'")
    driver = connect(path, KEY)
    for trigger in triggers_of(path):
        driver.execute(f"DROP TRIGGER {trigger}")
    driver.execute(
        "CREATE TRIGGER journal_livestock_update AFTER UPDATE ON livestock BEGIN "
        "SELECT RAISE(ABORT, 'an old trigger'); END"
    )
    driver.execute("UPDATE edits SET base = json_remove(base, '$.weight_kg', '$.sire_id')")
    driver.execute("DROP INDEX mirror_livestock_sire_id")
    for column in ("weight_kg", "sire_id"):
        driver.execute(f"ALTER TABLE livestock DROP COLUMN {column}")
    driver.execute("ALTER TABLE units DROP COLUMN title")
    driver.execute("ALTER TABLE livestock ADD COLUMN horns INTEGER")
    driver.execute("DROP TABLE feed_logs")
    driver.execute("CREATE TABLE unreleased (id TEXT)")
    driver.execute("CREATE TABLE context (unit_id TEXT)")
    for table in ("pending_rows", "unit_rows"):
        driver.execute(f"CREATE TABLE old AS SELECT * FROM {table}")
        driver.execute(f"DROP VIEW {table}")
        driver.execute(f"ALTER TABLE old RENAME TO {table}")
    driver.execute("DROP TABLE edits")
    driver.execute("CREATE INDEX ix_unit_rows_unit ON unit_rows (unit_id)")
    driver.execute("UPDATE state SET value = json_quote('older') WHERE key = 'shape'")
    driver.close()
    return path


def test_what_is_missing_is_added_and_nothing_is_lost(older: Path, tmp_path: Path) -> None:
    make_mirror(tmp_path / "new.db").close()
    fresh = schema_of(tmp_path / "new.db")
    Mirror.open(older, KEY).close()
    upgraded = schema_of(older)
    assert upgraded.pop("unreleased") == {"id"}
    assert upgraded.pop("livestock") == fresh.pop("livestock") | {"horns"}
    assert upgraded == fresh
    assert triggers_of(older) == triggers_of(tmp_path / "new.db")


def test_the_waiting_edit_looks_as_it_did(older: Path) -> None:
    with Mirror.open(older, KEY) as mirror, mirror.read() as connection:
        row = connection.exec_driver_sql(
            "SELECT row_id, base, base_version FROM pending_rows"
        ).one()
        mine = read_image(connection, Livestock, row.row_id)
        base: dict[str, Any] = json.loads(row.base)
    assert mine is not None
    assert {name for name in mine if mine[name] != base[name]} == {"name"}
    assert (mine["name"], row.base_version) == ("Bella", 4)


def test_the_next_sync_compares_everything_and_goes_on_from_its_cursor(older: Path) -> None:
    with Mirror.open(older, KEY) as mirror:
        assert mirror.recall("fingerprint") is None
        assert (mirror.recall("epoch"), mirror.recall("cursor")) == ("e", {"snapshot": "1:1:"})
        assert mirror.recall("units_made") == 1


def test_the_upgraded_mirror_works(older: Path) -> None:
    with Mirror.open(older, KEY) as mirror:
        with mirror.unit("Edit") as unit:
            unit.connection.exec_driver_sql("UPDATE livestock SET weight_kg = 6000")
            unit.insert(FeedLog, {"quantity_kg": 4})
        assert unit.changes.keys() == {"livestock", "feed_logs"}
        assert mirror.check() == []


def test_an_upgrade_that_fails_half_way_changes_nothing(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = schema_of(older), triggers_of(older)

    def full(_driver: Any, table: Any) -> None:
        raise DiskFull(f"no room for {table.name}")

    with monkeypatch.context() as patch:
        patch.setattr(upgrade, "_bring_table", full)
        with pytest.raises(DiskFull, match="no room for profiles"):
            Mirror.open(older, KEY)
    assert (schema_of(older), triggers_of(older)) == before
    with Mirror.open(older, KEY) as mirror:
        assert mirror.open_units() == 1


def test_a_mirror_of_this_version_is_opened_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "farm.db"
    with make_mirror(path) as mirror:
        mirror.remember(fingerprint="kept")
    before = path.read_bytes()
    with Mirror.open(path, KEY) as mirror:
        assert mirror.recall("fingerprint") == "kept"
    assert path.read_bytes() == before
