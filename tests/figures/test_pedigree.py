"""Inbreeding against pedigrees whose coefficient every textbook gives, and its own bounds."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.figures.pedigree import (
    Parents,
    ancestors,
    inbreeding_coefficient,
    pedigree_completeness,
)

Pedigree = dict[Hashable, Parents]
FULL_SIBS: Pedigree = {"s": ("A", "B"), "d": ("A", "B"), "x": ("s", "d")}
HALF_SIBS: Pedigree = {"s": ("A", "B"), "d": ("A", "C"), "x": ("s", "d")}
COUSINS: Pedigree = {
    "u": ("A", "B"),
    "v": ("A", "B"),
    "s": ("u", "C"),
    "d": ("D", "v"),
    "x": ("s", "d"),
}
SIRE_AND_DAUGHTER: Pedigree = {"d": ("s", "B"), "x": ("s", "d")}
# The common ancestor A is the child of full sibs (0.25): 1/8 * 1.25.
INBRED_ANCESTOR: Pedigree = {
    "p": ("G", "H"),
    "q": ("G", "H"),
    "A": ("p", "q"),
    "s": ("A", "B"),
    "d": ("A", "C"),
    "x": ("s", "d"),
}
BROTHER_TO_SISTER: Pedigree = {
    "s1": ("A", "B"),
    "d1": ("A", "B"),
    "s2": ("s1", "d1"),
    "d2": ("s1", "d1"),
    "x": ("s2", "d2"),
}


@pytest.mark.parametrize(
    ("pedigree", "expected"),
    [
        (FULL_SIBS, "0.25"),
        (HALF_SIBS, "0.125"),
        (COUSINS, "0.0625"),
        (SIRE_AND_DAUGHTER, "0.25"),
        (INBRED_ANCESTOR, "0.15625"),
        (BROTHER_TO_SISTER, "0.375"),
        ({"x": ("s", "d")}, "0"),
    ],
)
def test_known_pedigrees(pedigree: Pedigree, expected: str) -> None:
    assert inbreeding_coefficient("x", pedigree) == Decimal(expected)


def test_a_parent_that_is_not_known_is_not_enough_data() -> None:
    assert inbreeding_coefficient("x", {}) is None
    assert inbreeding_coefficient("x", {"x": ("s", None)}) is None


def test_a_pedigree_that_goes_in_a_circle_has_no_coefficient() -> None:
    assert inbreeding_coefficient("x", {"x": ("s", "d"), "d": ("t", "x")}) is None
    assert inbreeding_coefficient("x", {"x": ("x", "d")}) is None


def test_generations_keep_their_width() -> None:
    rows = ancestors("x", COUSINS, 3)
    assert rows[0] == ["s", "d"]
    assert rows[1] == ["u", "C", "D", "v"]
    assert rows[2] == ["A", "B", None, None, None, None, "A", "B"]
    assert pedigree_completeness("x", COUSINS, 2) == 100
    assert pedigree_completeness("x", COUSINS, 3) == Decimal(1000) / 14
    assert pedigree_completeness("x", {}, 4) == 0
    assert pedigree_completeness("x", {}, 0) is None


@st.composite
def pedigrees(draw: st.DrawFn) -> Pedigree:
    """Animals 0 .. n, each with parents among those before it: even ones sire, odd ones bear."""
    found: Pedigree = {}
    for animal in range(draw(st.integers(2, 14))):
        sires = [one for one in range(animal) if one % 2 == 0]
        dams = [one for one in range(animal) if one % 2 == 1]
        found[animal] = (
            draw(st.none() | st.sampled_from(sires)) if sires else None,
            draw(st.none() | st.sampled_from(dams)) if dams else None,
        )
    return found


def by_paths(animal: Hashable, pedigree: Pedigree) -> Decimal | None:
    """Wright's sum over the paths from sire and dam to each common ancestor that meet only there.

    Another way to the same figure, for small pedigrees.
    """
    sire, dam = pedigree.get(animal, (None, None))
    if sire is None or dam is None:
        return None
    total = Decimal(0)
    for one in _paths(sire, pedigree):
        for other in _paths(dam, pedigree):
            if one[-1] == other[-1] and len({*one} & {*other}) == 1:
                own = by_paths(one[-1], pedigree) or Decimal(0)
                total += Decimal("0.5") ** (len(one) + len(other) - 1) * (1 + own)
    return total


def _paths(start: Hashable, pedigree: Pedigree) -> list[list[Hashable]]:
    ways = [[start]]
    for parent in pedigree.get(start, (None, None)):
        if parent is not None:
            ways += [[start, *way] for way in _paths(parent, pedigree)]
    return ways


@given(pedigrees())
def test_the_table_gives_what_wrights_paths_give(pedigree: Pedigree) -> None:
    youngest = max(pedigree, key=str)
    for animal in (youngest, len(pedigree) - 1):
        coefficient = inbreeding_coefficient(animal, pedigree)
        assert coefficient == by_paths(animal, pedigree)
        assert coefficient is None or 0 <= coefficient < 1


@given(pedigrees(), st.integers(1, 5))
def test_completeness_is_a_share(pedigree: Pedigree, generations: int) -> None:
    share = pedigree_completeness(len(pedigree) - 1, pedigree, generations)
    assert share is not None
    assert 0 <= share <= 100
    assert [len(row) for row in ancestors(0, pedigree, generations)] == [
        2**depth for depth in range(1, generations + 1)
    ]
