"""The flocks: how many birds, how they lay, and what was placed and lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from sqlalchemy import select

from fluffydesk.actions.own_fields import OwnFact, own_facts
from fluffydesk.figures.flock import age_weeks
from fluffydesk.figures.standards import Measure, Standard, standard_of
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.enums.reviews import CustomFieldSubject
from fluffydesk.records.livestock import Flock
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Card, Page
from fluffydesk.ui.parts.chart import Chart, Series, mean_of_week
from fluffydesk.ui.parts.controls import Button, Segments, Words, row
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.flocks_acts import FlockActs
from fluffydesk.ui.screens.flocks_columns import (
    event_columns,
    flock_columns,
    flock_words,
    grown_words,
    standard_words,
)
from fluffydesk.ui.screens.flocks_rows import ROWS, FlockRows
from fluffydesk.ui.screens.own_facts import own_words
from fluffydesk.ui.screens.own_form import OwnForm
from fluffydesk.ui.screens.reading.flocks import (
    EggDay,
    Event,
    FlockRow,
    eggs_by_day,
    flock_events,
    flock_rows,
)
from fluffydesk.ui.screens.reading.flocks_grown import (
    Growing,
    egg_weights_by_day,
    growing,
    heads_by_day,
    lost_by_flock,
)
from fluffydesk.ui.screens.rows_table import RowsTable
from fluffydesk.work import Work

_CHART = 200
_PAST = 456
"""px: what came and left is read in full beside the curve."""
"""Least height of a curve, px; a lower window scrolls."""
_CURVES: list[tuple[str, object]] = [
    ("Laying", "laying"),
    ("Birds", "birds"),
    ("Egg weight", "eggs"),
]
_SPANS: list[tuple[str, object]] = [("90 days", 90), ("12 months", 365)]
_EMPTY = {
    "laying": "No eggs of this flock are written down in this time.",
    "birds": "No birds of this flock are written down yet.",
    "eggs": "No eggs of this flock were weighed in this time. Weigh those of a round together, and "
    "write the weight into the egg round.",
}
_FLOCK_LAYOUT = (
    ("Which", ("name", "house", "status")),
    ("What it is", ("species_id", "breed_id", "purpose", "hatched_on")),
    ("More", ("notes",)),
)


Points = tuple[tuple[date, float | None], ...]


@dataclass(frozen=True)
class Laying:
    """One flock: its laying, birds and egg weights by day, its breed's, and what came and went."""

    flock: UUID
    days: tuple[EggDay, ...]
    standard: Points
    events: tuple[Event, ...]
    earlier: int
    """Events before those."""
    growing: Growing
    died: int
    heads: Points
    eggs: Points
    usual_eggs: Points
    own: tuple[OwnFact, ...]


