from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.typed import Terminal
from tests.conftest import Central


@pytest.fixture
def barn(central: Central, terminal: Terminal) -> Terminal:
    central.add_user("anna", central.add_organization("Green Farm"), "owner")
    assert terminal.sign_in(central.member_url, central.email("anna")).code == 0
    return terminal


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "cows.csv"
    path.write_text("Nr;Name;Geboren\n100;Ida;1.5.2021\n101;;soon\n", encoding="utf-8")
    return path


def test_a_table_is_imported_listed_and_taken_back(barn: Terminal, file: Path) -> None:
    words = ("import", str(file), "--as", "animals", "--map", "Nr=tag_number")
    words += ("--map", "Geboren=birth_date", "--set", "species_id=cattle")
    dry = barn.get(*words, "--dry-run")
    assert (dry["create"], [one["line"] for one in dry["problems"]]) == (1, [3])
    assert dry["import"] is None
    assert "1 would be added" in barn.run(*words, "--dry-run").out
    assert barn.get("imports") == []
    assert "1 added, 0 changed." in barn.run(*words).out
    again = barn.get("import", str(file), "--as", "animals", "--set", "species_id=cattle")
    assert again["columns"]["Geboren"] == "birth_date"
    assert (again["create"], len(again["duplicates"])) == (0, 1)
    (listed,) = barn.get("imports")
    assert (listed["file"], listed["created"]) == ("cows.csv", 1)
    assert "cows.csv" in barn.run("imports").out
    assert barn.get("imports", "--take-back", listed["id"]) == {
        "removed": 1,
        "restored": 0,
        "kept": [],
    }
    assert barn.get("record", "list", "livestock") == []


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--map", "Nr"), "no equals sign"),
        (("--map", "Nr=wings"), "There is no column 'wings'"),
        (("--map", "Number=tag_number"), "The file has no column 'Number'"),
        ((), "chosen for Tag"),
    ],
)
def test_what_makes_no_sense_is_refused(
    barn: Terminal, file: Path, more: tuple[str, ...], sentence: str
) -> None:
    ran = barn.run("import", str(file), "--as", "animals", *more)
    assert ran.code == 1
    assert sentence in ran.err
