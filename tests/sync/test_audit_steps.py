"""A sync that a person stops, or for which the disk has no room, at each of its steps in turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.errors import DiskFull
from tests.sync.desks import Desk
from tests.sync.farms import Farm

FEW = ("profiles", "organizations", "organization_users", "livestock_species", "livestock")

pytestmark = pytest.mark.only_tables(*FEW)


@pytest.fixture
def cows(farm: Farm, barn: Desk, office: Desk) -> list[UUID]:
    found = [farm.cow(barn, str(n)) for n in range(3)]
    farm.settle()
    return found


def both_work(farm: Farm, barn: Desk, office: Desk, cows: list[UUID], turn: int) -> None:
    """Change the same and other rows on two PCs; the office sends its own."""
    office.change("livestock", cows[0], name=f"office {turn}")
    office.change("livestock", cows[1], colour=f"office {turn}")
    office.sync()
    barn.change("livestock", cows[1], name=f"barn {turn}")
    barn.change("livestock", cows[2], name=f"barn {turn}")
    barn.add("livestock", tag_number=f"new {turn}", species_id=farm.species)


def assert_all_came(farm: Farm, barn: Desk, turns: int) -> None:
    farm.settle()
    farm.assert_quiet()
    assert barn.conflicts() == barn.quarantine() == []
    assert len(barn.contents()["livestock"]) == 3 + turns


def test_stopped_at_each_step(farm: Farm, barn: Desk, office: Desk, cows: list[UUID]) -> None:
    turn = asked = 0
    while asked == turn:  # it was stopped at the step before
        both_work(farm, barn, office, cows, turn)
        turn, asked, steps = turn + 1, 0, turn

        def stopped(steps: int = steps) -> bool:
            nonlocal asked
            asked += 1
            return asked > steps

        barn.sync(stopped=stopped)
        asked = min(asked, turn)
    assert turn > 10
    assert_all_came(farm, barn, turn)


def test_a_disk_that_is_full_at_each_step(
    farm: Farm, barn: Desk, office: Desk, cows: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    transaction = barn.mirror._transaction
    turn = kept = 0

    @contextmanager
    def full(kind: str, *how: Any, **more: Any) -> Iterator[None]:
        nonlocal kept
        with transaction(kind, *how, **more):  # type: ignore[arg-type]
            yield
            kept += kind == "apply"
            if kept == turn:
                raise DiskFull("The disk is full.", "Make room.")

    while kept == turn:
        both_work(farm, barn, office, cows, turn)
        turn, kept = turn + 1, 0
        with monkeypatch.context() as patch:
            patch.setattr(barn.mirror, "_transaction", full)
            try:
                barn.sync()
            except DiskFull:
                kept = turn
    assert turn > 4
    assert_all_came(farm, barn, turn)