class FlocksScreen(Screen):
    """Every flock, and the curve of the one that is chosen."""

    key = "flocks"
    title = "Flocks"
    icon = "flocks"
    adds = Flock
    group = "Animals"
    watches = frozenset(
        {
            "flocks",
            "poultry_batches",
            "mortality_logs",
            "egg_production_logs",
            "poultry_feed_logs",
            "farm_product_sales",
            "custom_fields",
            "custom_field_definitions",
        }
    )
    searches = "Flock, house or breed"
    help = (
        "Birds are what was placed and moved in, less what died, was culled, sold or moved out. "
        "Hen-day is eggs for 100 hens and day, "
        "feed is for a hen and day: both of the seven days to yesterday. Mortality is what died "
        "for 100 placed; culled birds did not die.\n"
        "The dashed line is what the breeder publishes for that age; the line below the curve says "
        "where it is from. Birds shows the head count of each day. Weigh the eggs of a round and "
        "write the weight into it, and their mean weight is a curve too.\n"
        "Egg rounds, Feedings and Losses open the rows the figures are made of.\n"
        "Enter opens a flock's form. More birds than there were on a day cannot be lost, moved or "
        "sold. Transfer moves birds to another flock. Thin out sells some by weight; they are no "
        "losses. Sell all and Cull all take what is left and close the flock.\n"
        "Feed conversion and EPEF are reckoned once the last bird is sold with its weight; on gain "
        "they want the weight of each placement, and with the dead that of each loss."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._wanted: UUID | None = None
        self._laying: Laying | None = None
        self.list = RowsTable("Flocks", flock_columns())
        self.list.say_when_empty(
            "No flocks yet",
            "Each flock stands here with its birds and how they lay. Add the first, then write "
            "down its placement.",
            "Add a flock",
            self.add,
            locked=self.locked,
        )
        self.list.current_changed.connect(self._chosen)
        self.list.opened.connect(self._edit_row)
        self.list.fit_rows(4)
        self.chart = Chart("Hen-day", "%", "")
        self.birds = Chart("Birds", "", "")
        self.eggs = Chart("Egg weight", "g", "")
        self.no_eggs = Words("", role="muted", wrap=True)
        self.kinds = Segments("Curve", _CURVES)
        self.kinds.chosen.connect(self._kind_chosen)
        self.facts = Words("", wrap=True)
        self.source = Words("", Type.SMALL, "muted", wrap=True)
        self.spans = Segments("Laying of the last", _SPANS)
        self.spans.chosen.connect(self._span_chosen)
        self.curve = Card("Laying")
        self.acts = FlockActs(work, self.list.current, self)
        self.events = RowsTable("What came and left", event_columns())
        self.events.say_when_empty(
            "No birds yet", "Write down the first placement.", "Place birds", self.place
        )
        self.events.opened.connect(self._edit_event)
        self.past = Card("Came and left")
        self.earlier = Words("", Type.SMALL, "muted")
        self.grown = Words("", wrap=True)
        self.own = Words("", wrap=True)
        self._arrange()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return self.acts.shortcuts

    def reload(self) -> None:
        self.work.on_mirror(partial(_read, on=today()), self._show, latest=True)

    def search(self, text: str) -> None:
        self.list.search(text)

    def primary(self) -> Primary | None:
        return "Add a flock", self.add

    def arrive(self, place: Place) -> None:
        """Select the flock that `place` names."""
        if place.id is not None:
            self._wanted = place.id
            self.list.select(place.id)

    def add(self) -> None:
        """Open a form for a new flock."""
        dialog = open_form(self, self.work, Flock, form=self._form())
        dialog.saved.connect(self._want)

    def lose(self) -> None:
        """Open a small form for a loss of the chosen flock."""
        self.acts.lose()

    def place(self) -> None:
        """Open a small form for birds that came into the chosen flock."""
        self.acts.place()

    def _arrange(self) -> None:
        self.grown.hide()
        self.curve.add(self.grown)
        self.curve.add(self.facts)
        self.own.hide()
        self.curve.add(self.own)
        behind = [
            Button(words, partial(self.show_rows, kind), kind="link")
            for kind, (words, *_) in enumerate(ROWS)
        ]
        self.curve.add(row(self.kinds, None, self.spans))
        self.no_eggs.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.curve.add(self.no_eggs, 1)
        for chart in (self.chart, self.birds, self.eggs):
            chart.setMinimumHeight(_CHART)
            chart.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
            self.curve.add(chart, 1)
        self.curve.add(self.source)
        self.curve.add(row(*behind, None))
        self.past.add(self.events, 1)
        self.past.add(self.earlier)
        lower = row(spacing=measures.CARD)
        lower.addWidget(self.curve, 3)
        lower.addWidget(self.past, 2)
        self.past.setMinimumWidth(_PAST)
        self.page = page = Page(measures.CARD)
        page.column.addWidget(self.list)
        page.column.addWidget(self.acts)
        page.column.addLayout(lower, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)
        self.setFocusProxy(self.list)

    def _show(self, flocks: list[FlockRow]) -> None:
        self.list.fit_rows(len(flocks))
        self.page.column.setStretchFactor(self.list, 0 if flocks else 1)
        self.list.show_rows(flocks, select_first=self._wanted is None)
        if self._wanted is not None and self.list.model.number_of(self._wanted) is not None:
            self.list.select(self._wanted)
            self._wanted = None
        self._chosen(self.list.current())

    def _chosen(self, flock: FlockRow | None) -> None:
        for part in (self.acts, self.curve, self.past):
            part.setVisible(flock is not None)
        if flock is not None:
            self.curve.heading.setText(flock.name)
            read = partial(_read_laying, flock=flock, days=self._days(), on=today())
            self.work.on_mirror(read, self._show_laying, latest=True)

    def _days(self) -> int:
        value = self.spans.value()
        assert isinstance(value, int)
        return value

    def _span_chosen(self, days: object) -> None:
        self._chosen(self.list.current())

    def _show_laying(self, laying: Laying) -> None:
        current = self.list.current()
        if current is None or current.id != laying.flock:
            return
        self._laying = laying
        points = tuple(
            (day.on, None if day.percent is None else float(day.percent)) for day in laying.days
        )
        self.chart.show_series(
            Series("That day", points, colour=0, faint=True),
            Series("Flock", mean_of_week(points), colour=0),
            *([Series("Usual", laying.standard, dashed=True, colour=4)] * bool(laying.standard)),
        )
        self.birds.show_series(Series("Birds", laying.heads, colour=0))
        self.eggs.show_series(
            Series("Weighed", laying.eggs, colour=0),
            *(
                [Series("Usual", laying.usual_eggs, dashed=True, colour=4)]
                * bool(laying.usual_eggs)
            ),
        )
        self.events.show_rows(laying.events)
        self.earlier.setText(f"and {number_text(laying.earlier)} more before these")
        self.earlier.setVisible(laying.earlier > 0)
        self.facts.setText(flock_words(current, laying.died))
        own = own_words(laying.own)
        self.own.setText(own)
        self.own.setVisible(bool(own))
        self.source.setText(standard_words(current))
        grown = grown_words(laying.growing, current.breed)
        self.grown.setText(grown)
        self.grown.setVisible(bool(grown))
        self._show_curve()

    def _kind_chosen(self, kind: object) -> None:
        self._show_curve()

    def _show_curve(self) -> None:
        laying, kind = self._laying, self.kinds.value()
        if laying is None:
            return
        shown = {
            "laying": (self.chart, any(day.percent is not None for day in laying.days)),
            "birds": (self.birds, bool(laying.heads)),
            "eggs": (self.eggs, bool(laying.eggs)),
        }
        for name, (chart, known) in shown.items():
            chart.setVisible(name == kind and known)
        known = shown[str(kind)][1]
        self.no_eggs.setVisible(not known)
        self.no_eggs.setText(_EMPTY[str(kind)])
        self.source.setVisible(kind == "laying" and known)

    def show_rows(self, kind: int) -> None:
        """Open the rows of the chosen flock: its egg rounds, feedings or losses."""
        flock = self.list.current()
        if flock is not None:
            FlockRows(self.work, flock.id, flock.name, kind, self).open()

    def _edit_row(self, flock: FlockRow | None) -> None:
        if flock is not None:
            open_form(self, self.work, Flock, flock.id, form=self._form())

    def _form(self) -> OwnForm:
        return OwnForm(self.work, Flock, CustomFieldSubject.FLOCKS, _FLOCK_LAYOUT)

    def _edit_event(self, event: Event | None) -> None:
        if event is None:
            return
        open_form(self, self.work, record_for(event.table), event.id)

    def _want(self, flock: UUID) -> None:
        self._wanted = flock
        self.reload()


def _read(mirror: Mirror, on: date) -> list[FlockRow]:
    with mirror.read() as connection:
        return flock_rows(connection, on)


def _read_laying(mirror: Mirror, flock: FlockRow, days: int, on: date) -> Laying:
    """Today is left out: its rounds are still under way."""
    first, last = on - timedelta(days=days), on - timedelta(days=1)
    with mirror.read() as connection:
        found = eggs_by_day(connection, first, last, flock.id)
        events, earlier = flock_events(connection, flock.id)
        grown = growing(connection, flock.id, on)
        hatched = connection.execute(
            select(Flock.__table__.c.hatched_on).where(Flock.__table__.c.id == flock.id)
        ).scalar()
        heads = heads_by_day(connection, flock.id, first, on)
        weights = egg_weights_by_day(connection, flock.id, first, last)
        own = own_facts(connection, CustomFieldSubject.FLOCKS, flock.id)
        died = lost_by_flock(connection, None, on).get(flock.id, (0, 0))[0]
    published = standard_of(flock.breed, Measure.LAYING)
    usual_egg = standard_of(flock.breed, Measure.EGG)
    span = [first + timedelta(days=day) for day in range(days)]
    return Laying(
        flock.id,
        tuple(found),
        _usual(published, hatched, [day.on for day in found]),
        tuple(events),
        earlier,
        grown,
        died,
        tuple((on, float(head)) for on, head in heads),
        tuple((on, float(grams)) for on, grams in weights),
        _usual(usual_egg, hatched, span if weights else []),
        tuple(own),
    )


def _usual(published: Standard | None, hatched: date | None, days: list[date]) -> Points:
    if published is None:
        return ()
    found = []
    for on in days:
        weeks = age_weeks(hatched, on)
        usual = None if weeks is None else published.at(weeks)
        found.append((on, None if usual is None else float(usual)))
    return tuple(found)
