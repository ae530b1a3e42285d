"""Backup, restore and upkeep by an owner who is no superuser, at home and on a host (Supabase)."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from fluffydesk.central import administration, backup, inspection, maintenance, restore
from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.errors import Refusal
from tests.central.central_rows import BARN
from tests.central.supabase import Host, hand_over
from tests.central.test_owner import PASSWORD, Ground, ground, may_grant

__all__ = ["ground"]


@pytest.fixture(scope="module", autouse=True)
def _roles(apart: EmbeddedServer) -> None:
    """The host's roles are there first: a central of one's own takes them as they are."""
    hand_over(apart, a_name())


def a_name() -> str:
    return f"p{uuid4().hex[:12]}"


def test_the_owner_of_a_database_backs_it_up_and_restores_it(
    ground: Ground, apart: EmbeddedServer, tmp_path: Path
) -> None:
    administration.init(ground.url)
    may_grant(ground)
    farm = administration.add_organization(ground.url, "Farm", "farm")
    anna, bert = (f"{who}@{ground.name}.example" for who in ("anna", "bert"))
    for email in (anna, bert):
        administration.add_user(ground.url, email, PASSWORD, farm, "owner")
    administration.init(ground.superuser_url)  # which hardens it
    made = backup.backup(ground.url, tmp_path / "b")
    assert (made.logins, made.manifest.passwords) == (2, False)
    assert list(maintenance.maintain(ground.url))
    ground.tell(f'drop role "{bert}"')
    ground.tell(f"drop database {ground.name} with (force)", "postgres")
    ground.tell(f"create database {ground.name} template template0 owner {ground.name}", "postgres")
    done = restore.restore(ground.url, made.path)
    assert (done.made, done.kept, done.locked) == ((bert,), (anna,), (bert,))
    with closing(PostgresGateway(ground.member_url, anna, PASSWORD)) as gateway:
        assert gateway.hello(farm, BARN).role == "owner"


def test_a_host_keeps_its_accounts_and_we_the_rest(apart: EmbeddedServer, tmp_path: Path) -> None:
    source = hand_over(apart, a_name())
    administration.init(source.owner_url)
    anna = source.sign_up("anna@farm.example", "Anna")
    farm = administration.add_organization(source.owner_url, "Farm", "farm")
    administration.add_user(source.owner_url, "anna@farm.example", None, farm, "manager")
    before = source.accounts()
    made = backup.backup(source.owner_url, tmp_path / "b")
    assert (made.manifest.accounts, made.logins) == (False, 0)
    assert not [name for name in made.manifest.tables if name.startswith(("auth.", "storage."))]
    assert list(maintenance.maintain(source.owner_url))
    assert source.accounts() == before

    target = hand_over(apart, a_name())
    untouched = target.accounts()
    with pytest.raises(Refusal, match=r"foreign key.*Restore the host's accounts first"):
        restore.restore(target.owner_url, made.path)
    assert target.accounts() == untouched
    restore_accounts(source, target)
    untouched = target.accounts()
    restore.restore(target.owner_url, made.path)
    with psycopg.connect(source.owner_url) as old, psycopg.connect(target.owner_url) as new:
        assert inspection.describe(new) == inspection.describe(old)
    after = target.accounts()
    assert len(after.pop("triggers")) == len(before.pop("triggers")) > 0
    untouched.pop("triggers")
    assert after == untouched
    with target.request(anna) as connection:
        assert connection.execute("select id from organizations").fetchall() == [(farm,)]
    late = target.sign_up("late@farm.example", "Late")
    assert target.ask("select full_name from profiles where id = %s", late) == ("Late",)


def test_a_backup_goes_only_where_its_accounts_are_kept(
    ground: Ground, apart: EmbeddedServer, tmp_path: Path
) -> None:
    hosted = hand_over(apart, a_name())
    administration.init(hosted.owner_url)
    of_host = backup.backup(hosted.owner_url, tmp_path / "hosted").path
    with pytest.raises(Refusal, match="leaves out its accounts"):
        restore.restore(ground.url, of_host)
    administration.init(ground.url)
    own = backup.backup(ground.url, tmp_path / "own").path
    with pytest.raises(Refusal, match="the host of this database keeps its own"):
        restore.restore(hand_over(apart, a_name()).owner_url, own)


def restore_accounts(source: Host, target: Host) -> None:
    """Do what the host does when it restores its own accounts."""
    columns = "instance_id, id, aud, role, email, encrypted_password, created_at, updated_at"
    with (
        psycopg.connect(source.url("supabase_auth_admin")) as old,
        psycopg.connect(target.url("supabase_auth_admin")) as new,
    ):
        for row in old.execute(f"select {columns} from auth.users").fetchall():
            marks = ", ".join(["%s"] * len(row))
            new.execute(f"insert into auth.users ({columns}) values ({marks})", row)
