"""Keys pressed twice, held down or very fast at the clinic's desk do what was meant once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fluffydesk.actions.appointments import book, set_stage, set_status
from fluffydesk.actions.crediting import credit
from fluffydesk.actions.invoicing import NewLine, post_invoice, start_invoice
from fluffydesk.actions.saving import add
from fluffydesk.actions.visit_bill import bill_visit
from fluffydesk.figures.visits import Stage
from fluffydesk.mirror.whose import whose
from fluffydesk.records.clinic import LabResult
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.payments import InvoiceStatus
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.pets import ClinicClient
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import use_place
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.desk_money import DeskMoney
from fluffydesk.ui.screens.desk_start import read_starts
from fluffydesk.ui.screens.reading.records_of_pets import papers
from fluffydesk.ui.screens.reading.waiting import read_board
from fluffydesk.ui.screens.waiting import WaitingRoom
from fluffydesk.ui.screens.waiting_cards import lines_of
from fluffydesk.wording import apart
from fluffydesk.work import Work
from tests.clinic_money import Desk
from tests.clinic_sample import ZONE
from tests.mirrors import new_mirror

D = Decimal
Settle = Callable[[Work], None]
CTRL = Qt.KeyboardModifier.ControlModifier
Enter = Qt.Key.Key_Return


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_mirror(tmp_path / "till.db") as mirror:
        yield Desk(mirror)


@pytest.fixture
def money(qtbot: QtBot, desk: Desk, settle: Settle) -> Iterator[DeskMoney]:
    use_place(whose(desk.mirror))
    work = Work(desk.mirror)
    screen = DeskMoney(work)
    qtbot.addWidget(screen)
    screen.resize(1072, 720)
    screen.show()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    settle(work)
    yield screen
    work.close()


def bill(desk: Desk, money: DeskMoney, settle: Settle, price: str = "48.00") -> UUID:
    line = NewLine("Visit", D(price), tax_rate=D(21))
    made, _ = start_invoice(desk.mirror, {"client_id": desk["Noor Vale"]}, [line])
    money.arrive(Place("money", made))
    settle(money.work)
    QApplication.processEvents()
    settle(money.work)
    return made


def test_a_part_payment_whose_key_is_pressed_twice_is_taken_once(
    qtbot: QtBot, desk: Desk, money: DeskMoney, settle: Settle
) -> None:
    made = bill(desk, money, settle)
    money.pane.pay.pause_ms = 60_000
    money.pane.pay.amount.setText("20.00")
    money.pane.pay.amount.setFocus()
    for _ in range(3):
        qtbot.keyClick(money.pane.pay.amount, Enter, CTRL)
    settle(money.work)
    QApplication.processEvents()
    settle(money.work)
    assert [row.amount for row in desk.payments(made)] == [D("20.00")]
    assert money.pane.pay.amount.text() == "28.00"
    qtbot.keyClick(money.pane.pay.amount, Enter, CTRL)  # a moment later
    settle(money.work)
    assert len(desk.payments(made)) == 1
    qtbot.keyClick(money.pane.pay.amount, Qt.Key.Key_F8)
    qtbot.keyClick(money.pane.pay.amount, Enter, CTRL)
    settle(money.work)
    assert [row.amount for row in desk.payments(made)] == [D("20.00"), D("28.00")]


def test_enter_pays_what_is_left_once_and_what_is_refused_can_be_paid_after(
    qtbot: QtBot, desk: Desk, money: DeskMoney, settle: Settle
) -> None:
    made = bill(desk, money, settle)
    strip = money.pane.pay
    strip.amount.setText("50.00")
    strip.given.setFocus()
    qtbot.keyClick(strip.given, Enter)
    settle(money.work)
    assert "left" in strip.trouble.text()
    strip.amount.setText("48.00")
    for _ in range(2):
        qtbot.keyClick(strip.given, Enter)
    settle(money.work)
    assert [row.amount for row in desk.payments(made)] == [D("48.00")]
    assert not strip.trouble.text()


def test_what_costs_nothing_is_posted_by_the_same_key(
    qtbot: QtBot, desk: Desk, money: DeskMoney, settle: Settle
) -> None:
    made = bill(desk, money, settle, "0.00")
    assert not money.pane.pay.isVisible()
    qtbot.keyClick(money, Enter, CTRL)
    settle(money.work)
    assert desk.invoice(made).status is InvoiceStatus.POSTED
    assert desk.invoice(made).number
    assert desk.payments(made) == []


def test_a_vet_is_nobody_an_invoice_is_for(desk: Desk) -> None:
    def offered(text: str) -> list[UUID | None]:
        return [one.visit_id for one in read_starts(desk.mirror, text, today())]

    assert desk["Biscuit visit"] in offered("noor")
    assert desk["Biscuit visit"] in offered("5550101")
    add(desk.mirror, ClinicClient, {"full_name": "A. Quill", "email": "lena.quill@post.example"})
    called, _ = add(desk.mirror, ClinicClient, {"full_name": "Lena Quill"})
    assert read_starts(desk.mirror, "lena q", today())[0].client_id == called
    assert offered("osei") == [None]  # only "At the desk": a vet pays nothing


def test_a_visit_whose_invoice_was_given_back_can_be_billed_again(desk: Desk) -> None:
    def offered() -> list[UUID | None]:
        return [one.visit_id for one in read_starts(desk.mirror, "biscuit", today())]

    visit = desk["Biscuit visit"]
    wrong, _ = bill_visit(desk.mirror, visit)
    assert visit in offered()  # its draft goes on
    post_invoice(desk.mirror, wrong)
    assert visit not in offered()
    credit(desk.mirror, wrong)
    assert visit in offered()


def test_what_came_after_the_invoice_was_posted_is_told_where_one_looks_and_billed_by_a_key(
    qtbot: QtBot, desk: Desk, money: DeskMoney, settle: Settle
) -> None:
    visit, pet = desk["Biscuit visit"], desk["Biscuit"]
    note, _ = add(desk.mirror, MedicalRecord, {"pet_id": pet, "appointment_id": visit})
    first, _ = bill_visit(desk.mirror, visit)
    set_stage(desk.mirror, visit, Stage.TO_PAY)
    money.reload()
    settle(money.work)
    assert not money.unbilled.isVisible()  # a draft takes what comes
    post_invoice(desk.mirror, first)
    money.work.act(lambda _: add(desk.mirror, LabResult, {
        "pet_id": pet, "record_id": note, "test": "Vaccination", "value": D(1),
    })[1])  # fmt: skip
    settle(money.work)

    def said() -> list[str]:
        board = read_board(desk.mirror, on=desk.sample.day, zone=ZONE)
        [guest] = [one for one in board.guests if one.id == visit]
        waiting = [words for words, _ in lines_of(guest, desk.sample.at(12, 0))]
        record = papers(desk.mirror, visit)
        assert record is not None
        starts = [one.about for one in read_starts(desk.mirror, "biscuit", today())]
        found = [line for line in (*waiting, *starts) if "Not billed yet: Vaccination" in line]
        return [*found, *record.unbilled]

    assert len(said()) == 3
    assert said()[-1] == "Vaccination"
    assert money.unbilled.text() == f"Not billed yet: {apart('Biscuit')} (Vaccination)."
    qtbot.keyClick(money, Qt.Key.Key_F7)
    settle(money.work)
    assert money.pane.bill is not None
    assert money.pane.bill.row.id != first
    assert [one.description for one in money.pane.bill.lines] == ["Vaccination"]
    assert said() == []
    assert not money.unbilled.isVisible()


def test_who_is_booked_over_midnight_is_expected_on_both_days(desk: Desk) -> None:
    at, tomorrow = desk.sample.at(23, 50), desk.sample.day + timedelta(days=1)
    made = book(desk.mirror, {"pet_id": desk["Rex"], "scheduled_at": at})
    (visit,) = made["appointments"]
    for day in (desk.sample.day, tomorrow):
        board = read_board(desk.mirror, on=day, zone=ZONE)
        assert visit in [guest.id for guest in board.guests]
    set_status(desk.mirror, visit, AppointmentStatus.NO_SHOW)
    board = read_board(desk.mirror, on=tomorrow, zone=ZONE)
    assert visit not in [guest.id for guest in board.guests]
    assert desk["Rex visit"] not in [guest.id for guest in board.guests]


@pytest.fixture
def room(qtbot: QtBot, desk: Desk, settle: Settle) -> Iterator[WaitingRoom]:
    use_place(whose(desk.mirror))
    work = Work(desk.mirror)
    screen = WaitingRoom(work)
    qtbot.addWidget(screen)
    with qtbot.waitExposed(screen):
        screen.show()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    settle(work)
    yield screen
    work.close()


def test_a_held_key_moves_a_patient_one_stage(
    desk: Desk, room: WaitingRoom, settle: Settle
) -> None:
    assert room.board.choose(desk["Rex visit"])
    for number in range(4):
        at = QApplication.focusWidget()
        assert at is not None
        repeated = number > 0  # as a keyboard says of a key that is held
        kind, plain = QEvent.Type.KeyPress, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(at, QKeyEvent(kind, Qt.Key.Key_A, plain, "a", repeated))
        settle(room.work)
    guest = room.board.guest()
    assert guest is not None
    assert guest.stage is Stage.ARRIVED
