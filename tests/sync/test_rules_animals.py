"""Rules 1 to 10 by their number, where two PCs each keep a rule and break it together."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from fluffydesk.actions.births import Birth, Young, record_birth, take_back_birth
from fluffydesk.actions.breeding import dry_off, record_service
from fluffydesk.actions.exits import Exit, leave, take_back
from fluffydesk.actions.flocks import head_count, record_loss
from fluffydesk.actions.groups import members_on, move
from fluffydesk.actions.herds import count_herd, move_herd
from fluffydesk.actions.milking import record_milking
from fluffydesk.actions.saving import add, change, remove
from fluffydesk.actions.weighing import weigh
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.livestock import HerdMove, LivestockStatus
from fluffydesk.records.farm import LambingRecord, MortalityLog, WeightLog
from fluffydesk.records.livestock import HerdBatch, Livestock, LivestockBatch
from fluffydesk.records.types import new_id
from fluffydesk.sync import resolve, twins
from tests.sync.farms import Farm
from tests.sync.pairs import Pair, ago


@pytest.fixture(scope="module")
def pair(shared_central: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    farm = Farm(shared_central, tmp_path_factory.mktemp("rules"))
    yield Pair(farm)
    farm.close()


@pytest.fixture(autouse=True)
def nothing_left(pair: Pair) -> Iterator[None]:
    """No test leaves the next something to decide."""
    yield
    for desk in (pair.barn, pair.office):
        for refused in desk.quarantine():
            resolve.discard(desk.mirror, refused.id)
        for conflict in desk.conflicts():
            resolve.decide(desk.mirror, conflict.id, "theirs")
    pair.sync()


class TestRule1And2:
    """Head counts are never negative, and no death is larger than the head count."""

    def test_two_pcs_record_more_deaths_than_there_are_birds(self, pair: Pair) -> None:
        flock = pair.flock(10)
        with pair.apart() as (barn, office):
            record_loss(barn, flock, ago(3), 6)
            record_loss(office, flock, ago(2), 7)
        assert pair.office.quarantine() == [], "birds that died have died"
        [finding] = pair.found(flock)
        assert finding.rule == 1
        assert "\N{MINUS SIGN}3 birds" in finding.message
        assert {one.device for one in finding.entries} == {"barn-pc", "office-pc"}
        assert finding.entries[0].by.startswith("Ben")
        assert "on office-pc" in finding.entries[0].by
        wrong = finding.entries[0]
        assert wrong.record is MortalityLog
        change(pair.barn.mirror, MortalityLog, wrong.id, {"head_count": 4})
        pair.sync()
        assert pair.found(flock) == []
        with pair.office.mirror.read() as connection:
            assert head_count(connection, flock, ago(0)) == 0

    def test_a_herd_that_was_counted_since_is_settled(self, pair: Pair) -> None:
        values = {"name": "Pen 1", "species_id": pair.cattle, "started_on": ago(30)}
        herd = pair.add(HerdBatch, **values, head_count=10)
        with pair.apart() as (barn, office):
            move_herd(barn, herd, HerdMove.SOLD, 8, ago(5))
            move_herd(office, herd, HerdMove.DIED, 4, ago(4))
        [finding] = pair.found(herd)
        assert "−2 animals" in finding.message
        assert len(finding.entries) == 2
        count_herd(pair.office.mirror, herd, 0, ago(1))
        pair.sync()
        assert pair.found(herd) == []


class TestRule3:
    """Nothing is produced, weighed, served or treated after death, or before birth."""

    def test_a_service_and_a_weighing_after_the_death_the_other_pc_knows_of(
        self, pair: Pair
    ) -> None:
        cow = pair.cow()
        with pair.apart() as (barn, office):
            leave(barn, cow, Exit.DEATH, ago(4), reason="Bloat")
            record_service(office, cow, ago(3), sire_name="Bo")
            weigh(office, cow, ago(2), Decimal(600))
        assert pair.office.quarantine() == []
        [finding] = pair.found(cow)
        assert finding.rule == 3
        assert "died on" in finding.message
        assert "weighed on" in finding.message
        assert [one.record.__tablename__ for one in finding.entries[:1]] == ["livestock"]
        assert len(finding.entries) == 3
        take_back(pair.office.mirror, cow, "It was number 71")
        pair.sync()
        assert pair.found(cow) == []

    def test_a_weighing_before_the_birth_the_other_pc_corrected(self, pair: Pair) -> None:
        calf = pair.cow(birth_date=ago(60), calved_on=None, parity=None)
        with pair.apart() as (barn, office):
            change(barn, Livestock, calf, {"birth_date": ago(20)})
            weigh(office, calf, ago(30), Decimal(60))
        [finding] = pair.found(calf)
        assert finding.rule == 3
        assert "was born on" in finding.message


class TestRule4:
    """Death, sale and slaughter end a record unless an audited correction reverses them."""

    def test_sold_on_one_pc_and_dead_on_the_other_is_asked_about(self, pair: Pair) -> None:
        cow = pair.cow()
        with pair.apart() as (barn, office):
            leave(barn, cow, Exit.SALE, ago(3), went_to="Hill Farm")
            leave(office, cow, Exit.DEATH, ago(2), reason="Bloat")
        asked = {one.column for one in pair.office.conflicts()}
        assert "status" in asked
        for conflict in pair.office.conflicts():
            resolve.decide(pair.office.mirror, conflict.id, "theirs")
        pair.sync()
        row = pair.barn.row("livestock", cow)
        assert row is not None
        assert (row["status"], row["left_on"]) == (LivestockStatus.SOLD, ago(3))
        audited = "select count(*) from audit_logs where entity_id = %s and action = 'UPDATE'"
        assert pair.farm.value(audited, cow) >= 1


class TestRule5:
    """One living animal per official id or EID; a retag keeps the old id."""

    @pytest.mark.parametrize("column", ["official_id", "eid"])
    def test_the_later_of_two_animals_with_one_number_is_refused_and_mended(
        self, pair: Pair, column: str
    ) -> None:
        number = "276000312345678" if column == "eid" else "DE 03 123 45678"
        with pair.apart() as (barn, office):
            values = {"species_id": pair.cattle, column: number}
            add(barn, Livestock, {**values, "tag_number": "501"})
            mine, _ = add(office, Livestock, {**values, "tag_number": "502"})
        message, advice = pair.refused()
        assert "already is an animal with the same" in message
        assert "Change this one" in advice
        change(pair.office.mirror, Livestock, mine, {column: number[:-1] + "9"})
        [refused] = pair.office.quarantine()
        resolve.retry(pair.office.mirror, refused.id)
        pair.sync()
        assert pair.office.quarantine() == []
        assert pair.barn.row("livestock", mine) is not None


class TestRule6:
    """Dam female, sire male; nobody is their own ancestor."""

    def test_a_circle_of_two_halves_is_refused_at_the_second(self, pair: Pair) -> None:
        old = pair.cow(birth_date=None)
        young = pair.cow(birth_date=None)
        with pair.apart() as (barn, office):
            change(barn, Livestock, young, {"dam_id": old})
            change(office, Livestock, old, {"dam_id": young})
        message, advice = pair.refused()
        assert "its own ancestor" in message
        assert "dam or sire" in advice
        change(pair.office.mirror, Livestock, old, {"dam_id": None})
        for refused in pair.office.quarantine():
            resolve.retry(pair.office.mirror, refused.id)
        pair.sync()
        assert pair.office.quarantine() == []
        assert pair.office.row("livestock", young)["dam_id"] == old  # type: ignore[index]

    def test_a_dam_that_the_other_pc_found_to_be_male_is_told(self, pair: Pair) -> None:
        dam = pair.cow(calved_on=None, parity=None)
        calf = pair.cow(birth_date=ago(5), calved_on=None, parity=None)
        with pair.apart() as (barn, office):
            change(barn, Livestock, dam, {"sex": Sex.MALE})
            change(office, Livestock, calf, {"dam_id": dam})
        [finding] = pair.found(calf)
        assert finding.rule == 6
        assert "is male and the dam of" in finding.message


class TestRule7:
    """Born alive + stillborn = born; twins share dam and date."""

    def test_one_birth_with_two_dates_is_told_and_mended(self, pair: Pair) -> None:
        cow = pair.cow(calved_on=ago(400))
        young = (Young(tag="901"),)
        with pair.apart() as (barn, office):
            right, _ = record_birth(barn, Birth(cow, ago(4), young))
            wrong, _ = record_birth(office, Birth(cow, ago(3), (Young(tag="902"),)))
        assert pair.office.quarantine() == []
        found = pair.found(cow)
        assert {one.rule for one in found} == {7}
        assert any("cannot have borne twice" in one.message for one in found)
        assert any("of one birth" in one.message for one in found), "the calves are twins apart"
        row = pair.barn.row("livestock", cow)
        assert row is not None
        assert row["parity"] == 3, "one birth, whoever wrote it down"
        take_back_birth(pair.office.mirror, wrong)
        pair.sync()
        assert pair.found(cow) == []
        row = pair.barn.row("livestock", cow)
        assert row is not None
        assert (row["parity"], row["calved_on"]) == (3, ago(4)), "the other birth still counts"
        assert pair.barn.row("lambing_records", right) is not None

    def test_one_birth_with_one_date_is_made_one(self, pair: Pair) -> None:
        cow = pair.cow(calved_on=ago(400))
        with pair.apart() as (barn, office):
            values = {"dam_id": cow, "lambed_on": ago(4), "born_alive": 1}
            add(barn, LambingRecord, values)
            add(office, LambingRecord, values)
        [refused] = pair.office.quarantine()
        twin = twins.find(pair.office.door, pair.office.gateway, refused.id)
        assert twin is not None
        twins.join(pair.office.mirror, twin)
        pair.sync()
        assert pair.office.row("livestock", cow)["parity"] == 3  # type: ignore[index]
        assert pair.found(cow) == []


class TestRule8:
    """Group membership is dated rows that do not overlap."""

    def test_two_groups_from_one_day_are_made_one_by_a_person(self, pair: Pair) -> None:
        dry, fresh = (pair.add(LivestockBatch, name=name) for name in ("Dry", "Fresh"))
        cow = pair.cow()
        with pair.apart() as (barn, office):
            move(barn, [cow], dry, ago(3))
            move(office, [cow], fresh, ago(3))
        refused = pair.office.quarantine()
        assert [one.code for one in refused] == [twins.DOUBLED]
        twin = twins.find(pair.office.door, pair.office.gateway, refused[0].id)
        assert twin is not None
        twins.join(pair.office.mirror, twin)
        pair.office.sync()
        for conflict in pair.office.conflicts():
            resolve.decide(pair.office.mirror, conflict.id, "mine")
        pair.sync()
        for desk in (pair.barn, pair.office):
            with desk.mirror.read() as connection:
                assert members_on(connection, fresh, ago(1)) == [cow]
                assert members_on(connection, dry, ago(1)) == []
        assert pair.found(cow) == []

    def test_a_card_that_names_another_group_than_the_last_move_is_told(self, pair: Pair) -> None:
        dry, fresh = (pair.add(LivestockBatch, name=name) for name in ("Dry 2", "Fresh 2"))
        cow = pair.cow()
        with pair.apart() as (barn, office):
            move(barn, [cow], dry, ago(2))
            move(office, [cow], fresh, ago(3))
        for conflict in pair.office.conflicts():
            resolve.decide(pair.office.mirror, conflict.id, "mine")
        pair.sync()
        [finding] = pair.found(cow)
        assert finding.rule == 8
        change(pair.barn.mirror, Livestock, cow, {"batch_id": dry})
        pair.sync()
        assert pair.found(cow) == []


class TestRule9:
    """Milk comes from females in lactation."""

    def test_a_milking_after_the_drying_off_that_the_other_pc_knows_of(self, pair: Pair) -> None:
        cow = pair.cow()
        with pair.apart() as (barn, office):
            dry_off(barn, cow, ago(3))
            record_milking(office, cow, ago(2), MilkingSession.MORNING, Decimal(12))
        [finding] = pair.found(cow)
        assert finding.rule == 9
        assert "was dried off on" in finding.message


class TestRule10:
    """One milking per animal, date and session, also after a merge of two PCs."""

    def test_two_pcs_enter_one_milking(self, pair: Pair) -> None:
        cow = pair.cow()
        with pair.apart() as (barn, office):
            for desk in (barn, office):
                record_milking(desk, cow, ago(1), MilkingSession.MORNING, Decimal(20))
        [refused] = pair.office.quarantine()
        twin = twins.find(pair.office.door, pair.office.gateway, refused.id)
        assert twin is not None
        twins.join(pair.office.mirror, twin)
        pair.sync()
        count = "select count(*) from milk_production_logs where animal_id = %s"
        assert pair.farm.value(count, cow) == 1


class TestRule27:
    """What was imported on two PCs is not there twice without a word."""

    def test_one_animal_added_on_both_is_told(self, pair: Pair) -> None:
        tag = str(new_id())[-8:]
        with pair.apart() as (barn, office):
            for desk in (barn, office):
                add(desk, Livestock, {"tag_number": tag, "species_id": pair.cattle})
        every = [one for desk in (pair.barn,) for one in pair.all_found(desk) if tag in one.message]
        [finding] = every
        assert finding.rule == 27
        remove(pair.office.mirror, Livestock, finding.entries[0].id)
        pair.sync()
        assert [one for one in pair.all_found(pair.barn) if tag in one.message] == []


def test_what_one_pc_entered_within_the_rules_is_no_finding(pair: Pair) -> None:
    """The checks look at what can be: a day's work gives none."""
    cow, flock = pair.cow(), pair.flock()
    record_milking(pair.barn.mirror, cow, ago(1), MilkingSession.MORNING, Decimal(20))
    add(
        pair.barn.mirror,
        WeightLog,
        {"animal_id": cow, "weighed_on": ago(1), "weight_kg": Decimal(600)},
    )
    record_loss(pair.barn.mirror, flock, ago(1), 100)
    leave(pair.barn.mirror, cow, Exit.SALE, ago(1), went_to="Hill Farm")
    pair.sync()
    assert pair.found(cow, flock) == []
