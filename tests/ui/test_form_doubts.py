"""A form asks once about what is hardly so, by a button with the focus (rule 12)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fluffydesk.records.farm import EggProductionLog
from fluffydesk.ui.forms import FormDialog, open_form
from fluffydesk.work import Work
from tests.actions.barn import Barn, make_barn
from tests.mirrors import new_mirror
from tests.ui.conftest import Settle


@pytest.fixture
def barn(tmp_path: Path) -> Iterator[Barn]:
    with new_mirror(tmp_path / "barn.db") as mirror:
        yield make_barn(mirror)


@pytest.fixture
def work(barn: Barn) -> Iterator[Work]:
    made = Work(barn.mirror)
    yield made
    made.close()


@pytest.fixture
def dialog(work: Work, barn: Barn, qtbot: QtBot, settle: Settle) -> Iterator[FormDialog]:
    window = QWidget()
    window.resize(900, 700)
    qtbot.addWidget(window)
    window.show()
    opened = open_form(window, work, EggProductionLog)
    opened.form.new({"flock_id": barn.flock})
    settle(work)
    yield opened
    window.close()


def type_total(dialog: FormDialog, qtbot: QtBot, text: str) -> None:
    line: Any = dialog.form.editor("total").field
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)


def save(dialog: FormDialog, work: Work, settle: Settle) -> None:
    dialog.save_button.click()
    settle(work)


def test_rule_12_more_eggs_than_hens_can_lay_are_asked_about_once(
    dialog: FormDialog, work: Work, barn: Barn, qtbot: QtBot, settle: Settle
) -> None:
    type_total(dialog, qtbot, "211")
    save(dialog, work, settle)
    form = dialog.form
    assert barn.rows(EggProductionLog) == []
    assert form.doubt.isVisible()
    assert form.doubt.text() == "211 eggs of 200 hens: count again."
    assert not form.anyway.visibleRegion().isEmpty()  # in sight, not scrolled away
    assert form.anyway.accessibleDescription() == form.doubt.text()
    assert form.window().focusWidget() is form.anyway
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(form.anyway, Qt.Key.Key_Space)
    settle(work)
    assert [row.total for row in barn.rows(EggProductionLog)] == [211]


def test_rule_12_another_number_is_asked_about_anew_and_save_twice_keeps_it(
    dialog: FormDialog, work: Work, barn: Barn, qtbot: QtBot, settle: Settle
) -> None:
    type_total(dialog, qtbot, "211")
    save(dialog, work, settle)
    type_total(dialog, qtbot, "212")
    assert not dialog.form.doubt.isVisible()  # what is typed was not asked about yet
    save(dialog, work, settle)
    assert dialog.form.doubt.isVisible()
    assert barn.rows(EggProductionLog) == []
    with qtbot.waitSignal(dialog.finished):
        dialog.save_button.click()
    settle(work)
    assert [row.total for row in barn.rows(EggProductionLog)] == [212]
