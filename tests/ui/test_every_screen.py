"""Every screen by keyboard and ear: names, words in full, the rail, Tab, F1 and Ctrl+K."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import shiboken6
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.figures import desk as kpis
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.pets import ClinicPatient
from fluffydesk.ui.parts.controls import Title
from fluffydesk.ui.parts.room import SMALLEST
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.behind import SUBJECTS, BehindScreen
from fluffydesk.ui.screens.boarding import HOURS, TODAY
from fluffydesk.ui.screens.rail import CLINIC_SCREENS, FARM_SCREENS
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work
from tests.boarding_scenes import boarding_scenes
from tests.client_scenes import client_scenes
from tests.money_scenes import money_scenes
from tests.record_scenes import record_scenes
from tests.reminder_scenes import reminder_scenes
from tests.scenes import LONG, RIGHT_TO_LEFT, Scene
from tests.states import STATES
from tests.waiting_scenes import waiting_scenes

Settle = Callable[[Work], None]

SIZE = QSize(1280, 800)
MOST_TABS = 400
LEVELS = 10
WINDOWS = 24
_OF_THE_DESK = (
    *(Place("desk_rows", part=kpi.key) for kpi in (kpis.VISITS, kpis.RECEIVED, kpis.OWED)),
    Place("waiting", part="times"),
    *(Place("boarding", part=part) for part in (HOURS, TODAY)),
    Place("farm_visits"),
    *(Place("setup", part=part) for part in ("services", "rooms", "people", "clinic")),
    *(Place("reminders", part=part) for part in ("queued", "ladder")),
    Place("messages", part="told"),
    Place("money", part="day"),
)


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
    shell.resize(SIZE)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    settle(work)
    yield shell
    shell.close()


def _places(shell: Shell, mirror: Mirror) -> list[Place]:
    found = [Place(key) for key in shell.rail.keys]
    if "animal" in shell._kinds:
        with mirror.read() as connection:
            animal: UUID = connection.execute(select(Livestock.id).limit(1)).scalar_one()
        found += [Place("animal", animal), *(Place("rows", part=part) for part in SUBJECTS)]
    if "pet" in shell._kinds:
        with mirror.read() as connection:
            link = connection.execute(
                select(ClinicPatient.pet_id, ClinicPatient.client_id).limit(1)
            ).one()
        found += [Place("pet", link.pet_id), Place("client", link.client_id)]
    if "record" in shell._kinds:
        with mirror.read() as connection:
            note: UUID = connection.execute(select(MedicalRecord.id).limit(1)).scalar_one()
        found += [Place("record"), Place("record", note)]
    if "desk_rows" in shell._kinds:
        found += _OF_THE_DESK
    return found


def _walk(shell: Shell, places: list[Place], settle: Settle) -> Iterator[str]:
    for place in places:
        shell.go(place)
        settle(shell.work)
        for _ in range(LEVELS):  # each of which lays out what lies within it, one after the other
            QApplication.processEvents()
        assert shell.isActiveWindow(), f"{place.key}: a part was shown as a window of its own"
        yield f"{place.key} {place.part}".strip()


def _shown(shell: QWidget) -> list[QWidget]:
    return [part for part in shell.findChildren(QWidget) if part.isVisible()]


def _unnamed(shell: QWidget) -> list[str]:
    """What can have the focus but would be read aloud as nothing."""
    return [
        f"{type(part).__name__} in {type(part.parentWidget()).__name__}"
        for part in _focusable(shell)
        if not part.accessibleName() and not (isinstance(part, QAbstractButton) and part.text())
    ]


def _focusable(shell: QWidget) -> list[QWidget]:
    return [part for part in _shown(shell) if part.focusPolicy() & Qt.FocusPolicy.TabFocus]


def _cut(shell: QWidget) -> list[str]:
    """Labels and buttons whose words have less room than they need."""
    found = []
    for part in _shown(shell):
        if not isinstance(part, QLabel | QPushButton) or isinstance(part, Title):
            continue
        if not part.text() or part.property("kind") == "link":
            continue
        if isinstance(part, QLabel) and part.wordWrap():
            lacking = part.heightForWidth(part.width()) > part.height()
        elif isinstance(part, QLabel):
            wish = part.sizeHint()
            lacking = wish.width() > part.width() or wish.height() > part.height()
        else:
            lacking = part.sizeHint().width() > part.width()
        if lacking:
            found.append(f"{part.text()!r}: {part.sizeHint()} in {part.size()}")
    return found


@pytest.fixture
def walked(
    request: pytest.FixtureRequest, qtbot: QtBot, settle: Settle
) -> Callable[[str], dict[str, list[str]]]:
    """Return a function that goes once to all places of a farm or a clinic, with every check at
    each, and gives what each check found: to build the screens takes longer than to check them."""

    def walk(kind: str) -> dict[str, list[str]]:
        if kind not in _WALKED:
            mirror = request.getfixturevalue(f"sample_{kind}")
            shell: Shell = request.getfixturevalue(kind)
            settle(shell.work)
            found: dict[str, list[str]] = {name: [] for name in _CHECKS}
            places = _places(shell, mirror)
            for place in _walk(shell, places, settle):
                for name, check in _CHECKS.items():
                    found[name] += [f"{place}: {what}" for what in check(shell, qtbot)]
            assert len(places) >= len(shell.rail.keys)
            _WALKED[kind] = found
        return _WALKED[kind]

    return walk


_WALKED: dict[str, dict[str, list[str]]] = {}


def _unexplained(shell: Shell, qtbot: QtBot) -> list[str]:
    """Help that lacks, or is not shown and hidden again by F1."""
    screen = shell.current
    assert screen is not None
    found = [] if screen.help else ["no help"]
    for shown in (True, False):
        qtbot.keyClick(shell, Qt.Key.Key_F1)
        if shell.help.isVisible() is not shown:
            found.append(f"F1 {'shows' if shown else 'hides'} no help")
    return found


def _not_marked(shell: Shell) -> list[str]:
    screen = shell.current
    assert screen is not None
    marked = [key for key, button in shell.rail._buttons.items() if button.isChecked()]
    return [] if marked == [screen.home or screen.key] else [f"the rail marks {marked}"]


def _out_of_reach(shell: Shell, qtbot: QtBot) -> list[str]:
    """What Tab never reaches, or where it does not show that it is there."""
    first = next(part for part in shell.rail.findChildren(QPushButton) if part.isVisible())
    first.setFocus()
    seen: list[QWidget] = []
    for _ in range(MOST_TABS):
        focused = QApplication.focusWidget()
        if focused is None:
            return [f"the focus was lost after {seen[-1:]}"]
        if not focused.isVisible():
            return [f"the focus is on what is hidden, {focused}"]
        if focused in seen:
            break
        seen.append(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    else:
        return ["Tab never comes round"]
    return [
        f"Tab never reaches {part}"
        for part in _focusable(shell)
        if part.isEnabled() and not any(part is one or part.isAncestorOf(one) for one in seen)
    ]


def _gone(shell: Shell) -> list[str]:
    """Widgets that are in use and went with the garbage."""
    gc.collect()
    return [
        f"{type(screen).__name__}.{name}"
        for screen in shell._screens.values()
        for name, part in vars(screen).items()
        if isinstance(part, QWidget) and not shiboken6.isValid(part)
    ]


_CHECKS: dict[str, Callable[[Shell, QtBot], list[str]]] = {
    "without a name": lambda shell, _: _unnamed(shell),
    "cut or too wide": lambda shell, _: _cut(shell) + _scrolled_sideways(shell),
    "not marked in the rail": lambda shell, _: _not_marked(shell),
    "not explained": _unexplained,
    "out of reach of Tab": _out_of_reach,
    "gone with the garbage": lambda shell, _: _gone(shell),
}
"""What only looks comes before what presses keys."""


@pytest.mark.parametrize("what", _CHECKS)
@pytest.mark.parametrize("kind", ["farm", "clinic"])
def test_at_no_place_is_anything(
    kind: str, what: str, walked: Callable[[str], dict[str, list[str]]]
) -> None:
    found = walked(kind)[what]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("state", ["long", "turned"])
@pytest.mark.parametrize("kind", ["farm", "clinic"])
def test_words_long_and_from_the_right_are_told_in_full_and_widen_nothing(
    kind: str, state: str, request: pytest.FixtureRequest, settle: Settle
) -> None:
    mirror = request.getfixturevalue(f"sample_{kind}")
    STATES[state](mirror)
    shell: Shell = request.getfixturevalue(kind)
    settle(shell.work)
    wrong = [
        f"{name}: {what}"
        for name in _walk(shell, _places(shell, mirror), settle)
        for what in _cut(shell) + _scrolled_sideways(shell)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_window_of_the_clinic_fits_a_small_screen_and_tells_its_words_in_full(
    request: pytest.FixtureRequest, settle: Settle
) -> None:
    mirror = request.getfixturevalue("sample_clinic")
    scenes = _windows(mirror)
    STATES["long"](mirror)
    shell: Shell = request.getfixturevalue("clinic")
    shell.resize(SMALLEST)
    settle(shell.work)
    wrong, opened = [], 0
    for name, steps in scenes:
        for step in steps:
            step(shell)
            settle(shell.work)
        for _ in range(LEVELS):
            QApplication.processEvents()
        windows = [part for part in shell.findChildren(QDialog) if part.isVisible()]
        opened += len(windows)
        for window in windows:
            told = _unnamed(window) + _cut(window) + _scrolled_sideways(window)
            if window.size() != window.size().boundedTo(SMALLEST):
                told.append(f"the window is {window.size()}")
            wrong += [f"{name}: {what}" for what in told]
            window.done(0)
        settle(shell.work)
    assert not wrong, "\n".join(wrong)
    assert opened >= WINDOWS


def _windows(mirror: Mirror) -> list[Scene]:
    """Scenes in which a window is open over the screen; a print preview is the system's own."""

    def visit(shell: Shell, place: Place) -> None:
        shell.go(place)

    found = [
        *money_scenes("clinic", visit),
        *record_scenes(mirror, visit, LONG, RIGHT_TO_LEFT),
        *client_scenes(mirror, visit, LONG, RIGHT_TO_LEFT),
        *reminder_scenes(mirror, visit, LONG, RIGHT_TO_LEFT),
        *boarding_scenes("clinic", visit),
        *waiting_scenes(visit),
    ]
    last = ("start", "line", "credit", "statement", "close", "template", "drug", "label", "vaccine")
    last += ("card", "lab", "lab-new", "person", "new", "twice", "merge", "step")
    last += ("extras", "treat", "walk-in", "limits")
    return [one for one in found if one[0].split("-", 2)[2:] and one[0].endswith(last)]


