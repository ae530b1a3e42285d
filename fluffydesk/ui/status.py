"""How synced this PC is, in words: the status bar and its chip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fluffydesk.records.types import now
from fluffydesk.sync.live import how_wrong
from fluffydesk.ui.fields.texts import clock_text, day_text, number_text, zone
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, Title, restyle

HEIGHT = 40


@dataclass(frozen=True)
class SyncStatus:
    """How far here and central agree."""

    online: bool = False
    waiting: int = 0
    """Edits that central has not seen."""
    conflicts: int = 0
    refused: int = 0
    verified_at: datetime | None = None
    """When this PC's rows were last found to be central's."""
    busy: str | None = None
    """What is being done right now: "Syncing"."""
    paused: bool = False
    """A person cancelled the sync."""
    clock_offset: float = 0
    """Seconds by which this PC's clock is ahead of central's; negative: behind."""


def words_of(status: SyncStatus, today: datetime | None = None) -> str:
    """Return the chip's words; `today` (aware) decides whether a day is named."""
    parts = []
    if not status.online:
        parts.append("Offline")
    if status.conflicts:
        parts.append(_several(status.conflicts, "conflict needs you", "conflicts need you"))
    if status.refused:
        parts.append(_several(status.refused, "edit was refused", "edits were refused"))
    if status.busy:
        parts.append(f"{status.busy} …")
    elif status.paused:
        parts.append("Sync paused")
    if status.waiting:
        parts.append(_several(status.waiting, "edit waits", "edits wait"))
    elif not (status.conflicts or status.refused or status.busy):
        parts.append("All saved")
        if status.verified_at is not None:
            parts.append(f"verified {_when(status.verified_at, today)}")
    if wrong := how_wrong(status.clock_offset):
        parts.append(f"clock {wrong}")
    return " · ".join(parts)


def tone_of(status: SyncStatus) -> str:
    """Return the tone: danger asks for a person, warning is being offline, else good."""
    if status.conflicts or status.refused:
        return "danger"
    wrong = status.paused or how_wrong(status.clock_offset)
    return "good" if status.online and not wrong else "warning"


def _several(count: int, one: str, several: str) -> str:
    return f"{number_text(count)} {one if count == 1 else several}"


def _when(moment: datetime, today: datetime | None) -> str:
    there = moment.astimezone(zone())
    here = (today or now()).astimezone(zone())
    same = there.date() == here.date()
    return clock_text(moment) if same else f"{day_text(there.date())} {clock_text(moment)}"


def _icon_of(status: SyncStatus) -> tuple[str, str]:
    if status.conflicts:
        return "conflict", "danger"
    if status.refused:
        return "refused", "danger"
    if not status.online:
        return "offline", "warning"
    if how_wrong(status.clock_offset):
        return "clock", "warning"
    return ("sync", "muted") if status.busy else ("online", "accent")


class StatusBar(QWidget):
    """The sync chip at the left, whose copy this is at the right."""

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self.chip = Button("", self.opened.emit, kind="status")
        self.chip.setToolTip("Open the sync centre")
        self._whose = Title(Type.SMALL)
        self._whose.set_role("muted")
        self._whose.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = QHBoxLayout(self)
        line.setContentsMargins(measures.STEP, 0, measures.CARD, 0)
        line.addWidget(self.chip)
        line.addWidget(self._whose, 1)
        self.show_status(SyncStatus())

    def show_status(self, status: SyncStatus) -> None:
        """Show another status."""
        text = words_of(status)
        self.chip.setText(f" {text}")
        self.chip.setAccessibleName(f"Sync: {text}")
        self.chip.set_icon(*_icon_of(status))
        restyle(self.chip, "tone", tone_of(status))

    def show_whose(self, text: str) -> None:
        """Show whose copy this is."""
        self._whose.setText(text)
