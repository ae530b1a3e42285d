"""Pull by snapshot difference: nothing is missed, nothing comes twice, what left sight is said."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import psycopg
import pytest

from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.records.types import new_id
from tests.central.central_rows import (
    BARN,
    EVERY_COLUMN,
    a_group,
    adding,
    changing,
    deleting,
    insert,
    parcel,
)

GROUPS = {"livestock_batches": ["id", "name", "row_version"]}


class Puller:
    """A PC's view of central: a cursor, and what came since."""

    def __init__(self, gateway: Any, organization_id: Any, tables: Any = None) -> None:
        self.gateway, self.organization_id = gateway, organization_id
        self.tables = tables or GROUPS
        self.cursor: Any = None
        with gateway.snapshot() as snapshot:
            answer = snapshot.pull(organization_id, None, self.tables, None)
        assert answer["baseline"]
        self.cursor = answer["cursor"]

    def pull(self, limit: int = 2000) -> list[dict[str, Any]]:
        changes, page, cursor = [], None, None
        while True:
            with self.gateway.snapshot() as snapshot:
                answer = snapshot.pull(self.organization_id, self.cursor, self.tables, page, limit)
            assert not answer["baseline"]
            changes += answer["changes"]
            cursor = cursor or answer["cursor"]
            page = answer["page"]
            if page is None:
                self.cursor = cursor
                return changes

    def names(self) -> list[str]:
        return sorted(change["image"]["name"] for change in self.pull())


@pytest.fixture
def farm(central: Any) -> Any:
    farm = central.add_organization("Farm")
    central.add_user("anna", farm, "owner")
    return farm


@pytest.fixture
def puller(central: Any, farm: Any) -> Puller:
    return Puller(central.gateway("anna"), farm)


def group(connection: Any, farm: Any, name: str) -> Any:
    row_id = new_id()
    values = {"id": row_id, "organization_id": farm, "name": name}
    insert(connection, "livestock_batches", values | {"purpose": "dairy", "status": "active"})
    return row_id


def test_a_transaction_held_open_across_pulls_is_not_lost(
    central: Any, farm: Any, puller: Puller
) -> None:
    late, early = central.login("anna"), central.login("anna")
    late.execute("begin")
    group(late, farm, "late")
    group(early, farm, "early 1")
    assert puller.names() == ["early 1"]
    group(early, farm, "early 2")
    assert puller.names() == ["early 2"]
    assert puller.names() == []
    late.execute("commit")
    assert puller.names() == ["late"]
    assert puller.names() == []


def test_a_transaction_that_began_before_the_cursor_and_another_that_rolled_back(
    central: Any, farm: Any
) -> None:
    one, other = central.login("anna"), central.login("anna")
    for login in (one, other):
        login.execute("begin")
        group(login, farm, "open")
    puller = Puller(central.gateway("anna"), farm)
    other.execute("rollback")
    assert puller.names() == []
    one.execute("commit")
    assert puller.names() == ["open"]


def test_many_writers_that_commit_out_of_order(central: Any, farm: Any, puller: Puller) -> None:
    writers = [central.login("anna") for _ in range(6)]
    for number, writer in enumerate(writers):
        writer.execute("begin")
        group(writer, farm, f"w{number}")
    seen: list[str] = []
    for number in (3, 0, 5, 1, 4, 2):
        writers[number].execute("commit")
        seen += puller.names()
        assert seen[-1] == f"w{number}"
    assert sorted(seen) == [f"w{number}" for number in range(6)]


def test_pages_are_of_one_moment_and_miss_nothing(central: Any, farm: Any, puller: Puller) -> None:
    login = central.login("anna")
    for number in range(25):
        group(login, farm, f"g{number:02d}")
    first = puller.pull(limit=7)
    names = [change["image"]["name"] for change in first]
    assert sorted(names) == [f"g{number:02d}" for number in range(25)]
    assert len(names) == len(set(names))
    # A row that changes between the pages comes with the next pull at the latest.
    ids = [group(login, farm, f"h{number}") for number in range(3)]
    with puller.gateway.snapshot() as snapshot:
        page = snapshot.pull(farm, puller.cursor, GROUPS, None, 2)
    login.execute("update livestock_batches set name = 'changed' where id = %s", (ids[0],))
    with puller.gateway.snapshot() as snapshot:
        rest = snapshot.pull(farm, puller.cursor, GROUPS, page["page"], 2)
    assert [change["id"] for change in page["changes"] + rest["changes"]] == [
        str(i) for i in sorted(ids)
    ]
    puller.cursor = page["cursor"]
    assert puller.names() == ["changed"]


