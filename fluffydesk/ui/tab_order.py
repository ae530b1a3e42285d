"""Where Tab goes: through a window as it is read, also where parts of it come and go."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLayout, QScrollArea, QWidget

_MARGIN = 24


def stops(window: QWidget) -> list[QWidget]:
    """Return what Tab stops at, in the order of the layouts: visible, enabled, one of a group."""
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
    _show(target)
    return True


def _stops_at(part: QWidget) -> bool:
    if not part.isVisible() or not part.isEnabled() or part.focusProxy() is not None:
        return False
    if isinstance(part, QAbstractButton) and (group := part.group()) is not None:
        # The arrows move within a group, so Tab stops once: at the one that is chosen.
        return not group.exclusive() or group.checkedButton() in (part, None)
    return bool(part.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _parts(widget: QWidget) -> Iterator[QWidget]:
    """Yield a widget's descendants, laid out ones first and in the order of their layout."""
    layout = widget.layout()
    placed = [] if layout is None else list(_placed(layout))
    children = [one for one in widget.children() if isinstance(one, QWidget)]
    for child in [*placed, *(one for one in children if one not in placed)]:
        if child.isHidden() or child.isWindow():
            continue
        yield child
        yield from _parts(child)


def _placed(layout: QLayout) -> Iterator[QWidget]:
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item is None:
            continue
        inner, widget = item.layout(), item.widget()
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _placed(inner)


def _show(target: QWidget) -> None:
    parent = target.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(target, _MARGIN, _MARGIN)
        parent = parent.parentWidget()
