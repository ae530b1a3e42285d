"""The daily screens in a window of 800x600: nothing is cut, hidden or laid over something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from fluffydesk.ui import memory
from fluffydesk.ui.header import Header
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Page
from fluffydesk.ui.parts.controls import Title
from fluffydesk.ui.parts.flow import Flow, Tiles
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.card_parts import FactGrid
from fluffydesk.ui.screens.milking import MilkingScreen
from fluffydesk.ui.screens.rail import CLINIC_SCREENS, FARM_SCREENS
from fluffydesk.ui.screens.waiting_board import StageBoard
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work

Settle = Callable[[Work], None]

LEVELS = 10
SMALL, USUAL = QSize(800, 600), QSize(1280, 800)
DESK = [
    *(Place(key) for key in ("clinic_today", "calendar", "farm_visits")),
    *(Place("waiting", part=part) for part in ("", "times")),
    *(Place("boarding", part=part) for part in ("rooms", "hours", "today")),
    *(Place(key) for key in ("clients", "pets", "stores", "reports", "sync", "settings")),
    *(Place("reminders", part=part) for part in ("due", "queued", "ladder")),
    *(Place("messages", part=part) for part in ("talks", "told")),
    *(Place("money", part=part) for part in ("", "day")),
]
PLACES = [
    *(Place(key) for key in ("today", "milking", "eggs", "feed", "treat")),
    *(Place("health", part=part) for part in ("withheld", "diagnoses", "courses", "due")),
    *(Place("tasks", part=part) for part in ("today", "week", "chores", "deeds")),
]


@pytest.fixture
def farm(farm_work: Work, qtbot: QtBot, settle: Settle) -> Iterator[Shell]:
    yield from _open(farm_work, FARM_SCREENS, qtbot, settle)


@pytest.fixture
def clinic(clinic_work: Work, qtbot: QtBot, settle: Settle) -> Iterator[Shell]:
    yield from _open(clinic_work, CLINIC_SCREENS, qtbot, settle)


def _open(
    work: Work, screens: tuple[type[Screen], ...], qtbot: QtBot, settle: Settle
) -> Iterator[Shell]:
    shell = Shell(work, screens)
    qtbot.addWidget(shell)
    shell.resize(SMALL)
    shell.show()
    settle(work)
    yield shell
    shell.close()


def _room(part: QWidget, window: QWidget) -> QRect:
    return QRect(part.mapTo(window, part.rect().topLeft()), part.size())


def _lacking(screen: QWidget) -> list[str]:
    """Words and buttons of a screen that have less room than they need, and pages too wide."""
    found = []
    for part in screen.findChildren(QWidget):
        if not part.isVisible():
            continue
        paged = isinstance(part, QScrollArea) and not isinstance(part, StageBoard)
        if paged and part.horizontalScrollBar().maximum() > 0:
            found.append(f"{part} scrolls sideways")
        plain = isinstance(part, QLabel) and not part.wordWrap() and not isinstance(part, Title)
        pressed = isinstance(part, QPushButton) and part.property("kind") != "link"
        around = part.parentWidget()
        if isinstance(around, Flow) and not around.rect().contains(part.geometry()):
            found.append(f"{part.accessibleName()!r} is cut: {part.geometry()} in {around.size()}")
        if (plain or pressed) and part.sizeHint().width() > part.width():
            found.append(f"{part.text()!r}: {part.sizeHint()} in {part.size()}")
    return found


def _wrong(shell: Shell, places: list[Place], settle: Settle) -> list[str]:
    wrong = []
    for place in places:
        shell.go(place)
        settle(shell.work)
        for _ in range(LEVELS):  # each of which lays out what lies within it, one after the other
            QApplication.processEvents()
        screen = shell.current
        assert screen is not None
        assert shell.size() == SMALL, f"{place}: the window was widened"
        assert _room(screen, shell).right() < shell.width(), place
        wrong += [f"{place.key} {place.part}: {what}" for what in _lacking(screen)]
    return wrong


def test_a_small_window_cuts_nothing_of_the_daily_screens(farm: Shell, settle: Settle) -> None:
    wrong = _wrong(farm, PLACES, settle)
    assert not wrong, "\n".join(wrong)


def test_a_small_window_cuts_nothing_of_the_front_desk(clinic: Shell, settle: Settle) -> None:
    wrong = _wrong(clinic, DESK, settle)
    assert not wrong, "\n".join(wrong)


def test_the_rail_folds_while_the_window_is_small_and_what_was_chosen_stays(farm: Shell) -> None:
    assert farm.rail.narrow
    farm.resize(USUAL)
    assert not farm.rail.narrow
    memory.remember("window/rail-narrow", True)
    farm.resize(SMALL)
    farm.resize(USUAL)
    assert farm.rail.narrow


def test_the_rail_keeps_the_screen_that_is_open_in_sight(farm: Shell) -> None:
    for key in ("settings", "today"):
        farm.go(Place(key))
        farm.resize(SMALL)
        QApplication.processEvents()
        [open_one] = (
            one
            for one in farm.rail.findChildren(QPushButton)
            if one.isCheckable() and one.isChecked()
        )
        assert open_one.visibleRegion().boundingRect().height() == open_one.height()


def test_a_fact_has_the_room_it_needs(qtbot: QtBot) -> None:
    facts = FactGrid()
    qtbot.addWidget(facts)
    facts.resize(1600, 200)
    told = "66.67 kg on 19/11/2026 at the clinic"
    facts.show_facts([("Weight", told), *[("Sex", "Female")] * 7])
    facts.show()
    shown = [one for one in facts.findChildren(Title) if one.text() == told]
    assert shown[0].width() >= shown[0].sizeHint().width()


def test_the_milking_grid_leaves_out_what_can_be_spared(farm: Shell, settle: Settle) -> None:
    farm.go(Place("milking"))
    settle(farm.work)
    screen = farm.current
    assert isinstance(screen, MilkingScreen)
    titles = [head.title for head in screen.model.heads]
    hidden = [title for n, title in enumerate(titles) if screen.grid.isColumnHidden(n)]
    assert hidden == ["Days in milk", "Last seven"]
    farm.resize(USUAL)
    settle(farm.work)
    assert not any(screen.grid.isColumnHidden(n) for n in range(len(titles)))
    assert screen.grid.horizontalScrollBar().maximum() == 0


def test_the_search_gives_way_before_the_title_is_cut(qtbot: QtBot) -> None:
    header = Header()
    qtbot.addWidget(header)
    header.resize(700, header.height())
    header.show()
    header.show_screen("Health", "Animal", "", ("Start a treatment session", lambda: None))
    assert header.title.width() >= header.title.sizeHint().width()
    assert header.search.width() < 300
    header.resize(1200, header.height())
    assert header.search.width() == 300


def test_what_flows_goes_on_in_another_line_with_its_words_at_half_height(qtbot: QtBot) -> None:
    wide, words, last = QPushButton("Wide"), QLabel("5"), QPushButton("Last")
    wide.setMinimumSize(200, measures.TARGET)
    flow = Flow(wide, words, None, last)
    qtbot.addWidget(flow)
    flow.resize(240, 200)
    flow.show()
    assert wide.width() == max(200, wide.sizeHint().width())
    assert words.geometry().center().y() == pytest.approx(wide.geometry().center().y(), abs=1)
    assert last.y() >= measures.TARGET + measures.STEP
    assert flow.heightForWidth(240) > flow.heightForWidth(600)


def test_tiles_stand_in_as_many_columns_as_have_room(qtbot: QtBot) -> None:
    parts = [QLabel(str(number)) for number in range(8)]
    tiles = Tiles(parts, (4, 2, 1), 200, 16)
    qtbot.addWidget(tiles)
    tiles.show()
    for width, columns in ((900, 4), (700, 2), (300, 1)):
        tiles.resize(width, 400)
        assert tiles.columns == columns
        assert tiles.minimumSizeHint().width() == 200


def test_tiles_ask_for_the_height_that_their_columns_need_before_they_are_laid_out(
    qtbot: QtBot,
) -> None:
    parts = [QLabel(str(number)) for number in range(8)]
    for part in parts:
        part.setFixedHeight(40)
    tiles, below = Tiles((), (8, 4, 2), 100, 16), QLabel("Below")
    page = Page(0)
    page.add(tiles)
    page.add(below)
    page.column.addStretch(1)
    qtbot.addWidget(page)
    page.resize(600, 400)
    page.show()
    tiles.show_parts(parts)
    for _ in range(LEVELS):
        QApplication.processEvents()
    assert tiles.columns == 4
    assert tiles.height() == 40 + 16 + 40
    assert below.y() >= tiles.geometry().bottom()
