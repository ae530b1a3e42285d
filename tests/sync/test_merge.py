"""One row changed by two sides: nothing that either meant is dropped in silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluffydesk.mirror.images import Image, Value
from fluffydesk.records.booking import Appointment, Booking
from fluffydesk.records.enums import AppointmentStatus
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.vocabulary import Merge, Record
from fluffydesk.sync.lines import merge_lines
from fluffydesk.sync.merge import ColumnConflict, Policy, merge, policies_of

POLICIES = {
    "name": Policy(Merge.ASK),
    "kept": Policy(Merge.MINE),
    "row_version": Policy(Merge.THEIRS),
    "notes": Policy(Merge.TEXT),
    "status": Policy(Merge.LATTICE, LivestockStatus),
    "parity": Policy(Merge.MAX),
    "left_on": Policy(Merge.MIN),
    "percent": Policy(Merge.ASK, instead_of="amount"),
    "amount": Policy(Merge.ASK),
}
WORDS = st.none() | st.sampled_from(["a", "b", "c"])
DAYS = st.none() | st.dates().map(str)
NOTES = st.none() | st.lists(st.sampled_from(["x", "y", "z", ""]), max_size=5).map("\n".join)
IMAGES: st.SearchStrategy[Image] = st.fixed_dictionaries(
    {
        "name": WORDS,
        "kept": WORDS,
        "row_version": st.integers(1, 9),
        "notes": NOTES,
        "status": st.sampled_from([str(value) for value in LivestockStatus]),
        "parity": st.none() | st.integers(0, 9),
        "left_on": DAYS,
        "percent": st.sampled_from([0, 10, 20]),
        "amount": st.sampled_from([0, 5, 8]),
    }
)
SYMMETRIC = ("status", "parity", "left_on")


@given(IMAGES, IMAGES)
def test_a_side_that_changed_nothing_gives_way(base: Image, other: Image) -> None:
    theirs = merge(base, dict(base), other, POLICIES)
    assert (theirs.image, theirs.conflicts) == (other, ())
    mine = merge(base, other, dict(base), POLICIES)
    assert (mine.image, mine.conflicts) == ({**other, "row_version": base["row_version"]}, ())


@given(IMAGES, IMAGES, IMAGES)
def test_merging_the_result_again_changes_nothing(base: Image, mine: Image, theirs: Image) -> None:
    once = merge(base, mine, theirs, POLICIES)
    # After a merge what central has is the base of what is still to be sent.
    again = merge(theirs, once.image, theirs, POLICIES)
    assert (again.image, again.conflicts) == (once.image, ())


@given(IMAGES, IMAGES, IMAGES)
def test_every_change_of_mine_is_kept_or_overtaken_by_the_policy(
    base: Image, mine: Image, theirs: Image
) -> None:
    merged = merge(base, mine, theirs, POLICIES)
    assert merged.image["name"] == (theirs if mine["name"] == base["name"] else mine)["name"]
    asked = {conflict.column for conflict in merged.conflicts}
    assert ("name" in asked) == (
        len({base["name"], mine["name"], theirs["name"]}) == 3
        or (mine["name"] != base["name"] != theirs["name"] != mine["name"])
    )
    for conflict in merged.conflicts:
        column = conflict.column
        assert conflict == ColumnConflict(column, base[column], mine[column], theirs[column])
        assert merged.image[column] == mine[column]


@given(IMAGES, IMAGES, IMAGES)
def test_ordered_policies_agree_whoever_merges(base: Image, one: Image, other: Image) -> None:
    here, there = merge(base, one, other, POLICIES), merge(base, other, one, POLICIES)
    asked = {conflict.column for conflict in here.conflicts}
    assert asked == {conflict.column for conflict in there.conflicts}
    for column in SYMMETRIC:
        assert column in asked or here.image[column] == there.image[column]


@given(st.lists(st.text("ab", max_size=2), max_size=6), st.data())
def test_text_keeps_the_lines_both_sides_added(lines: list[str], data: st.DataObject) -> None:
    base = "\n".join(["start", *lines, "end"])
    mine, theirs = (
        _with_line(base, f"{side} wrote", data.draw(st.integers(0, len(lines) + 2)))
        for side in ("mine", "theirs")
    )
    agreed, text = merge_lines(base, mine, theirs)
    assert agreed
    assert text is not None
    kept = text.split("\n")
    assert "mine wrote" in kept
    assert "theirs wrote" in kept
    assert [line for line in kept if not line.endswith("wrote")] == base.split("\n")


def _with_line(text: str, line: str, at: int) -> str:
    lines = text.split("\n")
    return "\n".join([*lines[:at], line, *lines[at:]])


def test_the_same_line_changed_twice_is_a_persons_decision() -> None:
    assert merge_lines("calm\nlame", "calm\nlame left", "calm\nlame right") == (False, None)


def test_a_line_changed_here_and_another_there_merge() -> None:
    assert merge_lines("a\nb\nc", "A\nb\nc", "a\nb\nC") == (True, "A\nb\nC")


def test_neighbouring_lines_changed_here_and_there_merge() -> None:
    assert merge_lines("a\nb", "A\nb", "a\nB") == (True, "A\nB")


@pytest.mark.parametrize(
    ("policy", "mine", "theirs", "value"),
    [
        (Merge.MAX, 3, 4, 4),
        (Merge.MAX, 4, 3, 4),
        (Merge.MAX, None, 3, 3),
        (Merge.MIN, 3, 4, 3),
        (Merge.MIN, "2026-02-01", "2026-01-31", "2026-01-31"),
        (Merge.MINE, 3, 4, 3),
        (Merge.THEIRS, 3, 4, 4),
    ],
)
def test_what_a_policy_gives(policy: Merge, mine: Value, theirs: Value, value: Value) -> None:
    merged = merge({"n": 1}, {"n": mine}, {"n": theirs}, {"n": Policy(policy)})
    assert (merged.image, merged.conflicts) == ({"n": value}, ())


def test_notes_begun_on_both_sides_keep_both() -> None:
    assert merge_lines(None, "from the barn", "from the desk") == (
        True,
        "from the desk\nfrom the barn",
    )


def test_notes_emptied_while_another_wrote_are_asked_about() -> None:
    assert merge_lines("old", None, "old, and new") == (False, None)


@pytest.mark.parametrize(
    ("mine", "theirs", "status", "asks"),
    [
        ("confirmed", "completed", "completed", False),
        ("in_progress", "scheduled", "in_progress", False),
        ("cancelled", "no_show", "cancelled", True),
    ],
)
def test_a_later_state_wins(mine: str, theirs: str, status: str, asks: bool) -> None:
    policies = {"status": Policy(Merge.LATTICE, AppointmentStatus)}
    merged = merge({"status": "pending"}, {"status": mine}, {"status": theirs}, policies)
    assert merged.image == {"status": status}
    assert bool(merged.conflicts) is asks


@pytest.mark.parametrize("ended", ["cancelled", "no_show"])
@pytest.mark.parametrize("began", ["checked_in", "completed"])
def test_a_stay_that_ended_here_and_began_there_is_asked(ended: str, began: str) -> None:
    """Rule 20, whoever syncs first."""
    policies = policies_of(Booking)
    for mine, theirs in ((ended, began), (began, ended)):
        merged = merge({"status": "confirmed"}, {"status": mine}, {"status": theirs}, policies)
        assert [one.column for one in merged.conflicts] == ["status"]
        assert merged.image["status"] == mine


@pytest.mark.parametrize(
    ("record", "stamp", "day"),
    [(Appointment, "arrived_at", "scheduled_at"), (Booking, "checked_in_at", "start_date")],
)
def test_what_ended_here_and_was_moved_or_began_there_is_asked(
    record: type[Record], stamp: str, day: str
) -> None:
    """Rule 20, whoever syncs first; who knew of it asks nothing."""
    policies = policies_of(record)
    base: Image = {"status": "confirmed", stamp: None, day: 1}
    ended: Image = {**base, "status": "cancelled"}
    for other in ({**base, stamp: 2}, {**base, day: 3}):
        for mine, theirs in ((ended, other), (other, ended)):
            merged = merge(base, mine, theirs, policies)
            assert [one.column for one in merged.conflicts] == ["status"]
            assert merged.image == {**other, "status": mine["status"]}
        aware = merge(base, {**other, "status": "cancelled"}, other, policies)
        assert (aware.image["status"], aware.conflicts) == ("cancelled", ())


def test_a_column_central_does_not_know_keeps_mine() -> None:
    policies = {"name": Policy(Merge.ASK), "new": Policy(Merge.ASK)}
    merged = merge({"name": "a"}, {"name": "a", "new": "n"}, {"name": "b"}, policies)
    assert merged.image == {"name": "b", "new": "n"}


def test_policies_come_from_the_declaration() -> None:
    policies = policies_of(Livestock)
    assert policies["name"] == Policy(Merge.ASK)
    assert policies["status"] == Policy(Merge.LATTICE, LivestockStatus)
    assert policies["parity"] == Policy(Merge.MAX)
    assert policies["row_version"] == policies["id"] == Policy(Merge.THEIRS)


SAID = {
    "percent": Policy(Merge.ASK, instead_of="amount"),
    "amount": Policy(Merge.ASK),
}


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "found", "asked"),
    [
        ((0, 0), (10, 0), (0, 5), (10, 0), "percent"),
        ((0, 0), (0, 5), (10, 0), (0, 5), "percent"),
        ((0, 5), (10, 0), (0, 8), (10, 0), "percent"),
        ((10, 0), (20, 0), (30, 0), (20, 0), "percent"),
        ((10, 0), (0, 5), (0, 0), (0, 5), "amount"),
        ((0, 5), (0, 8), (0, 9), (0, 8), "amount"),
        ((0, 5), (10, 0), (0, 5), (10, 0), None),
        ((0, 5), (0, 5), (10, 0), (10, 0), None),
        ((0, 5), (10, 0), (10, 0), (10, 0), None),
        # An amount that follows from its share is nobody's to decide on.
        ((10, 4), (10, 8), (10, 6), (10, 6), None),
        ((10, 4), (20, 8), (10, 6), (20, 8), None),
    ],
)
def test_a_share_and_an_amount_are_one_fact(
    base: tuple[int, int],
    mine: tuple[int, int],
    theirs: tuple[int, int],
    found: tuple[int, int],
    asked: str | None,
) -> None:
    sides: list[Image] = [dict(zip(SAID, side, strict=True)) for side in (base, mine, theirs)]
    merged = merge(*sides, SAID)
    assert tuple(merged.image.values()) == found
    assert [one.column for one in merged.conflicts] == ([asked] if asked else [])
