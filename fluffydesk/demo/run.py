"""The demo: a central of its own, a sample farm and clinic in it, and PCs that are signed in."""

from __future__ import annotations

import importlib
import json
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import fasteners

from fluffydesk.account import session as accounts
from fluffydesk.account.home import Home
from fluffydesk.central import administration
from fluffydesk.central.embedded import EmbeddedServer
from fluffydesk.demo.companies import CLINIC, COMPANIES, FARM, Company
from fluffydesk.demo.fill_central import fill_central
from fluffydesk.errors import Busy, NotSignedIn
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import today
from fluffydesk.sync import cycle
from fluffydesk.sync.ports import Door

_T = TypeVar("_T")
_DESKS: tuple[tuple[Company, str, str], ...] = (
    (FARM, "pc", "Farm office"),
    (CLINIC, "clinic-desk", "Front desk"),
)
"""Company, folder and the PC's name; the manager is signed in."""
_OLD = timedelta(days=5)


class DemoControls:
    """What the window may do to the demo's central: really stop it and start it again."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self.network = True

    def set_network(self, on: bool) -> None:
        """Start central, or stop it in the midst of whatever it does. Takes a second or two."""
        if on:
            self._server.start()
        else:
            self._server.stop()
        self.network = on


def run(home: Path, *, window: bool, clinic: bool = False, fresh: bool = False) -> int:
    """Set up the demo in `home` (or use the one that is there), say what there is, open the window.

    `clinic` opens the front desk of the clinic rather than the farm's office, `fresh` throws an
    earlier demo away. Returns the exit code. Raises Busy while another demo runs in `home`, and
    whatever setting up, signing in or syncing refuses.
    """
    home = home.expanduser().absolute()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = fasteners.InterProcessLock(home / "demo.lock")
    if not lock.acquire(blocking=False):
        lock.lockfile.close()  # which a lock that was not got leaves open
        raise Busy(f"A demo runs in {home} already.", "Use its window, or give another --home.")
    # SIGTERM interrupts as Ctrl+C does, so that central is stopped; the window has its own way.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _run(home, window=window, clinic=clinic, fresh=fresh)
    finally:
        signal.signal(signal.SIGTERM, before)
        lock.release()


def _run(home: Path, *, window: bool, clinic: bool, fresh: bool) -> int:
    if fresh or not _made_on(home):
        _throw_away(home)
    server = EmbeddedServer(home / "central")
    try:
        _say(f"Starting the demo's central in {home / 'central'} ..")
        server.start()
        _fill(home, server)
        for company, folder, device in _DESKS:
            _sign_in_and_sync(home / folder, server.member_url, company, device)
        _tell(home, server)
        if not window:
            return 0
        app = importlib.import_module("fluffydesk.app")
        folder = _DESKS[1 if clinic else 0][1]
        return int(app.run(home / folder, demo=DemoControls(server)) or 0)
    finally:
        server.stop()


def _marker(home: Path) -> Path:
    """The file that says the demo was filled to its end."""
    return home / "demo.json"


def _made_on(home: Path) -> date | None:
    try:
        return date.fromisoformat(json.loads(_marker(home).read_text(encoding="utf-8"))["made_on"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _throw_away(home: Path) -> None:
    """Remove what a demo made, and nothing else that may lie in the folder."""
    _marker(home).unlink(missing_ok=True)
    for folder in ("central", *(desk for _, desk, _ in _DESKS)):
        if (home / folder).exists():
            shutil.rmtree(home / folder)


def _fill(home: Path, server: EmbeddedServer) -> None:
    made_on = _made_on(home)
    if made_on is not None:
        administration.upgrade(server.admin_url)
        if today() - made_on > _OLD:
            _say(
                f"The sample was made on {made_on}: its days end there. "
                "`fluffydesk demo --fresh` makes a new one and drops what was changed in this one."
            )
        return
    administration.init(server.admin_url)
    for company in COMPANIES:
        started = time.monotonic()
        filled = fill_central(server.admin_url, company)
        _say(
            f"Made {company.name}: {filled.rows:,} rows and {len(company.people)} people "
            f"in {time.monotonic() - started:.1f} s."
        )
    _marker(home).write_text(json.dumps({"made_on": today().isoformat()}), encoding="utf-8")


def _sign_in_and_sync(folder: Path, url: str, company: Company, device: str) -> None:
    """Sign the manager in, unless somebody is signed in already, and bring the PC up to date."""
    place = Home(folder)
    person = company.person("manager")
    try:
        session = accounts.resume(place)
    except NotSignedIn:
        session = accounts.sign_in(place, url, person.email, person.password, device_name=device)
    with place.sync_lock(), session.open_mirror() as mirror, closing(session.gateway()) as gateway:
        report = cycle.sync(_door(mirror), gateway, session.organization_id, session.device)
    _say(
        f"Synced {device} ({session.email} at {company.name}): {report.pulled:,} rows pulled, "
        f"{report.pushed:,} rows pushed."
    )


def _door(mirror: Mirror) -> Door:
    """Without a window there is one thread, and the mirror may be used at once."""

    def use(job: Callable[[Mirror], _T]) -> _T:
        return job(mirror)

    return use


def _tell(home: Path, server: EmbeddedServer) -> None:
    width = max(len(person.email) for company in COMPANIES for person in company.people)
    lines = ["", f"Central for members: {server.member_url}"]
    for company in COMPANIES:
        lines += ["", f"{company.name} ({company.type.value.replace('_', ' ')})"]
        lines += [
            f"  {person.role.value:<13} {person.email:<{width}}  password {person.password:<18} "
            f"{person.name}, {person.title.lower()}"
            for person in company.people
        ]
    lines.append("")
    for company, folder, device in _DESKS:
        lines.append(f"{device}, {company.name}: {home / folder}")
    colleague = FARM.person("staff")
    variable = "set" if sys.platform == "win32" else "export"
    lines += [
        "`fluffydesk demo` opens the first, `fluffydesk demo --clinic` the second.",
        "",
        "While the demo's window is open, make a second PC in another terminal:",
        f"  {variable} FLUFFYDESK_HOME={home / 'second-pc'}",
        f"  fluffydesk sign-in {server.member_url} {colleague.email}",
        "  fluffydesk",
        f"The password it asks for is {colleague.password}.",
        "",
    ]
    _say("\n".join(lines))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
