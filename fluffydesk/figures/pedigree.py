"""Pedigrees: ancestors by generation, kinship, and Wright's coefficient of inbreeding."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from decimal import Decimal
from fractions import Fraction

Parents = tuple[Hashable | None, Hashable | None]
"""Sire and dam; None where one is not known."""


def inbreeding_coefficient(animal: Hashable, parents: Mapping[Hashable, Parents]) -> Decimal | None:
    """Return the coefficient of inbreeding from 0 to 1: the kinship of the sire and the dam.

    Exact over every ancestor in `parents`, inbred ones too. The tabular method (Henderson, 1976),
    which gives what Wright's paths give, `sum (1/2)^(n1 + n2 + 1) * (1 + Fa)` (Wright, 1922).
    Ancestors without parents count as unrelated. None where the sire or the dam is not known, or
    where somebody is their own ancestor.
    """
    sire, dam = parents.get(animal, (None, None))
    if sire is None or dam is None:
        return None
    order = _oldest_first(animal, parents)
    if order is None:
        return None
    kinship = _Kinship(parents, {one: place for place, one in enumerate(order)}).of(sire, dam)
    return Decimal(kinship.numerator) / kinship.denominator


def ancestors(
    animal: Hashable, parents: Mapping[Hashable, Parents], generations: int
) -> list[list[Hashable | None]]:
    """Return the ancestors by generation: 2 parents, 4 grandparents, 8 .., sires first.

    None stands where one is not known, so that every generation has its full width.
    """
    rows: list[list[Hashable | None]] = []
    row: list[Hashable | None] = [animal]
    for _ in range(generations):
        row = [
            parent
            for one in row
            for parent in (parents.get(one, (None, None)) if one is not None else (None, None))
        ]
        rows.append(row)
    return rows


def pedigree_completeness(
    animal: Hashable, parents: Mapping[Hashable, Parents], generations: int = 4
) -> Decimal | None:
    """Return how many of the 2 + 4 + 8 .. ancestors are known, in %.

    A coefficient of inbreeding says little beside a low one. None without generations.
    """
    places = [one for row in ancestors(animal, parents, generations) for one in row]
    known = sum(one is not None for one in places)
    return Decimal(100) * known / len(places) if places else None


class _Kinship:
    """The chance that genes of two animals are the same by descent; each pair is reckoned once."""

    def __init__(self, parents: Mapping[Hashable, Parents], place: Mapping[Hashable, int]) -> None:
        self.parents, self.place = parents, place
        self.known: dict[tuple[int, int], Fraction] = {}

    def of(self, one: Hashable | None, other: Hashable | None) -> Fraction:
        if one is None or other is None:
            return Fraction(0)
        # The younger one is replaced by its parents: it cannot be an ancestor of the other.
        older, younger = sorted((one, other), key=self.place.__getitem__)
        pair = self.place[older], self.place[younger]
        if pair not in self.known:
            sire, dam = self.parents.get(younger, (None, None))
            if older == younger:
                self.known[pair] = (1 + self.of(sire, dam)) / 2
            else:
                self.known[pair] = (self.of(older, sire) + self.of(older, dam)) / 2
        return self.known[pair]


def _oldest_first(animal: Hashable, parents: Mapping[Hashable, Parents]) -> list[Hashable] | None:
    """The animal and its ancestors, each after its parents; None where they go in a circle."""
    order: list[Hashable] = []
    open_, done = {animal}, set[Hashable]()
    waiting = [(animal, iter(parents.get(animal, ())))]
    while waiting:
        one, rest = waiting[-1]
        parent = next((each for each in rest if each is not None and each not in done), None)
        if parent is None:
            waiting.pop()
            open_.discard(one)
            done.add(one)
            order.append(one)
        elif parent in open_:
            return None
        else:
            open_.add(parent)
            waiting.append((parent, iter(parents.get(parent, ()))))
    return order
