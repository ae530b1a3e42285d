"""Sync for as long as the program runs: at once when there is news, now and then when not."""

from __future__ import annotations

import random
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from fluffydesk.errors import Busy, Offline, Refusal
from fluffydesk.sync.cycle import Report

CLOCK_SECONDS = 120.0
"""A clock that is wrong by so much is told of."""
_SLEPT_SECONDS = 10.0
_MOVED_SECONDS = 5.0


@dataclass(frozen=True)
class Pace:
    """How long to wait, in seconds: for news, and after a failure (doubling up to the longest)."""

    news: float = 60.0
    first_retry: float = 1.0
    longest_retry: float = 60.0


class Bell:
    """Rung by one thread, heard by another that waits; it may wait for a connection as well."""

    def __init__(self) -> None:
        self._hears, self._rings = socket.socketpair()
        self._hears.setblocking(False)
        self._rings.setblocking(False)

    def fileno(self) -> int:
        """Return what `select` waits for; readable once rung."""
        return self._hears.fileno()

    def ring(self) -> None:
        """End the wait, or the next one."""
        if self._rings.fileno() >= 0 and not self._rung():
            self._rings.send(b".")

    def wait(self, seconds: float) -> None:
        """Wait until rung, at most so long; then as `hush`."""
        select.select([self], [], [], max(0.0, seconds))
        self.hush()

    def hush(self) -> None:
        """Forget that it was rung."""
        while self._rung():
            self._hears.recv(4096)

    def close(self) -> None:
        """Let go of it; ringing it does nothing from then on."""
        self._rings.close()
        self._hears.close()

    def _rung(self) -> bool:
        return bool(select.select([self], [], [], 0)[0])


class Watch:
    """Notices that the PC was asleep, and that its clock was set."""

    def __init__(self) -> None:
        self._glanced = self._apart = 0.0
        self.look()

    def look(self) -> None:
        """Begin to watch from this moment."""
        self._glanced, self._apart = _asleep_or_awake(), time.time() - _asleep_or_awake()

    def slept(self) -> bool:
        """Say whether much more time has gone by since last asked than should have.

        A line that was open before is then most likely dead, and nothing will ever say so.
        """
        before, self._glanced = self._glanced, _asleep_or_awake()
        return self._glanced - before > _SLEPT_SECONDS

    def clock_moved(self) -> bool:
        """Say whether the clock was set since `look`, which is worth another comparison of it."""
        return abs(time.time() - _asleep_or_awake() - self._apart) > _MOVED_SECONDS


def how_wrong(offset_seconds: float) -> str:
    """Return how far a clock is off, as in "2 h 13 min ahead"; "" where it hardly is."""
    if abs(offset_seconds) < CLOCK_SECONDS:
        return ""
    minutes = round(abs(offset_seconds) / 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    told = [f"{days} d"] if days else []
    told += [f"{hours} h"] if hours else []
    told += [f"{minutes} min"] if minutes and not days else []
    return f"{' '.join(told)} {'ahead' if offset_seconds > 0 else 'behind'}"


def clock_words(offset_seconds: float) -> str:
    """Return the warning that a clock so far ahead of central's deserves; "" for none.

    It is the only one: window, sync centre and command line say the same.
    """
    wrong = how_wrong(offset_seconds)
    if not wrong:
        return ""
    side = "of central's" if offset_seconds > 0 else "central's"
    return (
        f"This PC's clock is {wrong} {side}. Nothing is lost by it, but what you save bears the "
        "wrong time. Set the clock, then sync."
    )


def _asleep_or_awake() -> float:
    """Return seconds of a clock that nobody sets, and that goes on while the PC sleeps."""
    return time.clock_gettime(_CLOCK) if _CLOCK is not None else time.monotonic()


# Elsewhere than on Linux the monotonic clock goes on in sleep.
_CLOCK: int | None = getattr(time, "CLOCK_BOOTTIME", None)


def follow(
    once: Callable[[], Report],
    listen: Callable[[float], bool],
    wait: Callable[[float], None],
    stop: Callable[[], bool],
    tell: Callable[[Report | Refusal], None],
    pace: Pace = Pace(),
) -> None:
    """Run `once` again and again until `stop`.

    `listen(seconds)` waits for news from central or from here, at most so long, and may raise
    Offline; `wait(seconds)` waits likewise after a failure. Both return early when stopped.
    Each report, and each Offline or Busy, is told. Any other Refusal ends it and is raised.
    """
    failures = 0
    while not stop():
        try:
            tell(once())
            failures = 0
            if not stop():
                listen(pace.news)
        except (Offline, Busy) as refusal:
            tell(refusal)
            if not stop():
                wait(_delay(pace, failures))
            failures += 1


def _delay(pace: Pace, failures: int) -> float:
    """Return a wait that doubles with each failure, scattered so that PCs do not come at once."""
    longest = min(pace.longest_retry, pace.first_retry * 2.0 ** min(failures, 30))
    return longest * random.uniform(0.5, 1.0)
