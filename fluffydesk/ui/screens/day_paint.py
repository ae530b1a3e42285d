"""How the calendar's day is painted: header, hours, now line and cards, in the colours in force."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.look.measures import Type, font
from fluffydesk.ui.screens.day_layout import Card
from fluffydesk.ui.screens.visits import Lane, Visit

STRIPE = 4
PAD = 6.0
CORNER = 6.0

_STAGE_COLOUR = {
    "Booked": "muted",
    "Confirmed": "info",
    "Waiting": "warning",
    "In room": "accent",
    "With vet": "accent",
    "To pay": "warning",
    "Done": "muted",
    "Cancelled": "muted",
    "No-show": "danger",
}


def blend(over: QColor, under: QColor, share: float) -> QColor:
    """Return `share` of one colour laid over another."""
    return QColor.fromRgbF(
        over.redF() * share + under.redF() * (1 - share),
        over.greenF() * share + under.greenF() * (1 - share),
        over.blueF() * share + under.blueF() * (1 - share),
    )


def service_colour(visit: Visit) -> QColor:
    """Return the colour the clinic gave the service; the accent where it gave none."""
    given = QColor.fromString(visit.colour) if visit.colour else QColor()
    return given if given.isValid() else theme.colour("accent")


def stage_colour(stage: str) -> QColor:
    """Return the colour of a stage's word."""
    return theme.colour(_STAGE_COLOUR.get(stage, "muted"))


def mark_of(visit: Visit) -> str:
    """Return what is said of a visit beside its stage, or nothing."""
    if visit.refused:
        return "Refused"
    return "Provisional" if visit.provisional else ""


def paint_header(painter: QPainter, box: QRectF, lane: Lane, booked: int) -> None:
    """Draw a lane's name, its note and the number of its visits."""
    inside = box.adjusted(12, 8, -12, -8)
    painter.setPen(theme.colour("text"))
    painter.setFont(font(Type.STRONG))
    bold = QFontMetricsF(painter.font())
    painter.drawText(
        inside,
        Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft,
        bold.elidedText(lane.title, Qt.TextElideMode.ElideRight, inside.width()),
    )
    painter.setFont(font(Type.SMALL))
    painter.setPen(theme.colour("muted"))
    count = "no visits" if booked == 0 else "1 visit" if booked == 1 else f"{booked} visits"
    words = f"{lane.note} · {count}" if lane.note else count
    small = QFontMetricsF(painter.font())
    painter.drawText(
        inside,
        Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft,
        small.elidedText(words, Qt.TextElideMode.ElideRight, inside.width()),
    )


