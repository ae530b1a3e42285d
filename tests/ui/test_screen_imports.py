from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fluffydesk import workbook
from fluffydesk.actions import importing, saving
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Role
from fluffydesk.records.livestock import Livestock, LivestockBatch
from fluffydesk.ui.screens import imports_export
from fluffydesk.ui.screens.imports import ImportsScreen
from fluffydesk.ui.screens.imports_preview import CHUNK
from fluffydesk.work import Work
from fluffydesk.workbook import Sheet
from tests.sampled import empty_mirror

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
    assert texts(screen)[0].startswith("8 | L1 on 20/08/2019")
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
    assert count(mirror, "livestock") == CHUNK // 2
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


def test_what_a_kind_of_file_brought_is_listed_and_taken_back(
    screen: ImportsScreen, file: Path, mirror: Mirror, work: Work, settle: Settle
) -> None:
    """Rule 27: each import can be listed and undone; what was edited since is kept, and told."""
    screen.read(str(file))
    settle(work)
    screen.start.click()
    settle(work)
    with mirror.read() as connection:
        cows = connection.exec_driver_sql("select id from livestock where tag_number = 'L2'")
        cow = UUID(cows.scalar_one())
    saving.change(mirror, Livestock, cow, {"name": "Zora"})
    screen.earlier.click()
    settle(work)
    listed = screen.past.table.model.row_at(0)
    assert (listed.subject, listed.words) == ("dairy-test-days", "9 added, 0 changed")
    screen.past.back.click()
    settle(work)
    assert count(mirror, "milk_production_logs") == 0
    assert count(mirror, "livestock") == 1
    assert screen.banner.text() == (
        "Taken back: 8 taken away. 1 row is kept, for the reasons below."
    )
    assert texts(screen) == [" | L2 | It was edited since."]
    screen.earlier.click()
    settle(work)
    assert not screen.past.back.isEnabled()


def test_a_workbook_of_several_sheets_is_read_sheet_by_sheet(
    qtbot: QtBot, screen: ImportsScreen, tmp_path: Path, mirror: Mirror, work: Work, settle: Settle
) -> None:
    path = tmp_path / "days.xlsx"
    heads = ("TestId", "TestDate", "Yield", "DaysInMilk")
    rows = [(str(n), date(2019, 8, 20), Decimal("23.60"), 27) for n in range(3)]
    workbook.write_book(path, (Sheet("Notes", ("Read me",), [("x",)]), Sheet("Days", heads, rows)))
    screen.read(str(path))
    settle(work)
    assert "has no column" in screen.banner.text()
    assert screen.sheets.isVisible()
    screen.sheets.setFocus()
    qtbot.keyClick(screen.sheets, Qt.Key.Key_Down)
    settle(work)
    assert screen.counts.text().startswith("3 lines: would create 3 animals and 3 milkings")
    screen.start.click()
    settle(work)
    assert count(mirror, "milk_production_logs") == 3


def test_a_long_dry_run_says_how_far_it_is_and_can_be_cancelled(
    qtbot: QtBot, screen: ImportsScreen, tmp_path: Path, mirror: Mirror, work: Work, settle: Settle
) -> None:
    lines = [f"26-8-2017,27,1,23.6,20-8-2019,{cow}" for cow in range(2_000)]
    path = tmp_path / "many.csv"
    path.write_text("\n".join([HEADINGS, *lines]), encoding="utf-8")
    screen.read(str(path))
    qtbot.waitUntil(lambda: " of 2,000 compared" in screen.progress.text())
    screen.cancel.click()
    settle(work)
    assert screen.banner.text().startswith("Cancelled: nothing was written.")
    assert screen.choose.isEnabled()
    assert not screen.start.isEnabled()
    assert count(mirror, "livestock") == 0


