"""Two desks at one central: what one books is in the other's calendar, whatever that one holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fluffydesk.account import session as accounts
from fluffydesk.account.home import Home
from fluffydesk.actions import appointments
from fluffydesk.ui.screens.calendar import Calendar
from fluffydesk.ui.sync_loop import SyncLoop
from fluffydesk.work import Work
from tests.conftest import PASSWORD

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
_BOOK = (
    "insert into appointments (organization_id, pet_id, veterinarian_id, scheduled_at, ends_at)"
    " values (%s, %s, %s, %s, %s) returning id"
)


def pet(desk: Any, clinic: UUID, name: str) -> UUID:
    add = "insert into pets (name, species, registered_by) values (%s, 'Dog', %s) returning id"
    made = UUID(str(desk.execute(add, (name, clinic)).fetchone()[0]))
    link = "insert into clinic_patients (organization_id, pet_id) values (%s, %s)"
    desk.execute(link, (clinic, made))
    return made


def test_a_booking_of_the_other_desk_comes_while_one_is_in_the_hand(
    qtbot: QtBot, shared_central: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = shared_central
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    clinic = central.add_organization("Two Desks Clinic", "veterinary_clinic")
    vet = central.add_user("vera", clinic, "veterinarian")
    central.add_user("desk1", clinic, "manager")
    central.add_user("desk2", clinic, "staff")
    other = central.login("desk2")
    rex, kit = pet(other, clinic, "Rex"), pet(other, clinic, "Kit")
    session = accounts.sign_in(
        Home(tmp_path / "home"), central.member_url, central.email("desk1"), PASSWORD
    )
    with session.open_mirror() as mirror:
        work = Work(mirror)
        loop = SyncLoop(work, session)
        screen = Calendar(work)
        screen.clock = lambda: AT
        qtbot.addWidget(screen)
        screen.resize(1100, 1900)
        screen.show()
        try:
            with qtbot.waitSignal(loop.synced):
                loop.start()
            _hold_while_another_books(qtbot, screen, loop, other, (clinic, rex, kit, vet))
        finally:
            work.close()
            loop.close()
            other.close()


def _hold_while_another_books(
    qtbot: QtBot, screen: Calendar, loop: SyncLoop, other: Any, ids: tuple[UUID, ...]
) -> None:
    clinic, rex, kit, vet = ids
    grid = screen.grid
    values = {
        "pet_id": rex,
        "veterinarian_id": UUID(str(vet)),
        "scheduled_at": AT,
        "ends_at": AT + timedelta(minutes=20),
    }

    def shown(name: str) -> bool:
        return any(card.visit.pet == name for card in grid.cards)

    def provisional() -> bool:
        return any(card.visit.provisional for card in grid.cards)

    with qtbot.waitSignal(loop.synced):
        screen.work.act(lambda mirror: appointments.book(mirror, values))
        qtbot.waitUntil(lambda: shown("Rex") and provisional())
    qtbot.waitUntil(lambda: shown("Rex") and not provisional())
    grid.setFocus()
    grid.choose_card(grid.cards[0])
    for key in (Qt.Key.Key_Space, *[Qt.Key.Key_Down] * 12):
        qtbot.keyClick(grid, key)
    hand = grid.hand
    assert hand is not None
    assert hand.taken is None
    starts = AT + timedelta(minutes=60)
    other.execute(_BOOK, (clinic, kit, vet, starts, starts + timedelta(minutes=20)))
    qtbot.waitUntil(lambda: shown("Kit"))
    assert grid.hand is hand, "the other desk's booking takes nothing out of the hand"
    assert hand.taken is not None, "and where it lies is taken by now"
    assert "Kit" in hand.taken.words
    for key in (*[Qt.Key.Key_Down] * 4, Qt.Key.Key_Return):
        qtbot.keyClick(grid, key)
    later = AT + timedelta(minutes=80)
    qtbot.waitUntil(lambda: any(card.visit.starts == later for card in grid.cards))
    qtbot.waitUntil(lambda: not provisional())
    query = "select scheduled_at from appointments where pet_id = %s"
    assert other.execute(query, (rex,)).fetchone()[0] == later, "the other desk has it, too"
