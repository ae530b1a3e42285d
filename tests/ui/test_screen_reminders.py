"""The screen of reminders by keyboard: queueing, taking back, letters, and the ladder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPdfWriter
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import Row, select

from fluffydesk.actions import saving
from fluffydesk.actions.reminder_ladder import USUAL
from fluffydesk.demo.companies import CLINIC
from fluffydesk.demo.fill import work_as
from fluffydesk.errors import Refusal
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import ReminderMessage, ReminderRule
from fluffydesk.records.enums import Role
from fluffydesk.records.enums.medical import ReminderChannel, ReminderKind, ReminderStatus
from fluffydesk.records.medical import Reminder
from fluffydesk.records.pets import ClinicClient, Pet
from fluffydesk.records.types import today
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Notice, Place
from fluffydesk.ui.screens.reminders import RemindersScreen
from fluffydesk.ui.screens.reminders_ladder import StepForm
from fluffydesk.ui.screens.reminders_print import write_letters
from fluffydesk.ui.screens.reporting.letters import Letter, Letters, sheet_of
from fluffydesk.work import Work
from tests.clinic_sample import Sample, fill
from tests.mirrors import new_mirror

Settle = Callable[[Work], None]
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
PETS = ("Biscuit", "Mango", "Pixel", "Rex")


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[tuple[Mirror, Sample]]:
    """A clinic with patients, and nothing said of reminders."""
    with new_mirror(tmp_path / "mirror.db") as opened:
        yield opened, fill(opened, today() - timedelta(days=30))


@pytest.fixture
def mirror(filled: tuple[Mirror, Sample]) -> Mirror:
    return filled[0]


@pytest.fixture
def sample(filled: tuple[Mirror, Sample]) -> Sample:
    """Four pets that are due for a vaccination; nobody knows an address of the rabbit's owner."""
    mirror, sample = filled
    steps: tuple[dict[str, Any], ...] = ({"step": 1, "days": -14}, {"step": 2, "days": 7})
    text = "Dear {client}, {what} for {pet} is due on {due}."
    for step in steps:
        saving.add(mirror, ReminderRule, {"subject": "{pet}: {what}", "body": text, **step})
    for client in ("Noor Vale", "Ivy Stone"):
        saving.change(mirror, ClinicClient, sample[client], {"email": "somebody@post.example"})
    for pet in PETS:
        values = {"pet_id": sample[pet], "kind": ReminderKind.VACCINATION, "title": "Rabies"}
        sample.ids[f"{pet}, due"] = saving.add(mirror, Reminder, {**values, "due_on": today()})[0]
    return sample


@pytest.fixture
def screen(qtbot: QtBot, work: Work, settle: Settle) -> RemindersScreen:
    return opened(qtbot, work, settle)


@pytest.fixture
def told(screen: RemindersScreen) -> list[Notice]:
    found: list[Notice] = []
    screen.told.connect(found.append)
    return found


def opened(qtbot: QtBot, work: Work, settle: Settle) -> RemindersScreen:
    made = RemindersScreen(work)
    qtbot.addWidget(made)
    made.resize(1064, 700)
    made.show()
    settle(work)
    return made


def press(qtbot: QtBot, screen: RemindersScreen, *keys: Key, ctrl: bool = False) -> None:
    for key in keys:
        # A window under no window manager is made active by hand; keys reach only such a one.
        screen.activateWindow()
        qtbot.waitUntil(screen.isActiveWindow)
        held = CTRL if ctrl else Qt.KeyboardModifier.NoModifier
        qtbot.keyClick(screen.part.list.table, key, held)


def messages(mirror: Mirror) -> list[Row[Any]]:
    table = ReminderMessage.__table__
    with mirror.read() as connection:
        return list(connection.execute(select(table)))


def status(mirror: Mirror, key: UUID) -> ReminderStatus:
    with mirror.read() as connection:
        found: ReminderStatus = saving.existing(connection, Reminder, key).status
    return found