def paint_card(
    painter: QPainter, box: QRectF, card: Card, times: str, *, selected: bool, clash: bool = False
) -> None:
    """Draw one visit: its service's colour, hatched and dashed while it is provisional."""
    visit = card.visit
    base = service_colour(visit)
    raised = theme.colour("raised")
    faded = not visit.open
    share = (0.10 if faded else 0.20) if not theme.is_dark() else (0.12 if faded else 0.30)
    fill = blend(base, raised, share)
    shape = QPainterPath()
    shape.addRoundedRect(box, CORNER, CORNER)
    painter.save()
    painter.setClipPath(shape)
    painter.fillPath(shape, fill if visit.takes_time else theme.colour("surface"))
    if mark_of(visit):
        hatch = blend(
            theme.colour("danger") if visit.refused else base,
            fill,
            0.4 if theme.is_dark() else 0.22,
        )
        painter.fillPath(shape, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
    stripe = base if not faded else blend(base, raised, 0.5)
    painter.fillRect(QRectF(box.left(), box.top(), STRIPE, box.height()), stripe)
    painter.restore()
    _paint_edge(painter, box, visit, base, selected=selected, clash=clash)
    _paint_words(painter, box.adjusted(STRIPE + PAD, 2, -PAD, -2), visit, times, fill)


def _paint_edge(
    painter: QPainter, box: QRectF, visit: Visit, base: QColor, *, selected: bool, clash: bool
) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if clash:
        pen = QPen(theme.colour("danger"), 2.5)
    elif selected:
        pen = QPen(theme.colour("accent"), 2.5)
    elif visit.refused:
        pen = QPen(theme.colour("danger"), 1.5, Qt.PenStyle.DashLine)
    elif visit.provisional:
        pen = QPen(blend(base, theme.colour("text"), 0.6), 1.5, Qt.PenStyle.DashLine)
    elif not visit.takes_time:
        pen = QPen(theme.colour("edge"), 1, Qt.PenStyle.DotLine)
    else:
        pen = QPen(blend(base, theme.colour("raised"), 0.45), 1)
    painter.setPen(pen)
    painter.drawRoundedRect(box.adjusted(0.75, 0.75, -0.75, -0.75), CORNER, CORNER)


def _paint_words(painter: QPainter, box: QRectF, visit: Visit, times: str, fill: QColor) -> None:
    """Write the pet and, as far as there is room, times, stage, service, client and reason."""
    strong, small = font(Type.STRONG), font(Type.SMALL)
    strong.setStrikeOut(not visit.takes_time)
    tall, low = QFontMetricsF(strong).height(), QFontMetricsF(small).height()
    one_line = box.height() < tall + low
    stage = " · ".join(part for part in (visit.stage, mark_of(visit)) if part)
    line = QRectF(box.left(), box.top(), box.width(), min(box.height(), tall))
    if one_line:
        line = box
    flags = Qt.AlignmentFlag.AlignVCenter
    painter.setFont(small)
    width = min(QFontMetricsF(small).horizontalAdvance(stage), box.width() * 0.55)
    _on_plain(painter, line, width, visit, fill)
    painter.setPen(theme.colour("danger") if visit.refused else stage_colour(visit.stage))
    painter.drawText(
        line,
        flags | Qt.AlignmentFlag.AlignRight,
        QFontMetricsF(small).elidedText(stage, Qt.TextElideMode.ElideRight, width),
    )
    painter.setPen(theme.colour("text" if visit.open else "muted"))
    painter.setFont(strong)
    name = f"{visit.pet} ⚠" if visit.alerts else visit.pet
    name += f"  {times}" if one_line and box.width() > 260 else ""
    painter.drawText(
        line,
        flags | Qt.AlignmentFlag.AlignLeft,
        QFontMetricsF(strong).elidedText(
            name, Qt.TextElideMode.ElideRight, max(0.0, box.width() - width - PAD)
        ),
    )
    if one_line:
        return
    painter.setFont(small)
    painter.setPen(theme.colour("text" if visit.open else "muted"))
    service = " · ".join(part for part in (times, visit.service or visit.reason) if part)
    client = " · ".join(part for part in (visit.client, visit.phone) if part)
    top = line.bottom()
    for words in (service, client, visit.reason if visit.service else ""):
        if not words or top + low > box.bottom() + 1:
            continue
        painter.drawText(
            QRectF(box.left(), top, box.width(), low),
            flags,
            QFontMetricsF(small).elidedText(words, Qt.TextElideMode.ElideRight, box.width()),
        )
        top += low


def _on_plain(painter: QPainter, line: QRectF, width: float, visit: Visit, fill: QColor) -> None:
    """Lay a plain ground under words that stand on hatching, so that they stay readable."""
    if mark_of(visit):
        ground = QRectF(line.right() - width - 3, line.top() + 1, width + 6, line.height() - 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(ground, 3, 3)


def paint_hours(
    painter: QPainter, box: QRectF, first: int, last: int, pixels: float, *, labels: bool
) -> None:
    """Draw the hair lines of hours and halves, or (with `labels`) the hours' names."""
    painter.setFont(font(Type.SMALL))
    line, faint = theme.colour("line"), blend(theme.colour("line"), theme.colour("raised"), 0.45)
    for minute in range(first, last + 1, 30):
        y = box.top() + (minute - first) * pixels
        if labels:
            if minute % 60 == 0 and minute < last:
                painter.setPen(theme.colour("muted"))
                place = QRectF(box.left(), y, box.width() - measures.STEP, 20)
                painter.drawText(
                    place,
                    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop,
                    f"{minute // 60:02}:00",
                )
            continue
        painter.setPen(QPen(line if minute % 60 == 0 else faint, 1))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))


def paint_now(painter: QPainter, left: float, right: float, y: float) -> None:
    """Draw the line of this moment."""
    painter.setPen(QPen(theme.colour("danger"), 1.5))
    painter.drawLine(QPointF(left, y), QPointF(right, y))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("danger"))
    painter.drawEllipse(QPointF(left, y), 4, 4)
