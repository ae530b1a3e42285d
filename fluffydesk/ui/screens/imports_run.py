"""Drives the work behind the imports screen: dry run, import in small goes, taking one back."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal

from fluffydesk.actions.importing import Carried, Progress, Undone
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.ui.screens.imports_jobs import (
    Parts,
    Wish,
    begin,
    dry_run,
    take_back,
    telling,
    write,
)
from fluffydesk.ui.screens.imports_preview import CHUNK, Found, Request
from fluffydesk.work import Work


class Runner(QObject):
    """Does one thing at a time; what was asked before is wanted no more.

    Files are read, and plans made, on a thread of the network: other screens get their rows from
    the mirror in between.
    """

    answered = Signal(object)
    """Found: what a request came to."""
    progressed = Signal(object)
    ended = Signal(object, bool, object)
    """An import ended: what was carried out, whether it was cut short, and what stopped it."""
    taken_back = Signal(object)
    refused = Signal(object)

    _told = Signal(object, object)

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._wish = Wish()
        self._import: UUID | None = None
        self._parts: Parts = ()
        self._carried: list[Carried] = []
        self._total = 0
        self._told.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    def read(self, request: Request) -> None:
        """Read a file and make its dry run."""
        wish = self._anew()
        tell = telling(wish, self._work.stopping, partial(self._told.emit, wish))
        job = partial(_answer, wish, partial(dry_run, self._work.mirror_door, request, tell))
        self._work.on_network(job, self._read, self._refuse)

    def write(self, found: Found) -> None:
        """Write what a dry run listed, a little at a time."""
        self._anew()
        self._parts, self._carried = found.parts, []
        self._total = sum(len(rows) for _, rows in self._parts)
        self._work.on_mirror(partial(begin, found=found), self._started, self._stopped)

    def take_back(self, import_id: UUID) -> None:
        """Take an earlier import back."""
        wish = self._anew()
        tell = telling(wish, self._work.stopping, partial(self._told.emit, wish))
        job = partial(take_back, self._work.mirror_door, import_id, tell)
        self._work.on_network(job, self._back, self._refuse)

    def stop(self) -> None:
        """Want no more of what is under way; what is written stays, and is told."""
        self._wish.over = True

    def _anew(self) -> Wish:
        self._wish.over = True
        self._wish = Wish()
        return self._wish

    def _pass_on(self, wish: Wish, progress: Progress) -> None:
        if wish is self._wish:
            self.progressed.emit(progress)

    def _read(self, answer: tuple[Wish, Found]) -> None:
        wish, found = answer
        if wish is self._wish:
            self.answered.emit(found)

    def _back(self, undone: Undone) -> None:
        self._work.announce(undone.changes)
        self.taken_back.emit(undone)

    def _refuse(self, refusal: Refusal) -> None:
        self.refused.emit(refusal)

    def _started(self, import_id: UUID) -> None:
        self._import = import_id
        self._next()

    def _next(self) -> None:
        """Write the next parts: as many as make a chunk of rows."""
        assert self._import is not None
        done = self._total - sum(len(rows) for _, rows in self._parts)
        self.progressed.emit(Progress(done, self._total, "rows are in"))
        some, rows = 0, 0
        while some < len(self._parts) and rows < CHUNK:
            rows += len(self._parts[some][1])
            some += 1
        job = partial(write, import_id=self._import, parts=self._parts[:some])
        self._parts = self._parts[some:]
        self._work.act(job, self._written, self._stopped)

    def _written(self, found: tuple[list[Carried], Changes]) -> None:
        self._carried += found[0]
        if self._wish.over or not self._parts:
            self.ended.emit(self._carried, bool(self._parts), None)
        else:
            self._next()

    def _stopped(self, refusal: Refusal) -> None:
        self.ended.emit(self._carried, True, refusal)


def _answer(wish: Wish, job: partial[Found]) -> tuple[Wish, Found]:
    """Run a job and say whose wish it was."""
    return wish, job()
