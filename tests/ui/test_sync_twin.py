"""The sync centre shows the row that is there already beside a refused one, and makes them one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.sync import history, window
from fluffydesk.ui.link import link_of
from fluffydesk.ui.screens.reading.sync import read_sums
from fluffydesk.ui.screens.sync_centre import SyncCentre
from fluffydesk.work import Work
from tests.sync.desks import Desk
from tests.sync.farms import Farm
from tests.sync.windows import LONG_AGO

Settle = Callable[[Work], None]
TABLE = "milk_production_logs"


@pytest.fixture
def farm(central: Any, tmp_path: Path) -> Iterator[Farm]:
    made = Farm(central, tmp_path)
    yield made
    made.close()


@pytest.fixture
def barn(farm: Farm) -> Desk:
    return farm.desk(farm.member("anna"), "barn-pc")


@pytest.fixture
def refused(farm: Farm, barn: Desk) -> UUID:
    """A milking of years ago that the barn wrote down after the office had."""
    office = farm.desk(farm.member("ben", "manager"), "office-pc")
    cow = farm.cow(office, "17")
    window.set_months(barn.mirror, 6)
    barn.sync()
    key = {"animal_id": cow, "milked_on": LONG_AGO, "session": "morning"}
    office.add(TABLE, **key, yield_kg=Decimal("20.5"))
    office.sync()
    mine = barn.add(TABLE, **key, yield_kg=Decimal(31))
    barn.sync()
    [one] = barn.quarantine()
    assert one.row_id == mine
    return mine


@pytest.fixture
def screen(qtbot: QtBot, farm: Farm, barn: Desk, refused: UUID) -> Iterator[SyncCentre]:
    work = Work(barn.mirror)
    link_of(work).reach = lambda: farm.central.gateway(next(iter(farm.desks)))
    made = SyncCentre(work)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    work.close()


def test_the_other_row_is_shown_and_a_key_makes_the_two_one(
    qtbot: QtBot, barn: Desk, screen: SyncCentre, settle: Settle
) -> None:
    settle(screen.work)
    [card] = screen.refusals
    shown = " ".join(label.text() for label in card.twin.findChildren(QLabel))
    assert " on office-pc, " in shown
    assert "31.00 kg" in shown
    assert "20.50 kg" in shown
    card.setFocus()
    qtbot.keyClick(card, Qt.Key.Key_J)
    settle(screen.work)
    settle(screen.work)
    assert screen.refusals == []
    [conflict] = screen.conflicts
    assert [side.value.text() for side in conflict.sides] == ["(empty)", "31.00 kg", "20.50 kg"]


def test_offline_it_says_when_the_other_row_can_be_seen(screen: SyncCentre, settle: Settle) -> None:
    link_of(screen.work).reach = None
    screen.view = None
    screen.reload()
    settle(screen.work)
    [card] = screen.refusals
    assert "when this PC is online" in card.twin.words.text()
    assert card.join.isHidden()
    assert not card.mend.isHidden()


def test_a_refused_edit_that_was_mended_says_that_it_goes(
    barn: Desk, refused: UUID, screen: SyncCentre, settle: Settle
) -> None:
    settle(screen.work)
    assert read_sums(barn.mirror).refused == 1

    def mend(mirror: Mirror) -> Any:
        with mirror.unit("Another day") as unit:
            day = LONG_AGO + timedelta(days=1)
            unit.update(_milkings(), refused, {"milked_on": day})
        return unit.changes

    screen.work.act(mend)
    settle(screen.work)
    settle(screen.work)
    [card] = screen.refusals
    words = " ".join(label.text() for label in card.findChildren(QLabel))
    assert "Mended on this PC. It goes to central with the next sync." in words
    assert card.retry.isHidden()
    headings = [label.text() for label in screen.findChildren(QLabel)]
    assert "1 mended edit goes with the next sync" in headings
    assert not any("needs you" in text for text in headings)
    assert read_sums(barn.mirror).refused == 0, "the status bar asks for nobody any more"
    with barn.mirror.read() as connection:
        told = [e.outcome for e in history.events(connection, TABLE, refused)]
    assert "mended, goes with the next sync" in told
    barn.sync()
    assert barn.quarantine() == []


def _milkings() -> Any:
    return history.record_for(TABLE)
