"""Any record as a form in a window of its own, that saves, asks, and deletes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QMessageBox, QScrollArea, QVBoxLayout, QWidget

from fluffydesk.actions import saving
from fluffydesk.mirror.changes import Changes
from fluffydesk.records.catalog import may
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui import record_history
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.asking import AskingDialog
from fluffydesk.ui.parts.controls import Button, Words, hair_line, row
from fluffydesk.ui.parts.room import make_room
from fluffydesk.ui.record_form import FieldRow, Layout, RecordForm, Saver, default_of, layout_of
from fluffydesk.work import Work

__all__ = [
    "FieldRow",
    "FormDialog",
    "Layout",
    "RecordForm",
    "Saver",
    "default_of",
    "layout_of",
    "open_form",
]


_WIDTH = measures.FORM_WIDTH + 2 * measures.GROUP
_LEAST, _MOST = 320, 760
_SAVES = ("Ctrl+S", "Ctrl+Return", "Ctrl+Enter")
_AROUND = 126
"""What stands about the title and the fields: margins, and the foot with its buttons, px."""


class FormDialog(AskingDialog):
    """A form in a window of its own: Ctrl+S or Ctrl+Enter saves, Esc closes.

    It can also lie within the app's window (`ui/aside.py`), where it is not modal.
    """

    saved = Signal(object)
    removed = Signal(object)

    def __init__(self, form: RecordForm, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = form
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._begun = False
        self.had_keys = False
        """Whether what was typed went into it when it closed."""
        self._build(title)
        form.saved.connect(self._saved)
        form.loaded.connect(self._ready)
        form.failed.connect(self._refused)
        self._keys = [QShortcut(QKeySequence(keys), self) for keys in _SAVES]
        for shortcut in self._keys:
            shortcut.activated.connect(self._save)
        self._keys.append(QShortcut(QKeySequence(record_history.KEYS), self))
        self._keys[-1].activated.connect(self.show_history)

    def lie_within(self, parent: QWidget, *buttons: QWidget) -> None:
        """Be a part of another window: no longer modal, its keys its own, buttons at its head."""
        self.setModal(False)
        self.setParent(parent, Qt.WindowType.Widget)
        self.setAttribute(Qt.WidgetAttribute.WA_Moved)  # else Qt puts it where a window would be
        for shortcut in self._keys:
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        measures.dress(self.heading, Type.HEADING)
        for button in buttons:
            self._top.addWidget(button)

    @property
    def has_keys(self) -> bool:
        """Whether what is typed goes into this form."""
        focused = self.window().focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    def event(self, event: QEvent) -> bool:
        """Within another window, keep the keys of its screens from acting on what is typed here."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            direct = Qt.FindChildOption.FindDirectChildrenOnly
            windows = self.window().findChildren(QShortcut, options=direct)
            pressed = QKeySequence(event.keyCombination())
            if not self.isWindow() and all(one.key() != pressed for one in windows):
                event.accept()
                return True
        return super().event(event)

    def done(self, result: int) -> None:
        self.had_keys = self.has_keys
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed = QKeySequence(event.keyCombination())
        mine = [one for one in self._keys if one.key() == pressed]
        if mine and not self.isWindow():
            mine[0].activated.emit()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    @property
    def typed(self) -> bool:
        """Whether something was typed that is not saved."""
        return self.form.changed

    def keep(self) -> None:
        """Save, and close once it is kept."""
        self._save()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.form.changed and not self._sure:
            event.ignore()
            self.reject()
            return
        super().closeEvent(event)

    def show_history(self) -> None:
        """Show what is known of this record: who changed what, and what sync made of it."""
        if self.form.row_id is not None:
            table = self.form.record.__table__.name
            record_history.open_history(self, self.form.work, table, self.form.row_id)

    def _build(self, title: str) -> None:
        inner = QWidget()
        inner.setObjectName("scrolled")
        inside = QVBoxLayout(inner)
        inside.setContentsMargins(measures.GROUP, 4, measures.GROUP, measures.GROUP)
        inside.addWidget(self.form)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        scroll.setAccessibleName("Fields")
        if self.form.may_write:  # the fields bring themselves into view; read only, arrows do
            scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.save_button = Button("Save", self._save, kind="primary")
        self.save_button.setToolTip("Ctrl+S")
        self.close_button = close = Button(
            "Cancel" if self.form.may_write else "Close", self.reject
        )
        if not self.form.may_write:  # and never shown while it is in no window: it would be one
            self.save_button.hide()
        self.delete_button = Button(
            "Delete", self._remove, kind="danger", icon_role="delete", icon_colour="danger"
        )
        self.delete_button.hide()
        foot = row(self.delete_button, None, close, self.save_button)
        foot.setContentsMargins(measures.GROUP, 12, measures.GROUP, measures.CARD)
        self.heading = heading = Words(title, Type.TITLE, wrap=True)
        heading.setContentsMargins(measures.GROUP, measures.GROUP, measures.GROUP, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.history_button = Button("History", self.show_history, kind="quiet", icon_role="clock")
        self.history_button.setToolTip(record_history.KEYS)
        self.history_button.hide()
        top = row(heading, self.history_button)
        top.setStretch(0, 1)
        top.setContentsMargins(0, 0, measures.CARD, 0)
        self._top = top
        column.addLayout(top)
        column.addWidget(scroll, 1)
        column.addWidget(hair_line())
        column.addLayout(foot)
        make_room(self, _WIDTH, _LEAST)
        self._make_room()

    def _make_room(self) -> None:
        """As a window, grow until the title, and the fields of a short form, are in sight."""
        if not self.isWindow():
            return
        beside = self.history_button.sizeHint().width() + measures.CARD + measures.STEP
        title = self.heading.heightForWidth(_WIDTH - beside)
        wish = min(_MOST, title + self.form.sizeHint().height() + _AROUND)
        make_room(self, self.width(), max(self.height(), wish))

    def _ready(self) -> None:
        # The role may change a row that it may not add, and the other way about.
        self.save_button.setVisible(self.form.may_write)
        self.close_button.setText("Cancel" if self.form.may_write else "Close")
        self.save_button.setEnabled(True)
        if self.form.label and self.form.label not in self.windowTitle():
            self.heading.setText(f"{self.windowTitle()} {self.form.label}")
        self.history_button.setVisible(self.form.row_id is not None)
        self._make_room()
        deletable = may(self.form.record, "delete", self.form.work.whose.role)
        self.delete_button.setVisible(self.form.row_id is not None and deletable)
        begun, self._begun = self._begun, True
        if self.form.rows and not begun and not self.form.trouble.text():
            next(iter(self.form.rows.values())).editor.begin()

    def _refused(self) -> None:
        """What was refused or asked about has the focus already."""
        self.save_button.setEnabled(True)
        self.stays.emit()

    def _save(self) -> None:
        self.form.save()
        self.save_button.setEnabled(not self.form.saving)
        if not self.form.saving and not self._sure:
            self.stays.emit()

    def _saved(self, row_id: UUID) -> None:
        self.saved.emit(row_id)
        self._sure = True
        self.accept()

    def _remove(self) -> None:
        title = self.form.record.__titles__[0].lower()
        ask = self._ask(f"Delete this {title}?", f"{self.heading.text()} goes on every PC.")
        delete = ask.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        ask.addButton("Keep it", QMessageBox.ButtonRole.RejectRole)
        delete.clicked.connect(self._remove_now)
        ask.open()

    def _remove_now(self) -> None:
        row_id, record = self.form.row_id, self.form.record
        assert row_id is not None
        self.form.work.act(
            lambda mirror: saving.remove(mirror, record, row_id),
            self._removed,
            self.form.show_refusal,
        )

    def _removed(self, changes: Changes) -> None:
        self.removed.emit(self.form.row_id)
        self._sure = True
        self.accept()


def open_form(
    parent: QWidget,
    work: Work,
    record: type[Record],
    row_id: UUID | None = None,
    values: Mapping[str, Any] | None = None,
    *,
    layout: Layout = (),
    title: str = "",
    saver: Saver | None = None,
    form: RecordForm | None = None,
) -> FormDialog:
    """Open a form over `parent` and return at once; `dialog.saved` and `removed` get the id.

    With `row_id` that row is edited, else a new one is made with `values` filled in.
    A `form` of the caller's stands in for the usual one of that layout and saver.
    """
    form = form or RecordForm(work, record, layout, saver=saver)
    one_title = record.__titles__[0]
    default = f"New {one_title.lower()}" if row_id is None else one_title
    dialog = FormDialog(form, title or default, parent)
    if row_id is None:
        form.new(values)
    else:
        form.edit(row_id)
    dialog.open()
    return dialog
