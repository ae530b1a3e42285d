"""Rules of clients and their pets: numbers that can be dialled, chips that are one pet's alone."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.merged import kept_of
from fluffydesk.actions.rules.rule import Rule, row_of
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.identifiers import eid
from fluffydesk.mirror.dialled import dialled
from fluffydesk.records.clinic import PatientPerson
from fluffydesk.records.pets import ClinicClient, ClinicPatient, EmergencyContact, Pet
from fluffydesk.records.vocabulary import Record

_EMAIL = re.compile(r"[^\s@,;]+@[^\s@,;.]+(\.[^\s@,;.]+)+")
_LETTERS = 12
_DIGITS = (5, 24)
"""Two numbers in one field are still taken."""
_PETS = Pet.__table__


def _reachable(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse a telephone number that cannot be dialled, and an e-mail that cannot arrive."""
    for name in ("phone", "other_phone"):
        number = None if after is None else getattr(after, name, None)
        if not number or (before is not None and getattr(before, name) == number):
            continue
        digits = len(dialled(number) or "")
        letters = sum(one.isalpha() for one in number)
        if not _DIGITS[0] <= digits <= _DIGITS[1] or letters > _LETTERS:
            raise InvalidValue(
                f"“{number}” is no telephone number.",
                "Type its digits, as in +31 20 555 0101.",
                field=name,
            )
    email = None if after is None else after.email
    if email and (before is None or before.email != email) and not _EMAIL.fullmatch(email):
        raise InvalidValue(
            f"“{email}” is no e-mail address.", "Type it as in noor@post.example.", field="email"
        )


def _merged(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse a merge that would lead back to the card itself."""
    if after is None or after.merged_into_id is None:
        return
    if before is not None and before.merged_into_id == after.merged_into_id:
        return
    into = row_of(connection, ClinicClient, after.merged_into_id)
    if into is not None and into.merged_into_id is not None:
        raise InvalidValue(
            f"{into.full_name} is merged already.",
            "Choose the card that was kept.",
            field="merged_into_id",
        )


def _chip(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Keep a microchip as its 15 digits (ISO 11784); one living pet has it (rule 5)."""
    if after is None or not after.microchip or after.deceased_on is not None:
        return
    if before is not None and (before.microchip, before.deceased_on) == (after.microchip, None):
        return
    digits = eid(after.microchip)
    if digits is None:
        raise InvalidValue(
            f"“{after.microchip}” is no microchip.",
            "It has 15 digits; leave it empty and write another mark under Notes.",
            field="microchip",
        )
    if digits != after.microchip:
        same = _PETS.c.id == after.id
        connection.execute(_PETS.update().where(same).values(microchip=digits))
    other = connection.execute(
        select(_PETS.c.id, _PETS.c.name).where(
            _PETS.c.microchip == digits, _PETS.c.id != after.id, _PETS.c.deceased_on.is_(None)
        )
    ).first()
    if other is not None:
        raise InvalidValue(
            f"{other.name}{_of_whom(connection, other.id)} already has the microchip {digits}.",
            "Check the number, or open that pet instead.",
            field="microchip",
        )


def _of_whom(connection: Connection, pet_id: Any) -> str:
    links = ClinicPatient.__table__.c
    query = select(links.client_id).where(links.pet_id == pet_id, links.client_id.is_not(None))
    found = connection.execute(query).scalar()
    if found is None:
        return ""
    client = row_of(connection, ClinicClient, kept_of(connection, [found])[found])
    return "" if client is None else f" of {client.full_name}"


def _beside(connection: Connection, before: Row[Any] | None, after: Row[Any] | None) -> None:
    """Refuse to name the client who brings a pet once more beside it."""
    if after is None:
        return
    links = ClinicPatient.__table__.c
    query = select(links.id).where(links.pet_id == after.pet_id, links.client_id == after.client_id)
    if connection.execute(query).first() is not None:
        client = row_of(connection, ClinicClient, after.client_id)
        name = "This client" if client is None else client.full_name
        raise InvalidValue(
            f"{name} brings this pet already.", "Choose somebody else.", field="client_id"
        )


RULES: dict[type[Record], tuple[Rule, ...]] = {
    ClinicClient: (_reachable, _merged),
    EmergencyContact: (_reachable,),
    Pet: (_chip,),
    PatientPerson: (_beside,),
}
