"""Lives of a PC that end by SIGKILL, each a boundary of a commit later than the one before."""

from __future__ import annotations

import os
import shutil
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fluffydesk.central.messages import Device
from tests.simulation.fate import Deaths
from tests.sync.desks import Desk, Faulty, assert_same, shown_by
from tests.sync.farms import Farm

Told = Callable[[str], object]

SAVED = frozenset({"save after", "saving.add unit after"})
"""Where a life has ended whose last save is kept, though nobody was told."""


class Line(Faulty):
    """A line whose requests for numbers are met too; they count down from -1."""

    asked = 0

    def numbers(self, *call: Any) -> Any:
        """Ask, with what was put in front of it and behind it."""
        self.asked -= 1
        self._before(self.asked)
        answer = self._gateway.numbers(*call)
        self._after(self.asked)
        return answer


class Boundary(Deaths):
    """Counts the moments before and after each commit, here and at central; dies at one."""

    def __init__(self, fatal: int, tell: Told) -> None:
        super().__init__()
        self.fatal = fatal
        self.tell = tell
        self.seen = 0

    def cross(self, point: str) -> None:
        """Count a moment; it may be the last."""
        self.seen += 1
        if self.seen == self.fatal:
            self.tell(f"{point}\n")
            os.kill(os.getpid(), signal.SIGKILL)

    def put_before(self, desk: Desk) -> None:
        """See every transaction of the mirror and every request that changes central."""
        self.watch(desk.mirror)
        desk.gateway = Line(  # type: ignore[assignment]
            desk.gateway,
            lambda call: self.cross("push" if call > 0 else "numbers"),
            lambda call: self.cross("pushed" if call > 0 else "numbers came"),
        )

    @contextmanager
    def _guarded(self, point: str, transaction: Any) -> Iterator[Any]:
        with transaction as given:
            try:
                yield given
            finally:  # what is about to be taken back is a moment too, and no commit follows
                self.cross(f"{point} before")
        self.cross(f"{point} after")


@dataclass(frozen=True)
class Killed:
    """A life that is over: which it was, how many saves had returned, and where it ended."""

    run: int
    returned: int
    told: tuple[str, ...]
    point: str
    """Empty for the last, which came to its end."""

    @property
    def kept(self) -> int:
        """How many saves there are, the one that had no time to return with them."""
        return self.returned + (self.point in SAVED)


@dataclass
class Kills:
    """A prepared mirror, the lives that go on from it, and where they were killed."""

    farm: Farm
    path: Path
    device: Device

    def __post_init__(self) -> None:
        [self.email] = self.farm.desks
        self.copy = self.path.with_name("killed.db")
        self.points: set[str] = set()

    def open(self) -> Desk:
        """Start the program on what the killed one left."""
        gateway = self.farm.central.gateway(self.email)
        return Desk(self.copy, gateway, self.farm.id, self.device.name, self.device.id)

    def everywhere(
        self, life: Callable[[Desk, int, Told], None], *, on: bool = False
    ) -> Iterator[Killed]:
        """Live a life again and again, killed one boundary later each time, until it is not
        killed any more; `on` goes on from where the last was left, else each begins anew.

        A life tells an empty line when a save has returned, and a line that begins with `=` of
        what else it wants known.
        """
        for fatal in range(1, 1000):
            if fatal == 1 or not on:
                shutil.copy(self.path, self.copy)

            def lived(tell: Told, fatal: int = fatal) -> None:
                desk = self.open()
                boundary = Boundary(fatal, tell)
                boundary.put_before(desk)
                desk.cross = boundary.cross  # type: ignore[attr-defined]
                life(desk, fatal, tell)

            told, killed = forked(lived)
            points = [line for line in told if line and line[0] != "="]
            assert len(points) == killed
            self.points.update(points)
            known = tuple(line[1:] for line in told if line[:1] == "=")
            yield Killed(fatal, told.count(""), known, points[0] if points else "")
            if not killed:
                return
        raise AssertionError("there is no end to the boundaries")

    def check(self, desk: Desk) -> None:
        """What nobody is asked about is the same on both sides, and every save is in the books."""
        assert desk.waiting() == desk.parcels() == 0
        desk.ledger()
        assert_same(desk.as_central(), shown_by(self.farm.central, self.email, self.farm.id))
        self.close(desk)

    def close(self, desk: Desk) -> None:
        """Close a mirror and its line."""
        desk.mirror.close()
        desk.gateway.close()  # type: ignore[attr-defined]


def forked(job: Callable[[Told], None]) -> tuple[list[str], bool]:
    """Run a job in another process; return what it told, and whether it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            job(lambda text: os.write(writer, text.encode()))
            code = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read().split("\n")[:-1]
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the process failed by itself"
    return told, os.WIFSIGNALED(status)


def prepared(farm: Farm, desk: Desk) -> Kills:
    """Close a desk, whose mirror is where all lives begin."""
    desk.mirror.close()
    farm.desks = {email: [] for email in farm.desks}
    return Kills(farm, desk.mirror.path, desk.device)
