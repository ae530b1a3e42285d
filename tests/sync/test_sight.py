"""Nobody holds a row that central would not show them, and what left sight unsent is kept aside."""

from __future__ import annotations

import pytest

from fluffydesk.errors import NotFound, SignInRefused
from fluffydesk.records.access import ForAll
from fluffydesk.records.booking import Room
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.sync import cycle, resolve
from tests.sync.desks import Desk
from tests.sync.farms import Farm

STATUS = "UPDATE organization_users SET status = %s WHERE user_id = %s"
REMOVE = "DELETE FROM organization_users WHERE user_id = %s"


def test_a_member_who_is_removed_keeps_nothing_but_unsent_edits(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    cow = farm.cow(barn, name="Bella")
    office.sync()
    office.change("livestock", cow, name="Berta")
    office.add("livestock", tag_number="18", species_id=farm.species)
    farm.execute(REMOVE, office.user)
    with pytest.raises(SignInRefused):
        office.sync()
    held = {table for table, rows in office.contents().items() if rows}
    reference = {r.__table__.name for r in MIRRORED if isinstance(r.__scope__, ForAll)}
    assert held - {"profiles"} <= reference
    assert set(office.contents()["profiles"]) <= {str(office.user)}
    assert [one.code for one in office.quarantine()] == ["membership_ended"] * 2
    assert office.ledger() == {"quarantined": 2}
    with pytest.raises(SignInRefused):
        office.sync()


def test_a_member_who_comes_back_may_try_again(farm: Farm, barn: Desk, office: Desk) -> None:
    cow = farm.cow(barn, name="Bella")
    office.sync()
    office.change("livestock", cow, name="Berta")
    office.add("livestock", tag_number="18", species_id=farm.species)
    farm.execute(
        "UPDATE organization_users SET status = 'suspended' WHERE user_id = %s", office.user
    )
    with pytest.raises(SignInRefused):
        office.sync()
    farm.execute(STATUS, "active", office.user)
    office.sync()
    for one in office.quarantine():
        resolve.retry(office.mirror, one.id)
    farm.settle()
    assert barn.row("livestock", cow)["name"] == "Berta"  # type: ignore[index]
    assert farm.value("SELECT count(*) FROM livestock") == 2
    assert office.ledger() == {"applied": 4}
    farm.assert_quiet()


def test_a_password_that_is_refused_empties_nothing(farm: Farm, barn: Desk) -> None:
    cow = farm.cow(barn)
    [email] = farm.desks
    barn.gateway.close()  # type: ignore[attr-defined]
    barn.gateway = farm.central.gateway(email, "not the password")
    with pytest.raises(SignInRefused):
        barn.sync()
    assert barn.row("livestock", cow) is not None


def test_a_change_of_role_compares_the_mirror_with_central(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    cow = farm.cow(barn)
    office.sync()
    farm.execute("UPDATE organization_users SET role = 'viewer' WHERE user_id = %s", office.user)
    # A row that slipped in unseen is found, because the mirror is compared and not trusted.
    with office.mirror.apply() as connection:
        connection.exec_driver_sql("UPDATE livestock SET row_version = 9, name = 'Ghost'")
    before = office.mirror.recall("fingerprint")
    office.sync()
    assert office.mirror.recall("fingerprint") != before
    assert office.mirror.recall("organization")["role"] == "viewer"
    assert office.row("livestock", cow)["name"] is None  # type: ignore[index]
    barn.sync()
    farm.assert_quiet()


def test_a_mirror_that_was_given_new_columns_is_filled_in(farm: Farm, barn: Desk) -> None:
    cow, other = farm.cow(barn, colour="red"), farm.cow(barn, "18", colour="black")
    barn.change("livestock", cow, name="Berta")
    # As a newer version leaves it: an empty column, and no fingerprint.
    with barn.mirror.apply() as connection:
        connection.exec_driver_sql("UPDATE livestock SET colour = NULL")
        connection.exec_driver_sql("UPDATE edits SET base = json_remove(base, '$.colour')")
        barn.mirror.state.put(connection, "fingerprint", None)
    barn.sync()
    row = barn.row("livestock", cow)
    assert row is not None
    assert (row["name"], row["colour"]) == ("Berta", "red")
    assert barn.row("livestock", other)["colour"] == "black"  # type: ignore[index]
    farm.assert_quiet()


def test_a_deep_comparison_finds_what_versions_do_not_show(farm: Farm, barn: Desk) -> None:
    cow, other = farm.cow(barn, name="Bella"), farm.cow(barn, "18", name="Berta")
    with barn.mirror.apply() as connection:
        connection.exec_driver_sql("UPDATE livestock SET name = 'Wrong' WHERE id = ?", (str(cow),))
    barn.change("livestock", other, name="In flight")

    def compared(deep: bool, mend: bool = True) -> dict[str, frozenset[object]]:
        found = cycle.verified(
            lambda job: job(barn.mirror), barn.gateway, farm.id, deep=deep, mend=mend
        )
        return dict(found.differing)

    assert compared(deep=False) == {}
    assert compared(deep=True, mend=False) == {"livestock": {cow}}
    assert compared(deep=True) == {"livestock": {cow}}
    assert compared(deep=True) == {}
    assert barn.row("livestock", cow)["name"] == "Bella"  # type: ignore[index]
    assert barn.row("livestock", other)["name"] == "In flight"  # type: ignore[index]
    barn.sync()
    farm.assert_quiet()


def test_what_was_saved_with_a_row_that_left_sight_waits_with_it(farm: Farm, barn: Desk) -> None:
    client = barn.add("clinic_clients", full_name="Lena Marsh")
    pet = barn.add("pets", name="Rex", species="Dog")
    link = barn.add("clinic_patients", pet_id=pet, client_id=client)
    barn.sync()
    with barn.mirror.unit("Correct a pet and its client") as unit:
        unit.update(Pet, pet, {"name": "Max"})
        unit.update(ClinicClient, client, {"phone": "1"})
        room = unit.insert(Room, {"name": "New"})
    barn.change("clinic_clients", client, email="lena@marsh.example")
    apart = barn.add("rooms", name="Apart")
    farm.execute("UPDATE clinic_patients SET ended_on = current_date WHERE id = %s", link)
    barn.sync()
    (held,) = barn.quarantine()
    assert (held.table, held.row_id, held.code) == ("pets", pet, "out_of_sight")
    assert barn.row("pets", pet) is None
    assert barn.row("rooms", room) is None
    assert barn.row("clinic_clients", client)["phone"] is None  # type: ignore[index]
    assert farm.value("SELECT count(*) FROM rooms WHERE id = any(%s)", [room, apart]) == 1
    assert barn.ledger() == {"applied": 4, "quarantined": 2}
    farm.assert_quiet()

    with pytest.raises(NotFound):
        resolve.retry(barn.mirror, held.id)
    farm.execute("UPDATE clinic_patients SET ended_on = null WHERE id = %s", link)
    barn.sync()
    resolve.retry(barn.mirror, held.id)
    barn.sync()
    assert farm.value("SELECT name FROM pets WHERE id = %s", pet) == "Max"
    assert farm.value("SELECT phone FROM clinic_clients WHERE id = %s", client) == "1"
    assert farm.value("SELECT email FROM clinic_clients WHERE id = %s", client) is not None
    assert farm.value("SELECT count(*) FROM rooms WHERE id = %s", room) == 1
    assert barn.ledger() == {"applied": 7}
    farm.assert_quiet()
