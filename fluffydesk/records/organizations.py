"""Organizations: farms, clinics and the other tenants of the platform."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from fluffydesk.records.access import ALL_KINDS, EVERYONE, KEEPERS, NOBODY, Access, Platform, Within
from fluffydesk.records.enums import OrgType, Status
from fluffydesk.records.vocabulary import Record, field


class Organization(Record):
    """A farm, a clinic or another tenant; nobody sees another's rows."""

    __tablename__ = "organizations"
    __access__ = Access(
        read=[EVERYONE, Platform()],
        write=KEEPERS,
        add=NOBODY,
        delete=NOBODY,
        mirrored=ALL_KINDS,
        audited="who an organization is decides what its members and clients trust",
    )
    __scope__ = Within("id")
    __titles__ = ("Organization", "Organizations")
    __label__ = ("name",)

    name: Mapped[str] = field("Name")
    type: Mapped[OrgType] = field("Type")
    status: Mapped[Status] = field("Status", default=Status.ACTIVE)
    email: Mapped[str | None] = field("E-mail")
    phone: Mapped[str | None] = field("Phone")
    address: Mapped[str | None] = field("Address")
    country: Mapped[str | None] = field("Country", hint="Two letters, as in ISO 3166: NL")
    time_zone: Mapped[str] = field("Time zone", default="UTC", hint="As in Europe/Amsterdam")
    currency: Mapped[str] = field("Currency", default="EUR", hint="Three letters, as in ISO 4217")
