"""Letters and postcards: a sheet for each, drawn on any device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
)

from fluffydesk.errors import Refusal
from fluffydesk.ui.look.measures import Type, font
from fluffydesk.ui.look.theme import LIGHT
from fluffydesk.ui.screens.reporting.paper import wraps

_SIZES = (11.0, 10.0, 9.0, 8.0, 7.0, 6.0)
"""Sizes of the text, pt: the first in which all of it has room and no word is broken."""
_INK = QColor(LIGHT.text)
_WAY = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop
_GAP = 0.6
"""Between the parts of a sheet, in heights of a line."""


@dataclass(frozen=True)
class Letter:
    """What stands on one sheet: finished lines, and the text."""

    sender: tuple[str, ...]
    to: tuple[str, ...]
    day: str
    subject: str
    body: str


def sheet_of(*, card: bool, letter: bool = False) -> QPageLayout:
    """Return the page: A4 or Letter; a postcard is A6 on its side."""
    plain = QPageSize.PageSizeId.Letter if letter else QPageSize.PageSizeId.A4
    size, margin = (QPageSize.PageSizeId.A6, 8) if card else (plain, 22)
    way = QPageLayout.Orientation.Landscape if card else QPageLayout.Orientation.Portrait
    margins = QMarginsF(margin, margin, margin, margin)
    return QPageLayout(QPageSize(size), way, margins, QPageLayout.Unit.Millimeter)


@dataclass(frozen=True)
class _Part:
    box: QRectF
    text: str
    strong: bool = False


class Letters:
    """Sheets laid out for a device, one for each letter; Refusal where a text has no room."""

    def __init__(self, letters: Sequence[Letter], device: QPagedPaintDevice, *, card: bool) -> None:
        self._device, self._card = device, card
        rect = device.pageLayout().paintRectPixels(device.logicalDpiX())
        self._width, self._height = float(rect.width()), float(rect.height())
        self.sheets = [self._lay_out(letter) for letter in letters]

    def print(self) -> None:
        """Draw every sheet on the device; Refusal where it takes nothing."""
        painter = QPainter()
        if not painter.begin(self._device):
            raise Refusal("The page cannot be drawn.", "Choose another place or printer.")
        for number, (points, parts) in enumerate(self.sheets):
            if number:
                self._device.newPage()
            self._paint(painter, points, parts)
        painter.end()

    def texts(self, number: int) -> list[str]:
        """Return what stands on a sheet."""
        return [part.text for part in self.sheets[number][1]]

    def _lay_out(self, letter: Letter) -> tuple[float, list[_Part]]:
        fitting = None
        for points in _SIZES:
            parts = self._card_parts(letter, points) if self._card else self._parts(letter, points)
            if max(part.box.bottom() for part in parts) > self._height:
                continue
            if not any(self._breaks_words(part, points) for part in parts):
                return points, parts
            fitting = fitting or (points, parts)
        if fitting is not None:
            return fitting
        what = "postcard" if self._card else "letter"
        whom = letter.to[0] if letter.to else "a client"
        raise Refusal(f"The text for {whom} has no room on a {what}.", "Shorten it in the ladder.")

    def _parts(self, letter: Letter, points: float) -> list[_Part]:
        """One below the other: who writes, to whom, when, and what."""
        step = self._metrics(points).height()
        parts: list[_Part] = []
        top = 0.0
        for text, strong, space in (
            ("\n".join(letter.sender), False, 3.0),
            ("\n".join(letter.to), False, 3.0),
            (letter.day, False, 2.0),
            (letter.subject, True, 1.0),
            (letter.body, False, 0.0),
        ):
            if text:
                box = self._box(text, 0.0, top, self._width, points, strong=strong)
                parts.append(_Part(box, text, strong))
                top = box.bottom() + space * step
        return parts

    def _card_parts(self, letter: Letter, points: float) -> list[_Part]:
        """The text at the left; at the right who writes, and to whom."""
        gap = self._metrics(points).height() * 2
        left = self._width * 0.52
        right = self._width - left - gap
        parts: list[_Part] = []
        top = 0.0
        for text, strong in ((letter.subject, True), (letter.body, False)):
            if text:
                box = self._box(text, 0.0, top, left, points, strong=strong)
                parts.append(_Part(box, text, strong))
                top = box.bottom() + gap * _GAP
        head = "\n".join((*letter.sender, letter.day))
        parts.append(_Part(self._box(head, left + gap, 0.0, right, points), head))
        to = "\n".join(letter.to)
        low = max(parts[-1].box.bottom() + gap, self._height * 0.5)
        if to:
            parts.append(_Part(self._box(to, left + gap, low, right, points), to))
        return parts

    def _box(
        self,
        text: str,
        left: float,
        top: float,
        width: float,
        points: float,
        *,
        strong: bool = False,
    ) -> QRectF:
        metrics = self._metrics(points, strong=strong)
        # Drawn, a text may take a line more than measured: it is measured a little narrower.
        room = QRectF(0, 0, width * 0.95, 1e6)
        high = metrics.boundingRect(room, int(_WAY | wraps(metrics, text, width)), text).height()
        return QRectF(left, top, width, high)

    def _breaks_words(self, part: _Part, points: float) -> bool:
        metrics = self._metrics(points, strong=part.strong)
        return wraps(metrics, part.text, part.box.width()) & Qt.TextFlag.TextWrapAnywhere == (
            Qt.TextFlag.TextWrapAnywhere
        )

    def _paint(self, painter: QPainter, points: float, parts: list[_Part]) -> None:
        painter.setPen(_INK)
        for part in parts:
            painter.setFont(_font(points, strong=part.strong))
            metrics = self._metrics(points, strong=part.strong)
            way = _WAY | wraps(metrics, part.text, part.box.width())
            painter.drawText(part.box, int(way), part.text)

    def _metrics(self, points: float, *, strong: bool = False) -> QFontMetricsF:
        return QFontMetricsF(_font(points, strong=strong), self._device)


def _font(points: float, *, strong: bool = False) -> QFont:
    made = font(Type.STRONG if strong else Type.TEXT)
    made.setPointSizeF(points)
    return made
