"""The states of a medical record to look at: a note, its papers, amendments, drafts, nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QScrollArea
from sqlalchemy import select

from fluffydesk.actions import records, saving
from fluffydesk.actions.prescriptions import prescribe
from fluffydesk.actions.stock import move_stock
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import LabResult
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.enums.medical import DoseUnit
from fluffydesk.records.farm_resources import FarmInventory
from fluffydesk.records.medical import MedicalRecord
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import today
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.record import RecordScreen
from fluffydesk.ui.shell import Shell


def record_scenes(
    mirror: Mirror, visit: Callable[..., object], long: str, turned: str
) -> list[Any]:
    """Return the scenes of a pet with papers of every kind, and of one without any."""
    sick = _one(mirror, LabResult)
    signed, amended, begun, drug = _notes(mirror, sick, long)
    bare = _pet_without(mirror)
    saving.change(mirror, Pet, bare, {"name": turned, "allergies": long, "bites": True})
    of_sick = partial(visit, place=Place("record", sick))
    note = partial(visit, place=Place("record", begun))
    return [
        ("clinic-record", (of_sick, note)),
        ("clinic-record-signed", (partial(visit, place=Place("record", signed)), _open_all)),
        ("clinic-record-amended", (partial(visit, place=Place("record", amended)), _down)),
        ("clinic-record-typed", (note, _type)),
        ("clinic-record-sign", (note, lambda shell: _screen(shell).pane.sign())),
        ("clinic-record-template", (note, lambda shell: _screen(shell).choose_template())),
        ("clinic-record-drug", (note, partial(_prescribe, item=drug))),
        ("clinic-record-drug-lots", (note, partial(_prescribe, item=drug), _to_lots)),
        ("clinic-record-label", (note, _label)),
        ("clinic-record-vaccine", (note, lambda shell: _screen(shell).acts.vaccinate())),
        ("clinic-record-card", (note, lambda shell: _screen(shell).acts.certificate())),
        ("clinic-record-lab", (note, _lab)),
        ("clinic-record-lab-new", (note, lambda shell: _screen(shell).acts.lab())),
        ("clinic-record-none", (partial(visit, place=Place("record", bare)),)),
        ("clinic-record-new", (partial(visit, place=Place("record", bare)), _begin)),
        ("clinic-record-nobody", (_forget, partial(visit, place=Place("record")))),
    ]


def _one(mirror: Mirror, record: Any) -> UUID:
    table = record.__table__.c
    query = select(table.pet_id).where(table.value.is_not(None)).order_by(table.taken_on.desc())
    with mirror.read() as connection:
        return UUID(str(connection.execute(query.limit(1)).scalar_one()))


def _pet_without(mirror: Mirror) -> UUID:
    notes, pets = MedicalRecord.__table__.c, Pet.__table__.c
    query = select(pets.id).where(pets.id.not_in(select(notes.pet_id)), pets.deceased_on.is_(None))
    with mirror.read() as connection:
        return UUID(str(connection.execute(query.limit(1)).scalar_one()))


def _notes(mirror: Mirror, pet: UUID, long: str) -> tuple[UUID, UUID, UUID, UUID]:
    """A signed note that is amended, and one of today that is not signed; a drug of three lots."""
    told = {"history": f"Drinks more than ever, {long}", "diagnosis": "Kidney disease, stage 2"}
    values = {"pet_id": pet, **told, "treatment": "Renal diet", "weight_kg": Decimal("4.1")}
    signed, _ = records.sign(mirror, None, {**values, "temperature_c": Decimal("40.2")})
    amended, _ = records.amend(mirror, signed, {"diagnosis": "Kidney disease, stage 3"})
    kept = {"name": "Benazepril 5 mg", "category": InventoryCategory.MEDICINE}
    item, _ = saving.add(mirror, FarmInventory, {**kept, "unit": StockUnit.COUNT})
    for number in range(3):
        lot = {"lot": f"BZ-{number + 1}", "expires_on": today() + timedelta(days=100 * number + 90)}
        move_stock(mirror, item, StockMovement.RECEIPT, Decimal(20), today(), **lot)
    drug = {
        "pet_id": pet,
        "record_id": amended,
        "item_id": item,
        "product": "Benazepril 5 mg",
        "dose": Decimal("0.5"),
        "dose_unit": DoseUnit.TABLET,
        "hours_between": 24,
        "days": 28,
        "quantity": Decimal(28),
        "instructions": "with food",
    }
    prescribe(mirror, drug)
    begun, _ = records.keep_note(
        mirror, None, {"pet_id": pet, "reason": "Kidney values", "heart_rate": 240}
    )
    return signed, amended, begun, item


def _screen(shell: Shell) -> RecordScreen:
    screen = shell.screen_for("record")
    assert isinstance(screen, RecordScreen)
    return screen


def _open_all(shell: Shell) -> None:
    history = _screen(shell).history
    for number in range(min(3, history.rows.rowCount())):
        history.rows.turn(number, True)
    history.setFocus()
    history.setCurrentIndex(history.rows.index(1))


def _down(shell: Shell) -> None:
    bar = _screen(shell).pane.page.verticalScrollBar()
    bar.setValue(bar.maximum())


def _type(shell: Shell) -> None:
    form = _screen(shell).pane.form
    for name, text in (("temperature_c", "41.3"), ("respiratory_rate", "many")):
        field = form.editor(name).field
        assert isinstance(field, QLineEdit)
        field.clear()
        QTest.keyClicks(field, text)
    _screen(shell).pane.save()


def _begin(shell: Shell) -> None:
    _screen(shell).begin()


def _prescribe(shell: Shell, item: UUID) -> None:
    screen = _screen(shell)
    screen.acts.prescribe()
    dialog = screen.acts.dialog
    assert isinstance(dialog, FormDialog)
    form = dialog.form
    form.editor("item_id").set_value(item)
    form.editor("item_id").changed.emit()
    for name, text in (
        ("dose_per_kg", "0.5"),
        ("hours_between", "24"),
        ("days", "28"),
        ("quantity", "28"),
    ):
        field = form.editor(name).field
        assert isinstance(field, QLineEdit)
        field.selectAll()
        QTest.keyClicks(field, text)


def _to_lots(shell: Shell) -> None:
    dialog = _screen(shell).acts.dialog
    assert dialog is not None
    for area in dialog.findChildren(QScrollArea):
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


def _label(shell: Shell) -> None:
    screen = _screen(shell)
    entries = screen.history.rows.entries
    screen.acts.open(next(one for one in entries if one.kind == "prescription"))


def _lab(shell: Shell) -> None:
    screen = _screen(shell)
    entries = screen.history.rows.entries
    screen.acts.open(next(one for one in entries if one.kind == "lab"))


def _forget(shell: Shell) -> None:
    screen = _screen(shell)
    screen._where = None
    screen.pages.setCurrentIndex(0)
