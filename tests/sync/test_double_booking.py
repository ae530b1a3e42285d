"""No double booking once central has confirmed, whatever two offline desks did (rule 19)."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions.booked import Slot
from fluffydesk.records.types import new_id
from tests.conftest import PASSWORD
from tests.sync.front_desks import Far, Place, State

ROUNDS, ACTS = 6, 26
_ONLINE = 0.03
"""How often a desk is online for a moment within the day."""
_DAY = datetime(2199, 5, 6, 8, tzinfo=UTC)
_FORBIDDEN = """
with taken as (
  select v.*, coalesce(v.free_at, v.ends_at) as until
  from appointments v where v.status not in ('cancelled', 'no_show')
)
select a.id, b.id, a.scheduled_at, a.until, b.scheduled_at, b.until
from taken a join taken b on a.id < b.id
left join organization_users m on m.user_id = a.veterinarian_id
left join rooms r on r.id = a.room_id
where (a.pet_id = b.pet_id and a.scheduled_at < b.ends_at and b.scheduled_at < a.ends_at)
  or (a.scheduled_at < b.until and b.scheduled_at < a.until and (
    (a.veterinarian_id = b.veterinarian_id and (m.double_booking = 'never'
      or (m.double_booking = 'ask' and not a.may_overlap and not b.may_overlap)))
    or (a.room_id = b.room_id and (r.double_booking = 'never'
      or (r.double_booking = 'ask' and not a.may_overlap and not b.may_overlap)))))"""
"""Two visits at one time of a pet, or of a vet or room whose policy forbids it."""
_TAKEN = """
select count(*) from appointments v
where v.status not in ('cancelled', 'no_show') and v.id <> %(id)s and (
  (v.pet_id = %(pet)s and v.scheduled_at < %(ends)s and v.ends_at > %(starts)s)
  or ((v.veterinarian_id = %(vet)s or v.room_id = %(room)s)
    and v.scheduled_at < %(until)s and coalesce(v.free_at, v.ends_at) > %(starts)s))"""
"""How many visits have a time at central, whatever the policies say."""


class TwoDesks:
    """A clinic whose vets and rooms have every policy, and two desks in processes of their own."""

    def __init__(self, central: Any, folder: Path) -> None:
        self.admin = central.admin()
        clinic = central.add_organization("Town Clinic", "veterinary_clinic")
        vets = [central.add_user(f"vet{n}", clinic, "veterinarian") for n in range(3)]
        self.front = central.add_user("front", clinic, "staff")
        policies = ("never", "ask", "allow")
        for vet, policy in zip(vets, policies, strict=True):
            self._run(
                "update organization_users set double_booking = %s where user_id = %s", policy, vet
            )
        rooms = [self._add("rooms", clinic, name=p, double_booking=p) for p in policies]
        pets = [self._pet(clinic, f"Pet {n}") for n in range(12)]
        farm = self._add("clinic_clients", clinic, full_name="Hill Farm")
        services = [
            self._add("services", clinic, name=f"{n} min", duration_minutes=20, buffer_minutes=n)
            for n in (0, 10)
        ]
        email = central.email("front")
        self.desks = [
            Far(
                Place(
                    folder / f"{name}.db",
                    central.member_url,
                    email,
                    PASSWORD,
                    clinic,
                    vets,
                    rooms,
                    pets,
                    farm,
                    services,
                )
            )
            for name in ("front-desk", "back-desk")
        ]
        for desk in self.desks:
            desk.ask("sync")

    def forbidden(self) -> list[Any]:
        return list(self.admin.execute(_FORBIDDEN).fetchall())

    def at_central(self) -> dict[UUID, dict[str, Any]]:
        rows = self.admin.execute(
            "select id, scheduled_at, ends_at, free_at, veterinarian_id, room_id, pet_id, status"
            " from appointments"
        )
        names = [one.name for one in rows.description]
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows.fetchall()}

    def taken(self, slot: Slot, but: UUID) -> int:
        found = self.admin.execute(
            _TAKEN,
            {
                "id": but,
                "pet": slot.pet_id,
                "vet": slot.veterinarian_id,
                "room": slot.room_id,
                "starts": slot.starts,
                "ends": slot.ends,
                "until": slot.until,
            },
        ).fetchone()
        return int(found[0])

    def close(self) -> None:
        for desk in self.desks:
            desk.close()

    def _run(self, sql: str, *values: Any) -> None:
        self.admin.execute(sql, values)

    def _add(self, table: str, clinic: UUID | None, **values: Any) -> UUID:
        given = {"id": new_id(), **values}
        if clinic is not None:
            given["organization_id"] = clinic
        marks = ", ".join(["%s"] * len(given))
        self._run(f"insert into {table} ({', '.join(given)}) values ({marks})", *given.values())
        return given["id"]

    def _pet(self, clinic: UUID, name: str) -> UUID:
        pet = self._add("pets", None, name=name, species="dog", registered_by=clinic)
        self._add("clinic_patients", clinic, pet_id=pet)
        return pet


@pytest.fixture
def two(central: Any, tmp_path: Path) -> Iterator[TwoDesks]:
    clinic = TwoDesks(central, tmp_path)
    yield clinic
    clinic.close()


def test_two_offline_desks_never_double_book_at_central(two: TwoDesks) -> None:
    """Rule 19, by two processes: random days offline, synced in random order, mended, again."""
    chance = random.Random(19)
    refused = 0
    assert len({os.getpid(), *(desk.pid for desk in two.desks)}) == 3
    for number in range(ROUNDS):
        day = _DAY + timedelta(days=number)
        for _ in range(2 * ACTS):
            desk = chance.choice(two.desks)
            desk.ask("act", chance.randrange(1 << 30), day)
            if chance.random() < _ONLINE:
                desk.ask("sync")
        for desk in (*chance.sample(two.desks, 2), *two.desks):
            desk.ask("sync")
            assert two.forbidden() == []
        states = [desk.ask("state") for desk in two.desks]
        refused += sum(_all_is_kept_and_shown(two, state) for state in states)
        _mended(two)
    assert refused >= ROUNDS, "too little was refused for this to prove anything"
    final = [desk.ask("state") for desk in two.desks]
    assert final[0].rows == final[1].rows
    for state in final:
        assert state.acts > ROUNDS * ACTS / 4
        assert {"Taken", "AskFirst"} <= state.said


def _all_is_kept_and_shown(two: TwoDesks, state: State) -> int:
    """Every visit is at central or in the quarantine as it was left; return how many are there."""
    there = two.at_central()
    waiting = {one.id: one for one in state.refused}
    assert state.waiting == 0
    for visit, left in state.made.items():
        assert visit in state.rows, "a visit was lost from its own desk"
        assert visit in there or visit in waiting
        if visit not in there:
            assert state.rows[visit] == left
    for one in state.refused:
        if one.code != "23P01":
            continue
        assert "already has an appointment at this time" in one.message
        # The other is told by name; if it has gone since, the time is free again.
        assert one.taken or not two.taken(one.mine, one.id)
        assert one.slots or not one.movable
        for slot in one.slots:
            assert not two.taken(slot, one.id), "a time was offered that is taken at central"
    return len([one for one in state.refused if one.taken])


def _mended(two: TwoDesks) -> None:
    """A person decides at each desk in turn: what is moved to a time that was offered goes."""
    for desk in two.desks:
        desk.ask("sync")
        moved = desk.ask("mend")
        desk.ask("sync")
        still = {one.id for one in desk.ask("state").refused}
        assert not still & set(moved)
        assert two.forbidden() == []
    for desk in two.desks:
        desk.ask("sync")
