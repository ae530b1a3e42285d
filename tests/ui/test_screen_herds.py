"""Herds counted by head: moves at both ends, none larger than the herd, closed when empty."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions import saving
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.livestock import HerdMove
from fluffydesk.records.livestock import HerdBatch, LivestockSpecies
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.herds import HerdsScreen
from fluffydesk.work import Work

Settle = Callable[[Work], None]


@pytest.fixture
def herds(mirror: Mirror) -> list[UUID]:
    """Forty fatteners, and finishers of whom there are none yet."""
    with mirror.read() as connection:
        species = connection.execute(select(LivestockSpecies.__table__.c.id)).scalar()
    return [
        saving.add(mirror, HerdBatch, {"name": name, "species_id": species, "head_count": head})[0]
        for name, head in (("Fatteners", 40), ("Finishers", 0))
    ]


@pytest.fixture
def screen(qtbot: QtBot, herds: list[UUID], work: Work, settle: Settle) -> HerdsScreen:
    made = HerdsScreen(work)
    qtbot.addWidget(made)
    made.resize(1072, 700)
    made.show()
    settle(work)
    return made


def move(
    qtbot: QtBot, screen: HerdsScreen, kind: HerdMove, head: str, other: UUID | None = None
) -> FormDialog:
    screen.move_heads()
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, FormDialog)]
    dialog = next(one for one in found if one.isVisible())
    dialog.form.editor("kind").set_value(kind)
    dialog.form.editor("other_herd_id").set_value(other)
    qtbot.waitUntil(lambda: not screen.work.busy)
    qtbot.keyClicks(dialog.form.editor("head").field, head)
    dialog.save_button.click()
    qtbot.waitUntil(lambda: not screen.work.busy)
    return dialog


def heads(screen: HerdsScreen) -> dict[str, int]:
    rows = [screen.list.model.row_at(n) for n in range(screen.list.model.rowCount())]
    return {one.name: one.head for one in rows}


def test_a_move_is_seen_at_both_ends(
    qtbot: QtBot, screen: HerdsScreen, herds: list[UUID], settle: Settle
) -> None:
    move(qtbot, screen, HerdMove.MOVED_OUT, "15", herds[1])
    assert heads(screen) == {"Fatteners": 25, "Finishers": 15}
    assert screen.events.model.row_at(0).words == "Finishers"
    screen.arrive(Place("herds", herds[1]))
    settle(screen.work)
    assert screen.list.current().name == "Finishers"
    (event,) = [screen.events.model.row_at(n) for n in range(screen.events.model.rowCount())]
    assert (event.what, event.head, event.words) == ("moved_in", 15, "Fatteners")


def test_rule_2_more_than_there_are_is_refused_at_the_field(
    qtbot: QtBot, screen: HerdsScreen
) -> None:
    dialog = move(qtbot, screen, HerdMove.DIED, "41")
    assert "Only 40 animals were in Fatteners" in dialog.form.rows["head"].error()
    assert heads(screen)["Fatteners"] == 40


def test_a_herd_is_closed_when_nobody_is_in_it(
    qtbot: QtBot, screen: HerdsScreen, settle: Settle
) -> None:
    with qtbot.waitSignal(screen.told) as told:
        screen.close_chosen()
    assert told.args is not None
    assert "40 are still in Fatteners" in told.args[0].text
    move(qtbot, screen, HerdMove.DIED, "2")
    assert screen.list.current().mortality_percent == 5
    move(qtbot, screen, HerdMove.SLAUGHTERED, "38")
    screen.close_chosen()
    settle(screen.work)
    closed = {screen.list.model.row_at(n).name: screen.list.model.row_at(n) for n in range(2)}
    assert not closed["Fatteners"].active


def test_without_herds_it_offers_the_first_step(qtbot: QtBot, work: Work, settle: Settle) -> None:
    made = HerdsScreen(work)
    qtbot.addWidget(made)
    made.show()
    settle(work)
    assert made.list.empty.title() == "No herds yet"
