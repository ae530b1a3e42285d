"""A pet's papers as the screens show them: who it is, its notes, and all that happened, by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, case, func, select

from fluffydesk.actions.findings.bills import unbilled_visits
from fluffydesk.actions.records import as_signed, draft_of, late_edit
from fluffydesk.figures.dates import age_in_words
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.clinic import LabResult, NoteTemplate
from fluffydesk.records.enums import Status
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.pets import ClinicClient, ClinicPatient, Pet
from fluffydesk.records.types import today
from fluffydesk.records.users import Profile
from fluffydesk.ui.fields.texts import (
    day_text,
    moment_text,
    text_of,
    words,
)
from fluffydesk.ui.screens.reading.firsts import MOST
from fluffydesk.ui.screens.reading.records_scroll import Entry, Note, entries_of
from fluffydesk.ui.screens.reading.unbilled import DAYS

_NOTES = MedicalRecord.__table__
_PEOPLE = ("veterinarian_id", "signed_by", "updated_by")


@dataclass(frozen=True)
class Patient:
    """Who the papers are of, in one line and a warning."""

    id: UUID
    name: str
    species: str
    about: str
    weight: str
    weight_kg: Decimal | None
    warning: str
    died: str
    client: str
    phone: str
    client_id: UUID | None


@dataclass(frozen=True)
class Papers:
    """All papers of a pet; `open_id` is the note asked for, or the one to go on with."""

    patient: Patient
    notes: tuple[Note, ...]
    entries: tuple[Entry, ...]
    open_id: UUID | None
    appointment: Row[Any] | None
    draft_new: bool
    """Something was typed into a new note of this pet and not saved."""
    is_cut: bool
    unbilled: tuple[str, ...] = ()
    """What is on no invoice of visits of which one is posted."""

    def note(self, note_id: UUID | None) -> Note | None:
        """Return a note by its id."""
        return next((one for one in self.notes if one.id == note_id), None)

    def chain(self, note: Note) -> list[Note]:
        """Return a note with those that it amends and that amend it, the oldest first."""
        first = note
        seen = {note.id}
        while first.amends_id is not None and (older := self.note(first.amends_id)) is not None:
            if older.id in seen:
                break
            seen.add(older.id)
            first = older
        found = [first]
        for one in found:
            found += [n for n in reversed(self.notes) if n.amends_id == one.id and n not in found]
        return found


@dataclass(frozen=True)
class Template:
    """A note template, as it is chosen."""

    id: UUID
    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Unsigned:
    """A note that nobody has signed yet; `mine`: of the vet who reads it."""

    id: UUID
    pet: str
    vet: str
    on: date
    title: str
    mine: bool = False


@dataclass(frozen=True)
class Awaited:
    """The tests of a sample and panel that have no value yet."""

    id: UUID
    pet_id: UUID
    pet: str
    panel: str
    on: date
    tests: int
    laboratory: str


@dataclass(frozen=True)
class ToFinish:
    """What is left to finish: notes without a signature, one's own before the others', tests
    without a result; each the oldest first."""

    notes: tuple[Unsigned, ...]
    results: tuple[Awaited, ...]


def papers(mirror: Mirror, where: UUID) -> Papers | None:
    """Read the papers of the pet that `where` names: by its own id, a note's or an appointment's.

    None where nothing of that id is in sight.
    """
    with mirror.read() as connection:
        visit = _one(connection, Appointment, where)
        asked = _one(connection, MedicalRecord, where)
        named = visit if visit is not None else asked
        patient = _patient(connection, where if named is None else named.pet_id)
        if patient is None:
            return None
        home = (mirror.state.get(connection, "organization") or {}).get("id")
        rows = connection.execute(
            select(_NOTES)
            .where(_NOTES.c.pet_id == patient.id)
            .order_by(_NOTES.c.visited_on.desc(), _NOTES.c.id.desc())
            .limit(MOST)
        ).all()
        people = _people(connection, rows)
        notes = tuple(_note(connection, row, people, home) for row in rows)
        entries, is_cut = entries_of(connection, patient.id, notes)
        draft = bool(draft_of(connection, patient.id))
        open_id = None if asked is None else asked.id
        if visit is not None:
            open_id = next((n.id for n in notes if n.values["appointment_id"] == where), None)
        elif asked is None and not draft:
            open_id = _to_go_on_with(notes)
        left = _unbilled(connection, notes)
        cut = is_cut or len(rows) == MOST
        return Papers(patient, notes, entries, open_id, visit, draft, cut, left)


def _unbilled(connection: Connection, notes: Iterable[Note]) -> tuple[str, ...]:
    since = today() - timedelta(days=DAYS)
    lately = [one.values for one in notes if one.values["visited_on"] >= since]
    visits = {one["appointment_id"] for one in lately} - {None}
    found = unbilled_visits(connection, among=visits) if visits else {}
    return tuple(thing for things in found.values() for thing in things)


def templates(mirror: Mirror, species: str) -> tuple[Template, ...]:
    """Return the templates that fit a species, by name; those for any species too."""
    table = NoteTemplate.__table__
    query = select(table).where(table.c.status == Status.ACTIVE).order_by(table.c.name)
    with mirror.read() as connection:
        rows = connection.execute(query).all()
    said = species.strip().casefold()
    fits = [row for row in rows if (row.species or said).strip().casefold() == said]
    return tuple(Template(row.id, row.name, dict(row._mapping)) for row in fits)


def unsigned(connection: Connection, before: date) -> tuple[Unsigned, ...]:
    """Return the notes of visits before a day that nobody has signed: first those of the vet who
    asks, and the oldest first."""
    pets, me = Pet.__table__, _told(connection, "author", "user_id")
    mine = case((_NOTES.c.veterinarian_id == me, 0), else_=1)
    query = (
        select(_NOTES, pets.c.name.label("pet"))
        .join(pets, pets.c.id == _NOTES.c.pet_id)
        .where(_NOTES.c.signed_at.is_(None), _NOTES.c.visited_on < before)
        .order_by(mine, _NOTES.c.visited_on, _NOTES.c.id)
        .limit(MOST)
    )
    home = _told(connection, "organization", "id")
    rows = [row for row in connection.execute(query) if row.organization_id == home]
    people = _people(connection, rows)
    return tuple(
        Unsigned(
            row.id,
            row.pet,
            people.get(row.veterinarian_id, ""),
            row.visited_on,
            _title(row),
            row.veterinarian_id is not None and row.veterinarian_id == me,
        )
        for row in rows
    )


def unsigned_of_mine(connection: Connection) -> int:
    """Return how many notes the vet whose PC this is has not signed, today's too."""
    query = select(func.count()).where(
        _NOTES.c.signed_at.is_(None),
        _NOTES.c.visited_on <= today(),
        _NOTES.c.veterinarian_id == _told(connection, "author", "user_id"),
        _NOTES.c.organization_id == _told(connection, "organization", "id"),
    )
    return int(connection.execute(query).scalar_one())


