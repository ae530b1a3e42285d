"""Windows of what is printed: a drug's label and a pet's vaccinations, with print and PDF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from fluffydesk.errors import Refusal
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Card, Page
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.parts.room import make_room
from fluffydesk.ui.screens.reporting import labels
from fluffydesk.ui.screens.reporting.labels import Label
from fluffydesk.ui.screens.reporting.paper import Printing, pdf_device
from fluffydesk.ui.screens.reporting.report import Report
from fluffydesk.ui.screens.reports_print import aside, ask_file, preview, writes_on_letter

_TYPES = {"head": Type.SMALL, "strong": Type.STRONG, "main": Type.HEADING, "plain": Type.SMALL}
_WIDTH, _HIGH = 560, 480


class LabelView(Card):
    """A label as it will be printed, line for line."""

    def __init__(self) -> None:
        super().__init__()
        self.label = Label("", ())
        self._lines: list[Words] = []

    def show_label(self, label: Label) -> None:
        """Show a label's lines."""
        self.label = label
        for number, (kind, text) in enumerate(label.lines):
            if number == len(self._lines):
                line = Words("", _TYPES[kind], wrap=True)
                self._lines.append(line)
                self.add(line)
            measures.dress(self._lines[number], _TYPES[kind])
            self._lines[number].setText(text)
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(label.lines))
        self.setAccessibleName("Label: " + ". ".join(label.texts))


class LabelPreview(QPrintPreviewDialog):
    """The label on its roll, with the way to the printer."""

    def __init__(self, label: Label, parent: QWidget) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(labels.layout_of(label))
        printer.setDocName(label.title)
        super().__init__(printer, parent)
        self._paper = printer  # the dialog does not keep it
        self.setWindowTitle(f"Print {label.title}")
        self.paintRequested.connect(partial(labels.paint, label))
        make_room(self, 760, 560)


class PaperDialog(QDialog):
    """A paper on the screen: Ctrl+P prints it, "Save as PDF" writes a file."""

    told = Signal(str)

    def __init__(
        self,
        title: str,
        name: str,
        shown: QWidget,
        print_it: Callable[[QWidget], object],
        write: Callable[[Path], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._name, self._print, self._write = name, print_it, write
        self.trouble = Banner("", "danger")
        self.print_button = Button("Print", self.print_it, kind="primary", icon_role="print")
        self.print_button.setToolTip("Ctrl+P")
        self.pdf_button = Button("Save as PDF", self.save_pdf, icon_role="pdf")
        page = Page(measures.CARD)
        page.column.setContentsMargins(0, 0, 0, 0)
        page.add(shown)
        page.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[measures.GROUP] * 4)
        column.setSpacing(measures.CARD)
        column.addWidget(Words(title, Type.TITLE, wrap=True))
        column.addWidget(self.trouble)
        column.addWidget(page, 1)
        close = Button("Close", self.reject)
        column.addLayout(row(self.pdf_button, None, close, self.print_button))
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self.print_it)
        make_room(self, _WIDTH, _HIGH)
        self.print_button.setFocus()

    def print_it(self) -> None:
        """Show the pages with the way to the printer."""
        self._print(self)

    def save_pdf(self) -> None:
        """Ask for a place, and write the PDF there."""
        ask_file(self, f"{self._name}.pdf", "PDF (*.pdf)", self.write_to)

    def write_to(self, name: str) -> None:
        """Write the PDF aside, and put it in place once it is whole."""
        path = Path(name)
        try:
            self._write(aside(path))
            aside(path).replace(path)
        except OSError as error:
            self.trouble.say(f"{path.name} was not written: {error.strerror}.", "danger")
        except Refusal as refusal:
            self.trouble.say(str(refusal), "danger")
        else:
            self.trouble.say(f"{path.name} is written.", "good")


def label_dialog(label: Label, parent: QWidget) -> PaperDialog:
    """Return the window of a label."""
    view = LabelView()
    view.show_label(label)
    return PaperDialog(
        "Label", label.title, view, partial(_preview_label, label),
        partial(labels.write_pdf, label), parent,
    )  # fmt: skip


def card_dialog(report: Report, parent: QWidget) -> PaperDialog:
    """Return the window of a pet's vaccinations."""
    card = Card()
    for text in filter(None, report.subtitle):
        card.add(Words(text, Type.SMALL, "muted", wrap=True))
    if not report.rows:
        card.add(Words(report.empty, wrap=True))
    for cells in report.rows:
        card.add(Words(_told(report, cells), wrap=True))
    return PaperDialog(
        report.title, report.title, card, partial(preview, report), partial(_write, report), parent
    )


def _told(report: Report, cells: Sequence[str]) -> str:
    named = zip(report.columns[2:], cells[2:], strict=True)
    rest = (f"{column.title} {text}" for column, text in named if text)
    return " · ".join((cells[0], cells[1], *rest))


def _preview_label(label: Label, parent: QWidget) -> None:
    LabelPreview(label, parent).open()


def _write(report: Report, path: Path) -> None:
    device = pdf_device(report, path, letter=writes_on_letter())
    printing = Printing(report, device)
    printing.step(printing.total)
