"""Parts beside one another, that go on in another line where there is too little room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QSizePolicy, QWidget

from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Title

_SAID = Qt.WidgetAttribute.WA_WState_ExplicitShowHide
"""Of a part that is hidden because somebody said so, not because nothing shows it yet."""
_TALLEST = 10_000
_TITLE = 120
"""A title has no more than this for certain, px: it may end in "…"."""
_LEAST = 400
"""A part that asks for more, px, may have less: choices side by side, say."""


class Flow(QWidget):
    """A row of parts; those after None stand at the right while all of them fit in one line.

    What is left of its line goes to the part that `grows`.
    """

    def __init__(
        self,
        *parts: QWidget | None,
        spacing: int = measures.STEP,
        grows: QWidget | None = None,
    ) -> None:
        super().__init__()
        self._spacing, self._grows = spacing, grows
        self._parts = [part for part in parts if part is not None]
        left = parts[: parts.index(None)] if None in parts else parts
        self._left = len(left)
        for part in self._parts:
            _take(part, self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def put(self, part: QWidget, before: int) -> None:
        """Put another part before the one of that number, on its side."""
        self._parts.insert(before, part)
        self._left += before < self._left
        part.setParent(self)
        part.show()

    def count(self) -> int:
        """Return how many parts there are, those that are hidden too."""
        return len(self._parts)

    def sizeHint(self) -> QSize:
        hints = [_wish(part) for part in self._shown()]
        return QSize(self._wide(hints), max((hint.height() for hint in hints), default=0))

    def minimumSizeHint(self) -> QSize:
        hints = [_wish(part) for part in self._shown()]
        least = max((hint.width() for hint in hints), default=0)
        return QSize(min(_LEAST, least), max((hint.height() for hint in hints), default=0))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        places = self._places(width)
        return max((place.bottom() + 1 for place in places), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a part was shown, hidden or renamed
            self.updateGeometry()
            self._lay_out()
        return super().event(event)

    def _shown(self) -> list[QWidget]:
        return [part for part in self._parts if not part.isHidden()]

    def _wide(self, hints: list[QSize]) -> int:
        return sum(hint.width() for hint in hints) + self._spacing * max(0, len(hints) - 1)

    def _lay_out(self) -> None:
        for part, place in zip(self._shown(), self._places(self.width()), strict=True):
            part.setGeometry(place)

    def _places(self, width: int) -> list[QRect]:
        shown = self._shown()
        hints = [_wish(part) for part in shown]  # once: to ask a part takes long
        spare = 0 if self._grows else max(0, width - self._wide(hints))
        at, top, line = 0, 0, 0
        places: list[QRect] = []
        first = 0
        right = set(self._parts[self._left :])
        for part, wish in zip(shown, hints, strict=True):
            hint = wish.boundedTo(QSize(width, _TALLEST))
            if at and at + hint.width() > width:
                self._settle(shown, places, first, line, width)
                first = len(places)
                at, top, line = 0, top + line + measures.STEP, 0
            if part in right and spare:
                at, spare = at + spare, 0
            places.append(QRect(at, top, hint.width(), hint.height()))
            at += hint.width() + self._spacing
            line = max(line, hint.height())
        self._settle(shown, places, first, line, width)
        return places

    def _settle(
        self, shown: list[QWidget], places: list[QRect], first: int, line: int, width: int
    ) -> None:
        """Put the words and buttons of a line at half its height; fields stay at its top."""
        for number in range(first, len(places)):
            if shown[number] is self._grows:
                spare = width - places[-1].right() - 1
                places[number].setRight(places[number].right() + spare)
                for place in places[number + 1 :]:
                    place.translate(spare, 0)
            if isinstance(shown[number], QLabel | QAbstractButton):
                places[number].translate(0, (line - places[number].height()) // 2)


class Tiles(QWidget):
    """Parts of one width, as many beside one another as there is room for: one of `across`."""

    def __init__(
        self,
        parts: Sequence[QWidget],
        across: Sequence[int],
        least: int,
        spacing: int,
        *,
        top: bool = False,
    ) -> None:
        """`across` are numbers of columns, the most first; `least` is a part's least width, px.

        Parts are as high as the highest beside them, or with `top` as they wish to be.
        """
        super().__init__()
        self._across, self._least, self._spacing, self._top = across, least, spacing, top
        self.parts: list[QWidget] = []
        self.columns = 0
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.show_parts(parts)

    def show_parts(self, parts: Sequence[QWidget], least: int | None = None) -> None:
        """Show these parts instead, each at least so wide; the old ones the caller dismisses."""
        self.parts = list(parts)
        self._least = self._least if least is None else least
        for part in self.parts:
            _take(part, self)
        self.updateGeometry()
        self._lay_out()

    def sizeHint(self) -> QSize:
        width = max((_wish(part).width() for part in self.parts), default=0)
        return QSize(max(width, self._least), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least, max((_wish(part).height() for part in self.parts), default=0))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return max((place.bottom() + 1 for place in self._places(width)), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a part says more or less than before
            self.updateGeometry()
            self._lay_out()
        return super().event(event)

    def _lay_out(self) -> None:
        self.columns = self._columns_in(self.width())
        places = self._places(self.width(), self.height())
        for part, place in zip(self.parts, places, strict=True):
            part.setGeometry(place)

    def _columns_in(self, width: int) -> int:
        most = (width + self._spacing) // (self._least + self._spacing)
        return next((n for n in self._across if n <= most), 1)

    def _places(self, width: int, height: int = 0) -> list[QRect]:
        """Return where each part stands; what is left of a `height` (px) goes to the lines."""
        columns, gap = self._columns_in(width), self._spacing
        each = (width - gap * (columns - 1)) / columns
        edges = [round(n * (each + gap)) for n in range(columns + 1)]
        wide = [edges[n + 1] - gap - edges[n] for n in range(columns)]
        highs = [_height(part, wide[n % columns]) for n, part in enumerate(self.parts)]
        lines = [max(highs[n : n + columns]) for n in range(0, len(highs), columns)]
        spare = height - sum(lines) - gap * (len(lines) - 1)
        more = max(0, spare // len(lines)) if lines and not self._top else 0
        found: list[QRect] = []
        top = 0
        for number, line in enumerate(lines):
            for n, high in enumerate(highs[number * columns : (number + 1) * columns]):
                tall = high if self._top else line + more
                found.append(QRect(edges[n], top, wide[n], tall))
            top += line + more + gap
        return found


def _take(part: QWidget, into: QWidget) -> None:
    """Put a part into another, shown unless somebody hid it."""
    hidden = part.isHidden() and part.testAttribute(_SAID)
    part.setParent(into)
    part.setVisible(not hidden)


def _height(part: QWidget, width: int) -> int:
    high = part.heightForWidth(width) if part.hasHeightForWidth() else part.sizeHint().height()
    layout = part.layout()
    if layout is not None:  # what takes any height has a least one all the same: a chart, say
        high = max(high, layout.totalMinimumHeightForWidth(width))
    return min(max(high, part.minimumHeight()), part.maximumHeight())


def _wish(part: QWidget) -> QSize:
    """Return the size that a part asks for, within what it was told to keep to."""
    wish = part.sizeHint().expandedTo(part.minimumSizeHint()).expandedTo(part.minimumSize())
    if isinstance(part, Title):
        wish.setWidth(min(wish.width(), _TITLE))
    return wish.boundedTo(part.maximumSize())
