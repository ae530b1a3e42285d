from __future__ import annotations

from datetime import date, timedelta

import pytest

from fluffydesk.figures.breeding import (
    check_from,
    conception_percent,
    dry_days,
    is_old_enough,
    lambing_percent,
    open_days,
    repeat_days,
    same_birth,
)

DAY = date(2024, 3, 15)


def test_lambing_percent() -> None:
    percent = lambing_percent(2200, 1500)
    assert percent is not None
    assert round(percent) == 147
    assert lambing_percent(0, 20) == 0
    assert lambing_percent(3, 0) is None


def test_conception_counts_only_services_whose_end_is_known() -> None:
    assert conception_percent(3, 4) == 75
    assert conception_percent(0, 0) is None


@pytest.mark.parametrize(("cycle", "first", "last"), [(21, 20, 22), (17, 16, 18), (None, 20, 22)])
def test_the_days_to_watch_follow_the_cycle(cycle: int | None, first: int, last: int) -> None:
    days = (DAY + timedelta(days=first), DAY + timedelta(days=last))
    assert repeat_days(DAY, cycle) == days


def test_old_enough_by_the_species() -> None:
    assert not is_old_enough("cattle", DAY, DAY + timedelta(days=239))
    assert is_old_enough("cattle", DAY, DAY + timedelta(days=240))
    assert is_old_enough("cattle", None, DAY)
    assert is_old_enough("yak", DAY, DAY + timedelta(days=1))


def test_worklists_by_the_species() -> None:
    assert check_from(DAY, "sheep") == DAY + timedelta(days=45)
    assert check_from(DAY, "yak") == DAY + timedelta(days=42)
    assert (dry_days("cattle"), dry_days("pig")) == (60, None)
    assert (open_days("cattle"), open_days("sheep")) == (110, None)


def test_young_half_a_gestation_apart_are_of_one_birth() -> None:
    assert same_birth(DAY, DAY + timedelta(days=73), 147)
    assert not same_birth(DAY, DAY + timedelta(days=74), 147)
    assert not same_birth(DAY, DAY + timedelta(days=1), None)
