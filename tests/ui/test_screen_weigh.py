"""The weighing session, driven by a reader's and a person's keys."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.conventions import choose
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.enums.organizations import ShownMass
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import today
from fluffydesk.ui.screens.weigh import WeighScreen
from fluffydesk.work import Work

Settle = Callable[[Work], None]
Enter = Qt.Key.Key_Return
_POUNDS = {"mass_unit": ShownMass.POUND}


@pytest.fixture
def screen(qtbot: QtBot, farm_work: Work, settle: Settle) -> WeighScreen:
    made = WeighScreen(farm_work)
    qtbot.addWidget(made)
    made.resize(1072, 700)
    made.show()
    settle(farm_work)
    return made


@pytest.fixture
def herd(sample_farm: Mirror) -> list[Any]:
    """Animals that were weighed before, and not today."""
    rows, weights = Livestock.__table__, WeightLog.__table__.c
    with sample_farm.read() as connection:
        weighed = select(weights.animal_id).where(weights.weighed_on < today())
        query = select(rows).where(
            rows.c.status == LivestockStatus.ACTIVE,
            rows.c.id.in_(weighed),
            rows.c.id.not_in(select(weights.animal_id).where(weights.weighed_on == today())),
            rows.c.weight_kg > 300,
        )
        return list(connection.execute(query.order_by(rows.c.id)))


def weights(mirror: Mirror) -> dict[Any, Decimal]:
    rows = WeightLog.__table__.c
    with mirror.read() as connection:
        query = select(rows.animal_id, rows.weight_kg).where(rows.weighed_on == today())
        return {row[0]: row[1] for row in connection.execute(query)}


def press(qtbot: QtBot, screen: WeighScreen, text: str, settle: Settle) -> None:
    """Type into whatever has the focus, as a stick, a scale or a hand does."""
    where = screen.weight if screen.weight.isVisible() else screen.scan.line
    qtbot.keyClicks(where, text)
    qtbot.keyClick(where, Enter)
    settle(screen.work)


def test_tag_weight_tag_weight_needs_no_mouse(
    qtbot: QtBot, screen: WeighScreen, herd: list[Any], sample_farm: Mirror, settle: Settle
) -> None:
    before = len(weights(sample_farm))
    for number, animal in enumerate(herd[:5]):
        tag = f"LA {animal.eid[:3]} {animal.eid[3:]}" if number % 2 else animal.tag_number
        press(qtbot, screen, tag, settle)
        assert screen.name.text().startswith(animal.tag_number)
        assert "Last " in screen.last.text()
        press(qtbot, screen, str(animal.weight_kg + 10).replace(".", ","), settle)
    found = weights(sample_farm)
    assert {one.id: found[one.id] for one in herd[:5]} == {
        one.id: one.weight_kg + 10 for one in herd[:5]
    }
    assert screen.total.text() == f"{before + 5} weighed"
    assert "mean " in screen.rest.text()
    assert "daily gain " in screen.rest.text()


def test_a_weight_typed_before_the_tag_was_found_is_whole_and_no_tag(
    qtbot: QtBot, screen: WeighScreen, herd: list[Any], sample_farm: Mirror, settle: Settle
) -> None:
    first, second, third = herd[:3]
    for text in (first.tag_number, "612,5", second.eid, "600", third.tag_number):
        qtbot.keyClicks(screen.scan.line, text)
        qtbot.keyClick(screen.scan.line, Enter)
    qtbot.keyClicks(screen.scan.line, "58")
    settle(screen.work)
    assert screen.scan.line.text() == ""
    press(qtbot, screen, "1", settle)
    found = weights(sample_farm)
    assert [found[one.id] for one in (first, second, third)] == [Decimal("612.5"), 600, 581]


def test_what_was_typed_ahead_of_an_unknown_tag_is_nobodys_weight(
    qtbot: QtBot, screen: WeighScreen, herd: list[Any], sample_farm: Mirror, settle: Settle
) -> None:
    for text in ("nobody", "612", herd[0].tag_number):
        qtbot.keyClicks(screen.scan.line, text)
        qtbot.keyClick(screen.scan.line, Enter)
    settle(screen.work)
    assert screen.scan.asking
    assert herd[0].id not in weights(sample_farm)


def test_an_unlikely_weight_is_marked_and_kept(
    qtbot: QtBot, screen: WeighScreen, herd: list[Any], sample_farm: Mirror, settle: Settle
) -> None:
    press(qtbot, screen, herd[0].tag_number, settle)
    qtbot.keyClicks(screen.weight, "41")
    assert "Low for it: check." in screen.last.text()
    qtbot.keyClick(screen.weight, Enter)
    settle(screen.work)
    assert weights(sample_farm)[herd[0].id] == 41
    assert "1 to check" in screen.rest.text()


def test_undo_takes_the_last_weight_back(
    qtbot: QtBot, screen: WeighScreen, herd: list[Any], sample_farm: Mirror, settle: Settle
) -> None:
    for animal in herd[:2]:
        press(qtbot, screen, animal.tag_number, settle)
        press(qtbot, screen, "500", settle)
    assert screen.primary() is not None
    screen.undo()
    settle(screen.work)
    assert herd[0].id in weights(sample_farm)
    assert herd[1].id not in weights(sample_farm)
    screen.undo()
    settle(screen.work)
    assert herd[0].id not in weights(sample_farm)
    assert screen.primary() is None


def test_ctrl_z_takes_a_weight_back_from_the_empty_fields_and_undoes_typing_in_others(
    qtbot: QtBot, screen: WeighScreen, herd: list[Any], sample_farm: Mirror, settle: Settle
) -> None:
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    for animal in herd[:2]:
        press(qtbot, screen, animal.tag_number, settle)
        press(qtbot, screen, "500", settle)
    line = screen.scan.line
    qtbot.keyClicks(line, "12")
    qtbot.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(screen.work)
    assert not line.text()
    assert herd[1].id in weights(sample_farm)
    qtbot.keyClick(line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(screen.work)
    assert herd[1].id not in weights(sample_farm)
    press(qtbot, screen, herd[1].tag_number, settle)
    qtbot.keyClick(screen.weight, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(screen.work)
    assert herd[0].id not in weights(sample_farm)


def test_a_wrong_weight_is_refused_in_the_unit_it_is_typed_in(
    qtbot: QtBot, screen: WeighScreen, herd: list[Any], sample_farm: Mirror, settle: Settle
) -> None:
    organization = UUID(sample_farm.recall("organization")["id"])
    screen.work.act(partial(choose, organization_id=organization, values=_POUNDS))
    settle(screen.work)
    screen.reload()
    settle(screen.work)
    press(qtbot, screen, herd[0].tag_number, settle)
    press(qtbot, screen, "heavy", settle)
    assert "Type lb, such as" in screen.problem.text()
    press(qtbot, screen, "5000", settle)
    assert "between 0 and 4,409 lb" in screen.problem.text()


def test_undo_right_after_a_weight_takes_that_one_back(
    qtbot: QtBot, screen: WeighScreen, herd: list[Any], sample_farm: Mirror, settle: Settle
) -> None:
    press(qtbot, screen, herd[0].tag_number, settle)
    press(qtbot, screen, "612", settle)
    press(qtbot, screen, herd[1].tag_number, settle)
    qtbot.keyClicks(screen.weight, "61")
    qtbot.keyClick(screen.weight, Enter)
    qtbot.keyClick(screen.scan.line, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(screen.work)
    found = weights(sample_farm)
    assert found[herd[0].id] == 612
    assert herd[1].id not in found


def test_a_bull_of_a_thousand_kilos_does_not_weigh_one(
    qtbot: QtBot, screen: WeighScreen, herd: list[Any], sample_farm: Mirror, settle: Settle
) -> None:
    press(qtbot, screen, herd[0].tag_number, settle)
    press(qtbot, screen, "1,020", settle)
    assert screen.problem.text() == "“1,020” can be read in two ways. Type 1020 or 1.02."
    assert herd[0].id not in weights(sample_farm)
    screen.weight.clear()
    press(qtbot, screen, "612,500", settle)
    assert weights(sample_farm)[herd[0].id] == Decimal("612.5")


def test_letters_are_refused_and_stay(
    qtbot: QtBot, screen: WeighScreen, herd: list[Any], sample_farm: Mirror, settle: Settle
) -> None:
    press(qtbot, screen, herd[0].tag_number, settle)
    press(qtbot, screen, "5oo", settle)
    assert "is no weight" in screen.problem.text()
    assert screen.weight.text() == "5oo"
    screen.weight.clear()
    press(qtbot, screen, "5000", settle)
    assert "between 0 and 2,000" in screen.problem.text()
    assert herd[0].id not in weights(sample_farm)


def test_a_scan_in_the_weight_skips_the_animal(
    qtbot: QtBot, screen: WeighScreen, herd: list[Any], sample_farm: Mirror, settle: Settle
) -> None:
    press(qtbot, screen, herd[0].tag_number, settle)
    press(qtbot, screen, herd[1].eid, settle)
    assert screen.name.text().startswith(herd[1].tag_number)
    press(qtbot, screen, "512", settle)
    found = weights(sample_farm)
    assert found[herd[1].id] == 512
    assert herd[0].id not in found


def test_an_unknown_tag_asks_and_skips(qtbot: QtBot, screen: WeighScreen, settle: Settle) -> None:
    press(qtbot, screen, "999 000000000042", settle)
    assert screen.scan.asking
    qtbot.keyClick(screen.scan.line, Qt.Key.Key_Escape)
    assert screen.said.text() == "999 000000000042 was skipped."
    assert not screen.weight.isVisible()


@pytest.mark.usefixtures("viewer_farm")
def test_a_viewer_looks_but_does_not_weigh(qtbot: QtBot, farm_work: Work, settle: Settle) -> None:
    made = WeighScreen(farm_work)
    qtbot.addWidget(made)
    made.show()
    settle(farm_work)
    assert "your role is viewer" in made.lock.text()
    assert not made.scan.isEnabled()
