"""The mirror is unreadable from its first byte without the key, and private to its user."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from fluffydesk.errors import MirrorDamaged
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.livestock import Livestock
from tests.mirrors import COW, KEY, make_mirror

MARK = "Buttercup-of-the-hill"


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_no_plain_text_in_the_database_or_its_log(tmp_path: Path) -> None:
    mirror = make_mirror(tmp_path / "farm.db")
    with mirror.unit("Add") as unit:
        for n in range(500):
            unit.insert(Livestock, {"tag_number": str(n), "name": MARK, "species_id": COW})
    while_open = files(tmp_path)
    mirror.close()
    assert {"farm.db", "farm.db-wal"} <= while_open.keys()
    assert len(while_open["farm.db-wal"]) > 100_000
    for name, data in [*while_open.items(), *files(tmp_path).items()]:
        for plain in (MARK, "CREATE TABLE", "livestock", "SQLite format 3"):
            assert plain.encode() not in data, f"{plain} can be read in {name}"


def test_only_this_user_may_read_it(tmp_path: Path) -> None:
    mirror = Mirror.open(tmp_path / "mirrors" / "farm.db", KEY)
    mirror.remember(synced_at=0)  # so that its log is there too
    for path in (tmp_path / "mirrors").iterdir():
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(tmp_path / "mirrors").st_mode) == 0o700
    mirror.close()


def test_a_wrong_key_is_told_and_harms_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "farm.db"
    make_mirror(path).close()
    before = files(tmp_path)
    with pytest.raises(MirrorDamaged, match="Sign in again"):
        Mirror.open(path, bytes(32))
    assert files(tmp_path) == before
    with Mirror.open(path, KEY) as mirror:
        assert mirror.check() == []
    assert capfd.readouterr() == ("", "")


def test_a_key_has_32_bytes(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Mirror.open(tmp_path / "farm.db", b"short")


def test_a_plain_sqlite_file_is_no_mirror(tmp_path: Path) -> None:
    path = tmp_path / "farm.db"
    path.write_bytes(b"SQLite format 3\0" + bytes(8000))
    with pytest.raises(MirrorDamaged):
        Mirror.open(path, KEY)
    assert path.stat().st_size == 8016
