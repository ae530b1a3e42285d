"""Numbers handed out offline: nobody's twice, none lost unseen, whatever happens in between."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fluffydesk.actions import saving
from fluffydesk.actions.numbering import next_tag
from fluffydesk.errors import InvalidValue, Offline, Refusal
from fluffydesk.mirror import numbers
from fluffydesk.records.enums.payments import InvoiceStatus
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.payments import Invoice
from fluffydesk.records.types import new_id, today
from fluffydesk.sync import gaps
from fluffydesk.sync.numbers import BLOCK, give_back, top_up
from tests.conftest import fresh_central
from tests.mirrors import KEY
from tests.sync.desks import Desk
from tests.sync.farms import Farm

YEAR = f"invoices/{today().year}"


def animal(farm: Farm, desk: Desk, **values: Any) -> str:
    """Register an animal as a form does, and return its tag."""
    given = {"species_id": farm.species, "sex": "female", "status": "active", **values}
    row, _ = saving.add(desk.mirror, Livestock, given)
    tag: str = desk.row("livestock", row)["tag_number"]  # type: ignore[index]
    return tag


def invoice(desk: Desk, **values: Any) -> str | None:
    """Post an invoice and return its number here."""
    given = {"status": InvoiceStatus.POSTED, "currency": "EUR", **values}
    row, _ = saving.add(desk.mirror, Invoice, given)
    number: str | None = desk.row("invoices", row)["number"]  # type: ignore[index]
    return number


def left(desk: Desk, series: str) -> int:
    with desk.mirror.read() as connection:
        return numbers.left(connection, series)


def take_and_fail(desk: Desk, series: str) -> None:
    """Take a number in a save that fails before it is kept."""
    with desk.mirror.unit("Post") as unit:
        numbers.take(unit, series)
        raise ZeroDivisionError


def states(farm: Farm, series: str) -> list[str]:
    """Return what became of each reserved number, as the owner sees it."""
    email = next(iter(farm.desks))
    with farm.central.login(email) as connection:
        found = connection.execute(
            "select state from sync.number_gaps(%s, %s)", (farm.id, series)
        ).fetchall()
    return [row[0] for row in found]


def test_two_pcs_number_at_once_and_never_alike(farm: Farm, barn: Desk, office: Desk) -> None:
    assert left(barn, "livestock") == left(office, YEAR) == BLOCK
    found = [invoice(desk) for desk in (barn, office) * 5]
    tags = [animal(farm, desk) for desk in (barn, office) * 5]
    assert len(set(found)) == len(set(tags)) == 10
    assert None not in found
    farm.settle()
    farm.assert_quiet()
    kept = "SELECT array_agg(number ORDER BY number) FROM invoices"
    assert farm.value(kept) == sorted(map(str, found))
    assert states(farm, YEAR).count("used") == states(farm, "livestock").count("used") == 10


def test_a_quiet_sync_asks_for_nothing(farm: Farm, barn: Desk) -> None:
    asked: list[Any] = []
    real = barn.gateway.numbers
    barn.gateway.numbers = lambda *call: (asked.append(call), real(*call))[1]  # type: ignore[method-assign]
    barn.sync()
    assert asked == []
    animal(farm, barn)
    barn.sync()
    [(_, _, [told], wanted)] = asked
    assert (told["next"], wanted) == (2, [])
    barn.sync()
    assert len(asked) == 1


def test_a_save_that_is_taken_back_takes_its_number_back(farm: Farm, barn: Desk) -> None:
    with pytest.raises(ZeroDivisionError):
        take_and_fail(barn, YEAR)
    assert str(invoice(barn)).endswith("-00001")


def test_a_typed_tag_takes_no_number_unless_it_is_the_next(farm: Farm, barn: Desk) -> None:
    assert next_tag(barn.mirror) == "1"
    assert animal(farm, barn, tag_number="2") == "2"
    assert animal(farm, barn, tag_number="1") == "1"
    assert animal(farm, barn, tag_number=" ") == "3"  # 2 is on an animal already


def test_a_draft_gets_its_number_when_it_is_posted(farm: Farm, barn: Desk) -> None:
    row, _ = saving.add(barn.mirror, Invoice, {"currency": "EUR"})
    assert left(barn, YEAR) == BLOCK
    saving.change(barn.mirror, Invoice, row, {"status": InvoiceStatus.POSTED})
    posted = barn.row("invoices", row)
    assert posted is not None
    assert posted["number"] == f"{today().year}-00001"
    saving.change(barn.mirror, Invoice, row, {"notes": "Thank you"})
    assert left(barn, YEAR) == BLOCK - 1


def test_when_none_are_left(farm: Farm, barn: Desk) -> None:
    with barn.mirror.unit("All") as unit:
        for _ in range(BLOCK):
            numbers.take(unit, "livestock")
            numbers.take(unit, YEAR)
        with pytest.raises(Refusal, match=r"No tag numbers are left on this PC\. Go online once"):
            numbers.take(unit, "livestock")
        unit.insert(Livestock, {"tag_number": "x", "species_id": farm.species})
    assert next_tag(barn.mirror) is None
    with pytest.raises(InvalidValue, match="Tag"):
        animal(farm, barn)
    assert invoice(barn) is None  # central will number it
    barn.sync()
    assert left(barn, "livestock") == BLOCK
    assert animal(farm, barn) == str(BLOCK + 1)
    barn.sync()
    assert farm.value("SELECT number FROM invoices") == f"{today().year}-{BLOCK + 1:05d}"
    assert states(farm, "livestock")[:BLOCK] == ["handed out"] * BLOCK


class Lost:
    """A line on which a request for numbers is lost, or the answer to one that arrives."""

    def __init__(self, gateway: Any, arrives: bool = True) -> None:
        self._gateway = gateway
        self._arrives = arrives
        self.asked: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    def numbers(self, *call: Any) -> Any:
        self.asked.append(call)
        if self._arrives:
            self._gateway.numbers(*call)
        raise Offline("The line was cut.")


def test_a_lost_answer_loses_no_numbers(farm: Farm) -> None:
    gateway = farm.central.gateway(farm.member("anna"))
    desk = Desk(farm.folder / "new.db", Lost(gateway), farm.id, "new-pc")  # type: ignore[arg-type]
    farm.desks["anna"] = [desk]
    with pytest.raises(Offline):
        desk.sync()
    assert left(desk, "livestock") == 0
    desk.gateway = gateway
    desk.sync()
    assert left(desk, "livestock") == BLOCK
    assert farm.value("SELECT count(*) FROM sync.number_blocks WHERE series = 'livestock'") == 1


def test_what_is_given_back_another_pc_gets(farm: Farm, barn: Desk, office: Desk) -> None:
    animal(farm, barn)
    barn.sync()
    give_back(lambda job: job(barn.mirror), barn.gateway, farm.id, barn.device)
    assert next_tag(barn.mirror) is None
    third = farm.desk(farm.member("carl", "staff"), "stable-pc")
    assert next_tag(third.mirror) == "2"
    assert left(third, "livestock") == BLOCK - 1


@pytest.mark.parametrize("meanwhile", ["another role", "given back"])
def test_a_request_that_is_not_granted_is_made_again_under_its_id(
    farm: Farm, barn: Desk, meanwhile: str
) -> None:
    """Its first try may come late, and what that gets must be somebody's."""
    anna = farm.users[next(iter(farm.desks))]
    with barn.mirror.apply() as connection:
        connection.exec_driver_sql("DELETE FROM number_blocks WHERE series = 'livestock'")
    farm.execute("DELETE FROM sync.number_series WHERE series = 'livestock'")
    late: list[Any] = []
    line, barn.gateway = barn.gateway, Lost(barn.gateway, False)  # type: ignore[assignment]
    barn.gateway.asked = late  # type: ignore[attr-defined]
    with pytest.raises(Offline):
        barn.sync()
    barn.gateway = line
    role = "UPDATE organization_users SET role = %s WHERE user_id = %s"
    if meanwhile == "another role":
        farm.execute(role, "viewer", anna)
        barn.sync()
        farm.execute(role, "owner", anna)
    else:
        give_back(barn.door, barn.gateway, farm.id, barn.device)
    barn.gateway.numbers(*late[0])
    barn.sync()
    assert left(barn, "livestock") == BLOCK
    assert states(farm, "livestock") == ["reserved"] * BLOCK


