"""Where Tab goes: through a window as it is read, also where parts of it come and go."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QWidget,
)

_MARGIN = 24


def stops(window: QWidget) -> list[QWidget]:
    """Return what Tab stops at, as it is read: visible, enabled, one of each group."""
    return [part for part in _parts(window) if _stops_at(part)]


def go(window: QWidget, forward: bool) -> bool:
    """Give the focus to the next stop, or the one before; at the end go round."""
    now = QApplication.focusWidget()
    around = [part for part in stops(window) if now is not None and part.isAncestorOf(now)]
    found = [part for part in stops(window) if part is now or part not in around]
    if not found:
        return False
    step = 1 if forward else -1
    if now in found:
        target = found[(found.index(now) + step) % len(found)]
    else:
        target = found[0 if forward else -1]
    reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
    target.setFocus(reason)
    bring_into_sight(target)
    return True


def _stops_at(part: QWidget) -> bool:
    if not part.isVisible() or not part.isEnabled():
        return False
    if isinstance(part, QAbstractButton) and (group := part.group()) is not None:
        # The arrows move within a group, so Tab stops once: at the one that is chosen.
        return not group.exclusive() or group.checkedButton() in (part, None)
    return bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _parts(widget: QWidget) -> Iterator[QWidget]:
    """Yield a widget's visible descendants, each level in the order in which it is read."""
    # Not through QLayoutItem or focusProxy(): with what they return PySide frees what it names.
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    children = [one for one in widget.findChildren(QWidget, options=direct) if one.isVisible()]
    for child in read_in_order([one for one in children if not one.isWindow()]):
        yield child
        if not isinstance(child, QComboBox | QAbstractSpinBox | QLineEdit):
            yield from _parts(child)


def read_in_order(parts: list[QWidget]) -> list[QWidget]:
    """Return widgets of one parent row by row, and within a row column by column.

    A gap all the way across parts two rows, one all the way down parts two columns; so a list
    beside a card comes before all of the card.
    """
    if len(parts) < 2:
        return parts
    for begin, end in ((QRect.top, QRect.bottom), (QRect.left, QRect.right)):
        groups = _groups(parts, begin, end)
        if len(groups) > 1:
            return [part for group in groups for part in read_in_order(group)]
    return sorted(parts, key=lambda part: (part.y(), part.x()))


def _groups(
    parts: list[QWidget], begin: Callable[[QRect], int], end: Callable[[QRect], int]
) -> list[list[QWidget]]:
    """Part widgets wherever none of them crosses, along one axis."""
    groups: list[list[QWidget]] = []
    reached = 0
    for part in sorted(parts, key=lambda part: begin(part.geometry())):
        if groups and begin(part.geometry()) <= reached:
            groups[-1].append(part)
            reached = max(reached, end(part.geometry()))
        else:
            groups.append([part])
            reached = end(part.geometry())
    return groups


def bring_into_sight(target: QWidget) -> None:
    """Scroll whatever scrolls around a widget until it is seen."""
    parent = target.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(target, _MARGIN, _MARGIN)
        parent = parent.parentWidget()
