from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.saving import add
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.reviews import CustomFieldKind
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.reviews import CustomField, CustomFieldDefinition
from fluffydesk.records.types import today
from fluffydesk.ui.screens.imports import ImportsScreen
from fluffydesk.work import Work

Settle = Callable[[Work], None]


@pytest.fixture
def screen(qtbot: QtBot, farm_work: Work, settle: Settle) -> ImportsScreen:
    made = ImportsScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    settle(farm_work)
    return made


def ago(days: int) -> date:
    return today() - timedelta(days=days)


@pytest.fixture
def tags(sample_farm: Mirror) -> list[str]:
    animals = Livestock.__table__.c
    with sample_farm.read() as connection:
        query = select(animals.tag_number).where(animals.status == "active")
        return [row[0] for row in connection.execute(query.order_by(animals.tag_number).limit(30))]


@pytest.fixture
def file(tmp_path: Path, tags: list[str]) -> Path:
    """Thirty weights under headings of another language, one of an animal nobody knows."""
    lines = ["Nr;Am;Gewicht", *(f"{tag};{ago(2)};{500 + n},5" for n, tag in enumerate(tags))]
    path = tmp_path / "gewichte.csv"
    path.write_text("\n".join([*lines, f"none;{ago(2)};400"]), encoding="cp1252")
    return path


def weights(mirror: Mirror) -> int:
    with mirror.read() as connection:
        logs = WeightLog.__table__.c
        return len(connection.execute(select(logs.id).where(logs.weighed_on == ago(2))).all())


def choose(screen: ImportsScreen, heading: str, column: str, qtbot: QtBot) -> None:
    """Choose with the keyboard: down until it is there, then Enter."""
    drop = screen.columns.choices[heading]
    drop.setFocus()
    wanted = drop.findData(column)
    while drop.currentIndex() < wanted:
        qtbot.keyClick(drop, Qt.Key.Key_Down)


def test_the_columns_are_chosen_the_rows_imported_and_taken_back(
    qtbot: QtBot,
    screen: ImportsScreen,
    farm_work: Work,
    settle: Settle,
    sample_farm: Mirror,
    file: Path,
    tags: list[str],
) -> None:
    before = weights(sample_farm)
    screen.kinds.setCurrentIndex(screen.kinds.findData("weights"))
    screen.read(str(file))
    settle(farm_work)
    assert "No column of the file is chosen" in screen.banner.text()
    assert not screen.start.isEnabled()
    for heading, column in (("Nr", "animal_id"), ("Am", "weighed_on"), ("Gewicht", "weight_kg")):
        choose(screen, heading, column, qtbot)
        settle(farm_work)
    assert screen.counts.text() == (
        "31 lines: would create 30 weighings · 0 duplicates · 1 problem"
    )
    assert "Weight 500.5 kg" in screen.lines.model.row_at(0).words
    assert weights(sample_farm) == before
    screen.start.click()
    settle(farm_work)
    assert weights(sample_farm) == before + 30
    assert screen.banner.text().startswith("Imported: 30 weighings.")
    screen.read(str(file))
    settle(farm_work)
    assert "already here" in screen.banner.text()
    assert screen.columns.chosen() == {
        "Nr": "animal_id",
        "Am": "weighed_on",
        "Gewicht": "weight_kg",
    }
    screen.earlier.click()
    settle(farm_work)
    assert screen.past.isVisible()
    assert screen.past.table.model.row_at(0).words == "30 added, 0 changed"
    screen.past.back.click()
    settle(farm_work)
    assert weights(sample_farm) == before
    assert screen.banner.text() == "Taken back: 30 taken away."
    assert not screen.past.back.isEnabled()


