"""The ladder: each step with its day, its way and its words, as a real client would get them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QVBoxLayout

from fluffydesk.actions import saving
from fluffydesk.actions.reminder_ladder import add_usual
from fluffydesk.actions.reminding import Writer, preview
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.reminders import unknown_places
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import ReminderRule
from fluffydesk.records.enums import Status
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import number_text, words
from fluffydesk.ui.forms import FormDialog, Layout, RecordForm, open_form
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Words, hair_line
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.reading.firsts import cut
from fluffydesk.ui.screens.reading.reminders import Example, RuleRow, example, invented, rule_list
from fluffydesk.ui.screens.reminders_part import Key, ReminderPart
from fluffydesk.ui.screens.rows_table import Shown
from fluffydesk.wording import counted
from fluffydesk.work import Work

LAYOUT: Layout = (
    ("When", ("kind", "species", "step", "days", "channel", "status")),
    ("Words", ("subject", "body")),
)
_EVERY = "Any"


def days_words(days: int) -> str:
    """Return when a step is sent: "14 days before", "on the day", "1 day after"."""
    if not days:
        return "On the day"
    return f"{counted(abs(days), 'day', 'days')} {'before' if days < 0 else 'after'}"


_COLUMNS = (
    Shown("About", lambda one: words(one.kind), 130),
    Shown("Species", lambda one: one.species or _EVERY, 100),
    Shown("Step", lambda one: number_text(one.step), 60, True, lambda one: one.step),
    Shown("Sent", lambda one: days_words(one.days), 140, sort=lambda one: one.days),
    Shown("By", lambda one: words(one.channel) if one.channel else "Client's wish", 120),
    Shown(
        "State",
        lambda one: "In use" if one.active else "Not in use",
        100,
        tone=lambda one: "good" if one.active else "plain",
    ),
    Shown("Subject", lambda one: one.subject, 180, spare=True),
)


class StepForm(RecordForm):
    """A step's form, with what a real client would get of it below."""

    def __init__(self, work: Work) -> None:
        super().__init__(work, ReminderRule, LAYOUT)
        self.heading = Words("", Type.STRONG, wrap=True)
        self.shown = Words("", role="muted", wrap=True)
        self._example: Example | None = None
        self._asked: Any = None
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        at = column.indexOf(self.trouble)
        for part in (hair_line(), self.heading, self.shown):
            column.insertWidget(at, part)
            at += 1
        for line in self.rows.values():
            line.editor.changed.connect(self.show_preview)
        self.loaded.connect(self.show_preview)

    def show_preview(self) -> None:
        """Show the words as they stand in the fields now, for a pet of that kind and species."""
        try:
            values = self.values()
        except InvalidValue:
            return
        about = (str(values["kind"] or ""), values["species"] or "")
        if about != self._asked and about[0]:
            self._asked = about
            job = partial(example, kind=about[0], species=about[1], today=today())
            self.work.on_mirror(job, self._have, latest=True)
        clinic = Writer(self.work.whose.organization_name, "")
        one = self._example or invented(clinic, today())
        step = preview(values, one.writer, one.client, one.pet, one.what, one.due_on)
        strange = unknown_places(f"{step.subject} {step.body}")
        self.heading.setText(f"As {one.client} gets it: {step.subject}")
        unfilled = f"Nothing fills {strange[0]}.\n\n" if strange else ""
        self.shown.setText(unfilled + step.body)

    def _have(self, found: Example) -> None:
        self._example = found
        self.show_preview()


