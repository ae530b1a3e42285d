"""What is due to be sent: all or some of it queued at once, done, called off, telephoned."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QSignalBlocker

from fluffydesk.actions import reminder_queue, reminders
from fluffydesk.actions.reminder_queue import Queued
from fluffydesk.actions.reminders import Ended
from fluffydesk.actions.reminding import NO_STEP, DueReminder
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums.medical import ReminderChannel, ReminderKind
from fluffydesk.records.medical import Reminder
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text, number_text, words
from fluffydesk.ui.forms import FormDialog, Layout, open_form
from fluffydesk.ui.parts.controls import Segments
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.reading.reminders import DueFound, Span, Wanted, due_list
from fluffydesk.ui.screens.reminders_part import Key, ReminderPart, choice
from fluffydesk.ui.screens.rows_table import Shown
from fluffydesk.wording import apart, counted

LAYOUT: Layout = (
    ("What", ("pet_id", "kind", "title", "message")),
    ("When", ("due_on", "repeat_every", "repeat_unit", "repeat_until")),
    ("More", ("tells_owner", "assigned_to", "status")),
)
_SPANS: list[tuple[str, object]] = [
    ("Today", Span.TODAY),
    ("Overdue", Span.LATE),
    ("Next 2 weeks", Span.AHEAD),
]
_TICK = "✓"
_NOTHING = {
    Span.TODAY: "Nothing is due to be sent",
    Span.LATE: "Nothing is overdue",
    Span.AHEAD: "Nothing is due in the next two weeks",
}
_BELONGS = (
    "A step stands here on its day: those of vaccinations come from the doses, others are added. "
    "Pets that died, patients that left and clients with a visit booked for it are left out."
)


class DuePart(ReminderPart):
    """The steps due; chosen ones, or all of them, are queued by one key and taken back by one."""

    def __init__(self, screen: Screen, to_ladder: Callable[[], object]) -> None:
        self.marks: set[UUID] = set()
        super().__init__(screen, "Reminders due", self._columns(), "Choose a reminder")
        self._to_ladder = to_ladder
        self._found: DueFound | None = None
        self._ending = ""
        self.span = Segments("When", _SPANS)
        self.kind = choice("Kind", "All kinds", list(ReminderKind))
        self.species = choice("Species", "All species", [])
        self.channel = choice("By", "By any way", list(ReminderChannel))
        self.span.chosen.connect(self.reload)
        for box in (self.kind, self.species, self.channel):
            box.currentIndexChanged.connect(self.reload)
        keys: tuple[Key, ...] = (
            ("Choose", "Space", "tick", "Choose this one, or no more", self.mark),
            ("Choose all", "Ctrl+A", "list", "Choose all that can be sent, or none", self.mark_all),
            ("Queue", "Q", "email", "Queue those chosen; all if none is", self.queue),
            ("Done", "D", "good", "It was done; what repeats makes the next", self.done),
            ("Call off", "X", "close", "Send no more of it", self.cancel),
            ("Book", "B", "calendar", "Book the visit it asks for", self.book),
            ("Edit", "E", "edit", "Open its form", self.edit),
        )
        self.arrange((self.span, self.kind, self.species, self.channel), keys, Reminder, "change")
        self.list.model.laid_out.connect(self.tell_count)
        self.list.opened.connect(lambda _: self.edit())

    def _columns(self) -> tuple[Shown, ...]:
        marks = self.marks
        return (
            Shown(
                _TICK,
                lambda one: _TICK if one.id in marks else "",
                44,
                sort=lambda one: one.id not in marks,
                tone=lambda one: "info" if one.id in marks else None,
            ),
            Shown("Client", lambda one: one.client or "Nobody", 124),
            Shown("Pet", lambda one: one.pet, 80),
            Shown("What", lambda one: one.what, 104),
            Shown("Send", _when, 106, sort=lambda one: one.send_on, tone=_when_tone),
            Shown("By", _way, 100, tone=lambda one: "warning" if one.missing else "plain"),
            Shown(
                "Due",
                lambda one: day_text(one.due_on),
                110,
                sort=lambda one: one.due_on,
                spare=True,
            ),
            Shown("Step", _step, 90, spare=True, sort=lambda one: one.step),
            Shown("Species", lambda one: one.species, 100, spare=True),
            Shown("Kind", lambda one: words(one.kind), 120, spare=True),
        )

    def chosen(self) -> DueReminder | None:
        """Return the row the cursor is at."""
        found = self.list.current()
        return found if isinstance(found, DueReminder) else None

    def to_queue(self) -> tuple[UUID, ...]:
        """Return what Queue is about: those chosen, or else all shown that can be sent."""
        if self._found is None:
            return ()
        if self.marks:
            return tuple(self.marks)
        if not self.list.model.narrowed:
            return self._found.sendable
        return tuple(one.id for one in self.list.model.rows() if not one.missing)

    def reload(self, _: object = None) -> None:
        wanted = Wanted(
            Span(str(self.span.value())),
            self.kind.currentData(),
            self.species.currentData(),
            self.channel.currentData(),
        )
        job = partial(due_list, wanted=wanted, today=today(), most=self.list.most)
        self.work.on_mirror(job, self._show, latest=True)

    def mark(self) -> None:
        """Choose the current one, or no more; the cursor goes on to the next."""
        one = self.chosen()
        if one is None:
            return
        if one.missing:
            self.page.tell(f"{one.missing}.", _mend(one), tone="info")
            return
        self.marks ^= {one.id}
        self._marked()
        table, here = self.list.table, self.list.table.currentIndex()
        below = self.list.model.index(min(here.row() + 1, self.list.model.rowCount() - 1), 0)
        table.setCurrentIndex(below)

    def mark_all(self) -> None:
        """Choose all shown that can be sent; none, where all of them are."""
        every = {one.id for one in self.list.model.rows() if not one.missing}
        if self.marks >= every:
            self.marks.clear()
        else:
            self.marks |= every
        self._marked()

    def queue(self) -> None:
        """Queue those chosen, or all that can be sent."""
        wanted = self.to_queue()
        if not wanted:
            self.page.tell("Nothing here can be sent.", tone="info")
            return
        job = partial(reminder_queue.queue, reminders=wanted, today=today())
        self.work.act(job, self._queued, self.page.refuse)

    def done(self) -> None:
        """Complete the current one."""
        self._end(reminders.done, "done")

    def cancel(self) -> None:
        """Call the current one off."""
        self._end(reminders.cancel, "called off")

    def book(self) -> FormDialog | None:
        """Book a visit for the current one's pet: who is rung often books at once."""
        one = self.chosen()
        locked = why_not(self.work.whose, Appointment)
        if one is None or locked:
            if locked:
                self.page.tell(locked, tone="warning")
            return None
        values = {"pet_id": one.pet_id, "client_id": one.client_id, "reason": one.what}
        return open_booking(self.page, self.work, None, values)

    def edit(self) -> FormDialog | None:
        """Open the form of the current one."""
        one = self.chosen()
        if one is None:
            return None
        return open_form(self.page, self.work, Reminder, one.id, layout=LAYOUT)

    def add(self, pet_id: UUID | None = None) -> FormDialog:
        """Open a form for a new reminder."""
        values: dict[str, Any] = {} if pet_id is None else {"pet_id": pet_id}
        return open_form(self.page, self.work, Reminder, values=values, layout=LAYOUT[:2])

    def show_card(self, chosen: object) -> None:
        if not isinstance(chosen, DueReminder):
            self.card.clear()
            return
        one, card, go = chosen, self.card, self.page.go.emit
        card.begin(f"{apart(one.pet)}: {apart(one.what)}", f"{words(one.kind)} · {one.species}", [])
        if one.missing:
            card.warn(f"{one.missing}. {_mend(one)}")
        card.fact("Due", day_text(one.due_on))
        card.fact("Send", day_text(one.send_on))
        card.fact("Step", _step(one))
        card.fact("By", words(one.channel))
        card.fact("To", one.to)
        card.section("Whom")
        if one.client_id is not None:
            card.line(one.client, "Client", partial(go, Place("clients", one.client_id)))
        card.line(one.pet, "Pet", partial(go, Place("pets", one.pet_id)))
        if one.subject or one.body:
            card.section(one.subject or "Text")
            card.say(one.body)
        card.end()

    def tell_count(self) -> None:
        """Say how many there are, and how many of them the key would queue."""
        if self._found is None:
            return
        every = counted(self.list.count, "reminder", "reminders")
        chosen = f"{number_text(len(self.marks))} of {number_text(self.list.count)} chosen"
        said = [chosen if self.marks else every]
        lacking = len([one for one in self.list.model.rows() if one.missing])
        said += [f"{number_text(lacking)} cannot be sent"] if lacking else []
        self.count.setText(" · ".join(said))
        self.page.primary_changed.emit()

    def _show(self, found: DueFound) -> None:
        self._found = found
        self.marks &= {mark for mark in self.marks if str(mark) in found.keys}
        chosen = self.species.currentData()
        with QSignalBlocker(self.species):
            self.species.clear()
            self.species.addItem("All species", None)
            for name in found.species:
                self.species.addItem(name, name)
            place = found.species.index(chosen) + 1 if chosen in found.species else 0
            self.species.setCurrentIndex(place)
        if chosen is not None and not place:
            self.reload()
            return
        if not found.is_ladder:
            self.list.say_when_empty(
                "No ladder yet",
                "A ladder says which step is sent on which day, and in which words.",
                "See the ladder",
                self._to_ladder,
            )
        else:
            span = Span(str(self.span.value()))
            self.list.say_when_empty(
                _NOTHING[span], _BELONGS, "Add a reminder", self.add, locked=self.locked(Reminder)
            )
        self.list.show_firsts(found.rows, select_first=True)
        self.tell_count()

    def _marked(self) -> None:
        self.list.table.viewport().update()
        self.tell_count()

    def _queued(self, done: tuple[Queued, Changes]) -> None:
        queued = done[0]
        self.marks.clear()
        left = f"{counted(queued.left_out, 'was', 'were')} left out." if queued.left_out else ""
        told = f"{counted(len(queued.messages), 'reminder is', 'reminders are')} queued."
        advice = left or "The platform sends them; letters are printed."
        self.page.tell(told, advice, undo=partial(self._take_back, queued))

    def _take_back(self, queued: Queued) -> None:
        job = partial(reminder_queue.take_back, queued=queued)
        self.work.act(job, self._taken_back, self.page.refuse)

    def _taken_back(self, done: tuple[int, Changes]) -> None:
        self.page.tell(f"{counted(done[0], 'reminder waits', 'reminders wait')} again.")

    def _end(self, act: Callable[[Mirror, UUID], tuple[Ended, Changes]], word: str) -> None:
        one = self.chosen()
        if one is not None:
            self._ending = f"{one.pet}: {one.what} is {word}."
            self.work.act(lambda mirror: act(mirror, one.id), self._ended, self.page.refuse)

    def _ended(self, done: tuple[Ended, Changes]) -> None:
        self.page.tell(self._ending, undo=partial(self._put_back, done[0]))

    def _put_back(self, ended: Ended) -> None:
        self.work.act(partial(reminders.put_back, ended=ended), None, self.page.refuse)


def _way(one: DueReminder) -> str:
    # "No e-mail address" as "No e-mail": the card says it in full.
    return " ".join(one.missing.split()[:2]) or words(one.channel)


def _step(one: DueReminder) -> str:
    if not one.steps:
        return ""
    return f"{number_text(one.step)} of {number_text(one.steps)}"


def _when(one: DueReminder) -> str:
    days = (one.send_on - today()).days
    return "Today" if not days else day_text(one.send_on)


def _when_tone(one: DueReminder) -> str:
    days = (one.send_on - today()).days
    return "danger" if days < 0 else "plain" if days else "info"


def _mend(one: DueReminder) -> str:
    if one.missing == NO_STEP:
        return f"Add a step for {words(one.kind).lower()} to the ladder."
    return "Add it on the client's card, or choose another way there."
