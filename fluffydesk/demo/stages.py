"""The sample clinic's waiting room: when each patient of the diary was in which stage."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from fluffydesk.demo.sample import Maker
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import AppointmentStatus

_SEED = 5_119
_BEGINS, _ENDS = 0.25, 0.85
"""The shares of its time after which a visit that goes on is with the vet, and is to pay."""


def write_stages(maker: Maker, now: datetime) -> None:
    """Stamp the diary's visits that began: those that are over in every stage, others up to now."""
    random = Random(_SEED)
    for row in maker.rows().get(Appointment, []):
        if row["arrived_at"] is None:
            continue
        if row["status"] == AppointmentStatus.COMPLETED:
            row |= _passed(random, row, now)
        elif row["status"] == AppointmentStatus.IN_PROGRESS:
            row |= _going_on(row, now)


def _passed(random: Random, row: dict[str, Any], now: datetime) -> dict[str, datetime]:
    length = (row["ends_at"] - row["scheduled_at"]) / timedelta(minutes=1)
    at, found = row["arrived_at"], {}
    for name, minutes in (
        ("in_room_at", random.triangular(2, 28, 6)),
        ("with_vet_at", random.triangular(1, 14, 3)),
        ("to_pay_at", length * random.uniform(0.6, 1.15)),
        ("left_at", random.triangular(1, 15, 4)),
    ):
        at = min(at + timedelta(seconds=round(minutes * 60)), now)
        found[name] = at
    return found


def _going_on(row: dict[str, Any], now: datetime) -> dict[str, datetime]:
    gone = (now - row["scheduled_at"]) / (row["ends_at"] - row["scheduled_at"])
    found = {"in_room_at": max(row["arrived_at"], row["scheduled_at"])}
    if gone > _BEGINS:
        found["with_vet_at"] = found["in_room_at"] + (now - found["in_room_at"]) / 4
    if gone > _ENDS:
        found["to_pay_at"] = now - timedelta(minutes=2)
    return found
