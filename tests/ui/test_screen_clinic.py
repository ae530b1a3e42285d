from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from fluffydesk.errors import UnsentEdits
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import new_id
from fluffydesk.ui.fields.texts import use_place
from fluffydesk.ui.link import Seat, link_of
from fluffydesk.ui.look import theme
from fluffydesk.ui.screen import Place, Screen
from fluffydesk.ui.screens.clients import Clients
from fluffydesk.ui.screens.pets import Pets
from fluffydesk.ui.screens.register_form import RegisterForm, open_registering
from fluffydesk.ui.screens.settings import Settings, recalled_theme
from fluffydesk.work import Work
from tests.clinic_sample import Sample, fill
from tests.mirrors import new_mirror

Settle = Callable[[Work], None]
S = TypeVar("S", bound=Screen)


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "clinic.db") as opened:
        yield opened


@pytest.fixture
def sample(clinic: Mirror) -> Sample:
    return fill(clinic)


@pytest.fixture
def at_work(clinic: Mirror, sample: Sample) -> Iterator[Work]:
    made = Work(clinic)
    yield made
    made.close()


def opened(qtbot: QtBot, screen: S, sample: Sample, settle: Settle) -> S:
    use_place(screen.work.whose)
    if hasattr(screen, "clock"):
        screen.clock = lambda: sample.at(9, 40)
    qtbot.addWidget(screen)
    screen.resize(1072, 800)
    with qtbot.waitExposed(screen):
        screen.show()
    settle(screen.work)
    return screen


def words_on(screen: Screen) -> str:
    labels = [label.text() for label in screen.findChildren(QLabel) if not label.isHidden()]
    buttons = [button.text() for button in screen.findChildren(QPushButton)]
    return "\n".join(labels + buttons)


def test_a_clients_card_shows_pets_phone_and_next_visit(
    qtbot: QtBot, at_work: Work, sample: Sample, settle: Settle
) -> None:
    screen = opened(qtbot, Clients(at_work), sample, settle)
    screen.arrive(Place("clients", sample["Noor Vale"]))
    settle(at_work)
    shown = words_on(screen)
    for words in ("Noor Vale", "+31 20 555 0101", "Biscuit", "Mango", "11/03/2026 11:00, Mango"):
        assert words in shown
    went: list[Place] = []
    screen.go.connect(went.append)
    pet = next(b for b in screen.card.findChildren(QPushButton) if b.text() == "Mango")
    pet.click()
    assert went == [Place("pet", sample["Mango"])]


def test_search_finds_by_phone(qtbot: QtBot, at_work: Work, sample: Sample, settle: Settle) -> None:
    screen = opened(qtbot, Clients(at_work), sample, settle)
    screen.search("555 0103")
    settle(at_work)
    assert screen.list.count() == 1


def test_a_pets_card_tells_alerts_first(
    qtbot: QtBot, at_work: Work, sample: Sample, settle: Settle
) -> None:
    screen = opened(qtbot, Pets(at_work), sample, settle)
    screen.arrive(Place("pets", sample["Rex"]))
    settle(at_work)
    shown = words_on(screen)
    assert "Bites when held" in shown
    assert "Ivy Stone" in shown
    assert "No-show" in shown


def test_a_pet_that_is_gone_leaves_an_empty_card(
    qtbot: QtBot, at_work: Work, sample: Sample, settle: Settle
) -> None:
    screen = opened(qtbot, Pets(at_work), sample, settle)
    screen.arrive(Place("pets", new_id()))
    settle(at_work)
    assert "Choose a pet" in words_on(screen)


def test_registering_makes_pet_client_and_patient(
    qtbot: QtBot, at_work: Work, sample: Sample, settle: Settle
) -> None:
    screen = opened(qtbot, Pets(at_work), sample, settle)
    before = screen.list.count()
    dialog = open_registering(screen, at_work)
    form = dialog.form
    assert isinstance(form, RegisterForm)
    form.editor("name").set_value("Comet")
    form.editor("species").set_value("Dog")
    form.client.editor("phone").set_value("020 555 0199")
    form.save()
    settle(at_work)
    assert "missing" in form.client.rows["full_name"].error()
    assert form.editor("name").value() == "Comet"
    form.client.editor("full_name").set_value("Lena Marsh")
    form.save()
    settle(at_work)
    assert screen.list.count() == before + 1


def test_settings_tell_who_and_where(
    qtbot: QtBot, at_work: Work, sample: Sample, settle: Settle
) -> None:
    link = link_of(at_work)
    link.seat = Seat("postgresql://central.example/fluffypet", "m@canal.example", "/data/m.db")
    screen = opened(qtbot, Settings(at_work), sample, settle)
    shown = words_on(screen)
    for words in ("Mila Brandt (m@canal.example)", "Manager", "Front desk", "/data/m.db"):
        assert words in shown
    assert screen.network_card.isHidden()
    screen.theme.set_value(True)
    assert theme.is_dark()
    assert recalled_theme() is True


def test_the_networks_switch_asks_and_shows_what_is_so(
    qtbot: QtBot, at_work: Work, sample: Sample, settle: Settle
) -> None:
    link = link_of(at_work)
    link.say(network=True)
    screen = opened(qtbot, Settings(at_work), sample, settle)
    asked: list[bool] = []
    link.network_wanted.connect(asked.append)
    screen.network.set_value(False)
    assert asked == [False]
    link.say(switching=True)
    assert not screen.network.isEnabled()
    link.say(switching=False, network=False)
    assert screen.network.isEnabled()
    assert asked == [False]


def test_a_refused_sign_out_offers_to_discard(
    qtbot: QtBot, at_work: Work, sample: Sample, settle: Settle
) -> None:
    screen = opened(qtbot, Settings(at_work), sample, settle)
    assert screen.discard.isHidden()
    link_of(at_work).sign_out_refused.emit(UnsentEdits("2 edits wait.", "Sync first."))
    assert "2 edits wait." in screen.refusal.text()
    assert not screen.discard.isHidden()
