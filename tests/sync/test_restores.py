"""What was put back from a backup, here or at central, loses and doubles nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from fluffydesk.errors import Offline
from fluffydesk.mirror import backup
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.sync import resolve
from tests.mirrors import KEY
from tests.sync.desks import Desk, Faulty
from tests.sync.farms import Farm


def cut_after_the_first(desk: Desk) -> None:
    """Sync, and lose the line when central has applied the first call."""

    def cut(_: int) -> None:
        raise Offline("The line was cut.")

    line = desk.gateway
    desk.gateway = Faulty(line, after=cut)  # type: ignore[assignment]
    with pytest.raises(Offline):
        desk.sync()
    desk.gateway = line


def put_back(desk: Desk, copy: Path) -> None:
    """Restore a desk's mirror from a copy."""
    path = desk.mirror.path
    desk.mirror.close()
    backup.restore(copy, path, KEY)
    desk.mirror = Mirror.open(path, KEY)


def test_a_mirror_put_back_sends_again_what_was_applied_long_ago(
    farm: Farm, barn: Desk, office: Desk, tmp_path: Path
) -> None:
    cow = farm.cow(barn, name="Bella")
    store = barn.add("farm_inventory", name="Barley", unit="kg")
    barn.change("livestock", cow, name="Berta")
    new = barn.add("livestock", tag_number="2", species_id=farm.species)
    cut_after_the_first(barn)
    barn.change("livestock", cow, colour="red")
    copy = backup.backup(barn.mirror, tmp_path / "copy.db")  # an outbox, and an edit after it
    barn.sync()
    barn.change("livestock", cow, name="Bertha", colour="black")
    barn.change("livestock", new, name="Calf")
    barn.sync()
    office.sync()
    office.change("livestock", cow, parity=3)
    office.sync()
    put_back(barn, copy)
    barn.sync()
    farm.settle()
    row = office.row("livestock", cow)
    assert row is not None
    assert (row["name"], row["parity"]) == ("Bertha", 3)
    for conflict in barn.conflicts():
        assert conflict.column == "colour"
        resolve.decide(barn.mirror, conflict.id, "theirs")
    farm.settle()
    assert barn.row("livestock", cow)["colour"] == "black"  # type: ignore[index]
    assert barn.row("livestock", new)["name"] == "Calf"  # type: ignore[index]
    assert farm.value("SELECT count(*) FROM livestock WHERE organization_id = %s", farm.id) == 2
    assert barn.row("farm_inventory", store) is not None
    farm.assert_quiet()


def test_a_folder_copied_to_another_pc_doubles_nothing(
    farm: Farm, barn: Desk, tmp_path: Path
) -> None:
    item = barn.add("farm_inventory", name="Barley", unit="kg")
    barn.sync()
    barn.add("inventory_transactions", item_id=item, movement="use", quantity=-1)
    cut_after_the_first(barn)
    barn.add("inventory_transactions", item_id=item, movement="use", quantity=-2)
    backup.backup(barn.mirror, farm.folder / "twin-pc.db")
    email = next(iter(farm.desks))
    twin = Desk(
        farm.folder / "twin-pc.db", farm.central.gateway(email), farm.id, "barn-pc", barn.device.id
    )
    farm.desks[email].append(twin)
    for desk in (barn, twin):
        desk.add("inventory_transactions", item_id=item, movement="use", quantity=-4)
    twin.sync()
    barn.sync()
    farm.settle()
    sql = "SELECT array_agg(quantity::int ORDER BY quantity) FROM inventory_transactions"
    assert farm.value(sql) == [-4, -4, -2, -1]
    farm.assert_quiet()


@contextmanager
def restored_to_this_moment(central: Any) -> Iterator[None]:
    """Copy central's database; when the block ends, put the copy in its place."""
    name, copy = central.name, f"{central.name}_copy"
    url = psycopg.conninfo.make_conninfo(central.admin_url, dbname="postgres")
    rest = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(rest, (name,))
        connection.execute(f"create database {copy} template {name}")
        yield
        connection.execute(f"drop database {name} with (force)")
        connection.execute(f"alter database {copy} rename to {name}")
    with psycopg.connect(central.admin_url) as connection:
        connection.execute(f"grant connect on database {name} to authenticated")


