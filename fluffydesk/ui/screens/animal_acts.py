"""Small forms of an animal's card: it leaves or comes back, moves, or gets a new tag."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from fluffydesk.actions.exits import MANNERS, Exit, leave, take_back
from fluffydesk.actions.groups import move
from fluffydesk.actions.identifiers import retag
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import Livestock, LivestockBatchMember, LivestockIdentifier
from fluffydesk.records.types import today
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.forms import FieldRow, FormDialog, RecordForm
from fluffydesk.work import Work

WORDS = {
    Exit.DEATH: "Died",
    Exit.SALE: "Sold",
    Exit.SLAUGHTER: "Slaughtered",
    Exit.CULL: "Culled",
    Exit.TRANSFER: "Moved away",
}
FIELDS = {
    Exit.DEATH: ("left_on", "left_reason"),
    Exit.SALE: ("left_on", "went_to", "left_reason"),
    Exit.SLAUGHTER: ("left_on", "went_to", "left_reason"),
    Exit.CULL: ("left_on", "left_reason", "went_to"),
    Exit.TRANSFER: ("left_on", "went_to", "left_reason"),
}


class LeavingForm(RecordForm):
    """How an animal left; where a withdrawal stands in the way, it asks why all the same."""

    def __init__(self, work: Work, animal: UUID, how: Exit) -> None:
        super().__init__(work, Livestock, FIELDS[how], saver=self._write)
        self._animal, self._how = animal, how
        self._reason: str | None = None
        column = FarmProductSale.__table__.columns["override_reason"]
        self.override = FieldRow(editor_for(column, work))
        self.override.hide()
        lines = self.layout()
        assert isinstance(lines, QVBoxLayout)
        lines.insertWidget(lines.indexOf(self.trouble), self.override)

    def save(self) -> None:
        """Take the reason along, where it was asked for."""
        try:
            self._reason = self.override.editor.value()
        except InvalidValue as problem:
            self.override.say(str(problem))
            return
        super().save()

    def show_refusal(self, refusal: Refusal) -> None:
        if refusal.field == "override_reason":
            self.override.show()
            self.override.say(str(refusal))
            self.override.editor.setFocus()
        else:
            super().show_refusal(refusal)

    def _write(
        self, mirror: Mirror, row_id: UUID | None, values: dict[str, Any]
    ) -> tuple[UUID, Changes]:
        changes = leave(
            mirror,
            self._animal,
            self._how,
            values["left_on"] or today(),
            went_to=values.get("went_to"),
            reason=values.get("left_reason"),
            override_reason=self._reason,
        )
        return self._animal, changes


def open_leaving(
    parent: QWidget,
    work: Work,
    animal: UUID,
    name: str,
    how: Exit,
    told: Mapping[str, Any] | None = None,
    asked: str = "",
) -> FormDialog:
    """Open the form of one way to leave, with what is `told` already; `asked` is the withdrawal
    for which it wants a reason at once."""
    form = LeavingForm(work, animal, how)
    dialog = FormDialog(form, f"{MANNERS[how].title} of {name}", parent)
    form.new(told or {"left_on": today()})
    if asked:
        form.show_refusal(Refusal(asked, "Say why all the same.", field="override_reason"))
    dialog.open()
    if asked:
        form.override.editor.setFocus()
    return dialog


def open_taking_back(parent: QWidget, work: Work, animal: UUID, name: str) -> FormDialog:
    """Open the form that reverses an exit, with the reason."""

    def write(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> tuple[UUID, Changes]:
        return animal, take_back(mirror, animal, values.get("reason") or "")

    form = RecordForm(work, LivestockBatchMember, ("reason",), saver=write)
    return _opened(form, f"{name} is still here", parent, {})


def open_moving(parent: QWidget, work: Work, animal: UUID, name: str) -> FormDialog:
    """Open the form that moves an animal into another group."""

    def write(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> tuple[UUID, Changes]:
        on = values["joined_on"] or today()
        changes = move(mirror, [animal], values["batch_id"], on, reason=values.get("reason"))
        return animal, changes

    layout = ("batch_id", "joined_on", "reason")
    form = RecordForm(work, LivestockBatchMember, layout, saver=write)
    return _opened(form, f"Move {name}", parent, {"joined_on": today()})


def open_retagging(parent: QWidget, work: Work, animal: UUID, name: str) -> FormDialog:
    """Open the form that gives a new number; the old one stays in the history (rule 5)."""

    def write(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> tuple[UUID, Changes]:
        changes = retag(
            mirror,
            animal,
            values["kind"],
            values["value"] or "",
            values.get("given_on") or today(),
            reason=values.get("reason"),
            carrier=values.get("carrier"),
        )
        return animal, changes

    layout = ("kind", "value", "given_on", "reason", "carrier")
    form = RecordForm(work, LivestockIdentifier, layout, saver=write)
    return _opened(form, f"Retag {name}", parent, {"given_on": today()})


def leaving_menu(parent: QWidget, choose: Callable[[Exit], object]) -> QMenu:
    """Return a menu of the ways to leave."""
    menu = QMenu(parent)
    for how, text in WORDS.items():
        menu.addAction(text).triggered.connect(partial(_choose, choose, how))
    return menu


def _choose(choose: Callable[[Exit], object], how: Exit, checked: bool = False) -> None:
    choose(how)


def _opened(form: RecordForm, title: str, parent: QWidget, values: dict[str, Any]) -> FormDialog:
    dialog = FormDialog(form, title, parent)
    form.new(values)
    dialog.open()
    return dialog
