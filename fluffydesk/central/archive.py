"""The file of a backup: a zip with pg_dump's archive, the logins, and a manifest of both."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import tempfile
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from fluffydesk.central import programs
from fluffydesk.central.logins import Login
from fluffydesk.central.programs import Running
from fluffydesk.errors import InvalidValue, NotFound, Refusal

FORMAT = 1
_DUMP, _LOGINS, _MANIFEST = "dump", "logins.json", "manifest.json"
_CHUNK = 1 << 20
Tell = Callable[[str, int], None]
"""What is being done, and how many bytes so far."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: where it is from, its rows by table, and its parts' checksums."""

    made_at: str
    program: str
    database: str
    server: int
    made_by: int
    """The major version of the pg_dump that made it."""
    revision: str
    accounts: bool
    """Whether it holds the schema `auth`; the platform's host keeps its own."""
    passwords: bool
    """Whether the logins' verifiers could be read."""
    roles: tuple[str, ...]
    """Other roles that something in the database is granted to."""
    triggers: dict[str, str]
    """Our triggers on the host's own tables, which pg_dump leaves out: their SQL, by name."""
    tables: dict[str, int]
    sums: dict[str, str] = dataclasses.field(default_factory=dict)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return sum(self.tables.values())


def write(path: Path, manifest: Manifest, logins: list[Login], dump: Iterable[bytes]) -> None:
    """Write a backup to a file that is there and empty, and have the disk keep it."""
    sums: dict[str, str] = {}
    with path.open("wb") as file:
        with zipfile.ZipFile(file, "w") as packed:
            listed = json.dumps([dataclasses.asdict(login) for login in logins]).encode()
            for name, chunks in ((_LOGINS, [listed]), (_DUMP, dump)):
                digest = hashlib.sha256()
                with packed.open(name, "w", force_zip64=True) as part:
                    for chunk in chunks:
                        digest.update(chunk)
                        part.write(chunk)
                sums[name] = digest.hexdigest()
            whole = dataclasses.replace(manifest, sums=sums)
            packed.writestr(_MANIFEST, json.dumps(dataclasses.asdict(whole), indent=1))
        file.flush()
        os.fsync(file.fileno())


class Archive:
    """A backup that is open for reading."""

    def __init__(self, path: Path, packed: zipfile.ZipFile) -> None:
        self.path = path
        self._packed = packed
        found = json.loads(packed.read(_MANIFEST))
        if found["format"] != FORMAT:
            raise InvalidValue(
                f"{path} is a backup in a form that this version does not know.",
                "Use a newer FluffyDesk.",
            )
        self.manifest = Manifest(**{**found, "roles": tuple(found["roles"])})

    def logins(self) -> list[Login]:
        """Return the logins."""
        listed = b"".join(self._read(_LOGINS))
        return [Login(**one) for one in json.loads(listed)]

    def dump(self) -> Iterator[bytes]:
        """Yield pg_dump's archive; a Refusal at its end if it is not what was written."""
        return self._read(_DUMP)

    def _read(self, name: str) -> Iterator[bytes]:
        digest = hashlib.sha256()
        try:
            with self._packed.open(name) as part:
                while chunk := part.read(_CHUNK):
                    digest.update(chunk)
                    yield chunk
        except (zipfile.BadZipFile, KeyError, EOFError) as error:
            raise damaged(self.path) from error
        if digest.hexdigest() != self.manifest.sums.get(name):
            raise damaged(self.path)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a backup. Raises NotFound, and InvalidValue for what is damaged or no backup."""
    try:
        packed = zipfile.ZipFile(path)
    except OSError as error:
        raise NotFound(f"{path} cannot be read.", "Give the path of a backup.") from error
    except zipfile.BadZipFile as error:
        raise damaged(path) from error
    with packed:
        try:
            archive = Archive(path, packed)
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
            raise damaged(path) from error
        yield archive


def damaged(path: Path) -> InvalidValue:
    """Return the refusal of a file that is no whole backup."""
    return InvalidValue(f"{path} is damaged, or no backup of a central.", "Use another backup.")


def verify(path: Path, tell: Tell = lambda doing, done: None) -> tuple[Manifest, str]:
    """Read a backup to its end, as a restore would, and return its manifest and its SHA-256.

    Raises NotFound, and InvalidValue if it is not whole.
    """
    with opened(path) as archive:
        archive.logins()
        tools = programs.fitting(archive.manifest.made_by)
        arguments = ("--file", os.devnull)
        with Running(tools, "pg_restore", *arguments, stdin=programs.PIPE) as reader:
            dump = archive.dump()
            feed(dump, reader.stdin, lambda done: tell("Reading the backup", done))
            deque(dump, maxlen=0)  # to its end, where its checksum is compared
            if reader.failed():
                raise damaged(path)
        manifest = archive.manifest
    with path.open("rb") as file:
        return manifest, hashlib.file_digest(file, "sha256").hexdigest()


def feed(chunks: Iterable[bytes], reader: IO[bytes], tell: Callable[[int], None]) -> None:
    """Give a program the chunks, until it takes no more: it has ended, as its exit code says."""
    done = 0
    for chunk in chunks:
        try:
            reader.write(chunk)
            reader.flush()
        except BrokenPipeError:
            return
        done += len(chunk)
        tell(done)


@contextmanager
def beside(path: Path, *, force: bool) -> Iterator[Path]:
    """Lend an empty file beside `path`, for its owner alone, that takes its place at the end."""

    def require_free() -> None:
        if path.exists() and not force:
            raise Refusal(f"{path} is there already.", "Name another file, or say --force.")

    require_free()
    try:
        handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".partial", dir=path.parent)
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise Refusal(
            f"Nothing can be written in {path.parent}.", "Name another folder."
        ) from error
    os.close(handle)  # made with mode 0600
    partial = Path(name)
    try:
        yield partial
        require_free()
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def as_json(manifest: Manifest) -> dict[str, Any]:
    """Return what a report tells of a backup."""
    return {
        "made_at": manifest.made_at,
        "database": manifest.database,
        "server": f"{manifest.server // 10000}.{manifest.server % 10000}",
        "revision": manifest.revision,
        "tables": len(manifest.tables),
        "rows": manifest.rows,
        "passwords": manifest.passwords,
    }
