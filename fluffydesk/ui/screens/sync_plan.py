"""What a sync would do, as a list to read: what goes, what stays and why, and what would come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout

from fluffydesk.errors import Refusal
from fluffydesk.records.catalog import record_for
from fluffydesk.sync.dry_run import Held, Incoming, Outgoing, Row, Sending
from fluffydesk.ui.fields.texts import label_text, number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import IconButton, Words, hair_line

_MOST = 40
_VERBS = {"insert": "new", "update": "changed", "delete": "deleted"}


class PlanCard(Card):
    """Shows a dry run. It takes the focus; Esc hides it."""

    hidden = Signal()

    def __init__(self) -> None:
        super().__init__("What a sync would do now")
        self.setProperty("role", "tile")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.act(IconButton("close", "Hide what a sync would do", self.hidden.emit))
        self.add(Words("Nothing has been sent or changed by looking.", role="muted", wrap=True))
        self._lines = QVBoxLayout()
        self._lines.setSpacing(measures.TIGHT)
        self.add(self._lines)
        self.add(hair_line())
        self._coming = QVBoxLayout()
        self._coming.setSpacing(measures.TIGHT)
        self.add(self._coming)
        self.read: list[str] = []
        """Every line, for a person who listens."""
        self._wait = self._say(self._coming, "Asking central what would come ..", "muted")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hidden.emit()
            return
        super().keyPressEvent(event)

    def show_outgoing(self, plan: Outgoing) -> None:
        """Show what would be sent, and what is held back."""
        self._title(self._lines, sending_words(plan))
        for one in plan.sending[:_MOST]:
            self._say(self._lines, unit_words(one))
        self._rest(self._lines, len(plan.sending))
        if plan.held:
            self._lines.addSpacing(measures.STEP)
            count = len(plan.held)
            self._title(self._lines, f"{number_text(count)} held back on this PC")
            for held in plan.held[:_MOST]:
                self._say(self._lines, held_words(held))
            self._rest(self._lines, count)
        self._tell()

    def show_incoming(self, found: Incoming | Refusal) -> None:
        """Show what would come, or why that is not known."""
        self._wait.hide()
        self.read.remove(self._wait.text())
        if isinstance(found, Refusal):
            self._say(self._coming, f"What would come is not known: {found.message}", "muted")
            self._tell()
            return
        self._title(self._coming, coming_words(found))
        for line in table_words(found):
            self._say(self._coming, line)
        if found.conflicts:
            self._coming.addSpacing(measures.STEP)
            count = len(found.conflicts)
            new = "new conflict" if count == 1 else "new conflicts"
            self._title(self._coming, f"{number_text(count)} {new} would wait for you")
            for one in found.conflicts[:_MOST]:
                about = ", ".join(one.columns) or "deleted on one side, changed on the other"
                self._say(self._coming, f"{name_words(one)}: {about}")
            self._rest(self._coming, count)
        self._tell()

    def _title(self, lines: QVBoxLayout, text: str) -> None:
        self.read.append(text)
        lines.addWidget(Words(text, Type.STRONG, wrap=True))

    def _say(self, lines: QVBoxLayout, text: str, role: str = "") -> Words:
        self.read.append(text)
        words = Words(text, role=role, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        lines.addWidget(words)
        return words

    def _rest(self, lines: QVBoxLayout, count: int) -> None:
        if count > _MOST:
            self._say(lines, f"and {number_text(count - _MOST)} more", "muted")

    def _tell(self) -> None:
        self.setAccessibleDescription(". ".join(self.read))


def sending_words(plan: Outgoing) -> str:
    """Return how much would be sent."""
    if not plan.sending:
        return "Nothing would be sent"
    rows = _several(plan.rows, "record", "records")
    return f"{rows} would be sent, in {_several(len(plan.sending), 'part', 'parts')}"


def unit_words(one: Sending) -> str:
    """Return what is sent together: the titles of the saves, and each record with its columns."""
    titles = ", ".join(one.titles[:3]) + (" .." if len(one.titles) > 3 else "")
    rows = [row_words(row) for row in one.rows[:4]]
    if len(one.rows) > 4:
        rows.append(f"and {number_text(len(one.rows) - 4)} more")
    again = " (again: the line was cut while it was under way)" if one.again else ""
    return f"{titles} – {'; '.join(rows)}{again}"


def row_words(row: Row) -> str:
    """Return a record and what is done with it: "Animal 17 Bella, changed: Name, Colour"."""
    columns = f": {', '.join(row.columns)}" if row.columns else ""
    return f"{name_words(row)}, {_VERBS[row.op]}{columns}"


def held_words(held: Held) -> str:
    """Return what is held back and why."""
    columns = f" ({', '.join(held.row.columns)})" if held.row.columns else ""
    return f"{name_words(held.row)}{columns}. {held.why}"


def name_words(row: Row) -> str:
    """Return what people call a record: "Animal 17 Bella"."""
    return f"{record_for(row.table).__titles__[0]} {label_text(row.name)}".strip()


def coming_words(found: Incoming) -> str:
    """Return how much would come."""
    if found.everything:
        return f"Everything would be loaded: {_several(found.rows, 'record', 'records')}"
    if not found.rows:
        return "Nothing would come: this PC has all that is new"
    return f"{_several(found.rows, 'record', 'records')} would come or go here"


def table_words(found: Incoming) -> list[str]:
    """Return a line for each table of which something would come or go."""
    lines = [_table(table, count, "") for table, count in _most(found.changed)]
    return lines + [_table(table, count, " would go") for table, count in _most(found.gone)]


def _most(counts: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _table(table: str, count: int, more: str) -> str:
    one, many = record_for(table).__titles__
    return f"{_several(count, one.lower(), many.lower())}{more}"


def _several(count: int, one: str, many: str) -> str:
    return f"{number_text(count)} {one if count == 1 else many}"
