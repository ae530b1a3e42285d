"""A chart of lines or bars: axis titles, units, the value under the pointer, and zoom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.ui.fields.texts import day_text, number_text
from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.chart_axes import DAY, DayAxis, NumberAxis, X, seconds_of
from fluffydesk.ui.parts.zoom import NEARER, PACE, Span, ZoomBox

_ENOUGH = 4
_PALE = 90
_LEAST_DAYS = 6
_HELP = (
    "Left and Right read the values, with Ctrl a week on. Plus and Minus show it from nearer and "
    "from further, Page Up and Page Down move along, 0 shows all."
)


@dataclass(frozen=True)
class Series:
    """One line, or set of bars: its name, its points in order of x (y None is a gap)."""

    name: str
    points: tuple[tuple[X, float | None], ...]
    bars: bool = False
    dashed: bool = False
    colour: int | None = None
    """Which of the theme's series colours; None takes the next one."""
    faint: bool = False
    """Thin and pale, as the days behind their mean; not named at its end."""


def mean_of_week(points: tuple[tuple[X, float | None], ...]) -> tuple[tuple[X, float | None], ...]:
    """Return daily points as the mean of each day and the six before it.

    A day without at least four known values among the seven is a gap.
    """
    found: list[tuple[X, float | None]] = []
    for number, (at, _) in enumerate(points):
        known = [y for _, y in points[max(0, number - 6) : number + 1] if y is not None]
        found.append((at, sum(known) / len(known) if len(known) >= _ENOUGH else None))
    return tuple(found)


