"""Values for any record by its declaration: bare, or at the lower or the upper edge."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, Enum, Text

from fluffydesk.records.enums import PaymentStatus, Sex, Status
from fluffydesk.records.enums.communication import MessageKind
from fluffydesk.records.enums.events import TaskStatus
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.enums.livestock import HerdMove
from fluffydesk.records.enums.payments import InvoiceKind, InvoiceStatus
from fluffydesk.records.enums.reviews import CustomFieldKind
from fluffydesk.records.types import ExactDecimal, Key, UtcTime, new_id
from fluffydesk.records.vocabulary import Merge, Record, facts_of, is_required, record_columns

EDGES = ("bare", "least", "most")
"""Only what is required; everything, as small as may be; everything, as large as may be."""

_number = count(1)
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
_FILE = {"media_type": "text/plain", "size_bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()}
_CONTENT = {"content": base64.b64encode(b"x").decode()}
_ODD = "Ünïcøde ‘q’ \"d\" 'a', 乳牛 🐄; 100% \\N {x} é <b>&amp; = ~ "
_FITTING: dict[str, dict[str, Any]] = {
    "attachments": _FILE,
    "attachment_contents": _CONTENT,
    "medical_records": {"signed_at": None, "amends_id": None, "confidential_notes": None},
    # Nothing is in the store that a drug could be taken from.
    "vaccine_logs": {"next_due_on": None, "lot_expires_on": None, "item_id": None},
    "pet_vaccinations": {"next_due_on": None, "lot_expires_on": None, "item_id": None},
    "prescriptions": {"lot_expires_on": None, "item_id": None},
    "health_treatments": {"item_id": None},
    "measurement_units": {"factor": Decimal(1)},
    "organizations": {
        "time_zone": "Europe/Lisbon",
        "currency": "CHF",
        "opening_hours": "Sa 09:00-13:00",
    },
    # A membership that is not active would shut its own test out.
    "organization_users": {"status": Status.ACTIVE},
    # Rules across fields, which a column by itself does not know.
    "inventory_transactions": {"movement": StockMovement.STOCKTAKE, "quantity": Decimal(9)},
    "custom_fields": {"kind": CustomFieldKind.TEXT},
    "products": {"currency": "CHF"},
    # Its invoice would have to be posted.
    "payments": {
        "currency": "EUR",
        "status": PaymentStatus.PENDING,
        "invoice_id": None,
    },
    # A posted invoice would stay as it is, and its lines too.
    "invoices": {
        "kind": InvoiceKind.INVOICE,
        "status": InvoiceStatus.DRAFT,
        "credits_id": None,
        "estimate_id": None,
        "accepted_at": None,
        "currency": "EUR",
        "price_off_percent": Decimal(0),
        # What its lines come to, and it has none.
        "subtotal": Decimal(0),
        "discount": Decimal(0),
        "tax": Decimal(0),
        "total": Decimal(0),
    },
    "invoice_items": {
        "quantity": Decimal(2),
        "unit_price": Decimal(50),
        "discount": Decimal(10),
        "discount_percent": Decimal(0),
        "line_total": Decimal(90),
        "tax_rate": Decimal(21),
        "tax": Decimal("18.90"),
    },
    "egg_production_logs": {"cracked": 0, "dirty": 0, "discarded": 0},
    # The rows that links point to are of species of their own, and no sires.
    "breeding_records": {"male_pet_id": None, "male_id": None, "donor_id": None},
    "livestock": {"dam_id": None, "sire_id": None},
    "herd_movements": {"kind": HerdMove.COUNTED},
    "milk_storage_logs": {"movement": StockMovement.STOCKTAKE, "litres": Decimal(9)},
    "egg_storage": {"movement": StockMovement.STOCKTAKE, "eggs": 9},
    "wool_storage": {"movement": StockMovement.STOCKTAKE, "quantity_kg": Decimal(9)},
    "lambing_records": {
        "born_alive": 4,
        "ewes": 2,
        "rams": 2,
        "died_early": 1,
        "fostered_off": 1,
        "hand_reared": 1,
        "sire_id": None,
        "lambed_on": _FIRST_DAY + timedelta(days=1),
        "served_on": _FIRST_DAY,
        "previous_on": _FIRST_DAY,
    },
    "hatchery_records": {
        "eggs_set": 100,
        "infertile": 8,
        "dead_in_shell": 5,
        "hatched": 80,
        "culled": 2,
    },
    # What repeats would go on with rows of its own, and nothing is done in the future.
    "tasks": {
        "recurrence": None,
        "status": TaskStatus.DONE,
        "done_at": datetime(2020, 5, 4, 6, 30, tzinfo=UTC),
    },
    # What was taken back is empty, and an answer is in the conversation of what it answers.
    "messages": {"kind": MessageKind.TEXT, "reply_to_id": None, "deleted_at": None},
    "staff_shifts": {"break_minutes": 45},
    "appointments": {"status": "completed"},  # a patient that arrived is no no-show
    # What is still to come is booked, and not written down.
    "farm_visits": {"visited_at": datetime(2020, 5, 4, 6, 30, tzinfo=UTC)},
    "bookings": {"status": "completed"},  # what is over stays over
    # Nothing fills what is in braces but what is known.
    "reminder_rules": {"subject": "{pet}: {what} ‘q’ 乳牛", "body": "Dear {client},\n\n\t{due}"},
    "farm_expenses": {"currency": "CHF"},
    "farm_revenues": {"currency": "CHF"},
    "farm_product_sales": {
        "currency": "EUR",
        "quantity": Decimal("2.345"),
        "unit_price": Decimal("1.1"),
        "total": Decimal("2.58"),
        "under_withdrawal": False,
    },
}
_BARE: dict[str, dict[str, Any]] = {
    "messages": {"body": "Good morning"},
    "attachments": _FILE,
    "attachment_contents": _CONTENT,
    # One that can be milked: the animal a row points to is a bare one.
    "livestock": {"sex": Sex.FEMALE, "calved_on": _FIRST_DAY},
    "invoices": {"bill_to_name": "Ada"},  # all has a default, and a command names something
    "herd_batches": {"started_on": _FIRST_DAY, "head_count": 1_000_000},
    "herd_movements": {"head": 1},
    # What is used must have been received.
    "inventory_transactions": {"movement": StockMovement.RECEIPT, "quantity": Decimal(1)},
    "payments": {"amount": Decimal(100_000_000)},  # what is paid back must have been received
    "milk_storage_logs": {"litres": Decimal(1)},
    "egg_storage": {"eggs": 1},
    "wool_storage": {"quantity_kg": Decimal(1)},
    "lambing_records": {"born_alive": 1},
    "breeding_records": {"served_on": _FIRST_DAY},
}
BESIDES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "flocks": ("poultry_batches", "flock_id", {"placed_on": _FIRST_DAY, "head_count": 1_000_000}),
}
"""What a row that a link points to has too, so that others can be written down of it: the table,
its link, its values."""
ONE_OF: dict[str, tuple[str, ...]] = {
    "appointments": ("pet_id",),
    "reminders": ("pet_id", "animal_id"),
    "attachments": ("animal_id", "pet_id"),
    "farm_visit_treatments": ("animal_tag", "group_name"),
    "messages": ("sender_id",),
    "vaccine_logs": ("animal_id", "flock_id", "batch_id"),
    "health_diagnoses": ("animal_id", "flock_id", "batch_id"),
    "health_treatments": ("animal_id", "flock_id", "batch_id"),
    "wool_milk_production_logs": ("animal_id", "batch_id", "herd_id"),
    "breeding_records": ("female_id", "female_pet_id"),
    "custom_fields": ("text_value", "number_value", "date_value", "boolean_value"),
}
"""Links or values of a table, exactly one of which is given."""
_TOLD_APART = {"reminder_rules": "species"}
"""Columns that may be empty, but not in two bare rows of one test."""
_REACHED = {
    (table, name): text
    for table in ("clinic_clients", "emergency_contacts")
    for name, text in (
        ("phone", "+31 (0)20 555 {:04}"),
        ("other_phone", "020-555 {:04}"),
        ("email", "somebody{}@post.example"),
    )
}
"""Texts by which somebody has to be reached."""
NEVER_DELETED = {"health_treatments"}
"""Tables whose rows are voided with a reason, and never deleted (rule 16)."""
STAYS: dict[str, tuple[str, ...]] = {
    "appointments": ("pet_id",),
    "breeding_records": ("served_on",),
    "messages": ("body",),
}
"""Columns of a table that may be empty, but not all of its kind together."""


def values_for(
    record: type[Record], edge: str, linked: Callable[[Column[Any]], UUID]
) -> dict[str, Any]:
    """Return values a person may enter; `linked` gives the row that a link points to."""
    table = record.__table__.name
    given, *spare = ONE_OF.get(table, ("",))
    values: dict[str, Any] = {}
    for column in record_columns(record):
        if column.name in spare:
            continue
        if edge == "bare" and not is_required(column) and column.name != given:
            continue
        values[column.name] = linked(column) if facts_of(column).target else _value(column, edge)
    if edge == "bare" and table in _TOLD_APART:
        values[_TOLD_APART[table]] = _text(lines=False, most=False)
    return {**values, **(_BARE if edge == "bare" else _FITTING).get(table, {})}


def _value(column: Column[Any], edge: str) -> Any:
    facts, most = facts_of(column), edge == "most"
    bound: Any = facts.maximum if most else facts.minimum
    bound = bound() if callable(bound) else bound
    kind = column.type
    if isinstance(kind, Enum):
        return list(kind.enum_class or ())[-1 if most else 0]
    if isinstance(kind, Boolean):
        return most
    if isinstance(kind, UtcTime):
        return _moment(most)
    if isinstance(kind, Date):
        return bound or (_LAST_DAY if most else _FIRST_DAY)
    if isinstance(kind, ExactDecimal):
        return Decimal(bound).quantize(Decimal(1).scaleb(-kind.places))
    if isinstance(kind, Text) and (column.table.name, column.name) in _REACHED:
        return _REACHED[column.table.name, column.name].format(next(_number))
    if isinstance(kind, Text):
        return _text(facts.merge is Merge.TEXT, most)
    if isinstance(kind, Key):
        return new_id()  # of a row of no fixed table
    return bound if bound is not None else 7


def _moment(most: bool) -> datetime:
    """Each is later than the one before, so that what starts ends, and no two visits overlap."""
    first = datetime(2199 if most else 1900, 1, 1, tzinfo=UTC)
    return first + timedelta(hours=next(_number), microseconds=999_999 if most else 1)


def _text(lines: bool, most: bool) -> str:
    """Each is another: some columns are names that only one row may have."""
    if not most:
        return str(next(_number))
    text = f"{next(_number)} {_ODD * 20}".strip()
    return f"{text}\n\n\t{text}" if lines else text
