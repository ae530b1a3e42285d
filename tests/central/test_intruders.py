"""People with an account who want more: each test is one attempt that once worked, or nearly."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from fluffydesk.records.access import Verb
from fluffydesk.records.catalog import deciding_columns
from fluffydesk.records.vocabulary import Record, facts_of
from tests.central.neighbours import DENIED, REFUSED, Street
from tests.central.people import People
from tests.central.test_everybody import every_record


@pytest.fixture
def street(central: Any) -> Street:
    return Street(central)


@pytest.fixture
def clinic(central: Any, street: Street) -> UUID:
    """A clinic with four members, beside the people of the street."""
    clinic: UUID = central.add_organization("Town Clinic", "veterinary_clinic")
    for name, role in (
        ("mona", "owner"),
        ("max", "manager"),
        ("stan", "staff"),
        ("vera", "viewer"),
    ):
        street.ids[name] = central.add_user(name, clinic, role)
        street.logins[name] = central.login(name)
    return clinic


def suspend(street: Street, name: str, status: str = "suspended") -> None:
    street.run(
        "update organization_users set status = %s where user_id = %s", status, street.ids[name]
    )


def pet(street: Street, who: str = "anna", **values: Any) -> UUID:
    given = {"name": "Rex", "species": "Dog", "owner_id": street.ids[who], **values}
    return street.add(who, "pets", **given)


# Writing what one may not read.


@pytest.fixture(scope="module")
def people(shared_central: Any) -> People:
    return People(shared_central)


@every_record
def test_nobody_writes_blindly(people: People, record: type[Record]) -> None:
    """A statement without a condition asks no policy for reading; it meets no more rows for it."""
    table, access = record.__table__.name, record.__access__
    fixed = deciding_columns(record)
    free = [
        c.name
        for c in record.__table__.columns
        if c.name not in fixed and not facts_of(c).housekeeping
    ]
    blind: dict[Verb, str] = {"delete": f"delete from {table}"}
    if free:
        blind["change"] = f"update {table} set {free[0]} = default"
    rows = people.admin.execute(f"select id from {table}").fetchall()
    for name, who in people.everybody.items():
        login = people.logins[name]
        for verb, query in blind.items():
            if not access.ways(verb):
                continue
            met = reached(login, query)
            verbs: tuple[Verb, ...] = ("read", verb)
            expected = sum(
                all(people.may(who, record, people.row(record, r[0]), v) for v in verbs)
                for r in rows
            )
            assert met is None or met <= expected, (name, verb, met, expected)


def reached(login: Any, query: str) -> int | None:
    try:
        with login.transaction(force_rollback=True):
            return int(login.execute(query).rowcount)
    except psycopg.errors.InsufficientPrivilege:
        return 0
    except psycopg.Error:
        return None


def test_an_administrator_takes_down_no_file_that_the_public_does_not_see(street: Street) -> None:
    def file(visibility: str) -> UUID:
        anna = street.ids["anna"]
        return street.add(
            "anna",
            "media_files",
            owner_id=anna,
            bucket="b",
            mime_type="x/y",
            path=f"{anna}/{uuid4()}",
            size_bytes=1,
            visibility=visibility,
        )

    private, public = file("private"), file("public")
    assert street.run("delete from media_files", who="paul") == 1
    assert street.sees("anna", "media_files", private)
    assert not street.sees("anna", "media_files", public)


def test_whose_account_is_gone_reads_no_more_than_a_visitor(street: Street) -> None:
    for visibility in ("signed_in", "public"):
        street.add(
            "anna",
            "community_posts",
            author_id=street.ids["anna"],
            body="x",
            status="published",
            visibility=visibility,
        )
    assert street.one("select count(*) from community_posts", who="ben") == 2
    street.run("delete from auth.users where id = %s", street.ids["ben"])
    assert street.one("select count(*) from community_posts", who="ben") == 1
    assert street.run("update profiles set phone = '1'", who="ben") == 0


# What was the platform's, an organization's or a former member's to see.


def trail(street: Street, who: str) -> set[str]:
    return {row[0] for row in street.logins[who].execute("select entity_type from audit_logs")}


def test_the_trail_shows_an_administrator_only_what_is_the_platforms(
    street: Street, clinic: UUID
) -> None:
    client = street.add("stan", "clinic_clients", organization_id=clinic, full_name="Anna")
    street.add("stan", "invoices", organization_id=clinic, client_id=client)
    rex = pet(street)
    street.add("anna", "pet_collaborators", pet_id=rex, email="ben@example.org")
    street.run("select update_user_role(%s, 'pet_owner')", street.ids["ben"], who="paul")
    street.run("update organizations set website = 'x' where id = %s", clinic, who="mona")
    shown = trail(street, "paul")
    assert shown >= {"organizations", "profile", "profiles"}
    assert not shown & {"clinic_clients", "invoices", "pets", "pet_collaborators"}
    assert trail(street, "mona") >= {"clinic_clients", "invoices", "organizations"}


def test_the_trail_shows_a_manager_no_invitation_code(street: Street, clinic: UUID) -> None:
    street.add("mona", "invite_codes", organization_id=clinic, label="Board", role="staff")
    street.run("select invite_member(%s, 'new@example.org', 'manager')", clinic, who="mona")
    assert trail(street, "mona") >= {"invite_codes", "invites"}
    assert not trail(street, "max") & {"invite_codes", "invites"}


def test_who_works_there_no_more_hears_no_more_of_its_clients(street: Street, clinic: UUID) -> None:
    talk = street.one(
        "select start_conversation(p_kind => 'clinic', p_organization_id => %s)", clinic, who="anna"
    )
    street.run("select add_to_conversation(%s, %s)", talk, [street.ids["stan"]], who="mona")
    street.add("anna", "messages", conversation_id=talk, sender_id=street.ids["anna"], body="Help")
    count = "select count(*) from messages"
    assert [street.one(count, who=who) for who in ("mona", "max", "stan", "anna")] == [1] * 4
    suspend(street, "max")
    street.run("select leave_organization(%s)", clinic, who="stan")
    assert [street.one(count, who=who) for who in ("mona", "max", "stan", "anna")] == [1, 0, 0, 1]


def test_who_was_a_client_of_their_own_clinic_stays_in_their_own_talk(
    street: Street, clinic: UUID
) -> None:
    street.run(
        "select start_conversation(p_kind => 'clinic', p_organization_id => %s)", clinic, who="vera"
    )
    suspend(street, "vera", "inactive")
    assert street.one("select count(*) from conversations", who="vera") == 1


def test_who_administers_the_platform_no_more_hears_no_more_of_its_support(street: Street) -> None:
    talk = street.one("select start_conversation(p_kind => 'support')", who="anna")
    street.run("select add_to_conversation(%s, %s)", talk, [street.ids["paul"]], who="paul")
    street.add("anna", "messages", conversation_id=talk, sender_id=street.ids["anna"], body="Help")
    assert street.one("select count(*) from messages", who="paul") == 1
    street.run("update profiles set role = 'pet_owner' where id = %s", street.ids["paul"])
    assert street.one("select count(*) from messages", who="paul") == 0
    assert street.one("select count(*) from messages", who="anna") == 1


def test_who_works_there_no_more_reads_no_revenue(street: Street, clinic: UUID) -> None:
    provider = street.add(
        "mona",
        "provider_profiles",
        organization_id=clinic,
        person_id=street.ids["stan"],
        display_name="Stan",
    )
    street.add(
        None,
        "analytics_provider_summary",
        organization_id=clinic,
        provider_id=provider,
        person_id=street.ids["stan"],
        total_revenue=1000,
    )
    count = "select count(*) from analytics_provider_summary"
    assert street.one(count, who="stan") == 1
    suspend(street, "stan")
    assert street.one(count, who="stan") == 0


def test_nobody_who_left_is_taken_back_without_being_asked(street: Street, clinic: UUID) -> None:
    again = "update organization_users set status = 'active' where user_id = %s"
    suspend(street, "max")
    assert street.run(again, street.ids["max"], who="mona") == 1
    street.run("select leave_organization(%s)", clinic, who="stan")
    with pytest.raises(REFUSED):
        street.run(again, street.ids["stan"], who="mona")
    assert not street.sees("mona", "profiles", street.ids["stan"])
    email = street.one("select email from profiles where id = %s", street.ids["stan"])
    token = street.one("select invite_member(%s, %s, 'staff')", clinic, email, who="mona")
    street.run("select accept_invite(%s)", token, who="stan")
    assert street.sees("mona", "profiles", street.ids["stan"])


# Making oneself, or one's organization, more than it is.


def test_an_organization_that_the_platform_suspended_stays_so(street: Street, clinic: UUID) -> None:
    street.run("update organizations set status = 'suspended' where id = %s", clinic)
    for change in ("status = 'active'", "type = 'farm'"):
        with pytest.raises(DENIED):
            street.run(f"update organizations set {change} where id = %s", clinic, who="mona")


def test_a_verified_provider_that_takes_another_name_is_verified_no_more(
    street: Street, clinic: UUID
) -> None:
    face = street.add("mona", "provider_profiles", organization_id=clinic, display_name="Mona")
    street.run("update provider_profiles set verified_at = now()")
    street.run("update provider_profiles set headline = 'Cats' where id = %s", face, who="mona")
    assert street.one("select verified_at is not null from provider_profiles")
    street.run("update provider_profiles set display_name = 'City Hospital'", who="mona")
    assert not street.one("select verified_at is not null from provider_profiles")


def test_the_verification_of_one_animal_is_not_moved_to_another(street: Street) -> None:
    champion, other = pet(street), pet(street)
    street.add(
        "anna",
        "breeding_profiles",
        pet_id=champion,
        owner_id=street.ids["anna"],
        name="Rex",
        species="Dog",
        sex="male",
        status="active",
    )
    with pytest.raises(DENIED):
        street.run("update breeding_profiles set pet_id = %s", other, who="anna")


def test_a_message_stays_in_its_conversation(street: Street) -> None:
    talks = [
        street.one("select start_conversation(%s)", [street.ids[who]], who="anna")
        for who in ("ben", "carl")
    ]
    street.add("anna", "messages", conversation_id=talks[0], sender_id=street.ids["anna"], body="x")
    with pytest.raises(DENIED):
        street.run("update messages set conversation_id = %s", talks[1], who="anna")


def breeder(street: Street, who: str, sex: str) -> UUID:
    return street.add(
        who,
        "breeding_profiles",
        pet_id=pet(street, who),
        owner_id=street.ids[who],
        name="Rex",
        species="Dog",
        sex=sex,
        status="active",
    )


def swipe(street: Street, who: str, mine: UUID, theirs: UUID, choice: str) -> None:
    street.add(
        who,
        "breeding_swipes",
        user_id=street.ids[who],
        swiper_profile_id=mine,
        target_profile_id=theirs,
        choice=choice,
    )


def test_nobody_is_matched_with_an_animal_that_is_offered_no_more(street: Street) -> None:
    female, male = breeder(street, "anna", "female"), breeder(street, "ben", "male")
    swipe(street, "anna", female, male, "like")
    swipe(street, "ben", male, female, "pass")
    street.run("update breeding_profiles set status = 'retired' where id = %s", female, who="anna")
    street.run("update breeding_swipes set choice = 'like'", who="ben")
    assert street.one("select count(*) from breeding_matches") == 0


def test_whom_somebody_blocked_has_no_last_word(street: Street) -> None:
    female, male = breeder(street, "anna", "female"), breeder(street, "ben", "male")
    ask = street.add(
        "anna",
        "breeding_requests",
        from_profile_id=female,
        to_profile_id=male,
        requester_id=street.ids["anna"],
        recipient_id=street.ids["ben"],
        message="x",
    )
    answer = "select answer_breeding_request(%s, %s, %s)"
    street.run(answer, ask, "accepted", "Gladly", who="ben")
    street.add(
        "anna", "breeding_blocklist", user_id=street.ids["anna"], blocked_id=street.ids["ben"]
    )
    with pytest.raises(DENIED):
        street.run(answer, ask, "completed", "I know where you live", who="ben")
    assert street.one("select reply from breeding_requests", who="anna") == "Gladly"
    street.run(answer, ask, "cancelled", None, who="anna")


# Naming others.


def event(street: Street, clinic: UUID, **values: Any) -> UUID:
    return street.add(
        "mona",
        "events",
        organization_id=clinic,
        title="Open day",
        starts_at="2999-01-01 10:00Z",
        ends_at="2999-01-01 12:00Z",
        **{"status": "published", "visibility": "public", **values},
    )


def test_nobody_is_registered_for_an_event_by_somebody_else(street: Street, clinic: UUID) -> None:
    day = event(street, clinic, price=100)
    with pytest.raises(DENIED):
        street.add(
            "stan",
            "event_attendees",
            organization_id=clinic,
            event_id=day,
            user_id=street.ids["anna"],
        )
    for who in ("stan", "anna"):
        street.add(
            who, "event_attendees", organization_id=clinic, event_id=day, user_id=street.ids[who]
        )
    street.add("stan", "event_attendees", organization_id=clinic, event_id=day, guest_name="Ann")


def test_nobody_is_in_a_programme_without_saying_so(street: Street, clinic: UUID) -> None:
    given = {
        "organization_id": clinic,
        "event_id": event(street, clinic),
        "role": "judge",
        "is_public": True,
    }
    anna = street.ids["anna"]
    with pytest.raises(DENIED):
        street.add("stan", "event_participants", user_id=anna, status="confirmed", **given)
    asked = street.add("stan", "event_participants", user_id=anna, status="invited", **given)
    with pytest.raises(DENIED):
        street.run("update event_participants set status = 'confirmed'", who="stan")
    street.run("select answer_event_invitation(%s, true)", asked, who="anna")
    assert street.sees("ben", "event_participants", asked)
    street.add("stan", "event_participants", display_name="Dr Who", status="confirmed", **given)
    helper = street.add(
        "ben",
        "event_participants",
        user_id=street.ids["ben"],
        status="asked",
        **{**given, "role": "volunteer"},
    )
    assert (
        street.run(
            "update event_participants set status = 'confirmed' where id = %s", helper, who="stan"
        )
        == 1
    )


def test_nobody_lets_themselves_into_a_private_event(street: Street, clinic: UUID) -> None:
    secret = event(street, clinic, visibility="private")
    with pytest.raises(DENIED):
        street.add(
            "stan",
            "event_participants",
            organization_id=clinic,
            event_id=secret,
            user_id=street.ids["stan"],
            status="invited",
        )


# Pets whose owner is gone.


def test_whom_a_gone_owner_let_see_a_pet_does_not_see_the_next_owners(
    street: Street, clinic: UUID
) -> None:
    rex = street.add("stan", "pets", name="Rex", species="Dog", registered_by=clinic)
    offer = street.one("select transfer_pet(%s, %s)", rex, email(street, "anna"), who="stan")
    street.run("select answer_pet_transfer(%s, true)", offer, who="anna")
    share = street.add("anna", "pet_collaborators", pet_id=rex, email=email(street, "ben"))
    street.run("select answer_pet_invitation(%s, true)", share, who="ben")
    street.run("delete from auth.users where id = %s", street.ids["anna"])
    assert street.sees("ben", "pets", rex)
    offer = street.one("select transfer_pet(%s, %s)", rex, email(street, "carl"), who="stan")
    street.run("select answer_pet_transfer(%s, true)", offer, who="carl")
    assert street.sees("carl", "pets", rex)
    assert not street.sees("ben", "pets", rex)


def email(street: Street, who: str) -> Any:
    return street.one("select email from profiles where id = %s", street.ids[who])


# Two at once.


def test_a_coupon_is_not_used_again_from_an_old_snapshot(street: Street, clinic: UUID) -> None:
    product = street.add(
        "mona", "products", organization_id=clinic, name="Food", price=100, status="active"
    )
    way = street.add("mona", "shipping_methods", organization_id=clinic, name="Shop", kind="pickup")
    street.add(
        "mona",
        "coupons",
        organization_id=clinic,
        code="HALF",
        kind="percent",
        value=50,
        most_uses=1,
    )
    anna = street.logins["anna"]
    order = "select place_order(%s, %s, '{}', null, 'HALF')"

    def cart(who: str) -> UUID:
        cart = street.add(who, "carts", user_id=street.ids[who], organization_id=clinic)
        street.add(
            who,
            "cart_items",
            user_id=street.ids[who],
            organization_id=clinic,
            cart_id=cart,
            product_id=product,
        )
        return cart

    mine, bens = cart("anna"), cart("ben")
    anna.execute("begin isolation level repeatable read")
    assert anna.execute("select count(*) from carts").fetchone() == (1,)
    street.run(order, bens, way, who="ben")
    with pytest.raises(psycopg.Error):
        anna.execute(order, (mine, way))
    anna.execute("rollback")
