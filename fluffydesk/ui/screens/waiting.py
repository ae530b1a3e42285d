"""The waiting room: who is where since when; one key, or a drag, moves a patient on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fluffydesk.actions.saving import remove
from fluffydesk.figures.visits import Stage
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.types import now
from fluffydesk.ui.fields.texts import clock_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, DropDown, Segments
from fluffydesk.ui.parts.empty import Empty
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.permits import Permit, why_not
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.reading.alerts import WATCHED as ALERTED
from fluffydesk.ui.screens.reading.unbilled import UNBILLED
from fluffydesk.ui.screens.reading.waiting import Board, Guest, read_board
from fluffydesk.ui.screens.visits import WATCHED
from fluffydesk.ui.screens.waiting_acts import WaitingActs
from fluffydesk.ui.screens.waiting_board import StageBoard
from fluffydesk.ui.screens.waiting_limits import LimitsDialog
from fluffydesk.ui.screens.waiting_times import StageTimes
from fluffydesk.ui.screens.waiting_walk_in import Typed, WalkInDialog
from fluffydesk.work import Work

_TICK_MS = 15_000
_NAMED = 3
_BOARD, _TIMES = "board", "times"


class WaitingRoom(Screen):
    """The patients of today by stage, or how long the stages took."""

    key = "waiting"
    title = "Waiting room"
    icon = "waiting"
    adds = Appointment
    group = "Day"
    searches = "Pet, client, vet or reason"
    watches = WATCHED | ALERTED | UNBILLED
    help = (
        "A card for each patient of today, in the column of its stage: expected, arrived, in the "
        "room, with the vet, to pay, done. A or Space moves the chosen one on, B or Backspace "
        "back; or drag its card to another column. Ctrl+Z takes back what was done last.\n"
        "The minutes are those in the stage. A card turns amber and says that it waits long, then "
        "red; Limits says from how many minutes on. Dashed cards are not confirmed by central.\n"
        "Who is 20 minutes late or more is asked about: N marks the chosen one as a no-show.\n"
        "W books a walk-in, arrived, in a few keys. Stage times tells the median and the 90th "
        "percentile; the same stands under Reports, to print and to save."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.clock: Callable[[], datetime] = now
        self.shown: Board | None = None
        self._words = ""
        self._fresh = True
        self.acts = WaitingActs(self)
        self.board = StageBoard(lambda: self.clock())
        self.board.wanted.connect(self._wanted)
        self.board.carried.connect(self.acts.move)
        self.board.chosen.connect(self._allow)
        self.view = Segments("Show", [("Board", _BOARD), ("Stage times", _TIMES)])
        self.view.chosen.connect(self._view_chosen)
        self.vets = DropDown()
        self.vets.setAccessibleName("Patients of")
        self.vets.setMinimumWidth(160)
        self.vets.addItem("All vets", None)
        self.vets.currentIndexChanged.connect(self._lay_out)
        self.back_button = Button("Back  (B)", partial(self._press, "back"), icon_role="previous")
        self.on_button = Button("Move on  (A)", partial(self._press, "on"), icon_role="next")
        self.limits_button = Button("Limits", self.open_limits, kind="quiet", icon_role="clock")
        self.limits_button.setToolTip("From how many minutes on a wait is long")
        for button in (self.back_button, self.on_button):
            Permit(button, work, Appointment, "change")
        self.missing = Banner("", "warning")
        self.miss_button = Button("No-show  (N)", self._miss_next)
        Permit(self.miss_button, work, Appointment, "change")
        self.missing.act(self.miss_button)
        self.times = StageTimes(work, lambda: self.clock())
        self.times.go.connect(self.go)
        self.empty = Empty(icon_role="waiting")
        self._arrange()
        self._minute = QTimer(self)
        self._minute.setInterval(_TICK_MS)
        self._minute.timeout.connect(self.tick)
        self._minute.start()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("A or Space", "Move the chosen patient on"),
            ("B or Backspace", "Move it back"),
            ("W", "Book a walk-in"),
            ("N", "Mark who has not come as a no-show"),
            ("Enter", "Open the visit"),
            ("P", "Open the pet"),
            ("R", "Open its medical record"),
            ("I", "Write its invoice"),
            ("Arrows", "Go from card to card"),
            ("Ctrl+Z", "Take back what was done last"),
            ("Ctrl+L", "Choose from how many minutes on a wait is long"),
            ("Ctrl+T", "Board, or stage times"),
        )

    def primary(self) -> Primary:
        return "Walk-in", self.open_walk_in

    def reload(self) -> None:
        zone = self.work.whose.zone
        on = self.clock().astimezone(zone).date()
        self.work.on_mirror(partial(read_board, on=on, zone=zone), self._show, latest=True)
        if self.view.value() == _TIMES:
            self.times.reload()

    def search(self, text: str) -> None:
        self._words = text
        self._lay_out()

    def go_to_found(self) -> None:
        if self.stack.currentWidget() is self.board:
            self.board.take_keys()
        else:
            super().go_to_found()

    def arrive(self, place: Place) -> None:
        """Come to the board, to a visit by its id, or to the stage times (part "times")."""
        self.view.set_value(_TIMES if place.part == _TIMES else _BOARD)
        if place.id is not None:
            self.board.chosen_id = place.id
        self.reload()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fresh = True
        self.board.take_keys()

    def open_walk_in(self) -> WalkInDialog | None:
        """Open the few lines that book somebody who stands at the desk."""
        locked = why_not(self.work.whose, Appointment)
        if locked:
            self.tell(locked, tone="warning")
            return None
        dialog = WalkInDialog(self.work, self)
        dialog.booked.connect(self._walked_in)
        dialog.left.connect(self._walk_in_left)
        dialog.open()
        return dialog

    def _walk_in_left(self, typed: Typed) -> None:
        undo = partial(self._walk_in_again, typed)
        self.tell("Nobody is booked.", "Undo opens the walk-in again.", tone="info", undo=undo)

    def _walk_in_again(self, typed: Typed) -> None:
        dialog = self.open_walk_in()
        if dialog is not None:
            dialog.resume(typed)

    def open_limits(self) -> LimitsDialog:
        """Open the minutes from which on a wait is long."""
        dialog = LimitsDialog(self)
        dialog.kept.connect(self.tick)
        dialog.open()
        return dialog

    def tick(self) -> None:
        """The minutes went on: draw the cards anew, and look who is late."""
        if self.isVisible() and self.shown is not None:
            zone = self.work.whose.zone
            if self.clock().astimezone(zone).date() != self.shown.on:
                self.reload()
            else:
                self._lay_out()

    def _arrange(self) -> None:
        for keys, act in (
            ("Ctrl+Z", self.undo),
            ("Ctrl+L", self.open_limits),
            ("Ctrl+T", self._turn_view),
            ("W", self.open_walk_in),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self.stack = QStackedWidget()
        for part in (self.board, self.times, self.empty):
            self.stack.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.CARD)
        column.setSpacing(12)
        column.addWidget(
            Flow(self.view, self.vets, None, self.limits_button, self.back_button, self.on_button)
        )
        column.addWidget(self.missing)
        column.addWidget(self.stack, 1)

    def _show(self, board: Board) -> None:
        self.shown = board
        vets = {guest.visit.vet_id: guest.visit.vet for guest in board.guests if guest.visit.vet}
        chosen = self.vets.currentData()
        self.vets.blockSignals(True)
        self.vets.clear()
        self.vets.addItem("All vets", None)
        for vet_id, name in sorted(vets.items(), key=lambda one: one[1].casefold()):
            self.vets.addItem(name, vet_id)
        self.vets.setCurrentIndex(max(0, self.vets.findData(chosen)))
        self.vets.blockSignals(False)
        self._lay_out()
        if self._fresh and self.stack.currentWidget() is self.board:
            self._fresh = False
            self.board.take_keys()

    def _lay_out(self, _: object = None) -> None:
        board = self.shown
        if board is None:
            return
        self.board.show_board(board, self._holds)
        if board.guests:
            self.empty.say("")
        else:
            locked = why_not(self.work.whose, Appointment)
            self.empty.say(
                "Nobody is booked today",
                locked
                or "Patients of today stand here by stage. Who comes without an "
                "appointment is booked as a walk-in; others in the calendar.",
                "" if locked else "Add a walk-in",
                self.open_walk_in,
            )
        self._say_missing(board)
        self._choose_part()
        self._allow(self.board.guest())

    def _say_missing(self, board: Board) -> None:
        missed = [one for one in board.missed(self.clock()) if self._holds(one)]
        named = ", ".join(
            f"{one.visit.pet} ({clock_text(one.visit.starts)})" for one in missed[:_NAMED]
        )
        more = f" and {len(missed) - _NAMED} more" if len(missed) > _NAMED else ""
        self.missing.say(
            f"20 minutes late or more, and not here: {named}{more}." if missed else "", "warning"
        )

    def _choose_part(self) -> None:
        times = self.view.value() == _TIMES
        none = self.shown is not None and not self.shown.guests
        self.stack.setCurrentWidget(self.times if times else self.empty if none else self.board)
        self.missing.setVisible(not times and bool(self.missing.text()))
        for part in (self.vets, self.back_button, self.on_button, self.limits_button):
            part.setVisible(not times)

    def _holds(self, guest: Guest) -> bool:
        vet = self.vets.currentData()
        return (vet is None or guest.visit.vet_id == vet) and guest.visit.says(self._words)

    def _view_chosen(self, view: object) -> None:
        self._choose_part()
        if view == _TIMES:
            self.times.reload()

    def _turn_view(self) -> None:
        self.view.set_value(_BOARD if self.view.value() == _TIMES else _TIMES)

    def _allow(self, guest: Guest | None) -> None:
        """The buttons move the chosen card, where there is a stage to move it to."""
        locked = why_not(self.work.whose, Appointment, "change")
        stage = None if guest is None else guest.stage
        self.on_button.setEnabled(not locked and stage not in (None, Stage.LEFT))
        self.back_button.setEnabled(not locked and stage not in (None, Stage.BOOKED))

    def _press(self, wanted: str) -> None:
        self._wanted(wanted, self.board.guest())
        self.board.take_keys()

    def _wanted(self, wanted: str, guest: Guest | None) -> None:
        if wanted in ("on", "back", "missed"):
            locked = why_not(self.work.whose, Appointment, "change")
            if locked:
                self.tell(locked, tone="warning")
                return
        if wanted == "missed":
            self._miss(guest)
        elif guest is None:
            return
        elif wanted == "on":
            self.acts.on(guest)
        elif wanted == "back":
            self.acts.back(guest)
        elif wanted == "open":
            open_booking(self, self.work, guest.id)
        elif wanted == "pet":
            self.go.emit(Place("pets", guest.visit.pet_id))
        elif wanted == "record":
            self.go.emit(Place("record", guest.id))
        elif wanted == "bill":
            self.go.emit(Place("money", guest.id, part="visit"))

    def _miss(self, guest: Guest | None) -> None:
        """Mark the chosen one that is late; else go to the first that is."""
        if guest is not None and guest.is_late(self.clock()):
            self.acts.missed(guest)
            return
        if not self._to_missed():
            self.tell("Nobody is late by now.", tone="info")

    def _miss_next(self) -> None:
        guest = self.board.guest()
        if guest is None or not guest.is_missed(self.clock()):
            self._to_missed()
        self._wanted("missed", self.board.guest())

    def _to_missed(self) -> bool:
        missed = () if self.shown is None else self.shown.missed(self.clock())
        return any(self.board.choose(guest.id) for guest in missed[:1])

    def _walked_in(self, result: tuple[UUID, str, Changes]) -> None:
        visit_id, words, _ = result
        self.board.chosen_id = visit_id
        self.tell(words, undo=partial(self._take_away, visit_id))

    def _take_away(self, visit_id: UUID) -> None:
        self.work.act(partial(_cancel, visit_id=visit_id), None, self.refuse)


def _cancel(mirror: Mirror, visit_id: UUID) -> Changes:
    return remove(mirror, Appointment, visit_id)
