"""A window that does not lose what was typed in it: it asks before it closes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget


class AskingDialog(QDialog):
    """Esc, Cancel and the window's cross ask first where something was typed."""

    stays = Signal()
    """It was to be saved or closed, and stays open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question: QMessageBox | None = None
        self._sure = False

    @property
    def typed(self) -> bool:
        """Whether something was typed that is lost if the window closes."""
        raise NotImplementedError

    def keep(self) -> None:
        """Save what was typed, and close once that is done."""
        raise NotImplementedError

    def reject(self) -> None:
        """Close; ask first where something was typed."""
        if self._sure or not self.typed:
            super().reject()
            return
        ask = self._ask("Save what you typed?", "It is kept only if you save it.")
        save = ask.addButton("Save", QMessageBox.ButtonRole.AcceptRole)
        throw = ask.addButton("Throw away", QMessageBox.ButtonRole.DestructiveRole)
        go_on = ask.addButton("Go on typing", QMessageBox.ButtonRole.RejectRole)
        go_on.clicked.connect(self.stays)
        save.clicked.connect(self.keep)
        throw.clicked.connect(self._throw_away)
        ask.open()

    def _ask(self, text: str, more: str) -> QMessageBox:
        ask = QMessageBox(self)
        ask.setWindowTitle("FluffyDesk")
        ask.setText(text)
        ask.setInformativeText(more)
        self.question = ask
        return ask

    def _throw_away(self) -> None:
        self._sure = True
        self.reject()