class LadderPart(ReminderPart):
    """Every step, by kind and species; the card shows one as a real client would get it."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen, "Ladder of reminders", _COLUMNS, "Choose a step")
        self._shown: RuleRow | None = None
        keys: tuple[Key, ...] = (
            ("Edit", "E", "edit", "Change the step", self.edit),
            ("Copy", "C", "copy", "Begin another step, or one of a species, with this", self.copy),
            ("In use", "U", "good", "Use the step, or no more", self.turn),
        )
        self.arrange((), keys, ReminderRule, "change")
        self.list.say_when_empty(
            "No ladder yet",
            "A ladder says for each kind of reminder when the first, second and third are sent, by "
            "which way and in which words. Begin with the usual one and change it as you like.",
            "Use the usual ladder",
            self.use_usual,
            locked=self.locked(ReminderRule),
        )
        self.list.opened.connect(lambda _: self.edit())

    def reload(self, _: object = None) -> None:
        self.work.on_mirror(rule_list, self._show, latest=True)

    def chosen(self) -> RuleRow | None:
        """Return the chosen step."""
        found = self.list.current()
        return found if isinstance(found, RuleRow) else None

    def use_usual(self) -> None:
        """Begin with the usual ladder."""
        self.work.act(add_usual, self._have_usual, self.page.refuse)

    def add(self, values: Mapping[str, Any] | None = None) -> FormDialog:
        """Open a form for a new step."""
        return open_form(self.page, self.work, ReminderRule, values=values, title="New step",
                         form=StepForm(self.work))  # fmt: skip

    def edit(self) -> FormDialog | None:
        """Open the chosen step."""
        one = self.chosen()
        if one is None:
            return None
        form = StepForm(self.work)
        return open_form(self.page, self.work, ReminderRule, one.id, title="Step", form=form)

    def copy(self) -> None:
        """Open a form for a new step with what the chosen one says."""
        one = self.chosen()
        if one is not None:
            self.add(
                {
                    "kind": one.kind,
                    "species": one.species or None,
                    "step": min(9, one.step + 1),
                    "days": one.days,
                    "channel": one.channel,
                    "subject": one.subject,
                    "body": one.body,
                }
            )

    def turn(self) -> None:
        """Use the chosen step, or no more."""
        one = self.chosen()
        if one is None:
            return
        self._put(one.id, Status.INACTIVE if one.active else Status.ACTIVE)

    def show_card(self, chosen: object) -> None:
        self._shown = chosen if isinstance(chosen, RuleRow) else None
        if self._shown is None:
            self.card.clear()
            return
        one = self._shown
        job = partial(example, kind=one.kind, species=one.species, today=today())
        self.work.on_mirror(job, self._show_example, latest=True)

    def _show_example(self, pet: Example) -> None:
        one, card = self._shown, self.card
        if one is None:
            return
        card.begin(f"{words(one.kind)}, step {number_text(one.step)}", one.species, [])
        if not one.active:
            card.warn("This step is not in use.", "info")
        card.fact("Sent", days_words(one.days))
        card.fact("By", words(one.channel) if one.channel else "As the client wants it")
        values = {"kind": one.kind, "species": one.species, "step": one.step, "days": one.days}
        values |= {"channel": one.channel, "subject": one.subject, "body": one.body}
        step = preview(values, pet.writer, pet.client, pet.pet, pet.what, pet.due_on)
        whom = "As an invented client gets it" if pet.invented else f"As {pet.client} gets it"
        card.section(whom)
        card.say(step.subject)
        card.say(step.body)
        card.end()

    def _show(self, found: tuple[RuleRow, ...]) -> None:
        self.list.show_firsts(cut(found), select_first=True)
        own = {(one.kind, one.species) for one in found if one.species}
        said = [counted(len(found), "step", "steps")]
        said += [f"{counted(len(own), 'ladder', 'ladders')} of one species"] if own else []
        self.count.setText(" · ".join(said))
        self.page.primary_changed.emit()

    def _put(self, rule: UUID, status: Status) -> None:
        job = partial(_use, rule=rule, status=status)
        self.work.act(job, self._turned, self.page.refuse)

    def _turned(self, done: tuple[UUID, bool, Changes]) -> None:
        rule, used, _ = done
        told = "in use" if used else "not in use any more"
        before = {"status": Status.INACTIVE if used else Status.ACTIVE}
        job = partial(saving.change, record=ReminderRule, row_id=rule, values=before)
        undo = partial(self.work.act, job, None, self.page.refuse)
        self.page.tell(f"The step is {told}.", undo=undo)

    def _have_usual(self, changes: Changes) -> None:
        steps = counted(len(changes["reminder_rules"]), "step", "steps")
        self.page.tell(f"The usual ladder has {steps}.", "Read the texts, and make them yours.")


def _use(mirror: Mirror, rule: UUID, status: Status) -> tuple[UUID, bool, Changes]:
    changes = saving.change(mirror, ReminderRule, rule, {"status": status})
    return rule, status == Status.ACTIVE, changes
