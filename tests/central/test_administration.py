"""What an administrator does: organizations, people, reference data, a new epoch."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from fluffydesk.central import administration
from fluffydesk.errors import InvalidValue, NotFound, Refusal
from tests.central.central_rows import BARN


def test_a_person_can_be_added_to_a_second_organization(central: Any) -> None:
    farm, clinic = central.add_organization("Farm"), central.add_organization("Clinic", "ngo")
    first = central.add_user("anna", farm, "viewer")
    second = central.add_user("anna", clinic, "owner")
    assert first == second
    roles = {found["name"]: found["role"] for found in central.gateway("anna").organizations()}
    assert roles == {"Farm": "viewer", "Clinic": "owner"}
    administration.add_user(central.admin_url, central.email("anna"), None, "Farm", "manager")
    roles = {found["name"]: found["role"] for found in central.gateway("anna").organizations()}
    assert roles["Farm"] == "manager"


def test_the_address_is_the_same_in_any_case(central: Any) -> None:
    farm = central.add_organization("Farm")
    central.add_user("Anna", farm, "owner")
    email = central.email("Anna").upper()
    assert central.gateway(email).hello(farm, BARN).user_email == email.lower()


def test_what_cannot_be_meant_is_refused_in_words(central: Any) -> None:
    farm, url = central.add_organization("Farm"), central.admin_url
    with pytest.raises(InvalidValue, match="kind of organization"):
        administration.add_organization(url, "Zoo", "zoo")
    with pytest.raises(InvalidValue, match="no name"):
        administration.add_organization(url, " ", "farm")
    with pytest.raises(InvalidValue, match="role"):
        administration.add_user(url, "a@farm.example", "x", farm, "king")
    for email in ("anna", "@x", "a b@farm.example"):
        with pytest.raises(InvalidValue, match="e-mail"):
            administration.add_user(url, email, "x", farm, "owner")
    with pytest.raises(InvalidValue, match="too long"):
        administration.add_user(url, "a" * 60 + "@farm.example", "x", farm, "owner")
    with pytest.raises(InvalidValue, match="password"):
        administration.add_user(url, central.email("new"), "", farm, "owner")
    with pytest.raises(NotFound, match="no organization"):
        administration.add_user(url, central.email("new"), "x", "Nowhere", "owner")
    central.add_organization("Farm")
    with pytest.raises(Refusal, match="Several"):
        administration.add_user(url, central.email("new"), "x", "Farm", "owner")


def test_reference_data_is_loaded_once_and_corrected(central: Any) -> None:
    admin = central.admin()
    count = "select count(*) from livestock_breeds"
    before = admin.execute(count).fetchone()
    assert before[0] > 0
    admin.execute("update livestock_species set name = 'Wrong' where code = 'cattle'")
    logged = admin.execute("select count(*) from sync.changes").fetchone()[0]
    administration.load_reference(central.admin_url)
    assert admin.execute(count).fetchone() == before
    assert admin.execute("select 1 from livestock_species where name = 'Wrong'").rowcount == 0
    # Only what was corrected is a change.
    assert admin.execute("select count(*) from sync.changes").fetchone()[0] == logged + 1


def test_two_at_once_set_up_one_database(postgres: Any) -> None:
    maintenance = make_conninfo(postgres.admin_url, dbname="postgres")
    url = postgres.admin_url.rpartition("/")[0] + "/twice"
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute("create database twice template template0")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(administration.init, [url, url]))
        assert administration.check(url) == []
        connection.execute(sql.SQL("drop database twice"))


def test_a_new_epoch_makes_everybody_begin_again(central: Any) -> None:
    farm = central.add_organization("Farm")
    central.add_user("anna", farm, "owner")
    gateway = central.gateway("anna")
    before = gateway.hello(farm, BARN)
    with gateway.snapshot() as snapshot:
        cursor = snapshot.pull(farm, None, {}, None)["cursor"]
        assert snapshot.pull(farm, cursor, {}, None)["baseline"] is False
    administration.new_epoch(central.admin_url)
    assert gateway.hello(farm, BARN).epoch != before.epoch
    with gateway.snapshot() as snapshot:
        assert snapshot.pull(farm, cursor, {}, None)["baseline"] is True
