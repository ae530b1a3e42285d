"""The only threads: one owns the mirror, two talk to the network, the GUI is told by signals."""

from __future__ import annotations

import logging
import threading
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.trouble import Interrupted
from fluffydesk.mirror.whose import Whose, whose

T = TypeVar("T")
log = logging.getLogger(__name__)

NETWORK_THREADS = 2
BROKEN = Refusal(
    "Something in FluffyDesk broke while doing this.",
    "What you typed is still here. The report says what happened.",
)


class _Receiver:
    """A bound method of a QObject, kept weakly: gone once the object is deleted."""

    def __init__(self, method: Callable[[Any], Any]) -> None:
        if not isinstance(getattr(method, "__self__", None), QObject):
            raise TypeError(f"a receiver is a bound method of a QObject, not {method!r}")
        self._method = weakref.WeakMethod(method)
        self.key = (id(method.__self__), method.__func__)  # type: ignore[attr-defined]

    def __call__(self, value: Any) -> None:
        method = self._method()
        if method is not None and isValid(method.__self__):  # type: ignore[attr-defined]
            method(value)


@dataclass(eq=False)
class _Job:
    """One thing to do; what it holds is let go on the GUI thread.

    A job often holds a widget. Were a worker the last to let go of it, Qt would destroy the
    widget on that worker's thread, and the process with it.
    """

    run: Callable[[], Any]
    then: _Receiver | None = None
    failed: _Receiver | None = None
    writes: bool = False
    latest: bool = False
    outdated: bool = False
    """Whether a newer one has come, so that nobody waits for this."""
    reported: bool = True
    here: bool = False
    result: Any = None
    error: Exception | None = None

    def let_go(self) -> None:
        """Forget everything held; the worker may still hold the empty job."""
        self.run = _nothing
        self.then = self.failed = self.result = self.error = None


def _nothing() -> None:
    return None


@dataclass(eq=False)
class _Lane:
    """Jobs in order of arrival, for one or more threads."""

    jobs: deque[_Job] = field(default_factory=deque)
    ready: threading.Condition = field(default_factory=threading.Condition)
    closed: bool = False

    def put(self, job: _Job) -> bool:
        """Queue a job; False if the lane is closed."""
        with self.ready:
            if self.closed:
                return False
            self.jobs.append(job)
            self.ready.notify()
            return True

    def drop(self, which: Callable[[_Job], bool]) -> list[_Job]:
        """Take out the waiting jobs that `which` names."""
        with self.ready:
            dropped = [job for job in self.jobs if which(job)]
            for job in dropped:
                self.jobs.remove(job)
            return dropped

    def close(self) -> None:
        with self.ready:
            self.closed = True
            self.ready.notify_all()

    def take(self) -> _Job | None:
        """Wait for a job; None once the lane is closed and empty."""
        with self.ready:
            while not self.jobs:
                if self.closed:
                    return None
                self.ready.wait()
            return self.jobs.popleft()


def _serve(lane: _Lane, finished: Callable[[_Job], object]) -> None:
    while (job := lane.take()) is not None:
        try:
            job.result = job.run()
        except Exception as error:  # noqa: BLE001 - sorted into refusals and bugs in _deliver
            job.error = error
        if job.reported:
            finished(job)


