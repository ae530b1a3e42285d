"""One animal's card: the chosen facts on top, its curves, its kin, and what happened."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fluffydesk.actions.exits import Exit
from fluffydesk.actions.rules.animals import HERE
from fluffydesk.actions.weighing import weigh
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.reviews import CustomFieldSubject
from fluffydesk.records.farm import MilkProductionLog, WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import today
from fluffydesk.ui import record_history
from fluffydesk.ui.fields.texts import day_text, unit_text, used_conventions, words
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
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import Permit
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens import animal_acts as acts
from fluffydesk.ui.screens.animal_facts import MALE, FactsMenu, facts_of_card
from fluffydesk.ui.screens.animal_pedigree import NumbersBox, PedigreeBox
from fluffydesk.ui.screens.animals import animal_form
from fluffydesk.ui.screens.card_parts import FactGrid
from fluffydesk.ui.screens.own_facts import OwnFactsCard
from fluffydesk.ui.screens.photos import PhotosCard
from fluffydesk.ui.screens.reading.animal_events import Happening
from fluffydesk.ui.screens.reading.animals import Card, animal_card
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work

CURVE = 216
WIDEST = 2000
KIN = 10
_WEIGHING = ("weighed_on", "weight_kg", "method", "notes")
_MILKING = ("milked_on", "session", "yield_kg", "days_in_milk", "parity", "notes")
_KINDS = {
    "milk": "Milk",
    "weight": "Weight",
    "life": "Life",
    "breeding": "Breeding",
    "health": "Health",
    "group": "Group",
    "number": "Number",
}


class AnimalCardScreen(Screen):
    """All that is known of one animal."""

    key = "animal"
    home = "animals"
    title = "Animal"
    icon = "animals"
    adds = WeightLog
    group = ""
    watches = frozenset(
        {
            "livestock",
            "milk_production_logs",
            "weight_logs",
            "livestock_batches",
            "livestock_batch_members",
            "livestock_identifiers",
            "breeding_records",
            "lambing_records",
            "health_diagnoses",
            "health_treatments",
            "vaccine_logs",
            "wool_milk_production_logs",
        }
    )
    searches = "What happened"
    help = (
        "One animal's card. On top what you ask for most; Choose says which facts those are. "
        "Below, its milk in this lactation and its weights, with the value under the pointer; your "
        "own fields, photos and documents; what happened, newest first, beside its kin and "
        "identifiers; and its pedigree.\n"
        "Milk so far is reckoned by the test-interval method of ICAR, up to day 305. Inbreeding is "
        "Wright's coefficient over all ancestors that are known.\n"
        "An animal that left is listed no more, and nothing can be written down of it after that "
        "day. Where that was wrong, it is taken back here, with the reason.\n"
        "Photos and documents are attached with Ctrl+P, by dropping a file or by pasting a "
        "picture. Photos are made smaller, and the place they were taken is left out; other files "
        "may have 400 kB. Enter opens one, F2 changes its title, Delete takes it away."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._id: UUID | None = None
        self._card: Card | None = None
        self.page = Page(widest=WIDEST)
        self.gone = Empty("No animal chosen", "Choose one from the list.", icon_role="animals")
        self.gone.say(
            "No animal chosen", "Choose one from the list.", "Go to the animals", self._up
        )
        self.facts = FactGrid()
        self.status = Chip()
        self.who = Box("Facts")
        self.who.act(self.status)
        self.who.act(Button("History", self.show_history, kind="quiet", icon_role="clock"))
        self.move_button = Button("Move", self.regroup, icon_role="next")
        self.tag_button = Button("Retag", self.retag, icon_role="edit")
        self.leave_button = Button("Leaves", icon_role="down")
        self.leave_button.setToolTip(
            "It died, was sold, slaughtered, culled or moved away (Ctrl+L)"
        )
        self.leave_button.setMenu(acts.leaving_menu(self, self.leave))
        self.back_button = Button("Take back", self.take_back, icon_role="undo")
        self.back_button.setToolTip("It did not leave: say why it was written down")
        for button in (self.move_button, self.tag_button, self.leave_button, self.back_button):
            Permit(button, work, Livestock, "change")
            self.who.act(button)
        self.who.act(Button("Edit", self.edit, icon_role="edit"))
        bind(self, {record_history.KEYS: self.show_history})
        self.choice = FactsMenu(self._facts_chosen)
        self.who.act(self.choice)
        self.who.add(self.facts)
        self.milk = Chart("Milk", "kg a day", "")
        self.weight = Chart("Weight", "kg", "")
        self.no_milk = Words("", role="muted", wrap=True)
        self.no_weight = Words("", role="muted", wrap=True)
        self.kin = QVBoxLayout()
        self.kin.setSpacing(0)
        self.pedigree = PedigreeBox(self._to)
        self.numbers = NumbersBox()
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
        self.photos = PhotosCard(work)
        self._keys()
        self._arrange()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+N", "Weigh this animal"),
            ("Ctrl+M", "Move it to another group"),
            ("Ctrl+T", "Retag it"),
            ("Ctrl+L", "It died, was sold, slaughtered, culled or moved away"),
            ("Ctrl+P", "Attach photos or documents"),
            ("Ctrl+V", "Attach the picture or the files you copied"),
            ("Esc", "Back to the list of animals"),
        )

    def reload(self) -> None:
        if self._id is not None:
            self.older.of = ("animal_id", self._id)
            self.older.reload()
            self.own.show_of(self._id)
            self.photos.show_of(self._id)
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leads back to the list, but not out of a field in which somebody types."""
        typing = isinstance(self.focusWidget(), QLineEdit)
        if event.key() == Qt.Key.Key_Escape and not typing:
            self._up()
        else:
            super().keyPressEvent(event)

    def edit(self) -> None:
        """Open the animal's form."""
        if self._card is not None:
            open_form(self, self.work, Livestock, self._id, form=animal_form(self.work))

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

    def _facts_chosen(self) -> None:
        if self._card is not None:
            self.facts.show_facts(self.choice.chosen(facts_of_card(self._card)))

    def regroup(self) -> None:
        """Open the form that moves the animal into another group."""
        if self._card is not None and self._id is not None:
            acts.open_moving(self, self.work, self._id, self._card.name)

    def retag(self) -> None:
        """Open the form that gives the animal a new number."""
        if self._card is not None and self._id is not None:
            acts.open_retagging(self, self.work, self._id, self._card.name)

    def leave(self, how: Exit) -> None:
        """Open the form of one way to leave."""
        if self._card is not None and self._id is not None:
            acts.open_leaving(self, self.work, self._id, self._card.name, how)

    def take_back(self) -> None:
        """Open the form that reverses an exit."""
        if self._card is not None and self._id is not None:
            acts.open_taking_back(self, self.work, self._id, self._card.name)

    def _keys(self) -> None:
        keys = {
            "Ctrl+M": self.move_button.click,
            "Ctrl+T": self.tag_button.click,
            "Ctrl+L": self.leave_button.showMenu,
            "Ctrl+P": self.photos.choose,
            "Ctrl+V": self.photos.paste,
        }
        bind(self, keys)

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
        beside = QVBoxLayout()
        beside.setSpacing(measures.CARD)
        beside.addWidget(kin)
        beside.addWidget(self.numbers)
        beside.addStretch(1)
        lower.addLayout(beside, 1)
        self.page.column.setSpacing(measures.CARD)
        self.page.add(back)
        self.page.add(self.who)
        self.page.add(curves)
        self.page.add(self.own)
        self.page.add(self.photos)
        self.page.add(lower, 1)
        self.page.add(self.pedigree)
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
            self.facts.show_facts(self.choice.chosen(facts_of_card(card)))
            self._show_curves(card)
            self._show_kin(card)
            self.pedigree.show_pedigree(card.pedigree)
            self.numbers.show_numbers(card.numbers)
            here = card.row.status in HERE
            for button in (self.move_button, self.tag_button, self.leave_button):
                button.setVisible(here)
            self.back_button.setVisible(not here)
            self.timeline.show_rows(card.happenings)
        self.primary_changed.emit()

    def _show_curves(self, card: Card) -> None:
        shown = used_conventions().shown
        points = tuple((on, float(shown(kg, "kg"))) for on, kg in card.milk)
        self.milk.show_series(Series("Milk", points), unit=f"{unit_text('kg')} a day")
        self.milk.setVisible(len(points) > 1)
        self.no_milk.setVisible(len(points) < 2)
        self.lactation.setVisible(card.row.sex not in MALE)
        calved = "No milk is written down since she calved." if card.row.calved_on else ""
        self.no_milk.setText(calved or "Not in milk: no calving is on record.")
        weights = tuple((on, float(shown(kg, "kg"))) for on, kg in card.weights)
        self.weight.show_series(Series("Weight", weights, colour=1), unit=unit_text("kg"))
        self.weight.setVisible(len(weights) > 1)
        self.no_weight.setVisible(len(weights) < 2)
        one = "Weighed once so far: a curve needs two weighings."
        none = "Not weighed yet. Choose Weigh, top right."
        if card.row.status not in HERE:
            one, none = "Weighed once: a curve needs two weighings.", "It was never weighed."
        self.no_weight.setText(one if weights else none)

    def _show_kin(self, card: Card, most: int = KIN) -> None:
        _clear(self.kin)
        if not card.kin:
            none = "No parents or offspring are on record. Choose Edit to name dam and sire."
            self.kin.addWidget(Words(none, role="muted", wrap=True))
        for one in card.kin[:most]:
            born = f", born {day_text(one.born)}" if one.born else ""
            link = Button(one.name, partial(self._to, one.id), kind="link")
            link.setAccessibleName(f"{one.relation}: {one.name}")
            self.kin.addWidget(Words(f"{one.relation}{born}", Type.SMALL, "muted"))
            self.kin.addWidget(link)
            if most > KIN and one is card.kin[KIN]:
                link.setFocus()  # the one that was pressed is gone
        if len(card.kin) > most:
            rest = partial(self._show_kin, card, len(card.kin))
            self.kin.addWidget(Button(f"Show {len(card.kin) - most} more", rest, kind="link"))

    def _to(self, animal: UUID) -> None:
        self.go.emit(Place("animal", animal))

    def _up(self) -> None:
        self.go.emit(Place("animals", self._id))


def _tone(one: Happening) -> str:
    tones = {"life": "good", "health": "warning", "weight": "info", "breeding": "info"}
    return tones.get(one.kind, "plain")


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
