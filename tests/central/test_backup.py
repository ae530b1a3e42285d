"""A backup is one moment, whole, in one file; a restore puts it back, all of it or nothing."""

from __future__ import annotations

import os
import stat
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from fluffydesk.central import (
    accounts,
    administration,
    archive,
    backup,
    inspection,
    programs,
    restore,
)
from fluffydesk.central.embedded import wheel_binaries
from fluffydesk.central.entrance import LOCK
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.errors import Busy, InvalidValue, NotFound, Refusal, SignInRefused
from tests.central.backups import ask, empty_database, with_manifest
from tests.central.central_rows import BARN
from tests.conftest import PASSWORD


@dataclass(frozen=True)
class Kept:
    """A backup that the tests of this module read, and the farm in it."""

    path: Path
    report: backup.Report
    farm: UUID


@pytest.fixture(scope="module")
def kept(shared_central: Any, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    farm = shared_central.add_organization("Hill Farm")
    clinic = shared_central.add_organization("Town Clinic", "veterinary_clinic")
    for name, organization, role in (
        ("owner", farm, "owner"),
        ("viewer", farm, "viewer"),
        ("stranger", clinic, "owner"),
    ):
        shared_central.add_user(name, organization, role)
    shared_central.admin().execute(
        "insert into livestock (id, organization_id, tag_number, species_id, sex, status)"
        " select gen_random_uuid(), %s, 'T' || n, (select min(id::text)::uuid from"
        " livestock_species), 'male', 'active' from generate_series(1, 3000) n",
        (farm,),
    )
    path = tmp_path_factory.mktemp("backups") / "central.backup"
    return Kept(path, backup.backup(shared_central.admin_url, path), farm)


def gateway(central: Any, url: str, name: str, password: str = PASSWORD) -> PostgresGateway:
    """Return a member's way to the database at an administrator's URL."""
    database = url.rpartition("/")[2]
    base = central.member_url.rpartition("/")[0]
    return PostgresGateway(f"{base}/{database}", central.email(name), password)


def test_what_was_backed_up_is_put_back_whole(shared_central: Any, kept: Kept) -> None:
    central, report, manifest = shared_central, kept.report, kept.report.manifest
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600
    assert (report.logins, manifest.passwords, manifest.accounts) == (3, True, True)
    assert report.size == kept.path.stat().st_size
    assert archive.verify(kept.path) == (manifest, report.sha256)
    assert manifest.tables["public.organizations"] == 2
    with empty_database(central) as url:
        done = restore.restore(url, kept.path)
        assert (done.upgraded_to, done.locked, done.made) == (None, (), ())
        assert len(done.kept) == 3
        with psycopg.connect(url) as copy, psycopg.connect(central.admin_url) as source:
            assert inspection.describe(copy) == inspection.describe(source)
            assert backup.count_rows(copy, accounts.schemas(True)) == manifest.tables
            for table in manifest.tables:
                if table != "sync.epoch":
                    query = f"select md5(string_agg(t::text, '' order by t::text)) from {table} t"
                    assert copy.execute(query).fetchone() == source.execute(query).fetchone()
        assert ask(url, "select count(*) from sync.changes") == (0,)
        assert ask(url, "select id from sync.epoch") != ask(
            central.admin_url, "select id from sync.epoch"
        )
        with closing(gateway(central, url, "viewer")) as viewer:
            assert viewer.hello(kept.farm, BARN).role == "viewer"
            assert [one["name"] for one in viewer.organizations()] == ["Hill Farm"]


def test_the_backup_is_of_one_moment(central: Any, tmp_path: Path) -> None:
    admin, farm = central.admin(), central.add_organization("Farm")
    rows: list[int] = []

    def write_meanwhile(doing: str, done: int) -> None:
        central.add_organization(f"Farm {len(rows)}")
        rows.append(done)

    made = backup.backup(central.admin_url, tmp_path / "b", tell=write_meanwhile)
    assert rows
    assert farm
    assert made.manifest.tables["public.organizations"] == 1
    with empty_database(central) as url:
        restore.restore(url, made.path)
        assert ask(url, "select name from organizations") == ("Farm",)
    assert admin.execute("select count(*) from organizations").fetchone()[0] > 1


def test_logins_that_are_missing_are_made_and_others_keep_their_passwords(
    central: Any, tmp_path: Path
) -> None:
    farm, admin = central.add_organization("Farm"), central.admin()
    for name in ("gone", "there", "bare", "barred", "chief"):
        central.add_user(name, farm, "staff")
    named = {name: sql.Identifier(central.email(name)) for name in ("gone", "there", "bare")}
    barred, chief = (sql.Identifier(central.email(name)) for name in ("barred", "chief"))
    admin.execute(sql.SQL("alter role {} nologin valid until '2033-01-01'").format(barred))
    admin.execute("create role reader nologin")
    admin.execute("grant select on organizations to reader")
    made = backup.backup(central.admin_url, tmp_path / "b")
    assert made.manifest.roles == ("reader",)
    admin.execute("drop owned by reader; drop role reader")
    admin.execute(sql.SQL("drop role {}").format(named["gone"]))
    admin.execute(sql.SQL("drop role {}").format(barred))
    admin.execute(sql.SQL("alter role {} password 'another'").format(named["there"]))
    admin.execute(sql.SQL("alter role {} password null").format(named["bare"]))
    admin.execute(sql.SQL("alter role {} createrole").format(chief))
    with empty_database(central) as url:
        done = restore.restore(url, made.path)
        assert set(done.made) == {central.email("gone"), central.email("barred")}
        assert set(done.kept) == {central.email("there"), central.email("bare")}
        assert (done.skipped, done.locked) == ((central.email("chief"),), ())
        for name, password in (("gone", PASSWORD), ("there", "another"), ("bare", PASSWORD)):
            with closing(gateway(central, url, name, password)) as member:
                assert member.hello(farm, BARN).role == "staff"
        for name, password in (("there", PASSWORD), ("barred", PASSWORD)):
            member = gateway(central, url, name, password)
            with closing(member), pytest.raises(SignInRefused):
                member.organizations()
        query = "select rolvaliduntil::date::text, rolcanlogin from pg_roles where rolname = %s"
        assert ask(url, query, central.email("barred")) == ("2033-01-01", False)
        assert ask(url, "select has_table_privilege('reader', 'organizations', 'select')") == (
            True,
        )
        ask(url, "drop owned by reader; drop role reader")
    admin.execute(sql.SQL("drop role {}").format(chief))


def test_logins_whose_passwords_could_not_be_read_are_made_without(
    central: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    farm = central.add_organization("Farm")
    central.add_user("anna", farm, "owner")
    with monkeypatch.context() as patched:
        patched.setattr("fluffydesk.central.logins.sees_passwords", lambda connection: False)
        made = backup.backup(central.admin_url, tmp_path / "b")
    assert (made.logins, made.manifest.passwords) == (1, False)
    central.admin().execute(sql.SQL("drop role {}").format(sql.Identifier(central.email("anna"))))
    with empty_database(central) as url:
        done = restore.restore(url, made.path)
        assert done.made == done.locked == (central.email("anna"),)
        administration.add_user(url, central.email("anna"), "new", farm, "owner")
        with closing(gateway(central, url, "anna", "new")) as anna:
            assert anna.organizations()


def test_a_file_that_is_there_is_not_replaced_unasked(kept: Kept, shared_central: Any) -> None:
    before = kept.path.read_bytes()
    with pytest.raises(Refusal, match="is there already"):
        backup.backup(shared_central.admin_url, kept.path)
    assert kept.path.read_bytes() == before
    copy = kept.path.with_name("forced.backup")
    copy.write_bytes(b"old")
    backup.backup(shared_central.admin_url, copy, force=True)
    archive.verify(copy)
    with pytest.raises(Refusal, match="Nothing can be written"):
        backup.backup(shared_central.admin_url, kept.path / "b")


@pytest.mark.parametrize("when", ["Writing the backup", "Reading the backup"])
def test_who_interrupts_a_backup_leaves_nothing(
    shared_central: Any, tmp_path: Path, when: str
) -> None:
    def interrupt(doing: str, done: int) -> None:
        if doing == when:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.backup(shared_central.admin_url, tmp_path / "b", tell=interrupt)
    assert list(tmp_path.iterdir()) == []
    query = "select count(*) from pg_stat_activity where application_name like %s and pid <> %s"
    assert ask(shared_central.admin_url, query, "pg_dump%", 0) == (0,)


def test_a_file_that_is_not_whole_is_refused(
    kept: Kept, tmp_path: Path, shared_central: Any
) -> None:
    content = kept.path.read_bytes()
    bad = tmp_path / "bad"
    middle = len(content) // 2
    for broken in (
        b"",
        b"not a backup",
        content[:middle],
        content[:-1000],
        content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
    ):
        bad.write_bytes(broken)
        with pytest.raises(InvalidValue, match="is damaged, or no backup"):
            archive.verify(bad)
        with (
            empty_database(shared_central) as url,
            pytest.raises(InvalidValue, match="is damaged, or no backup"),
        ):
            restore.restore(url, bad)
    with pytest.raises(NotFound):
        archive.verify(tmp_path / "nothing")
    with pytest.raises(InvalidValue, match="a form that this version does not know"):
        archive.verify(with_manifest(kept.path, lambda found: found.update(format=2)))


def test_what_cannot_be_restored_whole_is_not_restored_at_all(central: Any, tmp_path: Path) -> None:
    farm = central.add_organization("Farm")
    central.add_user("anna", farm, "owner")
    made = backup.backup(central.admin_url, tmp_path / "b")
    login = sql.Identifier(central.email("anna"))
    central.admin().execute(sql.SQL("drop role {}").format(login))
    lost = with_manifest(made.path, lambda m: m["tables"].update({"public.organizations": 2}))
    with empty_database(central) as url:
        with pytest.raises(Refusal, match="organizations has 1 rows and not the 2"):
            restore.restore(url, lost)
        assert ask(url, "select to_regnamespace('sync'), to_regclass('organizations')") == (
            None,
            None,
        )
        assert ask(url, "select 1 from pg_roles where rolname = %s", central.email("anna")) is None

        def interrupt(doing: str, done: int) -> None:
            if doing == "Restoring":
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            restore.restore(url, made.path, interrupt)
        assert restore.restore(url, made.path).made == (central.email("anna"),)


def test_what_does_not_fit_is_refused_before_anything_is_touched(
    shared_central: Any, kept: Kept
) -> None:
    with pytest.raises(Refusal, match="not empty: it has the schema access"):
        restore.restore(shared_central.admin_url, kept.path)
    with empty_database(shared_central) as url:
        newer = with_manifest(kept.path, lambda found: found.update(revision="9999"))
        with pytest.raises(Refusal, match="revision 9999, which this version does not know"):
            restore.restore(url, newer)
        newer = with_manifest(kept.path, lambda found: found.update(server=990000))
        with pytest.raises(Refusal, match="comes from Postgres 99"):
            restore.restore(url, newer)
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("select pg_advisory_lock(%s)", (LOCK,))
            with pytest.raises(Busy):
                restore.restore(url, kept.path)
        ask(url, "create table mine (x int)")
        with pytest.raises(Refusal, match="the table mine"):
            restore.restore(url, kept.path)
        assert ask(url, "select to_regnamespace('sync')") == (None,)


def test_a_backup_of_an_older_revision_is_brought_up_to_date(central: Any, tmp_path: Path) -> None:
    newest, older = administration.revisions()[:2]
    central.add_organization("Farm")
    administration.migrate(central.admin_url, older)
    made = backup.backup(central.admin_url, tmp_path / "b")
    assert made.manifest.revision == older
    with empty_database(central) as url:
        done = restore.restore(url, made.path)
        assert done.upgraded_to == newest
        administration.upgrade(central.admin_url)
        with psycopg.connect(url) as copy, psycopg.connect(central.admin_url) as source:
            assert inspection.describe(copy) == inspection.describe(source)
        assert ask(url, "select count(*) from organizations") == (1,)


def test_a_rehearsal_leaves_nothing_behind(shared_central: Any, kept: Kept) -> None:
    databases = "select array_agg(datname order by datname) from pg_database"
    before = ask(shared_central.admin_url, databases)
    done = restore.rehearse(shared_central.admin_url, kept.path)
    assert (done.manifest, done.made, done.kept) == (kept.report.manifest, (), ())
    assert ask(shared_central.admin_url, databases) == before


def test_the_password_is_on_no_command_line(
    shared_central: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []
    real = subprocess.Popen

    def note(command: list[str], **options: Any) -> Any:
        if "--version" not in command:
            started.append((command, options["env"]))
        return real(command, **options)

    monkeypatch.setattr(programs.subprocess, "Popen", note)
    made = backup.backup(shared_central.admin_url, tmp_path / "b")
    restore.rehearse(shared_central.admin_url, made.path)
    secret = shared_central.admin_url.partition("postgres:")[2].partition("@")[0]
    assert [Path(command[0]).stem for command, _ in started] == [
        "pg_dump",
        "pg_restore",
        "pg_restore",
        "psql",
        "pg_restore",
    ]
    for command, environment in started:
        assert secret not in " ".join(command)
        connects = Path(command[0]).stem != "pg_restore"
        assert (environment.get("PGPASSWORD") == secret) == connects


def test_the_programs_are_as_new_as_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = programs.fitting(15)
    for folder, version in (("old", 15), ("new", 97)):
        (tmp_path / folder).mkdir()
        for name in ("pg_dump", "pg_restore", "psql"):
            program = tmp_path / folder / name
            program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}.1'\n")
            program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "old"))
    assert programs.fitting(15) == programs.fitting(18)
    assert programs.fitting(15).major >= ours.major - 5
    monkeypatch.setenv("PATH", os.pathsep.join((str(tmp_path / "old"), str(tmp_path / "new"))))
    assert programs.fitting(19).major == 97
    with pytest.raises(
        Refusal, match="The server is Postgres 98, and the newest pg_dump here is 97"
    ):
        programs.fitting(98)


def test_programs_that_do_not_speak_tls_are_named() -> None:
    ours = programs.Programs(wheel_binaries(), 18)
    far = "postgresql://admin@central.example/fluffypet"
    with programs.Running(ours, "pg_dump", f"--dbname={programs.target(far)}", url=far) as dumper:
        assert dumper.failed()
        refusal = dumper.refuse()
    assert refusal.message == "The pg_dump that comes with FluffyDesk does not speak TLS."
    assert refusal.advice == "Install PostgreSQL's client programs of version 16 or newer."
