"""Rules 3, 17, 18 and 22 of what a clinic writes of its patients, whichever way it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions import records, saving
from fluffydesk.actions.lab import ask_for, panels
from fluffydesk.actions.prescriptions import prescribe
from fluffydesk.actions.stock import lots
from fluffydesk.actions.vaccinations import vaccinate
from fluffydesk.errors import Doubt, InvalidValue, Refusal
from fluffydesk.records.clinic import LabResult, NoteTemplate, PetVaccination, Prescription
from fluffydesk.records.enums.medical import DoseUnit, ReminderStatus
from fluffydesk.records.farm_resources import InventoryTransaction
from fluffydesk.records.medical import MedicalRecord, Reminder
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import now
from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.screens.reporting.records_labels import label_from
from tests.actions.consulting import Room, ago, make_room
from tests.mirrors import new_mirror


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    with new_mirror(tmp_path / "clinic.db") as opened:
        yield make_room(opened)


def note(room: Room, **values: Any) -> UUID:
    given = {"pet_id": room.dog, "diagnosis": "Well", **values}
    row_id, _ = records.keep_note(room.mirror, None, given)
    return row_id


def course(room: Room, **values: Any) -> dict[str, Any]:
    return {
        "pet_id": room.dog,
        "product": "Carprofen 50 mg",
        "item_id": room.tablets,
        "dose": Decimal(1),
        "dose_unit": DoseUnit.TABLET,
        "hours_between": 12,
        "days": 5,
        "quantity": Decimal(10),
        **values,
    }


def shot(room: Room, **values: Any) -> dict[str, Any]:
    return {"pet_id": room.dog, "vaccine": "Rabies", "item_id": room.vaccine, **values}


def test_a_signed_note_is_amended_and_never_edited(room: Room) -> None:
    """Rule 22, by the screen's action, by the form and by a command alike."""
    first = note(room, weight_kg=Decimal("12.4"))
    with pytest.raises(Refusal, match="not signed yet"):
        records.amend(room.mirror, first)
    records.sign(room.mirror, first, {"treatment": "Rest"})
    for change in ({"diagnosis": "Ill"}, {"signed_at": None}, {"weight_kg": Decimal(13)}):
        with pytest.raises(Refusal, match="signed"):
            records.keep_note(room.mirror, first, change)
        with pytest.raises(Refusal, match="signed"):
            saving.change(room.mirror, MedicalRecord, first, change)
    with pytest.raises(Refusal, match="signed"):
        saving.remove(room.mirror, MedicalRecord, first)
    saving.change(room.mirror, MedicalRecord, first, {"shared": False})
    second, _ = records.amend(room.mirror, first)
    assert records.amend(room.mirror, first)[0] == second
    records.keep_note(room.mirror, second, {"diagnosis": "Ill"})
    rows = {row.id: row for row in room.rows(MedicalRecord)}
    assert (rows[first].diagnosis, rows[first].treatment) == ("Well", "Rest")
    amended = rows[second]
    assert (amended.diagnosis, amended.amends_id, amended.signed_at) == ("Ill", first, None)
    assert (amended.treatment, amended.weight_kg) == ("Rest", Decimal("12.4"))


def test_only_a_signed_note_of_the_same_pet_is_amended(room: Room) -> None:
    """Rule 22."""
    first = note(room)
    for pet in (room.dog, room.sample["Mango"]):
        with pytest.raises(InvalidValue, match="signed record of the same pet"):
            saving.add(room.mirror, MedicalRecord, {"pet_id": pet, "amends_id": first})
        if pet == room.dog:
            records.sign(room.mirror, first, {})


def test_what_central_would_refuse_is_refused_here(room: Room) -> None:
    """Rule 22: whom a note is shared with decides what may stand in it; ends follow beginnings."""
    wrong: list[tuple[type[Any], dict[str, Any], str]] = [
        (MedicalRecord, {"shared": True, "confidential_notes": "Asks about cost"}, "is shared"),
        (LabResult, {"test": "Urea", "usual_from": Decimal(9), "usual_to": Decimal(2)}, "ends"),
        (Prescription, {"product": "X", "dose": Decimal(1), "valid_until": ago(3)}, "valid until"),
    ]
    for record, values, words in wrong:
        with pytest.raises(InvalidValue, match=words):
            saving.add(room.mirror, record, {"pet_id": room.dog, **values})
        assert room.rows(record) == []
    note(room, shared=False, confidential_notes="Asks about cost")


def test_nothing_is_not_signed(room: Room) -> None:
    with pytest.raises(InvalidValue, match="nothing in this note"):
        records.sign(room.mirror, None, {"pet_id": room.dog})
    assert room.rows(MedicalRecord) == []


