"""The weighing session: scan or type a tag, type or read the weight, and on to the next."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fluffydesk.actions.conventions import Conventions, conventions
from fluffydesk.actions.scanning import Animal
from fluffydesk.actions.weighing import Weighed, kg_in, take_back_weight, weigh_once
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.figures.growth import daily_gain, weight_doubt
from fluffydesk.figures.identifiers import eid
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm import WeightLog
from fluffydesk.ui.fields.texts import day_text, must_be_plain, number_text, used_conventions
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card
from fluffydesk.ui.parts.controls import Title, Words, row
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.day_picker import DayPicker
from fluffydesk.ui.screens.entry_model import may_type
from fluffydesk.ui.screens.reading.weighing import (
    Before,
    Session,
    WeightRow,
    before,
    weighed_on,
)
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.ui.screens.scanning import ScanField, undoes_elsewhere
from fluffydesk.ui.undoing import Undoing
from fluffydesk.wording import with_minus
from fluffydesk.work import Work

SIDE = 420
_Read = tuple[Session, Conventions]
_MOST_KG = Decimal(2000)
_DOUBTS = {"high": "High", "low": "Low"}


class WeightLine(QLineEdit):
    """Where the weight is typed; Enter takes it, Esc gives the animal up."""

    taken = Signal(str)
    escaped = Signal()

    def event(self, event: QEvent) -> bool:
        return undoes_elsewhere(self, event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.taken.emit(self.text().strip())
            case Qt.Key.Key_Escape:
                self.escaped.emit()
            case _:
                super().keyPressEvent(event)


class Weighing(QObject):
    """One weight under way to the mirror: whose it is, if it is refused."""

    kept = Signal(object)
    refused = Signal(str, object)

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._name = name

    def done(self, answer: tuple[Weighed, Changes]) -> None:
        self.kept.emit(answer[0])
        self.deleteLater()

    def failed(self, refusal: Refusal) -> None:
        self.refused.emit(self._name, refusal)
        self.deleteLater()


class WeighScreen(Screen):
    """Tag, weight, tag, weight: each is saved at once."""

    key = "weigh"
    title = "Weigh"
    icon = "weight"
    group = "Day"
    watches = frozenset({"weight_logs", "livestock", "organizations"})
    searches = "Tag or name"
    help = (
        "Scan an animal's tag, or type it and press Enter; then type the weight, or let the scale "
        "send it, and press Enter. The weight is saved at once and the next tag may come.\n"
        "A tag that nobody carries can be made into a new animal, linked to one, or skipped.\n"
        "The daily gain is since the last weighing before. Amber marks a weight that is not "
        "likely after the last one: it is kept all the same. Weighed twice on a day, the second "
        "weight stands.\n"
        "A scan in the weight's field leaves the animal unweighed and takes the one scanned."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._animal: Animal | None = None
        self._before = Before(None, None, None)
        self._units = Conventions()
        self._done: list[Weighed] = []
        self._undoing = Undoing(work, self)
        self.day = DayPicker(WeightLog.__table__.c.weighed_on)
        self.day.picked.connect(self._picked)
        self.day_turned.connect(self.day.turn)
        self.lock = Banner()
        self.scan = ScanField(work)
        self.scan.in_turn = True
        self.scan.found.connect(self._found)
        self.scan.skipped.connect(self._skipped)
        self.name = Title(Type.TITLE)
        self.what = Words("", role="muted", wrap=True)
        self.last = Words("", wrap=True)
        self.weight = WeightLine()
        self.weight.setAccessibleName("Weight")
        self.weight.setMinimumHeight(measures.ENTRY_ROW)
        measures.dress(self.weight, Type.STRONG)
        self.weight.taken.connect(self._taken)
        self.weight.escaped.connect(self._leave)
        self.weight.textChanged.connect(self._judge)
        self.problem = Words("", role="danger", wrap=True)
        self.said = Banner()
        self.total = Words("", Type.HEADING)
        self.rest = Words("", role="muted", wrap=True)
        self.rows = RowsTable("Weights of the day", self._columns())
        self.rows.say_when_empty(
            "Nothing weighed on this day",
            "Scan or type a tag on the left. Each weight stands here with the daily gain.",
        )
        self.rows.opened.connect(self._open)
        for keys, act in (("Ctrl+Z", self.undo), ("F6", self.to_scan)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self._arrange()
        self._leave()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Enter", "Take the tag, take the weight"),
            ("Esc", "Leave the animal unweighed"),
            ("F2", "Unknown tag: a new animal"),
            ("F3", "Unknown tag: link it to an animal"),
            ("Ctrl+Z", "Take the last weight back"),
            ("F6", "Back to the tag"),
            ("Ctrl+Left, Ctrl+Right", "The day before, the day after"),
        )

    def reload(self) -> None:
        self.work.on_mirror(partial(_read, on=self.day.day()), self._show, latest=True)

    def search(self, text: str) -> None:
        self.rows.search(text)

    def primary(self) -> Primary | None:
        return ("Undo last", self.undo, "undo") if self._done else None

    def arrive(self, place: Place) -> None:
        self.to_scan()

    def to_scan(self) -> None:
        """Put the cursor where the next tag comes."""
        self.scan.line.setFocus()

    def undo(self) -> None:
        """Take the last weight of this session back."""
        self._undoing.ask(self._take_back)

    def _take_back(self) -> None:
        if self._done:
            last = self._done.pop()
            self.primary_changed.emit()
            self.work.act(partial(take_back_weight, weighed=last), self._undone, self.refuse)

    def _arrange(self) -> None:
        left = Card()
        left.setFixedWidth(SIDE)
        left.add(Words("Tag", Type.STRONG))
        left.add(self.scan)
        self.unit = Words("Weight", Type.STRONG)
        for part in (self.name, self.what, self.last, self.unit, self.weight, self.problem):
            left.add(part)
        left.add(self.said)
        left.stretch()
        right = QVBoxLayout()
        right.setSpacing(measures.STEP)
        right.addWidget(self.total)
        right.addWidget(self.rest)
        right.addWidget(self.rows, 1)
        both = row(spacing=measures.CARD)
        both.addWidget(left)
        both.addLayout(right, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        outer.setSpacing(measures.CARD)
        outer.addLayout(row(self.day, None))
        outer.addWidget(self.lock)
        outer.addLayout(both, 1)
        self.setFocusProxy(self.scan.line)

    def _picked(self, day: object) -> None:
        self._done.clear()
        self.primary_changed.emit()
        if self._animal is None or not self.weight.text():
            self._leave()
        else:  # the weight is typed, and the day was wrong
            self._ask_before(self._animal)
        self.reload()

    def _show(self, read: _Read) -> None:
        session, self._units = read
        lock = may_type(self.work, WeightLog)
        self.lock.say(lock)
        for part in (self.scan, self.weight):
            part.setEnabled(not lock)
        self.unit.setText(f"Weight, {self._units.symbol_for('kg')}")
        self.rows.show_rows(session.rows)
        count = len(session.rows)
        self.total.setText(f"{number_text(count)} weighed" if count else "")
        mean, gain = session.mean, session.gain
        parts = [
            "" if mean is None else f"mean {self._kg(mean)}",
            "" if gain is None else f"daily gain {self._gain(gain)}",
            _doubts(session),
        ]
        self.rest.setText(" · ".join(part for part in parts if part))

    def _found(self, animal: Animal) -> None:
        left = self._animal
        self._animal = animal
        self._ask_before(animal)
        self.said.say("" if left is None else f"{left.words} was skipped.", "info")
        self.name.setText(animal.words)
        facts = (animal.species, animal.group, "" if animal.here else "left the farm")
        self.what.setText(" · ".join(fact for fact in facts if fact))
        self.last.setText("")
        for part in (self.name, self.what, self.last, self.unit, self.weight):
            part.show()
        self.weight.clear()
        self.weight.setFocus()
        self._take_ahead()

    def _take_ahead(self) -> None:
        """Take as the weight what was typed while the tag was looked up, then the tag after it."""
        ahead, line = self.scan.ahead, self.scan.line
        if not ahead:
            self.weight.setText(line.text())
            line.clear()
            return
        self._taken(ahead.pop(0))
        if self._animal is not None:
            ahead.clear()  # no weight: the person has to look
        elif ahead and not self.scan.looking:
            self.scan.ask(ahead.pop(0))

    def _ask_before(self, animal: Animal) -> None:
        """Ask what an animal weighed before the day."""
        self._before = Before(None, None, None)
        read = partial(_before, animal=animal.id, on=self.day.day())
        self.work.on_mirror(read, self._ready, latest=True)

    def _ready(self, found: tuple[UUID, Before]) -> None:
        if self._animal is None or self._animal.id != found[0]:
            return
        self._before = found[1]
        self._judge()

    def _judge(self) -> None:
        """Say what the weight means while it is typed: the gain, and whether it is likely."""
        held, on = self._before, self.day.day()
        said = "Not weighed before."
        days = None if held.on is None else (on - held.on).days
        if held.kg is not None and held.on is not None:
            said = f"Last {self._kg(held.kg)} on {day_text(held.on)}, {days} d before"
        if held.already is not None:
            said += f". Weighed {self._kg(held.already)} already: a new weight takes its place"
        text = self.weight.text().strip()
        doubtful = ""
        if text:
            try:
                kg = kg_in(text, self._units.unit_for("kg"))[0]
            except InvalidValue:
                kg = None
            if kg is not None and held.kg is not None and held.on is not None:
                gain = daily_gain(held.kg, held.on, kg, on)
                said += "" if gain is None else f" · {self._gain(gain)}"
                doubtful = weight_doubt(held.kg, days, kg)
        self.last.setText(f"{said}. {_DOUBTS[doubtful]} for it: check." if doubtful else said)
        self.last.set_role("warning" if doubtful else "muted")

    def _taken(self, text: str) -> None:
        animal = self._animal
        if animal is None or not text:
            return
        if eid(text) is not None:
            self._skipped(animal.words)
            self._leave()
            self.scan.ask(text)
            return
        try:
            kg, entered = kg_in(text, self._units.unit_for("kg"))
            if not 0 < kg <= _MOST_KG:
                most = number_text(self._units.shown(_MOST_KG, "kg"), 0)
                said = f"A weight lies between 0 and {most} {self._units.symbol_for('kg')}."
                raise InvalidValue(said, "Check the comma.")
            if kg < 2:  # 1,020 kg is a bull; of larger numbers a scale sends three decimals
                must_be_plain(text)
        except InvalidValue as refusal:
            self.problem.setText(str(refusal))
            self.problem.show()
            self.weight.selectAll()
            return
        job = partial(
            weigh_once,
            animal_id=animal.id,
            weighed_on=self.day.day(),
            weight_kg=kg,
            notes=entered,
        )
        saving = Weighing(animal.words, self)
        saving.kept.connect(self._kept)
        saving.refused.connect(self._not_kept)
        held, on = self._before, self.day.day()
        gain = None
        if held.kg is not None and held.on is not None:
            gain = daily_gain(held.kg, held.on, kg, on)
        added = "" if gain is None else f", {self._gain(gain)}"
        self.work.act(job, saving.done, saving.failed)
        self._leave()
        self.said.say(f"{animal.words}: {self._kg(kg)}{added}", "good")

    def _kept(self, weighed: Weighed) -> None:
        self._done.append(weighed)
        self.primary_changed.emit()

    def _not_kept(self, name: str, refusal: Refusal) -> None:
        self.said.say(f"{name} is not weighed. {refusal}", "danger")

    def _undone(self, changes: Changes) -> None:
        self.said.say("The last weight is taken back.", "info")
        self.to_scan()

    def _skipped(self, text: str) -> None:
        self.said.say(f"{text} was skipped.", "info")

    def _leave(self) -> None:
        self._animal = None
        self._before = Before(None, None, None)
        self.problem.hide()
        self.weight.clear()
        for part in (self.name, self.what, self.last, self.unit, self.weight):
            part.hide()
        self.to_scan()

    def _open(self, one: WeightRow | None) -> None:
        if one is not None:
            self.go.emit(Place("animal", one.animal_id))

    def _kg(self, kg: Decimal) -> str:
        shown = number_text(self._units.shown(kg, "kg"), 1)
        return f"{shown} {self._units.symbol_for('kg')}"

    def _gain(self, kg: Decimal) -> str:
        shown = number_text(self._units.shown(kg, "kg"), 2)
        sign = "+" if kg > 0 else ""
        return f"{sign}{with_minus(shown)} {self._units.symbol_for('kg')}/d"

    def _columns(self) -> tuple[Shown, ...]:
        return (
            Shown("Tag", lambda one: one.tag, 76),
            Shown("Name", lambda one: one.name, 120, spare=True),
            Shown("Weight", _kg, 110, True, lambda one: one.kg, unit="kg"),
            Shown(
                "Before",
                lambda one: "" if one.last_kg is None else _mass(one.last_kg, 1),
                110,
                True,
                lambda one: one.last_kg,
                unit="kg",
            ),
            Shown(
                "Days",
                lambda one: "" if one.days is None else str(one.days),
                62,
                True,
                lambda one: one.days,
            ),
            Shown(
                "Daily gain",
                lambda one: "" if one.gain is None else _signed(one.gain),
                144,
                True,
                lambda one: one.gain,
                unit="kg/d",
            ),
            Shown(
                "Check",
                lambda one: _DOUBTS.get(one.doubt, ""),
                80,
                tone=lambda one: "warning" if one.doubt else None,
            ),
        )


def _kg(one: WeightRow) -> str:
    return _mass(one.kg, 1)


def _mass(kg: Decimal, places: int) -> str:
    return number_text(used_conventions().shown(kg, "kg"), places)


def _signed(kg: Decimal) -> str:
    return f"+{_mass(kg, 2)}" if kg > 0 else _mass(kg, 2)


def _doubts(session: Session) -> str:
    count = sum(bool(one.doubt) for one in session.rows)
    return f"{count} to check" if count else ""


def _read(mirror: Mirror, on: date) -> _Read:
    with mirror.read() as connection:
        return weighed_on(connection, on), conventions(connection)


def _before(mirror: Mirror, animal: UUID, on: date) -> tuple[UUID, Before]:
    with mirror.read() as connection:
        return animal, before(connection, animal, on)
