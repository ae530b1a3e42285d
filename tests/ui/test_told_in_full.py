"""What stores, money, sync and reports tell is in the farm's units, whole, and not lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions import saving
from fluffydesk.actions.conventions import Conventions
from fluffydesk.actions.stock import move_stock
from fluffydesk.figures.kpi import NOT_ENOUGH
from fluffydesk.figures.money import EXPENSES_PER_HEAD, EXPENSES_PER_LITRE
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.enums.organizations import ShownMass, ShownTemperature, ShownVolume
from fluffydesk.records.farm_resources import FarmExpense, FarmInventory, InventoryTransaction
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import new_id, today
from fluffydesk.ui.fields.texts import label_text, use_conventions
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.money_animals import AnimalsChosen
from fluffydesk.ui.screens.reading.money import Figure, figure_said, figure_text, figure_title
from fluffydesk.ui.screens.reporting.report import Report, number
from fluffydesk.ui.screens.reports_table import sum_words
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.ui.screens.stores import StoresScreen
from fluffydesk.ui.screens.stores_count import StocktakeScreen
from fluffydesk.ui.screens.stores_count_model import REMARK
from fluffydesk.ui.screens.sync_centre import SyncCentre
from fluffydesk.work import Work

Settle = Callable[[Work], None]
IMPERIAL = Conventions(ShownMass.POUND, ShownVolume.US_GALLON, ShownTemperature.FAHRENHEIT)


@pytest.fixture(autouse=True)
def _as_usual() -> Iterator[None]:
    yield
    use_conventions(Conventions())


def _item(mirror: Mirror, name: str = "Barley") -> UUID:
    values = {"category": InventoryCategory.FEED, "unit": StockUnit.KILOGRAM}
    made, _ = saving.add(mirror, FarmInventory, {"name": name, **values})
    return made


def _dialog() -> FormDialog:
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, FormDialog)]
    return next(one for one in found if one.isVisible())


def _stores(qtbot: QtBot, work: Work, settle: Settle, part: str) -> StoresScreen:
    screen = StoresScreen(work)
    qtbot.addWidget(screen)
    screen.resize(1024, 700)
    screen.show()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    screen.arrive(Place("stores", part=part))
    settle(work)
    return screen


def test_rule_24_feed_in_store_is_told_and_typed_in_pounds(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle
) -> None:
    barley = _item(mirror)
    move_stock(mirror, barley, StockMovement.RECEIPT, Decimal(500), today())
    use_conventions(IMPERIAL)
    screen = _stores(qtbot, work, settle, "feed")
    part = screen.part
    assert (part.balance.text(), part.unit.text()) == ("1,102.3", "lb")
    assert [part.ledger.model.index(0, at).data() for at in (2, 3)] == ["+1,102.3", "1,102.3"]
    assert part.list.model.index(0, 2).data() == "1,102.3 lb"
    screen.post(StockMovement.RECEIPT)
    dialog = _dialog()
    assert dialog.windowTitle() == "Receive: Barley"
    assert dialog.form.editor("quantity").field.accessibleName() == "Quantity, lb"
    assert dialog.form.editor("unit_cost").field.accessibleName() == "Cost per lb"
    dialog.form.editor("quantity").set_value(Decimal(100))
    dialog.form.editor("unit_cost").set_value(Decimal(1))
    dialog.save_button.click()
    settle(work)
    table = InventoryTransaction.__table__.c
    with mirror.read() as connection:
        kept = connection.execute(
            select(table.quantity, table.unit_cost).where(table.unit_cost.is_not(None))
        ).one()
    assert kept.quantity == Decimal("45.359")
    assert kept.unit_cost == pytest.approx(Decimal("2.2046"), abs=Decimal("0.01"))
    assert part.balance.text() == "1,202.3"


def test_what_is_per_litre_is_per_gallon_where_the_farm_reads_gallons() -> None:
    milk = Figure("x", EXPENSES_PER_LITRE, Decimal("0.5"), Decimal(10), FarmExpense)
    head = replace(milk, kpi=EXPENSES_PER_HEAD)
    assert (figure_title(milk.kpi), figure_text(milk)) == ("Expenses per L", "0.5000")
    use_conventions(IMPERIAL)
    assert (figure_title(milk.kpi), figure_text(milk)) == ("Expenses per gal (US)", "1.8927")
    assert figure_said(milk.kpi) == "All expenses / gal (US) milked in the month, at 1.03 kg/L."
    assert (figure_title(head.kpi), figure_text(head)) == ("Expenses per head", "0.50")


def test_eggs_are_taken_into_an_empty_room_by_a_key(
    qtbot: QtBot, work: Work, settle: Settle
) -> None:
    screen = _stores(qtbot, work, settle, "eggs")
    assert not screen.part.detail.isVisible()
    qtbot.keyClick(screen, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    settle(work)
    dialog = _dialog()
    assert dialog.windowTitle().startswith("Take in")
    dialog.reject()


def test_who_is_left_out_of_a_sale_stays_told_while_others_are_scanned(
    qtbot: QtBot, sample_farm: Mirror, farm_work: Work, settle: Settle
) -> None:
    with sample_farm.read() as connection:
        table = Livestock.__table__.c
        gone, here = (
            connection.execute(
                select(table.tag_number).where(table.status == status).limit(1)
            ).scalar_one()
            for status in (LivestockStatus.SOLD, LivestockStatus.ACTIVE)
        )
    chosen = AnimalsChosen(farm_work)
    qtbot.addWidget(chosen)
    for tag in (gone, here, "no such tag", here):
        chosen.scan.ask(tag)
        settle(farm_work)
    assert len(chosen.ids) == 1
    said = chosen.missing.text()
    assert "has left the farm already." in said
    assert "Nobody here has no such tag." in said


def test_an_expired_lot_is_marked_on_the_counting_sheet(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle
) -> None:
    for name, days in (("Barley", -1), ("Oats", 90)):
        more = {"lot": "A", "expires_on": today() + timedelta(days=days)}
        move_stock(mirror, _item(mirror, name), StockMovement.RECEIPT, Decimal(5), today(), **more)
    screen = StocktakeScreen(work)
    qtbot.addWidget(screen)
    screen.show()
    settle(work)
    said = [screen.model.index(row, REMARK).data() for row in range(2)]
    assert said == ["Expired: dispose of it", ""]


@dataclass(frozen=True)
class _Row:
    id: UUID
    amount: str


def test_no_number_and_no_heading_above_one_is_cut(qtbot: QtBot) -> None:
    table = RowsTable(
        "Cut short",
        (
            Shown("Name", lambda one: "x", 100),
            Shown("A heading longer than its figures", lambda one: "1", 20, right=True),
            Shown("Sum", lambda one: one.amount, 20, right=True),
            Shown("Chip", lambda one: one.amount, 20, tone=lambda one: "good"),
        ),
    )
    qtbot.addWidget(table)
    table.show_rows([_Row(new_id(), NOT_ENOUGH)])
    metrics = QFontMetrics(measures.font())
    for column, text in ((1, "A heading longer than its figures"), (2, NOT_ENOUGH)):
        assert table.table.columnWidth(column) >= metrics.horizontalAdvance(text) + 24
    small = QFontMetrics(measures.font(measures.Type.SMALL))
    assert table.table.columnWidth(3) >= small.horizontalAdvance(NOT_ENOUGH) + 44


def test_a_long_title_that_waits_does_not_widen_the_sync_centre(
    qtbot: QtBot, mirror: Mirror, work: Work, settle: Settle
) -> None:
    with mirror.unit("A save whose title goes on and on, " * 8) as unit:
        unit.insert(
            FarmInventory,
            {
                "name": "Barley",
                "category": InventoryCategory.FEED,
                "unit": StockUnit.KILOGRAM,
            },
        )
    screen = SyncCentre(work)
    qtbot.addWidget(screen)
    screen.resize(800, 600)
    screen.show()
    screen.reload()
    settle(work)
    QApplication.processEvents()
    assert screen.page.horizontalScrollBar().maximum() == 0


def test_a_records_name_has_its_day_as_the_locale_writes_it() -> None:
    assert label_text("2026-11-22 02:20 · Cephapirin") == "22/11/2026 02:20 · Cephapirin"
    assert label_text("Lot 2026-13-45") == "Lot 2026-13-45"


def test_what_is_not_known_has_no_unit_below_a_report() -> None:
    report = Report(
        "Gains", (number("Animals"), number("Gain", "kg/d")), (), sums=(("2", NOT_ENOUGH),)
    )
    assert sum_words(report) == "2: Gain not enough data"


def test_buttons_go_on_in_a_second_line_where_there_is_too_little_room(qtbot: QtBot) -> None:
    first, second, hidden, last = (Button(text) for text in ("First", "Second", "Not", "Last"))
    hidden.hide()
    flow = Flow(first, second, hidden, None, last)
    qtbot.addWidget(flow)
    flow.resize(800, 40)
    flow.show()
    assert first.y() == second.y() == last.y() == 0
    assert last.geometry().right() == 799
    assert not hidden.isVisible()
    narrow = first.width() + second.width() + measures.STEP
    assert flow.heightForWidth(narrow) == 2 * first.height() + measures.STEP
    flow.resize(narrow, 100)
    assert (last.x(), last.y()) == (0, first.height() + measures.STEP)
    hidden.show()
    QApplication.processEvents()
    assert hidden.geometry().right() < narrow
    assert last.geometry().bottom() < flow.heightForWidth(narrow)
