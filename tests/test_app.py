from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import keyring
import keyring.backends.null
import pytest
from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fluffydesk import app as application
from fluffydesk.account import secrets
from fluffydesk.account import session as accounts
from fluffydesk.account.home import Home
from fluffydesk.actions import saving
from fluffydesk.app import Desk, Workplace
from fluffydesk.records.pets import ClinicClient
from fluffydesk.ui.link import link_of
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.booking_form import open_booking
from fluffydesk.ui.screens.settings import Settings
from fluffydesk.ui.screens.sign_in import SignInWindow
from fluffydesk.ui.screens.trouble import TroubleWindow
from fluffydesk.ui.sweeping import Sweeper
from tests.conftest import PASSWORD

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


class Controls:
    """The demo's switch, over the test's own central."""

    def __init__(self, central: Any) -> None:
        self._central = central
        self.network = True

    def set_network(self, on: bool) -> None:
        if on:
            self._central.start()
        else:
            self._central.stop()
        self.network = on


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> Iterator[None]:
    """Secrets are this test's own, and no thread is left behind."""
    before = set(threading.enumerate())
    folder = tmp_path / "runtime"
    monkeypatch.setattr(secrets.platformdirs, "user_runtime_path", lambda **_: folder)
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.null.Keyring)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    sweeper = Sweeper()
    yield
    sweeper.close()
    left = [thread.name for thread in threading.enumerate() if thread not in before]
    assert not left, f"threads left behind: {left}"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def signed_in(central: Any, home: Home) -> Any:
    clinic = central.add_organization("Canal Street", "veterinary_clinic")
    central.add_user("ana", clinic, "manager")
    accounts.sign_in(home, central.member_url, central.email("ana"), PASSWORD)
    return central


@pytest.fixture
def desk(home: Home, signed_in: Any) -> Iterator[Desk]:
    made = Desk(home, Controls(signed_in))
    yield made
    made.end()


def workplace(desk: Desk) -> Workplace:
    assert desk.workplace is not None
    return desk.workplace


def chip(desk: Desk) -> str:
    return workplace(desk).shell.bar.chip.text().strip()


def save(desk: Desk, name: str) -> None:
    workplace(desk).work.act(lambda mirror: saving.add(mirror, ClinicClient, {"full_name": name}))


def clients(central: Any) -> list[str]:
    rows = central.admin().execute("select full_name from clinic_clients order by 1").fetchall()
    return [name for (name,) in rows]


def test_edits_wait_while_central_is_off_and_drain_when_it_is_back(
    qtbot: QtBot, desk: Desk, signed_in: Any
) -> None:
    desk.begin()
    qtbot.waitUntil(lambda: chip(desk).startswith("All saved"))
    save(desk, "Noor Vale")
    qtbot.waitUntil(lambda: clients(signed_in) == ["Noor Vale"])

    link = workplace(desk).link
    link.network_wanted.emit(False)
    qtbot.waitUntil(lambda: link.standing.network is False)
    qtbot.waitUntil(lambda: chip(desk).startswith("Offline"))
    save(desk, "Tomas Reed")
    save(desk, "Ivy Stone")
    qtbot.waitUntil(lambda: "2 edits wait" in chip(desk))
    assert chip(desk).startswith("Offline")

    link.network_wanted.emit(True)
    qtbot.waitUntil(lambda: chip(desk).startswith("All saved"))
    assert clients(signed_in) == ["Ivy Stone", "Noor Vale", "Tomas Reed"]


def test_what_a_colleague_writes_is_announced(qtbot: QtBot, desk: Desk, signed_in: Any) -> None:
    desk.begin()
    qtbot.waitUntil(lambda: chip(desk).startswith("All saved"))
    heard: list[Any] = []
    workplace(desk).work.changed.connect(heard.append)
    colleague = signed_in.login("ana")
    colleague.execute(
        "insert into clinic_clients (id, organization_id, full_name, status) "
        "select gen_random_uuid(), id, 'Lena Marsh', 'active' from organizations"
    )
    qtbot.waitUntil(lambda: any("clinic_clients" in changes for changes in heard))


def test_a_clinic_sees_the_clinics_screens(qtbot: QtBot, desk: Desk) -> None:
    desk.begin()
    assert workplace(desk).shell.rail.keys == [
        "clinic_today",
        "calendar",
        "waiting",
        "clients",
        "pets",
        "boarding",
        "reminders",
        "stores",
        "money",
        "reports",
        "messages",
        "sync",
        "settings",
    ]


