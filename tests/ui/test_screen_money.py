"""The screen of money: months, what they are made of, the entries behind, sales by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions import saving
from fluffydesk.actions.wool import move_wool
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm_resources import (
    FarmExpenseCategory,
    FarmProduct,
    FarmRevenueCategory,
    SaleUnit,
    StockMovement,
)
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import WoolStorage
from fluffydesk.records.farm_resources import FarmExpense, FarmProductSale, FarmRevenue
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.texts import money_text
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screens.money import MoneyScreen
from fluffydesk.ui.screens.money_sale import SaleForm
from fluffydesk.ui.screens.reading.money import Figure, Line, month_of, month_rows
from fluffydesk.work import Work

Settle = Callable[[Work], None]


def first() -> date:
    return today().replace(day=1)


def before() -> date:
    return first() - timedelta(days=1)


def spend(mirror: Mirror, on: date, amount: str, tax: str = "0", **more: Any) -> None:
    values = {"description": "Barley", "spent_on": on, "category": FarmExpenseCategory.FEED}
    saving.add(
        mirror, FarmExpense, {**values, "amount": Decimal(amount), "tax": Decimal(tax), **more}
    )


def earn(mirror: Mirror, on: date, amount: str, **more: Any) -> None:
    values = {"description": "Milk", "earned_on": on, "category": FarmRevenueCategory.MILK}
    saving.add(mirror, FarmRevenue, {**values, "amount": Decimal(amount), **more})


def sold(mirror: Mirror, on: date, total: int) -> None:
    values = {"product": FarmProduct.MANURE, "sold_on": on, "quantity": Decimal(1)}
    price = {"unit": SaleUnit.TONNE, "unit_price": Decimal(total), "total": Decimal(total)}
    saving.add(mirror, FarmProductSale, {**values, **price})


def rows(mirror: Mirror, record: type[Record]) -> list[Any]:
    with mirror.read() as connection:
        return list(connection.execute(select(record.__table__)))


@pytest.fixture
def screen(qtbot: QtBot, work: Work, settle: Settle) -> MoneyScreen:
    made = MoneyScreen(work)
    qtbot.addWidget(made)
    made.resize(1064, 700)
    made.show()
    settle(work)
    return made


def form() -> FormDialog:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, FormDialog)]
    return next(dialog for dialog in found if dialog.isVisible())


def test_rule_24_months_add_up_exactly_without_tax_and_in_one_currency(mirror: Mirror) -> None:
    own = mirror.recall("organization").get("currency") or "EUR"
    for _ in range(3):
        spend(mirror, first(), "0.12", "0.02")
    earn(mirror, first(), "1.10", currency=own)
    earn(mirror, first(), "99", currency="CHF")
    sold(mirror, first(), 7)
    spend(mirror, before(), "5")
    with mirror.read() as connection:
        now, earlier = month_rows(connection, own, today())
        month = month_of(connection, first(), own, today())
    assert (now.revenues, now.expenses, now.result) == (
        Decimal("8.10"),
        Decimal("0.30"),
        Decimal("7.80"),
    )
    assert (earlier.id, earlier.expenses) == (before().replace(day=1), 5)
    assert month.foreign == 1
    assert [(one.record, one.amount, one.entries) for one in month.lines] == [
        (FarmRevenue, Decimal("1.10"), 1),
        (FarmProductSale, 7, 1),
        (FarmExpense, Decimal("0.30"), 3),
    ]


def test_a_sale_and_its_income_count_once(mirror: Mirror) -> None:
    sold(mirror, first(), 7)
    (sale,) = rows(mirror, FarmProductSale)
    earn(mirror, first(), "7", sale_id=sale.id)
    with mirror.read() as connection:
        (month,) = month_rows(connection, "EUR", today())
    assert month.revenues == 7


def test_without_animals_or_milk_there_is_not_enough_data(
    screen: MoneyScreen, mirror: Mirror, work: Work, settle: Settle
) -> None:
    spend(mirror, first(), "10")
    screen.reload()
    settle(work)
    model = screen.lines.model
    shown = {model.row_at(n).id: model.columns[2].text(model.row_at(n)) for n in range(5)}
    assert shown["expenses_per_head"] == shown["expenses_per_litre"] == "not enough data"


def test_per_head_and_per_litre_are_what_their_definitions_say(sample_farm: Mirror) -> None:
    first = before().replace(day=1)
    with sample_farm.read() as connection:
        month = month_of(connection, first, "EUR", today())
        head = connection.exec_driver_sql(
            "select count(*) from livestock where coalesce(birth_date, '') <= ?1 and "
            "coalesce(arrived_on, '') <= ?1 and coalesce(left_on, '9') > ?1 and "
            "(left_on is not null or status in ('active', 'lost'))",
            (before().isoformat(),),
        ).scalar_one()
    figures = {one.id: one for one in month.figures}
    spent = sum(one.amount for one in month.lines if one.record is FarmExpense)
    assert spent > 0
    assert figures["expenses_per_head"].value == spent / head
    assert figures["milk_per_litre"].value is not None


def test_a_line_opens_the_entries_it_counts(qtbot: QtBot, farm_work: Work, settle: Settle) -> None:
    screen = MoneyScreen(farm_work)
    qtbot.addWidget(screen)
    screen.resize(1064, 700)
    screen.show()
    settle(farm_work)
    screen.months.select(before().replace(day=1))
    settle(farm_work)
    lines = [screen.lines.model.row_at(n) for n in range(screen.lines.model.rowCount())]
    feed = next(one for one in lines if isinstance(one, Line) and one.category == "feed")
    screen.lines.select(feed.id)
    settle(farm_work)
    assert screen.record is FarmExpense
    assert screen.lists[FarmExpense].count() == feed.entries == 2
    figure = next(one for one in lines if isinstance(one, Figure))
    screen.lines.select(figure.id)
    assert screen.definition.text().startswith(figure.kpi.definition)
    screen.whole.click()
    settle(farm_work)
    assert screen.lists[FarmExpense].count() > 2


def test_an_expense_is_added_by_keyboard_and_shows_in_its_month(
    qtbot: QtBot, screen: MoneyScreen, mirror: Mirror, work: Work, settle: Settle
) -> None:
    assert screen.primary() == ("Add an expense", screen.add)
    screen.add()
    dialog = form()
    for name, text in (("description", "Twine"), ("amount", "12.34")):
        field = dialog.form.editor(name).field
        field.setFocus()
        qtbot.keyClicks(field, text)
    dialog.save_button.click()
    settle(work)
    (spent,) = rows(mirror, FarmExpense)
    assert (spent.amount, spent.currency) == (Decimal("12.34"), work.whose.currency)
    month = screen.months.current()
    assert screen.months.model.columns[2].text(month) == "12.34"


def test_a_sale_by_keyboard_takes_the_stock_and_undo_gives_it_back(
    qtbot: QtBot, screen: MoneyScreen, mirror: Mirror, work: Work, settle: Settle
) -> None:
    move_wool(mirror, "B1", StockMovement.RECEIPT, Decimal(80), today())
    qtbot.keyClick(screen, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert screen.primary() == ("Sell", screen.add)
    screen.add()
    dialog = form()
    assert isinstance(dialog.form, SaleForm)
    settle(work)
    dialog.form.choose(FarmProduct.WOOL)
    lot = dialog.form.extra["lot"]
    assert lot.isVisible()
    assert not dialog.form.extra["store"].isVisible()
    qtbot.keyClicks(lot.editor.field, "B1")
    for name, text in (("quantity", "90"), ("unit_price", "1.2345")):
        qtbot.keyClicks(dialog.form.editor(name).field, text)
    dialog.form.editor("unit").set_value(SaleUnit.KILOGRAM)
    assert dialog.form.total.text() == f"Total {money_text(Decimal('111.11'))}"
    dialog.save_button.click()
    settle(work)
    assert "Only 80 kg" in dialog.form.rows["quantity"].error()
    assert rows(mirror, FarmProductSale) == []
    dialog.form.editor("quantity").set_value(Decimal(30))
    dialog.save_button.click()
    settle(work)
    (sale,) = rows(mirror, FarmProductSale)
    assert sum(one.quantity_kg for one in rows(mirror, WoolStorage)) == 50
    screen.lists[FarmProductSale].select(sale.id)
    qtbot.waitUntil(lambda: screen.lists[FarmProductSale].current() == sale.id)
    with qtbot.waitActive(screen):
        screen.activateWindow()
    table = screen.lists[FarmProductSale].table
    qtbot.keyClick(table, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    settle(work)
    assert rows(mirror, FarmProductSale) == rows(mirror, FarmRevenue) == []
    assert sum(one.quantity_kg for one in rows(mirror, WoolStorage)) == 80


def test_several_animals_are_scanned_and_sold_for_one_price_by_keyboard(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    screen = MoneyScreen(farm_work)
    qtbot.addWidget(screen)
    screen.resize(1064, 700)
    screen.show()
    screen.kinds.set_value(FarmProductSale)
    settle(farm_work)
    before = len(rows(sample_farm, FarmRevenue))
    here = [one for one in rows(sample_farm, Livestock) if one.status == LivestockStatus.ACTIVE]
    three = here[-3:]
    screen.add()
    sale = form().form
    assert isinstance(sale, SaleForm)
    sale.choose(FarmProduct.LIVE_ANIMALS)
    assert not sale.rows["quantity"].isVisible()
    for animal in three:  # a stick does not wait for an answer
        qtbot.keyClicks(sale.animals.scan.line, animal.tag_number)
        qtbot.keyClick(sale.animals.scan.line, Qt.Key.Key_Return)
    settle(farm_work)
    sale.animals.scan.ask(three[0].tag_number)
    settle(farm_work)
    assert sale.animals.ids == [one.id for one in three]
    assert "on the list already" in sale.animals.said.text()
    sale.animals.ways.set_value("all")
    qtbot.keyClicks(sale.editor("unit_price").field, "1000")
    qtbot.keyClicks(sale.editor("customer").field, "Hill Farm")
    assert sale.total.text() == "3 head · 333.33 GBP each · total 1,000.00 GBP"
    qtbot.keyClick(sale.animals.list.table, Qt.Key.Key_Delete)
    assert sale.total.text() == "2 head · 500.00 GBP each · total 1,000.00 GBP"
    form().save_button.click()
    settle(farm_work)
    gone = [one for one in rows(sample_farm, Livestock) if one.went_to == "Hill Farm"]
    assert {one.id for one in gone} == {one.id for one in three[:2]}
    assert len(rows(sample_farm, FarmRevenue)) == before + 2
    screen._take_back(sale.sales)
    settle(farm_work)
    assert len(rows(sample_farm, FarmRevenue)) == before
    assert [one for one in rows(sample_farm, Livestock) if one.went_to == "Hill Farm"] == []


def test_a_figure_opens_the_entries_it_counts_and_says_over_what(
    qtbot: QtBot, farm_work: Work, settle: Settle
) -> None:
    screen = MoneyScreen(farm_work)
    qtbot.addWidget(screen)
    screen.show()
    settle(farm_work)
    screen.months.select(before().replace(day=1))
    settle(farm_work)
    screen.lines.select("milk_per_litre")
    settle(farm_work)
    assert screen.record is FarmRevenue
    lines = [screen.lines.model.row_at(n) for n in range(screen.lines.model.rowCount())]
    milk = next(one for one in lines if isinstance(one, Line) and one.category == "milk")
    assert screen.lists[FarmRevenue].count() == milk.entries
    figure = screen.lines.current()
    assert isinstance(figure, Figure)
    assert figure.value == milk.amount / figure.over
    assert f" {figure.over:,.0f} L. " in screen.definition.text()
    assert screen.definition.text().startswith("Revenues of milk / L milked")
    screen.lines.select("expenses_per_head")
    settle(farm_work)
    assert screen.record is FarmExpense
    spent = sum(one.entries for one in lines if isinstance(one, Line) and one.record is FarmExpense)
    assert screen.lists[FarmExpense].count() == spent
