"""The breeding network: whose profile, likes that meet, blocks, requests, verification."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.central.neighbours import DENIED, Street


@pytest.fixture
def street(central: Any) -> Street:
    return Street(central)


def profile(street: Street, who: str, sex: str, pet: UUID | None = None) -> UUID:
    owner = street.ids[who]
    pet = pet or street.add(None, "pets", name="Rex", species="dog", owner_id=owner)
    return street.add(
        who,
        "breeding_profiles",
        pet_id=pet,
        owner_id=owner,
        name="Rex",
        species="dog",
        sex=sex,
        status="active",
    )


def swipe(street: Street, who: str, mine: UUID, theirs: UUID, choice: str = "like") -> UUID:
    return street.add(
        who,
        "breeding_swipes",
        user_id=street.ids[who],
        swiper_profile_id=mine,
        target_profile_id=theirs,
        choice=choice,
    )


def ask(street: Street, who: str, mine: UUID, theirs: UUID, **values: Any) -> UUID:
    given = {
        "from_profile_id": mine,
        "to_profile_id": theirs,
        "requester_id": street.ids[who],
        "recipient_id": street.ids[who],
        "message": "x",
    }
    return street.add(who, "breeding_requests", **{**given, **values})


def answer(street: Street, who: str, request: UUID, status: str) -> None:
    street.run("select answer_breeding_request(%s, %s, 'ok')", request, status, who=who)


def test_a_profile_is_of_ones_own_pet_as_long_as_it_is(street: Street) -> None:
    pet = street.add(None, "pets", name="Rex", species="dog", owner_id=street.ids["anna"])
    with pytest.raises(DENIED):
        profile(street, "ben", "male", pet)
    annas = profile(street, "anna", "male", pet)
    assert street.sees("ben", "breeding_profiles", annas)
    street.run("update pets set owner_id = %s where id = %s", street.ids["ben"], pet)
    assert not street.sees("ben", "breeding_profiles", annas)
    assert street.run("update breeding_profiles set status = 'active'", who="anna") == 0
    assert profile(street, "ben", "male", pet)


def test_likes_that_meet_match_and_others_stay_secret(street: Street) -> None:
    her, his = profile(street, "anna", "female"), profile(street, "ben", "male")
    other = profile(street, "carl", "male")
    with pytest.raises(DENIED):
        swipe(street, "carl", her, his)
    swipe(street, "anna", her, his)
    assert street.one("select count(*) from breeding_swipes", who="ben") == 0
    mine = swipe(street, "ben", his, her, "pass")
    swipe(street, "carl", other, his)
    swipe(street, "ben", his, other)
    assert street.one("select count(*) from breeding_matches") == 0
    street.run("update breeding_swipes set choice = 'like' where id = %s", mine, who="ben")
    match = street.one("select id from breeding_matches where status = 'matched'", who="anna")
    assert street.sees("ben", "breeding_matches", match)
    assert not street.sees("carl", "breeding_matches", match)
    with pytest.raises(DENIED):
        street.run("select end_breeding_match(%s)", match, who="carl")
    street.run("select end_breeding_match(%s)", match, who="ben")
    assert street.one("select status from breeding_matches", who="anna") == "ended"


def test_who_is_blocked_sees_and_asks_nothing(street: Street) -> None:
    her, his = profile(street, "anna", "female"), profile(street, "ben", "male")
    swipe(street, "anna", her, his)
    swipe(street, "ben", his, her)
    request = ask(street, "ben", his, her)
    block = {"user_id": street.ids["anna"], "blocked_id": street.ids["ben"]}
    with pytest.raises(DENIED):
        street.add("carl", "breeding_blocklist", **block)
    street.add("anna", "breeding_blocklist", **block)
    assert street.one("select count(*) from breeding_blocklist", who="ben") == 0
    assert not street.sees("ben", "breeding_profiles", her)
    assert street.sees("carl", "breeding_profiles", her)
    assert street.one("select status from breeding_matches") == "ended"
    assert street.one("select status from breeding_requests where id = %s", request) == "declined"
    with pytest.raises(DENIED):
        ask(street, "ben", his, her)
    # Whoever blocks somebody is not thereby out of reach of a complaint.
    ben = street.ids["ben"]
    street.add(
        "ben", "breeding_reports", reporter_id=ben, profile_id=her, kind="fraud", description="x"
    )
    assert street.one("select count(*) from breeding_reports", who="anna") == 0
    assert street.run("update breeding_reports set status = 'in_review'", who="ben") == 0
    assert street.run("update breeding_reports set status = 'in_review'", who="paul") == 1


def test_a_request_is_answered_by_whom_it_is_made_to(street: Street) -> None:
    her, his = profile(street, "anna", "female"), profile(street, "ben", "male")
    with pytest.raises(DENIED):
        ask(street, "carl", his, her)
    with pytest.raises(DENIED):
        ask(street, "ben", his, her, requester_id=street.ids["anna"])
    with pytest.raises(DENIED):
        ask(street, "ben", his, her, status="accepted")
    request = ask(street, "ben", his, her)
    assert street.one("select recipient_id from breeding_requests") == street.ids["anna"]
    for who, status in (("carl", "accepted"), ("ben", "accepted"), ("anna", "withdrawn")):
        with pytest.raises(DENIED):
            answer(street, who, request, status)
    with pytest.raises(DENIED):
        street.run("update breeding_requests set fee = 1", who="ben")
    answer(street, "anna", request, "accepted")
    with pytest.raises(DENIED):
        answer(street, "ben", request, "withdrawn")
    answer(street, "ben", request, "completed")
    assert street.one("select reply from breeding_requests") == "ok"


def test_only_the_platform_verifies_and_only_what_it_saw(street: Street) -> None:
    his = profile(street, "ben", "male")
    given = {"profile_id": his, "kind": "pedigree"}
    ben, anna = street.ids["ben"], street.ids["anna"]
    with pytest.raises(DENIED):
        street.add(
            "anna", "breeding_verifications", submitted_by=anna, path=f"{anna}/p.pdf", **given
        )
    document = street.add(
        "ben", "breeding_verifications", submitted_by=ben, path=f"{ben}/p.pdf", **given
    )
    assert not street.sees("anna", "breeding_verifications", document)
    query = "select decide_breeding_verification(%s, 'verified', '', true)"
    with pytest.raises(DENIED):
        street.run(query, document, who="ben")
    with pytest.raises(DENIED):
        street.run("update breeding_profiles set is_verified = true", who="ben")
    street.run(query, document, who="paul")
    assert street.one("select is_verified from breeding_profiles", who="anna")
    assert street.run("delete from breeding_verifications", who="ben") == 0
    street.run("update breeding_profiles set fee = 500", who="ben")
    assert street.one("select is_verified from breeding_profiles", who="anna")
    street.run("update breeding_profiles set pedigree = 'A champion'", who="ben")
    assert not street.one("select is_verified from breeding_profiles", who="anna")
