"""The history of one record in a window: who changed what, when, where, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QVBoxLayout, QWidget
from sqlalchemy import Connection, select

from fluffydesk.errors import Offline, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import Record, entered_column
from fluffydesk.sync import history, trail
from fluffydesk.sync.history import Event
from fluffydesk.sync.ports import Central, Door
from fluffydesk.sync.trail import Entry
from fluffydesk.ui.fields.texts import entered_text, moment_text
from fluffydesk.ui.link import ask_central
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.naming import name_of, value_text
from fluffydesk.ui.parts.chip import Chip
from fluffydesk.ui.parts.controls import Button, Words, hair_line, row
from fluffydesk.ui.parts.room import make_room
from fluffydesk.wording import counted
from fluffydesk.work import Work

KEYS = "Ctrl+H"
_WIDTH, _HEIGHT = 640, 600
_MOST = 200
_KINDS = {
    "edit": ("Edit", "plain"),
    "conflict": ("Conflict", "warning"),
    "refusal": ("Refused", "danger"),
    "central": ("Central", "info"),
}
_VERBS = {"insert": "added it", "update": "changed", "delete": "deleted it"}
_KEPT = "Edits made on this PC are listed for a year after they were sent."
_OFFLINE = (
    "Older history, and what was changed on other PCs, is with central: look again when this PC is "
    "online."
)


@dataclass(frozen=True)
class Line:
    """One thing that happened, in words: what, when and where, and what became of it."""

    kind: str
    what: str
    when: str
    outcome: str


@dataclass(frozen=True)
class Story:
    """Whose history it is, and its lines, newest first."""

    name: str
    lines: tuple[Line, ...]
    entered: str = ""
    """What was typed, where it was in another unit than is kept: "Entered as 100 lb"."""


def read_story(mirror: Mirror, table: str, row_id: UUID) -> Story:
    """Read the history of a record, in words."""
    with mirror.read() as connection:
        found = history.events(connection, table, row_id)[:_MOST]
        lines = tuple(_line(connection, table, event) for event in found)
        record = record_for(table)
        return Story(
            name_of(connection, record, row_id), lines, _entered(connection, record, row_id)
        )


def _entered(connection: Connection, record: type[Record], row_id: UUID) -> str:
    column, table = entered_column(record), record.__table__
    if column is None:
        return ""
    query = select(column, table.c.entered_unit).where(table.c.id == row_id)
    row = connection.execute(query).first()
    return "" if row is None else entered_text(column, row[0], row[1])


def _line(connection: Connection, table: str, event: Event) -> Line:
    where = f" on {event.device}" if event.device else ""
    when = moment_text(event.at)
    ended = event.outcome
    if event.by:
        ended += f" by {event.by}"
    if event.ended is not None:
        ended += f", {moment_text(event.ended)}"
    ended = ended[:1].upper() + ended[1:]
    if event.kind == "edit":
        verb = _VERBS.get(event.op, "decided")
        columns = f" {', '.join(event.columns)}" if event.op == "update" else ""
        what = f"{event.who or 'Somebody'} {verb}{columns}"
        return Line(event.kind, what, f"{when}{where} · {event.title}", ended)
    if event.kind == "conflict":
        who = event.who or "somebody"
        about = event.columns[0] if event.columns else "The whole record"
        what = f"{about}: changed here, and differently by {who}{where}"
        return Line(event.kind, what, f"{when}{_sides(connection, table, event)}", ended)
    if event.kind == "refusal":
        return Line(event.kind, event.title, when, ended)
    who = f" by {event.who}" if event.who else ""
    return Line(event.kind, f"{event.title}: made{who}{where}", when, "")


def _sides(connection: Connection, table: str, event: Event) -> str:
    if event.sides is None:
        return ""
    column = record_for(table).__table__.columns[event.column]
    was, here, there = (_short(value_text(connection, column, side)) for side in event.sides)
    return f" · before: {was} · here: {here} · there: {there}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"


class HistoryDialog(QDialog):
    """Reads a record's history and shows it; Esc closes, the arrow keys scroll."""

    def __init__(self, work: Work, table: str, row_id: UUID, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("History")
        self.lines: tuple[Line, ...] = ()
        self.heading = Words("History", Type.TITLE, wrap=True)
        self.heading.setContentsMargins(measures.GROUP, measures.GROUP, measures.GROUP, 12)
        inner = QWidget()
        inner.setObjectName("scrolled")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(
            measures.GROUP, measures.TIGHT, measures.GROUP, measures.CARD
        )
        self._column.setSpacing(12)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setAccessibleName("History")
        self.area.setWidget(inner)
        close = Button("Close", self.reject)
        foot = row(Words(_KEPT, Type.SMALL, "muted", wrap=True), close, spacing=measures.CARD)
        foot.setStretch(0, 1)
        foot.setContentsMargins(measures.GROUP, 12, measures.GROUP, measures.CARD)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(self.area, 1)
        column.addWidget(hair_line())
        column.addLayout(foot)
        make_room(self, _WIDTH, _HEIGHT)
        self._work, self._table, self._row = work, table, row_id
        self.earlier: tuple[Entry, ...] = ()
        self.trail = Words("", role="muted", wrap=True)
        work.on_mirror(partial(read_story, table=table, row_id=row_id), self._show)

    def _show(self, story: Story) -> None:
        self.heading.setText(f"History of {story.name}")
        self.lines = story.lines
        if story.entered:
            self._column.addWidget(Words(story.entered, Type.STRONG, wrap=True))
        if not story.lines:
            self._column.addWidget(
                Words("Nothing was done with it on this PC yet.", role="muted", wrap=True)
            )
        for number, line in enumerate(story.lines):
            if number:
                self._column.addWidget(hair_line())
            self._column.addWidget(_Happened(line))
        self._column.addWidget(hair_line())
        self._column.addWidget(Words("On every PC, as central has it", Type.HEADING))
        self._column.addWidget(self.trail)
        self._column.addStretch(1)
        self.area.setAccessibleDescription(
            ". ".join(f"{line.what}, {line.when}, {line.outcome}" for line in story.lines)
        )

        self._ask_central()

    def _ask_central(self) -> None:
        """Ask for what other PCs did, where central has a trail that this person may read."""
        none = trail.why_none(self._table, self._work.whose.role)
        self.trail.setText(none or "Asking central …")
        if none:
            return
        table, row_id = self._table, self._row

        def ask(door: Door, central: Central) -> tuple[Entry, ...]:
            return trail.entries(door, central, table, row_id)

        ask_central(self._work, ask, self._show_trail, self._no_trail)

    def _show_trail(self, found: tuple[Entry, ...]) -> None:
        self.earlier = found
        more = f" The last {trail.MOST} are listed." if len(found) == trail.MOST else ""
        told = f"{counted(len(found), 'change is', 'changes are')} in its audit trail.{more}"
        self.trail.setText(told if found else "Nothing of it is in central's audit trail yet.")
        for entry in found:
            where = f" on {entry.device}" if entry.device else ""
            columns = f" {', '.join(entry.columns)}" if entry.op == "update" else ""
            what = f"{entry.who or 'Somebody'} {_VERBS[entry.op]}{columns}"
            line = Line("central", what, f"{moment_text(entry.at)}{where}", "")
            at = self._column.count() - 1
            self._column.insertWidget(at, hair_line())
            self._column.insertWidget(at + 1, _Happened(line))

    def _no_trail(self, refusal: Refusal) -> None:
        self.trail.setText(_OFFLINE if isinstance(refusal, Offline) else str(refusal))


class _Happened(QWidget):
    """One line of a history: a chip for its kind beside what happened and what became of it."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        text, tone = _KINDS[line.kind]
        chip = Chip(text, tone)
        chip.setMinimumWidth(88)
        words = QVBoxLayout()
        words.setSpacing(2)
        what = Words(line.what, Type.STRONG, wrap=True)
        what.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.addWidget(what)
        words.addWidget(Words(line.when, Type.SMALL, "muted", wrap=True))
        if line.outcome:
            words.addWidget(Words(line.outcome, wrap=True))
        whole = row(chip, spacing=measures.CARD)
        whole.setAlignment(chip, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(words, 1)
        self.setLayout(whole)


def open_history(parent: QWidget, work: Work, table: str, row_id: UUID) -> HistoryDialog:
    """Open the history of a record over `parent`; returns at once."""
    dialog = HistoryDialog(work, table, row_id, parent)
    dialog.open()
    dialog.area.setFocus()
    return dialog
