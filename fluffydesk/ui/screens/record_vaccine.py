"""Vaccinating: which dose it is and when the next is due follow from the vaccine."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QVBoxLayout
from sqlalchemy import select

from fluffydesk.actions.prescriptions import good_lots
from fluffydesk.actions.rules.medical import schedule_of
from fluffydesk.actions.vaccinations import NextDose, next_dose, vaccinate
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import PetVaccination
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.types import today
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.editors import TextEditor
from fluffydesk.ui.forms import FieldRow, RecordForm
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import row
from fluffydesk.work import Work

_LINES: tuple[tuple[str, ...], ...] = (
    ("vaccine",),
    ("item_id",),
    ("lot", "lot_expires_on"),
    ("given_on", "dose_number", "next_due_on"),
    ("disease", "site"),
    ("manufacturer", "certificate_number"),
    ("notes",),
)
_SHOTS = PetVaccination.__table__


class Vial(NamedTuple):
    """A vaccine in store: the lot to use first, and what it is given as."""

    item: UUID
    lot: str | None
    vaccine: str


class VaccinationForm(RecordForm):
    """A vaccination of one pet; what follows from the vaccine is filled in, and can be changed."""

    def __init__(self, work: Work, pet_id: UUID) -> None:
        self._pet_id = pet_id
        self._vial: UUID | None = None
        super().__init__(work, PetVaccination, saver=_write)
        work.on_mirror(partial(_names, pet_id=pet_id), self._complete)

    def _place(self, column: QVBoxLayout, layout: object) -> None:
        for names in _LINES:
            line: QHBoxLayout = row(spacing=measures.CARD)
            for name in names:
                editor = editor_for(_SHOTS.c[name], self.work)
                made = FieldRow(editor)
                editor.changed.connect(partial(self._touch, name))
                self.rows[name] = made
                line.addWidget(made, 1, Qt.AlignmentFlag.AlignTop)
            column.addLayout(line)

    def _touch(self, name: str) -> None:
        super()._touch(name)
        if name == "item_id":
            item = self._read("item_id")
            if item is not None and item != self._vial:
                job = partial(_read_vial, item=item, pet_id=self._pet_id)
                self.work.on_mirror(job, self._fill, latest=True)
        if name in ("vaccine", "given_on"):
            self._ask_dose()

    def _read(self, name: str) -> Any:
        try:
            return self.rows[name].editor.value()
        except InvalidValue:
            return None

    def _complete(self, names: list[str]) -> None:
        editor = self.rows["vaccine"].editor
        assert isinstance(editor, TextEditor)
        offered = QCompleter(names, editor.line)
        offered.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        offered.setFilterMode(Qt.MatchFlag.MatchContains)
        offered.activated.connect(self._picked)
        editor.line.setCompleter(offered)

    def _picked(self, name: str) -> None:
        self.rows["vaccine"].editor.set_value(name)
        self._touch("vaccine")

    def _fill(self, vial: Vial) -> None:
        self._vial = vial.item
        self.rows["lot"].editor.set_value(vial.lot)
        self.rows["lot"].note(
            "The one to use first." if vial.lot else "No lot is left that may be used."
        )
        if vial.vaccine and self.rows["vaccine"].editor.is_empty():
            self._picked(vial.vaccine)

    def _ask_dose(self) -> None:
        vaccine, on = self._read("vaccine"), self._read("given_on")
        if vaccine:
            job = partial(_next, pet_id=self._pet_id, vaccine=vaccine, on=on or today())
            self.work.on_mirror(job, self._know_dose, latest=True)

    def _know_dose(self, found: NextDose) -> None:
        for name, value in (
            ("dose_number", found.dose_number),
            ("next_due_on", found.next_due_on),
            ("disease", found.disease or None),
        ):
            if name not in self._touched:
                self.rows[name].editor.set_value(value)
        known = found.next_due_on is not None
        self.rows["next_due_on"].note("By the published schedule." if known else "")


def _write(mirror: Mirror, row_id: UUID | None, values: Mapping[str, Any]) -> tuple[UUID, Changes]:
    return vaccinate(mirror, values)


def _names(mirror: Mirror, pet_id: UUID) -> list[str]:
    with mirror.read() as connection:
        steps = schedule_of(connection, pet_id)
        given = connection.execute(select(_SHOTS.c.vaccine).distinct().limit(200)).scalars()
        return sorted({*(step.vaccine for step in steps), *given}, key=str.casefold)


def _next(mirror: Mirror, pet_id: UUID, vaccine: str, on: Any) -> NextDose:
    with mirror.read() as connection:
        return next_dose(connection, pet_id, vaccine, on)


def _read_vial(mirror: Mirror, item: UUID, pet_id: UUID) -> Vial:
    with mirror.read() as connection:
        there = FarmInventory.__table__.c
        name = connection.execute(select(there.name).where(there.id == item)).scalar_one()
        good = good_lots(connection, item, today())
        order = (_SHOTS.c.given_on.desc(), _SHOTS.c.id.desc())
        query = select(_SHOTS.c.vaccine).where(_SHOTS.c.item_id == item).order_by(*order)
        vaccine = connection.execute(query.limit(1)).scalar()
        known = {step.vaccine for step in schedule_of(connection, pet_id)}
        named = (one for one in known if one.casefold() in name.casefold())
        return Vial(item, good[0].name if good else None, vaccine or next(named, name))
