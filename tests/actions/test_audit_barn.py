"""What a sceptic tried at the barn: undone, corrected and moved, with nothing left behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions import (
    births,
    exits,
    feeding,
    flocks,
    groups,
    importing,
    sales,
    saving,
    stock,
)
from fluffydesk.actions.egg_room import move_eggs, receive_eggs
from fluffydesk.actions.several import change_several, undo_several
from fluffydesk.actions.treatments import change_treatment, treat, void_treatments
from fluffydesk.actions.weighing import take_back_weight, weigh_once
from fluffydesk.actions.withdrawal import Food, held
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.breeding import BreedingOutcome, PregnancyResult
from fluffydesk.records.enums.farm import EggGrade, EggSize
from fluffydesk.records.enums.farm_resources import (
    FarmProduct,
    InventoryCategory,
    SaleUnit,
    StockMovement,
    StockUnit,
)
from fluffydesk.records.enums.livestock import FlockStatus
from fluffydesk.records.enums.medical import DoseUnit
from fluffydesk.records.farm import EggStorage, FeedLog, LambingRecord, WeightLog
from fluffydesk.records.farm_resources import FarmInventory, FarmProductSale
from fluffydesk.records.livestock import Flock, Livestock, LivestockBatch
from fluffydesk.records.medical import HealthTreatment
from tests.actions.barn import Barn, days_ago
from tests.actions.farm import CATTLE
from tests.actions.stable import Stable, make_stable

DAY = timedelta(days=1)


def midnight() -> datetime:
    return datetime.combine(days_ago(0), datetime.min.time(), UTC)


@pytest.fixture
def drug(barn: Barn) -> UUID:
    """Half a litre each of two lots of penicillin."""
    values = {"name": "Penicillin", "category": InventoryCategory.MEDICINE, "unit": StockUnit.LITRE}
    item, _ = saving.add(barn.mirror, FarmInventory, values)
    for lot, ends in (("A1", days_ago(-300)), ("B1", days_ago(-100))):
        receipt = (StockMovement.RECEIPT, Decimal("0.5"), days_ago(30))
        stock.move_stock(barn.mirror, item, *receipt, lot=lot, expires_on=ends)
    return item


@pytest.fixture
def fresh(barn: Barn) -> UUID:
    """A group that Bella has been in for three days."""
    batch, _ = saving.add(barn.mirror, LivestockBatch, {"name": "Fresh cows"})
    groups.move(barn.mirror, [barn.cow], batch, days_ago(3))
    return batch


@pytest.fixture
def stable(mirror: Mirror) -> Stable:
    return make_stable(mirror)


def give(barn: Barn, **values: Any) -> UUID:
    given = {
        "reason": "Mastitis",
        "product": "Penicillin",
        "dose": Decimal(20),
        "dose_unit": DoseUnit.MILLILITRE,
        "given_at": midnight() - DAY,
        "milk_hours": 96,
    }
    return treat(barn.mirror, {**given, **values})[0]


def left(barn: Barn, item: UUID, ago: int = 0) -> Decimal:
    with barn.mirror.read() as connection:
        return stock.balance(connection, item, days_ago(ago))


def milk_is_held(barn: Barn, animal: UUID, at: datetime) -> bool:
    with barn.mirror.read() as connection:
        return bool(held(connection, Food.MILK, at, animals=[animal]))


def test_a_feed_with_letters_beyond_english_is_corrected_and_not_doubled(barn: Barn) -> None:
    stock.move_stock(barn.mirror, barn.mash, StockMovement.RECEIPT, Decimal(1000), days_ago(5))
    batch, _ = saving.add(barn.mirror, LivestockBatch, {"name": "Öxen"})
    for feed, kg in (("Öhmd", 100), ("ÖHMD", 90)):
        day = (FeedLog, batch, days_ago(1))
        feeding.record_feeding(barn.mirror, *day, feed, Decimal(kg), item_id=barn.mash)
    assert [row.quantity_kg for row in barn.rows(FeedLog)] == [90]
    assert left(barn, barn.mash) == 910


def test_a_weighing_taken_back_leaves_the_weight_the_card_had(barn: Barn) -> None:
    saving.change(barn.mirror, Livestock, barn.cow, {"weight_kg": Decimal(600)})
    weighed, _ = weigh_once(barn.mirror, barn.cow, days_ago(0), Decimal(650))
    take_back_weight(barn.mirror, weighed)
    assert [row.weight_kg for row in barn.rows(Livestock) if row.id == barn.cow] == [600]


def test_the_flock_of_a_sale_undone_is_there_again(barn: Barn) -> None:
    flocks.deplete(barn.mirror, barn.flock, days_ago(0), sold=True, unit_price=Decimal(1))
    [sale] = barn.rows(FarmProductSale)
    sales.undo_sale(barn.mirror, sale.id)
    assert [flock.status for flock in barn.rows(Flock)] == [FlockStatus.ACTIVE]


def test_a_sold_animal_comes_back_with_its_money_and_not_alone(barn: Barn) -> None:
    price = (Decimal(1), SaleUnit.HEAD, Decimal(900), days_ago(0))
    deal = sales.Deal(FarmProduct.LIVE_ANIMALS, *price, customer="Jo Field")
    [sale], _ = sales.sell_animals(barn.mirror, deal, [barn.cow])
    with pytest.raises(Refusal, match="Undo the sale under Money"):
        exits.take_back(barn.mirror, barn.cow, "the wrong cow")
    sales.undo_sale(barn.mirror, sale)
    assert {row.status for row in barn.rows(Livestock)} == {"active"}


def test_the_day_of_a_death_is_not_cleared_rule_4(barn: Barn) -> None:
    exits.leave(barn.mirror, barn.cow, exits.Exit.DEATH, days_ago(0), reason="Bloat")
    with pytest.raises(InvalidValue, match="the day is missing"):
        saving.change(barn.mirror, Livestock, barn.cow, {"left_on": None})


def test_what_a_group_got_stays_in_the_cow_that_moved_later_that_day_rule_8(
    barn: Barn, fresh: UUID
) -> None:
    moment = datetime.now(UTC)
    give(barn, batch_id=fresh, given_at=moment)
    groups.move(barn.mirror, [barn.cow], None, days_ago(0))
    assert milk_is_held(barn, barn.cow, moment)


def test_a_cow_moved_out_before_the_group_is_treated_is_free_rule_8(
    barn: Barn, fresh: UUID
) -> None:
    groups.move(barn.mirror, [barn.cow], None, days_ago(0))
    moment = datetime.now(UTC)
    give(barn, batch_id=fresh, given_at=moment, head_count=5)
    assert not milk_is_held(barn, barn.cow, moment)


def test_a_cow_nobody_knows_the_birth_of_keeps_the_group_it_was_in_rule_8(barn: Barn) -> None:
    batch, _ = saving.add(barn.mirror, LivestockBatch, {"name": "Bought in"})
    values = {"tag_number": "99", "species_id": CATTLE, "sex": Sex.FEMALE, "batch_id": batch}
    cow, _ = saving.add(barn.mirror, Livestock, {**values, "calved_on": days_ago(10)})
    give(barn, batch_id=batch)
    groups.move(barn.mirror, [cow], None, days_ago(0))
    assert milk_is_held(barn, cow, midnight())


def test_a_group_course_gives_back_what_it_took_whoever_moved_since_rule_17(
    barn: Barn, drug: UUID
) -> None:
    batch, _ = saving.add(barn.mirror, LivestockBatch, {"name": "Dry cows"})
    values = {"tag_number": "99", "species_id": CATTLE, "sex": Sex.FEMALE, "batch_id": batch}
    born = {"birth_date": days_ago(900)}
    cow, _ = saving.add(barn.mirror, Livestock, {**values, **born})
    row = give(barn, batch_id=batch, item_id=drug, lot="A1")
    groups.move(barn.mirror, [cow], None, days_ago(3))
    void_treatments(barn.mirror, [row], "not given")
    assert left(barn, drug) == 1


def test_a_course_moved_to_another_day_is_taken_on_that_day_rules_16_17(
    barn: Barn, drug: UUID
) -> None:
    row = give(barn, animal_id=barn.cow, item_id=drug, lot="A1")
    change_treatment(barn.mirror, row, {"given_at": midnight() - 10 * DAY})
    assert [left(barn, drug, ago) for ago in (11, 10, 1, 0)] == [1, *[Decimal("0.98")] * 3]


def test_another_lot_brings_its_own_expiry_rule_16(barn: Barn, drug: UUID) -> None:
    row = give(barn, animal_id=barn.cow, item_id=drug, lot="A1")
    change_treatment(barn.mirror, row, {"lot": "B1"})
    assert [one.lot_expires_on for one in barn.rows(HealthTreatment)] == [days_ago(-100)]


def test_a_birth_given_to_its_right_dam_leaves_nothing_on_the_other_rule_9(stable: Stable) -> None:
    served = {"female_id": stable.ewe, "served_on": days_ago(150)}
    checked = {"check_result": PregnancyResult.PREGNANT, "outcome": BreedingOutcome.PREGNANT}
    saving.add(stable.mirror, BreedingRecord, {**served, **checked})
    young = (births.Young(tag="L1", weight_kg=Decimal(4)),)
    key, _ = births.record_birth(stable.mirror, births.Birth(stable.ewe, days_ago(3), young))
    saving.change(stable.mirror, LambingRecord, key, {"dam_id": stable.other})
    assert [row.outcome for row in stable.rows(BreedingRecord)] == [BreedingOutcome.PREGNANT]
    wrong, right = stable.animal(stable.ewe), stable.animal(stable.other)
    assert (wrong.calved_on, wrong.parity or 0) == (None, 0)
    assert (right.calved_on, right.parity) == (days_ago(3), 1)
    assert [row.dam_id for row in stable.rows(Livestock) if row.tag_number == "L1"] == [right.id]


def test_a_birth_put_on_another_day_takes_its_young_along_rule_7(stable: Stable) -> None:
    served = {"female_id": stable.ewe, "served_on": days_ago(150)}
    saving.add(stable.mirror, BreedingRecord, served)
    young = (births.Young(tag="L1", weight_kg=Decimal(4)), births.Young(tag="L2"))
    key, _ = births.record_birth(stable.mirror, births.Birth(stable.ewe, days_ago(3), young))
    saving.change(stable.mirror, LambingRecord, key, {"lambed_on": days_ago(4)})
    lambs = [row for row in stable.rows(Livestock) if row.tag_number in ("L1", "L2")]
    assert [row.birth_date for row in lambs] == [days_ago(4)] * 2
    assert [row.weighed_on for row in stable.rows(WeightLog)] == [days_ago(4)]
    births.take_back_birth(stable.mirror, key)
    [service] = stable.rows(BreedingRecord)
    assert (service.outcome, service.ended_on) == (BreedingOutcome.AWAITED, None)


def test_a_birth_whose_young_was_fostered_is_not_taken_back_alone(stable: Stable) -> None:
    keys = []
    for dam, tags in ((stable.ewe, ("L1", "L2")), (stable.other, ("L3",))):
        young = tuple(births.Young(tag=tag) for tag in tags)
        keys.append(births.record_birth(stable.mirror, births.Birth(dam, days_ago(3), young))[0])
    [lamb] = [row.id for row in stable.rows(Livestock) if row.tag_number == "L1"]
    births.foster(stable.mirror, lamb, stable.other, days_ago(2))
    for key in keys:
        with pytest.raises(Refusal, match="gave young to another dam, or took some on"):
            births.take_back_birth(stable.mirror, key)


def test_the_card_follows_a_weighing_that_is_written_or_corrected_anyhow(barn: Barn) -> None:
    def said() -> Decimal | None:
        [card] = [row.weight_kg for row in barn.rows(Livestock) if row.id == barn.cow]
        return card

    values = {"animal_id": barn.cow, "weighed_on": days_ago(1), "weight_kg": Decimal(650)}
    row, _ = saving.add(barn.mirror, WeightLog, values)
    assert said() == 650
    saving.change(barn.mirror, WeightLog, row, {"weight_kg": Decimal(560)})
    assert said() == 560
    saving.change(barn.mirror, Livestock, barn.cow, {"weight_kg": Decimal(570)})
    saving.add(barn.mirror, WeightLog, {**values, "weighed_on": days_ago(900)})
    assert said() == 570
    saving.change(barn.mirror, Livestock, barn.cow, {"weight_kg": Decimal(560)})
    saving.remove(barn.mirror, WeightLog, row)
    assert said() == 650


def test_a_change_of_many_taken_back_leaves_what_another_changed_since(barn: Barn) -> None:
    done = change_several(barn.mirror, [barn.cow, barn.bull], {"colour": "red", "name": "B"})
    saving.change(barn.mirror, Livestock, barn.cow, {"name": "Of another"})
    undo_several(barn.mirror, done)
    names = {row.id: (row.name, row.colour) for row in barn.rows(Livestock)}
    assert names == {barn.cow: ("Of another", None), barn.bull: ("Bo", None)}


def test_a_tag_of_an_animal_that_left_comes_back_with_another_number_rule_5(
    barn: Barn, tmp_path: Path
) -> None:
    def take(number: str) -> tuple[int, int]:
        path = tmp_path / "animals.csv"
        path.write_text(f"Tag,Official ID,Sex\n50,{number},female\n")
        about, raw = importing.subject_of("animals"), importing.read_raw(path)
        chosen = importing.suggested(barn.mirror, about, raw.headings)
        plan = importing.plan_table(barn.mirror, path, about, chosen, update=True)
        done = importing.carry_out_table(barn.mirror, plan)
        return done.created, done.updated

    assert take("UK302541400111") == (1, 0)
    [old] = [row.id for row in barn.rows(Livestock) if row.tag_number == "50"]
    exits.leave(barn.mirror, old, exits.Exit.DEATH, days_ago(0), reason="Bloat")
    assert take("UK302541400222") == (1, 0)
    assert take("UK302541400222") == (0, 0)
    numbers = {row.official_id for row in barn.rows(Livestock) if row.tag_number == "50"}
    assert numbers == {"UK302541400111", "UK302541400222"}


def test_a_row_changed_since_its_import_is_listed_when_the_file_comes_again_rule_27(
    barn: Barn, tmp_path: Path
) -> None:
    path = tmp_path / "weights.csv"
    path.write_text(f"Tag,Weigh date,Weight\n7,{days_ago(5)},600\n")
    about, raw = importing.subject_of("weights"), importing.read_raw(path)
    chosen = importing.suggested(barn.mirror, about, raw.headings)
    importing.carry_out_table(barn.mirror, importing.plan_table(barn.mirror, path, about, chosen))
    [row] = barn.rows(WeightLog)
    saving.change(barn.mirror, WeightLog, row.id, {"weighed_on": days_ago(4)})
    plan = importing.plan_table(barn.mirror, path, about, chosen)
    assert plan.create == ()
    assert [one.reason[:36] for one in plan.duplicates] == ["It came with an earlier import and w"]


def test_a_count_of_eggs_ends_what_two_pcs_took_too_much_rule_13(barn: Barn) -> None:
    kind: dict[str, Any] = {"grade": EggGrade.UNGRADED, "size": EggSize.MIXED}
    for ago in (5, 3):
        receive_eggs(barn.mirror, "Room", 100, days_ago(ago), days_ago(ago), **kind)
    with barn.mirror.unit("As if two PCs had") as unit:
        took = {"movement": StockMovement.USE, "eggs": -130, "moved_on": days_ago(2)}
        unit.insert(EggStorage, {"store": "Room", **kind, "collected_on": days_ago(5), **took})
    move_eggs(barn.mirror, "Room", StockMovement.STOCKTAKE, 90, days_ago(0), **kind)
    assert sum(row.eggs for row in barn.rows(EggStorage)) == 90
