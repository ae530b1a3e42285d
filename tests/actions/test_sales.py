"""Product sales: the stock or the animal leaves and the money is written together, or neither."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions import saving
from fluffydesk.actions.egg_room import receive_eggs
from fluffydesk.actions.eggs import record_egg_round
from fluffydesk.actions.sales import (
    Deal,
    correct_sale,
    sell,
    sell_animals,
    sell_eggs,
    sell_item,
    sell_milk,
    sell_wool,
    undo_sale,
    undo_sales,
)
from fluffydesk.actions.stock import move_stock
from fluffydesk.actions.tank import move_milk
from fluffydesk.actions.wool import move_wool
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.enums.farm import EggGrade, EggRound, EggSize
from fluffydesk.records.enums.farm_resources import (
    FarmProduct,
    FarmRevenueCategory,
    InventoryCategory,
    SaleUnit,
    StockMovement,
    StockUnit,
)
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.farm import EggStorage, MilkStorage, MilkStorageLog, WoolStorage
from fluffydesk.records.farm_resources import (
    FarmExpense,
    FarmInventory,
    FarmProductSale,
    FarmRevenue,
    InventoryTransaction,
)
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.medical import HealthTreatment
from tests.actions.barn import Barn, days_ago, today
from tests.actions.farm import CATTLE

A, LARGE = EggGrade.A, EggSize.LARGE


def deal(product: FarmProduct, quantity: str, unit: SaleUnit, price: str, **more: Any) -> Deal:
    return Deal(product, Decimal(quantity), unit, Decimal(price), today(), "Hill Shop", more)


def eggs(quantity: str, unit: SaleUnit = SaleUnit.EGG, price: str = "0.25", **more: Any) -> Deal:
    return deal(FarmProduct.EGGS, quantity, unit, price, **more)


def store_eggs(barn: Barn, count: int, days: int) -> None:
    on = days_ago(days)
    record_egg_round(barn.mirror, barn.flock, on, EggRound.MORNING, total=count)
    receive_eggs(barn.mirror, "Room", count, on, on, flock_id=barn.flock, grade=A, size=LARGE)


def in_store(barn: Barn, record: type[Any], column: str) -> Any:
    return sum(getattr(row, column) for row in barn.rows(record))


def treat(barn: Barn, **more: Any) -> None:
    values: dict[str, Any] = {
        "reason": "Fever",
        "product": "Penicillin",
        "dose": Decimal(20),
        "given_at": datetime.combine(days_ago(1), datetime.min.time(), UTC),
        **more,
    }
    saving.add(barn.mirror, HealthTreatment, values)


def tank_with(barn: Barn, litres: str, **more: Any) -> UUID:
    values = {"name": "Tank 1", "capacity_l": Decimal(5000)}
    tank, _ = saving.add(barn.mirror, MilkStorage, values)
    move_milk(barn.mirror, tank, StockMovement.RECEIPT, Decimal(litres), today(), **more)
    return tank


def test_rule_14_eggs_are_sold_oldest_first_in_one_unit_with_their_income(barn: Barn) -> None:
    store_eggs(barn, 100, 2)
    store_eggs(barn, 100, 1)
    units = len(barn.units())
    sale, _ = sell_eggs(barn.mirror, eggs("10", SaleUnit.DOZEN, "2.995"), "Room", A, LARGE)
    assert barn.units()[units:] == ["Eggs sold"]
    taken = [row for row in barn.rows(EggStorage) if row.sale_id == sale]
    assert sorted((row.collected_on, row.eggs) for row in taken) == [
        (days_ago(2), -100),
        (days_ago(1), -20),
    ]
    (sold,), (income,) = barn.rows(FarmProductSale), barn.rows(FarmRevenue)
    assert (sold.total, sold.currency, sold.quantity) == (Decimal("29.95"), "EUR", 10)
    assert (income.sale_id, income.amount, income.tax) == (sale, Decimal("29.95"), 0)
    assert (income.category, income.customer) == (FarmRevenueCategory.EGGS, "Hill Shop")


def test_rule_14_eggs_past_best_before_are_not_sold_and_nothing_is_written(barn: Barn) -> None:
    store_eggs(barn, 60, 40)
    units = barn.units()
    with pytest.raises(InvalidValue, match="60 more are past their best-before"):
        sell_eggs(barn.mirror, eggs("12"), "Room", A, LARGE)
    assert barn.rows(FarmProductSale) == barn.rows(FarmRevenue) == []
    assert barn.units() == units


def test_rule_11_eggs_under_withdrawal_are_sold_only_with_a_reason(barn: Barn) -> None:
    treat(barn, flock_id=barn.flock, egg_hours=240)
    record_egg_round(barn.mirror, barn.flock, today(), EggRound.MORNING, total=90)
    receive_eggs(
        barn.mirror,
        "Room",
        90,
        today(),
        today(),
        flock_id=barn.flock,
        grade=A,
        size=LARGE,
        override_reason="Kept apart",
    )
    with pytest.raises(Refusal, match="are under withdrawal") as refused:
        sell_eggs(barn.mirror, eggs("30"), "Room", A, LARGE)
    assert refused.value.field == "override_reason"
    assert barn.rows(FarmProductSale) == []
    told = eggs("30", override_reason="To be burnt as fuel")
    sell_eggs(barn.mirror, told, "Room", A, LARGE)
    (sold,) = barn.rows(FarmProductSale)
    assert (sold.under_withdrawal, sold.override_reason) == (True, "To be burnt as fuel")


def test_rule_24_a_total_is_rounded_once_half_up(barn: Barn) -> None:
    sell(barn.mirror, deal(FarmProduct.MANURE, "1.5", SaleUnit.TONNE, "12.3450", tax_percent=21))
    (sold,), (income,) = barn.rows(FarmProductSale), barn.rows(FarmRevenue)
    assert sold.total == Decimal("18.52")  # 18.5175
    assert (income.tax, income.amount) == (Decimal("3.89"), Decimal("22.41"))  # 3.8892


def test_rule_24_the_form_holds_total_tax_and_currency_too(barn: Barn) -> None:
    values: dict[str, Any] = {
        "product": FarmProduct.MANURE,
        "quantity": Decimal(3),
        "unit_price": Decimal("1.115"),
        "total": Decimal("3.34"),
    }
    with pytest.raises(InvalidValue, match=r"Enter 3\.35") as refused:
        saving.add(barn.mirror, FarmProductSale, values)
    assert refused.value.field == "total"
    saving.add(barn.mirror, FarmProductSale, {**values, "total": Decimal("3.35")})
    spent = {"description": "Barley", "amount": Decimal(5), "tax": Decimal(6)}
    with pytest.raises(InvalidValue, match="tax is more"):
        saving.add(barn.mirror, FarmExpense, spent)
    with pytest.raises(InvalidValue, match="euro is no currency"):
        saving.add(barn.mirror, FarmExpense, {**spent, "tax": Decimal(1), "currency": "euro"})


def test_rule_13_milk_leaves_the_tank_with_its_sale_or_not_at_all(barn: Barn) -> None:
    tank = tank_with(barn, "1000")
    milk = deal(FarmProduct.MILK, "515", SaleUnit.KILOGRAM, "0.4321")
    sell_milk(barn.mirror, milk, tank, ticket_number="T-9")
    assert in_store(barn, MilkStorageLog, "litres") == 500  # at 1.03 kg/L
    assert barn.rows(FarmRevenue)[0].amount == Decimal("222.53")  # 222.5315
    with pytest.raises(InvalidValue, match="Only 500 L"):
        sell_milk(barn.mirror, deal(FarmProduct.MILK, "501", SaleUnit.LITRE, "0.5"), tank)
    with pytest.raises(InvalidValue, match="not sold by the dozen"):
        sell_milk(barn.mirror, deal(FarmProduct.MILK, "1", SaleUnit.DOZEN, "1"), tank)
    assert len(barn.rows(FarmProductSale)) == len(barn.rows(FarmRevenue)) == 1


def test_rule_11_milk_of_a_spoilt_tank_is_sold_only_with_a_reason(barn: Barn) -> None:
    tank = tank_with(barn, "100", under_withdrawal=True, override_reason="By mistake")
    with pytest.raises(Refusal, match="under withdrawal went into this tank"):
        sell_milk(barn.mirror, deal(FarmProduct.MILK, "5", SaleUnit.LITRE, "0.5"), tank)
    told = deal(FarmProduct.MILK, "5", SaleUnit.LITRE, "0.5", override_reason="Tested clean")
    sell_milk(barn.mirror, told, tank)
    assert barn.rows(FarmProductSale)[0].under_withdrawal


def test_wool_is_sold_from_its_lot(barn: Barn) -> None:
    move_wool(barn.mirror, "B1", StockMovement.RECEIPT, Decimal(80), today())
    sell_wool(barn.mirror, deal(FarmProduct.WOOL, "30", SaleUnit.KILOGRAM, "1.20"), "B1")
    assert in_store(barn, WoolStorage, "quantity_kg") == 50
    with pytest.raises(InvalidValue):
        sell_wool(barn.mirror, deal(FarmProduct.WOOL, "51", SaleUnit.KILOGRAM, "1.20"), "B1")
    assert len(barn.rows(FarmProductSale)) == 1


def test_rule_4_sold_animals_leave_each_with_its_sale_all_or_none(barn: Barn) -> None:
    both = deal(FarmProduct.LIVE_ANIMALS, "2", SaleUnit.HEAD, "850")
    sell_animals(barn.mirror, both, [barn.cow, barn.bull])
    assert {(one.status, one.went_to) for one in barn.rows(Livestock)} == {("sold", "Hill Shop")}
    assert [one.total for one in barn.rows(FarmProductSale)] == [850, 850]
    assert {one.animal_id for one in barn.rows(FarmRevenue)} == {barn.cow, barn.bull}
    one = deal(FarmProduct.LIVE_ANIMALS, "1", SaleUnit.HEAD, "850")
    with pytest.raises(Refusal, match="is sold since"):
        sell_animals(barn.mirror, one, [barn.cow])
    assert len(barn.rows(FarmProductSale)) == 2


def test_rule_11_an_animal_under_meat_withdrawal_is_sold_only_with_a_reason(barn: Barn) -> None:
    treat(barn, animal_id=barn.cow, meat_hours=480)
    one = deal(FarmProduct.LIVE_ANIMALS, "612.5", SaleUnit.KILOGRAM, "2.45")
    with pytest.raises(Refusal, match="is under withdrawal: no meat"):
        sell_animals(barn.mirror, one, [barn.cow])
    values = {
        "product": FarmProduct.LIVE_ANIMALS,
        "animal_id": barn.cow,
        "quantity": Decimal(1),
        "unit": SaleUnit.HEAD,
        "unit_price": Decimal(1),
        "total": Decimal(1),
    }
    with pytest.raises(Refusal, match="is under withdrawal: no meat"):
        saving.add(barn.mirror, FarmProductSale, values)
    assert barn.rows(FarmProductSale) == []
    told = deal(
        FarmProduct.LIVE_ANIMALS, "612.5", SaleUnit.KILOGRAM, "2.45", override_reason="For breeding"
    )
    sell_animals(barn.mirror, told, [barn.cow])
    (sold,) = barn.rows(FarmProductSale)
    assert (sold.total, sold.under_withdrawal) == (Decimal("1500.63"), True)  # 1500.625


def test_a_sale_that_is_undone_gives_back_stock_animal_and_money(barn: Barn) -> None:
    store_eggs(barn, 100, 1)
    sale, _ = sell_eggs(barn.mirror, eggs("30"), "Room", A, LARGE)
    one = deal(FarmProduct.LIVE_ANIMALS, "1", SaleUnit.HEAD, "850")
    (sold,), _ = sell_animals(barn.mirror, one, [barn.cow])
    undo_sale(barn.mirror, sale)
    undo_sale(barn.mirror, sold, "The buyer did not come")
    assert in_store(barn, EggStorage, "eggs") == 100
    cow = next(row for row in barn.rows(Livestock) if row.id == barn.cow)
    assert (cow.status, cow.left_on) == ("active", None)
    assert "The buyer did not come" in cow.notes
    assert barn.rows(FarmProductSale) == barn.rows(FarmRevenue) == []


def test_who_does_not_keep_the_books_sells_without_writing_an_income(barn: Barn) -> None:
    place = barn.mirror.recall("organization")
    barn.mirror.remember(organization={**place, "role": "staff"})
    sell(barn.mirror, deal(FarmProduct.MANURE, "2", SaleUnit.TONNE, "10"))
    assert [one.total for one in barn.rows(FarmProductSale)] == [20]
    assert barn.rows(FarmRevenue) == []


def test_rule_13_a_sale_that_took_stock_keeps_its_quantity(barn: Barn) -> None:
    move_wool(barn.mirror, "B1", StockMovement.RECEIPT, Decimal(80), today())
    wool = deal(FarmProduct.WOOL, "30", SaleUnit.KILOGRAM, "1.20")
    sale, _ = sell_wool(barn.mirror, wool, "B1")
    values = {"quantity": Decimal(10), "total": Decimal(12)}
    with pytest.raises(Refusal, match="took its stock already"):
        saving.change(barn.mirror, FarmProductSale, sale, values)
    saving.change(barn.mirror, FarmProductSale, sale, {"customer": "Tarn Weavers"})
    assert barn.rows(FarmProductSale)[0].quantity == 30


def hay_in(barn: Barn) -> UUID:
    values = {"name": "Meadow hay", "category": InventoryCategory.FEED, "unit": StockUnit.KILOGRAM}
    hay, _ = saving.add(barn.mirror, FarmInventory, values)
    for lot, expires, kg in (("B", 300, "500"), ("A", 30, "200"), ("old", -5, "90")):
        ends = today() + timedelta(days=expires)
        more = {"lot": lot, "expires_on": ends}
        move_stock(barn.mirror, hay, StockMovement.RECEIPT, Decimal(kg), days_ago(9), **more)
    return hay


def test_a_stored_thing_is_sold_from_its_lots_in_one_unit_and_undo_gives_both_back(
    barn: Barn,
) -> None:
    hay = hay_in(barn)
    units = len(barn.units())
    sold = deal(FarmProduct.CROPS, "0.6", SaleUnit.TONNE, "150", paid_on=today())
    sale, _ = sell_item(barn.mirror, sold, hay)
    assert barn.units()[units:] == ["Stock sold"]
    taken = [row for row in barn.rows(InventoryTransaction) if row.sale_id == sale]
    assert sorted((row.lot, row.quantity) for row in taken) == [("A", -200), ("B", -400)]
    (income,) = barn.rows(FarmRevenue)
    assert (income.amount, income.paid_on, income.description) == (90, today(), "Meadow hay")
    undo_sale(barn.mirror, sale)
    assert barn.rows(FarmProductSale) == barn.rows(FarmRevenue) == []
    assert in_store(barn, InventoryTransaction, "quantity") == 790


def test_rule_13_more_than_is_good_is_not_sold_and_nothing_is_written(barn: Barn) -> None:
    hay = hay_in(barn)
    with pytest.raises(InvalidValue, match="Only 700 kg of Meadow hay") as caught:
        sell_item(barn.mirror, deal(FarmProduct.CROPS, "701", SaleUnit.KILOGRAM, "1"), hay)
    assert "90 more have expired" in str(caught.value)
    with pytest.raises(InvalidValue, match=r"expired"):
        sell_item(barn.mirror, deal(FarmProduct.CROPS, "1", SaleUnit.KILOGRAM, "1"), hay, lot="old")
    with pytest.raises(InvalidValue, match="kept in kg") as unlike:
        sell_item(barn.mirror, deal(FarmProduct.CROPS, "1", SaleUnit.HEAD, "1"), hay)
    assert unlike.value.field == "unit"
    assert barn.rows(FarmProductSale) == barn.rows(FarmRevenue) == []
    assert in_store(barn, InventoryTransaction, "quantity") == 790


def test_rule_13_what_was_taken_for_a_sale_stays_its_quantity(barn: Barn) -> None:
    hay = hay_in(barn)
    sale, _ = sell_item(barn.mirror, deal(FarmProduct.CROPS, "5", SaleUnit.KILOGRAM, "1"), hay)
    with pytest.raises(Refusal, match="took its stock already"):
        correct_sale(barn.mirror, sale, {"quantity": Decimal(6)})


def test_rule_24_a_price_for_all_is_shared_out_to_the_cent(barn: Barn) -> None:
    more = [
        saving.add(barn.mirror, Livestock, {"tag_number": tag, "species_id": CATTLE})[0]
        for tag in ("21", "22")
    ]
    sold = deal(FarmProduct.LIVE_ANIMALS, "3", SaleUnit.HEAD, "0")
    sales, _ = sell_animals(barn.mirror, sold, [barn.bull, *more], total=Decimal(1000))
    totals = sorted(row.total for row in barn.rows(FarmProductSale))
    assert totals == [Decimal("333.33"), Decimal("333.33"), Decimal("333.34")]
    assert sum(row.amount for row in barn.rows(FarmRevenue)) == 1000
    assert len(sales) == 3
    undo_sales(barn.mirror, sales)
    assert barn.rows(FarmProductSale) == barn.rows(FarmRevenue) == []
    assert all(row.status == LivestockStatus.ACTIVE for row in barn.rows(Livestock))


def test_paid_once_the_income_of_a_sale_is_paid_too_and_the_other_way_round(barn: Barn) -> None:
    sale, _ = sell(barn.mirror, deal(FarmProduct.MANURE, "3", SaleUnit.TONNE, "10"))
    saving.change(barn.mirror, FarmProductSale, sale, {"paid_on": today()})
    (income,) = barn.rows(FarmRevenue)
    assert income.paid_on == today()
    saving.change(barn.mirror, FarmRevenue, income.id, {"invoice_number": "R7", "paid_on": None})
    (sold,) = barn.rows(FarmProductSale)
    assert (sold.invoice_number, sold.paid_on) == ("R7", None)
    correct_sale(barn.mirror, sale, {"unit_price": Decimal("12.5"), "tax_percent": Decimal(20)})
    (income,) = barn.rows(FarmRevenue)
    assert (income.amount, income.tax) == (45, Decimal("7.5"))
    with pytest.raises(InvalidValue, match="comes from a sale"):
        saving.change(barn.mirror, FarmRevenue, income.id, {"amount": Decimal(50)})


def test_an_income_is_not_due_before_its_sale_and_takes_nothing_along_when_tied_to_another(
    barn: Barn,
) -> None:
    sale, _ = sell(barn.mirror, deal(FarmProduct.MANURE, "3", SaleUnit.TONNE, "10"))
    (income,) = barn.rows(FarmRevenue)
    with pytest.raises(InvalidValue, match="It was sold on"):
        saving.change(barn.mirror, FarmRevenue, income.id, {"due_on": days_ago(1)})
    saving.change(barn.mirror, FarmRevenue, income.id, {"sale_id": None, "invoice_number": "R8"})
    saving.change(barn.mirror, FarmRevenue, income.id, {"sale_id": sale, "customer": "Mill"})
    (sold,) = barn.rows(FarmProductSale)
    assert (sold.invoice_number, sold.customer) == (None, "Hill Shop")
