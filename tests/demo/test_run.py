"""The demo sets up a central, two companies and two signed-in PCs, and is used again next time."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from fluffydesk.account import session as accounts
from fluffydesk.account.home import Home
from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.demo.companies import CLINIC, COMPANIES, FARM
from fluffydesk.demo.run import DemoControls, run
from fluffydesk.errors import Busy
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import today
from fluffydesk.records.users import Profile
from fluffydesk.records.vocabulary import Record

_HOLD = """
import sys, fasteners
with fasteners.InterProcessLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""
_WINDOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from fluffydesk.app import Desk
from fluffydesk.demo.run import run
begin = Desk.begin
def told(desk, notice=""):
    begin(desk, notice)
    QTimer.singleShot(500, lambda: print("open", flush=True))
Desk.begin = told
sys.exit(run(Path(sys.argv[1]), window=True))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A demo that was run once without a window, and what it said."""
    home = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        yield home, told(home)


def told(home: Path, *, fresh: bool = False) -> str:
    said = StringIO()
    with redirect_stdout(said):
        assert run(home, window=False, fresh=fresh) == 0
    return said.getvalue()


def count(mirror: Mirror, record: type[Record]) -> int:
    with mirror.read() as connection:
        return connection.execute(select(func.count()).select_from(record.__table__)).scalar_one()


def answers(server: EmbeddedServer) -> bool:
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex(("127.0.0.1", server.port)) == 0


def test_it_says_who_can_sign_in_and_where(made: tuple[Path, str]) -> None:
    home, said = made
    for company in COMPANIES:
        assert company.name in said
        for person in company.people:
            assert person.email in said
            assert person.password in said
    assert "postgresql://127.0.0.1:" in said
    assert str(home / "pc") in said
    assert "fluffydesk sign-in" in said


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("pc", {Livestock: 150, MilkProductionLog: 35_000, Pet: 0}),
        ("clinic-desk", {Pet: 260, Appointment: 250, Livestock: 0}),
    ],
)
def test_each_pc_is_signed_in_and_holds_its_company_alone(
    made: tuple[Path, str], folder: str, expected: dict[type[Record], int]
) -> None:
    home, _ = made
    session = accounts.resume(Home(home / folder))
    company = FARM if folder == "pc" else CLINIC
    assert session.email == company.person("manager").email
    with session.open_mirror() as mirror:
        assert mirror.dangling() == {}
        assert mirror.recall("organization")["name"] == company.name
        for record, least in expected.items():
            found = count(mirror, record)
            assert found >= least if least else found == 0, record
        if company is FARM:
            with mirror.read() as connection:
                writers = connection.execute(select(Livestock.updated_by).distinct()).scalars()
                names = select(Profile.full_name).where(Profile.id.in_(list(writers)))
                assert connection.execute(names).scalars().all() == [FARM.person("staff").name]


def test_the_next_start_uses_what_is_there(made: tuple[Path, str]) -> None:
    home, _ = made
    again = told(home)
    assert "Made " not in again
    assert " 0 rows pulled" in again


def test_an_old_sample_says_so(made: tuple[Path, str]) -> None:
    home, _ = made
    marker = home / "demo.json"
    kept = marker.read_text()
    marker.write_text(json.dumps({"made_on": (today() - timedelta(days=6)).isoformat()}))
    assert "--fresh" in told(home)
    marker.write_text(kept)


def test_two_demos_do_not_share_a_folder(made: tuple[Path, str]) -> None:
    home, _ = made
    holding = [sys.executable, "-c", _HOLD, str(home / "demo.lock")]
    with subprocess.Popen(holding, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"held"
        with pytest.raises(Busy):
            run(home, window=False)


def test_the_switch_really_stops_central(made: tuple[Path, str]) -> None:
    home, _ = made
    with EmbeddedServer(home / "central") as server:
        controls = DemoControls(server)
        assert controls.network
        assert answers(server)
        controls.set_network(False)
        assert not answers(server)
        controls.set_network(True)
        assert answers(server)


@pytest.mark.parametrize(("clinic", "folder"), [(False, "pc"), (True, "clinic-desk")])
def test_the_window_opens_at_one_of_the_two_with_central_running(
    made: tuple[Path, str], monkeypatch: pytest.MonkeyPatch, clinic: bool, folder: str
) -> None:
    home, _ = made
    opened: list[tuple[Path, bool]] = []

    def window(path: Path, *, demo: DemoControls) -> int:
        demo.set_network(False)
        demo.set_network(True)
        opened.append((path, demo.network))
        return 3

    monkeypatch.setitem(sys.modules, "fluffydesk.app", SimpleNamespace(run=window))
    assert run(home, window=True, clinic=clinic) == 3
    assert opened == [(home / folder, True)]


def test_fresh_and_half_made_demos_begin_anew_and_leave_strangers_alone(
    made: tuple[Path, str],
) -> None:
    home, _ = made
    (home / "notes.txt").write_text("mine")
    (home / "demo.json").unlink()
    assert "Made Brookside Farm" in told(home)
    assert (home / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes_the_window_and_stops_central(
    made: tuple[Path, str], sent: signal.Signals
) -> None:
    home, _ = made
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        [sys.executable, "-c", _WINDOW, str(home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as window:
        assert window.stdout is not None
        assert "open\n" in iter(window.stdout.readline, "")
        central = EmbeddedServer(home / "central", port=_port(home))
        assert answers(central)
        window.send_signal(sent)
        _, errors = window.communicate(timeout=60)
    assert window.returncode == 0, errors
    assert "Traceback" not in errors
    assert "QThread" not in errors
    assert not answers(central)


def _port(home: Path) -> int:
    return int((home / "central" / "port").read_text())
