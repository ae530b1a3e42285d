"""What an entry grid says and shows: cut words in full, room for names, focus that comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from fluffydesk.actions.conventions import Conventions
from fluffydesk.actions.several import Done, LeftOut
from fluffydesk.mirror.changes import Changes
from fluffydesk.records.enums.organizations import ShownMass, ShownVolume
from fluffydesk.records.types import new_id
from fluffydesk.ui.fields.texts import use_conventions
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.animals_several import LeftOutDialog
from fluffydesk.ui.screens.eggs import EggsScreen
from fluffydesk.ui.screens.entry_grid import EntryGrid
from fluffydesk.ui.screens.entry_model import PROBLEM, EntryModel, Head, Index
from fluffydesk.ui.screens.entry_paint import lines_of
from fluffydesk.ui.screens.feed import FeedScreen
from fluffydesk.ui.screens.rows_table import Rows, Shown
from fluffydesk.wording import with_minus
from fluffydesk.work import Work

NAME = "Bartholomew of the Upper Meadow"
WHY = "More were cracked, dirty and discarded than were collected: count again."


class TwoCells(EntryModel):
    """One row: a name, a cell of words, a cell of a number, and a complaint."""

    heads = (
        Head("A", 60, grows=True),
        Head("Word", 80, entry=True),
        Head("Number", 80, entry=True, right=True),
        Head("", 0, remark=True),
    )

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == PROBLEM and index.column() == 3:
            return WHY
        return NAME if role == Qt.ItemDataRole.DisplayRole and not index.column() else None

    def commit(self, index: Index, text: str) -> bool:
        return True

    def undo(self, index: Index) -> None:
        """Nothing is kept."""

    def objection(self, index: Index, text: str) -> str:
        return ""


@pytest.fixture
def grid(qtbot: QtBot) -> EntryGrid:
    grid = EntryGrid(TwoCells())
    qtbot.addWidget(grid)
    grid.resize(310, 300)
    grid.show()
    grid.start()
    return grid


def test_a_complaint_that_is_cut_is_told_in_full_beside_its_row(grid: EntryGrid) -> None:
    assert grid.words.isVisible()
    assert grid.words.text() == WHY
    assert not grid.words.geometry().intersects(grid.visualRect(grid.currentIndex()))
    assert grid.editor is not None
    assert grid.editor.accessibleDescription() == WHY
    grid.resize(1400, 300)
    assert not grid.words.isVisible()


def test_names_grow_as_far_as_they_need_and_leave_the_complaint_its_room(grid: EntryGrid) -> None:
    assert grid.columnWidth(0) == 60
    grid.resize(1400, 300)
    needed = grid.fontMetrics().horizontalAdvance(NAME)
    assert needed < grid.columnWidth(0) < needed * 2
    grid.resize(310, 300)
    assert grid.columnWidth(0) == 60


def test_a_heading_with_a_longer_unit_is_not_cut(qtbot: QtBot) -> None:
    class Watered(TwoCells):
        heads = (Head("Water", 40, entry=True, unit="L"), *TwoCells.heads[1:])

    use_conventions(Conventions(volume_unit=ShownVolume.US_GALLON))
    try:
        grid = EntryGrid(Watered())
        qtbot.addWidget(grid)
        grid.show()
        needed = grid.fontMetrics().horizontalAdvance("Water, gal (US)")
        assert grid.columnWidth(0) > needed
    finally:
        use_conventions(Conventions())


def test_words_are_typed_from_the_left_and_numbers_from_the_right(grid: EntryGrid) -> None:
    sides = []
    for _ in range(2):
        assert isinstance(grid.editor, QLineEdit)
        sides.append(bool(grid.editor.alignment() & Qt.AlignmentFlag.AlignRight))
        grid.go_on(1)
    assert sides == [False, True]


def test_words_are_broken_into_the_lines_that_fit(grid: EntryGrid) -> None:
    height = grid.fontMetrics().lineSpacing()
    assert lines_of(WHY, grid.font(), 4000, height * 3) == [WHY]
    two = lines_of(WHY, grid.font(), 220, height * 2 + 1)
    assert len(two) == 2
    assert WHY.startswith(two[0])
    assert two[1].endswith("…")


def test_numbers_below_nothing_have_a_true_minus() -> None:
    assert with_minus("-4") == "\N{MINUS SIGN}4"
    assert [with_minus(text) for text in ("4", "", "-", "-kept-", "2026-11-23")] == [
        *("4", "", "-", "-kept-", "2026-11-23")
    ]


def test_a_heading_tells_the_organizations_unit() -> None:
    rows = Rows([Shown("Weight", str, unit="kg"), Shown("Daily gain", str, unit="kg/d")])
    use_conventions(Conventions(mass_unit=ShownMass.POUND))
    try:
        heads = [rows.headerData(one, Qt.Orientation.Horizontal) for one in range(2)]
    finally:
        use_conventions(Conventions())
    assert heads == ["Weight, lb", "Daily gain, lb/d"]


def test_why_animals_were_left_out_does_not_begin_with_their_names(qtbot: QtBot) -> None:
    out = LeftOut(new_id(), "104 · Bella", "104 · Bella is under withdrawal of meat.")
    other = LeftOut(new_id(), "105", "The group is closed.")
    parent = EntryGrid(TwoCells())
    qtbot.addWidget(parent)
    dialog = LeftOutDialog(Done(Changes(), (), (out, other)), "left", print, parent)
    model = dialog.table.model
    said = [model.index(row, 1).data() for row in range(2)]
    assert said == ["Is under withdrawal of meat.", "The group is closed."]


@pytest.mark.parametrize("kind", [EggsScreen, FeedScreen])
def test_who_comes_back_to_a_round_types_on_in_its_cells(
    kind: type[Screen], farm_work: Work, qtbot: QtBot, settle: Callable[[Work], None]
) -> None:
    screen: Any = kind(farm_work)
    elsewhere = QLineEdit()
    for part in (elsewhere, screen):
        qtbot.addWidget(part)
        part.show()
    settle(farm_work)
    screen.day.editor.line.setFocus()
    assert not screen.grid.isAncestorOf(screen.focusWidget())
    screen.setFocus()
    assert screen.grid.isAncestorOf(screen.focusWidget())
