from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import delete

from fluffydesk.demo.sample import Maker
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.engine import bare
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.communication import Conversation, Message
from fluffydesk.records.enums import AppointmentStatus, PaymentStatus
from fluffydesk.records.enums.communication import ConversationKind
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.enums.medical import ReminderKind
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.farm_resources import InventoryTransaction
from fluffydesk.records.medical import MedicalRecord, Reminder
from fluffydesk.records.payments import Invoice, Payment, PaymentRefund
from fluffydesk.records.pets import ClinicPatient
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.texts import use_place
from fluffydesk.ui.screen import Notice, Place
from fluffydesk.ui.screens.clinic_today import ClinicToday
from fluffydesk.ui.screens.desk_rows import SUBJECTS, DeskRows
from fluffydesk.ui.screens.reading.desk import desk_of, read_desk
from fluffydesk.ui.screens.reading.records_of_pets import to_finish
from fluffydesk.ui.screens.reading.till import read_day
from fluffydesk.ui.screens.reporting.catalog import make_report
from fluffydesk.ui.screens.reporting.report import Period
from fluffydesk.work import Work
from tests.clinic_sample import ZONE, Sample, fill
from tests.mirrors import new_mirror

Settle = Callable[[Work], None]
WEEK = timedelta(days=7)


class Desk:
    """A small clinic, to which a test adds what it asks about."""

    def __init__(self, mirror: Mirror, sample: Sample) -> None:
        self.mirror, self.sample = mirror, sample
        self._made = 0

    def put(self, record: type[Record], at: datetime | None = None, **values: Any) -> UUID:
        """Write a row as if it had come from central."""
        moment = at or self.sample.at(8)
        self._made += 1
        maker = Maker(self.sample.organization, self.sample.day, 100 + self._made)
        kept = {"kind": values.pop("kind")} if record is Conversation else {}
        row_id = maker.add(record, moment, **values)
        (row,) = maker.rows()[record]
        row |= {**kept, "paid": Decimal(0)} if record is Invoice else kept
        times = {"created_at": moment, "updated_at": moment, "row_version": 1}
        with self.mirror.apply() as connection:
            write_images(connection, record, [to_image(record, {**row, **times})])
        return row_id

    def payment(self, amount: str, paid: datetime, **values: Any) -> UUID:
        return self.put(
            Payment, amount=Decimal(amount), paid_at=paid, **{"currency": "EUR", **values}
        )

    def back(self, amount: str, payment: UUID, at: datetime) -> UUID:
        return self.put(PaymentRefund, payment_id=payment, amount=Decimal(amount), paid_back_at=at)

    def invoice(self, total: str, on: date, **values: Any) -> UUID:
        given = {"status": InvoiceStatus.POSTED, "currency": "EUR", **values}
        amount = Decimal(total)
        return self.put(Invoice, issue_date=on, subtotal=amount, total=amount, **given)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "clinic.db") as opened:
        yield opened


@pytest.fixture
def sample(clinic: Mirror) -> Sample:
    return fill(clinic)


@pytest.fixture
def desk(clinic: Mirror, sample: Sample) -> Desk:
    return Desk(clinic, sample)


@pytest.fixture
def work(clinic: Mirror, sample: Sample) -> Iterator[Work]:
    made = Work(clinic)
    use_place(made.whose)
    yield made
    made.close()


@pytest.fixture
def screen(work: Work, sample: Sample, qtbot: QtBot, settle: Settle) -> ClinicToday:
    made = ClinicToday(work)
    made.clock = lambda: sample.at(9, 40)
    qtbot.addWidget(made)
    made.resize(1072, 800)
    with qtbot.waitExposed(made):
        made.show()
    settle(work)
    return made


def again(screen: ClinicToday, settle: Settle) -> None:
    screen.reload()
    settle(screen.work)


def said(screen: ClinicToday, key: str) -> str:
    return screen.tiles[key].accessibleName()


