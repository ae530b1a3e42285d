"""A clinic's first day: one of everything, for pictures and tests of lists with a single row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.actions import (
    appointments,
    farm_visits,
    lab,
    messages,
    payments,
    prescriptions,
    stays,
    vaccinations,
)
from fluffydesk.actions.patients import register_patient
from fluffydesk.actions.records import keep_note
from fluffydesk.actions.saving import add
from fluffydesk.actions.stock import move_stock
from fluffydesk.actions.visit_bill import bill_visit
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Room, Service
from fluffydesk.records.communication import Conversation, Message
from fluffydesk.records.enums.booking import RoomKind
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.enums.medical import DoseUnit, ReminderKind
from fluffydesk.records.enums.payments import PaymentMethod
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.medical import MedicalRecord, Reminder
from fluffydesk.records.pets import ClinicClient, ClinicPatient
from fluffydesk.records.types import new_id, now, today
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.screen import Place

_DAY = timedelta(days=1)


def one_of_everything(mirror: Mirror) -> None:
    """Fill an empty clinic: a vet, a room, a client, a pet, and what one visit leaves behind."""
    vet = UUID(mirror.recall("author")["user_id"])
    room, _ = add(mirror, Room, {"name": "Room 1"})
    service = {"name": "Check-up", "duration_minutes": 20, "price": Decimal(48), "tax_rate": 20}
    check_up, _ = add(mirror, Service, service)
    register_patient(
        mirror,
        {"name": "Bella", "species": "Dog", "birth_date": today() - 1500 * _DAY},
        client={"full_name": "Iris Vale", "phone": "+31 20 555 0101"},
    )
    pet, client = _only(mirror, ClinicPatient, "pet_id"), _only(mirror, ClinicClient, "id")
    drug, _ = add(
        mirror,
        FarmInventory,
        {
            "name": "Meloxicam 1.5 mg/mL",
            "category": InventoryCategory.MEDICINE,
            "unit": StockUnit.COUNT,
        },
    )
    lot = {"lot": "A-1", "expires_on": today() + 300 * _DAY}
    move_stock(mirror, drug, StockMovement.RECEIPT, Decimal(10), today(), **lot)
    visited = {"pet_id": pet, "veterinarian_id": vet, "room_id": room, "service_id": check_up}
    appointments.walk_in(mirror, {**visited, "reason": "Limps"})
    visit = _only(mirror, Appointment, "id")
    note, _ = keep_note(
        mirror,
        None,
        {"pet_id": pet, "appointment_id": visit, "visited_on": today(), "weight_kg": Decimal(12)},
    )
    papers = {"pet_id": pet, "record_id": note}
    prescriptions.prescribe(
        mirror,
        {
            **papers,
            "item_id": drug,
            "product": "Meloxicam 1.5 mg/mL",
            "dose": Decimal("0.8"),
            "dose_unit": DoseUnit.MILLILITRE,
            "quantity": Decimal(1),
        },
    )
    vaccinations.vaccinate(mirror, {**papers, "vaccine": "Rabies"})
    lab.ask_for(mirror, pet, "Kidney", today(), ("Urea",), record_id=note)
    title = {"pet_id": pet, "kind": ReminderKind.CHECK_UP, "title": "Yearly check"}
    add(mirror, Reminder, {**title, "due_on": today()})
    invoice, _ = bill_visit(mirror, visit)
    payments.pay(mirror, invoice, payments.Part(Decimal(20), PaymentMethod.CASH))
    kennel, _ = add(mirror, Room, {"name": "Kennel 1", "kind": RoomKind.BOARDING, "capacity": 1})
    stay = {"pet_id": pet, "client_id": client, "room_id": kennel}
    stays.book_stay(
        mirror, {**stay, "start_date": today(), "end_date": today() + _DAY}, Decimal(22)
    )
    farm = {"client_id": client, "veterinarian_id": vet, "reason": "Lame cow"}
    farm_visits.record_visit(mirror, farm, (), farm_visits.Charges(bill=False))
    _written_to(mirror)


def _written_to(mirror: Mirror) -> None:
    """A client's question, as central sends it."""
    kept = {"created_at": now(), "updated_at": now(), "row_version": 1}
    organization = UUID(mirror.recall("organization")["id"])
    talk = {"id": new_id(), "organization_id": organization, "subject": "Eye drops"}
    said = {"id": new_id(), "conversation_id": talk["id"], "body": "Are they ready?"}
    with mirror.apply() as connection:
        write_images(connection, Conversation, [to_image(Conversation, {**kept, **talk})])
        write_images(connection, Message, [to_image(Message, {**kept, **said})])
    messages.answer(mirror, UUID(str(talk["id"])), "Yes, at the desk.")


def _only(mirror: Mirror, record: type[Record], name: str) -> UUID:
    with mirror.read() as connection:
        found: UUID = connection.execute(select(record.__table__.c[name])).scalar_one()
    return found


def one_clinic_places(mirror: Mirror) -> dict[str, Place]:
    """Return the cards and lists that the rail does not lead to, by name."""
    pet, client = _only(mirror, ClinicPatient, "pet_id"), _only(mirror, ClinicClient, "id")
    note = _only(mirror, MedicalRecord, "id")
    return {
        "pet": Place("pet", pet),
        "client": Place("client", client),
        "record": Place("record", note),
        "record-waiting": Place("record"),
        **{f"waiting-{part}": Place("waiting", part=part) for part in ("times",)},
        **{f"reminders-{part}": Place("reminders", part=part) for part in ("queued", "ladder")},
        "messages-told": Place("messages", part="told"),
        **{f"desk-{part}": Place("desk_rows", part=part) for part in ("visits_today", "received")},
    }


def one_clinic_scenes(mirror: Mirror, visit: Callable[..., object]) -> list[Any]:
    """Return the scenes of the cards and lists that the rail does not lead to."""
    places = one_clinic_places(mirror).items()
    return [(f"one-clinic-{name}", (partial(visit, place=place),)) for name, place in places]
