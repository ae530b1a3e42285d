"""The front desk's dashboard: what it counts, of one moment of the mirror, by indexes alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    or_,
    select,
)

from fluffydesk.actions.paid_back import paid_back
from fluffydesk.actions.reminding import due_steps
from fluffydesk.actions.rules.invoices import CLAIMED, RECEIVED
from fluffydesk.figures.visits import Stage
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Service
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.payments import Invoice, Payment, PaymentRefund
from fluffydesk.records.pets import ClinicPatient
from fluffydesk.ui.screens.reading.invoice_lists import UNSETTLED
from fluffydesk.ui.screens.reading.messages import unanswered
from fluffydesk.ui.screens.reading.records_of_pets import unsigned_of_mine
from fluffydesk.ui.screens.reading.stores import pressing_items
from fluffydesk.ui.screens.reading.sync import Sums, sums
from fluffydesk.ui.screens.reading.waiting import stage_in
from fluffydesk.ui.screens.visits import Visit, span, visits_between

HISTORY_WEEKS = 12
_WEEK = timedelta(days=7)
_NONE = Decimal("0.00")
_BOOK, _MONEY = Appointment.__table__.c, Payment.__table__.c
_BILLS, _NOTES = Invoice.__table__.c, Invoice.__table__.alias("notes").c
_BACK = PaymentRefund.__table__.c


@dataclass(frozen=True)
class Staged:
    """A visit of today and its stage; None for one that is off."""

    visit: Visit
    stage: Stage | None


@dataclass(frozen=True)
class Taking:
    """Money of a day, and of the same weekday a week before: up to that time of day, and in all."""

    now: Decimal
    before: Decimal
    before_by_now: Decimal


@dataclass(frozen=True)
class Owed:
    """How many posted invoices have something left to pay, how much, and what of it is overdue."""

    count: int
    left: Decimal
    overdue_count: int
    overdue: Decimal


@dataclass(frozen=True)
class Desk:
    """What the dashboard shows; `on` is the organization's day, `at` the moment it was read."""

    on: date
    at: datetime
    visits: tuple[Staged, ...]
    visits_before: int
    no_shows: int
    no_shows_before: tuple[float, ...]
    """No-shows of each of the last twelve weeks, oldest first."""
    received: Taking
    invoiced: Taking
    owed: Owed
    reminders: int
    reminders_late: int
    unanswered: tuple[datetime, ...]
    """Since when each conversation waits for an answer, the oldest first."""
    low: tuple[str, ...]
    expiring: tuple[str, ...]
    """Items with lots that expire within 30 days or have expired."""
    lots_expiring: int
    lots_expired: int
    sums: Sums
    has_patients: bool
    has_services: bool = True
    to_sign: int = 0
    """Notes that the vet who looks at it has not signed."""


def read_desk(mirror: Mirror, at: datetime, zone: ZoneInfo, currency: str) -> Desk:
    """Read the whole dashboard in one go: one moment of the mirror."""
    with mirror.read() as connection:
        return desk_of(connection, at, zone, currency)


def desk_of(connection: Connection, at: datetime, zone: ZoneInfo, currency: str) -> Desk:
    """As `read_desk`, within a read."""
    on = at.astimezone(zone).date()
    weeks = no_shows_by_week(connection, on, zone)
    items = pressing_items(connection, on)
    expiring = [item for item in items if item.expiring or item.expired]
    todo = [one for one in due_steps(connection, on, ahead=0) if one.send_on <= on]
    patients = ClinicPatient.__table__
    return Desk(
        on=on,
        at=at,
        visits=tuple(
            Staged(visit, stage_in(visit))
            for visit in visits_between(connection, *span(on, zone))
            if visit.status != AppointmentStatus.CANCELLED and not visit.at_farm
        ),
        visits_before=_visits(connection, on - _WEEK, zone),
        no_shows=weeks[-1],
        no_shows_before=tuple(float(count) for count in weeks[:-1]),
        received=_received(connection, at, zone, currency),
        invoiced=_invoiced(connection, on, currency),
        owed=_owed(connection, on, currency),
        reminders=len(todo),
        reminders_late=sum(one.send_on < on for one in todo),
        unanswered=tuple(since for _, since in unanswered(connection)),
        low=tuple(item.name for item in items if item.low),
        expiring=tuple(item.name for item in expiring),
        lots_expiring=sum(item.expiring for item in expiring),
        lots_expired=sum(item.expired for item in expiring),
        sums=sums(Mirror, connection),
        has_patients=connection.execute(select(patients.c.id).limit(1)).first() is not None,
        has_services=connection.execute(select(Service.id).limit(1)).first() is not None,
        to_sign=unsigned_of_mine(connection),
    )


