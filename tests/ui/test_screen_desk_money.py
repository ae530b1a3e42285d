"""The clinic's Money screen, by its real widgets and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from fluffydesk.actions import saving
from fluffydesk.actions.invoicing import NewLine, add_line, post_invoice, start_invoice
from fluffydesk.actions.payments import Part, pay
from fluffydesk.mirror.whose import whose
from fluffydesk.records.clinic import TillClosing
from fluffydesk.records.enums import PaymentStatus
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.payments import Invoice, InvoiceItem, Payment, PaymentRefund
from fluffydesk.records.types import today
from fluffydesk.ui import memory
from fluffydesk.ui.fields.texts import use_place
from fluffydesk.ui.list_saving import in_sight
from fluffydesk.ui.parts.asking import AskingDialog
from fluffydesk.ui.screen import Notice, Place
from fluffydesk.ui.screens.desk_add import Suggestions
from fluffydesk.ui.screens.desk_money import DeskMoney
from fluffydesk.ui.screens.reading.invoice_lists import Which
from fluffydesk.work import Work
from tests.clinic_money import Desk
from tests.mirrors import new_mirror

D = Decimal
Settle = Callable[[Work], None]


class Hands:
    """The screen, and keys pressed in it, which are counted."""

    def __init__(self, qtbot: QtBot, screen: DeskMoney, desk: Desk, settle: Settle) -> None:
        self.qtbot, self.screen, self.desk = qtbot, screen, desk
        self._settle = settle
        self.keys = 0
        self.told: list[Notice] = []
        screen.told.connect(self.told.append)

    def settle(self) -> None:
        self._settle(self.screen.work)
        QApplication.processEvents()
        self._settle(self.screen.work)

    def at(self) -> QWidget:
        found = QApplication.focusWidget()
        if found is None:  # without a screen a window that closes leaves none active
            self.screen.activateWindow()
            self.qtbot.waitUntil(self.screen.isActiveWindow)
            found = QApplication.focusWidget() or self.screen.list.table
        return found

    def press(self, key: Qt.Key, *held: Qt.KeyboardModifier) -> None:
        modifier = Qt.KeyboardModifier.NoModifier
        for one in held:
            modifier |= one
        self.qtbot.keyClick(self.at(), key, modifier)
        self.keys += 1
        self.settle()

    def type(self, text: str) -> None:
        line = self.at()
        assert isinstance(line, QLineEdit), line
        if not line.selectedText():
            line.selectAll()
        self.qtbot.keyClicks(line, text)
        self.settle()

    def bill(self) -> Any:
        assert self.screen.pane.bill is not None
        return self.screen.pane.bill


CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    memory.keep_in(None)
    with new_mirror(tmp_path / "till.db") as mirror:
        yield Desk(mirror)


@pytest.fixture
def hands(qtbot: QtBot, desk: Desk, settle: Settle) -> Iterator[Hands]:
    use_place(whose(desk.mirror))
    work = Work(desk.mirror)
    screen = DeskMoney(work)
    qtbot.addWidget(screen)
    screen.resize(1072, 720)
    screen.show()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    made = Hands(qtbot, screen, desk, settle)
    made.settle()
    screen.list.table.setFocus()
    yield made
    work.close()


def draft(desk: Desk, price: str = "48.00", **more: Any) -> UUID:
    given = {"client_id": desk["Noor Vale"], **more}
    made, _ = start_invoice(desk.mirror, given, [NewLine("Visit", D(price), tax_rate=D(21))])
    return made


def test_a_part_that_is_empty_shows_no_invoice_of_another(hands: Hands, desk: Desk) -> None:
    show(hands, draft(desk))
    hands.screen.parts.set_value(Which.ESTIMATES)
    hands.settle()
    assert hands.screen.pane.bill is None
    assert hands.screen.primary()[0] == hands.screen.list.empty.button.text() == "New estimate"
    hands.screen.parts.set_value(Which.OPEN)
    hands.settle()
    assert hands.bill().row.client == "Noor Vale"


def show(hands: Hands, invoice: UUID) -> None:
    hands.screen.arrive(Place("money", invoice))
    hands.settle()


def test_a_visit_two_lines_and_cash_in_under_fifteen_keys(hands: Hands, desk: Desk) -> None:
    hands.screen.add()  # Ctrl+N of the window
    hands.keys += 1
    hands.settle()
    hands.type("biscuit")
    hands.press(Qt.Key.Key_Return)
    assert [line.description for line in hands.bill().lines] == ["Check-up"]
    hands.type("vacc")
    hands.press(Qt.Key.Key_Return)
    hands.type("14 co-am")
    hands.press(Qt.Key.Key_Return)
    assert hands.bill().totals.total == D("94.00")
    hands.press(Qt.Key.Key_F8)
    hands.type("50")
    assert hands.screen.pane.pay.change.text() == "44.00 is missing"
    hands.type("100")
    assert hands.screen.pane.pay.change.text() == "Change 6.00"
    hands.press(Qt.Key.Key_Return)
    assert hands.keys < 15
    assert hands.keys == 6
    assert hands.told[-1].text == "Change: 6.00. All of it is paid."
    assert [row.given for row in desk.rows(Payment)] == [D("100.00")]  # a receipt says so later
    [row] = desk.rows(Invoice)
    assert (row.status, row.total) == (InvoiceStatus.POSTED, D("94.00"))
    assert row.number == f"{today().year}-00001"
    assert row.appointment_id == desk["Biscuit visit"]
    assert desk.left("tablets") == {"A1": 6, "B2": 100}
    assert hands.bill().row.state == "Paid"
    hands.press(Qt.Key.Key_Z, CTRL)  # the payment is taken back, the invoice stays posted
    assert (hands.bill().row.state, hands.bill().payments) == ("To pay", ())
    assert [row.status for row in desk.rows(Payment)] == [PaymentStatus.FAILED]


def test_what_the_list_does_not_have_is_typed_with_its_price(hands: Hands, desk: Desk) -> None:
    show(hands, draft(desk))
    adder = hands.screen.pane.adder
    hands.type("3 Bandage 4.10")
    hands.press(Qt.Key.Key_Return)
    line = hands.bill().lines[-1]
    assert (line.description, line.quantity, line.gross) == ("Bandage", 3, D("12.30"))
    assert line.tax_rate == 21
    hands.type("bandana")
    hands.press(Qt.Key.Key_Return)
    assert adder.trouble.text().startswith("The price list has no bandana.")
    assert adder.trouble.isVisible()
    assert adder.line.text() == "bandana"  # nothing typed is lost
    hands.press(Qt.Key.Key_Escape)
    assert not adder.trouble.isVisible()  # nothing stays over the payment
    hands.type("spray")
    hands.press(Qt.Key.Key_Return)
    assert "expired" in adder.trouble.text()
    assert len(hands.bill().lines) == 2


def test_no_quantity_and_no_price_are_said_and_a_price_is_typed_behind(
    hands: Hands, desk: Desk
) -> None:
    drops = {"name": "Ear drops", "category": "medicine", "unit": "count"}
    item, _ = saving.add(desk.mirror, FarmInventory, drops)
    came = {"movement": "receipt", "quantity": D(9), "moved_on": today()}
    saving.add(desk.mirror, InventoryTransaction, {"item_id": item, **came})
    show(hands, draft(desk))
    said = {
        "0 co-am": "0 is no quantity for an invoice.",
        "-1 co-am": "\u22121 is no quantity for an invoice.",
        "0 nothing": "0 is no quantity for an invoice.",
        "bandage 1,000": "“1,000” can be read in two ways.",
        "2 ear drops 1,000": "“1,000” can be read in two ways.",
        "1,000 co-am": "“1,000” can be read in two ways.",
        "bandage -5": "A price is not below zero.",
        "ear": "Ear drops has no price yet. Type it behind, as in Ear drops 12.50;",
    }
    for typed, why in said.items():
        hands.type(typed)
        hands.press(Qt.Key.Key_Return)
        assert hands.screen.pane.adder.trouble.text().startswith(why)
        hands.press(Qt.Key.Key_Escape)
    assert len(hands.bill().lines) == 1
    for typed in ("2 ear drops 1.000,50", "ear drops 0"):
        hands.type(typed)
        hands.press(Qt.Key.Key_Return)
    told = [(line.description, line.quantity, line.gross) for line in hands.bill().lines[1:]]
    assert told == [("Ear drops", 2, D("2001.00")), ("Ear drops", 1, D("0.00"))]
    assert hands.bill().lines[1].tax_rate == 21
    assert {row.stock_item_id for row in desk.rows(InvoiceItem)} == {None, item}


def test_a_line_is_changed_and_taken_off_by_keys(hands: Hands, desk: Desk) -> None:
    show(hands, draft(desk))
    hands.type("8 co-am")
    hands.press(Qt.Key.Key_Return)
    lines = hands.screen.pane.lines
    lines.table.setFocus()
    lines.select(hands.bill().lines[1].id)
    hands.press(Qt.Key.Key_Return)
    hands.type("12")
    hands.press(Qt.Key.Key_Return)
    hands.press(Qt.Key.Key_Return)
    hands.type("10 %")
    hands.press(Qt.Key.Key_Return, CTRL)
    line = hands.bill().lines[1]
    assert (line.quantity, line.off, line.gross) == (12, D("0.60"), D("5.40"))
    assert desk.left("tablets")["A1"] == 8
    lines.table.setFocus()
    hands.press(Qt.Key.Key_Delete)
    assert len(hands.bill().lines) == 1
    assert desk.left("tablets")["A1"] == 20
    undo = hands.told[-1].undo
    assert undo is not None
    undo()
    hands.settle()
    again = hands.bill().lines[1]
    assert (again.quantity, again.gross, again.lot) == (12, D("5.40"), "A1")
    assert desk.left("tablets")["A1"] == 8


def test_a_discount_is_an_amount_or_a_part_and_says_what_cannot_be(
    hands: Hands, desk: Desk
) -> None:
    show(hands, draft(desk))
    hands.press(Qt.Key.Key_D, CTRL)
    hands.type("60")
    hands.press(Qt.Key.Key_Return)
    asking = hands.screen.acts.asking
    assert "more than the whole" in asking.trouble.text()
    assert asking.isVisible()
    hands.type("ten")
    hands.press(Qt.Key.Key_Return)
    assert "ten is no number" in asking.trouble.text()
    hands.type("12.5%")
    hands.press(Qt.Key.Key_Return)
    assert hands.bill().totals.total == D("42.00")
    # A percentage stays one, and follows what comes on the bill afterwards.
    add_line(desk.mirror, hands.bill().row.id, NewLine("Nail clipping", D(16), tax_rate=D(21)))
    show(hands, hands.bill().row.id)
    assert hands.bill().totals.total == D("56.00")
    hands.press(Qt.Key.Key_D, CTRL)
    assert hands.screen.acts.asking.parts["discount"].text() == "12.5 %"
    hands.press(Qt.Key.Key_Escape)


def test_parts_by_card_and_cash_and_no_more_than_is_left(hands: Hands, desk: Desk) -> None:
    show(hands, draft(desk))
    pays = hands.screen.pane.pay
    pays.method.setCurrentIndex(pays.method.findText("Card"))
    hands.press(Qt.Key.Key_F8)
    hands.type("60.00")
    hands.press(Qt.Key.Key_Return)
    assert "Only 48.00 is left to pay" in pays.trouble.text()
    assert (pays.amount.text(), pays.amount.property("wrong")) == ("60.00", "true")
    assert desk.rows(Payment) == []
    hands.type("20")
    hands.press(Qt.Key.Key_Return)
    assert hands.bill().row.left == D("28.00")
    pays.method.setCurrentIndex(pays.method.findText("Cash"))
    hands.press(Qt.Key.Key_F8)
    hands.type("20")
    hands.press(Qt.Key.Key_Return)
    assert "less than the 28.00" in pays.trouble.text()
    hands.type("30")
    hands.press(Qt.Key.Key_Return, CTRL)
    assert hands.told[-1].text == "Change: 2.00. All of it is paid."
    assert not pays.isVisible()


def test_what_was_wrong_for_one_invoice_is_not_red_for_the_next(hands: Hands, desk: Desk) -> None:
    show(hands, draft(desk))
    pays = hands.screen.pane.pay
    hands.press(Qt.Key.Key_F8)
    hands.type("10")
    hands.press(Qt.Key.Key_Return, CTRL)
    assert (pays.given.property("wrong"), bool(pays.trouble.text())) == ("true", True)
    show(hands, draft(desk, "12.00"))
    assert (pays.given.property("wrong"), pays.trouble.text()) == ("false", "")


def test_a_key_that_saves_a_window_and_is_pressed_twice_takes_no_money(
    hands: Hands, desk: Desk
) -> None:
    made = draft(desk)
    show(hands, made)
    pays = hands.screen.pane.pay
    pays.pause_ms = 60_000
    hands.press(Qt.Key.Key_D, CTRL)
    hands.type("8.00")
    for _ in range(2):  # the second is heard by the screen below, where it would pay
        hands.press(Qt.Key.Key_Return, CTRL)
    assert hands.bill().totals.total == D("40.00")
    assert (desk.payments(made), desk.invoice(made).status) == ([], InvoiceStatus.DRAFT)
    hands.press(Qt.Key.Key_F8)
    hands.press(Qt.Key.Key_Return, CTRL)
    assert [row.amount for row in desk.payments(made)] == [D("40.00")]


def test_a_credit_note_and_the_money_paid_back(hands: Hands, desk: Desk) -> None:
    made = draft(desk)
    pay(desk.mirror, made, Part(D(48)))
    show(hands, made)
    hands.press(Qt.Key.Key_G, CTRL)
    hands.type("0.5")
    hands.press(Qt.Key.Key_Return)
    hands.type("Half the time")
    hands.press(Qt.Key.Key_Return)
    assert hands.told[-1].text == "Given back: 24.00."
    assert hands.bill().row.state == "To pay back"
    hands.press(Qt.Key.Key_B, CTRL)
    hands.press(Qt.Key.Key_Return, CTRL)
    assert hands.bill().row.left == 0
    [paid] = desk.rows(PaymentRefund)
    assert (paid.amount, paid.method, paid.till) == (D("24.00"), "cash", "Front desk")


def test_the_list_of_estimates_says_what_each_comes_to_and_not_what_is_left(
    hands: Hands, desk: Desk
) -> None:
    draft(desk, "256.80", kind=InvoiceKind.ESTIMATE)
    hands.screen.split.setSizes([300, 720])
    hands.press(Qt.Key.Key_3, CTRL)
    assert line_of(hands)["Total"] == "256.80"
    assert "Left" not in line_of(hands)
    draft(desk)
    hands.press(Qt.Key.Key_1, CTRL)
    assert line_of(hands)["Left"] == "48.00"
    assert "Total" not in line_of(hands)  # there is no room for it


def line_of(hands: Hands) -> dict[str, str]:
    """Return the first row of the list as it is seen: titles and texts."""
    model = hands.screen.list.model
    seen = [model.columns[number] for number in in_sight(hands.screen.list.table)]
    return {column.title: column.text(model.row_at(0)) for column in seen}


def test_an_estimate_is_accepted_by_a_key_and_a_draft_posted_or_deleted(
    hands: Hands, desk: Desk
) -> None:
    estimate = draft(desk, kind=InvoiceKind.ESTIMATE)
    hands.screen.parts.set_value(Which.ESTIMATES)
    hands.settle()
    show(hands, estimate)
    hands.press(Qt.Key.Key_Return, CTRL, SHIFT)
    assert hands.bill().row.kind is InvoiceKind.INVOICE
    hands.press(Qt.Key.Key_Return, CTRL, SHIFT)
    assert hands.bill().row.number == f"{today().year}-00001"
    other = draft(desk)
    show(hands, other)
    hands.press(Qt.Key.Key_Delete, CTRL)
    assert [row.id for row in desk.rows(Invoice)] == sorted([estimate, hands_invoice(desk)])
    undo = hands.told[-1].undo
    assert undo is not None
    undo()
    hands.settle()
    assert (hands.bill().row.state, hands.bill().totals.total) == ("Draft", D("48.00"))


def test_another_part_shows_the_first_of_its_own_but_what_was_paid_stays(
    hands: Hands, desk: Desk
) -> None:
    estimate, asked = draft(desk, kind=InvoiceKind.ESTIMATE), draft(desk)
    show(hands, asked)
    hands.press(Qt.Key.Key_3, CTRL)
    assert hands.bill().row.id == estimate
    hands.press(Qt.Key.Key_1, CTRL)
    assert hands.bill().row.id == asked
    hands.press(Qt.Key.Key_Return, CTRL)
    assert (hands.bill().row.id, hands.bill().row.state) == (asked, "Paid")
    assert hands.screen.list.current() is None


def hands_invoice(desk: Desk) -> UUID:
    [row] = desk.rows(Invoice, kind=InvoiceKind.INVOICE)
    found: UUID = row.id
    return found


def test_the_day_is_closed_at_the_desk_and_printed_as_shown(
    hands: Hands, desk: Desk, tmp_path: Path
) -> None:
    pay(desk.mirror, draft(desk), Part(D(48)))
    hands.press(Qt.Key.Key_5, CTRL)
    day = hands.screen.day
    cells = [row.cells for row in day.view.table.model.rows()]
    assert ("Cash", "48.00", "0.00", "48.00") in cells
    hands.press(Qt.Key.Key_L, CTRL)
    hands.press(Qt.Key.Key_Return)
    hands.type("150.00")
    assert hands.screen.acts.asking.hints["counted"].text() == "Should be 198.00"
    hands.press(Qt.Key.Key_Return)
    hands.type("197.50")
    hands.press(Qt.Key.Key_Return, CTRL)
    assert "0.50 is missing" in hands.screen.acts.asking.trouble.text()
    hands.type("Stamp for the post")
    hands.press(Qt.Key.Key_Return)
    [closed] = desk.rows(TillClosing)
    assert (closed.expected, closed.counted) == (D("198.00"), D("197.50"))
    cells = [row.cells for row in day.view.table.model.rows()]
    assert ("Front desk: difference (Stamp for the post)", "", "", "-0.50") in cells
    file = tmp_path / "day.pdf"
    assert day.view.report is not None
    hands.screen.papers.write_pdf(day.view.report, str(file))
    hands.qtbot.waitUntil(file.exists)
    hands.screen.papers.write_csv(day.view.report, str(tmp_path / "day.csv"))
    hands.settle()
    assert "Cash,48.00,0.00,48.00" in (tmp_path / "day.csv").read_text("utf-8-sig")
    day.go(-1)
    hands.settle()
    assert day.view.report.rows == ()


def test_the_statement_and_the_dunning_list_are_a_key_away(hands: Hands, desk: Desk) -> None:
    made = draft(desk)
    post_invoice(desk.mirror, made)
    show(hands, made)
    hands.press(Qt.Key.Key_T, CTRL)
    report = hands.screen.statements.view.report
    assert report is not None
    assert report.title == "Statement, Noor Vale"
    assert report.sums[0][-1] == "48.00"
    hands.screen.parts.set_value(Which.OVERDUE)
    hands.screen.show_dunning()
    hands.settle()
    assert hands.screen.statements.view.report is not None
    assert hands.screen.statements.view.report.title.startswith("Overdue on")


def test_an_empty_desk_says_what_belongs_there(hands: Hands) -> None:
    assert hands.screen.list.empty.title() == "Nothing is to be paid"
    assert hands.screen.pane.empty.isVisible()
    hands.press(Qt.Key.Key_3, CTRL)
    assert hands.screen.list.empty.title() == "No estimates"


def test_what_was_counted_in_a_till_is_not_lost_by_esc(hands: Hands, desk: Desk) -> None:
    hands.press(Qt.Key.Key_5, CTRL)
    hands.screen.day.close_mine()
    untouched = hands.screen.acts.asking
    untouched.reject()
    assert untouched.question is None
    hands.screen.day.close_mine()
    ask = hands.screen.acts.asking
    ask.line("counted").setText("12.50")
    ask.line("notes").setText("The change of yesterday")
    ask.reject()
    assert ask.isVisible()
    answer(ask, "Go on typing")
    assert ask.isVisible()
    assert ask.line("counted").text() == "12.50"
    ask.close()  # by the window's cross
    answer(ask, "Save")
    hands.settle()
    [closed] = desk.rows(TillClosing)
    assert closed.counted == D("12.50")
    hands.screen.day.close_mine()
    ask = hands.screen.acts.asking
    ask.line("notes").setText("A coin")
    ask.reject()
    answer(ask, "Throw away")
    hands.settle()
    assert [row.counted for row in desk.rows(TillClosing)] == [D("12.50")]


def answer(ask: AskingDialog, words: str) -> None:
    assert ask.question is not None
    next(one for one in ask.question.buttons() if one.text() == words).click()


def test_who_may_only_look_is_offered_nothing_else(hands: Hands, desk: Desk) -> None:
    show(hands, draft(desk))
    pane = hands.screen.pane
    pane.show_bill(hands.bill(), locked=True)
    assert not pane.adder.isVisible()
    assert not pane.pay.isVisible()
    shown = {name for name, button in pane.buttons.items() if button.isVisible()}
    assert shown == {"print", "pdf", "statement"}
    hands.screen.list.table.setFocus()
    hands.press(Qt.Key.Key_Delete, CTRL)
    assert len(desk.rows(Invoice)) == 1


def test_a_search_shows_what_it_finds_and_says_where_nothing_is(hands: Hands, desk: Desk) -> None:
    first, second = draft(desk), draft(desk, client_id=desk["Ivy Stone"])
    show(hands, first)
    hands.screen.search("stone")
    hands.settle()
    assert [row.id for row in hands.screen.list.model.rows()] == [second]
    assert hands.bill().row.id == second
    hands.screen.search("stone noor")
    hands.settle()
    assert hands.screen.list.empty.title() == "Nothing matches"
    assert hands.screen.pane.bill is None
    hands.screen.search("")
    hands.settle()
    assert {row.id for row in hands.screen.list.model.rows()} >= {first, second}


def test_a_long_suggestion_keeps_its_price_in_sight(qtbot: QtBot) -> None:
    found = Suggestions()
    qtbot.addWidget(found)
    found.resize(320, 120)
    long = "Nebuliser with a very long hose and a mask for the largest of dogs"
    told = "no price yet: type it behind"
    found.show_all([(long, told), ("\u05d0\u05d1\u05d2 " * 30, told), ("Needle", "1.50")])
    found.show()

    def shown(row: int, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> Any:
        return found.model().data(found.model().index(row, 0), role)

    for row in range(2):
        assert shown(row).endswith(told)
        assert "\u2026" in shown(row)
        assert found.sizeHintForColumn(0) <= found.viewport().width(), "nothing to scroll to"
    assert shown(0, Qt.ItemDataRole.ToolTipRole) == long
    assert shown(2) == "Needle   1.50"
    found.resize(900, 120)
    QApplication.processEvents()
    assert shown(0) == f"{long}   {told}"
