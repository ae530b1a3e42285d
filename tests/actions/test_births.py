from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from fluffydesk.actions.births import Birth, Fate, Young, foster, record_birth, take_back_birth
from fluffydesk.actions.breeding import record_check, record_service
from fluffydesk.actions.milking import record_milking
from fluffydesk.actions.saving import add, change, remove
from fluffydesk.actions.weighing import weigh
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror import numbers
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.breeding import BreedingMethod, BreedingOutcome, PregnancyResult
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.farm import LambingRecord, WeightLog
from fluffydesk.records.livestock import Livestock, LivestockBatch, LivestockBatchMember
from tests.actions.barn import days_ago
from tests.actions.stable import SHEEP, Stable, make_stable

TWINS = (
    Young(Sex.FEMALE, tag="L1", weight_kg=Decimal("4.2")),
    Young(Sex.MALE, tag="L2", weight_kg=Decimal("3.9"), fate=Fate.HAND_REARED),
    Young(Sex.MALE, fate=Fate.STILLBORN),
)


@pytest.fixture
def stable(mirror: Mirror) -> Stable:
    return make_stable(mirror)


def tags(stable: Stable) -> set[str]:
    return {row.tag_number for row in stable.rows(Livestock)}


def test_a_lambing_in_one_unit_makes_the_lambs(stable: Stable) -> None:
    served = days_ago(2) - timedelta(days=147)
    record_service(stable.mirror, stable.ewe, served, male_id=stable.ram)
    before = stable.units()
    birth_id, _ = record_birth(stable.mirror, Birth(stable.ewe, days_ago(2), TWINS, born=3))
    assert stable.units() == before + 1
    one, two = (row for row in stable.rows(Livestock) if row.tag_number in ("L1", "L2"))
    for young, sex in ((one, Sex.FEMALE), (two, Sex.MALE)):
        assert (young.dam_id, young.sire_id, young.birth_date) == (
            stable.ewe,
            stable.ram,
            days_ago(2),
        )
        assert (young.species_id, young.sex) == (SHEEP, sex)
    assert [row.weight_kg for row in stable.rows(WeightLog)] == [Decimal("4.2"), Decimal("3.9")]
    birth = stable.one(LambingRecord, birth_id)
    assert (birth.born_alive, birth.stillborn, birth.ewes, birth.rams) == (2, 1, 1, 1)
    assert (birth.hand_reared, birth.served_on, birth.sire_id) == (1, served, stable.ram)
    assert birth.litter_weight_kg == Decimal("8.1")
    (service,) = stable.rows(BreedingRecord)
    assert (service.outcome, service.ended_on) == (BreedingOutcome.BORN, days_ago(2))


def test_rule_9_calving_opens_the_lactation_and_parity_grows_by_one(stable: Stable) -> None:
    change(stable.mirror, Livestock, stable.cow, {"dried_off_on": days_ago(50)})
    morning, kg = MilkingSession.MORNING, Decimal(20)
    with pytest.raises(Refusal, match="is dry"):
        record_milking(stable.mirror, stable.cow, days_ago(1), morning, kg)
    birth_id, _ = record_birth(
        stable.mirror, Birth(stable.cow, days_ago(1), (Young(Sex.FEMALE, tag="K1"),))
    )
    cow = stable.animal(stable.cow)
    assert (cow.calved_on, cow.parity) == (days_ago(1), 3)
    record_milking(stable.mirror, stable.cow, days_ago(1), morning, kg)
    birth = stable.one(LambingRecord, birth_id)
    assert (birth.parity, birth.previous_on) == (3, days_ago(300))


def test_rule_9_a_birth_that_is_on_her_card_already_is_not_counted_twice(stable: Stable) -> None:
    calf = (Young(Sex.FEMALE, tag="K1"),)
    birth_id, _ = record_birth(stable.mirror, Birth(stable.cow, days_ago(300), calf))
    assert stable.animal(stable.cow).parity == 2
    take_back_birth(stable.mirror, birth_id)
    cow = stable.animal(stable.cow)
    assert (cow.calved_on, cow.parity) == (days_ago(300), 2)


