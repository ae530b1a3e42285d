"""Nothing typed is lost when the rows of a grid change below it, or another sheet is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions import saving
from fluffydesk.actions.flocks import deplete
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.farm import MilkProductionLog, WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import today
from fluffydesk.ui.screens.eggs import EggsScreen
from fluffydesk.ui.screens.milking import MilkingScreen
from fluffydesk.ui.screens.weigh import WeighScreen
from fluffydesk.work import Work

Settle = Callable[[Work], None]
EVENING = MilkingSession.EVENING


@pytest.fixture
def milking(qtbot: QtBot, farm_work: Work, settle: Settle) -> MilkingScreen:
    """The grid at this evening's milking, with 19.7 typed for the first cow and no Enter."""
    made = MilkingScreen(farm_work)
    qtbot.addWidget(made)
    made.sessions.set_value(EVENING)
    made.show()
    settle(farm_work)
    assert made.grid.editor is not None
    qtbot.keyClicks(made.grid.editor, "19.7")
    return made


def kept(mirror: Mirror, on: date) -> list[Decimal]:
    rows = MilkProductionLog.__table__.c
    with mirror.read() as connection:
        query = select(rows.yield_kg).where(rows.milked_on == on, rows.session == EVENING)
        return list(connection.execute(query).scalars())


def test_a_yield_half_typed_stays_while_another_pc_dries_a_cow_off(
    qtbot: QtBot, milking: MilkingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    cow, rows = milking.model.cow(0).id, milking.model.rowCount()
    last, dry = milking.model.cow(rows - 1).id, {"dried_off_on": today() - timedelta(days=1)}
    farm_work.act(lambda mirror: saving.change(mirror, Livestock, last, dry))
    settle(farm_work)
    assert milking.model.rowCount() == rows - 1
    assert milking.grid.editor is not None
    assert milking.grid.editor.text() == "19.7"
    assert milking.model.cow(milking.grid.currentIndex().row()).id == cow
    assert kept(sample_farm, today()) == []
    qtbot.keyClicks(milking.grid.editor, "5")
    qtbot.keyClick(milking.grid.editor, Qt.Key.Key_Return)
    settle(farm_work)
    assert kept(sample_farm, today()) == [Decimal("19.75")]


def test_a_yield_typed_without_enter_is_saved_for_its_own_day(
    milking: MilkingScreen, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    before = kept(sample_farm, today() - timedelta(days=1))
    milking.day.back()
    settle(farm_work)
    assert kept(sample_farm, today()) == [Decimal("19.7")]
    assert kept(sample_farm, today() - timedelta(days=1)) == before


def test_what_could_not_be_saved_is_there_on_coming_back(
    qtbot: QtBot, milking: MilkingScreen, farm_work: Work, settle: Settle
) -> None:
    assert milking.grid.editor is not None
    qtbot.keyClicks(milking.grid.editor, "k")
    qtbot.keyClick(milking.grid.editor, Qt.Key.Key_Return)
    for session in (MilkingSession.MORNING, EVENING):
        milking.sessions.set_value(session)
        milking.reload()
        settle(farm_work)
        assert milking.model.unsaved() == (session is EVENING)


def test_eggs_half_typed_stay_while_another_pc_depletes_a_flock(
    qtbot: QtBot, farm_work: Work, settle: Settle
) -> None:
    eggs = EggsScreen(farm_work)
    qtbot.addWidget(eggs)
    eggs.show()
    eggs.day.set_day(today())
    settle(farm_work)
    assert eggs.grid.editor is not None
    rows, first = eggs.model.rowCount(), eggs.model.lines[0].key
    qtbot.keyClicks(eggs.grid.editor, "17")
    last = eggs.model.lines[rows - 1].key
    gone = today() - timedelta(days=1)
    farm_work.act(lambda mirror: deplete(mirror, last, gone, sold=False))
    settle(farm_work)
    assert eggs.model.rowCount() == rows - 1
    assert eggs.model.lines[eggs.grid.currentIndex().row()].key == first
    assert eggs.grid.editor.text() == "17"


def test_a_weight_that_is_typed_stays_when_the_day_is_put_right(
    qtbot: QtBot, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    weigh = WeighScreen(farm_work)
    qtbot.addWidget(weigh)
    weigh.show()
    settle(farm_work)
    with sample_farm.read() as connection:
        rows = Livestock.__table__.c
        query = select(rows.id, rows.tag_number).where(rows.weight_kg > 300, rows.left_on.is_(None))
        cow, tag = connection.execute(query.order_by(rows.id)).first() or ("", "")
    weigh.scan.ask(tag)
    settle(farm_work)
    qtbot.keyClicks(weigh.weight, "612.5")
    weigh.day.back()
    settle(farm_work)
    assert weigh.weight.text() == "612.5"
    qtbot.keyClick(weigh.weight, Qt.Key.Key_Return)
    settle(farm_work)
    day = WeightLog.__table__.c
    with sample_farm.read() as connection:
        yesterday = (day.animal_id == cow) & (day.weighed_on == today() - timedelta(days=1))
        kg = connection.execute(select(day.weight_kg).where(yesterday)).scalar()
    assert kg == Decimal("612.5")
