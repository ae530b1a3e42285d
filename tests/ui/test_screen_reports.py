from __future__ import annotations

import csv
import gc
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtPrintSupport import QPrintPreviewDialog, QPrintPreviewWidget
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fluffydesk.actions.conventions import Conventions, choose
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.organizations import ShownMass, ShownTemperature, ShownVolume
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import use_conventions
from fluffydesk.ui.screen import Notice, Place
from fluffydesk.ui.screens.reporting.catalog import (
    REPORTS,
    Cancelled,
    last_days,
    make_report,
    month_before,
)
from fluffydesk.ui.screens.reporting.paper import (
    Paper,
    Printing,
    layout_of,
    pdf_device,
    wraps,
)
from fluffydesk.ui.screens.reporting.report import Column, Period, Report, number
from fluffydesk.ui.screens.reporting.writing import (
    about,
    csv_text,
    text_lines,
    write_csv,
    write_workbook,
)
from fluffydesk.ui.screens.reports import ReportsScreen
from fluffydesk.ui.screens.reports_table import report_columns, report_rows, sum_words
from fluffydesk.ui.screens.rows_table import Rows, RowsTable
from fluffydesk.ui.screens.today import TodayScreen
from fluffydesk.work import Work

Settle = Callable[[Work], None]
POUNDS = Conventions(
    ShownMass.POUND, ShownVolume.US_GALLON, ShownTemperature.FAHRENHEIT, calving_day=1
)


def week() -> Period:
    return last_days(7, today())


@pytest.fixture
def screen(qtbot: QtBot, farm_work: Work, settle: Settle) -> ReportsScreen:
    made = ReportsScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    settle(farm_work)
    return made


