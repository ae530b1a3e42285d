from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions import saving
from fluffydesk.actions.stock import balance, move_stock
from fluffydesk.actions.treatments import (
    change_treatment,
    finish_course,
    treat,
    vaccinate,
    void_treatments,
)
from fluffydesk.actions.withdrawal import Food, held
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.enums.medical import DoseUnit
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.livestock import Livestock, LivestockBatch
from fluffydesk.records.medical import HealthTreatment, VaccineLog
from fluffydesk.records.organizations import Organization
from fluffydesk.records.reference import SpeciesReference, VaccineSchedule
from fluffydesk.records.types import new_id
from tests.actions.barn import Barn, days_ago
from tests.actions.farm import FARM

DAY = timedelta(days=1)


def midnight() -> datetime:
    return datetime.combine(days_ago(0), datetime.min.time(), UTC)


@pytest.fixture
def drug(barn: Barn) -> UUID:
    """A bottle store of penicillin in litres: lot A1 with half a litre, lot OLD expired."""
    item, _ = saving.add(
        barn.mirror,
        FarmInventory,
        {
            "name": "Penicillin",
            "category": InventoryCategory.MEDICINE,
            "unit": StockUnit.LITRE,
            "supplier": "Vet practice",
        },
    )
    for lot, ends in (("A1", days_ago(-300)), ("OLD", days_ago(2))):
        receipt = (StockMovement.RECEIPT, Decimal("0.5"), days_ago(30))
        move_stock(barn.mirror, item, *receipt, lot=lot, expires_on=ends)
    return item


def course(barn: Barn, **values: Any) -> dict[str, Any]:
    who = {} if {"flock_id", "batch_id"} & values.keys() else {"animal_id": barn.cow}
    return {
        "reason": "Mastitis",
        "product": "Penicillin",
        "dose": Decimal(20),
        "given_at": midnight() - DAY,
        "milk_hours": 96,
        "meat_hours": 336,
        **who,
        **values,
    }


def left(barn: Barn, item: UUID) -> Decimal:
    with barn.mirror.read() as connection:
        return balance(connection, item)


def test_rule_17_a_drug_leaves_its_lot_in_the_same_unit_of_work(barn: Barn, drug: UUID) -> None:
    before = len(barn.units())
    treat(barn.mirror, course(barn, item_id=drug, lot="A1", doses=3))
    assert barn.units()[before:] == ["Treatment"]
    assert left(barn, drug) == Decimal("0.94")
    used = [r for r in barn.rows(InventoryTransaction) if r.movement is StockMovement.USE]
    assert [(row.lot, row.quantity) for row in used] == [("A1", Decimal("-0.060"))]
    (row,) = barn.rows(HealthTreatment)
    assert row.lot_expires_on == days_ago(-300)


def test_rule_17_an_expired_lot_or_one_that_holds_less_leaves_nothing_behind(
    barn: Barn, drug: UUID
) -> None:
    with pytest.raises(Refusal, match="expired"):
        treat(barn.mirror, course(barn, item_id=drug, lot="OLD"))
    with pytest.raises(Refusal):
        treat(barn.mirror, course(barn, item_id=drug, lot="A1", dose=Decimal(501)))
    with pytest.raises(InvalidValue, match="counted in L, and the dose is in tablet"):
        treat(barn.mirror, course(barn, item_id=drug, lot="A1", dose_unit=DoseUnit.TABLET))
    assert barn.rows(HealthTreatment) == []
    assert left(barn, drug) == 1


def test_rule_17_an_expired_batch_is_refused_in_the_form_too(barn: Barn) -> None:
    with pytest.raises(InvalidValue, match="expired on") as refused:
        saving.add(barn.mirror, HealthTreatment, course(barn, lot="X", lot_expires_on=days_ago(2)))
    assert refused.value.field == "lot"


def test_rule_16_a_correction_moves_withdrawal_and_store(barn: Barn, drug: UUID) -> None:
    row_id, _ = treat(barn.mirror, course(barn, item_id=drug, lot="A1", doses=3))
    change_treatment(barn.mirror, row_id, {"dose": Decimal(30)})
    assert left(barn, drug) == Decimal("0.91")
    finish_course(barn.mirror, row_id, midnight() - timedelta(hours=12), 2)
    assert left(barn, drug) == Decimal("0.94")
    with barn.mirror.read() as connection:
        (milk,) = held(connection, Food.MILK, midnight(), animals=[barn.cow])
    assert milk.until == midnight() + timedelta(hours=84)
    assert not milk.open
    change_treatment(barn.mirror, row_id, {"item_id": None, "lot": None})
    assert left(barn, drug) == 1
    with pytest.raises(InvalidValue, match="last dose comes before"):
        finish_course(barn.mirror, row_id, midnight() - 2 * DAY)


