"""What a PC does not keep is looked up at central, page by page, by days and by animal."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from fluffydesk.records.types import today
from fluffydesk.sync import older, window
from fluffydesk.sync.older import Question
from tests.sync.desks import Desk
from tests.sync.farms import Farm
from tests.sync.windows import LONG_AGO, Barn


@pytest.fixture
def pair(farm: Farm, barn: Desk, office: Desk) -> Barn:
    return Barn(farm, barn, office)


def test_what_is_outside_can_be_looked_up(pair: Barn) -> None:
    days = [LONG_AGO + timedelta(days=n) for n in range(3)]
    ids = [str(pair.weigh(day)) for day in days]
    pair.weigh(today())
    other = pair.farm.cow(pair.office, "18")
    pair.office.add("weight_logs", animal_id=other, weighed_on=LONG_AGO, weight_kg=Decimal(1))
    pair.office.sync()
    pair.keep(6)
    rows = pair.look(Question("weight_logs", of=("animal_id", pair.cow))).rows
    assert [str(row["id"]) for row in rows] == ids[::-1]
    assert [row["weighed_on"] for row in rows] == days[::-1]
    assert [row["animal_id__label"] for row in rows] == ["17"] * 3
    assert len(pair.look(Question("weight_logs")).rows) == 4
    middle = pair.look(Question("weight_logs", days[1], days[1])).rows
    assert [str(row["id"]) for row in middle] == [ids[1]]
    from_the_second = pair.look(Question("weight_logs", first=days[1])).rows
    assert [row["weighed_on"] for row in from_the_second] == [days[2], days[1]]
    pair.keep(None)
    assert pair.look(Question("weight_logs")).rows == ()


@pytest.mark.parametrize("page", [1, 2, 3, 7])
def test_older_rows_come_page_by_page_none_twice_and_none_missed(
    pair: Barn, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    """Days of several rows are cut by the end of a page, in the middle and between two."""
    monkeypatch.setattr(older, "PAGE", page)
    days = [LONG_AGO + timedelta(days=n // 4) for n in range(10)]
    ids = [pair.weigh(day) for day in days]
    pair.office.sync()
    pair.keep(6)
    found = pair.look(Question("weight_logs"))
    rows = list(found.rows)
    while found.more:
        assert len(rows) < 30
        found = pair.look(Question("weight_logs"), found)
        rows += found.rows
    assert sorted(str(row["id"]) for row in rows) == sorted(map(str, ids))
    assert [row["weighed_on"] for row in rows] == sorted(days, reverse=True)


def test_a_day_with_more_rows_than_an_answer_holds_is_told_and_gone_past(
    pair: Barn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(older, "PAGE", 2)
    monkeypatch.setattr(older, "_MOST", 3)
    for day in (LONG_AGO, LONG_AGO + timedelta(days=1)):
        for _ in range(5 if day > LONG_AGO else 1):
            pair.weigh(day)
    pair.office.sync()
    pair.keep(6)
    found = pair.look(Question("weight_logs"))
    days = [row["weighed_on"] for row in found.rows]
    while found.more:
        assert len(days) < 10
        found = pair.look(Question("weight_logs"), found)
        days += [row["weighed_on"] for row in found.rows]
    assert days[-1] == LONG_AGO, "the day before is reached"
    assert found.passed_over == 1


def test_what_a_number_of_months_will_do_is_known_beforehand(pair: Barn) -> None:
    for n in range(3):
        pair.weigh(LONG_AGO + timedelta(days=n))
    pair.weigh(today())
    pair.office.sync()
    pair.barn.sync()
    assert window.leaving(pair.barn.mirror, 6) == {"weight_logs": 3}
    assert window.leaving(pair.barn.mirror, None) == {}
    pair.keep(6)
    assert len(pair.here()) == 1, "so many left"
    assert window.coming(pair.barn.door, pair.barn.gateway, None) == {"weight_logs": 3}
    assert window.coming(pair.barn.door, pair.barn.gateway, 3) == {}
    pair.keep(None)
    assert len(pair.here()) == 4, "so many came"


def test_another_farms_old_rows_are_not_looked_up(pair: Barn) -> None:
    pair.weigh(LONG_AGO)
    pair.office.sync()
    other = pair.farm.central.add_organization("Elsewhere", "breeding_facility")
    email = pair.farm.central.email("eve")
    pair.farm.central.add_user(email, other, "owner")
    eve = pair.farm.central.gateway(email)
    columns = ["id", "weighed_on"]
    assert eve.beyond(other, "weight_logs", columns, today()) == []
    assert eve.beyond(other, "weight_logs", columns, today(), ("animal_id", pair.cow)) == []
