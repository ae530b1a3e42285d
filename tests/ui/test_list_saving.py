"""A list is saved as it is shown: its columns and rows, all of them, as CSV and as a workbook."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QTableView, QVBoxLayout
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.own_fields import keep_own_fact
from fluffydesk.actions.saving import add
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.own import own_name
from fluffydesk.mirror.queries import Order
from fluffydesk.records.enums.reviews import CustomFieldKind, CustomFieldSubject
from fluffydesk.records.livestock import Livestock, LivestockSpecies
from fluffydesk.records.reviews import CustomFieldDefinition
from fluffydesk.records.types import new_id
from fluffydesk.ui.list_saving import in_sight
from fluffydesk.ui.screen import Notice, Screen
from fluffydesk.ui.screens.animals import AnimalsScreen
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work
from tests.ui.test_screen_reports import in_workbook

Settle = Callable[[Work], None]
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
SCAR = own_name(CustomFieldKind.TEXT, "Scar")
MANY = 450


def lines_of(path: Path) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [tuple(line) for line in csv.reader(file)]


def heads_of(table: QTableView) -> list[str]:
    model = table.model()
    across = Qt.Orientation.Horizontal
    heads = [str(model.headerData(at, across)) for at in in_sight(table)]
    return [head.removesuffix("  ↓").removesuffix("  ↑") for head in heads]


def wait_for(qtbot: QtBot, notices: list[Notice], words: str) -> None:
    qtbot.waitUntil(lambda: any(words in one.text for one in notices))


@pytest.fixture
def animals(qtbot: QtBot, farm_work: Work, settle: Settle, sample_farm: Mirror) -> AnimalsScreen:
    """The list with an own field, a name that is a formula, and more rows than are read at once."""
    values = {"name": "Scar", "kind": CustomFieldKind.TEXT, "subject": CustomFieldSubject.ANIMALS}
    add(sample_farm, CustomFieldDefinition, values)
    species = LivestockSpecies.__table__.c
    with sample_farm.read() as connection:
        cattle = connection.execute(select(species.id).where(species.code == "cattle")).scalar_one()
    ids: list[UUID] = []
    with sample_farm.unit("Many") as unit:
        for number in range(MANY):
            row = {"tag_number": f"Z{number:04}", "species_id": cattle, "name": "=1+1"}
            ids.append(unit.insert(Livestock, row))
    keep_own_fact(sample_farm, CustomFieldSubject.ANIMALS, ids[7], "Scar", "left horn")
    made = AnimalsScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    made.activateWindow()
    settle(farm_work)
    return made


def test_the_animals_are_saved_as_filtered_sorted_and_chosen(
    qtbot: QtBot, animals: AnimalsScreen, farm_work: Work, settle: Settle, tmp_path: Path
) -> None:
    notices: list[Notice] = []
    animals.told.connect(notices.append)
    rows = animals.list
    rows.show_column(SCAR, True)
    rows.show_column("sex", False)
    rows.table.horizontalHeader().moveSection(1, 0)
    animals.search("Z0")
    rows.set_order((Order("tag_number", True),))
    settle(farm_work)
    assert rows.count() == MANY

    path = tmp_path / "animals.csv"
    rows.saver.write(str(path))
    wait_for(qtbot, notices, f"animals.csv is written: {MANY} rows.")
    saved = lines_of(path)
    heads = heads_of(rows.table)
    assert list(saved[0]) == heads
    assert "Scar" in heads
    assert "Sex" not in heads
    tag, name, scar = (heads.index(one) for one in ("Tag", "Name", "Scar"))
    assert (name, tag) == (0, 1)
    assert [line[tag] for line in saved[1:]] == [f"Z{n:04}" for n in reversed(range(MANY))]
    assert {line[name] for line in saved[1:]} == {"'=1+1"}
    assert [line[scar] for line in saved[1:] if line[scar]] == ["left horn"]
    model, shown = rows.model, in_sight(rows.table)
    first = [str(model.index(0, at).data() or "") for at in shown]
    assert [text.removeprefix("'") for text in saved[1]] == first

    rows.saver.write(str(tmp_path / "animals.xlsx"))
    wait_for(qtbot, notices, f"animals.xlsx is written: {MANY} rows.")
    book = in_workbook(tmp_path / "animals.xlsx")
    assert [[text.removeprefix("'") for text in line] for line in saved] == [*map(list, book)]


def test_the_key_and_the_menu_ask_for_a_file(
    qtbot: QtBot, animals: AnimalsScreen, tmp_path: Path
) -> None:
    animals.list.table.setFocus()
    qtbot.keyClick(animals.list.table, Qt.Key.Key_S, CTRL_SHIFT)
    dialog = animals.list.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert [one.partition(" (")[0] for one in dialog.nameFilters()] == ["CSV", "Excel workbook"]
    assert Path(dialog.selectedFiles()[0]).name.startswith("Animals ")
    assert dialog.defaultSuffix() == "csv"
    dialog.filterSelected.emit(dialog.nameFilters()[1])
    assert dialog.defaultSuffix() == "xlsx"
    dialog.close()
    qtbot.waitUntil(lambda: animals.list.findChild(QFileDialog) is None)
    menu = animals.columns.menu()
    menu.popup(animals.columns.mapToGlobal(animals.columns.rect().bottomLeft()))
    qtbot.keyClick(menu, Qt.Key.Key_Up)
    assert menu.activeAction() is animals.columns.save
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert animals.list.findChild(QFileDialog) is not None


@dataclass(frozen=True)
class _One:
    id: UUID
    name: str
    kilos: int


class _Page(Screen):
    title = "Page"


@pytest.fixture
def page(qtbot: QtBot, farm_work: Work) -> _Page:
    made = _Page(farm_work)
    QVBoxLayout(made)
    qtbot.addWidget(made)
    return made


def table_in(page: _Page, text: Callable[[_One], str], rows: int) -> RowsTable:
    columns = (
        Shown("Name", text, sort=lambda one: one.name),
        Shown("Change", lambda one: f"{one.kilos}", right=True, unit="kg"),
    )
    made = RowsTable("Some rows", columns)
    layout = page.layout()
    assert layout is not None
    layout.addWidget(made)
    made.show_rows([_One(new_id(), f"+{number:03}", -number) for number in range(1, rows + 1)])
    return made


def test_rows_in_memory_are_saved_as_searched_and_sorted(
    qtbot: QtBot, page: _Page, tmp_path: Path
) -> None:
    notices: list[Notice] = []
    page.told.connect(notices.append)
    table = table_in(page, lambda one: one.name, 12)
    table.search("+00")
    table.model.order_by(0)
    table.model.order_by(0)
    table.saver.write(str(tmp_path / "rows.csv"))
    wait_for(qtbot, notices, "rows.csv is written: 9 rows.")
    saved = lines_of(tmp_path / "rows.csv")
    assert saved[:3] == [("Name", "Change, kg"), ("'+009", "-9"), ("'+008", "-8")]
    assert len(saved) == 10
    table.saver.write(str(tmp_path / "rows.ods"))
    wait_for(qtbot, notices, "A list cannot be written as .ods.")
    table.saver.write(str(tmp_path / "nowhere" / "rows.csv"))
    wait_for(qtbot, notices, "cannot be written: No such file or directory")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_long_one_is_cancelled_and_leaves_no_file(
    qtbot: QtBot, page: _Page, tmp_path: Path, ending: str
) -> None:
    go_on = Event()

    def text(one: _One) -> str:
        if one.kilos == -100 and saving:
            go_on.wait(60)
        return one.name

    saving = False
    notices: list[Notice] = []
    page.told.connect(notices.append)
    table = table_in(page, text, 1000)
    saving = True
    page.show()
    folder = tmp_path / "out"
    folder.mkdir()
    table.saver.write(str(folder / f"rows.{ending}"))
    going = table.saver.going
    assert going is not None
    qtbot.waitUntil(going.isVisible)
    assert going.bar.maximum() == 1000
    qtbot.keyClick(going, Qt.Key.Key_Escape)
    go_on.set()
    wait_for(qtbot, notices, "it was cancelled")
    assert list(folder.iterdir()) == []
    assert table.saver.going is None
