"""The garbage is swept rarely enough that the window never stands still for long."""

from __future__ import annotations

import gc

import pytest

from fluffydesk.ui import sweeping
from fluffydesk.ui.sweeping import Sweeper


def test_after_a_long_sweep_there_is_none_for_a_hundred_times_as_long(
    qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, swept = [1000.0], []

    def collect(generation: int = 2) -> int:
        swept.append(generation)
        clock[0] += 0.5 if generation == 2 else 0.0
        return 0

    sweeper = Sweeper()
    with monkeypatch.context() as patched:
        patched.setattr(sweeping.time, "monotonic", lambda: clock[0])
        patched.setattr(gc, "collect", collect)
        patched.setattr(gc, "get_count", lambda: (1, 1, 11))
        sweeper._sweep()
        assert swept == [2]
        clock[0] += 49
        sweeper._sweep()
        assert swept == [2]
        clock[0] += 2
        sweeper._sweep()
        assert swept == [2, 2]
    sweeper.close()
