"""How the waiting room draws a patient: a card with the minutes, and what to know, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fluffydesk.figures.visits import Stage
from fluffydesk.figures.waits import Level, minutes_between
from fluffydesk.ui.fields.texts import clock_text, number_text
from fluffydesk.ui.look import theme
from fluffydesk.ui.look.icons import icon
from fluffydesk.ui.look.measures import Type, font
from fluffydesk.ui.pages import Index
from fluffydesk.ui.parts.chip import paint_chip
from fluffydesk.ui.screens.day_paint import blend, mark_of, service_colour
from fluffydesk.ui.screens.reading.waiting import Guest
from fluffydesk.ui.screens.waiting_limits import limits_of

GUEST = Qt.ItemDataRole.UserRole + 1
_GAP, _PAD, _STRIPE, _ICON, _CORNER = 4.0, 8.0, 4.0, 16, 6.0
_CHIP_PAD = 22.0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_TONES = {Level.FINE: "plain", Level.LONG: "warning", Level.TOO_LONG: "danger"}
_SAID = {Level.FINE: "", Level.LONG: "long", Level.TOO_LONG: "too long"}
Line = tuple[str, str]
"""Words, and the tone of their icon: "danger", "warning", "info" or none."""


def level_of(guest: Guest, at: datetime) -> Level:
    """Return how long a guest is in its stage, by the limits of this PC."""
    minutes = guest.minutes(at)
    limits = limits_of(guest.stage)
    return Level.FINE if minutes is None or limits is None else limits.level(minutes)


def time_words(guest: Guest, at: datetime) -> str:
    """Return what the chip says: when it is to come, or the minutes in its stage."""
    if guest.stage is Stage.BOOKED:
        return clock_text(guest.visit.starts)
    minutes = guest.minutes(at)
    return "" if minutes is None else f"{number_text(minutes)} min"


def lines_of(guest: Guest, at: datetime) -> tuple[Line, ...]:
    """Return the lines below the name: who and what, and then all there is to know first."""
    visit = guest.visit
    found: list[Line] = [
        (" · ".join(filter(None, (visit.species, visit.client))), ""),
        (visit.reason or visit.service, ""),
        (" · ".join(filter(None, (visit.vet or "Any vet", visit.room))), ""),
    ]
    level = level_of(guest, at)
    if level is not Level.FINE:
        found.append(
            (
                f"Waits {_SAID[level]}"
                if guest.stage is not Stage.WITH_VET
                else f"Takes {_SAID[level]}",
                _TONES[level],
            )
        )
    if guest.is_late(at):
        late = f"{number_text(minutes_between(visit.starts, at))} min late"
        missed = guest.is_missed(at)
        found.append((late, "danger" if missed else "warning"))
        found += [("No-show?  (N)", "danger")] if missed else []
    found += [(" ".join(one.words.split()), one.tone) for one in guest.alerts]
    if mark_of(visit):
        found.append((mark_of(visit), "danger" if visit.refused else "info"))
    return tuple(line for line in found if line[0])


def said_of(guest: Guest, at: datetime) -> str:
    """Return the whole card in words, a line each: its tip, and what is read aloud."""
    words = [guest.visit.pet, time_words(guest, at)]
    if guest.stage is Stage.LEFT and guest.minutes(at) is not None:
        words[1] += " in the house"
    return "\n".join(
        filter(None, [", ".join(filter(None, words)), *(line for line, _ in lines_of(guest, at))])
    )


class GuestDelegate(QStyledItemDelegate):
    """Paints a guest as a card, as high as it has lines."""

    def __init__(self, clock: Callable[[], datetime], parent: QWidget) -> None:
        super().__init__(parent)
        self._clock = clock

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        lines = lines_of(index.data(GUEST), self._clock())
        strong, small = QFontMetricsF(font(Type.STRONG)), QFontMetricsF(font(Type.SMALL))
        height = max(strong.height(), 24) + len(lines) * _line(small) + 2 * _PAD + _GAP
        return QSize(80, round(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: Any = option.rect
        state: Any = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        paint_guest(
            painter, card_box(QRectF(rect)), index.data(GUEST), self._clock(), chosen=chosen
        )


def card_box(place: QRectF) -> QRectF:
    """Return where the card is drawn in the place that a list has for it."""
    return place.adjusted(_GAP, _GAP, -_GAP, 0)


def paint_guest(
    painter: QPainter, box: QRectF, guest: Guest, at: datetime, *, chosen: bool
) -> None:
    """Draw a card: dashed while central has not confirmed what was done to the visit (rule 21)."""
    colours = theme.colours()
    level = level_of(guest, at)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = theme.colour(_TONES[level]) if level is not Level.FINE else theme.colour("line")
    ground = theme.colour("raised")
    if level is not Level.FINE:
        ground = blend(theme.colour(f"{_TONES[level]}_soft"), ground, 0.55)
    pen = QPen(edge, 1)
    if chosen:
        ground, pen = theme.colour("selected"), QPen(theme.colour("accent"), 2)
    if mark_of(guest.visit):
        pen.setStyle(Qt.PenStyle.DashLine)
        pen.setColor(pen.color() if chosen else theme.colour("edge"))
    painter.setBrush(ground)
    painter.setPen(pen)
    painter.drawRoundedRect(box, _CORNER, _CORNER)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(service_colour(guest.visit))
    stripe = QRectF(box.left() + 3, box.top() + _PAD, _STRIPE, box.height() - 2 * _PAD)
    painter.drawRoundedRect(stripe, 2, 2)
    inside = box.adjusted(_PAD + _STRIPE + 2, _PAD, -_PAD, -_PAD)
    small, strong = font(Type.SMALL), font(Type.STRONG)
    head = max(QFontMetricsF(strong).height(), 24.0)
    chip = time_words(guest, at)
    taken = 0.0
    if chip:
        taken = min(QFontMetricsF(small).horizontalAdvance(chip) + _CHIP_PAD, inside.width())
        place = QRectF(inside.right() - taken, inside.top(), taken, head)
        paint_chip(painter, place, chip, _TONES[level])
    painter.setFont(strong)
    painter.setPen(theme.colour("text"))
    name = QRectF(inside.left(), inside.top(), inside.width() - taken - _GAP, head)
    painter.drawText(name, _LEFT, _cut(strong, guest.visit.pet, name.width()))
    painter.setFont(small)
    high, top = _line(QFontMetricsF(small)), inside.top() + head
    for words, tone in lines_of(guest, at):
        line = QRectF(inside.left(), top, inside.width(), high)
        if tone:
            mark = line.toRect()
            mark.setSize(QSize(_ICON, _ICON))
            mark.moveTop(round(top + (high - _ICON) / 2))
            icon(tone, tone).paint(painter, mark)
            line.setLeft(line.left() + _ICON + 4)
        painter.setPen(getattr(colours, tone) if tone else colours.muted)
        painter.drawText(line, _LEFT, _cut(small, words, line.width()))
        top += high
    painter.restore()


def _line(metrics: QFontMetricsF) -> float:
    return metrics.height() + 2


def _cut(of: Any, words: str, width: float) -> str:
    return QFontMetricsF(of).elidedText(words, Qt.TextElideMode.ElideRight, width)
