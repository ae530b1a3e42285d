"""Records that contradict each other: what does not add up, and the rows to correct."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.actions.findings import WATCHED, Entry, Finding, findings
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text, number_text
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work

DAYS = 400
"""How far back is looked."""


class ContradictionsScreen(Screen):
    """A list of findings, and beside each the rows that cannot all be true."""

    key = "contradictions"
    home = "sync"
    title = "Records that contradict each other"
    icon = "warning"
    group = ""
    watches = WATCHED
    searches = "Any word"
    help = (
        "Each PC keeps the rules by what it knows. Where two worked apart, what each wrote down "
        "may not add up: more birds died than there were, a cow was served after she had died, "
        "or eggs were sold that the other PC had put under withdrawal.\n"
        "Nothing of it is thrown away and nothing waits: both are at central. Choose a line, "
        "look at the rows below it, and correct or delete the one that is wrong. The line goes "
        "by itself once it adds up.\n"
        "Shown is what the last 400 days have; `fluffydesk doctor` looks at all there ever was."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._comes = False
        self.count = Words("", role="muted")
        self.list = RowsTable("Contradictions", _columns())
        self.list.say_when_empty(
            "Everything adds up",
            "Head counts, stores, withdrawal, births and dates of all PCs fit together.",
        )
        self.list.current_changed.connect(self._chosen)
        self.list.opened.connect(self._open_first)
        self.advice = Words("", wrap=True)
        self.rows = RowsTable("Rows of the contradiction", _entry_columns())
        self.rows.opened.connect(self._open)
        self.card = Card("The rows", wrap=True)
        self.card.add(self.advice)
        self.card.add(self.rows, 1)
        self.card.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        column.setSpacing(measures.CARD)
        back = Button("Sync", self._back, kind="link", icon_role="back")
        column.addLayout(row(back, None, self.count, spacing=measures.CARD))
        column.addWidget(self.list, 3)
        column.addWidget(self.card, 3)

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Enter", "Open the latest row of the chosen line, or the chosen row"),
            ("Tab", "From the lines to the rows of the chosen one"),
        )

    def reload(self) -> None:
        self.work.on_mirror(_read, self._show, latest=True)

    def search(self, text: str) -> None:
        self.list.search(text)

    def arrive(self, place: Place) -> None:
        """Choose the finding that `place` names."""
        if place.id is not None:
            self.list.select(place.id)

    def showEvent(self, event: QShowEvent) -> None:
        """Let the arrows move in the list at once."""
        super().showEvent(event)
        self._comes = True
        self.list.setFocus()

    def _show(self, found: list[Finding]) -> None:
        self.list.show_rows(found, select_first=True)
        if self._comes:  # an empty list takes no focus
            self._comes = False
            self.list.setFocus()
        number = len(found)
        self.count.setText("" if not number else f"{number_text(number)} to look at")
        self._chosen(self.list.current())

    def _chosen(self, finding: Finding | None) -> None:
        self.card.setVisible(finding is not None)
        if finding is not None:
            # A name from right to left does not turn the sentence round.
            self.card.heading.setText(f"\u200e{finding.message}")
            self.advice.setText(finding.advice)
            self.rows.show_rows(finding.entries, select_first=True)

    def _open_first(self, finding: Finding | None) -> None:
        if finding is not None and finding.entries:
            self._open(finding.entries[0])

    def _open(self, entry: Entry | None) -> None:
        if entry is None:
            return
        if entry.record is Livestock:
            self.go.emit(Place("animal", entry.id))
        else:
            open_form(self, self.work, entry.record, entry.id)

    def _back(self) -> None:
        self.go.emit(Place("sync"))


def _columns() -> tuple[Shown, ...]:
    return (
        Shown("Day", lambda one: day_text(one.on), 116, sort=lambda one: one.on),
        Shown("Written on", _devices, 180, spare=True),
        Shown("What does not add up", lambda one: one.message, 620),
    )


def _devices(finding: Finding) -> str:
    return ", ".join(dict.fromkeys(one.device for one in finding.entries if one.device))


def _entry_columns() -> tuple[Shown, ...]:
    return (
        Shown("Row", lambda one: one.words, 380),
        Shown("Written last by", lambda one: one.by, 400),
    )


def _read(mirror: Mirror) -> list[Finding]:
    with mirror.read() as connection:
        return findings(connection, today() - timedelta(days=DAYS))
