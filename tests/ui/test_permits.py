"""Who may only look is told so at the button, and not after a form was filled in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums import OrgType, Role
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.flocks import FlocksScreen
from fluffydesk.ui.screens.rail import CLINIC_SCREENS, FARM_SCREENS
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work
from tests.sampled import empty_mirror

Settle = Callable[[Work], None]
Opened = Callable[[OrgType, Role], Shell]


@pytest.fixture
def opened(qtbot: QtBot, tmp_path: Path, settle: Settle) -> Iterator[Opened]:
    kept: list[tuple[Mirror, Work]] = []

    def opens(kind: OrgType, role: Role) -> Shell:
        mirror = empty_mirror(tmp_path / f"{len(kept)}.db", kind, role)
        work = Work(mirror)
        kept.append((mirror, work))
        shell = Shell(work, FARM_SCREENS if kind is OrgType.FARM else CLINIC_SCREENS)
        qtbot.addWidget(shell)
        with qtbot.waitExposed(shell):
            shell.show()
        settle(work)
        return shell

    yield opens
    for mirror, work in kept:
        work.close()
        mirror.close()


def _visit(shell: Shell, key: str, settle: Settle) -> None:
    shell.go(Place(key))
    settle(shell.work)


@pytest.mark.parametrize(
    ("kind", "key", "several"),
    [
        (OrgType.FARM, "animals", "animals"),
        (OrgType.FARM, "flocks", "flocks"),
        (OrgType.FARM, "stores", "stores"),
        (OrgType.VETERINARY_CLINIC, "calendar", "appointments"),
        (OrgType.VETERINARY_CLINIC, "clinic_today", "appointments"),
        (OrgType.VETERINARY_CLINIC, "clients", "clients"),
        (OrgType.VETERINARY_CLINIC, "pets", "p"),
    ],
)
def test_a_viewer_finds_the_action_shut_and_is_told_why(
    opened: Opened, settle: Settle, kind: OrgType, key: str, several: str
) -> None:
    shell = opened(kind, Role.VIEWER)
    _visit(shell, key, settle)
    button = shell.header.primary
    assert button.isVisible()
    assert not button.isEnabled()
    assert button.toolTip().startswith(f"Your role is viewer, and it may not add {several}")
    assert button.accessibleDescription() == button.toolTip()
    before = len(shell.notices.slips())
    shell._primary()  # Ctrl+N
    assert len(shell.notices.slips()) == before + 1
    assert not any(entry.act == shell.current.primary()[1] for entry in shell._entries())  # type: ignore[union-attr, index]


def test_an_owner_finds_it_open(opened: Opened, settle: Settle) -> None:
    shell = opened(OrgType.FARM, Role.OWNER)
    _visit(shell, "animals", settle)
    assert shell.header.primary.isEnabled()
    assert shell.header.primary.toolTip() == "Ctrl+N"
    _visit(shell, "sync", settle)
    assert shell.header.primary.isEnabled(), "a viewer syncs too"


@pytest.mark.parametrize("key", ["animals", "flocks", "stores"])
def test_a_viewer_is_not_offered_the_first_step(opened: Opened, settle: Settle, key: str) -> None:
    shell = opened(OrgType.FARM, Role.VIEWER)
    _visit(shell, key, settle)
    assert shell.current is not None
    steps = [b for b in shell.current.findChildren(QPushButton) if b.property("kind") == "primary"]
    assert not any(step.isVisible() and step.isEnabled() for step in steps)


def test_the_buttons_of_a_screen_open_when_the_role_changes(opened: Opened, settle: Settle) -> None:
    shell = opened(OrgType.FARM, Role.VIEWER)
    _visit(shell, "flocks", settle)
    screen = shell.current
    assert isinstance(screen, FlocksScreen)
    [loss] = [one for one in screen.findChildren(Button) if one.text() == "Loss"]
    assert not loss.isEnabled()
    assert "may not add" in loss.toolTip()

    def promote(mirror: Mirror) -> None:
        organization = mirror.recall("organization")
        mirror.remember(organization={**organization, "role": "manager"})

    shell.work.on_mirror(promote)
    settle(shell.work)
    shell.work.announce(Changes())
    settle(shell.work)
    assert loss.isEnabled()
    assert loss.toolTip() == "Write down a loss (Ctrl+L)"
    assert shell.header.primary.isEnabled()
