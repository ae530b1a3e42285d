"""A line that says what records contradict each other, and leads to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from fluffydesk.actions.findings import RECENT_DAYS, Finding, findings
from fluffydesk.actions.findings.aside import standing
from fluffydesk.actions.importing import Door
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.trouble import Interrupted
from fluffydesk.records.types import today
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.wording import counted


class ContradictionsBanner(Banner):
    """Says the latest of what does not add up in the last 60 days; hidden where all does.

    It only looks where an index leads; the screen it opens looks at everything.
    """

    def __init__(self, screen: Screen) -> None:
        super().__init__("", "warning")
        self._screen = screen
        self._looking = self._again = False
        self.look = Button("Look at the records", self._open, kind="link")
        self.act(self.look)

    def reload(self) -> None:
        """Look again, from a connection of its own: on a large farm nothing else waits for it."""
        if self._looking:
            self._again = True
            return
        self._looking = True
        work, since = self._screen.work, today() - timedelta(days=RECENT_DAYS)
        job = partial(_look, work.mirror_door, work.stopping, since)
        work.on_network(job, self._show, self._not_seen)

    def _show(self, found: list[Finding]) -> None:
        self.say(_words(found), "warning")
        self._ended()

    def _not_seen(self, refusal: Refusal) -> None:
        self._ended()

    def _ended(self) -> None:
        self._looking = False
        if self._again:
            self._again = False
            self.reload()

    def _open(self) -> None:
        self._screen.go.emit(Place("contradictions"))


def _words(found: list[Finding]) -> str:
    if not found:
        return ""
    more = len(found) - 1
    others = counted(more, "more thing does", "more things do")
    # A name from right to left does not turn the sentence round.
    return f"\u200e{found[0].message}" + (f" {others} not add up." if more else "")


def _look(door: Door, stopping: Callable[[], bool], since: date) -> list[Finding]:
    with door(Mirror.beside) as mirror:
        try:
            with mirror.until(stopping), mirror.read() as connection:
                return standing(connection, findings(connection, since, quick=True))
        except Interrupted:  # the app is closing
            return []
