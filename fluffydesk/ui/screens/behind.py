"""The rows behind a figure of the dashboard: searched, sorted, opened and mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlalchemy import Connection

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Filter, Order
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import (
    EggProductionLog,
    FeedLog,
    MilkProductionLog,
    MortalityLog,
    PoultryFeedLog,
)
from fluffydesk.records.farm_resources import (
    FarmExpense,
    FarmProductSale,
    FarmRevenue,
)
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button, Words, dismiss, row
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.reading.milk import LONG_IN_MILK_DAYS, long_in_milk
from fluffydesk.ui.screens.reading.money import unbooked_sales
from fluffydesk.work import Work

DAYS = 7


@dataclass(frozen=True)
class Behind:
    """A figure's lists: their title, what they say of themselves, and each record's columns."""

    title: str
    words: str
    lists: tuple[tuple[type[Record], str, tuple[str, ...]], ...]


_FEED = ("fed_on", "batch_id", "feed", "quantity_kg", "notes")
_POULTRY = ("fed_on", "flock_id", "feed", "quantity_kg", "water_l", "notes")
_EGGS = ("collected_on", "flock_id", "round", "total", "cracked", "dirty", "discarded", "notes")
_MILK = ("milked_on", "session", "animal_id", "yield_kg", "days_in_milk", "parity", "notes")
_LONG = ("tag_number", "name", "batch_id", "calved_on", "parity", "weight_kg")
_EARNED = ("earned_on", "category", "amount", "tax", "currency", "description", "notes")
_SOLD = ("sold_on", "product", "quantity", "total", "currency", "notes")
_SPENT = ("spent_on", "category", "amount", "tax", "currency", "description", "notes")
_WEEKS = "The rows of the seven days to yesterday and of today, newest first. Enter opens one."
SUBJECTS = {
    "milk": Behind("Milkings", _WEEKS, ((MilkProductionLog, "milked_on", _MILK),)),
    "eggs": Behind("Egg rounds", _WEEKS, ((EggProductionLog, "collected_on", _EGGS),)),
    "feed": Behind(
        "Feed", _WEEKS, ((FeedLog, "fed_on", _FEED), (PoultryFeedLog, "fed_on", _POULTRY))
    ),
    "deaths": Behind(
        "Losses",
        _WEEKS,
        (
            (MortalityLog, "died_on", ("died_on", "flock_id", "head_count", "cause", "notes")),
            (Livestock, "left_on", ("left_on", "tag_number", "name", "status", "notes")),
        ),
    ),
    "revenues": Behind(
        "Revenues",
        f"{_WEEKS} Sales are those without an income.",
        ((FarmRevenue, "earned_on", _EARNED), (FarmProductSale, "sold_on", _SOLD)),
    ),
    "expenses": Behind("Expenses", _WEEKS, ((FarmExpense, "spent_on", _SPENT),)),
    "long": Behind(
        "Long in milk",
        f"Cows in milk for {LONG_IN_MILK_DAYS} days or more. Enter opens a cow's card.",
        ((Livestock, "calved_on", _LONG),),
    ),
}


_NOTHING = "Nothing of this kind is written down for these days."
_EMPTY = {
    "long": f"No cow is in milk for {LONG_IN_MILK_DAYS} days or more.",
}
_CARDS: dict[type[Record], str] = {Livestock: "animal"}
"""Records that are opened on a screen of their own; the others in their form."""


class BehindScreen(Screen):
    """One or two lists of the rows a tile is made of."""

    key = "rows"
    home = "today"
    title = "Rows"
    icon = "list"
    group = ""
    watches = frozenset({"livestock", "farm_product_sales", "farm_revenues"})
    searches = "Any word"
    help = (
        "The rows behind a figure of Today. Enter, or a double click, opens a row.\n"
        "What you mend here changes the figure at once."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._subject = ""
        self.lists: list[RecordList] = []
        self.words = Words("", role="muted", wrap=True)
        self._body = QVBoxLayout()
        self._body.setSpacing(measures.CARD)
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        column.setSpacing(measures.STEP)
        back = Button("Today", self._back, kind="link", icon_role="back")
        line = row(back, self.words, spacing=measures.CARD)
        line.setStretch(1, 1)
        column.addLayout(line)
        column.addLayout(self._body, 1)

    def arrive(self, place: Place) -> None:
        """Show the rows of a subject, by its key in SUBJECTS."""
        if place.part == self._subject:
            self.reload()
        if place.part == self._subject or place.part not in SUBJECTS:
            return
        self._subject = place.part
        subject = SUBJECTS[place.part]
        for shown in self.lists:
            self._body.removeWidget(shown)
            dismiss(shown)
        self.lists = [self._list(*one) for one in subject.lists]
        for shown in self.lists:
            self._body.addWidget(shown, 1)
        self.reload()
        self.words.setText(subject.words)
        self.titled.emit(subject.title)

    def reload(self) -> None:
        """Ask again which rows a figure counts, where no plain filter says it."""
        if self._subject in _NARROWED:
            job = partial(_narrow, subject=self._subject, on=today())
            self.work.on_mirror(job, self._show_narrowed, latest=True)

    def _show_narrowed(self, found: tuple[str, tuple[UUID, ...]]) -> None:
        subject, ids = found
        if self._subject == subject:
            shown = self.lists[_NARROWED[subject][0]]
            shown.set_filters((Filter("id", "in", ids),))

    def search(self, text: str) -> None:
        for shown in self.lists:
            shown.search(text)

    def _list(self, record: type[Record], day: str, columns: tuple[str, ...]) -> RecordList:
        made = RecordList(
            self.work,
            record,
            columns,
            filters=filters_of(self._subject, record, day, today()),
            order=(Order(day, descending=not _is_narrowed(self._subject, record)),),
            name=f"behind-{self._subject}",
        )
        made.say_when_empty("No rows", _EMPTY.get(self._subject, _NOTHING))
        made.opened.connect(partial(self._open, record))
        return made

    def _open(self, record: type[Record], row_id: UUID) -> None:
        if record in _CARDS:
            self.go.emit(Place(_CARDS[record], row_id))
        else:
            open_form(self, self.work, record, row_id)

    def _back(self) -> None:
        self.go.emit(Place("today"))


def filters_of(subject: str, record: type[Record], day: str, on: date) -> tuple[Filter, ...]:
    """Return the conditions that make a list the rows behind its figure on a day."""
    if _is_narrowed(subject, record):
        return (Filter("id", "in", ()),)  # until the rows are known
    recent = Filter(day, ">", on - timedelta(days=DAYS + 1))
    if record is Livestock:
        return recent, Filter("status", "=", LivestockStatus.DEAD)
    return (recent,)


def _is_narrowed(subject: str, record: type[Record]) -> bool:
    place = _NARROWED[subject][0] if subject in _NARROWED else None
    return place is not None and SUBJECTS[subject].lists[place][0] is record


def _narrow(mirror: Mirror, subject: str, on: date) -> tuple[str, tuple[UUID, ...]]:
    with mirror.read() as connection:
        return subject, tuple(_NARROWED[subject][1](connection, on))


def _long(connection: Connection, on: date) -> Iterable[UUID]:
    return (cow.id for cow in long_in_milk(connection, on))


def _unbooked(connection: Connection, on: date) -> Iterable[UUID]:
    return unbooked_sales(connection, on - timedelta(days=DAYS), on)


_NARROWED: dict[str, tuple[int, Callable[[Connection, date], Iterable[UUID]]]] = {
    "long": (0, _long),
    "revenues": (1, _unbooked),
}
"""Subjects of which one list, by its place, holds rows that no plain filter finds."""
