"""Own fields in the herd list: chosen, and the same strings on screen, on paper and in files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.own_fields import keep_own_fact
from fluffydesk.actions.saving import add
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.enums.reviews import CustomFieldKind, CustomFieldSubject
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.reviews import CustomFieldDefinition
from fluffydesk.records.types import today
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.reporting.catalog import make_report
from fluffydesk.ui.screens.reporting.report import Period
from fluffydesk.ui.screens.reporting.writing import csv_text, write_workbook
from fluffydesk.ui.screens.reports import ReportsScreen
from fluffydesk.work import Work
from tests.ui.test_screen_reports import cells_of, in_workbook, on_paper

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
Settle = Callable[[Work], None]
ANIMALS = CustomFieldSubject.ANIMALS
_KINDS = {
    "Height": CustomFieldKind.NUMBER,
    "Scar": CustomFieldKind.TEXT,
    "Polled": CustomFieldKind.BOOLEAN,
    "Seen": CustomFieldKind.DATE,
}
OWN = ["Height, kg", "Scar", "Polled", "Seen"]


@pytest.fixture
def cow(sample_farm: Mirror) -> str:
    """The tag of an animal with own fields; others have none."""
    for place, (name, kind) in enumerate(_KINDS.items()):
        unit = "kg" if kind is CustomFieldKind.NUMBER else None  # never turned into pounds
        values = {"name": name, "kind": kind, "subject": ANIMALS, "position": place, "unit": unit}
        add(sample_farm, CustomFieldDefinition, values)
    animals = Livestock.__table__.c
    with sample_farm.read() as connection:
        query = select(animals.id, animals.tag_number)
        query = query.where(animals.status == LivestockStatus.ACTIVE, animals.arrived_on.is_(None))
        row_id, tag = connection.execute(query.order_by(animals.tag_number).limit(1)).one()
    assert isinstance(row_id, UUID)
    for name, typed in (
        ("Height", "1234.5"), ("Scar", "=1+1"), ("Polled", "yes"), ("Seen", "2026-11-20"),
    ):  # fmt: skip
        keep_own_fact(sample_farm, ANIMALS, row_id, name, typed)
    return str(tag)


def test_all_hold_the_same_strings(sample_farm: Mirror, cow: str, tmp_path: Path) -> None:
    day = Period(today(), today())
    bare = make_report(sample_farm, "herd", day)
    report = make_report(sample_farm, "herd", day, own=[*_KINDS, "Gone"])
    place = len(bare.columns)
    assert [one.heading for one in report.columns[place:]] == OWN
    assert [row[:place] for row in report.rows] == list(bare.rows)
    mine = next(row for row in report.rows if row[0] == cow)
    assert mine[place:] == ("1,234.5", "=1+1", "Yes", "20/11/2026")
    assert sum(any(row[place:]) for row in report.rows) == 1
    written = next(row for row in csv.reader(io.StringIO(csv_text(report))) if row[0] == cow)
    assert written[place:] == ["1,234.5", "'=1+1", "Yes", "20/11/2026"]
    write_workbook(report, tmp_path / "herd.xlsx")
    book = in_workbook(tmp_path / "herd.xlsx")
    assert book[0][place:] == tuple(OWN)
    assert next(row for row in book if row[0] == cow) == mine
    assert set(mine[place:]) | set(OWN) <= set(on_paper(report, tmp_path / "herd.pdf"))


def test_they_are_ticked_with_the_keyboard_and_stay_so(
    qtbot: QtBot, farm_work: Work, settle: Settle, cow: str
) -> None:
    def shown() -> ReportsScreen:
        made = ReportsScreen(farm_work)
        qtbot.addWidget(made)
        made.resize(1280, 800)
        made.show()
        settle(farm_work)
        assert made.own.isHidden()
        made.arrive(Place("reports", part="herd"))
        settle(farm_work)
        return made

    screen = shown()
    assert screen.own.isVisible()
    assert screen.report is not None
    assert not set(OWN) & {one.heading for one in screen.report.columns}
    menu = screen.own.menu()
    assert [one.text() for one in menu.actions()] == OWN
    screen.activateWindow()
    qtbot.keyClick(screen, Qt.Key.Key_O, CTRL_SHIFT)
    qtbot.waitUntil(menu.isVisible)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    settle(farm_work)
    assert [one.heading for one in screen.report.columns][-1] == OWN[0]
    assert next(row for row in cells_of(screen) if row[0] == cow)[-1] == "1,234.5"
    again = shown()
    assert again.report is not None
    assert again.report.columns[-1].heading == OWN[0]
    again.arrive(Place("reports", part="stock"))
    settle(farm_work)
    assert again.own.isHidden()
