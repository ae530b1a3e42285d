"""Rules 11 to 18 by their number, where two PCs each keep a rule and break it together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from time import time_ns
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions.deciding import decide
from fluffydesk.actions.egg_room import move_eggs, receive_eggs
from fluffydesk.actions.eggs import record_egg_round
from fluffydesk.actions.exits import Exit, leave
from fluffydesk.actions.feeding import record_feeding
from fluffydesk.actions.milking import record_milking
from fluffydesk.actions.rules.taken import key
from fluffydesk.actions.saving import change, remove
from fluffydesk.actions.stock import balance, move_stock
from fluffydesk.actions.tank import fill_tank
from fluffydesk.actions.treatments import change_treatment, treat, vaccinate, void_treatments
from fluffydesk.records.enums.farm import EggGrade, EggRound, EggSize, MilkingSession
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement, StockUnit
from fluffydesk.records.farm import EggStorage, HatcheryRecord, MilkStorage, PoultryFeedLog
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.medical import HealthTreatment, VaccineLog
from fluffydesk.records.types import made_at, now
from fluffydesk.sync import resolve
from tests.sync.desks import Desk
from tests.sync.farms import Farm
from tests.sync.pairs import Pair, ago

KIND: Any = {"grade": EggGrade.UNGRADED, "size": EggSize.MIXED}


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


def at(days: int, hour: int = 8) -> datetime:
    """Return a moment so many days ago, in UTC."""
    return datetime.combine(ago(days), time(hour), UTC)


def course(product: str = "Penicillin", **values: Any) -> dict[str, Any]:
    """Return a treatment of one dose."""
    return {"reason": "Lame", "product": product, "dose": Decimal(10), "doses": 1, **values}


class TestRule11:
    """Milk, meat or eggs under withdrawal cannot be credited or sold without a reason."""

    def test_eggs_stored_by_the_one_of_a_flock_treated_by_the_other(self, pair: Pair) -> None:
        flock = pair.flock()
        with pair.apart() as (barn, office):
            treat(barn, course(flock_id=flock, head_count=100, given_at=at(5), egg_hours=96))
            record_egg_round(office, flock, ago(3), EggRound.WHOLE_DAY, total=90)
            receive_eggs(office, "Egg room", 90, ago(3), ago(3), flock_id=flock)
        [finding] = pair.found(flock)
        assert finding.rule == 11
        assert "credited to the store as good" in finding.message
        assert "Penicillin" in finding.message
        stored = finding.entries[-1]
        why = {"under_withdrawal": True, "override_reason": "Thrown away by the packer"}
        change(pair.office.mirror, EggStorage, stored.id, why)
        pair.sync()
        assert pair.found(flock) == []

    def test_a_cow_slaughtered_by_the_one_and_treated_by_the_other(self, pair: Pair) -> None:
        cow, well = pair.cow(), pair.cow()
        with pair.apart() as (barn, office):
            given, _ = treat(barn, course(animal_id=cow, given_at=at(6), meat_hours=24 * 14))
            for one in (cow, well):
                leave(office, one, Exit.SLAUGHTER, ago(2), went_to="Abattoir")
        assert pair.office.quarantine() == []
        assert pair.found(well) == []
        [finding] = pair.found(cow)
        assert (finding.rule, finding.on) == (11, ago(2))
        assert "was slaughtered on" in finding.message
        void_treatments(pair.barn.mirror, [given], "It was another cow")
        pair.sync()
        assert pair.found(cow) == []

    def test_milk_put_in_the_tank_by_the_one_of_a_cow_treated_by_the_other(
        self, pair: Pair
    ) -> None:
        cow, other = pair.cow(), pair.cow()
        tank = pair.add(MilkStorage, name="Tank", capacity_l=Decimal(5000))
        with pair.apart() as (barn, office):
            treat(barn, course(animal_id=cow, given_at=at(4), milk_hours=72))
            for one in (cow, other):
                record_milking(office, one, ago(2), MilkingSession.MORNING, Decimal(20))
            fill_tank(office, tank, ago(2), MilkingSession.MORNING)
        [finding] = pair.found(cow)
        assert finding.rule == 11
        assert "went into the tank" in finding.message

    def test_what_leaves_after_its_withdrawal_is_no_finding(self, pair: Pair) -> None:
        cow = pair.cow()
        treat(pair.barn.mirror, course(animal_id=cow, given_at=at(9), meat_hours=24))
        leave(pair.barn.mirror, cow, Exit.SLAUGHTER, ago(2), went_to="Abattoir")
        pair.sync()
        assert pair.found(cow) == []


class TestRule12:
    """More than 1.05 eggs per hen and day warns, also of two rounds on two PCs."""

    def test_a_whole_day_and_a_morning_on_two_pcs(self, pair: Pair) -> None:
        flock = pair.flock(100)
        with pair.apart() as (barn, office):
            record_egg_round(barn, flock, ago(1), EggRound.WHOLE_DAY, total=92)
            record_egg_round(office, flock, ago(1), EggRound.MORNING, total=60)
        [finding] = pair.found(flock)
        assert finding.rule == 12
        assert "152 eggs" in finding.message
        assert "100 hens" in finding.message


class TestRule13:
    """A balance is never below zero at any time."""

    def test_two_pcs_take_the_same_bags(self, pair: Pair) -> None:
        mash = _item(pair, 10)
        with pair.apart() as (barn, office):
            move_stock(barn, mash, StockMovement.USE, Decimal(8), ago(3))
            move_stock(office, mash, StockMovement.USE, Decimal(7), ago(2))
        assert pair.office.quarantine() == [], "what was fed was fed"
        [finding] = pair.found(mash)
        assert finding.rule == 13
        assert "−5 kg of Mash" in finding.message
        assert len(finding.entries) == 2
        move_stock(pair.barn.mirror, mash, StockMovement.STOCKTAKE, Decimal(0), ago(0))
        pair.sync()
        assert pair.found(mash) == []
        with pair.office.mirror.read() as connection:
            assert balance(connection, mash) == 0

    def test_a_count_made_before_the_other_was_known_settles_nothing(self, pair: Pair) -> None:
        mash = _item(pair, 10)
        with pair.apart() as (barn, office):
            move_stock(barn, mash, StockMovement.USE, Decimal(8), ago(3))
            move_stock(barn, mash, StockMovement.STOCKTAKE, Decimal(2), ago(1))
            move_stock(office, mash, StockMovement.USE, Decimal(7), ago(2))
        [finding] = pair.found(mash)
        assert finding.rule == 13

    def test_two_pcs_sell_the_same_eggs(self, pair: Pair) -> None:
        flock = pair.flock()
        record_egg_round(pair.barn.mirror, flock, ago(4), EggRound.WHOLE_DAY, total=90)
        room = f"Room {flock}"
        receive_eggs(pair.barn.mirror, room, 90, ago(4), ago(4), flock_id=flock)
        pair.sync()
        with pair.apart() as (barn, office):
            for desk in (barn, office):
                move_eggs(desk, room, StockMovement.USE, 60, ago(2), **KIND)
        [finding] = pair.found(flock)
        assert finding.rule == 13
        assert "−30 eggs" in finding.message


class TestRule14:
    """Past best-before cannot be sold."""

    def test_eggs_that_left_after_a_date_that_the_other_pc_corrected(self, pair: Pair) -> None:
        flock = pair.flock()
        room = f"Room {flock}"
        record_egg_round(pair.barn.mirror, flock, ago(9), EggRound.WHOLE_DAY, total=90)
        receive_eggs(pair.barn.mirror, room, 90, ago(9), ago(9), flock_id=flock)
        pair.sync()
        [received] = pair.barn.contents()["egg_storage"].keys() & _of(pair, flock)
        with pair.apart() as (barn, office):
            change(barn, EggStorage, UUID(received), {"best_before": ago(5)})
            move_eggs(office, room, StockMovement.USE, 60, ago(2), **KIND)
        [finding] = pair.found(flock)
        assert finding.rule == 14
        assert "best before" in finding.message


class TestRule15:
    """Hatched <= fertile <= set, whichever PC counted which."""

    def test_candled_on_the_one_and_hatched_on_the_other(self, pair: Pair) -> None:
        hatch = pair.add(
            HatcheryRecord, species_id=pair.cattle, set_on=ago(25), eggs_set=100, incubator="1"
        )
        with pair.apart() as (barn, office):
            change(barn, HatcheryRecord, hatch, {"infertile": 20, "candled_on": ago(15)})
            change(office, HatcheryRecord, hatch, {"hatched": 90, "hatched_on": ago(2)})
        message, advice = pair.refused()
        assert "more than were set" in message
        assert "count again" in advice
        change(pair.office.mirror, HatcheryRecord, hatch, {"hatched": 70})
        for refused in pair.office.quarantine():
            resolve.retry(pair.office.mirror, refused.id)
        pair.sync()
        row = pair.barn.row("hatchery_records", hatch)
        assert row is not None
        assert (row["infertile"], row["hatched"]) == (20, 70)


class TestRule16:
    """Editing a course recomputes its withdrawal, whoever edits which part."""

    def test_a_last_dose_and_a_longer_period_on_two_pcs(self, pair: Pair) -> None:
        cow = pair.cow()
        given, _ = treat(
            pair.barn.mirror, course(animal_id=cow, given_at=at(5), doses=3, milk_hours=48)
        )
        pair.sync()
        with pair.apart() as (barn, office):
            change_treatment(barn, given, {"last_dose_at": at(3)})
            change_treatment(office, given, {"milk_hours": 96})
        for desk in (pair.barn, pair.office):
            row = desk.row("health_treatments", given)
            assert row is not None
            assert row["milk_until"] == at(3) + timedelta(hours=96)
        gone = "delete from health_treatments where id = %s"
        with pytest.raises(Exception, match="permission denied"):
            pair.farm.central.login("ben").execute(gone, (given,))


class TestRule17:
    """Giving a drug takes that quantity from that batch; an expired batch cannot be given."""

    def test_two_pcs_give_the_last_of_one_bottle(self, pair: Pair) -> None:
        one, other = pair.cow(), pair.cow()
        drug = _item(pair, Decimal("0.015"), lot="A1", unit=StockUnit.LITRE)
        with pair.apart() as (barn, office):
            for desk, cow in ((barn, one), (office, other)):
                treat(desk, course(animal_id=cow, item_id=drug, lot="A1"))
        [finding] = pair.found(drug)
        assert "−0.005 L of" in finding.message

    def test_a_batch_whose_date_the_other_pc_corrected(self, pair: Pair) -> None:
        cow = pair.cow()
        given, _ = treat(
            pair.barn.mirror, course(animal_id=cow, given_at=at(5), lot_expires_on=ago(-30))
        )
        pair.sync()
        assert pair.found(cow) == []
        pair.farm.execute(
            "update health_treatments set lot_expires_on = %s where id = %s", ago(9), given
        )
        pair.sync()
        [finding] = pair.found(cow)
        assert finding.rule == 17
        assert "its batch expired" in finding.message


class TestRule17Corrected:
    """What leaves for a course is what the course says, also after two PCs corrected it."""

    @pytest.mark.parametrize(("keep", "taken"), [("mine", "0.03"), ("theirs", "0.02")])
    def test_two_pcs_correct_one_dose_differently(self, pair: Pair, keep: str, taken: str) -> None:
        cow, drug = pair.cow(), _item(pair, Decimal(5), unit=StockUnit.LITRE)
        given, _ = treat(pair.barn.mirror, course(animal_id=cow, item_id=drug, given_at=at(4)))
        pair.sync()
        with pair.apart() as (barn, office):
            change_treatment(barn, given, {"dose": Decimal(20)})
            change_treatment(office, given, {"dose": Decimal(30)})
        [conflict] = pair.office.conflicts()
        decide(pair.office.mirror, conflict.id, keep)
        assert _left(pair.office, drug) == 5 - Decimal(taken)
        pair.sync()
        assert _left(pair.barn, drug) == 5 - Decimal(taken)
        assert pair.found(given, drug) == []

    def test_the_dose_here_and_how_many_there(self, pair: Pair) -> None:
        cow, drug = pair.cow(), _item(pair, Decimal(5), unit=StockUnit.LITRE)
        given, _ = treat(pair.barn.mirror, course(animal_id=cow, item_id=drug, given_at=at(4)))
        pair.sync()
        with pair.apart() as (barn, office):
            change_treatment(barn, given, {"dose": Decimal(20)})
            change_treatment(office, given, {"doses": 3})
        assert pair.office.conflicts() == []
        assert [_left(desk, drug) for desk in (pair.barn, pair.office)] == [Decimal("4.94")] * 2
        assert pair.found(given) == []

    def test_a_course_voided_by_the_one_and_corrected_by_the_other(self, pair: Pair) -> None:
        cow, drug = pair.cow(), _item(pair, Decimal(5), unit=StockUnit.LITRE)
        given, _ = treat(pair.barn.mirror, course(animal_id=cow, item_id=drug, given_at=at(4)))
        pair.sync()
        with pair.apart() as (barn, office):
            void_treatments(barn, [given], "It was another cow")
            change_treatment(office, given, {"dose": Decimal(20)})
        assert pair.office.conflicts() == []
        assert [_left(desk, drug) for desk in (pair.barn, pair.office)] == [5, 5]

    @pytest.mark.parametrize(("keep", "taken"), [("mine", 150), ("theirs", 120)])
    def test_two_pcs_correct_one_feeding(self, pair: Pair, keep: str, taken: int) -> None:
        flock, mash = pair.flock(), _item(pair, 500)
        fed = (PoultryFeedLog, flock, ago(2), "Mash")
        record_feeding(pair.barn.mirror, *fed, Decimal(100), item_id=mash)
        pair.sync()
        with pair.apart() as (barn, office):
            record_feeding(barn, *fed, Decimal(120), item_id=mash)
            record_feeding(office, *fed, Decimal(150), item_id=mash)
        [conflict] = pair.office.conflicts()
        assert conflict.table == "poultry_feed_logs"
        decide(pair.office.mirror, conflict.id, keep)
        pair.sync()
        assert [_left(desk, mash) for desk in (pair.barn, pair.office)] == [500 - taken] * 2

    def test_a_feeding_corrected_by_the_one_and_not_of_the_store_for_the_other(
        self, pair: Pair
    ) -> None:
        flock, mash = pair.flock(), _item(pair, 500)
        fed = (PoultryFeedLog, flock, ago(2), "Mash")
        record_feeding(pair.barn.mirror, *fed, Decimal(100), item_id=mash)
        pair.sync()
        with pair.apart() as (barn, office):
            record_feeding(barn, *fed, Decimal(120), item_id=mash)
            record_feeding(office, *fed, Decimal(100))
        assert pair.office.conflicts() == []
        assert [_left(desk, mash) for desk in (pair.barn, pair.office)] == [500, 500]

    def test_a_movement_that_was_changed_by_hand_is_told_until_the_store_is_counted(
        self, pair: Pair
    ) -> None:
        cow, drug = pair.cow(), _item(pair, Decimal(5), unit=StockUnit.LITRE)
        given, _ = treat(pair.barn.mirror, course(animal_id=cow, item_id=drug, given_at=at(4)))
        pair.sync()
        took = key(HealthTreatment, given)
        change(pair.barn.mirror, InventoryTransaction, took, {"quantity": Decimal("-0.04")})
        pair.sync()
        [finding] = pair.found(given)
        assert (finding.rule, finding.on) == (17, ago(4))
        assert "it takes 0.01 L of" in finding.message
        assert "0.04 L left the store" in finding.message
        assert [one.id for one in finding.entries] == [given, took]
        move_stock(pair.office.mirror, drug, StockMovement.STOCKTAKE, Decimal("4.99"), ago(1))
        pair.sync()
        assert pair.found(given) == []

    def test_a_course_corrected_by_one_alone_is_no_finding(self, pair: Pair) -> None:
        cow, drug = pair.cow(), _item(pair, Decimal(5), unit=StockUnit.LITRE)
        given, _ = treat(pair.barn.mirror, course(animal_id=cow, item_id=drug, given_at=at(4)))
        for more in ({"dose": Decimal(20)}, {"dose": Decimal(10)}, {"given_at": at(6)}):
            change_treatment(pair.barn.mirror, given, more)
        pair.sync()
        assert pair.found(given) == []


class TestRule18:
    """Completing a dose creates the next one once."""

    def test_one_booster_completed_on_two_pcs(self, pair: Pair) -> None:
        cow = pair.cow()
        shot = {"animal_id": cow, "vaccine": "BVD", "dose_number": 2, "given_at": at(2)}
        with pair.apart() as (barn, office):
            for desk in (barn, office):
                vaccinate(desk, shot)
        [finding] = pair.found(cow)
        assert finding.rule == 18
        assert "dose 2 of BVD" in finding.message
        remove(pair.office.mirror, VaccineLog, finding.entries[1].id)
        pair.sync()
        assert pair.found(cow) == []


def _of(pair: Pair, flock: UUID) -> set[str]:
    rows = pair.barn.contents()["egg_storage"]
    return {key for key, row in rows.items() if row["flock_id"] == str(flock)}


class TestRule24:
    """Amounts are exact decimals, on both PCs and at central."""

    def test_tenths_of_two_pcs_add_up_exactly(self, pair: Pair) -> None:
        mash = _item(pair, 1)
        with pair.apart() as (barn, office):
            move_stock(barn, mash, StockMovement.USE, Decimal("0.1"), ago(3))
            move_stock(office, mash, StockMovement.USE, Decimal("0.2"), ago(2))
        for desk in (pair.barn, pair.office):
            with desk.mirror.read() as connection:
                assert balance(connection, mash) == Decimal("0.7")
        total = "select sum(quantity) from inventory_transactions where item_id = %s"
        assert pair.farm.value(total, mash) == Decimal("0.7")
        inexact = (
            "select count(*) from information_schema.columns where table_schema = 'public'"
            " and data_type in ('real', 'double precision', 'money')"
        )
        assert pair.farm.value(inexact) == 0


class TestRule26:
    """Every change carries who, which device, device time and central's time."""

    def test_a_change_made_offline_and_sent_later(
        self, pair: Pair, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cow = pair.cow()
        behind = timedelta(days=2, minutes=7)
        clock = time_ns() - int(behind.total_seconds() * 1e9)
        with monkeypatch.context() as slow:
            slow.setattr("fluffydesk.records.types.time.time_ns", lambda: clock)
            change(pair.office.mirror, Livestock, cow, {"colour": "red"})
        pair.sync()
        row = pair.barn.row("livestock", cow)
        assert row is not None
        assert row["updated_by"] == pair.office.user
        assert row["updated_device"] == "office-pc"
        assert abs(row["updated_at"] - now()) < timedelta(minutes=10), "central's clock"
        audited = (
            "select actor_id, device, created_at = %s from audit_logs"
            " where entity_id = %s and action = 'UPDATE'"
        )
        with pair.farm.central.admin() as connection:
            trail = connection.execute(audited, (row["updated_at"], cow)).fetchall()
            applied = connection.execute(
                "select unit_id, applied_at from sync.applied_units where device_id = %s"
                " and result -> 'versions' ? %s",
                (pair.office.device.id, f"livestock/{cow}"),
            ).fetchall()
        assert trail == [(pair.office.user, "office-pc", True)]
        [(parcel, applied_at)] = applied
        assert applied_at == row["updated_at"]
        there = datetime.fromtimestamp(clock / 1e9, UTC)
        assert abs(made_at(parcel) - there) < timedelta(milliseconds=5), "the PC's clock"


def _left(desk: Desk, item: UUID) -> Decimal:
    with desk.mirror.read() as connection:
        return balance(connection, item)


def _item(
    pair: Pair,
    quantity: Decimal | int,
    lot: str | None = None,
    unit: StockUnit = StockUnit.KILOGRAM,
) -> UUID:
    item = pair.add(FarmInventory, name="Mash", category=InventoryCategory.FEED, unit=unit)
    move_stock(pair.barn.mirror, item, StockMovement.RECEIPT, Decimal(quantity), ago(20), lot=lot)
    pair.sync()
    return item
