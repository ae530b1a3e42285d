"""The table of a report sorts days and months by the calendar, however the locale writes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from fluffydesk.ui.fields.texts import day_text, month_text
from fluffydesk.ui.screens.reporting.report import Column, Report, number
from fluffydesk.ui.screens.reports_table import report_columns, report_rows
from fluffydesk.ui.screens.rows_table import RowsTable


@pytest.fixture
def british() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


def test_days_months_and_numbers_sort_by_what_they_are(qtbot: QtBot, british: None) -> None:
    days = (date(2026, 4, 30), date(2026, 11, 2), date(2026, 9, 21))
    report = Report(
        "Sorted",
        (Column("Day"), Column("Moment"), Column("Month"), number("Eggs")),
        tuple(
            (day_text(day), f"{day_text(day)} 07:30", month_text(day), eggs)
            for day, eggs in zip(days, ("900", "1,100", "20"), strict=True)
        ),
    )
    assert report.rows[0][:3] == ("30/04/2026", "30/04/2026 07:30", "April 2026")
    table = RowsTable("Sorted", report_columns(report))
    qtbot.addWidget(table)
    table.show_rows(report_rows(report))
    for column in range(3):
        table.model.order_by(column)
        shown = [table.model.index(row, column).data() for row in range(3)]
        assert shown == [report.rows[place][column] for place in (0, 2, 1)]
    table.model.order_by(3)
    assert [table.model.index(row, 3).data() for row in range(3)] == ["20", "900", "1,100"]
