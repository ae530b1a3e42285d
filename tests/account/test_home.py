"""A home is private, is written whole or not at all, and is synced by one at a time."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fluffydesk.account.home import Account, Home, Ledger
from fluffydesk.errors import Busy, DiskFull, NotSignedIn, Refusal

ACCOUNT = Account(
    url="postgresql://central.example/fluffypet",
    email="anna@farm.example",
    user_id="u",
    user_name="Anna",
    organization_id="o",
    organization_name="Hill Farm",
    organization={"id": "o", "role": "owner"},
    wrapped={"salt": "00", "key": "00", "mark": "00"},
    former=({"salt": "11"},),
)


def ledger(home: Home) -> Ledger:
    return replace(home.load_or_new("barn-pc"), current="u-o", accounts={"u-o": ACCOUNT})


def test_what_is_saved_is_loaded(home: Home) -> None:
    assert (home.load(), home.current()) == (None, None)
    saved = ledger(home)
    home.save(saved)
    assert Home(home.path).load() == saved
    assert home.current() == ACCOUNT
    assert home.mirror_path(ACCOUNT) == home.path / "mirrors" / "u-o.db"


def test_each_home_is_a_device_of_its_own(tmp_path: Path) -> None:
    first, second = (Home(tmp_path / name).load_or_new() for name in ("one", "two"))
    assert first.device_id != second.device_id
    assert first.device_name == second.device_name
    assert first.device_name
    assert "." not in first.device_name


@pytest.mark.skipif(sys.platform == "win32", reason="needs file modes")
def test_only_this_user_may_look_into_it(home: Home) -> None:
    home.save(ledger(home))
    home.mirror_path(ACCOUNT)
    for folder in (home.path, home.logs, home.path / "mirrors"):
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    assert stat.S_IMODE(os.stat(home.account_file).st_mode) == 0o600


def test_a_full_disk_leaves_the_old_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.save(ledger(home))

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DiskFull, match="No space left"):
            home.save(replace(ledger(home), current=None))
    assert home.current() == ACCOUNT
    assert [path.name for path in home.path.iterdir()] == ["account.json"]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"device_id": "x"}'])
def test_a_damaged_file_is_told_and_kept(home: Home, text: str) -> None:
    home.save(ledger(home))
    home.account_file.write_text(text)
    with pytest.raises(NotSignedIn, match="damaged"):
        home.current()
    assert home.account_file.read_text() == text


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    home = Home(tmp_path / "file" / "home")
    with pytest.raises(Refusal, match="cannot be made"):
        home.save(Ledger("x", "y"))


def test_the_folder_is_named_by_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLUFFYDESK_HOME", str(tmp_path))
    assert Home.default().path == tmp_path
    monkeypatch.delenv("FLUFFYDESK_HOME")
    assert Home.default().path.name == "fluffydesk"


def test_one_syncs_at_a_time(home: Home) -> None:
    with home.sync_lock(), pytest.raises(Busy), Home(home.path).sync_lock():
        pytest.fail("two held the lock")
    with home.sync_lock():
        pass


HOLD = """
import sys
from pathlib import Path
from fluffydesk.account.home import Home
with Home(Path(sys.argv[1])).sync_lock():
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_another_process_holds_the_lock_until_it_ends(home: Home) -> None:
    command = [sys.executable, "-c", HOLD, str(home.path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Busy), home.sync_lock():
            pytest.fail("two held the lock")
        other.kill()
        other.wait()
    with home.sync_lock():
        pass
