from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from fluffydesk.mirror.mirror import Mirror
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Notice, Place
from fluffydesk.ui.screens.booking_form import BookingForm, open_booking
from fluffydesk.ui.screens.calendar import Calendar
from fluffydesk.ui.screens.day_layout import Column, Spot, arrange, step_down, step_up
from fluffydesk.ui.screens.day_time import Axis
from fluffydesk.ui.screens.reading.calendar import Lane, read_sheet
from fluffydesk.ui.screens.visits import Visit
from fluffydesk.work import Work
from tests.clinic_sample import DAY, ZONE, Sample, fill
from tests.mirrors import new_mirror

Settle = Callable[[Work], None]


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "clinic.db") as opened:
        yield opened


@pytest.fixture
def sample(clinic: Mirror) -> Sample:
    return fill(clinic)


@pytest.fixture
def at_work(clinic: Mirror, sample: Sample) -> Iterator[Work]:
    made = Work(clinic)
    yield made
    made.close()


@pytest.fixture
def calendar(qtbot: QtBot, at_work: Work, sample: Sample, settle: Settle) -> Calendar:
    screen = Calendar(at_work)
    screen.clock = lambda: sample.at(9, 40)
    qtbot.addWidget(screen)
    screen.resize(1072, 1900)
    with qtbot.waitExposed(screen):
        screen.show()
    settle(at_work)
    return screen


def shown(calendar: Calendar, pet: str) -> Visit:
    return next(card.visit for card in calendar.grid.cards if card.visit.pet == pet)


def middle_of(calendar: Calendar, pet: str) -> QPoint:
    card = next(card for card in calendar.grid.cards if card.visit.pet == pet)
    return calendar.grid.box_of(card).center().toPoint()


def drag(qtbot: QtBot, calendar: Calendar, start: QPoint, end: QPoint) -> None:
    view = calendar.grid.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(view, (start + end) / 2)
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)


def local(visit: Visit) -> str:
    return f"{visit.starts.astimezone(ZONE):%H:%M}"


def test_a_column_for_each_vet_with_the_days_visits(calendar: Calendar) -> None:
    lanes = [column.lane.title for column in calendar.grid.columns]
    assert lanes == ["Dr Ana Ferro", "Dr Osei Lund"]
    placed = {(card.visit.pet, lanes[card.lane], card.first) for card in calendar.grid.cards}
    assert placed == {
        ("Pixel", "Dr Ana Ferro", 540),
        ("Biscuit", "Dr Osei Lund", 540),
        ("Rex", "Dr Osei Lund", 570),
        ("Mango", "Dr Osei Lund", 660),
    }
    assert "Wednesday 11 March 2026" in calendar.bar.title.text()
    assert [button.text() for button in calendar.bar.week.buttons][2] == "Today · 4"


def test_rooms_instead_of_vets(calendar: Calendar) -> None:
    calendar.bar.by.set_value("room")
    assert [column.lane.title for column in calendar.grid.columns] == ["Room 1", "Theatre"]
    assert {card.visit.pet for card in calendar.grid.cards if card.lane == 1} == {"Pixel"}


def test_search_and_filters_leave_out_the_rest(calendar: Calendar, sample: Sample) -> None:
    calendar.search("noor bisc")
    assert [card.visit.pet for card in calendar.grid.cards] == ["Biscuit"]
    calendar.go_to_found()  # Enter in the search field
    assert calendar.grid.hasFocus()
    found = calendar.grid.card()
    assert found is not None
    assert found.visit.pet == "Biscuit"
    calendar.search("")
    calendar.bar.vet.pick(sample["Dr Ana Ferro"])
    assert [card.visit.pet for card in calendar.grid.cards] == ["Pixel"]
    assert [column.lane.title for column in calendar.grid.columns] == ["Dr Ana Ferro"]
    calendar.bar.vet.pick(None)
    calendar.bar.status.pick("completed")
    assert [card.visit.pet for card in calendar.grid.cards] == ["Biscuit"]


def test_dragging_snaps_to_five_minutes_and_moves(
    qtbot: QtBot, calendar: Calendar, at_work: Work, settle: Settle
) -> None:
    start = middle_of(calendar, "Rex")
    minutes_down = calendar.grid.y_of(802) - calendar.grid.y_of(570)
    left = calendar.grid.x_of(0) - calendar.grid.x_of(1)
    drag(qtbot, calendar, start, start + QPoint(round(left), round(minutes_down)))
    settle(at_work)
    moved = shown(calendar, "Rex")
    assert local(moved) == "13:20"
    assert moved.vet == "Dr Ana Ferro"
    assert moved.minutes == 15
    assert moved.provisional


