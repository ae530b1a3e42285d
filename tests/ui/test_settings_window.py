"""The settings say how many months of the logs this PC keeps, and change it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.sync import window
from fluffydesk.ui.link import link_of
from fluffydesk.ui.screens.settings import Settings
from fluffydesk.work import Work

Settle = Callable[[Work], None]


@pytest.fixture
def screen(qtbot: QtBot, work: Work, settle: Settle) -> Settings:
    made = Settings(work)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.reload()
    settle(work)
    return made


def test_a_choice_is_kept_and_asks_for_a_sync(
    qtbot: QtBot, work: Work, mirror: Mirror, screen: Settings, settle: Settle
) -> None:
    asked: list[bool] = []
    link_of(work).sync_wanted.connect(lambda: asked.append(True))
    assert screen.months.currentText() == "Everything"
    assert screen._kept.text() == "From the first day on."
    assert asked == []
    screen.months.setFocus()
    qtbot.keyClick(screen.months, Qt.Key.Key_End)
    screen.months.activated.emit(screen.months.currentIndex())
    settle(work)
    assert window.months(mirror) == 6
    assert asked
    assert screen._kept.text().startswith("From ")
    assert "first day" not in screen._kept.text()
    screen.months.setCurrentIndex(0)
    screen.months.activated.emit(0)
    settle(work)
    assert window.months(mirror) is None
    assert "next sync fetches" in screen._kept.text()


def test_a_number_chosen_by_a_command_is_shown(
    work: Work, mirror: Mirror, screen: Settings, settle: Settle
) -> None:
    window.set_months(mirror, 7)
    screen.reload()
    settle(work)
    assert screen.months.currentText() == "The last 7 months"
    screen.reload()
    settle(work)
    assert screen.months.count() == 6
