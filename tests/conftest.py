"""What tests share: a real Postgres with a fresh database for each, and samples to copy."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

from fluffydesk.central import administration
from fluffydesk.central.embedded import DATABASE, EmbeddedServer
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.central.schema import sql_file
from fluffydesk.demo.companies import CLINIC, FARM, Company
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import now, zone_named
from tests.sampled import made_once, sample_clinic_mirror, sample_farm_mirror

PASSWORD = "correct horse"
# A test's server may lose what a power cut would take: nothing of it outlives the run.
_MEMORY, _ROOM = Path("/dev/shm"), 4 * 2**30
_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
# A login costs both sides 4096 rounds; an older Postgres, which may be chosen, has no such setting.
_ONE_ROUND = {} if os.environ.get("FLUFFYDESK_TEST_POSTGRES") else {"scram_iterations": "1"}

_TWO_MINUTES = 120_000
# The same examples each time, however slow the machine is. "--hypothesis-profile default" seeks
# others.
_CALM = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
settings.register_profile(
    "calm", deadline=None, derandomize=True, database=None, suppress_health_check=_CALM
)
settings.load_profile("calm")


# Files that take longest: begun last, one of them would keep one worker busy alone.
_LONG = (
    *("test_simulation.py", "test_every_screen.py", "test_kill_more.py", "test_every_record.py"),
    *("test_kill.py", "test_baseline.py", "test_setting_up.py", "test_backup.py", "test_run.py"),
    *("test_two_pcs.py", "test_numbers.py", "test_desk_day.py", "test_working_morning.py"),
)


def pytest_configure() -> None:
    """Show no window, and put the tests' files into memory where there is room: a database of a
    thousand files is copied for hundreds of tests, which takes a disk a second and memory a
    twentieth of that."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM and "TMPDIR" not in os.environ:
        tempfile.tempdir = str(_MEMORY)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Give files to the workers in the order that follows, not those with most tests first."""
    if hasattr(session.config.option, "loadscopereorder"):
        session.config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have workers begin with the files that take longest."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        places = {name: place for place, name in enumerate(_LONG)}
        items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_collection_finish() -> None:
    """Take what is imported out of the garbage collector's rounds; tests of widgets make many."""
    gc.collect()
    gc.freeze()


class Central:
    """One test's own central database, set up and empty, on the shared server."""

    def __init__(self, server: EmbeddedServer, name: str, people: dict[str, str]) -> None:
        self._server = server
        self._people = people
        self._open: list[Any] = []
        self.name = name

    @property
    def admin_url(self) -> str:
        return self._server.admin_url.rpartition("/")[0] + f"/{self.name}"

    @property
    def member_url(self) -> str:
        return self._server.member_url.rpartition("/")[0] + f"/{self.name}"

    def email(self, name: str) -> str:
        """Return `name`'s address; logins belong to the cluster, so no two tests share one."""
        if "@" in name:
            return name
        return self._people.get(name, f"{name}.{self.name}@fluffydesk.example")

    def add_organization(self, name: str, type: str = "breeding_facility") -> UUID:
        """Add an organization; by default of a kind that keeps farm animals and pets."""
        return administration.add_organization(self.admin_url, name, type)

    def add_user(
        self, email: str, organization_id: UUID, role: str, password: str = PASSWORD
    ) -> UUID:
        """Add a person named `email` (or, without an @, called so) to an organization."""
        address = self.email(email)
        name = email.partition("@")[0].capitalize()
        return administration.add_user(
            self.admin_url, address, password, organization_id, role, full_name=name
        )

    def admin(self) -> psycopg.Connection[Any]:
        """Return an administrator's connection, autocommit, closed after the test."""
        return self._kept(psycopg.connect(self.admin_url, autocommit=True))

    def login(self, email: str, password: str = PASSWORD) -> psycopg.Connection[Any]:
        """Return a member's own connection, autocommit, closed after the test."""
        return self._kept(
            psycopg.connect(
                self.member_url, user=self.email(email), password=password, autocommit=True
            )
        )

    def gateway(self, email: str, password: str = PASSWORD) -> PostgresGateway:
        return self._kept(PostgresGateway(self.member_url, self.email(email), password))

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server.start()

    def close(self) -> None:
        for kept in self._open:
            kept.close()

    def _kept(self, closable: Any) -> Any:
        self._open.append(closable)
        return closable


