"""Someone with psql, a real account and bad intentions: no row of another's is seen or counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from fluffydesk.records.access import Anyone, ForAll, Of, SignedIn
from fluffydesk.records.catalog import RECORDS, record_for
from fluffydesk.records.types import new_id
from fluffydesk.records.vocabulary import facts_of
from tests.central.central_rows import (
    BARN,
    EVERY_COLUMN,
    a_group,
    adding,
    changing,
    deleting,
    parcel,
)

DENIED = psycopg.errors.InsufficientPrivilege


def is_open(record: Any) -> bool:
    """Say whether somebody may read rows of the table who has nothing to do with anybody there."""
    return any(
        isinstance(way, Anyone | SignedIn)
        or (
            isinstance(way, Of)
            and is_open(record_for(facts_of(record.__table__.columns[way.column]).target))
        )
        for way in record.__access__.ways("read")
    )


SECRET = [
    record.__table__.name
    for record in RECORDS
    if not isinstance(record.__scope__, ForAll) and not is_open(record)
]


@pytest.fixture
def attacker(central: Any, tenants: Any) -> psycopg.Connection[Any]:
    """The clinic's owner, who is after the farm."""
    login: psycopg.Connection[Any] = central.login("stranger")
    return login


@pytest.fixture
def prowler(shared_central: Any, shared_tenants: Any) -> Iterator[psycopg.Connection[Any]]:
    """The same, in a central where nothing is to change: no attempt of theirs succeeds."""
    with shared_central.login("stranger") as login:
        yield login


def sees_nothing(attacker: Any, tenants: Any) -> None:
    """Check that not one row of the farm is in sight."""
    for table in SECRET:
        query = f"select 1 from {table} where id = %s"
        assert attacker.execute(query, (tenants.farm_rows[table],)).rowcount == 0, table
    assert tenants.farm not in {
        row[0] for row in attacker.execute("select scope_id from sync.changes")
    }


@pytest.mark.parametrize(
    "trick",
    [
        'set request.jwt.claims = \'{{"sub": "{victim}"}}\'',
        "set request.jwt.claim.sub = '{victim}'",
        "set role authenticated",
        "set row_security = on",
        "set sync.device = 'Barn'",
        "set search_path = pg_temp, sync, auth, public",
        "set session characteristics as transaction isolation level serializable",
        "set plan_cache_mode = force_generic_plan",
    ],
)
def test_settings_open_nothing(prowler: Any, shared_tenants: Any, trick: str) -> None:
    prowler.execute(trick.format(victim=shared_tenants.people["owner"]))
    assert prowler.execute("select auth.uid()").fetchone() == (shared_tenants.people["stranger"],)
    sees_nothing(prowler, shared_tenants)


@pytest.mark.parametrize(
    "trick",
    [
        "set row_security = off; select * from livestock",
        "set role service_role",
        "set role authenticator",
        "set role postgres",
        "set session authorization postgres",
        "alter role current_user superuser",
        "alter role current_user bypassrls",
        "grant service_role to current_user",
        "alter table livestock disable row level security",
        "drop policy may_read on livestock",
        "create policy everything on livestock using (true)",
        "alter table livestock owner to current_user",
        "create temp table mine (x int)",
        "create table public.mine (x int)",
        "create table sync.mine (x int)",
        "create schema mine",
        "create function public.f() returns int language sql as 'select 1'",
        "create view public.v as select * from livestock",
        "do $$ begin perform 1; end $$",
        "select lo_from_bytea(0, 'x')",
        "select lo_create(0)",
        "select lo_import('/etc/passwd')",
        "copy livestock to '/tmp/out'",
        "copy (select 1) to program 'id'",
        "select pg_read_file('postgresql.conf')",
        "select query_to_xml('explain analyze select * from livestock', true, true, '')",
        "update livestock set row_version = 99",
        "update livestock set organization_id = organization_id",
        "insert into sync.changes (scope_id, table_name, row_id, kind)"
        " values (gen_random_uuid(), 'livestock', gen_random_uuid(), 'upsert')",
        "delete from sync.changes",
        "update sync.epoch set id = gen_random_uuid()",
        "select sync.prune('0 s')",
        "select sync.wake(array[sync.nobody()])",
        "select sync.pets_scopes('{}')",
        "insert into auth.users (id, email) values (gen_random_uuid(), 'x@y')",
        "update access.logins set login = 'postgres'",
        "select raw_user_meta_data from auth.users",
        "truncate livestock",
        "alter database postgres set row_security = off",
        "create trigger t before insert on livestock for each row"
        " execute function sync.log_within()",
        "select pg_logical_emit_message(false, 'a', 'b')",
    ],
)
def test_powers_that_members_lack(prowler: Any, shared_tenants: Any, trick: str) -> None:
    with pytest.raises(psycopg.Error) as refused:
        prowler.execute(trick)
    assert refused.value.sqlstate == "42501", refused.value
    prowler.execute("reset role")
    sees_nothing(prowler, shared_tenants)