class Chart(QWidget):
    """Lines and bars in the theme's colours; dates on x get a date axis."""

    def __init__(
        self,
        y_title: str,
        y_unit: str = "",
        x_title: str = "",
        *,
        dates: bool = True,
        places: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        """`places` are the decimals of the value under the pointer."""
        super().__init__(parent)
        self._titles = (x_title, f"{y_title}, {y_unit}" if y_unit else y_title)
        self._unit, self._dates, self._places = y_unit, dates, places
        self._series: tuple[Series, ...] = ()
        axes = {
            "bottom": DayAxis("bottom") if dates else NumberAxis("bottom"),
            "left": NumberAxis("left"),
        }
        self._box = ZoomBox()
        self._box.turned.connect(self._turned)
        self._box.dragged.connect(self.zoom_to)
        self._box.wanted_whole.connect(self.show_all)
        self._span = Span.whole(0.0, 1.0, 1.0)
        self._read: float | None = None
        self._plot = pyqtgraph.PlotWidget(axisItems=axes, viewBox=self._box)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        for part in (self._plot, self._plot.viewport()):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        self._pointer = pyqtgraph.InfiniteLine(angle=90, movable=False)
        self._value = pyqtgraph.TextItem(anchor=(0, 0))
        self._box.sigYRangeChanged.connect(self._raise)
        self._plot.scene().sigMouseMoved.connect(self._moved)
        self._plot.scene().sigMouseClicked.connect(self._clicked)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.addWidget(self._plot)
        self.setMinimumHeight(200)
        self.setProperty("role", "chart")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"Chart of {y_title.lower()}")
        self.setAccessibleDescription(_HELP)
        self._draw()

    def show_series(self, *series: Series, unit: str | None = None) -> None:
        """Draw other series, in another unit where one is given; what is in sight stays so."""
        if unit is not None and unit != self._unit:
            title = self._titles[1].removesuffix(f", {self._unit}")
            self._titles = (self._titles[0], f"{title}, {unit}")
            self._unit = unit
        self._series = series
        self._draw()

    @property
    def shown(self) -> tuple[float, float]:
        """The first and the last x in sight."""
        return self._span.low, self._span.high

    @property
    def value(self) -> str:
        """What is read at the pointer or by the keys; empty where nothing is."""
        return str(self._value.toPlainText()) if self._value.isVisible() else ""

    def zoom(self, factor: float, at: float | None = None) -> None:
        """Show `factor` times as much, around an x: else what is read, or the middle."""
        around = self._read if at is None else at
        middle = sum(self.shown) / 2
        self._see(self._span.zoomed(factor, middle if around is None else around))

    def zoom_to(self, low: float, high: float) -> None:
        """Show what lies between two x."""
        self._see(self._span.between(low, high))

    def show_all(self) -> None:
        """Show everything again."""
        self._see(Span.whole(self._span.first, self._span.last, self._span.least))

    def value_at(self, at: X) -> str:
        """Return what the pointer says at `at`: the nearest point of each series, in words."""
        near = self._nearest(seconds_of(at))
        return "" if near is None else near[1]

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_value"):
            self._draw()
        super().changeEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(self._read)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right read, Plus and Minus zoom, Page Up and Page Down move, 0 shows all."""
        key, far = event.key(), len(self._known())
        week = 7 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1
        steps = {
            int(Qt.Key.Key_Left): -week,
            int(Qt.Key.Key_Right): week,
            int(Qt.Key.Key_Home): -far,
            int(Qt.Key.Key_End): far,
        }
        if key in steps:
            self._step(steps[key])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(NEARER)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom(1 / NEARER)
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._see(self._span.along(PACE if key == Qt.Key.Key_PageDown else -PACE))
        elif key == Qt.Key.Key_0:
            self.show_all()
        elif key == Qt.Key.Key_Escape and self._read is not None:
            self._point(None)
        else:
            super().keyPressEvent(event)

    def _draw(self) -> None:
        now = theme.colours()
        self._plot.clear()
        self._plot.setBackground(QColor(now.raised))
        small = measures.font(Type.SMALL)
        self._dress_axes(now, small)
        for number, series in enumerate(self._series):
            ink = now.series[(number if series.colour is None else series.colour) % len(now.series)]
            self._draw_series(series, QColor(ink))
        if self._named():
            self._label_series(now, small)
        self._leave_room()
        self._pointer.setPen(pyqtgraph.mkPen(now.edge, width=1))
        self._value.setColor(QColor(now.text))
        self._value.fill = pyqtgraph.mkBrush(now.raised)
        self._value.border = pyqtgraph.mkPen(now.line)
        self._value.setFont(small)
        for item in (self._pointer, self._value):
            self._plot.addItem(item, ignoreBounds=True)
            item.hide()

    def _dress_axes(self, now: theme.Colours, small: QFont) -> None:
        item = self._plot.getPlotItem()
        for side, title in zip(("bottom", "left"), self._titles, strict=True):
            axis = item.getAxis(side)
            axis.setPen(pyqtgraph.mkPen(now.line))
            axis.setTextPen(QColor(now.muted))
            axis.setTickFont(small)
            axis.setStyle(tickLength=0, tickTextOffset=8)
            axis.label.setFont(small)
            axis.enableAutoSIPrefix(False)
            if title:
                axis.setLabel(title, **{"color": now.muted, "font-size": "9.5pt"})
        item.getAxis("bottom").setHeight(48 if self._titles[0] else 28)
        item.getAxis("left").setStyle(maxTickLevel=0)
        item.showGrid(x=False, y=True, alpha=1.0)
        item.getAxis("left").setZValue(-1000)
        item.getViewBox().setDefaultPadding(0.03)

    def _draw_series(self, series: Series, ink: QColor) -> None:
        known = [(seconds_of(x), y) for x, y in series.points]
        if not known:
            return
        if series.bars:
            width = DAY * 0.7 if self._dates else 0.7
            bars = [(x, y) for x, y in known if y is not None]
            self._plot.addItem(
                pyqtgraph.BarGraphItem(
                    x=[x for x, _ in bars],
                    height=[y for _, y in bars],
                    width=width,
                    brush=ink,
                    pen=pyqtgraph.mkPen(None),
                )
            )
            return
        if series.faint:
            ink.setAlpha(_PALE)
        style = Qt.PenStyle.DashLine if series.dashed else Qt.PenStyle.SolidLine
        self._plot.plot(
            [x for x, _ in known],
            [float("nan") if y is None else y for _, y in known],
            pen=pyqtgraph.mkPen(ink, width=1 if series.faint else 2, style=style),
            connect="finite",
            antialias=True,
            symbol="o" if len(known) == 1 else None,
            symbolBrush=ink,
        )

    def _named(self) -> bool:
        """Whether there is more than one line to tell apart."""
        return sum(not series.faint for series in self._series) > 1

    def _label_series(self, now: theme.Colours, small: QFont) -> None:
        """Name each line at its end rather than in a legend."""
        for number, series in enumerate(self._series):
            known = [(x, y) for x, y in series.points if y is not None]
            if not known or series.faint:
                continue
            ink = now.series[(number if series.colour is None else series.colour) % len(now.series)]
            label = pyqtgraph.TextItem(series.name, color=QColor(ink), anchor=(0, 0.5))
            label.setFont(small)
            self._plot.addItem(label, ignoreBounds=True)
            label.setPos(seconds_of(known[-1][0]), known[-1][1])

    def _leave_room(self) -> None:
        """Show the points, with room at the right for the names at the ends of the lines."""
        at = [seconds_of(x) for series in self._series for x, _ in series.points]
        if len(at) < 2:
            return
        first, last = min(at), max(at)
        least = _LEAST_DAYS * DAY if self._dates else (last - first) / 50
        if (first, last) != (self._span.first, self._span.last):
            self._span = Span.whole(first, last, least)
        self._see(self._span)

    def _see(self, span: Span) -> None:
        self._span = span
        self._box.is_whole = span.is_whole
        room = 0.14 if self._named() and span.high >= span.last else 0.0
        wide = span.high - span.low
        self._plot.setXRange(span.low, span.high + wide * room, padding=0.02)
        self._box.setAutoVisible(y=True)
        self._box.enableAutoRange(axis=self._box.YAxis)
        self._point(self._read)

    def _clicked(self, event: object) -> None:
        self.setFocus()  # the keys are for what was clicked

    def _turned(self, steps: float, at: float) -> None:
        self.zoom(NEARER**steps, at)

    def _known(self) -> list[float]:
        """Return each x that has a value, in order."""
        return sorted(
            {seconds_of(x) for series in self._series for x, y in series.points if y is not None}
        )

    def _step(self, steps: int) -> None:
        """Read the value so many points further; the first time, the last one in sight."""
        known = self._known()
        if not known:
            return
        if self._read is None:
            self._read = self._span.high
            steps += 1 if steps == -1 else 0  # first, the last value in sight
        place = sum(x < self._read for x in known) + steps
        self._read = known[min(max(place, 0), len(known) - 1)]
        self._see(self._span.holding(self._read))
        self.setAccessibleDescription(self.value)

    def _moved(self, at: QPointF) -> None:
        inside = self._box.sceneBoundingRect().contains(at)
        self._point(self._box.mapSceneToView(at).x() if inside else self._read, keep=False)

    def _point(self, at: float | None, *, keep: bool = True) -> None:
        """Show the value nearest to an x, or none; one to `keep` outlasts the pointer."""
        if keep:
            self._read = at
        near = None if at is None else self._nearest(at)
        self._pointer.setVisible(near is not None)
        self._value.setVisible(near is not None)
        if near is None:
            return
        x, words = near
        low, high = self.shown
        self._pointer.setPos(x)
        self._value.setText(words)
        self._value.setAnchor((self._side(x > (low + high) / 2, x), 0))
        self._value.setPos(x, self._box.viewRange()[1][1])

    def _side(self, late: bool, x: float) -> float:
        """Return how much of the words lies left of x: none or all of it, but in sight."""
        box, words = self._box.sceneBoundingRect(), self._value.boundingRect().width()
        if words <= 0:
            return float(late)
        before = self._box.mapViewToScene(QPointF(x, 0)).x() - box.left()
        return float(min(max(float(late), (before + words - box.width()) / words), before / words))

    def _raise(self) -> None:
        """Keep the words at the top: the range follows what is in sight, and later than it."""
        self._value.setPos(self._value.pos().x(), self._box.viewRange()[1][1])

    def _nearest(self, x: float) -> tuple[float, str] | None:
        found: list[tuple[float, str, float]] = []
        for series in self._series:
            known = [(seconds_of(at), y) for at, y in series.points if y is not None]
            if known:
                at, y = min(known, key=lambda point: abs(point[0] - x))
                found.append((at, series.name, y))
        if not found:
            return None
        at = min(found, key=lambda point: abs(point[0] - x))[0]
        lines = [self._x_words(at)]
        for _, name, y in found:
            value = number_text(float(y), self._places)
            lines.append(f"{name}: {value} {self._unit}".rstrip())
        return at, "\n".join(lines)

    def _x_words(self, x: float) -> str:
        if not self._dates:
            return f"{self._titles[0]} {x:g}".strip()
        return day_text(datetime.fromtimestamp(x, UTC).date())
