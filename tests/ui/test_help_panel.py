"""The help panel: read in full in a low window, scrolled and closed by keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from fluffydesk.ui.parts.card import Page
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.rail import FARM_SCREENS
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work

Settle = Callable[[Work], None]


def test_long_help_is_scrolled_and_not_squeezed_and_esc_closes_it(
    qtbot: QtBot, farm_work: Work, settle: Settle
) -> None:
    shell = Shell(farm_work, FARM_SCREENS)
    qtbot.addWidget(shell)
    shell.resize(1280, 600)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    shell.go(Place("flocks"))
    settle(farm_work)
    qtbot.keyClick(shell, Qt.Key.Key_F1)
    for _ in range(5):
        QApplication.processEvents()
    labels = [one for one in shell.help.findChildren(QLabel) if one.isVisible() and one.text()]
    needed = [one.heightForWidth(one.width()) if one.wordWrap() else 0 for one in labels]
    assert all(one.height() >= high for one, high in zip(labels, needed, strict=True))
    page = shell.help.findChild(Page)
    bar = page.verticalScrollBar()
    assert bar.maximum() > 0
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not shell.help.isVisible()
    shell.close()


def test_a_link_without_room_ends_in_an_ellipsis_within_its_frame(qtbot: QtBot) -> None:
    link = Button("Of the line 9100 of the Upper Meadow", kind="link")
    qtbot.addWidget(link)
    link.resize(link.sizeHint().width() - 1, link.sizeHint().height())
    link.show()
    around = link.sizeHint().width() - link.fontMetrics().horizontalAdvance(link.text())
    shown = link.shown_text()
    assert shown.endswith("…")
    assert link.fontMetrics().horizontalAdvance(shown) <= link.width() - around
    link.resize(link.sizeHint())
    assert link.shown_text() == link.text()
