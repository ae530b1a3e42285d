"""What `sync --watch` says of a wrong clock, and what ends its waits."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fluffydesk.cli.stopping import StopSignal
from fluffydesk.cli.syncing import warn_of_clock
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.sync.live import Bell
from tests.mirrors import new_mirror


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "m.db") as opened:
        yield opened


@pytest.fixture
def _signals() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


def test_a_wrong_clock_is_told_once_until_it_is_right_again(
    mirror: Mirror, capsys: pytest.CaptureFixture[str]
) -> None:
    assert warn_of_clock(mirror) == ""
    mirror.remember(clock_offset=-10_800)
    told = warn_of_clock(mirror)
    assert capsys.readouterr().err.startswith("This PC's clock is 3 h behind central's.")
    mirror.remember(clock_offset=-10_860)
    told = warn_of_clock(mirror, told)
    assert capsys.readouterr().err == "", "it is known by now"
    mirror.remember(clock_offset=0)
    told = warn_of_clock(mirror, told)
    mirror.remember(clock_offset=10_800)
    warn_of_clock(mirror, told)
    assert "3 h ahead of central's" in capsys.readouterr().err


@pytest.mark.usefixtures("_signals")
def test_a_signal_ends_a_wait_at_the_bell_at_once() -> None:
    bell = Bell()
    stop = StopSignal(bell.ring)
    os.kill(os.getpid(), signal.SIGTERM)
    before = time.monotonic()
    bell.wait(60)
    assert stop.came()
    assert time.monotonic() - before < 30
    stop.forget()
    bell.close()
    os.kill(os.getpid(), signal.SIGTERM)  # after the bell is gone it is heard all the same
    assert stop.came()
