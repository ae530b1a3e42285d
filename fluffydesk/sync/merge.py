"""One row as two sides changed it, made one again: a pure function over storage values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Enum

from fluffydesk.mirror.images import Image, Value
from fluffydesk.records.enums import State
from fluffydesk.records.vocabulary import Course, Merge, Record, facts_of
from fluffydesk.sync.lines import merge_lines


@dataclass(frozen=True)
class Policy:
    """What to do with a column both sides changed; `states` orders the values of a lattice.

    `course` is what else of the row an ending on the other side contradicts, `instead_of` the
    amount that says the same as this share.
    """

    merge: Merge
    states: type[State] | None = None
    course: Course | None = None
    instead_of: str | None = None


@dataclass(frozen=True)
class ColumnConflict:
    """One column that a person must decide on: as it was, as it is here, as central has it."""

    column: str
    base: Value
    mine: Value
    theirs: Value


@dataclass(frozen=True)
class Merged:
    """The row made one, keeping mine in the columns that `conflicts` names."""

    image: Image
    conflicts: tuple[ColumnConflict, ...]


@cache
def policies_of(record: type[Record]) -> Mapping[str, Policy]:
    """Return the policy of every column of a record; of housekeeping central's side always wins."""
    policies = {}
    for column in record.__table__.columns:
        facts = facts_of(column)
        merge = Merge.THEIRS if facts.housekeeping else facts.merge
        values = column.type.enum_class if isinstance(column.type, Enum) else None
        states = values if isinstance(values, type) and issubclass(values, State) else None
        policies[column.name] = Policy(merge, states, facts.course, facts.instead_of)
    return policies


@cache
def one_fact(record: type[Record], column: str) -> tuple[str, ...]:
    """Return the columns that say one fact with this one, a share before its amount; mostly it is
    alone."""
    for share, policy in policies_of(record).items():
        if policy.instead_of is not None and column in (share, policy.instead_of):
            return share, policy.instead_of
    return (column,)


def merge(base: Image, mine: Image, theirs: Image, policies: Mapping[str, Policy]) -> Merged:
    """Merge three images of one row, column by column.

    A column changed on one side only takes that side, one changed alike on both takes that;
    for one changed differently its policy decides. What one side ended while it began, or was
    planned anew, on the other is asked. A column missing from an image counts as empty there,
    save that one central does not know keeps mine. Raises nothing.
    """
    image = dict(mine)
    conflicts = []
    for column, policy in policies.items():
        if column not in theirs:
            continue
        was, here, there = base.get(column), mine.get(column), theirs[column]
        if here != there and _ended_unaware(column, policy, base, mine, theirs):
            conflicts.append(ColumnConflict(column, was, here, there))
        elif policy.merge is Merge.THEIRS or here in (was, there):
            image[column] = there
        elif there == was:
            image[column] = here
        else:
            agreed, value = _settle(policy, was, here, there)
            image[column] = value if agreed else here
            if not agreed:
                conflicts.append(ColumnConflict(column, was, here, there))
    for share, policy in policies.items():
        if policy.instead_of is not None and share in theirs:
            names = (share, policy.instead_of)
            kept, asked = _one_said(names, base, mine, theirs)
            image |= {name: kept.get(name) for name in names}
            conflicts = [one for one in conflicts if one.column not in names] + asked
    return Merged(image, tuple(conflicts))


def _one_said(
    names: tuple[str, str], base: Image, mine: Image, theirs: Image
) -> tuple[Image, list[ColumnConflict]]:
    """Return the side that says a share or an amount, and what is asked where both changed it."""
    for same, changed in ((mine, theirs), (theirs, mine)):
        if all(same.get(name) == base.get(name) for name in names):
            return changed, []
    share, amount = names
    was, here, there = (
        (side.get(share), None) if side.get(share) else (0, side.get(amount))
        for side in (base, mine, theirs)
    )
    if here in (was, there):
        return theirs, []
    if there == was:
        return mine, []
    column = share if mine.get(share) != theirs.get(share) else amount
    return mine, [ColumnConflict(column, base.get(column), mine.get(column), theirs.get(column))]


def _ended_unaware(column: str, policy: Policy, base: Image, mine: Image, theirs: Image) -> bool:
    """Say whether one side ended what the other, which that did not know, began or planned anew."""
    course, states = policy.course, policy.states
    if course is None or states is None:
        return False
    for side, other in ((mine, theirs), (theirs, mine)):
        end = side.get(column)
        if end in (None, base.get(column), other.get(column)):
            continue
        if states.later(str(end), course.goes_to) is not None:
            continue
        names = (course.begun, *course.planned)
        unknown = [one for one in names if side.get(one) == base.get(one) != other.get(one)]
        if any(other.get(one) is not None for one in unknown):
            return True
    return False


def _settle(policy: Policy, base: Value, mine: Value, theirs: Value) -> tuple[bool, Value]:
    """Return (True, value) where the policy finds one, else (False, None)."""
    match policy.merge:
        case Merge.MINE | Merge.FOLLOWS:  # what follows is reckoned anew when both are there
            return True, mine
        case Merge.THEIRS:
            return True, theirs
        case Merge.MAX | Merge.MIN if mine is None or theirs is None:
            return True, theirs if mine is None else mine
        case Merge.MAX:
            return True, _further(mine, theirs)[1]
        case Merge.MIN:
            return True, _further(mine, theirs)[0]
        case Merge.TEXT:
            return merge_lines(_text(base), _text(mine), _text(theirs))
        case Merge.LATTICE if policy.states and isinstance(mine, str) and isinstance(theirs, str):
            later = policy.states.later(mine, theirs)
            return later is not None, later
        case _:
            return False, None


def _further(mine: Value, theirs: Value) -> tuple[Value, Value]:
    """Return the two values in order; both are numbers, or both text that sorts as it reads."""
    if isinstance(mine, int) and isinstance(theirs, int):
        return min(mine, theirs), max(mine, theirs)
    low, high = sorted((str(mine), str(theirs)))
    return low, high


def _text(value: Value) -> str | None:
    return None if value is None else str(value)
