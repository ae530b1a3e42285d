"""A database whose host keeps the accounts: they are left alone and used."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import psycopg
import pytest

from fluffydesk.central import administration
from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.errors import InvalidValue, NotFound, Refusal
from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.vocabulary import ReferenceRecord
from tests.central.supabase import OWNER, Host, hand_over

_OURS = ("on_auth_user_created", "on_auth_user_email_changed")


@pytest.fixture(scope="module")
def host(apart: EmbeddedServer) -> Host:
    """A database of the host's that has been set up as central."""
    host = hand_over(apart, "project")
    administration.init(host.owner_url)
    return host


@pytest.fixture
def untouched(apart: EmbeddedServer) -> Host:
    """A database as the host hands it over."""
    return hand_over(apart, f"u{uuid4().hex[:12]}")


def farm_of(host: Host, *people: tuple[str, str]) -> tuple[UUID, list[UUID]]:
    """Add a farm with people who have signed up, each with a role."""
    name = uuid4().hex
    farm = administration.add_organization(host.owner_url, f"Farm {name}", "farm")
    ids = []
    for called, role in people:
        email = f"{called}.{name}@farm.example"
        ids.append(host.sign_up(email, called.capitalize()))
        administration.add_user(host.owner_url, email, None, farm, role)
    return farm, ids


def test_the_hosts_accounts_are_as_before_but_for_our_triggers(untouched: Host) -> None:
    early = untouched.sign_up("early@farm.example", "Early Bird")
    before = untouched.accounts()
    administration.init(untouched.owner_url)
    after = untouched.accounts()
    added = set(after.pop("triggers")) - set(before.pop("triggers"))
    assert len(added) == 2
    assert all(any(f"CREATE TRIGGER {name} " in one for name in _OURS) for one in added)
    assert after == before
    assert untouched.ask("select email, full_name from profiles where id = %s", early) == (
        "early@farm.example",
        "Early Bird",
    )


def test_check_finds_no_difference(host: Host) -> None:
    assert administration.check(host.owner_url) == []


def test_check_looks_at_what_is_ours_on_the_hosts_table(untouched: Host) -> None:
    administration.init(untouched.owner_url)
    with psycopg.connect(untouched.superuser_url, autocommit=True) as connection:
        connection.execute("drop trigger on_auth_user_created on auth.users")
        connection.execute("create extension hstore schema public")  # another's business
        connection.execute("alter table auth.users add column extra text")
    assert administration.check(untouched.owner_url) == [
        "Missing: trigger auth.users on_auth_user_created."
    ]


def test_all_the_way_down_leaves_the_host_as_it_was(untouched: Host) -> None:
    person = untouched.sign_up("anna@farm.example")
    before = untouched.accounts()
    administration.init(untouched.owner_url)
    administration.migrate(untouched.owner_url, "base")
    assert untouched.accounts() == before
    left = untouched.ask(
        "select array_agg(n.nspname::text || '.' || c.relname) from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " where c.relkind = 'r' and n.nspname in ('public', 'access', 'sync')"
    )
    assert left == (["sync.alembic_version"],)
    # Its services go on, and so can we.
    untouched.sign_up("bert@farm.example")
    administration.init(untouched.owner_url)
    assert administration.check(untouched.owner_url) == []
    assert untouched.ask("select id from profiles where id = %s", person) == (person,)


def test_the_hosts_services_still_get_in(host: Host) -> None:
    for service in ("supabase_auth_admin", "supabase_storage_admin", "authenticator"):
        assert host.ask("select 1", login=service) == (1,)


def test_a_superuser_hardens_nothing_there(untouched: Host) -> None:
    administration.init(untouched.owner_url)
    administration.init(untouched.superuser_url)
    for service in ("supabase_auth_admin", "authenticator"):
        assert untouched.ask("select count(*) > 0 from pg_roles", login=service) == (True,)
    untouched.ask(
        "create function auth.f() returns int language plpgsql as 'begin return 1; end'",
        login="supabase_auth_admin",
    )


def test_who_signs_up_has_a_profile_and_who_leaves_has_none(host: Host) -> None:
    name = uuid4().hex
    person = host.sign_up(f"Anna.{name}@Farm.example", "Anna")
    query = "select email, full_name, role::text from profiles where id = %s"
    assert host.ask(query, person) == (f"anna.{name}@farm.example", "Anna", "pet_owner")
    by_phone = host.sign_up(None)
    assert host.ask(query, by_phone) == (None, None, "pet_owner")
    host.ask(
        "update auth.users set email = %s where id = %s",
        f"a.{name}@farm.example",
        person,
        login="supabase_auth_admin",
    )
    assert host.ask(query, person) == (f"a.{name}@farm.example", "Anna", "pet_owner")
    host.ask("delete from auth.users where id = %s", person, login="supabase_auth_admin")
    assert host.ask(query, person) is None


