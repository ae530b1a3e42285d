"""Bills that two desks wrote twice, or before the other had added something (rule 23)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)

from fluffydesk.actions.billed_twice import bill_again, bill_once, double_of
from fluffydesk.actions.findings.finding import (
    MOST,
    MOST_ENTRIES,
    Entry,
    Finding,
    Mend,
    Mended,
    Teller,
    listed,
    stay_days,
)
from fluffydesk.actions.invoicing import NewLine
from fluffydesk.actions.rules.invoices import credited_for
from fluffydesk.actions.rules.rule import row_of
from fluffydesk.actions.stay_bill import bills_of, unbilled
from fluffydesk.actions.visit_bill import bills_of_visit, lines_for_visit
from fluffydesk.actions.visit_bill import unbilled as unbilled_of
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Booking, BookingItem
from fluffydesk.records.clinic import LabResult, PetVaccination, Prescription
from fluffydesk.records.enums.booking import BookingStatus
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.payments import Invoice, InvoiceItem
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.records.types import ExactDecimal
from fluffydesk.wording import counted

_INVOICES, _LINES = Invoice.__table__, InvoiceItem.__table__
_STAYS, _ITEMS = Booking.__table__, BookingItem.__table__
_RECORDS = MedicalRecord.__table__
_VISIT = func.coalesce(_INVOICES.c.appointment_id, None)
"""So written, the index on the visit does not lead through every invoice there ever was."""
_NAMED = 3


def visits(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield visits that were billed twice, or before something of theirs was written down.

    What was taken off a bill on the PC that wrote it down is meant so, and where a credit note was
    written somebody has looked at it.
    """
    teller = Teller(connection)
    twice = _billed(since, InvoiceStatus.DRAFT, InvoiceStatus.POSTED, InvoiceStatus.PAID)
    more = select(_VISIT).where(twice, _INVOICES.c.appointment_id.is_not(None))
    more = more.group_by(_VISIT).having(func.count() > 1).limit(MOST)
    for visit_id in connection.execute(more).scalars().all():
        visit = row_of(connection, Appointment, visit_id)
        finding = None if visit is None else _twice(teller, visit)
        if finding is not None:
            yield finding
    for visit_id in connection.execute(_suspect_visits(since).limit(MOST)).scalars().all():
        visit = row_of(connection, Appointment, visit_id)
        finding = None if visit is None else _without(teller, visit)
        if finding is not None:
            yield finding


def unbilled_visits(
    connection: Connection, since: date | None = None, among: Collection[UUID] | None = None
) -> dict[UUID, list[str]]:
    """Return for each visit with a posted bill what costs something and is on none, in words.

    Asked are those billed `since` a day, or those `among` some visits.
    """
    found = {}
    suspects = _suspect_visits(since, among).limit(MOST)
    for visit_id in connection.execute(suspects).scalars().all():
        visit = row_of(connection, Appointment, visit_id)
        missing = [] if visit is None else _missing(connection, visit)
        if missing:
            found[visit_id] = list(dict.fromkeys(one.description for one in missing))
    return found


def _billed(since: date | None, *states: InvoiceStatus) -> ColumnElement[bool]:
    """Return what is true of an invoice that counts, and that no credit note corrects."""
    noted = _INVOICES.alias()
    corrected = select(noted.c.id).where(noted.c.credits_id == _INVOICES.c.id).exists()
    counts = and_(
        _INVOICES.c.kind == InvoiceKind.INVOICE, _INVOICES.c.status.in_(states), ~corrected
    )
    return counts if since is None else and_(counts, _INVOICES.c.issue_date >= since)


def _twice(teller: Teller, visit: Row[Any]) -> Finding | None:
    """Return that a visit is charged twice for something; None where its bills share nothing."""
    double = double_of(teller.connection, visit.id)
    if double is None:
        return None
    bills = [double.keep, *(one.bill for one in double.others)]
    on = teller.day(visit.scheduled_at)
    return Finding(
        rule=23,
        on=on,
        message=f"{_visit(teller, visit)} was billed twice: {listed(double.what[:_NAMED])}.",
        advice="Delete the draft that is too many, or take its lines off; what is posted is given "
        "back by a credit note.",
        entries=tuple(_entry(teller, bill) for bill in bills[:MOST_ENTRIES]),
        mend=Mend(
            "Bill it once",
            f"{double.way_out}.",
            Invoice,
            partial(_billed_once, visit_id=visit.id),
        ),
    )


