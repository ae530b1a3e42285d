"""Blocks of numbers: nobody gets another's, and every number of every block is accounted for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from fluffydesk.records.access import Members
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import today
from tests.central.central_rows import BARN, HOUSE, adding, insert, parcel

YEAR = f"invoices/{today().year}"


@pytest.fixture
def farm(central: Any) -> Any:
    farm = central.add_organization("Farm")
    for role in ("owner", "staff", "viewer"):
        central.add_user(role, farm, role)
    return farm


def reserve(
    gateway: Any, farm: Any, device: Any, series: str = "livestock", count: int = 10, **more: Any
) -> Any:
    """Return the block that a PC gets, or None."""
    wanted = {"id": str(more.get("id") or uuid4()), "series": series, "count": count}
    found = gateway.numbers(farm, device, [], [wanted])["reserved"]
    return found[0] if found else None


def gaps(central: Any, farm: Any, series: str = "livestock") -> list[tuple[str, str, str]]:
    """Return each number with what became of it and the PC that got it."""
    found = central.login("owner").execute(
        "select number, state, device_name from sync.number_gaps(%s, %s)", [farm, series]
    )
    rows: list[tuple[str, str, str]] = found.fetchall()
    return rows


def an_animal(central: Any, farm: Any, tag: str) -> UUID:
    species = central.admin().execute("select id from livestock_species limit 1").fetchone()[0]
    row = adding(
        "livestock", farm, tag_number=tag, species_id=species, sex="female", status="active"
    )
    [answer] = central.gateway("owner").push(farm, BARN, [parcel(row)])
    assert answer["result"] == "applied"
    return UUID(row["id"])


def test_blocks_never_overlap_whoever_asks_at_once(central: Any, farm: Any) -> None:
    gateways = [central.gateway(name) for name in ("owner", "staff") * 3]

    def ask(gateway: Any) -> list[Any]:
        return [reserve(gateway, farm, BARN, count=count) for count in (1, 7, 30)]

    with ThreadPoolExecutor(6) as pool:
        blocks = [block for found in pool.map(ask, gateways) for block in found]
    given = [n for block in blocks for n in range(block["first"], block["last"] + 1)]
    assert sorted(given) == list(range(1, 6 * 38 + 1))


def test_the_same_request_gets_the_same_block(central: Any, farm: Any) -> None:
    gateway, request = central.gateway("owner"), uuid4()
    first = reserve(gateway, farm, BARN, id=request)
    assert reserve(gateway, farm, BARN, id=request) == first
    assert len(gaps(central, farm)) == 10
    for thief, device in ((central.gateway("staff"), BARN), (gateway, HOUSE)):
        with pytest.raises(Exception, match="does not let you"):
            reserve(thief, farm, device, id=request)


def test_numbers_that_are_there_are_passed_over(central: Any, farm: Any) -> None:
    for tag in ("17", "x99", "2000000000"):
        an_animal(central, farm, tag)
    assert reserve(central.gateway("owner"), farm, BARN)["first"] == 18


def test_who_may_not_add_such_records_gets_no_numbers(central: Any, farm: Any) -> None:
    assert reserve(central.gateway("viewer"), farm, BARN) is None
    other = central.add_organization("Other")
    central.add_user("stranger", other, "owner")
    stranger = central.login("stranger")
    for call in (
        "select sync.reserve_numbers(%s, '{}', gen_random_uuid(), 'livestock', 5)",
        "select sync.note_numbers(%s, '{}', '[]')",
        "select sync.number_gaps(%s, 'livestock')",
        "select sync.give_up_numbers(%s, gen_random_uuid())",
        "select sync.take_numbers(%s, 'livestock', 5)",
        "select sync.numbers_used(%s, 'livestock')",
        "select * from sync.number_blocks where organization_id = %s",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            stranger.execute(call, [farm])
    viewer = "select sync.reserve_numbers(%s, %s, gen_random_uuid(), 'livestock', 5)"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        central.login("viewer").execute(viewer, [farm, f'{{"id": "{BARN.id}"}}'])


@pytest.mark.parametrize(
    ("series", "count"),
    [
        ("livestock/2026", 5),
        ("invoices", 5),
        ("invoices/26", 5),
        ("pets", 5),
        ("livestock", 0),
        ("livestock", 5000),
    ],
)
def test_there_is_no_such_series(central: Any, farm: Any, series: str, count: int) -> None:
    call = "select sync.reserve_numbers(%s, %s, gen_random_uuid(), %s, %s)"
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        central.login("owner").execute(call, [farm, f'{{"id": "{BARN.id}"}}', series, count])


def test_what_is_numbered_and_by_whom_is_what_the_records_say(central: Any) -> None:
    for table, column, roles in central.admin().execute(
        "select table_name, column_name, roles from sync.number_kinds"
    ):
        record = record_for(table)
        assert column in record.__table__.columns
        [way] = [way for way in record.__access__.ways("add") if isinstance(way, Members)]
        assert {role.value for role in way.roles} == set(roles)


def test_every_number_is_accounted_for(central: Any, farm: Any) -> None:
    owner, staff = central.gateway("owner"), central.gateway("staff")
    barn = reserve(owner, farm, BARN, count=4)
    reserve(staff, farm, HOUSE, count=2)
    an_animal(central, farm, "2")
    owner.numbers(farm, BARN, [{"id": barn["id"], "next": 4, "ended": False}], [])
    assert gaps(central, farm) == [
        ("1", "handed out", "Barn"),
        ("2", "used", "Barn"),
        ("3", "handed out", "Barn"),
        ("4", "reserved", "Barn"),
        ("5", "reserved", "House"),
        ("6", "reserved", "House"),
    ]
    # The house's PC burnt down: the owner gives its numbers up. Nobody gets them again.
    call = "select sync.give_up_numbers(%s, %s)"
    assert central.login("owner").execute(call, [farm, HOUSE.id]).fetchone() == (1,)
    assert [state for _, state, _ in gaps(central, farm)][4:] == ["given up"] * 2
    assert reserve(owner, farm, BARN)["first"] == 7
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        central.login("staff").execute(call, [farm, BARN.id])


def test_what_is_given_back_goes_to_the_next_that_asks(central: Any, farm: Any) -> None:
    owner, staff = central.gateway("owner"), central.gateway("staff")
    barn = reserve(owner, farm, BARN, count=10)
    kept = reserve(staff, farm, HOUSE, count=10)
    told = {"id": barn["id"], "next": 4, "ended": True}
    # Nobody gives back what is another's.
    assert staff.numbers(farm, HOUSE, [told], [])["open"] == [kept["id"]]
    assert owner.numbers(farm, BARN, [told], [])["open"] == []
    found = reserve(staff, farm, HOUSE, count=10)
    assert (found["first"], found["last"]) == (4, 10)
    assert reserve(staff, farm, HOUSE, count=10)["first"] == 21
    assert [number for number, _, _ in gaps(central, farm)] == [str(n) for n in range(1, 31)]


def an_invoice(admin: Any, farm: Any, **values: Any) -> str | None:
    given = {
        "id": uuid4(),
        "organization_id": farm,
        "issue_date": today(),
        "status": "posted",
        "kind": "invoice",
        "currency": "EUR",
        **values,
    }
    insert(admin, "invoices", given)
    query = "select number from invoices where id = %s"
    number: str | None = admin.execute(query, [given["id"]]).fetchone()[0]
    return number


def test_central_numbers_invoices_past_what_pcs_reserved(central: Any, farm: Any) -> None:
    admin, year = central.admin(), today().year
    assert an_invoice(admin, farm) == f"{year}-00001"
    block = reserve(central.gateway("staff"), farm, HOUSE, YEAR, 5)
    assert (block["first"], block["last"]) == (2, 6)
    assert an_invoice(admin, farm) == f"{year}-00007"
    assert an_invoice(admin, farm, number=f"{year}-00003") == f"{year}-00003"
    states = [state for _, state, _ in gaps(central, farm, YEAR)]
    assert states == ["reserved", "used", "reserved", "reserved", "reserved"]
    assert gaps(central, farm, YEAR)[0][0] == f"{year}-00002"
