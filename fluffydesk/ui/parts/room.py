"""How large a window is that opens over the app's: as it wishes, but always within it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from fluffydesk.ui.look import measures

SMALLEST = QSize(800, 600)
"""The smallest window that the screens are made for, px."""


def make_room(window: QWidget, wide: int, high: int) -> None:
    """Resize a window to `wide` x `high` px, less where the app's own window has less room.

    It may open over another one that is small: what counts is the window below all of them.
    """
    below = window
    while (over := below.parentWidget()) is not None:
        below = over.window()
    wish = QSize(wide, high)
    if below is not window:
        edge = 2 * measures.GROUP
        wish = wish.boundedTo(below.size().expandedTo(SMALLEST) - QSize(edge, edge))
    window.resize(wish)
