from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from fluffydesk.records.types import today
from tests.cli.typed import Terminal
from tests.conftest import Central


@pytest.fixture
def barn(central: Central, terminal: Terminal) -> Terminal:
    farm = central.add_organization("Green Farm")
    central.add_user("anna", farm, "owner")
    signed_in = terminal.sign_in(central.member_url, central.email("anna"), "--device", "Barn PC")
    assert signed_in.code == 0, signed_in.err
    return terminal


@pytest.fixture
def cow(barn: Terminal) -> dict[str, Any]:
    (species,) = barn.get("record", "list", "livestock_species", "--where", "code=cattle")
    words = ("tag_number=12", "name=Bella", "weight_kg=612,5", f"species_id={species['id']}")
    words += ("calved_on=2020-01-31",)
    added: dict[str, Any] = barn.get("record", "add", "livestock", *words, "notes=a=b")
    return added


def test_values_are_typed(barn: Terminal, cow: dict[str, Any]) -> None:
    assert (cow["tag_number"], cow["weight_kg"], cow["sex"]) == ("12", 612.5, "unknown")
    assert (cow["parity"], cow["notes"]) == (None, "a=b")
    assert cow["created_at"].endswith("Z")
    assert datetime.fromisoformat(cow["created_at"])
    assert cow["updated_device"] == "Barn PC"
    assert barn.get("record", "show", "livestock", cow["id"]) == cow
    assert barn.get("record", "list", "livestock") == [cow]
    assert '"weight_kg": 612.5,' in barn.run("--json", "record", "list", "livestock").out
    milking = barn.get(
        "record", "add", "milk_production_logs", f"animal_id={cow['id']}", "yield_kg=23.50 kg"
    )
    assert (milking["milked_on"], milking["yield_kg"]) == (today().isoformat(), 23.5)
    words = ("name=Mash", "unit=kg", "reorder_level=500 lb")
    assert barn.get("record", "add", "farm_inventory", *words)["reorder_level"] == 226.796


def test_changing_and_deleting(barn: Terminal, cow: dict[str, Any]) -> None:
    changed = barn.get("record", "set", "livestock", cow["id"], "name=", "sex=neutered male")
    assert (changed["name"], changed["sex"], changed["weight_kg"]) == (None, "neutered_male", 612.5)
    gone = barn.get("record", "delete", "livestock", cow["id"])
    assert gone == {"id": cow["id"], "table": "livestock"}
    assert barn.get("record", "list", "livestock") == []
    assert "There is no animal" in barn.refused("record", "show", "livestock", cow["id"])
    assert "not there any more" in barn.refused("record", "delete", "livestock", cow["id"])


def test_lists_are_searched_filtered_ordered_and_cut(barn: Terminal, cow: dict[str, Any]) -> None:
    for tag, name in (("2", "Anna"), ("31", "Bertha")):
        words = (f"tag_number={tag}", f"name={name}", f"species_id={cow['species_id']}")
        barn.get("record", "add", "livestock", *words)

    def tags(*words: str) -> list[str]:
        return [row["tag_number"] for row in barn.get("record", "list", "livestock", *words)]

    assert tags("--order", "tag_number") == ["2", "12", "31"]
    assert tags("--order", "-tag_number", "--limit", "2") == ["31", "12"]
    assert tags("--limit", "0") == []
    assert tags("--search", "bel") == ["12"]
    assert tags("--where", "name~b", "--order", "name") == ["12", "31"]
    assert tags("--where", "weight_kg>600") == ["12"]
    assert tags("--where", "weight_kg=", "--where", "name!=Anna") == ["31"]
    assert len(tags("--where", "species_id~cattle")) == 3
    assert "is not a condition" in barn.refused("record", "list", "livestock", "--where", "name")
    assert "has no column 'nme'" in barn.refused("record", "list", "livestock", "--where", "nme=1")
    assert "has no column 'nme'" in barn.refused("record", "list", "livestock", "--order", "nme")
    assert "0 or more" in barn.refused("record", "list", "livestock", "--limit", "-1")


def test_what_is_wrong_is_said_in_one_line(barn: Terminal, cow: dict[str, Any]) -> None:
    add = ("record", "add", "livestock")
    assert "Choose one of: tag_number, name" in barn.refused(*add, "nmae=Bella")
    assert barn.refused(*add, "name=Bella") == "Species is missing. Choose one."
    assert "is not column=value" in barn.refused(*add, "Bella")
    change = ("record", "set", "livestock", cow["id"])
    assert barn.refused(*change, "weight_kg=heavy") == "Weight must be a number, such as 23.5."
    assert "lies in the future" in barn.refused(*change, "birth_date=2199-01-01")
    assert "kept by FluffyDesk" in barn.refused(*change, "row_version=7")
    assert "There is no table 'cows' here" in barn.refused("record", "list", "cows")
    assert "There is no table 'audit_logs' here" in barn.refused("record", "list", "audit_logs")
    assert "is not an id" in barn.refused("record", "show", "livestock", "12")
    assert barn.get("record", "show", "livestock", cow["id"]) == cow


