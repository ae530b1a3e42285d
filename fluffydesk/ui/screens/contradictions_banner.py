"""A line that says what records contradict each other, and leads to them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from fluffydesk.actions.findings import RECENT_DAYS, Finding, findings
from fluffydesk.actions.findings.aside import standing
from fluffydesk.mirror.mirror import Mirror
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
        self.look = Button("Look at the records", self._open, kind="link")
        self.act(self.look)

    def reload(self) -> None:
        """Look again, beside what the screen itself reads."""
        self._screen.work.on_mirror(
            partial(_read, since=today() - timedelta(days=RECENT_DAYS)), self._show, latest=True
        )

    def _show(self, found: list[Finding]) -> None:
        self.say(_words(found), "warning")

    def _open(self) -> None:
        self._screen.go.emit(Place("contradictions"))


def _words(found: list[Finding]) -> str:
    if not found:
        return ""
    more = len(found) - 1
    others = counted(more, "more thing does", "more things do")
    # A name from right to left does not turn the sentence round.
    return f"\u200e{found[0].message}" + (f" {others} not add up." if more else "")


def _read(mirror: Mirror, since: date) -> list[Finding]:
    with mirror.read() as connection:
        return standing(connection, findings(connection, since, quick=True))
