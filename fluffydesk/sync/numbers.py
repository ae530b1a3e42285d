"""Keeps this PC supplied with reserved numbers, and central told of how far it is with them.

The id of a request is kept before it is sent: asked again, central answers with the same block, so
an answer that is lost loses no numbers. What is to be given back is closed before central hears of
it: central gives it to another PC, also where its answer is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.central.messages import Device
from fluffydesk.errors import Incompatible
from fluffydesk.mirror import numbers
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.numbers import Block
from fluffydesk.records.access import Members
from fluffydesk.records.catalog import record_for
from fluffydesk.records.enums import OrgType
from fluffydesk.records.types import new_id, now
from fluffydesk.sync.ports import Central, Door, Json

BLOCK = 50
"""How many numbers are reserved at a time."""
LOW = 20
"""With so many left, more are reserved."""
_AHEAD = timedelta(days=31)
"""So long before a year begins its numbers are reserved, and so long after it the rest of the
last year's is kept."""


@dataclass(frozen=True)
class _Asked:
    """What is asked of central: how far this PC is, and what it wants."""

    epoch: str | None
    told: list[Block]
    ended: frozenset[str]
    wanted: list[Json]

    def __bool__(self) -> bool:
        return bool(self.told or self.wanted)


def top_up(door: Door, central: Central, organization_id: UUID, device: Device) -> None:
    """Reserve numbers where few are left; asks central nothing when there is nothing to say.

    Raises Offline; what was asked is asked again by the next sync.
    """
    asked = door(_what_to_ask)
    if asked:
        _ask(door, central, organization_id, device, asked)


def give_back(door: Door, central: Central, organization_id: UUID, device: Device) -> None:
    """Give what was not handed out back to central, which hands it to the next PC that asks."""
    asked = door(_all_of_it)
    if asked:
        _ask(door, central, organization_id, device, asked)


def _ask(
    door: Door, central: Central, organization_id: UUID, device: Device, asked: _Asked
) -> None:
    told = [{"id": b.id, "next": b.next, "ended": b.id in asked.ended} for b in asked.told]
    try:
        answer = central.numbers(organization_id, device, told, asked.wanted)
    except Incompatible:
        return  # an older central reserves none, and all else goes on
    door(lambda mirror: _keep(mirror, asked, answer))


def _what_to_ask(mirror: Mirror) -> _Asked:
    """Return what is to be asked. Before it is sent the ids of new requests are kept, and of what
    is given back nothing is handed out any more."""
    with mirror.read() as connection:
        epoch = mirror.state.get(connection, "epoch")
        here, day = numbers.blocks(connection), _today(mirror, connection)
        ended = frozenset(
            b.id for b in here if b.epoch != epoch or b.next > b.last or _is_over(b.series, day)
        )
        told = [b for b in here if b.next != b.noted or b.id in ended]
        pending = mirror.state.get(connection, "numbers_asked", {})
        series = _numbered(mirror, connection, day)
        low = [one for one in series if numbers.left(connection, one, ended) < LOW]
    missing = [one for one in low if one not in pending]
    if missing or any(b.id in ended and b.next <= b.last for b in here):
        pending = {**pending, **{one: str(new_id()) for one in missing}}
        with mirror.apply(durable=True) as connection:
            numbers.close(connection, ended)
            mirror.state.put(connection, "numbers_asked", pending)
    wanted = [
        {"id": id, "series": one, "count": BLOCK} for one, id in pending.items() if one in series
    ]
    return _Asked(epoch, told, ended, wanted)


def _all_of_it(mirror: Mirror) -> _Asked:
    """Return that all is given back, of which nothing is handed out here from now on."""
    with mirror.apply(durable=True) as connection:
        here = numbers.blocks(connection)
        epoch = mirror.state.get(connection, "epoch")
        ended = frozenset(b.id for b in here)
        numbers.close(connection, ended)
    return _Asked(epoch, here, ended, [])


def _keep(mirror: Mirror, asked: _Asked, answer: Json) -> None:
    with mirror.apply(durable=True) as connection:
        numbers.note(connection, asked.told)
        known = set(answer["open"])
        gone = {b.id for b in numbers.blocks(connection)} - known
        numbers.drop(connection, asked.ended | gone)
        numbers.keep(connection, _blocks_of(answer["reserved"], asked.epoch))
        # What was not granted is asked for again by its id: a first try may still be under way.
        came = {one["id"] for one in answer["reserved"]}
        pending = mirror.state.get(connection, "numbers_asked", {})
        left = {series: id for series, id in pending.items() if id not in came}
        mirror.state.put(connection, "numbers_asked", left or None)


def _blocks_of(reserved: Iterable[Json], epoch: str | None) -> Iterable[Block]:
    for one in reserved:
        first, last = int(one["first"]), int(one["last"])
        yield Block(str(one["id"]), str(one["series"]), first, last, first, first, epoch)


def _today(mirror: Mirror, connection: Connection) -> date:
    """Return central's day, as far as this PC's clock was off when it last asked: one that stands
    at 1999 would ask for numbers of years that there are none of."""
    ahead: int = mirror.state.get(connection, "clock_offset", 0)
    return (now() - timedelta(seconds=ahead)).date()


def _numbered(mirror: Mirror, connection: Connection, day: date) -> list[str]:
    """Return the series in which this user numbers about that day."""
    organization = mirror.state.get(connection, "organization") or {}
    if "role" not in organization or "type" not in organization:
        return []
    found: list[str] = []
    for table in numbers.COLUMNS:
        access = record_for(table).__access__
        kept_here = OrgType(organization["type"]) in access.mirrored
        roles = [way.roles for way in access.ways("add") if isinstance(way, Members)]
        if kept_here and any(organization["role"] in some for some in roles):
            found += sorted({numbers.series_of(table, on) for on in (day, day + _AHEAD)})
    return found


def _is_over(series: str, day: date) -> bool:
    """Say whether the year of a series is over, and long enough ago for its last invoices."""
    _, _, year = series.partition("/")
    return bool(year) and date(int(year), 12, 31) + _AHEAD < day
