"""The crash window: what broke, to read and copy; the edit in hand stays where it is."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from fluffydesk import __version__
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.parts.room import make_room


def report_of(error: BaseException) -> str:
    """Return the report: versions and the traceback, without anything the user entered."""
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    python = sys.version.split()[0]
    head = f"FluffyDesk {__version__} · Python {python} · Qt {qVersion()} · {platform.platform()}"
    return f"{head}\n\n{''.join(lines)}"


class CrashWindow(QDialog):
    """One window for a bug, however many follow; they are added below the first."""

    def __init__(
        self, error: BaseException, logs: Path | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something broke")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.report = QPlainTextEdit(report_of(error))
        self.report.setReadOnly(True)
        self.report.setAccessibleName("Report")
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._copied = Words("", role="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, measures.GROUP, measures.GROUP, measures.CARD)
        column.setSpacing(measures.STEP)
        column.addWidget(Words("Something in FluffyDesk broke", Type.TITLE))
        column.addWidget(
            Words(
                "What you saved is safe, and what you are typing is still on the screen. "
                "Close this window and go on; if it breaks again, send the report to whoever "
                "looks after FluffyDesk for you.",
                wrap=True,
            )
        )
        column.addWidget(self.report, 1)
        if logs is not None:
            path = Words(f"It is also in {logs}", Type.SMALL, "muted", wrap=True)
            path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(path)
        copy = Button("Copy the report", self.copy, icon_role="copy")
        close = Button("Close", self.accept, kind="primary")
        column.addLayout(row(copy, self._copied, None, close))
        make_room(self, 720, 520)
        close.setFocus()

    def add(self, error: BaseException) -> None:
        """Add another bug's report."""
        self.report.appendPlainText("\n" + report_of(error))

    def copy(self) -> None:
        """Copy the report to the clipboard."""
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self._copied.setText("Copied")
