"""A server of one's own whose administrator is no superuser: the owner of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from fluffydesk.central import administration
from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.errors import Refusal
from tests.central.central_rows import BARN

PASSWORD = "correct horse"
_LENDS_BYPASSRLS = 160000


class Ground:
    """A database and its owner, who has a login of the same name."""

    def __init__(self, server: EmbeddedServer, rights: str) -> None:
        self.name = f"o{uuid4().hex[:12]}"
        self._server = server
        self.tell(f"create role {self.name} login password '{PASSWORD}' {rights}", "postgres")
        self.tell(f"create database {self.name} template template0 owner {self.name}", "postgres")

    @property
    def member_url(self) -> str:
        return self._server.member_url.rpartition("/")[0] + f"/{self.name}"

    @property
    def url(self) -> str:
        return psycopg.conninfo.make_conninfo(self.member_url, user=self.name, password=PASSWORD)

    @property
    def superuser_url(self) -> str:
        return self._server.admin_url.rpartition("/")[0] + f"/{self.name}"

    def tell(self, command: str, database: str | None = None) -> None:
        """Have the superuser do something."""
        url = self._server.admin_url.rpartition("/")[0] + f"/{database or self.name}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(command)

    def login(self, email: str) -> psycopg.Connection[Any]:
        return psycopg.connect(self.member_url, user=email, password=PASSWORD, autocommit=True)


@pytest.fixture
def ground(apart: EmbeddedServer) -> Iterator[Ground]:
    ground = Ground(apart, "createrole createdb bypassrls")
    with psycopg.connect(ground.superuser_url) as connection:
        if connection.info.server_version < _LENDS_BYPASSRLS:
            pytest.skip("only a superuser makes the role service_role there")
    yield ground
    ground.tell(f"drop database if exists {ground.name} with (force)", "postgres")


def may_grant(ground: Ground) -> None:
    """Let the owner give logins to members, though somebody else made the roles."""
    ground.tell(f"grant authenticated to {ground.name} with admin option, inherit false")


def test_the_owner_of_a_database_can_run_central(ground: Ground) -> None:
    administration.init(ground.url)
    administration.init(ground.url)
    assert administration.check(ground.url) == []
    may_grant(ground)
    farm = administration.add_organization(ground.url, "Farm", "farm")
    other = administration.add_organization(ground.url, "Other", "farm")
    anna, bert = (f"{who}@{ground.name}.example" for who in ("anna", "bert"))
    administration.add_user(ground.url, anna, PASSWORD, farm, "owner")
    bert_id = administration.add_user(ground.url, bert, PASSWORD, other, "owner")
    with closing(PostgresGateway(ground.member_url, anna, PASSWORD)) as gateway:
        assert gateway.hello(farm, BARN).user_email == anna
        epoch = gateway.hello(farm, BARN).epoch
        administration.new_epoch(ground.url)
        assert gateway.hello(farm, BARN).epoch != epoch
    with ground.login(anna) as connection:
        seen = connection.execute("select id from organizations").fetchall()
        assert seen == [(farm,)]
        # Claims count only where they come through the authenticator's own login.
        connection.execute(
            "select set_config('request.jwt.claims', jsonb_build_object('sub', %s::text)::text,"
            " false), set_config('request.jwt.claim.sub', %s::text, false)",
            (bert_id, bert_id),
        )
        assert connection.execute("select id from organizations").fetchall() == [(farm,)]
    administration.migrate(ground.url, "base")
    administration.init(ground.url)
    assert administration.check(ground.url) == []


def test_a_superuser_can_harden_it_and_the_owner_goes_on(ground: Ground) -> None:
    administration.init(ground.url)
    administration.init(ground.superuser_url)
    assert administration.check(ground.url) == []
    may_grant(ground)
    farm = administration.add_organization(ground.url, "Farm", "farm")
    anna = f"anna@{ground.name}.example"
    administration.add_user(ground.url, anna, PASSWORD, farm, "owner")
    administration.upgrade(ground.url)
    with ground.login(anna) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select rolname from pg_roles")
    with closing(PostgresGateway(ground.member_url, anna, PASSWORD)) as gateway:
        assert gateway.hello(farm, BARN).user_email == anna
    administration.migrate(ground.url, "base")
    administration.migrate(ground.url, "head")


def test_roles_that_somebody_else_made_cannot_be_given(ground: Ground) -> None:
    ground.tell(
        "do $$ begin create role authenticated nologin;"
        " exception when duplicate_object then null; end $$"
    )
    administration.init(ground.url)
    farm = administration.add_organization(ground.url, "Farm", "farm")
    email = f"anna@{ground.name}.example"
    with pytest.raises(Refusal, match="may not give") as refused:
        administration.add_user(ground.url, email, PASSWORD, farm, "owner")
    assert refused.value.advice.endswith(f"grant authenticated to {ground.name} with admin option")


@pytest.mark.parametrize(
    ("rights", "before", "words"),
    [
        ("createrole", "", "past row-level security"),
        ("bypassrls createrole", "alter database {} owner to postgres", "may not make schemas"),
        ("bypassrls createrole", "alter schema public owner to postgres", "belongs to somebody"),
    ],
)
def test_who_could_not_finish_is_refused_before_anything_is_touched(
    apart: EmbeddedServer, rights: str, before: str, words: str
) -> None:
    ground = Ground(apart, rights)
    if before:
        ground.tell(before.format(ground.name))
    with pytest.raises(Refusal, match=words):
        administration.init(ground.url)
    assert_untouched(ground)


def test_a_role_that_is_missing_and_cannot_be_made(apart: EmbeddedServer) -> None:
    ground = Ground(apart, "bypassrls")
    rename = (
        "do $$ begin alter role {} rename to {}; exception when undefined_object then null; end $$"
    )
    ground.tell(rename.format("authenticator", "set_aside"))
    try:
        with pytest.raises(Refusal, match="may not make the role"):
            administration.init(ground.url)
        assert_untouched(ground)
    finally:
        ground.tell(rename.format("set_aside", "authenticator"))


def assert_untouched(ground: Ground) -> None:
    with psycopg.connect(ground.superuser_url) as connection:
        made = connection.execute("select to_regnamespace('sync'), to_regnamespace('extensions')")
        assert made.fetchone() == (None, None)


def test_a_check_needs_a_database_to_compare_with(ground: Ground) -> None:
    administration.init(ground.url)
    ground.tell(f"alter role {ground.name} nocreatedb")
    with pytest.raises(Refusal, match="may not make a database"):
        administration.check(ground.url)
