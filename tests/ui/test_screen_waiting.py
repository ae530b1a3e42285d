from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select, update

from fluffydesk.actions import appointments
from fluffydesk.figures.visits import Stage
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.enums import AppointmentStatus, Role
from fluffydesk.records.pets import Pet
from fluffydesk.records.types import today
from fluffydesk.ui import memory
from fluffydesk.ui.fields.texts import use_place
from fluffydesk.ui.parts.notice import Notices
from fluffydesk.ui.screen import Notice, Place
from fluffydesk.ui.screens.reading.walk_in import patients_like
from fluffydesk.ui.screens.waiting import WaitingRoom
from fluffydesk.ui.screens.waiting_cards import lines_of, said_of
from fluffydesk.ui.screens.waiting_column import NARROWEST, StageList
from fluffydesk.ui.screens.waiting_walk_in import WalkInDialog
from fluffydesk.work import Work
from tests.clinic_sample import Sample, fill
from tests.mirrors import new_mirror

Settle = Callable[[Work], None]
Told = list[Notice]


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Mirror]:
    with new_mirror(tmp_path / "clinic.db") as opened:
        yield opened


@pytest.fixture
def sample(clinic: Mirror) -> Sample:
    return fill(clinic, today())


class Clock:
    """The desk's clock, which the tests turn on."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(sample.at(9, 40))
    monkeypatch.setattr(appointments, "now", made)
    return made


@pytest.fixture
def room(
    clinic: Mirror, sample: Sample, clock: Clock, qtbot: QtBot, settle: Settle
) -> Iterator[WaitingRoom]:
    work = Work(clinic)
    use_place(work.whose)
    screen = WaitingRoom(work)
    screen.clock = clock
    qtbot.addWidget(screen)
    screen.resize(1072, 740)
    with qtbot.waitExposed(screen):
        screen.show()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    settle(work)
    yield screen
    work.close()


@pytest.fixture
def told(room: WaitingRoom) -> Told:
    found: Told = []
    room.told.connect(found.append)
    return found


def names(room: WaitingRoom, stage: Stage) -> list[str]:
    return [guest.visit.pet for guest in room.board.lists[stage].rows.guests]


def everyone(room: WaitingRoom) -> dict[str, list[str]]:
    return {str(stage): found for stage in Stage if (found := names(room, stage))}


def choose(room: WaitingRoom, sample: Sample, name: str) -> StageList:
    """Choose a patient as a person would: by a click on its card."""
    assert room.board.choose(sample[f"{name} visit"])
    guest = room.board.guest()
    assert guest is not None
    return room.board.lists[guest.stage]


def press(qtbot: QtBot, room: WaitingRoom, settle: Settle, key: Qt.Key) -> None:
    focused = room.focusWidget()
    assert isinstance(focused, QWidget)
    qtbot.keyClick(focused, key)
    settle(room.work)


def appointment(mirror: Mirror, sample: Sample, name: str) -> Appointment:
    with mirror.read() as connection:
        query = select(Appointment.__table__).where(Appointment.id == sample[f"{name} visit"])
        found: Appointment = connection.execute(query).one()  # type: ignore[assignment]
    return found


def test_patients_stand_in_the_column_of_their_stage(room: WaitingRoom) -> None:
    assert everyone(room) == {"booked": ["Rex", "Mango"], "in_room": ["Pixel"], "left": ["Biscuit"]}
    assert room.board.lists[Stage.BOOKED].accessibleName() == "Expected, 2"
    assert room.stack.currentWidget() is room.board


def test_a_card_tells_who_with_whom_and_what_to_know_first(
    room: WaitingRoom, clinic: Mirror, sample: Sample, settle: Settle
) -> None:
    with clinic.apply() as connection:
        connection.execute(
            update(Pet.__table__)
            .where(Pet.id == sample["Rex"])
            .values(bites=True, allergies="Penicillin")
        )
    room.reload()
    settle(room.work)
    choose(room, sample, "Rex")
    guest = room.board.guest()
    assert guest is not None
    said = said_of(guest, room.clock()).splitlines()
    assert said[:4] == ["Rex, 09:30", "Dog · Ivy Stone", "Vaccination", "Dr Osei Lund · Room 1"]
    assert "Handle with care: bites, kicks or scratches" in said
    assert "Allergic: Penicillin" in said
    assert "Bites when held" in said
    assert ("10 min late", "warning") in lines_of(guest, room.clock())


def test_one_key_moves_a_patient_through_all_stages_and_another_back(
    qtbot: QtBot, room: WaitingRoom, clinic: Mirror, sample: Sample, clock: Clock, settle: Settle
) -> None:
    choose(room, sample, "Rex")
    passed = []
    for key in (Qt.Key.Key_A, Qt.Key.Key_Space, Qt.Key.Key_A, Qt.Key.Key_A, Qt.Key.Key_A):
        clock.moment += timedelta(minutes=5)
        press(qtbot, room, settle, key)
        guest = room.board.guest()
        assert guest is not None
        passed.append(str(guest.stage))
    assert passed == ["arrived", "in_room", "with_vet", "to_pay", "left"]
    row = appointment(clinic, sample, "Rex")
    assert row.status == AppointmentStatus.COMPLETED
    assert row.arrived_at == sample.at(9, 45)
    assert row.left_at == sample.at(10, 5)
    press(qtbot, room, settle, Qt.Key.Key_B)
    press(qtbot, room, settle, Qt.Key.Key_Backspace)
    assert names(room, Stage.WITH_VET) == ["Rex"]
    assert appointment(clinic, sample, "Rex").to_pay_at is None


def test_ctrl_z_takes_back_one_move_after_the_other(
    qtbot: QtBot, room: WaitingRoom, clinic: Mirror, sample: Sample, settle: Settle, told: Told
) -> None:
    pile = Notices(room)
    room.told.connect(pile.show_notice)
    before = appointment(clinic, sample, "Rex")
    choose(room, sample, "Rex")
    press(qtbot, room, settle, Qt.Key.Key_A)
    press(qtbot, room, settle, Qt.Key.Key_A)
    assert [one.text for one in told] == ["Rex has arrived.", "Rex is in the room."]
    for stage, still in ((Stage.ARRIVED, told[:1]), (Stage.BOOKED, [])):
        qtbot.keyClick(room, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        settle(room.work)
        assert "Rex" in names(room, stage)
        assert [slip.notice for slip in pile.slips()] == still
    after = appointment(clinic, sample, "Rex")
    assert (after.status, after.arrived_at) == (before.status, None)
    qtbot.keyClick(room, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(room.work)
    assert told[-1].text == "There is nothing to undo here."


def test_a_notices_undo_is_not_taken_back_again(
    qtbot: QtBot, room: WaitingRoom, sample: Sample, settle: Settle, told: Told
) -> None:
    choose(room, sample, "Rex")
    press(qtbot, room, settle, Qt.Key.Key_A)
    undo = told[0].undo
    assert undo is not None
    undo()
    settle(room.work)
    assert "Rex" in names(room, Stage.BOOKED)
    qtbot.keyClick(room, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(room.work)
    assert told[-1].text == "There is nothing to undo here."


def drag(qtbot: QtBot, room: WaitingRoom, start: StageList, to: StageList, *, let_go: bool) -> None:
    view = start.viewport()
    first = start.visualRect(start.currentIndex()).center()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=first)
    end = view.mapFromGlobal(to.viewport().mapToGlobal(QPoint(40, 60)))
    for point in (first + QPoint(30, 5), end):
        qtbot.mouseMove(view, point)
    if let_go:
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)


def test_a_card_is_dragged_to_another_stage(
    qtbot: QtBot, room: WaitingRoom, sample: Sample, settle: Settle
) -> None:
    start = choose(room, sample, "Rex")
    drag(qtbot, room, start, room.board.lists[Stage.WITH_VET], let_go=True)
    settle(room.work)
    assert names(room, Stage.WITH_VET) == ["Rex"]
    guest = room.board.guest()
    assert guest is not None
    assert guest.visit.pet == "Rex"


def test_esc_gives_a_drag_up(
    qtbot: QtBot, room: WaitingRoom, sample: Sample, settle: Settle
) -> None:
    start = choose(room, sample, "Rex")
    target = room.board.lists[Stage.TO_PAY]
    drag(qtbot, room, start, target, let_go=False)
    assert room.board._ghost.isVisible()
    qtbot.keyClick(start, Qt.Key.Key_Escape)
    assert not room.board._ghost.isVisible()
    qtbot.mouseRelease(start.viewport(), Qt.MouseButton.LeftButton)
    settle(room.work)
    assert "Rex" in names(room, Stage.BOOKED)


def test_minutes_turn_amber_then_red_and_say_so(
    qtbot: QtBot, room: WaitingRoom, sample: Sample, clock: Clock, settle: Settle
) -> None:
    choose(room, sample, "Rex")
    press(qtbot, room, settle, Qt.Key.Key_A)
    found = []
    for minutes in (14, 15, 30):
        clock.moment = sample.at(9, 40) + timedelta(minutes=minutes)
        guest = room.board.guest()
        assert guest is not None
        waits = [line for line in lines_of(guest, clock.moment) if line[0].startswith("Waits")]
        found.append((guest.minutes(clock.moment), waits))
    assert found == [
        (14, []),
        (15, [("Waits long", "warning")]),
        (30, [("Waits too long", "danger")]),
    ]


def test_limits_are_chosen_and_what_cannot_be_is_said(
    qtbot: QtBot, room: WaitingRoom, sample: Sample, clock: Clock, settle: Settle
) -> None:
    dialog = room.open_limits()
    long, too_long = dialog.fields[Stage.ARRIVED]
    assert (long.text(), too_long.text()) == ("15", "30")
    too_long.setText("soon")
    dialog.save()
    assert "Arrived: too long from: type whole minutes" in dialog.wrong.text()
    assert too_long.text() == "soon"
    too_long.setText("5")
    dialog.save()
    assert dialog.wrong.text() == "Arrived: too long has to be more minutes than long."
    long.setText("3")
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    room.activateWindow()
    qtbot.waitUntil(room.isActiveWindow)
    assert "arrived:3:5" in str(memory.recall("waiting/limits"))
    choose(room, sample, "Rex")
    press(qtbot, room, settle, Qt.Key.Key_A)
    clock.moment += timedelta(minutes=3)
    guest = room.board.guest()
    assert guest is not None
    assert ("Waits long", "warning") in lines_of(guest, clock.moment)


def test_who_is_late_by_twenty_minutes_is_found_and_marked_by_one_key(
    qtbot: QtBot,
    room: WaitingRoom,
    clinic: Mirror,
    sample: Sample,
    clock: Clock,
    settle: Settle,
    told: Told,
) -> None:
    clock.moment = sample.at(9, 49)
    room.tick()
    assert room.missing.isHidden()
    clock.moment = sample.at(9, 50)
    room.tick()
    assert room.missing.text() == "20 minutes late or more, and not here: Rex (09:30)."
    choose(room, sample, "Rex")
    press(qtbot, room, settle, Qt.Key.Key_N)
    assert told[-1].text == "Rex is marked as a no-show."
    assert appointment(clinic, sample, "Rex").status == AppointmentStatus.NO_SHOW
    assert "Rex" not in names(room, Stage.BOOKED)
    assert room.missing.isHidden()
    qtbot.keyClick(room, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(room.work)
    assert "Rex" in names(room, Stage.BOOKED)


def test_n_goes_to_who_is_late_and_marks_nobody_who_is_here(
    qtbot: QtBot, room: WaitingRoom, clinic: Mirror, sample: Sample, clock: Clock, settle: Settle
) -> None:
    clock.moment = sample.at(9, 55)
    room.tick()
    choose(room, sample, "Pixel")
    press(qtbot, room, settle, Qt.Key.Key_N)
    guest = room.board.guest()
    assert guest is not None
    assert guest.visit.pet == "Rex"
    assert appointment(clinic, sample, "Rex").status == AppointmentStatus.SCHEDULED
    assert appointment(clinic, sample, "Pixel").status == AppointmentStatus.IN_PROGRESS


def walk_in(qtbot: QtBot, room: WaitingRoom, settle: Settle, who: str, why: str) -> WalkInDialog:
    room.board.take_keys()
    qtbot.keyClick(room.focusWidget(), Qt.Key.Key_W)
    dialog = room.findChild(WalkInDialog)
    assert dialog is not None
    settle(room.work)
    qtbot.keyClicks(dialog.who, who)
    qtbot.keyClick(dialog.who, Qt.Key.Key_Return)
    settle(room.work)
    qtbot.keyClicks(dialog.reason, why)
    qtbot.keyClick(dialog.reason, Qt.Key.Key_Return)
    return dialog


def test_a_walk_in_is_booked_and_arrived_in_a_few_keys_and_in_one_unit_of_work(
    qtbot: QtBot, room: WaitingRoom, clinic: Mirror, sample: Sample, settle: Settle, told: Told
) -> None:
    dialog = walk_in(qtbot, room, settle, "bisc vale", "Limps")
    qtbot.keyClick(dialog.vet, Qt.Key.Key_Return)
    settle(room.work)
    assert names(room, Stage.ARRIVED) == ["Biscuit"]
    assert told[-1].text == "Biscuit is here."
    guest = room.board.guest()
    assert guest is not None
    assert (guest.visit.reason, guest.visit.client) == ("Limps", "Noor Vale")
    assert guest.visit.arrived_at == sample.at(9, 40)
    with clinic.read() as connection:
        units = connection.exec_driver_sql("select count(*) from units").scalar_one()
    assert units == 1
    room.activateWindow()
    qtbot.waitUntil(room.isActiveWindow)
    qtbot.keyClick(room, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(room.work)
    assert names(room, Stage.ARRIVED) == []


def test_a_walk_in_typed_faster_than_it_is_found_is_booked_all_the_same(
    qtbot: QtBot, room: WaitingRoom, settle: Settle, told: Told
) -> None:
    dialog = room.open_walk_in()
    assert dialog is not None
    for text in ("zzz", "biscuit"):
        dialog.who.clear()
        for part in (text, "Limps"):
            qtbot.keyClicks(dialog.focusWidget(), part)
            qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
        if text == "zzz":
            settle(room.work)
            assert "Nobody is chosen yet" in dialog.problem.text()
            assert (dialog.reason.text(), dialog.focusWidget()) == ("Limps", dialog.who)
            dialog.reason.clear()
    settle(room.work)
    assert told[-1].text == "Biscuit is here."
    assert [guest.visit.reason for guest in room.board.lists[Stage.ARRIVED].rows.guests] == [
        "Limps"
    ]


def test_a_walk_in_left_by_esc_is_opened_again_by_undo_as_it_was(
    qtbot: QtBot, room: WaitingRoom, settle: Settle, told: Told
) -> None:
    dialog = walk_in(qtbot, room, settle, "bisc vale", "Limps")
    dialog.vet.setCurrentIndex(1)
    vet = dialog.vet.currentText()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert told[-1].text == "Nobody is booked."
    room.activateWindow()
    qtbot.waitUntil(room.isActiveWindow)
    qtbot.keyClick(room, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(room.work)
    again = next(one for one in room.findChildren(WalkInDialog) if one.isVisible())
    assert again.patient is not None
    assert again.patient.pet == "Biscuit"
    assert (again.reason.text(), again.vet.currentText()) == ("Limps", vet)
    again.save()
    settle(room.work)
    assert told[-1].text.startswith("Biscuit is here")


def test_a_walk_in_to_a_vet_who_is_taken_waits_until_that_vet_is_free(
    qtbot: QtBot, room: WaitingRoom, clinic: Mirror, sample: Sample, settle: Settle, told: Told
) -> None:
    dialog = walk_in(qtbot, room, settle, "biscuit", "Limps")
    dialog.vet.setCurrentIndex(dialog.vet.findText("Dr Ana Ferro"))
    qtbot.keyClick(dialog.vet, Qt.Key.Key_Return)
    settle(room.work)
    guest = room.board.guest()
    assert guest is not None
    assert guest.stage is Stage.ARRIVED
    assert guest.visit.starts == sample.at(10)
    assert told[-1].text == "Biscuit is here, and can be seen from 10:00 on."


def test_a_walk_in_without_a_patient_or_of_one_that_is_booked_now_is_refused_in_words(
    qtbot: QtBot, room: WaitingRoom, clinic: Mirror, sample: Sample, settle: Settle
) -> None:
    dialog = walk_in(qtbot, room, settle, "zzz", "Limps")
    dialog.save()
    assert "Nobody is chosen yet" in dialog.problem.text()
    assert (dialog.who.text(), dialog.reason.text()) == ("zzz", "Limps")
    dialog.who.clear()
    qtbot.keyClicks(dialog.who, "pixel")
    qtbot.keyClick(dialog.who, Qt.Key.Key_Return)
    settle(room.work)
    dialog.save()
    settle(room.work)
    assert "Pixel already has an appointment" in dialog.problem.text()
    assert dialog.isVisible()
    assert dialog.reason.text() == "Limps"
    dialog.reject()


def test_another_desks_change_is_shown_and_what_is_chosen_stays_so(
    room: WaitingRoom, clinic: Mirror, sample: Sample, settle: Settle
) -> None:
    choose(room, sample, "Rex")
    with clinic.apply() as connection:
        book = Appointment.__table__
        connection.execute(
            update(book)
            .where(book.c.id == sample["Mango visit"])
            .values(arrived_at=sample.at(9, 35))
        )
    room.work.announce(Changes.of("appointments", sample["Mango visit"]))
    settle(room.work)
    assert names(room, Stage.ARRIVED) == ["Mango"]
    guest = room.board.guest()
    assert guest is not None
    assert guest.visit.pet == "Rex"
    with clinic.apply() as connection:
        connection.execute(
            update(book).where(book.c.id == sample["Rex visit"]).values(arrived_at=sample.at(9, 39))
        )
    room.work.announce(Changes.of("appointments", sample["Rex visit"]))
    settle(room.work)
    assert names(room, Stage.ARRIVED) == ["Mango", "Rex"]
    assert room.board.place() == (Stage.ARRIVED, 1)
    assert room.board.lists[Stage.ARRIVED].hasFocus()


def test_arrows_go_from_column_to_column_past_empty_ones(
    qtbot: QtBot, room: WaitingRoom, sample: Sample, settle: Settle
) -> None:
    choose(room, sample, "Mango")
    seen = []
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        press(qtbot, room, settle, key)
        guest = room.board.guest()
        assert guest is not None
        seen.append(guest.visit.pet)
    assert seen == ["Rex", "Pixel", "Biscuit", "Pixel"]


def test_the_search_and_the_vet_choose_whom_the_board_shows(
    room: WaitingRoom, sample: Sample
) -> None:
    room.search("vale")
    assert everyone(room) == {"booked": ["Mango"], "left": ["Biscuit"]}
    room.search("")
    room.vets.setCurrentIndex(room.vets.findText("Dr Ana Ferro"))
    assert everyone(room) == {"in_room": ["Pixel"]}


def test_the_stage_times_on_screen_are_the_reports_own_strings(
    qtbot: QtBot, room: WaitingRoom, sample: Sample, clock: Clock, settle: Settle
) -> None:
    choose(room, sample, "Rex")
    for minutes in (0, 12, 5, 20, 3):
        clock.moment += timedelta(minutes=minutes)
        press(qtbot, room, settle, Qt.Key.Key_A)
    qtbot.keyClick(room, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    settle(room.work)
    report = room.times.report
    assert report is not None
    assert report.rows[:4] == (
        ("All vets", "Arrived", "1", "12", "12", "12"),
        ("All vets", "In room", "1", "5", "5", "5"),
        ("All vets", "With vet", "1", "20", "20", "20"),
        ("All vets", "To pay", "1", "3", "3", "3"),
    )
    shown = [one.cells for one in room.times.table.model.rows()]
    assert tuple(shown) == report.rows
    went: list[Place] = []
    room.go.connect(went.append)
    room.times.open_button.click()
    assert went == [Place("reports", part="stage-times")]


def test_an_empty_day_offers_the_first_step(
    qtbot: QtBot, room: WaitingRoom, clinic: Mirror, sample: Sample, clock: Clock, settle: Settle
) -> None:
    clock.moment = sample.at(9, 40) + timedelta(days=7)
    room.tick()
    settle(room.work)
    assert room.stack.currentWidget() is room.empty
    assert room.empty.title() == "Nobody is booked today"
    button = next(one for one in room.empty.findChildren(QPushButton) if one.isVisible())
    button.click()
    assert room.findChild(WalkInDialog) is not None


def test_last_nights_patients_stay_on_the_board_until_they_leave(
    room: WaitingRoom, clinic: Mirror, sample: Sample, clock: Clock, settle: Settle
) -> None:
    with clinic.apply() as connection:
        book = Appointment.__table__
        connection.execute(
            update(book)
            .where(book.c.id == sample["Rex visit"])
            .values(
                scheduled_at=sample.at(23, 40),
                ends_at=sample.at(23, 59),
                arrived_at=sample.at(23, 45),
            )
        )
    clock.moment = sample.at(0, 5) + timedelta(days=1)
    room.tick()
    settle(room.work)
    assert everyone(room)["arrived"] == ["Rex"]
    assert room.shown is not None
    assert room.shown.of(Stage.ARRIVED)[0].minutes(clock.moment) == 20
    assert "Mango" not in str(everyone(room))


def test_who_may_only_look_moves_nobody(
    qtbot: QtBot, room: WaitingRoom, clinic: Mirror, sample: Sample, settle: Settle, told: Told
) -> None:
    organization = clinic.recall("organization")
    clinic.remember(organization={**organization, "role": str(Role.VIEWER)})
    room.work.announce(Changes())
    settle(room.work)
    choose(room, sample, "Rex")
    press(qtbot, room, settle, Qt.Key.Key_A)
    assert "it may not change appointments" in told[-1].text
    assert appointment(clinic, sample, "Rex").arrived_at is None
    assert not room.on_button.isEnabled()


def test_a_walk_in_is_looked_for_by_names_first(clinic: Mirror, sample: Sample) -> None:
    with clinic.read() as connection:
        found = [one.pet for one in patients_like(connection, "s")]
        assert found[:2] == ["Rex", "Biscuit"]  # Ivy Stone begins with it, Biscuit has it
        assert (
            patients_like(connection, "555 0103")[0].words
            == "Rex · Dog · Ivy Stone · +31 20 555 0103"
        )
        assert patients_like(connection, "  ") == []


def test_an_alert_is_told_in_full_however_narrow_the_column_is(
    room: WaitingRoom, clinic: Mirror, sample: Sample, settle: Settle
) -> None:
    one = room.board.lists[Stage.BOOKED]
    before = one.visualRect(one.rows.index(0)).height()
    with clinic.apply() as connection:
        told = "Bites when held, and has to be muzzled before anybody takes it up"
        connection.execute(update(Pet.__table__).where(Pet.id == sample["Rex"]).values(alerts=told))
    room.reload()
    settle(room.work)
    assert one.visualRect(one.rows.index(0)).height() > before


def test_a_key_opens_the_pet_the_record_and_the_bill(
    qtbot: QtBot, room: WaitingRoom, sample: Sample, settle: Settle
) -> None:
    went: list[Place] = []
    room.go.connect(went.append)
    choose(room, sample, "Pixel")
    for key in (Qt.Key.Key_P, Qt.Key.Key_R, Qt.Key.Key_I):
        press(qtbot, room, settle, key)
    visit = sample["Pixel visit"]
    assert went == [
        Place("pets", sample["Pixel"]),
        Place("record", visit),
        Place("money", visit, part="visit"),
    ]


def test_enter_takes_nobody_who_was_found_by_other_words(
    qtbot: QtBot, room: WaitingRoom, settle: Settle
) -> None:
    dialog = room.open_walk_in()
    assert dialog is not None
    qtbot.keyClicks(dialog.who, "m")
    dialog._search()
    settle(room.work)
    assert dialog.matches.count() > 1
    qtbot.keyClicks(dialog.who, "ango")
    dialog._search()  # its answer is still to come
    qtbot.keyClick(dialog.who, Qt.Key.Key_Return)
    assert dialog.patient is None
    settle(room.work)
    assert dialog.patient is not None
    assert dialog.patient.pet == "Mango"
    dialog.reject()


def test_in_a_narrow_window_cards_keep_their_width_and_the_chosen_column_comes_in_sight(
    qtbot: QtBot, room: WaitingRoom, settle: Settle
) -> None:
    room.resize(690, 460)
    settle(room.work)
    board = room.board
    assert all(one.width() >= NARROWEST for one in board.lists.values())
    last = board.lists[Stage.LEFT]
    assert last.rows.guests
    board.choose(last.rows.guests[0].id)
    edge = last.mapTo(board.viewport(), last.rect().topRight()).x()
    assert 0 < edge < board.viewport().width()
