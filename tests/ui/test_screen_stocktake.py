"""The counting sheet: counts typed down the page by keyboard, each kept with its difference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fluffydesk.actions import saving
from fluffydesk.actions.stock import balance, move_stock
from fluffydesk.actions.wool import move_wool
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import StockMovement, StockUnit
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.types import today
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.entry_model import PROBLEM
from fluffydesk.ui.screens.reading.stores_count import CountRow, count_rows
from fluffydesk.ui.screens.stores import StoresScreen
from fluffydesk.ui.screens.stores_count import StocktakeScreen
from fluffydesk.ui.screens.stores_count_model import BOOKED, COUNTED, REMARK
from fluffydesk.work import Work

Settle = Callable[[Work], None]


def sheet(mirror: Mirror) -> list[CountRow]:
    with mirror.read() as connection:
        return count_rows(connection, today())


def item(mirror: Mirror, name: str = "Maize", **more: Any) -> Any:
    values = {"name": name, "unit": StockUnit.KILOGRAM, **more}
    return saving.add(mirror, FarmInventory, values)[0]


@pytest.fixture
def shown(qtbot: QtBot, work: Work, settle: Settle) -> Callable[[], StocktakeScreen]:
    def show() -> StocktakeScreen:
        made = StocktakeScreen(work)
        qtbot.addWidget(made)
        made.resize(1064, 700)
        made.show()
        made.reload()
        settle(work)
        return made

    return show


def keys(screen: StocktakeScreen, text: str) -> None:
    assert screen.grid.editor is not None
    QTest.keyClicks(screen.grid.editor, text)
    QTest.keyClick(screen.grid.editor, Qt.Key.Key_Return)


def cell(screen: StocktakeScreen, row: int, column: int) -> str:
    return str(screen.model.index(row, column).data())


def test_the_whole_store_is_counted_down_the_page_by_keyboard(
    mirror: Mirror, work: Work, settle: Settle, shown: Callable[[], StocktakeScreen]
) -> None:
    maize, hay = item(mirror), item(mirror, "Hay", location="Loft")
    for one in (maize, hay):
        move_stock(mirror, one, StockMovement.RECEIPT, Decimal(500), today())
    move_wool(mirror, "B1", StockMovement.RECEIPT, Decimal(80), today())
    screen = shown()
    keys(screen, "480,5")
    keys(screen, "500")
    keys(screen, "99")
    settle(work)
    assert [cell(screen, n, COUNTED) for n in range(3)] == ["480.5", "500", "99"]
    assert [cell(screen, n, REMARK) for n in range(3)] == [
        "19.5 kg less",
        "The same",
        "19 kg more",
    ]
    assert [cell(screen, n, BOOKED) for n in range(3)] == ["500 kg", "500 kg", "80 kg"]
    assert (screen.total.text(), screen.rest.text()) == (
        "3 of 3 counted",
        "2 differ from the ledger",
    )
    assert [row.booked for row in sheet(mirror)] == [Decimal("480.5"), 500, 99]


def test_what_was_counted_stands_as_it_can_be_typed_again(
    mirror: Mirror, work: Work, settle: Settle, shown: Callable[[], StocktakeScreen]
) -> None:
    maize = item(mirror)
    move_stock(mirror, maize, StockMovement.RECEIPT, Decimal(1500), today())
    screen = shown()
    keys(screen, "1420")
    settle(work)
    assert cell(screen, 0, COUNTED) == "1420", "1,420 would be read as not quite one and a half"
    assert cell(screen, 0, BOOKED) == "1,500 kg"
    keys(screen, "1,500")
    settle(work)
    said = str(screen.model.index(0, REMARK).data(PROBLEM))
    assert said == "“1,500” can be read in two ways. Type 1500 or 1.5."
    assert [row.booked for row in sheet(mirror)] == [1420]


def test_a_count_that_makes_no_sense_stays_typed_with_its_reason(
    mirror: Mirror, work: Work, settle: Settle, shown: Callable[[], StocktakeScreen]
) -> None:
    maize = item(mirror)
    move_stock(mirror, maize, StockMovement.RECEIPT, Decimal(500), today())
    screen = shown()
    keys(screen, "5x")
    assert "is no count" in str(screen.model.index(0, REMARK).data(PROBLEM))
    assert cell(screen, 0, COUNTED) == "5x"
    QTest.keyClick(screen.grid.editor, Qt.Key.Key_Escape)
    assert cell(screen, 0, COUNTED) == ""
    with mirror.read() as connection:
        assert balance(connection, maize) == 500


def test_rule_13_a_lot_is_counted_as_it_is_shown(mirror: Mirror) -> None:
    """What was taken without naming a lot is off the first lot; a count must not take it twice."""
    drug = item(mirror, "Tubes")
    for lot, days in (("A", 30), ("B", 90)):
        more = {"lot": lot, "expires_on": today() + timedelta(days=days)}
        move_stock(mirror, drug, StockMovement.RECEIPT, Decimal(200), today(), **more)
    move_stock(mirror, drug, StockMovement.USE, Decimal(50), today())
    first, second = sheet(mirror)
    assert (first.booked, second.booked) == (150, 200)
    first.take(mirror, Decimal(140), today())
    first, second = sheet(mirror)
    assert (first.booked, first.off, second.booked) == (140, -10, 200)
    first.take(mirror, Decimal(0), today())
    gone, second = sorted(sheet(mirror), key=lambda one: one.booked)
    assert (gone.booked, gone.off, second.booked) == (0, -150, 200)
    gone.take(mirror, Decimal(150), today())
    with mirror.read() as connection:
        assert balance(connection, drug) == 350


def test_tank_eggs_and_wool_of_the_sample_stand_on_the_sheet(sample_farm: Mirror) -> None:
    rows = sheet(sample_farm)
    assert {row.part for row in rows} >= {"feed", "medicine", "tank", "eggs"}
    tank = next(row for row in rows if row.part == "tank")
    tank.take(sample_farm, Decimal(100), today())
    eggs = next(row for row in rows if row.part == "eggs")
    eggs.take(sample_farm, eggs.booked + 3, today())
    after = {row.id: row for row in sheet(sample_farm)}
    assert (after[tank.id].booked, after[eggs.id].off) == (100, 3)


def test_an_empty_store_says_what_belongs_here_and_the_stores_lead_here(
    qtbot: QtBot, work: Work, settle: Settle, shown: Callable[[], StocktakeScreen]
) -> None:
    screen = shown()
    assert screen.empty.isVisible()
    assert screen.total.text() == ""
    stores = StoresScreen(work)
    qtbot.addWidget(stores)
    with qtbot.waitSignal(stores.go) as went:
        stores.part.sheet.click()
    assert went.args == [Place("stocktake", part="feed")]


def test_who_may_only_look_types_nothing(qtbot: QtBot, mirror: Mirror, settle: Settle) -> None:
    item(mirror)
    told = mirror.recall("organization") or {}
    mirror.remember(organization={**told, "role": "viewer"})
    work = Work(mirror)
    screen = StocktakeScreen(work)
    qtbot.addWidget(screen)
    screen.reload()
    settle(work)
    assert not screen.grid.isEnabled()
    assert screen.lock.text().startswith("You can look, but not change")
    work.close()
