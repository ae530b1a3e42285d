"""How the cells of an entry grid are drawn, each state with words or a shape beside its colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QTextLayout
from PySide6.QtWidgets import QStyleOptionViewItem

from fluffydesk.ui.look import theme
from fluffydesk.ui.look.icons import icon
from fluffydesk.ui.look.measures import Type, font
from fluffydesk.ui.screens.entry_model import PROBLEM, SLOTS, WAITING, WARNING, EntryModel, Index
from fluffydesk.wording import with_minus

SLOT_WIDTH = 42
_MARK, _WORDS = 26, 90


def paint_cell(painter: QPainter, rect: QRect, index: Index, current: Index) -> None:
    """Draw one cell; the row that is being typed into is tinted, its `current` cell framed."""
    model = index.model()
    if not isinstance(model, EntryModel):
        return
    head = model.heads[index.column()]
    painter.save()
    if current.row() == index.row():
        painter.fillRect(rect, theme.colour("accent_soft"))
    painter.setPen(QPen(theme.colour("line"), 1))
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())
    if head.entry and index.flags() & Qt.ItemFlag.ItemIsEditable:
        here = (current.row(), current.column()) == (index.row(), index.column())
        _paint_entry(painter, rect, index, framed=here, right=head.right)
    elif head.remark:
        _paint_remark(painter, rect, index)
    elif index.data(SLOTS) is not None:
        _paint_slots(painter, rect, index.data(SLOTS))
    else:
        side = Qt.AlignmentFlag.AlignRight if head.right else Qt.AlignmentFlag.AlignLeft
        painter.setFont(font(Type.TEXT))
        painter.setPen(theme.colour("muted" if head.muted else "text"))
        _write(painter, rect.adjusted(12, 0, -12, 0), side, str(index.data() or ""))
    painter.restore()


def rect_of(option: QStyleOptionViewItem) -> QRect:
    rect: QRect = option.rect
    return rect


def box_in(rect: QRect) -> QRect:
    return rect.adjusted(4, 3, -4, -4)


def _write(painter: QPainter, rect: QRect, side: Qt.AlignmentFlag, text: str) -> None:
    metrics = QFontMetrics(painter.font())
    if side == Qt.AlignmentFlag.AlignRight:
        text = with_minus(text)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, (side | Qt.AlignmentFlag.AlignVCenter).value, shown)


def _paint_entry(
    painter: QPainter, rect: QRect, index: Index, *, framed: bool, right: bool
) -> None:
    box = box_in(rect)
    tone = "danger" if index.data(PROBLEM) else "warning" if index.data(WARNING) else ""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(theme.colour(f"{tone}_soft" if tone else "raised"))
    line = tone or ("accent" if framed else "edge")
    painter.setPen(QPen(theme.colour(line), 2 if tone or framed else 1))
    painter.drawRoundedRect(box, 6, 6)
    painter.setFont(font(Type.STRONG))
    painter.setPen(theme.colour("muted" if index.data(WAITING) else "text"))
    text = str(index.data(Qt.ItemDataRole.EditRole) or "")
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    _write(painter, box.adjusted(10, 0, -10, 0), side, text)


def _paint_remark(painter: QPainter, rect: QRect, index: Index) -> None:
    words, tone = remark_of(index)
    inside = rect.adjusted(12, 0, -12, 0)
    if tone:
        place = QRect(inside.left(), inside.center().y() - 9, 18, 18)
        icon(tone, tone).paint(painter, place)
        inside.setLeft(inside.left() + _MARK)
        if inside.width() < _WORDS and is_cut(rect, index):
            return  # half a word says less than the mark: all of it lies over the row in hand
    painter.setFont(font(Type.SMALL))
    painter.setPen(theme.colour(tone or "muted"))
    flags = Qt.AlignmentFlag.AlignLeft.value | Qt.AlignmentFlag.AlignVCenter.value
    lines = lines_of(words, painter.font(), inside.width(), inside.height())
    painter.drawText(inside, flags, "\n".join(lines))


def remark_of(index: Index) -> tuple[str, str]:
    """Return what a row says of itself, and its tone: danger, warning or none."""
    tone = "danger" if index.data(PROBLEM) else "warning" if index.data(WARNING) else ""
    return str(index.data(PROBLEM) or index.data(WARNING) or index.data() or ""), tone


def is_cut(rect: QRect, index: Index) -> bool:
    """Say whether a remark has too little room in its cell."""
    words, tone = remark_of(index)
    room = rect.width() - 24 - (_MARK if tone else 0)
    lines = lines_of(words, font(Type.SMALL), room, rect.height())
    return bool(words) and "".join(lines).replace(" ", "") != words.replace(" ", "")


def lines_of(words: str, drawn: QFont, width: int, height: int) -> list[str]:
    """Break words into as many lines as fit; what has no room ends in "…"."""
    metrics = QFontMetrics(drawn)
    most = max(1, height // metrics.lineSpacing())
    layout = QTextLayout(words, drawn)
    layout.beginLayout()
    starts = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        starts.append(line.textStart())
    layout.endLayout()
    ends = [*starts[1:], len(words)]
    lines = [words[a:b].rstrip() for a, b in zip(starts, ends, strict=True)][:most]
    if lines:
        rest = words[starts[len(lines) - 1] :]
        lines[-1] = rest
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in lines]


def _paint_slots(painter: QPainter, rect: QRect, slots: Sequence[str]) -> None:
    painter.setFont(font(Type.SMALL))
    painter.setPen(theme.colour("muted"))
    right = rect.right() - 12
    width = SLOT_WIDTH if len(slots) > 1 else rect.width() - 12
    for text in reversed(slots):
        place = QRect(right - width, rect.top(), width, rect.height())
        painter.drawText(
            place, (Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter).value, text
        )
        right -= width
