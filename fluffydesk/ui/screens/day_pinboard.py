"""The pinboard: bookings cut from the calendar, to be put on another day; they keep their time."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from fluffydesk.ui import memory
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Words
from fluffydesk.ui.screens.day_time import clock_words
from fluffydesk.ui.screens.day_words import day_words
from fluffydesk.ui.screens.visits import Visit

WIDTH = 232
_ID = Qt.ItemDataRole.UserRole
_DRAG_FROM = 6


class PinList(QListWidget):
    """The pinned visits: Enter takes one into the hand, Delete takes it down, a drag puts it."""

    taken = Signal(object)
    unpinned = Signal(object)
    dragged = Signal(object, QPoint)
    """A visit's id and where on the screen it is dragged to."""
    dropped = Signal(object, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Pinboard")
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._press = QPoint()
        self._dragging: UUID | None = None
        self.itemDoubleClicked.connect(lambda item: self.taken.emit(item.data(_ID)))

    def current_id(self) -> UUID | None:
        """Return the visit that would be put next."""
        item = self.currentItem() or self.item(0)
        found = None if item is None else item.data(_ID)
        return found if isinstance(found, UUID) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        one = self.current_id()
        if one is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit(one)
        elif one is not None and event.key() == Qt.Key.Key_Delete:
            self.unpinned.emit(one)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._press = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons() & Qt.MouseButton.LeftButton:
            return
        away = (event.position().toPoint() - self._press).manhattanLength()
        item = self.itemAt(self._press)
        if self._dragging is None and away >= _DRAG_FROM and item is not None:
            self._dragging = item.data(_ID)
        if self._dragging is not None:
            self.dragged.emit(self._dragging, event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        one, self._dragging = self._dragging, None
        if one is not None:
            self.dropped.emit(one, event.globalPosition().toPoint())
        else:
            super().mouseReleaseEvent(event)


class Pinboard(Card):
    """Holds the ids of what is pinned, also when the screen is left and the app ended."""

    def __init__(self, organization_id: UUID | None, parent: QWidget | None = None) -> None:
        super().__init__("Pinboard", parent)
        self._key = f"calendar/pinboard/{organization_id}"
        self.ids: list[UUID] = _ids(memory.recall(self._key))
        self.list = PinList()
        self.setFixedWidth(WIDTH)
        self.add(self.list, 1)
        self.add(
            Words(
                "Each keeps its time until it is put. V puts the marked one at the cursor.",
                role="muted",
                wrap=True,
            )
        )
        self.setVisible(bool(self.ids))

    def pin(self, visit_id: UUID) -> None:
        """Keep a visit; the newest is the marked one."""
        self._keep([visit_id, *(one for one in self.ids if one != visit_id)])

    def unpin(self, visit_id: UUID) -> None:
        """Take a visit down."""
        self._keep([one for one in self.ids if one != visit_id])

    def show_visits(self, visits: Sequence[Visit], zone: ZoneInfo) -> None:
        """Show what is pinned; what is gone, or cancelled, is taken down."""
        found = {visit.id: visit for visit in visits if visit.takes_time}
        if any(one not in found for one in self.ids):
            self._keep([one for one in self.ids if one in found])
        marked = self.list.current_id()
        self.list.clear()
        for one in self.ids:
            item = QListWidgetItem(_words(found[one], zone))
            item.setData(_ID, one)
            item.setToolTip(item.text())
            item.setSizeHint(QSize(0, 22 + 20 * item.text().count("\n")))
            self.list.addItem(item)
        self.list.setCurrentRow(self.ids.index(marked) if marked in self.ids else 0)
        self.setVisible(bool(self.ids))

    def _keep(self, ids: list[UUID]) -> None:
        self.ids = ids
        memory.remember(self._key, "|".join(map(str, ids)))


def _ids(kept: object) -> list[UUID]:
    words = str(kept or "").split("|")
    return [UUID(word) for word in words if len(word) == 36]


def _words(visit: Visit, zone: ZoneInfo) -> str:
    when = f"{day_words(visit.starts.astimezone(zone).date(), 'ddd d MMM')}"
    first = " · ".join(part for part in (visit.pet, visit.service or visit.reason) if part)
    return "\n".join(
        part for part in (first, f"{when}, {clock_words(visit.starts, zone)}", visit.vet) if part
    )
