"""Forms that stay open beside the screens, so that the window is used while one is half typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button, IconButton

KEY = "F9"
LEAST, MOST = 400, measures.FORM_WIDTH + 2 * measures.GROUP
"""How wide the forms are beside a screen, px."""
ROOM = 560
"""A screen keeps so much beside them, px; where it would not, the form lies in its place."""


class _Tabs(QTabBar):
    """What is open, by name; no name is so long that another has no room."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Open forms")
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setExpanding(False)
        self.setDrawBase(False)
        self.setUsesScrollButtons(True)

    def tabSizeHint(self, index: int) -> QSize:
        hint = super().tabSizeHint(index)
        return QSize(min(hint.width(), LEAST // 2), hint.height())


class Aside(QFrame):
    """The forms that are open, one of them in sight; put aside, only their names are."""

    arranged = Signal()
    """Other forms are open, or they were put aside, or brought back."""
    left = Signal()
    """The keys go back to the screen: the last form closed, or they were put aside."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("aside")
        self.folded = False
        self.forms: list[FormDialog] = []
        """What is open, in the order of the tabs."""
        self._then: Callable[[], object] | None = None
        self.tabs = _Tabs()
        self.go_on = Button(f"Go on ({KEY})", self.to_form)
        self.bar = QWidget()
        line = QHBoxLayout(self.bar)
        line.setContentsMargins(measures.CARD, measures.TIGHT, measures.CARD, measures.TIGHT)
        line.addWidget(self.tabs, 1)
        line.addWidget(self.go_on)
        self.stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.stack, 1)
        self.tabs.currentChanged.connect(self._switched)
        self.tabs.tabBarClicked.connect(self._clicked)
        self.hide()

    @classmethod
    def of(cls, part: QWidget) -> Aside | None:
        """Return the place for forms in the window of a part; None where it has none."""
        return part.window().findChild(cls)

    @property
    def has_keys(self) -> bool:
        """Whether what is typed goes into a form here."""
        focused = self.window().focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    @property
    def unsaved(self) -> bool:
        """Whether something was typed that is not saved."""
        return any(one.form.changed for one in self.forms)

    def ways_on(self) -> list[tuple[str, Callable[[], object]]]:
        """Return for each open form, in words, how to go on with it."""
        return [(f"Go on with: {_name(one)}", partial(self.show_form, one)) for one in self.forms]

    def take(self, dialog: FormDialog) -> None:
        """Let a form lie here, in sight; one into which nothing was typed makes room for it."""
        for other in [one for one in self.forms if not one.form.changed]:
            other.done(0)
        fold = IconButton("next", f"Put the form aside ({KEY} leads back to it)", self.put_aside)
        dialog.lie_within(self.stack, fold)
        self.stack.addWidget(dialog)
        self.forms.append(dialog)
        self.tabs.addTab("")
        dialog.finished.connect(partial(self._closed, dialog))
        dialog.stays.connect(self._stays)
        for signal in (dialog.form.loaded, dialog.form.named):
            signal.connect(partial(self._name, dialog))
        self._name(dialog)
        self.show_form(dialog)

    def show_form(self, dialog: FormDialog) -> None:
        """Bring a form forward, with what was typed into it, and give it the keys."""
        self.folded = False
        self.tabs.setCurrentIndex(self.forms.index(dialog))
        self._arrange()
        (dialog.focusWidget() or dialog).setFocus()

    @property
    def shown(self) -> FormDialog | None:
        """The form that is in sight, or was before they were put aside."""
        return self.forms[self.tabs.currentIndex()] if self.forms else None

    def to_form(self) -> None:
        """Go on with the form that was in sight last."""
        if self.shown is not None:
            self.show_form(self.shown)

    def put_aside(self) -> None:
        """Leave all the room to the screen; what was typed stays."""
        if self.forms:
            self.folded = True
            self._arrange()
            self.left.emit()

    def leave(self, then: Callable[[], object]) -> None:
        """Do something once nothing that was typed is lost by it; each form asks first.

        "Go on typing", or what cannot be saved, takes it back.
        """
        changed = next((one for one in self.forms if one.form.changed), None)
        self._then = None if changed is None else then
        if changed is None:
            then()
            return
        self.show_form(changed)
        changed.reject()

    def drop(self) -> None:
        """Close every form without asking."""
        self._then = None
        for dialog in list(self.forms):
            dialog.done(0)

    def _name(self, dialog: FormDialog) -> None:
        if dialog in self.forms:
            name = _name(dialog)
            number = self.forms.index(dialog)
            self.tabs.setTabText(number, name.replace("&", "&&"))
            self.tabs.setTabToolTip(number, name)

    def _clicked(self, index: int) -> None:
        if self.folded and 0 <= index < len(self.forms):
            self.show_form(self.forms[index])

    def _switched(self, index: int) -> None:
        if 0 <= index < len(self.forms):
            self.stack.setCurrentWidget(self.forms[index])

    def _closed(self, dialog: FormDialog, _result: int) -> None:
        if dialog not in self.forms:
            return
        number = self.forms.index(dialog)
        self.forms.remove(dialog)
        self.stack.removeWidget(dialog)
        self.tabs.removeTab(number)
        self._arrange()
        then, self._then = self._then, None
        if then is not None:
            self.leave(then)
        elif dialog.had_keys and self.forms:
            self.to_form()
        elif dialog.had_keys:
            self.left.emit()

    def _stays(self) -> None:
        self._then = None

    def _arrange(self) -> None:
        self.stack.setVisible(not self.folded)
        self.bar.setVisible(self.folded or len(self.forms) > 1)
        self.go_on.setVisible(self.folded)
        self.arranged.emit()


class Bench(QWidget):
    """The screens with the forms beside them, below them once put aside, or in their place."""

    covered = Signal(int, int)
    """How many px at the right, and at the bottom, are the forms' own: nothing may lie there."""

    def __init__(self, screens: QWidget) -> None:
        super().__init__()
        self._screens = screens
        self.aside = Aside()
        self.aside.arranged.connect(self.arrange)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self._box.addWidget(screens, 1)
        self._box.addWidget(self.aside)

    @property
    def is_narrow(self) -> bool:
        """Whether there is no room for a screen and a form side by side."""
        return self.width() < LEAST + ROOM

    def to_and_fro(self) -> None:
        """Give the keys to the form, or back to the screen."""
        aside = self.aside
        if not aside.forms:
            return
        if not aside.has_keys or aside.folded:
            aside.to_form()
        elif self.is_narrow:
            aside.put_aside()
        else:
            aside.left.emit()

    def give_way(self) -> None:
        """Let the screen be seen: where it and the form have no room, the form is put aside."""
        if self.is_narrow and self.aside.forms and not self.aside.folded:
            self.aside.folded = True
            self.aside._arrange()

    def arrange(self) -> None:
        """Put the forms where there is room for them."""
        aside = self.aside
        is_open = bool(aside.forms) and not aside.folded
        instead = is_open and self.is_narrow
        beside = is_open and not instead
        # What goes, goes first: a window grows for what is in it, and stays so.
        if instead:
            self._screens.hide()
        if not aside.forms:
            aside.hide()
        ways = QBoxLayout.Direction
        self._box.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        self._box.setStretch(1, int(instead))
        width = min(MOST, max(LEAST, self.width() // 3))
        aside.setMinimumWidth(width if beside else 0)
        aside.setMaximumWidth(width if beside else _ANY)
        aside.setMaximumHeight(_BAR if aside.folded else _ANY)
        aside.setVisible(bool(aside.forms))
        self._screens.setVisible(not instead)
        low = _BAR if aside.forms and aside.folded else _FOOT if instead else 0
        self.covered.emit(width if beside else 0, low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()


def _name(dialog: FormDialog) -> str:
    """Return what tells it from the others first: whose it is."""
    return " · ".join(filter(None, (dialog.form.subject(), dialog.windowTitle())))


_FOOT = 72
"""How high the foot of a form with its buttons is, px."""
_BAR = measures.TARGET + 2 * measures.STEP
_ANY = 16_777_215
"""As large as Qt lets anything be."""
