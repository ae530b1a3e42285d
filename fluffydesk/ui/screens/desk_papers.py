"""A paper on its way: print preview, PDF a few pages at a time, CSV and workbook."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.errors import Refusal
from fluffydesk.records.types import new_id, today
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, Words, dismiss, put_in_place
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.reporting.paper import Printing, pdf_device
from fluffydesk.ui.screens.reporting.report import Report
from fluffydesk.ui.screens.reporting.writing import told, write_csv, write_workbook
from fluffydesk.ui.screens.reports_jobs import written
from fluffydesk.ui.screens.reports_print import aside, ask_file, preview, writes_on_letter
from fluffydesk.ui.screens.reports_table import ReportRow, report_columns
from fluffydesk.ui.screens.rows_table import RowsTable, Shown


class Papers(QObject):
    """Prints and writes one paper after the other, and tells on its screen."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._screen = screen
        self._printing: Printing | None = None
        self._path: Path | None = None
        self._pages = QTimer(self)
        self._pages.timeout.connect(self._step)

    def preview(self, report: Report) -> None:
        """Show the pages as they will be printed, with the way to the printer."""
        preview(report, self._screen)

    def ask(self, report: Report, ending: str) -> None:
        """Ask where a paper goes: .pdf, .csv or .xlsx."""
        kinds: dict[str, tuple[str, Callable[[Report, str], None]]] = {
            ".pdf": ("PDF (*.pdf)", self.write_pdf),
            ".csv": ("CSV (*.csv)", self.write_csv),
            ".xlsx": ("Workbook (*.xlsx)", self.write_workbook),
        }
        types, write = kinds[ending]
        name = "".join("-" if one in '/\\:*?"<>|' else one for one in report.title)
        ask_file(
            self._screen, f"{name} {today().isoformat()}{ending}", types, partial(write, report)
        )

    def write_pdf(self, report: Report, file: str) -> None:
        """Write a paper as PDF."""
        if self._printing is not None:
            return
        self._path = Path(file)
        beside = aside(self._path)
        try:
            beside.touch()
            self._printing = Printing(report, pdf_device(report, beside, letter=writes_on_letter()))
        except OSError as error:
            self._screen.refuse(told(error, self._path))
            return
        except Refusal as refusal:
            self._screen.refuse(refusal)
            return
        self._pages.start(0)

    def write_csv(self, report: Report, file: str) -> None:
        """Write a paper as CSV."""
        self._write(write_csv, report, Path(file))

    def write_workbook(self, report: Report, file: str) -> None:
        """Write a paper as a workbook."""
        self._write(write_workbook, report, Path(file))

    def _write(self, write: Callable[[Report, Path], None], report: Report, path: Path) -> None:
        job = partial(written, write=write, report=report, path=path)
        self._screen.work.on_mirror(job, self._told_of, self._refused)

    def _step(self) -> None:
        if self._printing is None or not self._printing.step():
            return
        self._pages.stop()
        self._printing = None
        assert self._path is not None
        try:
            aside(self._path).replace(self._path)
        except OSError as error:
            self._screen.refuse(told(error, self._path))
            return
        self._told_of(self._path)

    def _told_of(self, path: Path) -> None:
        self._screen.tell(f"{path.name} is written.")

    def _refused(self, refusal: Refusal) -> None:
        self._screen.refuse(refusal)


class PaperView(QWidget):
    """A paper as a table: every row and sum in the strings that are printed."""

    def __init__(self, papers: Papers, *more: Button) -> None:
        super().__init__()
        self._papers = papers
        self.report: Report | None = None
        self.title = Words("", Type.HEADING, wrap=True)
        self.notes = Words("", Type.SMALL, "muted", wrap=True)
        self.buttons = {
            "print": Button("Print", self.preview, icon_role="print"),
            ".pdf": Button("PDF", partial(self.ask, ".pdf"), icon_role="pdf"),
            ".csv": Button("CSV", partial(self.ask, ".csv"), icon_role="export"),
            ".xlsx": Button("Excel", partial(self.ask, ".xlsx"), icon_role="export"),
        }
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(measures.STEP)
        self.column.addWidget(
            Flow(self.title, None, *more, *self.buttons.values(), grows=self.title)
        )
        self.table = RowsTable("Paper", (Shown("Paper", str),))
        self.column.addWidget(self.table, 1)
        self.column.addWidget(self.notes)
        self.setFocusProxy(self.table)

    def show_report(self, report: Report) -> None:
        """Show another paper."""
        new = self.report is None or self.report.columns != report.columns
        self.report = report
        self.title.setText(report.title)
        self.notes.setText(" ".join(report.notes))
        if new:
            table = RowsTable(report.title.partition(",")[0], report_columns(report))
            put_in_place(self.column, self.table, table)
            dismiss(self.table)
            self.table = table
            self.setFocusProxy(table)
        rows = [ReportRow(new_id(), cells) for cells in (*report.rows, *report.sums)]
        self.table.say_when_empty(report.empty)
        self.table.show_rows(rows, select_first=True)

    def preview(self) -> None:
        """Show the paper's pages."""
        if self.report is not None:
            self._papers.preview(self.report)

    def ask(self, ending: str) -> None:
        """Ask where the paper's file goes."""
        if self.report is not None:
            self._papers.ask(self.report, ending)
