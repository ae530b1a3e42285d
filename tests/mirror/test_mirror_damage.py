"""Damaged pages, cut files, full and write-protected disks: one clear sentence, nothing lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fluffydesk.errors import Busy, DiskFull, MirrorDamaged, Refusal
from fluffydesk.mirror import engine
from fluffydesk.mirror.mirror import Mirror, set_aside
from fluffydesk.records.livestock import Livestock
from tests.mirrors import COW, KEY, make_mirror

PAGE = 4096


def filled(path: Path, animals: int = 300) -> int:
    """Make a mirror of so many animals, close it, and return its size in bytes."""
    with make_mirror(path) as mirror, mirror.unit("Add") as unit:
        rows = [
            {"tag_number": str(n), "species_id": COW, "notes": "x" * 200} for n in range(animals)
        ]
        unit.insert_many(Livestock, rows)
    return path.stat().st_size


def spoil(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE + 100)
        file.write(bytes(50))


def read_all(path: Path) -> None:
    with Mirror.open(path, KEY) as mirror, mirror.read() as connection:
        connection.exec_driver_sql("SELECT sum(length(notes)) FROM livestock").scalar_one()
        connection.exec_driver_sql("SELECT sum(length(base)) FROM pending_rows").scalar_one()
        connection.exec_driver_sql("SELECT max(tag_number) FROM livestock").scalar_one()


def test_a_damaged_first_page_is_told_at_opening(tmp_path: Path) -> None:
    path = tmp_path / "farm.db"
    filled(path)
    spoil(path, 0)
    with pytest.raises(MirrorDamaged, match="cannot be read") as caught:
        Mirror.open(path, KEY)
    assert "set aside, never deleted" in caught.value.advice


def test_a_page_damaged_anywhere_is_found(tmp_path: Path) -> None:
    whole = tmp_path / "whole.db"
    pages = filled(whole) // PAGE
    found_by_reading = 0
    for page in range(1, pages, max(1, pages // 12)):
        path = tmp_path / f"{page}.db"
        path.write_bytes(whole.read_bytes())
        spoil(path, page)
        try:
            with Mirror.open(path, KEY) as mirror:
                assert mirror.check(), f"page {page} is damaged and check() says nothing"
            read_all(path)
        except MirrorDamaged:
            found_by_reading += 1
    assert found_by_reading > 0
    with Mirror.open(whole, KEY) as mirror:
        assert mirror.check() == []


def test_a_link_to_a_row_that_must_be_here_is_a_finding(tmp_path: Path) -> None:
    with make_mirror(tmp_path / "farm.db") as mirror:
        with mirror.apply() as connection:
            connection.exec_driver_sql("INSERT INTO pets (id, owner_id) VALUES ('a', 'unseen')")
        assert mirror.check() == []
        with mirror.apply() as connection:
            connection.exec_driver_sql("INSERT INTO livestock (id, dam_id) VALUES ('a', 'gone')")
        assert mirror.check() == [
            "1 row of livestock points to rows of livestock that are not here."
        ]


def test_a_cut_file_is_told_at_opening(tmp_path: Path) -> None:
    path = tmp_path / "farm.db"
    size = filled(path)
    for left in (size - PAGE, size // 2, PAGE, 100):
        with path.open("r+b") as file:
            file.truncate(left)
        with pytest.raises(MirrorDamaged):
            Mirror.open(path, KEY)
        assert path.stat().st_size == left


def test_a_damaged_mirror_is_set_aside_with_its_log(tmp_path: Path) -> None:
    path = tmp_path / "farm.db"
    path.write_bytes(b"database")
    (tmp_path / "farm.db-wal").write_bytes(b"log")
    aside = set_aside(path)
    assert aside is not None
    assert aside.name.startswith("farm.damaged-")
    assert aside.read_bytes() == b"database"
    assert (tmp_path / (aside.name + "-wal")).read_bytes() == b"log"
    assert not path.exists()
    assert set_aside(path) is None
    with make_mirror(path) as mirror:
        assert mirror.check() == []


def test_a_full_database_refuses_and_keeps_what_was_saved(tmp_path: Path) -> None:
    with make_mirror(tmp_path / "farm.db") as mirror:
        with mirror.unit("Add") as unit:
            kept = unit.insert(Livestock, {"tag_number": "1", "species_id": COW})
        pages = mirror._driver.execute("PRAGMA page_count").fetchone()[0]
        mirror._driver.execute(f"PRAGMA max_page_count = {pages}")
        row = {"tag_number": "2", "species_id": COW, "notes": "x" * 100_000}
        with pytest.raises(DiskFull, match="disk is full"), mirror.unit("Add") as unit:
            unit.insert(Livestock, row)
        with pytest.raises(DiskFull), mirror.apply() as connection:
            connection.exec_driver_sql("UPDATE livestock SET notes = ?", ("x" * 100_000,))
        mirror._driver.execute(f"PRAGMA max_page_count = {pages + 1000}")
        with mirror.unit("Try again") as unit:
            again = unit.insert(Livestock, row)
        with mirror.read() as connection:
            found = connection.exec_driver_sql("SELECT id, notes IS NULL FROM livestock")
            assert {tuple(row) for row in found} == {(str(kept), 1), (str(again), 0)}
        assert mirror.recall("units_made") == 2


LIMITED = """
import resource, signal, sys
from pathlib import Path
from fluffydesk.errors import DiskFull
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.livestock import Livestock
from tests.mirrors import COW, KEY

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path = Path(sys.argv[1])
mirror = Mirror.open(path, KEY)
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 200_000, resource.RLIM_INFINITY))
saved = 0
try:
    while saved < 10_000:
        with mirror.unit("Add") as unit:
            row = {"tag_number": str(saved), "species_id": COW, "notes": "x" * 900}
            unit.insert(Livestock, row)
        saved += 1
