"""What waits, and what was discarded: lines of the sync centre that lead to the records."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from fluffydesk.ui.fields.texts import moment_text, number_text
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, Title, Words, hair_line, row
from fluffydesk.ui.screens.reading.sync import SyncView, UnitRow

Opens = Callable[[str, UUID], object]
_NAME, _NAME_OF_SEVERAL = 44, 26
"""How many letters of a record's name are shown, so that a line fits the smallest window."""


def fill_waiting(lines: QVBoxLayout, view: SyncView, opens: Opens) -> None:
    """Put a line for each unit that waits: its title, its records, who and when."""
    if not view.waiting:
        open_ones = view.conflicts or view.refused
        told = "Nothing else waits." if open_ones else "Nothing waits: central has every edit."
        lines.addWidget(Words(told, role="muted", wrap=True))
    for number, unit in enumerate(view.waiting):
        if number:
            lines.addWidget(hair_line())
        _waiting(lines, unit, opens)
    left = view.books.counts.get("waiting", 0) - len(view.waiting)
    if left > 0:
        lines.addWidget(Words(f"and {number_text(left)} more", role="muted"))


def _waiting(lines: QVBoxLayout, unit: UnitRow, opens: Opens) -> None:
    where = f" on {unit.device}" if unit.device else ""
    who = f"{unit.who}{where}, {moment_text(unit.made_at)}"
    lines.addLayout(_line(unit.title, who))
    if not unit.rows:
        return
    links = row()
    longest = _NAME if len(unit.rows) == 1 else _NAME_OF_SEVERAL
    for (table, row_id), name in zip(unit.rows, unit.names, strict=True):
        links.addWidget(_link(name, table, row_id, opens, longest))
    if unit.more:
        links.addWidget(Words(f"and {number_text(unit.more)} more", Type.SMALL, "muted"))
    links.addStretch(1)
    lines.addLayout(links)


def _line(title: str, who: str) -> QHBoxLayout:
    """Return a title, as much of it as there is room for, and who and when at the right."""
    words = Title(Type.TEXT)
    words.setText(title)
    line = row(words, Words(who, Type.SMALL, "muted"))
    line.setStretch(0, 1)
    return line


def _link(name: str, table: str, row_id: UUID, opens: Opens, longest: int) -> Button:
    shown = name if len(name) <= longest else f"{name[: longest - 1]}…"
    link = Button(shown, lambda: opens(table, row_id), kind="link")
    link.setAccessibleName(f"Open {name}")
    link.setToolTip(f"Open {name}")
    return link


def fill_discarded(lines: QVBoxLayout, view: SyncView) -> None:
    """Put a line for each unit that was discarded: what, by whom, and when."""
    for number, one in enumerate(view.discarded[:20]):
        if number:
            lines.addWidget(hair_line())
        by = f"discarded by {one.by or 'nobody named'}"
        when = "" if one.at is None else f", {moment_text(one.at)}"
        lines.addLayout(_line(one.title, f"{by}{when}"))
    left = view.books.counts.get("discarded", 0) - min(20, len(view.discarded))
    if left > 0:
        lines.addWidget(Words(f"and {number_text(left)} more", role="muted"))
