"""One animal's card: the chosen facts on top, its curves, its kin, and what happened."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from fluffydesk.actions.weighing import weigh
from fluffydesk.figures.identifiers import eid_words
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.reviews import CustomFieldSubject
from fluffydesk.records.farm import MilkProductionLog, WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import today
from fluffydesk.ui import record_history
from fluffydesk.ui.fields.texts import day_text, number_text, words
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.older import OlderStrip
from fluffydesk.ui.parts.card import Card as Box
from fluffydesk.ui.parts.card import Page
from fluffydesk.ui.parts.chart import Chart, Series
from fluffydesk.ui.parts.chip import Chip, tone_of
from fluffydesk.ui.parts.controls import Button, Words, dismiss, row
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.animals import ANIMAL_LAYOUT
from fluffydesk.ui.screens.own_facts import OwnFactsCard
from fluffydesk.ui.screens.reading.animals import Card, Happening, animal_card
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work

FACTS_A_ROW = 5
MALE = (Sex.MALE, Sex.NEUTERED_MALE)
CURVE = 216
KIN = 10
_WEIGHING = ("weighed_on", "weight_kg", "method", "notes")
_MILKING = ("milked_on", "session", "yield_kg", "days_in_milk", "parity", "notes")
_KINDS = {"milk": "Milk", "weight": "Weight", "life": "Life"}


class AnimalCardScreen(Screen):
    """All that is known of one animal."""

    key = "animal"
    home = "animals"
    title = "Animal"
    icon = "animals"
    adds = WeightLog
    group = ""
    watches = frozenset({"livestock", "milk_production_logs", "weight_logs", "livestock_batches"})
    searches = "What happened"
    help = (
        "One animal's card. On top what you ask for most; below its milk in this lactation and "
        "its weights, with the value under the pointer; then its parents and offspring, and what "
        "happened, newest first.\n"
        "Milk so far is reckoned by the test-interval method of ICAR, up to day 305."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._id: UUID | None = None
        self._card: Card | None = None
        self.page = Page()
        self.gone = Empty("No animal chosen", "Choose one from the list.", icon_role="animals")
        self.gone.say(
            "No animal chosen", "Choose one from the list.", "Go to the animals", self._up
        )
        self.facts = QGridLayout()
        self.facts.setHorizontalSpacing(measures.GROUP)
        self.facts.setVerticalSpacing(measures.CARD)
        self.status = Chip()
        self.who = Box("Facts")
        self.who.act(self.status)
        self.who.act(Button("History", self.show_history, kind="quiet", icon_role="clock"))
        self.who.act(Button("Edit", self.edit, icon_role="edit"))
        story = QShortcut(QKeySequence(record_history.KEYS), self)
        story.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        story.activated.connect(self.show_history)
        self.who.add(self.facts)
        self.milk = Chart("Milk", "kg a day", "")
        self.weight = Chart("Weight", "kg", "")
        self.no_milk = Words("", role="muted", wrap=True)
        self.no_weight = Words("", role="muted", wrap=True)
        self.kin = QVBoxLayout()
        self.kin.setSpacing(0)
        self.timeline = RowsTable(
            "What happened",
            (
                Shown("Date", lambda one: day_text(one.on), 130, sort=lambda one: one.on),
                Shown("Kind", lambda one: _KINDS[one.kind], 100, tone=_tone),
                Shown("What", lambda one: one.title, 190),
                Shown("More", lambda one: one.words, 260),
            ),
        )
        self.timeline.say_when_empty("Nothing has happened yet", "Milkings and weighings go here.")
        self.timeline.setMinimumHeight(320)
        self.older = OlderStrip(work, ((MilkProductionLog, _MILKING), (WeightLog, _WEIGHING)))
        self.own = OwnFactsCard(work, CustomFieldSubject.ANIMALS)
        self._arrange()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (("Ctrl+N", "Weigh this animal"),)

    def reload(self) -> None:
        if self._id is not None:
            self.older.of = ("animal_id", self._id)
            self.older.reload()
            self.own.show_of(self._id)
            read = partial(_read, animal=self._id, on=today())
            self.work.on_mirror(read, self._show, latest=True)

    def search(self, text: str) -> None:
        self.timeline.search(text)

    def primary(self) -> Primary | None:
        return ("Weigh", self.weigh, "weight") if self._card is not None else None

    def arrive(self, place: Place) -> None:
        """Show the animal that `place` names."""
        if place.id is not None and place.id != self._id:
            self._id = place.id
            self.page.verticalScrollBar().setValue(0)
            self.reload()

    def edit(self) -> None:
        """Open the animal's form."""
        if self._card is not None:
            title = self._card.name
            open_form(self, self.work, Livestock, self._id, layout=ANIMAL_LAYOUT, title=title)

    def show_history(self) -> None:
        """Show who changed what of this animal, and what sync made of it."""
        if self._id is not None:
            table = Livestock.__table__.name
            record_history.open_history(self, self.work, table, self._id)

    def weigh(self) -> None:
        """Open a small form for a weight."""
        if self._card is None:
            return
        open_form(
            self,
            self.work,
            WeightLog,
            values={"animal_id": self._id},
            layout=_WEIGHING,
            title=f"Weigh {self._card.name}",
            saver=_save_weight,
        )

    def _arrange(self) -> None:
        milk, weight, kin, past = Box("This lactation"), Box("Weight"), Box("Kin"), Box("")
        self.lactation = milk
        for box, note, chart in (
            (milk, self.no_milk, self.milk),
            (weight, self.no_weight, self.weight),
        ):
            box.add(note)
            chart.setFixedHeight(CURVE)
            box.add(chart)
            box.stretch()
        kin.add(self.kin)
        kin.stretch()
        past.heading.setText("What happened")
        past.heading.show()
        past.add(self.timeline, 1)
        past.add(self.older)
        back = row(Button("All animals", self._up, kind="link", icon_role="back"), None)
        curves = row(spacing=measures.CARD)
        curves.addWidget(milk, 1)
        curves.addWidget(weight, 1)
        lower = row(spacing=measures.CARD)
        lower.addWidget(past, 3)
        lower.addWidget(kin, 1)
        self.page.column.setSpacing(measures.CARD)
        self.page.add(back)
        self.page.add(self.who)
        self.page.add(curves)
        self.page.add(self.own)
        self.page.add(lower, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.page)
        column.addWidget(self.gone)
        self.page.hide()

    def _show(self, card: Card | None) -> None:
        self._card = card
        self.page.setVisible(card is not None)
        self.gone.setVisible(card is None)
        if card is None:
            self.gone.say(
                "This animal is not there any more",
                "It was deleted, here or on another PC.",
                "Go to the animals",
                self._up,
            )
        else:
            self.titled.emit(card.name)
            self.status.say(words(card.row.status), tone_of(card.row.status))
            self._show_facts(_facts(card))
            self._show_curves(card)
            self._show_kin(card)
            self.timeline.show_rows(card.happenings)
        self.primary_changed.emit()

    def _show_facts(self, facts: list[tuple[str, str]]) -> None:
        _clear(self.facts)
        for number, (label, value) in enumerate(facts):
            cell = QVBoxLayout()
            cell.setSpacing(2)
            cell.addWidget(Words(label, Type.SMALL, "muted"))
            shown = Words(value or "–", Type.STRONG)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            shown.setAccessibleName(f"{label}: {value or 'not known'}")
            cell.addWidget(shown)
            self.facts.addLayout(cell, number // FACTS_A_ROW, number % FACTS_A_ROW)
        for column in range(FACTS_A_ROW):
            self.facts.setColumnStretch(column, 1)

    def _show_curves(self, card: Card) -> None:
        points = tuple((on, float(kg)) for on, kg in card.milk)
        self.milk.show_series(Series("Milk", points))
        self.milk.setVisible(len(points) > 1)
        self.no_milk.setVisible(len(points) < 2)
        self.lactation.setVisible(card.row.sex not in MALE)
        calved = "No milk is written down since she calved." if card.row.calved_on else ""
        self.no_milk.setText(calved or "Not in milk: no calving is on record.")
        weights = tuple((on, float(kg)) for on, kg in card.weights)
        self.weight.show_series(Series("Weight", weights, colour=1))
        self.weight.setVisible(len(weights) > 1)
        self.no_weight.setVisible(len(weights) < 2)
        one = "Weighed once so far: a curve needs two weighings."
        self.no_weight.setText(one if weights else "Not weighed yet. Choose Weigh, top right.")

    def _show_kin(self, card: Card) -> None:
        _clear(self.kin)
        if not card.kin:
            none = "No parents or offspring are on record. Choose Edit to name dam and sire."
            self.kin.addWidget(Words(none, role="muted", wrap=True))
        for one in card.kin[:KIN]:
            born = f", born {day_text(one.born)}" if one.born else ""
            link = Button(one.name, partial(self._to, one.id), kind="link")
            link.setAccessibleName(f"{one.relation}: {one.name}")
            self.kin.addWidget(Words(f"{one.relation}{born}", Type.SMALL, "muted"))
            self.kin.addWidget(link)
        if len(card.kin) > KIN:
            self.kin.addWidget(Words(f"and {len(card.kin) - KIN} more", role="muted"))

    def _to(self, animal: UUID) -> None:
        self.go.emit(Place("animal", animal))

    def _up(self) -> None:
        self.go.emit(Place("animals", self._id))


def _facts(card: Card) -> list[tuple[str, str]]:
    one = card.row
    days = card.days_in_milk if card.in_milk else None
    milk = None if card.lactation_kg is None else f"{number_text(card.lactation_kg, 0)} kg"
    born = f"{day_text(one.birth_date)} · {card.age}" if one.birth_date else ""
    weighed = f" on {day_text(card.weights[-1][0])}" if card.weights else ""
    weight = "" if one.weight_kg is None else f"{number_text(one.weight_kg, 0)} kg{weighed}"
    dry = f"Dry since {day_text(one.dried_off_on)}" if one.dried_off_on else "Not in milk"
    females = (
        ("Days in milk", dry if days is None else str(days)),
        ("Milk so far this lactation", milk or ""),
        ("Parity", "" if one.parity is None else str(one.parity)),
        ("Last calved", day_text(one.calved_on) if one.calved_on else ""),
    )
    return [
        ("Group", one.batch_id__label),
        *(() if one.sex in MALE else females),
        ("Breed", one.breed_id__label or one.species_id__label),
        ("Sex", words(one.sex)),
        ("Born", born),
        ("Weight", weight),
        ("Official id", one.official_id or (eid_words(one.eid) if one.eid else "")),
    ]


def _tone(one: Happening) -> str:
    return {"milk": "plain", "weight": "info"}.get(one.kind, "good")


def _clear(layout: Any) -> None:
    while (item := layout.takeAt(0)) is not None:
        if item.widget() is not None:
            dismiss(item.widget())
        elif item.layout() is not None:
            _clear(item.layout())


def _read(mirror: Mirror, animal: UUID, on: date) -> Card | None:
    with mirror.read() as connection:
        return animal_card(connection, animal, on)


def _save_weight(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
    return weigh(mirror, **values)
