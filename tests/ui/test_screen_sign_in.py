from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import keyring.backends.null
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from fluffydesk.account import secrets
from fluffydesk.account import session as accounts
from fluffydesk.account.home import Home
from fluffydesk.account.session import Session
from fluffydesk.sync.baseline import Progress
from fluffydesk.ui.screens.sign_in import Field, SignInWindow, address, step_words
from tests.conftest import PASSWORD

Open = Callable[[], SignInWindow]


@pytest.fixture(autouse=True)
def _no_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets lie in this test's own login session."""
    folder = tmp_path / "runtime"
    monkeypatch.setattr(secrets.platformdirs, "user_runtime_path", lambda **_: folder)
    monkeypatch.setattr(keyring, "get_keyring", keyring.backends.null.Keyring)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def open_window(qtbot: QtBot, home: Home) -> Iterator[Open]:
    windows: list[SignInWindow] = []

    def opened() -> SignInWindow:
        window = SignInWindow(home)
        windows.append(window)
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.show()
        return window

    yield opened
    for window in windows:
        window.shut()


def type_in(field: Field, text: str) -> None:
    assert isinstance(field.field, QLineEdit)
    field.field.setText(text)


def fill_in(window: SignInWindow, url: str, email: str, password: str = PASSWORD) -> None:
    type_in(window.url, url)
    type_in(window.email, email)
    type_in(window.password, password)


def submit(qtbot: QtBot, window: SignInWindow) -> None:
    """Press Enter and wait until the answer is there."""
    qtbot.keyClick(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.stack.currentIndex() == 0)


def test_empty_fields_are_told_under_them(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    window.submit()
    assert window.url.error() == "Type the server's address."
    type_in(window.url, "central.example")
    window.submit()
    assert window.email.error() == "Type your e-mail address."
    type_in(window.email, "ana@canal.example")
    window.submit()
    assert window.password.error() == "Type your password."


def test_a_wrong_password_is_told_under_the_password(
    qtbot: QtBot, open_window: Open, central: Any, home: Home
) -> None:
    farm = central.add_organization("Hill Farm")
    central.add_user("ana", farm, "owner")
    window = open_window()
    fill_in(window, central.member_url, central.email("ana"), "wrong")
    submit(qtbot, window)
    assert window.password.error()
    assert not window.url.error()
    assert window.email.text() == central.email("ana")
    assert home.current() is None


def test_an_unreachable_host_is_told_under_the_address(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    fill_in(window, "postgresql://127.0.0.1:1/fluffypet", "ana@canal.example")
    submit(qtbot, window)
    assert window.url.error()
    assert not window.password.error()
    assert window.password.text() == PASSWORD


def test_signing_in_fills_the_mirror(
    qtbot: QtBot, open_window: Open, central: Any, home: Home
) -> None:
    farm = central.add_organization("Hill Farm")
    central.add_user("ana", farm, "owner")
    window = open_window()
    fill_in(window, central.member_url, central.email("ana"))
    with qtbot.waitSignal(window.signed_in) as signed_in:
        window.submit()
    session = signed_in.args[0]
    assert isinstance(session, Session)
    assert session.organization_name == "Hill Farm"
    with session.open_mirror() as mirror:
        assert mirror.recall("cursor") is not None
        with mirror.read() as connection:
            names = connection.exec_driver_sql("select name from organizations").fetchall()
    assert [name for (name,) in names] == ["Hill Farm"]


def test_of_several_organizations_one_is_chosen(
    qtbot: QtBot, open_window: Open, central: Any
) -> None:
    farm = central.add_organization("Hill Farm")
    clinic = central.add_organization("Canal Street", "veterinary_clinic")
    central.add_user("ana", farm, "owner")
    central.add_user("ana", clinic, "manager")
    window = open_window()
    fill_in(window, central.member_url, central.email("ana"))
    submit(qtbot, window)
    box = window.organization.field
    assert isinstance(box, QComboBox)
    assert {box.itemText(n) for n in range(box.count())} == {"Hill Farm", "Canal Street"}
    assert window.organization.isVisible()
    box.setCurrentText("Canal Street")
    with qtbot.waitSignal(window.signed_in) as signed_in:
        window.submit()
    assert signed_in.args[0].organization_id == clinic


def test_the_password_alone_unlocks_without_a_network(
    qtbot: QtBot, open_window: Open, central: Any, home: Home
) -> None:
    farm = central.add_organization("Hill Farm")
    central.add_user("ana", farm, "owner")
    accounts.sign_in(home, central.member_url, central.email("ana"), PASSWORD)
    window = open_window()
    assert not window.url.isVisible()
    assert not window.email.isVisible()
    assert window.button.text() == "Unlock"
    central.stop()
    try:
        type_in(window.password, "wrong")
        submit(qtbot, window)
        assert window.password.error()
        type_in(window.password, PASSWORD)
        with qtbot.waitSignal(window.signed_in) as signed_in:
            window.submit()
        assert signed_in.args[0].online is False
    finally:
        central.start()


def test_closing_the_window_says_so(qtbot: QtBot, open_window: Open) -> None:
    window = open_window()
    with qtbot.waitSignal(window.closed):
        window.close()


def test_a_host_name_is_enough() -> None:
    assert address("central.example") == "postgresql://central.example/fluffypet"
    assert address("central.example:5433/other") == "postgresql://central.example:5433/other"
    assert address("postgresql://a/b") == "postgresql://a/b"
    assert address("") == ""


def test_progress_is_told_in_words() -> None:
    assert step_words(Progress("hello")) == "Greeting central .."
    assert step_words(Progress("pets", 500, 2000)) == "Loading the records .. 500 of 2,000 rows"