except DiskFull as refusal:
    with mirror.read() as connection:
        rows = connection.exec_driver_sql("SELECT count(*) FROM livestock").scalar_one()
    print(saved, rows, refusal.message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs setrlimit")
def test_a_disk_that_takes_no_more_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "farm.db"
    make_mirror(path).close()
    child = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, timeout=120
    )
    assert child.returncode == 0, child.stderr
    saved, rows, *words = child.stdout.split()
    assert 3 < int(saved) == int(rows)
    assert "disk" in " ".join(words)
    with Mirror.open(path, KEY) as mirror:
        assert mirror.check() == []
        assert mirror.recall("units_made") == int(saved) == mirror.open_units()


PROTECTED = """
import os, sys
from pathlib import Path
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from tests.mirrors import KEY

if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
try:
    Mirror.open(Path(sys.argv[1]), KEY)
except Refusal as refusal:
    print(refusal)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs file modes")
def test_a_file_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    path = tmp_path / "farm.db"
    make_mirror(path).close()
    path.chmod(0o444)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o1 == 0:
            folder.chmod(folder.stat().st_mode | 0o11)
    child = subprocess.run(
        [sys.executable, "-c", PROTECTED, str(path)], capture_output=True, text=True, timeout=120
    )
    assert "cannot be opened for writing" in child.stdout, child.stderr


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Refusal, match="cannot be opened"):
        Mirror.open(tmp_path / "file" / "farm.db", KEY)


def test_a_long_writer_elsewhere_is_told_as_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    with make_mirror(tmp_path / "farm.db") as mirror, Mirror.open(mirror.path, KEY) as other:
        with other.apply(), pytest.raises(Busy), mirror.unit("x"):
            pytest.fail("two wrote at once")
        with other.apply(), mirror.read() as connection:  # a reader never waits
            assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1


def test_writing_while_reading_is_a_bug_and_not_a_refusal(tmp_path: Path) -> None:
    with make_mirror(tmp_path / "farm.db") as mirror:
        with pytest.raises(RuntimeError, match="while reading"), mirror.read() as connection:
            connection.exec_driver_sql("DELETE FROM state")
        assert mirror.recall("organization")
