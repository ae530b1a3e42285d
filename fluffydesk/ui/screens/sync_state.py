"""The card on top of the sync centre: how the line stands, how far a sync is, and the books."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from fluffydesk.records.types import now
from fluffydesk.sync.live import clock_words
from fluffydesk.ui.fields.texts import clock_text, day_text, moment_text, number_text, zone
from fluffydesk.ui.link import Link, Standing
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card
from fluffydesk.ui.parts.controls import Button, IconLabel, Words, hair_line, row
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screens.reading.sync import SyncView

_LEDGER_ADVICE = (
    "Go on working, nothing more is lost by that. Make a support bundle and send it; it tells what "
    "is needed and nothing of your records."
)


class StateCard(Card):
    """Says how the line stands, in words; `cancel` stops a sync that runs."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._link = link
        self._icon = IconLabel("sync", "muted", 28)
        self.state = Words("", Type.HEADING, wrap=True)
        self.more = Words("", role="muted", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.state)
        words.addWidget(self.more)
        line = row(self._icon, spacing=measures.CARD)
        line.addLayout(words, 1)
        self.add(line)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName("Progress of the sync")
        self.cancel = Button("Cancel", link.cancel_wanted.emit)
        self.cancel.setAccessibleName("Cancel the sync; it goes on later where it was")
        self._running = QWidget()
        running = row(self.progress, self.cancel, spacing=measures.CARD)
        running.setStretch(0, 1)
        self._running.setLayout(running)
        self.add(self._running)
        self.clock = Banner("", "warning")
        self.add(self.clock)
        self.add(hair_line())
        self.sums = Words("", wrap=True)
        self.add(self.sums)
        self.books = Banner("", "danger")
        self.add(self.books)
        self.check = Button("Compare with central", link.verify_wanted.emit)
        self.ahead = Button("What would sync do?")
        self.support = Button("Support bundle", icon_role="save")
        self.add(Flow(self.check, self.ahead, self.support))

    def show_standing(self, standing: Standing, view: SyncView | None) -> None:
        """Show how the line stands now."""
        words, icon, colour = state_words(standing)
        self.state.setText(words)
        self._icon.set_icon(icon, colour)
        if not standing.syncing and self.cancel.hasFocus():
            self.check.setFocus()  # what had the focus is about to be hidden
        self._running.setVisible(standing.syncing)
        known = standing.share is not None
        self.progress.setRange(0, 1000 if known else 0)
        self.progress.setValue(round((standing.share or 0) * 1000))
        self.check.setEnabled(standing.online is True and not standing.syncing)
        parts = [standing.trouble]
        if standing.syncing:
            parts.append(standing.step)
        if view is not None:
            parts.append(_last("Last sync", view.synced_at, "not synced yet"))
            parts.append(_last("verified against central at", view.verified_at, "not verified yet"))
        self.more.setText(" · ".join(part for part in parts if part))

    def show_view(self, view: SyncView) -> None:
        """Show the books, and what is wrong with the clock."""
        self.sums.setText(ledger_words(view))
        trouble = view.books.trouble
        self.books.say(f"{trouble} {_LEDGER_ADVICE}" if trouble else "", "danger")
        self.clock.say(clock_words(view.clock_offset), "warning")


def state_words(standing: Standing) -> tuple[str, str, str]:
    """Return how the line stands: words, an icon's role and its colour's."""
    if standing.syncing:
        return "Syncing with central ..", "sync", "info"
    if standing.paused:
        return (
            "Sync is paused. It goes on where it was in ten minutes, or with Sync now.",
            "sync",
            "warning",
        )
    if standing.online is None:
        return "Looking for central …", "sync", "muted"
    if not standing.online:
        return "Offline. You can go on working; your edits wait safely here.", "offline", "warning"
    return "Online. Central and this PC talk to each other.", "online", "accent"


def ledger_words(view: SyncView) -> str:
    """Return the ledger's sums: they add up to every edit ever made on this PC."""
    books = view.books
    if not books.made and not books.accounted:
        return "No edits made on this PC yet."
    counts = books.counts
    parts = {
        "sent": counts.get("applied", 0),
        "sent after a merge": counts.get("merged", 0),
        "waiting": counts.get("waiting", 0),
        "in conflict": counts.get("conflict", 0),
        "refused": counts.get("quarantined", 0),
        "discarded by a person": counts.get("discarded", 0),
    }
    told = ", ".join(
        f"{number_text(count)} {words}"
        for words, count in parts.items()
        if count or words == "sent"
    )
    edits = "1 edit" if books.made == 1 else f"{number_text(books.made)} edits"
    oldest = ""
    if view.oldest is not None:
        oldest = f" The oldest that waits is from {moment_text(view.oldest)}."
    return f"{edits} made on this PC: {told}.{oldest}"


def _last(what: str, moment: datetime | None, never: str) -> str:
    if moment is None:
        return never
    there, here = moment.astimezone(zone()), now().astimezone(zone())
    day = "" if there.date() == here.date() else f" {day_text(there.date())}"
    if not day and abs(now() - moment) < timedelta(minutes=1):
        return f"{what} just now" if not what.endswith(" at") else f"{what[:-3]} just now"
    return f"{what}{day} {clock_text(moment)}"
