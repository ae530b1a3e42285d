"""What a person does with visit notes: write, draft, sign and amend them, and use templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from fluffydesk.actions import rules, saving
from fluffydesk.actions.rules.people import author_of
from fluffydesk.errors import InvalidValue, NotFound, Refusal
from fluffydesk.mirror import journal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.images import from_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.unit import Unit
from fluffydesk.records.clinic import NoteTemplate
from fluffydesk.records.enums import Role, Status
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.types import now
from fluffydesk.records.users import OrganizationUser
from fluffydesk.records.vocabulary import record_columns
from fluffydesk.sync import resolve

WORDS = ("history", "examination", "diagnosis", "treatment")
"""Subjective, objective, assessment, plan."""
_SAYS = ("reason", *WORDS, "weight_kg", "temperature_c", "heart_rate", "respiratory_rate")
_NOT_COPIED = ("signed_at", "signed_by", "amends_id")
_NOTES = MedicalRecord.__table__


def keep_note(
    mirror: Mirror, record_id: UUID | None, values: Mapping[str, Any]
) -> tuple[UUID, Changes]:
    """Add a visit note, or change one that is not signed; returns its id and what changed.

    A new one without a vet is that of the vet at this PC. Refusal where it is signed (rule 22).
    """
    with mirror.unit("Visit note") as unit:
        row_id = _kept(unit, record_id, values)
    return row_id, unit.changes


def sign(mirror: Mirror, record_id: UUID | None, values: Mapping[str, Any]) -> tuple[UUID, Changes]:
    """Sign a note as it is with `values`, in one unit: nobody edits it from then on (rule 22).

    InvalidValue where nothing is written in it.
    """
    with mirror.unit("Visit note signed") as unit:
        row_id = _kept(unit, record_id, values)
        row = saving.existing(unit.connection, MedicalRecord, row_id)
        if not any(getattr(row, name) for name in _SAYS):
            raise InvalidValue(
                "There is nothing in this note yet.", "Write what was found.", field="history"
            )
        if row.signed_at is None:
            unit.update(MedicalRecord, row_id, {"signed_at": now()})
    return row_id, unit.changes


def amend(
    mirror: Mirror, record_id: UUID, typed: Mapping[str, Any] | None = None
) -> tuple[UUID, Changes]:
    """Begin an amendment of a signed note: a new one that points to it, with its words, or with
    what was `typed` in their place.

    One that is begun already is gone on with. Refusal for a note that is not signed (rule 22).
    """
    with mirror.unit("Amendment") as unit:
        row_id = _amended(unit, record_id, typed or {})
    return row_id, unit.changes


def amend_instead(mirror: Mirror, record_id: UUID) -> tuple[UUID, Changes]:
    """Make an amendment of an edit that came after the signature of another desk.

    The record is again as it was signed; what was typed here stands in the amendment (rule 22).
    NotFound where no such edit waits.
    """
    with mirror.read() as connection:
        mine = saving.existing(connection, MedicalRecord, record_id)._mapping
        refused = late_edit(connection, record_id)
    if refused is None:
        raise NotFound("No edit of this record waits any more.", "Open the record again.")
    typed = {name: mine[name] for name in _copied()}
    freed = resolve.discard(mirror, refused)
    with mirror.unit("Amendment") as unit:
        row_id = _amended(unit, record_id, typed)
    return row_id, freed | unit.changes


def late_edit(connection: Connection, record_id: UUID) -> UUID | None:
    """Return the refused edit of a record that is signed at central; None where there is none."""
    edit = journal.pending_row(connection, ("medical_records", str(record_id)))
    if edit is None or edit.base is None or edit.base.get("signed_at") is None:
        return None
    waiting = resolve.open_quarantine(connection)
    return next((one.id for one in waiting if one.row_id == record_id), None)


def as_signed(connection: Connection, record_id: UUID) -> dict[str, Any] | None:
    """Return a record as central has it, where an edit of it waits here; else None."""
    edit = journal.pending_row(connection, ("medical_records", str(record_id)))
    if edit is None or edit.base is None:
        return None
    return from_image(MedicalRecord, edit.base)


def with_template(typed: Mapping[str, str | None], template: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields that a template fills: an empty one gets its words, else they go below
    what was typed; words that stand there already are not put in twice."""
    found: dict[str, str] = {}
    for name in ("reason", *WORDS):
        words, there = (template.get(name) or "").strip(), (typed.get(name) or "").rstrip()
        if not words or words in there or (name == "reason" and there):
            continue
        found[name] = f"{there}\n{words}" if there else words
    return found


