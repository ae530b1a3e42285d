"""What of the unsent edits in a damaged mirror is carried over into a fresh one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from fluffydesk.mirror import journal, pending
from fluffydesk.mirror.engine import connect
from fluffydesk.mirror.images import read_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.salvage import Salvaged, salvage
from fluffydesk.records.livestock import Livestock, LivestockBatch
from tests.mirrors import COW, KEY, make_mirror

PAGE = 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "farm.db"


def root_page(path: Path, name: str) -> int:
    driver = connect(path, KEY)
    (page,) = driver.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)
    ).fetchone()
    driver.close()
    return int(page)


def spoil(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE + 100)
        file.write(bytes(50))


def add(mirror: Mirror, tag: str) -> UUID:
    with mirror.unit(f"Add {tag}") as unit:
        return unit.insert(Livestock, {"tag_number": tag, "species_id": COW})


def carried(path: Path) -> tuple[Mirror, Salvaged]:
    fresh = Mirror.open(path.with_name("fresh.db"), KEY)
    return fresh, salvage(path, KEY, fresh)


def test_edits_survive_the_loss_of_other_rows(path: Path) -> None:
    with make_mirror(path) as mirror:
        with mirror.apply() as connection:
            connection.exec_driver_sql("INSERT INTO livestock_batches (id, name) VALUES ('g', 'G')")
        cow = add(mirror, "1")
        with mirror.unit("Rename") as unit:
            unit.update(Livestock, cow, {"name": "Bella"})
        with mirror.read() as connection:
            edits = journal.pending_rows(connection)
            image = read_image(connection, Livestock, cow)
            touched = journal.unit_rows(connection)
    spoil(path, root_page(path, "livestock_batches"))
    fresh, told = carried(path)
    with fresh, fresh.read() as connection:
        assert journal.pending_rows(connection) == edits
        assert read_image(connection, Livestock, cow) == image
        assert journal.unit_rows(connection) == touched
        assert read_image(connection, LivestockBatch, "g") is None
        assert fresh.state.get(connection, "units_made") == 2
    assert told == Salvaged(2, 0, all_seen=True)
    assert told.told == "2 unsent edits were carried over."


def test_a_save_is_carried_over_whole_or_not_at_all(path: Path) -> None:
    with make_mirror(path) as mirror:
        with mirror.unit("Add a group with an animal") as unit:
            group = unit.insert(LivestockBatch, {"name": "Heifers"})
            cow = unit.insert(Livestock, {"tag_number": "1", "species_id": COW, "batch_id": group})
        with mirror.unit("Rename") as unit:
            unit.update(Livestock, cow, {"name": "Bella"})
        alone = add(mirror, "2")
    spoil(path, root_page(path, "livestock_batches"))
    fresh, told = carried(path)
    with fresh, fresh.read() as connection:
        assert list(journal.pending_rows(connection)) == [("livestock", str(alone))]
        assert read_image(connection, Livestock, cow) is None
    assert told == Salvaged(1, 2, all_seen=True)
    assert told.told == "1 unsent edit was carried over, and 2 could not be read."


def parcel(mirror: Mirror, cow: UUID) -> None:
    with mirror.apply() as connection:
        ((_, unit),) = journal.unit_rows(connection)
        row = pending.SentRow("livestock", str(cow), "insert", None, {"tag_number": "1"}, None)
        pending.put_parcels(connection, [pending.Parcel("p", (unit,), (row,))])


def conflict(mirror: Mirror, cow: UUID) -> None:
    with mirror.apply() as connection:
        pending.open_conflict(connection, ("livestock", str(cow)), "name", ("A", "B", "C"))


def refusal(mirror: Mirror, cow: UUID) -> None:
    with mirror.apply() as connection:
        ((_, unit),) = journal.unit_rows(connection)
        row = pending.SentRow("livestock", str(cow), "insert", None, {"tag_number": "1"}, None)
        refused = pending.OpenRefusal(
            "q", (unit,), (row,), "23505", "livestock", str(cow), None, "No.", "Yes.", 1
        )
        pending.put_refusal(connection, refused, None)


@pytest.mark.parametrize(
    ("wait", "table", "outcome"),
    [
        (parcel, "outbox", "waiting"),
        (conflict, "conflicts", "conflict"),
        (refusal, "quarantine", "quarantined"),
    ],
)
def test_what_waits_is_carried_over_and_asked_anew_where_it_does_not_read(
    path: Path, wait: Callable[[Mirror, UUID], None], table: str, outcome: str
) -> None:
    with make_mirror(path) as mirror:
        wait(mirror, add(mirror, "1"))
        with mirror.read() as connection:
            before = connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()
    whole = path.with_name("whole.db")
    whole.write_bytes(path.read_bytes())
    spoil(path, root_page(path, table))
    for file, rows, ends, seen in ((whole, before, outcome, True), (path, [], "waiting", False)):
        with Mirror.open(file.with_name(f"fresh-{file.name}"), KEY) as fresh:
            assert salvage(file, KEY, fresh) == Salvaged(1, 0, all_seen=seen)
            with fresh.read() as connection:
                assert connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall() == rows
                sql = "SELECT outcome FROM units"
                assert connection.exec_driver_sql(sql).scalars().all() == [ends]


@pytest.mark.parametrize("table", ["edits", "units"])
def test_what_the_journal_no_longer_tells_is_not_guessed(path: Path, table: str) -> None:
    with make_mirror(path) as mirror:
        add(mirror, "1")
    names = (table, "ix_edits_unit")  # which alone would tell all of its table
    for page in [root_page(path, name) for name in names]:
        spoil(path, page)
    fresh, told = carried(path)
    with fresh, fresh.read() as connection:
        assert journal.pending_rows(connection) == {}
    assert (told.carried, told.all_seen) == (0, False)
    assert told.told.endswith("; others may be only in the file that was set aside.")


def test_a_file_that_does_not_open_gives_nothing(path: Path) -> None:
    path.write_bytes(b"no mirror" * 1000)
    fresh, told = carried(path)
    fresh.close()
    assert told == Salvaged()
