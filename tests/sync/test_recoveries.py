"""A central that was restored from a backup: every PC begins again, and keeps what waits on it."""

from __future__ import annotations

from pathlib import Path

import psycopg

from fluffydesk.central import administration, backup, restore
from fluffydesk.mirror.mirror import Mirror
from tests.mirrors import KEY
from tests.sync.desks import Desk
from tests.sync.farms import Farm


def test_pcs_meet_a_central_restored_from_a_backup(
    farm: Farm, barn: Desk, office: Desk, tmp_path: Path
) -> None:
    cow = farm.cow(barn, name="Bella")
    office.sync()
    made = backup.backup(farm.central.admin_url, tmp_path / "central.backup")
    lost = farm.cow(barn, tag="2", name="Lost")
    barn.change("livestock", cow, name="Berta")
    barn.sync()
    office.sync()
    office.change("livestock", cow, colour="red")
    unsent = office.add("livestock", tag_number="3", species_id=farm.species)
    # The server's disk is gone: an empty database takes the old one's name.
    name = farm.central.name
    url = psycopg.conninfo.make_conninfo(farm.central.admin_url, dbname="postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")
        connection.execute(f"create database {name} template template0")
    restore.restore(farm.central.admin_url, made.path)
    farm.settle()
    farm.assert_quiet()
    row = barn.row("livestock", cow)
    assert row is not None
    assert (row["name"], row["colour"]) == ("Bella", "red")
    assert barn.row("livestock", unsent) is not None
    assert office.row("livestock", lost) is None
    # What central had taken after the backup is in the copy made before starting afresh.
    [kept] = barn.mirror.path.parent.glob("barn-pc.before-*.db")
    with Mirror.open(kept, KEY) as mirror, mirror.read() as connection:
        sql = "SELECT name FROM livestock ORDER BY tag_number"
        assert connection.exec_driver_sql(sql).scalars().all() == ["Berta", "Lost"]


def test_pcs_begin_again_after_any_recovery(farm: Farm, barn: Desk, office: Desk) -> None:
    cow = farm.cow(barn, name="Bella")
    office.sync()
    office.change("livestock", cow, name="Berta")
    # Put back to an earlier moment in place: nothing tells but the administrator.
    with farm.central.admin() as connection:
        connection.execute("set session_replication_role = replica")  # the log hears nothing
        connection.execute("update livestock set name = 'Bertha'")
    administration.new_epoch(farm.central.admin_url)
    barn.sync()
    assert barn.row("livestock", cow)["name"] == "Bertha"  # type: ignore[index]
    office.sync()
    [conflict] = office.conflicts()
    assert (conflict.mine, conflict.theirs) == ("Berta", "Bertha")
