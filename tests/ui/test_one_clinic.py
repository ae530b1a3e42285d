"""A clinic's first day: each screen shows one of everything, and counts it as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QTableView, QWidget
from pytestqt.qtbot import QtBot

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import OrgType
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.rail import CLINIC_SCREENS
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work
from tests.one_clinic import one_clinic_places, one_of_everything
from tests.sampled import empty_mirror

Settle = Callable[[Work], None]

_MANY = re.compile(r"(?<![\d.,:/−-])1 (?!is\b|was\b|has\b|does\b|\w*ss\b)\w+s\b(?! of)")
"""One of what is said to be several; "1 is late" and "1 class" are one."""
_COUNTED = {
    "clinic_today": ("1 visit", "1 invoice"),
    "calendar": ("1 visit",),
    "clients": ("1 client",),
    "pets": ("1 pet",),
}


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirror]:
    path: Path = tmp_path_factory.mktemp("one") / "clinic.db"
    with empty_mirror(path, OrgType.VETERINARY_CLINIC) as mirror:
        one_of_everything(mirror)
        yield mirror


def test_one_of_everything_is_counted_as_one(
    first_day: Mirror, qtbot: QtBot, settle: Settle
) -> None:
    places = [
        *(Place(one.key) for one in CLINIC_SCREENS if one.group),
        *one_clinic_places(first_day).values(),
        Place("farm_visits"),
        Place("money", part="day"),
    ]
    work = Work(first_day)
    try:
        wrong = _wrong(work, places, qtbot, settle)
    finally:
        work.close()
    assert not wrong, "\n".join(wrong)


def _wrong(work: Work, places: list[Place], qtbot: QtBot, settle: Settle) -> list[str]:
    """Go everywhere; return where one is said to be several, and what is not counted as one."""
    shell = Shell(work, CLINIC_SCREENS)
    qtbot.addWidget(shell)
    shell.resize(1280, 800)
    shell.show()
    wrong = []
    for place in places:
        shell.go(place)
        settle(work)
        assert shell.current is not None
        assert shell.current.key == place.key
        told = _told(shell)
        wrong += [f"{place.key} {place.part}: {one}" for one in told if _MANY.search(one)]
        counted = _COUNTED.get(place.key, ())
        wrong += [f"{place.key} lacks {one}" for one in counted if one not in " ".join(told)]
    return wrong


def _told(window: QWidget) -> list[str]:
    """All words that can be seen in a window, and what is read aloud of it."""
    told = []
    for part in window.findChildren(QWidget):
        if not part.isVisible():
            continue
        told += [part.accessibleName(), part.accessibleDescription()]
        if isinstance(part, QLabel | QAbstractButton):
            told.append(part.text())
        if isinstance(part, QAbstractItemView) and (model := part.model()) is not None:
            top = QModelIndex()
            columns = model.columnCount(top) if isinstance(part, QTableView) else 1
            cells = product(range(model.rowCount(top)), range(columns))
            told += [str(model.index(*cell).data() or "") for cell in cells]
    return told
