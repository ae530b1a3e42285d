"""Comparing the mirror with central: what differs is found and named, in any order of events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.sync import cycle, verify
from tests.sync.desks import Desk
from tests.sync.farms import Farm

Job = Callable[[Mirror], Any]


@pytest.fixture
def in_threes(farm: Farm) -> None:
    """Chunks of three rows, so that a handful of rows makes many of them."""
    find = "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE proname = 'digest'"
    made = farm.value(find + " AND pronamespace = 'sync'::regnamespace")
    assert "DEFAULT 8192" in made
    farm.execute(made.replace("DEFAULT 8192", "DEFAULT 3").replace("%", "%%"))


def herd(farm: Farm, desk: Desk, size: int) -> list[Any]:
    cows = [
        desk.add("livestock", tag_number=str(n), species_id=farm.species, name=f"Cow {n}")
        for n in range(size)
    ]
    desk.sync()
    return cows


def damage(desk: Desk, sql: str, *values: Any) -> None:
    with desk.mirror.apply() as connection:
        connection.exec_driver_sql(sql, tuple(str(value) for value in values))


def compare(desk: Desk, deep: bool, door: Any = None, **options: Any) -> verify.Verified:
    door = door or (lambda job: job(desk.mirror))
    return cycle.verified(door, desk.gateway, desk.organization, deep=deep, **options)


@pytest.mark.parametrize("size", [0, 2, 3, 4, 25])
@pytest.mark.parametrize("deep", [False, True])
def test_a_mirror_as_it_should_be_differs_in_nothing(
    farm: Farm, barn: Desk, in_threes: None, size: int, deep: bool
) -> None:
    herd(farm, barn, size)
    found = compare(barn, deep)
    assert not found.differing
    assert found.rows == sum(len(rows) for rows in barn.contents().values())


def test_rows_that_are_missing_too_many_and_wrong_are_found_and_mended(
    farm: Farm, barn: Desk, in_threes: None
) -> None:
    cows = sorted(herd(farm, barn, 25), key=str)
    lost, older, last = cows[4], cows[11], cows[-1]
    damage(barn, "DELETE FROM livestock WHERE id IN (?, ?)", lost, last)
    damage(barn, "UPDATE livestock SET row_version = 9 WHERE id = ?", older)
    ghost = "ffffffff-ffff-7fff-bfff-ffffffffffff"
    names = "organization_id, tag_number, species_id, row_version"
    damage(
        barn,
        f"INSERT INTO livestock (id, {names}) SELECT ?, {names} FROM livestock WHERE id = ?",
        ghost,
        cows[0],
    )
    found = compare(barn, deep=False)
    assert {str(id) for id in found.differing["livestock"]} == {
        *(str(cow) for cow in (lost, older, last)),
        ghost,
    }
    assert not compare(barn, deep=True).differing
    farm.assert_quiet()


def test_a_wrong_value_is_found_by_a_deep_look_alone(
    farm: Farm, barn: Desk, in_threes: None
) -> None:
    cows = herd(farm, barn, 9)
    damage(barn, "UPDATE livestock SET colour = 'green' WHERE id = ?", cows[5])
    assert not compare(barn, deep=False).differing
    assert set(compare(barn, deep=True).differing["livestock"]) == {cows[5]}
    farm.assert_quiet()


def test_what_is_saved_while_it_is_compared_is_no_difference(
    farm: Farm, barn: Desk, in_threes: None
) -> None:
    """Between any two looks at the mirror a person saves: an edit, a new row, a deletion."""
    cows = sorted(herd(farm, barn, 25), key=str)
    left = iter(cows)
    saved = 0

    def door(job: Job) -> Any:
        nonlocal saved
        answer = job(barn.mirror)
        cow = next(left, None)
        if cow is not None:
            saved += 1
            barn.change("livestock", cow, name="Berta")
            if saved % 3 == 0:
                barn.delete("livestock", cow)
            barn.add("livestock", tag_number=f"n{saved}", species_id=farm.species)
        return answer

    found = compare(barn, deep=True, door=door)
    assert saved > 20
    assert not found.differing
    barn.sync()
    farm.assert_quiet()


def test_an_edit_of_a_row_that_differs_survives_its_mending(
    farm: Farm, barn: Desk, in_threes: None
) -> None:
    cows = herd(farm, barn, 4)
    barn.change("livestock", cows[1], name="Berta")
    with barn.mirror.apply() as connection:
        connection.exec_driver_sql("UPDATE edits SET base = json_set(base, '$.colour', 'green')")
    assert set(compare(barn, deep=True).differing["livestock"]) == {cows[1]}
    assert barn.row("livestock", cows[1])["name"] == "Berta"  # type: ignore[index]
    barn.sync()
    farm.assert_quiet()


def test_a_comparison_that_is_stopped_says_so_by_its_silence(
    farm: Farm, barn: Desk, in_threes: None
) -> None:
    herd(farm, barn, 25)
    before = barn.mirror.recall("verified_at")
    looks = 0

    def stopped() -> bool:
        nonlocal looks
        looks += 1
        return looks > 6

    compare(barn, deep=True, stopped=stopped)
    assert barn.mirror.recall("verified_at") == before
