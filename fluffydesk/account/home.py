"""One PC's data folder: the accounts known here, their mirrors, and the lock of the sync."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import fasteners
import platformdirs

from fluffydesk.errors import Busy, DiskFull, NotSignedIn, Refusal
from fluffydesk.records.types import new_id

APP = "fluffydesk"
_held: set[Path] = set()


@dataclass(frozen=True)
class Account:
    """One user in one organization, as known on this PC; `wrapped` opens with the password."""

    url: str
    email: str
    user_id: str
    user_name: str
    organization_id: str
    organization_name: str
    organization: dict[str, Any]
    """What `hello` told of the organization, and the user's role in it."""
    wrapped: dict[str, str]
    former: tuple[dict[str, str], ...] = ()
    """Wrapped keys of copies set aside, which only an older password opens."""

    @property
    def slug(self) -> str:
        """What tells this account from others in the same home, and names its mirror."""
        return f"{self.user_id}-{self.organization_id}"


@dataclass(frozen=True)
class Ledger:
    """What `account.json` holds."""

    device_id: str
    device_name: str
    current: str | None = None
    accounts: dict[str, Account] = field(default_factory=dict)


class Home:
    """A data folder; several of them make one machine several PCs."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path).expanduser().absolute()

    @classmethod
    def default(cls) -> Home:
        """Return the folder that FLUFFYDESK_HOME names, else the platform's usual one."""
        named = os.environ.get("FLUFFYDESK_HOME")
        return cls(Path(named) if named else platformdirs.user_data_path(APP, appauthor=False))

    @property
    def account_file(self) -> Path:
        return self.path / "account.json"

    @property
    def logs(self) -> Path:
        """The folder of the logs; it is there after this call."""
        return self._folder("logs")

    def mirror_path(self, account: Account) -> Path:
        """Return where an account's mirror lies; its folder is there after this call."""
        return self._folder("mirrors") / f"{account.slug}.db"

    def load(self) -> Ledger | None:
        """Return what is known here, None in a new folder; NotSignedIn if the file is damaged."""
        try:
            text = self.account_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            data = json.loads(text)
            accounts = {
                slug: Account(**{**one, "former": tuple(one.get("former", ()))})
                for slug, one in data["accounts"].items()
            }
            UUID(data["device_id"])
            return Ledger(data["device_id"], data["device_name"], data["current"], accounts)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotSignedIn(
                f"The file {self.account_file} is damaged.",
                "Rename it and sign in again, or put back a copy of it.",
            ) from error

    def load_or_new(self, device_name: str | None = None) -> Ledger:
        """Return what is known here, with a fresh device id in a new folder; nothing is written."""
        known = self.load() or Ledger(str(new_id()), _host_name())
        return replace(known, device_name=device_name) if device_name else known

    def current(self) -> Account | None:
        """Return the account that is signed in, if any."""
        known = self.load()
        return None if known is None or known.current is None else known.accounts[known.current]

    def save(self, ledger: Ledger) -> None:
        """Write `account.json`, whole or not at all."""
        self._folder()
        write_private(self.account_file, json.dumps(asdict(ledger), indent=2))

    @contextmanager
    def sync_lock(self) -> Iterator[None]:
        """Hold the right to sync this home; Busy if a window or command syncs it now."""
        path = self._folder() / "sync.lock"
        lock = fasteners.InterProcessLock(path)
        # The lock of the file is the process's, so a second holder within it needs telling too.
        if path in _held or not lock.acquire(blocking=False):
            if lock.lockfile is not None:  # left open by an attempt that failed
                lock.lockfile.close()
            raise Busy("Another window or command is syncing.", "Wait until it is done.")
        _held.add(path)
        try:
            yield
        finally:
            _held.discard(path)
            lock.release()

    def _folder(self, name: str = "") -> Path:
        folder = self.path / name
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise Refusal(
                f"The folder {folder} cannot be made: {error.strerror}.",
                "Choose another with --home or FLUFFYDESK_HOME.",
            ) from error
        return folder


def write_private(path: Path, text: str) -> None:
    """Write a file that only this user reads: whole or not at all, on the disk when done."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)  # mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)
    except OSError as error:
        raise DiskFull(
            f"{path} could not be written: {error.strerror}.", "Free some space and try again."
        ) from error


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":  # elsewhere a folder cannot be opened, and a rename is journalled
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _host_name() -> str:
    return platform.node().partition(".")[0] or "pc"
