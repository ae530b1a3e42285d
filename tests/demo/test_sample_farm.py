"""The sample farm keeps the rules of the trade and looks like a farm."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from fluffydesk.demo.sample import Rows
from fluffydesk.figures.dates import withdrawal_end
from fluffydesk.figures.eggs import hen_day_percent
from fluffydesk.figures.flock import Move, head_count, hen_days
from fluffydesk.figures.identifiers import eid, is_uk_tag
from fluffydesk.figures.milk import lactation_yield
from fluffydesk.figures.stock import balance, first_shortage, needs_reorder
from fluffydesk.figures.units import milk_kg
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.farm_resources import StockMovement
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import (
    EggProductionLog,
    FeedLog,
    MilkProductionLog,
    MilkStorageLog,
    MortalityLog,
    PoultryFeedLog,
    WeightLog,
    WoolMilkProductionLog,
    WoolStorage,
)
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.livestock import (
    Flock,
    HerdBatch,
    HerdMovement,
    Livestock,
    LivestockBatch,
    PoultryBatch,
)
from fluffydesk.records.medical import HealthTreatment, VaccineLog
from tests.demo.conftest import TODAY


def animals(farm: Rows) -> dict[UUID, dict[str, Any]]:
    return {row["id"]: row for row in farm[Livestock]}


def groups(farm: Rows) -> Counter[str]:
    names = {row["id"]: row["name"] for row in farm[LivestockBatch]}
    return Counter(names[row["batch_id"]] for row in farm[Livestock] if row["batch_id"])


def test_the_herd_is_a_dairy_herd(farm: Rows) -> None:
    herd = groups(farm)
    assert sum(herd[name] for name in ("High yielders", "Low yielders", "Dry cows")) == 64
    assert 48 <= herd["High yielders"] + herd["Low yielders"] <= 52
    assert min(herd["High yielders"], herd["Low yielders"]) >= 18
    assert min(herd["Heifers"], herd["Calves"]) >= 5
    assert herd["Bulls"] == 2


def test_only_those_that_are_here_have_a_group(farm: Rows) -> None:
    for row in farm[Livestock]:
        here = row["status"] is LivestockStatus.ACTIVE
        assert (row["batch_id"] is not None) is here
        assert (row["left_on"] is None) is here


def test_dams_and_sires_could_be_so(farm: Rows) -> None:
    herd = animals(farm)
    known_dams = 0
    for row in herd.values():
        dam, sire = herd.get(row["dam_id"]), herd.get(row["sire_id"])
        if dam:
            known_dams += 1
            assert dam["sex"] is Sex.FEMALE
            assert (row["birth_date"] - dam["birth_date"]).days > 600
        if sire:
            assert sire["sex"] is Sex.MALE
            assert (row["birth_date"] - sire["birth_date"]).days > 480 + 283
        for parent in (dam, sire):
            assert parent is None or parent["species_id"] == row["species_id"]
    assert known_dams > 80


def test_each_calf_of_a_dam_has_a_date_of_its_own(farm: Rows) -> None:
    calvings = [(row["dam_id"], row["birth_date"]) for row in farm[Livestock] if row["dam_id"]]
    assert len(set(calvings)) == len(calvings)


def test_identifiers_are_valid_and_unique(farm: Rows) -> None:
    herd = farm[Livestock]
    assert all(is_uk_tag(row["official_id"]) and eid(row["eid"]) == row["eid"] for row in herd)
    for name in ("official_id", "eid", "tag_number"):
        assert len({row[name] for row in herd}) == len(herd)
    names = [row["name"] for row in herd if row["name"]]
    assert len(set(names)) == len(names)


def test_milk_comes_from_cows_that_are_here_and_in_lactation(farm: Rows) -> None:
    herd = animals(farm)
    for milk in farm[MilkProductionLog]:
        cow = herd[milk["animal_id"]]
        on = milk["milked_on"]
        assert cow["sex"] is Sex.FEMALE
        assert on > (cow["arrived_on"] or cow["birth_date"])
        assert cow["left_on"] is None or on < cow["left_on"]
        dried, calved = cow["dried_off_on"], cow["calved_on"]
        if dried and dried > calved and on > calved:
            assert on < dried
        if on > calved:
            assert milk["parity"] == cow["parity"]
            assert milk["days_in_milk"] == (on - calved).days
        else:
            assert milk["parity"] == cow["parity"] - 1


def test_a_year_of_two_milkings_a_day_and_this_morning_half_done(farm: Rows) -> None:
    by_day: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for milk in farm[MilkProductionLog]:
        by_day[milk["milked_on"]][milk["session"]] += 1
    assert len(by_day) == 366
    for on, sessions in by_day.items():
        if on < TODAY:
            assert sessions[MilkingSession.MORNING] == sessions[MilkingSession.EVENING] > 40
    assert by_day[TODAY] == {MilkingSession.MORNING: groups(farm)["High yielders"]}


def test_lactations_are_believable(farm: Rows) -> None:
    days: defaultdict[tuple[UUID, int], dict[int, Decimal]] = defaultdict(dict)
    for milk in farm[MilkProductionLog]:
        cow = days[milk["animal_id"], milk["parity"]]
        cow[milk["days_in_milk"]] = cow.get(milk["days_in_milk"], Decimal(0)) + milk["yield_kg"]
    yields = [
        lactation_yield(list(cow.items()))
        for cow in days.values()
        if min(cow) <= 5 and max(cow) >= 270
    ]
    whole = [kg for kg in yields if kg is not None]
    assert len(whole) > 15
    assert 7500 < sum(whole) / len(whole) < 10_500
    assert min(whole) > 4000
    assert max(whole) < 14_500


def test_weights_grow_and_the_animal_has_its_last(farm: Rows) -> None:
    weighings: defaultdict[UUID, list[tuple[date, Decimal]]] = defaultdict(list)
    for weight in farm[WeightLog]:
        weighings[weight["animal_id"]].append((weight["weighed_on"], weight["weight_kg"]))
    for key, animal in animals(farm).items():
        if animal["status"] is LivestockStatus.ACTIVE:
            assert animal["weight_kg"] == max(weighings[key])[1]
    young = [key for key, row in animals(farm).items() if row["parity"] == 0]
    grown = [sorted(weighings[key]) for key in young if len(weighings[key]) > 3]
    assert all(each[0][1] < each[-1][1] for each in grown)
    assert len(grown) > 10


def test_every_group_is_fed_every_day(farm: Rows) -> None:
    fed = Counter(row["fed_on"] for row in farm[FeedLog])
    assert max(fed) == TODAY - timedelta(days=1)
    assert len(fed) == 365
    assert min(fed.values()) >= 7
    water = [row["water_l"] / row["quantity_kg"] for row in farm[PoultryFeedLog]]
    assert all(Decimal("1.4") < ratio < Decimal("2.4") for ratio in water)


def moves(farm: Rows, flock: UUID) -> list[Move]:
    placed = [row for row in farm[PoultryBatch] if row["flock_id"] == flock]
    dead = [row for row in farm[MortalityLog] if row["flock_id"] == flock]
    return [Move(row["placed_on"], row["head_count"]) for row in placed] + [
        Move(row["died_on"], -row["head_count"]) for row in dead
    ]


def test_hens_lay_as_hens_do_and_never_are_fewer_than_none(farm: Rows) -> None:
    assert len(farm[Flock]) == 2
    for flock in farm[Flock]:
        birds = moves(farm, flock["id"])
        placed = sum(move.head for move in birds if move.head > 0)
        now = head_count(birds, TODAY)
        assert 0.85 * placed < now < placed
        eggs: Counter[date] = Counter()
        for row in farm[EggProductionLog]:
            if row["flock_id"] == flock["id"]:
                eggs[row["collected_on"]] += row["total"]
                assert row["cracked"] + row["dirty"] + row["discarded"] < row["total"] / 10 + 5
        for on, laid in eggs.items():
            percent = hen_day_percent(laid, hen_days(birds, on, on))
            assert percent is not None
            assert 0 < percent < 101
        latest = [eggs[TODAY - timedelta(days=day)] for day in range(1, 8)]
        percent = hen_day_percent(
            sum(latest), hen_days(birds, TODAY - timedelta(days=7), TODAY - timedelta(days=1))
        )
        assert percent is not None
        assert percent > 78
    assert sorted(row["head_count"] for row in farm[PoultryBatch]) == [850, 1200, 1200]


def test_the_stores_are_never_below_zero_and_some_must_be_ordered(farm: Rows) -> None:
    ledger: defaultdict[UUID, list[tuple[date, Decimal]]] = defaultdict(list)
    for move in farm[InventoryTransaction]:
        ledger[move["item_id"]].append((move["moved_on"], move["quantity"]))
        if move["movement"] is not StockMovement.STOCKTAKE:
            assert (move["movement"] is StockMovement.RECEIPT) is (move["quantity"] > 0)
    short = [
        item["name"]
        for item in farm[FarmInventory]
        if needs_reorder(balance(q for _, q in ledger[item["id"]]), item["reorder_level"])
    ]
    assert all(first_shortage(moves) is None for moves in ledger.values())
    assert len(ledger) == len(farm[FarmInventory]) >= 20
    assert 2 <= len(short) <= 7
    verbs = {move["movement"] for move in farm[InventoryTransaction]}
    assert verbs == set(StockMovement)


def test_lots_of_medicine_last_and_treatments_left_them(farm: Rows) -> None:
    lots: defaultdict[tuple[UUID, str], list[tuple[date, Decimal]]] = defaultdict(list)
    for move in farm[InventoryTransaction]:
        if move["lot"]:
            lots[move["item_id"], move["lot"]].append((move["moved_on"], move["quantity"]))
    given = farm[HealthTreatment]
    assert len(given) >= 10
    for row in given:
        assert first_shortage(lots[row["item_id"], row["lot"]]) is None
        assert row["lot_expires_on"] > row["given_at"].date()
        assert row["last_dose_at"] is None or row["last_dose_at"] >= row["given_at"]
    names = animals(farm)
    assert all(names[row["animal_id"]]["sex"] is Sex.FEMALE for row in given)
    assert {row["is_antimicrobial"] for row in given} == {True, False}


def test_rule_11_milk_under_withdrawal_never_was_in_the_tank(farm: Rows) -> None:
    held: defaultdict[date, Decimal] = defaultdict(Decimal)
    for course in farm[HealthTreatment]:
        last = course["last_dose_at"] or course["given_at"]
        until = withdrawal_end(last, course["milk_hours"]).date()
        for row in farm[MilkProductionLog]:
            mine = row["animal_id"] == course["animal_id"]
            if mine and course["given_at"].date() <= row["milked_on"] <= until:
                held[row["milked_on"]] += row["yield_kg"]
    assert held
    milked: defaultdict[date, Decimal] = defaultdict(Decimal)
    for row in farm[MilkProductionLog]:
        milked[row["milked_on"]] += row["yield_kg"]
    tank: defaultdict[date, Decimal] = defaultdict(Decimal)
    for move in farm[MilkStorageLog]:
        if move["movement"] is StockMovement.RECEIPT:
            tank[move["moved_on"]] += move["litres"]
    for on, litres in tank.items():
        assert milk_kg(litres) <= milked[on] - held[on] + Decimal("0.2")


def test_the_sheep_are_counted_by_head_and_their_clip_is_in_store(farm: Rows) -> None:
    (herd,) = farm[HerdBatch]
    count = herd["head_count"]
    for move in farm[HerdMovement]:
        count += move["head"]
        assert count >= 0
        assert move["moved_on"] > herd["started_on"]
    shorn = sum(row["quantity_kg"] for row in farm[WoolMilkProductionLog])
    stored = [row for row in farm[WoolStorage] if row["movement"] is StockMovement.RECEIPT]
    assert shorn == sum(row["quantity_kg"] for row in stored) > 0
    assert balance(row["quantity_kg"] for row in farm[WoolStorage]) > 0


def test_some_doses_are_due_soon_and_some_are_late(farm: Rows) -> None:
    newest = {row["animal_id"]: row["next_due_on"] for row in farm[VaccineLog]}
    days = [(due - TODAY).days for due in newest.values()]
    assert min(days) < 0 < max(days)