@pytest.mark.parametrize(
    "question",
    [
        "select reltuples from pg_class where relname = 'livestock'",
        "select relpages from pg_class where relname = 'livestock'",
        "select n_live_tup from pg_stat_user_tables",
        "select seq_tup_read from pg_stat_xact_user_tables",
        "select * from pg_statio_user_tables",
        "select * from pg_stats",
        "select * from pg_stats_ext",
        "select * from pg_stat_activity",
        "select * from pg_stat_progress_analyze",
        "select * from pg_stat_database",
        "select * from pg_locks",
        "select * from pg_sequences",
        "select rolname from pg_roles",
        "select usename from pg_user",
        "select groname, grolist from pg_group",
        "select usename from pg_shadow",
        "select rolname from pg_authid",
        "select count(*) from pg_auth_members",
        "select count(*) from pg_shdepend",
        "select pg_relation_size('livestock')",
        "select pg_total_relation_size('livestock')",
        "select pg_table_size('livestock')",
        "select pg_indexes_size('livestock')",
        "select pg_database_size(current_database())",
        "select pg_stat_get_live_tuples('livestock'::regclass)",
        "select pg_stat_get_xact_tuples_returned('livestock'::regclass)",
        "select pg_relation_filepath('livestock')",
        "select pg_sequence_last_value('sync.changes_seq_seq')",
        "select last_value from sync.changes_seq_seq",
        "select pg_notification_queue_usage()",
        "select pg_export_snapshot()",
        "select ctid from livestock",
        "select xmin from livestock",
        "select tableoid from livestock",
        "select made_at from sync.changes",
        "select seq from sync.changes",
        "select id from sync.epoch",
        "select pg_cancel_backend(1)",
        "select pg_terminate_backend(1)",
        "select txid_current()",
        "select ts_stat('select 1')",
        "explain analyze select * from livestock",
        "explain (analyze, costs off) select * from sync.changes",
        "explain select id from livestock",
        "explain select xid from sync.changes where xid > '1000'",
        "explain analyze select id from pets where microchip = '985000000000001'",
        # A leakproof condition is tried before a policy's own.
        "explain analyze select id from livestock where row_version = -1",
        "explain analyze update livestock set name = 'x'",
        "explain analyze delete from livestock where row_version = -1",
        "explain analyze select id from pets where row_version = -1",
        "explain analyze select id from profiles where row_version = -1",
        "explain analyze select a.id from livestock a left join pets p on p.row_version = -1",
        "explain analyze select row_id from sync.changes where row_id = sync.nobody()",
        "explain analyze select id from sync.devices where last_seen = 'epoch'",
        "explain analyze select channel from sync.channels where channel = sync.nobody()",
        "explain analyze select email from auth.users where created_at = 'epoch'",
        "explain analyze select * from auth.users",
        "explain analyze select * from pets",
        "explain analyze select * from profiles",
        "explain analyze select * from sync.devices",
        "explain analyze select * from sync.applied_units",
        "explain analyze select * from sync.channels",
        "explain analyze select * from audit_logs",
        "set enable_indexscan = off; set enable_bitmapscan = off;"
        " /* */ ExPlAiN analyze select * from livestock",
        "prepare p as select * from livestock; explain analyze execute p",
        "select currtid2('livestock', '(0,1)')",
    ],
)
def test_counting_by_other_means(prowler: Any, question: str) -> None:
    with pytest.raises(DENIED):
        prowler.execute(question)


def test_counts_are_of_ones_own_rows(
    shared_central: Any, prowler: Any, shared_tenants: Any
) -> None:
    admin, clinic = shared_central.admin(), shared_tenants.clinic
    for table in SECRET:
        own = prowler.execute(f"select count(*) from {table}").fetchone()[0]
        theirs = f"select count(*) from {table} where organization_id = %s"
        columns = record_for(table).__table__.columns
        kept = table == "audit_logs" or not columns.get("organization_id", columns.id).nullable
        kept = kept and "organization_id" in columns
        # What nobody but the platform reads, such as its summaries, is none of theirs.
        assert own <= (admin.execute(theirs, (clinic,)).fetchone()[0] if kept else 1), table
        assert own == 1 or table != "livestock"


