"""Lost and found: who reports what, microchips that stay secret, matches, messages, sightings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.central.neighbours import DENIED, REFUSED, Street

CHIP = "528 140 000 123 456"


@pytest.fixture
def street(central: Any) -> Street:
    return Street(central)


def report(street: Street, who: str, kind: str, **values: Any) -> UUID:
    given = {"reporter_id": street.ids[who], "kind": kind, "species": "dog", "place": "Park"}
    return street.add(who, "lf_reports", **{**given, **values})


def chip(street: Street, who: str, report_id: UUID, number: str = CHIP) -> Any:
    return street.one("select set_lf_microchip(%s, %s)", report_id, number, who=who)


def write(street: Street, sender: str, recipient: str, report_id: UUID) -> UUID:
    sender_id, recipient_id = street.ids[sender], street.ids[recipient]
    return street.add(
        sender,
        "lf_messages",
        report_id=report_id,
        sender_id=sender_id,
        recipient_id=recipient_id,
        body="x",
    )


def test_a_report_is_ones_own_and_of_a_pet_one_looks_after(street: Street) -> None:
    dog = street.add(None, "pets", name="Rex", species="dog", owner_id=street.ids["anna"])
    with pytest.raises(DENIED):
        report(street, "ben", "lost", reporter_id=street.ids["anna"])
    with pytest.raises(DENIED):
        report(street, "ben", "lost", pet_id=dog)
    with pytest.raises(DENIED):
        report(street, "ben", "found", organization_id=street.shelter)
    lost = report(street, "anna", "lost", pet_id=dog, latitude="52.123456", longitude="4.9")
    assert str(street.one("select latitude from lf_reports")) == "52.123"
    assert street.sees("carl", "lf_reports", lost)
    street.run("update lf_reports set status = 'closed'", who="anna")
    assert not street.sees("carl", "lf_reports", lost)
    assert report(street, "olga", "found", organization_id=street.shelter)


def test_a_microchip_matches_and_is_told_to_nobody(street: Street) -> None:
    lost, found = report(street, "anna", "lost"), report(street, "ben", "found")
    with pytest.raises(DENIED):
        chip(street, "ben", lost)
    assert chip(street, "anna", lost) == 0
    assert chip(street, "ben", found, "528140000123457") == 0
    assert chip(street, "ben", found, "528140000123456") == 1
    with pytest.raises(DENIED):
        street.one("select microchip_hash from lf_reports", who="anna")
    assert street.one("select is_chipped from lf_reports where id = %s", lost, who="carl")
    counts = [street.one("select count(*) from lf_matches", who=w) for w in ("anna", "ben", "carl")]
    assert counts == [1, 1, 0]
    with pytest.raises(REFUSED):
        chip(street, "anna", lost, "12")


def test_two_who_agree_confirm_a_match(street: Street) -> None:
    lost, found = report(street, "anna", "lost"), report(street, "ben", "found")
    match = street.add(None, "lf_matches", lost_report_id=lost, found_report_id=found, score=1)
    query = "select answer_lf_match(%s, %s)"
    with pytest.raises(DENIED):
        street.one(query, match, "yes", who="carl")
    assert street.one(query, match, "yes", who="anna") == "proposed"
    assert street.one(query, match, "yes", who="ben") == "confirmed"
    assert street.one("select count(*) from lf_reports where status = 'matched'") == 2
    assert street.one(query, match, "no", who="ben") == "rejected"


def test_messages_go_to_the_reporter_who_may_answer(street: Street) -> None:
    lost = report(street, "anna", "lost")
    with pytest.raises(REFUSED, match="go to its reporter"):
        write(street, "ben", "carl", lost)
    with pytest.raises(REFUSED, match="go to its reporter"):
        write(street, "anna", "ben", lost)
    first = write(street, "ben", "anna", lost)
    write(street, "anna", "ben", lost)
    assert street.one("select count(*) from lf_messages", who="carl") == 0
    with pytest.raises(DENIED):
        street.run("update lf_messages set body = 'y'", who="anna")
    street.run("select read_lf_messages(%s, %s)", lost, street.ids["ben"], who="anna")
    # What was read stays said.
    assert street.run("delete from lf_messages where id = %s", first, who="ben") == 0
    assert street.run("delete from lf_messages", who="anna") == 1
    street.run("update lf_reports set status = 'closed'", who="anna")
    with pytest.raises(DENIED):
        write(street, "carl", "anna", lost)


def test_a_sighting_is_for_the_reporter(street: Street) -> None:
    lost = report(street, "anna", "lost")
    with pytest.raises(DENIED):
        street.add("ben", "lf_actions", report_id=lost, actor_id=street.ids["carl"])
    seen = street.add("ben", "lf_actions", report_id=lost, actor_id=street.ids["ben"])
    assert [street.sees(who, "lf_actions", seen) for who in ("anna", "ben", "carl")] == [
        True,
        True,
        False,
    ]
    write(street, "anna", "ben", lost)
    with pytest.raises(DENIED):
        street.run("delete from lf_actions", who="ben")


def test_the_platform_takes_a_report_down(street: Street) -> None:
    lost = report(street, "anna", "lost")
    query = "select moderate('lf_reports', %s, 'removed', 'spam')"
    with pytest.raises(DENIED):
        street.run(query, lost, who="ben")
    street.run(query, lost, who="paul")
    assert not street.sees("carl", "lf_reports", lost)
    assert street.sees("anna", "lf_reports", lost)
    assert street.run("update lf_reports set place = 'x'", who="anna") == 0
