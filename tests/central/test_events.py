"""Places at an event and in a shift: who comes first, who waits, who is turned away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from psycopg.errors import CheckViolation, InsufficientPrivilege

REGISTER = (
    "insert into event_attendees (organization_id, event_id, user_id, tickets)"
    " values (%s, %s, %s, %s) returning status::text"
)


def one(connection: Any, query: str, *values: Any) -> Any:
    return connection.execute(query, values).fetchone()[0]


@pytest.fixture
def shelter(central: Any) -> UUID:
    shelter: UUID = central.add_organization("Shelter", "ngo")
    central.add_user("owner", shelter, "owner")
    central.add_user("staff", shelter, "staff")
    elsewhere = central.add_organization("Elsewhere", "ngo")
    for name in ("anna", "bert", "cora"):
        central.add_user(name, elsewhere, "viewer")
    return shelter


@pytest.fixture
def event(central: Any, shelter: UUID) -> UUID:
    """Tomorrow's public event with three places at 4.50 each."""
    event: UUID = one(
        central.admin(),
        "insert into events (organization_id, title, starts_at, ends_at, capacity, price,"
        " visibility, status) values (%s, 'Adoption day', now() + interval '1 day',"
        " now() + interval '2 days', 3, 4.50, 'public', 'published') returning id",
        shelter,
    )
    return event


def me(central: Any, name: str) -> Any:
    return one(central.admin(), "select id from profiles where email = %s", central.email(name))


def places(central: Any) -> dict[str, tuple[str, int]]:
    found = central.admin().execute(
        "select p.full_name, a.status::text, a.tickets from event_attendees a"
        " join profiles p on p.id = a.user_id"
    )
    return {name.lower(): (status, tickets) for name, status, tickets in found}


def test_who_comes_last_waits_and_moves_up(central: Any, shelter: UUID, event: UUID) -> None:
    for name, tickets, expected in (
        ("anna", 2, "registered"),
        ("bert", 2, "waitlisted"),
        ("cora", 1, "registered"),
    ):
        status = one(central.login(name), REGISTER, shelter, event, me(central, name), tickets)
        assert status == expected, name
    due = "select amount_due from event_attendees"
    assert str(one(central.login("anna"), due)) == "9.00"
    with pytest.raises(CheckViolation, match="not as many places"):
        central.login("cora").execute("update event_attendees set tickets = 5")
    central.login("bert").execute("update event_attendees set status = 'registered'")
    assert places(central)["bert"] == ("waitlisted", 2)
    central.login("anna").execute("update event_attendees set status = 'cancelled'")
    assert places(central) == {
        "anna": ("cancelled", 2),
        "bert": ("registered", 2),
        "cora": ("registered", 1),
    }


def test_staff_let_in_more_than_there_are_places(central: Any, shelter: UUID, event: UUID) -> None:
    staff = central.login("staff")
    assert one(staff, REGISTER, shelter, event, me(central, "staff"), 9) == "registered"


def test_a_person_registers_nobody_else_and_says_not_that_it_is_paid(
    central: Any, shelter: UUID, event: UUID
) -> None:
    anna = central.login("anna")
    with pytest.raises(InsufficientPrivilege):
        anna.execute(REGISTER, [shelter, event, me(central, "bert"), 1])
    anna.execute(REGISTER, [shelter, event, me(central, "anna"), 1])
    with pytest.raises(InsufficientPrivilege):
        anna.execute("update event_attendees set paid = true")
    with pytest.raises(InsufficientPrivilege):
        anna.execute("update event_attendees set amount_due = 0")
    central.login("staff").execute("update event_attendees set paid = true")
    assert anna.execute("update event_attendees set status = 'cancelled'").rowcount == 0


def test_registration_ends(central: Any, shelter: UUID, event: UUID) -> None:
    central.admin().execute("update events set registration_deadline = now() - interval '1 hour'")
    with pytest.raises(CheckViolation, match="closed"):
        central.login("anna").execute(REGISTER, [shelter, event, me(central, "anna"), 1])
    staff = central.login("staff")
    assert one(staff, REGISTER, shelter, event, me(central, "staff"), 1) == "registered"


