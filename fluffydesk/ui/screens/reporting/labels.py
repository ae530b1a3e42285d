"""A label for what is handed out: the same lines on the screen, on the printer and in the PDF."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
)

from fluffydesk.errors import Refusal
from fluffydesk.ui.look.measures import Type, font
from fluffydesk.ui.look.theme import LIGHT
from fluffydesk.ui.screens.reporting.paper import wraps

WIDTH_MM, HEIGHT_MM = 100.0, 62.0
"""The commonest roll of a label printer; a long text makes the label longer, never smaller."""
_MARGIN_MM = 4.0
_SIZES = {"head": 8.0, "strong": 9.0, "main": 10.5, "plain": 7.5}
_HEAVY = ("head", "strong", "main")
_GAP = 0.28
_SLACK = 1.05
_DPI = 300
_MM = 25.4


@dataclass(frozen=True)
class Label:
    """The lines of a label, each with how it stands out: head, strong, main or plain."""

    title: str
    lines: tuple[tuple[str, str], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for _, text in self.lines)


def layout_of(label: Label) -> QPageLayout:
    """Return the label's page: as wide as the roll, and as high as its lines need."""
    inside = (WIDTH_MM - 2 * _MARGIN_MM) / _MM * _DPI
    needed = sum(_heights(label, inside, _DPI)) / _DPI * _MM + 2 * _MARGIN_MM
    size = QSizeF(WIDTH_MM, max(HEIGHT_MM, float(int(needed + 1))))
    page = QPageSize(size, QPageSize.Unit.Millimeter, "Label", QPageSize.SizeMatchPolicy.ExactMatch)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    # Qt counts a page that is wider than high as one that lies on its side.
    way = QPageLayout.Orientation.Portrait
    return QPageLayout(page, way, margins, QPageLayout.Unit.Millimeter)


def paint(label: Label, device: QPagedPaintDevice) -> None:
    """Draw the label; Refusal where the device takes nothing."""
    painter = QPainter()
    if not painter.begin(device):
        raise Refusal("The label cannot be drawn.", "Choose another place or printer.")
    dpi = device.logicalDpiY()
    width = float(device.pageLayout().paintRectPixels(dpi).width())
    top = 0.0
    for (kind, text), height in zip(label.lines, _heights(label, width, dpi), strict=True):
        made = _font(kind, dpi)
        painter.setFont(made)
        painter.setPen(QColor(LIGHT.text))
        way = _way(QFontMetricsF(made), text, width)
        painter.drawText(QRectF(0, top, width, height), way, text)
        top += height
    painter.end()


def write_pdf(label: Label, path: Path) -> None:
    """Write the label as a PDF of its own size; Refusal where the file cannot be written."""
    device = QPdfWriter(str(path))
    device.setResolution(_DPI)
    device.setTitle(label.title)
    device.setCreator("FluffyDesk")
    device.setPageLayout(layout_of(label))
    paint(label, device)


def _heights(label: Label, width: float, dpi: int) -> list[float]:
    found = []
    for kind, text in label.lines:
        metrics = QFontMetricsF(_font(kind, dpi))
        box = QRectF(0, 0, width / _SLACK, 1e6)
        step = metrics.height()
        found.append(
            metrics.boundingRect(box, _way(metrics, text, box.width()), text).height() + _GAP * step
        )
    return found


def _way(metrics: QFontMetricsF, text: str, width: float) -> int:
    """Wrapped between words, and within one only where it is too long; each from its own side."""
    return int(wraps(metrics, text, width) | Qt.AlignmentFlag.AlignLeading)


def _font(kind: str, dpi: int) -> QFont:
    made = font(Type.STRONG if kind in _HEAVY else Type.TEXT)
    made.setPixelSize(max(1, round(_SIZES[kind] * dpi / 72)))
    return made
