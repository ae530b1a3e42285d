"""Mirrors that hold the sample farm or the sample clinic, as after a first sync."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from fluffydesk.demo import sample_clinic, sample_farm
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.enums import OrgType, Role, Status
from fluffydesk.records.organizations import Organization
from fluffydesk.records.reference_data import reference_rows
from fluffydesk.records.types import now
from fluffydesk.records.users import OrganizationUser, Profile
from fluffydesk.records.vocabulary import Record

KEY = bytes(range(32))
ORGANIZATION = UUID("01900000-0000-7000-8000-0000000000aa")
DEVICE = UUID("01900000-0000-7000-8000-0000000000dd")
PEOPLE = {
    "owner": (UUID("01900000-0000-7000-8000-000000000001"), "Anna Alderdale"),
    "veterinarian": (UUID("01900000-0000-7000-8000-000000000002"), "Clara Fenngate"),
    "veterinarian_2": (UUID("01900000-0000-7000-8000-000000000003"), "Hugo Larchcombe"),
    "staff": (UUID("01900000-0000-7000-8000-000000000004"), "Ned Rushby"),
}

Rows = dict[type[Record], list[dict[str, Any]]]


def sample_farm_mirror(path: Path, today: date | None = None, role: Role = Role.OWNER) -> Mirror:
    """Return an open mirror with the sample farm in it; the person at the PC has `role`."""
    members = {name: key for name, (key, _) in PEOPLE.items()}
    rows = sample_farm.rows(ORGANIZATION, today or date.today(), members)
    return _filled(path, OrgType.FARM, "Marrowby Farm", role, rows)


def sample_clinic_mirror(
    path: Path,
    today: date | None = None,
    role: Role = Role.OWNER,
    moment: datetime | None = None,
) -> Mirror:
    """Return an open mirror with the sample clinic in it; visits are as far as at `moment`."""
    members = {name: key for name, (key, _) in PEOPLE.items()}
    rows = sample_clinic.rows(ORGANIZATION, today or date.today(), members, now=moment)
    return _filled(path, OrgType.VETERINARY_CLINIC, "Marrowby Vets", role, rows)


def empty_mirror(path: Path, kind: OrgType = OrgType.FARM, role: Role = Role.OWNER) -> Mirror:
    """Return an open mirror with an organization, its people and the reference data only."""
    return _filled(path, kind, "New Farm", role, {})


def _filled(path: Path, kind: OrgType, name: str, role: Role, rows: Rows) -> Mirror:
    mirror = Mirror.open(path, KEY)
    everything = _people(kind, name) | reference_rows() | rows
    kept = {"created_at": now(), "updated_at": now(), "row_version": 1}
    with mirror.apply() as connection:
        for record in RECORDS:
            images = [to_image(record, {**row, **kept}) for row in everything.get(record, [])]
            write_images(connection, record, images)
    user_id, user_name = PEOPLE["owner"]
    mirror.remember(
        author={
            "user_id": str(user_id),
            "user_name": user_name,
            "device_id": str(DEVICE),
            "device_name": "Barn PC",
        },
        organization={
            "id": str(ORGANIZATION),
            "name": name,
            "type": str(kind),
            "time_zone": "Europe/London",
            "currency": "GBP",
            "role": str(role),
        },
    )
    return mirror


def _people(kind: OrgType, name: str) -> Rows:
    organization = {
        "id": ORGANIZATION,
        "name": name,
        "type": kind,
        "status": Status.ACTIVE,
        "time_zone": "Europe/London",
        "currency": "GBP",
    }
    return {
        Organization: [organization],
        Profile: [
            {"id": key, "email": f"{role}@marrowby.example", "full_name": who, "role": "pet_owner"}
            for role, (key, who) in PEOPLE.items()
        ],
        OrganizationUser: [
            {
                "id": UUID(int=key.int + 256),
                "organization_id": ORGANIZATION,
                "user_id": key,
                "role": Role(role.partition("_")[0]),
                "status": Status.ACTIVE,
            }
            for role, (key, _) in PEOPLE.items()
        ],
    }