def test_a_viewer_sees_the_dry_run_and_why_import_is_shut(
    qtbot: QtBot, tmp_path: Path, file: Path, settle: Settle
) -> None:
    with empty_mirror(tmp_path / "viewer.db", role=Role.VIEWER) as mirror:
        work = Work(mirror)
        made = ImportsScreen(work)
        qtbot.addWidget(made)
        made.show()
        made.read(str(file))
        settle(work)
        assert made.counts.text().startswith("8 lines: would create 3 animals")
        assert not made.start.isEnabled()
        assert made.start.toolTip().startswith("Your role is viewer, and it may not add animals")
        assert made.banner.text() == made.start.accessibleDescription()
        assert not made.past.back.isEnabled()
        work.close()
        with pytest.raises(Refusal, match="Your role is viewer"):
            importing.carry_out(mirror, importing.plan(mirror, file, "dairy-test-days"))


def test_everything_is_exported_from_the_screen(
    qtbot: QtBot, screen: ImportsScreen, file: Path, tmp_path: Path, work: Work, settle: Settle
) -> None:
    screen.read(str(file))
    settle(work)
    screen.start.click()
    settle(work)
    forms, row = screen.export.forms, screen.export
    for key, target, said in (
        (Qt.Key.Key_Home, tmp_path / "all", "files are in"),
        (Qt.Key.Key_Down, tmp_path / "all.xlsx", "rows are in"),
        (Qt.Key.Key_Down, tmp_path / "animals.json", "resources are in"),
    ):
        forms.setFocus()
        qtbot.keyClick(forms, key)
        row.write(str(target))
        assert not row.button.isEnabled()
        settle(work)
        assert said in screen.banner.text()
        assert target.exists()
        assert row.button.isEnabled()
    row.write(str(tmp_path / "none" / "animals.json"))
    settle(work)
    assert "cannot be written" in screen.banner.text()


def test_an_export_is_cancelled_from_the_screen_and_the_mirror_serves_others_meanwhile(
    screen: ImportsScreen,
    tmp_path: Path,
    mirror: Mirror,
    work: Work,
    settle: Settle,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A group is saved while the export is at its first table; then it is wanted no more."""
    begun, go_on = threading.Event(), threading.Event()
    export = imports_export.export

    def held(mirror: Mirror, folder: Path, progress: Callable[[str], None]) -> list[Path]:
        def wait(table: str) -> None:
            begun.set()
            assert go_on.wait(60)
            progress(table)

        return export(mirror, folder, wait)

    monkeypatch.setattr(imports_export, "export", held)
    row, target = screen.export, tmp_path / "all"
    assert row.cancel.isHidden()
    row.write(str(target))
    assert begun.wait(60)
    try:
        with qtbot.waitSignal(work.changed):
            work.act(partial(saving.add, record=LivestockBatch, values={"name": "Heifers"}))
        row.cancel.setFocus()
        qtbot.keyClick(row.cancel, Qt.Key.Key_Space)
        assert row.progress.text() == "Cancelling"
    finally:
        go_on.set()
    settle(work)
    assert screen.banner.text() == "The export was cancelled: nothing was written."
    assert list(target.iterdir()) == []
    assert row.cancel.isHidden()
    assert row.button.isEnabled()


def test_an_ade_file_is_imported_from_the_screen(
    screen: ImportsScreen, tmp_path: Path, mirror: Mirror, work: Work, settle: Settle
) -> None:
    path = tmp_path / "cows.json"
    number = {"scheme": "fluffydesk.tag", "id": "7"}
    cow = {"resourceType": "icarAnimalCoreResource", "identifier": number, "specie": "Cattle",
           "gender": "Female", "officialName": "Bella of the Hill"}  # fmt: skip
    path.write_text(json.dumps({"member": [cow]}), encoding="utf-8")
    screen.kinds.setCurrentIndex(screen.kinds.findData("icar-ade"))
    screen.read(str(path))
    settle(work)
    assert screen.counts.text().startswith("1 line: would create 1 animal")
    screen.shown.set_value("unread")
    assert "officialName" in texts(screen)[0]
    screen.start.click()
    settle(work)
    assert count(mirror, "livestock") == 1


def test_the_focus_comes_back_to_where_the_keyboard_was(
    qtbot: QtBot, screen: ImportsScreen, file: Path, work: Work, settle: Settle
) -> None:
    screen.activateWindow()
    screen.choose.setFocus()
    qtbot.waitUntil(screen.choose.hasFocus)
    screen.read(str(file))
    settle(work)
    assert screen.choose.hasFocus()