def test_a_request_sees_the_rows_of_its_person_and_no_others(host: Host) -> None:
    farm, [anna] = farm_of(host, ("anna", "owner"))
    other, [bert] = farm_of(host, ("bert", "owner"))
    for person, organization in ((anna, farm), (bert, other)):
        with host.request(person) as connection:
            connection.execute(
                "insert into livestock_batches (organization_id, name, purpose, status)"
                " values (%s, 'x', 'dairy', 'active')",
                (organization,),
            )
    with host.request(anna) as connection:
        seen = connection.execute("select organization_id from livestock_batches").fetchall()
        assert seen == [(farm,)]
        assert connection.execute("select id from profiles").fetchall() == [(anna,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege), host.request(anna) as connection:
        connection.execute(
            "insert into livestock_batches (organization_id, name, purpose, status)"
            " values (%s, 'x', 'dairy', 'active')",
            (other,),
        )
    with host.request(uuid4()) as connection:
        assert connection.execute("select id from livestock_batches").fetchall() == []


def test_nobody_signed_in_sees_the_public_catalogue_and_nothing_else(host: Host) -> None:
    farm_of(host, ("anna", "owner"))
    with host.request(None, "anon") as connection:
        readable = connection.execute(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " and relkind in ('r', 'v') and has_any_column_privilege(oid, 'select')"
        ).fetchall()
        filled = {
            table
            for (table,) in readable
            if connection.execute(f"select count(*) > 0 from {table}").fetchone() == (True,)
        }
    catalogue = {record.__table__.name for record in RECORDS if issubclass(record, ReferenceRecord)}
    assert "livestock_species" in filled
    assert filled <= catalogue
    for table in ("profiles", "organization_users", "organizations"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), host.request(None, "anon") as one:
            one.execute(f"select id from {table}")


def test_no_function_is_anybodys_by_default_as_the_host_would_have_it(host: Host) -> None:
    found = host.ask(
        "select array_agg(p.oid::regprocedure::text order by 1) from pg_proc p"
        " where pronamespace::regnamespace::text in ('public', 'access', 'sync')"
        " and has_function_privilege('anon', p.oid, 'execute')"
    )
    assert found == (
        ["access.is_planned()", "access.is_unexplained()", "product_availability(uuid[])"],
    )


def test_the_platforms_services_see_everything(host: Host) -> None:
    farm, [anna] = farm_of(host, ("anna", "owner"))
    with host.request(None, "service_role") as connection:
        found = connection.execute(
            "select user_id from organization_users where organization_id = %s", (farm,)
        ).fetchall()
        assert found == [(anna,)]
        connection.execute("update organizations set name = 'New' where id = %s", (farm,))


def test_a_pc_can_sync_through_requests(host: Host) -> None:
    farm, [anna] = farm_of(host, ("anna", "manager"))
    device = {"id": str(uuid4()), "name": "Barn", "version": "1", "clock": 0}
    batch = str(uuid4())
    with host.request(anna) as connection:
        [hello] = connection.execute(
            "select sync.hello(%s, %s)", (farm, json.dumps(device))
        ).fetchall()[0]
        assert hello["user"]["id"] == str(anna)
        assert hello["role"] == "manager"
        epoch = hello["epoch"]
    with host.request(anna) as connection:
        pulled = connection.execute(
            "select sync.pull(%s, null, '{}', null, 10)", (farm,)
        ).fetchall()[0][0]
    values = {"organization_id": str(farm), "name": "B", "purpose": "dairy", "status": "active"}
    row = {"table": "livestock_batches", "id": batch, "op": "insert", "values": values}
    parcel = {"id": str(uuid4()), "rows": [row]}
    with host.request(anna) as connection:
        [[results]] = connection.execute(
            "select sync.push(%s, %s, %s)", (farm, json.dumps(device), json.dumps([parcel]))
        ).fetchall()
        assert [result["result"] for result in results] == ["applied"], results
    columns = json.dumps({"livestock_batches": ["id", "name"]})
    with host.request(anna) as connection:
        [[answer]] = connection.execute(
            "select sync.pull(%s, %s, %s, null, 10)", (farm, json.dumps(pulled["cursor"]), columns)
        ).fetchall()
        assert batch in json.dumps(answer)
    administration.new_epoch(host.owner_url)
    with host.request(anna) as connection:
        [[hello]] = connection.execute(
            "select sync.hello(%s, %s)", (farm, json.dumps(device))
        ).fetchall()
    assert hello["epoch"] != epoch


def test_without_a_look_at_the_cluster_a_life_still_ends_by_command(untouched: Host) -> None:
    administration.init(untouched.owner_url)
    lives = [untouched.ask("select sync.life()")]
    with psycopg.connect(untouched.superuser_url, autocommit=True) as connection:
        for revoked in (
            "pg_control_system(), pg_control_checkpoint()",
            "pg_walfile_name(pg_lsn)",
        ):
            connection.execute(f"revoke execute on function {revoked} from public")
            lives.append(untouched.ask("select sync.life()"))
            assert untouched.ask("select sync.life()") == lives[-1]
    administration.new_epoch(untouched.owner_url)
    lives.append(untouched.ask("select sync.life()"))
    assert len(set(lives)) == 4


def test_who_has_signed_up_can_be_made_a_member_and_nobody_else(host: Host) -> None:
    name = uuid4().hex
    email = f"anna.{name}@farm.example"
    farm = administration.add_organization(host.owner_url, f"Farm {name}", "farm")
    with pytest.raises(NotFound, match="signed up"):
        administration.add_user(host.owner_url, email, None, farm, "owner")
    anna = host.sign_up(email)
    with pytest.raises(InvalidValue, match="keeps the passwords"):
        administration.add_user(host.owner_url, email, "x", farm, "owner")
    assert administration.add_user(host.owner_url, email.upper(), None, farm, "owner") == anna
    assert host.ask("select role::text from organization_users where user_id = %s", anna) == (
        "owner",
    )
    assert host.ask("select to_regrole(%s)", f'"{email}"') == (None,)
    assert host.ask("select count(*) from access.logins") == (0,)
    assert not administration.keeps_accounts(host.owner_url)


def test_accounts_that_are_not_lent_are_refused_in_words(untouched: Host) -> None:
    with psycopg.connect(untouched.superuser_url, autocommit=True) as connection:
        connection.execute(
            f"set role supabase_auth_admin; revoke references on auth.users from {OWNER}"
        )
    with pytest.raises(Refusal, match="may not use the accounts"):
        administration.init(untouched.owner_url)
    assert untouched.ask("select to_regnamespace('sync')") == (None,)