def test_the_last_thing_that_happened_wins(central: Any, farm: Any, puller: Puller) -> None:
    login = central.login("anna")
    kept, gone = group(login, farm, "a"), group(login, farm, "b")
    login.execute("update livestock_batches set name = 'c' where id = %s", (kept,))
    login.execute("delete from livestock_batches where id = %s", (gone,))
    changes = {change["id"]: change for change in puller.pull()}
    assert changes[str(kept)]["kind"] == "upsert"
    assert changes[str(kept)]["image"] == {"id": str(kept), "name": "c", "row_version": 2}
    assert (changes[str(gone)]["kind"], changes[str(gone)]["image"]) == ("delete", None)


def test_unknown_tables_and_columns_are_left_out(central: Any, farm: Any) -> None:
    tables = {"livestock_batches": ["id", "novelty"], "robots": ["id"]}
    puller = Puller(central.gateway("anna"), farm, tables)
    row_id = group(central.login("anna"), farm, "a")
    assert [change["image"] for change in puller.pull()] == [{"id": str(row_id)}]


def test_a_row_moved_to_another_organization_leaves_one_and_enters_the_other(
    central: Any, farm: Any, puller: Puller
) -> None:
    other = central.add_organization("Other")
    central.add_user("bob", other, "viewer")
    there = Puller(central.gateway("bob"), other)
    row_id = group(central.login("anna"), farm, "a")
    puller.pull()
    central.admin().execute(
        "update livestock_batches set organization_id = %s where id = %s", (other, row_id)
    )
    assert [(change["kind"], change["image"]) for change in puller.pull()] == [("leave", None)]
    assert there.names() == ["a"]


def test_a_pet_enters_and_leaves_with_its_link(central: Any) -> None:
    one, two = (central.add_organization(name, "veterinary_clinic") for name in "AB")
    central.add_user("anna", one, "owner")
    central.add_user("bob", two, "owner")
    tables = {"pets": ["id", "name"]}
    here = Puller(central.gateway("anna"), one, tables)
    there = Puller(central.gateway("bob"), two, tables)
    pet, link = new_id(), new_id()
    admin = central.admin()
    rex = adding("pets", None, id=pet, name="Rex", species="Dog", sex="male", registered_by=one)
    tie = adding("clinic_patients", one, pet_id=pet)
    [answer] = central.gateway("anna").push(one, BARN, [parcel(rex, tie)])
    assert answer["result"] == "applied"

    def news(puller: Puller) -> list[tuple[str, bool]]:
        return [(change["kind"], change["image"] is not None) for change in puller.pull()]

    assert (news(here), news(there)) == ([("enter", True)], [])
    insert(admin, "clinic_patients", {"id": link, "organization_id": two, "pet_id": pet})
    assert (news(here), news(there)) == ([], [("enter", True)])
    admin.execute("update pets set name = 'Max' where id = %s", (pet,))
    assert (news(here), news(there)) == ([("upsert", True)], [("upsert", True)])
    admin.execute("update clinic_patients set ended_on = '2026-05-01' where id = %s", (link,))
    assert (news(here), news(there)) == ([], [("leave", False)])
    admin.execute("update pets set name = 'Rex' where id = %s", (pet,))
    assert (news(here), news(there)) == ([("upsert", True)], [])
    admin.execute("update clinic_patients set ended_on = null where id = %s", (link,))
    assert (news(here), news(there)) == ([], [("enter", True)])
    admin.execute("delete from clinic_patients where id = %s", (link,))
    assert (news(here), news(there)) == ([], [("leave", False)])
    admin.execute("delete from pets where id = %s", (pet,))
    assert (news(here), news(there)) == ([("delete", False)], [])


def test_people_come_and_go_with_their_membership(central: Any, farm: Any) -> None:
    puller = Puller(central.gateway("anna"), farm, {"profiles": ["id", "email"]})
    bob = central.add_user("bob", farm, "staff")
    assert [(c["kind"], c["id"]) for c in puller.pull()] == [("enter", str(bob))]
    central.admin().execute(
        "update organization_users set status = 'inactive' where user_id = %s", (bob,)
    )
    assert [(c["kind"], c["image"]) for c in puller.pull()] == [("leave", None)]


def test_reference_data_reaches_everybody(central: Any, farm: Any) -> None:
    puller = Puller(central.gateway("anna"), farm, {"livestock_species": ["id", "name"]})
    central.admin().execute("update livestock_species set name = 'Cows' where code = 'cattle'")
    assert puller.names() == ["Cows"]