def test_rule_16_a_wrong_one_is_voided_with_a_reason_and_never_deleted(
    barn: Barn, drug: UUID
) -> None:
    row_id, _ = treat(barn.mirror, course(barn, item_id=drug, lot="A1"))
    with pytest.raises(InvalidValue, match="reason is missing"):
        void_treatments(barn.mirror, [row_id], " ")
    with pytest.raises(Refusal, match="stays in the medicine book"):
        saving.remove(barn.mirror, HealthTreatment, row_id)
    void_treatments(barn.mirror, [row_id], "Wrong cow")
    void_treatments(barn.mirror, [row_id], "Again")
    assert left(barn, drug) == 1
    (row,) = barn.rows(HealthTreatment)
    assert row.void_reason == "Wrong cow"
    with barn.mirror.read() as connection:
        assert held(connection, Food.MILK, midnight(), animals=[barn.cow]) == []


def test_a_group_takes_a_dose_for_each_member_and_a_flock_says_its_head(
    barn: Barn, drug: UUID
) -> None:
    batch, _ = saving.add(barn.mirror, LivestockBatch, {"name": "Fresh"})
    for animal in (barn.cow, barn.bull):
        saving.change(barn.mirror, Livestock, animal, {"batch_id": batch})
    treat(barn.mirror, course(barn, batch_id=batch, item_id=drug, lot="A1", given_at=midnight()))
    assert left(barn, drug) == Decimal("0.96")
    with pytest.raises(InvalidValue, match="How many") as refused:
        treat(barn.mirror, course(barn, flock_id=barn.flock, item_id=drug, lot="A1"))
    assert refused.value.field == "head_count"
    with pytest.raises(InvalidValue, match="one animal, one flock or one group"):
        treat(barn.mirror, {**course(barn), "flock_id": barn.flock})


def test_rule_3_nobody_is_treated_before_birth(barn: Barn) -> None:
    with pytest.raises(InvalidValue, match="was born on"):
        treat(barn.mirror, course(barn, given_at=midnight() - 1600 * DAY))
    assert barn.rows(HealthTreatment) == []


def test_an_organic_farm_waits_longer(barn: Barn) -> None:
    saving.change(barn.mirror, Organization, FARM, {"is_organic": True})
    treat(barn.mirror, course(barn, milk_hours=96, meat_hours=12))
    (row,) = barn.rows(HealthTreatment)
    assert (row.milk_hours, row.meat_hours) == (192, 48)


def schedule(barn: Barn) -> None:
    """Cattle get two doses of BVD, 21 days apart, and one each year."""
    species = new_id()
    with barn.mirror.apply() as connection:
        kind = {"id": species, "code": "cattle", "name": "Cattle"}
        write_images(connection, SpeciesReference, [to_image(SpeciesReference, kind)])
        for number, days, yearly in ((1, 21, None), (2, None, 365)):
            step = {
                "id": new_id(),
                "species_id": species,
                "vaccine": "BVD",
                "dose_number": number,
                "interval_to_next_days": days,
                "booster_interval_days": yearly,
            }
            write_images(connection, VaccineSchedule, [to_image(VaccineSchedule, step)])


def test_rule_18_a_booster_waits_and_the_next_dose_is_due_once(barn: Barn) -> None:
    schedule(barn)

    def shot(days: int, number: int) -> dict[str, Any]:
        given = midnight() - days * DAY + timedelta(hours=6)
        return {"animal_id": barn.cow, "vaccine": "BVD", "dose_number": number, "given_at": given}

    first, _ = vaccinate(barn.mirror, shot(30, 1))
    for days in (10, 29, 40):
        with pytest.raises(InvalidValue, match="21 days after") as refused:
            vaccinate(barn.mirror, shot(days, 2))
        assert refused.value.field == "given_at"
    with pytest.raises(InvalidValue, match="21 days after"):
        saving.add(barn.mirror, VaccineLog, shot(12, 2))
    vaccinate(barn.mirror, shot(9, 2))
    due = {row.id: row.next_due_on for row in barn.rows(VaccineLog)}
    assert len(due) == 2
    assert due.pop(first) == days_ago(9)
    assert list(due.values()) == [days_ago(9) + timedelta(days=365)]


def test_rule_17_the_form_and_the_command_take_from_the_store_too(barn: Barn, drug: UUID) -> None:
    values = course(barn, item_id=drug, lot="A1", lot_expires_on=days_ago(-300))
    row_id, changes = saving.add(barn.mirror, HealthTreatment, values)
    assert left(barn, drug) == Decimal("0.98")
    assert "inventory_transactions" in changes
    saving.change(barn.mirror, HealthTreatment, row_id, {"dose": Decimal(50)})
    assert left(barn, drug) == Decimal("0.95")
    saving.change(barn.mirror, HealthTreatment, row_id, {"outcome": "Healed"})
    assert left(barn, drug) == Decimal("0.95")
    with pytest.raises(Refusal):
        saving.change(barn.mirror, HealthTreatment, row_id, {"dose": Decimal(501)})
    shot = {"animal_id": barn.cow, "vaccine": "BVD", "dose": Decimal(2), "item_id": drug}
    row_id, _ = saving.add(barn.mirror, VaccineLog, {**shot, "lot": "A1"})
    assert left(barn, drug) == Decimal("0.948")
    saving.remove(barn.mirror, VaccineLog, row_id)
    assert left(barn, drug) == Decimal("0.95")
