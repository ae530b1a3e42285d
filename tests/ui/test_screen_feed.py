"""The feed round by keyboard: saved at once, taken from the store, doubted against seven days."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm import FeedLog, PoultryFeedLog
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.types import today
from fluffydesk.ui.screens.entry_model import PROBLEM, SLOTS, WARNING
from fluffydesk.ui.screens.feed import FeedScreen
from fluffydesk.ui.screens.feed_model import FEED, KG, LAST, REMARK, WATER
from fluffydesk.work import Work

Settle = Callable[[Work], None]
Enter = Qt.Key.Key_Return


@pytest.fixture
def screen(qtbot: QtBot, farm_work: Work, settle: Settle) -> FeedScreen:
    """Today's round, of which nothing is written down yet."""
    made = FeedScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1072, 700)
    made.show()
    settle(farm_work)
    return made


def type_in(qtbot: QtBot, screen: FeedScreen, *texts: str) -> None:
    for text in texts:
        assert screen.grid.editor is not None
        qtbot.keyClicks(screen.grid.editor, text)
        qtbot.keyClick(screen.grid.editor, Enter)


def stock(mirror: Mirror, name: str) -> Decimal:
    ledger, items = InventoryTransaction.__table__.c, FarmInventory.__table__.c
    with mirror.read() as connection:
        query = select(func.sum(ledger.quantity)).where(
            ledger.item_id.in_(select(items.id).where(items.name == name))
        )
        found: Decimal = connection.execute(query).scalar_one()
        return found


def fed(mirror: Mirror, record: type[FeedLog] | type[PoultryFeedLog]) -> list[object]:
    table = record.__table__
    with mirror.read() as connection:
        return list(connection.execute(select(table).where(table.c.fed_on == today())))


def row_of(screen: FeedScreen, feed: str) -> int:
    return next(
        n for n in range(screen.model.rowCount()) if screen.model.index(n, FEED).data() == feed
    )


def said(screen: FeedScreen, row: int, role: int) -> str:
    return str(screen.model.index(row, REMARK).data(role) or "")


