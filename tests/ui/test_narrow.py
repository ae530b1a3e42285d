"""A window of 800x600: buttons go on in a second line, and none of them is cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.ui.parts.controls import Button, Title
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.rail import FARM_SCREENS
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work

Settle = Callable[[Work], None]
SMALL = QSize(800, 600)
PLACES = (
    *(Place("stores", part=part) for part in ("feed", "medicine", "tank", "eggs", "wool")),
    *(Place(key) for key in ("stocktake", "money", "reports", "imports", "contradictions")),
    *(Place(key) for key in ("sync", "settings")),
    Place("rows", part="milk"),
)


@pytest.fixture
def parts(qtbot: QtBot) -> tuple[Flow, list[Button]]:
    buttons = [Button(text) for text in ("Receive", "Use", "Throw away")]
    flow = Flow(buttons[0], buttons[1], None, buttons[2])
    qtbot.addWidget(flow)
    flow.show()
    return flow, buttons


def test_what_stands_at_the_right_does_so_while_there_is_one_line(
    parts: tuple[Flow, list[Button]],
) -> None:
    flow, (first, _, last) = parts
    flow.resize(600, 100)
    assert last.geometry().right() == 599
    assert first.y() == last.y()
    flow.resize(flow.sizeHint().width() - 1, 100)
    assert last.x() == first.x() == 0
    assert last.y() > first.geometry().bottom()
    assert flow.heightForWidth(flow.width()) == last.geometry().bottom() + 1


def test_a_part_that_grows_has_what_is_left_and_none_is_wider_than_the_line(qtbot: QtBot) -> None:
    path, choose = QLineEdit(), Button("Choose a file")
    path.setMinimumWidth(200)
    flow = Flow(path, choose, grows=path)
    qtbot.addWidget(flow)
    flow.show()
    flow.resize(900, 100)
    assert choose.geometry().right() == 899
    assert path.width() == 900 - choose.width() - 8
    flow.resize(120, 100)
    assert choose.width() == min(120, choose.sizeHint().width())


def test_no_button_of_a_small_window_is_cut(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    shell = Shell(farm_work, FARM_SCREENS)
    qtbot.addWidget(shell)
    shell.resize(SMALL)
    shell.show()
    settle(farm_work)
    cut = []
    for place in PLACES:
        shell.go(place)
        settle(farm_work)
        QApplication.processEvents()
        assert shell.size() == SMALL, f"{place}: the window became {shell.size()}"
        titles = shell.header.findChildren(Title)
        assert all(one.width() >= min(110, one.sizeHint().width()) for one in titles), place
        cut += [f"{place.key} {place.part}: {text}" for text in _cut(shell)]
    assert cut == []


def _cut(shell: Shell) -> list[str]:
    screen = shell.current
    assert screen is not None
    buttons = [one for one in screen.findChildren(QPushButton) if one.isVisible()]
    return [
        one.text()
        for one in buttons
        if one.property("kind") != "link" and one.width() < _needed(one)
    ]


def _needed(button: QPushButton) -> int:
    words = QFontMetrics(button.font()).horizontalAdvance(button.text())
    return words + (button.iconSize().width() + 4 if not button.icon().isNull() else 0)