def test_dragging_onto_another_visit_snaps_back_with_the_reason(
    qtbot: QtBot, calendar: Calendar, at_work: Work, settle: Settle
) -> None:
    told: list[Notice] = []
    calendar.told.connect(told.append)
    start = middle_of(calendar, "Rex")
    drag(qtbot, calendar, start, start + QPoint(0, round(90 * 2.2)))
    settle(at_work)
    assert local(shown(calendar, "Rex")) == "09:30"
    assert calendar.grid.hand is None
    assert [notice.text for notice in told] == [
        "Dr Osei Lund is taken by Mango from 11:00 to 11:20."
    ]


def test_a_drop_at_an_unusual_time_says_so_with_its_undo(
    qtbot: QtBot, calendar: Calendar, at_work: Work, settle: Settle
) -> None:
    told: list[Notice] = []
    calendar.told.connect(told.append)
    start = middle_of(calendar, "Rex")
    early = calendar.grid.y_of(500) - calendar.grid.y_of(577)
    drag(qtbot, calendar, start, start + QPoint(0, round(early)))
    settle(at_work)
    [notice] = told
    assert notice.text.startswith("Rex moved to 08:1")
    assert notice.advice == "This begins in the past."
    assert notice.tone == "warning"
    assert notice.undo is not None


