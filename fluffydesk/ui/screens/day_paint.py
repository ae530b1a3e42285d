"""How the calendar is painted: heads, hours, now line and cards, in the colours in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.look.contrast import readable
from fluffydesk.ui.look.measures import Type, font
from fluffydesk.ui.screens.day_layout import Card, Shade
from fluffydesk.ui.screens.day_time import Tick
from fluffydesk.ui.screens.visits import Visit

STRIPE = 4
PAD = 6.0
CORNER = 6.0
NARROW, TIGHT = 120, 80
"""Below this width, px, a card says its visit type by its mark; and has no room for one beside the
name."""
TIMES_FROM, LEAST_NAME = 260, 64
"""From which width, px, on a card of one line says its times, and what they leave to the name."""

_SHORT = {"Provisional": "Prov.", "Refused": "Ref."}
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


@dataclass(frozen=True)
class Look:
    """What is said of a card besides its visit."""

    selected: bool = False
    reason: str = ""
    """Why it cannot lie where it is; it is red then."""
    asks: bool = False
    """Whether the reason only asks: amber."""
    pinned: bool = False
    mark: str = ""


class Pens:
    """The fonts of the calendar with their measures, made once and not for every card."""

    def __init__(self) -> None:
        self.strong, self.small = font(Type.STRONG), font(Type.SMALL)
        self.struck = QFont(self.strong)
        self.struck.setStrikeOut(True)
        self.of_strong, self.of_small = QFontMetricsF(self.strong), QFontMetricsF(self.small)
        self.tall, self.low = self.of_strong.height(), self.of_small.height()


def blend(over: QColor, under: QColor, share: float) -> QColor:
    """Return `share` of one colour laid over another."""
    return QColor.fromRgbF(
        over.redF() * share + under.redF() * (1 - share),
        over.greenF() * share + under.greenF() * (1 - share),
        over.blueF() * share + under.blueF() * (1 - share),
    )


def type_colour(given: str) -> QColor:
    """Return the colour the clinic gave a visit type; the accent where it gave none."""
    colour = QColor.fromString(given) if given else QColor()
    return colour if colour.isValid() else theme.colour("accent")


def service_colour(visit: Visit) -> QColor:
    """Return the colour of a visit's type."""
    return type_colour(visit.colour)


def stage_colour(stage: str) -> QColor:
    """Return the colour of a stage's word."""
    return theme.colour(_STAGE_COLOUR.get(stage, "muted"))


def joined(*parts: str, by: str = " · ") -> str:
    """Return the parts in one line; words from the right do not draw figures beside them along."""
    return by.join(_apart(part) for part in parts if part)


def _apart(part: str) -> str:
    turned = any("\u0590" < letter < "\u0900" for letter in part)
    return f"\u2068{part}\u2069" if turned else part


def mark_of(visit: Visit) -> str:
    """Return what is said of a visit beside its stage, or nothing."""
    if visit.refused:
        return "Refused"
    return "Provisional" if visit.provisional else ""


def paint_head(painter: QPainter, pens: Pens, box: QRectF, title: str, note: str) -> None:
    """Draw a column's name and, below it, its note."""
    inside = box.adjusted(10, 7, -8, -7)
    right = Qt.TextElideMode.ElideRight
    painter.setPen(theme.colour("text"))
    painter.setFont(pens.strong)
    painter.drawText(
        inside,
        Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft,
        pens.of_strong.elidedText(title, right, inside.width()),
    )
    painter.setFont(pens.small)
    painter.setPen(theme.colour("muted"))
    painter.drawText(
        inside,
        Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft,
        pens.of_small.elidedText(note, right, inside.width()),
    )


def paint_day(painter: QPainter, pens: Pens, box: QRectF, words: str, *, today: bool) -> None:
    """Draw a day's name over its columns."""
    if today:
        painter.fillRect(box.adjusted(1, 0, 0, 0), theme.colour("accent_soft"))
    painter.setFont(pens.strong)
    painter.setPen(theme.colour("accent" if today else "text"))
    inside = box.adjusted(10, 0, -8, 0)
    painter.drawText(
        inside,
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
        pens.of_strong.elidedText(words, Qt.TextElideMode.ElideRight, inside.width()),
    )


def paint_shade(painter: QPainter, box: QRectF, shade: Shade) -> None:
    """Shade a stretch that is not to be booked."""
    raised = theme.colour("raised")
    strength = 0.85 if theme.is_dark() else 0.75
    painter.fillRect(box, blend(theme.colour("sunken"), raised, strength))
    if shade.kind == "closed":
        return
    line = blend(theme.colour("edge"), raised, 0.35)
    painter.fillRect(box, QBrush(line, Qt.BrushStyle.FDiagPattern))


