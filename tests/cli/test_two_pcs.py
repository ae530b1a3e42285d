"""Two PCs and a central, all real processes: what a farm and a clinic live through in a day."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from tests.cli.desk import PC, Served

pytestmark = pytest.mark.timeout(600)
MakePC = Callable[[str], PC]


def cattle(pc: PC) -> str:
    (species,) = pc.get("record", "list", "livestock_species", "--where", "code=cattle")
    return str(species["id"])


def settle(*pcs: PC) -> None:
    """Sync one after the other, so that the last has what the first wrote."""
    for pc in pcs:
        pc.get("sync")


def at_central(served: Served, table: str, row: str) -> dict[str, Any]:
    with (
        psycopg.connect(served.admin_url) as connection,
        connection.cursor(row_factory=psycopg.rows.dict_row) as cursor,
    ):
        cursor.execute(f"select * from public.{table} where id = %s", (row,))
        found = cursor.fetchone()
    assert found is not None
    return found


def test_names_become_a_conflict_and_weights_merge(served: Served, pc: MakePC) -> None:
    farm = served.add_organization("farm")
    barn, office = pc("Barn PC"), pc("Office PC")
    barn.sign_in(served, served.add_user(farm, "staff", "Anna"))
    office.sign_in(served, served.add_user(farm, "manager", "Bram"))
    cow = barn.get(
        "record", "add", "livestock", "tag_number=12", "name=Bella", f"species_id={cattle(barn)}"
    )["id"]
    settle(barn, office)

    assert served.stop() == 0
    assert barn.get("record", "set", "livestock", cow, "name=Bertha")["name"] == "Bertha"
    office.get("record", "set", "livestock", cow, "name=Belle", "weight_kg=612,5")
    refused = barn.run("sync")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.count("\n") == 1
    assert "Your edits wait safely." in refused.err
    status = barn.get("status")
    assert (status["online"], status["pending"]) == (False, 1)

    served.start()
    first = barn.get("sync")
    assert (first["pushed"], first["conflicts"], first["quarantined"]) == (1, 0, 0)
    second = office.get("sync")
    assert (second["conflicts"], second["quarantined"]) == (1, 0)
    assert set(second) == {"pulled", "pushed", "conflicts", "quarantined"}
    # The weight has gone ahead of the name.
    assert (at_central(served, "livestock", cow)["name"], office.get("status")["conflicts"]) == (
        "Bertha",
        1,
    )
    assert str(at_central(served, "livestock", cow)["weight_kg"]) == "612.5"

    (conflict,) = office.get("conflicts", "list")
    moment = datetime.fromisoformat(conflict.pop("at"))
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 600
    conflict_id = conflict.pop("id")
    assert conflict == {
        "table": "livestock",
        "row_id": cow,
        "column": "name",
        "base": "Bella",
        "mine": "Belle",
        "theirs": "Bertha",
        "their_user": "Anna",
        "their_device": "Barn PC",
    }
    office.get("conflicts", "resolve", conflict_id, "--keep", "Bella Bertha")
    settle(office, barn)
    for at in (office, barn):
        shown = at.get("record", "show", "livestock", cow)
        assert (shown["name"], shown["weight_kg"]) == ("Bella Bertha", 612.5)
        assert at.get("conflicts", "list") == []
        assert at.get("status")["pending"] == 0
        assert at.run("doctor").code == 0
    row = at_central(served, "livestock", cow)
    assert (row["name"], str(row["weight_kg"])) == ("Bella Bertha", "612.5")


def test_an_edit_a_role_may_not_make_is_shown_and_discarded(served: Served, pc: MakePC) -> None:
    farm = served.add_organization("farm")
    office, tablet = pc("Office PC"), pc("Tablet")
    office.sign_in(served, served.add_user(farm, "owner", "Olga"))
    tablet.sign_in(served, served.add_user(farm, "viewer", "Vera"))
    cow = office.get(
        "record", "add", "livestock", "tag_number=7", "name=Sien", f"species_id={cattle(office)}"
    )["id"]
    settle(office, tablet)
    tablet.get("record", "set", "livestock", cow, "name=Saar")
    counts = tablet.get("sync")
    assert (counts["pushed"], counts["quarantined"]) == (0, 1)
    (refused,) = tablet.get("quarantine", "list")
    assert set(refused) == {"id", "table", "row_id", "code", "message"}
    assert (refused["table"], refused["row_id"], refused["code"]) == ("livestock", cow, "42501")
    assert "role" in refused["message"]
    # It holds up nothing: what the owner does still comes.
    office.get("record", "set", "livestock", cow, "weight_kg=600")
    office.get("sync")
    tablet.get("sync")
    assert tablet.get("record", "show", "livestock", cow)["weight_kg"] == 600
    tablet.get("quarantine", "discard", refused["id"])
    assert tablet.get("quarantine", "list") == []
    assert tablet.get("sync")["quarantined"] == 0
    assert tablet.get("record", "show", "livestock", cow)["name"] == "Sien"
    assert at_central(served, "livestock", cow)["name"] == "Sien"
    assert tablet.get("status")["pending"] == 0


def test_a_taken_slot_is_mended_and_goes_through(served: Served, pc: MakePC) -> None:
    clinic = served.add_organization("veterinary_clinic")
    desk, surgery = pc("Front desk"), pc("Surgery")
    desk.sign_in(served, served.add_user(clinic, "owner", "Olga"))
    surgery.sign_in(served, served.add_user(clinic, "veterinarian", "Vito"))
    room = desk.get("record", "add", "rooms", "name=One")["id"]
    pets = []
    for name in ("Mango", "Rex"):
        pet = desk.get("record", "add", "pets", f"name={name}", "species=dog")["id"]
        desk.get("record", "add", "clinic_patients", f"pet_id={pet}")
        pets.append(pet)
    client = desk.get("record", "add", "clinic_clients", "full_name=Kim")["id"]
    settle(desk, surgery)

    def book(at: PC, pet: str, start: str, end: str) -> str:
        words = (f"pet_id={pet}", f"room_id={room}", f"scheduled_at={start}", f"ends_at={end}")
        return str(at.get("record", "add", "appointments", *words)["id"])

    kept = book(desk, pets[0], "2031-05-05T10:00Z", "2031-05-05T10:20Z")
    desk.get("sync")
    taken = book(surgery, pets[1], "2031-05-05T10:10Z", "2031-05-05T10:30Z")
    surgery.get("record", "set", "clinic_clients", client, "phone=0612345678")
    counts = surgery.get("sync")
    assert (counts["pushed"], counts["quarantined"]) == (1, 1)
    assert at_central(served, "clinic_clients", client)["phone"] == "0612345678"
    (refused,) = surgery.get("quarantine", "list")
    assert (refused["table"], refused["row_id"], refused["code"]) == (
        "appointments",
        taken,
        "23P01",
    )
    assert "room" in refused["message"].lower()
    told = surgery.run("quarantine", "list").out
    assert "One is taken by Mango from 10:00 to 10:20." in told
    assert "Next free times: " in told

    surgery.get("quarantine", "retry", refused["id"])
    assert surgery.get("sync")["quarantined"] == 1  # nothing has changed, so it comes back

    words = ("scheduled_at=2031-05-05T10:20Z", "ends_at=2031-05-05T10:40Z")
    surgery.get("record", "set", "appointments", taken, *words)
    counts = surgery.get("sync")
    assert (counts["pushed"], counts["quarantined"]) == (1, 0)
    desk.get("sync")
    for at in (desk, surgery):
        found = at.get("record", "list", "appointments", "--order", "scheduled_at")
        assert [row["id"] for row in found] == [kept, taken]
        assert found[1]["scheduled_at"] == "2031-05-05T10:20:00Z"


def kill_at_next_commit(served: Served, pc: PC) -> bool:
    """Start a sync and kill it when central has applied more; False if it came to its end."""
    sql = "select count(*) from sync.applied_units"
    with psycopg.connect(served.admin_url, autocommit=True) as central:
        before = central.execute(sql).fetchone()
        with pc.start("sync") as process:
            while process.poll() is None:
                if central.execute(sql).fetchone() != before:
                    process.kill()
                    return process.wait(60) == -signal.SIGKILL
    assert process.returncode == 0
    return False


def test_a_sync_that_is_killed_loses_and_doubles_nothing(served: Served, pc: MakePC) -> None:
    farm = served.add_organization("farm")
    barn, office = pc("Barn PC"), pc("Office PC")
    barn.sign_in(served, served.add_user(farm, "staff", "Anna"))
    lines = [
        f"1-1-2015,{day},1,20,{day + 1}-3-2019,{cow}" for cow in range(150) for day in range(5)
    ]
    file = barn.folder / "days.csv"
    heading = "BirthDate,DaysInMilk,Parity,MilkingYield,TestDate,TestId"
    file.write_text("\n".join([heading, *lines]))
    made = barn.get("import", str(file), "--as", "dairy-test-days")
    assert made["create"] == {"livestock": 150, "milk_production_logs": 750}
    assert barn.get("status")["pending"] == 150

    # Killed as soon as central has committed something, whatever the PC has heard of it by then,
    # until nothing is left to send; then at other moments, of which some are in the last pull.
    killed = 0
    while kill_at_next_commit(served, barn):
        killed += 1
    assert killed > 0
    for tenths in range(5, 20, 3):
        with barn.start("sync") as process:
            try:
                process.wait(tenths / 10)
            except subprocess.TimeoutExpired:
                process.kill()
    barn.get("sync")
    assert barn.get("status")["pending"] == 0
    assert barn.get("doctor")["ledger"]["applied"] == 150
    office.sign_in(served, served.add_user(farm, "manager", "Bram"))
    for table, rows in made["create"].items():
        order = ("--order", "id")
        here = barn.get("record", "list", table, *order)
        assert len(here) == rows
        assert all(row["row_version"] == 1 for row in here)
        assert office.get("record", "list", table, *order) == here
    again = office.get("import", str(file), "--as", "dairy-test-days")
    assert again["create"] == {}


def test_watch_syncs_when_there_is_news_and_ends_when_told(served: Served, pc: MakePC) -> None:
    farm = served.add_organization("farm")
    barn, office = pc("Barn PC"), pc("Office PC")
    barn.sign_in(served, served.add_user(farm, "staff", "Anna"))
    office.sign_in(served, served.add_user(farm, "manager", "Bram"))
    with office.start("--json", "sync", "--watch") as watching:
        assert watching.stdout is not None
        assert '"pushed": 0' in watching.stdout.readline()
        words = ("record", "add", "livestock", "tag_number=1", f"species_id={cattle(barn)}")
        theirs = barn.get(*words)["id"]
        barn.get("sync")
        while '"pulled": 0' in watching.stdout.readline():
            continue
        assert office.get("record", "show", "livestock", theirs)["tag_number"] == "1"
        mine = office.get("record", "set", "livestock", theirs, "name=Truus")
        while '"pushed": 0' in watching.stdout.readline():
            continue
        watching.send_signal(signal.SIGTERM)
        assert watching.wait(60) == 0
    assert at_central(served, "livestock", theirs)["name"] == mine["name"] == "Truus"
