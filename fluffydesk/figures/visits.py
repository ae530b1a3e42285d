"""The stages of a visit (rule 20): which one it is in, and what its stamps may say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from itertools import count

from fluffydesk.figures.recurrence import Recurrence, next_due


class Stage(StrEnum):
    """How far a visit is, in the order in which patients go through them."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    IN_ROOM = "in_room"
    WITH_VET = "with_vet"
    TO_PAY = "to_pay"
    LEFT = "left"


STAGES = tuple(Stage)
STAMPS: dict[Stage, str] = {
    Stage.ARRIVED: "arrived_at",
    Stage.IN_ROOM: "in_room_at",
    Stage.WITH_VET: "with_vet_at",
    Stage.TO_PAY: "to_pay_at",
    Stage.LEFT: "left_at",
}
"""The column that says since when a visit is in each stage; being booked has none."""

Stamps = Mapping[str, datetime | None]


def stage_of(stamps: Stamps) -> Stage:
    """Return the furthest stage that has a stamp; booked where none has."""
    reached = [stage for stage, name in STAMPS.items() if stamps.get(name) is not None]
    return reached[-1] if reached else Stage.BOOKED


def stamped(stamps: Stamps, stage: Stage, at: datetime) -> dict[str, datetime | None]:
    """Return all five stamps of a visit that is brought to `stage` at a moment.

    What has a stamp keeps it; a stage that was skipped gets the moment of the one reached; later
    ones lose theirs. None is before the one ahead of it, also where two PCs' clocks differ: two
    such rows merge, stamp by stamp to the earlier, to one that is in order too.
    """
    found: dict[str, datetime | None] = {}
    last: datetime | None = None
    for one, name in STAMPS.items():
        if STAGES.index(one) > STAGES.index(stage):
            found[name] = None
            continue
        last = stamps.get(name) or (at if last is None else max(at, last))
        found[name] = last
    return found


def out_of_order(stamps: Stamps) -> tuple[Stage, Stage] | None:
    """Return the first two stages of which the later has the earlier stamp; None if in order."""
    last: tuple[Stage, datetime] | None = None
    for stage, name in STAMPS.items():
        at = stamps.get(name)
        if at is None:
            continue
        if last is not None and at < last[1]:
            return last[0], stage
        last = stage, at
    return None


def repeated(
    starts: datetime, rule: Recurrence, zone: tzinfo, times: int | None = None
) -> Iterator[datetime]:
    """Yield when visits of a series begin, in UTC, the first included: `times`, or until its end.

    Each has the same time of day by the clock of `zone`, whatever the clocks did between; one
    that is skipped in spring comes an hour later on that day only. A month without the 31st takes
    its last day, and the next has the 31st again.
    """
    following: tuple[datetime, Recurrence] | None = (starts.astimezone(UTC), rule)
    for _ in count() if times is None else range(times):
        if following is None:
            return
        yield following[0]
        following = next_due(following[1], following[0], zone)
