from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event

from fluffydesk.actions.given import Given
from fluffydesk.actions.saving import add, change
from fluffydesk.actions.withdrawal import Food, Held, all_held, held, may_leave, withheld_milk
from fluffydesk.errors import Refusal
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.livestock import Livestock, LivestockBatch, LivestockBatchMember
from fluffydesk.records.medical import HealthTreatment, VaccineLog
from tests.actions.barn import Barn, days_ago

DAY = timedelta(days=1)


def noon() -> datetime:
    return datetime.combine(days_ago(0), datetime.min.time(), UTC) + timedelta(hours=12)


def treated(barn: Barn, before: timedelta = DAY, **values: Any) -> UUID:
    given = {
        "reason": "Mastitis",
        "product": "Penicillin",
        "dose": Decimal(20),
        "given_at": noon() - before,
        "milk_hours": 96,
        "meat_hours": 336,
    }
    if not {"animal_id", "flock_id", "batch_id"} & values.keys():
        given["animal_id"] = barn.cow
    return add(barn.mirror, HealthTreatment, {**given, **values})[0]


def asked(barn: Barn, food: Food = Food.MILK, on: datetime | None = None, **who: Any) -> list[Held]:
    with barn.mirror.read() as connection:
        return held(connection, food, on or noon(), **who)


def group(barn: Barn) -> UUID:
    return add(barn.mirror, LivestockBatch, {"name": "Fresh cows"})[0]


def test_rule_16_each_product_is_withheld_to_the_hour(barn: Barn) -> None:
    row_id = treated(barn)
    (milk,) = asked(barn, animals=[barn.cow])
    assert (milk.treatment_id, milk.product, milk.name) == (row_id, "Penicillin", "7 Bella")
    assert milk.until == noon() + 3 * DAY
    assert not milk.open
    (meat,) = asked(barn, Food.MEAT, animals=[barn.cow])
    assert meat.until == noon() + 13 * DAY
    assert asked(barn, Food.EGGS, animals=[barn.cow]) == []
    assert asked(barn, animals=[barn.bull]) == []
    assert asked(barn, on=milk.until, animals=[barn.cow]) == []
    assert asked(barn, on=milk.until - timedelta(minutes=1), animals=[barn.cow])
    assert asked(barn, on=noon() - 2 * DAY, animals=[barn.cow]) == []
    assert asked(barn, on=noon() - 2 * DAY, through=noon(), animals=[barn.cow])


def test_rule_16_an_unfinished_course_is_withheld_beyond_its_plan(barn: Barn) -> None:
    row_id = treated(barn, 200 * DAY, doses=3)
    (one,) = asked(barn, animals=[barn.cow])
    assert one.open
    assert one.until == noon() - 200 * DAY + 2 * DAY + 4 * DAY
    change(barn.mirror, HealthTreatment, row_id, {"last_dose_at": noon() - 198 * DAY})
    assert asked(barn, animals=[barn.cow]) == []
    change(barn.mirror, HealthTreatment, row_id, {"last_dose_at": noon() - DAY})
    assert asked(barn, animals=[barn.cow])[0].until == noon() + 3 * DAY


def test_a_course_of_months_is_not_forgotten(barn: Barn) -> None:
    treated(barn, 450 * DAY, doses=440, last_dose_at=noon() - 10 * DAY)
    assert asked(barn, Food.MEAT, animals=[barn.cow])


def test_what_is_void_never_happened_and_the_latest_end_comes_first(barn: Barn) -> None:
    treated(barn, void_reason="Wrong cow", milk_hours=500)
    treated(barn, milk_hours=48)
    treated(barn, milk_hours=72)
    ends = [one.until - noon() for one in asked(barn, animals=[barn.cow])]
    assert ends == [2 * DAY, DAY]


def test_rule_8_what_a_group_got_counts_for_its_members_of_that_date(barn: Barn) -> None:
    fresh = group(barn)
    move = {"animal_id": barn.cow, "batch_id": fresh, "joined_on": days_ago(5)}
    add(barn.mirror, LivestockBatchMember, move)
    treated(barn, 2 * DAY, batch_id=fresh)
    add(
        barn.mirror,
        LivestockBatchMember,
        {"animal_id": barn.cow, "batch_id": None, "joined_on": days_ago(1)},
    )
    add(
        barn.mirror,
        LivestockBatchMember,
        {"animal_id": barn.bull, "batch_id": fresh, "joined_on": days_ago(1)},
    )
    assert [one.animal_id for one in asked(barn, animals=[barn.cow, barn.bull])] == [barn.cow]
    assert [one.animal_id for one in asked(barn, batch=fresh)] == [None]
    with barn.mirror.read() as connection:
        everybody = all_held(connection, Food.MILK, noon())
    assert {one.animal_id for one in everybody} == {None, barn.cow}