def test_a_central_put_back_without_a_word(
    farm: Farm, barn: Desk, office: Desk, tmp_path: Path
) -> None:
    cow = farm.cow(barn, name="Bella")
    office.sync()
    lost: UUID
    with restored_to_this_moment(farm.central):
        lost = farm.cow(barn, tag="2", name="Lost")
        barn.change("livestock", cow, name="Berta")
        barn.sync()
        office.change("livestock", cow, colour="red")
        office.sync()
        unsent = barn.add("livestock", tag_number="3", species_id=farm.species)
    farm.settle()
    farm.assert_quiet()
    assert office.row("livestock", unsent) is not None
    assert office.row("livestock", cow)["name"] == "Bella"  # type: ignore[index]
    assert barn.row("livestock", lost) is None
    # What central had taken and lost is in the copy that was made before starting afresh.
    [kept] = barn.mirror.path.parent.glob("barn-pc.before-*.db")
    with Mirror.open(kept, KEY) as mirror, mirror.read() as connection:
        sql = "SELECT name FROM livestock ORDER BY tag_number"
        assert connection.exec_driver_sql(sql).scalars().all() == ["Berta", "Lost", None]


def test_two_pcs_decide_the_same_conflict_differently(farm: Farm, barn: Desk, office: Desk) -> None:
    cow = farm.cow(barn, name="Bella")
    office.sync()
    third = farm.desk(farm.member("carl"), "third-pc")
    for desk, name in ((barn, "Berta"), (office, "Bertha"), (third, "Birte")):
        desk.change("livestock", cow, name=name)
    for desk in (barn, office, third):
        desk.sync()
    resolve.decide(office.mirror, office.conflicts()[0].id, "mine")
    resolve.decide(third.mirror, third.conflicts()[0].id, "mine")
    office.sync()
    third.sync()
    for conflict in third.conflicts():
        resolve.decide(third.mirror, conflict.id, "theirs")
    farm.settle()
    assert {d.row("livestock", cow)["name"] for d in (barn, office, third)} == {"Bertha"}  # type: ignore[index]
    farm.assert_quiet()


def test_an_edit_discarded_while_it_was_under_way_is_not_sent_twice(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    """Nothing is in quarantine while it is under way; an edit back to how it was goes after it."""
    cow = farm.cow(barn, name="Bella")
    barn.change("livestock", cow, name="Berta")
    cut_after_the_first(barn)
    barn.change("livestock", cow, name="Bella")
    barn.sync()
    farm.settle()
    assert office.row("livestock", cow)["name"] == "Bella"  # type: ignore[index]
    farm.assert_quiet()


def test_a_parcel_of_five_thousand_rows_and_a_text_of_a_megabyte(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    item = barn.add("farm_inventory", name="Barley", unit="kg", notes="x" * 1_000_000)
    with barn.mirror.unit("Many") as unit:
        for _ in range(5000):
            values = {"item_id": item, "movement": "use", "quantity": -1}
            unit.insert(resolve.record_for("inventory_transactions"), values)
    assert barn.sync().pushed == 5001
    farm.settle()
    farm.assert_quiet()


def test_a_row_that_went_without_a_word_to_the_log(farm: Farm, barn: Desk, office: Desk) -> None:
    cow = farm.cow(barn, name="Bella")
    other = farm.cow(barn, tag="2", name="Other")
    office.sync()
    with farm.central.admin() as connection:
        connection.execute("SET session_replication_role = replica")  # no triggers
        connection.execute("DELETE FROM livestock WHERE id = %s", (cow,))
    barn.change("livestock", cow, name="Berta")
    barn.change("livestock", other, name="Olga")
    report = barn.sync()
    assert (report.pushed, report.quarantined, barn.waiting()) == (1, 1, 0)
    assert [one.row_id for one in barn.quarantine()] == [cow]
    assert barn.row("livestock", cow) is None
    resolve.discard(barn.mirror, barn.quarantine()[0].id)
    assert barn.ledger()["discarded"] == 1
