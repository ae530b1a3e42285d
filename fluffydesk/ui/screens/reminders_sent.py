"""What is queued and sent: letters and postcards printed, clients telephoned, or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from fluffydesk.actions import reminder_queue
from fluffydesk.actions.reminding import day_words
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import ReminderMessage
from fluffydesk.records.enums.medical import ReminderChannel
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text, moment_text, words
from fluffydesk.ui.parts.controls import Segments
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.reading.firsts import Firsts
from fluffydesk.ui.screens.reading.reminders import MessageRow, Sender, message_list, sender
from fluffydesk.ui.screens.reminders_part import Key, ReminderPart, choice
from fluffydesk.ui.screens.reminders_print import LettersPreview, save_letters
from fluffydesk.ui.screens.reporting.letters import Letter
from fluffydesk.ui.screens.reporting.report import Column, Report
from fluffydesk.ui.screens.reports_print import preview
from fluffydesk.ui.screens.rows_table import Shown
from fluffydesk.wording import counted

_WHICH: list[tuple[str, object]] = [("On their way", True), ("All", False)]
_COLUMNS = (
    Shown("Client", lambda one: one.client or "Nobody", 140),
    Shown("Pet", lambda one: one.pet, 80),
    Shown("Subject", lambda one: one.subject, 160),
    Shown("By", lambda one: words(one.channel), 90),
    Shown("State", lambda one: state_of(one)[0], 150, tone=lambda one: state_of(one)[1]),
    Shown(
        "Queued",
        lambda one: moment_text(one.queued_at),
        130,
        sort=lambda one: one.queued_at,
        spare=True,
    ),
    Shown("To", lambda one: one.to, 160, spare=True),
)
_POST, _PHONE = ReminderChannel.POST, ReminderChannel.PHONE


def state_of(one: MessageRow) -> tuple[str, str]:
    """Return how far a message is, in words, and the tone of that."""
    if one.failure:
        return "Not sent", "danger"
    if one.channel == _POST:
        return ("Printed", "good") if one.printed_at else ("To print", "info")
    if one.channel == _PHONE:
        return ("Telephoned", "good") if one.printed_at else ("To telephone", "info")
    return ("Sent", "good") if one.sent_at else ("Waits to be sent", "plain")


class SentPart(ReminderPart):
    """The messages, newest first."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen, "Reminders queued", _COLUMNS, "Choose a message")
        self.dialog: LettersPreview | None = None
        self.which = Segments("Which", _WHICH)
        self.channel = choice("By", "By any way", list(ReminderChannel))
        self.which.chosen.connect(self.reload)
        self.channel.currentIndexChanged.connect(self.reload)
        keys: tuple[Key, ...] = (
            ("Print letters", "P", "print", "Print what goes by post", self.print_letters),
            ("Postcards", "K", "print", "The same as postcards", self.print_cards),
            ("PDF", "F", "pdf", "Write the letters to a file", self.write_pdf),
            ("Phone list", "L", "list", "Print whom to telephone", self.print_calls),
            ("Telephoned", "T", "phone", "The client was reached by telephone", self.telephoned),
            ("Take back", "Del", "undo", "Take it back: it waits again", self.take_back),
        )
        self.arrange((self.which, self.channel), keys, ReminderMessage, "change")
        self.list.say_when_empty(
            "Nothing is on its way",
            "What you queue stands here until the platform has sent it, or you have printed it.",
        )

    def reload(self, _: object = None) -> None:
        job = partial(
            message_list,
            waiting=bool(self.which.value()),
            channel=self.channel.currentData(),
            most=self.list.most,
        )
        self.work.on_mirror(job, self._show, latest=True)

    def chosen(self) -> MessageRow | None:
        """Return the chosen message."""
        found = self.list.current()
        return found if isinstance(found, MessageRow) else None

    def print_letters(self) -> None:
        """Show the letters as they will be printed; printed, they are noted."""
        self.work.on_mirror(_letters, self._preview_letters)

    def print_cards(self) -> None:
        """The same as postcards."""
        self.work.on_mirror(_letters, self._preview_cards)

    def write_pdf(self) -> None:
        """Write the letters to a file."""
        self.work.on_mirror(_letters, self._ask_file)

    def print_calls(self) -> None:
        """Show the list of those to telephone as it will be printed."""
        self.work.on_mirror(_calls, self._preview_calls)

    def telephoned(self) -> None:
        """Note that the chosen client was reached."""
        one = self.chosen()
        if one is None or one.channel != _PHONE or one.printed_at is not None:
            self.page.tell("This one is not to be telephoned.", tone="info")
            return
        job = partial(reminder_queue.settled, messages=(one.id,), verb="Telephoned")
        self.work.act(job, None, self.page.refuse)

    def take_back(self) -> None:
        """Take the chosen message back; its reminder is due again."""
        one = self.chosen()
        if one is not None:
            job = partial(reminder_queue.cancel_message, key=one.id)
            self.work.act(job, self._taken_back, self.page.refuse)

    def show_card(self, chosen: object) -> None:
        if not isinstance(chosen, MessageRow):
            self.card.clear()
            return
        one, card = chosen, self.card
        card.begin(one.subject, state_of(one)[0], [])
        card.warn(one.failure, "danger")
        card.fact("By", words(one.channel))
        card.fact("To", one.to)
        card.fact("Queued", moment_text(one.queued_at))
        left = "Telephoned" if one.channel == _PHONE else "Printed"
        card.fact(left, moment_text(one.printed_at) if one.printed_at else "")
        card.fact("Sent", moment_text(one.sent_at) if one.sent_at else "")
        if one.client_id is not None:
            card.section("Whom")
            place = Place("clients", one.client_id)
            card.line(one.client, "Client", partial(self.page.go.emit, place))
        card.section("Text")
        card.say(one.body)
        card.end()

    def printed(self, letters: Sequence[MessageRow]) -> None:
        """Note that these were printed."""
        keys = tuple(one.id for one in letters)
        job = partial(reminder_queue.settled, messages=keys, verb="Letters printed")
        self.work.act(job, self._noted, self.page.refuse)

    def _show(self, found: Firsts[MessageRow]) -> None:
        self.list.show_firsts(found, select_first=True)
        self.count.setText(counted(found.total, "message", "messages"))

    def _preview_letters(self, found: tuple[Sender, tuple[MessageRow, ...]]) -> None:
        self._preview(found, card=False)

    def _preview_cards(self, found: tuple[Sender, tuple[MessageRow, ...]]) -> None:
        self._preview(found, card=True)

    def _preview(self, found: tuple[Sender, tuple[MessageRow, ...]], *, card: bool) -> None:
        letters = self._written(found)
        if letters:
            self.dialog = LettersPreview(letters, self.page, card=card)
            self.dialog.accepted.connect(partial(self.printed, found[1]))
            self.dialog.open()

    def _ask_file(self, found: tuple[Sender, tuple[MessageRow, ...]]) -> None:
        letters = self._written(found)
        if letters:
            save_letters(self.page, letters, partial(self.printed, found[1]))

    def _preview_calls(self, report: Report) -> None:
        preview(report, self.page)

    def _written(self, found: tuple[Sender, tuple[MessageRow, ...]]) -> tuple[Letter, ...]:
        if not found[1]:
            self.page.tell("No letter waits to be printed.", tone="info")
        return tuple(letter_of(found[0], one) for one in found[1])

    def _noted(self, done: tuple[int, Changes]) -> None:
        self.page.tell(f"{counted(done[0], 'letter is', 'letters are')} noted as printed.")

    def _taken_back(self, done: tuple[int, Changes]) -> None:
        self.page.tell(f"{counted(done[0], 'reminder waits', 'reminders wait')} again.")


def letter_of(sent_by: Sender, one: MessageRow) -> Letter:
    """Return a message as the letter it is printed as."""
    to = (one.client, *(one.to or one.address).splitlines())
    lines = tuple(line.strip() for line in to if line.strip())
    return Letter((sent_by.name, *sent_by.lines), lines, day_words(today()), one.subject, one.body)


def _letters(mirror: Mirror) -> tuple[Sender, tuple[MessageRow, ...]]:
    found = message_list(mirror, waiting=True, channel=_POST, most=None)
    return sender(mirror), found.rows[::-1]


def _calls(mirror: Mirror) -> Report:
    found = message_list(mirror, waiting=True, channel=_PHONE, most=None)
    return Report(
        "Whom to telephone",
        (
            Column("Client", wide=True),
            Column("Phone"),
            Column("Pet"),
            Column("What", wide=True),
            Column("Due"),
        ),
        tuple((one.client, one.to, one.pet, one.what, day_text(one.due_on)) for one in found),
        empty="Nobody is to be telephoned.",
        subtitle=(sender(mirror).name, day_text(today())),
    )
