"""A day at the desk of the real window, an hour of it with no network; then sums are compared."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from fluffydesk.account import session as accounts
from fluffydesk.account.home import Home
from fluffydesk.app import Workplace
from fluffydesk.figures.visits import Stage
from fluffydesk.mirror import pending
from fluffydesk.sync import resolve
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screens.calendar import Calendar
from fluffydesk.ui.screens.day_layout import Card
from fluffydesk.ui.screens.desk_money import DeskMoney
from fluffydesk.ui.screens.waiting import WaitingRoom
from tests.conftest import PASSWORD
from tests.sync.desks import Desk, assert_same, contents_of, shown_by
from tests.ui import desk_books as books
from tests.ui import desk_paper as paper
from tests.ui.hands import CTRL, Enter, Hands, Key

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture(autouse=True)
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """It is between eight and twelve in the morning where the clinic is, whenever the test runs."""
    ahead = max(8 - datetime.now(UTC).hour, -12)
    name = f"Etc/GMT{-ahead:+}" if ahead else "Etc/UTC"
    monkeypatch.setenv("TZ", name)
    time.tzset()
    yield name
    monkeypatch.undo()
    time.tzset()


@dataclass
class Place:
    """The front desk's PC with its window open."""

    central: Any
    workplace: Workplace
    today: date
    open: bool = True

    @property
    def chip(self) -> str:
        """What the status bar says of the sync."""
        return self.workplace.shell.bar.chip.text().strip()


@pytest.fixture
def desk(
    central: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, qtbot: QtBot
) -> Iterator[Place]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    organization = central.add_organization("Elm Street Clinic", "veterinary_clinic")
    with central.admin() as connection:
        connection.execute("update organizations set time_zone = %s", (zone,))
    central.add_user("jo", organization, "staff")
    central.add_user("ada", organization, "manager")
    vets = [central.add_user(name, organization, "veterinarian") for name in paper.VETS]
    office = Desk(
        tmp_path / "office.db", central.gateway(central.email("ada")), organization, "office-pc"
    )
    office.sync()
    paper.fill(office, vets, date.today(), zone)
    office.mirror.close()
    home = Home(tmp_path / "home")
    session = accounts.sign_in(home, central.member_url, central.email("jo"), PASSWORD)
    workplace = Workplace(session, session.open_mirror(), None)
    with qtbot.waitSignal(workplace.loop.synced):
        workplace.open()
    workplace.shell.activateWindow()
    qtbot.waitUntil(workplace.shell.isActiveWindow)
    place = Place(central, workplace, date.today())
    yield place
    if place.open:
        workplace.close()


def test_a_day_at_the_desk(qtbot: QtBot, desk: Place) -> None:
    hands = Hands(qtbot, desk.workplace.shell)
    book_by_phone(hands, "Pet37", "Pet38")
    carry(qtbot, hands)
    for number in range(1, 5):
        serve(hands, f"Pet{number:02}")

    desk.central.stop()
    qtbot.waitUntil(lambda: desk.workplace.link.standing.online is False)
    for pet in paper.OFFLINE:
        serve(hands, pet)
    book_by_phone(hands, "Pet39", "Pet40")
    for pet in paper.WALK_INS[:3]:
        walk_in(hands, pet)
    assert desk.chip.startswith("Offline")
    desk.central.start()
    desk.workplace.loop.sync_now()
    qtbot.waitUntil(lambda: desk.chip.startswith("All saved"))

    miss(hands)
    for pet in paper.WALK_INS[3:]:
        walk_in(hands, pet)
    for number in range(9, 47):
        if f"Pet{number:02}" != paper.MISSED:
            serve(hands, f"Pet{number:02}")
    close_the_day(hands)
    qtbot.waitUntil(lambda: not desk.workplace.work.busy_here)
    desk.workplace.loop.sync_now()
    qtbot.waitUntil(lambda: desk.chip.startswith("All saved"))
    at_central(desk)
    nothing_waits(desk)


def at_central(desk: Place) -> None:
    """What central has, asked by a login of the clinic, is what the paper says."""
    connection = desk.central.login("jo")

    def ask(sql: str) -> list[tuple[Any, ...]]:
        return list(connection.execute(sql, {"today": desk.today}).fetchall())

    assert ask(books.VISITS) == [("completed", 45), ("no_show", 1)]
    assert ask(books.MISSED) == [(paper.MISSED,)]
    assert ask(books.OUT_OF_ORDER) == [(0,)]
    assert ask(books.BOOKED_ALONE) == [(0,)]
    begins = {pet: at for pet, at in ask(books.MOVED) if pet in paper.MOVED}
    assert begins == {
        pet: timedelta(hours=paper.hours(pet), minutes=minutes)
        for pet, minutes in paper.MOVED.items()
    }
    assert ask(books.BY_PHONE) == list(paper.BY_PHONE.items())
    assert ask(books.BILLS) == [
        (pet, Decimal(total), sum((Decimal(one) for _, one in paid), Decimal(0)))
        for pet, (_, total, paid) in paper.BILLS.items()
    ]
    assert ask(books.SUMS) == [(12, paper.BILLED, paper.BILLED - paper.OPEN)]
    assert ask(books.NUMBERS) == [(12, 12)]
    assert ask(books.PAID) == [("card", paper.CARD), ("cash", paper.CASH)]
    assert ask(books.LOTS) == paper.LOTS_LEFT
    assert ask(books.TILL) == [(desk.today, paper.FLOAT, paper.IN_THE_TILL, paper.IN_THE_TILL)]