def paint_reason(painter: QPainter, pens: Pens, box: QRectF, shade: Shade, top: float) -> None:
    """Say at a height of a shaded stretch why it is shut or not there, where there is room."""
    if shade.kind in ("shut", "gap") and top + pens.low < box.bottom():
        raised = theme.colour("raised")
        painter.setFont(pens.small)
        painter.setPen(theme.colour("muted"))
        words = pens.of_small.elidedText(
            shade.why, Qt.TextElideMode.ElideRight, max(0.0, box.width() - 2 * PAD)
        )
        ground = QRectF(box.left() + PAD, top + 2, pens.of_small.horizontalAdvance(words), pens.low)
        painter.fillRect(ground.adjusted(-3, 0, 3, 0), raised)
        painter.drawText(ground, Qt.AlignmentFlag.AlignVCenter, words)


def paint_card(
    painter: QPainter, pens: Pens, box: QRectF, tail: float, card: Card, look: Look
) -> None:
    """Draw one visit in its type's colour: hatched and dashed while provisional, `tail` px of
    clearing up hatched below it."""
    visit = card.visit
    base = type_colour(visit.colour)
    raised = theme.colour("raised")
    faded = not visit.open
    share = (0.10 if faded else 0.20) if not theme.is_dark() else (0.12 if faded else 0.30)
    fill = blend(base, raised, share)
    if look.reason:
        role = "warning_soft" if look.asks else "danger_soft"
        fill = theme.colour(role)
    if tail > 1:
        _paint_tail(painter, QRectF(box.left(), box.bottom(), box.width(), tail), base)
    shape = QPainterPath()
    shape.addRoundedRect(box, CORNER, CORNER)
    painter.fillPath(shape, fill if visit.takes_time else theme.colour("surface"))
    if mark_of(visit) and not look.reason:
        colour = theme.colour("danger") if visit.refused else base
        hatch = blend(colour, fill, 0.4 if theme.is_dark() else 0.22)
        painter.fillPath(shape, QBrush(hatch, Qt.BrushStyle.BDiagPattern))
    stripe = base if not faded else blend(base, raised, 0.5)
    painter.fillRect(
        QRectF(box.left() + 1, box.top() + 3, STRIPE, max(1.0, box.height() - 6)), stripe
    )
    _paint_edge(painter, box, visit, base, look)
    _paint_words(painter, pens, box.adjusted(STRIPE + PAD, 2, -PAD, -2), card, look, fill)


def _paint_tail(painter: QPainter, box: QRectF, base: QColor) -> None:
    """Draw the time for clearing up: it is taken, but nobody is there."""
    line = blend(base, theme.colour("raised"), 0.8 if theme.is_dark() else 0.55)
    painter.fillRect(box.adjusted(2, 0, -2, 0), QBrush(line, Qt.BrushStyle.FDiagPattern))
    painter.setPen(QPen(line, 1, Qt.PenStyle.DotLine))
    painter.drawLine(
        QPointF(box.left() + 2, box.bottom() - 0.5), QPointF(box.right() - 2, box.bottom() - 0.5)
    )


def _paint_edge(painter: QPainter, box: QRectF, visit: Visit, base: QColor, look: Look) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if look.reason:
        pen = QPen(theme.colour("warning" if look.asks else "danger"), 2.5)
    elif look.selected:
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


def _paint_words(
    painter: QPainter, pens: Pens, box: QRectF, card: Card, look: Look, fill: QColor
) -> None:
    """Write the pet and, as far as there is room, stage, times, type, client and reason."""
    visit = card.visit
    stage = _stage_words(card, look)
    narrow = box.width() < NARROW
    one_line = box.height() < pens.tall + pens.low
    line = box if one_line else QRectF(box.left(), box.top(), box.width(), pens.tall)
    right = Qt.TextElideMode.ElideRight
    centre = Qt.AlignmentFlag.AlignVCenter
    short = _SHORT.get(mark_of(visit)) or (look.mark if one_line else "")
    in_line = box.height() < pens.tall + 2 * pens.low  # the mark has no line of its own
    instead = in_line and not one_line and box.width() < TIGHT  # it stands where the times would
    said = (short if in_line and not instead else "") if narrow else stage
    width = min(pens.of_small.horizontalAdvance(said), box.width() * 0.55)
    if said:
        _on_plain(painter, line, width, visit, fill)
        painter.setFont(pens.small)
        said_in = theme.colour("danger") if visit.refused else stage_colour(visit.stage)
        painter.setPen(readable(said_in, fill))
        painter.drawText(
            line,
            centre | Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute,
            pens.of_small.elidedText(said, right, width),
        )
    ink = readable(theme.colour("text" if visit.open else "muted"), fill)
    painter.setPen(ink)
    painter.setFont(pens.strong if visit.takes_time else pens.struck)
    room = max(0.0, box.width() - width - (PAD if said else 0))
    times = card.times if one_line and box.width() > TIMES_FROM else ""
    painter.drawText(
        line,
        centre | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute,
        name_line(pens.of_strong, visit, times, room),
    )
    if not one_line:
        rest = box.adjusted(0, pens.tall, 0, 0)
        times = whole_times(pens.of_small, card.times, box.width())
        times = short or times if instead else times
        _paint_rest(painter, pens, rest, ink, _lines(visit, times, look, narrow=narrow), look)


