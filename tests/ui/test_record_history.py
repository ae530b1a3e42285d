"""The history of a record, from a list, a card and a form, by key."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.errors import Offline
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.livestock import Livestock
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.link import link_of
from fluffydesk.ui.record_history import HistoryDialog, read_story
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.rail import FARM_SCREENS
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


class Centre:
    """A central whose audit trail has two changes of everything; or that does not answer."""

    def __init__(self, *, away: bool = False) -> None:
        self.away = away

    def trail(self, *_: object) -> list[dict[str, object]]:
        """Answer as a gateway does."""
        if self.away:
            raise Offline("Central cannot be reached.", "Work goes on.")
        at = "2026-03-02T08:15:00+00:00"
        told = {"at": at, "who": "Bo Elmside", "device": "Office PC"}
        return [
            {**told, "action": "UPDATE", "columns": ["name", "row_version", "weight_kg"]},
            {**told, "action": "INSERT", "columns": ["id", "name"]},
        ]

    def close(self) -> None:
        """A line of its own is closed after use."""


def _opened(qtbot: QtBot, work: Work, settle: Settle, table: str = "livestock") -> HistoryDialog:
    with work._mirror.read() as connection:
        row = connection.exec_driver_sql(f"SELECT id FROM {table} LIMIT 1").scalar_one()
    dialog = HistoryDialog(work, table, UUID(row))
    qtbot.addWidget(dialog)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.show()
    settle(work)
    settle(work)
    return dialog


def test_edits_of_other_pcs_come_from_central(
    qtbot: QtBot, farm_work: Work, settle: Settle
) -> None:
    link_of(farm_work).reach = lambda: Centre()  # type: ignore[assignment, return-value]
    dialog = _opened(qtbot, farm_work, settle)
    assert dialog.trail.text() == "2 changes are in its audit trail."
    told = [label.text() for label in dialog.findChildren(QLabel)]
    assert "Bo Elmside changed Name, Weight" in told
    assert "Bo Elmside added it" in told
    assert any(text.endswith(" on Office PC") for text in told)


def test_offline_older_history_is_said_to_be_with_central(
    qtbot: QtBot, farm_work: Work, settle: Settle
) -> None:
    link_of(farm_work).reach = lambda: Centre(away=True)  # type: ignore[assignment, return-value]
    dialog = _opened(qtbot, farm_work, settle)
    assert "is with central" in dialog.trail.text()


def test_where_there_is_no_trail_nothing_is_asked(
    qtbot: QtBot, farm_work: Work, settle: Settle
) -> None:
    link_of(farm_work).reach = None
    dialog = _opened(qtbot, farm_work, settle, "milk_production_logs")
    assert dialog.trail.text() == "Central keeps no trail of earlier edits of milkings."