def test_times_typed_are_of_the_organization(
    barn: Terminal, central: Central, cow: dict[str, Any]
) -> None:
    central.admin().execute("update public.organizations set time_zone = 'Europe/Amsterdam'")
    barn.get("sync")
    pet = barn.get("record", "add", "pets", "name=Rex", "species=dog")["id"]
    barn.get("record", "add", "clinic_patients", f"pet_id={pet}")
    words = (f"pet_id={pet}", "scheduled_at=2031-07-01 10:00", "ends_at=2031-07-01T08:20Z")
    visit = barn.get("record", "add", "appointments", *words)
    assert visit["scheduled_at"] == "2031-07-01T08:00:00Z"
    words = ("record", "set", "appointments", visit["id"])
    assert "skips 02:30" in barn.refused(*words, "ends_at=30-3-2031 02:30")


def test_text_for_people(barn: Terminal, cow: dict[str, Any]) -> None:
    listed = barn.run("record", "list", "livestock").out.splitlines()
    assert listed[0].split()[:3] == ["id", "tag_number", "name"]
    assert "Cattle" in listed[1]
    shown = barn.run("record", "show", "livestock", cow["id"]).out
    assert f"{cow['species_id']} (Cattle)" in shown
    assert barn.run("record", "list", "rooms").out == "No rooms.\n"
    deleted = barn.run("record", "delete", "livestock", cow["id"]).out
    assert deleted == f"Deleted {cow['id']} from livestock.\n"


def test_conflicts_and_refusals_are_told_in_words(
    barn: Terminal, central: Central, cow: dict[str, Any]
) -> None:
    barn.get("sync")
    admin = central.admin()
    admin.execute("update public.livestock set name = 'Bertha'")
    barn.get("record", "set", "livestock", cow["id"], "name=Belle")
    assert "1 in conflict" in barn.run("sync").out
    first, second = barn.run("conflicts").out.splitlines()
    assert first.endswith("Animal 12 · Belle, Name")
    assert "was Bella; here Belle; Bertha by" in second
    (conflict,) = barn.get("conflicts", "list")
    keep = ("conflicts", "resolve", conflict["id"], "--keep")
    resolved = barn.get(*keep, "theirs")
    assert (resolved["column"], resolved["kept"]) == ("name", "Bertha")
    assert "There is no open conflict" in barn.refused(*keep, "mine")
    assert barn.run("conflicts").out == "No conflicts.\n"
    assert barn.get("sync")["conflicts"] == 0

    admin.execute("update public.organization_users set role = 'viewer'")
    barn.get("record", "set", "livestock", cow["id"], "weight_kg=600")
    assert "1 refused" in barn.run("sync").out
    first, second = barn.run("quarantine").out.splitlines()
    assert first.endswith("Change animal: Animal 12 · Bertha")
    assert second.endswith("(42501)")
    (refused,) = barn.get("quarantine", "list")
    admin.execute("update public.organization_users set role = 'staff'")
    assert barn.get("quarantine", "retry", refused["id"])["outcome"] == "retried"
    assert barn.get("sync")["quarantined"] == 0
    assert barn.run("quarantine").out == "Nothing is in quarantine.\n"
    assert "is in quarantine" in barn.refused("quarantine", "discard", refused["id"])
    found = admin.execute("select weight_kg from public.livestock").fetchone()
    assert found is not None
    assert float(found[0]) == 600


def test_a_third_value_is_read_like_any_other(
    barn: Terminal, central: Central, cow: dict[str, Any]
) -> None:
    barn.get("sync")
    central.admin().execute("update public.livestock set weight_kg = 700")
    barn.get("record", "set", "livestock", cow["id"], "weight_kg=600")
    barn.get("sync")
    (conflict,) = barn.get("conflicts", "list")
    assert (conflict["base"], conflict["mine"], conflict["theirs"]) == (612.5, 600, 700)
    keep = ("conflicts", "resolve", conflict["id"], "--keep")
    assert barn.refused(*keep, "heavy") == "Weight must be a number, such as 23.5."
    assert barn.refused(*keep, "-5") == "Weight must be at least 0 kg."
    assert barn.get(*keep, "650,5")["kept"] == 650.5
    barn.get("sync")
    assert barn.get("record", "show", "livestock", cow["id"])["weight_kg"] == 650.5