def test_an_update_is_asked_for_and_seen_before_it_is_made(
    screen: ImportsScreen, farm_work: Work, settle: Settle, tags: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "names.csv"
    path.write_text(f"Tag,Name\n{tags[0]},Zora\n", encoding="utf-8")
    screen.kinds.setCurrentIndex(screen.kinds.findData("animals"))
    screen.read(str(path))
    settle(farm_work)
    assert not screen.start.isEnabled()
    screen.columns.update_rows.setChecked(True)
    settle(farm_work)
    screen.shown.set_value("update")
    assert [one.words for one in (screen.lines.model.row_at(0),)] == ["Name Zora"]
    screen.start.click()
    settle(farm_work)
    assert "Imported: 1 animal." in screen.banner.text()


def test_a_line_against_a_rule_is_listed_among_the_problems(
    screen: ImportsScreen, farm_work: Work, settle: Settle, sample_farm: Mirror, tmp_path: Path
) -> None:
    animals = Livestock.__table__.c
    with sample_farm.read() as connection:
        query = select(animals.tag_number).where(animals.sex == "male", animals.status == "active")
        bull = connection.execute(query.limit(1)).scalar_one()
    path = tmp_path / "milk.csv"
    path.write_text(f"Cow,Date,Yield\n{bull},{ago(1)},20\n", encoding="utf-8")
    screen.kinds.setCurrentIndex(screen.kinds.findData("milkings"))
    screen.read(str(path))
    settle(farm_work)
    assert not screen.start.isEnabled()
    screen.shown.set_value("problem")
    line = screen.lines.model.row_at(0)
    assert line.line == 2
    assert "is male" in line.words


def test_headings_nothing_keeps_are_listed_and_a_role_that_may_not_write_is_told(
    screen: ImportsScreen, farm_work: Work, settle: Settle, tags: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "w.csv"
    path.write_text(f"Tag,Date,Weight,Moon\n{tags[0]},{ago(2)},612,full\n", encoding="utf-8")
    screen.kinds.setCurrentIndex(screen.kinds.findData("weights"))
    screen.read(str(path))
    settle(farm_work)
    screen.shown.set_value("unread")
    assert [screen.lines.model.row_at(0).what, screen.lines.model.rowCount()] == ["Moon", 1]


def test_own_fields_are_chosen_as_any_other_column(
    qtbot: QtBot,
    screen: ImportsScreen,
    farm_work: Work,
    settle: Settle,
    sample_farm: Mirror,
    tags: list[str],
    tmp_path: Path,
) -> None:
    kind = CustomFieldKind.NUMBER
    values = {"name": "Horn length", "kind": kind, "unit": "cm", "position": 1}
    add(sample_farm, CustomFieldDefinition, values)
    path = tmp_path / "horns.csv"
    path.write_text(f"Tag;Hoorn\n{tags[0]};12,5\n{tags[1]};long\n", encoding="utf-8")
    screen.kinds.setCurrentIndex(screen.kinds.findData("animals"))
    screen.read(str(path))
    settle(farm_work)
    choose(screen, "Hoorn", "own number Horn length", qtbot)
    assert screen.columns.choices["Hoorn"].currentText() == "Horn length, cm"
    settle(farm_work)
    screen.columns.update_rows.click()
    settle(farm_work)
    assert screen.counts.text() == (
        "2 lines: would create 0 animals, change 1 · 0 duplicates · 1 problem"
    )
    screen.shown.set_value("update")
    assert screen.lines.model.row_at(0).words == "Horn length 12.5 cm"
    screen.shown.set_value("problem")
    assert "Horn length must be a number" in screen.lines.model.row_at(0).words
    qtbot.mouseClick(screen.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Imported" in screen.banner.text())
    settle(farm_work)
    own = CustomField.__table__.c
    query = select(own.number_value, own.unit).where(own.name == "Horn length")
    with sample_farm.read() as connection:
        assert connection.execute(query).all() == [(Decimal("12.5"), "cm")]
    screen.read(str(path))
    settle(farm_work)
    assert screen.columns.choices["Hoorn"].currentData() == "own number Horn length"
