"""What central refuses of a farm's rows, and who is shown its books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from fluffydesk.records.types import new_id
from tests.central.central_rows import insert

Add = Callable[..., Any]


@pytest.fixture(scope="module")
def farm(shared_central: Any) -> Any:
    id = shared_central.add_organization("Hill Farm")
    for role in ("owner", "staff", "viewer"):
        shared_central.add_user(role, id, role)
    return id


@pytest.fixture(scope="module")
def logins(shared_central: Any, farm: Any) -> dict[str, Any]:
    return {role: shared_central.login(role) for role in ("owner", "staff", "viewer")}


@pytest.fixture
def add(logins: dict[str, Any], farm: Any) -> Add:
    def added(table: str, by: str = "staff", **values: Any) -> Any:
        row = {"id": new_id(), "organization_id": farm, **values}
        insert(logins[by], table, row)
        return row["id"]

    return added


@pytest.fixture
def cow(add: Add, logins: dict[str, Any]) -> Any:
    query = "select id from livestock_species order by code limit 1"
    species = logins["staff"].execute(query).fetchone()[0]
    return add("livestock", tag_number="12", species_id=species)


EGGS = {"store": "Egg room", "collected_on": date(2026, 3, 1), "moved_on": date(2026, 3, 2)}
SALE = {"product": "eggs", "unit": "dozen", "quantity": Decimal("2.5"), "unit_price": Decimal(3)}
HATCH = {"eggs_set": 2000, "infertile": 93, "hatched": 1728}


def refused(name: str) -> Any:
    return pytest.raises(psycopg.errors.CheckViolation, match=name)


def test_a_ledger_has_the_sign_of_its_verb(add: Add) -> None:
    add("egg_storage", **EGGS, movement="receipt", eggs=360)
    add("egg_storage", **EGGS, movement="use", eggs=-30)
    add("egg_storage", **EGGS, movement="stocktake", eggs=0)
    for movement, eggs in (("receipt", -1), ("use", 1), ("disposal", 1), ("use", 0)):
        with refused("sign_fits_movement"):
            add("egg_storage", **EGGS, movement=movement, eggs=eggs)


def test_what_is_under_withdrawal_is_thrown_away_or_overridden(add: Add) -> None:
    tank = add("milk_storage", name="Tank", capacity_l=5000)
    held: dict[str, Any] = {"tank_id": tank, "under_withdrawal": True}
    for movement, litres in (("receipt", 20), ("use", -20)):
        with refused("withdrawal_is_overridden"):
            add("milk_storage_logs", **held, movement=movement, litres=litres)
    add("milk_storage_logs", **held, movement="disposal", litres=-20)
    add("milk_storage_logs", **held, litres=20, override_reason="For the calves")
    with refused("withdrawal_is_overridden"):
        add("farm_product_sales", **SALE, total=Decimal("7.50"), under_withdrawal=True)


def test_eggs_past_their_date_are_not_sold(add: Add) -> None:
    sale = add("farm_product_sales", **SALE, total=Decimal("7.50"))
    eggs = {**EGGS, "movement": "use", "eggs": -30, "sale_id": sale}
    add("egg_storage", **eggs, best_before=date(2026, 3, 2))
    with refused("sold_before_best"):
        add("egg_storage", **eggs, best_before=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("quantity", "price", "total"),
    [("2.345", "1.1", "2.58"), ("0.5", "0.01", "0.01"), ("3", "0.3333", "1.00")],
)
def test_a_total_is_quantity_by_price_with_halves_rounded_up(
    add: Add, quantity: str, price: str, total: str
) -> None:
    sale = {"product": "wool", "quantity": Decimal(quantity), "unit_price": Decimal(price)}
    add("farm_product_sales", **sale, total=Decimal(total))
    with refused("total_is_of_price"):
        add("farm_product_sales", **sale, total=Decimal(total) - Decimal("0.01"))


def test_no_more_hatch_than_are_fertile(add: Add, logins: dict[str, Any]) -> None:
    query = "select id from livestock_species where incubation_days is not null limit 1"
    species = logins["staff"].execute(query).fetchone()[0]
    add("hatchery_records", species_id=species, **HATCH)
    with refused("hatched_within_fertile"):
        add("hatchery_records", species_id=species, **HATCH | {"hatched": 1908})
    with refused("culled_within_hatched"):
        add("hatchery_records", species_id=species, **HATCH | {"culled": 1729})


def test_lambs_add_up_and_twins_share_a_row(add: Add, cow: Any) -> None:
    on = {"dam_id": cow, "lambed_on": date(2026, 3, 1)}
    with refused("somebody_was_born"):
        add("lambing_records", **on, born_alive=0)
    with refused("sexes_fit"):
        add("lambing_records", **on, born_alive=2, ewes=2, rams=1)
    with refused("fates_fit"):
        add("lambing_records", **on, born_alive=1, died_early=1, hand_reared=1)
    add("lambing_records", **on, born_alive=2, stillborn=1, ewes=1, rams=1)
    with pytest.raises(psycopg.errors.UniqueViolation):
        add("lambing_records", **on, born_alive=1)


def test_wool_and_milk_are_of_one_animal_group_or_herd(add: Add, cow: Any) -> None:
    group = add("livestock_batches", name="Ewes")
    add("wool_milk_production_logs", animal_id=cow, quantity_kg=4)
    add("wool_milk_production_logs", batch_id=group, quantity_kg=400, head=100)
    for source in ({}, {"animal_id": cow, "batch_id": group}):
        with refused("one_source"):
            add("wool_milk_production_logs", **source, quantity_kg=4, product="mohair")


def test_an_animal_is_in_one_group_at_a_time(add: Add, cow: Any) -> None:
    groups = [add("livestock_batches", name=name) for name in ("Fresh", "Dry")]
    add("livestock_batch_members", animal_id=cow, batch_id=groups[0], joined_on=date(2026, 3, 1))
    add("livestock_batch_members", animal_id=cow, batch_id=groups[1], joined_on=date(2026, 3, 2))
    with pytest.raises(psycopg.errors.UniqueViolation):
        add("livestock_batch_members", animal_id=cow, joined_on=date(2026, 3, 2))


def test_a_number_is_carried_once_and_a_visual_tag_comes_back(
    add: Add, cow: Any, logins: dict[str, Any]
) -> None:
    eid = {"animal_id": cow, "kind": "eid", "value": "826052636100657"}
    old = add("livestock_identifiers", **eid)
    with pytest.raises(psycopg.errors.UniqueViolation):
        add("livestock_identifiers", **eid)
    query = "update livestock_identifiers set ended_on = current_date where id = %s"
    logins["staff"].execute(query, (old,))
    add("livestock_identifiers", **eid)
    with refused("eid_has_15_digits"):
        add("livestock_identifiers", **eid | {"value": "826 052636100657"})
    for _ in range(2):
        add("livestock_identifiers", animal_id=cow, kind="visual", value="12")


def test_a_herd_grows_and_shrinks_by_what_happened(add: Add, logins: dict[str, Any]) -> None:
    species = logins["staff"].execute("select id from livestock_species limit 1").fetchone()[0]
    herd = add("herd_batches", name="Store lambs", species_id=species, head_count=200)
    for kind, head in (("born", 3), ("bought", 40), ("died", -1), ("counted", 0)):
        add("herd_movements", herd_id=herd, kind=kind, head=head)
    for kind, head in (("born", -3), ("sold", 2), ("died", 0)):
        with refused("sign_fits_kind"):
            add("herd_movements", herd_id=herd, kind=kind, head=head)


def test_the_books_are_for_keepers_and_sales_for_the_gate_too(
    add: Add, logins: dict[str, Any]
) -> None:
    bill = add("farm_expenses", by="owner", description="Barley", amount=1200, tax=100)
    sale = add("farm_product_sales", by="staff", **SALE, total=Decimal("7.50"))
    add("farm_revenues", by="owner", description="Eggs", amount=Decimal("7.50"), sale_id=sale)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        add("farm_revenues", by="staff", description="Eggs", amount=1)
    assert logins["staff"].execute("select 1 from farm_expenses").rowcount == 0
    assert logins["owner"].execute("select 1 from farm_expenses").rowcount == 1
    paid = "update farm_product_sales set paid_on = current_date where id = %s"
    assert logins["staff"].execute(paid, (sale,)).rowcount == 1
    gone = "delete from farm_product_sales where id = %s"
    assert logins["staff"].execute(gone, (sale,)).rowcount == 0
    assert logins["viewer"].execute("select 1 from farm_product_sales").rowcount == 0
    trail = "select 1 from audit_logs where entity_id in (%s, %s)"
    assert logins["owner"].execute(trail, (bill, sale)).rowcount == 3
