from __future__ import annotations

import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fluffydesk import workbook
from fluffydesk.workbook import Sheet
from tests.cli.desk import COMMAND, environment
from tests.cli.typed import Terminal
from tests.conftest import Central

LINES = (
    "BirthDate;DaysInMilk;Parity;MilkingYield;TestDate;TestId",
    "26-8-2017;27;1;23,6;20-8-2019;3781",
    "26-8-2017;27;1;23,6;20-8-2019;3781",
    "26-8-2017;64;1;lots;26-9-2019;3781",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "days.csv"
    path.write_text("\n".join(LINES))
    return path


@pytest.fixture
def barn(central: Central, terminal: Terminal) -> Terminal:
    central.add_user("anna", central.add_organization("Green Farm"), "owner")
    assert terminal.sign_in(central.member_url, central.email("anna")).code == 0
    return terminal


def test_a_dry_run_lists_and_writes_nothing(barn: Terminal, file: Path) -> None:
    words = ("import", str(file), "--as", "dairy-test-days", "--dry-run")
    assert barn.get(*words) == {
        "kind": "dairy-test-days",
        "rows": 3,
        "create": {"livestock": 1, "milk_production_logs": 1},
        "duplicate_keys": 1,
        "duplicates": [
            {"line": 3, "key": "L3781 on 2019-08-20", "reason": "Line 2 says the same."}
        ],
        "problems": [{"line": 4, "message": "Yield must be a number, such as 23.5."}],
        "unread": [],
        "import": None,
    }
    assert barn.run(*words).out.splitlines() == [
        "3 lines read.",
        "1 animal would be created.",
        "1 milking would be created.",
        "1 line repeats 1 key and is left out.",
        "  line 3: L3781 on 2019-08-20: Line 2 says the same.",
        "1 line cannot be taken over:",
        "  line 4: Yield must be a number, such as 23.5.",
    ]
    assert barn.get("status")["pending"] == 0


def test_importing_twice_creates_nothing_new_and_it_syncs(
    barn: Terminal, central: Central, file: Path
) -> None:
    words = ("import", str(file), "--as", "dairy-test-days")
    assert "1 animal created." in barn.run(*words).out
    assert barn.get("sync")["pushed"] == 2
    again = barn.run(*words)
    assert "Nothing new was created." in again.out
    assert barn.get("status")["pending"] == 0
    found = central.admin().execute("select count(*) from public.milk_production_logs").fetchone()
    assert found == (1,)


def test_a_workbook_is_imported_listed_and_taken_back(barn: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "days.xlsx"
    heads = ("TestId", "TestDate", "Yield", "DaysInMilk")
    row = ("5", date(2019, 8, 20), Decimal("23.6"), 27)
    sheets = (Sheet("Notes", ("Read me",), []), Sheet("Days", heads, [row]))
    workbook.write_book(path, sheets)
    words = ("import", str(path), "--as", "dairy-test-days", "--sheet")
    assert "Choose one of: Notes, Days" in barn.refused(*words, "Cows")
    done = barn.get(*words, "days")
    assert done["create"] == {"livestock": 1, "milk_production_logs": 1}
    (listed,) = barn.get("imports")
    assert (listed["id"], listed["subject"]) == (done["import"], "dairy-test-days")
    assert listed["created"] == 2
    assert barn.get("imports", "--take-back", listed["id"])["removed"] == 2
    assert barn.get("record", "list", "livestock") == []


def test_a_broken_file_is_refused(barn: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(bytes(range(256)))
    said = barn.refused("import", str(path), "--as", "dairy-test-days")
    assert said == "broken.csv is not a text file. Export it as CSV first."
    assert "Choose one of: dairy-test-days" in barn.refused("import", str(path), "--as", "sheep")


def test_export(barn: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    files = barn.get("export", str(folder))["files"]
    assert sorted(map(Path, files)) == sorted(folder.iterdir())
    assert f"are in {folder}." in barn.run("export", str(folder)).out
    (folder / "manifest.json").unlink()
    assert "not from an earlier export" in barn.refused("export", str(folder))


def test_export_as_a_workbook_and_as_ade(barn: Terminal, tmp_path: Path, file: Path) -> None:
    barn.run("import", str(file), "--as", "dairy-test-days")
    book, ade = tmp_path / "all.xlsx", tmp_path / "animals.json"
    assert barn.get("export", str(book), "--format", "xlsx")["rows"] > 2
    assert "Milkings" in workbook.sheets(book)
    found = barn.get("export", str(ade), "--format", "ade")
    assert found["resources"]["icarTestDayResultEventResource"] == 1
    assert "resources are in" in barn.run("export", str(ade), "--format", "ade").out
    again = barn.get("import", str(ade), "--as", "icar-ade", "--dry-run")
    assert (again["create"], again["problems"]) == ({}, [])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_under_the_output_is_said(barn: Terminal, tmp_path: Path) -> None:
    home = {"FLUFFYDESK_HOME": str(barn.home)}
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, "--json", "record", "list", "livestock_breeds"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(tmp_path) | home,
            check=False,
        )
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert "full" in done.stderr
