"""Reports: choose one and its days, see it, print it, write it as PDF, CSV or workbook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.types import today
from fluffydesk.ui.fields.date_editors import DateEditor
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner, Page
from fluffydesk.ui.parts.controls import (
    Button,
    DropDown,
    Segments,
    Words,
    dismiss,
    put_in_place,
    row,
)
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.reporting.catalog import (
    kind_of,
    last_days,
    month_before,
    month_of,
    reports_for,
    year_of,
)
from fluffydesk.ui.screens.reporting.paper import Printing, pdf_device
from fluffydesk.ui.screens.reporting.report import Period, Report
from fluffydesk.ui.screens.reporting.writing import told, write_csv, write_workbook
from fluffydesk.ui.screens.reports_jobs import Asked, Made, make, written
from fluffydesk.ui.screens.reports_own import OwnColumns
from fluffydesk.ui.screens.reports_print import aside, ask_file, preview, writes_on_letter
from fluffydesk.ui.screens.reports_table import report_columns, report_rows, sum_words
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work

DATE_WIDTH, TABLE_HEIGHT = 160, 176
_OWN = "own"
_SPANS: list[tuple[str, object]] = [
    ("7 days", partial(last_days, 7)),
    ("This month", month_of),
    ("Last month", month_before),
    ("This year", year_of),
    ("Other days", _OWN),
]


class ReportsScreen(Screen):
    """One report at a time: its table, its sums, and the ways to paper and file."""

    key = "reports"
    title = "Reports"
    icon = "reports"
    group = "Stores"
    searches = "Any word of a row"
    help = (
        "Choose a report and its days. The table, the print, the PDF, the CSV and the workbook "
        "(XLSX) hold the same figures, written the same way.\n"
        "A report of one day (the herd list, the stock list, the parlour's list) is of the last "
        "day of the period.\n"
        "The herd list can have columns of the farm's own fields: choose them under Own fields.\n"
        "The lines below the table say how its figures are worked out."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.report: Report | None = None
        self._asked = Asked()
        self._printing: Printing | None = None
        self._path: Path | None = None
        self.kinds = DropDown()
        self.kinds.setAccessibleName("Report")
        self.kinds.setMinimumWidth(280)
        for kind in reports_for(work.whose.organization_type):
            self.kinds.addItem(kind.title, kind.key)
        self.kinds.currentIndexChanged.connect(self._chosen)
        self.spans = Segments("Days", _SPANS)
        self.spans.chosen.connect(self._span_chosen)
        self.first, self.last = self._editor("First day"), self._editor("Last day")
        self._set_period(last_days(7, today()))
        self.day_turned.connect(self._turn)
        self.first.changed.connect(self._typed)
        self.last.changed.connect(self._typed)
        self.own = OwnColumns()
        self.own.chosen.connect(self.reload)
        self.print_button = Button("Print", self.preview, icon_role="print")
        self.pdf_button = Button("PDF", self.ask_pdf, icon_role="pdf")
        self.csv_button = Button("CSV", self.ask_csv, icon_role="export")
        self.xlsx_button = Button("XLSX", self.ask_workbook, icon_role="export")
        self.print_button.setToolTip("Print preview (Ctrl+P)")
        self.pdf_button.setToolTip("Write a PDF (Ctrl+Shift+P)")
        self.csv_button.setToolTip("Write a CSV file (Ctrl+Shift+C)")
        self.xlsx_button.setToolTip("Write a workbook for a spreadsheet (Ctrl+Shift+X)")
        self.about = Words("", role="muted")
        self.problem = Words("", Type.SMALL, "danger")
        self.problem.hide()
        self.banner = Banner()
        self.table = RowsTable("Report", (Shown("Report", str),))
        self.sums = Words("", Type.STRONG, wrap=True)
        self.notes = Words("", Type.SMALL, "muted", wrap=True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        self.bar.setFixedWidth(320)
        self.progress = Words("", role="muted")
        self.cancel = Button("Cancel", self.give_up)
        self._pages = QTimer(self)
        self._pages.timeout.connect(self._step)
        self._arrange()
        self._idle()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+P", "Print preview, and print"),
            ("Ctrl+Shift+P", "Write a PDF"),
            ("Ctrl+Shift+C", "Write a CSV file"),
            ("Ctrl+Shift+X", "Write a workbook (XLSX)"),
            ("Ctrl+Shift+O", "Choose own fields for the herd list"),
            ("Up, Down in a day", "A day later, a day earlier"),
        )

    def reload(self) -> None:
        """Make the chosen report anew."""
        try:
            period = self.period()
        except Refusal as refusal:
            self._wrong(str(refusal))
            return
        self._wrong("")
        self._asked.wanted = False
        self._asked = Asked()
        kind = kind_of(str(self.kinds.currentData()))
        self.about.setText(kind.about)
        self.first.setEnabled(kind.spans)
        self._busy("Reading")
        job = partial(
            make, key=kind.key, period=period, stop=self._asked.stop, own=self.own.names()
        )
        self.work.on_mirror(job, self._made, self._refused, latest=True)

    def search(self, text: str) -> None:
        self.table.search(text)

    def arrive(self, place: Place) -> None:
        """Come to the report that `place.part` names; one of a single day is of today."""
        if place.part:
            if not kind_of(place.part).spans:
                self.last.set_value(today())
            self.kinds.setCurrentIndex(self.kinds.findData(place.part))

    def showEvent(self, event: QShowEvent) -> None:
        """Figures may have changed since; the choice of the report has the keys."""
        super().showEvent(event)
        self.kinds.setFocus()
        self.reload()

    def period(self) -> Period:
        """Return the days that are chosen. Raises Refusal."""
        first, last = self.first.value(), self.last.value()
        if first is None or last is None:
            raise InvalidValue("A day is missing.", "Enter the first and the last day.")
        return Period(first, last)

    def set_period(self, period: Period) -> None:
        """Show other days."""
        self.spans.set_value(_OWN)
        self._set_period(period)
        self.reload()

    def choose_own(self) -> None:
        """Open the menu of own fields, where the report shows any."""
        if self.own.isVisible():
            self.own.menu().popup(self.own.mapToGlobal(self.own.rect().bottomLeft()))

    def preview(self) -> None:
        """Show the pages as they will be printed, with the way to the printer."""
        if self.report is not None:
            preview(self.report, self)

    def ask_pdf(self) -> None:
        """Ask where the PDF goes."""
        self._ask("PDF (*.pdf)", ".pdf", self.write_pdf)

    def ask_csv(self) -> None:
        """Ask where the CSV goes."""
        self._ask("CSV (*.csv)", ".csv", self.write_csv)

    def ask_workbook(self) -> None:
        """Ask where the workbook goes."""
        self._ask("Workbook (*.xlsx)", ".xlsx", self.write_workbook)

    def write_pdf(self, file: str) -> None:
        """Write the report as PDF, a few pages at a time; Cancel leaves no file."""
        if self.report is None or self._printing is not None:
            return
        path = Path(file)
        self._path = path
        beside = aside(path)
        try:
            beside.touch()
            self._printing = Printing(
                self.report, pdf_device(self.report, beside, letter=writes_on_letter())
            )
        except OSError as error:
            self.refuse(told(error, path))
            return
        except Refusal as refusal:
            self.refuse(refusal)
            return
        self._busy("Drawing pages")
        self._pages.start(0)

    def write_csv(self, file: str) -> None:
        """Write the report as CSV."""
        self._write(write_csv, Path(file))

    def write_workbook(self, file: str) -> None:
        """Write the report as a workbook."""
        self._write(write_workbook, Path(file))

    def _write(self, write: Callable[[Report, Path], None], path: Path) -> None:
        if self.report is None:
            return
        self._busy(f"Writing {path.name}")
        job = partial(written, write=write, report=self.report, path=path)
        self.work.on_mirror(job, self._told_of, self._not_written)

    def _told_of(self, path: Path) -> None:
        self._idle()
        self.tell(f"{path.name} is written.")

    def _not_written(self, refusal: Refusal) -> None:
        self._idle()
        self.refuse(refusal)

    def give_up(self) -> None:
        """Stop what is under way: a report that is read, or pages that are drawn."""
        self._asked.wanted = False
        if self._printing is not None:
            self._pages.stop()
            self._printing.give_up()
            self._printing = None
            assert self._path is not None
            aside(self._path).unlink(missing_ok=True)
            self.tell("No PDF was written.", tone="info")
        self._idle()

    def _editor(self, name: str) -> DateEditor:
        made = DateEditor(MilkProductionLog.__table__.c.milked_on)
        made.setFixedWidth(DATE_WIDTH)
        made.field.setAccessibleName(name)
        return made

    def _arrange(self) -> None:
        for keys, act in (
            ("Ctrl+P", self.preview),
            ("Ctrl+Shift+P", self.ask_pdf),
            ("Ctrl+Shift+C", self.ask_csv),
            ("Ctrl+Shift+X", self.ask_workbook),
            ("Ctrl+Shift+O", self.choose_own),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        page = Page(12)
        page.fill(self)
        column = page.column
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.CARD)
        column.addWidget(Flow(self.kinds, self.own, None, *self._files()))
        to = row(self.first, Words("to", role="muted"), self.last)
        days = QWidget()
        days.setLayout(to)
        column.addWidget(Flow(self.spans, days))
        column.addWidget(self.problem)
        column.addLayout(row(self.about, None, self.progress, self.bar, self.cancel))
        column.addWidget(self.banner)
        self._body = QVBoxLayout()
        self.table.setMinimumHeight(TABLE_HEIGHT)
        self._body.addWidget(self.table, 1)
        column.addLayout(self._body, 1)
        column.addWidget(self.sums)
        column.addWidget(self.notes)

    def _chosen(self, number: int) -> None:
        self.reload()

    def _span_chosen(self, span: object) -> None:
        if callable(span):
            made = span(today())
            assert isinstance(made, Period)
            self._set_period(made)
            self.reload()
        else:
            self.first.field.setFocus()

    def _turn(self, before: date) -> None:
        """The last seven days are others on another day; days that were typed stay."""
        span = self.spans.value()
        if callable(span):
            self._set_period(span(today()))

    def _set_period(self, period: Period) -> None:
        self.first.set_value(period.first)
        self.last.set_value(period.last)

    def _typed(self) -> None:
        self.spans.set_value(_OWN)
        self.reload()

    def _wrong(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
        for editor in (self.first, self.last):
            editor.set_wrong(bool(words))

    def _made(self, made: Made) -> None:
        self.own.offer(made.own)
        self._show(made.report)

    def _show(self, report: Report | None) -> None:
        self._idle()
        if report is None:
            self.banner.say("The report was cancelled. Choose it again to make it.", "info")
            return
        self.banner.say("")
        same = self.report is not None and self.report.columns == report.columns
        self.report = report
        if not same:
            table = RowsTable(f"Report {report.title}", report_columns(report))
            table.setMinimumHeight(TABLE_HEIGHT)
            put_in_place(self._body, self.table, table)
            dismiss(self.table)
            self.table = table
        self.table.say_when_empty(report.title, report.empty)
        self.table.show_rows(report_rows(report))
        self.sums.setText(sum_words(report))
        self.sums.setVisible(bool(report.sums and report.rows))
        self.notes.setText("\n".join(report.notes))
        self.notes.setVisible(bool(report.notes))
        self._allow()

    def _refused(self, refusal: Refusal) -> None:
        self._idle()
        self.banner.say(str(refusal), "danger")

    def _step(self) -> None:
        if self._printing is None or self._path is None:
            return
        ended = self._printing.step()
        done, total = self._printing.done, self._printing.total
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.progress.setText(f"Page {number_text(done)} of {number_text(total)}")
        if not ended:
            return
        self._pages.stop()
        self._printing = None
        try:
            aside(self._path).replace(self._path)
        except OSError as error:
            aside(self._path).unlink(missing_ok=True)
            self.refuse(told(error, self._path))
        else:
            pages = f"{number_text(total)} {'page' if total == 1 else 'pages'}"
            self.tell(f"{self._path.name} is written: {pages}.")
        self._idle()

    def _busy(self, words: str) -> None:
        self.bar.setRange(0, 0)
        self.progress.setText(words)
        for part in (self.bar, self.progress, self.cancel):
            part.show()
        self._allow()

    def _idle(self) -> None:
        for part in (self.bar, self.progress, self.cancel):
            part.hide()
        self._allow()

    def _allow(self) -> None:
        ready = self.report is not None and self._printing is None
        for button in self._files():
            button.setEnabled(ready)

    def _files(self) -> tuple[Button, ...]:
        return self.print_button, self.pdf_button, self.csv_button, self.xlsx_button

    def _ask(self, types: str, ending: str, write: Callable[[str], None]) -> None:
        if self.report is not None:
            name = f"{self.report.title} {self.period().last.isoformat()}{ending}"
            ask_file(self, name, types, write)
