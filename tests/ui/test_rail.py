"""The rail shows every screen, as low as the window may be."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from fluffydesk.ui import memory, status
from fluffydesk.ui.look import measures
from fluffydesk.ui.rail import Rail
from fluffydesk.ui.screens.clinic_words import ClinicSettings, ClinicStock
from fluffydesk.ui.screens.rail import CLINIC_SCREENS, FARM_SCREENS


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("height", [720, 800, 1080])
def test_every_screen_of_a_farm_is_in_sight(qtbot: QtBot, height: int, narrow: bool) -> None:
    memory.remember("window/rail-narrow", narrow)
    rail = Rail(list(FARM_SCREENS))
    qtbot.addWidget(rail)
    rail.resize(rail.width(), height - status.HEIGHT)
    rail.show()
    qtbot.waitUntil(lambda: rail.findChildren(QScrollArea)[0].verticalScrollBar().maximum() == 0)
    last = rail._buttons[rail.keys[-1]]
    assert last.mapTo(rail, last.rect().bottomLeft()).y() < rail.height()
    assert last.fontMetrics().height() < last.height() <= measures.TARGET


_OF_A_FARM = re.compile(
    r"\b(milk\w*|eggs?|feeds?|feedings?|cows?|herds?|flocks?|birds|wool|parlour|barn)\b", re.I
)


def test_a_clinic_is_not_told_of_milk_and_eggs() -> None:
    told = {
        one.__name__: f"{one.title} {one.group} {one.searches} {one.help}" for one in CLINIC_SCREENS
    }
    told["what stock holds"] = ClinicStock.holds
    told["logs"] = ClinicSettings.logged
    assert {name: _OF_A_FARM.findall(text) for name, text in told.items()} == {
        name: [] for name in told
    }


def test_where_there_is_room_rows_are_as_high_as_a_target(qtbot: QtBot) -> None:
    rail = Rail(list(CLINIC_SCREENS))
    qtbot.addWidget(rail)
    rail.resize(rail.width(), 800 - status.HEIGHT)
    rail.show()
    assert {button.height() for button in rail._buttons.values()} == {measures.TARGET}
