"""The history of a record, from a list, a card and a form, by key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.livestock import Livestock
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.record_history import HistoryDialog, read_story
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens import FARM_SCREENS
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work

Settle = Callable[[Work], None]
CONTROL = Qt.KeyboardModifier.ControlModifier


def dialog_in(parent: QWidget) -> HistoryDialog:
    (found,) = parent.findChildren(HistoryDialog)
    return found


@pytest.mark.parametrize("key", ["animals", "animal"])
def test_a_key_opens_it_in_a_list_and_on_a_card(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle, key: str
) -> None:
    with sample_farm.read() as connection:
        cow = connection.execute(select(Livestock.id).limit(1)).scalar_one()
    shell = Shell(farm_work, FARM_SCREENS)
    qtbot.addWidget(shell)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    shell.go(Place(key, cow))
    settle(farm_work)
    shell.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    if key == "animals":
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_H, CONTROL)
    settle(farm_work)
    dialog = dialog_in(shell)
    assert dialog.heading.text().startswith("History of Animal ")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not shell.findChildren(HistoryDialog))


def test_a_form_tells_what_was_saved_in_it(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    with sample_farm.read() as connection:
        cow = connection.execute(select(Livestock.id).limit(1)).scalar_one()

    def rename(mirror: Mirror) -> object:
        with mirror.unit("Rename") as unit:
            unit.update(Livestock, cow, {"name": "Clover"})
        return unit.changes

    farm_work.act(rename)
    settle(farm_work)
    parent = QWidget()
    qtbot.addWidget(parent)
    form = open_form(parent, farm_work, Livestock, cow)
    settle(farm_work)
    assert form.history_button.isVisible()
    form.history_button.click()
    settle(farm_work)
    dialog = dialog_in(form)
    line = next(one for one in dialog.lines if one.kind == "edit")
    assert line.what.endswith(" changed Name")
    assert line.when.endswith(" on Barn PC · Rename")
    assert line.outcome == "Waits to be sent"
    dialog.close()
    form.close()


def test_a_new_record_has_none(qtbot: QtBot, farm_work: Work, settle: Settle) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    form = open_form(parent, farm_work, Livestock)
    settle(farm_work)
    assert not form.history_button.isVisible()
    form.show_history()
    assert form.findChildren(HistoryDialog) == []
    form.close()


def test_a_row_that_is_gone_still_has_a_story(sample_farm: Mirror) -> None:
    with sample_farm.unit("Add") as unit:
        cow = unit.insert(Livestock, {"tag_number": "9999"})
    with sample_farm.unit("Delete") as unit:
        unit.delete(Livestock, cow)
    story = read_story(sample_farm, "livestock", cow)
    assert story.name == "Animal"
    assert [line.what.rpartition(" ")[0].split()[-1] for line in story.lines] == [
        "deleted",
        "added",
    ]
