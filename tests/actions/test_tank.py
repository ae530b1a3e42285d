"""The milk tank: milk in from a milking, diverted milk, collection, capacity."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions import saving
from fluffydesk.actions.milking import record_milking
from fluffydesk.actions.tank import collect_milk, fill_tank, incoming, move_milk
from fluffydesk.actions.withdrawal import withheld_milk
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import MilkingSession, MilkUnit
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.farm import MilkStorage, MilkStorageLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.types import now
from tests.actions.barn import Barn, days_ago, today
from tests.actions.farm import CATTLE

MORNING, EVENING = MilkingSession.MORNING, MilkingSession.EVENING
TICKET = {"collected_by": "Hill Dairy", "ticket_number": "T-1"}


@pytest.fixture
def tank(barn: Barn) -> UUID:
    """Return a tank of 100 L."""
    return saving.add(barn.mirror, MilkStorage, {"name": "Tank 1", "capacity_l": Decimal(100)})[0]


def second_cow(barn: Barn) -> UUID:
    values = {"tag_number": "9", "species_id": CATTLE, "sex": Sex.FEMALE, "calved_on": days_ago(50)}
    return saving.add(barn.mirror, Livestock, values)[0]


def treat(barn: Barn, cow: UUID, at: datetime | None = None) -> None:
    values: dict[str, Any] = {
        "animal_id": cow,
        "reason": "Mastitis",
        "product": "Penicillin",
        "dose": Decimal(20),
        "given_at": at or datetime.combine(days_ago(2), datetime.min.time(), UTC),
        "milk_hours": 96,
    }
    saving.add(barn.mirror, HealthTreatment, values)


def milk(barn: Barn, cow: UUID, kg: str, session: MilkingSession = MORNING, days: int = 0) -> None:
    record_milking(barn.mirror, cow, days_ago(days), session, Decimal(kg))


def left(barn: Barn) -> Decimal:
    return sum((row.litres for row in barn.rows(MilkStorageLog)), Decimal(0))


def test_a_milking_goes_into_the_tank_once(barn: Barn, tank: UUID) -> None:
    milk(barn, barn.cow, "20.6")
    fill_tank(barn.mirror, tank, today(), MORNING)
    assert left(barn) == 20  # at 1.03 kg/L
    with pytest.raises(Refusal, match="20 L, is in the tank already"):
        fill_tank(barn.mirror, tank, today(), MORNING)
    with pytest.raises(Refusal, match="No milk is written down"):
        fill_tank(barn.mirror, tank, today(), EVENING)
    milk(barn, second_cow(barn), "10.3")  # one that was milked late
    fill_tank(barn.mirror, tank, today(), MORNING)
    assert left(barn) == 30


def test_rule_11_milk_of_cows_under_withdrawal_is_diverted(barn: Barn, tank: UUID) -> None:
    held = second_cow(barn)
    treat(barn, held)
    milk(barn, barn.cow, "20.6")
    milk(barn, held, "10.3")
    with barn.mirror.read() as connection:
        found = incoming(connection, today(), MORNING)
    assert (found.litres, found.diverted) == (20, 10)
    assert [one.animal_id for one in found.withheld] == [held]
    fill_tank(barn.mirror, tank, today(), MORNING)
    assert left(barn) == 20


def test_rule_11_only_a_reason_lets_it_in_and_out(barn: Barn, tank: UUID) -> None:
    treat(barn, barn.cow)
    milk(barn, barn.cow, "20.6")
    with pytest.raises(Refusal, match="Bella is under withdrawal"):
        fill_tank(barn.mirror, tank, today(), MORNING)
    fill_tank(barn.mirror, tank, today(), MORNING, override_reason="Vet says so")
    (row,) = barn.rows(MilkStorageLog)
    assert (row.under_withdrawal, row.override_reason, row.litres) == (True, "Vet says so", 20)
    with pytest.raises(Refusal, match="under withdrawal went into this tank") as refused:
        collect_milk(barn.mirror, tank, Decimal(5), today(), **TICKET)
    assert refused.value.field == "override_reason"
    collect_milk(barn.mirror, tank, Decimal(5), today(), **TICKET, override_reason="Tested clean")
    assert barn.rows(MilkStorageLog)[-1].under_withdrawal
    move_milk(barn.mirror, tank, StockMovement.DISPOSAL, Decimal(15), today(), reason="Spoilt")


def test_an_emptied_tank_is_clean_again(barn: Barn, tank: UUID) -> None:
    treat(barn, barn.cow)
    milk(barn, barn.cow, "10.3", days=1)
    fill_tank(barn.mirror, tank, days_ago(1), MORNING, override_reason="By mistake")
    move_milk(barn.mirror, tank, StockMovement.DISPOSAL, Decimal(10), days_ago(1), reason="Spoilt")
    move_milk(barn.mirror, tank, StockMovement.RECEIPT, Decimal(50), today())
    collect_milk(barn.mirror, tank, Decimal(50), today(), **TICKET)
    assert not barn.rows(MilkStorageLog)[-1].under_withdrawal


def test_rule_11_the_form_asks_why_too(barn: Barn, tank: UUID) -> None:
    values = {"tank_id": tank, "litres": Decimal(5), "under_withdrawal": True}
    with pytest.raises(InvalidValue, match="under withdrawal") as refused:
        saving.add(barn.mirror, MilkStorageLog, values)
    assert refused.value.field == "override_reason"


def test_rule_13_a_tank_gives_no_more_than_is_in_it(barn: Barn, tank: UUID) -> None:
    move_milk(barn.mirror, tank, StockMovement.RECEIPT, Decimal(60), days_ago(1))
    with pytest.raises(InvalidValue, match="Only 60 L of milk in Tank 1 left"):
        collect_milk(barn.mirror, tank, Decimal("60.1"), today(), **TICKET)
    taken = {"tank_id": tank, "movement": StockMovement.USE, "litres": Decimal("-60.1")}
    with pytest.raises(InvalidValue, match="Only 60 L"):
        saving.add(barn.mirror, MilkStorageLog, taken)
    move_milk(barn.mirror, tank, StockMovement.STOCKTAKE, Decimal(58), today())
    assert left(barn) == 58


def test_a_tank_holds_no_more_than_fits(barn: Barn, tank: UUID) -> None:
    with pytest.raises(InvalidValue, match=r"holds 100 L, and 100\.1 L would be in it"):
        move_milk(barn.mirror, tank, StockMovement.RECEIPT, Decimal("100.1"), today())
    move_milk(barn.mirror, tank, StockMovement.RECEIPT, Decimal(100), days_ago(1))
    collect_milk(barn.mirror, tank, Decimal(100), today(), **TICKET)
    move_milk(barn.mirror, tank, StockMovement.RECEIPT, Decimal(100), today())


def test_rule_24_gallons_and_kilograms_are_kept_in_litres(barn: Barn, tank: UUID) -> None:
    kinds = {MilkUnit.US_GALLON: "37.9", MilkUnit.KILOGRAM: "9.7", MilkUnit.LITRE: "10"}
    for unit, litres in kinds.items():
        move_milk(barn.mirror, tank, StockMovement.RECEIPT, Decimal(10), today(), entered_unit=unit)
        row = barn.rows(MilkStorageLog)[-1]
        assert (row.litres, row.entered_unit) == (Decimal(litres), unit)


def test_a_collection_has_its_ticket(barn: Barn, tank: UUID) -> None:
    move_milk(barn.mirror, tank, StockMovement.RECEIPT, Decimal(60), today())
    for missing in TICKET:
        with pytest.raises(InvalidValue) as refused:
            collect_milk(barn.mirror, tank, Decimal(1), today(), **{**TICKET, missing: " "})
        assert refused.value.field == missing


def test_what_was_milked_after_the_treatment_only_is_held(barn: Barn, tank: UUID) -> None:
    values = {
        "animal_id": barn.cow,
        "reason": "Mastitis",
        "product": "Penicillin",
        "dose": Decimal(20),
        "given_at": datetime.combine(days_ago(1), datetime.min.time(), UTC) + timedelta(hours=13),
        "milk_hours": 96,
    }
    saving.add(barn.mirror, HealthTreatment, values)
    milk(barn, barn.cow, "10.3", MORNING, days=1)
    milk(barn, barn.cow, "10.3", EVENING, days=1)
    with barn.mirror.read() as connection:
        assert incoming(connection, days_ago(1), MORNING).diverted == 0
        assert incoming(connection, days_ago(1), EVENING).diverted == 10


def test_a_cow_treated_in_the_morning_is_diverted_from_the_tank_as_the_grid_marks_her(
    barn: Barn, tank: UUID
) -> None:
    """Rule 11: the grid and the tank give one answer, and milk written down before is innocent."""
    day = days_ago(1)
    values = {
        "animal_id": barn.cow,
        "reason": "Mastitis",
        "product": "Penicillin",
        "dose": Decimal(20),
        "given_at": datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=8),
        "milk_hours": 96,
    }
    saving.add(barn.mirror, HealthTreatment, values)
    milk(barn, barn.cow, "10.3", MORNING, days=1)
    with barn.mirror.read() as connection:
        assert set(withheld_milk(connection, day, MORNING)) == {barn.cow}
        assert incoming(connection, day, MORNING).diverted == 10


def test_milk_written_down_before_the_drug_was_given_was_milked_before(
    barn: Barn, tank: UUID
) -> None:
    milk(barn, barn.cow, "10.3", EVENING)
    treat(barn, barn.cow, now())
    with barn.mirror.read() as connection:
        assert withheld_milk(connection, today(), EVENING) == {}
        assert incoming(connection, today(), EVENING).diverted == 0