def test_a_request_that_comes_late_gets_nothing_anew(farm: Farm, barn: Desk) -> None:
    """Its block went back meanwhile, and another PC has all of it."""
    series = [{"id": str(new_id()), "series": "livestock", "count": 5}]
    late = (farm.id, barn.device, [], series)
    [block] = barn.gateway.numbers(*late)["reserved"]
    ended = [{"id": block["id"], "next": block["first"], "ended": True}]
    barn.gateway.numbers(farm.id, barn.device, ended, [])
    office = farm.desk(farm.member("ben", "staff"), "office-pc")
    assert next_tag(office.mirror) == str(block["first"])
    before = states(farm, "livestock")
    barn.gateway.numbers(*late)
    assert states(farm, "livestock") == before


def test_a_restored_central_never_hands_out_what_is_used(farm: Farm, barn: Desk) -> None:
    assert animal(farm, barn) == "1"
    barn.sync()
    farm.execute("DELETE FROM sync.number_series")  # the backup was older than all this
    farm.execute("UPDATE sync.epoch SET id = gen_random_uuid()")
    barn.sync()
    assert animal(farm, barn) == "2"
    assert states(farm, "livestock")[0] == "reserved"  # the first number of the new block


@pytest.mark.parametrize("arrives", [True, False])
def test_what_is_being_given_back_is_handed_out_no_more(
    farm: Farm, barn: Desk, arrives: bool
) -> None:
    """Central may have the numbers and have given them to another PC, though its answer is lost."""
    assert animal(farm, barn) == "1"
    barn.sync()
    farm.execute("UPDATE sync.epoch SET id = gen_random_uuid()")  # the block is of an earlier life
    line, barn.gateway = barn.gateway, Lost(barn.gateway, arrives)  # type: ignore[assignment]
    with pytest.raises(Offline):
        barn.sync()
    barn.gateway = line
    office = farm.desk(farm.member("ben", "staff"), "office-pc")
    assert next_tag(barn.mirror) is None
    barn.sync()
    assert [animal(farm, barn), animal(farm, office)] == ["2", str(BLOCK + 1)]


