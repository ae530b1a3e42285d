"""What would otherwise be chance, to be repeated: clock, ids, and where a program dies."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fluffydesk import sync
from fluffydesk.central import gateway
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records import types

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


class Clock:
    """A clock that goes on by a millisecond whenever it is read, and jumps when it is told to.

    Ids are made of it, and of a number that never comes twice in one process.
    """

    def __init__(self) -> None:
        self.read = 0
        self.ahead = timedelta()
        self.ids = 0

    def now(self, zone: tzinfo | None = UTC) -> datetime:
        """Return this moment of the simulation."""
        self.read += 1
        return (_BEGINNING + self.ahead + timedelta(milliseconds=self.read)).astimezone(zone)

    def chance(self, count: int) -> bytes:
        """Return bytes that never came before."""
        self.ids += 1
        return self.ids.to_bytes(count, "big")

    def begin(self) -> None:
        """Start again, for another life; ids go on, for the database knows the old ones."""
        self.read = 0
        self.ahead = timedelta()

    @contextmanager
    def rules(self) -> Iterator[None]:
        """Make the program's clock and ids these."""
        kept = types.time, types.datetime, types.os, gateway.time
        nanoseconds = lambda: int(self.now().timestamp() * 1e9)  # noqa: E731
        types.time = SimpleNamespace(time_ns=nanoseconds)  # type: ignore[assignment]
        types.datetime = SimpleNamespace(now=self.now)  # type: ignore[assignment, misc]
        types.os = SimpleNamespace(urandom=self.chance)  # type: ignore[assignment]
        seconds = SimpleNamespace(time=lambda: self.now().timestamp(), monotonic=kept[3].monotonic)
        gateway.time = seconds  # type: ignore[assignment]
        try:
            yield
        finally:
            types.time, types.datetime, types.os, gateway.time = kept  # type: ignore[misc]


def commit_points(module: str = "*") -> list[str]:
    """Return every place of the sync that commits something to the mirror: `push._settle apply`."""
    found = {"remember", "save"} if module == "*" else set()
    for path in Path(sync.__path__[0]).glob(f"{module}.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                opened = (item.context_expr for item in _opened(function))
                calls = (one.func for one in opened if isinstance(one, ast.Call))
                names = {call.attr for call in calls if isinstance(call, ast.Attribute)}
                place = f"{path.stem}.{function.name}"
                found |= {f"{place} {name}" for name in names & {"apply", "unit"}}
    return sorted(found)


def _opened(function: ast.FunctionDef) -> Iterator[ast.withitem]:
    for node in ast.walk(function):
        if isinstance(node, ast.With):
            yield from node.items


class Crash(BaseException):
    """The program died here."""


class Deaths:
    """Kills a mirror's program at one commit: just before, or just after it."""

    def __init__(self) -> None:
        self.point: str | None = None
        self.nth = 0
        self.after = False
        self.passed: set[str] = set()

    def arm(self, point: str, nth: int, after: bool) -> None:
        """Die at the nth time that this commit comes."""
        self.point, self.nth, self.after = point, nth, after

    def disarm(self) -> None:
        """Live on."""
        self.point = None

    def watch(self, mirror: Mirror) -> None:
        """See every transaction of a mirror."""
        for kind in ("apply", "unit"):
            setattr(mirror, kind, self._watched(kind, getattr(mirror, kind)))

    def _watched(self, kind: str, transaction: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **options: Any) -> Any:
            frame = sys._getframe(1)
            name = frame.f_code.co_name
            ours = "tests" not in Path(frame.f_code.co_filename).parts
            module = Path(frame.f_code.co_filename).stem
            known = name if name == "remember" else f"{module}.{name} {kind}"
            return self._guarded(known if ours else "save", transaction(*arguments, **options))

        return called

    @contextmanager
    def _guarded(self, point: str, transaction: Any) -> Iterator[Any]:
        fatal = point == self.point
        if fatal:
            self.nth -= 1
            fatal = self.nth == 0
        with transaction as given:
            yield given
            if fatal and not self.after:
                self.passed.add(point)
                raise Crash(point)
        if fatal:
            self.passed.add(point)
            raise Crash(point)
