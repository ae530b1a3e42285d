"""Records that contradict each other: what does not add up, and the rows to correct."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from sqlalchemy import Connection

from fluffydesk.actions.findings import WATCHED, Entry, Finding, findings
from fluffydesk.actions.findings.aside import Aside, put_aside, set_aside, take_up
from fluffydesk.actions.findings.finding import Mend, Mended
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.records.booking import Appointment, Booking
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.payments import Invoice
from fluffydesk.records.pets import Pet
from fluffydesk.records.reviews import CustomField
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.texts import day_text, moment_text, number_text
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Button, Segments, Words, row
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import Permit, why_not
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.beside import Beside
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work

DAYS = 400
"""How far back is looked."""


_PLACES: dict[type[Record], str] = {
    Livestock: "animal",
    Pet: "pet",
    Booking: "boarding",
    Invoice: "money",
    MedicalRecord: "record",
}
"""The screens on which a row is corrected, where it has one."""
_Found = tuple[list[Finding], dict[UUID, Aside]]


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
        "eggs were sold that the other PC had put under withdrawal, or a stay was made longer "
        "after it was billed.\n"
        "Nothing of it is thrown away and nothing waits: both are at central. Choose a line, "
        "look at the rows below it, and correct or delete the one that is wrong. The line goes "
        "by itself once it adds up. Of a visit that was billed twice Ctrl+M takes back the bill "
        "that is too many. What is known and cannot be mended is set aside with a reason, on every "
        "PC; it comes back by itself where it changes.\n"
        "Shown is what the last 400 days have; `fluffydesk doctor` looks at all there ever was."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._comes = False
        self._found: _Found = ([], {})
        self._wanted: UUID | None = None
        self._beside = Beside(work, _read, self)
        self._beside.found.connect(self._show)
        self._beside.failed.connect(self._not_read)
        self.which = Segments("Which", [("To look at", False), ("Set aside", True)])
        self.which.chosen.connect(self._choose)
        self.count = Words("", role="muted")
        self.list = RowsTable("Contradictions", _columns())
        self.list.say_when_empty(
            "Everything adds up",
            "What all PCs wrote down fits together.",
        )
        self.list.current_changed.connect(self._chosen)
        self.list.opened.connect(self._open_first)
        self.advice = Words("", wrap=True)
        self.rows = RowsTable("Rows of the contradiction", _entry_columns())
        self.rows.opened.connect(self._open)
        self.card = Card("The rows", wrap=True)
        self.mend = Button("", self._mend, kind="primary")
        self.way = Words("", wrap=True)
        bind(self, {"Ctrl+M": self.mend.click, "Ctrl+Z": self.undo})
        self.way_out = QWidget()
        line = row(self.mend, self.way, spacing=measures.CARD)
        line.setContentsMargins(0, 0, 0, 0)
        line.setStretch(1, 1)
        self.way_out.setLayout(line)
        self.card.add(self.advice)
        self.card.add(self.way_out)
        self.card.add(self.rows, 1)
        self._build_aside(work)
        self.card.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        column.setSpacing(measures.CARD)
        back = Button("Sync", self._back, kind="link", icon_role="back")
        column.addLayout(row(back, self.which, None, self.count, spacing=measures.CARD))
        column.addWidget(self.list, 3)
        column.addWidget(self.card, 3)

    def _build_aside(self, work: Work) -> None:
        self.reason = QLineEdit()
        self.reason.setPlaceholderText("Why it may stay as it is")
        self.reason.setAccessibleName("Reason to set it aside")
        self.reason.returnPressed.connect(self._set_aside)
        self.aside = Button("Set aside", self._set_aside)
        Permit(self.aside, work, CustomField)
        self.up = Button("Look at it again", self._take_up)
        Permit(self.up, work, CustomField, "delete")
        self.why = Words("", role="muted", wrap=True)
        self.wrong = Words("", Type.SMALL, "danger", wrap=True)
        line = QWidget()
        parts = row(self.reason, self.aside, spacing=measures.STEP)
        line.setLayout(parts)
        parts.setContentsMargins(0, 0, 0, 0)
        self.line = line
        for part in (self.why, line, self.wrong, self.up):
            self.card.add(part)

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Enter", "Open the latest row of the chosen line, or the chosen row"),
            ("Tab", "From the lines to the rows of the chosen one, then to the reason"),
            ("Ctrl+M", "Take the way out that is offered, where there is one"),
            ("Ctrl+Z", "Undo it"),
            ("Enter", "In the reason: set the line aside, on every PC"),
        )

    def reload(self) -> None:
        self._beside.ask()

    def search(self, text: str) -> None:
        self.list.search(text)

    def arrive(self, place: Place) -> None:
        """Choose the finding that `place` names."""
        self._wanted = place.id
        if self._found[0]:
            self._show(self._found)

    def showEvent(self, event: QShowEvent) -> None:
        """Let the arrows move in the list at once."""
        super().showEvent(event)
        self._comes = True
        self.list.setFocus()

    def _not_read(self, refusal: Refusal) -> None:
        """What was found before stays in sight."""
        self.tell(refusal.message, refusal.advice, tone="danger")

    def _choose(self, _: object) -> None:
        self._show(self._found)

    def _show(self, read: _Found) -> None:
        self._found = read
        known = read[1]
        found = [one for one in read[0] if (one.id in known) == bool(self.which.value())]
        self.list.show_rows(found, select_first=True)
        if self._wanted in {one.id for one in found}:
            self.list.select(self._wanted)
            self._wanted = None
        if self._comes:  # an empty list takes no focus
            self._comes = False
            self.list.setFocus()
        open_ones = sum(one.id not in known for one in read[0])
        by = len(read[0]) - open_ones
        said = [f"{number_text(open_ones)} to look at"] if open_ones else []
        said += [f"{number_text(by)} set aside"] if by else []
        self.count.setText(" · ".join(said))
        self._chosen(self.list.current())

    def _chosen(self, finding: Finding | None) -> None:
        self.card.setVisible(finding is not None)
        if finding is not None:
            # A name from right to left does not turn the sentence round.
            self.card.heading.setText(f"\u200e{finding.message}")
            self.advice.setText(finding.advice)
            self._offer(finding.mend)
            self.rows.show_rows(finding.entries, select_first=True)
            self._tell_aside(self._found[1].get(finding.id))

    def _offer(self, mend: Mend | None) -> None:
        self.way_out.setVisible(mend is not None)
        self.mend.setEnabled(False)
        if mend is not None:
            locked = why_not(self.work.whose, mend.record, "change")
            self.mend.setText(f"{mend.verb}  (Ctrl+M)")
            self.mend.setAccessibleName(f"{mend.verb}: {mend.words}")
            self.way.setText(mend.words)
            self.mend.setEnabled(not locked)
            self.mend.setToolTip(locked)

    def _mend(self) -> None:
        finding = self.list.current()
        if finding is not None and finding.mend is not None:
            self.work.act(finding.mend.job, self._mended, self.refuse)

    def _mended(self, done: tuple[Mended, Changes]) -> None:
        mended = done[0]
        undo = mended.undo and partial(self.work.act, mended.undo, None, self.refuse)
        self.tell(mended.words, mended.advice, undo=undo)

    def _tell_aside(self, aside: Aside | None) -> None:
        self.why.setVisible(aside is not None)
        self.up.setVisible(aside is not None)
        self.line.setVisible(aside is None)
        self.wrong.hide()
        if aside is not None:
            who = f" by {aside.by}" if aside.by else ""
            self.why.setText(f"Set aside{who}, {moment_text(aside.at)}: {aside.reason}")

    def _set_aside(self) -> None:
        finding = self.list.current()
        locked = why_not(self.work.whose, CustomField)
        if locked:
            self.tell(locked, tone="warning")
        elif finding is not None:
            job = partial(set_aside, finding=finding, reason=self.reason.text())
            self.work.act(job, self._done, self._refused)

    def _take_up(self) -> None:
        finding = self.list.current()
        if finding is not None:
            self.work.act(partial(take_up, finding=finding), self._done, self._refused)

    def _done(self, _: object) -> None:
        self.reason.clear()
        self._comes = True
        self.reload()

    def _refused(self, refusal: Refusal) -> None:
        self.wrong.setText(str(refusal))
        self.wrong.show()
        self.reason.setFocus()

    def _open_first(self, finding: Finding | None) -> None:
        if finding is not None and finding.entries:
            self._open(finding.entries[0])

    def _open(self, entry: Entry | None) -> None:
        if entry is None:
            return
        if entry.record in _PLACES:
            self.go.emit(Place(_PLACES[entry.record], entry.id))
        elif entry.record is Appointment:
            open_booking(self, self.work, entry.id)
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


def _read(connection: Connection) -> _Found:
    found = findings(connection, today() - timedelta(days=DAYS))
    return found, put_aside(connection, found)
