"""The fields of any record in one column: labels above, units inside, errors underneath."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget
from sqlalchemy import Column

from fluffydesk.actions import saving
from fluffydesk.actions.numbering import Outlook, outlook
from fluffydesk.errors import Doubt, InvalidValue, NotFound, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import one
from fluffydesk.records.catalog import may, mirrored_by, record_for, set_once
from fluffydesk.records.vocabulary import Record, facts_of, is_required, record_columns
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.editors import Editor
from fluffydesk.ui.fields.texts import entered_unit, words
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.naming import label_of
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, Words, hair_line, row
from fluffydesk.ui.stored_units import StoredUnits
from fluffydesk.ui.tab_order import bring_into_sight
from fluffydesk.work import Work

Layout = tuple[str | tuple[str, tuple[str, ...]], ...]
Saver = Callable[[Mirror, UUID | None, dict[str, Any]], Changes | tuple[UUID, Changes]]


def layout_of(record: type[Record]) -> Layout:
    """Return the layout a record has where nobody made one: its columns as declared."""
    return tuple(column.name for column in record_columns(record))


def default_of(column: Column[Any]) -> Any:
    """Return what a new row has in a column before anything is typed."""
    if column.default is None or not (column.default.is_scalar or column.default.is_callable):
        return None
    default: Any = column.default
    return default.arg(None) if default.is_callable else default.arg


class FieldRow(QWidget):
    """A label, its editor, a hint and the error, below one another."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self.editor = editor
        facts = facts_of(editor.column)
        self._label = Words(facts.label)
        self._label.setBuddy(editor)
        self._needed = Words("", Type.SMALL, "muted")
        if is_required(editor.column):
            self.need()
        self._note = Words("", Type.SMALL, "muted", wrap=True)
        self._note.hide()
        self._error = Words("", Type.SMALL, "danger", wrap=True)
        self._error.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.TIGHT)
        column.addLayout(row(self._label, None, self._needed))
        column.addWidget(editor)
        if facts.hint:
            column.addWidget(Words(facts.hint, Type.SMALL, "muted", wrap=True))
        column.addWidget(self._note)
        column.addWidget(self._error)
        editor.changed.connect(lambda: self.say(""))

    def say(self, error: str) -> None:
        """Show an error under the field; "" takes it away."""
        self._error.setText(error)
        self._error.setVisible(bool(error))
        self.editor.set_wrong(bool(error))
        self.editor.field.setAccessibleDescription(error or facts_of(self.editor.column).hint or "")

    def lead(self) -> None:
        """Give the field the focus, and bring it into sight once what is said has its room."""
        self.editor.setFocus()
        QTimer.singleShot(0, self, self._see)

    def _see(self) -> None:
        bring_into_sight(self)

    def need(self) -> None:
        """Say beside the label that the field must be filled in."""
        self._needed.setText("needed")

    def needed(self) -> bool:
        """Return whether it is said so."""
        return bool(self._needed.text())

    def rename(self, text: str) -> None:
        """Call the field something else here than where its table is edited."""
        self._label.setText(text)
        self.editor.field.setAccessibleName(text)

    def note(self, text: str, role: str = "muted") -> None:
        """Show a sentence on this field as it is now; "" takes it away.

        One that warns (`role` "warning") is also said aloud with the field.
        """
        self._note.setText(text)
        self._note.set_role(role)
        self._note.setVisible(bool(text))
        if role == "warning" and not self.error():
            said = text or facts_of(self.editor.column).hint or ""
            self.editor.field.setAccessibleDescription(said)
        focused = self.window().focusWidget()
        if text and focused is not None and self.isAncestorOf(focused):
            QTimer.singleShot(0, self, self._see)

    def noted(self) -> str:
        """Return the sentence shown."""
        return self._note.text()

    def error(self) -> str:
        """Return the error shown."""
        return self._error.text()


