"""What a list says of rows that this PC does not keep, and where they are looked up and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QStackedLayout, QVBoxLayout, QWidget
from sqlalchemy import Column, Date

from fluffydesk.errors import InvalidValue, Offline, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import mirrored_by, record_for
from fluffydesk.records.vocabulary import Facts, Record, facts_of
from fluffydesk.sync import older, window
from fluffydesk.sync.older import Page, Question
from fluffydesk.sync.ports import Central, Door
from fluffydesk.ui.fields import texts
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.date_editors import DateEditor
from fluffydesk.ui.fields.editors import Editor
from fluffydesk.ui.fields.texts import day_text, number_text
from fluffydesk.ui.link import ask_central
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.pages import ID, TONE, Index, alignment_of, cell_of
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, IconLabel, Words, hair_line, row
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.room import make_room
from fluffydesk.ui.table import Table
from fluffydesk.wording import counted
from fluffydesk.work import Work

Log = tuple[type[Record], tuple[str, ...]]
"""A log, and the columns in which its rows are shown."""
_FROM = Column("first", Date, info={"facts": Facts("From")})
_TO = Column("last", Date, info={"facts": Facts("To")})
_DAY_WIDTH, _LINK_WIDTH, _CELL = 176, 240, 120
_WIDTH, _HEIGHT = 1040, 680


@dataclass(frozen=True)
class _Kept:
    """How much of the logs is kept here; both None where all is."""

    months: int | None = None
    first: date | None = None


def _read_kept(mirror: Mirror) -> _Kept:
    return _Kept(window.months(mirror), window.first_day(mirror))


class OlderStrip(QWidget):
    """Below a list of a log: that older rows are with central, and a button for each log.

    Hidden where this PC keeps everything. `of` narrows what is looked up: a link and a row.
    """

    def __init__(self, work: Work, logs: Sequence[Log], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._logs = [log for log in logs if log[0].__table__.name in window.LOGS]
        self.of: tuple[str, UUID] | None = None
        self.words = Words("", Type.SMALL, "muted", wrap=True)
        self.buttons: list[Button] = []
        said = row(IconLabel("clock", "muted", 16), self.words)
        said.setStretch(1, 1)
        links = row()
        several_logs = len(self._logs) > 1
        for record, names in self._logs:
            several = record.__titles__[1].lower()
            many = f"Look up older {several}…" if several_logs else "Look up older…"
            button = Button(many, partial(self.look_up, record, names), kind="link")
            button.setAccessibleName(f"Look up older {several} at central")
            self.buttons.append(button)
            links.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(said)
        if several_logs:  # below, for there may be no room beside
            links.addStretch(1)
            column.addLayout(links)
        else:
            said.addLayout(links)
        self.hide()

    def reload(self) -> None:
        """Read again how much is kept."""
        if self._logs:
            self._work.on_mirror(_read_kept, self._show, latest=True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.reload()

    def look_up(self, record: type[Record], names: tuple[str, ...]) -> OlderDialog:
        """Open the older rows of a log."""
        dialog = OlderDialog(self._work, record, names, self.of, self.window())
        dialog.open()
        dialog.table.setFocus()
        return dialog

    def _show(self, kept: _Kept) -> None:
        if kept.months is not None:
            self.words.setText(
                f"Only {_last(kept.months)} kept on this PC. What is older is with central."
            )
        self.setVisible(kept.months is not None)


def _last(months: int) -> str:
    return "the last month is" if months == 1 else f"the last {number_text(months)} months are"


class _OlderRows(QAbstractTableModel):
    """Rows from central, as many pages as were asked for."""

    def __init__(self, columns: list[Column[Any]], parent: QObject) -> None:
        super().__init__(parent)
        self.columns = columns
        self.rows: list[dict[str, Any]] = []

    def clear(self) -> None:
        self.beginResetModel()
        self.rows = []
        self.endResetModel()

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(rows) - 1)
            self.rows += rows
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment_of(self.columns[section])
        if role == Qt.ItemDataRole.DisplayRole:
            return texts.header_of(self.columns[section])
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment_of(column)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, ID, TONE):
            return cell_of(column, self.rows[index.row()], role)
        return None


class OlderDialog(QDialog):
    """Rows of a log from before what is kept here: read from central a page at a time."""

    def __init__(
        self,
        work: Work,
        record: type[Record],
        names: tuple[str, ...],
        of: tuple[str, UUID] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self._work, self._record = work, record
        self._several = record.__titles__[1].lower()
        self.setWindowTitle(f"Older {self._several}")
        self._page: Page | None = None
        self._question: Question | None = None
        columns = record.__table__.columns
        self.model = _OlderRows([columns[name] for name in names], self)
        self.first, self.last = DateEditor(_FROM), DateEditor(_TO)
        self._of = of
        for day in (self.first, self.last):
            day.line.setPlaceholderText("Any day")
        self.link = self._link_editor(names, of)
        self.go = Button("Look up", self.look_up, kind="primary", icon_role="search")
        self.table = Table(f"Older {self._several}, not kept on this PC")
        self.table.setModel(self.model)
        self.empty = Empty()
        self.note = Banner("", "info")
        self.trouble = Banner("", "warning")
        self.status = Words("", role="muted")
        self.more = Button("Show more", self.go_on)
        self.more.hide()
        self._build()
        work.on_mirror(_read_kept, self._know)
        self.look_up()

    def look_up(self) -> None:
        """Ask for the first page of what the fields say."""
        try:
            first, last = self.first.value(), self.last.value()
            of = self._of or self._linked()
        except InvalidValue as problem:
            self.trouble.say(str(problem), "danger")
            return
        if first and last and first > last:
            self.trouble.say("The first day lies after the last. Change one of them.", "danger")
            return
        self.model.clear()
        self._page = None
        self._question = Question(self._record.__table__.name, first, last, of)
        self._ask(None)

    def go_on(self) -> None:
        """Ask for the page after those that are shown."""
        if self._page is not None and self._page.more and self.more.isEnabled():
            self._ask(self._page)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self.table.hasFocus():
                self.look_up()
            return
        super().keyPressEvent(event)

    def _ask(self, after: Page | None) -> None:
        question = self._question
        assert question is not None
        self.trouble.say("")
        self.status.setText("Asking central …")
        self.more.setEnabled(False)
        if after is None:
            self.more.hide()
            self.empty.say("Asking central …", "Older rows come from there.")
            self._stack.setCurrentIndex(1)

        def ask(door: Door, central: Central) -> Page:
            return older.look(door, central, question, after)

        ask_central(self._work, ask, self._show, self._refused)

    def _show(self, page: Page) -> None:
        if page.question is not self._question:
            return  # another was asked meanwhile
        self._page = page
        before = len(self.model.rows)
        self.model.add(page.rows)
        count = len(self.model.rows)
        if not before and count:
            self._fit()
        self.empty.say("No older rows", f"Central has no older {self._several} for these days.")
        self._stack.setCurrentIndex(0 if count else 1)
        if self.more.hasFocus() and not page.more:
            self.table.setFocus()  # what has the focus is about to be hidden
        self.more.setVisible(page.more)
        self.more.setEnabled(True)
        told = f"{counted(count, 'row', 'rows')}, the latest first; not kept here"
        if page.passed_over:
            told += ". A day with more than 1,000 rows is shown in part: choose one to see all"
        self.status.setText(told + ("." if page.passed_over else ""))

    def _refused(self, refusal: Refusal) -> None:
        if isinstance(refusal, Offline):
            self.trouble.say(
                f"{refusal.message} Older {self._several} are with central only: look them up "
                "when this PC is online. What is kept here can be read as ever.",
                "warning",
            )
        else:
            self.trouble.say(str(refusal), "danger")
        self.status.setText("")
        self.more.setEnabled(True)
        if not self.model.rows:
            self.empty.say("Nothing could be looked up", "", "Try again", self.look_up)
            self._stack.setCurrentIndex(1)

    def _know(self, kept: _Kept) -> None:
        if kept.first is None:
            self.note.say(f"This PC keeps all {self._several}: none are older.")
            return
        self.note.say(
            f"This PC keeps {self._several} from {day_text(kept.first)} on. Those here are with "
            "central: they can be read, not changed."
        )

    def _link_editor(self, names: tuple[str, ...], of: tuple[str, UUID] | None) -> Editor | None:
        """Return the editor of the link by which the rows can be narrowed, such as the animal."""
        kept = mirrored_by(self._work.whose.organization_type)
        for name in [of[0]] if of else names:
            column = self._record.__table__.columns[name]
            target = facts_of(column).target
            if target and record_for(target) in kept:
                editor = editor_for(column, self._work)
                if of is not None:
                    editor.set_value(of[1])
                editor.changed.connect(self._forget_of)
                return editor
        return None

    def _linked(self) -> tuple[str, UUID] | None:
        chosen = None if self.link is None else self.link.value()
        return None if self.link is None or chosen is None else (self.link.column.name, chosen)

    def _forget_of(self) -> None:
        self._of = None  # another animal is being chosen

    def _build(self) -> None:
        heading = Words(self.windowTitle(), Type.TITLE, wrap=True)
        fields = row(spacing=measures.CARD)
        for editor, width in (
            (self.first, _DAY_WIDTH),
            (self.last, _DAY_WIDTH),
            (self.link, _LINK_WIDTH),
        ):
            if editor is not None:
                editor.setMaximumWidth(width)
                fields.addLayout(_labelled(editor), 2)
        foot_of_fields = QVBoxLayout()
        foot_of_fields.addStretch(1)
        foot_of_fields.addWidget(self.go)
        fields.addLayout(foot_of_fields)
        fields.addStretch(1)
        held = QWidget()
        self._stack = QStackedLayout(held)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout()
        edge = measures.GROUP
        column.setContentsMargins(edge, edge, edge, measures.CARD)
        column.setSpacing(12)
        for part in (heading, self.note):
            column.addWidget(part)
        column.addLayout(fields)
        column.addWidget(self.trouble)
        column.addWidget(held, 1)
        foot = row(self.status, None, self.more, Button("Close", self.reject))
        foot.setContentsMargins(edge, 12, edge, measures.CARD)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(column, 1)
        whole.addWidget(hair_line())
        whole.addLayout(foot)
        make_room(self, _WIDTH, _HEIGHT)

    def _fit(self) -> None:
        self.table.resizeColumnsToContents()
        for number in range(self.model.columnCount()):
            self.table.setColumnWidth(number, max(_CELL, self.table.columnWidth(number) + 24))


def _labelled(editor: Editor) -> QVBoxLayout:
    label = Words(facts_of(editor.column).label)
    label.setBuddy(editor.field)
    column = QVBoxLayout()
    column.setSpacing(measures.TIGHT)
    column.addWidget(label)
    column.addWidget(editor)
    return column
