"""A PC's clock that is wrong by hours, or set while it syncs, changes nothing but a warning."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from typing import Any

import pytest

from fluffydesk.records import types
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import new_id
from fluffydesk.sync import cycle, resolve
from tests.sync.desks import Desk
from tests.sync.farms import Farm

HOUR = 3600.0
Clock = Callable[[], float]


def set_clock(patch: pytest.MonkeyPatch, ahead: Clock) -> None:
    """Have everything that asks this PC for the time hear one that is `ahead()` seconds ahead."""
    right, right_ns = time.time, time.time_ns

    class Moments(datetime.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.datetime.fromtimestamp(right() + ahead(), tz)

    patch.setattr(time, "time", lambda: right() + ahead())
    patch.setattr(time, "time_ns", lambda: right_ns() + int(ahead() * 1e9))
    patch.setattr(types, "datetime", Moments)


def steady(seconds: float) -> Clock:
    return lambda: seconds


def jumping() -> Clock:
    """A clock that is set forth and back by hours each time that anybody looks at it."""
    looks = [0]

    def ahead() -> float:
        looks[0] += 1
        return (-7.0, 30.0, 0.0, -48.0, 5.0)[looks[0] % 5] * HOUR

    return ahead


def test_the_greeting_tells_how_wrong_it_is(barn: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for offset in (0.0, 9 * HOUR, -720 * HOUR):
        with monkeypatch.context() as patch:
            set_clock(patch, steady(offset))
            told = barn.gateway.hello(barn.organization, barn.device).clock_offset_seconds
        assert told == pytest.approx(offset, abs=60)


@pytest.mark.parametrize(
    "ahead", [steady(0), steady(-720 * HOUR), jumping()], ids=["right", "behind", "jumping"]
)
def test_a_day_comes_to_the_same(
    farm: Farm, barn: Desk, office: Desk, monkeypatch: pytest.MonkeyPatch, ahead: Clock
) -> None:
    set_clock(monkeypatch, ahead)
    dam = farm.cow(barn, tag="1", name="Dam")
    calf = barn.add("livestock", tag_number="2", species_id=farm.species, dam_id=dam)
    herd = barn.add("livestock_batches", name="Herd")
    farm.settle()

    # Both rename the dam: one of them is asked. The weight and the colour merge.
    barn.change("livestock", dam, name="Bella")
    office.change("livestock", dam, name="Bertha", weight_kg=600)
    office.sync()
    barn.sync()
    [asked] = barn.conflicts()
    sides = (asked.column, asked.base, asked.mine, asked.theirs)
    assert sides == ("name", "Dam", "Bella", "Bertha")
    barn.change("livestock", dam, colour="red")
    barn.sync()
    resolve.decide(barn.mirror, asked.id, "mine")

    # Deleted here, edited there.
    office.change("livestock_batches", herd, name="Flock")
    barn.delete("livestock_batches", herd)
    office.sync()
    barn.sync()
    [gone] = barn.conflicts()
    resolve.decide(barn.mirror, gone.id, "theirs")

    # Three generations, entered at one go and taken away at one go. As the clock had it the
    # youngest came first.
    line = [new_id() for _ in range(3)]
    line.sort(reverse=True)
    with barn.mirror.unit("Three generations") as unit:
        for n, (dam_of, id) in enumerate(zip([None, *line], line, strict=False)):
            values = {"tag_number": f"g{n}", "species_id": farm.species, "dam_id": dam_of}
            unit.insert(Livestock, values, id)
    barn.sync()
    with barn.mirror.unit("Away with them") as unit:
        for id in reversed(line):
            unit.delete(Livestock, id)
    farm.settle()

    farm.assert_quiet()
    found = cycle.verified(barn.door, barn.gateway, barn.organization, deep=True, mend=False)
    assert not found.differing
    shown = {row["tag_number"]: row for row in office.contents()["livestock"].values()}
    assert shown.keys() == {"1", "2"}
    assert [shown["1"][name] for name in ("name", "colour", "weight_kg")] == ["Bella", "red", 6000]
    assert shown["2"]["id"] == str(calf)
    assert [row["name"] for row in office.contents()["livestock_batches"].values()] == ["Flock"]
    assert (barn.quarantine(), office.quarantine()) == ([], [])
    assert office.ledger() == {"applied": 2}
    assert barn.ledger() == {"applied": 8, "merged": 1, "discarded": 1}
