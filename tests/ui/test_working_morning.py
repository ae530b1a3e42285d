"""A working morning at the keyboard of the real window, with no network; then central is asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from fluffydesk.account import session as accounts
from fluffydesk.account.home import Home
from fluffydesk.app import Workplace
from fluffydesk.mirror import pending
from fluffydesk.sync import resolve
from fluffydesk.ui.screens.treat import TreatScreen
from tests.conftest import PASSWORD
from tests.sync.desks import Desk, assert_same, contents_of, shown_by
from tests.ui import morning_books as books
from tests.ui import morning_farm as paper
from tests.ui.hands import CTRL, SHIFT, Hands, Key

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """It is between eight and twelve in the morning where the farm is, whenever the test runs."""
    ahead = max(8 - datetime.now(UTC).hour, -12)
    zone = f"Etc/GMT{-ahead:+}" if ahead else "Etc/UTC"
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    yield zone
    monkeypatch.undo()
    time.tzset()


@dataclass
class Place:
    """The barn's PC with its window open and central out of reach."""

    central: Any
    home: Home
    workplace: Workplace
    today: date
    open: bool = True

    @property
    def chip(self) -> str:
        """What the status bar says of the sync."""
        return self.workplace.shell.bar.chip.text().strip()


@pytest.fixture
def barn(
    central: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _morning: str, qtbot: QtBot
) -> Iterator[Place]:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    organization = central.add_organization("Elm Farm", "farm")
    with central.admin() as connection:
        connection.execute("update organizations set time_zone = %s", (_morning,))
    central.add_user("wim", organization, "staff")
    central.add_user("ada", organization, "manager")
    paper.fill(central, organization, central.email("ada"), tmp_path, date.today())
    home = Home(tmp_path / "home")
    session = accounts.sign_in(home, central.member_url, central.email("wim"), PASSWORD)
    workplace = Workplace(session, session.open_mirror(), None)
    with qtbot.waitSignal(workplace.loop.synced):
        workplace.open()
    central.stop()
    qtbot.waitUntil(lambda: workplace.link.standing.online is False)
    workplace.shell.activateWindow()
    qtbot.waitUntil(workplace.shell.isActiveWindow)
    place = Place(central, home, workplace, date.today())
    yield place
    if place.open:
        workplace.close()


def test_a_working_morning(qtbot: QtBot, barn: Place) -> None:
    hands = Hands(qtbot, barn.workplace.shell)
    treat_cows(hands)
    milk(hands)
    fill_tank(hands)
    calve(hands)
    collect_eggs(hands)
    feed(hands)
    lose(hands)
    take_stock(hands)
    treat_ewes(hands)

    qtbot.waitUntil(lambda: not barn.workplace.work.busy_here)
    assert barn.chip == f"Offline · {paper.saves()} edits wait"
    barn.central.start()
    barn.workplace.loop.sync_now()
    qtbot.waitUntil(lambda: barn.chip.startswith("All saved"))
    at_central(barn)
    joined(barn)


def at_central(barn: Place) -> None:
    """What central has, asked by a login of the farm, is what the paper says."""
    connection = barn.central.login("wim")

    def ask(sql: str) -> list[tuple[Any, ...]]:
        return list(connection.execute(sql, {"today": barn.today}).fetchall())

    kept, poured_away = paper.kg_in_tank()
    assert ask(books.MILK) == list(zip(paper.COWS, map(Decimal, paper.MILKED), strict=True))
    assert ask(books.WITHHELD) == [(len(paper.TREATED), poured_away)]
    assert ask(books.TANK) == [(paper.litres(kept), False)]
    days = timedelta(hours=96), timedelta(hours=336)
    assert ask(books.MILK_ENDS) == [(tag, days[0], "PEN-7", 20) for tag in paper.TREATED]
    assert ask(books.MEAT_ENDS) == [(tag, days[1], "W-1", 10) for tag in paper.DRENCHED]
    assert ask(books.VOID) == [(tag,) for tag in paper.EWES[:3]]
    assert ask(books.LOTS) == paper.lots_left()
    assert ask(books.EGGS) == paper.eggs_laid()
    sound = [(house, paper.EGG_ROOM, all - sum(bad)) for house, all, *bad in paper.eggs_laid()]
    assert ask(books.EGG_STORE) == sound
    assert ask(books.FED) == paper.fed()
    hens = {**paper.HOUSES, "House 1": paper.HOUSES["House 1"] - paper.DEAD_HENS}
    assert ask(books.HENS) == list(hens.items())
    herd = [("Dry cows", 2), ("Ewes", 42), ("Milkers", 119)]
    assert ask(books.HERD) == herd
    assert ask(books.DEAD) == [(paper.DEAD_COW, barn.today, paper.DIED_OF)]
    assert ask(books.CALVES) == [
        ("3001", "2001", "female", 41, barn.today),
        ("3002", "2002", "male", 38, barn.today),
    ]
    assert ask(books.BIRTHS) == [("2001", 1, 0, 4, True), ("2002", 1, 1, 4, True)]
    assert ask(books.COUNTED) == [("Straw", Decimal(paper.STRAW_COUNTED) - 900)]


