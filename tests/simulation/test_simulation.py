"""Desks and a central under random work and random faults; a failure prints how to repeat it.

`FLUFFYDESK_SIMULATION_RUNS` makes it longer: so many runs instead of a few.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from fluffydesk.central import administration, gateway
from fluffydesk.errors import Offline
from fluffydesk.sync import baseline, pull, push
from tests.simulation.world import World
from tests.sync.desks import Desk, Faulty

RUNS = int(os.environ.get("FLUFFYDESK_SIMULATION_RUNS", "8"))
DESKS = st.integers(0, 2)
ANIMALS = st.integers(0, 5)
NUMBERS = st.none() | st.sampled_from(["NL 1", "NL 2"])
EDITS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"name": st.sampled_from(["Bella", "Berta", "Bertha"])}),
    st.fixed_dictionaries({"colour": st.sampled_from(["red", "black"])}),
    st.fixed_dictionaries({"parity": st.integers(0, 5)}),
    st.fixed_dictionaries({"notes": st.sampled_from(["calm", "calm\nlame", "wild\ncalm"])}),
    st.fixed_dictionaries({"status": st.sampled_from(["dead", "sold", "lost"])}),
    st.fixed_dictionaries({"official_id": NUMBERS}),
)


class Life(RuleBasedStateMachine):
    """Saves, syncs, cut lines, repeated calls, changed roles, new epochs, in any order."""

    central: ClassVar[Any]
    people: ClassVar[dict[str, tuple[str, UUID]]]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.world = World(self.central, self.people, self.folder)

    def teardown(self) -> None:
        try:
            self.world.quieten()
        finally:
            self.world.close()

    def desk(self, number: int) -> Desk:
        return self.world.desks[number]

    def animal(self, number: int) -> UUID:
        herd = self.world.animals
        return herd[number % len(herd)] if herd else self.world.barley

    @rule(desk=DESKS, official_id=NUMBERS, dam=st.none() | ANIMALS)
    def add_an_animal(self, desk: int, official_id: str | None, dam: int | None) -> None:
        mother = None if dam is None or not self.world.animals else self.animal(dam)
        self.world.add_animal(self.desk(desk), official_id, mother)

    @rule(desk=DESKS, animal=ANIMALS, values=EDITS)
    def change_an_animal(self, desk: int, animal: int, values: dict[str, Any]) -> None:
        self.world.change(self.desk(desk), self.animal(animal), values)

    @rule(desk=DESKS, animal=ANIMALS)
    def delete_an_animal(self, desk: int, animal: int) -> None:
        self.world.delete(self.desk(desk), self.animal(animal))

    @rule(desk=DESKS)
    def take_barley(self, desk: int) -> None:
        self.world.take(self.desk(desk))

    @rule(desk=DESKS)
    def sync(self, desk: int) -> None:
        self.world.sync(self.desk(desk))

    @rule(desk=DESKS, call=st.integers(1, 2), arrives=st.booleans())
    def sync_on_a_bad_line(self, desk: int, call: int, arrives: bool) -> None:
        def cut(number: int) -> None:
            if number == call:
                raise Offline("The line was cut.")

        def fault(one: Desk) -> Faulty:
            return Faulty(one.gateway, **{"after" if arrives else "before": cut})

        self.world.sync(self.desk(desk), fault)

    @rule(desk=DESKS, call=st.integers(1, 80))
    def sync_and_be_cut_off_while_reading(self, desk: int, call: int) -> None:
        def cut(number: int) -> None:
            if number == call:
                raise Offline("The line was cut.")

        self.world.sync(self.desk(desk), lambda one: Faulty(one.gateway, reads=cut))

    @rule(desk=DESKS, animal=ANIMALS, values=EDITS)
    def edit_while_syncing(self, desk: int, animal: int, values: dict[str, Any]) -> None:
        def edit(_: int) -> None:
            self.world.change(self.desk(desk), self.animal(animal), values)

        self.world.sync(self.desk(desk), lambda one: Faulty(one.gateway, before=edit))

    @rule(desk=DESKS, other=DESKS)
    def another_syncs_meanwhile(self, desk: int, other: int) -> None:
        if desk != other:
            self.world.sync(
                self.desk(desk),
                lambda one: Faulty(one.gateway, before=lambda _: self.world.sync(self.desk(other))),
            )

    @rule(desk=DESKS)
    def restart(self, desk: int) -> None:
        self.world.reopen(self.desk(desk))

    @rule(desk=DESKS, keep=st.sampled_from(["mine", "theirs"]))
    def decide(self, desk: int, keep: str) -> None:
        self.world.decide(self.desk(desk), keep)

    @rule(desk=DESKS, again=st.booleans())
    def look_at_the_quarantine(self, desk: int, again: bool) -> None:
        if again:
            self.world.retry(self.desk(desk))
        else:
            self.world.discard(self.desk(desk))

    @rule(
        role=st.sampled_from(["staff", "staff", "viewer"]),
        status=st.sampled_from(["active", "active", "suspended"]),
    )
    def change_what_ben_may_do(self, role: str, status: str) -> None:
        self.world.set_ben(role, status)

    @rule(which=st.sampled_from(["epoch", "prune", "none", "none"]))
    def administer(self, which: str) -> None:
        if which == "epoch":
            administration.new_epoch(self.central.admin_url)
        elif which == "prune":
            self.world.execute("SELECT sync.prune('0 seconds')")

    @invariant()
    def ledgers_balance(self) -> None:
        self.world.check_ledgers()


@pytest.mark.timeout(3600)
def test_everybody_agrees_in_the_end(
    central: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small pages, so that what is cut is cut in the middle.
    monkeypatch.setattr(gateway, "_BATCH_ROWS", 40)
    monkeypatch.setattr(baseline, "ROWS_AT_ONCE", 40)
    monkeypatch.setattr(pull, "ROWS_AT_ONCE", 3)
    monkeypatch.setattr(push, "ROWS_AT_ONCE", 3)
    Life.central = central
    Life.folder = tmp_path
    home = central.add_organization("Home")
    Life.people = {
        name: (central.email(name), central.add_user(name, home, "staff"))
        for name in ("anna", "ben")
    }
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Life,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=25,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