def whole_times(measure: QFontMetricsF, times: str, room: float) -> str:
    """Return "10:00 – 10:15", only its beginning, or nothing: what fits whole."""
    ways = (times, times.partition(" – ")[0])
    return next((one for one in ways if measure.horizontalAdvance(one) <= room), "")


def name_line(measure: QFontMetricsF, visit: Visit, times: str, room: float) -> str:
    """Return the pet with its alert and times in one line: a name that is too long is cut."""
    alert = " ⚠" if visit.alerts else ""
    told = whole_times(measure, times, room - LEAST_NAME - measure.horizontalAdvance(f"{alert}  "))
    behind = f"{alert}  {told}" if told else alert
    wide = room - measure.horizontalAdvance(behind)
    name = measure.elidedText(visit.pet, Qt.TextElideMode.ElideRight, max(0.0, wide))
    return f"{_apart(name)}{behind}"


def _lines(visit: Visit, times: str, look: Look, *, narrow: bool) -> list[str]:
    if look.reason:
        return [look.reason, times]
    kind = visit.service or visit.reason
    if narrow:
        marked = joined(look.mark, kind, by=" ")
        return [times, mark_of(visit), visit.stage, marked, visit.client]
    return [
        joined(times, kind),
        joined(visit.client, visit.phone),
        visit.reason if visit.service else "",
    ]


def _paint_rest(
    painter: QPainter, pens: Pens, box: QRectF, ink: QColor, lines: Sequence[str], look: Look
) -> None:
    painter.setFont(pens.small)
    top = box.top()
    for number, words in enumerate(lines):
        if not words or top + pens.low > box.bottom() + 1:
            continue
        reason = bool(look.reason) and number == 0
        painter.setPen(theme.colour("warning" if look.asks else "danger") if reason else ink)
        painter.drawText(
            QRectF(box.left(), top, box.width(), pens.low),
            Qt.AlignmentFlag.AlignVCenter
            | Qt.AlignmentFlag.AlignLeft
            | Qt.AlignmentFlag.AlignAbsolute,
            pens.of_small.elidedText(words, Qt.TextElideMode.ElideRight, box.width()),
        )
        top += pens.low


def _stage_words(card: Card, look: Look) -> str:
    parts = [mark_of(card.visit), card.visit.stage]  # a narrow card keeps the first
    parts += ["pinned"] if look.pinned else []
    parts += ["since the day before"] if card.from_before else []
    parts += ["into the next day"] if card.goes_on else []
    return " · ".join(part for part in parts if part)


def _on_plain(painter: QPainter, line: QRectF, width: float, visit: Visit, fill: QColor) -> None:
    """Lay a plain ground under words that stand on hatching, so that they stay readable."""
    if mark_of(visit):
        ground = QRectF(line.right() - width - 3, line.top() + 1, width + 6, line.height() - 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(ground, 3, 3)


def paint_hours(painter: QPainter, box: QRectF, length: int, pixels: float) -> None:
    """Draw the hair lines of hours and halves within the box, whose top is the axis's beginning."""
    line, faint = theme.colour("line"), blend(theme.colour("line"), theme.colour("raised"), 0.45)
    for minute in range(0, length + 1, 30):
        y = box.top() + minute * pixels
        painter.setPen(QPen(line if minute % 60 == 0 else faint, 1))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))


def paint_axis(
    painter: QPainter, pens: Pens, box: QRectF, ticks: Sequence[Tick], pixels: float
) -> None:
    """Write the hours' names; the hour that comes twice says so the second time."""
    painter.setFont(pens.small)
    for tick in ticks:
        y = box.top() + tick.minute * pixels
        painter.setPen(theme.colour("warning" if tick.again else "muted"))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        width = box.width() - measures.STEP
        painter.drawText(QRectF(box.left(), y, width, pens.low), flags, tick.words)
        if tick.again:
            painter.drawText(QRectF(box.left(), y + pens.low, width, pens.low), flags, "2nd time")


def paint_now(painter: QPainter, left: float, right: float, y: float) -> None:
    """Draw the line of this moment."""
    painter.setPen(QPen(theme.colour("danger"), 1.5))
    painter.drawLine(QPointF(left, y), QPointF(right, y))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("danger"))
    painter.drawEllipse(QPointF(left, y), 4, 4)
