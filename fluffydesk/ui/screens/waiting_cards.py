"""How the waiting room draws a patient: a card with the minutes, and what to know, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fluffydesk.figures.visits import Stage
from fluffydesk.figures.waits import Level, minutes_between
from fluffydesk.ui.fields.texts import clock_text, number_text
from fluffydesk.ui.look import theme
from fluffydesk.ui.look.icons import icon
from fluffydesk.ui.look.measures import Type, font
from fluffydesk.ui.pages import Index
from fluffydesk.ui.parts.chip import paint_chip
from fluffydesk.ui.screens.day_paint import blend, mark_of, service_colour
from fluffydesk.ui.screens.reading.unbilled import things_words
from fluffydesk.ui.screens.reading.waiting import Guest
from fluffydesk.ui.screens.waiting_limits import limits_of

GUEST = Qt.ItemDataRole.UserRole + 1
_GAP, _PAD, _STRIPE, _ICON, _CORNER = 4.0, 8.0, 4.0, 16, 6.0
_CHIP, _CHIP_PAD, _MOST_LINES = 24.0, 22.0, 3
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
    if guest.unbilled:
        found.append((f"Not billed yet: {things_words(guest.unbilled)}", "warning"))
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
    """Paints a guest as a card, as high as its words need in the width there is."""

    def __init__(self, clock: Callable[[], datetime], view: QListView) -> None:
        super().__init__(view)
        self._clock, self._view = clock, view

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.viewport().width()
        laid = _lay_out(index.data(GUEST), self._clock(), _inside(card_box(QRectF(0, 0, width, 0))))
        return QSize(80, round(laid.height + 2 * _PAD + _GAP))

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
    level = level_of(guest, at)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_ground(painter, box, guest, level, chosen=chosen)
    inside = _inside(box)
    laid = _lay_out(guest, at, inside)
    if laid.chip:
        top = inside.top() + (laid.head if laid.below else 0)
        place = QRectF(inside.right() - laid.chip_width, top, laid.chip_width, _CHIP)
        if laid.below:
            place.moveLeft(inside.left())
        paint_chip(painter, place, laid.chip, _TONES[level])
    painter.setFont(font(Type.STRONG))
    painter.setPen(theme.colour("text"))
    name = QRectF(inside.left(), inside.top(), laid.name_width, laid.head)
    painter.drawText(name, _LEFT, _cut(font(Type.STRONG), guest.visit.pet, name.width()))
    painter.setFont(font(Type.SMALL))
    top = inside.top() + laid.head + (_CHIP if laid.below else 0)
    for pieces, tone in laid.lines:
        left = inside.left()
        if tone:
            mark = QRectF(left, top + (laid.line - _ICON) / 2, _ICON, _ICON).toRect()
            icon(tone, tone).paint(painter, mark)
            left += _ICON + _GAP
        painter.setPen(theme.colour(tone or "muted"))
        for piece in pieces:
            painter.drawText(QRectF(left, top, inside.right() - left, laid.line), _LEFT, piece)
            top += laid.line
    painter.restore()


@dataclass(frozen=True)
class _Laid:
    """How a card's words lie in a width, px."""

    chip: str
    chip_width: float
    below: bool
    """The chip stands below the name, which would be cut beside it."""
    name_width: float
    head: float
    line: float
    lines: tuple[tuple[tuple[str, ...], str], ...]

    @property
    def height(self) -> float:
        count = sum(len(pieces) for pieces, _ in self.lines)
        return self.head + (_CHIP if self.below else 0) + count * self.line


def _lay_out(guest: Guest, at: datetime, inside: QRectF) -> _Laid:
    strong, small = QFontMetricsF(font(Type.STRONG)), QFontMetricsF(font(Type.SMALL))
    chip, width = time_words(guest, at), inside.width()
    chip_width = min(small.horizontalAdvance(chip) + _CHIP_PAD, width) if chip else 0.0
    beside = width - chip_width - _GAP
    below = bool(chip) and strong.horizontalAdvance(guest.visit.pet) > beside
    lines = []
    for words, tone in lines_of(guest, at):
        # What to know first is told in full as far as may be; the rest is one line each.
        room, most = (width - _ICON - _GAP, _MOST_LINES) if tone else (width, 1)
        lines.append((_broken(small, words, room, most), tone))
    head = max(strong.height(), _CHIP)
    name = width if below else beside
    return _Laid(chip, chip_width, below, name, head, small.height() + 2, tuple(lines))


def _broken(metrics: QFontMetricsF, words: str, width: float, most: int) -> tuple[str, ...]:
    """Return words in at most so many lines; the last is shortened where they go on."""
    pieces: list[str] = []
    rest = words.split()
    while rest and len(pieces) < most - 1:
        count = 1
        while count < len(rest) and (
            metrics.horizontalAdvance(" ".join(rest[: count + 1])) <= width
        ):
            count += 1
        pieces.append(" ".join(rest[:count]))
        rest = rest[count:]
    pieces += [" ".join(rest)] if rest else []
    return tuple(metrics.elidedText(one, Qt.TextElideMode.ElideRight, width) for one in pieces)


def _inside(box: QRectF) -> QRectF:
    return box.adjusted(_PAD + _STRIPE + 2, _PAD, -_PAD, -_PAD)


def _paint_ground(
    painter: QPainter, box: QRectF, guest: Guest, level: Level, *, chosen: bool
) -> None:
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


def _cut(of: QFont, words: str, width: float) -> str:
    return QFontMetricsF(of).elidedText(words, Qt.TextElideMode.ElideRight, width)
