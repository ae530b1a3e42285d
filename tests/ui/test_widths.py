"""The widths of a table's columns: no word cut beside spare room, no column that takes it all."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from fluffydesk.records.types import new_id
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
