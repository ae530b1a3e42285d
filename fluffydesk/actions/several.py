"""Changing many animals at once: one unit of work, all or none, and one step back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fluffydesk.actions import rules
from fluffydesk.actions.saving import check, existing
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.livestock import Livestock
from fluffydesk.wording import counted


@dataclass(frozen=True)
class Changed:
    """What a change of many animals did, and what each of them had before."""

    changes: Changes
    before: Mapping[UUID, Mapping[str, Any]]
    """Of each animal that was changed, the columns that were."""


def change_several(mirror: Mirror, ids: Iterable[UUID], values: Mapping[str, Any]) -> Changed:
    """Give some columns of many animals the same values, in one unit of work.

    A change of group leaves its dated rows (rule 8), and every rule holds for each animal; the
    first that refuses takes all back. InvalidValue: nothing to change.
    """
    kept = check(Livestock, dict(values), partial=True)
    if not kept:
        raise InvalidValue("Nothing was filled in.", "Fill in what is to be the same for all.")
    return _write(mirror, dict.fromkeys(ids, kept), "Change")


def undo_several(mirror: Mirror, before: Mapping[UUID, Mapping[str, Any]]) -> Changed:
    """Give animals back what they had before `change_several`, in one unit of work."""
    return _write(mirror, before, "Take back the change of")


def _write(mirror: Mirror, wanted: Mapping[UUID, Mapping[str, Any]], verb: str) -> Changed:
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
    return Changed(unit.changes, former)
