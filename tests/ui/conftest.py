"""Qt without a screen, real mirrors, and a check that no thread outlives its test."""

from __future__ import annotations

import gc
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.whose import Whose
from fluffydesk.records.enums import Role
from fluffydesk.ui import memory
from fluffydesk.ui.fields.texts import use_place
from fluffydesk.ui.look import theme
from fluffydesk.ui.parts import notice
from fluffydesk.ui.sweeping import Sweeper
from fluffydesk.work import Work
from tests.sampled import KEY, empty_mirror, viewed_by


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says what it lacks: sizes fixed for a window, raising one."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture(autouse=True)
def _same_everywhere(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """British English, light, nothing remembered, and no thread left behind."""
    for stays in ("STAYS_MS", "STAYS_WITH_UNDO_MS"):  # however long a busy machine takes to look
        monkeypatch.setattr(notice, stays, 600_000)
    before = set(threading.enumerate())
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    memory.keep_in(None)
    use_place(Whose(time_zone="Europe/London", currency="GBP"))
    if theme.is_dark() or not theme.is_applied(qapp):
        theme.apply(qapp, dark=False)
    sweeper = Sweeper()  # as in the app: no widget dies on the mirror's thread
    yield
    sweeper.close()
    gc.freeze()  # what outlives its test is not looked through after every other one
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    assert not left, f"threads left behind: {left}"


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    """A mirror with an organization, its people and the reference data."""
    with empty_mirror(tmp_path / "empty.db") as opened:
        yield opened


@pytest.fixture
def sample_farm(farm_file: Path, tmp_path: Path) -> Iterator[Mirror]:
    """A mirror with the sample farm; each test has a copy of its own."""
    shutil.copy(farm_file, tmp_path / "farm.db")
    with Mirror.open(tmp_path / "farm.db", KEY) as opened:
        yield opened


@pytest.fixture
def sample_clinic(clinic_file: Path, tmp_path: Path) -> Iterator[Mirror]:
    """A mirror with the sample clinic; each test has a copy of its own."""
    shutil.copy(clinic_file, tmp_path / "clinic.db")
    with Mirror.open(tmp_path / "clinic.db", KEY) as opened:
        yield opened


@pytest.fixture
def viewer_farm(sample_farm: Mirror) -> Mirror:
    """The sample farm before a person who may only look."""
    viewed_by(sample_farm, Role.VIEWER)
    return sample_farm


Settle = Callable[[Work], None]


@pytest.fixture
def settle(qtbot: QtBot) -> Settle:
    """Return a function that waits until a Work has nothing left to do."""

    def wait(work: Work) -> None:
        qtbot.waitUntil(lambda: not work.busy)

    return wait


@pytest.fixture
def work(mirror: Mirror) -> Iterator[Work]:
    """Work on the mirror that is almost empty."""
    yield from _working(mirror)


@pytest.fixture
def farm_work(sample_farm: Mirror) -> Iterator[Work]:
    """Work on the sample farm."""
    yield from _working(sample_farm)


@pytest.fixture
def clinic_work(sample_clinic: Mirror) -> Iterator[Work]:
    """Work on the sample clinic."""
    yield from _working(sample_clinic)


def _working(mirror: Mirror) -> Iterator[Work]:
    made = Work(mirror)
    crashes: list[Exception] = []
    made.crashed.connect(crashes.append)
    yield made
    made.close()
    assert not crashes, f"a job broke: {crashes}"