def pets(screen: RemindersScreen) -> list[str]:
    return [one.pet for one in screen.due.list.model.rows()]


def form() -> FormDialog:
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, FormDialog)]
    return next(dialog for dialog in found if dialog.isVisible())


@pytest.mark.usefixtures("sample")
def test_all_that_can_be_sent_is_queued_by_one_key_and_taken_back_by_another(
    qtbot: QtBot, work: Work, settle: Settle, mirror: Mirror, screen: RemindersScreen
) -> None:
    told: list[Notice] = []
    screen.told.connect(told.append)
    assert pets(screen) == ["Rex", "Biscuit", "Mango", "Pixel"]
    assert screen.due.count.text() == "4 reminders · 1 cannot be sent"
    primary = screen.primary()
    assert primary is not None
    assert primary[0] == "Queue 3"
    press(qtbot, screen, Key.Key_Q)
    settle(work)
    assert told[-1].text == "3 reminders are queued."
    assert len(messages(mirror)) == 3
    assert pets(screen) == ["Pixel"]
    press(qtbot, screen, Key.Key_Z, ctrl=True)
    settle(work)
    assert told[-1].text == "3 reminders wait again."
    assert messages(mirror) == []
    assert len(pets(screen)) == 4


def test_what_waits_about_a_pet_that_died_elsewhere_goes_when_it_is_seen_rule_22(
    qtbot: QtBot,
    work: Work,
    settle: Settle,
    mirror: Mirror,
    sample: Sample,
    screen: RemindersScreen,
) -> None:
    press(qtbot, screen, Key.Key_Q)
    settle(work)
    with mirror.unit("As it comes from another desk") as unit:
        unit.update(Pet, sample["Mango"], {"deceased_on": today()})
    assert len(messages(mirror)) == 3
    screen.reload()
    settle(work)
    left = {row.reminder_id for row in messages(mirror)}
    assert left == {sample["Rex, due"], sample["Biscuit, due"]}


def test_some_are_chosen_by_the_space_bar(
    qtbot: QtBot,
    work: Work,
    settle: Settle,
    mirror: Mirror,
    sample: Sample,
    screen: RemindersScreen,
    told: list[Notice],
) -> None:
    screen.reload()
    settle(work)
    press(qtbot, screen, Key.Key_Space, Key.Key_Space)
    assert screen.due.count.text() == "2 of 4 chosen · 1 cannot be sent"
    press(qtbot, screen, Key.Key_Down, Key.Key_Space)
    assert told[-1].text == "No e-mail address."
    assert len(screen.due.marks) == 2
    press(qtbot, screen, Key.Key_Q)
    settle(work)
    assert status(mirror, sample["Rex, due"]) == ReminderStatus.SENT
    assert status(mirror, sample["Mango, due"]) == ReminderStatus.PENDING
    assert screen.due.marks == set()
    press(qtbot, screen, Key.Key_A, ctrl=True)
    assert len(screen.due.marks) == 1
    press(qtbot, screen, Key.Key_A, ctrl=True)
    assert screen.due.marks == set()


def test_the_list_is_narrowed_and_only_what_is_shown_is_queued(
    qtbot: QtBot,
    work: Work,
    settle: Settle,
    sample: Sample,
    mirror: Mirror,
    screen: RemindersScreen,
) -> None:
    screen.due.species.setCurrentIndex(screen.due.species.findData("Dog"))
    settle(work)
    assert pets(screen) == ["Rex", "Biscuit"]
    screen.search("ivy")
    assert screen.due.to_queue() == (sample["Rex, due"],)
    press(qtbot, screen, Key.Key_Q)
    settle(work)
    assert len(messages(mirror)) == 1
    screen.due.span.set_value("late")
    settle(work)
    assert screen.due.list.empty.isVisible()