def test_a_whole_round_is_numbers_and_enters(
    qtbot: QtBot, screen: FeedScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    screen.store.set_value(False)
    rows = screen.model.rowCount() - 1  # the bulls, whose feed nobody has said yet, are last
    cells = sum(1 + screen.model.takes(row, WATER) for row in range(rows))
    for _ in range(cells):
        column = screen.grid.currentIndex().column()
        assert column in (KG, WATER)
        type_in(qtbot, screen, "100" if column == KG else "190")
    settle(farm_work)
    flocks, groups = fed(sample_farm, PoultryFeedLog), fed(sample_farm, FeedLog)
    assert len(flocks) + len(groups) == rows
    assert {row.water_l for row in flocks} == {190}  # type: ignore[attr-defined]
    assert screen.total.text() == f"{rows * 100:,}.0 kg fed"
    assert screen.rest.text().endswith("1 remain")


def test_feed_of_the_stores_is_taken_and_comes_back(
    qtbot: QtBot, screen: FeedScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    before = stock(sample_farm, "Layer mash")
    row = row_of(screen, "Layer mash")
    screen.grid.start(row)
    type_in(qtbot, screen, "50,5")
    settle(farm_work)
    assert stock(sample_farm, "Layer mash") == before - Decimal("50.5")
    screen.grid.start(row)
    qtbot.keyClick(screen.grid.editor, Qt.Key.Key_Delete)
    qtbot.keyClick(screen.grid.editor, Enter)
    settle(farm_work)
    assert stock(sample_farm, "Layer mash") == before
    assert fed(sample_farm, PoultryFeedLog) == []


def test_more_than_the_store_has_stays_in_the_cell_with_the_reason(
    qtbot: QtBot, screen: FeedScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    row = row_of(screen, "Layer mash")
    screen.grid.start(row)
    type_in(qtbot, screen, "99999")
    settle(farm_work)
    assert "Layer mash" in said(screen, row, PROBLEM)
    assert screen.model.index(row, KG).data() == "99999"
    assert fed(sample_farm, PoultryFeedLog) == []


def test_yesterday_stands_beside_and_what_is_odd_is_amber(
    qtbot: QtBot, screen: FeedScreen, farm_work: Work, settle: Settle
) -> None:
    row = row_of(screen, "Layer mash")
    (yesterday,) = screen.model.index(row, LAST).data(SLOTS)
    screen.store.set_value(False)
    screen.grid.start(row)
    type_in(qtbot, screen, "3")
    settle(farm_work)
    assert said(screen, row, WARNING).startswith("Little: usually ")
    screen.grid.start(row)
    type_in(qtbot, screen, yesterday.replace(",", ""))
    settle(farm_work)
    assert said(screen, row, WARNING) == ""


def test_another_feed_is_named_by_its_first_letters(
    qtbot: QtBot, screen: FeedScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    rows = screen.model.rowCount()
    before = stock(sample_farm, "Rock salt licks"), stock(sample_farm, "Calf milk replacer")
    screen.add_feed()
    assert screen.model.rowCount() == rows + 1
    assert screen.grid.currentIndex().column() == FEED
    type_in(qtbot, screen, "calf mi", "2")
    settle(farm_work)
    assert screen.model.rowCount() == rows + 1
    kept = [row.feed for row in fed(sample_farm, FeedLog)]  # type: ignore[attr-defined]
    assert kept == ["Calf milk replacer"]
    after = stock(sample_farm, "Rock salt licks"), stock(sample_farm, "Calf milk replacer")
    assert after == (before[0], before[1] - 2)


def test_letters_are_refused_at_the_cell(
    qtbot: QtBot, screen: FeedScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    assert screen.grid.editor is not None
    qtbot.keyClicks(screen.grid.editor, "12k")
    assert "no number" in said(screen, 0, PROBLEM)
    qtbot.keyClick(screen.grid.editor, Enter)
    settle(farm_work)
    assert screen.grid.editor.text() == "12k"
    assert fed(sample_farm, FeedLog) == []


def test_without_animals_it_says_what_belongs_here(
    qtbot: QtBot, work: Work, settle: Settle
) -> None:
    made = FeedScreen(work)
    qtbot.addWidget(made)
    made.show()
    settle(work)
    assert made.empty.title() == "Nobody to feed yet"
    assert made.primary() is None


def test_up_and_down_go_only_where_something_is_typed(
    qtbot: QtBot, screen: FeedScreen, farm_work: Work, settle: Settle
) -> None:
    last = max(row for row in range(screen.model.rowCount()) if screen.model.takes(row, WATER))
    screen.grid.start(last)
    qtbot.keyClick(screen.grid.editor, Enter)
    assert (screen.grid.currentIndex().row(), screen.grid.currentIndex().column()) == (last, WATER)
    for key, row in ((Qt.Key.Key_Down, last), (Qt.Key.Key_Up, last - 1), (Qt.Key.Key_Up, last - 1)):
        qtbot.keyClick(screen.grid.editor, key)
        assert screen.grid.currentIndex().row() == row
    settle(farm_work)


def test_what_is_not_saved_is_said_below_the_round(
    qtbot: QtBot, screen: FeedScreen, settle: Settle
) -> None:
    assert screen.trouble.text() == ""
    type_in(qtbot, screen, "many")
    assert screen.trouble.text() == "1 not saved: see the red cells"
    assert screen.grid.editor is not None
    qtbot.keyClick(screen.grid.editor, Qt.Key.Key_Escape)
    assert screen.trouble.text() == ""


def test_what_the_store_lacks_is_told_with_its_unit(
    qtbot: QtBot, screen: FeedScreen, farm_work: Work, settle: Settle
) -> None:
    type_in(qtbot, screen, "99999")
    settle(farm_work)
    told = str(screen.model.index(0, REMARK).data(PROBLEM))
    assert told.startswith("Only ")
    assert " kg of " in told
    assert screen.trouble.text() == "1 not saved: see the red cells"
