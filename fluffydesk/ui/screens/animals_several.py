"""What is done to all chosen animals by one form: they leave, or move; who could not is listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from fluffydesk.actions.exits import MANNERS, Exit
from fluffydesk.actions.several import Done, LeftOut, leave_several, move_several
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import rows_at
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import Livestock, LivestockBatchMember
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.forms import FieldRow, FormDialog, RecordForm
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.screens.animal_acts import FIELDS
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.wording import counted
from fluffydesk.work import Work

Act = Callable[[Mirror, list[UUID], dict[str, Any]], Done]
_NOBODY = UUID(int=0)


class SeveralForm(RecordForm):
    """One form for many animals; `done` says what became of each once it is saved."""

    def __init__(
        self, work: Work, record: type[Record], layout: tuple[str, ...], keys: list[int], act: Act
    ) -> None:
        super().__init__(work, record, layout, saver=self._write)
        self._keys, self._act = keys, act
        self.done: Done | None = None

    def _write(
        self, mirror: Mirror, row_id: UUID | None, values: dict[str, Any]
    ) -> tuple[UUID, Changes]:
        with mirror.read() as connection:
            found = rows_at(connection, Livestock, self._keys)
        done = self._act(mirror, [one.id for one in found if one is not None], values)
        self.done = done
        return _NOBODY, done.changes


class LeavingTogether(SeveralForm):
    """How many animals left; with a reason, those under withdrawal go as well."""

    def __init__(self, work: Work, keys: list[int], how: Exit) -> None:
        super().__init__(work, Livestock, FIELDS[how], keys, self._leave)
        self._how = how
        self._reason: str | None = None
        column = FarmProductSale.__table__.columns["override_reason"]
        self.override = FieldRow(editor_for(column, work))
        self.override.setVisible(MANNERS[how].is_eaten)
        lines = self.layout()
        assert isinstance(lines, QVBoxLayout)
        lines.insertWidget(lines.indexOf(self.trouble), self.override)

    def save(self) -> None:
        """Take the reason along, where there is one."""
        try:
            self._reason = self.override.editor.value()
        except InvalidValue as problem:
            self.override.say(str(problem))
            return
        super().save()

    def _leave(self, mirror: Mirror, ids: list[UUID], values: dict[str, Any]) -> Done:
        return leave_several(
            mirror,
            ids,
            self._how,
            values["left_on"] or today(),
            went_to=values.get("went_to"),
            reason=values.get("left_reason"),
            override_reason=self._reason,
        )


def done_of(dialog: FormDialog) -> Done:
    """Return what the form of such a dialog did."""
    form = dialog.form
    assert isinstance(form, SeveralForm)
    assert form.done is not None
    return form.done


def open_leaving_together(parent: QWidget, work: Work, keys: list[int], how: Exit) -> FormDialog:
    """Open the form of one way to leave, for the rows of these keys."""
    form = LeavingTogether(work, keys, how)
    title = f"{MANNERS[how].title} of {counted(len(keys), 'animal', 'animals')}"
    return _opened(form, title, parent, {"left_on": today()})


def open_moving_together(parent: QWidget, work: Work, keys: list[int]) -> FormDialog:
    """Open the form that moves the rows of these keys into another group."""
    layout = ("batch_id", "joined_on", "reason")
    form = SeveralForm(work, LivestockBatchMember, layout, keys, _move)
    title = f"Move {counted(len(keys), 'animal', 'animals')}"
    return _opened(form, title, parent, {"joined_on": today()})


def _move(mirror: Mirror, ids: list[UUID], values: dict[str, Any]) -> Done:
    on = values["joined_on"] or today()
    return move_several(mirror, ids, values["batch_id"], on, reason=values.get("reason"))


def _opened(form: RecordForm, title: str, parent: QWidget, values: dict[str, Any]) -> FormDialog:
    dialog = FormDialog(form, title, parent)
    form.new(values)
    dialog.open()
    return dialog


@dataclass(frozen=True)
class _Line:
    id: UUID
    one: LeftOut


def _why(line: _Line) -> str:
    """Return the reason without the name, which stands beside it."""
    name, why = line.one.name, line.one.why
    rest = why.removeprefix(name).lstrip(" :,.")
    return why if rest == why or not rest else f"{rest[0].upper()}{rest[1:]}"


class LeftOutDialog(QDialog):
    """The animals that could not be done with the others, each with its reason; Enter opens one."""

    def __init__(
        self, done: Done, verb: str, open_card: Callable[[UUID], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._open = open_card
        left = len(done.left_out)
        title = f"{counted(left, 'animal was', 'animals were')} left out"
        self.setWindowTitle(title)
        self.setModal(True)
        count = len(done.done)
        told = f"{counted(count, 'animal', 'animals')} {verb}." if count else "Nothing was done."
        self.table = RowsTable(
            "Animals left out",
            (
                Shown("Animal", lambda line: line.one.name, 200),
                Shown("Why", _why, 420),
            ),
        )
        self.table.show_rows([_Line(one.id, one) for one in done.left_out])
        self.table.opened.connect(self._go)
        close = Button("Close", self.accept, kind="primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(*(measures.GROUP,) * 4)
        column.setSpacing(measures.CARD)
        column.addWidget(Words(title, Type.TITLE, wrap=True))
        column.addWidget(Words(f"{told} These stay as they were:", role="muted", wrap=True))
        column.addWidget(self.table, 1)
        column.addLayout(row(None, close))
        self.resize(900, 420)

    def _go(self, line: _Line) -> None:
        self.accept()
        self._open(line.id)
