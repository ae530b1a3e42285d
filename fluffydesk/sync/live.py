"""Sync for as long as the program runs: at once when there is news, now and then when not."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from fluffydesk.errors import Busy, Offline, Refusal
from fluffydesk.sync.cycle import Report


@dataclass(frozen=True)
class Pace:
    """How long to wait, in seconds: for news, and after a failure (doubling up to the longest)."""

    news: float = 60.0
    first_retry: float = 1.0
    longest_retry: float = 60.0


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
