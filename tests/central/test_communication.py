"""Conversations: who begins them, who is let in and out, and what becomes of messages."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, RaiseException

START = "select start_conversation(%s, p_subject => 'Hello')"
SAY = "insert into messages (conversation_id, sender_id, body) values (%s, %s, %s) returning id"


class Talk:
    """Anna and Ben, Eve who listens at doors, a clinic with its vet, and an administrator."""

    def __init__(self, central: Any) -> None:
        self.admin = central.admin()
        home = central.add_organization("Hill Farm")
        self.clinic = central.add_organization("Town Clinic", "veterinary_clinic")
        works = {"clara": "owner", "vera": "veterinarian"}
        names = ("anna", "ben", "eve", "pam", *works)
        self.id: dict[str, UUID] = {
            name: central.add_user(
                name, self.clinic if name in works else home, works.get(name, "viewer")
            )
            for name in names
        }
        self.admin.execute(
            "update profiles set role = 'platform_admin' where id = %s", (self.id["pam"],)
        )
        self.login = {name: central.login(name) for name in names}

    def ask(self, name: str, query: str, *values: Any) -> Any:
        found = self.login[name].execute(query, values)
        row = found.fetchone() if found.description else None
        return row[0] if row else None

    def start(self, name: str, *others: str) -> UUID:
        ids = [self.id[other] for other in others]
        return UUID(str(self.ask(name, START, ids)))

    def group(self, name: str, *others: str) -> UUID:
        ids = [self.id[other] for other in others]
        query = "select start_conversation(%s, 'All of us', 'group')"
        return UUID(str(self.ask(name, query, ids)))

    def say(self, name: str, conversation: UUID, text: str) -> UUID:
        return UUID(str(self.ask(name, SAY, conversation, self.id[name], text)))

    def heard(self, name: str) -> list[str]:
        query = "select body from messages order by created_at, body"
        return [row[0] for row in self.login[name].execute(query)]


@pytest.fixture
def talk(central: Any) -> Talk:
    return Talk(central)


def test_two_people_have_one_conversation_and_nobody_else_hears_it(talk: Talk) -> None:
    conversation = talk.start("anna", "ben")
    assert talk.start("ben", "anna") == conversation
    talk.say("anna", conversation, "Good morning")
    talk.say("ben", conversation, "And to you")
    assert talk.heard("anna") == talk.heard("ben") == ["Good morning", "And to you"]
    assert talk.heard("eve") == talk.heard("pam") == []
    assert talk.ask("ben", "select last_message_at is not null from conversations")
    with pytest.raises(InsufficientPrivilege):
        talk.say("eve", conversation, "Let me in")
    with pytest.raises(InsufficientPrivilege):
        talk.ask("anna", SAY, conversation, talk.id["ben"], "I, Ben, owe Anna money")


def test_nobody_lets_themselves_in(talk: Talk) -> None:
    private, group = talk.start("anna", "ben"), talk.group("anna", "ben")
    for name, conversation in (("eve", private), ("eve", group), ("ben", group), ("anna", private)):
        with pytest.raises(InsufficientPrivilege):
            talk.ask(name, "select add_to_conversation(%s, %s)", conversation, [talk.id["eve"]])
    with pytest.raises(InsufficientPrivilege):
        talk.ask(
            "eve",
            "insert into conversation_participants (conversation_id, user_id) values (%s, %s)",
            group,
            talk.id["eve"],
        )
    with pytest.raises(InsufficientPrivilege):
        talk.ask("anna", "select leave_conversation(%s, %s)", private, talk.id["ben"])
    for query in (
        "insert into conversations default values",
        "update conversation_participants set is_admin = true",
        "update conversation_participants set left_at = null",
        "update messages set sender_id = auth.uid()",
    ):
        with pytest.raises(InsufficientPrivilege):
            talk.ask("ben", query)


def test_a_group_is_run_by_who_began_it_and_then_by_who_is_longest_in_it(talk: Talk) -> None:
    group = talk.group("anna", "ben")
    talk.say("anna", group, "Who comes?")
    talk.ask("anna", "select add_to_conversation(%s, %s)", group, [talk.id["eve"]])
    assert talk.heard("eve") == ["Who comes?"]
    with pytest.raises(InsufficientPrivilege):
        talk.ask("eve", "select leave_conversation(%s, %s)", group, talk.id["ben"])
    talk.ask("anna", "select leave_conversation(%s, %s)", group, talk.id["eve"])
    assert talk.heard("eve") == []
    talk.ask("anna", "select leave_conversation(%s)", group)
    assert talk.heard("anna") == []
    talk.ask("ben", "update conversations set subject = 'Those who stayed'")
    assert talk.ask("ben", "select subject from conversations") == "Those who stayed"
    talk.ask("ben", "select add_to_conversation(%s, %s)", group, [talk.id["anna"]])
    assert talk.heard("anna") == ["Who comes?"]


def test_a_client_reaches_all_who_work_at_the_clinic(talk: Talk) -> None:
    start = "select start_conversation('{}', 'Rex limps', 'clinic', %s)"
    conversation = talk.ask("anna", start, talk.clinic)
    talk.say("anna", conversation, "Since Monday")
    assert talk.heard("clara") == talk.heard("vera") == ["Since Monday"]
    with pytest.raises(InsufficientPrivilege):
        talk.ask("anna", "select add_to_conversation(%s, %s)", conversation, [talk.id["eve"]])
    talk.ask("clara", "select add_to_conversation(%s, %s)", conversation, [talk.id["vera"]])
    assert talk.heard("vera") == ["Since Monday"]
    with pytest.raises(RaiseException):  # nobody speaks in a clinic's name
        talk.ask(
            "eve",
            "select start_conversation(%s, 'Pay here', 'group', %s)",
            [talk.id["anna"]],
            talk.clinic,
        )
    by_vet = talk.ask(
        "vera",
        "select start_conversation(%s, 'Results', 'clinic', %s)",
        [talk.id["anna"]],
        talk.clinic,
    )
    talk.say("vera", by_vet, "All is well")
    assert talk.heard("anna") == ["Since Monday", "All is well"]


def test_support_is_joined_by_the_platform_alone(talk: Talk) -> None:
    conversation = talk.ask("anna", "select start_conversation('{}', 'Help', 'support')")
    talk.say("anna", conversation, "It does not work")
    assert talk.ask("pam", "select count(*) from conversations") == 1
    assert talk.heard("pam") == []
    with pytest.raises(InsufficientPrivilege):
        talk.ask("eve", "select add_to_conversation(%s, %s)", conversation, [talk.id["eve"]])
    talk.ask("pam", "select add_to_conversation(%s, %s)", conversation, [talk.id["pam"]])
    assert talk.heard("pam") == ["It does not work"]
    talk.ask("pam", "update conversations set status = 'closed'")
    talk.say("anna", conversation, "Thank you")
    assert talk.ask("anna", "select status from conversations") == "open"


def test_an_edit_shows_and_what_is_taken_back_is_gone(talk: Talk) -> None:
    conversation = talk.start("anna", "ben")
    message = talk.say("anna", conversation, "I hate you")
    talk.ask("ben", "update messages set body = 'I love you'")
    assert talk.heard("ben") == ["I hate you"]
    talk.ask("anna", "update messages set body = 'I like you' where id = %s", message)
    assert talk.ask("ben", "select edited_at is not null from messages")
    talk.ask("anna", "update messages set deleted_at = now()")
    talk.ask("anna", "update messages set body = 'Again', deleted_at = null")
    assert talk.ask("ben", "select body is null and deleted_at is not null from messages")
    other = talk.start("anna", "eve")
    answer = (
        "insert into messages (conversation_id, sender_id, body, reply_to_id)"
        " values (%s, auth.uid(), 'Yes', %s)"
    )
    talk.ask("ben", answer, conversation, message)
    for strange in (message, uuid4()):
        with pytest.raises(RaiseException):
            talk.ask("eve", answer, other, strange)
    with pytest.raises(psycopg.errors.CheckViolation):
        talk.ask("ben", SAY, conversation, talk.id["ben"], None)


def test_a_notification_is_the_platforms_to_write_and_ones_own_to_read(talk: Talk) -> None:
    talk.admin.execute(
        "insert into notifications (user_id, title) values (%s, 'A message')", (talk.id["anna"],)
    )
    talk.ask("anna", "update notifications set read_at = now()")
    assert talk.ask("anna", "select read_at is not null from notifications")
    assert talk.ask("ben", "select count(*) from notifications") == 0
    for query in (
        "insert into notifications (user_id, title) values (auth.uid(), 'x')",
        "update notifications set title = 'x'",
    ):
        with pytest.raises(InsufficientPrivilege):
            talk.ask("anna", query)
    talk.ask("anna", "delete from notifications")
    assert talk.ask("anna", "select count(*) from notifications") == 0
