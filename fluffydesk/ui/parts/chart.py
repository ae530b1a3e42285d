"""A chart: lines or bars over days, with axis titles, units and the value under the pointer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pyqtgraph
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.look import measures, theme
from fluffydesk.ui.look.measures import Type

_DAY = 86_400.0
X = float | date


@dataclass(frozen=True)
class Series:
    """One line, or set of bars: its name, its points in order of x (y None is a gap)."""

    name: str
    points: tuple[tuple[X, float | None], ...]
    bars: bool = False
    dashed: bool = False
    colour: int | None = None
    """Which of the theme's series colours; None takes the next one."""


def _seconds(at: X) -> float:
    if isinstance(at, datetime):
        return at.timestamp()
    if isinstance(at, date):
        return datetime.combine(at, time(), UTC).timestamp()
    return float(at)


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
        axis = {"bottom": pyqtgraph.DateAxisItem(utcOffset=0)} if dates else {}
        self._plot = pyqtgraph.PlotWidget(axisItems=axis)
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        self._pointer = pyqtgraph.InfiniteLine(angle=90, movable=False)
        self._value = pyqtgraph.TextItem(anchor=(0, 0))
        self._plot.scene().sigMouseMoved.connect(self._moved)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)
        self.setMinimumHeight(200)
        self.setAccessibleName(f"Chart of {y_title.lower()}")
        self._draw()

    def show_series(self, *series: Series) -> None:
        """Draw other series."""
        self._series = series
        self._draw()

    def value_at(self, at: X) -> str:
        """Return what the pointer says at `at`: the nearest point of each series, in words."""
        near = self._nearest(_seconds(at))
        return "" if near is None else near[1]

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_value"):
            self._draw()
        super().changeEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer.hide()
        self._value.hide()
        super().leaveEvent(event)

    def _draw(self) -> None:
        now = theme.colours()
        self._plot.clear()
        self._plot.setBackground(QColor(now.raised))
        small = measures.font(Type.SMALL)
        self._dress_axes(now, small)
        for number, series in enumerate(self._series):
            ink = now.series[(number if series.colour is None else series.colour) % len(now.series)]
            self._draw_series(series, QColor(ink))
        if len(self._series) > 1:
            self._label_series(now, small)
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
        item.getAxis("left").setGrid(False)
        item.showGrid(x=False, y=True, alpha=0.25)
        item.getAxis("left").setStyle(maxTickLevel=0)

    def _draw_series(self, series: Series, ink: QColor) -> None:
        known = [(_seconds(x), y) for x, y in series.points]
        if not known:
            return
        if series.bars:
            width = _DAY * 0.7 if self._dates else 0.7
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
        style = Qt.PenStyle.DashLine if series.dashed else Qt.PenStyle.SolidLine
        self._plot.plot(
            [x for x, _ in known],
            [float("nan") if y is None else y for _, y in known],
            pen=pyqtgraph.mkPen(ink, width=2, style=style),
            connect="finite",
            antialias=True,
            symbol="o" if len(known) == 1 else None,
            symbolBrush=ink,
        )

    def _label_series(self, now: theme.Colours, small: QFont) -> None:
        """Name each line at its end rather than in a legend."""
        for number, series in enumerate(self._series):
            known = [(x, y) for x, y in series.points if y is not None]
            if not known:
                continue
            ink = now.series[(number if series.colour is None else series.colour) % len(now.series)]
            label = pyqtgraph.TextItem(series.name, color=QColor(ink), anchor=(1, 1))
            label.setFont(small)
            self._plot.addItem(label, ignoreBounds=True)
            label.setPos(_seconds(known[-1][0]), known[-1][1])

    def _moved(self, at: QPointF) -> None:
        box = self._plot.getPlotItem().vb
        if not box.sceneBoundingRect().contains(at):
            self._pointer.hide()
            self._value.hide()
            return
        place = box.mapSceneToView(at)
        near = self._nearest(place.x())
        if near is None:
            return
        x, words = near
        low, high = box.viewRange()[0]
        self._pointer.setPos(x)
        self._value.setText(words)
        self._value.setAnchor((1, 0) if x > (low + high) / 2 else (0, 0))
        self._value.setPos(x, box.viewRange()[1][1])
        self._pointer.show()
        self._value.show()

    def _nearest(self, x: float) -> tuple[float, str] | None:
        found: list[tuple[float, str, float]] = []
        for series in self._series:
            known = [(_seconds(at), y) for at, y in series.points if y is not None]
            if known:
                at, y = min(known, key=lambda point: abs(point[0] - x))
                found.append((at, series.name, y))
        if not found:
            return None
        at = min(found, key=lambda point: abs(point[0] - x))[0]
        lines = [self._x_words(at)]
        lines += [f"{name}: {y:.{self._places}f} {self._unit}".rstrip() for _, name, y in found]
        return at, "\n".join(lines)

    def _x_words(self, x: float) -> str:
        if not self._dates:
            return f"{self._titles[0]} {x:g}".strip()
        return day_text(datetime.fromtimestamp(x, UTC).date())