def cells_of(screen: ReportsScreen) -> list[list[str]]:
    model = screen.table.model
    return [
        [str(model.index(row, column).data()) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def long_report(rows: int) -> Report:
    columns = (Column("Animal", wide=True), Column("Remark", wide=True), number("Milk", "kg"))
    words = "a remark that is far too long for a line of its own " * 6
    return Report(
        title="Long",
        columns=columns,
        rows=tuple((f"Cow {n}", words if n % 7 == 0 else "ok", f"{n}.5") for n in range(rows)),
        sums=(("Sum", "", "12"),),
        notes=("How it is worked out.",),
        subtitle=("Hill Farm", "May"),
    )


def on_paper(report: Report, path: Path) -> list[str]:
    printing = Printing(report, pdf_device(report, path))
    while not printing.step(1):
        pass
    return [text for page in range(printing.total) for text in printing.paper.texts(page)]


@pytest.fixture(params=[Conventions(), POUNDS], ids=["metric", "imperial"])
def ways(request: pytest.FixtureRequest, sample_farm: Mirror) -> Iterator[Conventions]:
    chosen: Conventions = request.param
    told = sample_farm.recall("organization")
    values = {name: getattr(chosen, name) for name in ("mass_unit", "volume_unit", "calving_day")}
    choose(sample_farm, UUID(told["id"]), values)
    use_conventions(chosen)
    yield chosen
    use_conventions(Conventions())


def test_screen_paper_csv_and_workbook_hold_the_same_strings(
    ways: Conventions, sample_farm: Mirror, tmp_path: Path, qtbot: QtBot
) -> None:
    """Every report there is, in each of the four."""
    for kind in REPORTS:
        report = make_report(sample_farm, kind.key, month_before(today()))
        model = Rows(report_columns(report))
        model.show_rows(report_rows(report))
        heads = [
            str(model.headerData(at, Qt.Orientation.Horizontal))
            for at in range(len(report.columns))
        ]
        shown = [
            tuple(str(model.index(row, at).data() or "") for at in range(len(heads)))
            for row in range(model.rowCount())
        ]
        sums = sum_words(report)
        assert all(text in sums for line in report.sums for text in line)

        in_csv = list(csv.reader(io.StringIO(csv_text(report))))
        assert in_csv[0] == heads
        count = len(shown)
        assert [tuple(row) for row in in_csv[1 : count + 1]] == shown, kind.key
        assert [tuple(row) for row in in_csv[count + 1 : -len(about(report)) - 1]] == [*report.sums]
        assert [row[0] for row in in_csv[-len(about(report)) :]] == [*about(report)]

        drawn = on_paper(report, tmp_path / "report.pdf")
        for line in (heads, *shown, *report.sums, report.notes):
            assert set(filter(None, line)) <= set(drawn), kind.key
        assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")

        write_workbook(report, tmp_path / "report.xlsx")
        assert in_workbook(tmp_path / "report.xlsx")[: count + len(report.sums) + 1] == [
            tuple(heads),
            *shown,
            *report.sums,
        ], kind.key
        if kind.key == "milk":
            sheet = openpyxl.load_workbook(tmp_path / "report.xlsx").worksheets[0]
            assert sheet["A2"].is_date
            assert sheet["A2"].number_format == r"dd\/mm\/yyyy"
        if ways is POUNDS:
            said = {*heads, *(text for line in shown for text in line), *report.subtitle}
            metric = re.compile(r"(^|[ ,])(kg|L|°C)(/d)?$|In kg")
            assert not [text for text in said if metric.search(text)], kind.key


def in_workbook(path: Path) -> list[tuple[str, ...]]:
    """The cells of a workbook as a spreadsheet program shows them in Britain."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [tuple(map(_as_shown, row)) for row in sheet.iter_rows()]


def _as_shown(cell: Any) -> str:
    if cell.value is None:
        return ""
    if isinstance(cell.value, str):
        return cell.value
    if isinstance(cell.value, datetime):
        # "\\/" is a stroke whatever the PC's own sign between day and month is.
        said = cell.number_format.replace("\\", "").replace("hh:mm", "%H:%M")
        return cell.value.strftime(
            said.replace("yyyy", "%Y").replace("mm", "%m").replace("dd", "%d")
        )
    places = len(cell.number_format.partition(".")[2])
    return f"{Decimal(str(cell.value)):,.{places}f}"


@pytest.mark.parametrize("key", ["key-figures", "milk", "eggs", "feed", "herd", "stock", "flocks"])
def test_the_sample_farm_fills_the_reports(key: str, sample_farm: Mirror) -> None:
    report = make_report(sample_farm, key, week())
    assert len(report.rows) >= 2
    assert report.subtitle[0]
    assert week().words.endswith(report.subtitle[1].split(" to ")[-1])


def test_a_figure_is_the_same_string_on_its_tile_the_paper_and_the_csv(
    sample_farm: Mirror, farm_work: Work, settle: Settle, qtbot: QtBot, tmp_path: Path
) -> None:
    tiles = TodayScreen(farm_work)
    qtbot.addWidget(tiles)
    tiles.show()
    settle(farm_work)
    report = make_report(sample_farm, "key-figures", week())
    milk, eggs, feed = (make_report(sample_farm, key, week()) for key in ("milk", "eggs", "feed"))
    drawn = on_paper(report, tmp_path / "figures.pdf")
    written = {row[0]: row[1] for row in csv.reader(io.StringIO(csv_text(report))) if row[1:]}
    for key, row, again in (
        ("milk", "Milk a day", milk.sum("Mean a day", "Milk")),
        ("milk_per_cow", "Milk a cow and day", milk.sum("Mean a day", "Per cow")),
        ("eggs", "Eggs a day", eggs.sum("Mean a day", "Eggs")),
        ("hen_day", "Hen-day", eggs.sum("Mean a day", "Hen-day")),
        ("feed", "Feed a day", feed.sum("Mean a day", "Feed")),
        ("deaths", "Deaths", None),
    ):
        tile = tiles.tiles[key].number()
        assert tile
        assert written[row] == tile
        assert again in (tile, None)
        assert tile in drawn


def test_without_data_a_figure_says_so_and_is_not_zero(mirror: Mirror) -> None:
    report = make_report(mirror, "key-figures", week())
    assert [row[1] for row in report.rows] == ["not enough data"] * 5 + ["0"]
    assert make_report(mirror, "milk", week()).sum("Mean a day", "Milk") == "not enough data"


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Refusal, match="ends before it begins"):
        Period(date(2026, 5, 2), date(2026, 5, 1))
    assert Period(date(2026, 5, 8), date(2026, 5, 14)).before == Period(
        date(2026, 5, 1), date(2026, 5, 7)
    )


def test_long_reports_repeat_the_table_head_and_number_the_pages(
    qtbot: QtBot, tmp_path: Path
) -> None:
    report = long_report(300)
    device = pdf_device(report, tmp_path / "long.pdf")
    paper = Paper(report, device)
    assert len(paper.pages) > 3
    for page, lines in enumerate(paper.pages):
        assert lines[0].cells == ("Animal", "Remark", "Milk, kg")
        assert f"Page {page + 1} of {len(paper.pages)}" in list(paper.texts(page))
        bottoms = [line.top + line.height for line in lines]
        assert bottoms == sorted(bottoms)
        assert bottoms[-1] <= device.height()
    assert sum(paper.widths) == pytest.approx(device.width(), rel=0.01)
    rows = [line.cells for lines in paper.pages for line in lines if len(line.cells) == 3]
    assert [cells for cells in rows if cells[0].startswith("Cow")] == list(report.rows)


def test_letter_is_not_a4_and_many_columns_lie_on_their_side(sample_farm: Mirror) -> None:
    book = make_report(sample_farm, "medicine", week())
    milk = make_report(sample_farm, "milk", week())
    assert layout_of(milk).pageSize().name() != layout_of(milk, letter=True).pageSize().name()
    assert layout_of(book).orientation() != layout_of(milk).orientation()


def test_csv_runs_no_formula_and_keeps_minus_in_numbers(tmp_path: Path) -> None:
    columns = (Column("Name"), number("Milk", "kg"))
    report = Report("Names", columns, (("=1+1", "-3.5"), ("ברקת", "4")))
    rows = list(csv.reader(io.StringIO(csv_text(report))))
    assert rows[1:3] == [["'=1+1", "-3.5"], ["ברקת", "4"]]
    write_csv(report, tmp_path / "names.csv")
    assert (tmp_path / "names.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    assert list(tmp_path.iterdir()) == [tmp_path / "names.csv"]
    with pytest.raises(Refusal, match="cannot be written"):
        write_csv(report, tmp_path / "none" / "names.csv")


def test_text_for_a_terminal_is_aligned() -> None:
    lines = list(text_lines(long_report(2)))
    assert lines[:3] == ["Long", "Hill Farm", "May"]
    assert lines[-1] == "How it is worked out."
    assert any(line.endswith("0.5") for line in lines)


def test_a_report_that_nobody_waits_for_stops(sample_farm: Mirror) -> None:
    def stop() -> None:
        raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled):
        make_report(sample_farm, "herd", week(), stop)


def test_it_is_chosen_and_its_days_are_typed_with_the_keyboard(
    qtbot: QtBot, screen: ReportsScreen, farm_work: Work, settle: Settle, sample_farm: Mirror
) -> None:
    assert QApplication.focusWidget() is screen.kinds
    qtbot.keyClick(screen.kinds, Qt.Key.Key_Down)
    settle(farm_work)
    assert screen.report is not None
    assert screen.report.title == "Milk"
    assert len(cells_of(screen)) == 7
    first = screen.first.field
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Up)
    settle(farm_work)
    assert len(cells_of(screen)) == 6
    assert cells_of(screen) == [list(row) for row in screen.report.rows]
    assert "Mean a day: Milk" in screen.sums.text()


def test_days_that_make_no_sense_are_said_and_nothing_typed_is_lost(
    screen: ReportsScreen, farm_work: Work, settle: Settle
) -> None:
    before = cells_of(screen)
    screen.last.set_value(today() - timedelta(days=400))
    screen.last.changed.emit()
    settle(farm_work)
    assert "ends before it begins" in screen.problem.text()
    assert cells_of(screen) == before
    assert screen.last.value() == today() - timedelta(days=400)


def test_a_pdf_is_drawn_step_by_step_and_cancel_leaves_no_file(
    qtbot: QtBot, screen: ReportsScreen, farm_work: Work, settle: Settle, tmp_path: Path
) -> None:
    notices: list[Notice] = []
    screen.told.connect(notices.append)
    screen.report = long_report(900)
    screen.write_pdf(str(tmp_path / "no.pdf"))
    assert screen.cancel.isVisible()
    screen.give_up()
    assert notices[-1].text == "No PDF was written."
    assert [one.name for one in tmp_path.iterdir() if "pdf" in one.name] == []
    screen.write_pdf(str(tmp_path / "yes.pdf"))
    qtbot.waitUntil(lambda: (tmp_path / "yes.pdf").exists())
    assert (tmp_path / "yes.pdf").read_bytes().startswith(b"%PDF")
    assert "yes.pdf is written" in notices[-1].text
    assert not screen.cancel.isVisible()
    screen.write_pdf(str(tmp_path / "none" / "x.pdf"))
    assert "cannot be written" in notices[-1].text


def test_ctrl_p_shows_the_pages(qtbot: QtBot, screen: ReportsScreen) -> None:
    qtbot.keyClick(screen.kinds, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, QPrintPreviewDialog)]
    [dialog] = (one for one in found if one.isVisible())
    pages = dialog.findChild(QPrintPreviewWidget)
    assert pages is not None
    gc.collect()
    qtbot.waitUntil(lambda: pages.pageCount() > 0)  # they are drawn when the window has come
    pages.updatePreview()
    assert not dialog.grab().isNull()
    dialog.close()


def test_a_place_names_a_report_and_a_hundred_thousand_rows_are_shown(
    screen: ReportsScreen, farm_work: Work, settle: Settle
) -> None:
    screen.arrive(Place("reports", part="stock"))
    settle(farm_work)
    assert screen.report is not None
    assert screen.report.title == "Stock list"
    assert not screen.first.isEnabled()
    screen._show(long_report(100_000))
    assert screen.table.model.rowCount() == 100_000


def test_the_table_of_another_report_takes_the_place_of_the_last(
    qtbot: QtBot, screen: ReportsScreen, farm_work: Work, settle: Settle
) -> None:
    screen.arrive(Place("reports", part="milk"))
    settle(farm_work)
    qtbot.waitUntil(lambda: len(screen.findChildren(RowsTable)) == 1)
    assert screen.sums.isVisible()
    qtbot.waitUntil(lambda: screen.sums.geometry().top() >= screen.table.geometry().bottom())


def test_a_word_that_fits_is_not_broken_on_paper(sample_farm: Mirror, tmp_path: Path) -> None:
    report = make_report(sample_farm, "herd", week())
    device = pdf_device(report, tmp_path / "herd.pdf")
    paper = Paper(report, device)
    metrics = QFontMetricsF(paper._heavy, device)
    for column, width in zip(report.columns, paper.widths, strict=True):
        room = width - metrics.height() * 0.8
        assert room > metrics.horizontalAdvance(column.heading) * 1.02


def test_words_are_broken_only_where_one_is_longer_than_its_column(
    qtbot: QtBot, tmp_path: Path
) -> None:
    device = pdf_device(long_report(1), tmp_path / "long.pdf")
    metrics = QFontMetricsF(Paper(long_report(1), device)._plain, device)
    room = metrics.horizontalAdvance("reckoned") * 1.2
    assert wraps(metrics, "how it is reckoned here", room) == Qt.TextFlag.TextWordWrap
    assert Qt.TextFlag.TextWrapAnywhere in wraps(metrics, "unreasonablylongwordhere", room)


def test_the_head_of_a_page_wraps_and_nothing_is_drawn_over_it(
    qtbot: QtBot, tmp_path: Path
) -> None:
    report = replace(long_report(3), subtitle=("A farm with a very long name " * 12, "May"))
    device = pdf_device(report, tmp_path / "long.pdf")
    paper, short = Paper(report, device), Paper(long_report(3), device)
    lines = QFontMetricsF(paper._plain, device).height()
    assert paper.pages[0][0].top >= short.pages[0][0].top + 2 * lines
