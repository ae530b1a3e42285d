"""What a deletion takes with it at central, when somebody else had changed or added to that."""

from __future__ import annotations

from uuid import UUID

import pytest

from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import new_id
from fluffydesk.sync import resolve
from tests.sync.desks import Desk
from tests.sync.farms import Farm

FEW = ("profiles", "organizations", "organization_users", "livestock_species", "livestock")
TAGS = "livestock_identifiers"

pytestmark = pytest.mark.only_tables(*FEW, TAGS)


def tag(desk: Desk, cow: UUID, value: str) -> UUID:
    return desk.add(TAGS, animal_id=cow, kind="visual", value=value)


def there(farm: Farm, table: str) -> int:
    return int(farm.value(f"SELECT count(*) FROM {table} WHERE organization_id = %s", farm.id))


@pytest.fixture
def cow(farm: Farm, barn: Desk, office: Desk) -> UUID:
    """An animal with two tags, deleted in the barn; in the office one tag was changed."""
    cow = farm.cow(barn)
    tags = [tag(barn, cow, "1"), tag(barn, cow, "2")]
    farm.settle()
    office.change(TAGS, tags[0], value="1b")
    office.sync()
    barn.delete("livestock", cow)
    return cow


def test_the_edit_of_a_child_survives_the_deletion_of_its_parent(
    farm: Farm, barn: Desk, cow: UUID
) -> None:
    assert barn.sync().conflicts == 1
    assert (there(farm, "livestock"), there(farm, TAGS)) == (1, 2)
    assert barn.ledger()["conflict"] == 1
    [conflict] = barn.conflicts()
    assert (conflict.table, conflict.mine, conflict.theirs["value"]) == (TAGS, None, "1b")
    resolve.decide(barn.mirror, conflict.id, "theirs")
    farm.settle()
    assert (there(farm, "livestock"), there(farm, TAGS)) == (1, 2)
    assert barn.row("livestock", cow) is not None
    assert barn.ledger()["discarded"] == 1
    farm.assert_quiet()


def test_a_person_may_delete_both_all_the_same(farm: Farm, barn: Desk, cow: UUID) -> None:
    barn.sync()
    [conflict] = barn.conflicts()
    resolve.decide(barn.mirror, conflict.id, "mine")
    farm.settle()
    assert (there(farm, "livestock"), there(farm, TAGS)) == (0, 0)
    farm.assert_quiet()


@pytest.mark.parametrize(("keep", "left"), [("theirs", 1), ("mine", 0)])
def test_a_child_that_was_added_meanwhile_does_not_go_unasked(
    farm: Farm, barn: Desk, office: Desk, keep: str, left: int
) -> None:
    cow = farm.cow(barn)
    farm.settle()
    tag(office, cow, "1")
    office.sync()
    barn.delete("livestock", cow)
    other = barn.add("livestock", tag_number="18", species_id=farm.species)
    assert (barn.sync().conflicts, barn.sync().conflicts) == (1, 1)
    assert (there(farm, "livestock"), there(farm, TAGS)) == (2, 1)
    [conflict] = barn.conflicts()
    assert (conflict.row_id, conflict.column, conflict.mine) == (cow, "", None)
    resolve.decide(barn.mirror, conflict.id, keep)
    farm.settle()
    assert (there(farm, "livestock"), there(farm, TAGS)) == (1 + left, left)
    assert office.row("livestock", other) is not None
    farm.assert_quiet()


def test_more_generations_than_there_are_frames_go_in_one_save(farm: Farm, barn: Desk) -> None:
    herd = [new_id() for _ in range(1200)]
    rows = [
        {"id": id, "tag_number": str(n), "species_id": farm.species, "dam_id": dam}
        for n, (id, dam) in enumerate(zip(herd, [*herd[1:], None], strict=True))
    ]
    with barn.mirror.unit("Import a herd") as unit:
        unit.insert_many(record_for("livestock"), rows)
    assert barn.sync().pushed == len(herd)
    farm.assert_quiet()