def test_a_card_says_the_group_of_who_never_moved_but_not_before_arrival(barn: Barn) -> None:
    fresh = group(barn)
    with barn.mirror.unit("As an older version wrote it") as unit:
        unit.update(Livestock, barn.cow, {"batch_id": fresh})
        unit.update(Livestock, barn.bull, {"batch_id": fresh, "arrived_on": days_ago(1)})
    treated(barn, 2 * DAY, batch_id=fresh)
    assert [one.animal_id for one in asked(barn, animals=[barn.cow, barn.bull])] == [barn.cow]


def test_a_group_is_held_by_any_of_its_members(barn: Barn) -> None:
    fresh = group(barn)
    change(barn.mirror, Livestock, barn.cow, {"batch_id": fresh})
    treated(barn)
    assert [one.name for one in asked(barn, batch=fresh)] == ["7 Bella"]


def test_flocks_and_vaccinations_are_withheld_too(barn: Barn) -> None:
    shot = {"flock_id": barn.flock, "vaccine": "IB", "given_at": noon() - DAY, "egg_hours": 48}
    add(barn.mirror, VaccineLog, shot)
    (one,) = asked(barn, Food.EGGS, flock=barn.flock)
    assert (one.name, one.product, one.is_vaccine) == ("Layers", "IB", True)
    assert one.until == noon() + DAY
    assert asked(barn, Food.EGGS, on=noon() + DAY, flock=barn.flock) == []
    assert asked(barn, Food.MEAT, flock=barn.flock) == []


def test_rule_11_an_exit_refuses_in_words_and_yields_to_a_reason(barn: Barn) -> None:
    treated(barn)
    until = noon() + 3 * DAY
    with barn.mirror.read() as connection:
        assert may_leave(connection, Food.MILK, until, animals=[barn.cow]) == []
        for reason in (None, "", "  "):
            with pytest.raises(Refusal, match="7 Bella is under withdrawal: no milk") as refused:
                may_leave(connection, Food.MILK, noon(), animals=[barn.cow], override_reason=reason)
            assert "Penicillin" in refused.value.message
            assert f"{until:%B %Y}" in refused.value.message
            assert refused.value.field == "override_reason"
        passed = may_leave(
            connection, Food.MILK, noon(), animals=[barn.cow], override_reason="Vet cleared it"
        )
    assert [one.animal_id for one in passed] == [barn.cow]


def test_the_morning_before_a_treatment_is_free_and_the_milking_it_ends_in_is_not(
    barn: Barn,
) -> None:
    zone = ZoneInfo("Europe/Amsterdam")
    given = datetime.combine(days_ago(4), time(15), zone)
    add(
        barn.mirror,
        HealthTreatment,
        {
            "animal_id": barn.cow,
            "reason": "Mastitis",
            "product": "Penicillin",
            "dose": Decimal(20),
            "given_at": given.astimezone(UTC),
            "milk_hours": 48,
        },
    )
    morning, evening = MilkingSession.MORNING, MilkingSession.EVENING
    expected = {
        (4, morning): False,
        (4, evening): True,
        (3, morning): True,
        (2, evening): True,
        (1, morning): False,
        (2, MilkingSession.WHOLE_DAY): True,
    }
    with barn.mirror.read() as connection:
        found = {
            (days, session): barn.cow in withheld_milk(connection, days_ago(days), session)
            for days, session in expected
        }
    assert found == expected


def test_courses_that_ended_are_not_read_and_the_others_once(barn: Barn) -> None:
    """Of a year's courses a large farm has thousands; a question must not go through them."""
    read = []
    for days in range(1, 31):
        treated(barn, days * DAY)
    open_one = treated(barn, 60 * DAY, doses=3)
    with barn.mirror.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *args: read.append(args[2]))
        given = Given(connection, Food.MILK, noon() - 2 * DAY, noon(), ZoneInfo("UTC"))
        before = [statement for statement in read if "health_treatments" in statement]
        courses = [row.id for row, _ in given.between(noon() - 2 * DAY, noon())]
        asked_for = [noon() - hours * timedelta(hours=6) for hours in range(9)]
        several = [all_held(connection, Food.MILK, on, given=given) for on in asked_for]
        after = [statement for statement in read if "health_treatments" in statement]
        assert several == [all_held(connection, Food.MILK, on) for on in asked_for]
    assert len(courses) == len(given._courses) == 6  # of 96 hours each, and the open one
    assert open_one in courses
    assert len(before) == len(after) == 1
