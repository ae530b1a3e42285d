"""The rules of the simulation: what may happen, in any order, and what is true all along."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fluffydesk.central import administration
from fluffydesk.errors import Offline
from tests.simulation.fate import Clock, commit_points
from tests.simulation.world import World, ago, delaying, stuttering
from tests.sync.desks import Desk
from tests.sync.kills import Line

DESKS = st.integers(0, 3)
ANIMALS = st.integers(0, 5)
PETS = st.integers(0, 2)
NUMBERS = st.none() | st.sampled_from(["NL 1", "NL 2"])
MODULES = ("baseline", "cycle", "history", "numbers", "pull", "push", "resolve", "verify", "window")
WEIGHTS = st.integers(0, 7)
DAYS = st.sampled_from([0, 45, 200, 2000])
MONTHS = st.sampled_from([None, 1, 6])
EVERY_POINT = ["save", "remember", *(point for m in MODULES for point in commit_points(m))]
POINTS = st.sampled_from(EVERY_POINT)
OFTEN = st.sampled_from(
    ["save", "push.fill_outbox apply", "push._settle apply", "pull._apply apply", "remember"]
)
BASELINE_POINTS = frozenset(commit_points("baseline"))
EDITS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"name": st.sampled_from(["Bella", "Berta", "Bertha"])}),
    st.fixed_dictionaries({"colour": st.sampled_from(["red", "black"])}),
    st.fixed_dictionaries({"parity": st.integers(0, 5)}),
    st.fixed_dictionaries({"notes": st.sampled_from(["calm", "calm\nlame", "wild\ncalm"])}),
    st.fixed_dictionaries({"status": st.sampled_from(["dead", "sold", "lost"])}),
    st.fixed_dictionaries({"official_id": NUMBERS}),
)


class Life(RuleBasedStateMachine):
    """Four PCs of three people, their central, and all that may go wrong between them."""

    central: ClassVar[Any]
    people: ClassVar[dict[str, tuple[str, UUID]]]
    folder: ClassVar[Path]
    clock: ClassVar[Clock]
    passed: ClassVar[set[str]] = set()
    lived: ClassVar[int] = 0
    moments: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.clock.begin()
        self.world = World(self.central, self.people, self.folder, self.clock)
        self.restores = 0

    def teardown(self) -> None:
        try:
            self.world.quieten()
        finally:
            Life.passed.update(self.world.deaths.passed)
            Life.lived += 1
            Life.moments += self.clock.read
            self.world.close()

    def desk(self, number: int) -> Desk:
        return self.world.desks[number]

    def weight(self, number: int) -> UUID:
        found = self.world.weights
        return found[number % len(found)] if found else self.world.barley

    def animal(self, number: int) -> UUID:
        herd = self.world.animals
        return herd[number % len(herd)] if herd else self.world.barley

    # People save.

    @rule(desk=DESKS, official_id=NUMBERS, dam=st.none() | ANIMALS)
    def add_an_animal(self, desk: int, official_id: str | None, dam: int | None) -> None:
        mother = None if dam is None or not self.world.animals else self.animal(dam)
        self.world.add_animal(self.desk(desk), official_id, mother)

    @rule(desk=DESKS, animal=ANIMALS, values=EDITS)
    def change_an_animal(self, desk: int, animal: int, values: dict[str, Any]) -> None:
        self.world.change(self.desk(desk), "livestock", self.animal(animal), values)

    @rule(desk=DESKS, animal=ANIMALS)
    def delete_an_animal(self, desk: int, animal: int) -> None:
        self.world.delete(self.desk(desk), self.animal(animal))

    @rule(desk=DESKS, animal=ANIMALS, days=DAYS)
    def weigh(self, desk: int, animal: int, days: int) -> None:
        self.world.weigh(self.desk(desk), self.animal(animal), days)

    @rule(
        desk=DESKS,
        weight=WEIGHTS,
        values=st.fixed_dictionaries({"weight_kg": st.sampled_from([Decimal(60), Decimal(61)])})
        | st.fixed_dictionaries({"weighed_on": DAYS.map(ago)}),
    )
    def change_a_weight(self, desk: int, weight: int, values: dict[str, Any]) -> None:
        self.world.change(self.desk(desk), "weight_logs", self.weight(weight), values)

    @rule(desk=DESKS, weight=WEIGHTS)
    def delete_a_weight(self, desk: int, weight: int) -> None:
        self.world.unweigh(self.desk(desk), self.weight(weight))

    @rule(desk=DESKS, months=MONTHS)
    def keep_some_months(self, desk: int, months: int | None) -> None:
        self.world.keep(self.desk(desk), months)

    @rule(desk=DESKS)
    def forget_what_is_old(self, desk: int) -> None:
        self.world.forget(self.desk(desk))

    @rule(desk=DESKS, lost=st.booleans())
    def give_numbers_back(self, desk: int, lost: bool) -> None:
        fault = (lambda one: Line(one.gateway, after=cut_at(-1))) if lost else None
        self.world.give_back(self.desk(desk), fault)

    @rule(desk=DESKS)
    def take_barley(self, desk: int) -> None:
        self.world.take(self.desk(desk))

    @rule(desk=DESKS, pet=PETS, vet=st.integers(0, 1), hour=st.integers(0, 1))
    def book_a_vet(self, desk: int, pet: int, vet: int, hour: int) -> None:
        world = self.world
        world.book(self.desk(desk), world.pets[pet], world.vets[vet], hour)

    @rule(desk=DESKS, pet=PETS, name=st.sampled_from(["Rex", "Max", "Bo"]))
    def name_a_pet(self, desk: int, pet: int, name: str) -> None:
        self.world.change(self.desk(desk), "pets", self.world.pets[pet], {"name": name})

    # PCs sync, on lines good and bad.

    @rule(desk=DESKS)
    def sync(self, desk: int) -> None:
        self.world.sync(self.desk(desk))

    @rule(desk=DESKS, deep=st.booleans())
    def pull(self, desk: int, deep: bool) -> None:
        self.world.pull(self.desk(desk), deep)

    @rule(desk=DESKS)
    def push(self, desk: int) -> None:
        self.world.push(self.desk(desk))

    @rule(desk=DESKS, call=st.sampled_from([1, 2, -1]), arrives=st.booleans())
    def a_request_or_its_answer_is_dropped(self, desk: int, call: int, arrives: bool) -> None:
        def fault(one: Desk) -> Line:
            return Line(one.gateway, **{"after" if arrives else "before": cut_at(call)})

        self.world.sync(self.desk(desk), fault)

    @rule(desk=DESKS)
    def a_request_is_doubled(self, desk: int) -> None:
        self.world.sync(self.desk(desk), stuttering)

    @rule(desk=DESKS)
    def a_request_is_delayed(self, desk: int) -> None:
        self.world.sync(self.desk(desk), lambda one: delaying(self.world, one))

    @rule()
    def delayed_requests_arrive(self) -> None:
        self.world.deliver_late()

    @rule(desk=DESKS, call=st.integers(1, 80))
    def sync_and_be_cut_off_while_reading(self, desk: int, call: int) -> None:
        self.world.sync(self.desk(desk), lambda one: Line(one.gateway, reads=cut_at(call)))

    @rule(desk=DESKS, animal=ANIMALS, values=EDITS)
    def edit_while_syncing(self, desk: int, animal: int, values: dict[str, Any]) -> None:
        def edit(_: int) -> None:
            self.world.change(self.desk(desk), "livestock", self.animal(animal), values)

        self.world.sync(self.desk(desk), lambda one: Line(one.gateway, before=edit))

    @rule(desk=DESKS, other=DESKS)
    def another_syncs_meanwhile(self, desk: int, other: int) -> None:
        if desk != other:
            self.world.sync(
                self.desk(desk),
                lambda one: Line(one.gateway, before=lambda _: self.world.sync(self.desk(other))),
            )

    # Programs die, start again and get newer; clocks jump.

    @rule(desk=DESKS, point=POINTS, nth=st.sampled_from([1, 1, 2]), after=st.booleans())
    def crash(self, desk: int, point: str, nth: int, after: bool) -> None:
        """Do everything that commits, until the program dies at that point."""
        world, one = self.world, self.desk(desk)
        if point in BASELINE_POINTS:
            one.mirror.remember(cursor=None)  # as an older central, or a pruned log, has it
        if point.startswith("window."):
            one.mirror.remember(window_months=6, window_first="2025-01-01", window_filled=None)
        if point == "cycle._close_membership apply":
            one = self.desk(2)
            world.set_ben("staff", "suspended")
        world.deaths.arm(point, nth, after)
        if point.startswith("window.") and nth == 2:
            world.keep(one, 1)
        if point.startswith("history."):
            world.forget(one)
        if point.startswith("numbers."):
            world.give_back(one)
        world.take(one)
        world.change(one, "livestock", self.animal(0), {"name": "Bertha"})
        world.sync(one)
        world.decide(one, "theirs")
        world.retry(one)
        world.sync(one)
        world.discard(one)
        world.deaths.disarm()

    @rule(desk=DESKS, point=OFTEN, after=st.booleans())
    def crash_where_it_matters(self, desk: int, point: str, after: bool) -> None:
        self.world.write_from_elsewhere(self.animal(0))
        self.crash(desk, point, 1, after)

    @rule(desk=DESKS)
    def restart(self, desk: int) -> None:
        self.world.reopen(self.desk(desk))

    @rule(desk=DESKS)
    def upgrade(self, desk: int) -> None:
        self.world.upgrade(self.desk(desk))

    @rule(hours=st.sampled_from([-10_000, -30, -1, 1, 30, 10_000]))
    def clocks_jump(self, hours: int) -> None:
        self.clock.ahead += timedelta(hours=hours)

    # People decide.

    @rule(desk=DESKS, keep=st.sampled_from(["mine", "theirs"]))
    def decide(self, desk: int, keep: str) -> None:
        self.world.decide(self.desk(desk), keep)

    @rule(desk=DESKS, again=st.booleans())
    def look_at_the_quarantine(self, desk: int, again: bool) -> None:
        if again:
            self.world.retry(self.desk(desk))
        else:
            self.world.discard(self.desk(desk))

    # Central's own life.

    @rule(role=st.sampled_from(["staff", "staff", "viewer"]))
    def grant(self, role: str) -> None:
        self.world.set_ben(role, "active")

    @rule(how=st.sampled_from(["suspend", "remove"]))
    def revoke(self, how: str) -> None:
        if how == "suspend":
            self.world.set_ben("staff", "suspended")
        else:
            self.world.remove_ben()

    @rule(pet=PETS, ended=st.booleans())
    def links_come_and_go(self, pet: int, ended: bool) -> None:
        self.world.link(self.world.id, self.world.pets[pet], ended)

    @rule(animal=ANIMALS)
    def another_program_writes(self, animal: int) -> None:
        self.world.write_from_elsewhere(self.animal(animal))

    @rule()
    def a_writer_is_held_open(self) -> None:
        if len(self.world.open) < 3:
            self.world.hold_open()

    @rule(commits=st.sampled_from([True, True, False]))
    def a_writer_ends(self, commits: bool) -> None:
        self.world.let_go(commits)

    @rule(which=st.sampled_from(["epoch", "prune", "none", "none"]))
    def administer(self, which: str) -> None:
        if which == "epoch":
            while self.world.open:  # it waits for whoever writes
                self.world.let_go(True)
            self.world.delayed.clear()
            administration.new_epoch(self.central.admin_url)
        elif which == "prune":
            self.world.execute("SELECT sync.prune('0 seconds')")

    @rule(really=st.booleans())
    def back_up_or_restore(self, really: bool) -> None:
        if really and self.restores < 6:
            self.restores += 1
            if self.world.backup is None:
                self.world.back_up()
            else:
                self.world.restore()

    @rule(really=st.sampled_from([False, False, True]))
    def a_quiet_point(self, really: bool) -> None:
        if really:
            self.world.quieten()

    @invariant()
    def ledgers_balance(self) -> None:
        self.world.check_ledgers()


def cut_at(call: int) -> Any:
    """Return a fault that cuts the line at one call."""

    def cut(number: int) -> None:
        if number == call:
            raise Offline("The line was cut.")

    return cut
