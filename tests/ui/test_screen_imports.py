from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.ui.screens.imports import ImportsScreen
from fluffydesk.ui.screens.imports_preview import CHUNK
from fluffydesk.work import Work

Settle = Callable[[Work], None]
HEADINGS = "BirthDate,DaysInMilk,Parity,MilkingYield,TestDate,TestId"


@pytest.fixture
def screen(qtbot: QtBot, work: Work, settle: Settle) -> ImportsScreen:
    made = ImportsScreen(work)
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    settle(work)
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Three cows with two test days each, one line twice and one with letters for its yield."""
    lines = [HEADINGS]
    for cow in (1, 2, 3):
        lines += [f"26-8-2017,27,1,23.6,20-8-2019,{cow}", f"26-8-2017,64,1,23.1,26-9-2019,{cow}"]
    lines += [lines[1], "26-8-2017,98,1,lots,30-10-2019,1"]
    path = tmp_path / "test-days.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def count(mirror: Mirror, table: str) -> int:
    with mirror.read() as connection:
        return int(connection.exec_driver_sql(f"select count(*) from {table}").scalar_one())


def texts(screen: ImportsScreen) -> list[str]:
    model = screen.lines.model
    return [
        " | ".join(str(model.index(row, column).data()) for column in range(3))
        for row in range(model.rowCount())
    ]


def test_before_a_file_is_chosen_it_says_what_to_do(screen: ImportsScreen) -> None:
    assert screen.empty.isVisible()
    assert screen.empty.title() == "Nothing chosen yet"


def test_the_dry_run_lists_and_writes_nothing(
    screen: ImportsScreen, file: Path, mirror: Mirror, work: Work, settle: Settle
) -> None:
    screen.read(str(file))
    settle(work)
    assert screen.counts.text() == (
        "8 lines: would create 3 animals and 6 milkings · 1 duplicate · 1 problem"
    )
    assert len(texts(screen)) == 3
    screen.shown.set_value("duplicate")
    assert len(texts(screen)) == 1
    assert texts(screen)[0].startswith("8 | L1 on 2019-08-20")
    screen.shown.set_value("problem")
    assert texts(screen)[0].startswith("9 | ")
    assert "must be a number" in texts(screen)[0]
    assert count(mirror, "livestock") == 0


def test_the_import_creates_and_a_second_time_finds_nothing(
    screen: ImportsScreen, file: Path, mirror: Mirror, work: Work, settle: Settle
) -> None:
    screen.read(str(file))
    settle(work)
    screen.start.click()
    settle(work)
    assert (count(mirror, "livestock"), count(mirror, "milk_production_logs")) == (3, 6)
    assert screen.banner.text().startswith("Imported: 3 animals and 6 milkings.")
    assert not screen.start.isEnabled()
    screen.read(str(file))
    settle(work)
    assert "already here" in screen.banner.text()
    assert count(mirror, "milk_production_logs") == 6


def test_cancel_keeps_what_is_in_and_the_rest_can_follow(
    qtbot: QtBot, screen: ImportsScreen, tmp_path: Path, mirror: Mirror, work: Work, settle: Settle
) -> None:
    cows = 3 * CHUNK
    lines = [f"26-8-2017,27,1,23.6,20-8-2019,{cow}" for cow in range(cows)]
    path = tmp_path / "many.csv"
    path.write_text("\n".join([HEADINGS, *lines]), encoding="utf-8")
    screen.read(str(path))
    settle(work)
    screen.carry_out()
    screen.cancel.click()
    settle(work)
    assert count(mirror, "livestock") == CHUNK
    assert screen.banner.text().startswith("Cancelled. 20 animals and 20 milkings are in")
    screen.carry_out()
    settle(work)
    assert count(mirror, "livestock") == cows


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe binary \x00", b"a,b,c\n1,2,3\n"])
def test_a_file_that_is_none_is_refused_in_words(
    screen: ImportsScreen, tmp_path: Path, work: Work, settle: Settle, content: bytes
) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    screen.read(str(path))
    settle(work)
    assert screen.banner.text()
    assert screen.choose.isEnabled()


def test_a_file_that_is_gone_is_refused_in_words(
    screen: ImportsScreen, tmp_path: Path, work: Work, settle: Settle
) -> None:
    screen.read(str(tmp_path / "gone.csv"))
    settle(work)
    assert "gone.csv" in screen.banner.text()
