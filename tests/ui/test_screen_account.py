"""A payment on account is taken and taken back by keys, on the client's card and in Money."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fluffydesk.actions.invoicing import NewLine, post_invoice, start_invoice
from fluffydesk.mirror.whose import whose
from fluffydesk.records.enums import PaymentStatus
from fluffydesk.records.payments import Payment
from fluffydesk.records.types import today
from fluffydesk.ui import memory
from fluffydesk.ui.fields.texts import use_place
from fluffydesk.ui.screen import Notice, Place, Screen
from fluffydesk.ui.screens.client_card import ClientCardScreen
from fluffydesk.ui.screens.desk_account import AccountDialog
from fluffydesk.ui.screens.desk_money import DeskMoney
from fluffydesk.work import Work
from tests.clinic_money import Desk
from tests.mirrors import new_mirror

D = Decimal
CTRL = Qt.KeyboardModifier.ControlModifier
Enter = Qt.Key.Key_Return


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    memory.keep_in(None)
    with new_mirror(tmp_path / "till.db") as mirror:
        yield Desk(mirror)


@pytest.fixture
def work(desk: Desk) -> Iterator[Work]:
    use_place(whose(desk.mirror))
    made = Work(desk.mirror)
    yield made
    made.close()


def test_one_sum_is_taken_on_the_card_and_on_the_statement_and_taken_back(
    qtbot: QtBot, desk: Desk, work: Work, settle: Callable[[Work], None]
) -> None:
    told: list[Notice] = []

    def key(part: QWidget, *keys: Qt.Key | Qt.KeyboardModifier) -> None:
        window = part.window()
        window.activateWindow()  # without a screen a window that closes leaves none active
        qtbot.waitUntil(window.isActiveWindow)
        qtbot.keyClick(part, *keys)
        for _ in range(2):
            settle(work)
            QApplication.processEvents()

    def shown(screen: Screen, place: Place) -> None:
        qtbot.addWidget(screen)
        screen.told.connect(told.append)
        screen.resize(1072, 720)
        screen.show()
        screen.activateWindow()
        qtbot.waitUntil(screen.isActiveWindow)
        screen.arrive(place)
        for _ in range(2):
            settle(work)
            QApplication.processEvents()

    def received() -> list[tuple[Decimal, Decimal | None]]:
        rows = desk.rows(Payment, status=PaymentStatus.COMPLETED)
        return [(row.amount, row.given) for row in rows]

    for _ in range(2):
        given = {"client_id": desk["Noor Vale"]}
        line = NewLine("Visit", D(48), tax_rate=D(21))
        post_invoice(desk.mirror, start_invoice(desk.mirror, given, [line])[0])
    card = ClientCardScreen(work)
    shown(card, Place("client", desk["Noor Vale"]))
    key(card, Qt.Key.Key_F8)
    asking: AccountDialog = card.asking
    assert asking.heading.text() == "Payment on account, Noor Vale"
    assert asking.about.text().startswith("96.00 EUR is left to pay on 2 invoices:")
    strip = asking.pay
    assert strip.amount.text() == "96.00"
    strip.amount.setText("50.00")
    key(strip.amount, Enter)
    qtbot.keyClicks(strip.given, "45")
    assert strip.change.text() == "5.00 is missing"
    key(strip.given, Enter)
    assert "is less than" in strip.trouble.text()  # nothing is taken, nothing typed is lost
    strip.given.setText("100")
    assert strip.change.text() == "Change 50.00"
    key(strip.given, Enter)
    assert told[-1].text == "Change: 50.00. 46.00 is left to pay."
    assert received() == [(D("48.00"), D("48.00")), (D("2.00"), D("52.00"))]
    key(card, Qt.Key.Key_Z, CTRL)
    assert received() == []
    assert card._page is not None
    past = [one.words for one in card._page.past if one.kind == "Payment"]
    assert past == ["Cash · Taken back"] * 2
    key(card, Qt.Key.Key_Z, CTRL)
    assert told[-1].text == "There is nothing to undo here."

    money = DeskMoney(work)
    shown(money, Place("money", desk["Noor Vale"], part="client"))
    key(money.statements.view.table.table, Qt.Key.Key_F8)
    strip = money.statements.asking.pay
    strip.method.setCurrentIndex(strip.method.findText("Card"))
    strip.amount.setText("50.00")
    money.pane.pay.pause_ms = 60_000
    key(strip.amount, Enter, CTRL)
    key(money, Enter, CTRL)  # pressed twice: the invoice that is shown below pays nothing more
    assert received() == [(D("48.00"), None), (D("2.00"), None)]
    key(money, Qt.Key.Key_Z, CTRL)
    money.statements.of_client(desk["Noor Vale"], today())
    settle(work)
    key(money.statements.view.table.table, Qt.Key.Key_F8)
    strip = money.statements.asking.pay
    strip.method.setCurrentIndex(strip.method.findText("Card"))
    strip.amount.setText("100.00")
    key(strip.amount, Enter, CTRL)
    assert told[-1].text == "Nothing is left to pay."
    assert received() == [(D("48.00"), None), (D("48.00"), None), (D("4.00"), None)]
    undo = told[-1].undo
    assert undo is not None
    for _ in range(2):  # the second press of the notice takes back nothing more
        undo()
        settle(work)
    assert received() == []
