"""The farm today: what needs doing now, and how the farm runs against last week and last year."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.whose import Whose
from fluffydesk.records.catalog import may
from fluffydesk.records.farm_resources import FarmExpense
from fluffydesk.records.types import now, today
from fluffydesk.ui.fields.texts import unit_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card, Page
from fluffydesk.ui.parts.chart import Chart
from fluffydesk.ui.parts.controls import Segments, Words
from fluffydesk.ui.parts.flow import Tiles
from fluffydesk.ui.parts.tile import Tile
from fluffydesk.ui.parts.todo import TodoLine
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.contradictions_banner import ContradictionsBanner
from fluffydesk.ui.screens.reading.today import Compared, Farm, farm_today
from fluffydesk.ui.screens.today_parts import (
    FIGURES,
    LINES,
    Figure,
    compared_words,
    days_of,
    draw_curve,
    figure_text,
    in_farms_mass,
)
from fluffydesk.work import Work

TILES_A_ROW, TILE = (4, 2, 1), 200
LINES_A_ROW, LINE = (3, 2, 1), 260
CURVES_A_ROW, CURVE_WIDTH = (2, 1), 420
CURVE = 204
"""The least height of a curve, px."""
_SPANS: list[tuple[str, object]] = [("12 months", 365), ("90 days", 90)]


class TodayScreen(Screen):
    """Lines of what is to be done, tiles and two curves; lines and tiles open their rows."""

    key = "today"
    title = "Today"
    icon = "today"
    group = "Day"
    watches = frozenset(
        {
            *("milk_production_logs", "egg_production_logs", "feed_logs", "poultry_feed_logs"),
            *("mortality_logs", "poultry_batches", "livestock", "flocks", "livestock_batches"),
            *("livestock_batch_members", "livestock_species", "farm_inventory"),
            *("inventory_transactions", "breeding_records", "lambing_records"),
            *("health_treatments", "vaccine_logs", "tasks", "farm_expenses", "farm_revenues"),
            *("farm_product_sales", "organizations"),
        }
    )
    help = (
        "On top is what needs doing now: how many wait in each list, and what comes first. Enter, "
        "or a click, opens the list.\n"
        "Each tile shows a figure of the seven days to yesterday and compares it with the seven "
        "days before and with the same week of last year. The small line is the last four weeks. "
        "The “i” says how it is worked out. Enter, or a click, opens the rows it is made of.\n"
        "The strong curve is the mean of seven days, the thin one each day by itself. Point at a "
        "curve to read its value; turn the wheel or drag over days to see them from nearer, and "
        "double-click to see all.\n"
        "With the keys: Left and Right read the values, with Ctrl a week on; Plus and Minus zoom, "
        "Page Up and Page Down move along, 0 shows all."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.lines = {
            matter: TodoLine(line.title, line.nothing, line.icon, line.tip)
            for matter, line in LINES.items()
        }
        self.tiles = {
            one.key: Tile(one.title or one.kpi.title, definition=one.definition, icon_role=one.icon)
            for one in FIGURES
        }
        for matter, line in LINES.items():
            self.lines[matter].pressed.connect(partial(self.go.emit, line.place))
        for one in FIGURES:
            self.tiles[one.key].pressed.connect(partial(self.go.emit, one.place))
        self.milk = Chart("Milk", "kg a day", "", places=0)
        self.eggs = Chart("Eggs", "a day", "", places=0)
        self.spans = Segments("Curves of the last", _SPANS)
        self.spans.chosen.connect(self._span_chosen)
        self.no_milk = Words("", role="muted", wrap=True)
        self.no_eggs = Words("", role="muted", wrap=True)
        self._farm: Farm | None = None
        self.contradictions = ContradictionsBanner(self)
        self._arrange()
        work.whose_changed.connect(self._may_see)
        self._may_see(work.whose)

    def reload(self) -> None:
        whose = self.work.whose
        currency = whose.currency if may(FarmExpense, "read", whose.role) else None
        self.work.on_mirror(partial(_read, on=today(), currency=currency), self._show, latest=True)

    def showEvent(self, event: QShowEvent) -> None:
        """The clock went on, and conflicts come without a change of rows: look each time."""
        super().showEvent(event)
        self.reload()

    def _may_see(self, whose: Whose) -> None:
        """Show the money to those whose role may read the books."""
        for one in FIGURES:
            if one.money:
                self.tiles[one.key].setVisible(may(FarmExpense, "read", whose.role))

    def _arrange(self) -> None:
        page = Page(measures.CARD)
        todo = Card("What needs doing now")
        todo.add(Tiles(list(self.lines.values()), LINES_A_ROW, LINE, 2))
        page.add(todo)
        page.add(self.contradictions)
        page.add(Tiles(list(self.tiles.values()), TILES_A_ROW, TILE, measures.CARD))
        page.add(self._curves(), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)

    def _curves(self) -> Tiles:
        cards = []
        for number, (title, chart, words) in enumerate(
            (("Milk", self.milk, self.no_milk), ("Eggs", self.eggs, self.no_eggs))
        ):
            card = Card(title)
            card.heading.setMinimumHeight(measures.TARGET)
            if number:
                card.act(self.spans)
            words.hide()
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
            card.add(words, 1)
            chart.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            chart.setMinimumHeight(CURVE)
            card.add(chart, 1)
            cards.append(card)
        return Tiles(cards, CURVES_A_ROW, CURVE_WIDTH, measures.CARD)

    def _show(self, farm: Farm) -> None:
        self._farm = farm
        for one in farm.doing:
            self.lines[one.matter].show_count(one.count, one.words, pressing=one.pressing)
        for figure in FIGURES:
            found: Compared | None = getattr(farm, figure.key)
            if found is not None:
                self._show_figure(figure, found)
        self._draw()
        self.contradictions.reload()  # it reads for long, so after what is asked for at a glance

    def _show_figure(self, figure: Figure, found: Compared) -> None:
        tile = self.tiles[figure.key]
        number = figure_text(figure.kpi, found.now)
        if number is None:
            tile.show_value(None, note=figure.missing)
            return
        unit = unit_text(figure.kpi.unit)
        tile.show_value(
            number,
            self.work.whose.currency if figure.money else unit,
            note=compared_words(figure, found),
            tone="warning" if figure.key == "deaths" and _many(found) else "",
            history=found.spark,
        )

    def _span_chosen(self, days: object) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._farm is None:
            return
        count = self.spans.value()
        assert isinstance(count, int)
        days = days_of(self._farm.on, count)
        milk = {day: in_farms_mass(kg) for day, kg in self._farm.milk_days.items()}
        eggs = {day: float(count) for day, count in self._farm.egg_days.items()}
        unit = f"{unit_text('kg')} a day"
        draw_curve(self.milk, self.no_milk, "Milk", milk, days, colour=0, unit=unit)
        draw_curve(self.eggs, self.no_eggs, "Eggs", eggs, days, colour=2, unit="a day")


def _many(deaths: Compared) -> bool:
    """Say whether more than twice as many died as the week before, and not only a few."""
    now, before = deaths.now or 0, deaths.before or 0
    return now > 2 * before and now - before > 2


def _read(mirror: Mirror, on: date, currency: str | None) -> Farm:
    with mirror.read() as connection:
        return farm_today(connection, on, now(), currency)
