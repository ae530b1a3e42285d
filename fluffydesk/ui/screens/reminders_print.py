"""Letters on their way to printer or file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtGui import QPdfWriter
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog

from fluffydesk.errors import Refusal
from fluffydesk.records.types import today
from fluffydesk.ui.parts.room import make_room
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.reporting.letters import Letter, Letters, sheet_of
from fluffydesk.ui.screens.reports_print import aside, ask_file, writes_on_letter


class LettersPreview(QPrintPreviewDialog):
    """The sheets as they will be printed; accepted once they were sent to the printer."""

    def __init__(self, letters: Sequence[Letter], screen: Screen, *, card: bool) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageLayout(sheet_of(card=card, letter=writes_on_letter()))
        printer.setDocName("Reminders")
        super().__init__(printer, screen)
        self._paper = printer  # the dialog does not keep it
        self._letters, self._card, self._screen = tuple(letters), card, screen
        self.setWindowTitle("Print postcards" if card else "Print letters")
        self.paintRequested.connect(self._print)
        make_room(self, 1000, 760)

    def _print(self, printer: QPrinter) -> None:
        try:
            Letters(self._letters, printer, card=self._card).print()
        except Refusal as refusal:
            self._screen.refuse(refusal)


def save_letters(screen: Screen, letters: Sequence[Letter], then: Callable[[], object]) -> None:
    """Ask where the letters go, and write them there; `then` once they are whole."""
    name = f"reminders {today().isoformat()}.pdf"
    ask_file(screen, name, "PDF (*.pdf)", partial(_save, screen, letters, then))


def write_letters(letters: Sequence[Letter], path: Path, *, card: bool = False) -> None:
    """Write letters to a PDF; raises Refusal where one has no room on its sheet."""
    device = QPdfWriter(str(path))
    device.setResolution(300)
    device.setTitle("Reminders")
    device.setCreator("FluffyDesk")
    device.setPageLayout(sheet_of(card=card, letter=writes_on_letter()))
    Letters(letters, device, card=card).print()


def _save(screen: Screen, letters: Sequence[Letter], then: Callable[[], object], file: str) -> None:
    path = Path(file)
    try:
        write_letters(letters, aside(path))
        aside(path).replace(path)
    except OSError as error:
        screen.refuse(Refusal(f"It could not be written: {error.strerror}.", "Choose a place."))
    except Refusal as refusal:
        screen.refuse(refusal)
    else:
        then()
