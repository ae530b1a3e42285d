"""Earlier edits of a record, on whatever PC: what central's audit trail has, where one may read it.

The trail holds sensitive tables only, and owners and managers read it. `sync.changes` tells neither
who nor what, so of other tables nobody but the PC that made an edit remembers it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fluffydesk.records.access import KEEPERS
from fluffydesk.records.catalog import record_for
from fluffydesk.records.enums import Role
from fluffydesk.records.types import now
from fluffydesk.sync.history import labels
from fluffydesk.sync.ports import Central, Door, Json

MOST = 200
_OPS = {"INSERT": "insert", "UPDATE": "update", "DELETE": "delete"}


@dataclass(frozen=True)
class Entry:
    """One change as central's trail has it; `columns` are labels, `op` insert, update or delete."""

    at: datetime
    who: str
    device: str
    op: str
    columns: tuple[str, ...]


def why_none(table: str, role: Role) -> str:
    """Return why there is no trail to ask for, in words; "" where there is one."""
    record = record_for(table)
    several = record.__titles__[1].lower()
    if not record.__access__.audited:
        return f"Central keeps no trail of earlier edits of {several}."
    if role not in KEEPERS:
        return "Earlier edits are in central's audit trail, which owners and managers may read."
    return ""


def entries(door: Door, central: Central, table: str, row_id: UUID) -> tuple[Entry, ...]:
    """Return what the trail has of a row, newest first, as far as one may read it; Offline."""
    organization = UUID(door(lambda mirror: mirror.recall("organization"))["id"])
    return tuple(_entry(table, one) for one in central.trail(organization, table, row_id, MOST))


def _entry(table: str, one: Json) -> Entry:
    op = _OPS.get(str(one["action"]), "update")
    columns = sorted(labels(table, " ".join(one["columns"] or ()))) if op == "update" else ()
    at = datetime.fromisoformat(one["at"]) if one["at"] else now()
    return Entry(at, one["who"] or "", one["device"] or "", op, tuple(columns))
