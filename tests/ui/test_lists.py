"""Lists: paging, order, search, filters, empty places, selection and what is remembered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fluffydesk.actions import saving
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Filter, Order
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock, LivestockBatch
from fluffydesk.records.vocabulary import Record, record_columns
from fluffydesk.ui import memory
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.pages import BLOCK, KEPT
from fluffydesk.work import Work

Settle = Callable[[Work], None]
COLUMNS = ("tag_number", "name", "species_id", "status", "weight_kg", "birth_date")


@pytest.fixture
def animals(farm_work: Work, qtbot: QtBot, settle: Settle) -> RecordList:
    made = RecordList(farm_work, Livestock, COLUMNS, order=(Order("tag_number"),))
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    settle(farm_work)
    return made


def cell(listed: RecordList, row: int, name: str) -> str:
    column = [column.name for column in listed.model.columns].index(name)
    return str(listed.model.index(row, column).data() or "")


def tags(listed: RecordList) -> list[str]:
    return [cell(listed, row, "tag_number") for row in range(listed.count())]


def test_rows_are_shown_in_words_with_the_unit_in_the_header(animals: RecordList) -> None:
    header = [animals.model.headerData(n, Qt.Orientation.Horizontal) for n in range(len(COLUMNS))]
    assert header == ["Tag  ↑", "Name", "Species", "Status", "Weight, kg", "Born"]
    assert animals.count() == 175
    assert cell(animals, 0, "species_id") == "Cattle"
    weight = animals.model.index(0, 4)
    assert weight.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    animals.grab()


def test_a_header_sorts_and_sorts_back(
    animals: RecordList, farm_work: Work, settle: Settle
) -> None:
    header = animals.table.horizontalHeader()
    header.sectionClicked.emit(1)
    settle(farm_work)
    names = [cell(animals, row, "name") for row in range(20)]
    assert names == sorted(names, key=str.casefold)
    header.sectionClicked.emit(1)
    settle(farm_work)
    names = [cell(animals, row, "name") for row in range(20)]
    assert names == sorted(names, key=str.casefold, reverse=True)


def test_search_and_filters_narrow_and_say_how_many(
    animals: RecordList, farm_work: Work, settle: Settle
) -> None:
    animals.bar.choose("status", LivestockStatus.ACTIVE)
    settle(farm_work)
    active = animals.count()
    assert 0 < active < 175
    animals.set_filters((Filter("weight_kg", ">", Decimal(600)),))
    settle(farm_work)
    heavy = animals.count()
    assert 0 < heavy < active
    animals.bar.clear()
    animals.set_filters(())
    animals.search("103")
    settle(farm_work)
    assert "103" in tags(animals)
    assert animals.bar._count.text() == f"{animals.count()} animal" + "s" * (animals.count() != 1)
    animals.search("no such animal")
    settle(farm_work)
    assert (animals.count(), animals.empty.title()) == (0, "Nothing matches")


def test_an_empty_list_offers_the_first_step(work: Work, qtbot: QtBot, settle: Settle) -> None:
    taken: list[bool] = []
    made = RecordList(work, Livestock, COLUMNS)
    made.say_when_empty("No animals yet", "Add one.", "Add an animal", lambda: taken.append(True))
    qtbot.addWidget(made)
    made.show()
    settle(work)
    assert made.empty.title() == "No animals yet"
    qtbot.mouseClick(made.empty.button, Qt.MouseButton.LeftButton)
    assert taken == [True]


def test_enter_and_double_click_open_the_row(
    animals: RecordList, farm_work: Work, qtbot: QtBot
) -> None:
    opened: list[UUID] = []
    animals.opened.connect(opened.append)
    animals.table.setCurrentIndex(animals.model.index(2, 0))
    qtbot.keyClick(animals.table, Qt.Key.Key_Return)
    animals.table.doubleClicked.emit(animals.model.index(2, 1))
    assert opened == [animals.model.id_at(2)] * 2


def test_long_lists_are_read_in_blocks_and_forgotten_again(
    farm_work: Work, qtbot: QtBot, settle: Settle
) -> None:
    columns = ("milked_on", "session", "animal_id", "yield_kg")
    made = RecordList(farm_work, MilkProductionLog, columns, order=(Order("milked_on", True),))
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    settle(farm_work)
    assert made.count() > 30_000
    assert list(made.model._blocks) == [0]
    for block in range(60):
        made.model.row_at(block * BLOCK)
        settle(farm_work)
    assert len(made.model._blocks) == KEPT
    before = set(made.model._blocks)
    for block in range(60, 120):  # dragged past before anything could be read
        made.model.row_at(block * BLOCK)
    settle(farm_work)
    assert set(made.model._blocks) - before == {60, 118, 119}
    made.table.scrollToBottom()
    made.table.viewport().repaint()
    settle(farm_work)
    assert cell(made, made.count() - 1, "yield_kg") != ""


def test_a_write_elsewhere_shows_up_and_the_selection_stays(
    animals: RecordList, farm_work: Work, settle: Settle
) -> None:
    animals.table.setCurrentIndex(animals.model.index(5, 0))
    chosen = animals.current()
    first = animals.model.id_at(0)
    assert chosen is not None
    assert first is not None
    farm_work.act(lambda mirror: saving.change(mirror, Livestock, first, {"name": "Zenobia"}))
    settle(farm_work)
    settle(farm_work)
    assert cell(animals, 0, "name") == "Zenobia"
    species = animals.model.row_at(0).species_id  # type: ignore[union-attr]
    new = {"tag_number": "0", "species_id": species}
    farm_work.act(lambda mirror: saving.add(mirror, Livestock, new))
    settle(farm_work)
    settle(farm_work)
    assert cell(animals, 0, "tag_number") == "0"
    assert animals.current() == chosen


def test_a_write_to_another_table_is_not_read_for(
    animals: RecordList, farm_work: Work, settle: Settle
) -> None:
    loads: list[bool] = []
    animals.loaded.connect(lambda: loads.append(True))
    farm_work.act(lambda mirror: saving.add(mirror, LivestockBatch, {"name": "Bulls"}))
    settle(farm_work)
    assert loads == []


def test_widths_and_order_are_remembered(
    animals: RecordList, farm_work: Work, qtbot: QtBot, settle: Settle, tmp_path: Path
) -> None:
    memory.keep_in(tmp_path / "window.ini")
    animals.table.setColumnWidth(1, 321)
    animals.table.horizontalHeader().moveSection(0, 2)
    animals._remember()
    again = RecordList(farm_work, Livestock, COLUMNS)
    qtbot.addWidget(again)
    settle(farm_work)
    assert again.table.columnWidth(1) == 321
    assert again.table.horizontalHeader().visualIndex(0) == 2
    assert (tmp_path / "window.ini").exists() or memory.recall(again._key()) is not None


def test_a_refusal_to_read_is_said_in_the_list(
    animals: RecordList, farm_work: Work, settle: Settle
) -> None:
    farm_work.on_mirror(lambda mirror: None)
    animals.model.failed.emit(Refusal("The mirror cannot be read.", "Try again."))
    assert animals.empty.title() == "The mirror cannot be read."
    assert animals.empty.isVisible()
    animals.empty.button.click()
    settle(farm_work)
    assert animals.table.isVisible()


@pytest.mark.parametrize("record", MIRRORED, ids=lambda record: record.__tablename__)
def test_every_record_has_a_list_even_with_nothing_in_it(
    work: Work, qtbot: QtBot, settle: Settle, record: type[Record]
) -> None:
    made = RecordList(work, record, tuple(column.name for column in record_columns(record)))
    qtbot.addWidget(made)
    made.show()
    settle(work)
    assert made.model.known
    made.grab()


def test_long_and_huge_values_fit(work: Work, qtbot: QtBot, settle: Settle) -> None:
    def fill(mirror: Mirror) -> object:
        with mirror.read() as connection:
            table = "livestock_species"
            row = connection.exec_driver_sql(f"select id from {table} limit 1").one()
        values = {"species_id": UUID(row[0]), "weight_kg": Decimal(2000)}
        values |= {"tag_number": "9" * 300, "name": "ä " * 400, "birth_date": date(1900, 1, 1)}
        return saving.add(mirror, Livestock, values)

    made = RecordList(work, Livestock, COLUMNS)
    qtbot.addWidget(made)
    made.show()
    work.act(fill)
    settle(work)
    settle(work)
    assert cell(made, 0, "weight_kg") == "2,000.0"
    assert max(made.table.columnWidth(n) for n in range(4)) <= 400
    made.grab()
