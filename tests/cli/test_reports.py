from __future__ import annotations

from pathlib import Path

import pytest

from fluffydesk import workbook
from tests.cli.typed import Terminal
from tests.conftest import Central


@pytest.fixture
def barn(central: Central, terminal: Terminal) -> Terminal:
    central.add_user("anna", central.add_organization("Green Farm"), "owner")
    assert terminal.sign_in(central.member_url, central.email("anna")).code == 0
    return terminal


def test_the_reports_are_listed_and_made(barn: Terminal, tmp_path: Path) -> None:
    assert "movements" in barn.run("report").out
    assert {"name": "herd", "title": "Herd list"} in barn.get("report")
    made = barn.get("report", "key-figures", "--from", "2026-05-01", "--to", "2026-05-07")
    assert made["rows"][0][:2] == ["Milk a day", "not enough data"]
    assert "Milk a day" in barn.run("report", "key-figures").out
    assert barn.run("report", "milk", "--format", "csv").out.splitlines()[0] == (
        'Date,"Milk, kg",Cows,"Per cow, kg"'
    )
    path = tmp_path / "milk.csv"
    assert barn.run("report", "milk", "--out", str(path)).code == 0
    assert path.read_text(encoding="utf-8-sig").startswith("Date,")
    assert barn.run("report", "milk", "--out", str(tmp_path / "milk.xlsx")).code == 0
    assert next(workbook.read(tmp_path / "milk.xlsx")) == (
        "Date",
        "Milk, kg",
        "Cows",
        "Per cow, kg",
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nothing",), "There is no report"),
        (("milk", "--from", "soon"), "is no date"),
        (("milk", "--from", "2026-05-02", "--to", "2026-05-01"), "ends before it begins"),
        (("milk", "--out", "milk.ods"), "cannot be written as .ods"),
        (("herd", "--own", "Wings"), "There is no own field 'Wings'"),
    ],
)
def test_what_makes_no_sense_is_refused(
    barn: Terminal, words: tuple[str, ...], sentence: str
) -> None:
    ran = barn.run("report", *words)
    assert ran.code == 1
    assert sentence in ran.err
