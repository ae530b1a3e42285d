"""A save reaches central whole or not at all, also where part of it is given up."""

from __future__ import annotations

from uuid import UUID

import pytest

from fluffydesk.errors import Offline, Refusal
from fluffydesk.records.livestock import Livestock
from fluffydesk.sync import resolve
from fluffydesk.ui.screens.reading.sync import read_sync
from tests.sync.desks import Desk, Faulty
from tests.sync.farms import Farm

FEW = ("profiles", "organizations", "organization_users", "livestock_species", "livestock")
NAMED = ("livestock_breeds", "livestock_batches")

pytestmark = pytest.mark.only_tables(*FEW, *NAMED)


@pytest.fixture
def cow(farm: Farm, barn: Desk) -> UUID:
    return farm.cow(barn, "1")


@pytest.fixture
def calf(farm: Farm, barn: Desk) -> UUID:
    return farm.cow(barn, "2")


@pytest.fixture
def vera(farm: Farm, cow: UUID, calf: UUID) -> Desk:
    """A viewer's PC with a refused edit of the cow, and a later save of both animals."""
    vera = farm.desk(farm.member("vera", "viewer"), "viewer-pc")
    vera.change("livestock", cow, name="A")
    assert vera.sync().quarantined == 1
    return vera


def save_both(vera: Desk, cow: UUID, calf: UUID) -> None:
    with vera.mirror.unit("Rename both") as unit:
        unit.update(Livestock, cow, {"name": "B"})
        unit.update(Livestock, calf, {"name": "C"})


def let_write(farm: Farm) -> None:
    farm.execute("UPDATE organization_users SET role = 'staff' WHERE role = 'viewer'")


def cut_off(vera: Desk) -> None:
    """Sync on a line that is cut before the answer to what is sent comes."""

    def cut(_: int) -> None:
        raise Offline("The line was cut.", "")

    line = vera.gateway
    vera.gateway = Faulty(line, after=cut)  # type: ignore[assignment]
    with pytest.raises(Offline):
        vera.sync()
    vera.gateway = line


def names(farm: Farm) -> list[str | None]:
    with farm.central.admin() as connection:
        found = connection.execute("SELECT name FROM livestock ORDER BY tag_number").fetchall()
    return [name for (name,) in found]


def test_discarding_takes_all_of_a_later_save_back_and_says_so_before(
    farm: Farm, vera: Desk, cow: UUID, calf: UUID
) -> None:
    save_both(vera, cow, calf)
    [shown] = read_sync(vera.mirror).refused
    assert shown.goes == (
        "Animal 1 · B: name goes back to what central has.",
        'This also discards what was saved together with that: "Rename both".',
        "Animal 2 · C: name goes back to what central has.",
    )
    resolve.discard(vera.mirror, shown.refused.id)
    assert vera.ledger() == {"discarded": 2}
    let_write(farm)
    vera.sync()
    assert names(farm) == [None, None]
    assert vera.ledger() == {"discarded": 2}
    farm.settle()
    farm.assert_quiet()


def test_two_refused_edits_that_a_later_save_ties_together_go_together(
    farm: Farm, vera: Desk, cow: UUID, calf: UUID
) -> None:
    vera.change("livestock", calf, name="also A")
    vera.sync()
    save_both(vera, cow, calf)
    resolve.discard(vera.mirror, vera.quarantine()[0].id)
    assert vera.quarantine() == []
    assert vera.ledger() == {"discarded": 3}
    farm.settle()
    farm.assert_quiet()


def test_what_is_on_its_way_is_not_discarded_with_it(
    farm: Farm, vera: Desk, cow: UUID, calf: UUID
) -> None:
    let_write(farm)
    vera.change("livestock", calf, name="first")
    cut_off(vera)
    save_both(vera, cow, calf)
    [one] = vera.quarantine()
    with pytest.raises(Refusal, match="on its way to central"):
        resolve.discard(vera.mirror, one.id)
    vera.sync()
    assert names(farm) == ["B", "C"]
    assert vera.ledger() == {"applied": 3}
    farm.settle()
    farm.assert_quiet()


def test_a_save_of_which_one_row_gave_way_and_another_is_refused_is_not_told_as_waiting(
    farm: Farm, barn: Desk, vera: Desk, cow: UUID, calf: UUID
) -> None:
    resolve.discard(vera.mirror, vera.quarantine()[0].id)
    barn.change("livestock", calf, name="theirs")
    barn.sync()
    save_both(vera, cow, calf)
    cut_off(vera)
    for one in vera.conflicts():
        resolve.decide(vera.mirror, one.id, "theirs")
    vera.sync()
    assert len(vera.quarantine()) == 1
    assert (vera.waiting(), vera.ledger()["quarantined"]) == (0, 1)
