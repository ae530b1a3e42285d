"""The settings say how many months of the logs this PC keeps, and change it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fluffydesk.errors import Offline
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.sync import window
from fluffydesk.ui.link import link_of
from fluffydesk.ui.screens.settings import Settings
from fluffydesk.work import Work

Settle = Callable[[Work], None]


@pytest.fixture
def screen(qtbot: QtBot, work: Work, settle: Settle) -> Settings:
    return _shown(qtbot, work, settle)


def _shown(qtbot: QtBot, work: Work, settle: Settle) -> Settings:
    made = Settings(work)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.reload()
    settle(work)
    return made


class Centre:
    """A central that counts rows: `more` more of them where a PC keeps everything."""

    def __init__(self, more: int = 0) -> None:
        self.more = more

    @contextmanager
    def snapshot(self) -> Iterator[Centre]:
        """Open a moment of it; Offline where nothing is known."""
        if self.more < 0:
            raise Offline("Central cannot be reached.", "Work goes on.")
        yield self

    def counts(self, _: Any, tables: list[str], since: date | None) -> dict[str, int]:
        """Count the rows from a day on."""
        extra = self.more if since is None else 0
        return {table: 5 + (extra if table == "weight_logs" else 0) for table in tables}

    def close(self) -> None:
        """A line of its own is closed after use."""


def _choose(screen: Settings, place: int, settle: Settle, work: Work) -> None:
    screen.months.setCurrentIndex(place)
    screen.months.activated.emit(place)
    settle(work)


def test_a_choice_says_what_it_does_and_is_kept_once_confirmed(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    asked: list[bool] = []
    link_of(farm_work).sync_wanted.connect(lambda: asked.append(True))
    screen = _shown(qtbot, farm_work, settle)
    assert screen.months.currentText() == "Everything"
    assert screen._kept.text() == "From the first day on."
    going = sum(window.leaving(sample_farm, 6).values())
    assert going > 100, "the sample reaches back further"
    _choose(screen, screen.months.count() - 1, settle, farm_work)
    assert screen.plan.isVisible()
    assert f"{going:,} rows leave this PC" in screen.plan_words.text()
    assert window.months(sample_farm) is None, "nothing was done yet"
    assert asked == []
    qtbot.keyClick(screen.do_keep, Qt.Key.Key_Space)
    settle(farm_work)
    assert window.months(sample_farm) == 6
    assert asked
    assert not screen.plan.isVisible()
    assert screen._kept.text().startswith("From ")
    assert "first day" not in screen._kept.text()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (1200, "1,200 rows come with the next sync."),
        (0, "Nothing comes"),
        (-1, "How many rows come is not known"),
    ],
)
def test_keeping_more_says_how_many_rows_come(
    qtbot: QtBot, work: Work, mirror: Mirror, settle: Settle, more: int, told: str
) -> None:
    link_of(work).reach = lambda: Centre(more)  # type: ignore[assignment, return-value]
    window.set_months(mirror, 12)
    screen = _shown(qtbot, work, settle)
    _choose(screen, 0, settle, work)
    assert told in screen.plan_words.text()
    screen.do_keep.click()
    settle(work)
    assert window.months(mirror) is None
    assert "next sync fetches" in screen._kept.text()


def test_a_choice_can_be_left_as_it_was(
    qtbot: QtBot, work: Work, mirror: Mirror, screen: Settings, settle: Settle
) -> None:
    _choose(screen, 3, settle, work)
    assert "no older rows" in screen.plan_words.text()
    screen.do_leave.click()
    settle(work)
    assert not screen.plan.isVisible()
    assert screen.months.currentText() == "Everything"
    assert window.months(mirror) is None


def test_a_number_chosen_by_a_command_is_shown(
    work: Work, mirror: Mirror, screen: Settings, settle: Settle
) -> None:
    window.set_months(mirror, 7)
    screen.reload()
    settle(work)
    assert screen.months.currentText() == "The last 7 months"
    screen.reload()
    settle(work)
    assert screen.months.count() == 6
