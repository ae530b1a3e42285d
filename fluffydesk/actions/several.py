"""Many animals at once, in one unit of work: their columns changed, moved, or gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from fluffydesk.actions import rules
from fluffydesk.actions.exits import MANNERS, Exit, bring_back, end, must_be_said
from fluffydesk.actions.groups import move_one
from fluffydesk.actions.saving import check, existing, row_with
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import label
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.livestock import Livestock, LivestockBatch, LivestockBatchMember
from fluffydesk.wording import counted


@dataclass(frozen=True)
class Changed:
    """What a change of many animals did, and what each of them had before."""

    changes: Changes
    before: Mapping[UUID, Mapping[str, Any]]
    """Of each animal that was changed, the columns that were."""
    after: Mapping[str, Any]
    """What all of them have now."""


@dataclass(frozen=True)
class LeftOut:
    """An animal that could not be done with the others, and why."""

    id: UUID
    name: str
    why: str
    asks: str = ""
    """The field that would let it through: the reason for a withdrawal that is passed over."""


@dataclass(frozen=True)
class Membership:
    """Which group an animal is in, and its dated rows (rule 8): id -> group, day, reason."""

    group: UUID | None
    rows: Mapping[UUID, tuple[UUID | None, date, str | None]]


@dataclass(frozen=True)
class Done:
    """What was done to many animals at once."""

    changes: Changes
    done: tuple[UUID, ...]
    left_out: tuple[LeftOut, ...]
    moved: Mapping[UUID, tuple[Membership, Membership]] = field(default_factory=dict)
    """Of each animal that was moved, its group before and since, for `undo_moves`."""


def leave_several(
    mirror: Mirror,
    ids: Iterable[UUID],
    how: Exit,
    left_on: date,
    *,
    went_to: str | None = None,
    reason: str | None = None,
    override_reason: str | None = None,
) -> Done:
    """Write down that many animals left in one way, in one unit of work (rule 4).

    The rules of `exits.leave` hold for each: who may not leave (it left already, is under
    withdrawal, has entries after that day) is left out, and named. InvalidValue: what is missing
    or wrong for all of them.
    """
    must_be_said(how, left_on, went_to, reason)

    def leave(unit: Unit, animal: UUID) -> None:
        end(
            unit,
            animal,
            how,
            left_on,
            went_to=went_to,
            reason=reason,
            override_reason=override_reason,
        )

    return _each(mirror, MANNERS[how].title, ids, leave)


def take_back_several(mirror: Mirror, ids: Iterable[UUID], reason: str) -> Done:
    """Reverse the exits of many animals in one unit of work, with the reason (rule 4)."""
    return _each(
        mirror, "Exits taken back", ids, lambda unit, animal: bring_back(unit, animal, reason)
    )


def move_several(
    mirror: Mirror,
    ids: Iterable[UUID],
    batch_id: UUID | None,
    joined_on: date,
    *,
    reason: str | None = None,
) -> Done:
    """Move many animals into a group, or out of all with None, in one unit of work (rule 8).

    Who cannot be moved is left out, and named: it left, or was moved on a later day.
    InvalidValue: the day is to come. NotFound: the group is gone.
    """
    check(LivestockBatchMember, {"joined_on": joined_on}, partial=True)
    if batch_id is not None:
        with mirror.read() as connection:
            existing(connection, LivestockBatch, batch_id)

    moved: dict[UUID, tuple[Membership, Membership]] = {}

    def move(unit: Unit, animal: UUID) -> None:
        before = _membership(unit, animal)
        move_one(unit, animal, batch_id, joined_on, reason=reason)
        moved[animal] = before, _membership(unit, animal)

    return replace(_each(mirror, "Group move", ids, move), moved=moved)


def undo_moves(mirror: Mirror, done: Done) -> Done:
    """Take back what `move_several` did, in one unit of work: no dated row of it stays (rule 8).

    Who was moved again since is left out, and named.
    """

    def undo(unit: Unit, animal: UUID) -> None:
        before, since = done.moved[animal]
        if _membership(unit, animal) != since:
            raise Refusal("It was moved again since.", "Move it on its card.")
        for one in since.rows.keys() - before.rows.keys():
            unit.delete(LivestockBatchMember, one)
        for one, (group, _, reason) in before.rows.items():
            if since.rows[one] != before.rows[one]:
                unit.update(LivestockBatchMember, one, {"batch_id": group, "reason": reason})
        if before.group != since.group:
            unit.update(Livestock, animal, {"batch_id": before.group})

    return _each(mirror, "Group move taken back", done.done, undo)


def _membership(unit: Unit, animal: UUID) -> Membership:
    table = LivestockBatchMember.__table__
    rows = unit.connection.execute(select(table).where(table.c.animal_id == animal))
    group = existing(unit.connection, Livestock, animal).batch_id
    return Membership(group, {row.id: (row.batch_id, row.joined_on, row.reason) for row in rows})


def _each(
    mirror: Mirror, title: str, ids: Iterable[UUID], do: Callable[[Unit, UUID], None]
) -> Done:
    """Do one thing to each animal; what is refused is taken back for that animal alone."""
    done: list[UUID] = []
    left_out: list[LeftOut] = []
    with mirror.unit(title) as unit:
        run = unit.connection.exec_driver_sql
        for animal in ids:
            run("SAVEPOINT animal")
            try:
                do(unit, animal)
                done.append(animal)
            except Refusal as refusal:
                run("ROLLBACK TO animal")
                name = label(unit.connection, Livestock, animal) or "An animal"
                asks = refusal.field or ""
                left_out.append(LeftOut(animal, name, refusal.message, asks))
            run("RELEASE animal")
    return Done(unit.changes, tuple(done), tuple(left_out))


def change_several(mirror: Mirror, ids: Iterable[UUID], values: Mapping[str, Any]) -> Changed:
    """Give some columns of many animals the same values, in one unit of work.

    A change of group leaves its dated rows (rule 8), and every rule holds for each animal; the
    first that refuses takes all back. InvalidValue: nothing to change.
    """
    kept = check(Livestock, dict(values), partial=True)
    if not kept:
        raise InvalidValue("Nothing was filled in.", "Fill in what is to be the same for all.")
    return _write(mirror, dict.fromkeys(ids, kept), "Change", kept)


def undo_several(mirror: Mirror, done: Changed) -> Changed:
    """Give animals back what they had before `change_several`, in one unit of work.

    What somebody changed since stays, and who is gone is left out.
    """
    wanted: dict[UUID, Mapping[str, Any]] = {}
    with mirror.read() as connection:
        for one, values in done.before.items():
            row = row_with(connection, Livestock, id=one)
            if row is not None:
                still = {n: v for n, v in values.items() if getattr(row, n) == done.after[n]}
                wanted[one] = still
    return _write(mirror, wanted, "Take back the change of", {})


def _write(
    mirror: Mirror,
    wanted: Mapping[UUID, Mapping[str, Any]],
    verb: str,
    said: Mapping[str, Any],
) -> Changed:
    former: dict[UUID, Mapping[str, Any]] = {}
    with mirror.unit(f"{verb} {counted(len(wanted), 'animal', 'animals')}") as unit:
        for one, values in wanted.items():
            before = existing(unit.connection, Livestock, one)
            new = {k: v for k, v in values.items() if getattr(before, k) != v}
            if not new:
                continue
            former[one] = {name: getattr(before, name) for name in new}
            unit.update(Livestock, one, new)
            after = existing(unit.connection, Livestock, one)
            rules.hold(unit.connection, Livestock, before, after)
    return Changed(unit.changes, former, said)