def test_nobody_signed_in_gets_the_sign_in_window(qtbot: QtBot, home: Home) -> None:
    desk = Desk(home)
    desk.begin()
    assert isinstance(desk.window, SignInWindow)
    assert desk.window.url.isVisible()
    desk.end()


def test_signing_out_is_refused_while_edits_wait_unless_told(
    qtbot: QtBot, desk: Desk, signed_in: Any, home: Home
) -> None:
    desk.begin()
    qtbot.waitUntil(lambda: chip(desk).startswith("All saved"))
    signed_in.stop()
    qtbot.waitUntil(lambda: chip(desk).startswith("Offline"))
    save(desk, "Noor Vale")
    shell = workplace(desk).shell
    shell.go(Place("settings"))
    settings = shell.current
    assert isinstance(settings, Settings)
    settings.sign_out.click()
    qtbot.waitUntil(lambda: "1 edit has not reached central" in settings.refusal.text())
    assert settings.discard.isVisible()
    settings.discard.click()
    qtbot.waitUntil(lambda: isinstance(desk.window, SignInWindow))
    assert home.current() is None
    assert desk.workplace is None
    assert list((home.path / "mirrors").glob("*discarded*"))


def test_signing_out_with_nothing_waiting_leads_to_the_sign_in_window(
    qtbot: QtBot, desk: Desk, home: Home
) -> None:
    """What was begun and not saved is asked about first."""
    desk.begin()
    qtbot.waitUntil(lambda: chip(desk).startswith("All saved"))
    booking = open_booking(workplace(desk).shell, workplace(desk).work, None)
    qtbot.keyClicks(booking.form.editor("reason").field, "Limps")
    workplace(desk).link.sign_out_wanted.emit(False)
    assert booking.question is not None
    assert booking.isVisible()
    assert home.current() is not None
    throw = next(one for one in booking.question.buttons() if one.text() == "Throw away")
    throw.click()
    qtbot.waitUntil(lambda: isinstance(desk.window, SignInWindow))
    assert home.current() is None


def test_a_damaged_mirror_gets_one_window_that_says_what_to_do(
    qtbot: QtBot, desk: Desk, home: Home, signed_in: Any
) -> None:
    session = accounts.resume(home)
    with session.open_mirror():
        pass
    session.mirror_path.write_bytes(b"this is no mirror" * 1000)
    desk.begin()
    window = desk.window
    assert isinstance(window, TroubleWindow)
    assert window.refusal.message
    assert window.buttons[0].text() == "Sign in again"
    window.buttons[0].click()
    assert isinstance(desk.window, SignInWindow)
    assert "damaged" in desk.window.banner.text()
    central = signed_in
    desk.open(accounts.sign_in(home, central.member_url, central.email("ana"), PASSWORD))
    assert len(list((home.path / "mirrors").glob("*.damaged*.db"))) == 1
    told = [slip.notice.text for slip in workplace(desk).shell.notices.slips()]
    assert told[0].startswith("The damaged copy was set aside. 0 unsent edits were carried over;")


def test_another_program_on_this_pc_writes_and_the_window_sends_it(
    qtbot: QtBot, desk: Desk, signed_in: Any, home: Home
) -> None:
    desk.begin()
    qtbot.waitUntil(lambda: chip(desk).startswith("All saved"))
    with accounts.resume(home).open_mirror() as other:
        saving.add(other, ClinicClient, {"full_name": "Lena Marsh"})
    qtbot.waitUntil(lambda: clients(signed_in) == ["Lena Marsh"])


def test_the_app_runs_until_its_window_is_closed(
    qtbot: QtBot, home: Home, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Workplace] = []
    show = Workplace.open

    def open_and_close(self: Workplace) -> None:
        show(self)
        opened.append(self)
        QTimer.singleShot(0, self.shell.close)

    monkeypatch.setattr(Workplace, "open", open_and_close)
    assert application.run(home.path) == 0
    assert len(opened) == 1
    assert (home.logs / "fluffydesk.log").exists()
    with accounts.resume(home).open_mirror() as mirror:
        assert mirror.open_units() == 0


def test_each_work_has_one_link(desk: Desk) -> None:
    desk.begin()
    work = workplace(desk).work
    assert link_of(work) is link_of(work)
