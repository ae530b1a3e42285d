"""The threads: order, delivery, deleted receivers, coalescing, the door, and closing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from fluffydesk.actions import saving
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Listing, count
from fluffydesk.records.enums import Role
from fluffydesk.records.livestock import LivestockBatch
from fluffydesk.work import BROKEN, Work

Settle = Callable[[Work], None]


class Desk(QObject):
    """Notes what it is told, and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[Any] = []
        self.refusals: list[Refusal] = []
        self.threads: set[Any] = set()

    def take(self, value: Any) -> None:
        self.got.append(value)
        self.threads.add(QThread.currentThread())

    def also(self, value: Any) -> None:
        self.got.append(("also", value))

    def refuse(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)


def _batches(mirror: Mirror) -> int:
    with mirror.read() as connection:
        return count(connection, Listing(LivestockBatch))


def _add(name: str) -> Callable[[Mirror], Any]:
    return lambda mirror: saving.add(mirror, LivestockBatch, {"name": name})


def test_whose_mirror_it_is_comes_from_its_state(work: Work) -> None:
    assert (work.whose.user_name, work.whose.role) == ("Ruth Aldercroft", Role.OWNER)
    assert str(work.whose.zone) == "Europe/London"


def test_results_come_in_order_on_the_gui_thread(work: Work, settle: Settle) -> None:
    desk = Desk()
    for number in range(50):
        work.on_mirror(lambda mirror, number=number: number, desk.take)  # type: ignore[misc]
    assert desk.got == []
    settle(work)
    assert desk.got == list(range(50))
    assert desk.threads == {desk.thread()}


def test_a_write_is_announced_once_and_seen_by_the_next_read(work: Work, settle: Settle) -> None:
    desk, changes = Desk(), list[Changes]()
    work.changed.connect(changes.append)
    work.act(_add("Heifers"), desk.take)
    work.on_mirror(_batches, desk.take)
    settle(work)
    (row_id, written), seen = desk.got
    assert changes == [written] == [Changes.of("livestock_batches", row_id)]
    assert seen == 1


def test_a_deleted_receiver_is_skipped(work: Work, settle: Settle, qtbot: QtBot) -> None:
    gone, kept = Desk(), Desk()
    work.on_mirror(lambda mirror: 1, gone.take)
    work.on_mirror(lambda mirror: 2, kept.take)
    with qtbot.waitSignal(gone.destroyed):
        gone.deleteLater()
    settle(work)
    assert (gone.got, kept.got) == ([], [2]) or gone.got == [1]
    work.on_mirror(lambda mirror: 3, kept.take)
    settle(work)
    assert kept.got == [2, 3]


def test_a_receiver_deleted_before_its_job_ran_gets_nothing(work: Work, settle: Settle) -> None:
    hold = threading.Event()
    desk = Desk()
    work.on_mirror(lambda mirror: hold.wait(60))
    work.on_mirror(lambda mirror: 1, desk.take)
    told = desk.got
    del desk
    hold.set()
    settle(work)
    assert told == []


def test_only_bound_methods_of_qobjects_are_receivers(work: Work) -> None:
    with pytest.raises(TypeError, match="bound method"):
        work.on_mirror(lambda mirror: 1, print)


def test_of_reads_for_one_receiver_only_the_latest_is_told(work: Work, settle: Settle) -> None:
    hold, ran, desk = threading.Event(), list[int](), Desk()
    work.on_mirror(lambda mirror: hold.wait(60))

    def read(number: int) -> Callable[[Mirror], int]:
        def job(mirror: Mirror) -> int:
            ran.append(number)
            return number

        return job

    for number in range(20):
        work.on_mirror(read(number), desk.take, latest=True)
        work.on_mirror(read(100 + number), desk.also, latest=True)
    hold.set()
    settle(work)
    assert sorted(desk.got, key=str) == [("also", 119), 19]
    assert sorted(ran) == [19, 119]


