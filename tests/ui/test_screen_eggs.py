from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import EggRound
from fluffydesk.records.farm import EggProductionLog
from fluffydesk.records.types import today
from fluffydesk.ui.screens.eggs import EggsScreen
from fluffydesk.ui.screens.eggs_model import CRACKED, REMARK, SALEABLE, TOTAL
from fluffydesk.ui.screens.entry_model import PROBLEM, WARNING
from fluffydesk.work import Work

Settle = Callable[[Work], None]
AFTERNOON = EggRound.AFTERNOON


@pytest.fixture
def screen(qtbot: QtBot, farm_work: Work, settle: Settle) -> EggsScreen:
    """This afternoon's round, of which nothing is written down yet."""
    made = EggsScreen(farm_work)
    qtbot.addWidget(made)
    made.rounds.set_value(AFTERNOON)
    made.resize(1024, 700)
    made.show()
    settle(farm_work)
    return made


def type_in(qtbot: QtBot, screen: EggsScreen, *texts: str) -> None:
    for text in texts:
        assert screen.grid.editor is not None
        qtbot.keyClicks(screen.grid.editor, text)
        qtbot.keyClick(screen.grid.editor, Qt.Key.Key_Return)


def kept(mirror: Mirror) -> list[tuple[int, int, int, int]]:
    rows = EggProductionLog.__table__.c
    counts = rows.total, rows.cracked, rows.dirty, rows.discarded
    with mirror.read() as connection:
        found = connection.execute(
            select(*counts).where(rows.collected_on == today(), rows.round == AFTERNOON)
        )
        return [tuple(row) for row in found]


def told(screen: EggsScreen, row: int, column: int, role: int = 0) -> str:
    return str(screen.model.index(row, column).data(role) or "")


def test_a_round_is_typed_by_keyboard_and_saved_at_once(
    qtbot: QtBot, screen: EggsScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    type_in(qtbot, screen, "430", "7", "2", "1")
    settle(farm_work)
    assert kept(sample_farm) == [(430, 7, 2, 1)]
    assert told(screen, 0, SALEABLE) == "420"
    current = screen.grid.currentIndex()
    assert (current.row(), current.column()) == (1, TOTAL)


def test_totals_are_typed_in_the_chosen_unit(
    qtbot: QtBot, screen: EggsScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    screen.units.set_value("flat")
    type_in(qtbot, screen, "14f 10", "3")
    settle(farm_work)
    assert kept(sample_farm) == [(430, 3, 0, 0)]
    assert told(screen, 0, TOTAL) == "14f 10"
    screen.units.set_value("egg")
    assert told(screen, 0, TOTAL) == "430"


def test_more_eggs_than_hens_can_lay_warns_and_is_kept(
    qtbot: QtBot, screen: EggsScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    type_in(qtbot, screen, "9000")
    settle(farm_work)
    assert "count again" in told(screen, 0, REMARK, WARNING)
    assert kept(sample_farm) == [(9000, 0, 0, 0)]


def test_bad_eggs_beyond_the_total_and_letters_are_refused_at_the_cell(
    qtbot: QtBot, screen: EggsScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    type_in(qtbot, screen, "100", "101")
    settle(farm_work)
    assert told(screen, 0, REMARK, PROBLEM) == "101 bad of 100: over the total."
    assert screen.grid.currentIndex().column() == CRACKED
    assert kept(sample_farm) == [(100, 0, 0, 0)]
    assert screen.grid.editor is not None
    qtbot.keyClick(screen.grid.editor, Qt.Key.Key_Escape)
    type_in(qtbot, screen, "x")
    assert "is no count" in told(screen, 0, REMARK, PROBLEM)
    settle(farm_work)
    assert kept(sample_farm) == [(100, 0, 0, 0)]


def test_parts_wait_for_the_total(
    qtbot: QtBot, screen: EggsScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    screen.grid.go_on(1)
    type_in(qtbot, screen, "4")
    settle(farm_work)
    assert told(screen, 0, REMARK, PROBLEM) == "Type the total first."
    assert kept(sample_farm) == []


def test_an_emptied_total_takes_the_round_back(
    qtbot: QtBot, screen: EggsScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    type_in(qtbot, screen, "430", "7")
    settle(farm_work)
    screen.grid.start()
    assert screen.grid.editor is not None
    qtbot.keyClick(screen.grid.editor, Qt.Key.Key_Delete)
    qtbot.keyClick(screen.grid.editor, Qt.Key.Key_Return)
    settle(farm_work)
    assert kept(sample_farm) == []
    assert told(screen, 0, CRACKED) == ""


def test_without_flocks_it_says_what_to_do(qtbot: QtBot, work: Work, settle: Settle) -> None:
    made = EggsScreen(work)
    qtbot.addWidget(made)
    made.show()
    settle(work)
    assert made.empty.title() == "No flock has hens on this day"
    with qtbot.waitSignal(made.go) as gone:
        made.empty.button.click()
    assert gone.args is not None
    assert gone.args[0].key == "flocks"


def test_what_is_not_saved_is_said_below_the_round(
    qtbot: QtBot, screen: EggsScreen, farm_work: Work, settle: Settle
) -> None:
    type_in(qtbot, screen, "430", "431")
    settle(farm_work)
    assert screen.trouble.text() == "1 not saved: see the red cells"
    type_in(qtbot, screen, "4")
    settle(farm_work)
    assert screen.trouble.text() == ""
