"""Two cards of one client made one: what stays of each field, what moves, and back again.

The other card stays, with `merged_into_id`: it is listed no more and found by its old name. A
posted invoice stays with the card it was written for (rule 23); it is shown and reckoned with the
one kept, as is whatever another desk writes to the old card before it knows (`actions/merged`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Row, func, select

from fluffydesk.actions import rules
from fluffydesk.actions.merged import end_of
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.dialled import dialled
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.clinic import PatientPerson
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.payments import Invoice
from fluffydesk.records.pets import ClinicClient, ClinicPatient
from fluffydesk.records.vocabulary import Record, facts_of

FIELDS = (
    *("full_name", "phone", "other_phone", "email", "address", "tax_number"),
    *("contact_by", "alerts", "notes"),
)
"""What is chosen of two cards."""

_JOINED = ("alerts", "notes")
_CLIENTS = ClinicClient.__table__
_INTO = "merged_into_id"


def _moving() -> tuple[tuple[type[Record], Column[Any]], ...]:
    """Return every column of a clinic's records that names a client."""
    found = [(record, column) for record in MIRRORED for column in record.__table__.columns]
    named = [one for one in found if facts_of(one[1]).target == _CLIENTS.name]
    return tuple(one for one in named if one[1].name != _INTO)


MOVING = _moving()


@dataclass(frozen=True)
class Side:
    """A field of both cards, and which value is kept unless a person chooses the other."""

    name: str
    kept: Any
    gone: Any
    value: Any

    @property
    def differs(self) -> bool:
        return bool(self.kept != self.gone)


@dataclass(frozen=True)
class Preview:
    """What a merge would do: the fields side by side, how many rows move, by what they are."""

    kept_id: UUID
    gone_id: UUID
    sides: tuple[Side, ...]
    moved: tuple[tuple[str, int], ...]
    """As in ("Pets", 2), ("Visits", 11); only those there are."""
    posted: int
    """Invoices that stay as they were printed, and are shown with the one kept."""


@dataclass(frozen=True)
class Merged:
    """What a merge did, enough to take it back."""

    changes: Changes
    kept_id: UUID
    gone_id: UUID
    name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    moved: tuple[tuple[type[Record], str, UUID], ...]
    dropped: tuple[Mapping[str, Any], ...]
    """People of patients that would have been there twice."""


def preview(mirror: Mirror, kept_id: UUID, gone_id: UUID) -> Preview:
    """Return what merging one card into another would do.

    Raises Refusal where it cannot be: one and the same card, one merged already, two accounts.
    """
    with mirror.read() as connection:
        kept, gone = _both(connection, kept_id, gone_id)
        told: dict[str, int] = {}
        for record, column in MOVING:
            for kind, count in _counted(connection, record, column, gone_id):
                told[kind] = told.get(kind, 0) + count
        posted = told.pop(_POSTED, 0)
        moved = tuple((kind, count) for kind, count in told.items() if count)
        return Preview(kept_id, gone_id, _sides(kept, gone), moved, posted)


def merge(
    mirror: Mirror, kept_id: UUID, gone_id: UUID, values: Mapping[str, Any] | None = None
) -> Merged:
    """Merge a card into the one kept, in one unit; `values` are fields that a person chose.

    Raises Refusal as `preview` does, InvalidValue where a value cannot be.
    """
    with mirror.unit("Merge two clients") as unit:
        kept, gone = _both(unit.connection, kept_id, gone_id)
        wanted = {side.name: side.value for side in _sides(kept, gone)} | dict(values or {})
        wanted = check(ClinicClient, wanted, partial=True)
        after = {name: new for name, new in wanted.items() if getattr(kept, name) != new}
        before = {name: getattr(kept, name) for name in after}
        unit.update(ClinicClient, kept_id, after)
        unit.update(ClinicClient, gone_id, {_INTO: kept_id})
        moved, dropped = _move(unit, gone_id, kept_id)
        for one, was in ((kept_id, kept), (gone_id, gone)):
            now = existing(unit.connection, ClinicClient, one)
            rules.hold(unit.connection, ClinicClient, was, now)
    name = str(wanted["full_name"])
    return Merged(unit.changes, kept_id, gone_id, name, before, after, moved, dropped)


def unmerge(mirror: Mirror, done: Merged) -> Changes:
    """Take a merge back: both cards as before, each with its rows; what was changed since stays."""
    with mirror.unit("Take back the merge of two clients") as unit:
        kept = existing(unit.connection, ClinicClient, done.kept_id)
        back = {n: v for n, v in done.before.items() if getattr(kept, n) == done.after[n]}
        unit.update(ClinicClient, done.kept_id, back)
        unit.update(ClinicClient, done.gone_id, {_INTO: None})
        for record, name, row_id in done.moved:
            row = row_with(unit.connection, record, id=row_id)
            if row is not None and getattr(row, name) == done.kept_id:
                unit.update(record, row_id, {name: done.gone_id})
        for values in done.dropped:
            unit.insert(PatientPerson, values)
    return unit.changes


def astray(connection: Connection) -> bool:
    """Say whether rows point at a merged card, or cards at each other in a circle: another desk
    wrote them before it knew."""
    into = _chains(connection)
    ends = {one: end_of(one, into) for one in into}
    if any(into[one] != end for one, end in ends.items()):
        return True
    return any(_points(connection, record, column, list(ends)) for record, column in MOVING)


def put_right(mirror: Mirror) -> Changes:
    """Let chains lead to their end, undo circles, and move what points at merged cards.

    Every desk does the same from the same rows, so two that do it at once write the same.
    """
    with mirror.unit("Follow merged clients") as unit:
        into = _chains(unit.connection)
        for one in sorted(into, key=str):
            end = end_of(one, into)
            if into[one] != end:
                unit.update(ClinicClient, one, {_INTO: None if one == end else end})
            if one != end:
                _move(unit, one, end)
    return unit.changes


