"""The board of the waiting room: a column for each stage, cards that move by key or by mouse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from fluffydesk.figures.visits import STAGES, Stage
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.chip import Chip
from fluffydesk.ui.parts.controls import Title, row
from fluffydesk.ui.screens.reading.waiting import TIMED, Board, Guest
from fluffydesk.ui.screens.reporting.clinic import STAGE_WORDS
from fluffydesk.ui.screens.waiting_column import StageList


class StageBoard(QScrollArea):
    """Six columns. The chosen guest stays chosen wherever another desk puts it.

    In a narrow window the columns keep the width that a card needs, and scroll sideways.
    """

    chosen = Signal(object)
    """The chosen Guest, or None."""
    wanted = Signal(str, object)
    """What is to be done to a Guest: "on", "back", "missed", "open", "pet", "record"."""
    carried = Signal(object, object)
    """A Guest was dropped on another Stage."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.setAccessibleName("Patients by stage")
        self.chosen_id: UUID | None = None
        self._settling = False
        self._carried: Guest | None = None
        self._heads: dict[Stage, Chip] = {}
        self.lists: dict[Stage, StageList] = {}
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setObjectName("scrolled")
        line = QHBoxLayout(inner)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(measures.STEP)
        for stage in STAGES:
            line.addWidget(self._column(stage, clock), 1)
        self.setWidget(inner)
        self.viewport().setAutoFillBackground(False)
        self._ghost = QLabel(self)
        self._ghost.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._ghost.hide()

    def show_board(self, board: Board, holds: Callable[[Guest], bool]) -> None:
        """Show the guests that `holds` lets through; who was chosen stays so."""
        focused = any(one.hasFocus() for one in self.lists.values())
        before = self.place()
        self._settling = True
        for stage, one in self.lists.items():
            every = board.of(stage)
            shown = tuple(guest for guest in every if holds(guest))
            one.show_guests(shown)
            count = number_text(len(shown))
            self._heads[stage].say(count, "plain")
            one.setAccessibleName(f"{STAGE_WORDS[stage]}, {count}")
        self._settling = False
        place = self._place_of(self.chosen_id) or self._beside(before)
        self._put(place, focused=focused)

    def guest(self) -> Guest | None:
        """Return the chosen guest."""
        place = self.place()
        return None if place is None else self.lists[place[0]].guest()

    def place(self) -> tuple[Stage, int] | None:
        """Return the stage and the place in it of the chosen guest."""
        for stage, one in self.lists.items():
            if one.currentIndex().isValid():
                return stage, one.currentIndex().row()
        return None

    def choose(self, guest_id: UUID) -> bool:
        """Choose a guest; False where it is not shown."""
        place = self._place_of(guest_id)
        if place is not None:
            self._put(place, focused=True)
        return place is not None

    def take_keys(self) -> None:
        """Give the keys to the chosen card, or else to the first of those who wait."""
        here = (*TIMED, Stage.BOOKED, Stage.LEFT)
        place = self.place() or next(
            ((stage, 0) for stage in here if self.lists[stage].rows.guests), None
        )
        if place is None:
            self.lists[Stage.BOOKED].setFocus()
        else:
            self._put(place, focused=True)

    def _column(self, stage: Stage, clock: Callable[[], datetime]) -> QWidget:
        whole = QFrame()
        whole.setProperty("role", "lane")
        inside = QVBoxLayout(whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(measures.TIGHT)
        heading = Title(Type.STRONG)
        heading.setText(STAGE_WORDS[stage])
        self._heads[stage] = Chip("0")
        head = row(heading, self._heads[stage], spacing=measures.TIGHT)
        head.setStretch(0, 1)
        inside.addLayout(head)
        one = StageList(stage, clock)
        self.lists[stage] = one
        inside.addWidget(one, 1)
        one.selectionModel().currentChanged.connect(lambda now, _: self._moved(one, now))
        one.pressed_key.connect(self._key)
        one.sideways.connect(lambda step: self._sideways(stage, step))
        one.took_focus.connect(lambda: self._focused(one))
        one.dragged.connect(lambda at: self._drag(one, at))
        one.dropped.connect(lambda at: self._drop(one, at))
        one.gave_up.connect(self._end_drag)
        return whole

    def _key(self, wanted: str) -> None:
        self.wanted.emit(wanted, self.guest())

    def _moved(self, one: StageList, now: QModelIndex) -> None:
        if self._settling or not now.isValid():
            return
        self._settling = True
        for other in self.lists.values():
            if other is not one:
                other.choose_none()
        self._settling = False
        guest = one.guest()
        self.chosen_id = None if guest is None else guest.id
        self.chosen.emit(guest)

    def _focused(self, one: StageList) -> None:
        if not self._settling and one.guest() is not None:
            self._moved(one, one.currentIndex())

    def _put(self, place: tuple[Stage, int] | None, *, focused: bool) -> None:
        if place is None:
            self.chosen_id = None
            self.chosen.emit(None)
            return
        one = self.lists[place[0]]
        one.choose(place[1])
        self._moved(one, one.currentIndex())
        if focused:
            column = one.parentWidget()
            self.ensureWidgetVisible(one if column is None else column, 0, 0)
        if focused and not one.hasFocus():
            one.setFocus()

    def _place_of(self, guest_id: UUID | None) -> tuple[Stage, int] | None:
        for stage, one in self.lists.items():
            for number, guest in enumerate(one.rows.guests):
                if guest.id == guest_id:
                    return stage, number
        return None

    def _beside(self, before: tuple[Stage, int] | None) -> tuple[Stage, int] | None:
        """Return the card that is now where the one that is gone was."""
        if before is None or self.chosen_id is None:
            return None
        count = len(self.lists[before[0]].rows.guests)
        return (before[0], min(before[1], count - 1)) if count else None

    def _sideways(self, stage: Stage, step: int) -> None:
        """Go to the next column that has a card."""
        number = STAGES.index(stage) + step
        while 0 <= number < len(STAGES):
            one = self.lists[STAGES[number]]
            if one.rows.guests:
                row_now = max(0, self.lists[stage].currentIndex().row())
                self._put((STAGES[number], min(row_now, len(one.rows.guests) - 1)), focused=True)
                return
            number += step

    def _under(self, at: QPoint) -> StageList | None:
        for one in self.lists.values():
            column = one.parentWidget()
            if column is not None and column.rect().contains(column.mapFromGlobal(at)):
                return one
        return None

    def _drag(self, one: StageList, at: QPoint) -> None:
        if self._ghost.isHidden():
            self._carried = one.guest()
            picture = one.picture()
            self._ghost.setPixmap(picture)
            self._ghost.resize(picture.deviceIndependentSize().toSize())
            self._ghost.show()
            self._ghost.raise_()
        here = self.mapFromGlobal(at)
        self._ghost.move(here.x() - self._ghost.width() // 2, here.y() - 16)
        target = self._under(at)
        for other in self.lists.values():
            other.set_target(other is target and other is not one)

    def _drop(self, one: StageList, at: QPoint) -> None:
        target, guest = self._under(at), self._carried
        self._end_drag()
        if target is not None and target is not one and guest is not None:
            self.carried.emit(guest, target.stage)

    def _end_drag(self) -> None:
        self._ghost.hide()
        self._carried = None
        for one in self.lists.values():
            one.set_target(False)
