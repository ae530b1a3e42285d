"""A new clinic's first hour: services, rooms and opening hours are entered by keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions import saving
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Room, Service
from fluffydesk.records.enums import OrgType
from fluffydesk.records.organizations import Organization
from fluffydesk.records.users import OrganizationUser
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.fields.texts import use_place
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screens.rail import CLINIC_SCREENS
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work
from tests.sampled import empty_mirror
from tests.ui.hands import CTRL, Enter, Hands, Key


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Mirror]:
    with empty_mirror(tmp_path / "clinic.db", OrgType.VETERINARY_CLINIC) as opened:
        yield opened


@pytest.fixture
def hands(clinic: Mirror, qtbot: QtBot) -> Iterator[Hands]:
    work = Work(clinic)
    use_place(work.whose)
    shell = Shell(work, CLINIC_SCREENS)
    qtbot.addWidget(shell)
    shell.resize(1280, 800)
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    made = Hands(qtbot, shell)
    made.wait()
    yield made
    shell.close()
    work.close()


def rows(mirror: Mirror, record: type[Record]) -> list[Any]:
    with mirror.read() as connection:
        return list(connection.execute(select(record.__table__)))


def test_a_new_clinic_is_set_up_from_its_first_screen(hands: Hands, clinic: Mirror) -> None:
    today: Any = hands.shell.current
    assert today.first.button.text() == "Set up the clinic"
    hands.back_to(today.first.button)
    hands.press(Key.Key_Space)
    hands.arrive("setup")
    hands.press(Key.Key_N)
    hands.in_form()
    for text in ("Check-up", "", "48", "20"):
        hands.enter(text)
    hands.save()
    [service] = rows(clinic, Service)
    assert (service.name, service.price, service.tax_rate) == ("Check-up", 48, 20)
    hands.press(Key.Key_2, CTRL)
    hands.press(Key.Key_N)
    hands.in_form()
    hands.type("Room 1")
    hands.save()
    assert [one.name for one in rows(clinic, Room)] == ["Room 1"]
    hands.press(Key.Key_3, CTRL)
    hands.wait()
    hands.press(Enter)
    form = hands.in_form()
    assert isinstance(form, FormDialog)
    assert form.save_button.isVisible(), "nobody adds a member here; an owner may change one"
    hands.retype("Head nurse")
    hands.save()
    assert "Head nurse" in {one.title for one in rows(clinic, OrganizationUser)}


def test_opening_hours_are_found_by_their_name_and_must_be_readable(
    hands: Hands, clinic: Mirror
) -> None:
    hands.go_by_name("opening hours", "setup")
    hands.press(Key.Key_4, CTRL)
    hands.wait()
    screen: Any = hands.shell.current
    hands.retype("mondays from nine")
    hands.press(Key.Key_S, CTRL)
    hands.wait()
    line = screen.clinic.form.rows["opening_hours"]
    assert "cannot be read as opening hours" in line._error.text()
    assert line.editor.value() == "mondays from nine", "what was typed stays"
    hands.retype("Mo-Fr 09:00-17:00")
    hands.press(Key.Key_S, CTRL)
    hands.wait()
    assert rows(clinic, Organization)[0].opening_hours == "Mo-Fr 09:00-17:00"


def test_a_command_cannot_enter_hours_that_nobody_can_read(clinic: Mirror) -> None:
    [one] = rows(clinic, Organization)
    with pytest.raises(InvalidValue, match="opening hours"):
        saving.change(clinic, Organization, one.id, {"opening_hours": "9 to 5"})