def test_no_row_is_written_into_anothers_organization(attacker: Any, tenants: Any) -> None:
    farm, clinic = tenants.farm, tenants.clinic
    with pytest.raises(DENIED):
        attacker.execute(
            "insert into livestock_batches (id, organization_id, name, purpose, status)"
            " values (%s, %s, 'mine', 'dairy', 'active')",
            (new_id(), farm),
        )
    with pytest.raises(DENIED):
        attacker.execute(
            "update livestock_batches set organization_id = %s where organization_id = %s",
            (farm, clinic),
        )
    # An own animal in another's group: the key includes the organization.
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        attacker.execute(
            "update livestock set batch_id = %s", (tenants.farm_rows["livestock_batches"],)
        )
    unknown = adding(
        "livestock",
        clinic,
        tag_number="1",
        sex="male",
        status="active",
        species_id=tenants.clinic_rows["livestock_species"],
        dam_id=new_id(),
    )
    foreign = adding(
        "livestock",
        clinic,
        tag_number="1",
        sex="male",
        status="active",
        species_id=tenants.clinic_rows["livestock_species"],
        dam_id=tenants.farm_rows["livestock"],
    )
    answers = [push(attacker, clinic, parcel(row))[0] for row in (unknown, foreign)]
    assert [answer["code"] for answer in answers] == ["23503", "23503"]
    # What is said of a row that is another's is what is said of one that is not there.
    assert answers[0]["message"] == answers[1]["message"]


def test_foreign_pets_and_people_cannot_be_linked(attacker: Any, tenants: Any) -> None:
    link = "insert into clinic_patients (id, organization_id, pet_id) values (%s, %s, %s)"
    said = []
    for pet in (tenants.farm_rows["pets"], uuid4()):
        with pytest.raises(DENIED) as refused:
            attacker.execute(link, (new_id(), tenants.clinic, pet))
        said.append(str(refused.value))
    assert said[0] == said[1]
    member = (
        "insert into organization_users (id, organization_id, user_id, role, status)"
        " values (%s, %s, %s, 'viewer', 'active')"
    )
    said = []
    for person in (tenants.people["owner"], uuid4()):
        with pytest.raises(DENIED) as refused:
            attacker.execute(member, (new_id(), tenants.clinic, person))
        said.append(str(refused.value))
    assert said[0] == said[1]
    with pytest.raises(DENIED):
        attacker.execute("update clinic_patients set pet_id = %s", (tenants.farm_rows["pets"],))
    with pytest.raises(DENIED):
        attacker.execute("update organization_users set user_id = %s", (tenants.people["owner"],))
    sees_nothing(attacker, tenants)


def test_no_pet_is_thrust_upon_a_stranger_or_taken_from_one(attacker: Any, tenants: Any) -> None:
    pet = "insert into pets (id, name, species, sex, owner_id, registered_by)"
    values = " values (%s, 'Rex', 'Dog', 'male', %s, %s)"
    for person, registrar in (
        (tenants.people["owner"], tenants.clinic),
        (uuid4(), tenants.clinic),
        (None, tenants.farm),
        (tenants.people["stranger"], tenants.farm),
        (None, None),
    ):
        with pytest.raises(DENIED):
            attacker.execute(pet + values, (new_id(), person, registrar))
    own = new_id()
    attacker.execute(pet + values, (own, None, tenants.clinic))
    for column in ("owner_id", "registered_by"):
        with pytest.raises(DENIED):
            attacker.execute(f"update pets set {column} = null where id = %s", (own,))


def test_a_link_that_ended_is_not_begun_again_by_who_lost_it(central: Any, tenants: Any) -> None:
    pet, farm = tenants.clinic_rows["pets"], tenants.farm
    admin, staff = central.admin(), central.login("staff")
    admin.execute(
        "insert into clinic_patients (id, organization_id, pet_id) values (%s, %s, %s)",
        (new_id(), farm, pet),
    )
    mine = "select name from pets where id = %s"
    assert staff.execute(mine, (pet,)).rowcount == 1
    staff.execute("update clinic_patients set file_number = '7' where pet_id = %s", (pet,))
    admin.execute("update clinic_patients set ended_on = '2026-05-01' where pet_id = %s", (pet,))
    assert staff.execute(mine, (pet,)).rowcount == 0
    staff.execute("update clinic_patients set file_number = '8' where pet_id = %s", (pet,))
    with pytest.raises(DENIED):
        staff.execute("update clinic_patients set ended_on = null where pet_id = %s", (pet,))
    own = tenants.farm_rows["pets"]
    for ended in ("2026-05-01", None):  # one's own may be ended, and taken back
        staff.execute("update clinic_patients set ended_on = %s where pet_id = %s", (ended, own))
    assert staff.execute(mine, (own,)).rowcount == 1


