"""Two PCs write down one milking: the second is refused, and the two rows are made one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from fluffydesk.errors import NotFound, Offline, Refusal
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.types import today
from fluffydesk.sync import resolve, twins, window
from tests.sync.desks import Desk
from tests.sync.farms import Farm
from tests.sync.windows import LONG_AGO, Barn

TABLE = "milk_production_logs"


@pytest.fixture
def pair(farm: Farm, barn: Desk, office: Desk) -> Barn:
    return Barn(farm, barn, office)


def _milk(desk: Desk, cow: UUID, on: date, kg: int, **values: object) -> UUID:
    key = {"animal_id": cow, "milked_on": on, "session": MilkingSession.MORNING}
    return desk.add(TABLE, **key, yield_kg=Decimal(kg), **values)


def _doubled(pair: Barn, on: date, mine: int = 21, **values: object) -> resolve.Refused:
    """Have the office's milking at central and the barn's of the same time refused."""
    _milk(pair.office, pair.cow, on, 20, notes="in the parlour")
    pair.office.sync()
    _milk(pair.barn, pair.cow, on, mine, **values)
    pair.barn.sync()
    [refused] = pair.barn.quarantine()
    assert refused.code == twins.DOUBLED
    return refused


def _settled(pair: Barn) -> None:
    pair.farm.settle()
    assert pair.barn.quarantine() == []
    assert pair.barn.conflicts() == []
    assert pair.farm.value(f"SELECT count(*) FROM {TABLE}") == 1
    pair.assert_as_shown()


@pytest.mark.parametrize("outside", [True, False], ids=["not kept here", "kept here"])
@pytest.mark.parametrize(
    ("keep", "kg"), [("mine", "21"), ("theirs", "20"), (Decimal("20.5"), "20.5")]
)
def test_where_they_differ_a_person_decides(
    pair: Barn, outside: bool, keep: object, kg: str
) -> None:
    on = LONG_AGO if outside else today()
    pair.keep(6)
    refused = _doubled(pair, on)
    twin = twins.find(pair.barn.door, pair.barn.gateway, refused.id)
    assert twin is not None
    assert twin.values["notes"] == "in the parlour"
    twins.join(pair.barn.mirror, twin)
    assert pair.barn.quarantine() == []
    [conflict] = pair.barn.conflicts()
    assert (conflict.column, conflict.mine, conflict.theirs) == ("yield_kg", 21, 20)
    assert conflict.their_device == "office-pc"
    pair.barn.sync()
    assert pair.farm.value(f"SELECT yield_kg FROM {TABLE}") == 20, "it waits for the person"
    resolve.decide(pair.barn.mirror, conflict.id, keep)
    _settled(pair)
    assert pair.farm.value(f"SELECT yield_kg FROM {TABLE}") == Decimal(kg)
    assert pair.farm.value(f"SELECT notes FROM {TABLE}") == "in the parlour"
    assert bool(pair.here(TABLE)) is not outside
    pair.barn.ledger()


def test_where_they_agree_nobody_is_asked_and_what_is_new_goes(pair: Barn) -> None:
    pair.keep(6)
    refused = _doubled(pair, LONG_AGO, mine=20, parity=3)
    twin = twins.find(pair.barn.door, pair.barn.gateway, refused.id)
    assert twin is not None
    twins.join(pair.barn.mirror, twin)
    assert pair.barn.conflicts() == []
    _settled(pair)
    row = pair.farm.value(f"SELECT (yield_kg, parity, notes)::text FROM {TABLE}")
    assert row == '(20.00,3,"in the parlour")'


def test_the_rest_of_the_save_goes_with_it(pair: Barn) -> None:
    pair.keep(6)
    _milk(pair.office, pair.cow, LONG_AGO, 20)
    pair.office.sync()
    before = LONG_AGO - timedelta(days=1)
    with pair.barn.mirror.unit("Two days") as unit:
        for on in (before, LONG_AGO):
            values = {"animal_id": pair.cow, "milked_on": on, "yield_kg": Decimal(20)}
            unit.insert(twins.record_for(TABLE), {**values, "session": MilkingSession.MORNING})
    pair.barn.sync()
    [refused] = pair.barn.quarantine()
    twin = twins.find(pair.barn.door, pair.barn.gateway, refused.id)
    assert twin is not None
    twins.join(pair.barn.mirror, twin)
    pair.farm.settle()
    assert pair.farm.value(f"SELECT count(*) FROM {TABLE}") == 2
    assert pair.barn.quarantine() == []
    pair.assert_as_shown()


def test_two_things_with_one_number_are_not_made_one(pair: Barn) -> None:
    """Only what a day tells apart is one event; an ear tag that two cows have is a mistake."""
    for desk in (pair.office, pair.barn):
        values = {"animal_id": pair.cow, "kind": "official", "value": "UK1"}
        desk.add("livestock_identifiers", **values)
        desk.sync()
    [refused] = pair.barn.quarantine()
    assert refused.code == twins.DOUBLED
    with pair.barn.mirror.read() as connection:
        assert not twins.is_double(connection, refused.id)
    assert twins.find(pair.barn.door, pair.barn.gateway, refused.id) is None


def test_what_is_settled_or_edited_meanwhile_is_not_joined(pair: Barn) -> None:
    refused = _doubled(pair, today())
    pair.barn.sync()
    twin = twins.find(pair.barn.door, pair.barn.gateway, refused.id)
    assert twin is not None
    assert twin.here
    pair.barn.change(TABLE, twin.id, notes="changed here too")
    with pytest.raises(Refusal, match="not sent"):
        twins.join(pair.barn.mirror, twin)
    resolve.discard(pair.barn.mirror, refused.id)
    with pytest.raises(NotFound):
        twins.join(pair.barn.mirror, twin)


def test_offline_a_row_that_is_kept_here_is_found_and_another_is_not(pair: Barn) -> None:
    class Away:
        """A central that is out of reach."""

        def beyond(self, *_: object) -> list[object]:
            raise Offline("Central cannot be reached.", "Work goes on.")

    pair.keep(6)
    near = _doubled(pair, today())
    found = twins.find(pair.barn.door, Away(), near.id)  # type: ignore[arg-type]
    assert found is not None
    resolve.discard(pair.barn.mirror, near.id)
    far = _doubled(pair, LONG_AGO)
    with pytest.raises(Offline):
        twins.find(pair.barn.door, Away(), far.id)  # type: ignore[arg-type]
    assert window.first_day(pair.barn.mirror) is not None