class PatientBot(QtBot):
    """A QtBot that waits as long as a busy machine may take: only what never comes fails."""

    def waitUntil(
        self, callback: Callable[[], bool | None], *, timeout: int = _TWO_MINUTES, **more: Any
    ) -> None:
        super().waitUntil(callback, timeout=timeout, **more)

    def waitSignal(self, signal: Any, *, timeout: int = _TWO_MINUTES, **more: Any) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, **more)


@pytest.fixture
def qtbot(qapp: Any, request: pytest.FixtureRequest) -> QtBot:
    """As pytest-qt's own, which gives up after five seconds."""
    return PatientBot(request)


@pytest.fixture(scope="session")
def binaries() -> Path | None:
    """The Postgres the tests are to use, if not the one in the wheel."""
    chosen = os.environ.get("FLUFFYDESK_TEST_POSTGRES")
    return Path(chosen) if chosen else None


@pytest.fixture(scope="session")
def postgres(
    tmp_path_factory: pytest.TempPathFactory, binaries: Path | None
) -> Iterator[EmbeddedServer]:
    folder = tmp_path_factory.mktemp("postgres")
    with EmbeddedServer(folder, binaries=binaries, settings=_QUICK | _ONE_ROUND) as server:
        yield server


@pytest.fixture(scope="module")
def apart(
    tmp_path_factory: pytest.TempPathFactory, binaries: Path | None
) -> Iterator[EmbeddedServer]:
    """A server of one module's own: roles belong to all databases of one."""
    folder = tmp_path_factory.mktemp("apart")
    with EmbeddedServer(folder, binaries=binaries, settings=_QUICK | _ONE_ROUND) as server:
        yield server


@pytest.fixture(scope="session")
def migrated(postgres: EmbeddedServer) -> str:
    """The name of a database that is set up; nobody stays connected to it."""
    administration.init(postgres.admin_url)
    return DATABASE


@contextmanager
def fresh_central(
    postgres: EmbeddedServer, migrated: str, people: dict[str, str] | None = None
) -> Iterator[Central]:
    """Lend a database of one's own, cloned from one that is set up, whose `people` have logins."""
    postgres.start()  # a test before may have stopped it
    name = f"t{uuid4().hex[:12]}"
    maintenance = make_conninfo(postgres.admin_url, dbname="postgres")
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(
                sql.Identifier(name), sql.Identifier(migrated)
            )
        )
    central = Central(postgres, name, people or {})
    with psycopg.connect(central.admin_url, autocommit=True) as connection:
        connection.execute(sql_file("database"))  # a template does not pass these on
    try:
        yield central
    finally:
        central.close()
        postgres.start()
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier(name))
            )


@pytest.fixture
def central(postgres: EmbeddedServer, migrated: str) -> Iterator[Central]:
    with fresh_central(postgres, migrated) as central:
        yield central


@pytest.fixture(scope="module")
def shared_central(postgres: EmbeddedServer, migrated: str) -> Iterator[Central]:
    """A central that the tests of one module share, and leave as they find it."""
    with fresh_central(postgres, migrated) as central:
        yield central


@pytest.fixture
def farm_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a mirror with the sample farm, to be copied.

    Its samples are about today, for screens ask the clock which day it is: a run that goes on over
    midnight makes it anew.
    """
    return _made_today(tmp_path_factory, FARM, sample_farm_mirror)


@pytest.fixture
def clinic_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a mirror with the sample clinic, to be copied."""
    return _made_today(tmp_path_factory, CLINIC, sample_clinic_mirror)


def _made_today(
    folders: pytest.TempPathFactory, company: Company, make: Callable[..., Mirror]
) -> Path:
    day = now().astimezone(zone_named(company.details["time_zone"])).date()
    name = f"{company.type.value}-{day}"
    return made_once(_shared(folders), name, partial(make, today=day))


def _shared(folders: pytest.TempPathFactory) -> Path:
    """Return the folder of a run, which its workers have in common."""
    own = folders.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
