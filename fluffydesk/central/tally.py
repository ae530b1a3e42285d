"""What one task of the upkeep did, or would do, to one thing."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Tally:
    """Rows and bytes that were touched or freed; `did` says what was done, in a few words."""

    task: str
    item: str
    did: str
    rows: int = 0
    size: int = 0
    seconds: float = 0.0


def stopwatch() -> Callable[[Tally], Tally]:
    """Begin to measure; what is returned writes the time since into a tally."""
    began = time.monotonic()
    return lambda tally: dataclasses.replace(tally, seconds=time.monotonic() - began)
