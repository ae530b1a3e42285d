from __future__ import annotations

import signal
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from fluffydesk.central import programs
from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.central.programs import Running
from tests.central.supabase import hand_over
from tests.cli.desk import PASSWORD, Served, run
from tests.cli.typed import Terminal
from tests.conftest import Central


def test_a_served_central_is_kept_and_used_again(tmp_path: Path) -> None:
    served = Served(tmp_path)
    served.start()
    first, members = urlsplit(served.admin_url), urlsplit(served.member_url)
    assert (first.username, bool(first.password)) == ("postgres", True)
    assert (members.username, members.password) == (None, None)
    with psycopg.connect(served.admin_url) as connection:
        connection.execute("create table kept (x int)")
    second = run(tmp_path, "central", "serve", str(tmp_path / "central"))
    assert (second.code, second.out, second.err.count("\n")) == (1, "", 1)
    assert served.stop(signal.SIGINT) == 0

    served.start()
    assert urlsplit(served.admin_url) == first
    assert served.stop(signal.SIGKILL) == -signal.SIGKILL
    served.start()  # the server that outlived its parent is taken over
    with psycopg.connect(served.admin_url) as connection:
        assert connection.execute("select count(*) from kept").fetchone() == (0,)
    assert served.stop() == 0


def test_check_tells_what_differs_from_the_declarations(
    central: Central, terminal: Terminal
) -> None:
    assert terminal.get("central", "check", central.admin_url) == {"findings": []}
    central.admin().execute("alter table public.rooms no force row level security")
    ran = terminal.run("central", "check", central.admin_url)
    assert ran.code == 1
    assert "rooms" in ran.out
    assert terminal.get("central", "upgrade", central.admin_url) == {"done": True}


def test_people_and_organizations_are_added(central: Central, terminal: Terminal) -> None:
    url = central.admin_url
    words = ("--name", "Green Clinic", "--type", "veterinary clinic")
    clinic = terminal.get("central", "add-organization", url, *words)
    assert (clinic["name"], clinic["type"]) == ("Green Clinic", "veterinary_clinic")
    person = ("central", "add-user", url, "--email", central.email("vito"), "--role")
    rest = ("--organization", "Green Clinic", "--name", "Vito")
    assert "There is no role 'boss'. Choose one of: owner" in terminal.refused(
        *person, "boss", *rest
    )
    assert "No password was given." in terminal.refused(*person, "veterinarian", *rest)
    added = terminal.run(*person, "veterinarian", *rest, typed=f"{PASSWORD}\r\n")
    assert added.code == 0, added.err
    again = terminal.run(*person, "owner", *rest, typed=f"{PASSWORD}\n")
    assert again.out == added.out  # the same person, now with another role
    (organization,) = central.gateway("vito").organizations()
    assert (organization["id"], organization["role"]) == (clinic["id"], "owner")
    assert (
        "There is no organization 'Blue'"
        in terminal.run(*person, "owner", "--organization", "Blue", typed="x\n").err
    )


def test_the_printed_sql_sets_up_a_database_by_hand(
    apart: EmbeddedServer, terminal: Terminal, tmp_path: Path
) -> None:
    printed = terminal.run("central", "init", "--sql")
    assert printed.code == 0
    script = tmp_path / "central.sql"
    script.write_text(printed.out, encoding="utf-8")

    def by_hand() -> str:
        with Running(
            programs.fitting(0),
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--set=ON_ERROR_STOP=1",
            f"--file={script}",
            f"--dbname={programs.target(apart.admin_url)}",
            url=apart.admin_url,
        ) as psql:
            return psql.refuse().message if psql.failed() else ""

    assert by_hand() == ""
    assert terminal.get("central", "check", apart.admin_url) == {"findings": []}
    assert "not empty" in by_hand()
    assert terminal.get("central", "init", apart.admin_url) == {"done": True}
    assert terminal.get("central", "check", apart.admin_url) == {"findings": []}


def test_no_password_is_asked_where_the_host_keeps_them(
    apart: EmbeddedServer, terminal: Terminal
) -> None:
    host = hand_over(apart, "signed_up")
    url = host.owner_url
    assert terminal.get("central", "init", url) == {"done": True}
    terminal.get("central", "add-organization", url, "--name", "Green", "--type", "farm")
    person = ("central", "add-user", url, "--email", "anna@farm.example", "--role", "owner")
    refused = terminal.refused(*person, "--organization", "Green")
    assert "Nobody has signed up as anna@farm.example." in refused
    anna = host.sign_up("anna@farm.example")
    assert terminal.get(*person, "--organization", "Green")["id"] == str(anna)


def test_no_server_and_no_tables_are_refusals(central: Central, terminal: Terminal) -> None:
    nowhere = "postgresql://postgres:x@127.0.0.1:9/x"
    for verb in ("init", "upgrade", "check"):
        terminal.refused("central", verb, nowhere)
    bare = central.admin_url.rpartition("/")[0] + "/postgres"
    assert "has not been set up" in terminal.refused("central", "check", bare)
