"""Trails stay as they are, keys are shown once, jobs are taken once, what is signed is signed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.errors import (
    CheckViolation,
    InsufficientPrivilege,
    InvalidParameterValue,
    ObjectNotInPrerequisiteState,
    UniqueViolation,
)

HASH = "ab" * 32


@pytest.fixture
def farm(central: Any) -> UUID:
    farm: UUID = central.add_organization("Hill Farm")
    for role in ("owner", "manager", "staff"):
        central.add_user(role, farm, role)
    return farm


@pytest.fixture
def service(central: Any, farm: UUID) -> Any:
    """The platform's services: every policy passed by, and no owner of a table."""
    connection = central.admin()
    connection.execute("set role service_role")
    return connection


def one(connection: Any, query: str, *values: Any) -> Any:
    return connection.execute(query, values).fetchone()[0]


def user(central: Any, name: str) -> UUID:
    found: UUID = one(
        central.admin(), "select id from profiles where email = %s", central.email(name)
    )
    return found


@contextmanager
def refused(kind: type[psycopg.Error], words: str) -> Iterator[None]:
    with pytest.raises(kind, match=words):
        yield


@pytest.mark.parametrize("trail", ["audit_logs", "security_events", "moderation_logs"])
def test_a_trail_is_only_added_to(central: Any, service: Any, trail: str) -> None:
    central.admin().execute(f"grant truncate on {trail} to service_role")
    for statement in (f"update {trail} set id = id", f"delete from {trail}", f"truncate {trail}"):
        with refused(InsufficientPrivilege, "is a trail"):
            service.execute(statement)
    central.admin().execute(f"delete from {trail}")  # its owner archives it


def test_the_trail_outlives_the_organization_and_the_person(central: Any, service: Any) -> None:
    admin = central.admin()
    other = central.add_organization("Short-lived")
    person = central.add_user("gone", other, "owner")
    service.execute(
        "insert into security_events (user_id, kind) values (%s, 'signed_in')", [person]
    )
    before = one(admin, "select count(*) from audit_logs where organization_id = %s", other)
    assert before > 0
    admin.execute("delete from organizations where id = %s", [other])
    assert one(admin, "select count(*) from audit_logs where organization_id = %s", other) >= before
    admin.execute("delete from profiles where id = %s", [person])
    assert one(admin, "select count(*) from security_events where user_id is null") == 1


def test_a_key_is_shown_once_and_only_its_hash_is_kept(
    central: Any, farm: UUID, service: Any
) -> None:
    manager = central.login("manager")
    key = one(manager, "select create_api_key('Robot', '{milk:write}', %s)", farm)
    row = central.admin().execute("select prefix, key_hash, made_by from api_keys").fetchone()
    assert key.startswith(row[0] + "_")
    assert row[1:] == (sha256(key.encode()).hexdigest(), user(central, "manager"))
    found = service.execute("select * from use_api_key(%s)", [key]).fetchall()
    assert [(organization, person, scopes) for _, organization, person, scopes in found] == [
        (farm, None, ["milk:write"])
    ]
    trail = one(
        central.admin(),
        "select string_agg(details::text, '') from audit_logs where entity_type = 'api_keys'",
    )
    assert "milk:write" in trail
    assert row[1] not in trail
    assert key not in trail


def test_a_key_ends(central: Any, farm: UUID, service: Any) -> None:
    owner = central.login("owner")
    keys = [
        one(owner, "select create_api_key('Robot', '{milk:write}', %s)", farm),
        one(owner, "select create_api_key('Mine', '{pets:read}')"),
    ]
    owner.execute("select revoke_api_key(id) from api_keys")
    late = one(owner, "select create_api_key('x', '{a:read}', null, now() + interval '1 hour')")
    central.admin().execute(
        "update api_keys set expires_at = now() - interval '1 hour' where revoked_at is null"
    )
    for key in [*keys, late, "fp_guessed"]:
        assert service.execute("select * from use_api_key(%s)", [key]).fetchall() == []


def test_who_may_make_and_revoke_keys(central: Any, farm: UUID) -> None:
    staff, owner = central.login("staff"), central.login("owner")
    make = "select create_api_key(%s, %s::text[], %s)"
    with refused(InsufficientPrivilege, "owners and managers"):
        staff.execute(make, ["x", ["a:read"], farm])
    with refused(InsufficientPrivilege, "owners and managers"):
        owner.execute(make, ["x", ["a:read"], uuid4()])
    with refused(InvalidParameterValue, "may do"):
        owner.execute(make, ["x", ["everything"], farm])
    with refused(InvalidParameterValue, "name"):
        owner.execute(make, [" ", ["a:read"], farm])
    owner.execute(make, ["x", ["a:read"], farm])
    key = one(central.admin(), "select id from api_keys")
    with refused(InsufficientPrivilege, "no such key"):
        staff.execute("select revoke_api_key(%s)", [key])
    assert staff.execute("select id from api_keys").fetchall() == []
    with refused(InsufficientPrivilege, "permission denied"):
        owner.execute("select * from use_api_key('x')")
    with refused(InsufficientPrivilege, "permission denied"):
        owner.execute("update api_keys set scopes = '{b:write}'")


