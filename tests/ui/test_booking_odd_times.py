"""A time that is past, while the clinic is closed or off the vet's shift: told, and kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import insert

from fluffydesk.mirror.changes import Changes
from fluffydesk.records.organizations import Organization, StaffShift
from fluffydesk.records.types import new_id, now
from fluffydesk.ui.screens.booking_form import BookingForm, open_booking
from tests.clinic_sample import DAY
from tests.ui.calendar_desk import Desk, desk_of

LUND = "Dr Osei Lund"


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "desk"
    folder.mkdir()
    with desk_of(qtbot, folder) as made:
        hours = "Mo-Fr 08:00-12:00,13:00-18:00"
        made.elsewhere(Organization, made.sample.organization, opening_hours=hours)
        yield made


def plan(desk: Desk, day: date, first: int, last: int) -> None:
    """Plan a shift of Dr Lund's, as another desk's change comes in."""
    values = {
        "id": new_id(),
        "organization_id": desk.sample.organization,
        "user_id": desk.sample[LUND],
        "role": "veterinarian",
        "starts_at": desk.sample.at(first, day=day),
        "ends_at": desk.sample.at(last, day=day),
        "status": "planned",
        "break_minutes": 0,
        "is_on_call": False,
    }
    with desk.mirror.apply() as connection:
        connection.execute(insert(StaffShift), [values])
    desk.work.announce(Changes.of(StaffShift.__tablename__, values["id"]))
    desk.settle()


def coming(weekday: int) -> date:
    """Return such a day (0 is Monday) weeks from now, for the past is told of by itself."""
    soon = now().date() + timedelta(days=60)
    return soon + timedelta(days=(weekday - soon.weekday()) % 7)


def form_at(desk: Desk, starts: datetime) -> BookingForm:
    values: dict[str, Any] = {
        "pet_id": desk.sample["Pixel"],
        "service_id": desk.sample["checkup"],
        "veterinarian_id": desk.sample[LUND],
        "scheduled_at": starts,
    }
    dialog = open_booking(desk.screen, desk.work, None, values)
    assert isinstance(dialog.form, BookingForm)
    return dialog.form


def retime(desk: Desk, form: BookingForm, text: str) -> None:
    """Type another time of day."""
    clock = form.editor("scheduled_at").findChildren(QLineEdit)[1]
    clock.selectAll()
    desk.qtbot.keyClicks(clock, text)


def test_the_form_says_what_is_unusual_about_the_time_and_saves_all_the_same(desk: Desk) -> None:
    tuesday = coming(1)
    plan(desk, tuesday, 9, 17)
    form = form_at(desk, desk.sample.at(19, day=tuesday))
    line = form.rows["scheduled_at"]
    desk.qtbot.waitUntil(lambda: "Outside" in line.noted())
    assert line.noted() == (
        "Outside the opening hours of that day, 08:00 to 12:00 and 13:00 to 18:00. "
        "Outside the shift of Dr Osei Lund that day, 09:00 to 17:00."
    )
    assert line.editor.field.accessibleDescription() == line.noted()
    retime(desk, form, "17:30")
    desk.qtbot.waitUntil(lambda: line.noted().startswith("Outside the shift"))
    retime(desk, form, "10:00")
    desk.qtbot.waitUntil(lambda: line.noted() == "")
    retime(desk, form, "20:00")
    desk.qtbot.waitUntil(lambda: "Outside" in line.noted())
    saved: list[object] = []
    form.saved.connect(saved.append)
    form.save()
    desk.settle()
    assert saved, "it warns, and does not forbid"


def test_a_day_off_and_a_closed_day_are_told_in_the_form(desk: Desk) -> None:
    sunday = coming(6)
    plan(desk, sunday - timedelta(days=3), 9, 17)
    form = form_at(desk, desk.sample.at(10, day=sunday))
    line = form.rows["scheduled_at"]
    desk.qtbot.waitUntil(lambda: "closed that day" in line.noted())
    assert line.noted() == "The clinic is closed that day. Dr Osei Lund has no shift that day."
    form.new()
    form.window().close()


def test_the_past_is_told_where_it_is_typed_and_not_of_a_visit_that_was(desk: Desk) -> None:
    dialog = open_booking(desk.screen, desk.work, desk.sample["Rex visit"])
    form = dialog.form
    assert isinstance(form, BookingForm)
    desk.settle()
    desk.qtbot.waitUntil(lambda: "Bites" in form.warning.text())
    line = form.rows["scheduled_at"]
    assert line.noted() == "", "it was booked so"
    retime(desk, form, "10:30")
    desk.qtbot.waitUntil(lambda: line.noted() == "This begins in the past.")
    dialog.form.edit(desk.sample["Rex visit"])
    dialog.done(0)


def test_a_drag_tells_the_same_and_puts_it_there(desk: Desk) -> None:
    plan(desk, DAY, 9, 16)
    start = desk.middle("Rex")
    desk.press(start)
    desk.move(start + QPoint(0, 60), start + QPoint(0, round(420 * 2.2)))
    said = "Outside the shift of Dr Osei Lund that day, 09:00 to 16:00."
    assert desk.screen.foot.words.text().startswith(said)
    assert said in desk.grid.accessibleDescription()
    assert desk.screen.foot.words.property("role") == "warning"
    assert desk.screen.foot.yes.isEnabled()
    desk.move(start + QPoint(0, -40))
    assert "in the past" in desk.screen.foot.words.text(), "it is 09:40 there"
    desk.move(start + QPoint(0, round(420 * 2.2)))
    desk.let_go(start + QPoint(0, round(420 * 2.2)))
    assert desk.local(desk.visit("Rex").starts) == "16:30"


def test_a_visit_taken_up_where_it_lies_is_as_it_was(desk: Desk) -> None:
    plan(desk, DAY, 12, 16)
    desk.choose("Rex")
    desk.keys(Qt.Key.Key_Space)
    assert "Outside" not in desk.screen.foot.words.text()
    desk.keys(Qt.Key.Key_Down)
    assert "Outside the shift of Dr Osei Lund" in desk.screen.foot.words.text()
    desk.keys(Qt.Key.Key_Escape)
