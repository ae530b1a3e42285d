"""Whether a booking in the hand may lie where it is, and what is unusual about it (rule 19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fluffydesk.actions.booked import Clash, describe
from fluffydesk.figures.odd_times import closed_words, off_words, past_words
from fluffydesk.records.enums.booking import DoubleBooking
from fluffydesk.ui.screens.reading.calendar import Sheet, flat
from fluffydesk.ui.screens.visits import Visit


@dataclass(frozen=True)
class Taken:
    """Why a time cannot be had; `asks` where a person may still say yes to it."""

    words: str
    asks: bool = False


class Check:
    """Answers from memory, so that it can be asked at every step of a drag; writing asks again."""

    def __init__(self, sheet: Sheet) -> None:
        self._zone = sheet.zone
        self._opening = flat(sheet.opening)
        self._shifts = sheet.shifts
        self._names = {lane.id: lane.title for lane in sheet.vets}
        self._policies = {
            (lane.kind, lane.id): lane.double_booking for lane in (*sheet.vets, *sheet.rooms)
        }
        self._by: dict[tuple[str, UUID], list[Visit]] = {}
        seen: set[UUID] = set()
        for visit in (*sheet.visits, *sheet.pinned):
            if not visit.takes_time or visit.id in seen:
                continue
            seen.add(visit.id)
            for kind, one in self._whose(visit, visit.vet_id, visit.room_id):
                self._by.setdefault((kind, one), []).append(visit)

    def taken(
        self,
        visit: Visit,
        starts: datetime,
        ends: datetime,
        vet_id: UUID | None,
        room_id: UUID | None,
    ) -> Taken | None:
        """Return what stands in the way of a visit at that time with that vet and room."""
        until = ends + (visit.until - visit.ends)
        asks: Taken | None = None
        for kind, one in self._whose(visit, vet_id, room_id):
            policy = self._policies.get((kind, one), DoubleBooking.NEVER)
            if kind != "pet" and policy == DoubleBooking.ALLOW:
                continue
            free = ends if kind == "pet" else until
            for other in self._by.get((kind, one), ()):
                busy = other.ends if kind == "pet" else other.until
                if other.id == visit.id or not (other.starts < free and starts < busy):
                    continue
                found = Taken(self._words(kind, other), _may_ask(kind, policy))
                if not found.asks:
                    return found
                asks = asks or found
        return asks

    def odd(
        self, visit: Visit, starts: datetime, ends: datetime, vet_id: UUID | None, now: datetime
    ) -> str:
        """Return what is unusual about that time with that vet: told, not forbidden."""
        said = [closed_words(starts, ends, self._opening, self._zone)]
        if starts != visit.starts:
            said.insert(0, past_words(starts, now))
        if vet_id is not None:
            vet, shifts = self._names.get(vet_id, "The vet"), self._shifts.get(vet_id, ())
            said.append(off_words(starts, ends, shifts, vet, self._zone))
        return " ".join(filter(None, said))

    def _words(self, kind: str, other: Visit) -> str:
        who = {"vet": other.vet, "room": other.room, "pet": other.pet}[kind]
        times = other.starts, other.ends, other.free_at
        clash = Clash(other.id, kind, who, other.pet, *times)
        return describe(clash, self._zone)

    @staticmethod
    def _whose(
        visit: Visit, vet_id: UUID | None, room_id: UUID | None
    ) -> Sequence[tuple[str, UUID]]:
        wanted = (("vet", vet_id), ("room", room_id), ("pet", visit.pet_id))
        return [(kind, one) for kind, one in wanted if one is not None]


def _may_ask(kind: str, policy: DoubleBooking) -> bool:
    return kind != "pet" and policy == DoubleBooking.ASK
