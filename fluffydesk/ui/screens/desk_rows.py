"""The rows behind a figure of the desk's dashboard: searched, sorted, opened and mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlalchemy import Connection, select

from fluffydesk.figures import desk as kpis
from fluffydesk.figures.kpi import Kpi
from fluffydesk.figures.visits import Stage
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Filter, Order
from fluffydesk.mirror.whose import whose
from fluffydesk.records.booking import Appointment
from fluffydesk.records.payments import Invoice, Payment
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button, Words, dismiss, row
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.reading.desk import (
    billed_on,
    left_to_pay,
    missed_in_week,
    of_day,
    taken_between,
)
from fluffydesk.ui.screens.reading.waiting import stage_in
from fluffydesk.ui.screens.visits import span, visits_between
from fluffydesk.work import Work


@dataclass(frozen=True)
class _Asked:
    """When, where and in which money a figure is asked for."""

    at: datetime
    zone: ZoneInfo
    currency: str


@dataclass(frozen=True)
class Subject:
    """The rows of one figure: which record, which columns, sorted by which, and their ids."""

    kpi: Kpi
    record: type[Record]
    columns: tuple[str, ...]
    order: str
    ids: Callable[[Connection, _Asked], Iterable[UUID]]
    descending: bool = False


def _today(connection: Connection, asked: _Asked) -> Iterable[UUID]:
    condition = of_day(asked.at.astimezone(asked.zone).date(), asked.zone)
    return connection.execute(select(Appointment.id).where(condition)).scalars()


def _late(connection: Connection, asked: _Asked) -> Iterable[UUID]:
    day = span(asked.at.astimezone(asked.zone).date(), asked.zone)
    visits = visits_between(connection, *day)
    late = (one for one in visits if stage_in(one) is Stage.BOOKED and not one.at_farm)
    return [one.id for one in late if one.starts < asked.at]


def _missed(connection: Connection, asked: _Asked) -> Iterable[UUID]:
    condition = missed_in_week(asked.at.astimezone(asked.zone).date(), asked.zone)
    return connection.execute(select(Appointment.id).where(condition)).scalars()


def _taken(connection: Connection, asked: _Asked) -> Iterable[UUID]:
    day = span(asked.at.astimezone(asked.zone).date(), asked.zone)
    condition = taken_between(*day, asked.currency)
    return connection.execute(select(Payment.id).where(condition)).scalars()


def _billed(connection: Connection, asked: _Asked) -> Iterable[UUID]:
    condition = billed_on(asked.at.astimezone(asked.zone).date(), asked.currency)
    return connection.execute(select(Invoice.id).where(condition)).scalars()


def _open(connection: Connection, asked: _Asked) -> Iterable[UUID]:
    return (row.id for row in connection.execute(left_to_pay(asked.currency)))


_VISIT = ("scheduled_at", "pet_id", "client_id", "veterinarian_id", "room_id", "status", "reason")
_BILL = ("number", "issue_date", "due_date", "kind", "client_id", "total", "paid", "status")
SUBJECTS = {
    one.kpi.key: one
    for one in (
        Subject(kpis.VISITS, Appointment, _VISIT, "scheduled_at", _today),
        Subject(kpis.LATE, Appointment, _VISIT, "scheduled_at", _late),
        Subject(kpis.NO_SHOWS, Appointment, _VISIT, "scheduled_at", _missed, descending=True),
        Subject(
            kpis.RECEIVED,
            Payment,
            ("paid_at", "client_id", "method", "amount", "refunded_amount", "till"),
            "paid_at",
            _taken,
            descending=True,
        ),
        Subject(kpis.INVOICED, Invoice, _BILL, "number", _billed, descending=True),
        Subject(kpis.OWED, Invoice, _BILL, "due_date", _open),
    )
}


class DeskRows(Screen):
    """The list of the rows a tile of the dashboard counts."""

    key = "desk_rows"
    home = "clinic_today"
    title = "Rows"
    icon = "list"
    group = ""
    watches = frozenset({"appointments", "payments", "payment_refunds", "invoices"})
    searches = "Any word"
    help = (
        "The rows that a tile of Today counts. Enter, or a double click, opens a row: an "
        "invoice in Money, a visit or a payment in its form.\n"
        "What you mend here changes the figure at once."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.clock: Callable[[], datetime] = now
        self.subject: Subject | None = None
        self.list: RecordList | None = None
        self.words = Words("", role="muted", wrap=True)
        self._body = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        column.setSpacing(measures.STEP)
        back = Button("Today", self._back, kind="link", icon_role="back")
        line = row(back, self.words, spacing=measures.CARD)
        line.setStretch(1, 1)
        column.addLayout(line)
        column.addLayout(self._body, 1)

    def arrive(self, place: Place) -> None:
        """Show the rows of a figure, by its key in SUBJECTS."""
        subject = SUBJECTS.get(place.part)
        if subject is None:
            return
        if subject is not self.subject:
            self._change(subject)
        self.reload()

    def reload(self) -> None:
        """Ask again which rows the figure counts."""
        if self.subject is not None:
            job = partial(_rows, subject=self.subject, at=self.clock())
            self.work.on_mirror(job, self._show, latest=True)

    def search(self, text: str) -> None:
        if self.list is not None:
            self.list.search(text)

    def _change(self, subject: Subject) -> None:
        if self.list is not None:
            self._body.removeWidget(self.list)
            dismiss(self.list)
        self.subject = subject
        self.list = RecordList(
            self.work,
            subject.record,
            subject.columns,
            filters=(Filter("id", "in", ()),),  # until the rows are known
            order=(Order(subject.order, descending=subject.descending),),
            name=f"desk-{subject.kpi.key}",
        )
        self.list.say_when_empty("No rows", "The figure counts none.")
        self.list.opened.connect(self._open)
        self._body.addWidget(self.list, 1)
        self.words.setText(subject.kpi.definition)
        self.titled.emit(subject.kpi.title)

    def _show(self, found: tuple[str, tuple[UUID, ...]]) -> None:
        key, ids = found
        if self.list is not None and self.subject is not None and self.subject.kpi.key == key:
            self.list.set_filters((Filter("id", "in", ids),))

    def _open(self, row_id: UUID) -> None:
        assert self.subject is not None
        if self.subject.record is Appointment:
            open_booking(self, self.work, row_id)
        elif self.subject.record is Invoice:
            self.go.emit(Place("money", row_id))
        else:
            open_form(self, self.work, self.subject.record, row_id)

    def _back(self) -> None:
        self.go.emit(Place("clinic_today"))


def _rows(mirror: Mirror, subject: Subject, at: datetime) -> tuple[str, tuple[UUID, ...]]:
    mine = whose(mirror)
    asked = _Asked(at, mine.zone, mine.currency)
    with mirror.read() as connection:
        return subject.kpi.key, tuple(subject.ids(connection, asked))
