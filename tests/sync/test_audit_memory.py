"""What a PC still knows of a row that its person may not see any more."""

from __future__ import annotations

from uuid import UUID

import pytest

from fluffydesk.errors import SignInRefused
from fluffydesk.records.catalog import record_for
from fluffydesk.sync import resolve
from fluffydesk.sync.history import events
from tests.sync.desks import Desk
from tests.sync.farms import Farm

FEW = ("profiles", "organizations", "organization_users", "livestock_species", "livestock")
PATIENTS = ("clinic_clients", "clinic_patients", "pets")

pytestmark = pytest.mark.only_tables(*FEW, *PATIENTS)


@pytest.fixture
def pet(farm: Farm, barn: Desk, office: Desk) -> UUID:
    """A patient whose name was in conflict in the barn, and was decided there."""
    pet = barn.add("pets", name="Rex", species="Dog")
    barn.add("clinic_patients", pet_id=pet)
    farm.settle()
    barn.change("pets", pet, name="mine")
    office.change("pets", pet, name="secret")
    office.sync()
    barn.sync()
    [conflict] = barn.conflicts()
    resolve.decide(barn.mirror, conflict.id, "theirs")
    farm.settle()
    assert "secret" in remembered(barn)
    return pet


def remembered(desk: Desk) -> str:
    """Return all values of conflicts that the mirror has, in one text."""
    with desk.mirror.read() as connection:
        sql = "SELECT group_concat(base || mine || theirs) FROM conflicts"
        return str(connection.exec_driver_sql(sql).scalar_one())


def unlink(farm: Farm, pet: UUID, ended: str = "current_date") -> None:
    farm.execute(f"UPDATE clinic_patients SET ended_on = {ended} WHERE pet_id = %s", pet)


def assert_line_is_kept(desk: Desk, pet: UUID) -> None:
    with desk.mirror.read() as connection:
        found = [one for one in events(connection, "pets", pet) if one.kind == "conflict"]
    assert len(found) == 1
    assert not any(side for one in found for side in one.sides or ())


def test_what_was_in_conflict_is_forgotten_when_the_row_leaves_sight(
    farm: Farm, barn: Desk, pet: UUID
) -> None:
    unlink(farm, pet)
    barn.sync()
    assert barn.row("pets", pet) is None
    assert not {"secret", "mine", "Rex"} & set(remembered(barn).split('"'))
    assert_line_is_kept(barn, pet)
    farm.settle()
    farm.assert_quiet()


def test_also_where_an_unsent_edit_is_set_aside(farm: Farm, barn: Desk, pet: UUID) -> None:
    barn.change("pets", pet, colour="red")
    unlink(farm, pet)
    barn.sync()
    assert "secret" not in remembered(barn)
    assert barn.ledger()["quarantined"] == 1


def test_also_where_a_new_baseline_does_not_bring_the_row(
    farm: Farm, barn: Desk, pet: UUID
) -> None:
    unlink(farm, pet)
    barn.mirror.remember(cursor=None)
    barn.sync()
    assert barn.row("pets", pet) is None
    assert "secret" not in remembered(barn)


def test_also_when_the_membership_ends(farm: Farm, barn: Desk, pet: UUID) -> None:
    farm.execute("DELETE FROM organization_users WHERE user_id = %s", barn.user)
    with pytest.raises(SignInRefused):
        barn.sync()
    assert "secret" not in remembered(barn)
    assert_line_is_kept(barn, pet)


def test_a_row_in_conflict_that_leaves_sight_and_returns(
    farm: Farm, barn: Desk, office: Desk, pet: UUID
) -> None:
    barn.change("pets", pet, name="mine again")
    office.change("pets", pet, name="theirs again")
    office.sync()
    barn.sync()
    assert len(barn.conflicts()) == 1
    unlink(farm, pet)
    barn.sync()
    assert (barn.conflicts(), barn.row("pets", pet)) == ([], None)
    [held] = barn.quarantine()
    assert held.code == "out_of_sight"
    unlink(farm, pet, "null")
    barn.sync()
    assert barn.row("pets", pet)["name"] == "theirs again"  # type: ignore[index]
    resolve.retry(barn.mirror, held.id)
    [asked] = barn.conflicts()
    assert (asked.mine, asked.theirs) == ("mine again", "theirs again")
    resolve.decide(barn.mirror, asked.id, "mine")
    farm.settle()
    assert office.row("pets", pet)["name"] == "mine again"  # type: ignore[index]
    farm.assert_quiet()


def test_a_deletion_that_was_saved_with_what_left_sight_is_asked_about_where_the_row_moved_on(
    farm: Farm, barn: Desk, office: Desk, pet: UUID
) -> None:
    client = barn.add("clinic_clients", full_name="Lena Marsh")
    farm.settle()
    with barn.mirror.unit("Rename one, delete the other") as unit:
        unit.update(record_for("pets"), pet, {"colour": "red"})
        unit.delete(record_for("clinic_clients"), client)
    unlink(farm, pet)
    barn.sync()
    [held] = barn.quarantine()
    office.change("clinic_clients", client, phone="1")
    office.sync()
    unlink(farm, pet, "null")
    barn.sync()
    resolve.retry(barn.mirror, held.id)
    [asked] = [one for one in barn.conflicts() if one.table == "clinic_clients"]
    assert (asked.mine, asked.theirs["phone"]) == (None, "1")
    resolve.decide(barn.mirror, asked.id, "theirs")
    for one in barn.conflicts():
        resolve.decide(barn.mirror, one.id, "mine")
    farm.settle()
    assert office.row("clinic_clients", client) is not None
    assert office.row("pets", pet)["colour"] == "red"  # type: ignore[index]
    farm.assert_quiet()