def test_an_event_out_of_sight_says_nothing_of_itself(
    central: Any, shelter: UUID, event: UUID
) -> None:
    central.admin().execute("update events set visibility = 'private'")
    with pytest.raises(InsufficientPrivilege, match="row-level security"):
        central.login("anna").execute(REGISTER, [shelter, event, me(central, "anna"), 1])
    assert central.login("staff").execute("select id from events").fetchall() == []
    assert one(central.login("owner"), "select id from events") == event


def test_who_registered_still_sees_the_event_when_it_is_called_off(
    central: Any, shelter: UUID, event: UUID
) -> None:
    anna, bert = central.login("anna"), central.login("bert")
    anna.execute(REGISTER, [shelter, event, me(central, "anna"), 1])
    central.login("staff").execute("update events set status = 'cancelled'")
    assert one(anna, "select status::text from events") == "cancelled"
    assert bert.execute("select id from events").fetchall() == []


def test_an_invitation_is_answered_by_the_invited(central: Any, shelter: UUID, event: UUID) -> None:
    staff, anna = central.login("staff"), central.login("anna")
    invitation = one(
        staff,
        "insert into event_participants (organization_id, event_id, user_id, role)"
        " values (%s, %s, %s, 'speaker') returning id",
        shelter,
        event,
        me(central, "anna"),
    )
    answer = "select answer_event_invitation(%s, %s)"
    with pytest.raises(InsufficientPrivilege, match="no such invitation"):
        central.login("bert").execute(answer, [invitation, True])
    anna.execute(answer, [invitation, True])
    assert one(anna, "select status::text from event_participants") == "confirmed"
    anna.execute(answer, [invitation, False])
    with pytest.raises(InsufficientPrivilege, match="no such invitation"):
        anna.execute(answer, [invitation, True])


def test_nobody_makes_a_speaker_of_themselves(central: Any, shelter: UUID, event: UUID) -> None:
    anna = central.login("anna")
    ask = (
        "insert into event_participants (organization_id, event_id, user_id, role, status)"
        " values (%s, %s, %s, %s, %s)"
    )
    for role, status in (("speaker", "asked"), ("volunteer", "confirmed")):
        with pytest.raises(InsufficientPrivilege):
            anna.execute(ask, [shelter, event, me(central, "anna"), role, status])
    anna.execute(ask, [shelter, event, me(central, "anna"), "volunteer", "asked"])
    with pytest.raises(InsufficientPrivilege, match="no such invitation"):
        anna.execute("select answer_event_invitation(id, true) from event_participants")


def test_volunteers_fill_a_shift_and_keepers_agree_to_the_hours(
    central: Any, shelter: UUID
) -> None:
    shift = one(
        central.login("staff"),
        "insert into shifts (organization_id, title, starts_at, ends_at, open_to_all)"
        " values (%s, 'Dog walk', '2026-05-04 09:00Z', '2026-05-04 11:00Z', true) returning id",
        shelter,
    )
    take = (
        "insert into volunteer_hours (organization_id, shift_id, user_id, activity, status)"
        " values (%s, %s, %s, 'Walking', %s)"
    )
    anna, bert, owner = (central.login(name) for name in ("anna", "bert", "owner"))
    with pytest.raises(InsufficientPrivilege):
        anna.execute(take, [shelter, shift, me(central, "anna"), "approved"])
    anna.execute(take, [shelter, shift, me(central, "anna"), "planned"])
    with pytest.raises(CheckViolation, match="all the people"):
        bert.execute(take, [shelter, shift, me(central, "bert"), "planned"])
    central.login("staff").execute("update shifts set status = 'filled'")
    assert (
        one(anna, "select title from shifts"),
        bert.execute("select 1 from shifts").rowcount,
    ) == (
        "Dog walk",
        0,
    )
    anna.execute("update volunteer_hours set status = 'worked', hours = 2")
    with pytest.raises(InsufficientPrivilege):
        anna.execute("update volunteer_hours set status = 'approved'")
    owner.execute("update volunteer_hours set status = 'approved'")
    stamp = "select approved_by, approved_at is not null from volunteer_hours"
    assert anna.execute(stamp).fetchone() == (me(central, "owner"), True)
    assert anna.execute("update volunteer_hours set hours = 20").rowcount == 0
