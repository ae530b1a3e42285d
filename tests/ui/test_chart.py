"""A chart is read and seen from nearer by wheel, drag and keys alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pyqtgraph
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fluffydesk.ui.parts.chart import Chart, Series
from fluffydesk.ui.parts.zoom import Span

FIRST = date(2026, 1, 1)
DAYS = 200
DAY = 86_400.0


def seconds(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()


def line(name: str = "Milk", days: int = DAYS) -> Series:
    return Series(name, tuple((FIRST + timedelta(days=n), float(n)) for n in range(days)))


@pytest.fixture
def chart(qtbot: QtBot) -> Chart:
    made = Chart("Milk", "kg a day", places=0)
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.setFocus()
    made.show_series(line())
    return made


def wide(chart: Chart) -> int:
    low, high = chart.shown
    return round((high - low) / DAY)


def turn(chart: Chart, steps: int) -> QWheelEvent:
    """Turn the wheel over the middle of the chart."""
    view = chart._plot.viewport()
    middle = QPointF(view.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(view.mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)
    return event


def move(view: QWidget, to: QPoint) -> None:
    """Move the mouse with its button down, which QTest.mouseMove does not say."""
    left = Qt.MouseButton.LeftButton
    at, everywhere = QPointF(to), QPointF(view.mapToGlobal(to))
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(
        view, QMouseEvent(QEvent.Type.MouseMove, at, everywhere, left, left, none)
    )


def test_plus_minus_and_nought(qtbot: QtBot, chart: Chart) -> None:
    whole = chart.shown
    assert wide(chart) == DAYS - 1
    qtbot.keyClicks(chart, "++")
    assert wide(chart) == round((DAYS - 1) * 0.49)
    qtbot.keyClicks(chart, "-")
    assert wide(chart) == round((DAYS - 1) * 0.7)
    qtbot.keyClicks(chart, "+" * 30)
    assert wide(chart) == 6
    qtbot.keyClicks(chart, "0")
    assert chart.shown == whole


def test_the_keys_read_every_value(qtbot: QtBot, chart: Chart) -> None:
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.value.endswith("Milk: 199 kg a day")
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    assert chart.value.endswith("Milk: 198 kg a day")
    assert chart.accessibleDescription() == chart.value
    qtbot.keyClick(chart, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert chart.value.endswith("Milk: 191 kg a day")
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    assert chart.value.endswith("Milk: 0 kg a day")
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.value.endswith("Milk: 1 kg a day")
    qtbot.keyClick(chart, Qt.Key.Key_Escape)
    assert chart.value == ""


def test_what_is_read_stays_in_sight_from_nearby(qtbot: QtBot, chart: Chart) -> None:
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    qtbot.keyClicks(chart, "++++")
    for key in (Qt.Key.Key_End, Qt.Key.Key_Home):
        qtbot.keyClick(chart, key)
        read = seconds(FIRST + timedelta(days=199 if key == Qt.Key.Key_End else 0))
        low, high = chart.shown
        assert low <= read <= high
    low, high = chart.shown
    qtbot.keyClick(chart, Qt.Key.Key_PageDown)
    assert chart.shown == pytest.approx((low + (high - low) / 4, high + (high - low) / 4))


def test_the_wheel_zooms_where_the_pointer_is_and_else_scrolls_the_page(chart: Chart) -> None:
    assert not turn(chart, -1).isAccepted()
    whole = wide(chart)
    assert turn(chart, 1).isAccepted()
    low, high = chart.shown
    assert wide(chart) == round(whole * 0.7)
    assert low > seconds(FIRST)
    assert high < seconds(FIRST + timedelta(days=DAYS - 1))
    turn(chart, -2)
    assert wide(chart) == whole


def test_a_drag_over_days_shows_those_and_a_double_click_all(qtbot: QtBot, chart: Chart) -> None:
    pyqtgraph.setConfigOptions(mouseRateLimit=0)  # else what a test does quickly is left out
    view, whole = chart._plot.viewport(), chart.shown
    box = chart._box.sceneBoundingRect().toRect()
    start, end = box.center() - QPoint(60, 0), box.center() + QPoint(60, 0)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for x in range(start.x(), end.x() + 1, 20):
        move(view, QPoint(x, start.y()))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    assert wide(chart) == pytest.approx(120 / box.width() * (DAYS - 1) * 1.04, abs=4)
    QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=box.center())
    assert chart.shown == whole
    pyqtgraph.setConfigOptions(mouseRateLimit=100)


def test_the_value_under_the_pointer(qtbot: QtBot, chart: Chart) -> None:
    middle = chart._box.sceneBoundingRect().center()
    chart._moved(middle)
    assert chart.value.endswith(("Milk: 99 kg a day", "Milk: 100 kg a day"))
    chart._moved(QPointF(-5, -5))
    assert chart.value == ""


def test_the_value_stands_at_the_top_of_what_is_in_sight(qtbot: QtBot, chart: Chart) -> None:
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    qtbot.keyClicks(chart, "++++")
    qtbot.waitUntil(lambda: chart._box.viewRange()[1][1] < 100)
    assert chart._value.pos().y() == chart._box.viewRange()[1][1]


def test_the_value_is_read_in_full_where_the_chart_is_narrow(qtbot: QtBot, chart: Chart) -> None:
    chart.resize(400, 260)
    chart.show_series(line("Milk of a day and of its night"))
    for steps in (DAYS // 2 - 10, 20, DAYS):
        for _ in range(steps):
            qtbot.keyClick(chart, Qt.Key.Key_Left)
        qtbot.wait(0)
        seen = chart._box.sceneBoundingRect()
        words = chart._value.mapRectToScene(chart._value.boundingRect())
        assert chart.value
        assert words.left() >= seen.left() - 1
        assert words.right() <= seen.right() + 1


def test_new_values_leave_what_is_in_sight(qtbot: QtBot, chart: Chart) -> None:
    qtbot.keyClicks(chart, "++")
    seen = chart.shown
    chart.show_series(line("Cream"))
    assert chart.shown == seen
    chart.show_series(line(days=100))
    assert wide(chart) == 99


def test_the_axis_says_another_unit(chart: Chart) -> None:
    chart.show_series(line(), unit="lb a day")
    assert chart._plot.getPlotItem().getAxis("left").labelText == "Milk, lb a day"
    assert chart.value_at(FIRST).endswith("Milk: 0 lb a day")


@pytest.mark.parametrize("days", [0, 1, 2])
def test_few_points_break_nothing(qtbot: QtBot, chart: Chart, days: int) -> None:
    chart.show_series(line(days=days))
    qtbot.keyClicks(chart, "+-0")
    qtbot.keyClick(chart, Qt.Key.Key_Left)
    turn(chart, 1)
    assert bool(chart.value) == (days > 0)


def test_a_span_never_leaves_the_points() -> None:
    span = Span.whole(0, 100, 10)
    assert span.zoomed(0.5, 0).low == 0
    assert span.zoomed(0.5, 100).high == 100
    assert span.zoomed(2, 50) == span
    assert span.zoomed(0.001, 50).high - span.zoomed(0.001, 50).low == 10
    near = span.between(20, 40)
    assert (near.along(10).low, near.along(10).high) == (80, 100)
    assert (near.along(-10).low, near.along(-10).high) == (0, 20)
    assert (near.holding(45).low, near.holding(45).high) == (25, 45)
    assert near.holding(30) == near
