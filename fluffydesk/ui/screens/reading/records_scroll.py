"""All that happened to a pet, a line a day and the lines it opens to, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from fluffydesk.actions.findings.finding import listed
from fluffydesk.actions.prescriptions import lots_of
from fluffydesk.figures.doses import amount_words, times_words
from fluffydesk.figures.lab import flag
from fluffydesk.records.clinic import LabResult, PetVaccination, Prescription
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.reviews import Attachment
from fluffydesk.records.types import made_at
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.ui.fields.texts import (
    day_text,
    decimal_point,
    moment_text,
    number_text,
    text_of,
    words,
)
from fluffydesk.ui.screens.reading.firsts import MOST
from fluffydesk.ui.screens.visits import visits_of
from fluffydesk.wording import counted

_NOTES = MedicalRecord.__table__
SAID = {
    "history": "Subjective",
    "examination": "Objective",
    "diagnosis": "Assessment",
    "treatment": "Plan",
}
_VITALS = ("weight_kg", "temperature_c", "heart_rate", "respiratory_rate", "body_condition")
_SHOWN = ("reason", "history", "examination", *_VITALS, "diagnosis", "treatment", "prescription")
_ALSO = ("follow_up_on", "confidential_notes")
KINDS = {
    "note": "Note",
    "prescription": "Prescription",
    "vaccination": "Vaccination",
    "lab": "Laboratory",
    "visit": "Visit",
    "file": "File",
}


@dataclass(frozen=True)
class Note:
    """A visit note: its columns, and how far it is."""

    id: UUID
    values: Mapping[str, Any]
    title: str
    vet: str
    signed: str
    """Who signed it and when; empty where nobody has."""
    ours: bool
    amends_id: UUID | None
    late: Mapping[str, Any] | None = None
    """The record as it was signed, where an edit came after that and waits for a person."""

    @property
    def is_signed(self) -> bool:
        return bool(self.signed)


@dataclass(frozen=True)
class Entry:
    """One thing that happened, for the scroll: a line, and the lines it opens to."""

    id: UUID
    kind: str
    at: datetime
    day: str
    title: str
    lines: tuple[str, ...]
    state: str = ""
    tone: str = "plain"

    @property
    def text(self) -> str:
        """Everything it says, for the search and for who cannot see it."""
        return "\n".join((f"{self.day}, {KINDS[self.kind]}: {self.title}", self.state, *self.lines))


def note_lines(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a note says, a line a field: "Plan: rest, Heart rate: 90 /min"."""
    lines = []
    for name in (*_SHOWN, *_ALSO):
        value = values.get(name)
        if value in (None, ""):
            continue
        column = _NOTES.c[name]
        label = SAID.get(name) or facts_of(column).label
        lines.append(f"{label}: {text_of(column, value, unit=True)}")
    return tuple(lines)


def entries_of(
    connection: Connection,
    pet_id: UUID,
    notes: tuple[Note, ...],
) -> tuple[tuple[Entry, ...], bool]:
    """Return what happened to a pet, newest first, and whether some of it was left out."""
    found = [_of_note(note) for note in notes]
    counts = []
    for record, make, order in (
        (Prescription, partial(_of_prescription, connection), "prescribed_on"),
        (PetVaccination, _of_vaccination, "given_on"),
        (Attachment, _of_file, "id"),
    ):
        table = record.__table__
        query = select(table).where(table.c.pet_id == pet_id)
        rows = connection.execute(query.order_by(table.c[order].desc()).limit(MOST)).all()
        counts.append(len(rows))
        found += [make(row) for row in rows]
    found += _of_results(connection, pet_id)
    written = {note.values["appointment_id"] for note in notes}
    for visit in visits_of(connection, pet_id=pet_id):
        if visit.id not in written:
            what = visit.service or visit.reason or "Visit"
            about = tuple(part for part in (visit.reason, visit.vet, visit.room) if part)
            line = moment_text(visit.starts)
            found.append(Entry(visit.id, "visit", visit.starts, line, what, about, visit.stage))
    found.sort(key=lambda entry: (entry.at, str(entry.id)), reverse=True)
    return tuple(found), MOST in counts


def _at(day: date) -> datetime:
    """Days without a time stand at noon, so that a visit of the morning is below its papers."""
    return datetime.combine(day, time(12), UTC)


def _of_note(note: Note) -> Entry:
    state, tone = ("Signed", "good") if note.is_signed else ("Not signed", "warning")
    if note.late is not None:
        state, tone = "Edited after signing", "danger"
    elif note.amends_id is not None:
        state = "Amendment" if note.is_signed else "Amending"
    kind = words(note.values["kind"])
    title = note.title if note.title == kind else f"{note.title} · {kind}"
    lines = (*note_lines(note.values), *(part for part in (note.vet, note.signed) if part))
    on = note.values["visited_on"]
    return Entry(note.id, "note", _at(on), day_text(on), title, lines, state, tone)


