"""The line to central as the screens see it: how it stands, and what a person may ask of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from fluffydesk.errors import Offline, Refusal
from fluffydesk.sync.ports import Central, Door
from fluffydesk.work import Work

T = TypeVar("T")


@dataclass(frozen=True)
class Standing:
    """How the line stands. `share` is how much of a long step is done, 0 to 1, None if unknown."""

    online: bool | None = None
    """None until central was tried for the first time."""
    syncing: bool = False
    step: str = ""
    share: float | None = None
    paused: bool = False
    """A person cancelled the sync; it goes on when asked, or after a while."""
    trouble: str = ""
    """Why central does not answer or says no, in words."""
    network: bool | None = None
    """The demo's switch; None where there is none."""
    switching: bool = False


@dataclass(frozen=True)
class Seat:
    """Where a person sits: what is shown in the settings."""

    url: str = ""
    email: str = ""
    mirror: str = ""
    logs: str = ""


class Reached(Central, Protocol):
    """Central, on a line of its own."""

    def close(self) -> None:
        """End the line."""


class Link(QObject):
    """One for each Work: `link_of(work)`. The app hears the wishes and says how things stand."""

    changed = Signal(object)
    """Standing"""
    sync_wanted = Signal()
    verify_wanted = Signal()
    cancel_wanted = Signal()
    """Stop the sync that runs; what it did so far is kept."""
    look_ahead_wanted = Signal()
    """Say what central would send, without taking it."""
    looked_ahead = Signal(object)
    """sync.dry_run.Incoming, or the Refusal that says why it could not be read"""
    network_wanted = Signal(bool)
    sign_out_wanted = Signal(bool)
    """True: also discard what was not sent."""
    sign_out_refused = Signal(object)
    """Refusal"""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.standing = Standing()
        self.seat = Seat()
        self.reach: Callable[[], Reached] | None = None
        """How a new line to central is had; to be closed after use."""

    def say(self, **news: Any) -> None:
        """Change parts of the standing, and tell if that makes a difference."""
        now = replace(self.standing, **news)
        if now != self.standing:
            self.standing = now
            self.changed.emit(now)


def link_of(work: Work) -> Link:
    """Return the line of a Work; it lives as long as the Work does."""
    found = work.findChild(Link)
    return found if isinstance(found, Link) else Link(work)


def ask_central(
    work: Work,
    job: Callable[[Door, Central], T],
    then: Callable[[T], Any],
    failed: Callable[[Refusal], Any],
) -> None:
    """Ask central something on a network thread; Offline reaches `failed` in words."""
    reach = link_of(work).reach

    def ask() -> T:
        if reach is None:
            raise Offline("Central cannot be reached.", "Try again when you are online.")
        with closing(reach()) as central:
            return job(work.mirror_door, central)

    work.on_network(ask, then, failed)
