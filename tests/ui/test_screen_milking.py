from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.treatments import treat
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.types import now, today
from fluffydesk.ui.screens.entry_model import PROBLEM, WARNING
from fluffydesk.ui.screens.milking import MilkingScreen
from fluffydesk.ui.screens.milking_model import REMARK, YIELD
from fluffydesk.work import Work
from tests.sampled import without_medicine

Settle = Callable[[Work], None]
EVENING = MilkingSession.EVENING


@pytest.fixture
def screen(qtbot: QtBot, farm_work: Work, settle: Settle) -> MilkingScreen:
    """The grid at this evening's milking, of which nothing is written down yet."""
    made = MilkingScreen(farm_work)
    qtbot.addWidget(made)
    made.sessions.set_value(EVENING)
    made.resize(1024, 700)
    made.show()
    settle(farm_work)
    return made


def type_in(qtbot: QtBot, screen: MilkingScreen, text: str, key: Qt.Key | None = None) -> None:
    assert screen.grid.editor is not None
    qtbot.keyClicks(screen.grid.editor, text)
    if key is not None:
        qtbot.keyClick(screen.grid.editor, key)


def press(qtbot: QtBot, screen: MilkingScreen, key: Qt.Key, shift: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(screen.grid.editor, key, modifier)


def kept(mirror: Mirror) -> dict[str, Decimal]:
    """Return this evening's kg by cow."""
    rows = MilkProductionLog.__table__.c
    with mirror.read() as connection:
        found = connection.execute(
            select(rows.animal_id, rows.yield_kg).where(
                rows.milked_on == today(), rows.session == EVENING
            )
        )
        return {str(row[0]): row[1] for row in found}


def usual(screen: MilkingScreen, row: int) -> str:
    found = screen.model.cow(row).usual
    assert found is not None
    return f"{found.usual:.1f}"


def said(screen: MilkingScreen, row: int, role: int) -> str:
    return str(screen.model.index(row, REMARK).data(role) or "")


def test_three_cows_typed_with_enter_are_three_saves(
    qtbot: QtBot, screen: MilkingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    typed = {}
    with sample_farm.read() as connection:
        before = connection.exec_driver_sql("select count(*) from units").scalar_one()
    for row in range(3):
        text = usual(screen, row)
        typed[str(screen.model.cow(row).id)] = Decimal(text)
        type_in(qtbot, screen, text.replace(".", ","), Qt.Key.Key_Return)
    settle(farm_work)
    assert kept(sample_farm) == typed
    with sample_farm.read() as connection:
        after = connection.exec_driver_sql("select count(*) from units").scalar_one()
    assert after == before + 3
    assert screen.grid.currentIndex().row() == 3
    assert screen.total.text() == f"{sum(typed.values())} kg"
    left = screen.model.rowCount() - 3
    assert screen.remaining.text().endswith(f"3 milked · {left} remain")


def test_going_back_and_typing_again_changes_the_same_row(
    qtbot: QtBot, screen: MilkingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    type_in(qtbot, screen, usual(screen, 0), Qt.Key.Key_Return)
    settle(farm_work)
    press(qtbot, screen, Qt.Key.Key_Return, shift=True)
    assert screen.grid.currentIndex().row() == 0
    type_in(qtbot, screen, "7.5", Qt.Key.Key_Return)
    settle(farm_work)
    assert list(kept(sample_farm).values()) == [Decimal("7.5")]


def test_out_of_line_is_amber_with_her_range_and_is_kept(
    qtbot: QtBot, screen: MilkingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    type_in(qtbot, screen, "1.5", Qt.Key.Key_Return)
    settle(farm_work)
    found = screen.model.cow(0).usual
    assert found is not None
    words = said(screen, 0, WARNING)
    assert words == f"Low for her: usually {found.low:.1f} to {found.high:.1f} kg"
    assert list(kept(sample_farm).values()) == [Decimal("1.5")]
    assert screen.grid.currentIndex().row() == 1
    press(qtbot, screen, Qt.Key.Key_Up)
    type_in(qtbot, screen, usual(screen, 0), Qt.Key.Key_Return)
    settle(farm_work)
    assert said(screen, 0, WARNING) == ""


def test_letters_are_refused_at_the_cell_and_nothing_is_saved(
    qtbot: QtBot, screen: MilkingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    type_in(qtbot, screen, "12k")
    assert "no number" in said(screen, 0, PROBLEM)
    press(qtbot, screen, Qt.Key.Key_Return)
    settle(farm_work)
    assert screen.grid.currentIndex().row() == 0
    assert screen.grid.editor is not None
    assert screen.grid.editor.text() == "12k"
    assert kept(sample_farm) == {}
    press(qtbot, screen, Qt.Key.Key_Escape)
    assert screen.grid.editor.text() == ""
    assert said(screen, 0, PROBLEM) == ""


def test_more_than_a_cow_can_give_is_refused(
    qtbot: QtBot, screen: MilkingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    type_in(qtbot, screen, "124", Qt.Key.Key_Return)
    settle(farm_work)
    assert "between 0 and 120 kg" in said(screen, 0, PROBLEM)
    assert kept(sample_farm) == {}
    assert screen.trouble.text() == "1 not saved: see the red cells"


def test_esc_puts_back_what_was_saved(
    qtbot: QtBot, screen: MilkingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    text = usual(screen, 0)
    type_in(qtbot, screen, text, Qt.Key.Key_Return)
    settle(farm_work)
    press(qtbot, screen, Qt.Key.Key_Up)
    type_in(qtbot, screen, "99")
    press(qtbot, screen, Qt.Key.Key_Escape)
    press(qtbot, screen, Qt.Key.Key_Return)
    settle(farm_work)
    assert list(kept(sample_farm).values()) == [Decimal(text)]


def test_an_emptied_cell_takes_the_milking_back(
    qtbot: QtBot, screen: MilkingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    type_in(qtbot, screen, usual(screen, 0), Qt.Key.Key_Return)
    settle(farm_work)
    press(qtbot, screen, Qt.Key.Key_Up)
    press(qtbot, screen, Qt.Key.Key_Delete)
    press(qtbot, screen, Qt.Key.Key_Return)
    settle(farm_work)
    assert kept(sample_farm) == {}


def test_what_is_typed_survives_a_change_from_elsewhere(
    qtbot: QtBot, screen: MilkingScreen, farm_work: Work, settle: Settle
) -> None:
    type_in(qtbot, screen, "13.")
    screen.reload()
    settle(farm_work)
    assert screen.grid.editor is not None
    assert screen.grid.editor.text() == "13."


def test_group_day_and_search_choose_the_rows(
    qtbot: QtBot, screen: MilkingScreen, farm_work: Work, settle: Settle
) -> None:
    everybody = screen.model.rowCount()
    screen.groups.setCurrentIndex(1)
    screen.groups.activated.emit(1)
    settle(farm_work)
    assert 0 < screen.model.rowCount() < everybody
    screen.day.set_day(today() - timedelta(days=1))
    settle(farm_work)
    assert screen.model.index(0, YIELD).data()
    name = screen.model.cow(2).tag
    screen.search(name)
    shown = [n for n in range(screen.model.rowCount()) if not screen.grid.isRowHidden(n)]
    assert [screen.model.cow(n).tag for n in shown] == [name]
    assert screen.grid.currentIndex().row() == 2


def test_a_day_to_come_is_refused_in_words(screen: MilkingScreen) -> None:
    screen.day.set_day(today() + timedelta(days=1))
    assert screen.day.problem.text() == "That day is still to come. Choose today or earlier."
    assert screen.day.day() == today()


def test_esc_puts_back_the_day_that_is_shown(
    qtbot: QtBot, screen: MilkingScreen, settle: Settle
) -> None:
    shown, line = screen.day.day(), screen.day.editor.line
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "32.13")
    assert "cannot be read" in screen.day.problem.text()
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert (screen.day.problem.text(), screen.day.editor.value()) == ("", shown)
    assert screen.day.day() == shown
    settle(screen.work)


def test_without_cows_it_says_what_to_do(qtbot: QtBot, work: Work, settle: Settle) -> None:
    made = MilkingScreen(work)
    qtbot.addWidget(made)
    made.show()
    settle(work)
    assert made.empty.isVisible()
    assert made.empty.title() == "No cows in milk yet"
    with qtbot.waitSignal(made.go) as gone:
        made.empty.button.click()
    assert gone.args is not None
    assert gone.args[0].key == "animals"


@pytest.mark.usefixtures("viewer_farm")
def test_a_viewer_looks_but_does_not_type(qtbot: QtBot, farm_work: Work, settle: Settle) -> None:
    made = MilkingScreen(farm_work)
    qtbot.addWidget(made)
    made.show()
    settle(farm_work)
    assert "your role is viewer" in made.lock.text()
    assert not made.grid.isEnabled()


def test_rule_11_a_cow_under_withdrawal_is_marked_and_her_milk_kept_out_of_the_tank(
    qtbot: QtBot, screen: MilkingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    without_medicine(sample_farm)
    marked, free = screen.model.cow(0), screen.model.cow(1)
    values = {
        "animal_id": marked.id,
        "reason": "Mastitis",
        "product": "Penicillin",
        "dose": Decimal(20),
        "milk_hours": 96,
    }
    _, changes = treat(sample_farm, {**values, "given_at": now() - timedelta(days=2)})
    screen.changed(changes)
    settle(farm_work)
    assert said(screen, 0, WARNING).startswith("Tank from ")
    assert "Penicillin" in said(screen, 0, WARNING)
    assert said(screen, 1, WARNING) == ""
    for row in range(2):
        type_in(qtbot, screen, usual(screen, row), Qt.Key.Key_Return)
    settle(farm_work)
    kg = kept(sample_farm)
    assert kg.keys() == {str(marked.id), str(free.id)}
    words = screen.diverted.text()
    assert words.startswith(f"To the tank {kg[str(free.id)]:.1f} kg")
    assert words.endswith(f"kept out {kg[str(marked.id)]:.1f} kg (1 cow)")


def test_no_cow_is_marked_where_nothing_was_given(
    screen: MilkingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    without_medicine(sample_farm)
    screen.reload()
    settle(farm_work)
    with_held = [n for n in range(screen.model.rowCount()) if "ank" in said(screen, n, WARNING)]
    assert with_held == []
    assert screen.diverted.text() == ""


def test_a_sheet_that_is_renewed_is_told_of_once(
    qtbot: QtBot, screen: MilkingScreen, farm_work: Work, settle: Settle
) -> None:
    """Told row by row, a sheet of 5,000 cows would stop the window for half a second."""
    told = []
    screen.model.dataChanged.connect(lambda *cells: told.append((cells[0].row(), cells[1].row())))
    screen.reload()
    settle(farm_work)
    assert told == [(0, screen.model.rowCount() - 1)]
    assert screen.model.rowCount() > 1