def test_rule_7_born_alive_and_stillborn_are_all_that_were_born(stable: Stable) -> None:
    with pytest.raises(InvalidValue, match="4 were born, and 3 are listed"):
        record_birth(stable.mirror, Birth(stable.ewe, days_ago(2), TWINS, born=4))
    with pytest.raises(InvalidValue, match="Nobody was born"):
        record_birth(stable.mirror, Birth(stable.ewe, days_ago(2), ()))
    assert stable.rows(LambingRecord) == []
    assert "L1" not in tags(stable)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"born_alive": 0}, "Nobody was born"),
        ({"born_alive": 1, "ewes": 1, "rams": 1}, "more than the 1 born alive"),
        ({"born_alive": 1, "died_early": 2}, "than were born alive"),
    ],
)
def test_rule_7_in_the_form(stable: Stable, wrong: dict[str, int], words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        add(stable.mirror, LambingRecord, {"dam_id": stable.ewe, **wrong})


def test_rule_7_twins_share_dam_and_date(stable: Stable) -> None:
    record_birth(stable.mirror, Birth(stable.ewe, days_ago(2), TWINS))
    with pytest.raises(InvalidValue, match="has a birth on"):
        record_birth(stable.mirror, Birth(stable.ewe, days_ago(1), (Young(tag="L3"),)))
    with pytest.raises(InvalidValue, match="twins share their date"):
        stable.add("L3", SHEEP, Sex.FEMALE, days_ago(1), dam_id=stable.ewe)
    with pytest.raises(InvalidValue, match="only 2 were born alive"):
        stable.add("L3", SHEEP, Sex.FEMALE, days_ago(2), dam_id=stable.ewe)
    (birth,) = stable.rows(LambingRecord)
    with pytest.raises(InvalidValue, match="2 animals have this dam"):
        change(stable.mirror, LambingRecord, birth.id, {"born_alive": 1, "rams": 0})
    earlier = stable.add("L0", SHEEP, Sex.FEMALE, days_ago(300), dam_id=stable.ewe)
    assert stable.animal(earlier).dam_id == stable.ewe


def test_rule_6_the_dam_is_female_and_old_enough(stable: Stable) -> None:
    young = stable.add("E9", SHEEP, Sex.FEMALE, days_ago(60))
    for dam, words in ((stable.ram, "is male"), (young, "too young")):
        with pytest.raises(InvalidValue, match=words):
            record_birth(stable.mirror, Birth(dam, days_ago(2), TWINS))
        with pytest.raises(InvalidValue, match=words):
            add(stable.mirror, LambingRecord, {"dam_id": dam, "born_alive": 1})


def test_the_next_reserved_tags_are_taken_and_given_back_with_a_refusal(stable: Stable) -> None:
    with stable.mirror.apply() as connection:
        numbers.keep(connection, [numbers.Block("b", "livestock", 501, 503, 501, 501, None)])
    pair = (Young(Sex.FEMALE), Young(Sex.MALE))
    with pytest.raises(InvalidValue, match="tag E2 is here already"):
        record_birth(stable.mirror, Birth(stable.ewe, days_ago(2), (*pair, Young(tag="E2"))))
    record_birth(stable.mirror, Birth(stable.ewe, days_ago(2), pair))
    assert {"501", "502"} <= tags(stable)
    with pytest.raises(InvalidValue, match="No reserved tag is left"):
        record_birth(stable.mirror, Birth(stable.other, days_ago(2), pair))
    assert "503" not in tags(stable)


def test_a_litter_may_be_counted_without_animals(stable: Stable) -> None:
    record_birth(
        stable.mirror,
        Birth(stable.ewe, days_ago(2), (Young(), Young(fate=Fate.DIED)), tagged=False),
    )
    (birth,) = stable.rows(LambingRecord)
    assert (birth.born_alive, birth.died_early) == (2, 1)
    assert len(stable.rows(Livestock)) == 5


def test_taking_back_undoes_all_of_it_in_one_step(stable: Stable) -> None:
    record_service(stable.mirror, stable.cow, days_ago(285), male_id=stable.bull)
    record_check(stable.mirror, stable.cow, days_ago(200), PregnancyResult.PREGNANT)
    group, _ = add(stable.mirror, LivestockBatch, {"name": "Calves"})
    calf = (Young(Sex.FEMALE, tag="K1", weight_kg=Decimal(40)),)
    birth = Birth(stable.cow, days_ago(1), calf, batch_id=group)
    birth_id, _ = record_birth(stable.mirror, birth)
    assert len(stable.rows(LivestockBatchMember)) == 1
    before = stable.units()
    take_back_birth(stable.mirror, birth_id)
    assert stable.units() == before + 1
    assert "K1" not in tags(stable)
    assert stable.rows(LambingRecord) == stable.rows(WeightLog) == []
    assert stable.rows(LivestockBatchMember) == []
    cow = stable.animal(stable.cow)
    assert (cow.calved_on, cow.parity) == (days_ago(300), 2)
    (service,) = stable.rows(BreedingRecord)
    assert (service.outcome, service.ended_on) == (BreedingOutcome.PREGNANT, None)


def test_what_something_refers_to_is_not_taken_back(stable: Stable) -> None:
    birth_id, _ = record_birth(stable.mirror, Birth(stable.ewe, days_ago(2), TWINS))
    lamb = next(row for row in stable.rows(Livestock) if row.tag_number == "L1")
    weigh(stable.mirror, lamb.id, days_ago(1), Decimal("4.5"))
    with pytest.raises(Refusal):
        take_back_birth(stable.mirror, birth_id)
    assert {"L1", "L2"} <= tags(stable)
    assert stable.animal(stable.ewe).parity == 1


def test_an_embryos_dam_is_the_donor(stable: Stable) -> None:
    method = BreedingMethod.EMBRYO_TRANSFER
    record_service(stable.mirror, stable.ewe, days_ago(148), method=method, donor_id=stable.other)
    birth_id, _ = record_birth(
        stable.mirror, Birth(stable.ewe, days_ago(1), (Young(Sex.FEMALE, tag="L1"),))
    )
    lamb = next(row for row in stable.rows(Livestock) if row.tag_number == "L1")
    assert lamb.dam_id == stable.other
    assert stable.animal(stable.ewe).parity == 1
    take_back_birth(stable.mirror, birth_id)
    assert "L1" not in tags(stable)


def test_a_lamb_is_fostered_and_keeps_its_dam(stable: Stable) -> None:
    own, _ = record_birth(stable.mirror, Birth(stable.ewe, days_ago(2), TWINS))
    hers, _ = record_birth(
        stable.mirror, Birth(stable.other, days_ago(2), (Young(fate=Fate.STILLBORN),))
    )
    lamb = next(row for row in stable.rows(Livestock) if row.tag_number == "L1")
    with pytest.raises(InvalidValue, match="no other dam"):
        foster(stable.mirror, lamb.id, stable.ewe, days_ago(1))
    foster(stable.mirror, lamb.id, stable.other, days_ago(1))
    assert stable.one(LambingRecord, own).fostered_off == 1
    assert stable.one(LambingRecord, hers).fostered_on == 1
    fostered = stable.animal(lamb.id)
    assert fostered.dam_id == stable.ewe
    assert "Reared by E2" in fostered.notes


def test_rule_9_a_birth_in_the_form_opens_the_lactation_too(stable: Stable) -> None:
    row_id, _ = add(
        stable.mirror,
        LambingRecord,
        {"dam_id": stable.cow, "lambed_on": days_ago(5), "born_alive": 1},
    )
    cow = stable.animal(stable.cow)
    assert (cow.calved_on, cow.parity) == (days_ago(5), 3)
    change(stable.mirror, LambingRecord, row_id, {"lambed_on": days_ago(6)})
    assert stable.animal(stable.cow).calved_on == days_ago(6)
    remove(stable.mirror, LambingRecord, row_id)
    cow = stable.animal(stable.cow)
    assert (cow.calved_on, cow.parity) == (days_ago(300), 2)
