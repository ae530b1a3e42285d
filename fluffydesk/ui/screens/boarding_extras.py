"""The extras of a stay: baths, walks and the like, for a day or each day, ticked off when done."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.actions import stays
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.records.booking import BookingItem
from fluffydesk.records.types import today
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.texts import moment_text, money_text
from fluffydesk.ui.forms import FieldRow
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.asking import AskingDialog
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, CheckBox, Words, row
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.parts.room import make_room
from fluffydesk.ui.screens.reading.stays import Chore, Stay, read_extras
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work

_COLUMNS = (
    Shown("When", lambda one: moment_text(one.due_at) if one.due_at else "", 150),
    Shown("What", lambda one: one.what, 180),
    Shown("Price", lambda one: money_text(one.price), 90, right=True),
    Shown(
        "State",
        lambda one: "Done" if one.done_at else "To do" if one.due_at else "",
        90,
        tone=lambda one: "good" if one.done_at else "info",
    ),
)


class ExtrasDialog(AskingDialog):
    """What a stay includes; Space ticks off, Delete takes off, Esc closes, or asks first."""

    def __init__(self, work: Work, stay: Stay, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work, self.stay = work, stay
        self.setWindowTitle(f"Extras of {stay.pet}")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        columns = BookingItem.__table__.columns
        self.what = FieldRow(editor_for(columns["description"], work))
        self.what.rename("What")
        self.price = FieldRow(editor_for(columns["unit_price"], work))
        self.when = FieldRow(editor_for(columns["due_at"], work))
        self.when.editor.set_value(self._start())
        self._begun = self._closing = False
        for line in (self.what, self.price):
            line.editor.changed.connect(self._begin)
        self.each_day = CheckBox("Each day of the stay")
        self.trouble = Banner("", "danger")
        self.table = RowsTable("Extras", _COLUMNS)
        self.table.say_when_empty("No extras yet", "Add a bath or a walk above.")
        add = Button("Add", self.add, kind="primary", icon_role="add")
        fields = row(self.what, self.price, self.when)
        for number, share in enumerate((4, 3, 6)):
            fields.setStretch(number, share)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[measures.GROUP] * 4)
        column.setSpacing(measures.CARD)
        column.addWidget(Words(self.windowTitle(), Type.TITLE, wrap=True))
        column.addLayout(fields)
        column.addLayout(row(self.each_day, None, add))
        column.addWidget(self.trouble)
        column.addWidget(self.table, 1)
        self._tick = Button("Done  (Space)", self.tick)
        self._drop = Button("Remove", self.drop, icon_role="delete")
        column.addLayout(row(self._drop, None, self._tick, Button("Close", self.reject)))
        bind(self.table, {"Space": self.tick, "Delete": self.drop})
        for keys in ("Ctrl+S", "Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.add)
        make_room(self, 800, 560)
        self.reload()
        self.what.editor.setFocus()

    def reload(self) -> None:
        """Read the extras anew."""
        self.work.on_mirror(partial(read_extras, stay_id=self.stay.id), self._show, latest=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.add()  # from any of the fields
        else:
            super().keyPressEvent(event)

    @property
    def typed(self) -> bool:
        """Whether an extra was begun that is not added."""
        lines = (self.what, self.price)
        return self._begun and not all(line.editor.is_empty() for line in lines)

    def keep(self) -> None:
        """Add what is typed, and close once it is added."""
        self._closing = True
        self.add()

    def add(self) -> None:
        """Add what is typed."""
        try:
            what, price = self.what.editor.value() or "", self.price.editor.value() or Decimal(0)
            moment = self.when.editor.value()
        except InvalidValue as problem:
            self._refused(problem)
            return
        at, day = self._clock(moment)
        each = self.each_day.isChecked()
        stay_id = self.stay.id
        self.work.act(
            lambda mirror: stays.add_extra(
                mirror, stay_id, what, price, at=at, day=None if each else day
            ),
            self._added,
            self._refused,
        )

    def tick(self) -> None:
        """Tick the chosen extra off, or open it again."""
        chore: Chore | None = self.table.current()
        if chore is not None:
            self._do(chore.id, done=chore.done_at is None)

    def drop(self) -> None:
        """Take the chosen extra off the stay."""
        chore: Chore | None = self.table.current()
        if chore is not None:
            self.work.act(
                lambda mirror: stays.remove_extra(mirror, chore.id), self._changed, self._refused
            )

    def _do(self, item_id: UUID, *, done: bool) -> None:
        self.work.act(
            lambda mirror: stays.tick_extra(mirror, item_id, done=done),
            self._changed,
            self._refused,
        )

    def _start(self) -> datetime:
        """Return noon of today, or of the nearest day of the stay."""
        day = max(self.stay.first, min(today(), self.stay.last))
        return datetime.combine(day, time(12), self.work.whose.zone)

    def _clock(self, moment: datetime | None) -> tuple[time, date]:
        local = (moment or self._start()).astimezone(self.work.whose.zone)
        return local.time(), local.date()

    def _show(self, chores: tuple[Chore, ...]) -> None:
        self.table.show_rows(chores, select_first=True)
        for button in (self._tick, self._drop):
            button.setEnabled(bool(chores))

    def _added(self, _: Changes) -> None:
        self.what.editor.set_value(None)
        self._begun = False  # the price stays, for the next one
        if self._closing:
            self.accept()
            return
        self.each_day.setChecked(False)  # the next one may be for a day
        self._changed(_)
        self.what.editor.setFocus()

    def _changed(self, _: Changes) -> None:
        self.trouble.say("")
        self.reload()

    def _begin(self) -> None:
        self._begun = True

    def _refused(self, refusal: Refusal) -> None:
        self._closing = False
        self.trouble.say(str(refusal), "danger")


def open_extras(parent: QWidget, work: Work, stay: Stay) -> ExtrasDialog:
    """Open the extras of a stay; returns at once."""
    dialog = ExtrasDialog(work, stay, parent)
    dialog.open()
    return dialog
