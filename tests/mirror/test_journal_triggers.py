"""No write to a mirrored row escapes the journal, and what comes from central stays out of it."""

from __future__ import annotations

import json
from contextlib import closing
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlcipher3 import dbapi2

from fluffydesk.mirror.engine import connect
from fluffydesk.mirror.images import read_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.schema import NO_UNIT
from fluffydesk.records.catalog import MIRRORED
from fluffydesk.records.livestock import Livestock
from tests.mirrors import COW, KEY, ORGANIZATION, USER


def rows(mirror: Mirror, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with mirror.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(sql, values)]


def pending(mirror: Mirror) -> dict[str, Any]:
    found = rows(mirror, "SELECT row_id, base, base_version FROM pending_rows")
    return {id: (base and json.loads(base), version) for id, base, version in found}


def add(mirror: Mirror, tag: str = "1") -> UUID:
    with mirror.unit("Add an animal") as unit:
        return unit.insert(Livestock, {"tag_number": tag, "species_id": COW})


def synced(mirror: Mirror, tag: str = "1") -> UUID:
    """Return an animal that central has, in version 7."""
    id = add(mirror, tag)
    with mirror.apply() as connection:
        connection.exec_driver_sql("UPDATE livestock SET row_version = 7 WHERE id = ?", (str(id),))
        connection.exec_driver_sql("DELETE FROM edits")
    return id


def test_an_insert_has_no_base(mirror: Mirror) -> None:
    id = add(mirror)
    assert pending(mirror) == {str(id): (None, None)}


def test_an_update_keeps_the_whole_row_as_base(mirror: Mirror) -> None:
    id = synced(mirror)
    with mirror.read() as connection:
        before = read_image(connection, Livestock, id)
    with mirror.unit("Name it") as unit:
        unit.update(Livestock, id, {"name": "Bella"})
    assert pending(mirror) == {str(id): (before, 7)}


def test_a_second_touch_keeps_the_first_base_and_counts_both_units(mirror: Mirror) -> None:
    id = synced(mirror)
    for name in ("Bella", "Berta"):
        with mirror.unit("Name it") as unit:
            unit.update(Livestock, id, {"name": name})
    base, version = pending(mirror)[str(id)]
    assert (base["name"], version) == (None, 7)
    assert len(rows(mirror, "SELECT unit_id FROM unit_rows WHERE row_id = ?", str(id))) == 2


def test_a_delete_keeps_the_row_as_base(mirror: Mirror) -> None:
    id = synced(mirror)
    with mirror.unit("Delete it") as unit:
        unit.delete(Livestock, id)
    base, version = pending(mirror)[str(id)]
    assert (base["tag_number"], version) == ("1", 7)
    assert rows(mirror, "SELECT * FROM livestock") == []


def test_a_row_added_and_deleted_before_it_was_sent_is_forgotten(mirror: Mirror) -> None:
    id = add(mirror)
    with mirror.unit("Delete it") as unit:
        unit.delete(Livestock, id)
    assert pending(mirror) == {}
    assert len(rows(mirror, "SELECT * FROM unit_rows")) == 2  # for the sync to settle


def test_a_row_on_its_way_to_central_is_not_forgotten(mirror: Mirror) -> None:
    id = add(mirror)
    with mirror.apply() as connection:
        sent = json.dumps([{"table": "livestock", "id": str(id)}])
        connection.exec_driver_sql("INSERT INTO outbox (parcel_id, rows) VALUES ('p', ?)", (sent,))
    with mirror.unit("Delete it") as unit:
        unit.delete(Livestock, id)
    assert pending(mirror) == {str(id): (None, None)}


def test_a_row_deleted_and_put_back_keeps_its_base(mirror: Mirror) -> None:
    id = synced(mirror)
    with mirror.unit("Delete it") as unit:
        unit.delete(Livestock, id)
    with mirror.unit("Undo") as unit:
        unit.insert(Livestock, {"tag_number": "1", "species_id": COW}, id)
    base, version = pending(mirror)[str(id)]
    assert (base["tag_number"], version) == ("1", 7)


def test_an_update_that_changes_nothing_leaves_no_trace(mirror: Mirror) -> None:
    id = synced(mirror)
    made = mirror.recall("units_made")
    with mirror.unit("Save without typing") as unit:
        unit.update(Livestock, id, {"tag_number": "1"})
    assert not unit.changes
    assert pending(mirror) == {}
    assert mirror.recall("units_made") == made
    assert rows(mirror, "SELECT * FROM units WHERE id = ?", str(unit.id)) == []


