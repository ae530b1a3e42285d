"""The field for tags, driven by keys as a reader and a person would."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.saving import change
from fluffydesk.actions.scanning import Animal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.livestock import Livestock
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screens.scanning import ScanField
from fluffydesk.work import Work

Settle = Callable[[Work], None]
Enter = Qt.Key.Key_Return
UNKNOWN = "LA 982 000017383201"


@pytest.fixture
def field(qtbot: QtBot, farm_work: Work) -> Iterator[ScanField]:
    made = ScanField(farm_work)
    qtbot.addWidget(made)
    made.show()
    made.line.setFocus()
    return made


@pytest.fixture
def here(sample_farm: Mirror) -> list[Livestock]:
    rows = Livestock.__table__
    with sample_farm.read() as connection:
        query = select(rows).where(rows.c.status == LivestockStatus.ACTIVE).order_by(rows.c.id)
        return list(connection.execute(query))  # type: ignore[arg-type]


class Heard:
    def __init__(self, field: ScanField) -> None:
        self.found: list[Animal] = []
        self.skipped: list[str] = []
        field.found.connect(self.found.append)
        field.skipped.connect(self.skipped.append)


def scan(qtbot: QtBot, field: ScanField, text: str) -> None:
    qtbot.keyClicks(field.line, text)
    qtbot.keyClick(field.line, Enter)


def form() -> FormDialog:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, FormDialog)]
    return next(dialog for dialog in found if dialog.isVisible())


def test_a_reader_and_a_hand_find_the_animal(
    qtbot: QtBot, field: ScanField, here: list[Livestock], farm_work: Work, settle: Settle
) -> None:
    heard = Heard(field)
    scan(qtbot, field, f"LA {here[0].eid[:3]} {here[0].eid[3:]}")  # type: ignore[index]
    scan(qtbot, field, here[1].tag_number)
    settle(farm_work)
    assert [animal.id for animal in heard.found] == [here[0].id, here[1].id]
    assert field.line.text() == ""
    assert not field.panel.isVisible()


def test_an_unknown_tag_is_skipped_by_esc_or_by_the_next_scan(
    qtbot: QtBot, field: ScanField, here: list[Livestock], farm_work: Work, settle: Settle
) -> None:
    heard = Heard(field)
    scan(qtbot, field, UNKNOWN)
    settle(farm_work)
    assert field.said.text() == "Nobody here has 982 000017383201"
    qtbot.keyClick(field.line, Qt.Key.Key_Escape)
    assert heard.skipped == [UNKNOWN]
    assert not field.panel.isVisible()
    scan(qtbot, field, "no such tag")
    settle(farm_work)
    scan(qtbot, field, here[0].tag_number)
    settle(farm_work)
    assert heard.skipped == [UNKNOWN, "no such tag"]
    assert [animal.id for animal in heard.found] == [here[0].id]


def test_an_unknown_tag_is_linked_to_an_animal_by_keys(
    qtbot: QtBot,
    field: ScanField,
    here: list[Livestock],
    sample_farm: Mirror,
    farm_work: Work,
    settle: Settle,
) -> None:
    heard = Heard(field)
    scan(qtbot, field, UNKNOWN)
    settle(farm_work)
    qtbot.keyClick(field.line, Qt.Key.Key_F3)
    scan(qtbot, field, here[2].tag_number)
    settle(farm_work)
    assert [animal.id for animal in heard.found] == [here[2].id]
    assert heard.skipped == []
    with sample_farm.read() as connection:
        rows = Livestock.__table__.c
        eid = connection.execute(select(rows.eid).where(rows.id == here[2].id)).scalar()
    assert eid == "982000017383201"


def test_an_unknown_tag_becomes_a_new_animal_with_the_tag_in_its_form(
    qtbot: QtBot, field: ScanField, here: list[Livestock], farm_work: Work, settle: Settle
) -> None:
    heard = Heard(field)
    scan(qtbot, field, UNKNOWN)
    settle(farm_work)
    qtbot.keyClick(field.line, Qt.Key.Key_F2)
    dialog = form()
    settle(farm_work)
    assert dialog.form.editor("eid").value() == "982000017383201"
    dialog.form.editor("species_id").set_value(here[0].species_id)
    settle(farm_work)
    dialog.save_button.click()
    settle(farm_work)
    assert [animal.eid for animal in heard.found] == ["982000017383201"]


def test_a_tag_of_two_animals_is_chosen_with_the_arrows(
    qtbot: QtBot,
    field: ScanField,
    here: list[Livestock],
    sample_farm: Mirror,
    farm_work: Work,
    settle: Settle,
) -> None:
    change(sample_farm, Livestock, here[0].id, {"tag_number": here[1].tag_number})
    heard = Heard(field)
    scan(qtbot, field, here[1].tag_number)
    settle(farm_work)
    assert field.choices.count() == 2
    assert heard.found == []
    second = field._scan.animals[1].id
    qtbot.keyClick(field.line, Qt.Key.Key_Down)
    qtbot.keyClick(field.line, Enter)
    assert [animal.id for animal in heard.found] == [second]
