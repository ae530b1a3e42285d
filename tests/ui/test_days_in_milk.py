"""Days in milk as the farm counts them, day 0 or day 1: in lists and forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from fluffydesk.actions.conventions import Conventions, choose
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.ui.fields import texts
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.texts import use_conventions
from fluffydesk.ui.forms import RecordForm
from fluffydesk.work import Work

Settle = Callable[[Work], None]
LOGS = MilkProductionLog.__table__
DAYS = LOGS.c.days_in_milk


@pytest.fixture
def french(sample_farm: Mirror) -> Iterator[Mirror]:
    """The farm counts the day of calving as day 1."""
    choose(sample_farm, UUID(sample_farm.recall("organization")["id"]), {"calving_day": 1})
    use_conventions(Conventions(calving_day=1))
    yield sample_farm
    use_conventions(Conventions())


def kept(mirror: Mirror) -> tuple[UUID, int]:
    with mirror.read() as connection:
        row = connection.execute(select(LOGS.c.id, DAYS).where(DAYS > 10).limit(1)).one()
    return row.id, row.days_in_milk


def test_a_list_shows_them_from_the_day_chosen(french: Mirror) -> None:
    assert texts.text_of(DAYS, 0) == "1"
    assert texts.text_of(DAYS, 41, unit=True) == "42 d"
    assert texts.text_of(LOGS.c.parity, 3) == "3"
    use_conventions(Conventions())
    assert texts.text_of(DAYS, 0) == "0"


def test_a_form_shows_takes_and_refuses_them_so(
    qtbot: QtBot, french: Mirror, farm_work: Work, settle: Settle
) -> None:
    row_id, days = kept(french)
    form = RecordForm(farm_work, MilkProductionLog, ("days_in_milk", "notes"))
    qtbot.addWidget(form)
    form.edit(row_id)
    settle(farm_work)
    field = form.editor("days_in_milk").field
    assert field.text() == str(days + 1)  # type: ignore[attr-defined]
    assert form.editor("days_in_milk").value() == days
    field.setText("0")  # type: ignore[attr-defined]
    assert "day of calving is day 1" in form.editor("days_in_milk").text_error
    field.setText("8")  # type: ignore[attr-defined]
    form.save()
    settle(farm_work)
    with french.read() as connection:
        assert connection.execute(select(DAYS).where(LOGS.c.id == row_id)).scalar() == 7


def test_an_empty_field_stays_empty(qtbot: QtBot, french: Mirror, farm_work: Work) -> None:
    editor = editor_for(DAYS, farm_work)
    qtbot.addWidget(editor)
    editor.set_value(None)
    assert editor.value() is None
    assert editor.text_error == ""
