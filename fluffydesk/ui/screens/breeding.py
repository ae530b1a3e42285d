"""Breeding: who is to be seen to, services, births, sires and the hatchery, and their entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from fluffydesk.figures import kpi
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm import HatcheryRecord, LambingRecord
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import kpi_text, number_text
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Segments, Words, row
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens import breeding_columns as columns
from fluffydesk.ui.screens.breeding_acts import BreedingActs, Chosen
from fluffydesk.ui.screens.firsts_table import FirstsTable
from fluffydesk.ui.screens.reading.births import (
    BirthRow,
    HatchRow,
    SpeciesResult,
    first_births,
    first_hatches,
    species_results,
)
from fluffydesk.ui.screens.reading.breeding import ServiceRow, SireRow, services, sires
from fluffydesk.ui.screens.reading.firsts import Firsts, cut
from fluffydesk.ui.screens.reading.worklists import Task, Todo, Worklists, worklists
from fluffydesk.wording import counted
from fluffydesk.work import Work

_VIEWS: list[tuple[str, object]] = [
    ("To do", "todo"),
    ("Services", "services"),
    ("Births", "births"),
    ("Sires", "sires"),
    ("Hatching", "hatching"),
]
_ALL: list[tuple[str, object]] = [
    ("All", None),
    *((words, todo) for todo, words in columns.TODO_WORDS.items()),
]


@dataclass(frozen=True)
class Found:
    """All that the screen shows."""

    lists: Worklists
    services: Firsts[ServiceRow]
    births: Firsts[BirthRow]
    sires: Firsts[SireRow]
    hatches: Firsts[HatchRow]
    results: tuple[SpeciesResult, ...]


class BreedingScreen(Screen):
    """Five lists; what is done is done to the animal that is chosen."""

    key = "breeding"
    title = "Breeding"
    icon = "breeding"
    adds = LambingRecord
    group = "Animals"
    watches = frozenset(
        {
            "breeding_records",
            "lambing_records",
            "hatchery_records",
            "livestock",
            "livestock_batches",
            "poultry_batches",
            "organizations",
        }
    )
    searches = "Animal, sire or group"
    help = (
        "Who is due, who may come back in heat (a day around her next one), who can be checked "
        "for pregnancy, whom to dry off, and who is open too long since she calved.\n"
        "Keys 1 to 7 with Ctrl write something down for the animal that is chosen. Service "
        "opens a session: set the sire once, then scan female after female; each is saved at "
        "once.\n"
        "A birth makes an animal of each live young, opens the dam's lactation and ends her "
        "service. It is undone in one step while nothing else refers to the young.\n"
        "Conception is services that held, for 100 whose end is known. Enter opens the animal."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._found = Found(Worklists(), Firsts(), Firsts(), Firsts(), Firsts(), ())
        self._text = ""
        self.views = Segments("Show", _VIEWS)
        self.views.chosen.connect(self._view)
        self.which = Segments("Worklist", _ALL)
        self.which.chosen.connect(self._show_todo)
        self.said = Words("", role="muted", wrap=True)
        self.todo = FirstsTable("Breeding worklist", columns.todo_columns())
        self.services = FirstsTable("Services", columns.service_columns())
        self.births = FirstsTable("Births", columns.birth_columns())
        self.sires = FirstsTable("Sires", columns.sire_columns())
        self.hatching = FirstsTable("Hatches", columns.hatch_columns())
        self.tables = {
            "todo": self.todo,
            "services": self.services,
            "births": self.births,
            "sires": self.sires,
            "hatching": self.hatching,
        }
        for table in self.tables.values():
            table.wanted.connect(self.reload)
        self.acts = BreedingActs(self, self._chosen)
        self._say_empty()
        self._arrange()
        for name, column in (("todo", "id"), ("services", "female_id"), ("births", "dam_id")):
            self.tables[name].opened.connect(partial(self._open, column=column))
        self.hatching.opened.connect(self._edit_hatch)

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+1", "Heat; in the hatchery: candle"),
            ("Ctrl+2", "Services, by scanning; in the hatchery: hatch"),
            ("Ctrl+3", "Pregnancy check"),
            ("Ctrl+4", "Birth"),
            ("Ctrl+5", "Dry off today"),
            ("Ctrl+6", "Pregnancy lost"),
            ("Ctrl+7", "Foster one of the young"),
            ("Ctrl+Backspace", "Take back what is chosen"),
        )

    def reload(self) -> None:
        most = {view: table.most for view, table in self.tables.items()}
        self.work.on_mirror(partial(_read, on=today(), most=most), self._show, latest=True)

    def showEvent(self, event: QShowEvent) -> None:
        """The arrows move in the list at once."""
        super().showEvent(event)
        self._table().setFocus()

    def search(self, text: str) -> None:
        for table in self.tables.values():
            table.search(text)

    def primary(self) -> Primary | None:
        if self.views.value() == "hatching":
            return "Set eggs", self.acts.set_eggs
        return "Record a birth", self.acts.birth

    def arrive(self, place: Place) -> None:
        """Show a worklist (part `due`, `watch`, ..) or a view, and select the animal."""
        if place.part in [todo.value for todo in Todo]:
            self.views.set_value("todo")
            self.which.set_value(Todo(place.part))
        elif place.part in self.tables:
            self.views.set_value(place.part)
        if place.id is not None:
            self._table().select(place.id)

    def _arrange(self) -> None:
        self._stack = QStackedLayout()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        outer.setSpacing(12)
        outer.addLayout(row(self.views, None))
        outer.addWidget(self.acts)
        outer.addLayout(row(self.which, None))
        outer.addWidget(self.said)
        outer.addLayout(self._stack, 1)
        for table in self.tables.values():
            self._stack.addWidget(table)
        self._view("todo")

    def _say_empty(self) -> None:
        served = ("Write down a service", self.acts.service)
        self.todo.say_when_empty(
            "Nothing to do today",
            "Who is due, comes back in heat, is to be checked or dried off stands here.",
            *served,
            locked=self.locked,
        )
        self.services.say_when_empty(
            "No services yet",
            "Set the sire once, then scan the females.",
            *served,
            locked=self.locked,
        )
        self.births.say_when_empty(
            "No births yet",
            "A birth makes the young and opens the dam's lactation.",
            "Record a birth",
            self.acts.birth,
            locked=self.locked,
        )
        self.sires.say_when_empty("No sires yet", "They stand here once they have served.")
        self.hatching.say_when_empty(
            "No eggs are set",
            "Write down what is in the incubator.",
            "Set eggs",
            self.acts.set_eggs,
            locked=self.locked,
        )

    def _table(self) -> FirstsTable:
        return self.tables[str(self.views.value())]

    def _view(self, view: object) -> None:
        self._stack.setCurrentWidget(self.tables[str(view)])
        self.acts.show_for(str(view))
        self.which.setVisible(view == "todo")
        self._tell()
        self.primary_changed.emit()

    def _show(self, found: Found) -> None:
        self._found = found
        self._show_todo()
        self.services.show_firsts(found.services, select_first=True)
        self.births.show_firsts(found.births, select_first=True)
        self.sires.show_firsts(found.sires, select_first=True)
        self.hatching.show_firsts(found.hatches, select_first=True)
        self._tell()

    def _show_todo(self, chosen: object = None) -> None:
        which, lists = self.which.value(), self._found.lists
        assert which is None or isinstance(which, Todo)
        shown = tuple(task for task in lists.all() if which is None or task.todo is which)
        self.todo.show_firsts(Firsts(shown, lists.total(which)), select_first=True)
        self._tell()

    def _tell(self) -> None:
        """Say what the list comes to, with the denominator that was chosen."""
        found, view = self._found, self.views.value()
        text = ""
        if view == "todo":
            counts = (
                (found.lists.total(Todo.DUE), "due"),
                (found.lists.total(Todo.WATCH), "to watch"),
                (found.lists.total(Todo.CHECK), "to check"),
                (found.lists.total(Todo.DRY_OFF), "to dry off"),
                (found.lists.total(Todo.OPEN), "open too long"),
            )
            text = " · ".join(
                f"{number_text(count)} {what}" for count, what in counts if found.lists.all()
            )
        elif view == "births":
            text = "\n".join(_result_words(one) for one in found.results)
        elif view == "hatching" and found.hatches.rows:
            said = (kpi.FERTILITY, kpi.HATCH_OF_FERTILE, kpi.HATCH_OF_SET)
            text = " ".join(f"{one.title}: {one.definition}" for one in said)
        elif view == "sires" and found.sires.rows:
            text = (
                "The last two years. Conception: services that held / services whose end is known."
            )
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def _chosen(self) -> Chosen:
        """Return what is chosen in the list that is shown, as the acts ask for it."""
        one = self._table().current()
        match one:
            case Task():
                return Chosen(one.id, one.name)
            case ServiceRow():
                return Chosen(one.female_id, one.female, row_id=one.id)
            case BirthRow():
                return Chosen(one.dam_id, one.dam, row_id=one.id)
            case HatchRow():
                return Chosen(hatch=one, row_id=one.id)
        return Chosen()

    def _open(self, chosen: Any, column: str) -> None:
        if chosen is not None:
            self.go.emit(Place("animal", getattr(chosen, column)))

    def _edit_hatch(self, chosen: Any) -> None:
        if chosen is not None:
            open_form(self, self.work, HatcheryRecord, chosen.id)


def _result_words(one: SpeciesResult) -> str:
    births, still = (
        counted(one.births, "birth", "births"),
        columns.percent_text(one.stillborn_percent, 1),
    )
    words = f"{one.species}, 12 months: {births}, {one.born} born, {still} % stillborn."
    if not one.said:
        return words
    return (
        f"{words} {kpi.LAMBING.title} {kpi_text(kpi.LAMBING, one.percent, unit=True)}: {one.said}"
    )


def _read(mirror: Mirror, on: date, most: Mapping[str, int | None]) -> Found:
    with mirror.read() as connection:
        return Found(
            worklists(connection, on, most["todo"]),
            services(connection, on, most["services"]),
            first_births(connection, on, most["births"]),
            cut(sires(connection, on), most["sires"]),
            first_hatches(connection, on, most["hatching"]),
            tuple(species_results(connection, on)),
        )
