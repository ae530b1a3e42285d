"""Who signs up has a profile, who is invited joins, roles change by the platform alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege, NoDataFound, UniqueViolation
from psycopg.rows import dict_row

from tests.central.people import Row

INVITE = "select invite_member(%s, %s, %s)"
ACCEPT = "select accept_invite(%s)"
REDEEM = "select redeem_invite_code(%s)"
CODE = "insert into invite_codes (organization_id, label, role) values (%s, 'Board', 'staff')"


@pytest.fixture
def clinic(central: Any) -> UUID:
    clinic: UUID = central.add_organization("Town Clinic", "veterinary_clinic")
    for role in ("owner", "manager", "staff"):
        central.add_user(role, clinic, role)
    return clinic


@pytest.fixture
def petra(central: Any, clinic: UUID) -> UUID:
    """Somebody with an account and no more."""
    petra: UUID = central.add_user("petra", clinic, "viewer")
    central.admin().execute("delete from organization_users where user_id = %s", (petra,))
    return petra


def one(connection: Any, query: str, *values: Any) -> Any:
    return connection.execute(query, values).fetchone()[0]


def member(central: Any, user: UUID) -> Row:
    cursor = central.admin().cursor(row_factory=dict_row)
    row: Row = cursor.execute(
        "select role::text, status::text, title from organization_users where user_id = %s", (user,)
    ).fetchone()
    return row


def test_who_signs_up_has_a_profile_whatever_is_known_of_them(central: Any) -> None:
    admin = central.admin()
    people = {
        uuid4(): ("kim@example.org", '{"full_name": "Kim", "role": "platform_admin"}'),
        uuid4(): ("lee@example.org", '{"name": "Lee", "avatar_url": "https://x.example/lee"}'),
        uuid4(): (None, "{}"),
    }
    for id, (email, said) in people.items():
        admin.execute(
            "insert into auth.users (id, email, raw_user_meta_data) values (%s, %s, %s)",
            (id, email, said),
        )
    made = [
        admin.execute(
            "select email, full_name, avatar_url, role::text from profiles where id = %s", (id,)
        ).fetchone()
        for id in people
    ]
    assert made == [
        ("kim@example.org", "Kim", None, "pet_owner"),
        ("lee@example.org", "Lee", "https://x.example/lee", "pet_owner"),
        (None, None, None, "pet_owner"),
    ]
    kim = next(iter(people))
    admin.execute("update auth.users set email = 'kim@example.com' where id = %s", (kim,))
    assert one(admin, "select email from profiles where id = %s", kim) == "kim@example.com"
    admin.execute("delete from auth.users where id = %s", (kim,))
    assert admin.execute("select from profiles where id = %s", (kim,)).rowcount == 0


def test_the_last_owner_stays(central: Any, clinic: UUID) -> None:
    owner = central.login("owner")
    for statement in (
        "update organization_users set role = 'staff' where role = 'owner'",
        "update organization_users set status = 'inactive'",
        "delete from organization_users",
        "select leave_organization(organization_id) from organization_users limit 1",
    ):
        with pytest.raises(CheckViolation, match="needs an active owner"):
            owner.execute(statement)
    # Not in one statement either: one owner goes while another comes.
    swap = (
        "update organization_users set role = case role when 'owner' then 'manager' else 'owner'"
        " end::role where role in ('owner', 'manager')"
    )
    assert owner.execute(swap).rowcount == 2
    central.login("staff").execute("select leave_organization(%s)", (clinic,))
    central.admin().execute("delete from organizations where id = %s", (clinic,))


def test_two_owners_do_not_remove_each_other_at_once(central: Any, clinic: UUID) -> None:
    central.admin().execute("update organization_users set role = 'owner' where role = 'manager'")
    demote = "update organization_users set role = 'staff' where user_id <> auth.uid()"
    one_owner, other = central.login("owner"), central.login("manager")
    other.execute("set lock_timeout = '300ms'")
    with one_owner.transaction():
        mine = demote + " and role = 'owner'"
        assert one_owner.execute(mine).rowcount == 1
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute(mine)
    assert other.execute(mine).rowcount == 0


def test_an_invitation_makes_a_member_once(central: Any, clinic: UUID, petra: UUID) -> None:
    owner, login = central.login("owner"), central.login("petra")
    token = one(owner, INVITE, clinic, central.email("Petra"), "veterinarian")
    kept = one(central.admin(), "select token_hash from invites")
    assert token not in kept
    assert len(token) == 64
    with pytest.raises(NoDataFound):
        central.login("staff").execute(ACCEPT, (token,))
    assert one(login, ACCEPT, token) == clinic
    assert member(central, petra) == {"role": "veterinarian", "status": "active", "title": None}
    with pytest.raises(NoDataFound, match="used already"):
        login.execute(ACCEPT, (token,))
    assert one(owner, "select accepted_by from invites") == petra


@pytest.mark.parametrize(
    "undoing",
    [
        "update invites set revoked_at = now()",
        "update invites set expires_at = now()",
        "update organization_users set role = 'staff' where role = 'owner'",
        "select invite_again",
    ],
)
def test_an_invitation_ends(central: Any, clinic: UUID, petra: UUID, undoing: str) -> None:
    owner = central.login("owner")
    token = one(owner, INVITE, clinic, central.email("petra"), "staff")
    if undoing == "select invite_again":
        owner.execute(INVITE, (clinic, central.email("petra"), "viewer"))
    else:
        central.admin().execute(undoing)
    with pytest.raises(NoDataFound, match="not hold"):
        central.login("petra").execute(ACCEPT, (token,))
    assert member(central, petra) is None


def test_who_was_suspended_does_not_come_back_by_an_old_invitation(
    central: Any, clinic: UUID, petra: UUID
) -> None:
    owner, login = central.login("owner"), central.login("petra")
    old = one(owner, INVITE, clinic, central.email("petra"), "staff")
    central.add_user("petra", clinic, "viewer")
    with pytest.raises(UniqueViolation, match="already"):
        login.execute(ACCEPT, (old,))
    owner.execute("update organization_users set status = 'suspended' where user_id = %s", (petra,))
    with pytest.raises(NoDataFound):
        login.execute(ACCEPT, (old,))
    new = one(owner, INVITE, clinic, central.email("petra"), "staff")
    assert one(login, ACCEPT, new) == clinic


def test_only_owners_invite(central: Any, clinic: UUID, petra: UUID) -> None:
    for name in ("manager", "petra"):
        login = central.login(name)
        with pytest.raises(InsufficientPrivilege):
            login.execute(INVITE, (clinic, "eve@example.org", "owner"))
        with pytest.raises(InsufficientPrivilege):
            login.execute(CODE, (clinic,))
    owner = central.login("owner")
    elsewhere = central.add_organization("Hill Farm")
    with pytest.raises(InsufficientPrivilege):
        owner.execute(INVITE, (elsewhere, "eve@example.org", "owner"))
    with pytest.raises(CheckViolation):
        owner.execute(CODE.replace("'staff'", "'manager'"), (clinic,))


def test_a_code_lets_several_in_who_wait_for_an_owner(
    central: Any, clinic: UUID, petra: UUID
) -> None:
    owner, login = central.login("owner"), central.login("petra")
    owner.execute(CODE, (clinic,))
    code = one(owner, "select code from invite_codes")
    assert len(code) == 12
    with pytest.raises(NoDataFound):
        login.execute(REDEEM, ("nonsense",))
    typed = f"{code[:4]}-{code[4:8]} {code[8:]}".lower()
    assert one(login, REDEEM, typed) == clinic
    assert member(central, petra) == {"role": "staff", "status": "pending", "title": None}
    assert login.execute("select from organizations").rowcount == 0
    with pytest.raises(UniqueViolation):
        login.execute(REDEEM, (code,))
    owner.execute("update organization_users set status = 'active' where status = 'pending'")
    assert login.execute("select from organizations").rowcount == 1
    assert one(owner, "select uses from invite_codes") == 1


@pytest.mark.parametrize("end", ["revoked_at = now()", "expires_at = now()", "max_uses = 1"])
def test_a_code_ends(central: Any, clinic: UUID, petra: UUID, end: str) -> None:
    owner = central.login("owner")
    owner.execute(CODE, (clinic,))
    central.admin().execute("update invite_codes set uses = 1")
    owner.execute(f"update invite_codes set {end}")
    with pytest.raises(NoDataFound):
        central.login("petra").execute(REDEEM, (one(owner, "select code from invite_codes"),))


def test_roles_on_the_platform_change_by_its_administrators(
    central: Any, clinic: UUID, petra: UUID
) -> None:
    change = "select update_user_role(%s, 'veterinarian')"
    admin, login = central.admin(), central.login("petra")
    for name in ("petra", "owner"):
        with pytest.raises(InsufficientPrivilege, match="administrator of the platform"):
            central.login(name).execute(change, (petra,))
    admin.execute("update profiles set role = 'platform_admin' where id = %s", (petra,))
    login.execute(change, (petra,))
    entry = "select actor_id, details from audit_logs where action = 'role_update'"
    actor, details = admin.execute(entry).fetchone()
    assert actor == petra
    assert details["before"] == {"role": "platform_admin"}
    assert details["after"] == {"role": "veterinarian"}
    service = central.admin()
    service.execute("set role service_role")
    service.execute("select update_user_role(%s, 'breeder')", (petra,))
    assert one(admin, "select role::text from profiles where id = %s", petra) == "breeder"
    service.execute("reset role; set role authenticated")
    with pytest.raises(InsufficientPrivilege, match="administrator of the platform"):
        service.execute(change, (petra,))


def test_consent_is_withdrawn_and_never_changed(central: Any, clinic: UUID, petra: UUID) -> None:
    login = central.login("petra")
    agree = (
        "insert into user_consents (purpose, policy_version) values ('analytics', '3') returning id"
    )
    consent = one(login, agree)
    for statement in (
        "update user_consents set policy_version = '4'",
        "update user_consents set withdrawn_at = null",
        "delete from user_consents",
        "insert into user_consents (purpose, policy_version, granted_at)"
        " values ('research', '1', '2020-01-01')",
    ):
        with pytest.raises(InsufficientPrivilege):
            login.execute(statement)
    with pytest.raises(UniqueViolation):
        login.execute(agree)
    with pytest.raises(NoDataFound):
        central.login("owner").execute("select withdraw_consent(%s)", (consent,))
    login.execute("select withdraw_consent(%s)", (consent,))
    assert one(login, agree) != consent
    assert login.execute("select from user_consents where withdrawn_at is null").rowcount == 1
