"""Two PCs and one central: edits meet, merge or wait for a person, and all agree in the end."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.records.types import new_id
from fluffydesk.sync import resolve
from tests.sync.desks import Desk, Faulty
from tests.sync.farms import Farm


def test_what_one_saves_the_other_sees(farm: Farm, barn: Desk, office: Desk) -> None:
    cow = farm.cow(barn, name="Bella", weight_kg=Decimal("612.5"))
    office.sync()
    row = office.row("livestock", cow)
    assert row is not None
    assert (row["name"], row["weight_kg"], row["row_version"]) == ("Bella", Decimal("612.5"), 1)
    office.delete("livestock", cow)
    farm.settle()
    assert barn.row("livestock", cow) is None
    farm.assert_quiet()


def test_weights_merge_names_become_a_conflict_and_a_decision_ends_it(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    cow = farm.cow(barn, name="Bella", weight_kg=Decimal(600))
    office.sync()
    barn.change("livestock", cow, name="Berta", weight_kg=Decimal(610))
    office.change("livestock", cow, name="Bertha", colour="red")
    barn.sync()
    report = office.sync()
    assert (report.conflicts, report.quarantined) == (1, 0)
    [conflict] = office.conflicts()
    assert (conflict.column, conflict.base, conflict.mine, conflict.theirs) == (
        "name",
        "Bella",
        "Bertha",
        "Berta",
    )
    assert conflict.their_device == "barn-pc"
    assert conflict.their_user is not None
    assert conflict.at is not None
    barn.sync()
    row = barn.row("livestock", cow)
    assert row is not None
    assert (row["name"], row["weight_kg"], row["colour"]) == ("Berta", Decimal(610), "red")
    assert office.ledger() == {"conflict": 1}
    resolve.decide(office.mirror, conflict.id, "mine")
    farm.settle()
    assert barn.row("livestock", cow)["name"] == "Bertha"  # type: ignore[index]
    assert office.ledger() == {"applied": 1, "merged": 1}
    farm.assert_quiet()


@pytest.mark.parametrize("keep", ["theirs", "Betty"])
def test_other_decisions(farm: Farm, barn: Desk, office: Desk, keep: str) -> None:
    cow = farm.cow(barn, name="Bella")
    office.sync()
    barn.change("livestock", cow, name="Berta")
    office.change("livestock", cow, name="Bertha")
    barn.sync()
    office.sync()
    resolve.decide(office.mirror, office.conflicts()[0].id, keep)
    farm.settle()
    name = "Berta" if keep == "theirs" else keep
    assert barn.row("livestock", cow)["name"] == name  # type: ignore[index]
    farm.assert_quiet()


def test_what_is_given_up_in_a_conflict_is_in_the_books(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    cow = farm.cow(barn, name="Bella")
    office.sync()
    barn.change("livestock", cow, name="Berta")
    office.change("livestock", cow, name="Bertha")
    barn.sync()
    office.sync()
    resolve.decide(office.mirror, office.conflicts()[0].id, "theirs")
    farm.settle()
    assert office.ledger() == {"applied": 1, "discarded": 1}


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_an_edit_against_a_deletion(farm: Farm, barn: Desk, office: Desk, keep: str) -> None:
    cow = farm.cow(barn, name="Bella")
    office.sync()
    barn.delete("livestock", cow)
    office.change("livestock", cow, name="Berta")
    barn.sync()
    office.sync()
    [conflict] = office.conflicts()
    assert (conflict.column, conflict.theirs, conflict.mine["name"]) == ("", None, "Berta")
    resolve.decide(office.mirror, conflict.id, keep)
    farm.settle()
    row = barn.row("livestock", cow)
    assert (row["name"] if row else None) == ("Berta" if keep == "mine" else None)
    farm.assert_quiet()


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_a_deletion_against_an_edit(farm: Farm, barn: Desk, office: Desk, keep: str) -> None:
    cow = farm.cow(barn, name="Bella")
    office.sync()
    barn.change("livestock", cow, name="Berta")
    office.delete("livestock", cow)
    barn.sync()
    office.sync()
    [conflict] = office.conflicts()
    assert (conflict.column, conflict.mine, conflict.theirs["name"]) == ("", None, "Berta")
    resolve.decide(office.mirror, conflict.id, keep)
    farm.settle()
    row = barn.row("livestock", cow)
    assert (row["name"] if row else None) == (None if keep == "mine" else "Berta")
    farm.assert_quiet()


def test_both_delete(farm: Farm, barn: Desk, office: Desk) -> None:
    cow = farm.cow(barn)
    office.sync()
    barn.delete("livestock", cow)
    office.delete("livestock", cow)
    farm.settle()
    assert office.conflicts() == []
    farm.assert_quiet()


def test_both_add_the_same_thing_under_the_same_key(farm: Farm, barn: Desk, office: Desk) -> None:
    shared = new_id()
    values = {"tag_number": "L1", "species_id": farm.species, "name": "Bella"}
    barn.add("livestock", shared, **values)
    office.add("livestock", shared, **values, notes="from the office")
    farm.settle()
    assert barn.row("livestock", shared)["notes"] == "from the office"  # type: ignore[index]
    assert (barn.ledger(), office.ledger()) == ({"applied": 1}, {"merged": 1})
    farm.assert_quiet()


def test_stock_taken_by_two_adds_up(farm: Farm, barn: Desk, office: Desk) -> None:
    feed = barn.add("farm_inventory", name="Barley", unit="kg")
    barn.sync()
    office.sync()
    for desk in (barn, office):
        desk.add("inventory_transactions", item_id=feed, movement="use", quantity=Decimal("-5.125"))
    farm.settle()
    total = farm.value("SELECT sum(quantity) FROM inventory_transactions WHERE item_id = %s", feed)
    assert total == Decimal("-10.25")
    farm.assert_quiet()


def test_an_edit_made_while_a_push_is_under_way_goes_next(farm: Farm, barn: Desk) -> None:
    cow = farm.cow(barn, name="Bella")

    def meanwhile(call: int) -> None:
        if call == 1:
            barn.change("livestock", cow, name="Bertha", colour="red")
            barn.add("livestock", tag_number="18", species_id=farm.species)

    barn.change("livestock", cow, name="Berta")
    barn.gateway = Faulty(barn.gateway, before=meanwhile)  # type: ignore[assignment]
    barn.sync()
    assert barn.conflicts() == []
    assert farm.value("SELECT name FROM livestock WHERE id = %s", cow) == "Bertha"
    assert barn.ledger() == {"applied": 4}
    farm.assert_quiet()


def test_a_row_deleted_while_it_is_being_inserted(farm: Farm, barn: Desk) -> None:
    cow = barn.add("livestock", tag_number="1", species_id=farm.species)
    barn.gateway = Faulty(  # type: ignore[assignment]
        barn.gateway, before=lambda call: barn.delete("livestock", cow) if call == 1 else None
    )
    barn.sync()
    assert farm.value("SELECT count(*) FROM livestock") == 0
    assert barn.ledger() == {"applied": 2}
    farm.assert_quiet()


def test_a_commit_that_comes_late_is_not_missed(farm: Farm, barn: Desk, office: Desk) -> None:
    """A writer that began before and ends after a pull: its row has the lower sequence number."""
    early, late = new_id(), new_id()
    sql = (
        "INSERT INTO livestock (id, organization_id, tag_number, species_id, sex, status) "
        "VALUES (%s, %s, %s, %s, 'female', 'active')"
    )
    emails = iter(farm.desks)
    with farm.central.login(next(emails)) as slow, farm.central.login(next(emails)) as fast:
        slow.autocommit = False
        slow.execute(sql, (early, farm.id, "early", farm.species))
        fast.execute(sql, (late, farm.id, "late", farm.species))
        barn.sync()
        assert (barn.row("livestock", early), barn.row("livestock", late) is None) == (None, False)
        slow.commit()
    report = barn.sync()
    assert report.pulled == 1
    assert barn.row("livestock", early) is not None
    assert barn.sync().pulled == 0
    office.sync()
    farm.assert_quiet()


def test_a_commit_that_comes_after_a_first_load_is_not_missed(farm: Farm, barn: Desk) -> None:
    """Two writers that began before a baseline: one gives up, one commits when it is done."""
    kept, undone = new_id(), new_id()
    sql = (
        "INSERT INTO livestock (id, organization_id, tag_number, species_id, sex, status) "
        "VALUES (%s, %s, 'slow', %s, 'female', 'active')"
    )
    [email] = farm.desks
    with farm.central.login(email) as slow, farm.central.login(email) as other:
        for writer, id in ((slow, kept), (other, undone)):
            writer.autocommit = False
            writer.execute(sql, (id, farm.id, farm.species))
        late = farm.desk(email, "late-pc")
        other.rollback()
        assert late.sync().pulled == 0
        farm.cow(barn, tag="meanwhile")
        assert late.sync().pulled == 1
        slow.commit()
    assert late.sync().pulled == 1
    assert (late.row("livestock", kept) is None, late.row("livestock", undone)) == (False, None)
    barn.sync()
    farm.assert_quiet()


def test_a_large_pull_comes_in_pages(farm: Farm, barn: Desk) -> None:
    farm.execute(
        "INSERT INTO livestock (id, organization_id, tag_number, species_id, sex, status) "
        "SELECT gen_random_uuid(), %s, 'T' || n, %s, 'male', 'active' "
        "FROM generate_series(1, 2500) n",
        farm.id,
        farm.species,
    )
    assert barn.sync().pulled == 2500
    farm.assert_quiet()


def test_what_is_waiting_is_listed_once(farm: Farm, barn: Desk) -> None:
    ids: list[UUID] = [
        barn.add("livestock", tag_number=str(n), species_id=farm.species) for n in range(3)
    ]
    for id in ids:
        barn.change("livestock", id, name="x")
    assert barn.waiting() == 6
    report: Any = barn.sync()
    assert (report.pushed, barn.waiting()) == (3, 0)
    farm.assert_quiet()
