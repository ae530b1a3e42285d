"""The calendar as it is drawn; only what lies in the part to draw anew is drawn."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from fluffydesk.ui.look import theme
from fluffydesk.ui.screens import day_paint
from fluffydesk.ui.screens.day_layout import Card
from fluffydesk.ui.screens.day_paint import Look, Pens
from fluffydesk.ui.screens.day_shown import DayShown
from fluffydesk.ui.screens.day_space import AXIS, BAND, HEAD, PIXELS
from fluffydesk.ui.screens.day_words import day_words


class DayView(DayShown):
    """Paints heads and hours frozen, and below and beside them columns, shades, cards and now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pens: Pens | None = None
        self._drawn: QRectF | None = None
        self.empty_words = ""
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme.notifier().changed.connect(self._dress)

    def hand_moved(self) -> None:
        card = self.hand_card()
        self.touch(self._drawn)
        self._drawn = None if card is None else self.whole_box(card)
        self.touch(self._drawn)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.touch(self._box_at_cursor())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.touch(self._box_at_cursor())

    def _dress(self) -> None:
        self._pens = None
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        region, dirty = event.region(), QRectF(event.rect())
        painter.fillRect(dirty, theme.colour("raised"))
        if self.sheet is None:
            return
        if self._pens is None:
            self._pens = Pens()
        view = QRectF(self.viewport().rect())
        body = view.adjusted(AXIS, self.head, 0, 0)
        if dirty.intersects(body):
            painter.save()
            painter.setClipRect(body)
            self._paint_body(painter, self._pens, region, dirty)
            painter.restore()
        if dirty.left() < AXIS or dirty.top() < self.head:
            self._paint_frozen(painter, self._pens, view, dirty)

    def _paint_body(self, painter: QPainter, pens: Pens, region: QRegion, dirty: QRectF) -> None:
        lanes = self._lanes_in(dirty)
        for lane in lanes:
            for shade in self.shades[lane]:
                top, bottom = self.y_of(shade.first), self.y_of(shade.last)
                box = QRectF(self.x_of(lane), top, self.lane_width(), bottom - top)
                if box.intersects(dirty):
                    day_paint.paint_shade(painter, box, shade)
                    told_at = self.free_from(lane, max(top, float(self.head)), pens.low)
                    day_paint.paint_reason(painter, pens, box, shade, told_at)
        right = min(self.x_of(len(self.columns)), dirty.right())
        left = max(float(AXIS), dirty.left())
        field = QRectF(left, self.y_of(0), right - left, 0)
        day_paint.paint_hours(painter, field, self.axis.length, PIXELS)
        self._paint_edges(painter, dirty)
        self._paint_cursor(painter)
        current, held = self.card(), self.hand
        for lane in lanes:
            for card in self._in_lane[lane]:
                if region.intersects(self.whole_box(card).toAlignedRect()):
                    gone = held is not None and held.begun and held.visit.id == card.visit.id
                    painter.setOpacity(0.4 if gone else 1.0)
                    self._paint_card(painter, pens, card, selected=card is current)
        painter.setOpacity(1.0)
        self._paint_nothing(painter, pens)
        self._paint_now(painter, dirty)
        self._paint_hand(painter, pens, region)

    def free_from(self, lane: int, top: float, high: float) -> float:
        """Return where, from a height in the viewport on, so much of a column is free, px."""
        for card in sorted(self._in_lane[lane], key=lambda one: one.first):
            box = self.whole_box(card)
            if box.top() < top + high and box.bottom() > top:
                top = box.bottom()
        return top

    def _lanes_in(self, dirty: QRectF) -> range:
        if not self.columns:
            return range(0)
        last = self.lane_at(dirty.right())
        return range(self.lane_at(max(float(AXIS), dirty.left())), last + 1)

    def _paint_nothing(self, painter: QPainter, pens: Pens) -> None:
        """Say why there is nothing, and what to do."""
        if self.cards or not self.empty_words:
            return
        view = QRectF(self.viewport().rect()).adjusted(AXIS, self.head, 0, 0)
        wide = min(view.width() - 32, pens.of_strong.horizontalAdvance(self.empty_words) + 48)
        box = QRectF(0, 0, wide, 3 * pens.tall)
        box.moveCenter(view.center())
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(box, 8, 8)
        painter.setFont(pens.strong)
        painter.setPen(theme.colour("muted"))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(box.adjusted(12, 4, -12, -4), flags, self.empty_words)

    def _paint_edges(self, painter: QPainter, dirty: QRectF) -> None:
        line, edge = theme.colour("line"), theme.colour("edge")
        for index in range(1, len(self.columns)):
            x = self.x_of(index)
            if dirty.left() - 2 <= x <= dirty.right() + 2:
                new_day = self.columns[index].day != self.columns[index - 1].day
                painter.setPen(QPen(edge if new_day else line, 1))
                painter.drawLine(QPointF(x, dirty.top()), QPointF(x, dirty.bottom()))

    def _paint_card(self, painter: QPainter, pens: Pens, card: Card, *, selected: bool) -> None:
        visit = card.visit
        look = Look(
            selected=selected,
            pinned=visit.id in self.pinned,
            mark=self.marks.get(visit.service_id, "") if visit.service_id else "",
        )
        day_paint.paint_card(painter, pens, self.box_of(card), self.tail_of(card), card, look)

    def _paint_hand(self, painter: QPainter, pens: Pens, region: QRegion) -> None:
        card, hand = self.hand_card(), self.hand
        if card is None or hand is None:
            self._drawn = None
            return
        self._drawn = self.whole_box(card)
        if not region.intersects(self._drawn.toAlignedRect()):
            return
        taken = hand.taken
        look = Look(
            selected=True,
            reason="" if taken is None else taken.words,
            asks=taken is not None and taken.asks,
            mark=self.marks.get(card.visit.service_id, "") if card.visit.service_id else "",
        )
        day_paint.paint_card(painter, pens, self.box_of(card), self.tail_of(card), card, look)

    def _paint_cursor(self, painter: QPainter) -> None:
        if not self.columns or self.hand is not None or self.card() is not None:
            return
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(theme.colour("accent_soft"))
        else:
            painter.setPen(QPen(theme.colour("edge"), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.cursor_box(), 4, 4)

    def _paint_now(self, painter: QPainter, dirty: QRectF) -> None:
        assert self.sheet is not None
        y = self._now_at = self._now_y()
        if not dirty.top() - 6 <= y <= dirty.bottom() + 6:
            return
        today = self.clock().astimezone(self.sheet.zone).date()
        lanes = [n for n, column in enumerate(self.columns) if column.day == today]
        if lanes:
            left = max(self.x_of(lanes[0]), AXIS + 2.0)
            right = self.x_of(lanes[-1] + 1)
            if left < right:
                day_paint.paint_now(painter, left, right, y)

    def _paint_frozen(self, painter: QPainter, pens: Pens, view: QRectF, dirty: QRectF) -> None:
        raised, head = theme.colour("raised"), self.head
        if dirty.left() < AXIS:
            painter.save()
            painter.setClipRect(QRectF(0, head, AXIS, view.height() - head))
            painter.fillRect(QRectF(0, head, AXIS, view.height()), raised)
            axis = QRectF(0, self.y_of(0) - pens.low / 2, AXIS, 0)
            day_paint.paint_axis(painter, pens, axis, self.axis.ticks(), PIXELS)
            painter.restore()
        if dirty.top() < head:
            painter.fillRect(QRectF(0, 0, view.width(), head), raised)
            painter.save()
            painter.setClipRect(QRectF(AXIS, 0, view.width() - AXIS, head))
            self._paint_heads(painter, pens, dirty)
            painter.restore()
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QPointF(0, head), QPointF(view.width(), head))
        painter.drawLine(QPointF(AXIS, 0), QPointF(AXIS, view.height()))

    def _paint_heads(self, painter: QPainter, pens: Pens, dirty: QRectF) -> None:
        assert self.sheet is not None
        band = self.head - HEAD
        for index in self._lanes_in(dirty):
            box = QRectF(self.x_of(index), band, self.lane_width(), HEAD)
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawLine(box.topLeft(), box.bottomLeft())
            day_paint.paint_head(painter, pens, box, *self.heads[index])
        if not band:
            return
        today = self.clock().astimezone(self.sheet.zone).date()
        for day in self.sheet.days:
            lanes = [n for n, column in enumerate(self.columns) if column.day == day]
            if not lanes:
                continue
            left, right = self.x_of(lanes[0]), self.x_of(lanes[-1] + 1)
            shown = max(left, float(AXIS))  # the name stays while its columns scroll under it
            if right - shown > 24:
                box = QRectF(shown, 0, right - shown, BAND)
                words = day_words(day, "ddd d MMM") if right - shown < 200 else day_words(day)
                day_paint.paint_day(painter, pens, box, words, today=day == today)
            painter.setPen(QPen(theme.colour("edge"), 1))
            painter.drawLine(QPointF(left, 0), QPointF(left, self.head))