def test_undo_of_a_move_brings_it_back(
    qtbot: QtBot, calendar: Calendar, at_work: Work, settle: Settle
) -> None:
    told: list[Notice] = []
    calendar.told.connect(told.append)
    calendar.grid.choose(shown(calendar, "Rex").id)
    qtbot.keyClick(calendar.grid, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(calendar.grid, Qt.Key.Key_Return)
    settle(at_work)
    assert local(shown(calendar, "Rex")) == "09:35"
    assert told[-1].undo is not None
    told[-1].undo()
    settle(at_work)
    assert local(shown(calendar, "Rex")) == "09:30"


def test_keys_choose_open_book_and_move_on(
    qtbot: QtBot, calendar: Calendar, at_work: Work, settle: Settle
) -> None:
    grid = calendar.grid
    opened: list[object] = []
    wanted: list[tuple[int, int]] = []
    grid.opened.disconnect()
    grid.wanted.disconnect()
    grid.opened.connect(opened.append)
    grid.wanted.connect(lambda lane, minute: wanted.append((lane, minute)))
    grid.choose(shown(calendar, "Biscuit").id)
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    assert grid.visit() == shown(calendar, "Rex")
    assert "Rex" in grid.accessibleDescription()
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert opened == [shown(calendar, "Rex").id]
    for stage in ("Waiting", "In room", "With vet", "To pay", "Done"):
        qtbot.keyClick(grid, Qt.Key.Key_A)
        settle(at_work)
        assert shown(calendar, "Rex").stage == stage
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.visit() is None
    qtbot.keyClick(grid, Qt.Key.Key_N)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert wanted == [(1, 585), (1, 585)]


def test_a_no_show_no_longer_takes_time(
    qtbot: QtBot, calendar: Calendar, at_work: Work, settle: Settle
) -> None:
    calendar.grid.choose(shown(calendar, "Mango").id)
    qtbot.keyClick(calendar.grid, Qt.Key.Key_M)
    settle(at_work)
    assert shown(calendar, "Mango").stage == "No-show"
    assert calendar.bar.week.buttons[2].text() == "Today · 3"


def test_other_days_and_back(
    qtbot: QtBot, calendar: Calendar, at_work: Work, settle: Settle
) -> None:
    calendar.bar.go(-1)
    settle(at_work)
    assert [card.visit.stage for card in calendar.grid.cards] == ["No-show"]
    qtbot.mouseClick(calendar.bar.today_button, Qt.MouseButton.LeftButton)
    settle(at_work)
    assert len(calendar.grid.cards) == 4


def test_arriving_at_a_visit_of_another_day(
    calendar: Calendar, at_work: Work, sample: Sample, settle: Settle
) -> None:
    calendar.arrive(Place("calendar", sample["no-show"]))
    settle(at_work)
    assert calendar.bar.day.day == 10
    chosen = calendar.grid.visit()
    assert chosen is not None
    assert chosen.id == sample["no-show"]


def test_what_waits_for_central_is_provisional_and_what_it_refused_says_so(
    calendar: Calendar, at_work: Work, sample: Sample, settle: Settle
) -> None:
    assert not shown(calendar, "Rex").provisional
    with at_work_mirror(at_work).apply() as connection:
        connection.execute(
            text("insert into edits (table_name, row_id) values ('appointments', :id)"),
            {"id": str(sample["Rex visit"])},
        )
        connection.execute(
            text("insert into quarantine (id, table_name, row_id) values ('q', :t, :id)"),
            {"t": "appointments", "id": str(sample["Mango visit"])},
        )
    calendar.reload()
    settle(at_work)
    assert shown(calendar, "Rex").provisional
    assert shown(calendar, "Mango").refused


def at_work_mirror(work: Work) -> Mirror:
    return work._mirror


def test_the_list_shows_the_same_from_that_day_on(
    calendar: Calendar, at_work: Work, settle: Settle
) -> None:
    calendar.bar.view.set_value("list")
    settle(at_work)
    assert calendar.list.count() == 4
    calendar.bar.status.pick("confirmed")
    settle(at_work)
    assert calendar.list.count() == 1


def form_of(dialog: FormDialog) -> BookingForm:
    assert isinstance(dialog.form, BookingForm)
    return dialog.form


def test_the_form_fills_in_end_and_client_and_warns_of_overlaps(
    qtbot: QtBot, calendar: Calendar, at_work: Work, sample: Sample, settle: Settle
) -> None:
    dialog = open_booking(
        calendar,
        at_work,
        None,
        {
            "pet_id": sample["Pixel"],
            "service_id": sample["dental"],
            "veterinarian_id": sample["Dr Osei Lund"],
            "scheduled_at": sample.at(10, 30),
        },
    )
    form = form_of(dialog)
    qtbot.waitUntil(lambda: "Mango" in form.rows["scheduled_at"].noted())
    assert form.editor("ends_at").value() == sample.at(11, 30)
    assert form.editor("client_id").value() == sample["Tomas Reed"]
    assert (
        "Dr Osei Lund is taken by Mango from 11:00 to 11:20." in form.rows["scheduled_at"].noted()
    )
    assert "Choose another time" in form.rows["scheduled_at"].noted()
    form.save()
    qtbot.waitUntil(lambda: "Mango" in form.rows["scheduled_at"]._error.text())
    form.editor("scheduled_at").set_value(sample.at(12))
    form.editor("ends_at").set_value(sample.at(13))
    form.save()
    settle(at_work)
    qtbot.waitUntil(lambda: len(calendar.grid.cards) == 5)


def test_who_types_faster_than_the_form_fills_in_books_all_the_same(
    qtbot: QtBot, calendar: Calendar, at_work: Work, sample: Sample, settle: Settle
) -> None:
    told: list[Notice] = []
    calendar.told.connect(told.append)
    calendar.book()
    dialog = calendar.findChild(FormDialog)
    assert isinstance(dialog, FormDialog)
    form = form_of(dialog)
    form.editor("pet_id").set_value(sample["Pixel"])
    settle(at_work)
    form.editor("service_id").set_value(sample["dental"])
    form.editor("scheduled_at").set_value(sample.at(14))
    form.save()
    settle(at_work)
    visits = [card.visit for card in calendar.grid.cards if card.visit.pet == "Pixel"]
    booked = next(visit for visit in visits if visit.starts == sample.at(14))
    assert booked.minutes == 60
    assert booked.client == "Tomas Reed"
    assert calendar.grid.visit() == booked
    assert told[0].text == "Pixel is booked for Wednesday 11 March, 14:00."
    assert told[0].undo is not None
    told[0].undo()
    settle(at_work)
    assert booked.id not in [card.visit.id for card in calendar.grid.cards]


def test_a_visit_that_is_put_elsewhere_in_its_form_keeps_its_length(
    qtbot: QtBot, calendar: Calendar, at_work: Work, sample: Sample, settle: Settle
) -> None:
    before = shown(calendar, "Mango")
    form = form_of(open_booking(calendar, at_work, before.id))
    settle(at_work)
    clock = form.editor("scheduled_at").findChildren(QLineEdit)[1]
    clock.selectAll()
    qtbot.keyClicks(clock, "15:30")
    form.save()
    settle(at_work)
    after = shown(calendar, "Mango")
    assert (local(after), after.minutes) == ("15:30", before.minutes)


def test_alerts_are_told_before_booking(
    qtbot: QtBot, calendar: Calendar, at_work: Work, sample: Sample, settle: Settle
) -> None:
    dialog = open_booking(calendar, at_work, None, {"pet_id": sample["Rex"]})
    form = form_of(dialog)
    qtbot.waitUntil(lambda: form.warning.text() == "Alert: Bites when held.")
    settle(at_work)
    form.new()
    dialog.close()


def test_overlapping_visits_share_the_width(clinic: Mirror, sample: Sample) -> None:
    visit = read_sheet(clinic, (DAY,), DAY, ZONE, ()).visits[0]
    columns = (Column(DAY, Lane("vet", visit.vet_id, "One")),)
    cards = arrange((visit, visit), columns, Axis((DAY,), ZONE))
    assert [(card.share, card.of) for card in cards] == [(0, 2), (1, 2)]
    assert step_down(cards, Spot(0, 500), 1200) == Spot(0, 510)
    assert step_up(cards, Spot(0, cards[0].last), 420) == Spot(0, cards[0].first)


def test_minutes_are_those_of_the_organizations_clock(sample: Sample) -> None:
    assert Axis((DAY,), ZONE).of(DAY, sample.at(9, 30)) == 570