def save_template(
    mirror: Mirror, name: str, values: Mapping[str, Any], template_id: UUID | None = None
) -> tuple[UUID, Changes]:
    """Keep a note's words as a template of that name, a new one or in place of `template_id`.

    InvalidValue without a name or without words.
    """
    if not any((values.get(one) or "").strip() for one in ("reason", *WORDS)):
        raise InvalidValue("There are no words to keep.", "Write the note first.", field="name")
    kept = {one: values.get(one) for one in ("reason", "kind", "species", *WORDS)}
    checked = saving.check(NoteTemplate, {**kept, "name": name, "status": Status.ACTIVE})
    with mirror.unit("Note template") as unit:
        if template_id is None:
            template_id = unit.insert(NoteTemplate, checked)
        else:
            unit.update(NoteTemplate, template_id, checked)
    return template_id, unit.changes


def keep_draft(mirror: Mirror, key: UUID, typed: Mapping[str, str] | None) -> None:
    """Keep what is typed into a note and not saved, beside the mirror's rows; None forgets it.

    `key` is the record's id, or the pet's for a note that is not there yet.
    """
    mirror.remember(**{_draft(key): dict(typed) if typed else None})


def draft_of(connection: Connection, key: UUID) -> dict[str, str]:
    """Return what was typed into a note and not saved, by column; empty where nothing was."""
    found = Mirror.state.get(connection, _draft(key))
    return dict(found) if isinstance(found, dict) else {}


def _draft(key: UUID) -> str:
    return f"note {key}"


def _kept(unit: Unit, record_id: UUID | None, values: Mapping[str, Any]) -> UUID:
    if record_id is None:
        given = {"veterinarian_id": _vet_here(unit.connection), **values}
        row_id = unit.insert(MedicalRecord, saving.check(MedicalRecord, given))
        before = None
    else:
        row_id, before = record_id, saving.existing(unit.connection, MedicalRecord, record_id)
        unit.update(MedicalRecord, row_id, saving.check(MedicalRecord, values, partial=True))
    after = saving.existing(unit.connection, MedicalRecord, row_id)
    rules.hold(unit.connection, MedicalRecord, before, after)
    return row_id


def _amended(unit: Unit, record_id: UUID, typed: Mapping[str, Any]) -> UUID:
    signed = saving.existing(unit.connection, MedicalRecord, record_id)
    if signed.signed_at is None:
        raise Refusal("This note is not signed yet.", "Edit it; only what is signed is amended.")
    others = select(_NOTES).where(_NOTES.c.amends_id == record_id).order_by(_NOTES.c.id)
    begun = [one for one in unit.connection.execute(others) if one.signed_at is None]
    if begun:
        if typed:
            _kept(unit, begun[0].id, typed)
        return UUID(str(begun[0].id))
    copied = {name: getattr(signed, name) for name in _copied()}
    values = {**copied, **typed, "pet_id": signed.pet_id, "amends_id": record_id}
    return _kept(unit, None, values)


def _copied() -> list[str]:
    names = [column.name for column in record_columns(MedicalRecord)]
    return [name for name in names if name not in (*_NOT_COPIED, "pet_id")]


def _vet_here(connection: Connection) -> UUID | None:
    person = author_of(connection)
    members = OrganizationUser.__table__.c
    query = select(members.id).where(members.user_id == person, members.role == Role.VETERINARIAN)
    return person if connection.execute(query).first() is not None else None
