"""A list says what this PC does not keep, and the older rows are read from central on request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.errors import Offline
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm import WeightLog
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.types import new_id
from fluffydesk.sync import older, window
from fluffydesk.ui.link import link_of
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.older import OlderDialog
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.animal_card import AnimalCardScreen
from fluffydesk.work import Work

Settle = Callable[[Work], None]
COLUMNS = ("weighed_on", "animal_id", "weight_kg")
LAST = date(2020, 6, 30)
_SEVERAL = WeightLog.__titles__[1].lower()


class Centre:
    """A central with so many old weighings, one a day; it may be out of reach."""

    def __init__(self, animal: UUID, count: int) -> None:
        self.days = [LAST - timedelta(days=n) for n in range(count)]
        self.animal = animal
        self.ids = {day: str(new_id()) for day in self.days}
        self.asked: list[tuple[Any, ...]] = []
        self.away = False

    def beyond(self, *asked: Any) -> list[dict[str, Any]]:
        """Answer as sync.beyond() does."""
        if self.away:
            raise Offline("Central cannot be reached.", "Work goes on.")
        self.asked.append(asked)
        _, _, _, since, _, limit = asked
        found = [day for day in self.days if day < since][:limit]
        return [
            {
                "id": self.ids[day],
                "animal_id": str(self.animal),
                "weighed_on": day.isoformat(),
                "weight_kg": 5000,
            }
            for day in found
        ]

    def close(self) -> None:
        """A line of its own is closed after use."""


@pytest.fixture
def animal(sample_farm: Mirror) -> UUID:
    with sample_farm.read() as connection:
        found: UUID = connection.execute(select(Livestock.__table__.c.id).limit(1)).scalar_one()
    return found


@pytest.fixture
def centre(farm_work: Work, animal: UUID, monkeypatch: pytest.MonkeyPatch) -> Centre:
    monkeypatch.setattr(older, "PAGE", 3)
    made = Centre(animal, 7)
    link_of(farm_work).reach = lambda: made  # type: ignore[assignment, return-value]
    return made


def _list(qtbot: QtBot, work: Work, settle: Settle) -> RecordList:
    made = RecordList(work, WeightLog, COLUMNS)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    settle(work)
    return made


def _dialog(qtbot: QtBot, work: Work, settle: Settle) -> OlderDialog:
    made = OlderDialog(work, WeightLog, COLUMNS)
    qtbot.addWidget(made)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    with qtbot.waitExposed(made):
        made.show()
    settle(work)
    return made


def _days(dialog: OlderDialog) -> list[date]:
    return [row["weighed_on"] for row in dialog.model.rows]


def test_a_list_says_how_much_is_kept_and_nothing_where_all_is(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    shown = _list(qtbot, farm_work, settle)
    assert shown.older.isHidden()
    window.set_months(sample_farm, 12)
    shown.reload()
    settle(farm_work)
    assert not shown.older.isHidden()
    assert shown.older.words.text().startswith("Only the last 12 months are kept on this PC.")
    window.set_months(sample_farm, 1)
    shown.reload()
    settle(farm_work)
    assert "the last month is kept" in shown.older.words.text()


def test_a_list_of_what_is_kept_whole_says_nothing(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    window.set_months(sample_farm, 12)
    shown = RecordList(farm_work, Livestock, ("tag_number",))
    qtbot.addWidget(shown)
    shown.show()
    settle(farm_work)
    assert shown.older.isHidden()


def test_the_way_to_older_rows_is_reached_by_keys(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, centre: Centre, settle: Settle
) -> None:
    window.set_months(sample_farm, 12)
    shown = _list(qtbot, farm_work, settle)
    [button] = shown.older.buttons
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert button.accessibleName() == f"Look up older {_SEVERAL} at central"
    qtbot.keyClick(button, Qt.Key.Key_Space)
    settle(farm_work)
    dialog = next(one for one in shown.window().findChildren(OlderDialog))
    assert _days(dialog) == centre.days[:3]
    dialog.reject()


def test_pages_come_one_after_the_other_until_there_are_no_more(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, centre: Centre, settle: Settle
) -> None:
    window.set_months(sample_farm, 12)
    dialog = _dialog(qtbot, farm_work, settle)
    assert _days(dialog) == centre.days[:3]
    assert "3 rows" in dialog.status.text()
    assert "not kept here" in dialog.status.text()
    for count in (6, 7):
        qtbot.keyClick(dialog.more, Qt.Key.Key_Space)
        settle(farm_work)
        assert _days(dialog) == centre.days[:count]
    assert dialog.more.isHidden()
    index = dialog.model.index(0, 1)
    assert index.data(), "the animal by its name"
    assert not index.flags() & Qt.ItemFlag.ItemIsEditable


def test_days_narrow_what_is_looked_up(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, centre: Centre, settle: Settle
) -> None:
    window.set_months(sample_farm, 12)
    dialog = _dialog(qtbot, farm_work, settle)
    dialog.first.set_value(centre.days[4])
    dialog.last.set_value(centre.days[3])
    qtbot.keyClick(dialog.last.field, Qt.Key.Key_Return)
    settle(farm_work)
    assert _days(dialog) == centre.days[3:5]
    assert dialog.more.isHidden()
    dialog.first.set_value(LAST + timedelta(days=1))
    dialog.go.click()
    assert "first day lies after the last" in dialog.trouble.text()
    dialog.last.field.setText("some day")  # type: ignore[attr-defined]
    dialog.go.click()
    assert "cannot be read as a date" in dialog.trouble.text()


def test_offline_it_says_so_and_keeps_what_is_shown(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, centre: Centre, settle: Settle
) -> None:
    window.set_months(sample_farm, 12)
    dialog = _dialog(qtbot, farm_work, settle)
    centre.away = True
    dialog.go_on()
    settle(farm_work)
    assert "look them up when this PC is online" in dialog.trouble.text()
    assert _days(dialog) == centre.days[:3]
    centre.away = False
    dialog.go_on()
    settle(farm_work)
    assert dialog.trouble.text() == ""
    assert _days(dialog) == centre.days[:6]


def test_with_no_way_to_central_it_says_so_too(
    qtbot: QtBot, farm_work: Work, sample_farm: Mirror, settle: Settle
) -> None:
    window.set_months(sample_farm, 12)
    dialog = _dialog(qtbot, farm_work, settle)
    assert "online" in dialog.trouble.text()
    assert dialog.empty.isVisible()


def test_the_card_of_an_animal_looks_up_that_animals_rows(
    qtbot: QtBot,
    farm_work: Work,
    sample_farm: Mirror,
    animal: UUID,
    centre: Centre,
    settle: Settle,
) -> None:
    window.set_months(sample_farm, 12)
    card = AnimalCardScreen(farm_work)
    qtbot.addWidget(card)
    card.show()
    card.arrive(Place("animal", animal))
    settle(farm_work)
    assert len(card.older.buttons) == 2
    card.older.buttons[1].click()
    settle(farm_work)
    assert centre.asked[-1][4] == ("animal_id", animal)
    [dialog] = card.findChildren(OlderDialog)
    assert dialog.link is not None
    assert dialog.link.value() == animal
    dialog.reject()
