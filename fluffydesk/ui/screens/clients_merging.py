"""Two cards of one client side by side: which value stays of each field, what moves, and Undo."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QVBoxLayout,
    QWidget,
)

from fluffydesk.actions.duplicates import Pair, pairs
from fluffydesk.actions.merging_clients import Merged, Preview, Side, merge, preview, unmerge
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.pets import ClinicClient
from fluffydesk.ui.fields.texts import text_of
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Page
from fluffydesk.ui.parts.controls import Button, Segments, Words, dismiss, hair_line, row
from fluffydesk.ui.parts.room import make_room
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work

_WIDTH, _HEIGHT = 860, 620
_BESIDE, _LETTER = 420, 13
"""px: what stands beside two values, and what a letter of both takes, at most."""
_COLUMNS = ClinicClient.__table__.columns


class MergeDialog(QDialog):
    """The preview of a merge: a row for each field, the value that stays chosen in each."""

    merged = Signal(object)

    def __init__(self, work: Work, kept_id: UUID, gone_id: UUID, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("Merge two clients")
        make_room(self, _WIDTH, _HEIGHT)
        self._work, self._ids = work, (kept_id, gone_id)
        self.shown: Preview | None = None
        self.groups: dict[str, Segments] = {}
        self.values: dict[str, list[Any]] = {}
        self._parts: list[QWidget] = []
        self.trouble = Banner("", "warning")
        self.moves = Words("", wrap=True)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(measures.CARD)
        self.grid.setVerticalSpacing(measures.STEP)
        for column in (1, 2):
            self.grid.setColumnStretch(column, 1)
        page = Page(measures.GROUP)
        page.add(self.grid)
        page.add(self.moves)
        page.column.addStretch(1)
        self.turn_button = Button("Keep the other card", self.turn, icon_role="undo")
        self.merge_button = Button("Merge", self.merge, kind="primary")
        self.merge_button.setToolTip("Ctrl+S")
        self.merge_button.setEnabled(False)
        foot = row(self.turn_button, None, Button("Cancel", self.reject), self.merge_button)
        foot.setContentsMargins(measures.GROUP, 12, measures.GROUP, measures.CARD)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(0, 0, 0, 0)
        column_.setSpacing(0)
        heading = Words("Merge two clients", Type.TITLE)
        heading.setContentsMargins(measures.GROUP, measures.GROUP, measures.GROUP, 12)
        for part in (heading, self.trouble):
            column_.addWidget(part)
        column_.addWidget(page, 1)
        column_.addWidget(hair_line())
        column_.addLayout(foot)
        for keys in ("Ctrl+S", "Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.merge)
        self._read()

    def turn(self) -> None:
        """Keep the other card of the two."""
        self._ids = (self._ids[1], self._ids[0])
        self._read()

    def merge(self) -> None:
        """Merge as it is chosen."""
        if self.shown is None or not self.merge_button.isEnabled():
            return
        self.merge_button.setEnabled(False)
        kept, gone = self._ids
        job = partial(merge, kept_id=kept, gone_id=gone, values=self.chosen())
        self._work.act(job, self._merged, self._refused)

    def chosen(self) -> dict[str, Any]:
        """Return the value that stays of each field."""
        return {name: self.values[name][int(str(one.value()))] for name, one in self.groups.items()}

    def _read(self) -> None:
        kept, gone = self._ids
        job = partial(preview, kept_id=kept, gone_id=gone)
        self._work.on_mirror(job, self._show, self._refused, latest=True)

    def _show(self, found: Preview) -> None:
        self.shown = found
        self.trouble.say("")
        while self._parts:
            dismiss(self._parts.pop())
        self.groups, self.values = {}, {}
        for column, title in ((1, "This card is kept"), (2, "This one goes into it")):
            self._put(Words(title, Type.STRONG), 0, column)
        shown = [side for side in found.sides if side.kept or side.gone]
        for line, side in enumerate(shown, start=1):
            self._add(line, side)
        self.moves.setText(_moves(found))
        self.merge_button.setEnabled(True)
        self.merge_button.setFocus()

    def _put(self, part: QWidget, line: int, column: int, wide: int = 1) -> None:
        self.grid.addWidget(part, line, column, 1, wide, Qt.AlignmentFlag.AlignTop)
        self._parts.append(part)

    def _add(self, line: int, side: Side) -> None:
        label = _COLUMNS[side.name].info["facts"].label
        self._put(Words(label, role="muted"), line, 0)
        if not side.differs:
            self._put(Words(_said(side.name, side.kept), wrap=True), line, 1, 2)
            return
        values = [side.kept, side.gone]
        if side.value not in values:  # one below the other, so that nothing is lost
            values.append(side.value)
        texts = [_said(side.name, value) or "Nothing" for value in values[:2]]
        texts += ["Both"] * (len(values) - 2)
        letters = (self.width() - _BESIDE) // _LETTER
        choices: list[tuple[str, object]] = [
            (_short(text, letters), number) for number, text in enumerate(texts)
        ]
        choice = Segments(label, choices)
        choice.set_value(values.index(side.value))
        choice.setToolTip("\n".join(texts))
        self._put(choice, line, 1, 2)
        self.groups[side.name], self.values[side.name] = choice, values

    def _merged(self, done: Merged) -> None:
        self.merged.emit(done)
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        self.trouble.say(str(refusal), "warning")
        self.merge_button.setEnabled(False)


class DuplicatesDialog(QDialog):
    """The cards that may be entered twice; Enter shows two side by side."""

    merged = Signal(object)

    def __init__(self, work: Work, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.setWindowTitle("Entered twice?")
        make_room(self, _WIDTH, _HEIGHT)
        self._work = work
        self.merging: MergeDialog | None = None
        self.table = RowsTable(
            "Clients entered twice",
            (
                Shown("Card to keep", lambda one: one.kept, 240),
                Shown("Card that goes", lambda one: one.gone, 240),
                Shown("Why", lambda one: one.why, 260),
            ),
        )
        self.table.say_when_empty(
            "Nobody seems to be entered twice",
            "Cards with the same telephone or e-mail, or nearly the same name and address.",
        )
        self.table.opened.connect(self.look)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(measures.GROUP,) * 4)
        column.setSpacing(measures.CARD)
        column.addWidget(Words("Entered twice?", Type.TITLE))
        column.addWidget(self.table, 1)
        self.look_button = Button("Look at both", self._look_at_current, kind="primary")
        column.addLayout(row(None, Button("Close", self.reject), self.look_button))
        self.table.setFocus()
        self.reload()

    def reload(self) -> None:
        """Look for them anew."""
        self._work.on_mirror(_pairs, self._show, latest=True)

    def look(self, pair: Any) -> None:
        """Show two cards side by side."""
        self.merging = MergeDialog(self._work, pair.kept_id, pair.gone_id, self)
        self.merging.merged.connect(self._merged)
        self.merging.open()

    def _look_at_current(self) -> None:
        pair = self.table.current()
        if pair is not None:
            self.look(pair)

    def _show(self, found: tuple[Any, ...]) -> None:
        self.look_button.setEnabled(bool(found))
        self.table.show_rows(found, select_first=True)

    def _merged(self, done: Merged) -> None:
        self.merged.emit(done)
        self.reload()


def undo_of(work: Work, done: Merged) -> Callable[[], object]:
    """Return what takes a merge back."""
    return lambda: work.act(partial(unmerge, done=done))


class _Row:
    """A pair as a row, whose id is made of both."""

    def __init__(self, pair: Pair) -> None:
        self.id = f"{pair.kept_id}{pair.gone_id}"
        self.kept_id, self.gone_id = pair.kept_id, pair.gone_id
        self.kept, self.gone, self.why = pair.kept, pair.gone, pair.why


def _pairs(mirror: Mirror) -> tuple[_Row, ...]:
    with mirror.read() as connection:
        return tuple(_Row(pair) for pair in pairs(connection))


def _said(name: str, value: Any) -> str:
    return "" if value is None else " / ".join(text_of(_COLUMNS[name], value).splitlines())


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _moves(found: Preview) -> str:
    told = ", ".join(f"{kind.lower()}: {count}" for kind, count in found.moved)
    said = f"Moved to the card kept: {told}." if told else "Nothing else names the card that goes."
    if found.posted:
        said += (
            f" Posted invoices: {found.posted}. They stay as they were printed, and are shown and "
            "reckoned with the card kept."
        )
    return f"{said} The other card is listed no more, and found by its old name."
