"""The flocks: how many birds, how they lay, and what was placed and lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.figures.eggs import standard_laying_percent
from fluffydesk.figures.flock import age_weeks
from fluffydesk.figures.kpi import EPEF, FEED_CONVERSION
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.enums.reviews import CustomFieldSubject
from fluffydesk.records.livestock import Flock
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text, kpi_text, number_text
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.chart import Chart, Series, mean_of_week
from fluffydesk.ui.parts.controls import Segments, Words, row
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.flocks_acts import FlockActs
from fluffydesk.ui.screens.own_facts import OwnFactsCard
from fluffydesk.ui.screens.reading.flocks import (
    EggDay,
    Event,
    FlockRow,
    eggs_by_day,
    flock_events,
    flock_rows,
)
from fluffydesk.ui.screens.reading.flocks_grown import Growing, growing
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work

_SPANS: list[tuple[str, object]] = [("90 days", 90), ("12 months", 365)]
_FLOCK_LAYOUT = (
    ("Which", ("name", "house", "status")),
    ("What it is", ("species_id", "breed_id", "purpose", "hatched_on")),
    ("More", ("notes",)),
)


@dataclass(frozen=True)
class Laying:
    """One flock's laying, what breeders expect at its age, and what came and went."""

    flock: UUID
    days: tuple[EggDay, ...]
    standard: tuple[tuple[date, float | None], ...]
    events: tuple[Event, ...]
    growing: Growing


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
        }
    )
    searches = "Flock, house or breed"
    help = (
        "Birds are what was placed and moved in, less what died, was culled, sold or moved out. "
        "Hen-day is eggs for 100 hens and day, "
        "feed is for a hen and day: both of the seven days to yesterday. Mortality is lost for "
        "100 placed.\n"
        "The dashed line is what brown layers in a barn usually lay at that age: a rule of thumb, "
        "not a breeder's own table.\n"
        "Enter opens a flock's form. More birds than there were on a day cannot be lost, moved or "
        "sold. Transfer moves birds to another flock. Thin out sells some by weight; they are no "
        "losses. Sell all and Cull all take what is left and close the flock.\n"
        "Feed conversion and EPEF are reckoned once the last bird is sold with its weight."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._wanted: UUID | None = None
        self._laying: Laying | None = None
        self.list = RowsTable("Flocks", _columns())
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
        self.list.setFixedHeight(measures.ROW * 5 + 6)
        self.chart = Chart("Hen-day", "%", "")
        self.no_eggs = Words("", role="muted", wrap=True)
        self.spans = Segments("Laying of the last", _SPANS)
        self.spans.chosen.connect(self._span_chosen)
        self.curve = Card("Laying")
        self.acts = FlockActs(work, self.list.current, self)
        self.events = RowsTable("What came and left", _event_columns())
        self.events.say_when_empty(
            "No birds yet", "Write down the first placement.", "Place birds", self.place
        )
        self.events.opened.connect(self._edit_event)
        self.past = Card("Came and left")
        self.grown = Words("", wrap=True)
        self.own = OwnFactsCard(work, CustomFieldSubject.FLOCKS)
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
        dialog = open_form(self, self.work, Flock, layout=_FLOCK_LAYOUT)
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
        self.curve.act(self.spans)
        self.no_eggs.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.curve.add(self.no_eggs, 1)
        self.curve.add(self.chart, 1)
        self.past.add(self.acts)
        self.past.add(self.events, 1)
        lower = row(spacing=measures.CARD)
        lower.addWidget(self.curve, 3)
        lower.addWidget(self.past, 2)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        outer.setSpacing(measures.CARD)
        outer.addWidget(self.list)
        outer.addWidget(self.own)
        outer.addLayout(lower, 1)
        self.setFocusProxy(self.list)

    def _show(self, flocks: list[FlockRow]) -> None:
        few = min(max(len(flocks), 2), 8)
        self.list.setFixedHeight(measures.ROW * (few + 1) + 8 if flocks else 320)
        self.list.show_rows(flocks, select_first=self._wanted is None)
        if self._wanted is not None and self.list.model.number_of(self._wanted) is not None:
            self.list.select(self._wanted)
            self._wanted = None
        self._chosen(self.list.current())

    def _chosen(self, flock: FlockRow | None) -> None:
        for card in (self.curve, self.past):
            card.setVisible(flock is not None)
        if flock is not None:
            self.own.show_of(flock.id)
            self.curve.heading.setText(f"Laying of {flock.name}")
            read = partial(_read_laying, flock=flock.id, days=self._days(), on=today())
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
        known = any(y is not None for _, y in points)
        self.chart.setVisible(known)
        self.no_eggs.setVisible(not known)
        self.no_eggs.setText("No eggs of this flock are written down in this time.")
        self.chart.show_series(
            Series("That day", points, colour=0, faint=True),
            Series("Flock", mean_of_week(points), colour=0),
            Series("Usual", laying.standard, dashed=True, colour=4),
        )
        self.events.show_rows(laying.events)
        grown = _grown(laying.growing)
        self.grown.setText(grown)
        self.grown.setVisible(bool(grown))

    def _edit_row(self, flock: FlockRow | None) -> None:
        if flock is not None:
            title, layout = flock.name, _FLOCK_LAYOUT
            open_form(self, self.work, Flock, flock.id, layout=layout, title=title)

    def _edit_event(self, event: Event | None) -> None:
        if event is None:
            return
        open_form(self, self.work, record_for(event.table), event.id)

    def _want(self, flock: UUID) -> None:
        self._wanted = flock
        self.reload()


def _columns() -> tuple[Shown, ...]:
    def figure(name: str, places: int) -> Any:
        def text(one: FlockRow) -> str:
            value = getattr(one, name)
            return "not enough data" if value is None else number_text(value, places)

        return text

    return (
        Shown("Flock", lambda one: one.name, 172),
        Shown("House", lambda one: one.house, 88),
        Shown("Breed", lambda one: one.breed, 140, spare=True),
        Shown(
            "State",
            lambda one: "Active" if one.active else "Depleted",
            96,
            tone=lambda one: "good" if one.active else "plain",
        ),
        Shown(
            "Age, weeks",
            lambda one: "" if one.age_weeks is None else str(one.age_weeks),
            116,
            True,
            lambda one: one.age_weeks,
        ),
        Shown("Birds", lambda one: number_text(one.head), 80, True, lambda one: one.head),
        Shown(
            "Hen-day, %",
            figure("hen_day_percent", 1),
            124,
            True,
            lambda one: one.hen_day_percent,
        ),
        Shown(
            "Mortality, %",
            figure("mortality_percent", 1),
            128,
            True,
            lambda one: one.mortality_percent,
        ),
        Shown("Feed, g a hen", figure("feed_g", 0), 132, True, lambda one: one.feed_g),
    )


def _event_columns() -> tuple[Shown, ...]:
    return (
        Shown("Date", lambda one: day_text(one.on), 108, sort=lambda one: one.on),
        Shown(
            "What",
            lambda one: one.what,
            96,
            tone=lambda one: "good" if one.head > 0 else "plain",
        ),
        Shown("Birds", lambda one: number_text(abs(one.head)), 68, True, lambda one: one.head),
        Shown("Cause, other end", lambda one: one.words, 120),
    )


def _read(mirror: Mirror, on: date) -> list[FlockRow]:
    with mirror.read() as connection:
        return flock_rows(connection, on)


def _read_laying(mirror: Mirror, flock: UUID, days: int, on: date) -> Laying:
    """Today is left out: its rounds are still under way."""
    first, last = on - timedelta(days=days), on - timedelta(days=1)
    with mirror.read() as connection:
        found = eggs_by_day(connection, first, last, flock)
        events = flock_events(connection, flock)
        grown = growing(connection, flock, on)
        hatched = connection.execute(
            Flock.__table__.select().where(Flock.__table__.c.id == flock)
        ).first()
    standard = []
    for day in found:
        weeks = age_weeks(None if hatched is None else hatched.hatched_on, day.on)
        usual = None if weeks is None else standard_laying_percent(weeks)
        standard.append((day.on, None if usual is None else float(usual)))
    return Laying(flock, tuple(found), tuple(standard), tuple(events), grown)


def _grown(grown: Growing) -> str:
    """Return what is known of a flock that was sold by weight; "" where none was."""
    if not grown.sold or grown.kg is None:
        return ""
    parts = [f"Sold {number_text(grown.sold)} at {number_text(grown.kg, 3)} kg"]
    if grown.age_days is not None:
        parts.append(f"{number_text(grown.age_days, 1)} days old")
    for kpi, value in ((FEED_CONVERSION, grown.conversion), (EPEF, grown.epef)):
        parts.append(f"{kpi.title}: {kpi_text(kpi, value)}")
    return " · ".join(parts)
