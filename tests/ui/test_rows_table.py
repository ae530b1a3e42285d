"""A table of rows in memory makes no more text than is asked for, and lets the window answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from fluffydesk.ui.screens.rows_table import AT_ONCE, RowsTable, Shown

MANY = AT_ONCE * 3 + 5


@dataclass(frozen=True)
class Cow:
    id: UUID
    name: str
    litres: int | None


def cows(count: int) -> list[Cow]:
    return [Cow(UUID(int=n), f"Cow {n}", n % 7 or None) for n in range(count)]


def litres(cow: Cow) -> str:
    return "" if cow.litres is None else f"{cow.litres} L"


class Told:
    """How often a row's text was made."""

    def __init__(self) -> None:
        self.times: Counter[UUID] = Counter()

    def name(self, cow: Cow) -> str:
        self.times[cow.id] += 1
        return cow.name


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def table(qtbot: QtBot, told: Told) -> RowsTable:
    made = RowsTable(
        "Cows of the test",
        [Shown("Cow", told.name), Shown("Milk", litres, sort=lambda c: c.litres)],
    )
    qtbot.addWidget(made)
    made.resize(400, 300)
    return made


def test_no_text_is_made_of_rows_out_of_sight(qtbot: QtBot, table: RowsTable, told: Told) -> None:
    with qtbot.waitExposed(table):
        table.show()
    table.show_rows(cows(MANY), select_first=True)
    table.grab()
    assert table.model.rowCount() == MANY
    assert 0 < len(told.times) < 60
    assert table.current() == cows(1)[0]


def test_many_rows_are_searched_a_few_at_a_time(qtbot: QtBot, table: RowsTable, told: Told) -> None:
    table.show_rows(cows(MANY), select_first=True)
    told.times.clear()
    wanted = f"cow {MANY - 1}"
    with qtbot.waitSignal(table.model.laid_out):
        table.search(wanted)
        assert table.model.laying_out
        assert not told.times
        assert table.model.rowCount() == MANY
    assert not table.model.laying_out
    assert [table.model.row_at(0).name, table.model.rowCount()] == [f"Cow {MANY - 1}", 1]
    assert table.current().name == f"Cow {MANY - 1}"
    assert set(told.times.values()) == {1}


def test_another_search_takes_the_place_of_one_under_way(
    qtbot: QtBot, table: RowsTable, told: Told
) -> None:
    table.show_rows(cows(MANY))
    with qtbot.waitSignals([table.model.laid_out]):
        table.search("cow 1")
        table.search("nobody")
    assert table.model.rowCount() == 0
    assert table.empty.isVisibleTo(table)
    table.search("")
    assert not table.model.laying_out
    assert table.model.rowCount() == MANY


def test_many_rows_are_sorted_a_few_at_a_time_and_the_unknown_come_last(
    qtbot: QtBot, table: RowsTable
) -> None:
    table.show_rows(cows(MANY), select_first=True)
    chosen = table.current()
    for turned in (False, True):
        with qtbot.waitSignal(table.model.laid_out):
            table.model.order_by(1)
            assert table.model.laying_out
        rows = [table.model.row_at(number).litres for number in range(MANY)]
        known = [litres for litres in rows if litres is not None]
        assert known == sorted(known, reverse=turned)
        assert rows == known + [None] * (MANY - len(known))
        assert table.current() == chosen


def test_few_rows_are_searched_and_sorted_at_once(table: RowsTable) -> None:
    table.show_rows(cows(20))
    table.search("cow 19")
    assert table.model.rowCount() == 1
    table.search("")
    table.model.order_by(1)
    assert table.model.row_at(0).litres == 1


def test_a_narrow_column_leaves_no_bar_to_scroll_sideways(qtbot: QtBot, told: Told) -> None:
    made = RowsTable(
        "Cows with a mark",
        [Shown("!", lambda cow: "", 30, tone=lambda cow: None), Shown("Cow", told.name, 200)],
    )
    qtbot.addWidget(made)
    made.resize(300, 300)
    with qtbot.waitExposed(made):
        made.show()
    made.show_rows([Cow(UUID(int=1), "Bella, whose name is far longer than her column is", 1)])
    assert made.table.columnWidth(0) == made.table.horizontalHeader().minimumSectionSize()
    assert made.table.horizontalScrollBar().maximum() == 0