def test_a_read_under_way_is_broken_off_when_a_newer_one_comes(work: Work, settle: Settle) -> None:
    began, desk, crashes = threading.Event(), Desk(), list[Exception]()
    work.crashed.connect(crashes.append)
    long = "WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k LIMIT 200000000)"

    def read(mirror: Mirror) -> int:
        with mirror.read() as connection:
            began.set()
            connection.exec_driver_sql(f"{long} SELECT max(i) FROM k").fetchone()
        return 1

    work.on_mirror(read, desk.take, desk.refuse, latest=True)
    assert began.wait(60)
    work.on_mirror(lambda mirror: 2, desk.take, desk.refuse, latest=True)
    settle(work)
    assert (desk.got, desk.refusals, crashes) == ([2], [], [])


def test_a_refusal_goes_to_failed_or_is_announced(work: Work, settle: Settle) -> None:
    desk, announced = Desk(), list[Refusal]()
    work.refused.connect(announced.append)
    work.act(_add(""), desk.take, desk.refuse)
    work.act(_add(""), desk.take)
    settle(work)
    assert [refusal.field for refusal in desk.refusals] == ["name"]
    assert [refusal.field for refusal in announced] == ["name"]
    assert desk.got == []


def test_a_bug_is_announced_and_leaves_words_for_the_receiver(
    mirror: Mirror, settle: Settle
) -> None:
    work, desk, crashes = Work(mirror), Desk(), list[Exception]()
    work.crashed.connect(crashes.append)
    work.on_mirror(lambda mirror: 1 / 0, desk.take, desk.refuse)
    work.on_network(lambda: {}["x"], desk.take, desk.refuse)
    settle(work)
    assert {type(crash) for crash in crashes} == {ZeroDivisionError, KeyError}
    assert desk.refusals == [BROKEN, BROKEN]
    work.close()


def test_the_network_reaches_the_mirror_by_the_door(work: Work, settle: Settle) -> None:
    desk = Desk()

    def sync() -> tuple[int, str]:
        work.mirror_door(_add("Calves"))
        return work.mirror_door(_batches), threading.current_thread().name

    def refused() -> None:
        work.mirror_door(_add(""))

    work.on_network(sync, desk.take)
    work.on_network(refused, desk.take, desk.refuse)
    settle(work)
    ((seen, name),) = desk.got
    assert seen == 1
    assert name.startswith("fluffydesk network")
    assert [refusal.field for refusal in desk.refusals] == ["name"]


def test_it_is_idle_while_the_network_works_as_the_sync_does_all_day(
    work: Work, qtbot: QtBot, settle: Settle
) -> None:
    settle(work)
    over = threading.Event()
    work.on_network(over.wait)
    with qtbot.waitSignal(work.idle):
        work.on_mirror(_batches)
    assert (work.busy, work.busy_here) == (True, False)
    over.set()
    settle(work)


def test_only_network_threads_may_wait_at_the_door(work: Work) -> None:
    with pytest.raises(RuntimeError, match="network"):
        work.mirror_door(_batches)


def test_closing_writes_what_waits_and_lets_the_network_finish(mirror: Mirror) -> None:
    work, hold, begun = Work(mirror), threading.Event(), threading.Event()
    seen: list[int] = []

    def sync() -> None:
        begun.set()
        while not work.stopping():
            hold.wait(0.01)
        seen.append(work.mirror_door(_batches))

    work.on_network(sync)
    assert begun.wait(60)
    for number in range(5):
        work.act(_add(f"Group {number}"))
    work.on_mirror(lambda mirror: seen.append(-1))
    work.close()
    work.close()
    assert _batches(mirror) == 5
    assert seen[-1] == 5


def test_a_job_after_closing_is_not_run(mirror: Mirror) -> None:
    work, desk = Work(mirror), Desk()
    work.close()
    work.act(_add("Late"), desk.take)
    assert not work.busy
    assert _batches(mirror) == 0


def test_a_sync_that_changes_the_role_is_noticed(
    work: Work, mirror: Mirror, qtbot: QtBot, settle: Settle
) -> None:
    def lower(mirror: Mirror) -> None:
        kept = mirror.recall("organization")
        mirror.remember(organization={**kept, "role": "viewer"})

    work.on_mirror(lower)
    with qtbot.waitSignal(work.whose_changed):
        work.announce(Changes())
    assert work.whose.role is Role.VIEWER
    settle(work)