def test_an_older_central_has_no_numbers_and_syncs_all_the_same(farm: Farm, barn: Desk) -> None:
    farm.execute("DROP FUNCTION sync.numbers(uuid, jsonb, jsonb, jsonb)")
    tag = animal(farm, barn)
    assert barn.sync().pushed == 1
    assert next_tag(barn.mirror) == str(int(tag) + 1)


def test_a_viewer_reserves_nothing(farm: Farm, barn: Desk) -> None:
    viewer = farm.desk(farm.member("vera", "viewer"), "hall-pc")
    top_up(lambda job: job(viewer.mirror), viewer.gateway, farm.id, viewer.device)
    assert left(viewer, "livestock") == 0


STEPS = st.lists(
    st.tuples(
        st.sampled_from([0, 1]),
        st.sampled_from(["animal", "invoice", "undo", "discard", "sync", "lost", "reopen", "back"]),
    ),
    min_size=5,
    max_size=25,
)


@pytest.fixture(scope="module")
def shared_farm(postgres: Any, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with fresh_central(postgres, migrated) as central:
        farm = Farm(central, tmp_path_factory.mktemp("numbers"))
        yield farm
        farm.close()


@settings(max_examples=15)
@given(steps=STEPS)
def test_whatever_two_pcs_do_no_number_is_used_twice(shared_farm: Farm, steps: Any) -> None:
    """One farm all along: what earlier examples left is part of the test."""
    if not shared_farm.desks:
        for name in ("anna", "ben"):
            shared_farm.desk(shared_farm.member(name), f"{name}-pc")
    desks = [desks[0] for desks in shared_farm.desks.values()]
    for who, what in steps:
        desk = desks[who]
        if what == "animal":
            tag = next_tag(desk.mirror)
            assert tag is None or animal(shared_farm, desk) == tag
        elif what == "invoice":
            invoice(desk)
        elif what == "undo":
            with pytest.raises((ZeroDivisionError, Refusal)):
                take_and_fail(desk, YEAR)
        elif what == "discard" and next_tag(desk.mirror):
            row, _ = saving.add(desk.mirror, Livestock, {"species_id": shared_farm.species})
            desk.delete("livestock", row)
        elif what == "sync":
            desk.sync()
        elif what == "lost":
            gateway, desk.gateway = desk.gateway, Lost(desk.gateway)  # type: ignore[assignment]
            with suppress(Offline):
                desk.sync()
            desk.gateway = gateway
        elif what == "reopen":
            path: Path = desk.mirror.path
            desk.mirror.close()
            desk.mirror = type(desk.mirror).open(path, KEY)
        elif what == "back":
            give_back(lambda job: job(desk.mirror), desk.gateway, shared_farm.id, desk.device)  # noqa: B023
    for desk in desks * 2:
        desk.sync()
        assert desk.quarantine() == []
    shared_farm.assert_quiet()
    for table, column in numbers.COLUMNS.items():
        twice = (
            f"SELECT count(*) - count(DISTINCT {column}) FROM {table} WHERE {column} IS NOT NULL"
        )
        assert shared_farm.value(twice) == 0
    overlap = (
        "SELECT count(*) FROM sync.number_blocks a JOIN sync.number_blocks b"
        " ON a.series = b.series AND a.id < b.id AND a.first <= b.last AND b.first <= a.last"
    )
    assert shared_farm.value(overlap) == 0
    for desk in desks:
        with desk.mirror.read() as connection:
            here = {(b.id, b.next) for b in numbers.blocks(connection)}
        there = shared_farm.value(
            "SELECT coalesce(jsonb_agg(jsonb_build_array(id, next)), '[]') FROM sync.number_blocks"
            " WHERE device_id = %s AND ended_at IS NULL",
            desk.device.id,
        )
        assert {tuple(one) for one in there} == here


def test_every_gap_is_told_with_why(farm: Farm, barn: Desk, office: Desk) -> None:
    assert [animal(farm, barn) for _ in range(3)] == ["1", "2", "3"]
    with barn.mirror.read() as connection:
        sql = "SELECT id FROM livestock WHERE tag_number = '2'"
        [lost] = connection.exec_driver_sql(sql).all()
    barn.sync()
    barn.delete("livestock", UUID(lost.id))
    barn.sync()
    give_back(office.door, office.gateway, farm.id, office.device)
    found = [gap for gap in gaps.read(barn.gateway, farm.id) if gap.series == "livestock"]
    assert [(gap.first, gap.last, gap.count, gap.state) for gap in found] == [
        ("2", "2", 1, "handed out"),
        ("4", str(BLOCK), BLOCK - 3, "reserved"),
        (str(BLOCK + 1), str(2 * BLOCK), BLOCK, "given up"),
    ]
    assert found[0].words.startswith("Animal number 2: handed out on barn-pc, to a record")
    assert found[1].words.startswith(f"Animals, numbers 4 to {BLOCK} ({BLOCK - 3}): reserved for")
    assert "given back or given up by office-pc" in found[2].words
    yearly = {gap.series for gap in gaps.read(barn.gateway, farm.id)} - {"livestock"}
    assert yearly == {YEAR} | {numbers.series_of("invoices", today() + timedelta(days=31))}