def test_a_copy_of_central_has_another_life(central: Any, farm: Any, puller: Puller) -> None:
    """A dump that was put back lives on from an older moment, whoever forgot to say so."""
    puller.gateway.close()
    name = f"{central.name}_restored"
    admin_url, member_url = (
        url.replace(central.name, name) for url in (central.admin_url, central.member_url)
    )
    for kept in list(central._open):
        kept.close()
    maintenance = psycopg.connect(
        central.admin_url.replace(central.name, "postgres"), autocommit=True
    )
    with maintenance:
        maintenance.execute(f"create database {name} template {central.name}")
        try:
            with psycopg.connect(admin_url) as other:
                other.execute(f"grant connect on database {name} to authenticated")
            restored = PostgresGateway(member_url, central.email("anna"), "correct horse")
            before = central.gateway("anna").hello(farm, BARN).epoch
            assert restored.hello(farm, BARN).epoch != before
            with restored.snapshot() as snapshot:
                assert snapshot.pull(farm, puller.cursor, GROUPS, None)["baseline"]
            restored.close()
        finally:
            maintenance.execute(f"drop database {name} with (force)")


@pytest.mark.parametrize("table", ["livestock_batches", "clinic_patients", "companion_species"])
def test_a_table_is_not_emptied_behind_the_back_of_the_log(central: Any, table: str) -> None:
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="delete its rows"):
        central.admin().execute(f"truncate {table} cascade")


def test_rows_that_are_copied_in_are_logged(central: Any, farm: Any, puller: Puller) -> None:
    with central.admin().cursor() as cursor:
        into = "copy livestock_batches (id, organization_id, name, purpose, status) from stdin"
        with cursor.copy(into) as copy:
            for name in ("a", "b"):
                copy.write_row((new_id(), farm, name, "dairy", "active"))
    assert puller.names() == ["a", "b"]


def test_one_statement_logs_a_thousand_rows_once_each(
    central: Any, farm: Any, puller: Puller
) -> None:
    admin = central.admin()
    admin.execute(
        "insert into livestock_batches (id, organization_id, name, purpose, status)"
        " select gen_random_uuid(), %s, 'x', 'dairy', 'active' from generate_series(1, 1000)",
        (farm,),
    )
    logged = admin.execute(
        "select count(*), count(distinct row_id), count(distinct xid) from sync.changes"
        " where table_name = 'livestock_batches'"
    )
    assert logged.fetchone() == (1000, 1000, 1)
    assert len(puller.pull()) == 1000


def test_what_was_pruned_calls_for_a_baseline(central: Any, farm: Any, puller: Puller) -> None:
    group(central.login("anna"), farm, "a")
    fresh = Puller(puller.gateway, farm)
    admin = central.admin()
    assert admin.execute("select sync.prune('1 day')").fetchone() == (0,)
    assert admin.execute("select sync.prune('0 s')").fetchone()[0] > 0
    with puller.gateway.snapshot() as snapshot:
        assert snapshot.pull(farm, puller.cursor, GROUPS, None)["baseline"]
    assert fresh.pull() == []


def test_a_cursor_from_the_future_calls_for_a_baseline(farm: Any, puller: Puller) -> None:
    cursor = puller.cursor | {"snapshot": "99999999:99999999:"}
    with puller.gateway.snapshot() as snapshot:
        assert snapshot.pull(farm, cursor, GROUPS, None)["baseline"]


