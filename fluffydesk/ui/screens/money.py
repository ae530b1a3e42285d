"""Money: by month what came in and went out, per head and per litre, and the entries behind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from fluffydesk.actions.sales import correct_sale, undo_sales
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Filter, Order
from fluffydesk.records.farm_resources import FarmExpense, FarmProductSale, FarmRevenue
from fluffydesk.records.types import today
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.texts import month_text, number_text, quantity_text, words
from fluffydesk.ui.forms import Layout, open_form
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Button, Segments, Words, row
from fluffydesk.ui.permits import Permit, why_not
from fluffydesk.ui.screen import Primary, Screen
from fluffydesk.ui.screens.money_sale import SaleForm, open_sale
from fluffydesk.ui.screens.reading.money import (
    Figure,
    Line,
    Month,
    MonthRow,
    end_of,
    figure_said,
    figure_text,
    figure_title,
    is_by_volume,
    month_of,
    month_rows,
)
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work

_DAYS: dict[type[Record], str] = {
    FarmExpense: "spent_on",
    FarmRevenue: "earned_on",
    FarmProductSale: "sold_on",
}
_COLUMNS: dict[type[Record], tuple[str, ...]] = {
    FarmExpense: ("spent_on", "description", "category", "amount", "supplier", "paid_on"),
    FarmRevenue: ("earned_on", "description", "category", "amount", "customer", "paid_on"),
    FarmProductSale: ("sold_on", "product", "quantity", "unit", "total", "customer", "paid_on"),
}
_FORMS: dict[type[Record], Layout] = {
    FarmExpense: (
        "description", "category", "amount", "tax", "spent_on", "supplier", "invoice_number",
        "due_on", "paid_on", "paid_by", "receipt", "notes",
    ),
    FarmRevenue: (
        "description", "category", "amount", "tax", "earned_on", "customer", "invoice_number",
        "due_on", "paid_on", "paid_by", "receipt", "notes",
    ),
    FarmProductSale: (
        "customer", "description", "unit_price", "tax_percent", "invoice_number", "due_on",
        "paid_on", "paid_by", "notes",
    ),
}  # fmt: skip
_KINDS: list[tuple[str, object]] = [
    ("Expenses", FarmExpense),
    ("Income", FarmRevenue),
    ("Sales", FarmProductSale),
]
_ADD: dict[type[Record], str] = {
    FarmExpense: "Add an expense",
    FarmRevenue: "Add an income",
    FarmProductSale: "Sell",
}
_CHIPS: dict[type[Record], str] = {
    FarmExpense: "Expense",
    FarmRevenue: "Income",
    FarmProductSale: "Sale",
}


class MoneyScreen(Screen):
    """The months, what the chosen one is made of, and its entries."""

    key = "money"
    title = "Money"
    icon = "money"
    group = "Stores"
    adds = FarmExpense
    watches = frozenset({"farm_expenses", "farm_revenues", "farm_product_sales", "livestock"})
    searches = "For what, from whom or to whom"
    help = (
        "By month: revenues, expenses and the result, without tax and in the farm's own "
        "currency. Choose a month, then a line or a figure: its entries stand below.\n"
        "A sale takes eggs, milk, wool, what the stores keep or the animals from the farm and "
        "writes its income, both or neither. Animals are scanned, for a price each or one for "
        "all. Undoing it gives all of it back; paid once, the income is paid too.\n"
        "Revenues are the incomes, and the sales for which no income is written."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._month: date | None = None
        self._text = ""
        self.months = RowsTable("Months", _month_columns())
        self.months.current_changed.connect(self._chosen)
        self.lines = RowsTable("Made of", _line_columns())
        self.lines.say_when_empty("Nothing in this month", "Add an expense, an income or a sale.")
        self.lines.current_changed.connect(self._line_chosen)
        self.lines.opened.connect(self._to_entries)
        self.definition = Words("", role="muted", wrap=True)
        self.kinds = Segments("Entries", _KINDS)
        self.kinds.chosen.connect(self._kind_chosen)
        self.whole = Button("Whole month", self._whole_month, kind="link")
        self.lists: dict[type[Record], RecordList] = {}
        self.made_of = Card(" ")
        self.undo_button = Button("Undo this sale", self._undo, icon_role="undo", kind="quiet")
        keys = QShortcut(QKeySequence("Ctrl+U"), self)
        keys.activated.connect(self.undo_button.click)
        self.undo_button.setToolTip("Undo the chosen sale (Ctrl+U)")
        Permit(self.undo_button, work, FarmProductSale, "delete")
        for number, (_, record) in enumerate(_KINDS, 1):
            keys = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            keys.activated.connect(partial(self.kinds.set_value, record))
        self._arrange()

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+1", "Expenses"),
            ("Ctrl+2", "Income"),
            ("Ctrl+3", "Sales"),
            ("Ctrl+U", "Undo the chosen sale"),
        )

    @property
    def record(self) -> type[Record]:
        """Whose entries are shown, and which the one action adds."""
        record = self.kinds.value()
        assert isinstance(record, type)
        return record

    def reload(self) -> None:
        read = partial(_read, currency=self.work.whose.currency, on=today())
        self.work.on_mirror(read, self._show, latest=True)

    def search(self, text: str) -> None:
        for shown in self.lists.values():
            shown.search(text)

    def primary(self) -> Primary | None:
        return _ADD[self.record], self.add

    def locked(self) -> str:
        return why_not(self.work.whose, self.record)

    def add(self) -> None:
        """Open the form of a new entry of the kind that is shown."""
        record = self.record
        if record is FarmProductSale:
            self._selling = open_sale(self, self.work).form
            self._selling.saved.connect(self._sold)
            return
        values = {"currency": self.work.whose.currency}
        open_form(self, self.work, record, values=values, layout=_FORMS[record])

    def _arrange(self) -> None:
        self.made_of.add(self.lines, 1)
        self.made_of.add(self.definition)
        lower = QWidget()
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        column.addLayout(row(self.kinds, None, self.undo_button, self.whole))
        for _, record in _KINDS:
            assert isinstance(record, type)
            self.lists[record] = self._list(record)
            column.addWidget(self.lists[record], 1)
        top = QSplitter(Qt.Orientation.Horizontal)
        top.addWidget(self.months)
        top.addWidget(self.made_of)
        top.setSizes([440, 600])
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(top)
        split.addWidget(lower)
        split.setSizes([440, 240])
        for one in (top, split):
            one.setChildrenCollapsible(False)
            one.setHandleWidth(measures.CARD)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        outer.addWidget(split)
        self.setFocusProxy(self.months)
        self._show_kind()

    def _list(self, record: type[Record]) -> RecordList:
        made = RecordList(
            self.work,
            record,
            _COLUMNS[record],
            order=(Order(_DAYS[record], descending=True),),
            filter_columns=(),
            name=f"money-{record.__table__.name}",
        )
        made.say_when_empty(f"No {record.__titles__[1].lower()}", "", _ADD[record], self.add)
        made.opened.connect(partial(self._open, record))
        return made

    def _show(self, months: list[MonthRow]) -> None:
        self.months.show_rows(months, select_first=True)
        self._chosen(self.months.current())

    def _chosen(self, month: MonthRow | None) -> None:
        if month is None:
            return
        if month.id != self._month:
            self._month = month.id
            self._whole_month()
        self.made_of.heading.setText(month_text(month.id))
        currency = self.work.whose.currency
        read = partial(_read_month, first=month.id, currency=currency, on=today())
        self.work.on_mirror(read, self._show_month, latest=True)

    def _show_month(self, month: Month) -> None:
        if month.first != self._month:
            return
        self.lines.show_rows((*month.figures, *month.lines))
        left_out = "1 entry" if month.foreign == 1 else f"{number_text(month.foreign)} entries"
        foreign = f" {left_out} in another currency: left out." if month.foreign else ""
        self._text = f"Amounts in {self.work.whose.currency}, without tax.{foreign}"
        if self.lines.current() is None:
            self.definition.setText(self._text)

    def _line_chosen(self, line: Line | Figure | None) -> None:
        if line is None:
            return
        says = ""
        if isinstance(line, Figure):
            over = quantity_text(line.over, "L" if is_by_volume(line.kpi) else "head", 0)
            says = f"{figure_said(line.kpi)} Here {over}. "
        self.definition.setText(f"{says}{self._text}")
        self.kinds.set_value(line.record)
        self._filter(line)

    def _to_entries(self, line: Line | Figure | None) -> None:
        if line is not None:
            self.lists[line.record].setFocus()

    def _whole_month(self) -> None:
        self._filter(None)

    def _filter(self, line: Line | Figure | None) -> None:
        if self._month is None:
            return
        for record, shown in self.lists.items():
            day = _DAYS[record]
            filters = [Filter(day, ">=", self._month), Filter(day, "<=", end_of(self._month))]
            if line is not None and line.record is record:
                filters += _behind(line)
            shown.set_filters(tuple(filters))
        self.whole.setVisible(line is not None)

    def _kind_chosen(self, kind: object) -> None:
        self._show_kind()
        self.primary_changed.emit()

    def _show_kind(self) -> None:
        for record, shown in self.lists.items():
            shown.setVisible(record is self.record)
        self.undo_button.setVisible(self.record is FarmProductSale)

    def _open(self, record: type[Record], row_id: UUID) -> None:
        saver = _correct if record is FarmProductSale else None
        open_form(self, self.work, record, row_id, layout=_FORMS[record], saver=saver)

    def _sold(self, sale: UUID) -> None:
        form = self._selling
        assert isinstance(form, SaleForm)
        locked = why_not(self.work.whose, FarmProductSale, "delete")
        undo = None if locked else partial(self._take_back, form.sales)
        head = f"{len(form.sales)} animals" if len(form.sales) > 1 else "the stock"
        self.tell(f"Sold: {head} and the money are written.", undo=undo)

    def _undo(self) -> None:
        sale = self.lists[FarmProductSale].current()
        if sale is None:
            self.tell("No sale is chosen.", "Choose one in the list.", tone="info")
            return
        self._take_back((sale,))

    def _take_back(self, sales: tuple[UUID, ...]) -> None:
        self.work.act(partial(undo_sales, sale_ids=sales), self._undone, self.refuse)

    def _undone(self, changes: Changes) -> None:
        self.tell("The sale is undone: stock and money are as before.")


def _month_columns() -> tuple[Shown, ...]:
    def amount(name: str) -> Any:
        return lambda one: number_text(getattr(one, name), 2)

    return (
        Shown("Month", lambda one: month_text(one.id, "MMM yyyy"), 104, sort=lambda one: one.id),
        Shown("Revenues", amount("revenues"), 104, True, lambda one: one.revenues),
        Shown("Expenses", amount("expenses"), 104, True, lambda one: one.expenses),
        Shown("Result", amount("result"), 104, True, lambda one: one.result),
    )


def _line_columns() -> tuple[Shown, ...]:
    return (
        Shown("What", _what, 204),
        Shown("Kind", _kind, 96, tone=_tone),
        Shown("Amount", _amount, 112, True, _sorted_by),
        Shown("Entries", _entries, 84, True, _counted),
    )


def _what(one: Line | Figure) -> str:
    return figure_title(one.kpi) if isinstance(one, Figure) else words(one.category)


def _kind(one: Line | Figure) -> str:
    if isinstance(one, Figure):
        return ""
    return _CHIPS[one.record]


def _tone(one: Line | Figure) -> str | None:
    if isinstance(one, Figure):
        return None
    return "plain" if one.record is FarmExpense else "good"


def _amount(one: Line | Figure) -> str:
    return number_text(one.amount, 2) if isinstance(one, Line) else figure_text(one)


def _sorted_by(one: Line | Figure) -> Decimal | None:
    return one.amount if isinstance(one, Line) else one.value


def _entries(one: Line | Figure) -> str:
    return number_text(one.entries) if isinstance(one, Line) else ""


def _counted(one: Line | Figure) -> int | None:
    return one.entries if isinstance(one, Line) else None


def _behind(line: Line | Figure) -> list[Filter]:
    """Return the filters of the entries that a line or figure counts."""
    if isinstance(line, Line) and line.sales:
        return [Filter("id", "in", line.sales)]
    return [] if line.category is None else [Filter("category", "=", line.category)]


def _correct(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
    assert row_id is not None
    return correct_sale(mirror, row_id, values)


def _read(mirror: Mirror, currency: str, on: date) -> list[MonthRow]:
    with mirror.read() as connection:
        return month_rows(connection, currency, on)


def _read_month(mirror: Mirror, first: date, currency: str, on: date) -> Month:
    with mirror.read() as connection:
        return month_of(connection, first, currency, on)
