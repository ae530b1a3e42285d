"""What changed at central since the last pull, brought into the mirror page by page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from uuid import UUID

from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import column_names
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import MIRRORED, mirrored_by
from fluffydesk.records.enums import OrgType
from fluffydesk.sync import window
from fluffydesk.sync.meet import Gone, Theirs, meet
from fluffydesk.sync.ports import CentralSnapshot, Door, Json
from fluffydesk.sync.skew import Lacks, lacking, without

ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Pulled:
    """What a pull brought; `baseline` is the cursor of a baseline that is needed first."""

    rows: int = 0
    changes: Changes = field(default_factory=Changes)
    baseline: Json | None = None


@cache
def tables() -> dict[str, list[str]]:
    """Return the tables this version mirrors with their columns, parents before children."""
    return {record.__table__.name: column_names(record) for record in MIRRORED}


def held(door: Door) -> dict[str, list[str]]:
    """Return the tables that a PC of this mirror's kind of organization keeps, with those of
    their columns that central has."""
    organization, missing = door(_whose_and_without)
    kind = organization.get("type")
    kept = mirrored_by(OrgType(kind)) if kind in set(OrgType) else MIRRORED
    return without({record.__table__.name: column_names(record) for record in kept}, missing)


def _whose_and_without(mirror: Mirror) -> tuple[Json, Lacks]:
    with mirror.read() as connection:
        return mirror.state.get(connection, "organization") or {}, lacking(connection)


def pull(
    door: Door, snapshot: CentralSnapshot, organization_id: UUID, stopped: Callable[[], bool]
) -> Pulled:
    """Bring every change since the cursor into the mirror.

    Each page is one transaction; the new cursor is stored with the last. A pull that is cut
    short, or `stopped`, leaves the old cursor: its pages come again and are harmless.
    """
    cursor = door(lambda mirror: mirror.recall("cursor"))
    wanted = held(door)
    page: Json | None = None
    first: Json | None = None
    rows, changes = 0, Changes()
    while not stopped():
        answer = snapshot.pull(organization_id, cursor, wanted, page, ROWS_AT_ONCE)
        first = first or answer["cursor"]
        if answer["baseline"]:
            return Pulled(baseline=answer["cursor"])
        page = answer["page"]
        found = sort_changes(answer["changes"])
        door(partial(_apply, found=found, cursor=first if page is None else None))
        rows += sum(map(len, found.values()))
        changes |= Changes({t: [UUID(id) for id in ids] for t, ids in found.items()})
        if page is None:
            break
    return Pulled(rows, changes)


def sort_changes(changes: list[Json]) -> dict[str, dict[str, Theirs]]:
    """Return the changed rows by table and id: the image, or why there is none."""
    found: dict[str, dict[str, Theirs]] = {}
    for change in changes:
        image: Theirs | None = change["image"]
        if image is None:
            image = Gone.DELETED if change["kind"] == "delete" else Gone.OUT_OF_SIGHT
        found.setdefault(change["table"], {})[change["id"]] = image
    return found


def _apply(mirror: Mirror, found: dict[str, dict[str, Theirs]], cursor: Json | None) -> None:
    with mirror.apply() as connection:
        since = window.first_day_in(connection)
        for table in tables():
            if table in found:
                meet(connection, table, found[table])
                window.shed_rows(connection, table, found[table], since)
        if cursor is not None:
            mirror.state.put(connection, "cursor", cursor)
            mirror.state.put(connection, "epoch", cursor["epoch"])