def joined(barn: Place) -> None:
    """Nothing waits, nothing is in dispute, and a PC that joins now has the same."""
    session, email = barn.workplace.session, barn.central.email("wim")
    barn.workplace.close()
    barn.open = False
    mirror = session.open_mirror()
    with mirror.read() as connection:
        assert not resolve.open_conflicts(connection)
        assert not resolve.open_quarantine(connection)
        assert pending.count_parcels(connection) == 0
    organization = session.organization_id
    shown = shown_by(barn.central, email, organization)
    assert_same(contents_of(mirror), shown)
    desk = Desk(barn.home.path / "new.db", barn.central.gateway(email), organization, "new-pc")
    desk.sync()
    assert_same(desk.contents(), shown)
    for one in (desk.mirror, mirror):
        one.close()


def set_drug(hands: Hands, drug: str, **typed: str) -> None:
    """Begin a treatment session and type what is given, Enter after each field."""
    hands.go_by_number(9, "health")
    hands.press(Key.Key_N, CTRL)
    hands.arrive("treat")
    screen = hands.shell.current
    assert isinstance(screen, TreatScreen)
    if screen.treated:  # the session before is still there, and waits for tags
        assert hands.at is screen.scan.line
        hands.press(Key.Key_N, CTRL)
    for name, line in screen.plan.rows.items():
        assert hands.at is line.editor.field, name
        if name == "item_id":
            hands.choose(drug)
        elif name in typed:
            hands.type(typed[name])
        hands.enter()
    assert hands.at is screen.scan.line


def treat_cows(hands: Hands) -> None:
    set_drug(hands, "Milk penicillin", reason="Mastitis", dose="20", milk_hours="96")
    for tag in paper.TREATED:
        hands.enter(tag)
    hands.wait()


def milk(hands: Hands) -> None:
    hands.go_by_number(2, "milking")
    hands.count_anew()
    for kg in paper.MILKED:
        hands.enter(kg)
    assert (hands.texts, hands.enters, hands.others) == (120, 120, 0)
    hands.wait()


def fill_tank(hands: Hands) -> None:
    hands.go_by_name("stores", "stores")
    hands.press(Key.Key_7, CTRL)
    hands.wait()
    hands.press(Key.Key_1, CTRL)
    hands.save()


def calve(hands: Hands) -> None:
    for dam, young in paper.CALVES.items():
        hands.go_by_name("breeding", "breeding")
        hands.search(dam)
        hands.press(Key.Key_4, CTRL)
        hands.in_form()
        for one in young:
            for cell in one:
                hands.enter(cell)
        hands.save()


def collect_eggs(hands: Hands) -> None:
    hands.go_by_number(3, "eggs")
    hands.count_anew()
    for counts in paper.EGGS.values():
        for count in counts:
            hands.enter(count)
    assert (hands.texts, hands.enters, hands.others) == (16, 16, 0)
    hands.wait()
    hands.go_by_name("stores", "stores")
    hands.press(Key.Key_8, CTRL)
    for house in paper.EGGS:
        hands.wait()
        hands.press(Key.Key_N, CTRL)
        if house == "House 1":  # no eggs were ever stored: the form asks where, and waits there
            hands.in_form()
            hands.press(Key.Key_S, CTRL)
            hands.wait()
            hands.type(paper.EGG_ROOM)
        hands.save()


def feed(hands: Hands) -> None:
    hands.go_by_number(4, "feed")
    hands.count_anew()
    for amounts in paper.FED.values():
        for amount in amounts:
            hands.enter(amount)
    hands.wait()


def lose(hands: Hands) -> None:
    hands.go_by_number(7, "flocks")
    hands.press(Key.Key_L, CTRL)
    hands.in_form()
    hands.type(str(paper.DEAD_HENS))
    hands.save()
    hands.go_by_name(paper.DEAD_COW, "animal")
    hands.take_from_menu(Key.Key_L, downs=1)
    hands.in_form()
    hands.press(Key.Key_Tab)
    hands.type(paper.DIED_OF)
    hands.save()


def take_stock(hands: Hands) -> None:
    hands.go_by_name("stores", "stores")
    hands.press(Key.Key_5, CTRL)
    hands.wait()
    hands.search("Straw")
    hands.press(Key.Key_4, CTRL)
    hands.in_form()
    hands.type(paper.STRAW_COUNTED)
    hands.save()


def treat_ewes(hands: Hands) -> None:
    set_drug(hands, "Ewe drench", reason="Worms", dose="10", meat_hours="336")
    for tag in paper.EWES[:3]:
        hands.enter(paper.STICK[tag])
    hands.wait()
    hands.press(Key.Key_Z, CTRL | SHIFT)  # it was the wrong pen
    hands.wait()
    screen = hands.shell.current
    assert isinstance(screen, TreatScreen)
    assert screen.treated == ()
    hands.count_anew()
    for number, tag in enumerate(paper.DRENCHED, start=1):
        hands.enter(paper.STICK[tag])
        hands.wait()
        assert len(screen.treated) == number, "each is saved at once"
    assert (hands.texts, hands.enters, hands.others) == (40, 40, 0)
