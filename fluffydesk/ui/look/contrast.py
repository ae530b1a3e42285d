"""Whether words can be read on a ground: the contrast of WCAG 2.1, and a colour that has it."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QColor

from fluffydesk.ui.look import theme

LEAST = 4.5
"""What WCAG 2.1 asks of words (1.4.3)."""
_STEPS = 4


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.1, 1.4.3)."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def readable(colour: QColor, ground: QColor) -> QColor:
    """Return a colour for words on a ground, moved towards that of text as far as it needs."""
    return _readable(colour.rgb(), ground.rgb(), theme.colour("text").rgb())


@lru_cache(1024)
def _readable(colour: int, ground: int, text: int) -> QColor:
    under, far = QColor(ground), QColor(text)
    for step in range(_STEPS):
        share = step / _STEPS
        found = _mixed(QColor(colour), far, share)
        if contrast(found, under) >= LEAST:
            return found
    return far


def _mixed(near: QColor, far: QColor, share: float) -> QColor:
    pairs = zip(near.getRgb()[:3], far.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(one + (other - one) * share) for one, other in pairs))


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
