"""Words of a newer central: shown as they are, and kept when something else is edited."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from pytestqt.qtbot import QtBot

from fluffydesk.actions import saving
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import choices
from fluffydesk.records.catalog import record_for
from fluffydesk.records.livestock import Livestock
from fluffydesk.ui.fields import editors
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.record_form import RecordForm
from fluffydesk.work import Work


@pytest.fixture
def bull(mirror: Mirror) -> UUID:
    """An animal of a sex and in a state that this version does not know."""
    with mirror.read() as connection:
        [species] = choices(connection, record_for("livestock_species"), "cattle")
    row, _ = saving.add(mirror, Livestock, {"tag_number": "17", "species_id": species.id})
    with mirror.apply() as connection:
        connection.exec_driver_sql("UPDATE livestock SET sex = 'castrated', status = 'on_loan'")
    return row


@pytest.fixture
def work(mirror: Mirror) -> Iterator[Work]:
    made = Work(mirror)
    yield made
    made.close()


def stored(mirror: Mirror) -> tuple[str, ...]:
    with mirror.read() as connection:
        sql = "SELECT name, sex, status FROM livestock"
        return tuple(connection.exec_driver_sql(sql).one())


def test_they_are_in_the_list(qtbot: QtBot, work: Work, bull: UUID) -> None:
    table = RecordList(work, Livestock, ("tag_number", "sex", "status"))
    qtbot.addWidget(table)
    qtbot.waitUntil(lambda: table.count() == 1)
    assert [table.model.index(0, n).data() for n in range(3)] == ["17", "Castrated", "On loan"]


def test_they_stay_when_something_else_is_edited_and_may_be_chosen_again(
    qtbot: QtBot, work: Work, mirror: Mirror, bull: UUID
) -> None:
    form = RecordForm(work, Livestock)
    qtbot.addWidget(form)
    with qtbot.waitSignal(form.loaded):
        form.edit(bull)
    sex, name = form.rows["sex"].editor, form.rows["name"].editor
    assert isinstance(sex, editors.ChoiceEditor)
    assert sex.box.currentText() == "Castrated"
    name.set_value("Bruno")
    with qtbot.waitSignal(form.saved):
        form.save()
    assert stored(mirror) == ("Bruno", "castrated", "on_loan")
    castrated = sex.box.currentIndex()
    for index, kept in ((0, "female"), (castrated, "castrated")):
        sex.box.setCurrentIndex(index)
        with qtbot.waitSignal(form.saved):
            form.save()
        assert stored(mirror) == ("Bruno", kept, "on_loan")
