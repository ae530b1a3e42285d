"""The farm today: what changed against the week before, and what wants doing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Banner, Card, Page
from fluffydesk.ui.parts.chart import Chart, Series, mean_of_week
from fluffydesk.ui.parts.controls import Button, Segments, Words
from fluffydesk.ui.parts.tile import Tile
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.reading.milk import LONG_IN_MILK_DAYS
from fluffydesk.ui.screens.reading.stores import ItemRow
from fluffydesk.ui.screens.reading.today import Compared, Farm, farm_today
from fluffydesk.work import Work

TILES_A_ROW = 4
CURVE = 204
"""The least height of a curve, px."""
_SPANS: list[tuple[str, object]] = [("12 months", 365), ("90 days", 90)]
_WEEK = "of the seven days to yesterday, compared with the seven before."
_DEFINITIONS = {
    "milk": f"Mean kg a day {_WEEK} A whole-day value stands for a cow's milkings of that day.",
    "cow": f"kg of milk over the cows milked each day, {_WEEK}",
    "eggs": f"Mean eggs a day, the bad ones too, {_WEEK}",
    "laying": f"Eggs for 100 hens and day, {_WEEK} A hen counts from the day after she came.",
    "feed": f"Mean kg of feed a day, of all groups and flocks, {_WEEK}",
    "deaths": "Birds lost and animals dead in the seven days to yesterday, against the seven "
    "before.",
    "stores": "Items whose balance, the sum of their ledger, lies below their reorder level; and "
    "the one that lasts the shortest at its use per day.",
    "long": f"Cows in milk for {LONG_IN_MILK_DAYS} days or more since calving: the standard "
    "lactation is over, so dry off or look again.",
}


class TodayScreen(Screen):
    """Tiles and two curves; each tile opens the rows it is made of."""

    key = "today"
    title = "Today"
    icon = "today"
    group = "Day"
    watches = frozenset(
        {
            "milk_production_logs",
            "egg_production_logs",
            "feed_logs",
            "poultry_feed_logs",
            "mortality_logs",
            "poultry_batches",
            "livestock",
            "flocks",
            "farm_inventory",
            "inventory_transactions",
        }
    )
    help = (
        "Each tile shows a figure of the seven days to yesterday and compares it with the seven "
        "days before. The small line is the last four weeks. The “i” says how it is worked out.\n"
        "Click a tile, or press Enter on it, to see the rows it is made of.\n"
        "The strong curve is the mean of seven days, the thin one each day by itself. "
        "Point at a curve to read its value."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.tiles = {
            key: Tile(title, definition=_DEFINITIONS[key], icon_role=icon)
            for key, title, icon in (
                ("milk", "Milk a day", "milk"),
                ("cow", "Milk a cow and day", "animals"),
                ("eggs", "Eggs a day", "eggs"),
                ("laying", "Hen-day", "flocks"),
                ("feed", "Feed a day", "feed"),
                ("deaths", "Deaths, seven days", "loss"),
                ("stores", "To order", "stores"),
                ("long", "Long in milk", "clock"),
            )
        }
        for key, place in _PLACES.items():
            self.tiles[key].pressed.connect(partial(self.go.emit, place))
        self.milk = Chart("Milk", "kg a day", "", places=0)
        self.eggs = Chart("Eggs", "a day", "", places=0)
        self.spans = Segments("Curves of the last", _SPANS)
        self.spans.chosen.connect(self._span_chosen)
        self.no_milk = Words("", role="muted", wrap=True)
        self.no_eggs = Words("", role="muted", wrap=True)
        self.banner = Banner()
        self._farm: Farm | None = None
        self._arrange()

    def reload(self) -> None:
        self.work.on_mirror(partial(_read, on=today()), self._show, latest=True)

    def showEvent(self, event: QShowEvent) -> None:
        """Conflicts come without a change of rows, so look each time."""
        super().showEvent(event)
        self.reload()

    def _arrange(self) -> None:
        tiles = QGridLayout()
        tiles.setSpacing(measures.CARD)
        for number, tile in enumerate(self.tiles.values()):
            tiles.addWidget(tile, number // TILES_A_ROW, number % TILES_A_ROW)
            tiles.setColumnStretch(number % TILES_A_ROW, 1)
        curves = QGridLayout()
        curves.setSpacing(measures.CARD)
        for number, (title, chart, words) in enumerate(
            (("Milk", self.milk, self.no_milk), ("Eggs", self.eggs, self.no_eggs))
        ):
            card = Card(title)
            card.heading.setMinimumHeight(measures.ROW)
            if number:
                card.act(self.spans)
            words.hide()
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
            card.add(words, 1)
            chart.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            chart.setMinimumHeight(CURVE)
            card.add(chart, 1)
            curves.addWidget(card, 0, number)
            curves.setColumnStretch(number, 1)
        page = Page(measures.CARD)
        self.banner.act(Button("Look at them", self._to_sync, kind="link"))
        page.add(self.banner)
        page.add(tiles)
        page.add(curves, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)

    def _show(self, farm: Farm) -> None:
        self._farm = farm
        self.banner.say(_unsettled(farm), "warning")
        milked, laid = "No milking is written down.", "No eggs are written down."
        self._compare("milk", farm.milk, "kg", 0, milked)
        self._compare("cow", farm.milk_per_cow, "kg", 1, milked)
        self._compare("eggs", farm.eggs, "eggs", 0, laid)
        self._compare("laying", farm.hen_day, "%", 1, laid, points=True)
        self._compare("feed", farm.feed, "kg", 0, "No feeding is written down.")
        self._show_deaths(farm.deaths)
        self._show_stores(farm)
        self._show_long(farm)
        self._draw()

    def _compare(
        self,
        key: str,
        figure: Compared,
        unit: str,
        places: int,
        missing: str,
        *,
        points: bool = False,
    ) -> None:
        if figure.now is None:
            self.tiles[key].show_value(None, note=f"{missing} Seven days are needed.")
            return
        note = change_words(figure.now, figure.before, points=points)
        if figure.so_far is not None:
            note += f" · today so far {number_text(figure.so_far, places)}"
        number = number_text(figure.now, places)
        self.tiles[key].show_value(number, unit, note=note, history=figure.spark)

    def _show_deaths(self, deaths: Compared) -> None:
        now, before = deaths.now or Decimal(0), deaths.before or Decimal(0)
        more = now > 2 * before and now - before > 2
        self.tiles["deaths"].show_value(
            number_text(now, 0),
            note=f"{number_text(before, 0) if before else 'none'} the week before",
            tone="warning" if more else "",
            history=deaths.spark,
        )

    def _show_stores(self, farm: Farm) -> None:
        count, shortest = len(farm.low), farm.shortest
        words = _shortest_words(shortest) if shortest else "No use is known, so no days of cover."
        self.tiles["stores"].show_value(
            str(count),
            "item" if count == 1 else "items",
            note=words,
            tone="warning" if count else "",
        )

    def _show_long(self, farm: Farm) -> None:
        cows = farm.long_in_milk
        note = "No cow is beyond day 305."
        if cows:
            note = f"Longest: {cows[0].name or cows[0].tag}, day {cows[0].days}"
        self.tiles["long"].show_value(
            str(len(cows)),
            "cow" if len(cows) == 1 else "cows",
            note=note,
            tone="warning" if cows else "",
        )

    def _to_sync(self) -> None:
        self.go.emit(Place("sync"))

    def _span_chosen(self, days: object) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._farm is None:
            return
        days = self.spans.value()
        assert isinstance(days, int)
        last = self._farm.on - timedelta(days=1)  # today is not over
        first = self._farm.on - timedelta(days=days)
        milk = {day.on: float(day.kg) for day in self._farm.milk_days}
        eggs = {day.on: float(day.eggs) for day in self._farm.egg_days}
        _curve(self.milk, self.no_milk, "Milk", milk, first, last, 0)
        _curve(self.eggs, self.no_eggs, "Eggs", eggs, first, last, 2)


_PLACES = {
    "milk": Place("rows", part="milk"),
    "cow": Place("rows", part="milk"),
    "eggs": Place("rows", part="eggs"),
    "laying": Place("flocks"),
    "feed": Place("rows", part="feed"),
    "deaths": Place("rows", part="deaths"),
    "stores": Place("stores", part="low"),
    "long": Place("rows", part="long"),
}


def change_words(now: Decimal, before: Decimal | None, *, points: bool = False) -> str:
    """Return how a figure stands to the one before: `up 2.1 % on the week before`.

    `points` compares two percentages by their difference.
    """
    if before is None or (before == 0 and not points):
        return "nothing to compare with"
    difference = now - before if points else (now - before) / before * 100
    unit = "points" if points else "%"
    if abs(difference) < Decimal("0.05"):
        return "as in the week before"
    way = "up" if difference > 0 else "down"
    return f"{way} {number_text(abs(difference), 1)} {unit} on the week before"


def _unsettled(farm: Farm) -> str:
    """Say what waits for a person, and what for the network; empty when all is settled."""
    parts = [
        f"{count} {one if count == 1 else several}"
        for count, one, several in (
            (farm.conflicts, "conflict needs you", "conflicts need you"),
            (farm.refused, "edit was refused", "edits were refused"),
        )
        if count
    ]
    if not parts:
        return ""
    if farm.waiting:
        parts.append(f"{farm.waiting} more wait to be sent")
    return ", ".join(parts) + "."


def _shortest_words(item: ItemRow) -> str:
    days = item.cover_days or Decimal(0)
    return f"{item.name} lasts {number_text(days, 0)} {'day' if round(days) == 1 else 'days'}"


def _curve(
    chart: Chart,
    words: Words,
    name: str,
    values: dict[date, float],
    first: date,
    last: date,
    colour: int,
) -> None:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    known = sum(day in values for day in days)
    chart.setVisible(known > 1)
    words.setVisible(known < 2)
    words.setText("Not enough data: a curve needs two days.")
    points = tuple((day, values.get(day)) for day in days)
    chart.show_series(
        Series(f"{name} that day", points, colour=colour, faint=True),
        Series("Mean of the seven days", mean_of_week(points), colour=colour),
    )


def _read(mirror: Mirror, on: date) -> Farm:
    with mirror.read() as connection:
        return farm_today(connection, on)
