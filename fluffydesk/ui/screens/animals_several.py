"""What is done to all chosen animals by one form: they leave, or move; who could not is listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from fluffydesk.actions.exits import MANNERS, Exit
from fluffydesk.actions.several import Done, LeftOut, leave_several, move_several
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import rows_at
from fluffydesk.records.livestock import Livestock, LivestockBatchMember
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.forms import FormDialog, RecordForm
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.parts.room import make_room
from fluffydesk.ui.screens.animal_acts import FIELDS, open_leaving
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
    """How many animals left. Those under withdrawal stay: the reason is asked of each by itself."""

    def __init__(self, work: Work, keys: list[int], how: Exit) -> None:
        super().__init__(work, Livestock, FIELDS[how], keys, self._leave)
        self.how = how
        self.told: dict[str, Any] = {}
        """What was said of all of them."""

    def _leave(self, mirror: Mirror, ids: list[UUID], values: dict[str, Any]) -> Done:
        self.told = {**values, "left_on": values["left_on"] or today()}
        return leave_several(
            mirror,
            ids,
            self.how,
            self.told["left_on"],
            went_to=values.get("went_to"),
            reason=values.get("left_reason"),
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


def open_leaving_after(parent: QWidget, together: FormDialog, one: LeftOut) -> FormDialog:
    """Open the form by which one that was left out leaves as the others did, asking why."""
    form = together.form
    assert isinstance(form, LeavingTogether)
    return open_leaving(parent, form.work, one.id, one.name, form.how, form.told, one.why)


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
        self,
        done: Done,
        verb: str,
        open_card: Callable[[UUID], object],
        parent: QWidget,
        let_go: Callable[[LeftOut], FormDialog] | None = None,
    ) -> None:
        """`let_go` opens the form by which one leaves all the same, with the reason for it."""
        super().__init__(parent)
        self._open, self._let_go = open_card, let_go
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
        self._lines = [_Line(one.id, one) for one in done.left_out]
        self.table.show_rows(self._lines, select_first=True)
        self.table.opened.connect(self._go)
        self.all_the_same = Button("Leaves all the same ..", self.take_along)
        self.all_the_same.setToolTip("Say why the withdrawal is passed over for the chosen animal")
        self.all_the_same.setVisible(let_go is not None)
        self.why = Words("", wrap=True)
        self.table.current_changed.connect(self._chosen)
        self._chosen(self.table.current())
        close = Button("Close", self.accept, kind="primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(*(measures.GROUP,) * 4)
        column.setSpacing(measures.CARD)
        column.addWidget(Words(title, Type.TITLE, wrap=True))
        column.addWidget(Words(f"{told} These stay as they were:", role="muted", wrap=True))
        column.addWidget(self.table, 1)
        column.addWidget(self.why)
        column.addLayout(row(self.all_the_same, None, close))
        make_room(self, 900, 420)

    def take_along(self) -> None:
        """Let the chosen animal leave as the others did, once a reason is given."""
        line = self.table.current()
        if self._let_go is not None and line is not None and line.one.asks:
            dialog = self._let_go(line.one)
            dialog.saved.connect(self._taken)

    def _taken(self, animal: UUID) -> None:
        """It is left out no more; the last one closes the list."""
        self._lines = [line for line in self._lines if line.id != animal]
        self.table.show_rows(self._lines, select_first=True)
        self._chosen(self.table.current())
        if not self._lines:
            self.accept()

    def _chosen(self, line: _Line | None) -> None:
        self.why.setText("" if line is None else line.one.why)
        self.all_the_same.setEnabled(line is not None and bool(line.one.asks))

    def _go(self, line: _Line) -> None:
        self.accept()
        self._open(line.id)