def _billed_once(mirror: Mirror, visit_id: UUID) -> tuple[Mended, Changes]:
    once, changes = bill_once(mirror, visit_id)
    back = f"{once.to_pay_back:,.2f} is to be paid back." if once.to_pay_back else ""
    if once.notes:
        return Mended("It is billed once; the credit note is posted.", back), changes
    return Mended("It is billed once.", back, partial(bill_again, once=once)), changes


def _without(teller: Teller, visit: Row[Any]) -> Finding | None:
    """Return what of a visit's papers is on no bill of it; None where all that costs is."""
    connection = teller.connection
    bills, missing = bills_of_visit(connection, visit.id), _missing(connection, visit)
    if not missing:
        return None
    record_id = missing[0].record_id
    record = None if record_id is None else row_of(connection, MedicalRecord, record_id)
    words = listed(dict.fromkeys(one.description for one in missing[:_NAMED]))
    note = () if record is None else (teller.entry(MedicalRecord, record, "Medical record"),)
    return Finding(
        rule=23,
        on=teller.day(visit.scheduled_at),
        message=f"{_visit(teller, visit)} was billed without {words}.",
        advice="Open the record and press Ctrl+B: what is missing goes onto a new bill.",
        entries=(*note, *(_entry(teller, bill) for bill in bills[: MOST_ENTRIES - 1])),
    )


def _missing(connection: Connection, visit: Row[Any]) -> list[NewLine]:
    bills = bills_of_visit(connection, visit.id)
    papers = lines_for_visit(connection, visit) if bills else ()
    return [one for one in unbilled_of(connection, papers, bills) if one.price]


def _suspect_visits(since: date | None, among: Collection[UUID] | None = None) -> Select[Any]:
    """Return the query of the posted visits whose records have more papers than the bill lines.

    One of the papers was written after the bill, or on another PC.
    """
    posted = _billed(since, InvoiceStatus.POSTED, InvoiceStatus.PAID)
    if among is not None:
        posted &= _INVOICES.c.appointment_id.in_(among)
    columns = (_INVOICES.c.id, _VISIT.label("visit"), _INVOICES.c.updated_device)
    query = select(*columns).where(posted, _INVOICES.c.appointment_id.is_not(None))
    bills = query.cte()
    parts = []
    for record in (Prescription, PetVaccination, LabResult):
        paper = record.__table__
        fits = paper.c.record_id == _RECORDS.c.id
        count: ColumnElement[Any] = func.count(paper.c.id.distinct())
        if record is LabResult:
            count = func.count(func.lower(func.coalesce(paper.c.panel, paper.c.test)).distinct())
        elif record is Prescription:
            fits &= paper.c.quantity > 0
        device, other = (func.coalesce(one.c.updated_device, "") for one in (paper, bills))
        late = and_(paper.c.id.is_not(None), or_(paper.c.id > bills.c.id, device != other))
        found = select(
            bills.c.visit,
            count.label("papers"),
            func.max(case((late, 1), else_=0)).label("late"),
        )
        # Outer joins are read in this order: from the few bills to their papers.
        joined = bills.outerjoin(_RECORDS, _RECORDS.c.appointment_id == bills.c.visit)
        parts.append(found.select_from(joined.outerjoin(paper, fits)).group_by(bills.c.visit))
    count = (-func.count(_LINES.c.id)).label("papers")
    lines = select(bills.c.visit, count, literal(0).label("late"))
    told = and_(_LINES.c.invoice_id == bills.c.id, _LINES.c.record_id.is_not(None))
    parts.append(lines.select_from(bills.outerjoin(_LINES, told)).group_by(bills.c.visit))
    every = union_all(*parts).subquery()
    of_all = select(every.c.visit).group_by(every.c.visit)
    return of_all.having(func.sum(every.c.papers) > 0, func.max(every.c.late) > 0)


def _visit(teller: Teller, visit: Row[Any]) -> str:
    who = _pet(teller, visit.pet_id)
    if visit.pet_id is None and visit.client_id is not None:  # the vet went to a farm
        client = row_of(teller.connection, ClinicClient, visit.client_id)
        who = who if client is None else client.full_name
    return f"{who}'s visit on {teller.day(visit.scheduled_at):%d %B %Y}"


def _pet(teller: Teller, pet_id: UUID | None) -> str:
    pet = None if pet_id is None else row_of(teller.connection, Pet, pet_id)
    return "A patient" if pet is None else str(pet.name)


