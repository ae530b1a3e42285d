"""Health: who is ill, who is under withdrawal, courses, vaccinations due, and episodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from fluffydesk.actions.rules.animals import day_of
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.medical import HealthDiagnosis, HealthTreatment, VaccineLog
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.forms import Layout, open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button, Segments, Words
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.permits import Permit
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.firsts_table import FirstsTable
from fluffydesk.ui.screens.health_columns import (
    course_columns,
    diagnosis_columns,
    due_columns,
    episode_columns,
    schedule_columns,
    withheld_columns,
)
from fluffydesk.ui.screens.health_forms import (
    ALIKE,
    COURSE,
    DIAGNOSIS,
    TREATMENT,
    VACCINATION,
    correct,
    next_dose,
    treat_one,
    vaccinate_due,
    vaccinate_one,
    void_one,
)
from fluffydesk.ui.screens.reading.diagnoses import Diagnosis, diagnoses, treatment_of
from fluffydesk.ui.screens.reading.firsts import Firsts, cut
from fluffydesk.ui.screens.reading.health import (
    Course,
    Episode,
    Shot,
    Withheld,
    courses,
    illnesses,
    vaccinations_due,
    withheld_now,
)
from fluffydesk.ui.screens.reading.vaccines import Step, schedule
from fluffydesk.wording import counted
from fluffydesk.work import Work

_PARTS: list[tuple[str, object]] = [
    ("Withheld now", "withheld"),
    ("Diagnoses", "diagnoses"),
    ("Courses", "courses"),
    ("Vaccinations due", "due"),
    ("Schedule", "schedule"),
    ("Episodes", "episodes"),
]


class _Found(NamedTuple):
    withheld: Firsts[Withheld]
    diagnoses: Firsts[Diagnosis]
    courses: Firsts[Course]
    due: Firsts[Shot]
    schedule: Firsts[Step]
    episodes: Firsts[Episode]


class HealthScreen(Screen):
    """The lists of one subject, and what is done about a row."""

    key = "health"
    title = "Health"
    icon = "health"
    group = "Animals"
    adds = HealthTreatment
    watches = frozenset(
        {
            "health_diagnoses",
            "health_treatments",
            "vaccine_logs",
            "livestock",
            "flocks",
            "livestock_batches",
            "livestock_batch_members",
        }
    )
    searches = "Animal, drug, lot or reason"
    help = (
        "Who was given what, and what follows from it.\n"
        "Withheld now lists everybody whose milk, meat or eggs may not leave, until when. A "
        "course that is not finished is withheld until its last dose is written down and the "
        "period is over; what was given to a group counts for its members of that day.\n"
        "Diagnoses lists what was found in a year, first those who are still ill; Enter opens one, "
        "to write down that it is over. Treat takes the chosen one along.\n"
        "Courses lists the treatments of a year, first those with doses to come. Correct one, "
        "write down its last dose, or void it with a reason: none is ever deleted.\n"
        "Vaccinations due lists doses late or due within 30 days. Vaccinate, or Enter, writes the "
        "next one down, and the list shows the one after it. Vaccinate all due does so for "
        "everybody who is due for the chosen vaccine, all or none.\n"
        "Schedule is what is published for the species here; confirm it with your vet. Enter "
        "writes a vaccination with the chosen one down. A booster "
        "before its least interval is refused.\n"
        "Episodes puts diagnoses and treatments for the same reason together that follow each "
        "other within the days chosen in the settings."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._due: tuple[UUID, ...] = ()
        self.parts = Segments("Show", _PARTS)
        self.parts.chosen.connect(self._turn)
        self.count = Words("", role="muted")
        self.withheld = FirstsTable("Withheld now", withheld_columns())
        self.withheld.say_when_empty(
            "Nothing is withheld", "Milk, meat and eggs of every animal and flock may leave."
        )
        self.diagnoses = FirstsTable("Diagnoses", diagnosis_columns())
        self.diagnoses.say_when_empty(
            "Nothing was found in a year",
            "Write down what is wrong with whom, treated or not.",
            "Write a diagnosis down",
            self.diagnose,
            locked=self.locked,
        )
        self.diagnoses.opened.connect(self._correct_diagnosis)
        self.courses = FirstsTable("Courses", course_columns())
        self.courses.say_when_empty(
            "Nobody was treated in a year",
            "Start a session, set the drug once and scan the animals.",
            "Start a treatment session",
            self.to_session,
            locked=self.locked,
        )
        self.due = FirstsTable("Vaccinations due", due_columns())
        self.due.say_when_empty(
            "No vaccination is due within 30 days",
            "The next dose stands here as soon as one is written down.",
            "Write a vaccination down",
            self.vaccinate,
            locked=self.locked,
        )
        self.due.opened.connect(lambda _: self.vaccinate())
        self.episodes = FirstsTable("Episodes", episode_columns())
        self.episodes.say_when_empty(
            "No illness in a year", "Treatments make episodes, by animal and reason."
        )
        self.schedule = FirstsTable("Vaccination schedule", schedule_columns())
        self.schedule.say_when_empty(
            "No schedule is known for the species here",
            "It comes with the first sync, for each species that is kept.",
        )
        self.schedule.opened.connect(self._vaccinate_step)
        self._tables = {
            "withheld": self.withheld,
            "diagnoses": self.diagnoses,
            "courses": self.courses,
            "due": self.due,
            "schedule": self.schedule,
            "episodes": self.episodes,
        }
        for table in self._tables.values():
            table.model.laid_out.connect(self._count)
            table.wanted.connect(self.reload)
        self.courses.opened.connect(self._correct_row)
        self.withheld.opened.connect(self._open_animal)
        self._arrange()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+1", "Treat one animal, flock or group"),
            ("Ctrl+2", "Write a vaccination down"),
            ("Ctrl+3", "Write the last dose of the chosen course down"),
            ("Ctrl+4", "Void the chosen treatment, with a reason"),
            ("Ctrl+5", "Go to the medicine book, to print it"),
            ("Ctrl+6", "Go to the list for the parlour, to print it"),
            ("Ctrl+7", "Vaccinate everybody who is due for the chosen vaccine"),
            ("Ctrl+8", "Write a diagnosis down"),
            ("Enter", "Correct the chosen treatment or diagnosis, give the dose, open the animal"),
        )

    def reload(self) -> None:
        most = {part: table.most for part, table in self._tables.items()}
        self.work.on_mirror(partial(_read, most=most), self._show, latest=True)

    def showEvent(self, event: QShowEvent) -> None:
        """The clock went on; the arrows move in the list at once."""
        super().showEvent(event)
        self.reload()
        self._table().setFocus()

    def search(self, text: str) -> None:
        for table in self._tables.values():
            table.search(text)

    def primary(self) -> Primary | None:
        return "Start a treatment session", self.to_session

    def arrive(self, place: Place) -> None:
        """Show the part that `place` names: withheld, diagnoses, courses, due or episodes."""
        if place.part in self._tables:
            self.parts.set_value(place.part)
            self._turn()
        if place.id is not None:
            self._table().select(place.id)

    def to_session(self) -> None:
        """Go to the treatment session."""
        self.go.emit(Place("treat"))

    def treat(self) -> None:
        """Open a form for a course of one animal, flock or group; for the chosen diagnosis."""
        chosen = self.diagnoses.current() if self.parts.value() == "diagnoses" else None
        if chosen is None:
            self._treat({})
        else:
            self.work.on_mirror(partial(treatment_of, diagnosis=chosen.id), self._treat)

    def _treat(self, values: dict[str, Any]) -> None:
        open_form(
            self, self.work, HealthTreatment, values=values, layout=TREATMENT, saver=treat_one
        )

    def diagnose(self) -> None:
        """Open a form for what was found with one animal, flock or group."""
        open_form(self, self.work, HealthDiagnosis, layout=DIAGNOSIS)

    def _correct_diagnosis(self, one: Diagnosis | None) -> None:
        if one is not None:
            open_form(self, self.work, HealthDiagnosis, one.id, layout=DIAGNOSIS, title=one.who)

    def vaccinate(self) -> None:
        """Open a form for a vaccination; the chosen one that is due is filled in."""
        chosen = self.due.current() if self.parts.value() == "due" else None
        if chosen is None:
            open_form(self, self.work, VaccineLog, layout=VACCINATION, saver=vaccinate_one)
            return
        self.work.on_mirror(partial(next_dose, shot=chosen.id), self._vaccinate_next)

    def vaccinate_all(self) -> None:
        """Open one form for everybody who is due for the chosen vaccine and dose."""
        chosen = self.due.current() if self.parts.value() == "due" else None
        if chosen is None:
            self.tell("No vaccine is chosen.", "Choose one in the list of those due.", tone="info")
            return
        rows = (self.due.model.row_at(n) for n in range(self.due.model.rowCount()))
        like = (chosen.vaccine, chosen.dose)
        shots = tuple(one.id for one in rows if (one.vaccine, one.dose) == like)
        self._due = shots
        self.work.on_mirror(partial(next_dose, shot=chosen.id), self._vaccinate_those)

    def _vaccinate_those(self, values: dict[str, Any]) -> None:
        title = f"{values['vaccine']}: {counted(len(self._due), 'is', 'are')} due"
        saver = partial(vaccinate_due, shots=self._due)
        given = {name: values[name] for name in ALIKE if name in values}
        open_form(self, self.work, VaccineLog, values=given, layout=ALIKE, title=title, saver=saver)

    def _vaccinate_step(self, step: Step | None) -> None:
        if step is not None:
            known = {"vaccine": step.vaccine, "disease": step.disease, "dose_number": step.dose}
            self._vaccinate_next(known)

    def finish(self) -> None:
        """Open the form for the last dose of the chosen course."""
        course = self._course()
        if course is not None:
            self._form(course.id, ("last_dose_at", "doses"), f"Last dose: {course.who}", correct)

    def void(self) -> None:
        """Ask why the chosen treatment never happened."""
        course = self._course()
        if course is not None:
            self._form(course.id, ("void_reason",), f"Void: {course.who}", void_one)

    def _form(self, row_id: UUID, layout: Layout, title: str, saver: Any) -> None:
        open_form(self, self.work, HealthTreatment, row_id, layout=layout, title=title, saver=saver)

    def _course(self) -> Course | None:
        if self.parts.value() != "courses" or self.courses.current() is None:
            self.tell("No treatment is chosen.", "Choose one in the list of courses.", tone="info")
            return None
        found: Course = self.courses.current()
        return found

    def _correct_row(self, course: Course | None) -> None:
        if course is not None:
            self._form(course.id, COURSE, course.who, correct)

    def _open_animal(self, one: Withheld | None) -> None:
        if one is not None and one.animal is not None:
            self.go.emit(Place("animal", one.animal))

    def _vaccinate_next(self, values: dict[str, Any]) -> None:
        open_form(
            self, self.work, VaccineLog, values=values, layout=VACCINATION, saver=vaccinate_one
        )

    def _print(self, part: str) -> None:
        self.go.emit(Place("reports", part=part))

    def _arrange(self) -> None:
        acts = []
        buttons: tuple[tuple[str, str, Callable[[], object], type[Record] | None], ...] = (
            ("Treat", "health", self.treat, HealthTreatment),
            ("Vaccinate", "add", self.vaccinate, VaccineLog),
            ("Last dose", "good", self.finish, HealthTreatment),
            ("Void", "delete", self.void, HealthTreatment),
            ("Medicine book", "", partial(self._print, "medicine"), None),
            ("Parlour list", "", partial(self._print, "parlour"), None),
            ("Vaccinate all due", "", self.vaccinate_all, VaccineLog),
            ("Diagnose", "", self.diagnose, HealthDiagnosis),
        )
        for number, (text, role, take, record) in enumerate(buttons, 1):
            button = Button(text, take, icon_role=role)
            button.setShortcut(f"Ctrl+{number}")
            button.setToolTip(f"{text} (Ctrl+{number})")
            if record is not None:
                Permit(button, self.work, record)
            acts.append(button)
        self._stack = QStackedLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        column.setSpacing(measures.CARD)
        column.addWidget(Flow(self.parts, None, self.count))
        column.addWidget(Flow(*acts))
        column.addLayout(self._stack, 1)
        for table in self._tables.values():
            self._stack.addWidget(table)

    def _table(self) -> FirstsTable:
        return self._tables[str(self.parts.value())]

    def _turn(self, chosen: object = None) -> None:
        self._stack.setCurrentWidget(self._table())
        self._count()
        self._table().setFocus()

    def _show(self, found: _Found) -> None:
        for part, firsts in found._asdict().items():
            self._tables[part].show_firsts(firsts, select_first=True)
        self._count()

    def _count(self) -> None:
        self.count.setText(counted(self._table().count, "row", "rows"))


def _read(mirror: Mirror, most: Mapping[str, int | None]) -> _Found:
    """Vaccinations due are read whole: all of one vaccine are given together."""
    with mirror.read() as connection:
        at = now()
        on = day_of(connection, at)
        return _Found(
            cut(withheld_now(connection, at), most["withheld"]),
            cut(diagnoses(connection, on), most["diagnoses"]),
            courses(connection, at, most["courses"]),
            cut(vaccinations_due(connection, on), None),
            cut(schedule(connection, at), None),
            cut(illnesses(connection, at), most["episodes"]),
        )
