"""Somebody at the keyboard of the real window: types into whatever has the focus, never points."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from fluffydesk.ui.fields.link_editor import LinkEditor
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.shell import Shell

Key = Qt.Key
Enter = Key.Key_Return
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
_NONE = Qt.KeyboardModifier.NoModifier


class Hands:
    """Two hands on a keyboard; `keys` counts what they pressed, a typed text as one number."""

    def __init__(self, qtbot: QtBot, shell: Shell) -> None:
        self._qtbot, self.shell = qtbot, shell
        self.texts = 0
        self.enters = 0
        self.others = 0

    @property
    def at(self) -> QWidget:
        """What has the focus and would hear the next key."""
        found = QApplication.focusWidget()
        assert found is not None, "the keys go nowhere"
        return found

    def type(self, text: str) -> None:
        """Type a text."""
        self.texts += 1
        self._qtbot.keyClicks(self.at, text)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = _NONE) -> None:
        """Press one key."""
        self.enters += key == Enter
        self.others += key != Enter
        self._qtbot.keyClick(self.at, key, modifiers)

    def enter(self, text: str = "") -> None:
        """Type a text, if any, and press Enter."""
        if text:
            self.type(text)
        self.press(Enter)

    def count_anew(self) -> None:
        """Count the keys from here."""
        self.texts = self.enters = self.others = 0

    def retype(self, text: str) -> None:
        """Type a text in place of what the field holds."""
        self.press(Key.Key_A, CTRL)
        self.type(text)

    def search(self, text: str) -> None:
        """Search in the screen and go to what was found, without waiting."""
        self.press(Key.Key_F, CTRL)
        self.enter(text)

    def choose(self, text: str) -> None:
        """Type into a field that searches, and take the first match once it is offered."""
        self.type(text)
        field = self.at.parent()
        assert isinstance(field, LinkEditor)
        self._qtbot.waitUntil(lambda: field._popup.isVisible())
        self.press(Enter)
        self.wait()

    def take_from_menu(self, key: Qt.Key, downs: int) -> None:
        """Open a menu by Ctrl and a key, go down so often, and take that line."""
        picked: list[QWidget] = []

        def pick() -> None:
            menu = QApplication.activePopupWidget()
            assert menu is not None, "no menu opened"
            picked.append(menu)
            for _ in range(downs):
                self._qtbot.keyClick(menu, Key.Key_Down)
            self._qtbot.keyClick(menu, Enter)

        QTimer.singleShot(0, pick)  # the menu keeps the keys until something is taken
        self.press(key, CTRL)
        self._qtbot.waitUntil(lambda: bool(picked))

    def wait(self) -> None:
        """Look up until the program has done what was asked of it."""
        work = self.shell.work
        self._qtbot.waitUntil(lambda: not work.busy_here)

    def go_by_number(self, number: int, key: str) -> None:
        """Go to a screen by Alt and its number in the rail."""
        self.press(Qt.Key(Key.Key_0 + number), ALT)
        self.arrive(key)

    def go_by_name(self, name: str, key: str) -> None:
        """Go to a screen, or to an animal, by Ctrl+K and its name."""
        self.press(Key.Key_K, CTRL)
        self._qtbot.waitUntil(lambda: isinstance(self.at.window(), QDialog))
        self.type(name)
        self.wait()
        self.press(Enter)
        self.fall_back()
        self.arrive(key)

    def in_form(self) -> QDialog:
        """Wait until a form is open and its first field has the focus."""
        self._qtbot.waitUntil(lambda: _dialog_at(self.at) is not None)
        self.wait()
        found = _dialog_at(self.at)
        assert found is not None
        return found

    def save(self) -> None:
        """Save the form that is open by Ctrl+S; it must close."""
        form = self.in_form()
        closed: list[int] = []
        form.finished.connect(closed.append)
        self.press(Key.Key_S, CTRL)
        self.wait()
        left = QApplication.activeModalWidget() or form
        if isinstance(left, FormDialog) and not closed:
            rows = [line._error.text() for line in left.form.rows.values()]
            said = [left.form.trouble.text(), *rows]
            raise AssertionError(f"{left.windowTitle()} stays open: {' '.join(filter(None, said))}")
        self.fall_back()

    def back_to(self, field: QWidget) -> None:
        """Go back to a field by Shift+Tab."""
        for _ in range(30):
            if self.at is field:
                return
            self.press(Key.Key_Tab, SHIFT)
        raise AssertionError(f"Shift+Tab does not lead to {field.accessibleName()}")

    def arrive(self, key: str) -> None:
        """Wait until a screen is there and has read what it shows."""

        def there() -> bool:
            screen = self.shell.current
            return screen is not None and screen.key == key and self.shell.isActiveWindow()

        self._qtbot.waitUntil(there)
        self.wait()

    def fall_back(self) -> None:
        """Do what every desktop does when a dialog closes: the window below it is active again."""
        self._qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
        self.shell.activateWindow()
        self._qtbot.waitUntil(self.shell.isActiveWindow)


def _dialog_at(part: QWidget | None) -> QDialog | None:
    """Return the form a widget is in: a window of its own, or one beside the screens."""
    while part is not None and not isinstance(part, QDialog):
        part = part.parentWidget()
    return part