def awaited(connection: Connection) -> tuple[Awaited, ...]:
    """Return the samples of which tests have no value yet, the oldest first."""
    tests, pets = LabResult.__table__.c, Pet.__table__.c
    query = (
        select(
            func.min(tests.id).label("id"),
            tests.pet_id,
            pets.name,
            tests.panel,
            func.min(tests.test).label("test"),
            tests.taken_on,
            func.count().label("tests"),
            func.max(tests.laboratory).label("laboratory"),
        )
        .join(Pet.__table__, pets.id == tests.pet_id)
        .where(tests.value.is_(None), tests.finding.is_(None))
        .group_by(tests.pet_id, pets.name, tests.panel, tests.taken_on)
        .order_by(tests.taken_on, pets.name)
        .limit(MOST)
    )
    return tuple(
        Awaited(
            row.id,
            row.pet_id,
            row.name,
            row.panel or row.test,
            row.taken_on,
            row.tests,
            row.laboratory or "",
        )
        for row in connection.execute(query)
    )


def to_finish(mirror: Mirror) -> ToFinish:
    """Read what is left to finish, today's notes too."""
    with mirror.read() as connection:
        tomorrow = today() + timedelta(days=1)
        return ToFinish(unsigned(connection, tomorrow), awaited(connection))


def _told(connection: Connection, state: str, name: str) -> UUID | None:
    """Return the id of who works on this PC ("author"), or of whose it is ("organization")."""
    found = (Mirror.state.get(connection, state) or {}).get(name)
    return UUID(found) if found else None


