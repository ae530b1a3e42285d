"""The sample clinic's rota: when each vet is planned, around the visits of its diary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from fluffydesk.demo.sample import Maker, days, local
from fluffydesk.records.enums import Role
from fluffydesk.records.enums.organizations import StaffShiftStatus
from fluffydesk.records.organizations import StaffShift

_SPAN = timedelta(days=14)
_HOURS = (((8, 30), (18, 0)), ((9, 0), (18, 30)), ((8, 0), (18, 0)))
_SUNDAY = 6


def write_rota(maker: Maker, vets: Sequence[UUID]) -> None:
    """Add the shifts of four weeks; on a Sunday the first vet has the emergencies, unless it is
    today."""
    maker = maker.apart(3_119)
    for day in days(maker.today - _SPAN, maker.today + _SPAN):
        for number, vet in enumerate(vets[: len(_HOURS)]):
            if day.weekday() == _SUNDAY and number and day != maker.today:
                continue
            starts, ends = _HOURS[number]
            over = day < maker.today
            maker.add(
                StaffShift,
                min(local(day, *starts) - timedelta(days=10), local(maker.today, 6)),
                user_id=vet,
                duty="Consultations" if number < 2 else "Surgery",
                role=Role.VETERINARIAN,
                starts_at=local(day, *starts),
                ends_at=local(day, *ends),
                break_minutes=30,
                status=StaffShiftStatus.WORKED if over else StaffShiftStatus.PLANNED,
            )
