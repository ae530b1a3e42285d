"""Reminders: what is due to be sent, what is on its way, and the ladder that says when."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from fluffydesk.actions.reminder_queue import astray, put_right
from fluffydesk.records.clinic import ReminderMessage, ReminderRule
from fluffydesk.records.medical import Reminder
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.permits import why_not
from fluffydesk.ui.screen import Place, Primary
from fluffydesk.ui.screens.parted import PartedScreen
from fluffydesk.ui.screens.reminders_due import DuePart
from fluffydesk.ui.screens.reminders_ladder import LadderPart
from fluffydesk.ui.screens.reminders_part import ReminderPart
from fluffydesk.ui.screens.reminders_sent import SentPart
from fluffydesk.work import Work

_PARTS = [("Due", "due"), ("Queued", "queued"), ("Ladder", "ladder")]


class RemindersScreen(PartedScreen):
    """What is due, what is queued, and the ladder."""

    key = "reminders"
    title = "Reminders"
    icon = "reminders"
    group = "Patients"
    adds = Reminder
    watches = frozenset(
        {
            "reminders",
            "reminder_rules",
            "reminder_messages",
            "clinic_clients",
            "clinic_patients",
            "pets",
            "appointments",
        }
    )
    searches = "Client, pet or what it is about"
    help = (
        "Due lists the steps whose day has come, by the clinic's own day. Space chooses one, Q "
        "queues those chosen, or all that can be sent if none is. Everything can be undone until "
        "the platform has sent it. Of steps that were missed the last stands for all.\n"
        "Not listed are pets that died, patients that left, clients who are not active, and who "
        "has a visit booked for the same thing. Who lacks an address is listed with what is "
        "missing.\n"
        "Done completes a reminder: what repeats makes its next one, once, also where two desks "
        "do it while offline. A vaccination does so by itself.\n"
        "Queued holds what is on its way. E-mail, text messages and messages in the app are sent "
        "by the platform; letters and postcards are printed here, and noted as printed; the phone "
        "list is printed, and each call noted with T.\n"
        "The ladder says how many days before or after the day each step is sent, by which way "
        "and in which words: {client}, {pet}, {what}, {due}, {clinic} and {phone} are filled in. "
        "A species that has steps of its own for a kind has those alone."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._righting = False
        self.due = DuePart(self, self.to_ladder)
        self.queued = SentPart(self)
        self.ladder = LadderPart(self)
        self.parts: dict[str, ReminderPart] = {
            "due": self.due,
            "queued": self.queued,
            "ladder": self.ladder,
        }
        self.hold(_PARTS, self.parts)

    @property
    def part(self) -> ReminderPart:
        """The part that is shown."""
        return self.parts[self.shown]

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        new = {"due": "New reminder", "ladder": "New step"}.get(self.shown)
        own = (("N", new),) if new else ()
        acts = tuple((key, tip) for _, key, _, tip, _ in self.part.keys)
        return (*own, *acts, ("Ctrl+Z", "Undo"), *self.turns)

    def reload(self) -> None:
        self.part.reload()
        if not self._righting and not why_not(self.work.whose, ReminderMessage):
            self.work.on_mirror(astray, self._stop)

    def search(self, text: str) -> None:
        for part in self.parts.values():
            part.list.search(text)

    def primary(self) -> Primary | None:
        if self.shown == "due":
            count = len(self.due.to_queue())
            return f"Queue {number_text(count)}" if count else "Queue", self.due.queue, "email"
        if self.shown == "queued":
            return "Print letters", self.queued.print_letters, "print"
        return "Add a step", self.ladder.add

    def locked(self) -> str:
        about = {"due": ReminderMessage, "queued": ReminderMessage, "ladder": ReminderRule}
        return why_not(self.work.whose, about[self.shown])

    def arrive(self, place: Place) -> None:
        """Turn to a part, or begin a reminder of the pet that `place` names."""
        if place.part in self.parts:
            self.which.set_value(place.part)
        if place.id is not None:
            self.which.set_value("due")
            self.due.list.select(place.id)

    def add_here(self) -> None:
        """Add what the shown part holds; a refusal is told."""
        about = {"due": Reminder, "ladder": ReminderRule}.get(self.shown)
        if about is None:
            return
        locked = why_not(self.work.whose, about)
        if locked:
            self.tell(locked, tone="warning")
        elif self.shown == "due":
            self.due.add()
        else:
            self.ladder.add()

    def to_ladder(self) -> None:
        """Turn to the ladder."""
        self.which.set_value("ladder")

    def _stop(self, found: bool) -> None:
        """Let nobody be written to about a pet that died, whoever queued it."""
        if found and not self._righting:
            self._righting = True
            self.work.act(put_right, self._stopped, self._stopped)

    def _stopped(self, _: object) -> None:
        self._righting = False