def test_the_card_has_the_weight_of_the_last_visit(room: Room) -> None:
    note(room, weight_kg=Decimal("12.4"))
    note(room, weight_kg=Decimal(9), visited_on=ago(30))
    pets = {row.id: row.weight_kg for row in room.rows(Pet)}
    assert pets[room.dog] == Decimal("12.4")


def test_a_template_never_overwrites_what_was_typed(room: Room) -> None:
    words = {"history": "Eats, drinks", "examination": "Ears:", "reason": "Check"}
    kept, _ = records.save_template(room.mirror, "Annual check", {**words, "kind": "consultation"})
    template = next(row for row in room.rows(NoteTemplate) if row.id == kept)._mapping
    typed = {"history": "Coughs at night", "examination": "", "reason": "Cough"}
    filled = records.with_template(typed, template)
    assert filled == {"history": "Coughs at night\nEats, drinks", "examination": "Ears:"}
    assert records.with_template({**typed, **filled}, template) == {}
    with pytest.raises(InvalidValue, match="no words"):
        records.save_template(room.mirror, "Nothing", {"history": "  "})


def test_what_is_typed_is_kept_until_it_is_saved(room: Room) -> None:
    records.keep_draft(room.mirror, room.dog, {"history": "Coughs"})
    with room.mirror.read() as connection:
        assert records.draft_of(connection, room.dog) == {"history": "Coughs"}
        assert records.draft_of(connection, room.sample["Mango"]) == {}
    records.keep_draft(room.mirror, room.dog, None)
    with room.mirror.read() as connection:
        assert records.draft_of(connection, room.dog) == {}


def test_a_prescription_takes_its_lot_in_the_same_unit(room: Room) -> None:
    """Rule 17: the lot that expires first and holds all of it, and no expired one."""
    before = room.units()
    first, _ = prescribe(room.mirror, course(room))
    assert room.units() == before + 1
    second, _ = prescribe(room.mirror, course(room, quantity=Decimal(15)))
    lots = {row.id: row.lot for row in room.rows(Prescription)}
    assert (lots[first], lots[second]) == ("A", "B")
    assert room.left(room.tablets) == Decimal(129 - 25)
    saving.change(room.mirror, Prescription, first, {"quantity": Decimal(4)})
    assert room.left(room.tablets) == Decimal(129 - 19)
    saving.remove(room.mirror, Prescription, first)
    assert room.left(room.tablets) == Decimal(129 - 15)


def test_an_expired_or_empty_lot_is_not_handed_out(room: Room) -> None:
    """Rule 17, also by the form and by a command."""
    before = len(room.rows(InventoryTransaction))
    with pytest.raises(InvalidValue, match="Lot OLD expired"):
        prescribe(room.mirror, course(room, lot="OLD"))
    with pytest.raises(InvalidValue, match="expired"):
        saving.add(room.mirror, Prescription, course(room, lot="OLD"))
    with pytest.raises(InvalidValue, match="Only 120 of Carprofen 50 mg can leave") as refused:
        prescribe(room.mirror, course(room, quantity=Decimal(121)))
    assert "9 more have expired" in refused.value.advice
    with pytest.raises(InvalidValue, match="Only 20"):
        prescribe(room.mirror, course(room, quantity=Decimal(30), lot="A"))
    assert room.rows(Prescription) == []
    assert len(room.rows(InventoryTransaction)) == before


def test_more_than_any_lot_holds_is_of_several_in_one_unit(room: Room) -> None:
    """Rule 17: the first to expire first; each is found by its lot, and comes back to it."""

    def left() -> dict[str | None, Decimal]:
        with room.mirror.read() as connection:
            return {one.name: one.left for one in lots(connection, room.tablets)}

    before = room.units()
    paper, _ = prescribe(room.mirror, course(room, quantity=Decimal(110)))
    assert room.units() == before + 1
    assert left() == {"OLD": 9, "B": 10}
    [row] = room.rows(Prescription)
    assert (row.lot, row.lot_expires_on) == ("A", ago(-60))
    with room.mirror.read() as connection:
        shown = label_from(connection, row).texts
    assert f"Lot A, expires {day_text(ago(-60))}; lot B, expires {day_text(ago(-300))}" in shown
    saving.change(room.mirror, Prescription, paper, {"quantity": Decimal(30)})
    assert left() == {"OLD": 9, "B": 90}
    saving.change(room.mirror, Prescription, paper, {"quantity": Decimal(115)})
    assert left() == {"OLD": 9, "B": 5}
    with pytest.raises(InvalidValue, match="lot A"):
        saving.change(room.mirror, Prescription, paper, {"quantity": Decimal(125)})
    saving.change(room.mirror, Prescription, paper, {"quantity": Decimal(12)})
    assert left() == {"OLD": 9, "A": 8, "B": 100}
    saving.remove(room.mirror, Prescription, paper)
    assert room.left(room.tablets) == 129


