from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fluffydesk.actions import saving
from fluffydesk.errors import InvalidValue, NotFound, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import one
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.farm import MilkProductionLog, WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import new_id, today
from fluffydesk.records.vocabulary import Record
from tests.actions.farm import CATTLE, settle_in

MILKING = {"animal_id": new_id(), "yield_kg": Decimal("23.5")}


@pytest.fixture
def mirror(mirror: Mirror) -> Mirror:
    settle_in(mirror)
    return mirror


def refused(record: type[Record], values: dict[str, Any], *, partial: bool = False) -> str:
    with pytest.raises(InvalidValue) as caught:
        saving.check(record, values, partial=partial)
    return str(caught.value)


def test_what_is_missing_is_told_with_its_hint() -> None:
    assert refused(Livestock, {"species_id": CATTLE}) == (
        "Tag is missing. Enter the number you call it by."
    )
    assert refused(Livestock, {"tag_number": " "}, partial=True) == (
        "Tag is missing. Enter the number you call it by."
    )
    assert refused(Livestock, {"tag_number": "1"}) == "Species is missing. Choose one."
    assert refused(MilkProductionLog, {"animal_id": new_id()}) == "Yield is missing. Enter it."


def test_ranges() -> None:
    assert refused(MilkProductionLog, {**MILKING, "yield_kg": Decimal("120.5")}) == (
        "Yield must be at most 120 kg."
    )
    assert refused(MilkProductionLog, {**MILKING, "yield_kg": Decimal("-1")}) == (
        "Yield must be at least 0 kg."
    )
    day = today() + timedelta(days=8)
    assert refused(MilkProductionLog, {**MILKING, "milked_on": day}) == (
        f"Date lies in the future ({day}). Enter today or earlier."
    )
    assert saving.check(MilkProductionLog, {**MILKING, "milked_on": today()})


def test_decimals_are_refused_rather_than_rounded() -> None:
    text = refused(MilkProductionLog, {**MILKING, "yield_kg": Decimal("23.456")})
    assert text == "Yield takes at most 2 decimals, not 23.456. Enter 23.46?"
    for exact in (Decimal("23.4000"), Decimal("2.34E1")):
        kept = saving.check(MilkProductionLog, {**MILKING, "yield_kg": exact})
        assert kept["yield_kg"] == Decimal("23.40")
    assert "must be a number" in refused(MilkProductionLog, {**MILKING, "yield_kg": Decimal("nan")})
    long = Decimal("23." + "0" * 60 + "1")
    assert "at most 2 decimals" in refused(MilkProductionLog, {**MILKING, "yield_kg": long})


def test_a_float_is_a_bug() -> None:
    with pytest.raises(TypeError):
        saving.check(MilkProductionLog, {**MILKING, "yield_kg": 23.5})


def test_unknown_and_kept_columns() -> None:
    with pytest.raises(NotFound, match=r"Animal has no column 'nmae'. Choose one of: tag_number"):
        saving.check(Livestock, {"nmae": "Bella"})
    with pytest.raises(InvalidValue, match="row_version of animal is kept by FluffyDesk"):
        saving.parse(Livestock, {"row_version": "3"})


def test_defaults_stand_where_nothing_is_given() -> None:
    kept = saving.check(MilkProductionLog, {**MILKING, "session": None})
    assert "session" not in kept
    assert "milked_on" not in kept
    assert kept["notes"] is None
    assert refused(MilkProductionLog, {"session": None}, partial=True).startswith(
        "Milking is missing."
    )


def test_text_that_no_database_keeps_is_refused() -> None:
    for text in ("a\0b", "a\ud800b"):
        assert "cannot be kept" in refused(Livestock, {"name": text}, partial=True)
    kept = saving.check(Livestock, {"notes": "one\ntwo"}, partial=True)
    assert kept == {"notes": "one\ntwo"}


def test_parse_reads_texts_by_their_columns() -> None:
    values = saving.parse(
        MilkProductionLog, {"yield_kg": "23,5", "session": "whole day", "notes": ""}
    )
    assert values == {
        "yield_kg": Decimal("23.5"),
        "session": MilkingSession.WHOLE_DAY,
        "notes": None,
    }


def test_a_row_is_added_changed_and_removed(mirror: Mirror) -> None:
    cow, changes = saving.add(mirror, Livestock, {"tag_number": "12", "species_id": CATTLE})
    assert changes == Changes.of("livestock", cow)
    assert saving.change(mirror, Livestock, cow, {"name": "Bella", "weight_kg": Decimal("612.5")})
    with mirror.read() as connection:
        row = one(connection, Livestock, cow)
        assert row is not None
        assert (row.name, row.weight_kg, row.sex) == ("Bella", Decimal("612.5"), Sex.UNKNOWN)
    assert not saving.change(mirror, Livestock, cow, {"name": "Bella"})
    assert saving.remove(mirror, Livestock, cow) == Changes.of("livestock", cow)
    with pytest.raises(NotFound):
        saving.change(mirror, Livestock, cow, {"name": "Bella"})
    with pytest.raises(NotFound):
        saving.remove(mirror, Livestock, cow)


def test_what_others_point_at_stays(mirror: Mirror) -> None:
    cow, _ = saving.add(mirror, Livestock, {"tag_number": "12", "species_id": CATTLE})
    saving.add(mirror, WeightLog, {"animal_id": cow, "weight_kg": Decimal(600)})
    with pytest.raises(Refusal, match="1 weighing"):
        saving.remove(mirror, Livestock, cow)
    with pytest.raises(Refusal, match="animal"):
        saving.add(mirror, WeightLog, {"animal_id": new_id(), "weight_kg": Decimal(600)})


def test_a_refused_save_leaves_no_unit(mirror: Mirror) -> None:
    with pytest.raises(InvalidValue):
        saving.add(mirror, Appointment, {"reason": "Check"})
    assert mirror.recall("units_made", 0) == 0


def test_what_decides_who_sees_a_row_is_set_when_it_is_added(mirror: Mirror) -> None:
    pet, _ = saving.add(mirror, Pet, {"name": "Rex", "species": "Dog"})
    with pytest.raises(InvalidValue) as refusal:
        saving.change(mirror, Pet, pet, {"name": "Max", "owner_id": None})
    assert str(refusal.value) == "Owner's account is set when a pet is added, and stays."
    assert refusal.value.field == "owner_id"