class RecordForm(QWidget):
    """The fields of a record, following a layout of column names and (heading, names) groups.

    `edit` shows a row, `new` an empty one with its defaults; `save` writes through
    `actions.saving`, or through `saver(mirror, id or None, values)` where one is given. A
    refusal lands at its field, or below the last; nothing that was typed is lost.
    """

    saved = Signal(object)
    """The id of the row, once it is written."""
    loaded = Signal()
    touched = Signal()
    named = Signal()
    """What `subject` says may be another."""
    failed = Signal(object)

    def __init__(
        self,
        work: Work,
        record: type[Record],
        layout: Layout = (),
        *,
        saver: Saver | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.work, self.record, self._saver = work, record, saver
        self.row_id: UUID | None = None
        self.rows: dict[str, FieldRow] = {}
        self.worked_out: frozenset[str] = frozenset()
        """Columns that may stay empty though they are required: the saver works them out."""
        self.saving = False
        self.label = ""
        self._shown: dict[str, Any] = {}
        """What each editor says of the row as it is: a time to the minute, say."""
        self._given: dict[str, Any] = {}
        self._touched: set[str] = set()
        self.lock = Banner()
        self.trouble = Banner("", "danger")
        self.doubt = Banner("", "warning")
        self.anyway = Button("Save all the same", self.save)
        self.doubt.act(self.anyway)
        self._asked: dict[str, Any] = {}
        self._doubted: dict[str, Any] | None = None
        """The values that were called in question; saved again as they are, they are kept."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.CARD)
        column.addWidget(self.lock)
        column.addWidget(self.doubt)
        self._place(column, layout or layout_of(record))
        editors = {name: line.editor for name, line in self.rows.items()}
        self._units = StoredUnits(work, editors, self)
        self.loaded.connect(self._units.follow)
        column.addWidget(self.trouble)
        column.addStretch(1)
        self.setMaximumWidth(measures.FORM_WIDTH)
        self._lock()

    @property
    def may_write(self) -> bool:
        """Whether this person's role may write this record."""
        return may(self.record, "change" if self.row_id else "add", self.work.whose.role)

    @property
    def changed(self) -> bool:
        """Whether something was typed that is not saved."""
        return bool(self._touched)

    @property
    def asks_more(self) -> bool:
        """Whether there is something to save beside the fields."""
        return False

    def subject(self) -> str:
        """Return what the row is called; "" of a new one."""
        return self.label

    def editor(self, name: str) -> Editor:
        """Return the editor of a column."""
        return self.rows[name].editor

    def new(self, values: Mapping[str, Any] | None = None) -> None:
        """Show an empty row with its defaults; `values` are filled in, also unseen columns."""
        self.row_id, self._shown = None, {}
        self._lock()
        given = dict(values or {})
        self._given = {name: value for name, value in given.items() if name not in self.rows}
        for name, line in self.rows.items():
            line.editor.set_value(given.get(name, _first_of(line.editor.column)))
        self._forget()
        if self.may_write:
            record = self.record
            self.work.on_mirror(lambda mirror: outlook(mirror, record), self._number)
        self.loaded.emit()

    def edit(self, row_id: UUID) -> None:
        """Read a row and show it."""
        self.row_id = row_id
        record, names = self.record, tuple(self.rows)

        def read(mirror: Mirror) -> tuple[UUID, str, dict[str, Any]]:
            with mirror.read() as connection:
                found = one(connection, record, row_id)
                if found is None:
                    what = record.__titles__[0]
                    raise NotFound(f"{what} is not there any more.", "It was deleted meanwhile.")
                title = label_of(connection, record, row_id)
            return row_id, title, {name: found._mapping[name] for name in names}

        self.work.on_mirror(read, self._show, self._refused)

    def values(self) -> dict[str, Any]:
        """Return what is entered; raises InvalidValue for the first field that cannot be read."""
        return {name: line.editor.value() for name, line in self.rows.items()}

    def save(self) -> None:
        """Check and write; `saved` follows, or the errors stand at their fields."""
        if self.saving or not self.may_write:
            return
        values = self._read_fields()
        if values is None:
            return
        if self.row_id is None:
            values |= self._given
        if self.row_id is not None and not values and not self.asks_more:
            self._forget()
            self.saved.emit(self.row_id)
            return
        self.saving = True
        self.trouble.say("")
        self.doubt.say("")
        sure, self._doubted = values == self._doubted, None
        self._asked = values
        self.work.act(self._job(values, sure), self._done, self._refused)

    def show_refusal(self, refusal: Refusal) -> None:
        """Show a refusal at its field, or below the fields where it has none; ask of a doubt."""
        if isinstance(refusal, Doubt):
            self._doubted = self._asked
            self.doubt.say(str(refusal), "warning")
            self.anyway.setAccessibleDescription(str(refusal))
            self._scroll_up()
            self.anyway.setFocus()
            return
        line = self.rows.get(refusal.field or "")
        if line is None:
            self.trouble.say(str(refusal), "danger")
            return
        line.say(str(refusal))
        line.lead()

    def _scroll_up(self) -> None:
        """Bring what is asked, above the fields, into sight."""
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None:
            above.ensureVisible(0, 0)

    def _place(self, column: QVBoxLayout, layout: Layout) -> None:
        for number, part in enumerate(layout):
            if isinstance(part, str):
                self._add(column, part)
                continue
            heading, names = part
            if number:
                column.addSpacing(measures.STEP)
                column.addWidget(hair_line())
            column.addWidget(Words(heading, Type.HEADING))
            for name in names:
                self._add(column, name)

    def _add(self, column: QVBoxLayout, name: str) -> None:
        kept = mirrored_by(self.work.whose.organization_type)
        target = facts_of(self.record.__table__.columns[name]).target
        if self.record in kept and target and record_for(target) not in kept:
            return  # a farm's PC has no pets to choose from
        editor = editor_for(self.record.__table__.columns[name], self.work)
        line = FieldRow(editor)
        editor.changed.connect(lambda: self._touch(name))
        self.rows[name] = line
        column.addWidget(line)

    def _lock(self) -> None:
        locked = not self.may_write
        self.lock.say("")
        if locked:
            several = self.record.__titles__[1].lower()
            role = words(self.work.whose.role).lower()
            self.lock.say(
                f"You can look, but not change: your role is {role}, and it may not "
                f"change {several}. Ask an owner or manager."
            )
        fixed = set_once(self.record) if self.row_id is not None else frozenset()
        for name, line in self.rows.items():
            line.editor.set_read_only(locked or name in fixed)

    def _touch(self, name: str) -> None:
        self._touched.add(name)
        self.doubt.say("")
        self.touched.emit()

    def _forget(self) -> None:
        self._touched = set()
        self._doubted = None
        self.trouble.say("")
        self.doubt.say("")
        for line in self.rows.values():
            line.say("")

    def _read_fields(self) -> dict[str, Any] | None:
        """Return what is entered, of a row that is there only what was changed.

        None if a field cannot be read or kept; every error is then shown.
        """
        values: dict[str, Any] = {}
        wrong: FieldRow | None = None
        for name, line in self.rows.items():
            try:
                value = line.editor.value()
                if name in self._shown and value == self._shown[name]:
                    continue
                if value is None and name in self.worked_out:
                    values[name] = None
                    continue
                checked = saving.check(self.record, {name: value}, partial=True)
                values[name] = checked.get(name)
                line.say("")
            except InvalidValue as problem:
                line.say(str(problem))
                wrong = wrong or line
        if wrong is not None:
            wrong.lead()
            return None
        return values

    def _job(self, values: dict[str, Any], sure: bool) -> Callable[[Mirror], tuple[UUID, Changes]]:
        record, row_id, saver = self.record, self.row_id, self._saver

        def job(mirror: Mirror) -> tuple[UUID, Changes]:
            if saver is not None:
                result = saver(mirror, row_id, values)
                if isinstance(result, tuple):
                    return result
                return row_id or _only(result, record), result
            if row_id is None:
                return saving.add(mirror, record, values, sure=sure)
            return row_id, saving.change(mirror, record, row_id, values, sure=sure)

        return job

    def _show(self, found: tuple[UUID, str, dict[str, Any]]) -> None:
        row_id, self.label, values = found
        if row_id != self.row_id:
            return
        self._lock()
        for name, value in values.items():
            if name not in self._touched:
                self.rows[name].editor.set_value(value)
                self._know(name)
        self.loaded.emit()

    def _number(self, found: Outlook | None) -> None:
        """Show the number that a new row gets, or what to do where none is left."""
        if found is None or self.row_id is not None or found.column not in self.rows:
            return
        line = self.rows[found.column]
        line.note(found.words)
        if found.suggested and found.number is not None and line.editor.is_empty():
            line.editor.set_value(found.number)
            if isinstance(line.editor.field, QLineEdit):
                line.editor.field.selectAll()  # what is typed, or read by a stick, replaces it

    def _know(self, name: str) -> None:
        """Keep what an editor says of its row; what it cannot read counts as changed."""
        with suppress(InvalidValue):
            self._shown[name] = self.rows[name].editor.value()

    def _done(self, written: tuple[UUID, Changes]) -> None:
        self.saving = False
        self._forget()
        for name in self._shown:
            self._know(name)
        self.saved.emit(written[0])

    def _refused(self, refusal: Refusal) -> None:
        self.saving = False
        self.show_refusal(refusal)
        self.failed.emit(refusal)


def _first_of(column: Column[Any]) -> Any:
    """What a new row's editor begins with: the default, or the unit this organization types in."""
    unit = entered_unit(column) if column.name == "entered_unit" else None
    return default_of(column) if unit is None else column.type.enum_class(unit)  # type: ignore[attr-defined]


def _only(changes: Changes, record: type[Record]) -> UUID:
    """Return the row of `record` that a saver made."""
    return min(changes[record.__table__.name])
