"""Every screen of the barn in pounds, gallons and degrees Fahrenheit: none says kg, L or °C."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QListView, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.conventions import Conventions, choose
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.organizations import ShownMass, ShownTemperature, ShownVolume
from fluffydesk.records.farm import MilkProductionLog, WeightLog
from fluffydesk.ui.fields.texts import use_conventions
from fluffydesk.ui.parts.chart import Chart
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.animal_card import AnimalCardScreen
from fluffydesk.ui.screens.animals import AnimalsScreen
from fluffydesk.ui.screens.flocks import FlocksScreen
from fluffydesk.ui.screens.herds import HerdsScreen
from fluffydesk.ui.screens.reports import ReportsScreen
from fluffydesk.work import Work

Settle = Callable[[Work], None]
IMPERIAL = Conventions(ShownMass.POUND, ShownVolume.US_GALLON, ShownTemperature.FAHRENHEIT)
METRIC = re.compile(r"(?<![A-Za-z/])(kg|L|°C)(?![A-Za-z])")
ROWS = 30


@pytest.fixture
def imperial(sample_farm: Mirror) -> Iterator[Mirror]:
    told = sample_farm.recall("organization")
    names = ("mass_unit", "volume_unit", "temperature_unit")
    choose(sample_farm, UUID(told["id"]), {name: getattr(IMPERIAL, name) for name in names})
    use_conventions(IMPERIAL)
    yield sample_farm
    use_conventions(Conventions())


def said(screen: QWidget) -> Iterator[str]:
    """Everything a screen says: labels, buttons, tables with their heads, charts."""
    for label in screen.findChildren(QLabel):
        yield label.text()
    for button in screen.findChildren(QAbstractButton):
        yield button.text()
    for table in screen.findChildren(QAbstractItemView):
        model = table.model()
        if model is None:
            continue
        columns = 1 if isinstance(table, QListView) else model.columnCount()
        for column in range(columns):
            yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
            for row in range(min(model.rowCount(), ROWS)):
                yield str(model.index(row, column).data() or "")
    for chart in screen.findChildren(Chart):
        yield from (item.toPlainText() for item in _texts(chart))


def _texts(chart: Chart) -> Iterator[object]:
    axes = chart._plot.getPlotItem().axes
    yield from (axis["item"].label for axis in axes.values())


@pytest.mark.parametrize(
    "screen_type", [AnimalsScreen, FlocksScreen, HerdsScreen, ReportsScreen, AnimalCardScreen]
)
def test_no_screen_says_a_metric_unit_on_an_imperial_farm(
    screen_type: type[QWidget], imperial: Mirror, qtbot: QtBot, farm_work: Work, settle: Settle
) -> None:
    screen = screen_type(farm_work)  # type: ignore[call-arg]
    qtbot.addWidget(screen)
    screen.show()
    if isinstance(screen, AnimalCardScreen):
        weighed, milked = (one.__table__.c.animal_id for one in (WeightLog, MilkProductionLog))
        with imperial.read() as connection:
            cow = connection.execute(
                select(weighed).where(weighed.in_(select(milked))).limit(1)
            ).scalar_one()
        screen.arrive(Place("animal", cow))
    screen.reload()  # type: ignore[attr-defined]
    settle(farm_work)
    texts = list(said(screen))
    assert not [text for text in texts if METRIC.search(text)]
    if isinstance(screen, AnimalCardScreen):
        assert any(text.endswith(" lb weighed") for text in texts)
        assert any(text.endswith(" lb milk") for text in texts)
        assert "Weight, lb" in [text.strip() for text in texts], texts[-12:]