def _to_go_on_with(notes: tuple[Note, ...]) -> UUID | None:
    """The newest note of today that is not signed: what was begun at this visit."""
    begun = (n for n in notes if n.ours and not n.is_signed and n.values["visited_on"] == today())
    return next((note.id for note in begun), None)


def _one(connection: Connection, record: Any, row_id: UUID) -> Row[Any] | None:
    table = record.__table__
    return connection.execute(select(table).where(table.c.id == row_id)).first()


def _people(connection: Connection, rows: Any) -> dict[UUID | None, str]:
    ids = {getattr(r, n, None) for r in rows for n in _PEOPLE} - {None}
    table = Profile.__table__.c
    query = select(table.id, table.full_name, table.email).where(table.id.in_(ids))
    return {row.id: row.full_name or row.email for row in connection.execute(query)}


def _patient(connection: Connection, pet_id: UUID) -> Patient | None:
    pets, links, clients = Pet.__table__, ClinicPatient.__table__, ClinicClient.__table__
    row = connection.execute(
        select(pets, links.c.client_id, clients.c.full_name.label("client"), clients.c.phone)
        .select_from(
            pets.outerjoin(links, links.c.pet_id == pets.c.id).outerjoin(
                clients, clients.c.id == links.c.client_id
            )
        )
        .where(pets.c.id == pet_id)
    ).first()
    if row is None:
        return None
    sex = "" if str(row.sex) == "unknown" else words(row.sex)
    age = age_in_words(row.birth_date, today())
    weight = "" if row.weight_kg is None else text_of(pets.c.weight_kg, row.weight_kg, unit=True)
    allergies = f"Allergies: {row.allergies}" if row.allergies else ""
    warnings = ("Handle with care: bites" if row.bites else "", allergies, row.alerts or "")
    return Patient(
        row.id,
        row.name,
        row.species,
        " · ".join(part for part in (row.species, row.breed, sex, age, weight) if part),
        weight,
        row.weight_kg,
        " · ".join(part.strip().rstrip(".") for part in warnings if part),
        f"Died on {day_text(row.deceased_on)}." if row.deceased_on else "",
        row.client or "",
        row.phone or "",
        row.client_id,
    )


def _note(
    connection: Connection, row: Row[Any], people: Mapping[UUID | None, str], home: str | None
) -> Note:
    signed = ""
    if row.signed_at is not None:
        # Central notes who signs; until it has the row, it is who saved it last.
        who = people.get(row.signed_by or row.updated_by) or people.get(row.veterinarian_id)
        signed = f"Signed by {who or 'the clinic'}, {moment_text(row.signed_at)}"
    is_late = row.signed_at is not None and late_edit(connection, row.id) is not None
    return Note(
        row.id,
        dict(row._mapping),
        _title(row),
        people.get(row.veterinarian_id, ""),
        signed,
        str(row.organization_id) == home,
        row.amends_id,
        as_signed(connection, row.id) if is_late else None,
    )


def _title(row: Row[Any]) -> str:
    """Return what a note is called: its diagnosis, else why the pet came, else its kind."""
    for text in (row.diagnosis, row.reason):
        if text and text.strip():
            return str(text).strip().splitlines()[0]
    return words(row.kind)
