"""Row-level security both ways: each role reaches what it may, and nothing of another's."""

from __future__ import annotations

import contextlib
from typing import Any

import psycopg
import pytest

from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.enums import Role
from fluffydesk.records.types import new_id
from fluffydesk.records.vocabulary import ForAll, Record, Within, record_columns
from tests.central.central_rows import a_value, insert, wanted

ORGANIZATIONAL = [record for record in RECORDS if not isinstance(record.__scope__, ForAll)]
ROLES = [role.value for role in Role]


def ids(records: list[type[Record]]) -> list[str]:
    return [record.__table__.name for record in records]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_its_own_rows_and_no_others(central: Any, tenants: Any, role: str) -> None:
    login = central.login(role)
    for record in RECORDS:
        table = record.__table__.name
        seen = {row[0] for row in login.execute(f"select id from {table}")}
        if Role(role) in record.__access__.read:
            assert tenants.farm_rows[table] in seen, table
        else:
            assert not seen, table
        if not isinstance(record.__scope__, ForAll):
            assert tenants.clinic_rows[table] not in seen, table


@pytest.mark.parametrize("role", ROLES)
def test_a_role_changes_what_it_may_and_no_more(central: Any, tenants: Any, role: str) -> None:
    login = central.login(role)
    for record in RECORDS:
        table = record.__table__.name
        column = next(c.name for c in record_columns(record) if "link" not in c.info)
        query = f"update {table} set {column} = {column} where id = %s"
        allowed = Role(role) in record.__access__.write
        assert changed(login, query, tenants.farm_rows[table]) == int(allowed), table
        if not isinstance(record.__scope__, ForAll):
            assert changed(login, query, tenants.clinic_rows[table]) == 0, table


@pytest.mark.parametrize("role", ROLES)
def test_a_role_deletes_what_it_may_and_no_more(central: Any, tenants: Any, role: str) -> None:
    login = central.login(role)
    for record in RECORDS:
        table = record.__table__.name
        query = f"delete from {table} where id = %s"
        allowed = Role(role) in record.__access__.deleters
        with login.transaction(force_rollback=True):
            assert changed(login, query, tenants.clinic_rows[table]) == 0, table
            if not allowed:
                assert changed(login, query, tenants.farm_rows[table]) == 0, table
                continue
            # Where other rows point here, being let as far as the foreign keys is enough.
            with contextlib.suppress(psycopg.errors.IntegrityError):
                assert login.execute(query, (tenants.farm_rows[table],)).rowcount == 1, table


@pytest.mark.parametrize("role", ROLES)
def test_a_role_inserts_where_it_may_and_nowhere_else(
    central: Any, tenants: Any, role: str
) -> None:
    login = central.login(role)
    skipped = {"organizations", "profiles", "organization_users", "audit_logs", "clinic_patients"}
    for record in ORGANIZATIONAL:
        table = record.__table__
        if table.name in skipped:
            continue
        for mine in (True, False):
            rows = tenants.farm_rows if mine else tenants.clinic_rows
            values = {
                column.name: a_value(column, rows | {table.name: new_id()})
                for column in wanted(table.columns)
            }
            if table.name == "pets":
                values["registered_by"] = rows["organizations"]
            for name in ("milked_on", "collected_on"):
                if name in values:
                    values[name] = "2026-05-05"
            if table.name == "appointments":
                values |= {"scheduled_at": "2026-06-01 10:00Z", "ends_at": "2026-06-01 11:00Z"}
            allowed = mine and Role(role) in record.__access__.write
            with login.transaction(force_rollback=True):
                if allowed:
                    insert(login, table.name, values)
                else:
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        insert(login, table.name, values)


def test_a_member_who_is_suspended_sees_nothing(central: Any, tenants: Any) -> None:
    login = central.login("staff")
    assert login.execute("select count(*) from livestock").fetchone() == (1,)
    central.admin().execute(
        "update organization_users set status = 'suspended' where user_id = %s",
        (tenants.people["staff"],),
    )
    for record in ORGANIZATIONAL:
        if record.__table__.name != "profiles":
            query = f"select count(*) from {record.__table__.name}"
            assert login.execute(query).fetchone() == (0,), record
    # One's own profile stays one's own.
    assert login.execute("select id from profiles").fetchall() == [(tenants.people["staff"],)]


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


def test_every_scope_column_is_beyond_reach(central: Any, tenants: Any) -> None:
    login = central.login("owner")
    for record in ORGANIZATIONAL:
        table = record.__table__.name
        frozen = {"id", "row_version", "updated_at", "updated_by", "updated_device", "created_at"}
        if isinstance(record.__scope__, Within):
            frozen.add(record.__scope__.column)
        if table == "pets":
            frozen |= {"owner_id", "registered_by"}
        if table == "clinic_patients":
            frozen.add("pet_id")
        for column in frozen:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                login.execute(f"update {table} set {column} = {column}")


def changed(login: Any, query: str, row_id: Any) -> int:
    """Return how many rows a statement changed; none where it is not allowed at all."""
    try:
        with login.transaction():
            return int(login.execute(query, (row_id,)).rowcount)
    except psycopg.errors.InsufficientPrivilege:
        return 0
