"""The command says what a sync would do, and writes a bundle in which nobody is named."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.desk import PC, Served

pytestmark = pytest.mark.timeout(600)


def test_a_dry_run_a_bundle_and_both_texts(
    served: Served, pc: Callable[[str], PC], tmp_path: Path
) -> None:
    farm = served.add_organization("farm")
    barn, office = pc("Barn PC"), pc("Office PC")
    barn.sign_in(served, served.add_user(farm, "staff", "Anna"))
    office.sign_in(served, served.add_user(farm, "manager", "Bram"))
    (cattle,) = barn.get("record", "list", "livestock_species", "--where", "code=cattle")
    new = ("tag_number=12", "name=Bellissima", "notes=calm", f"species_id={cattle['id']}")
    cow = barn.get("record", "add", "livestock", *new)["id"]

    foreseen = barn.get("sync", "--dry-run")
    assert [(row["table"], row["op"]) for one in foreseen["send"] for row in one["rows"]] == [
        ("livestock", "insert")
    ]
    assert (foreseen["online"], foreseen["held"]) == (True, [])
    assert "livestock" not in foreseen["changed"]
    assert barn.get("status")["pending"] == 1
    assert barn.get("sync")["pushed"] == 1
    assert office.get("sync", "--dry-run")["changed"]["livestock"] == 1
    office.get("sync")

    barn.get("record", "set", "livestock", cow, "notes=kicks")
    barn.get("sync")
    office.get("record", "set", "livestock", cow, "notes=bites")
    (clash,) = office.get("sync", "--dry-run")["new_conflicts"]
    assert (clash["row_id"], clash["columns"]) == (cow, ["Notes"])
    office.get("sync")
    told = office.run("sync", "--dry-run").out
    assert "0 rows would be sent." in told
    assert "In conflict: it waits for you to decide." in told
    (asked,) = office.get("conflicts", "list")
    kept = office.get("conflicts", "resolve", asked["id"], "--keep", "both")
    assert kept["kept"] == "kicks\nbites"

    path = tmp_path / "bundle.zip"
    assert office.get("doctor", "--bundle", str(path))["bundle"] == str(path)
    with zipfile.ZipFile(path) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist()]
    assert len(texts) > 3
    for private in ("Bellissima", "Anna", "Bram", "Office PC", "bites", str(tmp_path)):
        assert not any(private in text for text in texts), private
