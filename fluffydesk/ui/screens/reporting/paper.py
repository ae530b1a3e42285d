"""A report on paper: laid out in pages with a head, a repeated table head and page numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
)

from fluffydesk.errors import Refusal
from fluffydesk.ui.look.measures import Type, font
from fluffydesk.ui.look.theme import LIGHT
from fluffydesk.ui.screens.reporting.report import Cells, Report

_MARGIN_MM = 14
_TEXT_PT, _TITLE_PT = (8.5, 7.5, 6.5, 6.0), 14.0
"""Sizes of the text: the first in which no word is broken, else the last."""
_GAP = 0.8
"""Space between columns, in heights of a line."""
_PAD = 0.22
_SLACK = 1.05
"""A device draws letters a little wider than they were measured: a word must not break for it."""
_MOST_OF_LONGEST = 40
# Paper is light, whatever the theme of the screen.
_INK, _GREY, _HAIR = QColor(LIGHT.text), QColor(LIGHT.muted), QColor(LIGHT.edge)
_BETWEEN_WORDS = Qt.TextFlag.TextWordWrap
_ANYWHERE = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere
_LEADING = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True)
class Line:
    """Cells at a height on a page; `strong` for the table's head and the sums."""

    top: float
    height: float
    cells: Cells
    strong: bool = False
    spans: bool = False
    """One text over the whole width: a note, or what stands in an empty table."""


def layout_of(report: Report, *, letter: bool = False) -> QPageLayout:
    """Return the page: A4 or Letter, lying on its side where there are many columns."""
    size = QPageSize.PageSizeId.Letter if letter else QPageSize.PageSizeId.A4
    wide = len(report.columns) > 5 and not report.upright
    way = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    return QPageLayout(QPageSize(size), way, margins, QPageLayout.Unit.Millimeter)


