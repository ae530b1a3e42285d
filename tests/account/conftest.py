"""A PC without a keyring, whose login session's folder is the test's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import keyring.backends.null
import pytest

from fluffydesk.account import secrets
from fluffydesk.account.home import Home


class MemoryKeyring(keyring.backend.KeyringBackend):
    """A keyring like the platforms' own, kept in memory."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def _open(self) -> dict[tuple[str, str], str]:
        if self.locked:
            raise keyring.errors.KeyringLocked("locked")
        return self.kept

    def get_password(self, service: str, username: str) -> str | None:
        return self._open().get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self._open()[service, username]


def use(monkeypatch: pytest.MonkeyPatch, backend: Any) -> Any:
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    return backend


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The login session's folder; there is no keyring unless a test brings one."""
    folder = tmp_path / "runtime"
    monkeypatch.setattr(secrets.platformdirs, "user_runtime_path", lambda **_: folder)
    use(monkeypatch, keyring.backends.null.Keyring())
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")
