"""What the sync asks of central, however it is reached."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, Protocol, TypeVar
from uuid import UUID

from fluffydesk.central.connection import Bell
from fluffydesk.central.messages import Device, Hello
from fluffydesk.mirror.images import TextRow
from fluffydesk.mirror.mirror import Mirror

Json = dict[str, Any]
T = TypeVar("T")


class Door(Protocol):
    """Runs a short job where the mirror may be used, and returns what it returns."""

    def __call__(self, job: Callable[[Mirror], T]) -> T: ...


class CentralSnapshot(Protocol):
    """Central as it is at one moment; each method raises Offline when the line is cut."""

    def pull(
        self,
        organization_id: UUID,
        cursor: Json | None,
        tables: dict[str, list[str]],
        page: Json | None,
        limit: int = 2000,
    ) -> Json:
        """Return the changes since `cursor`, a page of them, as sync.pull() answers."""

    def copy(
        self,
        organization_id: UUID,
        table: str,
        columns: list[str],
        after: UUID | None = None,
        since: date | None = None,
    ) -> Generator[list[TextRow], None, None]:
        """Yield batches of rows in order of id, each value the text of its storage form.

        Here and below `since` is the first day of which a PC keeps the logs; None: it keeps all.
        """

    def whole(
        self, organization_id: UUID, tables: dict[str, list[str]], since: date | None = None
    ) -> dict[str, list[TextRow]]:
        """Return all rows of some tables that have few, as `copy` yields them."""

    def counts(
        self, organization_id: UUID, tables: list[str], since: date | None = None
    ) -> dict[str, int]:
        """Return how many rows of each table are visible."""

    def digest(
        self,
        organization_id: UUID,
        table: str,
        columns: list[str],
        after: UUID | None = None,
        since: date | None = None,
    ) -> list[Json]:
        """Return `{"last", "rows", "hash"}` of the next chunks of rows in order of id.

        `last` is the id that ends a chunk, None where nothing comes after.
        """

    def keys(
        self,
        organization_id: UUID,
        table: str,
        columns: list[str],
        bounds: tuple[UUID | None, UUID | None],
        since: date | None = None,
    ) -> dict[str, str]:
        """Return id -> MD5 of the rows after one id and up to another; None: from the first on,
        to the last."""

    def images(
        self, organization_id: UUID, table: str, columns: list[str], ids: list[UUID]
    ) -> list[Json]:
        """Return the images of those rows that are visible."""


class Central(Protocol):
    """Central as one member of it sees it; each method raises Offline or SignInRefused."""

    def organizations(self) -> list[Json]:
        """Return the organizations this user is an active member of."""

    def hello(self, organization_id: UUID, device: Device) -> Hello:
        """Say which device asks, and learn what the user is and may see."""

    def catalogue(self) -> Json:
        """Return the columns of each mirrored table and the words of each closed list."""

    def poll(
        self, organization_id: UUID, device: Device, cursor: Json | None
    ) -> tuple[Hello, Json | None]:
        """Say hello, and learn in the same round trip whether anything is new since `cursor`.

        Where nothing is, the cursor up to which that holds comes too, else None.
        """

    def beyond(
        self,
        organization_id: UUID,
        table: str,
        columns: list[str],
        since: date,
        of: tuple[str, UUID] | None = None,
        limit: int = 200,
    ) -> list[Json]:
        """Return the latest rows of a log from before a day, all or those a link names a row in."""

    def number_gaps(self, organization_id: UUID, series: Sequence[str]) -> list[Json]:
        """Return the reserved numbers that no record has, in order, series by series."""

    def trail(
        self, organization_id: UUID, table: str, row_id: UUID, limit: int = 200
    ) -> list[Json]:
        """Return what the audit trail has of a row, newest first, as far as one may read it."""

    def snapshot(self) -> AbstractContextManager[CentralSnapshot]:
        """Open one moment of central for reading."""

    def push(
        self,
        organization_id: UUID,
        device: Device,
        parcels: Sequence[Json | str],
        meanwhile: Callable[[], None] | None = None,
    ) -> list[Json]:
        """Apply parcels, each whole or not at all; return their results in the same order.

        A parcel may be given as its JSON text. `meanwhile` is called, if it is, while central
        works on them; it may be called again, or not at all.
        """

    def numbers(
        self, organization_id: UUID, device: Device, blocks: list[Json], wanted: list[Json]
    ) -> Json:
        """Note how far this PC is with its blocks of numbers, `[{"id", "next", "ended"}]`, and
        reserve the `wanted`, `[{"id", "series", "count"}]`; the same id gets the same block.

        Answers `{"open": [id], "reserved": [{"id", "series", "first", "last"}]}`. Raises
        Incompatible where central is too old to know of numbers.
        """

    def listen(
        self, channel: str, stop: Callable[[], bool], seconds: float, bell: Bell | None = None
    ) -> bool:
        """Wait up to `seconds` for news on a channel; True when there is some."""
