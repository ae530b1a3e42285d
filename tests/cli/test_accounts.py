from __future__ import annotations

import json

from fluffydesk.account.home import Home
from tests.cli.typed import Terminal
from tests.conftest import Central


def test_signing_in_fetches_the_records(central: Central, terminal: Terminal) -> None:
    farm = central.add_organization("Green Farm")
    central.add_user("anna", farm, "owner")
    signed_in = terminal.sign_in(central.member_url, central.email("anna"), "--device", "Barn PC")
    told = json.loads(signed_in.out)
    assert (told["organization"], told["device"]) == ("Green Farm", "Barn PC")
    assert told["organization_id"] == str(farm)
    assert told["pulled"] > 100
    status = terminal.get("status")
    assert status.pop("last_sync").endswith("Z")
    assert status == {
        "pulled": told["pulled"],
        "pushed": 0,
        "conflicts": 0,
        "quarantined": 0,
        "online": True,
        "pending": 0,
        "organization": "Green Farm",
        "user": central.email("anna"),
        "device": "Barn PC",
    }
    assert "online" in terminal.run("status").out


def test_no_sync_leaves_the_mirror_empty(central: Central, terminal: Terminal) -> None:
    central.add_user("anna", central.add_organization("Green Farm"), "owner")
    terminal.sign_in(central.member_url, central.email("anna"), "--no-sync")
    assert terminal.get("record", "list", "livestock_species") == []
    assert terminal.get("status")["last_sync"] is None


def test_a_wrong_password_is_refused(central: Central, terminal: Terminal) -> None:
    central.add_user("anna", central.add_organization("Green Farm"), "owner")
    ran = terminal.sign_in(central.member_url, central.email("anna"), password="wrong")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "Nobody is signed in" in terminal.refused("status")


def test_of_several_organizations_one_must_be_named(central: Central, terminal: Terminal) -> None:
    for name in ("Green Farm", "Blue Farm"):
        central.add_user("anna", central.add_organization(name), "owner")
    who = (central.member_url, central.email("anna"))
    ran = terminal.sign_in(*who)
    assert ran.code == 1
    assert "Blue Farm, Green Farm" in ran.err
    ran = terminal.sign_in(*who, "--organization", "Blue Farm")
    assert json.loads(ran.out)["organization"] == "Blue Farm"


def test_signing_out_never_loses_an_edit_unasked(central: Central, terminal: Terminal) -> None:
    central.add_user("anna", central.add_organization("Green Farm"), "owner")
    terminal.sign_in(central.member_url, central.email("anna"))
    terminal.get("record", "add", "rooms", "name=One")
    assert "1 edit" in terminal.refused("sign-out")
    assert terminal.get("status")["pending"] == 1
    assert terminal.get("sign-out", "--discard") == {"signed_in": False}
    assert "Nobody is signed in" in terminal.refused("status")
    terminal.sign_in(central.member_url, central.email("anna"))
    assert terminal.get("record", "list", "rooms") == []
    assert terminal.run("sign-out").out == "Signed out.\n"


def test_the_password_opens_the_records_offline(central: Central, terminal: Terminal) -> None:
    central.add_user("anna", central.add_organization("Green Farm"), "owner")
    who = (central.member_url, central.email("anna"))
    terminal.sign_in(*who)
    terminal.get("sign-out")
    central.stop()
    ran = terminal.run("sign-in", *who, typed="correct horse\n")
    assert ran.code == 0, ran.err
    assert "The records on this PC are there to work with." in ran.out
    assert len(terminal.get("record", "list", "livestock_species")) > 3
    status = terminal.get("status")
    assert status["online"] is False
    assert "Your edits wait safely." in terminal.refused("sync")
    doctor = terminal.run("--json", "doctor")
    assert doctor.code == 1
    assert json.loads(doctor.out)["compared"] is False
    other = terminal.other("new")
    assert other.sign_in(*who).code == 1


def test_doctor_finds_and_repairs_what_differs(central: Central, terminal: Terminal) -> None:
    central.add_user("anna", central.add_organization("Green Farm"), "owner")
    terminal.sign_in(central.member_url, central.email("anna"))
    room = terminal.get("record", "add", "rooms", "name=One")["id"]
    terminal.get("sync")
    well = terminal.run("doctor").out
    assert "All is well" in well
    assert "Animals, numbers 1 to 50 (50): reserved for " in well
    # A write that no trigger of central sees is one that no pull brings.
    admin = central.admin()
    admin.execute("set session_replication_role = replica")
    admin.execute("update public.rooms set name = 'Two'")
    found = terminal.run("--json", "doctor")
    assert found.code == 1
    assert json.loads(found.out)["differing"] == {"rooms": 1}
    assert "--repair" in terminal.run("doctor").out
    mended = terminal.run("doctor", "--repair")
    assert mended.code == 0
    assert "1 row differed" in mended.out
    assert terminal.get("record", "show", "rooms", room)["name"] == "Two"
    last = terminal.get("doctor")
    assert last["ledger"]["applied"] == 1
    assert last["contradictions"] == []


def test_doctor_tells_what_contradicts_itself(central: Central, terminal: Terminal) -> None:
    farm = central.add_organization("Green Farm")
    central.add_user("anna", farm, "owner")
    admin = central.admin()  # as a client might write that keeps no rule of the trade
    flock = admin.execute(
        "insert into flocks (id, organization_id, name, species_id)"
        " select gen_random_uuid(), %s, 'House 2', min(id::text)::uuid from livestock_species"
        " returning id",
        [farm],
    ).fetchone()
    admin.execute(
        "insert into mortality_logs (id, organization_id, flock_id, died_on, head_count)"
        " values (gen_random_uuid(), %s, %s, current_date, 3)",
        [farm, flock[0]],
    )
    terminal.sign_in(central.member_url, central.email("anna"))
    found = terminal.run("doctor")
    assert found.code == 0, "the mirror is sound"
    assert "House 2 would hold \N{MINUS SIGN}3 birds" in found.out
    [told] = terminal.get("doctor")["contradictions"]
    assert (told["rule"], told["rows"][0]["table"]) == (1, "mortality_logs")


def test_only_one_sync_at_a_time(central: Central, terminal: Terminal) -> None:
    central.add_user("anna", central.add_organization("Green Farm"), "owner")
    terminal.sign_in(central.member_url, central.email("anna"))
    with Home(terminal.home).sync_lock():
        assert "Another window or command is syncing." in terminal.refused("sync")
    assert terminal.get("sync")["pushed"] == 0


def test_a_damaged_mirror_is_one_sentence_and_is_set_aside(
    central: Central, terminal: Terminal
) -> None:
    central.add_user("anna", central.add_organization("Green Farm"), "owner")
    who = (central.member_url, central.email("anna"))
    terminal.sign_in(*who)
    (path,) = (terminal.home / "mirrors").glob("*.db")
    path.write_bytes(b"not a mirror" * 1000)
    for words in (("status",), ("sync",), ("doctor",), ("record", "list", "rooms")):
        assert "cannot be read" in terminal.refused(*words)
    assert "was set aside as" in terminal.run("sign-in", *who, typed="correct horse\n").out
    assert terminal.get("record", "list", "livestock_species")
    assert len(list((terminal.home / "mirrors").glob("*damaged*"))) == 1