def test_a_job_is_taken_by_one_worker_and_tried_again(central: Any, service: Any) -> None:
    service.execute(
        "insert into async_jobs (kind, priority, max_attempts) values ('a', 0, 2), ('b', 5, 1)"
    )
    claim = "select kind from claim_async_jobs(%s, null, 1)"
    with service.transaction():
        assert one(service, claim, "one") == "b"
        other = central.admin()
        other.execute("set role service_role")
        assert one(other, claim, "two") == "a"
        assert other.execute(claim, ["two"]).fetchone() is None
    jobs = dict(service.execute("select kind, id from async_jobs").fetchall())
    finish = "select finish_async_job(%s, %s, %s)"
    with refused(ObjectNotInPrerequisiteState, "not this worker"):
        service.execute(finish, [jobs["a"], "one", None])
    service.execute(finish, [jobs["b"], "one", None])
    service.execute(finish, [jobs["a"], "two", "no network"])
    rows = service.execute(
        "select kind, status, attempts, run_after > now(), error from async_jobs order by kind"
    ).fetchall()
    assert rows == [("a", "queued", 1, True, "no network"), ("b", "succeeded", 1, False, None)]
    service.execute("update async_jobs set run_after = now() where kind = 'a'")
    service.execute(claim, ["two"])
    service.execute(finish, [jobs["a"], "two", "no network"])
    assert one(service, "select status from async_jobs where kind = 'a'") == "failed"


def test_a_job_whose_worker_died_is_taken_again_until_it_is_given_up(service: Any) -> None:
    service.execute("insert into async_jobs (kind, unique_key, max_attempts) values ('a', 'k', 2)")
    with refused(UniqueViolation, "waiting_key"):
        service.execute("insert into async_jobs (kind, unique_key) values ('a', 'k')")
    for worker in ("one", "two"):
        assert one(service, "select locked_by from claim_async_jobs(%s)", worker) == worker
        service.execute("update async_jobs set locked_at = now() - interval '1 hour'")
    assert service.execute("select * from claim_async_jobs('three')").fetchall() == []
    assert one(service, "select status from async_jobs") == "failed"


def test_a_document_is_signed_by_its_signer_and_then_stays(
    central: Any, farm: UUID, service: Any
) -> None:
    owner, staff = central.login("owner"), central.login("staff")
    document = one(
        owner,
        "insert into signed_documents (organization_id, title, file_url, sha256, signed_by)"
        " values (%s, 'Contract', 'https://files.example/1', %s, %s) returning id",
        farm,
        HASH,
        user(central, "staff"),
    )
    sign = "select sign_document(%s, %s)"
    with refused(InsufficientPrivilege, "no such document"):
        owner.execute(sign, [document, HASH])  # not theirs to sign
    with refused(InsufficientPrivilege, "no such document"):
        staff.execute(sign, [document, "cd" * 32])  # another file than the one to sign
    owner.execute("update signed_documents set title = 'Work contract'")
    staff.execute(sign, [document, HASH.upper()])
    signed = "select signer_name, signed_at is not null, ip_address is not null, title"
    assert owner.execute(f"{signed} from signed_documents").fetchone() == (
        "Staff",
        True,
        True,
        "Work contract",
    )
    with refused(InsufficientPrivilege, "no such document"):
        staff.execute(sign, [document, HASH])
    assert owner.execute("update signed_documents set title = 'x'").rowcount == 0
    assert owner.execute("delete from signed_documents").rowcount == 0
    for statement in ("update signed_documents set title = 'x'", "delete from signed_documents"):
        with refused(InsufficientPrivilege, "neither changed nor deleted"):
            service.execute(statement)


def test_a_document_is_revoked_with_a_reason_once(central: Any, farm: UUID) -> None:
    manager, staff = central.login("manager"), central.login("staff")
    document = one(
        staff,
        "insert into signed_documents (title, file_url, sha256, signed_by)"
        " values ('Consent', 'https://files.example/2', %s, %s) returning id",
        HASH,
        user(central, "staff"),
    )
    revoke = "select revoke_document(%s, %s)"
    staff.execute("select sign_document(%s, %s)", [document, HASH])
    with refused(InsufficientPrivilege, "no such document"):
        manager.execute(revoke, [document, "not mine"])
    with refused(InvalidParameterValue, "say why"):
        staff.execute(revoke, [document, " "])
    staff.execute(revoke, [document, "a mistake"])
    assert one(staff, "select revoke_reason from signed_documents") == "a mistake"
    with refused(InsufficientPrivilege, "no such document"):
        staff.execute(revoke, [document, "again"])


def test_nobody_adds_a_report_or_a_data_request_that_is_settled(central: Any, farm: UUID) -> None:
    staff, me = central.login("staff"), user(central, "staff")
    report = "insert into reports (reporter_id, target_table, target_id, status)"
    about = uuid4()
    with refused(InsufficientPrivilege, "row-level security"):
        staff.execute(f"{report} values (%s, 'reviews', %s, 'resolved')", [me, about])
    staff.execute(f"{report} values (%s, 'reviews', %s, 'open')", [me, about])
    with refused(UniqueViolation, "unsettled"):
        staff.execute(f"{report} values (%s, 'reviews', %s, 'open')", [me, about])
    ask = "insert into data_requests (user_id, kind, due_on) values (%s, 'erasure', current_date"
    with refused(InsufficientPrivilege, "row-level security"):
        staff.execute(f"{ask} + 300)", [me])
    staff.execute("insert into data_requests (user_id, kind) values (%s, 'erasure')", [me])
    assert one(staff, "select due_on - current_date from data_requests") == 30
    with refused(CheckViolation, "completed_when_settled"):
        central.admin().execute("update data_requests set status = 'completed'")


def test_a_setting_is_of_its_type(central: Any) -> None:
    admin = central.admin()
    add = "insert into platform_settings (key, value_type, value) values (%s, %s, %s::jsonb)"
    admin.execute(add, ["bookings.cancel_hours", "number", "24"])
    with refused(CheckViolation, "value_is_of_its_type"):
        admin.execute(add, ["mail.from", "number", '"me"'])
