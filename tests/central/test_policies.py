"""What links and several memberships let one see, and for how long."""

from __future__ import annotations

from typing import Any

import psycopg

from fluffydesk.records.types import new_id
from tests.central.central_rows import insert


def test_a_member_of_two_organizations_reads_both(central: Any, tenants: Any) -> None:
    central.add_user("staff", tenants.clinic, "viewer")
    login = central.login("staff")
    assert login.execute("select count(*) from livestock").fetchone() == (2,)
    query = "update livestock set name = 'x' where id = %s"
    assert changed(login, query, tenants.farm_rows["livestock"]) == 1
    assert changed(login, query, tenants.clinic_rows["livestock"]) == 0


def test_a_pet_is_seen_by_its_person_its_registrar_and_the_clinics_it_goes_to(
    central: Any, tenants: Any
) -> None:
    admin, pet = central.admin(), tenants.clinic_rows["pets"]
    stranger, owner = central.login("stranger"), central.login("owner")

    def seen_by(login: Any) -> bool:
        return bool(login.execute("select 1 from pets where id = %s", (pet,)).rowcount)

    assert (seen_by(stranger), seen_by(owner)) == (True, False)
    insert(
        admin,
        "clinic_patients",
        {"id": new_id(), "organization_id": tenants.farm, "pet_id": pet},
    )
    assert (seen_by(stranger), seen_by(owner)) == (True, True)
    # A link that was ended ends the sight, for the registrar too.
    admin.execute("update clinic_patients set ended_on = '2026-05-05' where pet_id = %s", (pet,))
    assert (seen_by(stranger), seen_by(owner)) == (False, False)
    admin.execute("update pets set owner_id = %s where id = %s", (tenants.people["owner"], pet))
    assert (seen_by(stranger), seen_by(owner)) == (False, True)
    assert changed(owner, "update pets set name = 'Rex' where id = %s", pet) == 1


def changed(login: Any, query: str, row_id: Any) -> int:
    """Return how many rows a statement changed; none where it is not allowed at all."""
    try:
        with login.transaction():
            return int(login.execute(query, (row_id,)).rowcount)
    except psycopg.errors.InsufficientPrivilege:
        return 0
