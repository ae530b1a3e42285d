"""The sync under the window: what it compares with central, and when."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from fluffydesk.account import session as accounts
from fluffydesk.account.home import Home
from fluffydesk.errors import Offline
from fluffydesk.sync import cycle
from fluffydesk.sync.baseline import Progress
from fluffydesk.sync.dry_run import Incoming
from fluffydesk.ui.screens.reading.sync import read_sums
from fluffydesk.ui.status import SyncStatus, words_of
from fluffydesk.ui.sync_loop import SyncLoop
from fluffydesk.work import Work
from tests.conftest import PASSWORD


@pytest.fixture
def loop(central: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SyncLoop]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    farm = central.add_organization("Green Farm", "farm")
    central.add_user("ana", farm, "manager")
    home = Home(tmp_path / "home")
    session = accounts.sign_in(home, central.member_url, central.email("ana"), PASSWORD)
    with session.open_mirror() as mirror:
        work = Work(mirror)
        made = SyncLoop(work, session)
        yield made
        work.close()
        made.close()


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How deep each comparison went, in the order in which they were made."""
    seen: list[bool] = []
    real = cycle.verified

    def counted(*words: Any, deep: bool = False, **more: Any) -> Any:
        seen.append(deep)
        return real(*words, deep=deep, **more)

    monkeypatch.setattr(cycle, "verified", counted)
    return seen


class Asked(QObject):
    """Keeps what a job on the mirror came to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[int] = []

    def take(self, value: int) -> None:
        self.found.append(value)


def verified_at(qtbot: QtBot, loop: SyncLoop) -> int:
    """Return when the mirror was last found to be central's, in µs; 0 where never."""
    asked = Asked()
    loop._work.on_mirror(lambda mirror: mirror.recall("verified_at") or 0, asked.take)
    qtbot.waitUntil(lambda: bool(asked.found))
    return asked.found[0]


def test_each_return_to_central_is_followed_by_one_quick_comparison(
    qtbot: QtBot, loop: SyncLoop, compared: list[bool], central: Any
) -> None:
    with qtbot.waitSignal(loop.synced):
        loop.start()
    assert compared == [False]
    first = verified_at(qtbot, loop)
    assert first
    with qtbot.waitSignal(loop.synced):
        loop.sync_now()
    assert compared == [False], "the line was not cut"
    central.stop()
    qtbot.waitUntil(lambda: loop.link.standing.online is False)
    with qtbot.waitSignal(loop.synced):
        central.start()
        loop.sync_now()
    assert compared == [False, False]
    assert verified_at(qtbot, loop) > first


def test_a_line_cut_while_comparing_takes_nothing_from_the_sync_before_it(
    qtbot: QtBot,
    loop: SyncLoop,
    compared: list[bool],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def cut(*words: Any, **more: Any) -> Any:
        raise Offline("Central cannot be reached.")

    counted: Callable[..., Any] = cycle.verified
    monkeypatch.setattr(cycle, "verified", cut)
    with qtbot.waitSignal(loop.synced) as told:
        loop.start()
    assert told.args is not None
    assert told.args[0].pulled > 0
    first = verified_at(qtbot, loop)
    monkeypatch.setattr(cycle, "verified", counted)
    with qtbot.waitSignal(loop.synced):
        loop.verify_now()
    assert compared == [True], "asked for, so in depth"
    assert verified_at(qtbot, loop) > first


def test_a_sync_that_is_cancelled_pauses_until_it_is_asked_for(
    qtbot: QtBot, loop: SyncLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, begun = cycle.sync, []
    moment = threading.Event()

    def endless(*words: Any, progress: Any, stopped: Any, **more: Any) -> Any:
        begun.append(1)
        progress(Progress("baseline", 42, 100))
        while not stopped():
            moment.wait(0.01)
        return real(*words, progress=progress, stopped=stopped, **more)

    monkeypatch.setattr(cycle, "sync", endless)
    loop.start()
    qtbot.waitUntil(lambda: loop.link.standing.share == 0.42)
    loop.link.cancel_wanted.emit()
    qtbot.waitUntil(lambda: loop.link.standing.paused)
    assert not loop.link.standing.syncing
    assert verified_at(qtbot, loop) == 0
    loop._want()  # a save, or news from central, does not end the pause
    assert verified_at(qtbot, loop) == 0
    assert begun == [1]
    monkeypatch.setattr(cycle, "sync", real)
    with qtbot.waitSignal(loop.synced) as told:
        loop.link.sync_wanted.emit()
    assert told.args is not None
    assert told.args[0].pulled > 0
    assert not loop.link.standing.paused
    assert verified_at(qtbot, loop)


def test_a_wrong_clock_is_warned_of_until_it_is_right(
    qtbot: QtBot, loop: SyncLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, offsets = loop._gateway.poll, [7980.4]

    def poll(*words: Any, **more: Any) -> Any:
        hello, cursor = real(*words, **more)
        return replace(hello, clock_offset_seconds=offsets[-1]), cursor

    monkeypatch.setattr(loop._gateway, "poll", poll)
    with qtbot.waitSignal(loop.synced):
        loop.start()
    assert clock_told(qtbot, loop) == "All saved · clock 2 h 13 min ahead"
    offsets.append(3.0)
    with qtbot.waitSignal(loop.synced):
        loop.sync_now()
    assert clock_told(qtbot, loop) == "All saved"


def clock_told(qtbot: QtBot, loop: SyncLoop) -> str:
    """Return what the status bar says with the clock as it was found."""
    asked = Asked()
    loop._work.on_mirror(lambda mirror: int(read_sums(mirror).clock_offset), asked.take)
    qtbot.waitUntil(lambda: bool(asked.found))
    return words_of(SyncStatus(online=True, clock_offset=asked.found[0]))


def test_what_would_come_is_read_beside_the_sync(
    qtbot: QtBot, loop: SyncLoop, central: Any
) -> None:
    with qtbot.waitSignal(loop.link.looked_ahead) as told:
        loop.link.look_ahead_wanted.emit()
    assert told.args is not None
    assert told.args[0].everything
    assert told.args[0].rows > 0
    with qtbot.waitSignal(loop.synced):
        loop.start()
    with qtbot.waitSignal(loop.link.looked_ahead) as told:
        loop.link.look_ahead_wanted.emit()
    assert told.args is not None
    assert told.args[0] == Incoming()
    central.stop()
    with qtbot.waitSignal(loop.link.looked_ahead) as told:
        loop.link.look_ahead_wanted.emit()
    central.start()
    assert told.args is not None
    assert isinstance(told.args[0], Offline)