def test_one_is_done_and_it_can_be_undone(
    qtbot: QtBot,
    work: Work,
    settle: Settle,
    sample: Sample,
    mirror: Mirror,
    screen: RemindersScreen,
    told: list[Notice],
) -> None:
    press(qtbot, screen, Key.Key_D)
    settle(work)
    assert told[-1].text == "Rex: Rabies is done."
    assert status(mirror, sample["Rex, due"]) == ReminderStatus.DONE
    press(qtbot, screen, Key.Key_Z, ctrl=True)
    settle(work)
    assert status(mirror, sample["Rex, due"]) == ReminderStatus.PENDING
    screen.due.list.select(sample["Rex, due"])
    press(qtbot, screen, Key.Key_X)
    settle(work)
    assert status(mirror, sample["Rex, due"]) == ReminderStatus.CANCELLED
    assert told[-1].text == "Rex: Rabies is called off."


def test_a_key_books_what_a_reminder_asks_for(
    qtbot: QtBot, work: Work, settle: Settle, sample: Sample, screen: RemindersScreen
) -> None:
    screen.due.list.select(sample["Rex, due"])
    one = screen.due.chosen()
    assert one is not None
    press(qtbot, screen, Key.Key_B)
    settle(work)
    dialog = form()
    values = [dialog.form.editor(name).value() for name in ("pet_id", "client_id", "reason")]
    assert values == [sample["Rex"], one.client_id, one.what]
    dialog.reject()


def test_letters_are_written_noted_and_calls_ticked(
    qtbot: QtBot,
    work: Work,
    settle: Settle,
    mirror: Mirror,
    sample: Sample,
    screen: RemindersScreen,
    told: list[Notice],
    tmp_path: Path,
) -> None:
    by_post = {"contact_by": ReminderChannel.POST, "address": "4 Mill Lane\nAldermere"}
    saving.change(mirror, ClinicClient, sample["Noor Vale"], by_post)
    by_phone = {"contact_by": ReminderChannel.PHONE}
    saving.change(mirror, ClinicClient, sample["Ivy Stone"], by_phone)
    press(qtbot, screen, Key.Key_Q)
    settle(work)
    press(qtbot, screen, Key.Key_2, ctrl=True)
    settle(work)
    states = [one.waits for one in screen.queued.list.model.rows()]
    assert states == [True, True, True]
    press(qtbot, screen, Key.Key_P)
    settle(work)
    dialog = screen.queued.dialog
    assert dialog is not None
    assert len(messages(mirror)) == 3
    dialog.accept()
    settle(work)
    assert told[-1].text == "2 letters are noted as printed."
    assert [one.client for one in screen.queued.list.model.rows()] == ["Ivy Stone"]
    press(qtbot, screen, Key.Key_T)
    settle(work)
    assert screen.queued.list.model.rowCount() == 0
    assert all(row.printed_at for row in messages(mirror))
    press(qtbot, screen, Key.Key_P)
    settle(work)
    assert told[-1].text == "No letter waits to be printed."
    screen.queued.which.set_value(False)
    settle(work)
    press(qtbot, screen, Key.Key_Delete)
    settle(work)
    assert len(messages(mirror)) == 2


def test_a_letter_shrinks_until_it_fits_and_is_refused_where_it_cannot(tmp_path: Path) -> None:
    letter = Letter(("Canal Street Clinic",), ("Noor Vale", "4 Mill Lane"), "1 May", "Rex", "Due.")
    file = tmp_path / "letters.pdf"
    write_letters([letter, letter], file, card=True)
    assert file.read_bytes().startswith(b"%PDF")
    device = QPdfWriter(str(tmp_path / "other.pdf"))
    device.setPageLayout(sheet_of(card=False))
    sheets = Letters([letter], device, card=False)
    assert sheets.texts(0) == [
        "Canal Street Clinic",
        "Noor Vale\n4 Mill Lane",
        "1 May",
        "Rex",
        "Due.",
    ]
    cards = QPdfWriter(str(tmp_path / "cards.pdf"))
    cards.setPageLayout(sheet_of(card=True))
    wide = Letter(("frontdesk@canal-street-clinic.example",), letter.to, "1 May", "Rex", "Due.")
    sizes = [Letters([one], cards, card=True).sheets[0][0] for one in (letter, wide)]
    assert sizes[1] < sizes[0]
    long = Letter(letter.sender, letter.to, "1 May", "Rex", "Please call us. " * 2000)
    with pytest.raises(Refusal, match="The text for Noor Vale has no room on a letter"):
        Letters([long], device, card=False)