class Paper:
    """A report laid out for a device; `pages` holds the lines of each page."""

    def __init__(self, report: Report, device: QPagedPaintDevice) -> None:
        self.report = report
        self._device = device
        layout = device.pageLayout()
        rect = layout.paintRectPixels(device.logicalDpiX())
        self._width, self._height = float(rect.width()), float(rect.height())
        self._big = _font(_TITLE_PT, heavy=True)
        for points in _TEXT_PT:
            self._plain, self._heavy = _font(points), _font(points, heavy=True)
            self._metrics = QFontMetricsF(self._plain, device)
            self._heavy_metrics = QFontMetricsF(self._heavy, device)
            self._step = self._metrics.height()
            natural, least = self._natural(), self._natural(words=True)
            if sum(least) <= self._width:
                break
        self._big_metrics = QFontMetricsF(self._big, device)
        self._titled, self._below = self._head_heights()
        self.widths = self._column_widths(natural, least)
        self.pages = self._lay_out()

    def paint(self, painter: QPainter, number: int) -> None:
        """Draw one page; the device is already at it."""
        self._paint_head(painter, number)
        if not number:
            self._paint_blocks(painter)
        for line in self.pages[number]:
            self._paint_line(painter, line)

    def texts(self, number: int) -> Iterator[str]:
        """Yield every text drawn on a page."""
        yield from self._head(number)
        if not number:
            yield from (text for block in self.report.blocks for text in block)
        for line in self.pages[number]:
            yield from (text for text in line.cells if text)

    def _head(self, number: int) -> tuple[str, str, str]:
        title, words = self._head_words()
        return title, words, f"Page {number + 1} of {len(self.pages)}"

    def _head_words(self) -> tuple[str, str]:
        return self.report.title, " · ".join(filter(None, self.report.subtitle))

    def _head_heights(self) -> tuple[float, float]:
        """Heights of the title beside the page number, and of what stands below it, wrapped."""
        title, words = self._head_words()
        big = _height(self._big_metrics, title, self._title_width())
        small = _height(self._metrics, words, self._width)
        return big * _SLACK, small * _SLACK

    def _title_width(self) -> float:
        return self._width * 0.8

    def _natural(self, *, words: bool = False) -> list[float]:
        """Widths in which every cell fits on a line; with `words`, in which every word does."""
        report, found = self.report, []
        for place, column in enumerate(report.columns):
            cells = {row[place] for row in report.rows}
            strong = {column.heading, *(line[place] for line in report.sums)}
            if words:
                cells, strong = _words_of(cells), _words_of(strong)
            longest = sorted(cells, key=len)[-_MOST_OF_LONGEST:]
            found.append(
                max(
                    max(map(self._metrics.horizontalAdvance, longest), default=0.0),
                    max(map(self._heavy_metrics.horizontalAdvance, strong), default=0.0),
                )
                * _SLACK**2
                + self._step * _GAP
            )
        return found

    def _column_widths(self, natural: list[float], least: list[float]) -> list[float]:
        left = self._width - sum(natural)
        wide = [place for place, column in enumerate(self.report.columns) if column.wide]
        if left >= 0:
            return [
                width + (left / len(wide) if place in wide else 0)
                for place, width in enumerate(natural)
            ]
        fitted = _squeezed(natural, least, wide, self._width)
        fitted = _squeezed(fitted, least, range(len(fitted)), self._width)
        return [width * min(1.0, self._width / sum(fitted)) for width in fitted]

    def _lay_out(self) -> list[list[Line]]:
        head = tuple(column.heading for column in self.report.columns)
        body = [
            *((cells, False, False) for cells in self.report.rows),
            *(() if self.report.rows else [((self.report.empty,), False, True)]),
            *((cells, True, False) for cells in self.report.sums),
            *(((note,), False, True) for note in self.report.notes),
        ]
        top = self._titled + self._below + self._step * 0.7
        pages: list[list[Line]] = []
        at = self._height
        for cells, strong, spans in body:
            height = self._height_of(cells, strong=strong, spans=spans)
            if not pages or at + height > self._height:
                under = top if pages else top + self._blocks_height()
                heading = Line(under, self._height_of(head, strong=True), head, strong=True)
                pages.append([heading])
                at = heading.top + heading.height
            pages[-1].append(Line(at, height, cells, strong, spans))
            at += height
        return pages

    def _height_of(self, cells: Cells, *, strong: bool = False, spans: bool = False) -> float:
        metrics = self._heavy_metrics if strong else self._metrics
        widths = [self._width] if spans else self._text_widths()
        lines = self._step
        for text, width in zip(cells, widths, strict=True):
            if text and metrics.horizontalAdvance(text) > width:
                lines = max(lines, _height(metrics, text, width))
        return lines + 2 * _PAD * self._step

    def _text_widths(self) -> list[float]:
        return [max(1.0, width - self._step * _GAP) for width in self.widths]

    def _paint_head(self, painter: QPainter, number: int) -> None:
        title, words, page = self._head(number)
        painter.setPen(_INK)
        painter.setFont(self._big)
        top = QRectF(0, 0, self._title_width(), self._titled)
        way = _LEADING | wraps(self._big_metrics, title, top.width())
        painter.drawText(top, int(way), title)
        painter.setFont(self._plain)
        painter.setPen(_GREY)
        beside = QRectF(self._title_width(), 0, self._width - self._title_width(), self._titled)
        painter.drawText(beside, int(_RIGHT), page)
        below = QRectF(0, self._titled, self._width, self._below)
        painter.drawText(below, int(_LEADING | wraps(self._metrics, words, self._width)), words)

    def _block_texts(self) -> list[str]:
        return ["\n".join(block) for block in self.report.blocks]

    def _block_width(self) -> float:
        return self._width / max(1, len(self.report.blocks)) - self._step * _GAP

    def _blocks_height(self) -> float:
        texts, width = self._block_texts(), self._block_width()
        high = (_height(self._metrics, text, width) for text in texts)
        return max(high, default=0.0) * _SLACK + (self._step if texts else 0)

    def _paint_blocks(self, painter: QPainter) -> None:
        painter.setFont(self._plain)
        painter.setPen(_INK)
        width = self._block_width()
        for number, text in enumerate(self._block_texts()):
            left = number * (width + self._step * _GAP)
            top = self._titled + self._below + self._step * 0.7
            box = QRectF(left, top, width, self._blocks_height())
            painter.drawText(box, int(_LEADING | wraps(self._metrics, text, width)), text)

    def _paint_line(self, painter: QPainter, line: Line) -> None:
        inside, height = line.top + _PAD * self._step, line.height - 2 * _PAD * self._step
        painter.setFont(self._heavy if line.strong else self._plain)
        painter.setPen(_GREY if line.spans else _INK)
        metrics = self._heavy_metrics if line.strong else self._metrics
        if line.spans:
            box = QRectF(0, inside, self._width, height)
            way = _LEADING | wraps(metrics, line.cells[0], self._width)
            painter.drawText(box, int(way), line.cells[0])
            return
        left = 0.0
        for text, column, width in zip(line.cells, self.report.columns, self.widths, strict=True):
            box = QRectF(left, inside, max(1.0, width - self._step * _GAP), height)
            way = _RIGHT if column.right else _LEADING
            painter.drawText(box, int(way | wraps(metrics, text, box.width())), text)
            left += width
        painter.setPen(QPen(_INK if line.strong else _HAIR, self._step / 24))
        bottom = line.top + line.height
        painter.drawLine(QRectF(0, bottom, self._width, 0).topLeft(),
                         QRectF(0, bottom, self._width, 0).topRight())  # fmt: skip