def test_a_dose_that_does_not_tell_how_many_bottles_is_handed_out_by_the_bottle(
    room: Room,
) -> None:
    values = course(room, dose=Decimal("0.8"), dose_unit=DoseUnit.MILLILITRE, quantity=Decimal(1))
    prescribe(room.mirror, values)
    assert room.left(room.tablets) == Decimal(128)


def test_an_allergy_is_asked_about_and_kept_on_purpose(room: Room) -> None:
    saving.change(room.mirror, Pet, room.dog, {"allergies": "Carprofens: vomits"})
    with pytest.raises(Doubt, match="Carprofens: vomits"):
        prescribe(room.mirror, course(room))
    with pytest.raises(Doubt):
        saving.add(room.mirror, Prescription, course(room, lot="A"), sure=False)
    assert room.left(room.tablets) == Decimal(129)
    prescribe(room.mirror, course(room), sure=True)
    assert len(room.rows(Prescription)) == 1


def test_a_booster_waits_and_the_next_one_is_known(room: Room) -> None:
    """Rule 18; the dose leaves its lot (rule 17)."""
    vaccinate(room.mirror, shot(room, given_on=ago(400)) | {"item_id": None})
    with pytest.raises(InvalidValue, match="365 days after"):
        vaccinate(room.mirror, shot(room, given_on=ago(100)))
    early = {"pet_id": room.dog, "vaccine": "rabies", "given_on": ago(100), "dose_number": 2}
    with pytest.raises(InvalidValue, match="365 days after"):
        saving.add(room.mirror, PetVaccination, early)
    vaccinate(room.mirror, shot(room))
    first, second = room.rows(PetVaccination)
    assert (first.dose_number, second.dose_number) == (1, 2)
    assert (second.next_due_on - second.given_on).days == 1095
    assert second.lot == "R1"
    assert room.left(room.vaccine) == Decimal(14)
    with pytest.raises(InvalidValue, match="R0 expired"):
        vaccinate(room.mirror, shot(room, vaccine="Leptospirosis", lot="R0"))


def test_a_dose_makes_the_next_ones_reminder_once(room: Room) -> None:
    """Rule 18: its key follows from pet, vaccine and dose."""
    vaccinate(room.mirror, shot(room, given_on=ago(400), item_id=None))
    [reminder] = room.rows(Reminder)
    assert (reminder.title, reminder.due_on) == ("Rabies", ago(35))
    given, _ = vaccinate(room.mirror, shot(room))
    old, new = sorted(room.rows(Reminder), key=lambda row: row.due_on)
    assert (old.id, old.status) == (reminder.id, ReminderStatus.DONE)
    assert (new.message, new.status) == ("Dose 3", ReminderStatus.PENDING)
    saving.remove(room.mirror, PetVaccination, given)
    assert [row.id for row in room.rows(Reminder)] == [reminder.id]


def test_nothing_is_given_to_a_pet_that_has_died(room: Room) -> None:
    """Rules 3 and 22: no dose, and no reminder of the next one."""
    saving.change(room.mirror, Pet, room.dog, {"deceased_on": ago(3)})
    with pytest.raises(InvalidValue, match="died on"):
        prescribe(room.mirror, course(room))
    with pytest.raises(InvalidValue, match="died on"):
        vaccinate(room.mirror, shot(room))
    vaccinate(room.mirror, shot(room, given_on=ago(10)))
    assert len(room.rows(PetVaccination)) == 1
    assert room.rows(Reminder) == []


def test_a_panel_remembers_its_tests_units_and_ranges(room: Room) -> None:
    ids, _ = ask_for(room.mirror, room.dog, "Kidney", ago(20))
    assert len(ids) == len(room.rows(LabResult)) > 3
    assert all(row.value is None for row in room.rows(LabResult))
    usual = {"usual_from": Decimal(44), "usual_to": Decimal(159), "value": Decimal(210)}
    saving.change(room.mirror, LabResult, ids[0], usual)
    again, _ = ask_for(room.mirror, room.dog, "Kidney", ago(20))
    assert again == []
    ask_for(room.mirror, room.dog, "Kidney", ago(20), tests=["Lipase"])
    with room.mirror.read() as connection:
        known = panels(connection, room.dog)["Kidney"]
        cats = panels(connection, room.sample["Mango"])["Kidney"]
    assert (known[0].usual_from, known[0].usual_to) == (Decimal(44), Decimal(159))
    assert known[-1].name == "Lipase"
    assert cats[0].usual_to is None
    with pytest.raises(InvalidValue, match="No test"):
        ask_for(room.mirror, room.dog, "Of the moon", ago(1))


def test_who_signs_is_noted_as_the_time(room: Room) -> None:
    row_id, _ = records.sign(room.mirror, None, {"pet_id": room.dog, "history": "Eats"})
    [row] = room.rows(MedicalRecord)
    assert row.id == row_id
    assert abs((row.signed_at - now()).total_seconds()) < 60
