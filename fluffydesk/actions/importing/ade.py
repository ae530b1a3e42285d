"""Reads ICAR ADE JSON: each resource becomes a line of animals, weights, milk or treatments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fluffydesk.actions.importing.ade_reading import Reader
from fluffydesk.actions.importing.plans import (
    Batch,
    Door,
    Duplicate,
    Plan,
    Planned,
    Progress,
    Tell,
)
from fluffydesk.actions.importing.subjects import SUBJECTS
from fluffydesk.actions.importing.tables import Planner
from fluffydesk.actions.importing.trying import AT_ONCE, try_out
from fluffydesk.actions.withdrawal import zone_of
from fluffydesk.errors import NotFound, Refusal
from fluffydesk.mirror.mirror import Mirror

NAME, TITLE = "icar-ade", "ICAR ADE (JSON)"
_LARGEST = 400 * 2**20
_IN_A_BATCH = 50


def plan_ade(door: Door, path: Path, tell: Tell) -> Plan:
    """Return what importing a file of ADE resources would do; nothing is written.

    The file is one resource, an array of them, or a collection with `member`. A line is a
    resource, counted from 1. Raises NotFound or Refusal where the file cannot be read.
    """
    resources = _resources(path)
    reader = Reader(door(_zone))
    for number, resource in enumerate(resources, 1):
        reader.take(number, resource)
    lines = reader.lines()
    total, done = sum(len(some) for some in lines.values()), 0
    planned: list[Planned] = []
    duplicates: list[Duplicate] = []
    problems = list(reader.problems)
    before: Planner | None = None
    for name in ("animals", "weights", "milkings", "treatments"):
        planner = Planner(SUBJECTS[name], update=False, after=before)
        for first in range(0, len(lines[name]), AT_ONCE):
            some = lines[name][first : first + AT_ONCE]
            door(partial(planner.take_some, lines=some))
            done += len(some)
            tell(Progress(done, total, "compared"))
        door(planner.take_those_that_waited)
        planned += planner.create
        duplicates += planner.duplicates
        problems += planner.problems
        before = planner
    good, bad = try_out(door, planned, tell)
    problems = sorted((*problems, *bad), key=lambda one: one.line)
    batches = tuple(_batches(good, path))
    unread = tuple(f"{what} ({count:,})" for what, count in sorted(reader.unread.items()))
    return Plan(NAME, path, len(resources), batches, tuple(duplicates), tuple(problems), unread)


def _zone(mirror: Mirror) -> ZoneInfo:
    with mirror.read() as connection:
        return zone_of(connection)


def _resources(path: Path) -> list[Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise Refusal(f"{path.name} is too large.", "Export it in parts.")
        found = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except FileNotFoundError:
        raise NotFound(f"There is no file {path}.", "Check the name and the folder.") from None
    except OSError as error:
        raise Refusal(f"{path.name} cannot be read: {error.strerror}.", "Choose a file.") from None
    except (ValueError, RecursionError):
        raise Refusal(f"{path.name} is not JSON.", "Export it again as ICAR ADE.") from None
    resources = list(_members(found))
    if not any(isinstance(one, dict) and "resourceType" in one for one in resources):
        raise Refusal(
            f"{path.name} holds no ADE resource.", "Each says what it is by its resourceType."
        )
    return resources


def _members(found: Any) -> Iterator[Any]:
    if isinstance(found, list):
        for one in found:
            yield from _members(one)
    elif isinstance(found, dict) and "resourceType" not in found and "member" in found:
        yield from _members(found["member"])
    else:
        yield found


def _batches(rows: Sequence[Planned], path: Path) -> Iterator[Batch]:
    for first in range(0, len(rows), _IN_A_BATCH):
        some = tuple(rows[first : first + _IN_A_BATCH])
        yield Batch(f"Import ICAR ADE: {path.name}", some)
