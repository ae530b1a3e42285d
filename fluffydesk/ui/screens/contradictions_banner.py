"""A line that says what records contradict each other, and leads to them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from fluffydesk.actions.findings import RECENT_DAYS, Finding, findings
from fluffydesk.actions.findings.aside import standing
from fluffydesk.records.types import today
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.beside import Beside
from fluffydesk.wording import counted


class ContradictionsBanner(Banner):
    """Says the latest of what does not add up in the last 60 days; hidden where all does.

    It only looks where an index leads; the screen it opens looks at everything.
    """

    def __init__(self, screen: Screen) -> None:
        super().__init__("", "warning")
        self._screen = screen
        self._beside = Beside(screen.work, _read, self)
        self._beside.found.connect(self._show)
        self.look = Button("Look at the records", self._open, kind="link")
        self.act(self.look)

    def reload(self) -> None:
        """Look again, from a connection of its own: on a large farm nothing else waits for it."""
        self._beside.ask()

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


def _read(connection: Connection) -> list[Finding]:
    since = today() - timedelta(days=RECENT_DAYS)
    return standing(connection, findings(connection, since, quick=True))
