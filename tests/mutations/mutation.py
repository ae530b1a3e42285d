"""One way to spoil the engine, and what it takes to notice it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ASSERTION = r"AssertionError|assert |Failed: DID NOT RAISE|ValueError: .*values to unpack"
"""How the words of a failure begin that a test brought about: it found other than it says."""


@dataclass(frozen=True)
class Mutation:
    """In `file`, `old` (which is there so many `times`) becomes `new`, and so on in `also`; `test`
    must notice, and fail in words that begin as `by` says."""

    name: str
    file: str
    old: str
    new: str
    test: str
    times: int = 1
    also: tuple[tuple[str, str, str], ...] = ()
    by: str = ASSERTION

    @property
    def edits(self) -> tuple[tuple[str, str, str], ...]:
        """What becomes what in which file."""
        return ((self.file, self.old, self.new), *self.also)

    @property
    def described(self) -> str:
        """Where a word that is searched for may stand."""
        return f"{self.name} {self.file} {self.test}"


def of_sync(file: str, name: str, old: str, new: str, test: str, **more: Any) -> Mutation:
    return Mutation(name, f"fluffydesk/sync/{file}.py", old, new, f"tests/{test}", **more)


def of_mirror(file: str, name: str, old: str, new: str, test: str) -> Mutation:
    return Mutation(name, f"fluffydesk/mirror/{file}.py", old, new, f"tests/{test}")


def of_central(file: str, name: str, old: str, new: str, test: str, **more: Any) -> Mutation:
    path = f"fluffydesk/central/sql/sync_{file}.sql"
    return Mutation(name, path, old, new, f"tests/{test}", **more)
