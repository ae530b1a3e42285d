"""Secrets lie in the keyring, else in a private file of this login session, never in the home."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

import keyring.backends.fail
import keyring.backends.null
import pytest

from fluffydesk.account import secrets
from fluffydesk.account.secrets import Secret, Secrets, unwrap, wrap
from fluffydesk.errors import Refusal
from tests.account.conftest import MemoryKeyring, use

SECRET = Secret("user-farm", "correct horse", bytes(range(32)))
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs file modes")


def test_a_real_keyring_holds_them_and_no_file_does(
    monkeypatch: pytest.MonkeyPatch, runtime: Path
) -> None:
    backend = use(monkeypatch, MemoryKeyring())
    Secrets("pc-1").keep(SECRET)
    assert list(backend.kept) == [("fluffydesk", "pc-1")]
    assert list(runtime.rglob("*.json")) == []
    assert Secrets("pc-1").find() == SECRET
    assert Secrets("pc-2").find() is None
    Secrets("pc-1").forget()
    assert (backend.kept, Secrets("pc-1").find()) == ({}, None)
    Secrets("pc-1").forget()


class Plain(MemoryKeyring):
    priority = 0.5  # type: ignore[assignment]


class Broken(MemoryKeyring):
    @property
    def priority(self) -> Any:  # type: ignore[override]
        raise RuntimeError("no D-Bus here")


@pytest.mark.parametrize(
    "backend",
    [keyring.backends.null.Keyring(), keyring.backends.fail.Keyring(), Plain(), Broken()],
    ids=["null", "fail", "plain", "broken"],
)
def test_without_a_real_keyring_a_file_of_the_session_holds_them(
    monkeypatch: pytest.MonkeyPatch, runtime: Path, backend: Any
) -> None:
    use(monkeypatch, backend)
    Secrets("pc-1").keep(SECRET)
    assert [path.name for path in runtime.rglob("*.json")] == ["pc-1.json"]
    assert Secrets("pc-1").find() == SECRET
    Secrets("pc-1").forget()
    assert list(runtime.rglob("*.json")) == []
    assert Secrets("pc-1").find() is None


def test_a_locked_keyring_is_as_good_as_none(
    monkeypatch: pytest.MonkeyPatch, runtime: Path
) -> None:
    backend = use(monkeypatch, MemoryKeyring())
    backend.locked = True
    Secrets("pc-1").keep(SECRET)
    assert Secrets("pc-1").find() == SECRET
    backend.locked = False
    Secrets("pc-1").keep(SECRET)
    assert list(runtime.rglob("*.json")) == []
    backend.locked = True
    assert Secrets("pc-1").find() is None
    with pytest.raises(Refusal, match="could not be removed"):
        Secrets("pc-1").forget()


@posix
def test_the_file_is_private(runtime: Path) -> None:
    Secrets("pc-1").keep(SECRET)
    (path,) = runtime.rglob("*.json")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(path.parent).st_mode) == 0o700


@posix
def test_a_session_folder_laid_out_by_somebody_else_is_not_trusted(
    tmp_path: Path, runtime: Path
) -> None:
    (tmp_path / "trap").mkdir()
    runtime.mkdir()
    (runtime / "fluffydesk").symlink_to(tmp_path / "trap")
    with pytest.raises(PermissionError):
        Secrets("pc-1").keep(SECRET)
    assert list((tmp_path / "trap").iterdir()) == []


def test_a_restart_ends_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    Secrets("pc-1").keep(SECRET)
    monkeypatch.setattr(secrets, "_boot", lambda: "after the restart")
    assert Secrets("pc-1").find() is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"boot": "", "secret": "{}"}'])
def test_a_damaged_file_is_as_good_as_none(
    monkeypatch: pytest.MonkeyPatch, runtime: Path, text: str
) -> None:
    monkeypatch.setattr(secrets, "_boot", lambda: "")
    Secrets("pc-1").keep(SECRET)
    (path,) = runtime.rglob("*.json")
    path.write_text(text)
    assert Secrets("pc-1").find() is None


def test_a_wrapped_key_opens_with_its_password_alone() -> None:
    key = bytes(range(32))
    first, second = wrap(key, "pässword"), wrap(key, "pässword")
    assert first["salt"] != second["salt"]
    assert first["key"] != second["key"]
    assert unwrap(first, "pässword") == key == unwrap(second, "pässword")
    assert unwrap(first, "password") is None
    assert unwrap({**first, "key": second["key"]}, "pässword") is None
    assert key.hex() not in str(first)


def test_a_secret_does_not_print_itself() -> None:
    assert "correct horse" not in repr(SECRET)
    assert SECRET.key.hex() not in repr(SECRET)
