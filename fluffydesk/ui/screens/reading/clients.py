"""A client's card: pets, visits, what is owed and paid, what was sent, and former cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.balances import balances
from fluffydesk.actions.merged import kept_of, same_as
from fluffydesk.actions.paid_back import paid_back
from fluffydesk.records.clinic import PatientPerson, ReminderMessage
from fluffydesk.records.communication import Conversation
from fluffydesk.records.enums import PaymentStatus
from fluffydesk.records.enums.payments import InvoiceKind
from fluffydesk.records.organizations import Organization
from fluffydesk.records.payments import Invoice, Payment
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.types import used_zone
from fluffydesk.records.users import Profile
from fluffydesk.ui.fields.texts import day_text, money_text, words
from fluffydesk.ui.screens.reading.alerts import Alert, alerts_of, client_alerts_of
from fluffydesk.ui.screens.reading.invoices import credited, received
from fluffydesk.ui.screens.reading.pets import MOST, Past
from fluffydesk.ui.screens.visits import Visit, visits_of


@dataclass(frozen=True)
class ClientPet:
    """A pet of a client, or one shared with them: then `role` says as what, and until when."""

    id: UUID
    name: str
    about: str
    alerts: tuple[Alert, ...]
    deceased_on: date | None
    role: str = ""


@dataclass(frozen=True)
class ClientPage:
    """All that is shown of one client; of a card that was merged, the one kept."""

    row: Row[Any]
    alerts: tuple[Alert, ...]
    pets: tuple[ClientPet, ...]
    shared: tuple[ClientPet, ...]
    past: tuple[Past, ...]
    next: Visit | None
    owed: Decimal
    account: str
    farm: str
    former: tuple[str, ...]
    """The names on cards that were merged into this one."""


def client_page(
    connection: Connection, client_id: UUID, on: date, now: datetime
) -> ClientPage | None:
    """Read a client's page; None where the client is gone.

    What still names a card that was merged is shown with the one kept.
    """
    clients = ClinicClient.__table__
    kept_id = kept_of(connection, [client_id])[client_id]
    row = connection.execute(select(clients).where(clients.c.id == kept_id)).one_or_none()
    if row is None:
        return None
    same = list(same_as(connection, [kept_id]))
    visits = tuple(visit for one in same for visit in visits_of(connection, client_id=one))
    former = connection.execute(
        select(clients.c.full_name)
        .where(clients.c.id.in_(same), clients.c.id != kept_id)
        .order_by(clients.c.full_name)
    ).scalars()
    past = [
        *(_visit_line(visit) for visit in visits),
        *_bills(connection, same),
        *_payments(connection, same),
        *_sent(connection, same),
        *_conversations(connection, row.user_id),
    ]
    coming = sorted((v for v in visits if v.open and v.ends >= now), key=lambda v: v.starts)
    return ClientPage(
        row=row,
        alerts=client_alerts_of(connection, [kept_id])[kept_id],
        pets=_pets(connection, same, on),
        shared=_shared(connection, same, on),
        past=tuple(sorted(past, key=lambda one: (one.on, one.id), reverse=True))[:MOST],
        next=coming[0] if coming else None,
        owed=balances(connection, [kept_id])[kept_id],
        account=_name(connection, Profile, row.user_id),
        farm=_name(connection, Organization, row.farm_id),
        former=tuple(former),
    )


def _name(connection: Connection, record: Any, row_id: UUID | None) -> str:
    if row_id is None:
        return ""
    table = record.__table__
    found = connection.execute(select(table).where(table.c.id == row_id)).first()
    if found is None:
        return "On the platform"
    return str(getattr(found, "full_name", None) or getattr(found, "name", None) or found.email)


def _pets(connection: Connection, same: list[UUID], on: date) -> tuple[ClientPet, ...]:
    pets, links = Pet.__table__, ClinicPatient.__table__
    rows = connection.execute(
        select(pets)
        .join(links, links.c.pet_id == pets.c.id)
        .where(links.c.client_id.in_(same), links.c.ended_on.is_(None))
        .order_by(pets.c.deceased_on.is_not(None), pets.c.name, pets.c.id)
        .limit(MOST)
    ).all()
    told = alerts_of(connection, [row.id for row in rows], on)
    return tuple(
        ClientPet(row.id, row.name, _about(row), told[row.id], row.deceased_on) for row in rows
    )


def _about(row: Row[Any]) -> str:
    return " · ".join(part for part in (row.species, row.breed) if part)


def _shared(connection: Connection, same: list[UUID], on: date) -> tuple[ClientPet, ...]:
    pets, people = Pet.__table__, PatientPerson.__table__
    rows = connection.execute(
        select(pets, people.c.relation, people.c.until)
        .join(people, people.c.pet_id == pets.c.id)
        .where(people.c.client_id.in_(same))
        .order_by(pets.c.name, pets.c.id)
        .limit(MOST)
    ).all()
    told = alerts_of(connection, [row.id for row in rows], on)
    return tuple(
        ClientPet(
            row.id,
            row.name,
            _about(row),
            told[row.id],
            row.deceased_on,
            role=", ".join(part for part in (words(row.relation), left(row.until, on)) if part),
        )
        for row in rows
    )


def left(until: date | None, on: date) -> str:
    """Return what is left of a share: "until 4/8/26, 3 days left", "ended 4/8/26", "" for good."""
    if until is None:
        return ""
    days = (until - on).days
    if days < 0:
        return f"ended {day_text(until)}"
    rest = "its last day" if days == 0 else f"{days} {'day' if days == 1 else 'days'} left"
    return f"until {day_text(until)}, {rest}"


def _visit_line(visit: Visit) -> Past:
    on = visit.starts.astimezone(used_zone()).date()
    told = " · ".join(part for part in (visit.pet, visit.vet, visit.stage) if part)
    title = visit.service or "Visit"
    return Past(f"v{visit.id}", on, "Visit", title, told, "appointments", visit.id)


def _bills(connection: Connection, same: list[UUID]) -> list[Past]:
    table = Invoice.__table__
    query = select(table, received().label("came"), credited().label("less"))
    query = query.where(table.c.client_id.in_(same)).order_by(table.c.issue_date.desc())
    found = []
    for row in connection.execute(query.limit(MOST)):
        open_ = row.total - row.came - row.less
        rest = f"{money_text(open_)} open" if row.status == "posted" and open_ > 0 else ""
        if row.kind is not InvoiceKind.INVOICE:
            rest = ""
        told = " · ".join(p for p in (money_text(row.total), words(row.status), rest) if p)
        title = f"{words(row.kind)} {row.number or ''}".strip()
        line = (row.issue_date, "Invoice", title, told, "invoices", row.id)
        found.append(Past(f"i{row.id}", *line))
    return found


def _payments(connection: Connection, same: list[UUID]) -> list[Past]:
    table = Payment.__table__
    query = select(table, paid_back().label("back")).where(table.c.client_id.in_(same))
    query = query.order_by(table.c.paid_at.desc())
    found = []
    for row in connection.execute(query.limit(MOST)):
        on = (row.paid_at or row.created_at).astimezone(used_zone()).date()
        back = f"{money_text(row.back)} paid back" if row.back else ""
        # What failed without a reason was written by mistake: the provider gives one.
        failed = row.status is PaymentStatus.FAILED and not row.failure_reason
        state = "Taken back" if failed else words(row.status)
        told = " · ".join(part for part in (words(row.method), state, back) if part)
        line = (on, "Payment", money_text(row.amount), told, "payments", row.id)
        found.append(Past(f"p{row.id}", *line))
    return found


def _sent(connection: Connection, same: list[UUID]) -> list[Past]:
    """Reminders that were queued, printed or sent."""
    table = ReminderMessage.__table__
    query = select(table).where(table.c.client_id.in_(same)).order_by(table.c.queued_at.desc())
    found = []
    for row in connection.execute(query.limit(MOST)):
        state = "not sent" if row.failure else "sent" if row.sent_at else "waits to be sent"
        told = " · ".join(part for part in (words(row.channel), state, row.sent_to or "") if part)
        on = row.queued_at.astimezone(used_zone()).date()
        line = (on, "Message", row.subject, told, "reminder_messages", row.id)
        found.append(Past(f"r{row.id}", *line))
    return found


def _conversations(connection: Connection, user_id: UUID | None) -> list[Past]:
    if user_id is None:
        return []
    table = Conversation.__table__
    query = select(table).where(table.c.started_by == user_id)
    found = []
    for row in connection.execute(query.order_by(table.c.created_at.desc()).limit(MOST)):
        on = row.created_at.astimezone(used_zone()).date()
        line = (on, "Message", row.subject or "Conversation", words(row.status))
        found.append(Past(f"c{row.id}", *line, "conversations", row.id))
    return found