def test_nobody_makes_themselves_more_than_they_are(central: Any, tenants: Any) -> None:
    manager = central.login("manager")
    changed = manager.execute("update organization_users set role = 'owner'").rowcount
    assert changed == 0
    with pytest.raises(DENIED):
        manager.execute("update profiles set role = 'platform_admin'")


def test_sync_functions_refuse_another_organization(attacker: Any, tenants: Any) -> None:
    farm, device = tenants.farm, json.dumps({"id": str(uuid4()), "name": "x", "clock": 0})
    for call in (
        f"sync.hello('{farm}', '{device}')",
        f"sync.poll('{farm}', '{device}', null)",
        f"sync.beyond('{farm}', 'weight_logs', array['id'], '2026-01-01')",
        f"sync.pull('{farm}', null, '{{}}')",
        f"sync.push('{farm}', '{device}', '[]')",
        f"sync.select_for('{farm}', 'livestock', array['id'])",
        f"sync.select_together('{farm}', '{{}}')",
        f"sync.counts('{farm}', array['livestock'])",
        f"sync.images('{farm}', 'livestock', array['id'], array['{uuid4()}']::uuid[])",
        f"sync.digest('{farm}', 'livestock', array['id'])",
        f"sync.keys('{farm}', 'livestock', array['id'], null, null)",
    ):
        with pytest.raises(DENIED, match="not a member"):
            attacker.execute("select " + call)
    with pytest.raises(DENIED, match="not a member"):
        attacker.execute("select sync.pull(null, null, '{}')")


def test_every_function_of_the_sync_refuses_another_organization(
    shared_central: Any, prowler: Any, shared_tenants: Any
) -> None:
    """Whatever takes an organization's id, today or one day: of another's it shows nothing."""
    animal = str(shared_tenants.farm_rows["livestock"])
    device = {"id": str(uuid4()), "name": "x", "clock": 0}
    row = changing("livestock", animal, 1, name="mine")
    life = prowler.execute("select sync.life()::text").fetchone()[0]
    given: dict[str, Any] = {
        "p_organization_id": shared_tenants.farm,
        "p_table": "livestock",
        "p_id": animal,
        "p_device": device,
        "p_device_id": device["id"],
        "p_now": 0,
        "p_rows": [row],
        "p_columns": ["id", "tag_number", "created_at"],
        "p_column": "id",
        "p_value": animal,
        "p_ids": [animal],
        "p_plain": [True],
        "p_deleted": [False],
        "p_limit": 1000,
        "p_tables": {"livestock": ["id", "created_at"]},
        "p_page": None,
        "p_row": row,
        "p_cursor": {"epoch": life, "snapshot": "3:3:"},
        "p_parcel": parcel(row),
        "p_parcels": [parcel(row)],
        "p_kinds": ["update/livestock/name"],
        "p_some": "",
        "p_kind": "update/livestock/name",
        "p_alone": False,
        "p_series": "livestock",
        "p_count": 5,
        "p_request_id": str(uuid4()),
        "p_blocks": [],
        "p_wanted": [],
        "p_since": "2000-01-01",
        "p_after": None,
        "p_last": None,
    }
    functions = prowler.execute(
        """
        select p.oid::regproc::text, p.proargnames[1:p.pronargs],
          array(select format_type(t, null) from unnest(p.proargtypes) t)
        from pg_proc p
        where p.pronamespace = 'sync'::regnamespace and 'p_organization_id' = any(p.proargnames)
          and has_function_privilege(p.oid, 'execute')
        """
    ).fetchall()
    assert {"sync.pull", "sync.push", "sync.hello"} <= {name for name, _, _ in functions}
    # A moment to the microsecond tells the row from all others.
    moment = (
        "select (extract(epoch from created_at) * 1000000)::bigint from livestock where id = %s"
    )
    [secret] = shared_central.admin().execute(moment, (animal,)).fetchone()
    others = {str(id) for table, id in shared_tenants.farm_rows.items() if table in SECRET}
    others -= {animal, str(shared_tenants.farm)}

    def asked(login: Any) -> dict[str, str]:
        answers = {}
        for name, parameters, types in functions:
            arguments = [
                100
                if (parameter, kind) == ("p_rows", "integer")
                else json.dumps(given[parameter])
                if kind == "jsonb" and given[parameter] is not None
                else given[parameter]
                for parameter, kind in zip(parameters, types, strict=True)
            ]
            marks = ", ".join(f"%s::{kind}" for kind in types)
            try:
                with login.transaction(force_rollback=True):
                    answer = login.execute(f"select {name}({marks})", arguments).fetchall()
                    answers[name] = str(answer)
            except psycopg.Error as refused:
                answers[name] = str(refused)
        return answers

    told = asked(shared_central.login("owner"))  # the questions are such that they can be answered
    assert {"sync.images", "sync.pull", "sync.image"} <= {n for n in told if str(secret) in told[n]}
    for name, answer in asked(prowler).items():
        assert str(secret) not in answer, name
        assert not [id for id in others if id in answer], name
    changed = "select 1 from livestock where id = %s and name = 'mine'"
    assert shared_central.admin().execute(changed, (animal,)).rowcount == 0


