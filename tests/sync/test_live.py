"""Syncing for as long as the program runs: at once on news, patiently when the line is gone."""

from __future__ import annotations

import select
import threading
import time

import pytest

from fluffydesk.errors import Busy, Offline, Refusal, SignInRefused
from fluffydesk.sync import live
from fluffydesk.sync.cycle import Report
from fluffydesk.sync.live import Bell, Pace, Watch, clock_words, follow


class Line:
    """A central that answers as listed, then asks to stop; keeps what was waited and told."""

    def __init__(self, *answers: Report | Refusal) -> None:
        self.answers = list(answers)
        self.heard: list[float] = []
        self.waited: list[float] = []
        self.told: list[Report | Refusal] = []

    def once(self) -> Report:
        answer = self.answers.pop(0)
        if isinstance(answer, Refusal):
            raise answer
        return answer

    def run(self, pace: Pace = Pace()) -> None:  # noqa: B008
        follow(
            self.once,
            lambda seconds: bool(self.heard.append(seconds)),
            self.waited.append,
            lambda: not self.answers,
            self.told.append,
            pace,
        )


def test_it_listens_after_each_sync() -> None:
    line = Line(Report(pulled=1), Report(), Report(rounds=2))
    line.run(Pace(news=30.0))
    assert line.heard == [30.0, 30.0]
    assert [report.rounds for report in line.told if isinstance(report, Report)] == [0, 0, 2]


def test_waits_double_up_to_the_longest_and_start_again_after_a_success() -> None:
    away = [Offline("away") for _ in range(6)]
    line = Line(*away, Busy("another window"), Report(), Offline("away"), Report())
    line.run(Pace(first_retry=1.0, longest_retry=8.0))
    longest = [1.0, 2.0, 4.0, 8.0, 8.0, 8.0, 8.0, 1.0]
    assert len(line.waited) == len(longest)
    assert all(most / 2 <= wait <= most for wait, most in zip(line.waited, longest, strict=True))
    assert sum(isinstance(told, Offline) for told in line.told) == 7


def test_a_refusal_to_sign_in_ends_it() -> None:
    line = Line(SignInRefused("no"), Report())
    with pytest.raises(SignInRefused):
        line.run()
    assert line.waited == []


def test_a_bell_ends_the_wait_whether_it_is_rung_before_or_after() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    bell.wait(3600)
    assert select.select([bell], [], [], 0)[0] == [], "a wait forgets that it was rung"
    ringer = threading.Timer(0.01, bell.ring)
    ringer.start()
    bell.wait(3600)
    ringer.join()
    bell.close()
    bell.ring()


class Clocks:
    """The clock that people set, and the one that only ever goes on."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.wall, self.steady = 1_900_000_000.0, 5_000.0
        patch.setattr(time, "time", lambda: self.wall)
        patch.setattr(live, "_asleep_or_awake", lambda: self.steady)

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


def test_sleep_is_told_from_a_clock_that_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = Clocks(monkeypatch)
    watch = Watch()
    clocks.pass_by(1.0)
    assert (watch.slept(), watch.clock_moved()) == (False, False)
    clocks.wall += 7200.0
    assert (watch.slept(), watch.clock_moved()) == (False, True)
    watch.look()
    assert not watch.clock_moved()
    clocks.pass_by(600.0)
    assert (watch.slept(), watch.clock_moved()) == (True, False)
    clocks.pass_by(1.0)
    assert not watch.slept(), "told once"


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        (0.4, ""),
        (-100.0, ""),
        (125.0, "This PC's clock is 2 min ahead of central's. Nothing is lost"),
        (-3700.0, "This PC's clock is 1 h 2 min behind central's."),
        (90_000.0, "This PC's clock is 1 d 1 h ahead of central's."),
    ],
)
def test_a_wrong_clock_is_a_warning_in_words(offset: float, words: str) -> None:
    assert clock_words(offset).startswith(words)
    assert bool(clock_words(offset)) == bool(words)