def _scrolled_sideways(shell: QWidget) -> list[str]:
    """Pages wider than their place; a table or a board may be, within its own frame."""
    return [
        f"{type(part).__name__} in {type(part.parentWidget()).__name__}"
        for part in _shown(shell)
        if isinstance(part, QScrollArea) and part.horizontalScrollBar().maximum() > 0
    ]


@pytest.mark.parametrize("kind", ["farm", "clinic"])
def test_the_palette_reaches_every_screen_of_the_rail(
    kind: str, request: pytest.FixtureRequest, qtbot: QtBot
) -> None:
    shell: Shell = request.getfixturevalue(kind)
    for key in shell.rail.keys:
        qtbot.keyClick(shell, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        palette = shell._palette
        assert palette is not None
        title = shell._kinds[key].title
        qtbot.keyClicks(palette.field, title)
        assert palette.texts()[0] == title
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
        assert shell.current is shell.screen_for(key)


def test_a_tile_leads_to_its_rows_through_the_window(farm: Shell, settle: Settle) -> None:
    for part in ("milk", "eggs", "feed"):
        farm.go(Place("rows", part=part))
        settle(farm.work)
        screen = farm.current
        assert isinstance(screen, BehindScreen)
        assert farm.header.search.text() == ""
        assert all(shown.count() > 0 for shown in screen.lists), part


def test_who_comes_by_the_palette_can_go_on_with_the_keys(
    qtbot: QtBot, farm: Shell, sample_farm: Mirror, settle: Settle
) -> None:
    def is_within(screen: QWidget) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and screen.isAncestorOf(focused)

    settle(farm.work)
    assert farm.current is not None
    next(part for part in _focusable(farm) if farm.current.isAncestorOf(part)).setFocus()
    for name in _walk(farm, _places(farm, sample_farm), settle):
        screen = farm.current
        assert screen is not None
        stops = [part for part in _focusable(farm) if screen.isAncestorOf(part)]
        if any(part.isEnabled() for part in stops):
            assert is_within(screen), name
            focused = QApplication.focusWidget()
            assert focused is not None
            focused.hide()
            QApplication.processEvents()
            now = QApplication.focusWidget()
            assert now is screen or is_within(screen), f"{name}: hiding took the keys to {now}"


def test_the_keys_never_go_to_nothing(farm: Shell, qtbot: QtBot) -> None:
    screen = farm.current
    assert screen is not None
    passing = QPushButton("Passing", screen)
    passing.show()
    passing.setFocus()
    assert QApplication.focusWidget() is passing
    passing.deleteLater()
    del passing
    qtbot.waitUntil(
        lambda: (now := QApplication.focusWidget()) is not None and screen.isAncestorOf(now)
    )
