"""Whose tag it is: an animal by any scanned or typed number, and giving an animal a new one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, or_, select

from fluffydesk.actions.saving import existing
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.identifiers import eid, eid_words, is_uk_tag
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.livestock import IdentifierKind, LivestockStatus
from fluffydesk.records.livestock import (
    Livestock,
    LivestockBatch,
    LivestockIdentifier,
    LivestockSpecies,
)
from fluffydesk.records.types import today

HERE = (LivestockStatus.ACTIVE, LivestockStatus.LOST)
_ANIMALS = Livestock.__table__.c
_NUMBERS = LivestockIdentifier.__table__.c
_OFFICIAL = re.compile(r"[A-Z]{2}[0-9]{8,}")
_COLUMNS = {
    IdentifierKind.EID: "eid",
    IdentifierKind.OFFICIAL: "official_id",
    IdentifierKind.VISUAL: "tag_number",
}


@dataclass(frozen=True)
class Animal:
    """An animal that carries a number, or carried it; `former` says that it does no more."""

    id: UUID
    tag: str
    name: str
    species: str
    group: str
    sex: Sex
    birth_date: date | None
    eid: str | None
    official_id: str | None
    here: bool
    former: bool

    @property
    def words(self) -> str:
        """Return what people call it: `12 Bella`."""
        return f"{self.tag} {self.name}".strip()


@dataclass(frozen=True)
class Scan:
    """A scanned or typed text, the 15 digits it stands for if it is an EID, and whose it is.

    `animals` has one where it is clear, none where nobody carries it, several to choose from.
    """

    text: str
    eid: str | None
    animals: tuple[Animal, ...]

    @property
    def kind(self) -> IdentifierKind:
        return kind_of(self.text)

    @property
    def words(self) -> str:
        """Return the number as it is printed."""
        return self.text if self.eid is None else eid_words(self.eid)


def kind_of(text: str) -> IdentifierKind:
    """Return what kind of number a text is: an EID in any form, an official one, or visual."""
    if eid(text) is not None:
        return IdentifierKind.EID
    if is_uk_tag(text) or _OFFICIAL.fullmatch(_packed(text)):
        return IdentifierKind.OFFICIAL
    return IdentifierKind.VISUAL


def scan(connection: Connection, text: str) -> Scan:
    """Find the animals of a scanned or typed text.

    An EID in every form that readers emit, the official id with or without spaces, the visual tag.
    Those that are on the farm go before those that left, and who carries the number now before
    who carried it once: visual tags come back in other years.
    """
    tidy = " ".join(text.split())
    digits = eid(tidy)
    if not tidy:
        return Scan("", None, ())
    found = _carriers(connection, tidy, digits)
    if not found:
        return Scan(tidy, digits, ())
    best = min(_rank(animal) for animal in found)
    return Scan(tidy, digits, tuple(one for one in found if _rank(one) == best))


def give_number(mirror: Mirror, animal_id: UUID, text: str, *, reason: str = "") -> Changes:
    """Give an animal a number that was scanned; the one it replaces stays in its history.

    InvalidValue: another animal on the farm carries the number (rule 5).
    """
    kind = kind_of(text)
    value = eid(text) or (_packed(text) if kind is IdentifierKind.OFFICIAL else text.strip())
    if not value:
        raise InvalidValue("There is no number to give.", "Scan or type the tag first.")
    name = _COLUMNS[kind]
    with mirror.unit("Tag linked") as unit:
        animal = existing(unit.connection, Livestock, animal_id)
        for other in scan(unit.connection, text).animals:
            if other.id != animal_id and other.here and not other.former:
                raise InvalidValue(
                    f"{other.words} carries {text.strip()}.", "Take it off there first.", field=name
                )
        before = getattr(animal, name)
        if before and before != value:
            _end(unit, animal, kind, before, reason or "Replaced")
        if before != value:
            unit.update(Livestock, animal_id, {name: value})
            unit.insert(
                LivestockIdentifier,
                {"animal_id": animal_id, "kind": kind, "value": value, "given_on": today()},
            )
    return unit.changes


def _end(unit: Unit, animal: Row[Any], kind: IdentifierKind, value: str, reason: str) -> None:
    row = unit.connection.execute(
        select(_NUMBERS.id).where(
            _NUMBERS.animal_id == animal.id,
            _NUMBERS.kind == kind,
            _NUMBERS.value == value,
            _NUMBERS.ended_on.is_(None),
        )
    ).first()
    ended = {"ended_on": today(), "reason": reason}
    if row is not None:
        unit.update(LivestockIdentifier, row.id, ended)
    else:
        unit.insert(
            LivestockIdentifier, {"animal_id": animal.id, "kind": kind, "value": value, **ended}
        )


def _carriers(connection: Connection, text: str, digits: str | None) -> list[Animal]:
    """Everyone who carries or carried the number; exact matches spare a walk over all animals."""
    if digits is not None:
        now: ColumnElement[bool] = or_(_ANIMALS.eid == digits, _ANIMALS.official_id == digits)
        once = _NUMBERS.value == digits
    else:
        packed = _packed(text)
        now = or_(
            func.upper(_ANIMALS.tag_number) == text.upper(), _bare(_ANIMALS.official_id) == packed
        )
        once = _bare(_NUMBERS.value) == packed
    found = {row.id: _animal(row, former=False) for row in _animals(connection, now)}
    carried = select(_NUMBERS.animal_id).where(once, _NUMBERS.ended_on.is_(None))
    for row in _animals(connection, _ANIMALS.id.in_(carried)):
        found.setdefault(row.id, _animal(row, former=False))
    carried = select(_NUMBERS.animal_id).where(once)
    for row in _animals(connection, _ANIMALS.id.in_(carried)):
        found.setdefault(row.id, _animal(row, former=True))
    return list(found.values())


def _animals(connection: Connection, condition: ColumnElement[bool]) -> list[Row[Any]]:
    species, groups = LivestockSpecies.__table__.c, LivestockBatch.__table__.c
    left = case((_ANIMALS.status.in_(HERE), 0), else_=1)
    query = (
        select(Livestock.__table__, species.name.label("species"), groups.name.label("group_name"))
        .join(LivestockSpecies.__table__, species.id == _ANIMALS.species_id, isouter=True)
        .join(LivestockBatch.__table__, groups.id == _ANIMALS.batch_id, isouter=True)
        .where(and_(condition))
        .order_by(left, _ANIMALS.birth_date.desc())
        .limit(20)
    )
    return list(connection.execute(query))


def _animal(row: Row[Any], *, former: bool) -> Animal:
    return Animal(
        id=row.id,
        tag=row.tag_number,
        name=row.name or "",
        species=row.species or "",
        group=row.group_name or "",
        sex=row.sex,
        birth_date=row.birth_date,
        eid=row.eid,
        official_id=row.official_id,
        here=row.status in HERE,
        former=former,
    )


def _rank(animal: Animal) -> tuple[bool, bool]:
    return not animal.here, animal.former


def _packed(text: str) -> str:
    return re.sub(r"[\s\-]", "", text.upper())


def _bare(column: ColumnElement[Any]) -> ColumnElement[str]:
    return func.replace(func.replace(func.upper(column), " ", ""), "-", "")
