"""The screen of messages by keyboard: reading, answering, closing, taking back; notifications."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from fluffydesk.actions import messages, saving
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.images import to_image, write_images
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import RECORDS
from fluffydesk.records.communication import Conversation, Message, Notification
from fluffydesk.records.enums import Role
from fluffydesk.records.enums.communication import (
    ConversationKind,
    ConversationStatus,
    MessageKind,
    NotificationPriority,
)
from fluffydesk.records.pets import ClinicClient
from fluffydesk.records.types import new_id, now, today
from fluffydesk.records.users import Profile
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.screen import Notice, Place
from fluffydesk.ui.screens.messages import MessagesScreen, state_of
from fluffydesk.ui.screens.rail import CLINIC_SCREENS
from fluffydesk.ui.screens.reading import messages as reading
from fluffydesk.ui.screens.reading.messages import SCREENS, talks, to_look_at
from fluffydesk.ui.shell import Shell
from fluffydesk.work import Work
from tests.clinic_sample import Sample, fill
from tests.mirrors import new_mirror

Settle = Callable[[Work], None]
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
ORGANIZATION = "organization_id"


class Post:
    """What came from central: conversations of a clinic, and who wrote in them."""

    def __init__(self, mirror: Mirror, sample: Sample) -> None:
        self.mirror, self.sample = mirror, sample
        self.noor = new_id()
        self.put(Profile, id=self.noor, full_name="N. Vale on the platform", role="pet_owner")
        with mirror.apply() as connection:
            table = ClinicClient.__table__
            update = table.update().where(table.c.id == sample["Noor Vale"])
            connection.execute(update.values(user_id=self.noor))
        self.drops = self.talk("Drops", (self.noor, "May I have another bottle?"))
        self.form = self.talk("Form", (None, "The form?"), (sample["Jo Linde"], "It is on its way"))

    def put(self, record: type[Record], **values: Any) -> UUID:
        """Write a row as if it had come from central."""
        kept = {"id": new_id(), "created_at": now(), "updated_at": now(), "row_version": 1}
        if ORGANIZATION in record.__table__.columns:
            kept[ORGANIZATION] = self.sample.organization
        image = to_image(record, {**kept, **values})
        with self.mirror.apply() as connection:
            write_images(connection, record, [image])
        return UUID(str(image["id"]))

    def talk(self, subject: str, *said: tuple[UUID | None, str]) -> UUID:
        """Write a conversation down."""
        kind, status = ConversationKind.CLINIC, ConversationStatus.OPEN
        key = self.put(Conversation, subject=subject, kind=kind, status=status)
        for number, (person, text) in enumerate(said):
            self.says(key, person, text, minutes=number - 60)
        return key

    def says(
        self, talk: UUID, person: UUID | None, text: str, minutes: int = 0, **more: Any
    ) -> UUID:
        """Write a message down."""
        return self.put(
            Message,
            conversation_id=talk,
            sender_id=person,
            body=text,
            kind=more.pop("kind", MessageKind.TEXT),
            created_at=now() + timedelta(minutes=minutes),
            **more,
        )

    def told(self, title: str, **values: Any) -> UUID:
        """Write a notification of the person at the PC down."""
        person = UUID(self.mirror.recall("author")["user_id"])
        given = {"user_id": person, "title": title, "kind": "system", "channel": "in_app"}
        return self.put(
            Notification, **{**given, "priority": NotificationPriority.NORMAL, **values}
        )


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[tuple[Mirror, Post]]:
    with new_mirror(tmp_path / "mirror.db") as opened:
        yield opened, Post(opened, fill(opened, today()))


@pytest.fixture
def mirror(filled: tuple[Mirror, Post]) -> Mirror:
    return filled[0]


@pytest.fixture
def post(filled: tuple[Mirror, Post]) -> Post:
    return filled[1]


@pytest.fixture
def screen(qtbot: QtBot, work: Work, settle: Settle) -> MessagesScreen:
    made = MessagesScreen(work)
    qtbot.addWidget(made)
    made.resize(1064, 700)
    made.show()
    settle(work)
    return made


@pytest.fixture
def told(screen: MessagesScreen) -> list[Notice]:
    found: list[Notice] = []
    screen.told.connect(found.append)
    return found


def press(
    qtbot: QtBot, screen: MessagesScreen, part: QWidget, key: Key, *, ctrl: bool = False
) -> None:
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    qtbot.keyClick(part, key, CTRL if ctrl else Qt.KeyboardModifier.NoModifier)


def shown(screen: MessagesScreen) -> list[tuple[str, str]]:
    return [(one.who, state_of(one)[0]) for one in screen.list.model.rows()]


def test_an_answer_is_typed_and_sent_by_keys_and_waits(
    qtbot: QtBot, work: Work, settle: Settle, screen: MessagesScreen
) -> None:
    assert shown(screen) == [("Noor Vale", "Unanswered"), ("Client", "Answered")]
    assert screen.count.text() == "2 conversations · 1 unanswered"
    press(qtbot, screen, screen.list.table, Key.Key_R)
    assert screen.view.field.hasFocus()
    press(qtbot, screen, screen.view.field, Key.Key_Return, ctrl=True)
    settle(work)
    assert screen.view.wrong.text() == "The answer is empty. Write something first."
    qtbot.keyClicks(screen.view.field, "From two o'clock")
    assert screen.view.wrong.text() == ""
    press(qtbot, screen, screen.view.field, Key.Key_Return, ctrl=True)
    settle(work)
    assert screen.view.field.toPlainText() == ""
    assert shown(screen)[0] == ("Noor Vale", "Waits to be sent")
    lines = screen.view.lines()
    assert lines[-1] == "From two o'clock"
    assert lines[-2].startswith("You · ")
    assert lines[-2].endswith("Waits to be sent")
    press(qtbot, screen, screen.view.field, Key.Key_Escape)
    assert screen.list.table.hasFocus()


def test_what_is_being_typed_stays_with_its_conversation(
    qtbot: QtBot, work: Work, settle: Settle, post: Post, screen: MessagesScreen
) -> None:
    qtbot.keyClicks(screen.view.field, "Half a sentence")
    screen.list.select(post.form)
    settle(work)
    assert screen.view.field.toPlainText() == ""
    screen.list.select(post.drops)
    settle(work)
    assert screen.view.field.toPlainText() == "Half a sentence"
    post.says(post.drops, post.noor, "Hello?")
    screen.reload()
    settle(work)
    assert screen.view.lines()[-1] == "Hello?"
    assert screen.view.field.toPlainText() == "Half a sentence"


def test_one_is_closed_and_opened_again_and_an_answer_opens_it(
    qtbot: QtBot,
    work: Work,
    settle: Settle,
    mirror: Mirror,
    post: Post,
    screen: MessagesScreen,
    told: list[Notice],
) -> None:
    press(qtbot, screen, screen.list.table, Key.Key_X)
    settle(work)
    assert [who for who, _ in shown(screen)] == ["Client"]
    undo = told[-1].undo
    assert undo is not None
    undo()
    settle(work)
    assert len(shown(screen)) == 2
    messages.set_status(mirror, post.drops, ConversationStatus.CLOSED)
    screen.arrive(Place("messages", post.drops))
    settle(work)
    assert screen.view.note.text() == "Drops · Closed: an answer opens it again."
    messages.answer(mirror, post.drops, "One thing more")
    with mirror.read() as connection:
        row = saving.existing(connection, Conversation, post.drops)
    assert row.status == ConversationStatus.OPEN


def test_ones_own_last_message_is_taken_back_and_nobody_elses(
    qtbot: QtBot,
    work: Work,
    settle: Settle,
    mirror: Mirror,
    post: Post,
    screen: MessagesScreen,
    told: list[Notice],
) -> None:
    press(qtbot, screen, screen.list.table, Key.Key_T)
    assert told[-1].text == "You have no message here to take back."
    key, _ = messages.answer(mirror, post.drops, "A slip of the hand")
    screen.reload()
    settle(work)
    press(qtbot, screen, screen.list.table, Key.Key_T)
    settle(work)
    assert screen.view.lines()[-1] == "Taken back"
    with pytest.raises(Refusal, match="taken back already"):
        messages.take_back(mirror, key)
    other = post.says(post.drops, post.noor, "Mine")
    with pytest.raises(Refusal, match="Only who wrote a message"):
        messages.take_back(mirror, other)
    with pytest.raises(InvalidValue, match="10,001 letters"):
        messages.answer(mirror, post.drops, "x" * 10_001)


def test_the_newest_are_shown_and_earlier_ones_asked_for(
    work: Work, settle: Settle, post: Post, screen: MessagesScreen
) -> None:
    for number in range(60):
        post.says(post.drops, post.noor, f"Line {number}", minutes=number)
    post.says(post.drops, None, "Fay came in", minutes=61, kind=MessageKind.SYSTEM)
    screen.reload()
    settle(work)
    lines = screen.view.lines()
    assert lines[-1] == "Fay came in"
    assert "Line 20" not in lines
    screen.more()
    settle(work)
    assert "Line 20" in screen.view.lines()
    # What the system says is nobody's word: the client's is still the last.
    assert shown(screen)[0] == ("Noor Vale", "Unanswered")


def test_the_list_is_searched_and_leads_to_the_client(
    qtbot: QtBot, work: Work, settle: Settle, post: Post, screen: MessagesScreen
) -> None:
    went: list[Place] = []
    screen.go.connect(went.append)
    screen.search("bottle")
    settle(work)
    assert len(shown(screen)) == 1
    press(qtbot, screen, screen.list.table, Key.Key_C)
    assert went == [Place("clients", post.sample["Noor Vale"])]


def test_notifications_are_read_by_keys_and_lead_to_their_rows(
    qtbot: QtBot,
    work: Work,
    settle: Settle,
    mirror: Mirror,
    post: Post,
    screen: MessagesScreen,
    told: list[Notice],
) -> None:
    message = post.says(post.drops, post.noor, "Hello?")
    post.told("Old news", read_at=now())
    post.told("Of no use", expires_at=now() - timedelta(days=1))
    post.told("A client wrote", target_table="messages", target_id=message)
    post.told("Something else", created_at=now() - timedelta(hours=1), target_table="orders")
    went: list[Place] = []
    screen.go.connect(went.append)
    press(qtbot, screen, screen.list.table, Key.Key_2, ctrl=True)
    settle(work)
    part = screen.told_part
    assert [one.title for one in part.list.model.rows()] == [
        "A client wrote",
        "Something else",
        "Old news",
    ]
    assert to_look_at(mirror) == 3
    press(qtbot, screen, part.list.table, Key.Key_O)
    settle(work)
    assert went == [Place("messages", post.drops)]
    assert to_look_at(mirror) == 2
    press(qtbot, screen, part.list.table, Key.Key_A)
    settle(work)
    assert told[-1].text == "1 notification is read."
    undo = told[-1].undo
    assert undo is not None
    undo()
    settle(work)
    assert to_look_at(mirror) == 2


def test_a_notification_leads_to_screens_that_a_clinic_has() -> None:
    assert set(SCREENS.values()) <= {one.key for one in CLINIC_SCREENS}
    assert set(SCREENS) <= {one.__table__.name for one in RECORDS}


def test_the_rail_says_how_many_wait(
    qtbot: QtBot, work: Work, settle: Settle, mirror: Mirror, post: Post
) -> None:
    shell = Shell(work, [MessagesScreen])
    qtbot.addWidget(shell)
    settle(work)
    button = shell.rail._buttons["messages"]
    assert button.text().strip() == "Messages · 1"
    assert button.accessibleName() == "Messages, 1 wait"
    work.act(lambda mirror: messages.answer(mirror, post.drops, "Yes"))
    settle(work)
    assert button.text().strip() == "Messages"


def test_who_may_only_look_reads_and_cannot_answer(
    qtbot: QtBot, settle: Settle, mirror: Mirror
) -> None:
    organization = mirror.recall("organization")
    mirror.remember(organization={**organization, "role": Role.VIEWER.value})
    work = Work(mirror)
    screen = MessagesScreen(work)
    qtbot.addWidget(screen)
    screen.show()
    settle(work)
    assert len(shown(screen)) == 2
    assert not screen.view.field.isEnabled()
    assert "viewer" in screen.view.field.toolTip()
    assert not screen.buttons["Answer"].isEnabled()
    work.close()


def test_those_unanswered_are_counted_beyond_those_listed(mirror: Mirror, post: Post) -> None:
    post.talk("Food", (post.noor, "And the food?"))
    silent = post.talk("Nothing said yet")
    found = talks(mirror, only_open=False, most=1)
    assert ([one.subject for one in found], found.total, found.unanswered) == (["Food"], 4, 2)
    every = talks(mirror, only_open=False, most=None)
    assert [one.subject for one in every][:2] == ["Food", "Drops"]
    assert every.rows[-1].id == silent


def test_who_comes_to_the_screen_is_in_its_list(qtbot: QtBot, screen: MessagesScreen) -> None:
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow)
    screen.view.field.setFocus()
    screen.setFocus()  # as the window does when the screen is visited
    assert screen.list.hasFocus()
    for key, part in ((Qt.Key.Key_2, screen.told_part.list), (Qt.Key.Key_1, screen.list)):
        qtbot.keyClick(screen, key, Qt.KeyboardModifier.ControlModifier)
        screen.setFocus()
        assert part.hasFocus()


def test_the_first_of_many_conversations_are_those_of_all(
    mirror: Mirror, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever central had their last word: never told, before a clock, or not sent yet."""
    monkeypatch.setattr(reading, "MOST", 2)
    staff = post.sample["Jo Linde"]
    keys = [post.talk(f"Talk {n}", (post.noor, "?"), (staff, "!")) for n in range(12)]
    with mirror.apply() as connection:
        table = Conversation.__table__
        for n, key in enumerate(keys):
            had = None if n == 7 else now() - timedelta(days=30 - n, hours=-1)
            connection.execute(table.update().where(table.c.id == key).values(last_message_at=had))
            said = Message.__table__
            at = now() - timedelta(days=2 if n == 7 else 30 - n)
            here = said.c.conversation_id == key
            connection.execute(said.update().where(here).values(created_at=at))
    messages.answer(mirror, keys[0], "Not sent yet")
    every = [talk.id for talk in talks(mirror, only_open=False, most=None)]
    assert every[:4] == [post.drops, keys[0], post.form, keys[7]]
    assert len(every) == len(keys) + 2
    for most in range(len(every) + 1):
        few = talks(mirror, only_open=False, most=most)
        assert [talk.id for talk in few] == every[:most]
        assert (few.total, few.unanswered) == (len(every), 1)