def test_push_reaches_no_row_of_another(central: Any, attacker: Any, tenants: Any) -> None:
    rows, clinic, admin = tenants.farm_rows, tenants.clinic, central.admin()
    for table in SECRET:
        for row in (
            changing(table, rows[table], 1, id=str(rows[table])),
            changing(table, rows[table], 1),
        ):
            answer = push(attacker, clinic, parcel(row))[0]
            assert answer["result"] in ("stale", "rejected"), (table, answer)
            assert all(stale["image"] is None for stale in answer.get("rows", [])), table
        assert push(attacker, clinic, parcel(deleting(table, rows[table], 1)))[0]["result"] in (
            "applied",
            "rejected",
        )
        found = admin.execute(f"select 1 from {table} where id = %s", (rows[table],))
        assert found.rowcount == 1, table
    taken = push(attacker, clinic, parcel(a_group(clinic, id=rows["livestock_batches"])))[0]
    assert (taken["result"], taken["code"]) == ("rejected", "23505")
    other = push(attacker, clinic, parcel(a_group(tenants.farm)))[0]
    assert (other["result"], other["code"]) == ("rejected", "42501")


def test_a_cursor_of_ones_own_making_shows_only_ones_own(attacker: Any, tenants: Any) -> None:
    epoch = attacker.execute("select sync.life()").fetchone()[0]
    cursor = json.dumps({"epoch": str(epoch), "snapshot": "3:3:"})
    answer = attacker.execute(
        "select sync.pull(%s, %s, %s, null, 100000)",
        (tenants.clinic, cursor, json.dumps(EVERY_COLUMN)),
    ).fetchone()[0]
    seen = {change["id"] for change in answer["changes"]}
    assert str(tenants.clinic_rows["livestock"]) in seen
    secret = {str(tenants.farm_rows[table]) for table in SECRET}
    assert not seen & secret


def test_others_devices_units_and_channel_stay_unknown(
    central: Any, attacker: Any, tenants: Any
) -> None:
    owner = central.gateway("owner")
    hello = owner.hello(tenants.farm, BARN)
    sent = parcel(a_group(tenants.farm))
    owner.push(tenants.farm, BARN, [sent])
    for table in ("devices", "applied_units"):
        assert attacker.execute(f"select 1 from sync.{table}").rowcount == 0
    channels = attacker.execute("select organization_id, channel::text from sync.channels")
    assert [row[0] for row in channels.fetchall()] == [tenants.clinic]
    # The answer to another's unit is not had by naming it.
    mine = push(attacker, tenants.clinic, {"id": sent["id"], "rows": []}, device=BARN.id)[0]
    assert mine == {"id": sent["id"], "result": "applied", "versions": {}}
    with pytest.raises(DENIED):
        attacker.execute(
            "insert into sync.devices (organization_id, id, name) values (%s, %s, 'x')",
            (tenants.farm, uuid4()),
        )
    with pytest.raises(DENIED):
        attacker.execute(
            "insert into sync.applied_units (user_id, device_id, unit_id, result)"
            " values (%s, %s, %s, '{}')",
            (tenants.people["owner"], uuid4(), uuid4()),
        )
    assert hello.channel not in str(attacker.execute("select * from sync.tables").fetchall())


