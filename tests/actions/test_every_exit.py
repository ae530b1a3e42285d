"""Rule 11: the guard stands at every exit, of milk, meat and eggs, and yields only to a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions import saving
from fluffydesk.actions.egg_room import move_eggs, receive_eggs
from fluffydesk.actions.eggs import record_egg_round
from fluffydesk.actions.exits import Exit, leave
from fluffydesk.actions.flocks import deplete, thin, transfer
from fluffydesk.actions.milking import record_milking
from fluffydesk.actions.sales import Deal, sell_animals, sell_eggs, sell_milk
from fluffydesk.actions.tank import collect_milk, fill_tank, move_milk
from fluffydesk.errors import Refusal
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.enums.farm import EggGrade, EggRound, EggSize, MilkingSession
from fluffydesk.records.enums.farm_resources import FarmProduct, SaleUnit, StockMovement
from fluffydesk.records.enums.livestock import LivestockStatus, ResidueTest
from fluffydesk.records.farm import EggStorage, MilkStorage, MilkStorageLog
from fluffydesk.records.farm_resources import FarmProductSale
from fluffydesk.records.livestock import DairyBatch, Flock, Livestock
from fluffydesk.records.medical import HealthTreatment
from fluffydesk.records.vocabulary import Record
from tests.actions.barn import Barn, days_ago, today

WHY = "The vet tested it clean"
A, L = EggGrade.A, EggSize.LARGE
MORNING, WHOLE_DAY = MilkingSession.MORNING, MilkingSession.WHOLE_DAY
Try = Callable[[Barn, str | None], object]


@cache
def treat(barn: Barn, **values: Any) -> None:
    given = datetime.combine(days_ago(3), datetime.min.time(), UTC)
    hours = {"milk_hours": 240, "meat_hours": 240, "egg_hours": 240}
    course = {"reason": "Fever", "product": "Penicillin", "dose": Decimal(20), "given_at": given}
    saving.add(barn.mirror, HealthTreatment, {**course, **hours, **values})


@cache
def tank(barn: Barn) -> UUID:
    values = {"name": "Tank 1", "capacity_l": Decimal(5000)}
    return saving.add(barn.mirror, MilkStorage, values)[0]


@cache
def milked(barn: Barn) -> UUID:
    treat(barn, animal_id=barn.cow)
    record_milking(barn.mirror, barn.cow, today(), MORNING, Decimal("20.6"))
    return tank(barn)


@cache
def spoilt(barn: Barn) -> UUID:
    into = milked(barn)
    fill_tank(barn.mirror, into, today(), MORNING, override_reason="By mistake")
    return into


@cache
def laid(barn: Barn) -> None:
    treat(barn, flock_id=barn.flock, head_count=200)
    record_egg_round(barn.mirror, barn.flock, today(), EggRound.MORNING, total=150)


@cache
def stored(barn: Barn) -> None:
    laid(barn)
    into_room(barn, "By mistake")


def into_room(barn: Barn, why: str | None) -> object:
    kind: dict[str, Any] = {"flock_id": barn.flock, "grade": A, "size": L}
    return receive_eggs(barn.mirror, "Room", 150, today(), today(), **kind, override_reason=why)


def deal(product: FarmProduct, unit: SaleUnit, quantity: int, why: str | None) -> Deal:
    more = {"override_reason": why}
    return Deal(product, Decimal(quantity), unit, Decimal(1), today(), "Hill Shop", more)


def milk_in(barn: Barn, why: str | None) -> object:
    return fill_tank(barn.mirror, milked(barn), today(), MORNING, override_reason=why)


def milk_collected(barn: Barn, why: str | None) -> object:
    ticket = {"collected_by": "Dairy", "ticket_number": "9"}
    return collect_milk(
        barn.mirror, spoilt(barn), Decimal(5), today(), **ticket, override_reason=why
    )


def milk_used(barn: Barn, why: str | None) -> object:
    use = StockMovement.USE
    return move_milk(barn.mirror, spoilt(barn), use, Decimal(5), today(), override_reason=why)


def milk_row(barn: Barn, why: str | None) -> object:
    row = {"tank_id": spoilt(barn), "movement": StockMovement.USE, "litres": Decimal(-5)}
    flagged = {"under_withdrawal": why is not None, "override_reason": why}
    return saving.add(barn.mirror, MilkStorageLog, {**row, **flagged})


def milk_sold(barn: Barn, why: str | None) -> object:
    into = spoilt(barn)
    return sell_milk(barn.mirror, deal(FarmProduct.MILK, SaleUnit.LITRE, 5, why), into)


@cache
def milk_lot(barn: Barn) -> UUID:
    lot = {"lot_number": "M1", "tank_id": spoilt(barn), "quantity_l": Decimal(5)}
    return saving.add(barn.mirror, DairyBatch, {**lot, "produced_on": today()})[0]


def milk_lot_sold(barn: Barn, why: str | None) -> object:
    return sale_row(barn, FarmProduct.MILK, why, milk_lot_id=milk_lot(barn))


def milk_of_a_cow_sold(barn: Barn, why: str | None) -> object:
    milked(barn)
    return sale_row(barn, FarmProduct.MILK, why, animal_id=barn.cow)


def eggs_in(barn: Barn, why: str | None) -> object:
    laid(barn)
    return into_room(barn, why)


def eggs_row_in(barn: Barn, why: str | None) -> object:
    laid(barn)
    row = {"store": "Room", "flock_id": barn.flock, "eggs": 9, "grade": A, "size": L}
    flagged = {"under_withdrawal": why is not None, "override_reason": why}
    return saving.add(barn.mirror, EggStorage, {**row, **flagged})


def eggs_row_out(barn: Barn, why: str | None) -> object:
    stored(barn)
    row = {"store": "Room", "flock_id": barn.flock, "eggs": -9, "grade": A, "size": L}
    flagged = {"under_withdrawal": why is not None, "override_reason": why}
    return saving.add(barn.mirror, EggStorage, {**row, "movement": StockMovement.USE, **flagged})


def eggs_used(barn: Barn, why: str | None) -> object:
    stored(barn)
    kind: dict[str, Any] = {"grade": A, "size": L, "override_reason": why}
    return move_eggs(barn.mirror, "Room", StockMovement.USE, 10, today(), **kind)


def eggs_sold(barn: Barn, why: str | None) -> object:
    stored(barn)
    sold = deal(FarmProduct.EGGS, SaleUnit.DOZEN, 2, why)
    return sell_eggs(barn.mirror, sold, "Room", A, L)


def eggs_of_a_flock_sold(barn: Barn, why: str | None) -> object:
    laid(barn)
    return sale_row(barn, FarmProduct.EGGS, why, flock_id=barn.flock)


@cache
def moved_birds(barn: Barn) -> UUID:
    treat(barn, flock_id=barn.flock, head_count=200)
    other, _ = saving.add(barn.mirror, Flock, {"name": "Other", "species_id": species(barn)})
    transfer(barn.mirror, barn.flock, other, days_ago(1), 50)
    record_egg_round(barn.mirror, other, today(), EggRound.MORNING, total=40)
    return other


def eggs_of_moved_birds(barn: Barn, why: str | None) -> object:
    """What birds were given goes with them into another flock."""
    kind: dict[str, Any] = {"flock_id": moved_birds(barn), "grade": A, "size": L}
    return receive_eggs(barn.mirror, "Room", 40, today(), today(), **kind, override_reason=why)


def sale_row(barn: Barn, product: FarmProduct, why: str | None, **of: Any) -> object:
    row = {
        "product": product,
        "sold_on": today(),
        "quantity": Decimal(2),
        "unit": SaleUnit.LITRE,
    }
    price = {"unit_price": Decimal(1), "total": Decimal(2)}
    flagged = {"under_withdrawal": why is not None, "override_reason": why}
    return saving.add(barn.mirror, FarmProductSale, {**row, **price, **of, **flagged})


def species(barn: Barn) -> UUID:
    found: UUID = barn.rows(Flock)[0].species_id
    return found


def gone(how: Exit) -> Try:
    def go(barn: Barn, why: str | None) -> object:
        treat(barn, animal_id=barn.bull)
        return leave(barn.mirror, barn.bull, how, today(), went_to="Abattoir", override_reason=why)

    return go


def animal_sold(barn: Barn, why: str | None) -> object:
    treat(barn, animal_id=barn.bull)
    sold = deal(FarmProduct.LIVE_ANIMALS, SaleUnit.HEAD, 1, why)
    return sell_animals(barn.mirror, sold, [barn.bull])


def animal_row(barn: Barn, why: str | None) -> object:
    treat(barn, animal_id=barn.bull)
    reason = None if why is None else f"Under withdrawal: {why}"
    values = {"status": LivestockStatus.SLAUGHTERED, "left_on": today(), "left_reason": reason}
    return saving.change(barn.mirror, Livestock, barn.bull, values)


def meat_sold(barn: Barn, why: str | None) -> object:
    treat(barn, animal_id=barn.bull)
    return sale_row(barn, FarmProduct.MEAT, why, animal_id=barn.bull)


def birds_sold(barn: Barn, why: str | None) -> object:
    treat(barn, flock_id=barn.flock, head_count=200)
    return sale_row(barn, FarmProduct.LIVE_ANIMALS, why, flock_id=barn.flock, head=20)


def flock_thinned(barn: Barn, why: str | None) -> object:
    treat(barn, flock_id=barn.flock, head_count=200)
    return thin(barn.mirror, barn.flock, today(), 20, customer="Hill Farm", override_reason=why)


def flock_sold_off(barn: Barn, why: str | None) -> object:
    treat(barn, flock_id=barn.flock, head_count=200)
    return deplete(barn.mirror, barn.flock, today(), sold=True, override_reason=why)


EXITS: dict[str, Try] = {
    "milk into the tank": milk_in,
    "milk collected": milk_collected,
    "milk used": milk_used,
    "milk out, by the form": milk_row,
    "milk sold from the tank": milk_sold,
    "milk sold by the lot": milk_lot_sold,
    "milk of one cow sold": milk_of_a_cow_sold,
    "eggs into the room": eggs_in,
    "eggs into the room, by the form": eggs_row_in,
    "eggs out, by the form": eggs_row_out,
    "eggs used": eggs_used,
    "eggs sold": eggs_sold,
    "eggs of a flock sold": eggs_of_a_flock_sold,
    "eggs of birds that were moved": eggs_of_moved_birds,
    "an animal sold": gone(Exit.SALE),
    "an animal slaughtered": gone(Exit.SLAUGHTER),
    "an animal moved away": gone(Exit.TRANSFER),
    "an animal slaughtered, by the form": animal_row,
    "an animal sold with its money": animal_sold,
    "meat of an animal sold": meat_sold,
    "birds sold": birds_sold,
    "a flock thinned": flock_thinned,
    "a flock sold off": flock_sold_off,
}
REASONS = {
    MilkStorageLog: "override_reason",
    EggStorage: "override_reason",
    FarmProductSale: "override_reason",
    Livestock: "left_reason",
}
"""Where the reason of an override is kept, in tables that are audited."""


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    """What was made ready is remembered within a test only."""
    yield
    for made in (treat, tank, milked, spoilt, laid, stored, milk_lot, moved_birds):
        made.cache_clear()


@pytest.mark.parametrize("way", EXITS)
def test_rule_11_every_exit_is_shut_and_opens_to_a_reason_that_is_kept(
    barn: Barn, way: str
) -> None:
    with pytest.raises(Refusal, match="under withdrawal"):
        EXITS[way](barn, None)
    assert not any(WHY in (row or "") for row in reasons(barn))
    EXITS[way](barn, WHY)
    assert any(WHY in (row or "") for row in reasons(barn))


def test_rule_11_death_and_disposal_are_no_exits(barn: Barn) -> None:
    into = spoilt(barn)
    move_milk(barn.mirror, into, StockMovement.DISPOSAL, Decimal(20), today(), reason="Spoilt")
    leave(barn.mirror, barn.cow, Exit.DEATH, today(), reason="Fever")
    stored(barn)
    kind: dict[str, Any] = {"grade": A, "size": L}
    move_eggs(barn.mirror, "Room", StockMovement.DISPOSAL, 150, today(), **kind, reason="Spoilt")


def test_rule_11_a_lot_that_was_tested_clean_is_sold(barn: Barn) -> None:
    lot = {"lot_number": "M1", "tank_id": spoilt(barn), "quantity_l": Decimal(5)}
    tested = {"produced_on": today(), "residue_test": ResidueTest.NEGATIVE}
    lot_id, _ = saving.add(barn.mirror, DairyBatch, {**lot, **tested})
    sale_row(barn, FarmProduct.MILK, None, milk_lot_id=lot_id)
    assert len(barn.rows(FarmProductSale)) == 1


def test_rule_11_every_table_that_lets_food_through_has_an_exit_here_and_is_audited() -> None:
    lets: set[type[Record]] = {
        record
        for record in MIRRORED
        if {"under_withdrawal", "override_reason"}
        <= {column.name for column in record.__table__.columns}
    }
    assert lets == REASONS.keys() - {Livestock}
    assert all(record.__access__.audited for record in REASONS)


def test_rule_11_birds_moved_before_the_treatment_are_free(barn: Barn) -> None:
    other, _ = saving.add(barn.mirror, Flock, {"name": "Other", "species_id": species(barn)})
    transfer(barn.mirror, barn.flock, other, days_ago(4), 50)
    treat(barn, flock_id=barn.flock, head_count=150)
    record_egg_round(barn.mirror, other, today(), EggRound.MORNING, total=40)
    receive_eggs(barn.mirror, "Room", 40, today(), today(), flock_id=other, grade=A, size=L)
    assert not barn.rows(EggStorage)[0].under_withdrawal


def reasons(barn: Barn) -> list[str | None]:
    return [getattr(row, name) for record, name in REASONS.items() for row in barn.rows(record)]
