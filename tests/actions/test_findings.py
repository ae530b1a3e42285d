"""What contradicts itself in one mirror, written there by whoever keeps no rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions.findings import RECENT_DAYS, Finding, findings
from fluffydesk.records.enums.farm_resources import FarmProduct, StockMovement
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import EggProductionLog, LambingRecord, MilkProductionLog, MortalityLog
from fluffydesk.records.farm_resources import FarmProductSale, InventoryTransaction
from fluffydesk.records.livestock import Livestock, LivestockBatch, LivestockBatchMember
from fluffydesk.records.medical import HealthTreatment, VaccineLog
from fluffydesk.records.types import now, today
from fluffydesk.records.vocabulary import Record
from tests.actions.barn import Barn, days_ago, make_barn
from tests.actions.farm import CATTLE
from tests.mirrors import new_mirror
from tests.sampled import sample_clinic_mirror, sample_farm_mirror


@pytest.fixture
def barn(tmp_path: Path) -> Iterator[Barn]:
    with new_mirror(tmp_path / "barn.db") as mirror:
        yield make_barn(mirror)


def put(barn: Barn, record: type[Record], **values: Any) -> UUID:
    """Add a row past all rules, as a merge does."""
    with barn.mirror.unit("As it came") as unit:
        return unit.insert(record, values)


def found(barn: Barn, **options: Any) -> list[Finding]:
    with barn.mirror.read() as connection:
        return findings(connection, **options)


def test_eggs_of_a_flock_that_is_gone(barn: Barn) -> None:
    put(barn, MortalityLog, flock_id=barn.flock, died_on=days_ago(9), head_count=200)
    assert found(barn) == []
    put(barn, EggProductionLog, flock_id=barn.flock, collected_on=days_ago(5), total=90)
    [finding] = found(barn)
    assert (finding.rule, "with no hens left" in finding.message) == (3, True)


def test_more_young_than_were_born_alive(barn: Barn) -> None:
    on = days_ago(100)
    birth = put(barn, LambingRecord, dam_id=barn.cow, lambed_on=on, born_alive=1)
    calf = {"species_id": CATTLE, "dam_id": barn.cow, "birth_date": on}
    for tag in ("31", "32"):
        put(barn, Livestock, tag_number=tag, **calf)
    [finding] = found(barn)
    assert finding.rule == 7
    assert finding.message.startswith("2 animals have 7 Bella as dam")
    assert finding.entries[0].id == birth
    assert len(finding.entries) == 3


def test_a_bull_that_was_milked(barn: Barn) -> None:
    put(barn, MilkProductionLog, animal_id=barn.bull, milked_on=days_ago(3), yield_kg=Decimal(9))
    [finding] = found(barn)
    assert (finding.rule, "8 Bo is male" in finding.message) == (9, True)


def test_eggs_sold_and_an_animal_of_a_group_slaughtered_under_withdrawal(barn: Barn) -> None:
    group = put(barn, LivestockBatch, name="Fatteners")
    animals = [
        put(barn, Livestock, tag_number=tag, species_id=CATTLE, arrived_on=days_ago(300))
        for tag in ("41", "42")
    ]
    put(barn, LivestockBatchMember, animal_id=animals[0], batch_id=group, joined_on=days_ago(90))
    given = datetime.combine(days_ago(9), time(8), UTC)
    course = {"reason": "Cough", "product": "Drug", "dose": Decimal(1), "given_at": given}
    put(barn, HealthTreatment, **course, batch_id=group, meat_hours=240)
    put(barn, HealthTreatment, **course, flock_id=barn.flock, egg_hours=240)
    with barn.mirror.unit("Slaughter") as unit:
        for animal in animals:
            left = {"status": LivestockStatus.SLAUGHTERED, "left_on": days_ago(4)}
            unit.update(Livestock, animal, left)
    sale = {"product": FarmProduct.EGGS, "quantity": Decimal(1), "unit_price": Decimal(1)}
    sold = {**sale, "total": Decimal(1), "flock_id": barn.flock, "sold_on": days_ago(4)}
    put(barn, FarmProductSale, **sold)
    said = put(barn, FarmProductSale, **sold, under_withdrawal=True, override_reason="For dogs")
    both = found(barn)
    assert [one.rule for one in both] == [11, 11]
    assert {one.entries[1].words for one in both} == {
        f"Farm sale of {days_ago(4):%d %B %Y}",
        f"Animal of {days_ago(4):%d %B %Y}",
    }
    rows = {entry.id for one in both for entry in one.entries}
    assert animals[0] in rows
    assert animals[1] not in rows, "it was in no group that was treated"
    assert said not in rows


def test_a_lot_that_gave_more_than_it_had_though_the_item_did_not(barn: Barn) -> None:
    for lot, quantity in (("A", 5), ("B", 50), ("A", -8)):
        verb = StockMovement.RECEIPT if quantity > 0 else StockMovement.USE
        values = {"item_id": barn.mash, "movement": verb, "moved_on": days_ago(3), "lot": lot}
        put(barn, InventoryTransaction, **values, quantity=Decimal(quantity))
    [finding] = found(barn)
    assert "\N{MINUS SIGN}3 kg of Layer mash, lot A, would be left" in finding.message


def test_a_quick_look_tells_what_is_recent(barn: Barn) -> None:
    on = days_ago(RECENT_DAYS + 10)
    values = {"item_id": barn.mash, "movement": StockMovement.USE, "moved_on": on}
    put(barn, InventoryTransaction, **values, quantity=Decimal(-5))
    put(barn, InventoryTransaction, **{**values, "movement": "receipt"}, quantity=Decimal(5))
    assert found(barn) == []
    later = on + timedelta(days=1)
    put(barn, InventoryTransaction, **{**values, "moved_on": on}, quantity=Decimal(-5))
    put(
        barn,
        InventoryTransaction,
        **{**values, "moved_on": later, "movement": "receipt"},
        quantity=Decimal(5),
    )
    assert [one.rule for one in found(barn)] == [13]
    assert found(barn, since=days_ago(RECENT_DAYS), quick=True) == []
    assert [one.rule for one in found(barn, since=on, quick=True)] == [13]


@pytest.mark.parametrize("sample", [sample_farm_mirror, sample_clinic_mirror])
def test_the_samples_add_up(sample: Any, tmp_path: Path) -> None:
    with sample(tmp_path / "sample.db") as mirror, mirror.read() as connection:
        assert findings(connection) == []


def test_of_doses_given_twice_only_the_recent_are_read_where_a_day_is_said(barn: Barn) -> None:
    """Rule 18: a dose is not given twice within 30 days."""
    at = now()
    for days in (90, 80, 10, 5):
        put(
            barn,
            VaccineLog,
            animal_id=barn.cow,
            vaccine="Tetra",
            dose_number=1,
            given_at=at - timedelta(days=days),
        )
    assert [one.rule for one in found(barn)].count(18) == 2
    (one,) = [one for one in found(barn, since=today() - timedelta(days=60)) if one.rule == 18]
    assert one.on >= today() - timedelta(days=6)
