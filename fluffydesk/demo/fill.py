"""Puts a sample into a mirror, as if it had come from a central: for tests and screenshots."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID, uuid5

from sqlalchemy import ColumnDefault

from fluffydesk.demo.companies import Company, Members
from fluffydesk.demo.sample import Rows, local, moment_of
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.enums import Role
from fluffydesk.records.organizations import Organization
from fluffydesk.records.reference_data import reference_rows
from fluffydesk.records.types import now as this_moment
from fluffydesk.records.types import to_microseconds
from fluffydesk.records.types import today as this_day
from fluffydesk.records.users import OrganizationUser, Profile
from fluffydesk.records.vocabulary import Record

_NAMESPACE = UUID("8d0cfc35-9d3c-5a0b-8b39-1c35c8f0b3aa")


def fill_mirror(
    mirror: Mirror,
    company: Company,
    *,
    today: date | None = None,
    now: datetime | None = None,
    member: str = "manager",
    device: str = "Office PC",
) -> dict[str, int]:
    """Fill a new mirror with a company's sample as if it had been synced; return rows by table.

    For tests and screenshots: no central is needed. Every key follows from the arguments, so the
    same day gives the same mirror. `member` is the person (`Person.key`) who works on it.
    """
    today, now = _when(today, now)
    organization_id = uuid5(_NAMESPACE, company.name)
    members = {person.key: _user(company, person.key) for person in company.people}
    rows = {
        **reference_rows(),
        **_organization_rows(company, organization_id, members),
        **company.rows(organization_id, today, members, now),
    }
    with mirror.apply() as connection:
        for record in MIRRORED:
            kept = {"updated_by": writer(record, members), "updated_device": device}
            images = (
                to_image(record, {**row, **kept, **_times(row["id"], now), "row_version": 1})
                for row in rows.get(record, [])
            )
            write_images(connection, record, images)
        mirror.state.put(connection, "synced_at", to_microseconds(now))
    work_as(mirror, company, member, device)
    return {record.__table__.name: len(found) for record, found in rows.items()}


def work_as(mirror: Mirror, company: Company, member: str, device: str) -> None:
    """Let a member of a sample's organization work on its mirror, at a PC of that name."""
    person = company.person(member)
    mirror.remember(
        author={
            "user_id": str(_user(company, member)),
            "user_name": person.name,
            "device_id": str(uuid5(_NAMESPACE, device)),
            "device_name": device,
        },
        organization={
            "id": str(uuid5(_NAMESPACE, company.name)),
            "name": company.name,
            "type": company.type.value,
            "time_zone": company.details["time_zone"],
            "currency": company.details["currency"],
            "role": person.role.value,
        },
    )


def _user(company: Company, member: str) -> UUID:
    return uuid5(_NAMESPACE, f"{company.name}/{member}")


def _when(today: date | None, now: datetime | None) -> tuple[date, datetime]:
    """Return the day and the moment of a sample; a day given alone is seen at half past eleven."""
    if today is None:
        return this_day(), now or this_moment()
    return today, now or local(today, 11, 30)


def writer(record: type[Record], members: Members) -> UUID | None:
    """Return who wrote a record's rows: the staff, or the manager where the staff may not."""
    roles = record.__access__.roles("add")
    return members["staff" if Role.STAFF in roles else "manager"] if roles else None


def _organization_rows(company: Company, organization_id: UUID, members: Members) -> Rows:
    return {
        Organization: [
            {**_defaults(Organization), "id": organization_id, "name": company.name}
            | {"type": company.type, "status": "active"}
            | company.details
        ],
        Profile: [
            {"id": members[person.key], "email": person.email, "full_name": person.name}
            | {"role": "veterinarian" if person.role == "veterinarian" else "pet_owner"}
            for person in company.people
        ],
        OrganizationUser: [
            {
                "id": uuid5(_NAMESPACE, f"{members[person.key]}/{organization_id}"),
                "organization_id": organization_id,
                "user_id": members[person.key],
                "role": person.role,
                "status": "active",
                "title": person.title,
            }
            for person in company.people
        ],
    }


def _defaults(record: type[Record]) -> dict[str, Any]:
    """What central gives a row by itself."""
    columns = record.__table__.columns
    plain = [one for one in columns if one.default is not None and one.default.is_scalar]
    return {one.name: cast(ColumnDefault, one.default).arg for one in plain}


def _times(key: UUID, now: datetime) -> dict[str, Any]:
    """A row is as old as the moment in its key."""
    made = moment_of(key) if key.version == 7 else now
    return {"created_at": made, "updated_at": made}
