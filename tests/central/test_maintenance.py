"""The upkeep does what is due and nothing else, tells what it did, and no mirror misses a row."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from fluffydesk.central import administration, audit_archive, indexes, maintenance
from fluffydesk.central.maintenance import RETAINED, TASKS, Terms, maintain
from fluffydesk.central.tally import Tally
from fluffydesk.errors import Busy, InvalidValue, Refusal
from tests.sync.farms import Farm

OLD = "now() - interval '3 years'"


def done(url: str, *tasks: str, dry_run: bool = False, **terms: Any) -> dict[str, Tally]:
    """Do the tasks and return the tallies by what they are of."""
    return {one.item: one for one in maintain(url, tasks, Terms(**terms), dry_run=dry_run)}


def touched(url: str) -> Any:
    """Return what tells whether anything in the database was changed."""
    with psycopg.connect(url) as connection:
        query = (
            "select array_agg(relfilenode order by oid), sum(xmin::text::bigint),"
            " (select count(*) from sync.changes) from pg_class where relkind in ('r', 'i')"
        )
        return connection.execute(query).fetchone()


def test_all_tasks_run_on_a_central_where_nothing_is_due(central: Any) -> None:
    before = touched(central.admin_url)
    found = done(central.admin_url, dry_run=True)
    assert {one.task for one in found.values()} >= set(TASKS) - {
        "statistics",
        "indexes",
        "audit-archive",
    }
    # Every table and column that rows are retained by is there.
    assert {kept.table for kept in RETAINED} <= set(found)
    assert touched(central.admin_url) == before
    assert all(one.rows == 0 for one in done(central.admin_url, "retention").values())


def test_rows_that_ran_out_are_deleted_and_others_stay(central: Any) -> None:
    admin, url = central.admin(), central.admin_url
    admin.execute("set session_replication_role = replica")  # bare rows, of nobody
    for when, made in ((OLD, 2), ("now()", 3)):
        for _ in range(made):
            admin.execute(
                "insert into invites (id, organization_id, email, role, token_hash, expires_at)"
                f" values (gen_random_uuid(), gen_random_uuid(), 'a@b.nl', 'staff', '', {when})"
            )
            admin.execute(
                "insert into notifications (id, user_id, title, read_at)"
                f" values (gen_random_uuid(), gen_random_uuid(), 'x', {when})"
            )
            admin.execute(
                "insert into security_events (id, kind, occurred_at)"
                f" values (gen_random_uuid(), enum_first(null::public.security_event_kind), {when})"
            )
            admin.execute(
                "insert into async_jobs (id, kind, status, finished_at)"
                f" values (gen_random_uuid(), 'x', 'succeeded', {when})"
            )
            admin.execute(
                "insert into carts (id, user_id, organization_id, updated_at)"
                f" values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), {when})"
            )
            admin.execute(
                "insert into pet_shares (id, pet_id, expires_at)"
                f" values (gen_random_uuid(), gen_random_uuid(), {when})"
            )
    admin.execute(
        "insert into invites (id, organization_id, email, role, token_hash, expires_at,"
        " accepted_at) values (gen_random_uuid(), gen_random_uuid(), 'c@d.example', 'staff', '',"
        f" {OLD}, {OLD})"
    )
    admin.execute(
        "insert into notifications (id, user_id) values (gen_random_uuid(), gen_random_uuid())"
    )
    admin.execute(
        "insert into pet_shares (id, pet_id, share_id, claimed_by, expires_at) select"
        " gen_random_uuid(), pet_id, id, gen_random_uuid(), now() + '1 day'::interval"
        " from pet_shares where expires_at = (select min(expires_at) from pet_shares) limit 1"
    )
    before = touched(url)
    would = done(url, "retention", dry_run=True)
    assert touched(url) == before
    did = done(url, "retention")
    rows = {item: one.rows for item, one in did.items()}
    assert rows == {kept.table: 2 for kept in RETAINED} | {"public.pet_shares": 1}
    assert rows == {item: one.rows for item, one in would.items()}
    assert all(one.size > 0 for one in did.values())
    left = {"public.invites": 4, "public.notifications": 4, "public.pet_shares": 5}
    for kept in RETAINED:
        [count] = admin.execute(f"select count(*) from {kept.table}").fetchone()
        assert count == left.get(kept.table, 3), kept.table
    assert all(one.rows == 0 for one in done(url, "retention").values())


@pytest.fixture
def farm(central: Any, tmp_path: Path) -> Any:
    made = Farm(central, tmp_path)
    yield made
    made.close()


def test_a_mirror_hears_of_what_is_deleted(farm: Farm) -> None:
    barn = farm.desk(farm.member("anna"), "barn-pc")
    [anna] = farm.users.values()
    old, new = uuid4(), uuid4()
    for id, when in ((old, OLD), (new, "now()")):
        farm.execute(
            f"insert into notifications (id, user_id, title, read_at) values (%s, %s, 'x', {when})",
            id,
            anna,
        )
    barn.sync()
    assert barn.row("notifications", old) is not None
    assert done(farm.central.admin_url, "retention")["public.notifications"].rows == 1
    barn.sync()
    assert barn.row("notifications", old) is None
    assert barn.row("notifications", new) is not None
    farm.assert_quiet()


def test_who_comes_after_the_log_was_pruned_misses_nothing(farm: Farm) -> None:
    barn = farm.desk(farm.member("anna"), "barn-pc")
    office = farm.desk(farm.member("ben", "manager"), "office-pc")
    cow = farm.cow(barn, name="Bella")
    unsent = office.add("livestock", tag_number="2", species_id=farm.species)
    farm.execute(f"update sync.changes set made_at = {OLD}")
    farm.execute(f"update sync.applied_units set applied_at = {OLD}")
    farm.execute(f"update sync.devices set last_seen = {OLD} where name = 'barn-pc'")
    url = farm.central.admin_url
    [logged] = farm.central.admin().execute("select count(*) from sync.changes").fetchone()
    would = done(url, "sync-log", "applied-units", "devices", dry_run=True)
    assert would["sync.changes"].rows == logged
    assert [would[item].rows for item in ("sync.applied_units", "sync.devices")] == [1, 1]
    did = done(url, "sync-log", "applied-units", "devices")
    assert {item: one.rows for item, one in did.items()} == {
        item: one.rows for item, one in would.items()
    }
    assert farm.value("select count(*) from sync.devices") == 2
    assert office.row("livestock", cow) is None
    farm.settle()
    assert office.row("livestock", cow) is not None
    assert barn.row("livestock", unsent) is not None
    farm.assert_quiet()


def fill_trail(central: Any, old: int, new: int) -> None:
    for count, when in ((old, OLD), (new, "now()")):
        central.admin().execute(
            "insert into audit_logs (id, action, entity_type, entity_id, details, created_at)"
            " select gen_random_uuid(), 'UPDATE', 'pets', gen_random_uuid(),"
            f' \'{{"after": {{"name": "Äß"}}}}\', {when} from generate_series(1, %s)',
            (count,),
        )


def test_the_trail_is_deleted_only_once_it_is_in_a_file(
    central: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, url, task = central.admin(), central.admin_url, audit_archive.TASK
    fill_trail(central, 12, 3)
    [kept] = admin.execute(
        "select count(*) from audit_logs where created_at > now() - '1 day'::interval"
    ).fetchone()
    ids = {
        str(id) for (id,) in admin.execute(f"select id from audit_logs where created_at < {OLD}")
    }
    monkeypatch.setattr(audit_archive, "_BATCH", 5)
    folder = tmp_path / "audit"
    with pytest.raises(Refusal, match="no folder"):
        done(url, task, audit_archive=folder)
    folder.mkdir()
    assert done(url, task, audit_archive=folder, dry_run=True)["public.audit_logs"].rows == 12
    assert list(folder.iterdir()) == []
    with monkeypatch.context() as patched:
        patched.setattr(audit_archive, "entries", lambda path: iter(["one"]))
        with pytest.raises(Refusal, match="1 of 12 entries; nothing was deleted"):
            done(url, task, audit_archive=folder)
    assert list(folder.iterdir()) == []
    [tally] = done(url, task, audit_archive=folder).values()
    assert tally.rows == 12
    packed, summed = sorted(folder.iterdir())
    assert (packed.stat().st_mode & 0o777, summed.name) == (0o600, f"{packed.name}.sha256")
    with gzip.open(packed, "rt", encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines]
    assert {entry["id"] for entry in entries} == ids
    assert entries[0]["details"] == {"after": {"name": "Äß"}}
    assert admin.execute("select count(*) from audit_logs").fetchone()[0] == kept
    assert done(url, task, audit_archive=folder)["public.audit_logs"].rows == 0
    assert len(list(folder.iterdir())) == 2
    # A checksum that any tool can check.
    if shutil.which("sha256sum"):
        assert summed.read_text().split() == [audit_archive._sha256(packed), packed.name]


def test_an_archive_cut_short_deletes_nothing_that_is_not_in_it(
    central: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> int:
        raise KeyboardInterrupt

    fill_trail(central, 4, 0)
    with monkeypatch.context() as patched:
        patched.setattr(audit_archive, "_delete", fail)
        with pytest.raises(KeyboardInterrupt):
            done(central.admin_url, audit_archive.TASK, audit_archive=tmp_path)
    count = "select count(*) from audit_logs where action = 'UPDATE' and entity_type = 'pets'"
    assert central.admin().execute(count).fetchone() == (4,)
    assert (
        done(central.admin_url, audit_archive.TASK, audit_archive=tmp_path)[
            "public.audit_logs"
        ].rows
        == 4
    )
    assert central.admin().execute(count).fetchone() == (0,)


def test_broken_and_bloated_indexes_are_rebuilt_and_unused_ones_told(
    central: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, url = central.admin(), central.admin_url
    monkeypatch.setattr(indexes, "_WORTH", 100_000)
    admin.execute("create table public.air (id int constraint pk_air primary key, x text)")
    admin.execute("insert into air select n, 'some text' from generate_series(1, 30000) n")
    admin.execute("create index ix_air_x on air (x)")
    admin.execute("create index ix_air_id_ccnew on air (id)")
    admin.execute("delete from air where id % 10 <> 0")
    admin.execute("vacuum analyze air")
    broken = "update pg_index set indisvalid = %s where indexrelid = %s::regclass"
    for name in ("idx_audit_logs_created_at", "ix_air_id_ccnew"):
        admin.execute(broken, (False, f"public.{name}"))
    before = touched(url)
    would = done(url, "indexes", dry_run=True)
    assert touched(url) == before
    assert would["public.idx_audit_logs_created_at"].did == "invalid"
    assert "% air" in would["public.pk_air"].did
    did = done(url, "indexes")
    assert did["public.idx_audit_logs_created_at"].did == "invalid: rebuilt"
    assert did["public.ix_air_id_ccnew"].did == "left over from a rebuild: dropped"
    assert did["public.pk_air"].size > 300_000
    assert "never used" in would["public.ix_air_x"].did
    query = "select count(*) from pg_index where not indisvalid"
    assert admin.execute(query).fetchone() == (0,)
    assert admin.execute("select to_regclass('ix_air_x') is not null").fetchone() == (True,)
    assert "public.pk_air" not in done(url, "indexes")


def test_a_fresh_central_has_no_bloated_index(central: Any) -> None:
    found = done(central.admin_url, "indexes", dry_run=True)
    assert not [one for one in found.values() if "air" in one.did]


def test_tables_that_changed_much_are_looked_at_anew(central: Any) -> None:
    url = central.admin_url
    with psycopg.connect(url) as connection:
        # The server itself looks at nothing behind the test's back.
        connection.execute("create table public.many (x int) with (autovacuum_enabled = off)")
        connection.execute("insert into many select generate_series(1, 1000)")
    reltuples = "select reltuples::int from pg_class where relname = 'many'"
    assert done(url, "statistics", dry_run=True)["public.many"].rows == 1000
    assert central.admin().execute(reltuples).fetchone() == (-1,)
    assert done(url, "statistics")["public.many"].rows == 1000
    assert central.admin().execute(reltuples).fetchone() == (1000,)
    assert "public.many" not in done(url, "statistics")


def test_what_cannot_be_done_is_refused_in_words(central: Any, tmp_path: Path) -> None:
    url = central.admin_url
    with pytest.raises(InvalidValue, match=r"There is no task 'polish'\. Choose of: statistics"):
        done(url, "polish")
    with pytest.raises(Refusal, match="--audit-archive"):
        done(url, audit_archive.TASK)
    with pytest.raises(InvalidValue, match="-1 is no number of days"):
        done(url, keep_changes=-1)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("select pg_advisory_lock(%s)", (maintenance._LOCK,))
        with pytest.raises(Busy):
            done(url)
    administration.migrate(url, administration.revisions()[1])
    with pytest.raises(Refusal, match="not those of this version"):
        done(url)
