"""What devices measure, and where things happened."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from fluffydesk.records.access import (
    EVERYONE,
    KEEPERS,
    NOBODY,
    WORKERS,
    Access,
    Person,
    Scope,
    Within,
)
from fluffydesk.records.enums.iot import DeviceKind, GeoEntity, GeoEventKind, ReadingQuality
from fluffydesk.records.types import now
from fluffydesk.records.vocabulary import OrganizationRecord, Record, field, link


class IotDeviceLog(OrganizationRecord):
    """One value that a device measured at one moment; it is never changed."""

    __tablename__ = "iot_device_logs"
    __access__ = Access(add=WORKERS, write=NOBODY, delete=KEEPERS)
    __titles__ = ("Reading", "Readings")
    __label__ = ("device_serial", "metric", "measured_at")
    __table_args__ = (
        # A device that sends again is heard once. What a device said last is found by the same.
        UniqueConstraint(
            "organization_id",
            "device_serial",
            "measured_at",
            "metric",
            name="uq_iot_device_logs_reading",
        ),
        Index(
            "ix_iot_device_logs_organization_id_measured_at",
            "organization_id",
            "measured_at",
        ),
        CheckConstraint(
            "num_nonnulls(livestock_id, flock_id, room_id, milk_storage_id) <= 1",
            name="one_subject",
        ),
    )

    device_serial: Mapped[str] = field("Device", hint="Its serial number")
    device_kind: Mapped[DeviceKind] = field("Kind of device", default=DeviceKind.OTHER)
    livestock_id: Mapped[UUID | None] = link("livestock", "Animal", on_delete="SET NULL")
    flock_id: Mapped[UUID | None] = link("flocks", "Flock", on_delete="SET NULL")
    room_id: Mapped[UUID | None] = link("rooms", "Room", on_delete="SET NULL")
    milk_storage_id: Mapped[UUID | None] = link("milk_storage", "Tank", on_delete="SET NULL")
    metric: Mapped[str] = field("What was measured", hint="As in temperature or rumination")
    value: Mapped[Decimal] = field("Value", places=4)
    unit: Mapped[str | None] = field("Unit", hint="As in °C")
    measured_at: Mapped[datetime] = field("Measured")
    received_at: Mapped[datetime] = field("Received", default=now, kept=True)
    quality: Mapped[ReadingQuality] = field("Quality", default=ReadingQuality.GOOD)
    battery_percent: Mapped[int | None] = field("Battery", unit="%", minimum=0, maximum=100)
    signal_dbm: Mapped[int | None] = field("Signal", unit="dBm", minimum=-200, maximum=50)
    raw: Mapped[dict[str, Any] | None] = field("As the device sent it")


class GeoEvent(Record):
    """Where an animal, a thing or a device was at one moment, or which fence it crossed."""

    __tablename__ = "geo_events"
    __access__ = Access(
        read=[Person(), EVERYONE],
        add=[Person(), WORKERS],
        write=NOBODY,
        delete=[Person(), KEEPERS],
    )
    __scope__: ClassVar[Scope | None] = Within()
    __titles__ = ("Place event", "Place events")
    __label__ = ("kind", "geofence", "occurred_at")
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, organization_id) = 1", name="one_owner"),
        CheckConstraint("(entity_kind is null) = (entity_id is null)", name="whole_entity"),
        CheckConstraint("num_nonnulls(entity_id, device_serial) >= 1", name="who_or_what"),
        CheckConstraint("kind = 'position' or geofence is not null", name="which_fence"),
        Index("ix_geo_events_organization_id", "organization_id", "occurred_at"),
        Index("ix_geo_events_user_id", "user_id", "occurred_at"),
        Index("ix_geo_events_entity_id", "entity_id", "occurred_at"),
    )

    user_id: Mapped[UUID | None] = link("profiles", "Person", on_delete="CASCADE")
    organization_id: Mapped[UUID | None] = link(
        "organizations", "Organization", on_delete="CASCADE"
    )
    kind: Mapped[GeoEventKind] = field("Event", default=GeoEventKind.POSITION)
    entity_kind: Mapped[GeoEntity | None] = field("What it is")
    entity_id: Mapped[UUID | None] = field("Which one")
    device_serial: Mapped[str | None] = field("Device", hint="Its serial number")
    latitude: Mapped[Decimal] = field("Latitude", places=6, minimum=-90, maximum=90)
    longitude: Mapped[Decimal] = field("Longitude", places=6, minimum=-180, maximum=180)
    accuracy_m: Mapped[Decimal | None] = field("Accuracy", unit="m", places=1, minimum=0)
    speed_kmh: Mapped[Decimal | None] = field("Speed", unit="km/h", places=1, minimum=0)
    geofence: Mapped[str | None] = field("Fence", hint="The name of the pasture or the zone")
    radius_m: Mapped[Decimal | None] = field("Radius of the fence", unit="m", places=1, minimum=0)
    occurred_at: Mapped[datetime] = field("Happened", default=now)
