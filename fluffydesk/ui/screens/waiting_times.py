"""The stage times on the waiting room's screen: the report's own strings, of a choice of days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Button, Segments, Words, dismiss, put_in_place
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.reporting.catalog import last_days, make_report
from fluffydesk.ui.screens.reporting.report import Period, Report
from fluffydesk.ui.screens.reports_table import report_columns, report_rows, sum_words
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work

BY_VET, BY_DAY = "stage-times", "stage-times-by-day"


def _today(on: date) -> Period:
    return Period(on, on)


_SPANS: list[tuple[str, object]] = [
    ("Today", _today),
    ("7 days", partial(last_days, 7)),
    ("30 days", partial(last_days, 30)),
]


class StageTimes(QWidget):
    """How long patients were in each stage, by vet or by day."""

    go = Signal(object)
    """A Place: the same report, to print and to save."""

    def __init__(self, work: Work, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.work = work
        self._clock = clock
        self.report: Report | None = None
        self.by = Segments("Stage times", [("By vet", BY_VET), ("By day", BY_DAY)])
        self.spans = Segments("Days", _SPANS)
        self.by.chosen.connect(self.reload)
        self.spans.chosen.connect(self.reload)
        self.open_button = Button("Print or save", self._open, icon_role="reports")
        self.open_button.setToolTip("Open under Reports")
        self.table = RowsTable("Stage times", (Shown("Stage", str),))
        self.sums = Words("", Type.STRONG, wrap=True)
        self.notes = Words("", Type.SMALL, "muted", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(measures.STEP)
        self._column.addWidget(Flow(self.by, self.spans, None, self.open_button))
        self._column.addWidget(self.table, 1)
        self._column.addWidget(self.sums)
        self._column.addWidget(self.notes)

    def reload(self, _: object = None) -> None:
        """Make the report anew."""
        span = self.spans.value()
        assert callable(span)
        period = span(self._clock().astimezone(self.work.whose.zone).date())
        job = partial(_make, key=str(self.by.value()), period=period)
        self.work.on_mirror(job, self._show, latest=True)

    def _show(self, report: Report) -> None:
        same = self.report is not None and self.report.columns == report.columns
        self.report = report
        if not same:
            table = RowsTable(report.title, report_columns(report))
            put_in_place(self._column, self.table, table)
            self._column.setStretchFactor(table, 1)
            dismiss(self.table)
            self.table = table
        self.table.say_when_empty(report.title, report.empty)
        self.table.show_rows(report_rows(report))
        self.sums.setText(sum_words(report))
        self.sums.setVisible(bool(report.sums and report.rows))
        self.notes.setText("\n".join(report.notes))

    def _open(self) -> None:
        self.go.emit(Place("reports", part=str(self.by.value())))


def _make(mirror: Mirror, key: str, period: Period) -> Report:
    return make_report(mirror, key, period)
