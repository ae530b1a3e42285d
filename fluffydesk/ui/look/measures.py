"""Spacing, sizes and type: the 8 px grid and the few fonts there are."""

from __future__ import annotations

from enum import Enum

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QWidget

TIGHT = 4
STEP = 8
CARD = 16
GROUP = 24

ROW = 36
"""Row height in lists, px."""
ENTRY_ROW = 44
"""Row height in entry grids, px."""
TARGET = 40
"""The least height of what is pressed, px."""
FIELD = 40
FORM_WIDTH = 560
RAIL = 208
RAIL_NARROW = 64
WINDOW_NARROW = 1000
"""In a window less wide than this the rail folds, to leave room for the screens."""
ICON = 20
CORNER = 8
MOTION_MS = 150

_FALLBACKS = ["Inter", "Noto Sans", "DejaVu Sans"]


class Type(Enum):
    """The sizes of type, in points, and whether they are heavier."""

    SMALL = (9.5, False)
    TEXT = (11.0, False)
    STRONG = (11.0, True)
    HEADING = (13.0, True)
    TITLE = (18.0, True)
    NUMBER = (26.0, True)


def font(kind: Type = Type.TEXT) -> QFont:
    """Return the system's font in one of the sizes, with figures of equal width."""
    size, heavy = kind.value
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    family = made.family()
    families = [family] if family not in ("Sans Serif", "sans-serif", "") else []
    present = set(QFontDatabase.families())
    families += [name for name in _FALLBACKS if name in present and name not in families]
    if families:
        made.setFamilies(families)
    made.setPointSizeF(size)
    made.setWeight(QFont.Weight.DemiBold if heavy else QFont.Weight.Normal)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def dress(widget: QWidget, kind: Type) -> None:
    """Give a widget one of the fonts."""
    widget.setFont(font(kind))
