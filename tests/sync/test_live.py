"""Syncing for as long as the program runs: at once on news, patiently when the line is gone."""

from __future__ import annotations

import pytest

from fluffydesk.errors import Busy, Offline, Refusal, SignInRefused
from fluffydesk.sync.cycle import Report
from fluffydesk.sync.live import Pace, follow


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
