"""The treatment session: set drug, dose and reason once, then scan animal after animal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fluffydesk.actions.scanning import Animal
from fluffydesk.actions.treatments import treat, void_treatments
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.types import now
from fluffydesk.ui.fields.texts import clock_text, number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.entry_model import may_type
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.ui.screens.scanning import ScanField
from fluffydesk.ui.screens.treat_plan import TreatPlan
from fluffydesk.ui.undoing import Undoing
from fluffydesk.wording import apart
from fluffydesk.work import Work

TAKEN_BACK = "Taken back in the treatment session"
_PLAN_WIDTH = 390


@dataclass(frozen=True)
class Given:
    """One animal treated in this session; `id` is the treatment's."""

    id: UUID
    animal: UUID
    who: str
    group: str
    what: str
    at: datetime


class TreatScreen(Screen):
    """Drug, dose and reason at the left, the tags and who was treated at the right."""

    key = "treat"
    title = "Treatment session"
    icon = "health"
    home = "health"
    adds = HealthTreatment
    help = (
        "Treat many animals with the same drug.\n"
        "Set the drug, the lot, the dose and the reason once; Enter goes on from field to field. "
        "Then scan or type one tag after the other: each animal is saved at once, its drug leaves "
        "the store, and its withdrawal begins.\n"
        "A tag that nobody carries can be made an animal, linked or skipped by keys. A tag that "
        "was treated in this session already is not treated twice.\n"
        "Undo takes the last one back, or all of the session: the medicine book keeps them as "
        "void, and the store gets the drug back."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._given: list[Given] = []
        self._under_way: set[UUID] = set()
        self._undoing = Undoing(work, self)
        self._refused: list[str] = []
        self.lock = Banner()
        self.plan = TreatPlan(work)
        self.plan.setFixedWidth(_PLAN_WIDTH)
        self.plan.finished.connect(self.to_tags)
        self.scan = ScanField(work)
        self.scan.found.connect(self._found)
        self.scan.skipped.connect(self._skipped)
        self.count = Words("0", Type.NUMBER)
        self.progress = Words("treated", role="muted", wrap=True)
        self.said = Banner()
        self.list = RowsTable("Treated", _columns())
        self.list.say_when_empty(
            "Nobody is treated yet", "Set drug, dose and reason, then scan the first tag."
        )
        self.undo_button = Button("Undo the last", self.undo_last, icon_role="undo")
        self.undo_all_button = Button("Undo the session", self.undo_all, kind="quiet")
        tips = (("Ctrl+Z", self.undo_button), ("Ctrl+Shift+Z", self.undo_all_button))
        for keys, button in tips:
            button.setToolTip(keys)
        self.day_turned.connect(self._forget)
        self._arrange()
        acts = {
            "Ctrl+Z": self.undo_last,
            "Ctrl+Shift+Z": self.undo_all,
            "Ctrl+Return": self.to_tags,
            "Ctrl+D": self.to_plan,
        }
        bind(self, acts)
        self._count()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Enter", "Go on to the next field; in the tag's field, treat"),
            ("Ctrl+Enter", "Go to the tags"),
            ("Ctrl+D", "Go to the drug"),
            ("Ctrl+Z", "Take the last treatment back"),
            ("Ctrl+Shift+Z", "Take the whole session back"),
            ("Ctrl+N", "Begin a new session"),
            ("F2, F3, Esc", "Make, link or skip an unknown tag"),
        )

    @property
    def treated(self) -> tuple[Given, ...]:
        """Who was treated in this session, the first one first."""
        return tuple(self._given)

    def reload(self) -> None:
        locked = may_type(self.work, HealthTreatment)
        self.lock.say(locked)
        self.plan.setEnabled(not locked)
        self.scan.setEnabled(not locked)

    def primary(self) -> Primary | None:
        return "New session", self.begin_anew

    def arrive(self, place: Place) -> None:
        """Start at what is missing, or at the tags; a tag in `text` is looked up at once."""
        if self.plan.complete():
            self.to_tags()
        else:
            self.to_plan()
        if place.text:
            self.scan.ask(place.text)

    def to_tags(self) -> None:
        """Go to the tags, if drug, dose and reason are there."""
        if self.plan.values() is not None:
            self.scan.line.setFocus()

    def to_plan(self) -> None:
        """Go to the first field of the drug that is missing."""
        self.plan.start()

    def begin_anew(self) -> None:
        """Forget who was treated; the treatments stay, and so does what is set."""
        self._forget()
        self.to_plan()

    def undo_last(self) -> None:
        """Take the last treatment of the session back."""
        self._undoing.ask(lambda: self._take_back(self._given[-1:]))

    def undo_all(self) -> None:
        """Take every treatment of the session back."""
        self._undoing.ask(lambda: self._take_back(self._given))

    def _forget(self, before: object = None) -> None:
        """End the session; so does a new day, on which the same animals get their next dose."""
        self._given, self._refused = [], []
        self.said.say("")
        self._count()

    def _arrange(self) -> None:
        right = Card("Who gets it")
        right.add(self.scan)
        figures = row(self.count, self.progress, spacing=6)
        figures.setStretch(1, 1)
        figures.setAlignment(self.count, Qt.AlignmentFlag.AlignBaseline)
        figures.setAlignment(self.progress, Qt.AlignmentFlag.AlignBaseline)
        right.add(figures)
        right.add(self.said)
        right.add(self.list, 1)
        right.add(Flow(self.undo_button, self.undo_all_button))
        sides: QHBoxLayout = row(spacing=measures.CARD)
        sides.addWidget(self.plan)
        sides.addWidget(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        column.setSpacing(measures.CARD)
        column.addWidget(self.lock)
        column.addLayout(sides, 1)

    def _found(self, animal: Animal) -> None:
        if animal.id in self._under_way or any(one.animal == animal.id for one in self._given):
            already = f"{animal.words} was treated in this session already."
            self.said.say(f"{already} For another dose, begin a new one: Ctrl+N.", "info")
            return
        values = self.plan.values()
        if values is None:
            self._not_treated(animal.words, "The drug is not complete.")
            return
        self._under_way.add(animal.id)
        self.said.say("")
        _Saving(self, animal).start(values)

    def saved(self, animal: Animal, row_id: UUID, what: str) -> None:
        """Show that an animal was treated."""
        self._under_way.discard(animal.id)
        self._given.append(Given(row_id, animal.id, animal.words, animal.group, what, now()))
        self._count()

    def not_saved(self, animal: Animal, refusal: Refusal) -> None:
        """Show that an animal was not treated, and why."""
        self._under_way.discard(animal.id)
        self.plan.refuse(refusal)
        self._not_treated(animal.words, str(refusal))

    def _not_treated(self, who: str, why: str) -> None:
        self._refused.append(who)
        self.said.say(f"{who} was not treated. {why}", "danger")
        self._count()

    def _skipped(self, text: str) -> None:
        self.said.say(f"{text} was skipped.", "info")

    def _take_back(self, given: list[Given]) -> None:
        ids = [one.id for one in given]
        if not ids:
            return
        self.work.act(partial(_void, ids=ids), self._taken_back, self.refuse)

    def _taken_back(self, answer: tuple[list[UUID], Changes]) -> None:
        gone = set(answer[0])
        names = [one.who for one in self._given if one.id in gone]
        self._given = [one for one in self._given if one.id not in gone]
        who = names[0] if len(names) == 1 else f"All {len(names)}"
        self.said.say(f"{who} taken back: void in the medicine book.", "info")
        self._count()
        self.scan.line.setFocus()

    def _count(self) -> None:
        self.count.setText(number_text(len(self._given)))
        last = f" · last: {apart(self._given[-1].who)}" if self._given else ""
        refused = f" · {len(self._refused)} not treated" if self._refused else ""
        self.progress.setText(f"treated{last}{refused}")
        self.undo_button.setEnabled(bool(self._given))
        self.undo_all_button.setEnabled(bool(self._given))
        self.list.show_rows(self._given[::-1])


class _Saving(QWidget):
    """One treatment under way: tells the screen how it ended, and is gone."""

    def __init__(self, screen: TreatScreen, animal: Animal) -> None:
        super().__init__(screen)
        self.hide()
        self._screen, self._animal, self._what = screen, animal, ""

    def start(self, values: dict[str, Any]) -> None:
        """Save the treatment of this animal."""
        self._what = f"{values['product']}, {number_text(values['dose'].normalize())} "
        self._what += str(values["dose_unit"])
        job = partial(treat, values={**values, "animal_id": self._animal.id})
        self._screen.work.act(job, self._kept, self._not)

    def _kept(self, answer: tuple[UUID, Changes]) -> None:
        self._screen.saved(self._animal, answer[0], self._what)
        self.deleteLater()

    def _not(self, refusal: Refusal) -> None:
        self._screen.not_saved(self._animal, refusal)
        self.deleteLater()


def _columns() -> tuple[Shown, ...]:
    return (
        Shown("Animal", lambda one: one.who, 200),
        Shown("Time", lambda one: clock_text(one.at), 84, sort=lambda one: one.at),
        Shown("Given", lambda one: one.what, 200),
        Shown("Group", lambda one: one.group, 140, spare=True),
    )


def _void(mirror: Mirror, ids: list[UUID]) -> tuple[list[UUID], Changes]:
    return ids, void_treatments(mirror, ids, TAKEN_BACK)
