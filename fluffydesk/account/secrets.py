"""Where the password and the mirror's key are kept: the keyring, else a file of this login session.

Never beside the mirror. A password also opens the mirror by itself, offline: `wrap` and `unwrap`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import stat
import warnings
from dataclasses import dataclass
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import platformdirs

from fluffydesk.account.home import APP, write_private
from fluffydesk.errors import Refusal

KEY_BYTES = 32
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, repr=False)
class Secret:
    """What lets one account in: the password at central, and the key of the mirror."""

    account: str
    password: str
    key: bytes


class Secrets:
    """The secrets of one home, found by its device id."""

    def __init__(self, device_id: str) -> None:
        self._device_id = device_id

    def keep(self, secret: Secret) -> None:
        """Keep a secret in the keyring; where there is none, until log-out or restart."""
        text = json.dumps(
            {"account": secret.account, "password": secret.password, "key": secret.key.hex()}
        )
        backend = _keyring()
        if backend is not None:
            try:
                backend.set_password(APP, self._device_id, text)
            except (keyring.errors.KeyringError, OSError):
                backend = None  # locked or gone: the session's file serves
        if backend is not None:
            self._file().unlink(missing_ok=True)
        else:
            write_private(self._file(), json.dumps({"boot": _boot(), "secret": text}))

    def find(self) -> Secret | None:
        """Return the secret of this home, if it was kept and can be had without asking."""
        text = self._in_keyring() or self._in_file()
        if text is None:
            return None
        try:
            data = json.loads(text)
            return Secret(data["account"], data["password"], bytes.fromhex(data["key"]))
        except (ValueError, KeyError, TypeError):
            return None  # not ours: as good as none, and the password is asked for

    def forget(self) -> None:
        """Remove the secret wherever it is kept; Refusal if the keyring does not let go of it."""
        self._file().unlink(missing_ok=True)
        backend = _keyring()
        try:
            if backend is not None and backend.get_password(APP, self._device_id) is not None:
                backend.delete_password(APP, self._device_id)
        except (keyring.errors.KeyringError, OSError) as error:
            raise Refusal(
                f"The password could not be removed from the keyring: {error}.",
                "Unlock the keyring and sign out again.",
            ) from error

    def _in_keyring(self) -> str | None:
        backend = _keyring()
        try:
            return None if backend is None else backend.get_password(APP, self._device_id)
        except (keyring.errors.KeyringError, OSError):
            return None

    def _in_file(self) -> str | None:
        try:
            data = json.loads(self._file().read_text(encoding="utf-8"))
            # Not every system empties the runtime folder at a restart.
            return str(data["secret"]) if data["boot"] == _boot() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _file(self) -> Path:
        return _session_folder() / f"{self._device_id}.json"


def wrap(key: bytes, password: str) -> dict[str, str]:
    """Return the key made unreadable without the password; a fresh salt each time."""
    salt = os.urandom(16)
    mask, seal = _stretched(password, salt)
    hidden = bytes(a ^ b for a, b in zip(key, mask, strict=True))
    mark = hmac.new(seal, hidden, hashlib.sha256).hexdigest()
    return {"salt": salt.hex(), "key": hidden.hex(), "mark": mark}


def unwrap(wrapped: dict[str, str], password: str) -> bytes | None:
    """Return the key, or None if this is not the password it was wrapped with."""
    mask, seal = _stretched(password, bytes.fromhex(wrapped["salt"]))
    hidden = bytes.fromhex(wrapped["key"])
    mark = hmac.new(seal, hidden, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(mark, wrapped["mark"]):
        return None
    return bytes(a ^ b for a, b in zip(hidden, mask, strict=True))


def _stretched(password: str, salt: bytes) -> tuple[bytes, bytes]:
    both = hashlib.scrypt(
        password.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=2**26, dklen=2 * KEY_BYTES
    )
    return both[:KEY_BYTES], both[KEY_BYTES:]


def _keyring() -> keyring.backend.KeyringBackend | None:
    """Return the keyring if it is a real one: not the null, failing or plain-file kinds."""
    backend = keyring.get_keyring()
    try:
        return backend if backend.priority >= 1 else None
    except RuntimeError:  # how a backend says that it cannot work here
        return None


def _session_folder() -> Path:
    """Return a folder of this login session that nobody else can read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a fallback, which is checked below
        base = platformdirs.user_runtime_path(appname=None)
    base.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = base / APP
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.name == "posix":
        for one in (base, folder):
            found = one.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                raise PermissionError(f"{one} belongs to somebody else")
        folder.chmod(0o700)
    return folder


def _boot() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""
