"""A series of visits from the form of an appointment: booked, and changed one, following, all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fluffydesk.actions.series import Which
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.ui.aside import LEAST
from fluffydesk.ui.look import measures
from fluffydesk.ui.screens.booking_form import BookingForm, open_booking
from fluffydesk.ui.screens.booking_series import SeriesChoice
from tests.clinic_sample import ZONE
from tests.ui.calendar_desk import Desk, desk_of

WEEK = timedelta(weeks=1)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "desk"
    folder.mkdir()
    with desk_of(qtbot, folder) as made:
        yield made


def booked(desk: Desk) -> list[Any]:
    """Return the visits of the only series, by time."""
    table = Appointment.__table__
    with desk.mirror.read() as connection:
        query = table.select().where(table.c.series_id.is_not(None))
        return list(connection.execute(query.order_by(table.c.scheduled_at)))


def form_for(desk: Desk, **values: Any) -> BookingForm:
    dialog = open_booking(desk.screen, desk.work, None, values)
    assert isinstance(dialog.form, BookingForm)
    desk.settle()
    return dialog.form


def opened(desk: Desk, name: str) -> BookingForm:
    """Return the form of a visit that is booked."""
    dialog = open_booking(desk.screen, desk.work, desk.sample[name])
    assert isinstance(dialog.form, BookingForm)
    form = dialog.form
    desk.settle()
    desk.qtbot.waitUntil(lambda: form.series.isVisible() and not desk.work.busy)
    return form


def repeat(desk: Desk, form: BookingForm, way: str, times: str) -> None:
    form.series.ways.setCurrentIndex(form.series.ways.findText(way))
    form.series.times.setFocus()
    form.series.times.selectAll()
    desk.qtbot.keyClicks(form.series.times, times)
    form.save()
    desk.settle()


def pixel(desk: Desk) -> dict[str, Any]:
    return {
        "pet_id": desk.sample["Pixel"],
        "service_id": desk.sample["checkup"],
        "veterinarian_id": desk.sample["Dr Osei Lund"],
        "scheduled_at": desk.sample.at(14),
        "ends_at": desk.sample.at(14, 20),
    }


def test_a_series_is_booked_and_what_is_taken_is_left_out_and_told(desk: Desk) -> None:
    """Rule 19; rule 25: the clock's time stays when daylight saving begins (29 March)."""
    starts = desk.sample.at(14, 10) + WEEK
    desk.elsewhere(
        Appointment,
        desk.sample["Mango visit"],
        scheduled_at=starts,
        ends_at=starts + timedelta(minutes=20),
    )
    repeat(desk, form_for(desk, **pixel(desk)), "Every week", "4")
    visits = booked(desk)
    assert [f"{one.scheduled_at.astimezone(ZONE):%d.%m %H:%M}" for one in visits] == [
        "11.03 14:00",
        "25.03 14:00",
        "01.04 14:00",
    ]
    notice = desk.told[-1]
    assert notice.text.endswith("14:00. 3 visits of the series saved.")
    assert notice.text.startswith("Pixel is booked for Wednesday 11 March")
    assert "Wed 18 Mar 14:00: Dr Osei Lund is taken by Mango" in notice.advice
    assert notice.undo is not None
    notice.undo()
    desk.settle()
    assert [one for one in booked(desk) if one.status != "cancelled"] == []


def test_a_number_that_makes_no_series_is_said_and_nothing_is_lost(desk: Desk) -> None:
    form = form_for(desk, **pixel(desk))
    repeat(desk, form, "Every week", "1")
    assert "visits make no series" in form.trouble.text()
    assert booked(desk) == []
    repeat(desk, form, "Every week", "2")
    assert len(booked(desk)) == 2


@pytest.mark.parametrize(
    ("which", "reasons"),
    [
        (Which.ONE, [None, "Stitches", None]),
        (Which.FOLLOWING, [None, "Stitches", "Stitches"]),
        (Which.ALL, ["Stitches", "Stitches", "Stitches"]),
    ],
)
def test_one_the_following_or_all_are_changed(
    desk: Desk, which: Which, reasons: list[str | None]
) -> None:
    repeat(desk, form_for(desk, **pixel(desk)), "Every week", "3")
    second = booked(desk)[1]
    dialog = open_booking(desk.screen, desk.work, second.id)
    form = dialog.form
    assert isinstance(form, BookingForm)
    desk.qtbot.waitUntil(form.series.isVisible)
    form.series.which.set_value(which)
    desk.qtbot.keyClicks(form.editor("reason").field, "Stitches")
    desk.qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert [one.reason for one in booked(desk)] == reasons


def test_a_series_that_is_called_off_is_not_said_to_be_booked(desk: Desk) -> None:
    repeat(desk, form_for(desk, **pixel(desk)), "Every week", "3")
    dialog = open_booking(desk.screen, desk.work, booked(desk)[1].id)
    form = dialog.form
    assert isinstance(form, BookingForm)
    desk.qtbot.waitUntil(form.series.isVisible)
    form.series.which.set_value(Which.ALL)
    status = form.editor("status")
    status.set_value(AppointmentStatus.CANCELLED)
    status.changed.emit()
    desk.qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert {one.status for one in booked(desk)} == {AppointmentStatus.CANCELLED}
    assert desk.told[-1].text == "3 visits of the series cancelled."
    undo = desk.told[-1].undo
    assert undo is not None
    undo()
    desk.settle()
    assert {one.status for one in booked(desk)} == {AppointmentStatus.SCHEDULED}


def test_a_visit_that_takes_no_time_is_not_repeated(desk: Desk) -> None:
    dialog = open_booking(desk.screen, desk.work, desk.sample["no-show"])
    form = dialog.form
    assert isinstance(form, BookingForm)
    desk.qtbot.waitUntil(lambda: form.warning.text() != "")
    desk.settle()
    assert not form.series.isVisible()
    dialog.close()


def test_a_visit_that_is_booked_is_repeated_from_its_form(desk: Desk) -> None:
    form = opened(desk, "Rex visit")
    assert form.series.ways.isVisible()
    form.editor("reason").set_value("Bandage")
    repeat(desk, form, "Every week", "3")
    visits = booked(desk)
    assert [f"{one.scheduled_at.astimezone(ZONE):%d.%m %H:%M}" for one in visits] == [
        "11.03 09:30",
        "18.03 09:30",
        "25.03 09:30",
    ]
    assert {one.reason for one in visits} == {"Bandage"}
    assert visits[0].id == desk.sample["Rex visit"]
    assert not opened(desk, "Rex visit").series.ways.isVisible()
    undo = desk.told[-1].undo
    assert undo is not None
    undo()
    desk.settle()
    assert booked(desk) == []
    assert desk.kept("Rex visit").reason is None
    form = opened(desk, "Mango visit")
    repeat(desk, form, "Every day", "2")
    assert len(booked(desk)) == 2, "with nothing else typed"


def test_what_is_asked_of_a_series_fits_a_form_beside_the_calendar(qtbot: QtBot) -> None:
    choice = SeriesChoice()
    qtbot.addWidget(choice)
    choice.offer(repeats=False, in_series=True)
    choice.show()
    assert choice.minimumSizeHint().width() <= LEAST - 3 * measures.GROUP