def nothing_waits(desk: Place) -> None:
    """Nothing waits, nothing is in dispute, and the mirror is what central shows this person."""
    session = desk.workplace.session
    desk.workplace.close()
    desk.open = False
    mirror = session.open_mirror()
    with mirror.read() as connection:
        assert not resolve.open_conflicts(connection)
        assert not resolve.open_quarantine(connection)
        assert pending.count_parcels(connection) == 0
    shown = shown_by(desk.central, desk.central.email("jo"), session.organization_id)
    assert_same(contents_of(mirror), shown)
    mirror.close()


def serve(hands: Hands, pet: str) -> None:
    """See a patient, and bill the visit where the paper says so."""
    see(hands, pet)
    if pet in paper.BILLS:
        bill(hands, pet)


def bill(hands: Hands, pet: str) -> None:
    """Write the invoice of a visit by keys, and take what is paid."""
    things, total, paid = paper.BILLS[pet]
    hands.go_by_name("money", "money")
    screen = hands.shell.current
    assert isinstance(screen, DeskMoney)
    hands.press(Key.Key_N, CTRL)
    hands.in_form()
    hands.type(pet)
    hands.wait()
    hands.press(Enter)
    hands.fall_back()
    hands.wait()
    served, *more = things
    if pet in paper.WALK_INS:  # nobody said beforehand what they came for
        more = [served]
    for name, quantity in more:
        hands.enter(f"{quantity} {name}" if quantity != "1" else name)
        hands.wait()
    assert screen.pane.bill is not None
    assert screen.pane.bill.totals.total == Decimal(total)
    for method, sum_ in paid:
        hands.press(Key.Key_F8)
        strip = screen.pane.pay
        if method == "card":
            hands.back_to(strip.method)
            hands.press(Key.Key_Down)
        if strip.amount.text() != sum_:
            hands.press(Key.Key_F8)
            if method == "cash":
                hands.back_to(strip.amount)
            hands.retype(sum_)
        hands.press(Enter, CTRL)
        hands.wait()
    left = Decimal(total) - sum(Decimal(sum_) for _, sum_ in paid)
    assert screen.pane.bill.row.left == left


def close_the_day(hands: Hands) -> None:
    """Count the till; the report is the paper, to the cent."""
    hands.go_by_name("money", "money")
    screen = hands.shell.current
    assert isinstance(screen, DeskMoney)
    hands.press(Key.Key_5, CTRL)
    hands.wait()
    hands.press(Key.Key_L, CTRL)
    hands.in_form()
    hands.press(Enter)
    hands.retype(str(paper.FLOAT))
    hands.press(Enter)
    hands.type(str(paper.IN_THE_TILL))
    hands.press(Enter, CTRL)
    hands.wait()
    hands.fall_back()
    hands.wait()
    report = screen.day.view.report
    assert report is not None
    assert report.rows == paper.REPORT
    assert report.sums == paper.REPORT_SUMS


def book_by_phone(hands: Hands, *pets: str) -> None:
    """Book in the calendar, by keys only."""
    hands.go_by_number(2, "calendar")
    for pet in pets:
        hands.press(Key.Key_N)
        hands.in_form()
        hands.choose(pet)
        to(hands, "service_id")
        hands.choose("Check-up")
        to(hands, "veterinarian_id")
        hands.retype("Vera")
        hands.wait()
        hands.press(Enter)
        to(hands, "scheduled_at")
        hands.retype(paper.BY_PHONE[pet])
        hands.save()


def to(hands: Hands, name: str) -> None:
    """Go to a field of the form that is open, by Tab."""
    form = hands.in_form()
    assert isinstance(form, FormDialog)
    editor = form.form.editor(name)
    for _ in range(30):
        if editor.isAncestorOf(hands.at):
            return
        hands.press(Key.Key_Tab)
    raise AssertionError(f"Tab does not lead to {name}")


def card_of(screen: Calendar, pet: str) -> Card:
    """Return the card of a pet's visit, brought into sight."""
    found = next(card for card in screen.grid.cards if card.visit.pet == pet)
    assert screen.grid.choose(found.visit.id)
    return found


def carry(qtbot: QtBot, hands: Hands) -> None:
    """Move visits with the mouse."""
    hands.go_by_number(2, "calendar")
    screen = hands.shell.current
    assert isinstance(screen, Calendar)
    view = screen.grid.viewport()
    for pet, minutes in paper.MOVED.items():
        card = card_of(screen, pet)
        screen.grid.reveal(card.lane, card.first, card.last + minutes)
        start = screen.grid.box_of(card).center().toPoint()
        down = screen.grid.y_of(card.first + minutes) - screen.grid.y_of(card.first)
        end = start + QPoint(0, round(down))
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(view, (start + end) / 2)
        qtbot.mouseMove(view, end)
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
        hands.wait()
        assert card_of(screen, pet).first == card.first + minutes


def miss(hands: Hands) -> None:
    """Somebody has not come."""
    hands.go_by_number(2, "calendar")
    screen = hands.shell.current
    assert isinstance(screen, Calendar)
    card_of(screen, paper.MISSED)
    hands.press(Key.Key_M)
    hands.wait()


def walk_in(hands: Hands, pet: str) -> None:
    """Somebody stands at the desk."""
    hands.go_by_number(3, "waiting")
    hands.press(Key.Key_W)
    hands.in_form()
    hands.enter(pet)
    hands.wait()
    hands.enter("Itching")
    hands.press(Enter)
    hands.wait()
    hands.fall_back()


def see(hands: Hands, pet: str) -> None:
    """Move a patient on until it has left, in the waiting room."""
    hands.go_by_number(3, "waiting")
    screen = hands.shell.current
    assert isinstance(screen, WaitingRoom)
    hands.search(pet)
    hands.wait()
    while True:
        guest = screen.board.guest()
        assert guest is not None
        assert guest.visit.pet == pet
        if guest.stage is Stage.LEFT:
            return
        hands.press(Key.Key_A)
        hands.wait()
