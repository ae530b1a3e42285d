"""What the rows invented for tests need beyond what a single column knows: rules across fields."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

FITTING: dict[str, dict[str, Any]] = {
    "attachments": {
        "sha256": "ab" * 32,
        "animal_id": lambda ids: ids["livestock"],
        "pet_id": None,
    },
    "farm_visit_treatments": {"animal_tag": "x", "group_name": None},
    "farm_vets": {"client_code": lambda ids: ids["clinic_clients"]},
    "attachment_contents": {"content": "eA=="},
    # What a pet is shared by holds only once it is accepted, and for a while.
    "pet_collaborators": {"accepted_at": "2026-05-04T09:00Z"},
    "pet_shares": {"expires_at": "2999-01-01T00:00Z"},
    "pet_media": {"path": lambda ids: f"{ids['pets']}/x"},
    "medical_records": {"signed_at": None, "amends_id": None, "confidential_notes": None},
    "reminders": {
        "user_id": None,
        "organization_id": lambda ids: ids["organizations"],
        "animal_id": None,
        "pet_id": lambda ids: ids["pets"],
    },
    "ai_insights": {
        "organization_id": lambda ids: ids["organizations"],
        "animal_id": None,
        "pet_id": lambda ids: ids["pets"],
    },
    "vaccine_logs": {
        "animal_id": lambda ids: ids["livestock"],
        "flock_id": None,
        "batch_id": None,
        "next_due_on": None,
    },
    "health_diagnoses": {
        "animal_id": lambda ids: ids["livestock"],
        "flock_id": None,
        "batch_id": None,
    },
    "health_treatments": {
        "animal_id": lambda ids: ids["livestock"],
        "flock_id": None,
        "batch_id": None,
    },
    # What an owner may ask for is a service that is offered to everybody.
    "bookings": {"service_id": lambda ids: ids["services"], "room_id": None},
    "appointments": {
        "pet_id": lambda ids: ids["pets"],
        "service_id": lambda ids: ids["services"],
        # A pet is not in two places.
        "scheduled_at": lambda ids: f"{2027 if 'appointments' in ids else 2026}-05-04 09:00Z",
        "ends_at": lambda ids: f"{2027 if 'appointments' in ids else 2026}-05-04 10:00Z",
    },
    "organization_services": {"is_public": True, "books_online": True},
    "organization_integrations": {"name": lambda ids: str(uuid4())},
    "herd_movements": {"kind": "born", "head": 1},
    "inventory_transactions": {"movement": "receipt", "quantity": 1},
    "milk_storage_logs": {"movement": "receipt", "litres": 1, "under_withdrawal": False},
    "egg_storage": {"movement": "receipt", "eggs": 1, "under_withdrawal": False},
    "wool_storage": {"movement": "receipt", "quantity_kg": 1},
    "wool_milk_production_logs": {
        "animal_id": lambda ids: ids["livestock"],
        "batch_id": None,
        "herd_id": None,
    },
    "lambing_records": {"born_alive": 1, "ewes": 1, "rams": 0, "previous_on": None},
    "hatchery_records": {
        "eggs_set": 3,
        "infertile": 1,
        "dead_in_shell": 1,
        "hatched": 1,
        "culled": 1,
    },
    "farm_product_sales": {
        "quantity": 1,
        "unit_price": 1,
        "total": 1,
        "under_withdrawal": False,
    },
    "event_participants": {"display_name": "x"},
    "community_groups": {"slug": lambda ids: str(uuid4())},
    "community_posts": {"organization_id": None},
    "tags": {"slug": lambda ids: str(uuid4())},
    "post_media": {"path": lambda ids: f"{ids['profiles']}/x"},
    "lf_media": {"path": lambda ids: f"{ids['profiles']}/x"},
    "breeding_photos": {"path": lambda ids: f"{ids['profiles']}/x"},
    "breeding_verifications": {"path": lambda ids: f"{ids['profiles']}/x"},
    "breeding_records": {
        "served_on": "2026-01-31",
        "female_id": lambda ids: ids["livestock"],
        "female_pet_id": None,
        "male_id": None,
        "male_pet_id": None,
    },
    "reviews": {
        "service_id": None,
        "product_id": None,
        "booking_id": None,
        "order_id": None,
        "appointment_id": None,
    },
    "addresses": {
        "user_id": None,
        "organization_id": lambda ids: ids["organizations"],
        "country": "PT",
    },
    "custom_fields": {
        "kind": "text",
        "text_value": "x",
        "number_value": None,
        "date_value": None,
        "boolean_value": None,
    },
    "media_files": {
        "organization_id": lambda ids: ids["organizations"],
        "path": lambda ids: f"{ids['profiles']}/{uuid4()}",
        "sha256": None,
        "entity_table": None,
        "entity_id": None,
    },
    "automation_rules": {"trigger_event": "record_added"},
    "iot_device_logs": {
        "livestock_id": None,
        "flock_id": None,
        "room_id": None,
        "milk_storage_id": None,
    },
    "geo_events": {
        "user_id": None,
        "organization_id": lambda ids: ids["organizations"],
        "kind": "position",
        "device_serial": "x",
        "entity_kind": None,
        "entity_id": None,
    },
    "analytics_platform_summary": {
        "day": lambda ids: date(2000, 1, 1) + timedelta(days=uuid4().int % 9000)
    },
    "platform_settings": {"key": lambda ids: f"x.{uuid4()}"},
    "api_keys": {
        "user_id": None,
        "organization_id": lambda ids: ids["organizations"],
        "key_hash": lambda ids: uuid4().hex,
    },
    "integrations": {"code": lambda ids: uuid4().hex},
    "signed_documents": {"sha256": "0" * 64},
    "moderation_logs": {"target_table": "reviews"},
    "reports": {"target_table": "reviews"},
    "events": {"starts_at": "2026-05-04T09:00Z", "ends_at": "2026-05-04T10:00Z"},
    "shifts": {"starts_at": "2026-05-04T09:00Z", "ends_at": "2026-05-04T10:00Z"},
    "volunteer_availability": {"available_from": "08:00", "available_until": "12:00"},
    "conversations": {
        "subject": "x",
        "kind": "clinic",
        "organization_id": lambda ids: ids["organizations"],
    },
    "messages": {"body": "x"},
    "coupons": {"code": "X"},
}
"""Values by table and column; a callable is given the ids of the rows made so far."""
