"""A backup is a whole, encrypted copy, and restoring one never loses what was there."""

from __future__ import annotations

from pathlib import Path

import pytest

from fluffydesk.errors import MirrorDamaged, NotFound, Refusal
from fluffydesk.mirror.backup import backup, restore
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.livestock import Livestock
from tests.mirrors import COW, KEY, make_mirror


def add(mirror: Mirror, tag: str) -> None:
    with mirror.unit("Add") as unit:
        unit.insert(Livestock, {"tag_number": tag, "species_id": COW})


def tags(path: Path) -> list[str]:
    with Mirror.open(path, KEY) as mirror, mirror.read() as connection:
        sql = "SELECT tag_number FROM livestock ORDER BY tag_number"
        return list(connection.exec_driver_sql(sql).scalars())


def test_a_backup_brings_back_what_was(tmp_path: Path) -> None:
    path, copy = tmp_path / "farm.db", tmp_path / "stick" / "copy.db"
    with make_mirror(path) as mirror:
        add(mirror, "1")
        assert backup(mirror, copy) == copy
        add(mirror, "2")
    assert b"SQLite format 3" not in copy.read_bytes()[:16]
    assert [p.name for p in copy.parent.iterdir()] == ["copy.db"]
    aside = restore(copy, path, KEY)
    assert aside is not None
    assert (tags(path), tags(aside), tags(copy)) == (["1"], ["1", "2"], ["1"])
    with Mirror.open(path, KEY) as mirror:
        assert mirror.open_units() == 1
        assert mirror.check() == []


def test_a_backup_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("precious")
    with make_mirror(tmp_path / "farm.db") as mirror, pytest.raises(Refusal, match="already"):
        backup(mirror, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "precious"


def test_a_bad_backup_is_refused_and_the_mirror_stays(tmp_path: Path) -> None:
    path, copy = tmp_path / "farm.db", tmp_path / "copy.db"
    with make_mirror(path) as mirror:
        backup(mirror, copy)
        add(mirror, "1")
    spoilt = tmp_path / "spoilt.db"
    last = tmp_path / "last.db"
    for page, target in ((9, spoilt), (-1, last)):
        data = bytearray(copy.read_bytes())
        data[4096 * page + 50] ^= 1
        target.write_bytes(data)
    for source, key, kind in (
        (spoilt, KEY, MirrorDamaged),
        (last, KEY, MirrorDamaged),
        (copy, bytes(32), MirrorDamaged),
        (tmp_path / "none.db", KEY, NotFound),
    ):
        with pytest.raises(kind):
            restore(source, path, key)
    assert tags(path) == ["1"]
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "copy.db",
        "farm.db",
        "last.db",
        "spoilt.db",
    ]
