"""How rooms and stays are painted: header, cells with their words, and the bars of stays."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from fluffydesk.records.enums.booking import BookingStatus
from fluffydesk.ui.look import theme
from fluffydesk.ui.look.contrast import readable
from fluffydesk.ui.look.measures import Type, font
from fluffydesk.ui.screens.boarding_layout import RoomRow
from fluffydesk.ui.screens.day_paint import blend
from fluffydesk.ui.screens.reading.stays import Stay

CORNER, PAD = 5.0, 6.0
_COLOURS = {
    BookingStatus.REQUESTED: "info",
    BookingStatus.CONFIRMED: "info",
    BookingStatus.CHECKED_IN: "accent",
    BookingStatus.COMPLETED: "muted",
    BookingStatus.CANCELLED: "muted",
    BookingStatus.NO_SHOW: "danger",
}
_TEXT_FLAGS = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_CENTRE = Qt.AlignmentFlag.AlignCenter


def paint_head(painter: QPainter, box: QRectF, top: str, below: str, *, today: bool) -> None:
    """Draw a column's day or hour, and how many places are free in it.

    Of a day that has too little room ("Wed 25", "23 Nov") the number alone is told.
    """
    if today:
        painter.fillRect(box, theme.colour("accent_soft"))
    painter.setFont(font(Type.STRONG if today else Type.TEXT))
    painter.setPen(theme.colour("accent" if today else "text"))
    half = box.height() / 2
    upper = QRectF(box.left(), box.top() + 4, box.width(), half - 2)
    if _elided(painter, top, upper.width()) != top:
        top = next((word for word in top.split() if word.isdecimal()), top)
    painter.drawText(upper, _CENTRE, _elided(painter, top, upper.width()))
    painter.setFont(font(Type.SMALL))
    painter.setPen(theme.colour("muted"))
    lower = QRectF(box.left(), box.top() + half, box.width(), half - 4)
    painter.drawText(lower, _CENTRE, _elided(painter, below, lower.width()))


def paint_name(painter: QPainter, box: QRectF, row: RoomRow) -> None:
    """Draw a room's name, and below it how many places it has, where there is room."""
    inside = box.adjusted(10, 2, -6, -2)
    painter.setFont(font(Type.STRONG))
    painter.setPen(theme.colour("text"))
    tall = QFontMetricsF(painter.font()).height()
    two = inside.height() >= tall * 1.9 and row.room is not None
    line = QRectF(inside.left(), inside.top(), inside.width(), tall if two else inside.height())
    painter.drawText(line, _TEXT_FLAGS, _elided(painter, row.name, line.width()))
    if two and row.room is not None:
        places = row.room.places
        painter.setFont(font(Type.SMALL))
        painter.setPen(theme.colour("muted"))
        below = QRectF(inside.left(), line.bottom(), inside.width(), tall)
        painter.drawText(below, _TEXT_FLAGS, "1 place" if places == 1 else f"{places} places")


def paint_cell(painter: QPainter, box: QRectF, words: str, *, blocked: bool, low: bool) -> None:
    """Hatch a cell that cannot be had, and say so; `low` writes into the strip at its bottom."""
    if blocked:
        painter.fillRect(box, theme.colour("sunken"))
        painter.fillRect(box, QBrush(theme.colour("edge"), Qt.BrushStyle.BDiagPattern))
    if not words:
        return
    painter.setFont(font(Type.SMALL))
    metrics = QFontMetricsF(painter.font())
    place = QRectF(box.left(), box.bottom() - 18, box.width(), 18) if low else box
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, place.width() - 4)
    if blocked:
        ground = QRectF(0, 0, metrics.horizontalAdvance(shown) + 6, metrics.height())
        ground.moveCenter(place.center())
        painter.fillRect(ground, theme.colour("sunken"))
    full = words == "Full"
    painter.setPen(theme.colour("warning" if full else "muted"))
    painter.drawText(place, _CENTRE, shown)