def test_plain_sql_within_a_unit_is_journalled(mirror: Mirror) -> None:
    first, second = synced(mirror, "1"), synced(mirror, "2")
    with mirror.unit("By hand") as unit:
        unit.connection.exec_driver_sql("UPDATE livestock SET notes = 'x'")
    assert pending(mirror).keys() == {str(first), str(second)}
    assert unit.changes == {"livestock": {first, second}}


def test_replacing_a_row_is_journalled_with_what_it_was(mirror: Mirror) -> None:
    id = synced(mirror)
    with mirror.unit("By hand") as unit:
        unit.connection.exec_driver_sql(
            "INSERT OR REPLACE INTO livestock (id, tag_number) VALUES (?, '99')", (str(id),)
        )
    base, version = pending(mirror)[str(id)]
    assert (base["tag_number"], version) == ("1", 7)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO livestock (id, tag_number) VALUES ('x', '1')",
        "UPDATE livestock SET name = 'x'",
        "DELETE FROM livestock",
    ],
)
def test_a_write_outside_a_unit_is_refused(mirror: Mirror, sql: str) -> None:
    synced(mirror)
    with mirror.apply() as connection:
        mirror.hand.writer = None
        with pytest.raises(IntegrityError, match=NO_UNIT):
            connection.exec_driver_sql(sql)
    assert len(rows(mirror, "SELECT * FROM livestock WHERE name IS NULL")) == 1


def test_another_connection_writes_nothing_past_the_journal(mirror: Mirror) -> None:
    synced(mirror)
    driver = connect(mirror.path, KEY)
    with closing(driver), pytest.raises(dbapi2.IntegrityError, match=NO_UNIT):
        driver.execute("UPDATE livestock SET name = 'x'")
    with closing(dbapi2.connect(str(mirror.path))) as tool:
        tool.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
        with pytest.raises(dbapi2.OperationalError, match="no such function"):
            tool.execute("UPDATE livestock SET name = 'x'")


def test_a_save_that_fails_leaves_nobody_writing(mirror: Mirror) -> None:
    id = synced(mirror)
    for way in (mirror.unit("Name it"), mirror.apply()):
        with pytest.raises(KeyError), way:
            raise KeyError("taken back")
        with pytest.raises(dbapi2.IntegrityError, match=NO_UNIT):
            mirror._driver.execute("UPDATE livestock SET name = 'x' WHERE id = ?", (str(id),))


def test_the_key_of_a_row_never_changes(mirror: Mirror) -> None:
    id = synced(mirror)
    with pytest.raises(IntegrityError, match="never changes"), mirror.unit("By hand") as unit:
        unit.connection.exec_driver_sql("UPDATE livestock SET id = 'other'")
    assert rows(mirror, "SELECT id FROM livestock") == [(str(id),)]


def test_what_central_sends_is_not_journalled(mirror: Mirror) -> None:
    id = synced(mirror)
    with mirror.apply() as connection:
        write_images(connection, Livestock, [{"id": str(id), "name": "Bella", "row_version": 8}])
        write_images(connection, Livestock, [{"id": "new", "dam_id": "nobody we may see"}])
        connection.exec_driver_sql("DELETE FROM livestock WHERE id = 'new'")
    assert pending(mirror) == {}
    assert rows(mirror, "SELECT name, tag_number FROM livestock") == [("Bella", "1")]


def test_every_mirrored_table_is_journalled(mirror: Mirror) -> None:
    for record in MIRRORED:
        name = record.__table__.name
        with mirror.unit(f"Touch {name}") as unit:
            unit.connection.exec_driver_sql(
                f"INSERT INTO {name} (id, row_version) VALUES (?, 1)", (str(unit.id),)
            )
            unit.connection.exec_driver_sql(
                f"UPDATE {name} SET row_version = 2 WHERE id = ?", (str(unit.id),)
            )
        assert unit.changes == {name: {unit.id}}
        with mirror.unit("Take it back") as back:
            back.connection.exec_driver_sql(f"DELETE FROM {name} WHERE id = ?", (str(unit.id),))
        assert back.changes == {name: {unit.id}}
    assert pending(mirror) == {}


def test_a_unit_says_who_where_and_when(mirror: Mirror) -> None:
    add(mirror)
    found = rows(mirror, "SELECT title, user_id, user_name, device, outcome, made_at FROM units")
    since = rows(mirror, "SELECT since FROM pending_rows")
    assert found == [("Add an animal", str(USER), "Anna Adams", "barn-pc", "waiting", since[0][0])]
    assert rows(mirror, "SELECT organization_id FROM livestock") == [(str(ORGANIZATION),)]
