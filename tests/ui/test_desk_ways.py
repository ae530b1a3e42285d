"""The ways from one part of a clinic's desk to the next: by key, each to its very place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fluffydesk.actions.invoicing import NewLine, start_invoice
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import use_place
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.calendar import Calendar
from fluffydesk.ui.screens.client_card import ClientCardScreen
from fluffydesk.ui.screens.clients import Clients
from fluffydesk.ui.screens.pet_card import PetCardScreen
from fluffydesk.ui.screens.reading.pets import Past
from fluffydesk.ui.screens.record import RecordScreen
from fluffydesk.work import Work
from tests.clinic_money import Desk
from tests.mirrors import new_mirror

Settle = Callable[[Work], None]
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_mirror(tmp_path / "desk.db") as mirror:
        yield Desk(mirror)


class Shown:
    """A screen before somebody, and the places it led to."""

    def __init__(self, qtbot: QtBot, work: Work, settle: Settle) -> None:
        self._qtbot, self.work, self._settle = qtbot, work, settle
        self.went: list[Place] = []

    def settle(self) -> None:
        for _ in range(3):  # what is read first asks for more
            self._settle(self.work)
            QApplication.processEvents()

    def show(self, screen: Screen, place: Place) -> None:
        screen.go.connect(self.went.append)
        self._qtbot.addWidget(screen)
        screen.resize(1072, 760)
        with self._qtbot.waitExposed(screen):
            screen.show()
        screen.activateWindow()
        self._qtbot.waitUntil(screen.isActiveWindow)
        screen.arrive(place)
        self.settle()


@pytest.fixture
def at(qtbot: QtBot, desk: Desk, settle: Settle) -> Iterator[Shown]:
    work = Work(desk.mirror)
    use_place(work.whose)
    yield Shown(qtbot, work, settle)
    settle(work)
    work.close()


def test_the_calendar_leads_to_a_visits_record_and_invoice(
    qtbot: QtBot, desk: Desk, at: Shown
) -> None:
    screen = Calendar(at.work)
    visit = desk["Mango visit"]
    at.show(screen, Place("calendar", visit))
    assert screen.grid.chosen_id == visit
    for key in (Key.Key_R, Key.Key_I):
        qtbot.keyClick(screen.grid, key)
    assert at.went == [Place("record", visit), Place("money", visit, part="visit")]


def test_a_visits_record_leads_to_its_invoice(qtbot: QtBot, desk: Desk, at: Shown) -> None:
    screen = RecordScreen(at.work)
    at.show(screen, Place("record", desk["Mango visit"]))
    qtbot.keyClick(screen, Key.Key_B, CTRL)
    assert at.went == [Place("money", desk["Mango visit"], part="visit")]


def test_a_record_without_a_visit_says_where_an_invoice_begins(
    qtbot: QtBot, desk: Desk, at: Shown
) -> None:
    screen = RecordScreen(at.work)
    at.show(screen, Place("record", desk["Mango"]))
    told: list[object] = []
    screen.told.connect(told.append)
    qtbot.keyClick(screen, Key.Key_B, CTRL)
    assert (at.went, len(told)) == ([], 1)


def test_a_clients_card_leads_to_the_statement_and_to_an_invoice(
    qtbot: QtBot, desk: Desk, at: Shown
) -> None:
    noor = desk["Noor Vale"]
    line = NewLine("Visit", Decimal("48.00"), pet_id=desk["Mango"])
    bill, _ = start_invoice(desk.mirror, {"client_id": noor}, [line])
    screen = ClientCardScreen(at.work)
    at.show(screen, Place("client", noor))
    qtbot.keyClick(screen, Key.Key_T, CTRL)
    assert screen._page is not None
    [invoice] = [one for one in screen._page.past if one.kind == "Invoice"]
    screen.open_past(invoice)
    assert at.went == [Place("money", noor, part="client"), Place("money", bill)]


def test_the_card_beside_the_clients_leads_to_the_statement(desk: Desk, at: Shown) -> None:
    screen = Clients(at.work)
    at.show(screen, Place("clients", desk["Noor Vale"]))
    [button] = [one for one in screen.card.findChildren(Button) if one.text() == "Statement"]
    button.click()
    assert at.went == [Place("money", desk["Noor Vale"], part="client")]


def test_money_of_a_pet_leads_to_its_invoice(desk: Desk, at: Shown) -> None:
    screen = PetCardScreen(at.work)
    at.show(screen, Place("pet", desk["Mango"]))
    bill = desk["Mango visit"]
    screen.open_past(Past("i1", today(), "Money", "2026-00001", "", "invoices", bill))
    assert at.went == [Place("money", bill)]