class Work(QObject):
    """Runs jobs away from the GUI and hands their results back on the GUI thread.

    `then` and `failed` are bound methods of QObjects, held weakly: a deleted receiver is
    skipped. `failed` gets a Refusal; a bug reaches `crashed` as well, and `failed` gets words
    for it. A Refusal nobody handles reaches `refused`.
    """

    changed = Signal(object)
    """Changes: what an action or a sync wrote; announced once."""
    refused = Signal(object)
    crashed = Signal(object)
    idle = Signal()
    """Every job of the mirror has run, and every result of one has been delivered."""
    whose_changed = Signal(object)

    _finished = Signal(object)

    def __init__(self, mirror: Mirror, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mirror = mirror
        self.whose = whose(mirror)
        self._stopping = threading.Event()
        self._under_way = self._here = 0
        self._newest: dict[Any, _Job] = {}
        self._mirror_lane, self._network_lane = _Lane(), _Lane()
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        names = [("mirror", self._mirror_lane)]
        names += [(f"network {n + 1}", self._network_lane) for n in range(NETWORK_THREADS)]
        self._threads = [
            threading.Thread(
                target=_serve,
                args=(lane, self._finished.emit),
                name=f"fluffydesk {name}",
                daemon=True,
            )
            for name, lane in names
        ]
        for thread in self._threads:
            thread.start()

    @property
    def busy(self) -> bool:
        """Whether a job waits, runs, or has a result that is not delivered."""
        return self._under_way > 0

    @property
    def busy_here(self) -> bool:
        """As `busy`, of the mirror's jobs alone: the sync's own job lasts as long as the window."""
        return self._here > 0

    def stopping(self) -> bool:
        """Say whether the app is closing; long network jobs ask this often."""
        return self._stopping.is_set()

    def on_mirror(
        self,
        job: Callable[[Mirror], T],
        then: Callable[[T], Any] | None = None,
        failed: Callable[[Refusal], Any] | None = None,
        *,
        latest: bool = False,
    ) -> None:
        """Run a read on the mirror thread. With `latest`, an older one for `then` is dropped, or
        broken off where it runs."""
        mirror = self._mirror
        task = _Job(lambda: job(mirror), _receiver(then), _receiver(failed), latest=latest)
        if latest and task.then is not None:
            task.run = lambda: _read_while_wanted(mirror, job, task)
            key = task.then.key
            if key in self._newest:
                self._newest[key].outdated = True
            self._newest[key] = task
            stale = self._mirror_lane.drop(
                lambda other: other.latest and other.then is not None and other.then.key == key
            )
            self._under_way -= len(stale)
            self._here -= len(stale)
        self._queue(self._mirror_lane, task)

    def act(
        self,
        job: Callable[[Mirror], T],
        then: Callable[[T], Any] | None = None,
        failed: Callable[[Refusal], Any] | None = None,
    ) -> None:
        """Run a write on the mirror thread and announce its Changes once.

        The job returns Changes, or a tuple with Changes in it (such as `(id, changes)`);
        `then` gets all of what it returned. Queued writes are still done while closing.
        """
        mirror = self._mirror
        task = _Job(lambda: job(mirror), _receiver(then), _receiver(failed), writes=True)
        self._queue(self._mirror_lane, task)

    def on_network(
        self,
        job: Callable[[], T],
        then: Callable[[T], Any] | None = None,
        failed: Callable[[Refusal], Any] | None = None,
    ) -> None:
        """Run a job on a network thread; it reaches the mirror by `mirror_door`."""
        self._queue(self._network_lane, _Job(job, _receiver(then), _receiver(failed)))

    def mirror_door(self, job: Callable[[Mirror], T]) -> T:
        """Run a short job on the mirror thread and wait for it; for network threads only."""
        if threading.current_thread() not in self._threads[1:]:
            raise RuntimeError("only network threads may wait for the mirror")
        done = threading.Event()
        answer: list[T] = []
        error: list[Exception] = []

        def run() -> None:
            try:
                answer.append(job(self._mirror))
            except Exception as problem:  # noqa: BLE001 - raised again in the waiting thread
                error.append(problem)
            finally:
                done.set()

        task = _Job(run, writes=True, reported=False)
        if not self._mirror_lane.put(task):
            raise RuntimeError("the mirror thread has ended")
        done.wait()
        task.let_go()
        if error:
            raise error[0]
        return answer[0]

    def announce(self, changes: Changes) -> None:
        """Say what a sync wrote, and look again whose mirror this is (the role may differ)."""
        if changes:
            self.changed.emit(changes)
        self.on_mirror(whose, self._know_whose, latest=True)

    def close(self) -> None:
        """Drop waiting reads, finish writes and what the network does, and end the threads."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._network_lane.drop(lambda job: True)
        self._network_lane.close()
        for thread in self._threads[1:]:
            thread.join()
        self._mirror_lane.drop(lambda job: not job.writes)
        self._mirror_lane.close()
        self._threads[0].join()
        self._under_way = self._here = 0

    def _queue(self, lane: _Lane, job: _Job) -> None:
        job.here = lane is self._mirror_lane
        if lane.put(job):
            self._under_way += 1
            self._here += job.here
        else:
            log.info("a job came after closing and is not run")

    def _deliver(self, job: _Job) -> None:
        self._under_way = max(0, self._under_way - 1)
        self._here = max(0, self._here - job.here)
        if job.latest and job.then is not None:
            if self._newest.get(job.then.key) is job:
                del self._newest[job.then.key]
            else:
                job.then = job.failed = None  # a newer one is on its way
        try:
            if job.outdated and isinstance(job.error, Interrupted):
                log.debug("a read was broken off: a newer one came")
            elif job.error is not None:
                self._fail(job, job.error)
            else:
                self._succeed(job)
        finally:
            job.let_go()
            if job.here and self._here == 0:
                self.idle.emit()

    def _succeed(self, job: _Job) -> None:
        if job.then is not None:
            job.then(job.result)
        if job.writes and (changes := _changes_in(job.result)):
            self.changed.emit(changes)

    def _fail(self, job: _Job, error: Exception) -> None:
        if isinstance(error, Refusal):
            if job.failed is not None:
                job.failed(error)
            else:
                self.refused.emit(error)
            return
        log.error("a job broke", exc_info=error)
        if job.failed is not None:
            job.failed(BROKEN)
        self.crashed.emit(error)

    def _know_whose(self, found: Whose) -> None:
        if found != self.whose:
            self.whose = found
            self.whose_changed.emit(found)


def _read_while_wanted(mirror: Mirror, job: Callable[[Mirror], T], task: _Job) -> T:
    with mirror.until(lambda: task.outdated):
        return job(mirror)


def _receiver(method: Callable[[Any], Any] | None) -> _Receiver | None:
    return None if method is None else _Receiver(method)


def _changes_in(result: Any) -> Changes | None:
    if isinstance(result, tuple):
        return next((part for part in result if isinstance(part, Changes)), None)
    return result if isinstance(result, Changes) else None


class Errand(QObject):
    """Network jobs in order, on one thread, while there is no mirror yet: signing in."""

    crashed = Signal(object)

    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stopping = threading.Event()
        self._lane = _Lane()
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(
            target=_serve, args=(self._lane, self._finished.emit), name="fluffydesk errand"
        )
        self._thread.start()

    def run(
        self,
        job: Callable[[], T],
        then: Callable[[T], Any] | None = None,
        failed: Callable[[Refusal], Any] | None = None,
    ) -> None:
        """Run a job after those before it."""
        self._lane.put(_Job(job, _receiver(then), _receiver(failed)))

    def stopping(self) -> bool:
        """Say whether the thread is to end; long jobs ask this often."""
        return self._stopping.is_set()

    def close(self) -> None:
        """Drop what waits, wait for what runs, and end the thread."""
        self._stopping.set()
        self._lane.drop(lambda job: True)
        self._lane.close()
        self._thread.join()

    def _deliver(self, job: _Job) -> None:
        try:
            if not self._stopping.is_set():
                self._hand_over(job)
        finally:
            job.let_go()

    def _hand_over(self, job: _Job) -> None:
        if job.error is None:
            if job.then is not None:
                job.then(job.result)
            return
        refusal = job.error if isinstance(job.error, Refusal) else BROKEN
        if refusal is BROKEN:
            log.error("a job broke", exc_info=job.error)
            self.crashed.emit(job.error)
        if job.failed is not None:
            job.failed(refusal)