def paint_bar(
    painter: QPainter, box: QRectF, stay: Stay, *, selected: bool, wrong: bool = False
) -> None:
    """Draw a stay: hatched and dashed while it is provisional, requested or refused."""
    base = theme.colour("danger" if stay.refused else _COLOURS[stay.status])
    raised = theme.colour("raised")
    share = 0.30 if theme.is_dark() else 0.20
    fill = blend(base, raised, share if stay.takes_place else share / 2)
    shape = QPainterPath()
    shape.addRoundedRect(box, CORNER, CORNER)
    open_question = bool(stay.mark) or stay.status == BookingStatus.REQUESTED
    painter.save()
    painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
    painter.fillPath(shape, fill)
    if open_question:
        hatch = blend(base, fill, 0.4 if theme.is_dark() else 0.22)
        painter.fillPath(shape, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
    painter.fillRect(QRectF(box.left(), box.top(), 4, box.height()), base)
    painter.restore()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if wrong:
        pen = QPen(theme.colour("danger"), 2.5)
    elif selected:
        pen = QPen(theme.colour("accent"), 2.5)
    elif open_question:
        pen = QPen(blend(base, theme.colour("text"), 0.6), 1.5, Qt.PenStyle.DashLine)
    else:
        pen = QPen(blend(base, raised, 0.5), 1)
    painter.setPen(pen)
    painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), CORNER, CORNER)
    _paint_words(painter, box.adjusted(PAD + 4, 0, -PAD, 0), stay, open_question, fill)


def _paint_words(
    painter: QPainter, box: QRectF, stay: Stay, plain_ground: bool, fill: QColor
) -> None:
    painter.setFont(font(Type.STRONG))
    strong = QFontMetricsF(painter.font())
    name = f"{stay.pet} ⚠" if stay.alerts else stay.pet
    if box.width() < 14:
        return
    shown = strong.elidedText(name, Qt.TextElideMode.ElideRight, box.width())
    wide = strong.horizontalAdvance(shown)
    small = QFontMetricsF(font(Type.SMALL))
    rest = " · ".join(one for one in (stay.mark or stay.stage, stay.client) if one)
    room = box.width() - wide - PAD
    rest = small.elidedText(rest, Qt.TextElideMode.ElideRight, room) if room > 36 else ""
    if plain_ground:
        width = wide + (PAD + small.horizontalAdvance(rest) if rest else 0)
        ground = QRectF(box.left() - 2, box.center().y() - 9, width + 4, 18)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(ground, 3, 3)
    painter.setFont(font(Type.STRONG))
    painter.setPen(readable(theme.colour("text" if stay.takes_place else "muted"), fill))
    painter.drawText(box, _TEXT_FLAGS, shown)
    if rest:
        painter.setFont(font(Type.SMALL))
        painter.setPen(readable(theme.colour("danger" if stay.refused else "muted"), fill))
        painter.drawText(box.adjusted(wide + PAD, 0, 0, 0), _TEXT_FLAGS, rest)


def paint_hint(painter: QPainter, at: QPointF, words: str, view: QRectF) -> None:
    """Say beside a held bar why it cannot lie there, or when it then is."""
    painter.setFont(font(Type.SMALL))
    metrics = QFontMetricsF(painter.font())
    box = QRectF(at.x(), at.y(), metrics.horizontalAdvance(words) + 16, metrics.height() + 8)
    box.moveLeft(max(view.left(), min(box.left(), view.right() - box.width() - 4)))
    box.moveTop(max(view.top(), min(box.top(), view.bottom() - box.height() - 4)))
    painter.setPen(QPen(theme.colour("edge"), 1))
    painter.setBrush(theme.colour("raised"))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(theme.colour("text"))
    painter.drawText(box, _CENTRE, words)


def _elided(painter: QPainter, words: str, width: float) -> str:
    metrics = QFontMetricsF(painter.font())
    return metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0.0, width - 2))
