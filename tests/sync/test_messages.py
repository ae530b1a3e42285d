"""Two desks of a clinic and a client with an account: who hears what, and what arrives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg.errors import InsufficientPrivilege

from fluffydesk.actions import messages
from fluffydesk.actions.patients import register_patient
from fluffydesk.records.enums.communication import ConversationStatus
from fluffydesk.ui.screens.reading.messages import Talk, Thread, talks, thread, to_look_at
from tests.sync.desks import Desk
from tests.sync.farms import Farm

_START = "select start_conversation(p_kind => 'clinic', p_organization_id => %s, p_subject => %s)"
_SAY = "insert into messages (conversation_id, sender_id, body) values (%s, %s, %s)"
_HEARD = "select body from messages order by created_at"


class Clinic:
    """A clinic with a front desk and a consulting room, and a client who writes to it."""

    def __init__(self, central: Any, folder: Path) -> None:
        self.farm = Farm(central, folder, "veterinary_clinic")
        self.front = self.farm.desk(self.farm.member("fay"), "front")
        self.room = self.farm.desk(self.farm.member("rob", "veterinarian"), "room")
        other = central.add_organization("Noor's home", "farm")
        self.noor = central.add_user(central.email("noor"), other, "viewer")
        self.login = central.login(central.email("noor"))
        register_patient(
            self.front.mirror, {"name": "Biscuit", "species": "Dog"}, client={"full_name": "Noor V"}
        )
        self.farm.settle()
        self.farm.execute(
            "UPDATE clinic_clients SET user_id = %s WHERE organization_id = %s",
            self.noor,
            self.farm.id,
        )
        self.talk = UUID(str(self.client(_START, self.farm.id, "Drops")[0][0]))

    def client(self, query: str, *values: Any) -> list[Any]:
        """Run SQL as the client."""
        found = self.login.execute(query, values)
        return list(found.fetchall()) if found.description else []

    def says(self, text: str) -> None:
        """Let the client write."""
        self.client(_SAY, self.talk, self.noor, text)

    def hears(self) -> list[str | None]:
        """Return what the client reads."""
        return [row[0] for row in self.client(_HEARD)]

    def shown(self, desk: Desk) -> Thread:
        """Return the conversation as a desk shows it."""
        found = thread(desk.mirror, self.talk, 40)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def clinic(shared_central: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    made = Clinic(shared_central, tmp_path_factory.mktemp("clinic"))
    yield made
    made.farm.close()


def listed(desk: Desk) -> list[Talk]:
    return list(talks(desk.mirror, only_open=True))


def test_what_a_client_writes_is_unanswered_at_every_desk(clinic: Clinic) -> None:
    clinic.says("May I have another bottle?")
    clinic.farm.settle()
    for desk in (clinic.front, clinic.room):
        [talk] = listed(desk)
        assert (talk.who, talk.subject, talk.last) == (
            "Noor V",
            "Drops",
            "May I have another bottle?",
        )
        assert talk.unanswered
        assert talk.client_id is not None
        assert to_look_at(desk.mirror) == 1


def test_an_answer_written_offline_waits_and_then_arrives(clinic: Clinic) -> None:
    messages.answer(clinic.room.mirror, clinic.talk, "It lies at the desk.")
    [talk] = listed(clinic.room)
    assert (talk.waits, talk.unanswered, talk.last_by) == (1, False, "You")
    assert clinic.shown(clinic.room).said[-1].waits
    assert "It lies at the desk." not in clinic.hears()
    clinic.room.sync()
    assert clinic.hears()[-1] == "It lies at the desk."
    clinic.farm.settle()
    assert not clinic.shown(clinic.room).said[-1].waits
    there = clinic.shown(clinic.front).said[-1]
    assert (there.who.partition(".")[0], there.mine, there.ours) == ("Rob", False, True)
    assert [talk.unanswered for talk in listed(clinic.front)] == [False]
    clinic.farm.assert_quiet()


def test_two_who_answer_at_once_are_both_heard(clinic: Clinic) -> None:
    clinic.says("When may I come?")
    clinic.farm.settle()
    for desk, text in ((clinic.front, "From two."), (clinic.room, "After three, please.")):
        messages.answer(desk.mirror, clinic.talk, text)
    clinic.farm.settle()
    clinic.farm.assert_quiet()
    assert {"From two.", "After three, please."} <= set(clinic.hears())
    texts = [one.text for one in clinic.shown(clinic.front).said]
    assert texts == [one.text for one in clinic.shown(clinic.room).said]
    assert set(texts[-2:]) == {"From two.", "After three, please."}


def test_one_taken_back_leaves_an_empty_place_for_all(clinic: Clinic) -> None:
    key, _ = messages.answer(clinic.front.mirror, clinic.talk, "A slip of the hand")
    clinic.farm.settle()
    messages.take_back(clinic.front.mirror, key)
    clinic.farm.settle()
    assert clinic.hears()[-1] is None
    for desk in (clinic.front, clinic.room):
        last = clinic.shown(desk).said[-1]
        assert (last.taken_back, last.text) == (True, "")
    clinic.farm.assert_quiet()


def test_one_closes_while_the_client_writes_and_it_is_open(clinic: Clinic) -> None:
    clinic.says("One thing more.")
    messages.set_status(clinic.front.mirror, clinic.talk, ConversationStatus.CLOSED)
    clinic.front.sync()
    clinic.farm.settle()
    assert listed(clinic.room) == []
    clinic.says("Are you there?")
    clinic.farm.settle()
    assert [talk.unanswered for talk in listed(clinic.front)] == [True]
    assert [talk.unanswered for talk in listed(clinic.room)] == [True]


def test_a_stranger_hears_nothing_of_it(clinic: Clinic) -> None:
    central = clinic.farm.central
    other = central.add_organization("Elsewhere", "veterinary_clinic")
    eve = central.add_user(central.email("eve"), other, "owner")
    login = central.login(central.email("eve"))
    assert login.execute(_HEARD).fetchall() == []
    with pytest.raises(InsufficientPrivilege):
        login.execute(_SAY, (clinic.talk, eve, "Let me in"))