def of_day(on: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """Say that a visit to the clinic begins on a day and is not cancelled."""
    starts, ends = span(on, zone)
    return and_(
        _BOOK.scheduled_at >= starts,
        _BOOK.scheduled_at < ends,
        _BOOK.status != AppointmentStatus.CANCELLED,
        _BOOK.pet_id.is_not(None),
    )


def missed_in_week(on: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """Say that a visit of the week up to a day was marked as no-show."""
    monday = on - timedelta(days=on.weekday())
    return and_(
        _BOOK.scheduled_at >= span(monday, zone)[0],
        _BOOK.scheduled_at < span(on, zone)[1],
        _BOOK.status == AppointmentStatus.NO_SHOW,
    )


def taken_between(starts: datetime, ends: datetime, currency: str) -> ColumnElement[bool]:
    """Say that a payment was received, or paid back, from one moment up to another."""
    came = and_(_MONEY.paid_at >= starts, _MONEY.paid_at < ends)
    went = _MONEY.id.in_(
        select(_BACK.payment_id).where(_BACK.paid_back_at >= starts, _BACK.paid_back_at < ends)
    )
    return and_(or_(came, went), _MONEY.status.in_(RECEIVED), _MONEY.currency == currency)


def billed_on(on: date, currency: str) -> ColumnElement[bool]:
    """Say that an invoice or a credit note of a day is posted."""
    return and_(_BILLS.issue_date == on, _BILLS.status.in_(CLAIMED), _BILLS.currency == currency)


def left_to_pay(currency: str) -> Select[tuple[UUID, date | None, Decimal]]:
    """Return a query for the posted invoices of which something is left, when due and how much.

    Total less payments and credit notes. Central says that an invoice is paid; what was paid here
    since counts as well.
    """
    paid = (
        select(func.sum(_MONEY.amount - paid_back()))
        .where(_MONEY.invoice_id == _BILLS.id, _MONEY.status.in_(RECEIVED))
        .scalar_subquery()
    )
    credited = (
        select(func.sum(_NOTES.total))
        .where(_NOTES.credits_id == _BILLS.id, _NOTES.status.in_(CLAIMED))
        .scalar_subquery()
    )
    none = _BILLS.total - _BILLS.total
    left = _BILLS.total - func.coalesce(paid, none) - func.coalesce(credited, none)
    return select(_BILLS.id, _BILLS.due_date, left.label("left")).where(
        UNSETTLED,
        _BILLS.status == InvoiceStatus.POSTED,
        _BILLS.kind == InvoiceKind.INVOICE,
        _BILLS.currency == currency,
        left > none,
    )


def _owed(connection: Connection, on: date, currency: str) -> Owed:
    # What is left of each is summed once, not once for each of the four sums.
    bills = left_to_pay(currency).cte("bills").prefix_with("MATERIALIZED").c
    late = bills.due_date < on
    none = bills.left - bills.left
    query = select(
        func.count(),
        func.sum(bills.left),
        func.sum(case((late, 1), else_=0)),
        func.sum(case((late, bills.left), else_=none)),
    )
    count, left, overdue_count, overdue = connection.execute(query).one()
    return Owed(count, left or _NONE, overdue_count or 0, overdue or _NONE)


def _visits(connection: Connection, on: date, zone: ZoneInfo) -> int:
    return int(connection.execute(select(func.count()).where(of_day(on, zone))).scalar_one())


def no_shows_by_week(connection: Connection, on: date, zone: ZoneInfo) -> list[int]:
    """Return the no-shows of each week up to the day's, oldest first."""
    monday = on - timedelta(days=on.weekday())
    first = monday - timedelta(weeks=HISTORY_WEEKS)
    weeks = [0] * (HISTORY_WEEKS + 1)
    query = select(_BOOK.scheduled_at).where(
        _BOOK.scheduled_at >= span(first, zone)[0],
        _BOOK.scheduled_at < span(on, zone)[1],
        _BOOK.status == AppointmentStatus.NO_SHOW,
    )
    for starts in connection.execute(query).scalars():
        weeks[(starts.astimezone(zone).date() - first).days // 7] += 1
    return weeks


def _received(connection: Connection, at: datetime, zone: ZoneInfo, currency: str) -> Taking:
    there = at.astimezone(zone)
    before = there.date() - _WEEK
    starts, ends = span(before, zone)
    # The same time on the wall, also where the clocks were changed in between (rule 25).
    by_now = datetime.combine(before, there.time(), zone)
    return Taking(
        _taken(connection, *span(there.date(), zone), currency),
        _taken(connection, starts, ends, currency),
        _taken(connection, starts, min(by_now, ends), currency),
    )


def _taken(connection: Connection, starts: datetime, ends: datetime, currency: str) -> Decimal:
    """Return what came in less what was paid back, from one moment up to another."""
    received = (_MONEY.status.in_(RECEIVED), _MONEY.currency == currency)
    came = select(func.sum(_MONEY.amount)).where(
        *received, _MONEY.paid_at >= starts, _MONEY.paid_at < ends
    )
    went = (
        select(func.sum(_BACK.amount))
        .where(_MONEY.id == _BACK.payment_id, *received)
        .where(_BACK.paid_back_at >= starts, _BACK.paid_back_at < ends)
    )
    return (connection.execute(came).scalar() or _NONE) - (
        connection.execute(went).scalar() or _NONE
    )


def _invoiced(connection: Connection, on: date, currency: str) -> Taking:
    now, before = (_billed(connection, day, currency) for day in (on, on - _WEEK))
    return Taking(now, before, before)


def _billed(connection: Connection, on: date, currency: str) -> Decimal:
    query = select(_BILLS.kind, _BILLS.total).where(billed_on(on, currency))
    rows: list[Any] = list(connection.execute(query))
    return sum(
        (-row.total if row.kind is InvoiceKind.CREDIT_NOTE else row.total for row in rows), _NONE
    )