def _entry(teller: Teller, bill: Row[Any]) -> Entry:
    words = f"Invoice {bill.number}" if bill.number else "Invoice, not posted"
    return teller.entry(Invoice, bill, f"{words}, {bill.total:,.2f}")


def stays(connection: Connection, since: date | None) -> Iterator[Finding]:
    """Yield stays of which something was added, or nights taken off, since they were billed (23).

    Where a credit note was written somebody has looked at it.
    """
    teller, told = Teller(connection), 0
    for stay_id in _suspect_stays(connection, since):
        stay = row_of(connection, Booking, stay_id)
        finding = None if stay is None else _bill(teller, stay)
        if finding is not None and told < MOST:
            told += 1
            yield finding


def _suspect_stays(connection: Connection, since: date | None) -> list[UUID]:
    """Return the stays whose items and lines differ in number: a few, so that these are read."""
    billed = _billed(since, InvoiceStatus.DRAFT, InvoiceStatus.POSTED, InvoiceStatus.PAID)
    query = select(_INVOICES.c.id, _INVOICES.c.booking_id)
    bills = query.where(billed, _INVOICES.c.booking_id.is_not(None)).cte()
    over = _STAYS.c.status == BookingStatus.COMPLETED
    live = _STAYS.c.status.not_in((BookingStatus.CANCELLED, BookingStatus.NO_SHOW))
    begins = func.replace(_STAYS.c.kind, "_", " ").concat("%")
    of_lines = bills.join(_STAYS, _STAYS.c.id == bills.c.booking_id).join(
        _LINES, _LINES.c.invoice_id == bills.c.id
    )
    sums = _sums(_LINES.c.quantity, _LINES.c.description.ilike(begins))
    query = select(_STAYS.c.id, *sums).select_from(of_lines).where(live)
    lines = query.group_by(_STAYS.c.id).cte()
    counts = or_(_ITEMS.c.due_at.is_(None), _ITEMS.c.done_at.is_not(None), ~over)
    sums = _sums(_ITEMS.c.quantity, _ITEMS.c.due_at.is_(None))
    of_items = _ITEMS.join(_STAYS, _STAYS.c.id == _ITEMS.c.booking_id)
    query = select(_STAYS.c.id, *sums).select_from(of_items)
    query = query.where(_STAYS.c.id.in_(select(bills.c.booking_id)), counts)
    items = query.group_by(_STAYS.c.id).cte()
    pairs = select(lines.c.id).select_from(lines.outerjoin(items, items.c.id == lines.c.id))
    nights, extras = func.coalesce(items.c.nights, 0), func.coalesce(items.c.extras, 0)
    differ = or_(nights != lines.c.nights, extras > lines.c.extras)
    return list(connection.execute(pairs.where(differ)).scalars())


def _sums(quantity: Column[Any], is_nights: ColumnElement[bool]) -> tuple[ColumnElement[Any], ...]:
    """Return the sums of nights and of all else, in thousandths; the mirror keeps whole numbers."""
    assert isinstance(quantity.type, ExactDecimal)
    number = type_coerce(quantity, Integer) * 10 ** (3 - quantity.type.places)
    return (
        func.sum(case((is_nights, number), else_=0)).label("nights"),
        func.sum(case((is_nights, 0), else_=number)).label("extras"),
    )


def _bill(teller: Teller, stay: Row[Any]) -> Finding | None:
    left = unbilled(teller.connection, stay)
    bill = bills_of(teller.connection, stay.id)
    credited = any(credited_for(teller.connection, one.id) for one in bill)
    if credited or not (left.lines or left.nights_over):
        return None
    draft = any(one.status == InvoiceStatus.DRAFT for one in bill)
    pet, days = _pet(teller, stay.pet_id), stay_days(stay)
    if left.lines:
        said = listed(one.description for one in left.lines[:_NAMED])
        message = f"The bill of {pet}'s stay, {days}, does not hold {said}."
        where = "the draft" if draft else "a new one, as the bill is posted"
        advice = f"Open the stay and press B for its bill: what is missing goes onto {where}."
    else:
        many = counted(int(left.nights_over), "night", "nights")
        message = f"{pet}'s stay, {days}, was billed with {many} too many."
        advice = "Correct the line of the bill." if draft else "Write a credit note for them."
    return Finding(
        rule=23,
        on=stay.end_date,
        message=message,
        advice=advice,
        entries=(
            teller.entry(Booking, stay, f"Stay of {pet}, {days}"),
            *(_entry(teller, one) for one in bill[: MOST_ENTRIES - 1]),
        ),
    )