def test_the_ladder_is_begun_changed_and_shown_as_a_client_gets_it(
    qtbot: QtBot, work: Work, settle: Settle, mirror: Mirror, screen: RemindersScreen
) -> None:
    press(qtbot, screen, Key.Key_2, ctrl=True)
    screen.which.set_value("ladder")
    settle(work)
    assert screen.ladder.list.empty.isVisible()
    screen.ladder.use_usual()
    settle(work)
    assert screen.ladder.list.model.rowCount() == len(USUAL)
    press(qtbot, screen, Key.Key_U)
    settle(work)
    assert not screen.ladder.list.model.row_at(0).active
    press(qtbot, screen, Key.Key_Z, ctrl=True)
    settle(work)
    assert screen.ladder.list.model.row_at(0).active
    press(qtbot, screen, Key.Key_E)
    settle(work)
    dialog = form()
    step = dialog.form
    assert isinstance(step, StepForm)
    field = step.editor("body").field
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText("Hello {name}")
    assert step.shown.text() == "Nothing fills {name}.\n\nHello {name}"
    qtbot.keyClick(dialog, Key.Key_S, CTRL)
    settle(work)
    assert "Nothing fills {name}" in step.rows["body"].error()
    field.setPlainText("Hello {client}, call {clinic} on {phone}.")
    assert step.shown.text() == "Hello Noor Vale, call Canal Street Clinic."
    field.setPlainText("Hello {client}")
    qtbot.keyClick(dialog, Key.Key_S, CTRL)
    settle(work)
    assert screen.ladder.list.model.row_at(0).body == "Hello {client}"


def test_a_step_is_shown_for_a_real_pet_of_its_species(
    work: Work, settle: Settle, sample: Sample, mirror: Mirror, screen: RemindersScreen
) -> None:
    values = {"kind": ReminderKind.VACCINATION, "species": "rabbit", "step": 1, "days": 0}
    saving.add(mirror, ReminderRule, {**values, "subject": "{pet}", "body": "To {client}: {what}"})
    screen.arrive(Place("reminders", part="ladder"))
    settle(work)
    screen.ladder.list.select(screen.ladder.list.model.rows()[-1].id)
    dialog = screen.ladder.edit()
    settle(work)
    assert dialog is not None
    assert isinstance(dialog.form, StepForm)
    assert dialog.form.shown.text() == "To Tomas Reed: Rabies"


def test_who_may_only_look_queues_nothing(
    qtbot: QtBot, settle: Settle, tmp_path: Path, sample_clinic: Mirror
) -> None:
    work_as(sample_clinic, CLINIC, Role.VIEWER.value, "Front desk")
    work = Work(sample_clinic)
    screen = opened(qtbot, work, settle)
    assert "viewer" in screen.locked()
    assert not screen.due.buttons["Queue"].isEnabled()
    assert screen.due.list.model.rowCount() > 0
    work.close()


def test_who_comes_to_the_screen_is_in_its_list_and_stays_there_by_the_key_of_its_part(
    qtbot: QtBot, sample: Sample, screen: RemindersScreen
) -> None:
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    screen.which.setFocus()
    screen.setFocus()  # as the window does when the screen is visited
    assert screen.due.list.hasFocus()
    screen.which.findChildren(QPushButton)[0].setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Key.Key_1, CTRL)
    assert screen.due.list.hasFocus()
