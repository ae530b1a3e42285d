"""Groups and who gets in, posts and in whose name, comments, and what moderators may do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.central.neighbours import DENIED, REFUSED, Street


@pytest.fixture
def street(central: Any) -> Street:
    return Street(central)


def group(street: Street, visibility: str = "open", who: str = "anna") -> UUID:
    return street.add(
        who, "community_groups", name="B", slug="b", visibility=visibility, owner_id=street.ids[who]
    )


def post(street: Street, who: str = "anna", **values: Any) -> UUID:
    given = {"author_id": street.ids[who], "body": "x", "status": "published"}
    return street.add(who, "community_posts", **{**given, **values})


def join(street: Street, who: str, group_id: UUID) -> Any:
    return street.one("select join_group(%s)", group_id, who=who)


def member(street: Street, who: str) -> UUID:
    return UUID(str(street.one("select id from group_members where user_id = %s", street.ids[who])))


def set_member(street: Street, by: str, who: str, status: str, role: str = "member") -> None:
    street.run("select set_group_member(%s, %s, %s)", member(street, who), status, role, who=by)


def moderate(street: Street, who: str, table: str, id: UUID, state: str) -> None:
    street.run("select moderate(%s, %s, %s, 'rude')", table, id, state, who=who)


def test_an_open_group_is_joined_and_a_closed_one_asked(street: Street) -> None:
    here = group(street)
    assert join(street, "ben", here) == "active"
    street.run("update community_groups set visibility = 'closed'", who="anna")
    assert join(street, "carl", here) == "pending"
    assert join(street, "carl", here) == "pending"
    with pytest.raises(DENIED):
        set_member(street, "carl", "carl", "active")
    with pytest.raises(DENIED):
        set_member(street, "ben", "carl", "active")
    set_member(street, "anna", "carl", "active")
    assert join(street, "carl", here) == "active"
    with pytest.raises(REFUSED, match="does not open again"):
        street.run("update community_groups set visibility = 'open'", who="anna")


def test_nobody_makes_themselves_a_member_or_more(street: Street) -> None:
    here = group(street, "closed")
    for values in ({"status": "active"}, {"role": "admin"}):
        with pytest.raises(DENIED):
            street.add("ben", "group_members", group_id=here, user_id=street.ids["ben"], **values)
    street.add("ben", "group_members", group_id=here, user_id=street.ids["ben"])
    assert street.one("select status from group_members where id = %s", member(street, "ben")) == (
        "pending"
    )
    with pytest.raises(DENIED):
        street.run("update group_members set status = 'active'", who="ben")
    with pytest.raises(DENIED):
        street.add("ben", "group_members", group_id=here, user_id=street.ids["carl"])


def test_a_secret_group_is_known_to_whom_it_invites(street: Street) -> None:
    here = group(street, "secret")
    assert not street.sees("ben", "community_groups", here)
    with pytest.raises(DENIED, match="no such group"):
        join(street, "ben", here)
    with pytest.raises(DENIED):
        street.run("select invite_to_group(%s, %s)", here, street.ids["ben"], who="ben")
    street.run("select invite_to_group(%s, %s)", here, street.ids["ben"], who="anna")
    assert street.sees("ben", "community_groups", here)
    inside = post(street, group_id=here, visibility="group")
    assert not street.sees("ben", "community_posts", inside)
    # Nobody is put into a group, by whatever way round.
    for status in ("active", "pending"):
        with pytest.raises(DENIED, match="accepts an invitation"):
            set_member(street, "anna", "ben", status)
    set_member(street, "anna", "ben", "banned")
    with pytest.raises(DENIED, match="accepts an invitation"):
        set_member(street, "anna", "ben", "active")
    street.run("delete from group_members where id = %s", member(street, "ben"), who="anna")
    street.run("select invite_to_group(%s, %s)", here, street.ids["ben"], who="anna")
    assert join(street, "ben", here) == "active"
    assert street.sees("ben", "community_posts", inside)
    assert not street.sees("carl", "community_posts", inside)


def test_who_is_banned_stays_out(street: Street) -> None:
    here = group(street)
    join(street, "ben", here)
    mine = post(street, "ben", group_id=here, visibility="group")
    set_member(street, "anna", "ben", "banned")
    assert join(street, "ben", here) == "banned"
    assert street.run("delete from group_members", who="ben") == 0
    with pytest.raises(DENIED):
        post(street, "ben", group_id=here)
    assert street.run("update community_posts set body = 'y'", who="ben") == 0
    assert street.run("delete from community_posts where id = %s", mine, who="ben") == 1


def test_roles_are_given_by_administrators_and_the_founder_stays(street: Street) -> None:
    here = group(street)
    for who in ("ben", "carl"):
        join(street, who, here)
    set_member(street, "anna", "ben", "active", "moderator")
    with pytest.raises(DENIED, match="administrators"):
        set_member(street, "ben", "ben", "active", "admin")
    with pytest.raises(DENIED, match="founder"):
        set_member(street, "ben", "anna", "banned")
    set_member(street, "ben", "carl", "banned")
    assert street.run("update community_groups set name = 'C'", who="ben") == 0
    assert street.run("update community_groups set name = 'C'", who="anna") == 1


def test_a_founder_hands_the_group_to_another_administrator(street: Street) -> None:
    here = group(street)
    join(street, "ben", here)
    query = "select hand_over_group(%s, %s)"
    with pytest.raises(DENIED):
        street.run(query, here, street.ids["ben"], who="ben")
    with pytest.raises(REFUSED, match="administrator"):
        street.run(query, here, street.ids["ben"], who="anna")
    set_member(street, "anna", "ben", "active", "admin")
    street.run(query, here, street.ids["ben"], who="anna")
    set_member(street, "ben", "anna", "banned")
    assert street.run("update community_groups set name = 'C'", who="anna") == 0


def test_nobody_writes_in_anothers_name(street: Street) -> None:
    here = group(street)
    with pytest.raises(DENIED):
        post(street, "ben", author_id=street.ids["anna"])
    for values in (
        {"organization_id": street.shelter},
        {"group_id": here},
        {"group_id": here, "organization_id": street.shelter},
    ):
        with pytest.raises(DENIED):
            post(street, "ben", **values)
    with pytest.raises(DENIED):  # a member of the group, but not a keeper of the shelter
        post(street, "anna", group_id=here, organization_id=street.shelter)
    ours = post(street, "olga", organization_id=street.shelter)
    street.run("delete from organization_users where user_id = %s", street.ids["olga"])
    assert street.sees("ben", "community_posts", ours)
    assert street.run("update community_posts set body = 'y'", who="olga") == 0
    assert street.run("delete from community_posts", who="olga") == 0


def test_what_only_central_sets_is_out_of_reach(street: Street) -> None:
    for column in ("pinned", "published_at", "moderation"):
        with pytest.raises(DENIED):
            street.run(f"update community_posts set {column} = default", who="anna")
    mine = post(street)
    assert street.one("select published_at is not null from community_posts where id = %s", mine)
    with pytest.raises(DENIED):
        street.run("select pin_post(%s, true)", mine, who="ben")
    street.run("select pin_post(%s, true)", mine, who="anna")
    assert street.one("select pinned from community_posts where id = %s", mine)


def test_a_group_that_closes_keeps_its_posts_within(street: Street) -> None:
    here = group(street)
    told = post(street, group_id=here, visibility="public")
    assert street.sees("ben", "community_posts", told)
    street.run("update community_groups set visibility = 'closed'", who="anna")
    assert not street.sees("ben", "community_posts", told)
    with pytest.raises(REFUSED, match="for its members"):
        street.run("update community_posts set visibility = 'public'", who="anna")


def test_private_posts_and_drafts_are_their_authors_alone(street: Street) -> None:
    for values in ({"visibility": "private"}, {"status": "draft"}):
        mine = post(street, **values)
        assert [street.sees(who, "community_posts", mine) for who in ("anna", "ben", "paul")] == [
            True,
            False,
            False,
        ]
        with pytest.raises(DENIED):
            street.add("ben", "comments", post_id=mine, author_id=street.ids["ben"], body="x")
        with pytest.raises(DENIED):
            street.add("ben", "reactions", post_id=mine, user_id=street.ids["ben"])


def test_pictures_and_tags_are_put_on_ones_own_post(street: Street) -> None:
    mine, ben = post(street), street.ids["ben"]
    tag = street.add("ben", "tags", name="Dogs", slug="dogs", made_by=ben)
    with pytest.raises(DENIED):
        street.add("ben", "post_tags", post_id=mine, tag_id=tag)
    with pytest.raises(DENIED):
        street.add("ben", "post_media", post_id=mine, added_by=ben, path=f"{ben}/x.jpg")
    with pytest.raises(REFUSED):  # somebody else's folder
        street.add(
            "anna", "post_media", post_id=mine, added_by=street.ids["anna"], path=f"{ben}/x.jpg"
        )
    street.add("anna", "post_tags", post_id=mine, tag_id=tag)
    assert street.one("select count(*) from post_tags", who="carl") == 1
    assert street.run("update tags set name = 'Cats'", who="ben") == 0
    assert street.run("update tags set status = 'archived'", who="paul") == 1
    assert not street.sees("carl", "tags", tag)


def test_comments_answer_within_their_post_and_end_when_it_says(street: Street) -> None:
    one, other, ben = post(street), post(street), street.ids["ben"]
    first = street.add("ben", "comments", post_id=one, author_id=ben, body="x")
    street.add(
        "carl", "comments", post_id=one, author_id=street.ids["carl"], body="y", parent_id=first
    )
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        street.add("ben", "comments", post_id=other, author_id=ben, body="x", parent_id=first)
    street.run("update community_posts set comments_closed = true where id = %s", one, who="anna")
    with pytest.raises(REFUSED, match="no more comments"):
        street.add("ben", "comments", post_id=one, author_id=ben, body="x")
    assert street.run("update comments set body = 'z' where id = %s", first, who="anna") == 0
    assert street.run("delete from comments where id = %s", first, who="anna") == 1
    assert street.one("select count(*) from comments where parent_id is null") == 1


def test_a_thread_is_locked_by_moderators_and_stays_once_answered(street: Street) -> None:
    anna, ben = street.ids["anna"], street.ids["ben"]
    thread = street.add("anna", "forum_posts", author_id=anna, title="T", body="x")
    street.add("ben", "forum_comments", post_id=thread, author_id=ben, body="x")
    with pytest.raises(psycopg.errors.IntegrityError):
        street.run("delete from forum_posts", who="anna")
    with pytest.raises(DENIED):
        street.run("select set_thread(%s, true, true)", thread, who="anna")
    street.run("select set_thread(%s, true, true)", thread, who="paul")
    with pytest.raises(REFUSED, match="no more comments"):
        street.add("ben", "forum_comments", post_id=thread, author_id=ben, body="x")
    assert street.run("update forum_posts set body = 'y'", who="anna") == 0


def test_moderators_hide_and_never_rewrite(street: Street) -> None:
    here = group(street)
    join(street, "ben", here)
    theirs = post(street, "ben", group_id=here, visibility="group")
    outside = post(street, "ben")
    assert street.run("update community_posts set body = 'y'", who="anna") == 0
    for who in ("ben", "carl"):
        with pytest.raises(DENIED):
            moderate(street, who, "community_posts", theirs, "hidden")
    moderate(street, "anna", "community_posts", theirs, "hidden")
    assert street.sees("anna", "community_posts", theirs)
    assert street.run("update community_posts set body = 'y' where id = %s", theirs, who="ben") == 0
    for id, state in ((theirs, "removed"), (outside, "hidden")):
        with pytest.raises(DENIED):
            moderate(street, "anna", "community_posts", id, state)
    moderate(street, "paul", "community_posts", theirs, "removed")
    with pytest.raises(DENIED, match="only the platform"):
        moderate(street, "anna", "community_posts", theirs, "visible")
    assert street.one("select count(*) from moderation_logs where target_id = %s", theirs) == 2
    assert street.run("update community_posts set body = 'y'", who="paul") == 0
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        moderate(street, "paul", "profiles", street.ids["anna"], "removed")


def test_a_group_that_is_removed_takes_its_posts_out_of_sight(street: Street) -> None:
    here = group(street)
    join(street, "ben", here)
    inside = post(street, group_id=here, visibility="group")
    with pytest.raises(DENIED):
        moderate(street, "anna", "community_groups", here, "hidden")
    moderate(street, "paul", "community_groups", here, "removed")
    assert not street.sees("ben", "community_posts", inside)
    moderate(street, "paul", "community_groups", here, "visible")
    assert street.sees("ben", "community_posts", inside)
