"""The widths of a table's columns: no word cut beside spare room, no column that takes it all."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fluffydesk.records.types import new_id
from fluffydesk.ui.parts.controls import Segments
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.ui.widths import MOST_SPREAD, shares

WIDTHS = st.lists(st.tuples(st.integers(56, 400), st.integers(56, 900)), min_size=1, max_size=12)


@given(room=st.integers(200, 4000), columns=WIDTHS)
def test_no_word_is_cut_where_there_is_room_and_nothing_is_wider_than_the_room(
    room: int, columns: list[tuple[int, int]]
) -> None:
    first, full = [one for one, _ in columns], [most for _, most in columns]
    widths = shares(room, first, full)
    least = [min(pair) for pair in columns]
    assert all(width >= low for width, low in zip(widths, least, strict=True))
    assert sum(widths) <= max(room, sum(least)) + len(widths)
    if sum(full) <= room:
        assert all(width >= need for width, need in zip(widths, full, strict=True))
    most = [MOST_SPREAD * max(pair) for pair in columns]
    assert all(width <= high for width, high in zip(widths, most, strict=True))


def test_the_shortest_cut_words_are_shown_first() -> None:
    assert shares(400, [100, 100, 100], [900, 120, 100]) == [180, 120, 100]


@dataclass(frozen=True)
class _Row:
    name: str
    note: str
    kg: str
    id: UUID = field(default_factory=new_id)


def _table(qtbot: QtBot, name: str, width: int, rows: list[_Row]) -> RowsTable:
    columns = (
        Shown("Name", lambda one: one.name, 100),
        Shown("Note", lambda one: one.note, 100),
        Shown("Weight, kg", lambda one: one.kg, 90, True),
    )
    table = RowsTable(name, columns)
    qtbot.addWidget(table)
    table.resize(width, 300)
    table.show()
    table.show_rows(rows)
    return table


@pytest.mark.parametrize("width", [800, 3600])
def test_words_get_spare_room_and_no_column_takes_all_of_it(qtbot: QtBot, width: int) -> None:
    long = "Bartholomew of the Upper Meadow beyond the Mill"
    made = _table(qtbot, f"spare {width}", width, [_Row(long, "dry", "1,234.5")])
    needed = made.table.fontMetrics().horizontalAdvance(long)
    widths = [made.table.columnWidth(at) for at in range(3)]
    assert widths[0] > needed
    assert sum(widths) <= width
    assert widths[0] <= MOST_SPREAD * (needed + 40)


def test_a_table_that_fits_its_rows_is_as_high_as_they_are_up_to_a_few(qtbot: QtBot) -> None:
    made = _table(qtbot, "fitted", 800, [_Row("Bella", "dry", "12")] * 20)
    heights = []
    for count in (1, 2, 3, 8, 100):
        made.fit_rows(count)
        heights.append(made.maximumHeight())
        assert made.minimumHeight() == made.maximumHeight()
    assert heights[0] == heights[1] < heights[2] < heights[3] == heights[4]
    made.fit_rows(3)
    made.resize(made.width(), made.maximumHeight())
    assert made.table.viewport().height() == 3 * made.table.rowHeight(0)
    made.fit_rows(0)
    assert made.maximumHeight() > 10_000


def test_a_value_that_is_set_takes_the_keys_from_the_value_before(qtbot: QtBot) -> None:
    made = Segments("View", [("One", 1), ("Two", 2)])
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    one, two = made.findChildren(QPushButton)
    one.setFocus()
    made.set_value(2)
    assert two.hasFocus()


def test_a_width_chosen_by_hand_stays_and_a_number_is_still_whole(qtbot: QtBot) -> None:
    made = _table(qtbot, "by hand", 800, [_Row("Bella", "dry", "12")])
    made.table.setColumnWidth(1, 300)
    made.resize(1600, 300)
    assert made.table.columnWidth(1) == 300
    made.table.setColumnWidth(2, 60)
    made.show_rows([_Row("Bella", "dry", "123,456,789.25")])
    needed = made.table.fontMetrics().horizontalAdvance("123,456,789.25")
    assert made.table.columnWidth(2) > needed
    again = _table(qtbot, "by hand", 800, [_Row("Bella", "dry", "12")])
    assert again.table.columnWidth(1) == 300
