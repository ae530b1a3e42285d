from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from fluffydesk.actions.breeding import (
    dry_off,
    record_check,
    record_heat,
    record_loss,
    record_service,
    take_back_dry_off,
    take_back_service,
)
from fluffydesk.actions.milking import record_milking
from fluffydesk.actions.saving import add, change
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.breeding import BreedingMethod, BreedingOutcome, PregnancyResult
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.livestock import Livestock
from tests.actions.barn import days_ago
from tests.actions.stable import CATTLE, SHEEP, Stable, make_stable


@pytest.fixture
def stable(mirror: Mirror) -> Stable:
    return make_stable(mirror)


def test_a_heat_alone_is_kept_without_a_service(stable: Stable) -> None:
    seen = datetime(2026, 3, 1, 6, 30, tzinfo=UTC)
    row_id, _ = record_heat(stable.mirror, stable.cow, seen)
    heat = stable.one(BreedingRecord, row_id)
    assert (heat.heat_observed_at, heat.served_on, heat.due_on) == (seen, None, None)


@pytest.mark.parametrize(("which", "days"), [("ewe", 147), ("cow", 283)])
def test_a_service_is_due_by_the_gestation_of_the_species(
    stable: Stable, which: str, days: int
) -> None:
    row_id, _ = record_service(stable.mirror, getattr(stable, which), days_ago(30))
    assert stable.one(BreedingRecord, row_id).due_on == days_ago(30) + timedelta(days=days)


def test_a_straw_needs_no_male_of_the_farm(stable: Stable) -> None:
    row_id, _ = record_service(
        stable.mirror,
        stable.cow,
        days_ago(3),
        method=BreedingMethod.ARTIFICIAL_INSEMINATION,
        sire_name="Meadow Prince",
        semen_batch="MP-114",
    )
    served = stable.one(BreedingRecord, row_id)
    assert (served.sire_name, served.semen_batch, served.male_id) == (
        "Meadow Prince",
        "MP-114",
        None,
    )


def test_coming_back_ends_the_service_before_and_taking_back_opens_it_again(
    stable: Stable,
) -> None:
    first, _ = record_service(stable.mirror, stable.ewe, days_ago(40), male_id=stable.ram)
    again, _ = record_service(stable.mirror, stable.ewe, days_ago(23), male_id=stable.ram)
    ended = stable.one(BreedingRecord, first)
    assert (ended.outcome, ended.ended_on) == (BreedingOutcome.OPEN, days_ago(23))
    take_back_service(stable.mirror, again)
    (left,) = stable.rows(BreedingRecord)
    assert (left.id, left.outcome, left.ended_on) == (first, BreedingOutcome.AWAITED, None)


def test_twice_in_one_heat_is_no_coming_back(stable: Stable) -> None:
    first, _ = record_service(stable.mirror, stable.cow, days_ago(11))
    record_service(stable.mirror, stable.cow, days_ago(10))
    assert stable.one(BreedingRecord, first).outcome is BreedingOutcome.AWAITED


def test_who_is_pregnant_is_not_served_again(stable: Stable) -> None:
    record_service(stable.mirror, stable.cow, days_ago(60))
    record_check(stable.mirror, stable.cow, days_ago(20), PregnancyResult.PREGNANT)
    with pytest.raises(Refusal, match="Bella was found pregnant"):
        record_service(stable.mirror, stable.cow, days_ago(1))
    record_loss(stable.mirror, stable.cow, days_ago(2), notes="Slipped in the yard.")
    record_service(stable.mirror, stable.cow, days_ago(1))
    lost, served = stable.rows(BreedingRecord)
    assert (lost.outcome, lost.ended_on) == (BreedingOutcome.LOST, days_ago(2))
    assert lost.notes == "Slipped in the yard."
    assert served.outcome is BreedingOutcome.AWAITED


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (PregnancyResult.PREGNANT, BreedingOutcome.PREGNANT),
        (PregnancyResult.OPEN, BreedingOutcome.OPEN),
        (PregnancyResult.DOUBTFUL, BreedingOutcome.AWAITED),
    ],
)
def test_a_check_says_what_became_of_the_service(
    stable: Stable, result: PregnancyResult, outcome: BreedingOutcome
) -> None:
    record_service(stable.mirror, stable.ewe, days_ago(60))
    record_check(stable.mirror, stable.ewe, days_ago(5), result)
    (row,) = stable.rows(BreedingRecord)
    assert (row.check_result, row.checked_on, row.outcome) == (result, days_ago(5), outcome)


def test_a_check_needs_a_service_before_it(stable: Stable) -> None:
    with pytest.raises(InvalidValue, match="no service"):
        record_check(stable.mirror, stable.ewe, days_ago(5), PregnancyResult.OPEN)
    record_service(stable.mirror, stable.ewe, days_ago(4))
    with pytest.raises(InvalidValue, match="She was served"):
        record_check(stable.mirror, stable.ewe, days_ago(5), PregnancyResult.OPEN)


def test_rule_9_dry_off_ends_the_lactation(stable: Stable) -> None:
    session = MilkingSession.MORNING
    record_milking(stable.mirror, stable.cow, days_ago(9), session, Decimal(12))
    with pytest.raises(InvalidValue, match="gave milk on"):
        dry_off(stable.mirror, stable.cow, days_ago(10))
    dry_off(stable.mirror, stable.cow, days_ago(8))
    with pytest.raises(Refusal, match="is dry since"):
        record_milking(stable.mirror, stable.cow, days_ago(7), session, Decimal(12))
    with pytest.raises(InvalidValue, match="is dry since"):
        dry_off(stable.mirror, stable.cow, days_ago(7))