def test_the_tiles_count_the_day(screen: ClinicToday) -> None:
    numbers = {key: tile.number() for key, tile in screen.tiles.items()}
    assert numbers == {
        "visits_today": "4",
        "next_arrival": "11:00",
        "late_now": "1",
        "no_shows": "1",
        "received_today": "0.00",
        "invoiced_today": "0.00",
        "open_invoices": "0.00",
        "reminders_due": "0",
        "unanswered": "0",
        "stock_low": "1",
        "lots_expiring": "0",
        "unsent": "0",
    }
    assert "2 expected, 1 in room, 1 done" in said(screen, "visits_today")
    assert "Wednesday last week: 0" in said(screen, "visits_today")
    assert "Rex 10 min" in said(screen, "late_now")
    assert "Mango · Noor Vale · Dr Osei Lund" in said(screen, "next_arrival")
    assert "0 within the hour, 1 today" in said(screen, "next_arrival")
    assert "Last week 0, on average 0.0 a week" in said(screen, "no_shows")
    assert [visit.pet for visit in screen.list.rows.visits] == ["Pixel", "Rex", "Mango"]


def test_who_is_late_by_twenty_minutes_is_asked_about(
    screen: ClinicToday, sample: Sample, settle: Settle
) -> None:
    screen.clock = lambda: sample.at(9, 50)
    again(screen, settle)
    assert "1 by 20 min or more: no-show?" in said(screen, "late_now")


def test_money_of_today_is_exact_and_compared_with_the_same_weekday_before(
    screen: ClinicToday, desk: Desk, sample: Sample, settle: Settle
) -> None:
    before = sample.day - WEEK
    desk.payment("10.10", sample.at(9, 0))
    desk.payment("0.05", sample.at(23, 59))
    desk.payment("99.00", sample.at(9, 5), status=PaymentStatus.FAILED)
    desk.payment("77.00", sample.at(9, 5), currency="USD")
    returned = sample.at(9, 30)
    desk.back("4.15", desk.payment("20.00", sample.at(9, day=before)), returned)
    desk.payment("30.00", sample.at(9, 40, day=before))
    desk.payment("1.00", sample.at(0, 30, day=sample.day - timedelta(days=1)))
    desk.invoice("121.00", sample.day)
    desk.invoice("21.00", sample.day, kind=InvoiceKind.CREDIT_NOTE)
    desk.invoice("500.00", sample.day, status=InvoiceStatus.DRAFT)
    desk.invoice("60.50", before, status=InvoiceStatus.PAID)
    again(screen, settle)
    assert screen.tiles["received_today"].number() == "6.00"
    note = said(screen, "received_today")
    assert "Wednesday last week: 50.00 EUR" in note
    assert "by this time 20.00 EUR" in note
    assert screen.tiles["invoiced_today"].number() == "100.00"
    assert "Wednesday last week: 60.50 EUR" in said(screen, "invoiced_today")


def test_open_invoices_are_what_is_left_of_them(
    screen: ClinicToday, desk: Desk, sample: Sample, settle: Settle
) -> None:
    old = sample.day - timedelta(days=30)
    part = desk.invoice("100.00", old, due_date=sample.day - timedelta(days=1))
    desk.payment("40.01", sample.at(9), invoice_id=part)
    credit = desk.invoice("50.00", old)
    desk.invoice("50.00", old, kind=InvoiceKind.CREDIT_NOTE, credits_id=credit)
    desk.invoice("12.50", sample.day, due_date=sample.day)
    again(screen, settle)
    assert screen.tiles["open_invoices"].number() == "72.49"
    assert "2 invoices\n1 overdue: 59.99 EUR" in said(screen, "open_invoices")


def test_reminders_talks_and_lots_are_counted(
    screen: ClinicToday, desk: Desk, sample: Sample, settle: Settle
) -> None:
    due = {"kind": ReminderKind.OTHER, "pet_id": sample["Mango"], "tells_owner": True}
    for title, on in (("Weigh", sample.day), ("Worm", sample.day + timedelta(days=90))):
        desk.put(Reminder, title=title, due_on=on, **due)
    talk = {"kind": ConversationKind.DIRECT, "organization_id": sample.organization}
    asked, answered = (desk.put(Conversation, subject=name, **talk) for name in ("Ask", "Told"))
    for where, sender, hour in (
        (asked, sample["Jo Linde"], 7),
        (asked, None, 8),
        (answered, None, 7),
        (answered, sample["Jo Linde"], 8),
    ):
        desk.put(
            Message,
            sample.at(hour),
            conversation_id=where,
            sender_id=sender,
            body="Words",
            organization_id=sample.organization,
        )
    desk.put(
        InventoryTransaction,
        item_id=sample["gauze"],
        moved_on=sample.day,
        movement=StockMovement.RECEIPT,
        quantity=Decimal(30),
        lot="L1",
        expires_on=sample.day + timedelta(days=10),
    )
    again(screen, settle)
    assert screen.tiles["reminders_due"].number() == "1"
    assert screen.tiles["unanswered"].number() == "1"
    assert "The oldest since 11/03/2026 08:00" in said(screen, "unanswered")
    assert screen.tiles["lots_expiring"].number() == "1"
    assert "Gauze" in said(screen, "lots_expiring")
    assert screen.tiles["stock_low"].number() == "0"