def directions(row: Any) -> str:
    """Return how a drug is given, as the label says it: "1 tablet every 12 hours for 5 days"."""
    dose = amount_words(row.dose, str(row.dose_unit), decimal_point())
    said = f"{dose} {times_words(row.hours_between, row.days)}"
    return ", ".join(part for part in (said, (row.instructions or "").strip()) if part)


def _of_prescription(connection: Connection, row: Row[Any]) -> Entry:
    lines = [directions(row)]
    if row.quantity:
        lines.append(f"Handed out: {number_text(row.quantity.normalize())}")
    lots = lots_of(connection, row.id) if row.item_id else []
    if row.lot:
        lines.append(f"Lots {listed(one for one in lots if one)}" if lots[1:] else f"Lot {row.lot}")
    state = f"Stopped {day_text(row.stopped_on)}" if row.stopped_on else ""
    on = row.prescribed_on
    return Entry(row.id, "prescription", _at(on), day_text(on), row.product, tuple(lines), state)


def _of_vaccination(row: Row[Any]) -> Entry:
    lines = [f"Dose {row.dose_number}" + (f", against {row.disease}" if row.disease else "")]
    lines += [f"Lot {row.lot}"] if row.lot else []
    lines += [f"Next due {day_text(row.next_due_on)}"] if row.next_due_on else []
    lines += [f"Reaction: {row.reaction}"] if row.reaction else []
    on = row.given_on
    return Entry(row.id, "vaccination", _at(on), day_text(on), row.vaccine, tuple(lines))


def _of_file(row: Row[Any]) -> Entry:
    made = made_at(row.id)
    on = row.taken_on or made.date()
    return Entry(row.id, "file", _at(on), day_text(on), row.title, (words(row.kind),))


def _of_results(connection: Connection, pet_id: UUID) -> list[Entry]:
    table = LabResult.__table__
    query = select(table).where(table.c.pet_id == pet_id).order_by(table.c.taken_on.desc(), "id")
    sheets: dict[tuple[date, str], list[Row[Any]]] = {}
    for row in connection.execute(query.limit(10 * MOST)):
        sheets.setdefault((row.taken_on, row.panel or ""), []).append(row)
    found = []
    for (on, panel), rows in sheets.items():
        waiting = sum(row.value is None and not row.finding for row in rows)
        out = sum(bool(_flag(row)) for row in rows)
        state, tone = ("Pending", "info") if waiting else ("All usual", "good")
        if waiting and waiting < len(rows):
            state = f"{counted(waiting, 'value', 'values')} pending"
        elif not waiting and out:
            state, tone = f"{out} out of range", "warning"
        title = panel or rows[0].test
        entry = Entry(rows[0].id, "lab", _at(on), day_text(on), title, (), state, tone)
        found.append(replace(entry, lines=tuple(result_line(row) for row in rows)))
    return found


def _flag(row: Row[Any]) -> str:
    return flag(row.value, row.usual_from, row.usual_to)


def result_line(row: Row[Any]) -> str:
    """Return a result as it is read aloud: "Creatinine: 210 µmol/L H (44 to 159)"."""
    if row.value is None:
        return f"{row.test}: {row.finding or 'pending'}"
    parts = (number_text(row.value.normalize()), row.unit or "", _flag(row), row.finding or "")
    return f"{row.test}: {' '.join(part for part in parts if part)}{range_words(row)}"


def range_words(row: Any) -> str:
    """Return what is usual, in brackets; empty where it is not known."""
    ends = [
        None if x is None else number_text(x.normalize()) for x in (row.usual_from, row.usual_to)
    ]
    if ends == [None, None]:
        return ""
    if ends[0] is None:
        return f" (up to {ends[1]})"
    return f" (from {ends[0]})" if ends[1] is None else f" ({ends[0]} to {ends[1]})"


def changes_between(
    older: Mapping[str, Any], newer: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """Return what an amendment changed: (label, as it was, as it is), texts as they are shown."""
    found = []
    for name in (*_SHOWN, *_ALSO, "kind", "visited_on"):
        was, now_is = older.get(name), newer.get(name)
        if was != now_is:
            column = _NOTES.c[name]
            label = SAID.get(name) or facts_of(column).label
            texts = ("" if x is None else text_of(column, x, unit=True) for x in (was, now_is))
            found.append((label, *texts))
    return found  # type: ignore[return-value]