def test_rule_9_a_dry_off_taken_back_leaves_that_of_the_lactation_before(stable: Stable) -> None:
    for before in (None, days_ago(360)):
        change(stable.mirror, Livestock, stable.cow, {"dried_off_on": before})
        earlier, _ = dry_off(stable.mirror, stable.cow, days_ago(8))
        assert stable.animal(stable.cow).dried_off_on == days_ago(8)
        take_back_dry_off(stable.mirror, stable.cow, earlier)
        assert stable.animal(stable.cow).dried_off_on == before


def test_rule_9_who_never_calved_is_not_dried_off(stable: Stable) -> None:
    with pytest.raises(InvalidValue, match="was not in milk"):
        dry_off(stable.mirror, stable.ewe, days_ago(1))


def test_rule_3_nobody_is_served_after_leaving_or_before_birth(stable: Stable) -> None:
    left = {"status": LivestockStatus.SOLD, "left_on": days_ago(20)}
    change(stable.mirror, Livestock, stable.other, left)
    record_service(stable.mirror, stable.other, days_ago(21))
    with pytest.raises(InvalidValue, match="E2 left on"):
        record_service(stable.mirror, stable.other, days_ago(19))
    with pytest.raises(InvalidValue, match="Wool was born on"):
        record_service(stable.mirror, stable.ewe, days_ago(1600))


@pytest.mark.parametrize("through_form", [False, True])
@pytest.mark.parametrize(
    ("female", "male", "words"),
    [
        ("ram", None, "Ramses is male"),
        ("ewe", "other", "E2 is female"),
        ("ewe", "bull", "not of the same species"),
    ],
)
def test_rule_6_a_female_is_served_by_a_male_of_her_species(
    stable: Stable, female: str, male: str | None, words: str, through_form: bool
) -> None:
    female_id = getattr(stable, female)
    male_id = getattr(stable, male) if male else None
    form = {"female_id": female_id, "male_id": male_id, "served_on": days_ago(5)}
    job = (
        partial(add, stable.mirror, BreedingRecord, form)
        if through_form
        else partial(record_service, stable.mirror, female_id, days_ago(5), male_id=male_id)
    )
    with pytest.raises(InvalidValue, match=words):
        job()
    assert stable.rows(BreedingRecord) == []


def test_rule_6_both_are_old_enough(stable: Stable) -> None:
    lamb = stable.add("E9", SHEEP, Sex.FEMALE, days_ago(100))
    with pytest.raises(InvalidValue, match="too young"):
        record_service(stable.mirror, lamb, days_ago(1))
    tup = stable.add("R9", SHEEP, Sex.MALE, days_ago(100))
    with pytest.raises(InvalidValue, match="too young"):
        record_service(stable.mirror, stable.ewe, days_ago(1), male_id=tup)


def test_rule_6_a_service_in_the_form_has_a_date_or_a_heat(stable: Stable) -> None:
    with pytest.raises(InvalidValue, match="Neither a service nor a heat"):
        add(stable.mirror, BreedingRecord, {"female_id": stable.ewe})


@pytest.mark.parametrize(
    ("parents", "words"),
    [
        ({"dam_id": "ram"}, "Ramses is male"),
        ({"sire_id": "other"}, "E2 is female"),
        ({"dam_id": "cow"}, "not of the same species"),
    ],
)
def test_rule_6_parents_in_the_animals_form(
    stable: Stable, parents: dict[str, str], words: str
) -> None:
    lamb = stable.add("L1", SHEEP, Sex.FEMALE, days_ago(10))
    given = {name: getattr(stable, which) for name, which in parents.items()}
    with pytest.raises(InvalidValue, match=words):
        change(stable.mirror, Livestock, lamb, given)
    assert stable.animal(lamb).dam_id is None
    assert stable.animal(lamb).sire_id is None


def test_rule_6_a_parent_was_old_enough_and_stays_what_it_was(stable: Stable) -> None:
    lamb = stable.add("L1", SHEEP, Sex.FEMALE, days_ago(10), dam_id=stable.ewe, sire_id=stable.ram)
    with pytest.raises(InvalidValue, match="was too young to be the dam of L1"):
        change(stable.mirror, Livestock, stable.ewe, {"birth_date": days_ago(200)})
    with pytest.raises(InvalidValue, match="is female"):
        change(stable.mirror, Livestock, stable.ram, {"sex": Sex.FEMALE})
    with pytest.raises(InvalidValue, match="not of the same species"):
        change(stable.mirror, Livestock, stable.ewe, {"species_id": CATTLE})
    change(stable.mirror, Livestock, lamb, {"birth_date": days_ago(12)})
    assert stable.animal(lamb).dam_id == stable.ewe


def test_rule_6_nobody_is_their_own_ancestor(stable: Stable) -> None:
    dam = stable.add("A", SHEEP, Sex.FEMALE)
    daughter = stable.add("B", SHEEP, Sex.FEMALE, dam_id=dam)
    son = stable.add("C", SHEEP, Sex.MALE, dam_id=daughter)
    with pytest.raises(InvalidValue, match="its own dam"):
        change(stable.mirror, Livestock, dam, {"dam_id": dam})
    for parent in ({"dam_id": daughter}, {"sire_id": son}):
        with pytest.raises(InvalidValue, match="would be its own ancestor"):
            change(stable.mirror, Livestock, dam, parent)
    change(stable.mirror, Livestock, dam, {"dam_id": stable.ewe, "sire_id": stable.ram})
    assert stable.animal(dam).sire_id == stable.ram
