"""Keys that do something wherever in a part of the window the focus is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


def bind(part: QWidget, keys: Mapping[str, Callable[[], object]]) -> None:
    """Let keys ("Ctrl+T") act while the focus is in a part or what it holds, and nowhere else."""
    for key, act in keys.items():
        shortcut = QShortcut(QKeySequence(key), part)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)
