"""What every benchmark of the sync needs: a filled central, the raw limit, memory, ratios.

The rows are those of `livestock_identifiers`: 14 columns, a uuid key, three secondary indexes in
the mirror, and the policies of a real table. A
benchmark opens one central, fills it, measures each thing in a process of its own (`alone`), and
prints a `Table` of ratios to the raw limit of the same run.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from sqlcipher3 import dbapi2

from fluffydesk.central import administration
from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.central.messages import Device
from fluffydesk.mirror.engine import connect
from fluffydesk.mirror.images import column_names
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.schema import index_ddl, table_ddl
from fluffydesk.records.catalog import record_for

T = TypeVar("T")

TABLE = "livestock_identifiers"
ANIMALS = 2000
KEY = bytes(range(32))
DEVICE = Device(id=UUID(int=1), name="bench-pc", version="1.0")
PASSWORD = "correct horse"
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "autovacuum": "off"}
"""A central that does not wait for its disk, so that what is compared is the work."""

_ANIMALS = """
insert into livestock (id, organization_id, tag_number, species_id, sex, status)
select gen_random_uuid(), %s, 'T' || n, %s, 'female', 'active' from generate_series(1, %s) n
"""
_ROWS = """
insert into livestock_identifiers
  (id, organization_id, animal_id, kind, value, given_on, reason, created_at, updated_at)
select gen_random_uuid(), %(here)s, a.ids[1 + n %% cardinality(a.ids)],
  case n %% 4 when 0 then 'herdbook' else 'visual' end::identifier_kind,
  upper(substr(md5(n::text), 1, 12)), date '2026-01-01' - (n %% 700)::int,
  case n %% 5 when 0 then 'the first one was lost' end,
  timestamptz '2025-01-01Z' + n * interval '1 s', timestamptz '2026-01-01Z' + n * interval '1 s'
from generate_series(%(first)s::bigint, %(last)s::bigint) n,
  (select array_agg(id order by id) as ids from livestock where organization_id = %(here)s) a
"""


@dataclass
class Bench:
    """A central with one farm, its owner's login and an administrator's connection.

    Only `place`, which is plain text, crosses into a process of its own.
    """

    server: EmbeddedServer
    organization: UUID
    user: UUID
    admin: psycopg.Connection[Any]
    rows: int = 0

    @property
    def place(self) -> Place:
        """Return how another process reaches this central."""
        return Place(
            self.server.member_url, self.server.admin_url, str(self.organization), str(self.user)
        )

    def fill(self, rows: int) -> None:
        """Bring the farm to so many rows of `TABLE`; no trigger runs, so none is in the log."""
        if rows <= self.rows:
            return
        self.admin.execute("set session_replication_role = replica")
        values = {"here": self.organization, "first": self.rows + 1, "last": rows}
        self.admin.execute(_ROWS, values)
        self.admin.execute("reset session_replication_role")
        self.admin.execute("vacuum analyze")
        self.rows = rows


@dataclass(frozen=True)
class Place:
    """Where a central is and who signs in."""

    member_url: str
    admin_url: str
    organization: str
    user: str
    email: str = "owner@fluffydesk.example"

    @property
    def id(self) -> UUID:
        """The organization."""
        return UUID(self.organization)

    def gateway(self) -> PostgresGateway:
        """Return the owner's way to central, as the app makes it."""
        return PostgresGateway(self.member_url, self.email, PASSWORD)

    def login(self) -> psycopg.Connection[Any]:
        """Return the owner's own connection, autocommit."""
        return psycopg.connect(self.member_url, user=self.email, password=PASSWORD, autocommit=True)

    def administrator(self) -> psycopg.Connection[Any]:
        """Return a connection that no policy binds, autocommit."""
        return psycopg.connect(self.admin_url, autocommit=True)

    def mirror(self, path: Path) -> Mirror:
        """Return the owner's mirror at `path`, made and signed in if it is new."""
        made = path.exists()
        mirror = Mirror.open(path, KEY)
        if not made:
            mirror.remember(
                author={
                    "user_id": self.user,
                    "user_name": "Olga",
                    "device_id": str(DEVICE.id),
                    "device_name": DEVICE.name,
                },
                organization={
                    "id": self.organization,
                    "name": "Hill Farm",
                    "type": "breeding_facility",
                    "time_zone": "UTC",
                    "currency": "EUR",
                    "role": "owner",
                },
            )
        return mirror


