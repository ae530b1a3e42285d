"""Finds a row by what lies in another table: an animal by a tag it once had, a client by a pet,
by its file number or by the name on a card that was merged, a pet by who brings it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
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
from fluffydesk.mirror.dialled import spellings
from fluffydesk.records.clinic import PatientPerson
from fluffydesk.records.livestock import Livestock, LivestockIdentifier
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.vocabulary import Record

ONCE = "row__once"
"""The column of a listed row that says by which such text it was found: "was 112"."""

FEW = 5_000
"""So many pets or clients with a word are followed to the others one by one."""

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


def few_beside(connection: Connection, table: str, word: str) -> set[int] | None:
    """Return the row numbers of clients by their pets, or of pets by their clients, that have a
    folded word; None where that is so of too many to count them all."""
    rows: set[int] = set()
    for first, way in _CROSSED[table]:
        if first.name == table:  # however many have it, few of them were merged into another
            # With a plus SQLite goes from the merged to the word, not from the word to all rows.
            each: Any = literal_column(f"+{first.name}.rowid", type_=Integer())
            has = and_(each.in_(searched.rows_with(first.name, word)))
            merged = way.where(first.c.merged_into_id.is_not(None), has)
            rows.update(connection.execute(merged.limit(FEW + 1)).scalars())
            if len(rows) > FEW:
                return None
            continue
        found = set(
            connection.execute(searched.rows_with(first.name, word).limit(FEW + 1)).scalars()
        )
        if len(found) > FEW:
            return None
        if found:
            theirs = searched.key_of(first).in_(searched.listed(found))
            rows.update(connection.execute(way.where(theirs)).scalars())
    return rows


def beside(table: Any, word: str) -> ColumnElement[bool] | None:
    """Say of each row by itself that a client's pets, or a pet's clients, have a folded word;
    None where there are no such."""
    if not is_dialled(table.name):
        return None
    ways = _ways_of_client(table) if table.name == _CLIENTS.name else _ways_of_pet(table)
    return or_(*[way.where(_has(told, word)).correlate(table).exists() for way, told in ways])


_PET, _LINK, _PERSON = _PETS.alias("its_pet"), _LINKS.alias("its_link"), _PEOPLE.alias("its_person")
_CLIENT = _CLIENTS.alias("its_client")


def _ways_of_client(table: Any) -> list[tuple[Any, Any]]:
    pet, link, person, old = _PET, _LINK, _PERSON, _CLIENT
    ours = link.join(pet, pet.c.id == link.c.pet_id)
    shared = person.join(pet, pet.c.id == person.c.pet_id)
    told = func.concat_ws("\n", link.c.file_number, *_searched_of(Pet, pet))
    return [
        (select(1).select_from(ours).where(link.c.client_id == table.c.id), told),
        (
            select(1).select_from(shared).where(person.c.client_id == table.c.id),
            func.concat_ws("\n", *_searched_of(Pet, pet)),
        ),
        (select(1).where(old.c.merged_into_id == table.c.id), _texts_of(old)),
    ]


def _ways_of_pet(table: Any) -> list[tuple[Any, Any]]:
    link, person, client = _LINK, _PERSON, _CLIENT
    ours = link.outerjoin(client, client.c.id == link.c.client_id)
    shared = person.join(client, client.c.id == person.c.client_id)
    told = func.concat_ws("\n", link.c.file_number, _texts_of(client))
    return [
        (select(1).select_from(ours).where(link.c.pet_id == table.c.id), told),
        (select(1).select_from(shared).where(person.c.pet_id == table.c.id), _texts_of(client)),
    ]


def _crossed() -> dict[str, list[tuple[Any, Any]]]:
    """Return for each table whose texts are searched, and the way from there to its rows."""
    to_client, to_pet = searched.key_of(_CLIENTS), searched.key_of(_PETS)
    links, people, old = _LINKS, _PEOPLE, _CLIENTS.alias("kept")
    by_link = links.join(_PETS, _PETS.c.id == links.c.pet_id).join(
        _CLIENTS, _CLIENTS.c.id == links.c.client_id
    )
    by_person = people.join(_PETS, _PETS.c.id == people.c.pet_id).join(
        _CLIENTS, _CLIENTS.c.id == people.c.client_id
    )
    kept_row: Any = literal_column("kept.rowid", type_=Integer())
    to_kept = _CLIENTS.join(old, old.c.id == _CLIENTS.c.merged_into_id)
    of_kept = links.join(_PETS, _PETS.c.id == links.c.pet_id).join(
        _CLIENTS, _CLIENTS.c.merged_into_id == links.c.client_id
    )
    return {
        _CLIENTS.name: [
            (_PETS, select(to_client).select_from(by_link)),
            (_PETS, select(to_client).select_from(by_person)),
            (_LINKS, select(to_client).select_from(by_link)),
            (_CLIENTS, select(kept_row).select_from(to_kept)),
        ],
        _PETS.name: [
            (_CLIENTS, select(to_pet).select_from(by_link)),
            (_CLIENTS, select(to_pet).select_from(by_person)),
            (_CLIENTS, select(to_pet).select_from(of_kept)),
            (_LINKS, select(to_pet).select_from(by_link)),
        ],
    }


_CROSSED = _crossed()


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
