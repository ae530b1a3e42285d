"""Which clients are probably entered twice: same telephone, same e-mail, or almost the same name
and address."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from fluffydesk.figures.duplicates import are_alike
from fluffydesk.mirror.dialled import dialled
from fluffydesk.mirror.engine import folded
from fluffydesk.records.pets import ClinicClient, ClinicPatient

MOST = 200
"""So many pairs are shown; when these are merged, the next come."""

_CROWD = 12
"""A number that so many share is a switchboard's, or stands for none at all."""
_LOCAL = 8
_LEAST = 6
_CLIENTS, _LINKS = ClinicClient.__table__, ClinicPatient.__table__


@dataclass(frozen=True)
class Pair:
    """Two cards that may be one person's: the one to keep, the other, and why."""

    kept_id: UUID
    kept: str
    gone_id: UUID
    gone: str
    why: str


def pairs(connection: Connection, most: int = MOST) -> tuple[Pair, ...]:
    """Return the pairs of cards that may be the same, at most `most`: the surest first.

    The one with an account or a farm on the platform is kept, else the one with more pets, else
    the one entered first.
    """
    columns = [_CLIENTS.c[name] for name in _ASKED]
    rows = list(connection.execute(select(*columns).where(_CLIENTS.c.merged_into_id.is_(None))))
    found: dict[tuple[UUID, UUID], list[str]] = {}
    by_id = {row.id: row for row in rows}
    for why, group in _groups(rows):
        for one, other in combinations(sorted(group, key=str), 2):
            reasons = found.setdefault((one, other), [])
            if why not in reasons and _holds(why, by_id[one], by_id[other]):
                reasons.append(why)
    told = {ids: why for ids, why in found.items() if why}

    def surest(ids: tuple[UUID, UUID]) -> tuple[bool, int, str, str]:
        names = [folded(by_id[one].full_name) or "" for one in ids]
        return not _same_name(*names), -len(told[ids]), names[0], str(ids[0])

    some = sorted(told, key=surest)[:most]
    counts = _pets_of(connection, {one for ids in some for one in ids})
    return tuple(_pair(by_id, counts, ids, told[ids]) for ids in some)


_ASKED = ("id", "full_name", "phone", "other_phone", "email", "address", "user_id", "farm_id")
_PHONE, _EMAIL, _NAME = "Same telephone", "Same e-mail", "Nearly the same name and address"


def _groups(rows: list[Row[Any]]) -> Iterator[tuple[str, set[UUID]]]:
    """Yield who shares a number, an e-mail, or what of a name and an address is never mistyped."""
    shared: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    for row in rows:
        for number in (row.phone, row.other_phone):
            digits = dialled(number) or ""
            if len(digits) >= _LEAST:
                shared[_PHONE, digits[-_LOCAL:]].add(row.id)
        if row.email:
            shared[_EMAIL, folded(row.email) or ""].add(row.id)
        if row.address:
            house = " ".join(sorted(re.findall(r"\d+", row.address)))
            letters = "".join(sorted(word[0] for word in (folded(row.full_name) or "").split()))
            shared[_NAME, f"{letters} {house}"].add(row.id)
    for (why, _), group in shared.items():
        if 1 < len(group) <= _CROWD:
            yield why, group


def _same_name(one: str, other: str) -> bool:
    """Say whether two names are alike, or one is the other with its first names cut short."""
    last, first = one.split()[-1:], one[:1]
    return are_alike(one, other) or (last == other.split()[-1:] and first == other[:1])


def _holds(why: str, one: Row[Any], other: Row[Any]) -> bool:
    if why != _NAME:
        return True
    return all(
        are_alike(folded(getattr(one, name)) or "", folded(getattr(other, name)) or "")
        for name in ("full_name", "address")
    )


def _pets_of(connection: Connection, some: set[UUID]) -> dict[UUID, int]:
    query = (
        select(_LINKS.c.client_id, func.count())
        .where(_LINKS.c.client_id.in_(some), _LINKS.c.ended_on.is_(None))
        .group_by(_LINKS.c.client_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _pair(
    rows: dict[UUID, Row[Any]], counts: dict[UUID, int], ids: tuple[UUID, UUID], why: list[str]
) -> Pair:
    def standing(one: UUID) -> tuple[bool, int, str]:
        row = rows[one]
        linked = row.user_id is not None or row.farm_id is not None
        return not linked, -counts.get(one, 0), str(one)

    kept, gone = sorted(ids, key=standing)
    told = ", ".join([why[0], *(f"{one[0].lower()}{one[1:]}" for one in why[1:])])
    return Pair(kept, rows[kept].full_name, gone, rows[gone].full_name, told)