_POSTED = "posted"
_KINDS = {
    "clinic_patients": "Pets",
    "clinic_patient_people": "Shared pets",
    "appointments": "Visits",
    "bookings": "Bookings",
    "payments": "Payments",
    "reminder_messages": "Reminders",
    "farm_visits": "Farm visits",
}


def _both(connection: Connection, kept_id: UUID, gone_id: UUID) -> tuple[Row[Any], Row[Any]]:
    kept = existing(connection, ClinicClient, kept_id)
    gone = existing(connection, ClinicClient, gone_id)
    if kept_id == gone_id:
        raise Refusal("This is one and the same card.", "Choose another client.")
    for row in (kept, gone):
        if row.merged_into_id is not None:
            raise Refusal(f"{row.full_name} is merged already.", "Choose the card that was kept.")
    for name, what in (("user_id", "account"), ("farm_id", "farm")):
        if getattr(gone, name) is not None and getattr(kept, name) is None:
            raise Refusal(
                f"{gone.full_name} has the {what} on the platform.", "Keep that card instead."
            )
        if getattr(gone, name) not in (None, getattr(kept, name)):
            raise Refusal(
                f"Each of the two has a {what} of its own on the platform.", "Keep both cards."
            )
    return kept, gone


def _sides(kept: Row[Any], gone: Row[Any]) -> tuple[Side, ...]:
    values = {name: (getattr(kept, name), getattr(gone, name)) for name in FIELDS}
    chosen = {
        name: mine if mine not in (None, "") else yours for name, (mine, yours) in values.items()
    }
    for name in _JOINED:
        mine, yours = values[name]
        if mine and yours and mine != yours:
            chosen[name] = f"{mine}\n{yours}"
    if not chosen["other_phone"] and gone.phone and dialled(gone.phone) != dialled(chosen["phone"]):
        chosen["other_phone"] = gone.phone
    return tuple(Side(name, *values[name], chosen[name]) for name in FIELDS)


def _counted(
    connection: Connection, record: type[Record], column: Column[Any], client_id: UUID
) -> list[tuple[str, int]]:
    """Return how many rows of a record name a client, by what these are called."""
    if record is not Invoice:
        query = select(func.count()).where(column == client_id)
        kind = _KINDS.get(record.__table__.name, record.__titles__[1])
        return [(kind, connection.execute(query).scalar_one())]
    bills = Invoice.__table__.c
    found = {"Estimates": 0, "Draft invoices": 0, _POSTED: 0}
    for kind, status in connection.execute(
        select(bills.kind, bills.status).where(column == client_id)
    ):
        if kind is InvoiceKind.ESTIMATE:
            found["Estimates"] += 1
        else:
            found["Draft invoices" if status is InvoiceStatus.DRAFT else _POSTED] += 1
    return list(found.items())


def _movable(record: type[Record], column: Column[Any], client_ids: list[UUID]) -> Any:
    """Return the condition for the rows that move: a posted invoice stays as it was (rule 23)."""
    found: Any = column.in_(client_ids)
    if record is Invoice:
        found &= Invoice.__table__.c.status == InvoiceStatus.DRAFT
    return found


def _points(
    connection: Connection, record: type[Record], column: Column[Any], client_ids: list[UUID]
) -> bool:
    table = record.__table__
    query = select(table.c.id).where(_movable(record, column, client_ids)).limit(1)
    return connection.execute(query).first() is not None


def _move(
    unit: Unit, gone_id: UUID, kept_id: UUID
) -> tuple[tuple[tuple[type[Record], str, UUID], ...], tuple[Mapping[str, Any], ...]]:
    """Let everything that names one client name another; return what was moved and dropped."""
    moved: list[tuple[type[Record], str, UUID]] = []
    dropped: list[Mapping[str, Any]] = []
    for record, column in sorted(MOVING, key=lambda one: one[0] is PatientPerson):
        table = record.__table__
        rows = unit.connection.execute(
            select(table).where(_movable(record, column, [gone_id])).order_by(table.c.id)
        ).all()
        for row in rows:
            if record is PatientPerson and _has_already(unit.connection, row, kept_id):
                dropped.append(_values_of(row))
                unit.delete(PatientPerson, row.id)
            else:
                unit.update(record, row.id, {column.name: kept_id})
                moved.append((record, column.name, row.id))
    old = unit.connection.execute(
        select(_CLIENTS.c.id).where(_CLIENTS.c.merged_into_id == gone_id)
    ).scalars()
    for one in [one for one in old if one != kept_id]:
        unit.update(ClinicClient, one, {_INTO: kept_id})
        moved.append((ClinicClient, _INTO, one))
    return tuple(moved), tuple(dropped)


def _has_already(connection: Connection, person: Row[Any], kept_id: UUID) -> bool:
    """Say whether the client kept brings the pet, or has to do with it, anyway."""
    same = {"pet_id": person.pet_id, "client_id": kept_id}
    return any(
        row_with(connection, record, **same) is not None
        for record in (PatientPerson, ClinicPatient)
    )


def _values_of(person: Row[Any]) -> Mapping[str, Any]:
    names = ("pet_id", "client_id", "relation", "until", "may_decide", "notes")
    return {name: getattr(person, name) for name in names}


def _chains(connection: Connection) -> dict[UUID, UUID]:
    query = select(_CLIENTS.c.id, _CLIENTS.c.merged_into_id).where(
        _CLIENTS.c.merged_into_id.is_not(None)
    )
    return {row.id: row.merged_into_id for row in connection.execute(query)}