def test_every_tile_opens_the_rows_it_counts(
    qtbot: QtBot, screen: ClinicToday, desk: Desk, sample: Sample, settle: Settle
) -> None:
    desk.payment("10.10", sample.at(9, 0))
    desk.payment("11.00", sample.at(9, 0, day=sample.day - WEEK))
    bill = desk.invoice("121.00", sample.day)
    desk.invoice("500.00", sample.day, status=InvoiceStatus.DRAFT)
    again(screen, settle)
    went: list[Place] = []
    screen.go.connect(went.append)
    for key, tile in screen.tiles.items():
        if key != "next_arrival":
            qtbot.keyClick(tile, Qt.Key.Key_Return)
    assert [(place.key, place.part) for place in went if place.key != "desk_rows"] == [
        ("reminders", "due"),
        ("messages", "talks"),
        ("stores", "low"),
        ("stores", "expiring"),
        ("sync", ""),
    ]
    rows = DeskRows(screen.work)
    rows.clock = screen.clock
    qtbot.addWidget(rows)
    rows.show()
    shown = {}
    for place in went:
        if place.key != "desk_rows":
            continue
        rows.arrive(place)
        settle(screen.work)
        assert rows.list is not None
        shown[place.part] = rows.list.count()
    assert shown == {
        "visits_today": 4,
        "late_now": 1,
        "no_shows": 1,
        "received_today": 1,
        "invoiced_today": 1,
        "open_invoices": 1,
    }
    assert shown.keys() == SUBJECTS.keys()
    assert rows.list is not None
    rows.go.connect(went.append)
    qtbot.keyClick(rows.list.table, Qt.Key.Key_Down)
    qtbot.keyClick(rows.list.table, Qt.Key.Key_Return)
    assert went[-1] == Place("money", bill)


def test_what_was_received_and_invoiced_is_what_the_days_end_says(
    desk: Desk, clinic: Mirror, sample: Sample
) -> None:
    desk.payment("10.10", sample.at(9))
    desk.back("1.05", desk.payment("7.35", sample.at(9)), sample.at(10))
    desk.invoice("121.00", sample.day)
    desk.invoice("21.07", sample.day, kind=InvoiceKind.CREDIT_NOTE)
    found, end = read_desk(clinic, sample.at(12), ZONE, "EUR"), read_day(clinic, sample.day)
    assert found.received.now == end.came - end.went == Decimal("16.40")
    assert found.invoiced.now == end.posted - end.credited == Decimal("99.93")


def test_the_next_arrival_is_chosen_in_the_list(qtbot: QtBot, screen: ClinicToday) -> None:
    qtbot.mouseClick(screen.tiles["next_arrival"], Qt.MouseButton.LeftButton)
    chosen = screen.list.visit()
    assert chosen is not None
    assert chosen.pet == "Mango"


def test_one_key_moves_a_visit_on_and_undo_brings_it_back(
    qtbot: QtBot, screen: ClinicToday, sample: Sample, settle: Settle
) -> None:
    told: list[Notice] = []
    screen.told.connect(told.append)
    screen.list.choose(sample["Rex visit"])
    qtbot.keyClick(screen.list, Qt.Key.Key_A)
    settle(screen.work)
    assert screen.tiles["late_now"].number() == "0"
    assert screen.tiles["unsent"].number() == "1"
    assert told[0].text == "Rex has arrived."
    chosen = screen.list.visit()
    assert chosen is not None
    assert chosen.id == sample["Rex visit"]
    assert told[0].undo is not None
    told[0].undo()
    settle(screen.work)
    assert screen.tiles["late_now"].number() == "1"


def test_another_desks_visit_is_counted_at_once(
    screen: ClinicToday, desk: Desk, sample: Sample, settle: Settle
) -> None:
    starts = sample.at(16)
    made = desk.put(
        Appointment,
        pet_id=sample["Biscuit"],
        scheduled_at=starts,
        ends_at=starts + timedelta(minutes=20),
        status=AppointmentStatus.SCHEDULED,
    )
    screen.work.announce(Changes.of("appointments", made))
    settle(screen.work)
    assert screen.tiles["visits_today"].number() == "5"