def test_copy_digest_keys_and_images_tell_the_same_rows(central: Any, tenants: Any) -> None:
    gateway = central.gateway("owner")
    gateway.push(
        tenants.farm, BARN, [parcel(*[a_group(tenants.farm, f"g\t{n}\\N\n") for n in range(50)])]
    )
    with gateway.snapshot() as snapshot:
        wanted = {table: [*columns, "novelty"] for table, columns in EVERY_COLUMN.items()}
        together = snapshot.whole(tenants.farm, wanted)
        assert list(together) == list(wanted)
        for table, columns in wanted.items():
            rows = [row for batch in snapshot.copy(tenants.farm, table, columns) for row in batch]
            assert [row[0] for row in rows] == sorted(str(row[0]) for row in rows)
            assert len(rows) == snapshot.count(tenants.farm, table) > 0, table
            assert together[table] == rows
            assert snapshot.digest(tenants.farm, table, columns) == [digest(rows)]
            half = UUID(str(rows[len(rows) // 2][0]))
            rest = rows[len(rows) // 2 + 1 :]
            assert snapshot.digest(tenants.farm, table, columns, half) == [digest(rest)]
            for bounds, some in (
                ((None, half), rows[: len(rows) // 2 + 1]),
                ((half, None), rest),
                ((None, None), rows),
            ):
                assert snapshot.keys(tenants.farm, table, columns, bounds) == {
                    row[0]: digest([row])["hash"] for row in some
                }
            images = snapshot.images(tenants.farm, table, columns, [row[0] for row in rows])
            assert [
                tuple(None if image.get(c) is None else str(image[c]) for c in columns)
                for image in images
            ] == rows, table
            half = rows[len(rows) // 2][0]
            rest = [r for b in snapshot.copy(tenants.farm, table, columns, half) for r in b]
            assert rest == rows[len(rows) // 2 + 1 :]


def test_the_mirror_of_one_organization_holds_no_row_of_ones_other(
    central: Any, tenants: Any
) -> None:
    central.add_user("owner", tenants.clinic, "viewer")
    with central.gateway("owner").snapshot() as snapshot:
        for table in ("livestock", "pets", "organizations", "appointments", "clinic_patients"):
            rows = snapshot.images(
                tenants.farm,
                table,
                ["id"],
                [tenants.farm_rows[table], tenants.clinic_rows[table]],
            )
            assert rows == [{"id": str(tenants.farm_rows[table])}]


def digest(rows: list[tuple[str | None, ...]]) -> dict[str, Any]:
    """Return what central says of a last chunk, worked out here from the contract."""
    texts = [chr(31).join("\\N" if value is None else value for value in row) for row in rows]
    text = chr(30).join(texts)
    hashed = hashlib.md5(text.encode()).hexdigest() if rows else None
    return {"last": None, "rows": len(rows), "hash": hashed}


@pytest.mark.parametrize("many", [52, 95, 96])
@pytest.mark.parametrize("table", ["livestock_batches", "notifications"])
def test_a_digest_comes_in_chunks_each_of_which_goes_on_where_one_ended(
    central: Any, farm: Any, table: str, many: int
) -> None:
    """Whether an index has the rows in their order or not."""
    added = {
        "livestock_batches": "insert into livestock_batches"
        " (organization_id, name, purpose, status)"
        " select %s, 'g' || n, 'dairy', 'active' from generate_series(1, %s) n",
        "notifications": "insert into notifications (user_id, kind, title)"
        " select m.user_id, 'system', 'g' || n from organization_users m, generate_series(1, %s) n"
        " where m.organization_id = %s",
    }[table]
    told = (farm, many) if table == "livestock_batches" else (many, farm)
    central.admin().execute(added, told)
    login, columns = central.login("anna"), ["id", "row_version"]
    with central.gateway("anna").snapshot() as snapshot:
        rows = [row for batch in snapshot.copy(farm, table, columns) for row in batch]
    assert len(rows) == many
    query = "select sync.digest(%s, %s, %s, %s, null, 3)"
    after, seen, calls = None, [], 0
    while calls == 0 or after is not None:
        [chunks] = login.execute(query, (farm, table, columns, after)).fetchone()
        assert len(chunks) <= 16
        for chunk in chunks:
            first = sum(one["rows"] for one in seen)
            some = rows[first : first + 3]
            last = some[-1][0] if len(some) == 3 else None
            assert chunk == digest(some) | {"last": last}
            seen.append(chunk)
        after, calls = seen[-1]["last"], calls + 1
    assert sum(one["rows"] for one in seen) == many
    assert calls == many // 48 + 1


def test_edits_made_and_unmade_through_push_are_pulled(
    central: Any, farm: Any, puller: Puller
) -> None:
    gateway = central.gateway("anna")
    row = a_group(farm, "a")
    gateway.push(farm, BARN, [parcel(row), parcel(changing(row["table"], row["id"], 1, name="b"))])
    assert puller.names() == ["b"]
    gateway.push(farm, BARN, [parcel(deleting(row["table"], row["id"], 2))])
    assert [change["kind"] for change in puller.pull()] == ["delete"]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("flocks", "hatched_on", "-infinity"),
        ("flocks", "hatched_on", "0044-03-15 BC"),
        ("rooms", "notes", "infinity"),
        ("appointments", "arrived_at", "-infinity"),
        ("appointments", "ends_at", "infinity"),
        ("appointments", "ends_at", "20000-01-01"),
    ],
)
def test_a_value_that_no_pc_can_hold_freezes_none(
    central: Any, tenants: Any, table: str, column: str, value: str
) -> None:
    """A colleague with psql can write what no form would; it reads as empty."""
    columns = EVERY_COLUMN[table]
    puller = Puller(central.gateway("owner"), tenants.farm, {table: columns})
    central.login("owner").execute(f"update {table} set {column} = %s", (value,))
    [change] = puller.pull()
    assert change["image"][column] == (value if column == "notes" else None)
    with puller.gateway.snapshot() as snapshot:
        rows = [row for batch in snapshot.copy(tenants.farm, table, columns) for row in batch]
        assert snapshot.digest(tenants.farm, table, columns) == [digest(rows)]
