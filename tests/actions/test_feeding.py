"""Feed given and taken from the store in one unit of work, corrected and taken back as one."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from fluffydesk.actions import saving
from fluffydesk.actions.feeding import record_feeding, take_back_feeding
from fluffydesk.actions.stock import balance, lots, move_stock
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.records.enums.farm_resources import InventoryCategory, StockMovement
from fluffydesk.records.farm import FeedLog, PoultryFeedLog
from fluffydesk.records.farm_resources import FarmInventory, InventoryTransaction
from fluffydesk.records.livestock import LivestockBatch
from fluffydesk.ui.screens.reading.feeding import feed_round
from tests.actions.barn import Barn, days_ago, today


@pytest.fixture
def group(barn: Barn) -> UUID:
    return saving.add(barn.mirror, LivestockBatch, {"name": "High yielders"})[0]


def left(barn: Barn, item: UUID) -> Decimal:
    with barn.mirror.read() as connection:
        return balance(connection, item)


def receive(barn: Barn, kg: int, days: int = 9) -> None:
    move_stock(barn.mirror, barn.mash, StockMovement.RECEIPT, Decimal(kg), days_ago(days))


def test_what_is_fed_leaves_the_store_in_the_same_unit(barn: Barn, group: UUID) -> None:
    receive(barn, 1000)
    before = len(barn.units())
    record_feeding(
        barn.mirror, FeedLog, group, today(), "Layer mash", Decimal("120.5"), item_id=barn.mash
    )
    assert left(barn, barn.mash) == Decimal("879.5")
    assert len(barn.units()) == before + 1
    record_feeding(
        barn.mirror, FeedLog, group, today(), "layer MASH", Decimal(100), item_id=barn.mash
    )
    assert left(barn, barn.mash) == 900
    assert [row.quantity_kg for row in barn.rows(FeedLog)] == [100]
    record_feeding(barn.mirror, FeedLog, group, today(), "Layer mash", Decimal(90))
    assert left(barn, barn.mash) == 1000
    record_feeding(
        barn.mirror, FeedLog, group, today(), "Layer mash", Decimal(90), item_id=barn.mash
    )
    take_back_feeding(barn.mirror, FeedLog, group, today(), "Layer mash")
    assert left(barn, barn.mash) == 1000
    assert barn.rows(FeedLog) == []
    assert len(barn.rows(InventoryTransaction)) == 1


def test_feed_is_taken_from_the_lots_the_first_to_use_first_and_put_back_to_them(
    barn: Barn, group: UUID
) -> None:
    for lot, kg in (("M-1", 150), ("M-2", 500)):
        move_stock(barn.mirror, barn.mash, StockMovement.RECEIPT, Decimal(kg), days_ago(9), lot=lot)

    def there() -> dict[str | None, Decimal]:
        with barn.mirror.read() as connection:
            return {one.name: one.left for one in lots(connection, barn.mash)}

    fed = (barn.mirror, FeedLog, group, today(), "Layer mash")
    record_feeding(*fed, Decimal(200), item_id=barn.mash)
    assert there() == {"M-2": 450}
    record_feeding(*fed, Decimal(100), item_id=barn.mash)
    assert there() == {"M-1": 50, "M-2": 500}
    with pytest.raises(InvalidValue, match="Only 650 kg of Layer mash"):
        record_feeding(*fed, Decimal(700), item_id=barn.mash)
    take_back_feeding(*fed)
    assert there() == {"M-1": 150, "M-2": 500}


def test_two_groups_and_two_days_do_not_take_each_others_feed_back(barn: Barn, group: UUID) -> None:
    receive(barn, 1000)
    for days in (1, 0):
        on = days_ago(days)
        record_feeding(
            barn.mirror, FeedLog, group, on, "Layer mash", Decimal(10), item_id=barn.mash
        )
        record_feeding(
            barn.mirror,
            PoultryFeedLog,
            barn.flock,
            on,
            "Layer mash",
            Decimal(20),
            water_l=Decimal(40),
            item_id=barn.mash,
        )
    take_back_feeding(barn.mirror, FeedLog, group, today(), "Layer mash")
    assert left(barn, barn.mash) == 950
    assert [row.water_l for row in barn.rows(PoultryFeedLog)] == [40, 40]


def test_rule_13_more_than_the_store_holds_is_refused_and_nothing_is_kept(
    barn: Barn, group: UUID
) -> None:
    receive(barn, 50)
    with pytest.raises(Refusal, match="Layer mash"):
        record_feeding(
            barn.mirror, FeedLog, group, today(), "Layer mash", Decimal(51), item_id=barn.mash
        )
    assert barn.rows(FeedLog) == []
    assert left(barn, barn.mash) == 50


def test_a_feed_without_a_name_and_a_store_by_the_piece_are_refused(
    barn: Barn, group: UUID
) -> None:
    with pytest.raises(InvalidValue, match="feed is missing"):
        record_feeding(barn.mirror, FeedLog, group, today(), " ", Decimal(5))
    licks, _ = saving.add(
        barn.mirror, FarmInventory, {"name": "Licks", "category": InventoryCategory.FEED}
    )
    with pytest.raises(InvalidValue, match="not kept by weight"):
        record_feeding(barn.mirror, FeedLog, group, today(), "Licks", Decimal(5), item_id=licks)
    assert barn.rows(FeedLog) == []


def test_the_round_shows_yesterday_and_what_is_usual_of_seven_days(barn: Barn) -> None:
    receive(barn, 1000)
    for days in range(1, 6):
        record_feeding(
            barn.mirror,
            PoultryFeedLog,
            barn.flock,
            days_ago(days),
            "Layer mash",
            Decimal(20 + days),
            water_l=Decimal(40),
        )
    with barn.mirror.read() as connection:
        found = feed_round(connection, today())
    (line,) = found.rows
    assert (line.name, line.head, line.feed, line.kg) == ("Layers", 200, "Layer mash", None)
    assert (line.yesterday, line.yesterday_water) == (21, 40)
    assert line.usual is not None
    assert line.usual.usual == 23
    assert [(item.name, item.kg) for item in found.items] == [("Layer mash", 1000)]
