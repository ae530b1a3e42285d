"""A note and its amendments together: who wrote what when, and what each one changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Button, Words, dismiss, row
from fluffydesk.ui.screens.reading.records_scroll import Note, changes_between

_TOP = Qt.AlignmentFlag.AlignTop


class Chain(QWidget):
    """Made anew for each note; hidden where it was never amended."""

    def __init__(self, go: Callable[[UUID], object]) -> None:
        super().__init__()
        self._go = go
        self._card: Card | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_chain(self, notes: Sequence[Note], shown: UUID) -> None:
        """Show the notes of a chain, the oldest first; the one in the form has no link."""
        old, self._card = self._card, None
        if old is not None:
            self._column.removeWidget(old)
            dismiss(old)
        self.setVisible(len(notes) > 1)
        if len(notes) < 2:
            return
        by_id = {note.id: note for note in notes}
        self._card = Card("Amendments")
        for note in notes:
            self._add(self._card, note, by_id.get(note.amends_id or note.id), shown)
        self._column.addWidget(self._card)

    def _add(self, card: Card, note: Note, older: Note | None, shown: UUID) -> None:
        on = day_text(note.values["visited_on"])
        what = f"Amendment of {on}" if note.amends_id else f"Note of {on}"
        here = note.id == shown
        if here:
            card.add(Words(f"{what}, shown above", Type.STRONG, wrap=True))
        else:
            card.add(row(Button(what, partial(self._go, note.id), kind="link"), None))
        card.add(Words(note.signed or "Not signed yet", Type.SMALL, "muted", wrap=True))
        if note.amends_id is None or older is None:
            return
        changed = changes_between(older.values, note.values)
        if not changed:
            card.add(Words("Nothing is changed yet.", role="muted"))
            return
        card.add(changed_lines(changed))


def changed_lines(changed: Sequence[tuple[str, str, str]]) -> QGridLayout:
    """Return lines that mark what was changed: what it said struck out, what it says heavy."""
    lines = QGridLayout()
    lines.setHorizontalSpacing(measures.CARD)
    lines.setVerticalSpacing(measures.TIGHT)
    lines.setColumnStretch(1, 1)
    for number, (label, was, now_is) in enumerate(changed):
        lines.addWidget(Words(label, Type.SMALL, "muted"), 2 * number, 0, _TOP)
        before = Words(was or "nothing", role="muted", wrap=True)
        struck = before.font()
        struck.setStrikeOut(bool(was))
        before.setFont(struck)
        before.setAccessibleName(f"{label} was: {was or 'nothing'}")
        after = Words(now_is or "nothing", Type.STRONG, wrap=True)
        after.setAccessibleName(f"{label} is: {now_is or 'nothing'}")
        lines.addWidget(before, 2 * number, 1)
        lines.addWidget(after, 2 * number + 1, 1)
    return lines
