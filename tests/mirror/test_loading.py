"""Rows in bulk: as they came, never unjournalled, and no index is missing for long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from fluffydesk.errors import Busy
from fluffydesk.mirror import loading, trouble
from fluffydesk.mirror.images import TextRow, column_names
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import new_id
from tests.mirrors import COW, KEY

TABLE = "livestock"
COLUMNS = column_names(Livestock)


@pytest.fixture
def bare(mirror: Mirror) -> Mirror:
    """A mirror whose animals have lost their indexes to a load that is under way."""
    with mirror.apply() as connection:
        mirror.state.put(connection, loading.BARE, TABLE)
        loading.strip(connection, TABLE)
    assert not indexes(mirror)
    return mirror


def row(**values: str | None) -> TextRow:
    """Return an animal as central's COPY gives it."""
    given = {"id": str(new_id()), "tag_number": "1", "species_id": str(COW), "row_version": "7"}
    return tuple((given | values).get(name) for name in COLUMNS)


def indexes(mirror: Mirror) -> set[str]:
    with mirror.read() as connection:
        return set(schema(connection, "index"))


def schema(connection: Connection, kind: str) -> Iterator[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = ? AND tbl_name = ? AND sql IS NOT NULL"
    yield from connection.exec_driver_sql(sql, (kind, TABLE)).scalars()


def test_rows_are_kept_as_their_columns_are(mirror: Mirror) -> None:
    plain, over = row(name="17", birth_date="2024-05-01"), row(name="17", birth_date="2024-05-01")
    with mirror.apply() as connection:
        loading.insert(connection, TABLE, COLUMNS, [plain])
        loading.overwrite(connection, TABLE, COLUMNS, [over])
        found = connection.exec_driver_sql(
            "SELECT id, typeof(name), name, typeof(row_version), row_version, birth_date "
            "FROM livestock WHERE name = '17' ORDER BY id"
        ).fetchall()
    want = ("text", "17", "integer", 7, "2024-05-01")
    assert sorted(map(tuple, found)) == sorted([(plain[0], *want), (over[0], *want)])


def test_what_is_empty_stays_empty(mirror: Mirror) -> None:
    """Neither an empty text nor a zero is taken for nothing, and nothing not for either."""
    given = [
        row(name=name, weight_kg=weight, colour=None)
        for name, weight in [("", "0"), (None, None), ("\\N", "12"), (None, "7"), ("Bella", None)]
    ]
    over = [row(id=one[0], name="Berta", weight_kg="1", colour="red") for one in given]
    shown = ", ".join(COLUMNS)
    with mirror.apply() as connection:
        loading.insert(connection, TABLE, COLUMNS, given)
        sql = f"SELECT {shown} FROM livestock ORDER BY rowid"
        first = connection.exec_driver_sql(sql).fetchall()
        loading.overwrite(connection, TABLE, COLUMNS, over)
        loading.overwrite(connection, TABLE, COLUMNS, given)
        again = connection.exec_driver_sql(sql).fetchall()
        kinds = connection.exec_driver_sql("SELECT DISTINCT typeof(weight_kg) FROM livestock")
        assert set(kinds.scalars()) == {"integer", "null"}
    assert [tuple(None if v is None else str(v) for v in one) for one in first] == given
    assert again == first


def test_what_comes_from_central_is_no_edit(mirror: Mirror) -> None:
    with mirror.apply() as connection:
        loading.insert(connection, TABLE, COLUMNS, [row(), row()])
    with mirror.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pending_rows").scalar() == 0


@pytest.mark.parametrize("fails", [False, True])
def test_a_save_after_a_page_is_journalled(mirror: Mirror, fails: bool) -> None:
    one = row()
    if fails:
        with pytest.raises(trouble.DatabaseError), mirror.apply() as connection:
            loading.insert(connection, TABLE, COLUMNS, [one, one])
    else:
        with mirror.apply() as connection:
            loading.insert(connection, TABLE, COLUMNS, [one])
    with mirror.unit("Add") as unit:
        id = unit.insert(Livestock, {"tag_number": "2", "species_id": COW})
    with mirror.read() as connection:
        rows = connection.exec_driver_sql("SELECT row_id FROM pending_rows").scalars().all()
    assert rows == [str(id)]


def test_a_mirror_killed_while_it_was_bare_is_whole_when_it_is_opened(bare: Mirror) -> None:
    with bare.unit("Add") as unit:
        unit.insert(Livestock, {"tag_number": "2", "species_id": COW})
    # Nothing is closed: the next process finds the file as a killed one left it.
    with Mirror.open(bare.path, KEY) as again:
        assert indexes(again) == set(loading.indexes(Livestock.__table__))
        assert again.recall(loading.BARE) is None
        assert not again.make_missing_index()
        assert again.check() == []


def test_a_mirror_opens_though_its_indexes_cannot_be_made_now(
    bare: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: Mirror) -> bool:
        raise Busy("Another one is writing.", "Wait.")

    with monkeypatch.context() as patch:
        patch.setattr(Mirror, "make_missing_index", busy)
        with Mirror.open(bare.path, KEY) as meanwhile:
            assert not indexes(meanwhile)
    with Mirror.open(bare.path, KEY) as again:
        assert indexes(again)


def test_indexes_are_made_one_at_a_time_and_the_cache_is_as_it_was(bare: Mirror) -> None:
    wanted = len(loading.indexes(Livestock.__table__)) + 1  # and that of its words
    assert [bare.make_missing_index() for _ in range(wanted + 1)] == [True] * wanted + [False]
    with bare.read() as connection:
        size = connection.exec_driver_sql("PRAGMA cache_size").scalar()
    assert size == -loading.CACHE_KILOBYTES


@pytest.mark.parametrize("large", [False, True])
def test_a_large_sort_has_the_memory_of_the_cache(
    bare: Mirror, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bare.apply() as connection:
        loading.insert(connection, TABLE, COLUMNS, [row(official_id="N" * 200) for _ in range(9)])
    if large:  # nine entries of 244 bytes
        monkeypatch.setattr(loading, "SORT_BYTES", loading.CACHE_KILOBYTES * 1000 + 1000)
    said: list[str] = []
    bare._driver.set_trace_callback(said.append)
    assert bare.make_missing_index()
    bare._driver.set_trace_callback(None)
    assert any("shrink_memory" in one for one in said) == large


def test_a_page_is_plain_only_where_nothing_is_here(mirror: Mirror, tmp_path: Path) -> None:
    with mirror.unit("Add") as unit:
        id = str(unit.insert(Livestock, {"tag_number": "2", "species_id": COW}))
    before, after = id[:-1], id + "0"
    with mirror.apply() as connection:
        assert not loading.is_untouched(connection, TABLE, before, after)
        assert not loading.is_untouched(connection, TABLE, None, id)
        assert loading.is_untouched(connection, TABLE, id, after)
        connection.exec_driver_sql("DELETE FROM livestock WHERE id = ?", (id,))
        # An edit of a row that is not here any more is an edit all the same.
        assert not loading.is_untouched(connection, TABLE, before, after)


def test_the_widest_index_says_what_a_sort_takes() -> None:
    names = column_names(record_for("livestock_identifiers"))
    values = {"animal_id": "a" * 36, "kind": "visual", "value": "b" * 40}
    row = tuple(values.get(name) for name in names)
    assert loading.sort_bytes("livestock_identifiers", names, row) == 44 + 46
