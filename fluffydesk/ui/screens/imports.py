"""Imports: choose a file, see what it would create, duplicate or refuse, then carry it out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QLineEdit,
    QProgressBar,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from fluffydesk.actions.importing import KINDS, Plan, carry_out, plan
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card
from fluffydesk.ui.parts.controls import Button, DropDown, Segments, Words, row
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work

CHUNK = 20
"""Units of work written before the screen hears of it and other work gets its turn."""
_SHOWN: list[tuple[str, object]] = [
    ("Would create", "create"),
    ("Duplicates", "duplicate"),
    ("Problems", "problem"),
]


@dataclass(frozen=True)
class Line:
    """One line of the dry run."""

    id: UUID
    line: int | None
    what: str
    words: str


class ImportsScreen(Screen):
    """A file's dry run, and the import itself with its progress."""

    key = "imports"
    title = "Imports"
    icon = "import"
    group = "This PC"
    searches = "Line, key or reason"
    help = (
        "Take over a file of another program.\n"
        "Choose the file and what it holds. The dry run reads it and lists what it would create, "
        "which lines say again what is already there, and which cannot be read and why. Nothing "
        "is written until you press Import.\n"
        "Importing a file twice creates nothing new. Cancel keeps what is written so far; the "
        "same import later adds the rest."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._plan: Plan | None = None
        self._done = 0
        self._cancelled = False
        self.kinds = DropDown()
        self.kinds.setAccessibleName("What the file holds")
        for kind in KINDS.values():
            self.kinds.addItem(kind.title[:1].upper() + kind.title[1:], kind.name)
        self.path = QLineEdit()
        self.path.setReadOnly(True)
        self.path.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.path.setAccessibleName("File")
        self.path.setPlaceholderText("Choose a file, or drop one here")
        self.choose = Button("Choose a file", self.pick, kind="primary", icon_role="folder")
        self.start = Button("Import", self.carry_out, kind="primary", icon_role="import")
        self.cancel = Button("Cancel", self._cancel)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.progress = Words("", role="muted")
        self.banner = Banner()
        self.shown = Segments("Show", _SHOWN)
        self.shown.chosen.connect(self._list)
        self.counts = Words("", Type.STRONG, wrap=True)
        self.lines = RowsTable("Dry run", _columns())
        self.empty = Empty(icon_role="import")
        self.kinds.activated.connect(self._kind_chosen)
        self.setAcceptDrops(True)
        self._arrange()
        self._waiting()

    def search(self, text: str) -> None:
        self.lines.search(text)

    def pick(self) -> None:
        """Ask for a file, without keeping the window from answering."""
        dialog = QFileDialog(self, "Choose a file")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("Tables (*.csv *.txt *.tsv);;All files (*)")
        dialog.fileSelected.connect(self.read)
        dialog.open()

    def read(self, file: str) -> None:
        """Make the dry run of a file."""
        self.path.setText(file)
        self._plan = None
        self.banner.say("")
        self._busy("Reading the file and comparing it with what is here")
        kind = str(self.kinds.currentData())
        job = partial(_plan, path=Path(file), kind=kind)
        self.work.on_mirror(job, self._planned, self._refused, latest=True)

    def carry_out(self) -> None:
        """Write what the dry run listed, a few units of work at a time."""
        if self._plan is None or not self._plan.batches:
            return
        self._done, self._cancelled = 0, False
        self.banner.say("")
        self._busy("")
        self.cancel.show()
        self._next()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            self.read(files[0])

    def _arrange(self) -> None:
        card = Card("")
        self.kinds.setMinimumWidth(260)
        card.add(row(self.kinds, self.path, self.choose))
        card.add(row(self.progress, self.bar, None, self.cancel, spacing=measures.CARD))
        self.bar.setFixedWidth(320)
        table = QWidget()
        inside = QVBoxLayout(table)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addWidget(self.counts)
        inside.addLayout(row(self.shown, None, self.start))
        inside.addWidget(self.lines, 1)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(table)
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        column.setSpacing(measures.CARD)
        column.addWidget(card)
        column.addWidget(self.banner)
        column.addLayout(self._stack, 1)

    def _waiting(self) -> None:
        for part in (self.bar, self.cancel, self.progress):
            part.hide()
        self.empty.say(
            "Nothing chosen yet",
            "Choose a file of test days, as milk recording hands it out. You see what would be "
            "created before anything is written.",
        )
        self._stack.setCurrentIndex(0)

    def _busy(self, words: str) -> None:
        self.progress.setText(words)
        self.progress.show()
        self.bar.setRange(0, 0)
        self.bar.show()
        self.cancel.hide()
        for part in (self.choose, self.kinds, self.start):
            part.setEnabled(False)

    def _idle(self) -> None:
        for shown in (self.bar, self.cancel, self.progress):
            shown.hide()
        for locked in (self.choose, self.kinds):
            locked.setEnabled(True)
        self.start.setEnabled(self._plan is not None and bool(self._plan.batches))

    def _kind_chosen(self, number: int) -> None:
        if self.path.text():
            self.read(self.path.text())

    def _refused(self, refusal: Refusal) -> None:
        self._idle()
        self.banner.say(str(refusal), "danger")

    def _planned(self, found: Plan) -> None:
        self._plan = found
        self._idle()
        self._stack.setCurrentIndex(1)
        self.counts.setText(_counts(found))
        if not found.batches:
            self.banner.say("Everything in this file is already here: nothing to import.", "good")
        self._list()

    def _list(self, chosen: object = None) -> None:
        if self._plan is None:
            return
        which = str(self.shown.value())
        self.lines.say_when_empty(*_EMPTY[which])
        self.lines.show_rows(_lines(self._plan, which))

    def _next(self) -> None:
        if self._plan is None:
            return
        batches = self._plan.batches
        part = replace(self._plan, batches=batches[self._done : self._done + CHUNK])
        self.bar.setRange(0, len(batches))
        self.bar.setValue(self._done)
        done, total = number_text(self._done), number_text(len(batches))
        self.progress.setText(f"{done} of {total} are in")
        self.work.act(partial(_carry_out, part=part), self._written, self._stopped)

    def _written(self, changes: Changes) -> None:
        if self._plan is None:
            return
        self._done = min(self._done + CHUNK, len(self._plan.batches))
        if self._cancelled or self._done >= len(self._plan.batches):
            self._finish()
        else:
            self._next()

    def _finish(self) -> None:
        if self._plan is None:
            return
        written = replace(self._plan, batches=self._plan.batches[: self._done])
        words = _created(written)
        if self._cancelled:
            words = f"Cancelled. {words} are in; the same import later adds the rest."
            self.banner.say(words, "info")
        else:
            self.banner.say(f"Imported: {words}. They are sent at the next sync.", "good")
        self._plan = replace(self._plan, batches=self._plan.batches[self._done :])
        self.counts.setText(_counts(self._plan))
        self._idle()
        self._list()

    def _stopped(self, refusal: Refusal) -> None:
        self._cancelled = True
        self._finish()
        self.banner.say(str(refusal), "danger")

    def _cancel(self) -> None:
        self._cancelled = True
        self.progress.setText("Finishing what is under way")


_EMPTY = {
    "create": ("Nothing to create", "Everything in this file is already here."),
    "duplicate": ("No duplicates", "No line says again what is already there."),
    "problem": ("No problems", "Every line could be read."),
}


def _columns() -> tuple[Shown, ...]:
    return (
        Shown(
            "Line",
            lambda one: "" if one.line is None else number_text(one.line),
            90,
            True,
            lambda one: one.line,
        ),
        Shown("What", lambda one: one.what, 240),
        Shown("Why, or with what", lambda one: one.words, 420),
    )


def _lines(found: Plan, which: str) -> list[Line]:
    if which == "duplicate":
        return [Line(uuid4(), one.line, one.key, one.reason) for one in found.duplicates]
    if which == "problem":
        return [Line(uuid4(), one.line, "Left out", one.message) for one in found.problems]
    lines = []
    for batch in found.batches:
        names = [row.record.__titles__ for row in batch.rows]
        counts = {titles: names.count(titles) for titles in dict.fromkeys(names)}
        words = ", ".join(f"{n} {titles[n != 1].lower()}" for titles, n in counts.items())
        lines.append(Line(uuid4(), None, batch.title, words))
    return lines


def _created(found: Plan) -> str:
    parts = [
        f"{number_text(count)} {record_for(table).__titles__[count != 1].lower()}"
        for table, count in found.create.items()
    ]
    return " and ".join(parts) or "nothing"


def _counts(found: Plan) -> str:
    duplicates, problems = len(found.duplicates), len(found.problems)
    return (
        f"{number_text(found.rows)} lines: would create {_created(found)} · "
        f"{number_text(duplicates)} {'duplicate' if duplicates == 1 else 'duplicates'} · "
        f"{number_text(problems)} {'problem' if problems == 1 else 'problems'}"
    )


def _plan(mirror: Mirror, path: Path, kind: str) -> Plan:
    return plan(mirror, path, kind)


def _carry_out(mirror: Mirror, part: Plan) -> Changes:
    return carry_out(mirror, part)