def test_whoever_leaves_an_organization_hears_it_no_more(central: Any, tenants: Any) -> None:
    gateway = central.gateway("staff")
    before = gateway.hello(tenants.farm, BARN).channel
    central.admin().execute(
        "delete from organization_users where user_id = %s", (tenants.people["staff"],)
    )
    after = central.gateway("owner").hello(tenants.farm, BARN).channel
    assert before != after


def test_every_function_a_member_may_call_shows_no_foreign_row(attacker: Any, tenants: Any) -> None:
    callable_by_members = attacker.execute(
        """
        select p.oid::regprocedure::text, p.pronargs, p.prosecdef,
          array(select format_type(t, null) from unnest(p.proargtypes) t),
          p.prorettype::regtype::text
        from pg_proc p
        where p.pronamespace::regnamespace::text in ('auth', 'access', 'sync', 'public')
          and has_function_privilege(p.oid, 'execute')
        """
    ).fetchall()
    names = {row[0].partition("(")[0] for row in callable_by_members}
    assert {"sync.pull", "auth.uid"} <= names
    definers = {row[0] for row in callable_by_members if row[2]}
    # The platform's own functions, in public, are tried by subject.
    ours = {name for name in definers if name.startswith(("auth.", "sync."))}
    numbering = {
        "sync.give_up_numbers(uuid,uuid)",
        "sync.may_number(uuid,text)",
        "sync.note_numbers(uuid,jsonb,jsonb)",
        "sync.number_gaps(uuid,text)",
        "sync.reserve_numbers(uuid,jsonb,uuid,text,integer)",
    }
    assert ours == {"auth.uid()", "sync.life()"} | numbering
    assert not {row[0] for row in callable_by_members if row[4] == "trigger"}
    foreign = {str(tenants.farm_rows[table]) for table in SECRET}
    device = json.dumps({"id": str(uuid4()), "name": "x", "clock": 0})
    given = {
        "uuid": str(tenants.clinic),
        "text": "livestock",
        "text[]": "{id,tag_number}",
        "uuid[]": "{" + ",".join(foreign) + "}",
        "jsonb": device,
        "integer": "100",
        "oid": "20",
        "name": "livestock",
        "pg_snapshot": "3:3:",
    }
    for signature, _, _, types, _ in callable_by_members:
        if not set(types) <= given.keys():
            continue
        name = signature.partition("(")[0]
        arguments = [given[kind] for kind in types]
        marks = ", ".join(f"%s::{kind}" for kind in types)
        try:
            with attacker.transaction():
                answer = attacker.execute(f"select {name}({marks})", arguments).fetchall()
        except psycopg.Error as error:
            answer = str(error)
            foreign_text = [
                value for value in foreign if value in answer and value not in " ".join(arguments)
            ]
            assert not foreign_text, name
            continue
        if name in ("sync.inward", "sync.outward"):
            continue
        assert not [value for value in foreign if value in str(answer)], name


def test_no_password_in_the_clear_and_no_other_database(central: Any, tenants: Any) -> None:
    kept = central.admin().execute(
        "select rolpassword from pg_authid where rolname = %s", (central.email("staff"),)
    )
    assert kept.fetchone()[0].startswith("SCRAM-SHA-256$")
    url = central.member_url.rpartition("/")[0]
    for database in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(
                f"{url}/{database}", user=central.email("staff"), password="correct horse"
            )
    for password in ("", "wrong"):
        with pytest.raises(psycopg.OperationalError):
            central.login("staff", password)


def test_what_psql_needs_to_describe_a_table_still_works(attacker: Any) -> None:
    attacker.execute(
        "select c.oid, n.nspname, c.relname from pg_class c"
        " join pg_namespace n on n.oid = c.relnamespace"
        " where pg_table_is_visible(c.oid) and c.relkind = 'r'"
    )
    attacker.execute("select pg_get_userbyid(c.relowner) from pg_class c")
    attacker.execute("select column_name from information_schema.columns")
    attacker.execute("select conname, pg_get_constraintdef(oid) from pg_constraint")


def push(login: Any, organization_id: Any, *parcels: Any, device: Any = None) -> Any:
    told = json.dumps({"id": str(device or uuid4()), "name": "Barn"})
    return login.execute(
        "select sync.push(%s, %s, %s)", (organization_id, told, json.dumps(parcels))
    ).fetchone()[0]
