"""News under the window: how it comes, how often it is asked for, and what a sleep leaves of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from fluffydesk.account import session as accounts
from fluffydesk.account.home import Home
from fluffydesk.account.session import Session
from fluffydesk.actions import saving
from fluffydesk.central import gateway as gateways
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.queries import Order
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import new_id
from fluffydesk.sync import cycle, live
from fluffydesk.sync.cycle import Report
from fluffydesk.ui import sync_loop
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.screens.reading.sync import Sums, read_sums
from fluffydesk.ui.sync_loop import SyncLoop
from fluffydesk.work import Work
from tests.conftest import PASSWORD


class Barn:
    """A farm of two people: Ana at this PC, with a list of the animals; Bo by plain SQL."""

    def __init__(self, central: Any, loop: SyncLoop, work: Work, farm: UUID) -> None:
        self.central, self.loop, self.work, self.farm = central, loop, work, farm
        self.bo = central.login("bo")
        self.list = RecordList(work, Livestock, ("tag_number",), order=(Order("tag_number"),))
        self.reports: list[Report] = []
        loop.synced.connect(self.reports.append)
        self.greetings = 0
        self.hello = loop._gateway.hello
        loop._gateway.hello = self._greet  # type: ignore[method-assign]

    def _greet(self, *words: Any) -> Any:
        self.greetings += 1
        return self.hello(*words)

    def add(self, tag: str) -> None:
        """Have Bo add an animal."""
        self.bo.execute(
            "insert into livestock (organization_id, species_id, tag_number)"
            " select %s, id, %s from livestock_species limit 1",
            (self.farm, tag),
        )

    def tags(self) -> list[str]:
        """Return the tags that the list shows."""
        model = self.list.model
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


@pytest.fixture(scope="module")
def place(
    shared_central: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Session, UUID]]:
    """Ana signed in at a PC, whose mirror the tests share."""
    central, folder = shared_central, tmp_path_factory.mktemp("live")
    farm = central.add_organization("Green Farm", "farm")
    central.add_user("ana", farm, "manager")
    central.add_user("bo", farm, "owner")
    with central.admin() as admin:
        admin.execute("insert into livestock_species (code, name) values ('alpaca', 'Alpaca')")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        home = Home(folder / "home")
        yield (
            accounts.sign_in(home, central.member_url, central.email("ana"), PASSWORD),
            farm,
        )


@pytest.fixture
def barn(qtbot: QtBot, shared_central: Any, place: tuple[Session, UUID]) -> Iterator[Barn]:
    session, farm = place
    with session.open_mirror() as mirror:
        work = Work(mirror)
        loop = SyncLoop(work, session)
        made = Barn(shared_central, loop, work, farm)
        qtbot.addWidget(made.list)
        with qtbot.waitSignal(loop.synced):
            loop.start()
        yield made
        work.close()
        loop.close()
        made.bo.execute("delete from livestock")
        made.bo.close()


@pytest.fixture
def no_polling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is looked at now and then: whatever is noticed was told."""
    monkeypatch.setattr(gateways, "_POLL_SECONDS", 3600.0)
    monkeypatch.setattr(sync_loop, "_GLANCE_SECONDS", 3600.0)


def test_a_commit_elsewhere_is_in_the_list_and_nobody_is_greeted_anew(
    qtbot: QtBot, barn: Barn
) -> None:
    before = barn.greetings
    for tag in ("1", "2", "3"):
        barn.add(tag)
        qtbot.waitUntil(lambda tag=tag: tag in barn.tags())
    # The sync itself may ask who it is; the loop that waits for news has no need to.
    assert barn.greetings - before <= len(barn.reports)


def test_what_is_committed_during_a_sync_comes_with_the_next_one(
    qtbot: QtBot, barn: Barn, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[..., Report] = cycle.sync
    begun: list[int] = []

    def busy(*words: Any, **more: Any) -> Report:
        report = real(*words, **more)
        begun.append(len(begun))
        if len(begun) == 1:
            for number in range(40):
                barn.add(f"{number:02}")
        return report

    monkeypatch.setattr(cycle, "sync", busy)
    barn.add("a")
    qtbot.waitUntil(lambda: len(barn.tags()) == 41)
    with qtbot.waitSignal(barn.loop.synced):
        barn.loop.sync_now()
    assert len(begun) <= 4, "one for the first, one or two for the forty, one that was asked for"


def test_a_save_is_sent_without_being_looked_for(
    qtbot: QtBot, barn: Barn, no_polling: None
) -> None:
    # The wait that had begun before is still one of short looks; the next is not.
    with qtbot.waitSignal(barn.loop.synced):
        barn.loop.sync_now()
    species = UUID(str(barn.bo.execute("select id from livestock_species").fetchone()[0]))
    values = {"tag_number": "17", "species_id": species}
    for tag in ("17", "18"):
        with qtbot.waitSignal(barn.loop.synced):
            barn.work.act(
                lambda mirror, tag=tag: saving.add(mirror, Livestock, {**values, "tag_number": tag})
            )
    found = barn.bo.execute("select tag_number from livestock order by 1").fetchall()
    assert [tag for (tag,) in found] == ["17", "18"]
    barn.loop.sync_now()  # so that closing need not wait for a look


def test_a_run_of_saves_goes_in_few_syncs_and_yet_goes(barn: Barn) -> None:
    settle = barn.loop._settle
    saved = Changes.of("livestock", new_id())
    barn.work.changed.emit(saved)
    assert (settle.isActive(), settle.interval()) == (True, sync_loop.SETTLE_MS)
    settle.setInterval(60_000)
    barn.work.changed.emit(saved)
    assert settle.interval() == 60_000, "one who types on and on does not put it off"
    settle.stop()
    barn.loop._want()
    barn.work.changed.emit(saved)
    assert sync_loop.SETTLE_MS < settle.interval() <= sync_loop.RUN_MS
    assert sync_loop.RUN_MS <= 500, "the other desk sees the last of a run within a second, too"


def test_a_pc_that_wakes_up_trusts_no_line_from_before(
    qtbot: QtBot, barn: Barn, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = barn.greetings
    old = barn.loop._gateway._listener
    asleep = live._asleep_or_awake
    with qtbot.waitSignal(barn.loop.synced):
        monkeypatch.setattr(live, "_asleep_or_awake", lambda: asleep() + 8 * 3600)
    assert old is not None
    assert old[1].closed
    assert barn.greetings > before
    barn.add("1")
    qtbot.waitUntil(lambda: barn.tags() == ["1"])


def test_a_clock_that_is_set_wrong_is_told_and_nothing_else_changes(
    qtbot: QtBot, barn: Barn, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = _Sums(barn)
    right = live.time.time
    monkeypatch.setattr(live.time, "time", lambda: right() - 7200)
    qtbot.waitUntil(lambda: told.clock != "")
    assert "2 h behind central's" in told.clock
    barn.add("1")
    qtbot.waitUntil(lambda: barn.tags() == ["1"])
    monkeypatch.setattr(live.time, "time", right)
    qtbot.waitUntil(lambda: told.clock == "")


class _Sums(QObject):
    """Hears what the status bar is told, each time something was synced."""

    def __init__(self, barn: Barn) -> None:
        super().__init__(barn.loop)
        self._work = barn.loop._work
        self.clock = ""
        barn.loop.synced.connect(self._ask)

    def _ask(self, _: object) -> None:
        self._work.on_mirror(read_sums, self._take)

    def _take(self, sums: Sums) -> None:
        self.clock = live.clock_words(sums.clock_offset)
