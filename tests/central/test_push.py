"""Push: a parcel whole or not at all, once however often it is sent, and a reason when refused."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fluffydesk.records.types import new_id
from tests.central.central_rows import (
    BARN,
    EVERY_COLUMN,
    HOUSE,
    a_group,
    adding,
    changing,
    deleting,
    parcel,
)


@pytest.fixture
def farm(central: Any) -> Any:
    farm = central.add_organization("Farm", "veterinary_clinic")
    for role in ("owner", "viewer"):
        central.add_user(role, farm, role)
    return farm


@pytest.fixture
def gateway(central: Any, farm: Any) -> Any:
    return central.gateway("owner")


def push_one(gateway: Any, farm: Any, *rows: dict[str, Any]) -> dict[str, Any]:
    [answer] = gateway.push(farm, BARN, [parcel(*rows)])
    return dict(answer)


def names(central: Any) -> list[str]:
    found = central.admin().execute("select name from livestock_batches order by name")
    return [row[0] for row in found]


def test_a_parcel_is_applied_with_the_versions_it_made(
    central: Any, gateway: Any, farm: Any
) -> None:
    one, two = a_group(farm, "a"), a_group(farm, "b", notes="x")
    answer = push_one(gateway, farm, one, two)
    keys = {f"livestock_batches/{row['id']}": 1 for row in (one, two)}
    assert (answer["result"], answer["versions"]) == ("applied", keys)
    changed = changing("livestock_batches", one["id"], 1, name="c", notes=None, location="Barn")
    answer = push_one(gateway, farm, changed, deleting("livestock_batches", two["id"], 1))
    assert answer["versions"] == {f"livestock_batches/{one['id']}": 2}
    assert names(central) == ["c"]


def test_central_keeps_who_when_and_where(central: Any, gateway: Any, farm: Any) -> None:
    row = a_group(farm)
    push_one(gateway, farm, row)
    gateway.push(farm, HOUSE, [parcel(changing(row["table"], row["id"], 1, name="b"))])
    kept = central.admin().execute(
        "select p.email, g.updated_device, g.row_version, g.updated_at > g.created_at"
        " from livestock_batches g join profiles p on p.id = g.updated_by"
    )
    assert kept.fetchall() == [(central.email("owner"), "House", 2, True)]


def test_every_kind_of_value_arrives_as_it_was_sent(central: Any, gateway: Any, farm: Any) -> None:
    species = central.admin().execute("select id from livestock_species limit 1").fetchone()[0]
    sent = {
        "tag_number": "a'b\\ \n \u00e9\U0001f404",
        "species_id": str(species),
        "sex": "female",
        "status": "active",
        "weight_kg": 6125,
        "birth_date": "2024-02-29",
        "parity": 3,
        "name": None,
    }
    row = adding("livestock", farm, **sent)
    assert push_one(gateway, farm, row)["result"] == "applied"
    when = 1_780_000_000_123_457
    pet, link = new_id(), new_id()
    visit = adding(
        "appointments",
        farm,
        pet_id=pet,
        scheduled_at=when,
        ends_at=when + 60_000_000,
        status="scheduled",
    )
    rex = adding("pets", None, id=pet, name="Rex", species="Dog", sex="male", registered_by=farm)
    tie = adding("clinic_patients", farm, id=link, pet_id=pet)
    assert push_one(gateway, farm, rex, tie, visit)["result"] == "applied"
    with gateway.snapshot() as snapshot:
        [image] = snapshot.images(farm, "livestock", list(sent), [row["id"]])
        [slot] = snapshot.images(farm, "appointments", ["scheduled_at", "ends_at"], [visit["id"]])
    assert image == sent
    assert slot == {"scheduled_at": when, "ends_at": when + 60_000_000}


def test_the_same_parcel_again_changes_nothing_and_says_the_same(
    central: Any, gateway: Any, farm: Any
) -> None:
    row = a_group(farm)
    sent = [parcel(row), parcel(changing(row["table"], row["id"], 1, name="b"))]
    first = gateway.push(farm, BARN, sent)
    assert [answer["result"] for answer in first] == ["applied", "applied"]
    assert gateway.push(farm, BARN, sent) == first
    assert gateway.push(farm, BARN, sent[1:]) == first[1:]
    assert central.admin().execute(
        "select name, row_version from livestock_batches"
    ).fetchall() == [("b", 2)]


def test_additions_that_come_again_are_answered_as_before(
    central: Any, gateway: Any, farm: Any
) -> None:
    """What goes at once is kept out by what was applied before, though its row is gone by now."""
    rows = [a_group(farm, f"g{n}") for n in range(3)]
    sent = [parcel(row) for row in rows]
    first = gateway.push(farm, BARN, sent)
    gateway.push(farm, HOUSE, [parcel(deleting(row["table"], row["id"], 1)) for row in rows[:2]])
    later = parcel(a_group(farm, "g3"))
    again = gateway.push(farm, BARN, [*sent, later])
    assert again[:3] == first
    assert (again[3]["id"], again[3]["result"]) == (later["id"], "applied")
    kept = central.admin().execute("select name from livestock_batches order by name").fetchall()
    assert kept == [("g2",), ("g3",)]


@pytest.mark.parametrize(("set_up", "kept"), [("off", "on"), ("local", "local"), ("on", "on")])
def test_what_is_confirmed_is_on_the_disk_however_the_server_is_set_up(
    central: Any, farm: Any, set_up: str, kept: str
) -> None:
    told = json.dumps({"id": str(BARN.id), "name": "Barn"})
    sent = json.dumps([parcel(a_group(farm))])
    with central.login("owner") as member, member.transaction():
        member.execute(f"set local synchronous_commit = {set_up}")
        member.execute("select sync.push(%s, %s, %s)", (farm, told, sent))
        assert member.execute("show synchronous_commit").fetchone() == (kept,)


def test_while_central_works_something_else_is_done(central: Any, gateway: Any, farm: Any) -> None:
    held = central.admin()
    hold, let_go = (
        f"select pg_advisory_{word}(hashtextextended(%s, 0))" for word in ("lock", "unlock")
    )
    held.execute(hold, [str(BARN.id)])
    done: list[int] = []

    def meanwhile() -> None:
        held.execute(let_go, [str(BARN.id)])
        done.append(1)

    sent = [parcel(a_group(farm, f"g{n}")) for n in range(2000)]
    answers = gateway.push(farm, BARN, [json.dumps(one) for one in sent], meanwhile)
    assert [answer["id"] for answer in answers] == [one["id"] for one in sent]
    assert done == [1]
    gateway.push(farm, BARN, [parcel(a_group(farm))])
    assert done == [1]


def test_an_answer_is_not_taken_for_another_where_what_was_done_meanwhile_failed(
    central: Any, gateway: Any, farm: Any
) -> None:
    def meanwhile() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        gateway.push(farm, BARN, [parcel(a_group(farm))], meanwhile)
    one = parcel(a_group(farm))
    [answer] = gateway.push(farm, BARN, [one])
    assert answer["id"] == one["id"]


def test_a_retry_that_overtakes_the_first_try_waits_for_it(
    central: Any, gateway: Any, farm: Any
) -> None:
    row = a_group(farm)
    push_one(gateway, farm, row)
    sent = [parcel(changing(row["table"], row["id"], 1, name="b"))]
    others = [central.gateway("owner") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda other: other.push(farm, BARN, sent), others))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0]["result"] == "applied"
    assert central.admin().execute("select row_version from livestock_batches").fetchall() == [(2,)]


def test_what_moved_on_is_stale_and_comes_with_the_answer(
    central: Any, gateway: Any, farm: Any
) -> None:
    row, gone = a_group(farm, "a"), a_group(farm, "gone")
    push_one(gateway, farm, row, gone)
    push_one(gateway, farm, changing(row["table"], row["id"], 1, name="theirs"))
    push_one(gateway, farm, deleting(gone["table"], gone["id"], 1))
    for edit in (
        changing(row["table"], row["id"], 1, name="mine"),
        deleting(row["table"], row["id"], 1),
        row,
    ):
        answer = push_one(gateway, farm, edit)
        assert answer["result"] == "stale"
        [stale] = answer["rows"]
        assert (stale["table"], stale["id"]) == (row["table"], row["id"])
        assert (stale["image"]["name"], stale["image"]["row_version"]) == ("theirs", 2)
        assert set(stale["image"]) == set(EVERY_COLUMN["livestock_batches"])
    answer = push_one(gateway, farm, changing(gone["table"], gone["id"], 1, name="mine"))
    assert (answer["result"], answer["rows"][0]["image"]) == ("stale", None)
    assert push_one(gateway, farm, deleting(gone["table"], gone["id"], 1))["result"] == "applied"


def test_every_stale_row_of_a_parcel_is_named_at_once(
    central: Any, gateway: Any, farm: Any
) -> None:
    rows = [a_group(farm, name) for name in "abc"]
    push_one(gateway, farm, *rows)
    push_one(gateway, farm, *[changing(row["table"], row["id"], 1, name="x") for row in rows[:2]])
    answer = push_one(
        gateway, farm, *[changing(row["table"], row["id"], 1, name="y") for row in rows]
    )
    assert {stale["id"] for stale in answer["rows"]} == {row["id"] for row in rows[:2]}
    assert names(central) == ["c", "x", "x"]


def test_a_stale_parcel_may_be_tried_again(central: Any, gateway: Any, farm: Any) -> None:
    row = a_group(farm)
    push_one(gateway, farm, row)
    sent = parcel(changing(row["table"], row["id"], 7, name="b"))
    assert gateway.push(farm, BARN, [sent])[0]["result"] == "stale"
    sent["rows"][0]["version"] = 1
    assert gateway.push(farm, BARN, [sent])[0]["result"] == "applied"


@pytest.mark.parametrize(
    ("values", "code", "column", "constraint"),
    [
        ({"yield_kg": 99_999}, "23514", None, "ck_milk_production_logs_yield_kg_maximum"),
        ({"yield_kg": None}, "23502", "yield_kg", None),
        ({"yield_kg": "lots"}, "22P02", None, None),
        ({"yield_kg": "1.5"}, "22P02", None, None),
        ({"session": "midnight"}, "22P02", None, None),
        ({"milked_on": "2026-02-30"}, "22008", None, None),
        (
            {"animal_id": "0199aaaa-0000-7000-8000-00000000000f"},
            "23503",
            None,
            "fk_milk_production_logs_organization_id_animal_id",
        ),
        ({"novelty": 1}, "42703", None, None),
        ({"row_version": 5}, "42501", None, None),
        ({"updated_by": None}, "42501", None, None),
        ({}, "23505", None, "uq_milk_production_logs_organization_id_animal_id_milke_8c78"),
    ],
)
def test_a_refusal_names_the_row_and_the_reason(
    central: Any, gateway: Any, farm: Any, values: Any, code: str, column: Any, constraint: Any
) -> None:
    species = central.admin().execute("select id from livestock_species limit 1").fetchone()[0]
    cow = adding(
        "livestock", farm, tag_number="1", species_id=species, sex="female", status="active"
    )

    def milking(**more: Any) -> dict[str, Any]:
        given = {
            "animal_id": cow["id"],
            "milked_on": "2026-05-04",
            "session": "morning",
            "yield_kg": 1250,
        }
        return adding("milk_production_logs", farm, **(given | more))

    assert push_one(gateway, farm, cow, milking())["result"] == "applied"
    bad = milking(**values)
    good = [milking(milked_on=f"2026-05-1{n}") for n in range(3)]
    if "novelty" in values or "row_version" in values or "updated_by" in values:
        rows = [bad]
    else:
        rows = [good[0], good[1], bad, good[2]]  # one run, of which one row is bad
    answer = push_one(gateway, farm, *rows)
    assert (answer["result"], answer["code"]) == ("rejected", code), answer
    assert (answer["table"], answer["row_id"]) == ("milk_production_logs", bad["id"])
    assert (answer["column"], answer["constraint"]) == (column, constraint)
    assert answer["message"]
    # Nothing of the parcel is left.
    count = central.admin().execute("select count(*) from milk_production_logs").fetchone()
    assert count == (1,)


def test_a_taken_slot_is_refused_by_name(central: Any, gateway: Any, farm: Any) -> None:
    pets = [new_id(), new_id()]
    room = adding("rooms", farm, name="1", kind="consulting", capacity=1, status="active")
    rows = [room]
    for pet in pets:
        rows.append(
            adding("pets", None, id=pet, name="x", species="Dog", sex="male", registered_by=farm)
        )
        rows.append(adding("clinic_patients", farm, pet_id=pet))
    assert push_one(gateway, farm, *rows)["result"] == "applied"

    def visit(pet: Any, start: int, **more: Any) -> dict[str, Any]:
        return adding(
            "appointments",
            farm,
            pet_id=pet,
            room_id=room["id"],
            **({"status": "scheduled"} | more),
            scheduled_at=start * 60_000_000,
            ends_at=(start + 20) * 60_000_000,
        )

    assert push_one(gateway, farm, visit(pets[0], 0))["result"] == "applied"
    answer = push_one(gateway, farm, visit(pets[1], 10))
    assert (answer["code"], answer["constraint"]) == ("23P01", "ex_appointments_room_id")
    assert push_one(gateway, farm, visit(pets[1], 20))["result"] == "applied"
    assert push_one(gateway, farm, visit(pets[1], 10, status="cancelled"))["result"] == "applied"


def test_a_role_that_may_not_is_refused_and_holds_up_nothing(
    central: Any, gateway: Any, farm: Any
) -> None:
    row = a_group(farm, "a")
    push_one(gateway, farm, row)
    viewer = central.gateway("viewer")
    for edit in (
        a_group(farm, "b"),
        changing(row["table"], row["id"], 1, name="b"),
        deleting(row["table"], row["id"], 1),
    ):
        answer = push_one(viewer, farm, edit)
        assert (answer["result"], answer["code"]) == ("rejected", "42501"), answer
        assert answer["row_id"] == edit["id"]
    assert names(central) == ["a"]


def test_one_bad_parcel_stops_no_other(central: Any, gateway: Any, farm: Any) -> None:
    sent = [
        parcel(a_group(farm, "a")),
        parcel(a_group(farm, "b"), a_group(farm, "bad", purpose="nonsense")),
        parcel(a_group(farm, "c")),
    ]
    answers = gateway.push(farm, BARN, sent)
    assert [answer["result"] for answer in answers] == ["applied", "rejected", "applied"]
    assert [answer["id"] for answer in answers] == [item["id"] for item in sent]
    assert names(central) == ["a", "c"]
    # A refused parcel is not remembered: mended, it goes.
    sent[1]["rows"][1]["values"]["purpose"] = "beef"
    assert gateway.push(farm, BARN, [sent[1]])[0]["result"] == "applied"


def test_rows_may_point_to_rows_before_them_in_the_parcel(
    central: Any, gateway: Any, farm: Any
) -> None:
    species = central.admin().execute("select id from livestock_species limit 1").fetchone()[0]
    group = a_group(farm)
    dam = adding(
        "livestock",
        farm,
        tag_number="1",
        species_id=species,
        sex="female",
        status="active",
        batch_id=group["id"],
        dam_id=None,
    )
    calf = adding(
        "livestock",
        farm,
        tag_number="2",
        species_id=species,
        sex="female",
        status="active",
        batch_id=group["id"],
        dam_id=dam["id"],
    )
    assert push_one(gateway, farm, group, dam, calf)["result"] == "applied"


def test_sensitive_changes_are_in_the_audit_trail(central: Any, gateway: Any, farm: Any) -> None:
    species = central.admin().execute("select id from livestock_species limit 1").fetchone()[0]
    cow = adding(
        "livestock", farm, tag_number="1", species_id=species, sex="female", status="active"
    )
    push_one(gateway, farm, cow)
    push_one(gateway, farm, changing("livestock", cow["id"], 1, name="Berta"))
    trail = (
        central.login("owner")
        .execute(
            "select action, actor_id is not null, device, details -> 'before' ->> 'name',"
            " details -> 'after' ->> 'name' from audit_logs where entity_type = 'livestock'"
            " order by created_at"
        )
        .fetchall()
    )
    assert trail == [("INSERT", True, "Barn", None, None), ("UPDATE", True, "Barn", None, "Berta")]


def test_a_thousand_rows_go_in_one_statement(central: Any, gateway: Any, farm: Any) -> None:
    rows = [a_group(farm, f"g{number}") for number in range(1000)]
    answer = push_one(gateway, farm, *rows)
    assert len(answer["versions"]) == 1000
    logged = central.admin().execute(
        "select count(distinct made_at), count(*) from sync.changes"
        " where table_name = 'livestock_batches'"
    )
    assert logged.fetchone() == (1, 1000)


def statements_on(central: Any, table: str) -> Any:
    """Count, from now on, the statements that change a table."""
    admin = central.admin()
    admin.execute(
        "create table statements (one int);"
        "grant insert on statements to authenticated;"
        "create function counted() returns trigger language plpgsql as"
        " $$ begin insert into public.statements values (1); return null; end $$"
    )
    admin.execute(
        f"create trigger counted after insert or update or delete on {table}"
        " for each statement execute function counted()"
    )
    return lambda: admin.execute("select count(*) from statements").fetchone()[0]


def test_edits_of_one_kind_go_in_one_statement(central: Any, gateway: Any, farm: Any) -> None:
    rows = [a_group(farm, f"g{number}") for number in range(200)]
    push_one(gateway, farm, *rows)
    count = statements_on(central, "livestock_batches")
    sent = [
        parcel(changing(row["table"], row["id"], 1, name=f"n{number}", notes=None))
        for number, row in enumerate(rows)
    ]
    answers = gateway.push(farm, BARN, sent)
    assert count() == 1
    assert [answer["id"] for answer in answers] == [one["id"] for one in sent]
    assert [answer["versions"] for answer in answers] == [
        {f"livestock_batches/{row['id']}": 2} for row in rows
    ]
    assert sorted(names(central)) == sorted(f"n{number}" for number in range(200))
    assert gateway.push(farm, BARN, sent) == answers
    assert count() == 1


@pytest.mark.parametrize("bad", [0, 17, 99])
def test_among_many_edits_only_the_bad_ones_fail(
    central: Any, gateway: Any, farm: Any, bad: int
) -> None:
    rows = [a_group(farm, f"g{number}") for number in range(100)]
    push_one(gateway, farm, *rows)
    push_one(gateway, farm, changing(rows[bad]["table"], rows[bad]["id"], 1, name="theirs"))
    edits = [changing(row["table"], row["id"], 1, name="mine") for row in rows]
    edits[50]["values"]["name"] = None
    answers = gateway.push(farm, BARN, [parcel(edit) for edit in edits])
    for number, answer in enumerate(answers):
        wanted = {bad: "stale", 50: "rejected"}.get(number, "applied")
        assert answer["result"] == wanted, (number, answer)
    assert answers[bad]["rows"][0]["image"]["name"] == "theirs"
    assert (answers[50]["code"], answers[50]["column"]) == ("23502", "name")
    assert answers[50]["row_id"] == rows[50]["id"]
    assert sorted(set(names(central))) == ["g50", "mine", "theirs"]


def test_parcels_of_the_same_shape_go_together_and_in_their_order(
    central: Any, gateway: Any, farm: Any
) -> None:
    """Each moves an animal and drops the group it leaves: the group cannot go first."""
    species = central.admin().execute("select id from livestock_species limit 1").fetchone()[0]
    stay, *groups = [a_group(farm, f"g{number}") for number in range(11)]
    cows = [
        adding(
            "livestock",
            farm,
            tag_number=f"{number}",
            species_id=species,
            sex="female",
            status="active",
            batch_id=group["id"],
        )
        for number, group in enumerate(groups)
    ]
    push_one(gateway, farm, stay, *groups, *cows)
    count = statements_on(central, "livestock_batches")
    answers = gateway.push(
        farm,
        BARN,
        [
            parcel(
                changing("livestock", cow["id"], 1, batch_id=stay["id"]),
                deleting("livestock_batches", group["id"], 1),
            )
            for cow, group in zip(cows, groups, strict=True)
        ],
    )
    assert {answer["result"] for answer in answers} == {"applied"}
    assert (names(central), count()) == (["g0"], 1)


def test_one_row_edited_in_two_parcels_of_a_call(central: Any, gateway: Any, farm: Any) -> None:
    row = a_group(farm)
    push_one(gateway, farm, row)
    edits = [changing(row["table"], row["id"], version, name=f"v{version}") for version in (1, 2)]
    answers = gateway.push(farm, BARN, [parcel(edit) for edit in edits])
    assert [answer["result"] for answer in answers] == ["applied", "applied"]
    assert names(central) == ["v2"]
    again = [changing(row["table"], row["id"], 3, name=name) for name in "xy"]
    answers = gateway.push(farm, BARN, [parcel(edit) for edit in again])
    assert [answer["result"] for answer in answers] == ["applied", "stale"]
    assert names(central) == ["x"]


@pytest.mark.parametrize("others", [0, 1])
def test_a_parcel_that_comes_twice_in_a_call_is_applied_once(
    central: Any, gateway: Any, farm: Any, others: int
) -> None:
    one = parcel(a_group(farm, "a"))
    empty = {"id": str(new_id()), "rows": []}
    more = [parcel(a_group(farm, f"b{number}")) for number in range(others)]
    answers = gateway.push(farm, BARN, [one, one, *more, empty, empty])
    assert {answer["result"] for answer in answers} == {"applied"}
    assert answers[0] == answers[1]
    assert names(central) == ["a", *["b0"][:others]]


def test_many_edits_by_whom_a_policy_hides_rows_from_are_refused_one_by_one(
    central: Any, gateway: Any, farm: Any
) -> None:
    rows = [a_group(farm, f"g{number}") for number in range(30)]
    push_one(gateway, farm, *rows)
    edits = [changing(row["table"], row["id"], 1, name="x") for row in rows]
    answers = central.gateway("viewer").push(farm, BARN, [parcel(edit) for edit in edits])
    assert {(answer["result"], answer["code"]) for answer in answers} == {("rejected", "42501")}
    assert [answer["row_id"] for answer in answers] == [row["id"] for row in rows]


def test_rows_of_another_organization_are_refused_among_many(
    central: Any, gateway: Any, farm: Any
) -> None:
    other = central.add_organization("Other", "veterinary_clinic")
    central.add_user(central.email("owner"), other, "owner")
    sent = [parcel(a_group(farm, "a")), parcel(a_group(other, "b")), parcel(a_group(farm, "c"))]
    answers = gateway.push(farm, BARN, sent)
    assert [answer.get("code") for answer in answers] == [None, "42501", None]
    assert names(central) == ["a", "c"]
