"""Finds a row by what lies in another table: an animal by a tag it once had, a client by a pet,
by its file number or by the name on a card that was merged, a pet by who brings it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from fluffydesk.mirror import searched
from fluffydesk.mirror.crossing import CROSSED
from fluffydesk.mirror.dialled import spellings
from fluffydesk.mirror.searched import listed
from fluffydesk.records.clinic import PatientPerson
from fluffydesk.records.livestock import Livestock, LivestockIdentifier
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.vocabulary import Record

ONCE = "row__once"
"""The column of a listed row that says by which such text it was found: "was 112"."""

_NUMBERS = LivestockIdentifier.__table__
_SHOWN = ("tag_number", "official_id", "eid")
_ANIMALS = Livestock.__table__.name
_CLIENTS, _PETS = ClinicClient.__table__, Pet.__table__
_LINKS, _PEOPLE = ClinicPatient.__table__, PatientPerson.__table__


def is_dialled(table: str) -> bool:
    """Say whether the rows of a table are found by telephone numbers, their own or of others."""
    return table in (_CLIENTS.name, _PETS.name)


def rows_once_with(table: str, word: str) -> Any:
    """Return a query for the ids of rows with a folded word in such a text; None where the
    table's rows have none.

    Each number of an animal is looked at: an index of their texts would make each save of one,
    and each first load, half as long again.
    """
    if table == _ANIMALS:
        return select(_NUMBERS.c.animal_id).where(_has(_NUMBERS.c.value, word))
    if table == _CLIENTS.name:
        return _clients_with(word)
    return _pets_with(word) if table == _PETS.name else None


def once(table: Any, words: Sequence[str]) -> ColumnElement[Any]:
    """Return the texts with one of some words that a row does not show, as SQL text."""
    told: Any = None
    if words and table.name == _ANIMALS:
        told = _tags(table, words)
    elif words and table.name == _CLIENTS.name:
        told = _of_client(table, words)
    return (literal("") if told is None else func.coalesce(told, "")).label(ONCE)


def _tags(table: Any, words: Sequence[str]) -> Any:
    number = _NUMBERS.alias("once")
    was = case((number.c.ended_on.is_not(None), "was "), else_="")
    shown = [func.coalesce(table.c[name], "") for name in _SHOWN]
    return (
        select(func.group_concat(was.concat(number.c.value), ", "))
        .where(
            number.c.animal_id == table.c.id,
            or_(*[_has(number.c.value, word) for word in words]),
            and_(*[number.c.value != one for one in shown]),
        )
        .correlate(table)
        .scalar_subquery()
    )


def few_beside(connection: Connection, table: str, word: str, most: int) -> set[int] | None:
    """Return the row numbers of clients by their pets, or of pets by their clients, that have a
    folded word; None where that is so of more than `most`."""
    merged = _KEPT.where(_EACH_MERGED.in_(searched.rows_with(_CLIENTS.name, word)))
    rows = set(connection.execute(merged.limit(most + 1)).scalars())
    if rows and table != _CLIENTS.name:
        rows = searched.numbers(connection, _PETS_OF.where(_BY_CLIENT.in_(listed(rows))))
    for first, way, by in _CROSSED[table]:
        having = searched.rows_with(first, word)
        if len(rows) > most or searched.are_more(connection, having, most):
            return None
        rows |= searched.numbers(connection, way.where(by.in_(having)))
    return rows if len(rows) <= most else None


def beside(table: Any, word: str) -> ColumnElement[bool] | None:
    """Say of each row by itself that a client's pets, or a pet's clients, have a folded word;
    None where there are no such. Their index has to be ready."""
    if not is_dialled(table.name):
        return None
    mine, other, others = _BY_CLIENT, _BY_PET, _PETS
    merged: Any = _MERGED
    old = _MERGED.c.merged_into_id == table.c.id
    if table.name == _PETS.name:
        mine, other, others = _BY_PET, _BY_CLIENT, _CLIENTS
        merged = _LINKS.join(_MERGED, _MERGED.c.merged_into_id == _LINKS.c.client_id)
        old = _LINKS.c.pet_id == table.c.id
    here = mine == searched.key_of(table)
    ways = (
        searched.has(others.name, CROSSED, other, word).where(here),
        searched.has(_LINKS.name, CROSSED, _BY_LINK, word).where(here, CROSSED.c.shared == 0),
        searched.has(_CLIENTS.name, merged, _MERGED_ROW, word).where(old),
    )
    return or_(*[way.correlate(table).exists() for way in ways])


_BY_CLIENT, _BY_PET, _BY_LINK = CROSSED.c.client_row, CROSSED.c.pet_row, CROSSED.c.link
_CLIENTS_OF, _PETS_OF = (select(one).where(CROSSED.c.shared == 0) for one in (_BY_CLIENT, _BY_PET))
_CROSSED: dict[str, list[tuple[str, Select[Any], Any]]] = {
    _CLIENTS.name: [
        (_PETS.name, select(_BY_CLIENT), _BY_PET),
        (_LINKS.name, _CLIENTS_OF, _BY_LINK),
    ],
    _PETS.name: [
        (_CLIENTS.name, select(_BY_PET), _BY_CLIENT),
        (_LINKS.name, _PETS_OF, _BY_LINK),
    ],
}
"""For each table whose texts are searched, and the way from the numbers of its rows."""

_MERGED = _CLIENTS.alias("merged")
_MERGED_ROW: Any = literal_column("merged.rowid", type_=Integer())
_INTO = _CLIENTS.alias("kept")
_KEPT: Select[Any] = (
    select(literal_column("kept.rowid", type_=Integer()))
    .select_from(_CLIENTS.join(_INTO, _INTO.c.id == _CLIENTS.c.merged_into_id))
    .where(_CLIENTS.c.merged_into_id.is_not(None))
)
# With a plus SQLite goes from the merged to the word, not from the word to all rows.
_EACH_MERGED: Any = literal_column(f"+{_CLIENTS.name}.rowid", type_=Integer())


def _clients_with(word: str) -> Any:
    """The clients whose pets, present or shared, have the word, and the kept ones of merged."""
    pets = select(_PETS.c.id).where(_by_index(_PETS, word))
    merged = select(_CLIENTS.c.merged_into_id).where(
        _by_index(_CLIENTS, word), _CLIENTS.c.merged_into_id.is_not(None)
    )
    return union_all(
        select(_LINKS.c.client_id).where(_LINKS.c.pet_id.in_(pets)),
        select(_LINKS.c.client_id).where(_by_index(_LINKS, word)),
        select(_PEOPLE.c.client_id).where(_PEOPLE.c.pet_id.in_(pets)),
        merged,
    )


def _pets_with(word: str) -> Any:
    """The pets of clients who have the word, also on a card that was merged into theirs."""
    own = select(_CLIENTS.c.id).where(_by_index(_CLIENTS, word))
    merged = select(_CLIENTS.c.merged_into_id).where(
        _by_index(_CLIENTS, word), _CLIENTS.c.merged_into_id.is_not(None)
    )
    links, people = _LINKS.c, _PEOPLE.c
    return union_all(
        select(links.pet_id).where(links.client_id.in_(own)),
        select(links.pet_id).where(links.client_id.in_(merged)),
        select(links.pet_id).where(_by_index(_LINKS, word)),
        select(people.pet_id).where(people.client_id.in_(own)),
    )


def _of_client(table: Any, words: Sequence[str]) -> Any:
    """By which pet a client was found, else by which card that was merged into this one."""
    pet, link, old = _PETS.alias("once_pet"), _LINKS.alias("once_link"), _CLIENTS.alias("once")
    told = func.concat_ws("\n", pet.c.name, pet.c.microchip, link.c.file_number)
    by_pet = (
        select(func.group_concat(pet.c.name, ", "))
        .select_from(link.join(pet, pet.c.id == link.c.pet_id))
        .where(link.c.client_id == table.c.id, or_(*[_has(told, word) for word in words]))
        .correlate(table)
        .scalar_subquery()
    )
    by_name = (
        select(func.group_concat(literal("was ").concat(old.c.full_name), ", "))
        .where(
            old.c.merged_into_id == table.c.id,
            or_(*[_has(_texts_of(old), word) for word in words]),
        )
        .correlate(table)
        .scalar_subquery()
    )
    return func.coalesce(by_pet, by_name)


def _texts_of(client: Any) -> Any:
    digits = [func.dialled(client.c.phone), func.dialled(client.c.other_phone)]
    return func.concat_ws("\n", *_searched_of(ClinicClient, client), *digits)


def _searched_of(record: type[Record], table: Any) -> list[Any]:
    return [table.c[name] for name in record.__searched__]


def _by_index(table: Any, word: str) -> ColumnElement[bool]:
    return and_(searched.key_of(table).in_(searched.rows_with(table.name, word)))


def _has(value: Any, word: str) -> ColumnElement[bool]:
    return or_(*[func.instr(func.folded(value), one) > 0 for one in spellings(word)])
