"""Reserved numbers that no record has, each with why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from fluffydesk.mirror import numbers
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import today
from fluffydesk.sync.ports import Central, Json

_YEARS = 3
_WHY = {
    "handed out": "handed out on {pc}, to a record that has not come: not sent yet, refused, "
    "discarded or deleted",
    "reserved": "reserved for {pc}, last heard of on {seen:%Y-%m-%d}, and not used yet",
    "given up": "given back or given up by {pc}, and not used since",
}


@dataclass(frozen=True)
class Gap:
    """Numbers that follow one another and have no record for the same reason."""

    series: str
    first: str
    last: str
    count: int
    state: str
    why: str

    @property
    def words(self) -> str:
        """A sentence on it."""
        one, many = record_for(self.series.partition("/")[0]).__titles__
        if self.count == 1:
            return f"{one} number {self.first}: {self.why}."
        return f"{many}, numbers {self.first} to {self.last} ({self.count:,}): {self.why}."


def read(central: Central, organization_id: UUID, on: date | None = None) -> list[Gap]:
    """Return the gaps of every series of the last years and the next. Raises Offline."""
    year = (on or today()).year
    years = [date(n, 1, 1) for n in range(year - _YEARS + 1, year + 2)]
    series = sorted({numbers.series_of(table, day) for table in numbers.COLUMNS for day in years})
    found = central.number_gaps(organization_id, series)
    return [_gap(list(run)) for _, run in groupby(found, _Runs())]


class _Runs:
    """Tells numbers that follow one another, and are alike, from those that do not."""

    def __init__(self) -> None:
        self._last: tuple[Any, ...] | None = None
        self._place = 0

    def __call__(self, one: Json) -> int:
        number = int(str(one["number"]).rpartition("-")[2])
        now = (one["series"], one["state"], one["device_name"], one["seen_at"])
        if self._last != (*now, number - 1):
            self._place += 1
        self._last = (*now, number)
        return self._place


def _gap(run: list[Json]) -> Gap:
    first, last = run[0], run[-1]
    why = _WHY[first["state"]].format(
        pc=first["device_name"] or "a PC", seen=datetime.fromisoformat(first["seen_at"])
    )
    told = str(first["number"]), str(last["number"]), len(run)
    return Gap(first["series"], *told, first["state"], why)
