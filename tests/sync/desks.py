"""PCs at work: a mirror, a way to central, and what a test asks of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from fluffydesk.actions.deciding import put_right
from fluffydesk.central.messages import Device
from fluffydesk.mirror import journal, pending
from fluffydesk.mirror.images import Image, from_image, read_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.types import new_id
from fluffydesk.sync import cycle, ledger, resolve
from fluffydesk.sync.ports import Central
from fluffydesk.sync.pull import tables
from tests.mirrors import new_mirror


class Desk:
    """One PC of one member: its mirror and its line to central."""

    def __init__(
        self,
        path: Path,
        gateway: Central,
        organization: UUID,
        name: str,
        device: UUID | None = None,
    ) -> None:
        self.mirror = new_mirror(path)
        self.gateway = gateway
        self.organization = organization
        self.device = Device(id=device or new_id(), name=name, version="1.0")
        known = [one for one in gateway.organizations() if UUID(str(one["id"])) == organization]
        hello = gateway.hello(organization, self.device)
        self.user = hello.user_id
        self.mirror.remember(
            author={
                "user_id": str(hello.user_id),
                "user_name": hello.user_name,
                "device_id": str(self.device.id),
                "device_name": name,
            },
            organization={**known[0], "id": str(organization)},
        )

    def sync(self, **options: Any) -> cycle.Report:
        """Run one sync."""
        given = {"settle": put_right, **options}
        return cycle.sync(self.door, self.gateway, self.organization, self.device, **given)

    def door(self, job: Callable[[Mirror], Any]) -> Any:
        """Run a job where the mirror may be used: here."""
        return job(self.mirror)

    def add(self, table: str, id: UUID | None = None, **values: Any) -> UUID:
        """Add a row, as one unit of work."""
        with self.mirror.unit(f"Add to {table}") as unit:
            return unit.insert(record_for(table), values, id)

    def change(self, table: str, id: UUID, **values: Any) -> None:
        """Change a row, as one unit of work."""
        with self.mirror.unit(f"Change {table}") as unit:
            unit.update(record_for(table), id, values)

    def delete(self, table: str, id: UUID) -> None:
        """Delete a row, as one unit of work."""
        with self.mirror.unit(f"Delete from {table}") as unit:
            unit.delete(record_for(table), id)

    def row(self, table: str, id: UUID) -> dict[str, Any] | None:
        """Return a row of the mirror in Python values."""
        with self.mirror.read() as connection:
            image = read_image(connection, record_for(table), id)
        return None if image is None else from_image(record_for(table), image)

    def conflicts(self) -> list[resolve.Conflict]:
        """Return the open conflicts."""
        with self.mirror.read() as connection:
            return resolve.open_conflicts(connection)

    def quarantine(self) -> list[resolve.Refused]:
        """Return the open quarantine."""
        with self.mirror.read() as connection:
            return resolve.open_quarantine(connection)

    def waiting(self) -> int:
        """Return how many units wait to be sent."""
        with self.mirror.read() as connection:
            return ledger.waiting(connection).count

    def ledger(self) -> dict[str, int]:
        """Return the ledger without its empty lines, having checked that it balances."""
        with self.mirror.read() as connection:
            counts = ledger.counts(connection)
            made = self.mirror.state.get(connection, "units_made", 0)
        assert sum(counts.values()) == made, (counts, made)
        return {outcome: count for outcome, count in counts.items() if count}

    def contents(self) -> dict[str, dict[str, Image]]:
        """Return every row of the mirror in storage form, by table and id."""
        return contents_of(self.mirror)

    def as_central(self) -> dict[str, dict[str, Image]]:
        """Return the contents with each unsent edit taken back: what central has of it."""
        found = self.contents()
        with self.mirror.read() as connection:
            edits = journal.pending_rows(connection)
        for (table, id), edit in edits.items():
            found[table].pop(id, None)
            if edit.base is not None:
                found[table][id] = {name: edit.base.get(name) for name in tables()[table]}
        return found

    def parcels(self) -> int:
        """Return how many parcels lie in the outbox."""
        with self.mirror.read() as connection:
            return pending.count_parcels(connection)


def contents_of(mirror: Mirror) -> dict[str, dict[str, Image]]:
    """Return every row of a mirror in storage form, by table and id."""
    with mirror.read() as connection:
        return {
            table: {
                str(row.id): dict(row._mapping)
                for row in connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {table}")
            }
            for table, columns in tables().items()
        }


def shown_by(central: Any, email: str, organization: UUID) -> dict[str, dict[str, Image]]:
    """Return every row that central shows this member, read by a plain SELECT as that login."""
    shown: dict[str, dict[str, Image]] = {}
    with central.login(email) as connection:
        for table, columns in tables().items():
            query = connection.execute(
                "SELECT sync.select_for(%s, %s, %s)", (organization, table, columns)
            ).fetchone()[0]
            rows = connection.execute(query).fetchall()
            shown[table] = {
                str(row[columns.index("id")]): {
                    name: value if value is None or isinstance(value, int) else str(value)
                    for name, value in zip(columns, row, strict=True)
                }
                for row in rows
            }
    return shown


def assert_same(mine: dict[str, dict[str, Image]], theirs: dict[str, dict[str, Image]]) -> None:
    """Compare table by table, so that a failure names the row."""
    for table, rows in theirs.items():
        assert mine[table].keys() == rows.keys(), table
        for id, image in rows.items():
            assert mine[table][id] == image, (table, id)


def assert_quiet(central: Any, desks: dict[str, list[Desk]], organization: UUID) -> None:
    """Nothing waits, every ledger balances, every mirror is what central shows its user."""
    for email, theirs in desks.items():
        shown = shown_by(central, email, organization)
        for desk in theirs:
            assert desk.waiting() == 0
            assert desk.parcels() == 0
            desk.ledger()
            assert_same(desk.contents(), shown)


class Faulty:
    """The real gateway with a fault put in: `before` and `after` each push, by call number, and
    before each of the `reads` of a snapshot."""

    def __init__(
        self,
        gateway: Any,
        before: Callable[[int], None] = lambda _: None,
        after: Callable[[int], None] = lambda _: None,
        reads: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._gateway = gateway
        self._before = before
        self._after = after
        self._reads = reads
        self.calls = 0
        self.read = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._gateway, name)

    def push(self, *call: Any) -> Any:
        """Push, with what was put in front of it and behind it."""
        self.calls += 1
        self._before(self.calls)
        answer = self._gateway.push(*call)
        self._after(self.calls)
        return answer

    @contextmanager
    def snapshot(self) -> Iterator[Any]:
        """Open a snapshot each of whose answers may fail to come."""
        with self._gateway.snapshot() as snapshot:
            yield _Reading(snapshot, self)

    def count_read(self) -> None:
        """Count an answer that is about to come."""
        self.read += 1
        self._reads(self.read)


class _Reading:
    """A snapshot whose answers are counted."""

    def __init__(self, snapshot: Any, line: Faulty) -> None:
        self._snapshot = snapshot
        self._line = line

    def __getattr__(self, name: str) -> Any:
        self._line.count_read()
        return getattr(self._snapshot, name)

    def copy(self, *call: Any) -> Iterator[Any]:
        """Yield the batches of a table."""
        for batch in self._snapshot.copy(*call):
            self._line.count_read()
            yield batch