def test_the_report_holds_the_strings_of_the_tiles(
    screen: ClinicToday, desk: Desk, clinic: Mirror, sample: Sample, settle: Settle
) -> None:
    desk.payment("1234.50", sample.at(9, 0))
    again(screen, settle)
    report = make_report(clinic, "desk", Period(sample.day, sample.day))
    cells = {row[0]: row for row in report.rows}
    assert cells["Received today"][1:3] == (screen.tiles["received_today"].number(), "EUR")
    assert cells["Received today"][1] == "1,234.50"
    assert cells["Visits today"][1:3] == ("4", "visits")
    assert cells.keys() == {
        "Visits today",
        "No-shows this week",
        "Received today",
        "Invoiced today",
    }


def test_the_report_of_today_has_every_figure(tmp_path: Path) -> None:
    with new_mirror(tmp_path / "today.db") as mirror:
        fill(mirror, now().astimezone(ZONE).date())
        report = make_report(mirror, "desk", Period(*[now().astimezone(ZONE).date()] * 2))
    assert len(report.rows) == 11
    assert "Not sent yet" in {row[0] for row in report.rows}


def test_a_vet_is_told_of_notes_without_a_signature_and_led_to_them(
    qtbot: QtBot, screen: ClinicToday, desk: Desk, sample: Sample, settle: Settle
) -> None:
    assert screen.to_sign.text() == "To sign"
    me = screen.work.whose.user_id
    other = next(sample[one] for one in ("Dr Osei Lund", "Dr Ana Ferro") if sample[one] != me)
    signed = {"signed_at": sample.at(9)}
    for vet, pet, more in ((me, "Rex", {}), (me, "Mango", signed), (other, "Biscuit", {})):
        values = {"pet_id": sample[pet], "veterinarian_id": vet, "visited_on": sample.day}
        desk.put(MedicalRecord, **values, **more)
    again(screen, settle)
    assert screen.to_sign.text() == "1 note of yours to sign"
    told: list[Place] = []
    screen.go.connect(told.append)
    qtbot.keyClick(screen.to_sign, Qt.Key.Key_Space)
    assert told == [Place("record")]
    found = to_finish(desk.mirror)
    assert [(one.pet, one.mine) for one in found.notes] == [("Rex", True), ("Biscuit", False)]


def test_the_first_day_says_where_to_begin(
    screen: ClinicToday, clinic: Mirror, settle: Settle
) -> None:
    assert screen.first.isHidden()
    with clinic.apply() as connection:
        connection.execute(delete(ClinicPatient.__table__))
    again(screen, settle)
    assert screen.first.isVisible()
    assert screen.first.title() == "The first day"
    assert screen.first.button.text() == "Register a patient"
    assert screen.coming.isHidden()


def test_the_hour_that_comes_twice_is_compared_with_the_same_time_on_the_wall(
    desk: Desk, clinic: Mirror, sample: Sample
) -> None:
    """Rule 25: a week before the clocks went back, ten in the morning is ten on the wall."""
    on = date(2026, 10, 28)
    before = on - WEEK
    desk.payment("5.00", sample.at(9, 59, day=before))
    desk.payment("7.00", sample.at(10, 0, day=before))
    found = read_desk(clinic, sample.at(10, 0, day=on), ZONE, "EUR")
    assert (found.received.before_by_now, found.received.before) == (Decimal(5), Decimal(12))


def test_nothing_large_is_read_whole(clinic: Mirror, sample: Sample) -> None:
    """With a million rows of history each statement goes by an index; none scans these tables."""
    large = (
        *("appointments", "payments", "invoices", "messages", "reminders", "pets"),
        "medical_records",
    )
    statements: list[str] = []
    with clinic.read() as connection:
        driver = bare(connection)
        driver.set_trace_callback(statements.append)
        desk_of(connection, sample.at(9, 40), ZONE, "EUR")
        driver.set_trace_callback(None)
        asked = [one for one in statements if one.lstrip().upper().startswith("SELECT")]
        steps = [row[3] for one in asked for row in driver.execute(f"EXPLAIN QUERY PLAN {one}")]
    assert len(asked) > 10
    whole = [step for step in steps if any(step.startswith(f"SCAN {name}") for name in large)]
    assert not whole, whole