class Printing:
    """Puts a report on a device a few pages at a time, so that a window goes on answering."""

    def __init__(self, report: Report, device: QPagedPaintDevice) -> None:
        """Begin; raises Refusal where the device takes nothing."""
        self._device = device
        self._painter = QPainter()
        if not self._painter.begin(device):
            raise Refusal("The page cannot be drawn.", "Choose another place or printer.")
        self.paper = Paper(report, device)
        self.done = 0

    @property
    def total(self) -> int:
        """How many pages there are."""
        return len(self.paper.pages)

    def step(self, pages: int = 10) -> bool:
        """Draw some pages; says whether all are drawn now."""
        for number in range(self.done, min(self.total, self.done + pages)):
            if number:
                self._device.newPage()
            self.paper.paint(self._painter, number)
            self.done = number + 1
        if self.done == self.total:
            self._painter.end()
        return self.done == self.total

    def give_up(self) -> None:
        """Stop in the middle; what is on the device is not whole."""
        if self._painter.isActive():
            self._painter.end()


def pdf_device(report: Report, path: Path, *, letter: bool = False) -> QPdfWriter:
    """Return a device that writes a report's PDF to a file."""
    device = QPdfWriter(str(path))
    device.setResolution(300)
    device.setTitle(report.title)
    device.setCreator("FluffyDesk")
    device.setPageLayout(layout_of(report, letter=letter))
    return device


def _font(points: float, *, heavy: bool = False) -> QFont:
    made = font(Type.STRONG if heavy else Type.TEXT)
    made.setPointSizeF(points)
    return made


def wraps(metrics: QFontMetricsF, text: str, width: float) -> Qt.TextFlag:
    """Return how a text is wrapped: between words, and within them only where one is too long."""
    longest = max(map(metrics.horizontalAdvance, text.split()), default=0.0)
    return _BETWEEN_WORDS if longest * _SLACK <= width else _ANYWHERE


def _height(metrics: QFontMetricsF, text: str, width: float) -> float:
    """Return how high a wrapped text is; drawn, it may take a line more than measured."""
    narrow = QRectF(0, 0, width / _SLACK, 1e6)
    return metrics.boundingRect(narrow, int(wraps(metrics, text, width)), text).height()


def _words_of(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in text.split()}


def _squeezed(
    widths: Sequence[float], least: Sequence[float], squeezable: Iterable[int], room: float
) -> list[float]:
    """Return widths of which some gave way, none below its least: who has most to give, gives."""
    fitted, some = list(widths), list(squeezable)
    excess = sum(fitted) - room
    while excess > 0.5:
        most = max(some, key=lambda place: fitted[place] - least[place], default=None)
        if most is None or fitted[most] - least[most] <= 0.5:
            break
        give = min(excess, max((fitted[most] - least[most]) * 0.1, 0.5))
        fitted[most] -= give
        excess -= give
    return fitted
