"""The palette: finds screens, actions and rows, by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.identifiers import retag
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.livestock import IdentifierKind
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.pets import ClinicClient
from fluffydesk.records.types import today
from fluffydesk.ui.palette import Entry, Palette, Source, matches
from fluffydesk.ui.screen import Place
from fluffydesk.work import Work

Settle = Callable[[Work], None]
ENTRIES = (
    Entry("Animals", "animals", Place("animals"), hint="Go to"),
    Entry("Add an animal", "add", act=lambda: None),
    Entry("Milk", "milk", Place("milking"), hint="Go to"),
)
SOURCES = (Source(Livestock, "animal", "animals"), Source(ClinicClient, "clients", "client"))


@pytest.fixture
def palette(farm_work: Work, qtbot: QtBot) -> Iterator[Palette]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    made = Palette(farm_work, ENTRIES, SOURCES, window)
    made.open()
    yield made
    window.close()


def test_words_match_anywhere_in_any_order() -> None:
    assert matches("Add an animal", "anim add")
    assert matches("Milk", "")
    assert not matches("Milk", "milk eggs")


def test_everything_is_offered_before_a_letter_is_typed(palette: Palette) -> None:
    assert palette.texts() == ["Animals", "Add an animal", "Milk"]


def test_rows_are_found_by_their_labels(
    palette: Palette, farm_work: Work, qtbot: QtBot, settle: Settle
) -> None:
    qtbot.keyClicks(palette.field, "103")
    settle(farm_work)
    assert len(palette.texts()) == 1
    assert palette.texts()[0].startswith("103")
    chosen: list[Entry] = []
    palette.chosen.connect(chosen.append)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert chosen[0].go is not None
    assert chosen[0].go.key == "animal"
    assert chosen[0].go.id is not None


def test_arrows_choose_and_esc_closes(
    palette: Palette, farm_work: Work, qtbot: QtBot, settle: Settle
) -> None:
    chosen: list[Entry] = []
    palette.chosen.connect(chosen.append)
    qtbot.keyClick(palette.field, Qt.Key.Key_Up)
    assert palette.list.currentRow() == 2
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert chosen == [ENTRIES[1]]


def test_nothing_found_is_said(
    palette: Palette, farm_work: Work, qtbot: QtBot, settle: Settle
) -> None:
    qtbot.keyClicks(palette.field, "zzzz")
    settle(farm_work)
    assert palette.texts() == []
    assert palette.list.item(0).text() == "Nothing found"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    with qtbot.waitSignal(palette.finished):
        qtbot.keyClick(palette.field, Qt.Key.Key_Escape)


def test_an_animal_is_found_by_the_tag_it_once_had(
    palette: Palette, farm_work: Work, qtbot: QtBot, settle: Settle
) -> None:
    animals = Livestock.__table__.c

    def retagged(mirror: Mirror) -> Changes:
        with mirror.read() as connection:
            one = connection.execute(select(animals.id).where(animals.tag_number == "103"))
            cow = one.scalar_one()
        return retag(mirror, cow, IdentifierKind.VISUAL, "N-9", today(), reason="lost")

    farm_work.act(retagged)
    settle(farm_work)
    qtbot.keyClicks(palette.field, "103")
    settle(farm_work)
    (found,) = palette.texts()
    assert found.startswith("N-9")
    assert found.endswith("was 103")
