"""`window` and `record older`: what this PC keeps of the logs, and looking up what it does not."""

from __future__ import annotations

import pytest

from tests.cli.typed import Terminal
from tests.conftest import Central


@pytest.fixture
def barn(central: Central, terminal: Terminal) -> Terminal:
    farm = central.add_organization("Green Farm")
    central.add_user("anna", farm, "owner")
    signed_in = terminal.sign_in(central.member_url, central.email("anna"), "--device", "Barn PC")
    assert signed_in.code == 0, signed_in.err
    return terminal


def test_old_rows_go_are_looked_up_and_come_back(barn: Terminal) -> None:
    assert barn.get("window") == {"months": None, "from": None, "complete": True, "changed": False}
    (species,) = barn.get("record", "list", "livestock_species", "--where", "code=cattle")
    cow, other = (
        barn.get("record", "add", "livestock", f"tag_number={tag}", f"species_id={species['id']}")
        for tag in ("12", "13")
    )
    for animal in (cow, other):
        words = (f"animal_id={animal['id']}", "weighed_on=2019-05-04", "weight_kg=500")
        barn.get("record", "add", "weight_logs", *words)
    assert barn.run("sync").code == 0
    kept = barn.get("window", "12")
    assert (kept["months"], kept["complete"]) == (12, True)
    assert "12 months" in barn.run("window").out
    assert barn.get("record", "list", "weight_logs") == []
    (found,) = barn.get("record", "older", "weight_logs", "--of", f"animal_id={cow['id']}")
    assert (found["weighed_on"], found["weight_kg"]) == ("2019-05-04", 500.0)
    assert len(barn.get("record", "older", "weight_logs")) == 2
    assert len(barn.get("record", "older", "weight_logs", "--limit", "1")) == 1
    assert barn.get("record", "older", "weight_logs", "--to", "2019-05-03") == []
    assert len(barn.get("record", "older", "weight_logs", "--from", "2019-05-04")) == 2
    assert "2019-05-04" in barn.run("record", "older", "weight_logs").out
    assert not barn.get("window", "all")["complete"]
    assert "next sync" in barn.run("window").out
    assert barn.run("sync").code == 0
    assert len(barn.get("record", "list", "weight_logs")) == 2
    assert barn.get("record", "older", "weight_logs") == []


def test_what_cannot_be_is_refused_in_words(barn: Terminal) -> None:
    assert "no number of months" in barn.refused("window", "few")
    assert "no number of months" in barn.refused("window", "0")
    assert "keeps all of it" in barn.refused("record", "older", "livestock")
    assert "is no day" in barn.refused("record", "older", "weight_logs", "--from", "once")
    assert "is no link" in barn.refused("record", "older", "weight_logs", "--of", "weight_kg=1")
    assert "is not an id" in barn.refused("record", "older", "weight_logs", "--of", "animal_id=1")


def test_a_milking_that_central_has_already_is_joined_with_it(
    barn: Terminal, central: Central
) -> None:
    (species,) = barn.get("record", "list", "livestock_species", "--where", "code=cattle")
    facts = ("tag_number=12", "calved_on=2019-03-01", f"species_id={species['id']}")
    cow = barn.get("record", "add", "livestock", *facts)
    words = (f"animal_id={cow['id']}", "milked_on=2019-05-04", "session=morning")
    barn.get("record", "add", "milk_production_logs", *words, "yield_kg=20", "notes=theirs")
    assert barn.run("sync").code == 0
    barn.get("window", "12")
    mine = barn.get("record", "add", "milk_production_logs", *words, "yield_kg=21")
    assert barn.run("sync").code == 0
    (refused,) = barn.get("quarantine", "list")
    assert refused["row_id"] == mine["id"]
    assert f"quarantine join {refused['id']}" in barn.run("quarantine", "list").out
    joined = barn.get("quarantine", "join", refused["id"])
    assert joined["asked"] == 1
    assert barn.get("quarantine", "list") == []
    (conflict,) = barn.get("conflicts", "list")
    barn.get("conflicts", "resolve", conflict["id"], "--keep", "mine")
    assert barn.run("sync").code == 0
    (found,) = barn.get("record", "older", "milk_production_logs")
    assert (found["yield_kg"], found["notes"]) == (21.0, "theirs")
    assert barn.refused("quarantine", "join", refused["id"])