@contextmanager
def central(settings: dict[str, str] | None = None) -> Iterator[Bench]:
    """Give an empty farm at a central of its own; takes some seconds to set up."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with EmbeddedServer(Path(folder), settings=SETTINGS | (settings or {})) as server:
            administration.init(server.admin_url)
            here = administration.add_organization(
                server.admin_url, "Hill Farm", "breeding_facility"
            )
            user = administration.add_user(
                server.admin_url, Place.email, PASSWORD, here, "owner", full_name="Olga"
            )
            with psycopg.connect(server.admin_url, autocommit=True) as admin:
                species = admin.execute("select id from livestock_species limit 1").fetchone()
                assert species is not None
                admin.execute("set session_replication_role = replica")
                admin.execute(_ANIMALS, [here, species[0], ANIMALS])
                admin.execute("reset session_replication_role")
                yield Bench(server, here, user, admin)


def columns() -> list[str]:
    """Return the columns of `TABLE` as a mirror has them."""
    return column_names(record_for(TABLE))


def raw_file(path: Path, *, indexes: bool = True, durable: bool = False) -> Any:
    """Return a bare connection to an encrypted file with `TABLE` alone, as a mirror has it.

    The same SQLCipher, key, cache and write-ahead log as a mirror; no journal and no triggers.
    `durable` waits for the disk at each commit (`synchronous=FULL`).
    """
    driver = connect(path, KEY)
    driver.execute("PRAGMA journal_mode = WAL")
    driver.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    driver.execute("PRAGMA foreign_keys = OFF")
    driver.execute(table_ddl(record_for(TABLE).__table__))
    if indexes:
        raw_indexes(driver)
    return driver


def raw_indexes(driver: Any) -> None:
    """Make the indexes of `TABLE` in a raw file."""
    for statement in index_ddl(record_for(TABLE).__table__):
        driver.execute(statement)


def insert_sql() -> str:
    """Return the statement that inserts a row of `TABLE` from a tuple of its columns."""
    names = columns()
    return f"INSERT INTO {TABLE} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


def alone(run: Callable[..., T], *arguments: Any) -> T:
    """Run a module's function in a new process and return what it returns.

    Arguments and result must be such as can be pickled; the process starts from nothing.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(run, *arguments).result()


def timed(run: Callable[[], T]) -> tuple[float, T]:
    """Return how many seconds something took, and what it returned."""
    begun = time.perf_counter()
    result = run()
    return time.perf_counter() - begun, result


class Memory:
    """How much memory this process takes above what it took when this was made, in MB (10^6)."""

    def __init__(self) -> None:
        Path("/proc/self/clear_refs").write_text("5")  # begin the peak anew
        self.idle = _status("VmRSS")

    def peak(self) -> float:
        """Return the most that was taken since, above the idle process."""
        return _status("VmHWM") - self.idle


def _status(key: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) * 1024 / 1e6
    raise KeyError(key)


def machine(admin: psycopg.Connection[Any] | None = None) -> str:
    """Return a line on what this was measured with, and how busy that is."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    ram = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    server = f"Postgres {admin.info.server_version // 10000}, " if admin else ""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores of {model}, {ram:.0f} GB; {server}"
        f"SQLite {dbapi2.sqlite_version} with SQLCipher, Python {platform.python_version()}; "
        f"load when begun {load:.1f}"
    )


@dataclass
class Line:
    """One thing that was measured, beside its raw limit."""

    work: str
    seconds: float
    raw: float
    limit: float | None = None
    """The ratio that must not be passed; None where it is only reported."""
    memory: float | None = None
    """The peak above the idle process in MB."""
    most: float | None = None
    """The memory that must not be passed, in MB."""

    @property
    def ratio(self) -> float:
        return self.seconds / self.raw

    @property
    def broken(self) -> bool:
        """Whether a limit is passed."""
        slow = self.limit is not None and self.ratio > self.limit
        return slow or (self.most is not None and (self.memory or 0) > self.most)

    def __str__(self) -> str:
        unit, scale = ("s", 1.0) if self.seconds >= 1 else ("ms", 1000.0)
        text = (
            f"{'BROKEN' if self.broken else '      '} {self.work:58}"
            f"{self.seconds * scale:9.2f} {unit:2} raw {self.raw * scale:9.2f} {unit:2}"
            f"  ratio {self.ratio:5.2f}"
        )
        if self.limit is not None:
            text += f" of at most {self.limit:.1f}"
        if self.memory is not None:
            text += f", {self.memory:.0f} MB above idle"
        return text


@dataclass
class Table:
    """Lines printed as they come; `code` is 1 when one of them broke its limit."""

    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        """Print a line and keep it."""
        self.lines.append(line)
        print(line, flush=True)

    @property
    def code(self) -> int:
        """The exit code."""
        return int(any(line.broken for line in self.lines))

    def as_json(self) -> str:
        """Return the lines for a machine."""
        return json.dumps([vars(line) | {"ratio": line.ratio} for line in self.lines])
