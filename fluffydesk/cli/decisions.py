"""`conflicts` and `quarantine`: what waits for a person to decide."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from fluffydesk.actions import deciding, saving
from fluffydesk.actions.booked import clashes, describe, slot_of
from fluffydesk.actions.free_slots import free_slots
from fluffydesk.cli.here import mirror_of, session_of, zone_of
from fluffydesk.cli.output import cell, show
from fluffydesk.errors import InvalidValue, NotFound, Refusal
from fluffydesk.mirror import queries
from fluffydesk.mirror.journal import Key
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import label
from fluffydesk.records.booking import Appointment
from fluffydesk.records.catalog import record_for
from fluffydesk.records.enums.booking import DoubleBooking
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.sync import resolve as resolving
from fluffydesk.sync import twins
from fluffydesk.sync.resolve import Conflict, Refused
from fluffydesk.wording import counted

_CONFLICT = (
    "id",
    "table",
    "row_id",
    "column",
    "base",
    "mine",
    "theirs",
    "their_user",
    "their_device",
    "at",
)
_REFUSED = ("id", "table", "row_id", "code", "message")


def conflicts(options: Namespace) -> None:
    """List the open conflicts."""
    with mirror_of(options) as mirror, mirror.read() as connection:
        found = resolving.open_conflicts(connection)
        lines = [line for one in found for line in _both_sides(connection, one)]
    show(options, [_picked(one, _CONFLICT) for one in found], lines or ["No conflicts."])


def resolve(options: Namespace) -> None:
    """Decide one conflict: keep mine, theirs, both texts, or a third value."""
    with mirror_of(options) as mirror:
        conflict = _conflict(mirror, options.id)
        keep = options.keep
        if keep not in ("mine", "theirs", "both"):
            keep = _third(mirror, conflict, keep)
        deciding.decide(mirror, conflict.id, keep)
    sides = {"mine": conflict.mine, "theirs": conflict.theirs, "both": conflict.both}
    kept = sides.get(options.keep, keep)
    data = {**_picked(conflict, ("id", "table", "row_id", "column")), "kept": kept}
    show(options, data, [f"Decided; it goes to central with the next sync: {options.keep}."])


def quarantine(options: Namespace) -> None:
    """List the edits that central refused."""
    with mirror_of(options) as mirror, mirror.read() as connection:
        found = resolving.open_quarantine(connection)
        zone = zone_of(mirror, connection)
        lines = [line for one in found for line in _told(connection, one, zone)]
    data = [_picked(one, _REFUSED) for one in found]
    show(options, data, lines or ["Nothing is in quarantine."])


def retry(options: Namespace) -> None:
    """Let a refused edit go to central again with the next sync."""
    with mirror_of(options) as mirror:
        refused = _refused(mirror, options.id)
        resolving.retry(mirror, refused.id)
    data = {**_picked(refused, ("id", "table", "row_id")), "outcome": "retried"}
    show(options, data, ["It goes to central again with the next sync."])


def join(options: Namespace) -> None:
    """Make a refused row and the one of the same event that central has already one."""
    session = session_of(options)
    with session.open_mirror() as mirror, closing(session.gateway()) as gateway:
        refused = _refused(mirror, options.id)
        twin = twins.find(lambda job: job(mirror), gateway, refused.id)
        if twin is None:
            raise Refusal(
                "There is no other row of the same day that this could be joined with.",
                "Change it, retry it or discard it.",
            )
        twins.join(mirror, twin)
        with mirror.read() as connection:
            asked = [c for c in resolving.open_conflicts(connection) if c.row_id == twin.id]
    data = {**_picked(refused, ("id", "table", "row_id")), "joined": twin.id, "asked": len(asked)}
    told = "Joined; it goes to central with the next sync."
    if asked:
        differ = counted(len(asked), "value differs", "values differ")
        told = f"Joined; {differ}: see `fluffydesk conflicts`."
    show(options, data, [told])


def without(options: Namespace) -> None:
    """Take out of a refused edit the link to a row that is gone; it goes with the next sync."""
    with mirror_of(options) as mirror:
        refused = _refused(mirror, options.id)
        resolving.send_without(mirror, refused.id)
    data = {**_picked(refused, ("id", "table", "row_id")), "outcome": "mended"}
    show(options, data, ["Taken out; it goes to central with the next sync."])


def discard(options: Namespace) -> None:
    """Throw a refused edit away; the row is again as central has it."""
    with mirror_of(options) as mirror:
        refused = _refused(mirror, options.id)
        also: list[Key] = []
        if options.all:
            with mirror.read() as connection:
                also = [row.key for row in resolving.needed_by(connection, refused.id)]
        deciding.discard(mirror, refused.id, also)
    data = {**_picked(refused, ("id", "table", "row_id")), "outcome": "discarded"}
    show(options, data, ["Thrown away; the row is again as central has it."])


def _third(mirror: Mirror, conflict: Conflict, text: str) -> Any:
    record = record_for(conflict.table)
    if not conflict.column:
        raise InvalidValue(
            "One side deleted the row, so no value can be kept.", "Keep mine or theirs."
        )
    with mirror.read() as connection:
        zone = zone_of(mirror, connection)
    typed = saving.parse(record, {conflict.column: text}, zone)
    return saving.check(record, typed, partial=True)[conflict.column]


def _conflict(mirror: Mirror, wanted: str) -> Conflict:
    with mirror.read() as connection:
        for one in resolving.open_conflicts(connection):
            if str(one.id) == wanted:
                return one
    raise NotFound(f"There is no open conflict {wanted}.", "`conflicts list` shows them.")


def _refused(mirror: Mirror, wanted: str) -> Refused:
    with mirror.read() as connection:
        for one in resolving.open_quarantine(connection):
            if str(one.id) == wanted:
                return one
    raise NotFound(f"Nothing {wanted} is in quarantine.", "`quarantine list` shows what is.")


def _picked(one: Conflict | Refused, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names}


def _both_sides(connection: Connection, one: Conflict) -> list[str]:
    who = one.their_user or "somebody"
    where = f" on {one.their_device}" if one.their_device else ""
    when = f" at {cell(one.at)}" if one.at else ""
    if not one.column:
        here, there = ("deleted" if side is None else "edited" for side in (one.mine, one.theirs))
        sides = f"{here} here; {there} by {who}{where}{when}"
    else:
        was, here, there = (cell(side) or "empty" for side in (one.base, one.mine, one.theirs))
        sides = f"was {was}; here {here}; {there} by {who}{where}{when}"
    column = f", {_label(one)}" if one.column else ""
    return [f"{one.id}  {_named(connection, one)}{column}", f"    {sides}"]


def _told(connection: Connection, one: Refused, zone: ZoneInfo) -> list[str]:
    reason = " ".join(f"{one.message} {one.advice}".split())
    lines = [f"{one.id}  {one.title}: {_named(connection, one)}", f"    {reason} ({one.code})"]
    visits = Appointment.__table__.name
    if one.code == "23P01" and one.table == visits and label(connection, Appointment, one.row_id):
        row = queries.one(connection, Appointment, one.row_id)
        others = (
            []
            if row is None
            else clashes(connection, slot_of(row), but=row.id, may_overlap=row.may_overlap)
        )
        lines += [f"    {describe(other, zone)}" for other in others[:2]]
        if others and all(other.policy is DoubleBooking.ASK for other in others):
            asked = f"`fluffydesk record set appointments {one.row_id} may_overlap=true`"
            lines.append(f"    Double-book it on purpose: {asked}")
        slots = free_slots(connection, one.row_id, zone)
        times = ", ".join(f"{slot.starts.astimezone(zone):%a %Y-%m-%d %H:%M}" for slot in slots)
        lines.append(f"    Next free times: {times or 'none in four weeks'}")
    titles, _ = resolving.goes_with(connection, one.id)
    if titles:
        told = ", ".join(f'"{title}"' for title in dict.fromkeys(titles))
        lines.append(f"    Discarding it also discards what was saved together with it: {told}.")
    needed_by = resolving.needed_by(connection, one.id)
    if needed_by:
        rows = ", ".join(_row_named(connection, *row.key) for row in needed_by)
        lines.append(f"    With --all, discarding it also discards what needs it: {rows}.")
    if resolving.lost_link(connection, one.id):
        lines.append(f"    Send it without that: `fluffydesk quarantine without {one.id}`")
    if twins.is_double(connection, one.id):
        lines.append(f"    Make them one: `fluffydesk quarantine join {one.id}`")
    return lines


def _label(one: Conflict) -> str:
    return facts_of(record_for(one.table).__table__.c[one.column]).label


def _named(connection: Connection, one: Conflict | Refused) -> str:
    return _row_named(connection, one.table, one.row_id)


def _row_named(connection: Connection, table: str, row_id: UUID | str) -> str:
    record = record_for(table)
    return f"{record.__titles__[0]} {cell(label(connection, record, UUID(str(row_id)))) or row_id}"
