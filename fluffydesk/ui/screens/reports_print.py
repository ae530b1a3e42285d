"""A report on its way to printer or file: the preview, the country's paper, the file's place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QFileDialog, QWidget

from fluffydesk.ui.parts.room import make_room
from fluffydesk.ui.screens.reporting.paper import Printing, layout_of
from fluffydesk.ui.screens.reporting.report import Report


class Preview(QPrintPreviewDialog):
    """The pages of a report; the window draws on its printer for as long as it lives."""

    def __init__(self, report: Report, parent: QWidget) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(layout_of(report, letter=writes_on_letter()))
        printer.setDocName(report.title)
        super().__init__(printer, parent)
        self._paper = printer  # the dialog does not keep it
        self.setWindowTitle(f"Print {report.title}")
        self.paintRequested.connect(partial(_print, report))
        make_room(self, 1000, 760)


def preview(report: Report, parent: QWidget) -> None:
    """Show the pages of a report as they will be printed, with the way to the printer."""
    Preview(report, parent).open()


def ask_file(parent: QWidget, name: str, types: str, write: Callable[[str], None]) -> None:
    """Ask where a file goes, offering its name; `write` is told."""
    dialog = QFileDialog(parent, "Save the report")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(types)
    dialog.setDefaultSuffix(Path(name).suffix[1:])
    dialog.selectFile(name)
    dialog.fileSelected.connect(write)
    dialog.open()


def aside(path: Path) -> Path:
    """Return where a file is written until it is whole."""
    return path.with_name(f".{path.name}.part")


def writes_on_letter() -> bool:
    """Say whether this PC's country writes on Letter; everybody else does on A4."""
    imperial = QLocale.MeasurementSystem.ImperialUSSystem
    return QLocale().measurementSystem() == imperial


def _print(report: Report, printer: QPrinter) -> None:
    printing = Printing(report, printer)
    printing.step(printing.total)
