"""One edit that central cannot even read waits for a person; everything else goes on."""

from __future__ import annotations

from uuid import UUID

import pytest

from fluffydesk.sync import resolve
from tests.sync.desks import Desk
from tests.sync.farms import Farm

LONG = "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(9000))
"""Longer than an index takes, and not to be packed much smaller."""


def add_cows(farm: Farm, desk: Desk, count: int) -> list[UUID]:
    return [desk.add("livestock", tag_number=str(n), species_id=farm.species) for n in range(count)]


def spoil(desk: Desk, cow: UUID, column: str, text: str) -> None:
    """Write past what a form refuses: an older version may have let it in."""
    with desk.mirror.unit("Spoil") as unit:
        sql = f"UPDATE livestock SET {column} = ? WHERE id = ?"
        unit.connection.exec_driver_sql(sql, (text, str(cow)))


@pytest.mark.parametrize(
    ("column", "text", "code", "words"),
    [
        ("notes", "lame\0left", "P0001", "Central could not read what was sent"),
        ("official_id", LONG, "54000", "too long for central"),
    ],
)
def test_it_holds_up_nothing_and_can_be_mended(
    farm: Farm, barn: Desk, office: Desk, column: str, text: str, code: str, words: str
) -> None:
    cows = add_cows(farm, barn, 9)
    barn.sync()
    for cow in cows:
        barn.change("livestock", cow, name="Bella")
    spoil(barn, cows[4], column, text)
    others = add_cows(farm, barn, 3)
    report = barn.sync()
    assert (report.pushed, report.quarantined) == (len(cows) - 1 + len(others), 1)
    [refused] = barn.quarantine()
    assert (refused.row_id, refused.code) == (cows[4], code)
    assert words in refused.message
    assert barn.sync().pushed == 0
    barn.change("livestock", cows[4], **{column: "short"})
    assert barn.sync().quarantined == 0
    farm.settle()
    assert office.row("livestock", cows[4])[column] == "short"  # type: ignore[index]
    farm.assert_quiet()


def test_it_can_be_discarded(farm: Farm, barn: Desk) -> None:
    bad = barn.add("livestock", tag_number="1", species_id=farm.species)
    spoil(barn, bad, "tag_number", "1\0")
    barn.sync()
    resolve.discard(barn.mirror, barn.quarantine()[0].id)
    assert barn.row("livestock", bad) is None
    farm.assert_quiet()


def test_what_was_edited_since_is_discarded_with_it(farm: Farm, barn: Desk) -> None:
    bad = barn.add("livestock", tag_number="1", species_id=farm.species)
    spoil(barn, bad, "tag_number", "1\0")
    barn.sync()
    barn.change("livestock", bad, name="Bella")
    resolve.discard(barn.mirror, barn.quarantine()[0].id)
    assert barn.ledger() == {"discarded": 3}
    barn.sync()
    farm.assert_quiet()


@pytest.mark.parametrize("word", ["explain", "EXPLAIN ANALYZE select 1; --"])
def test_a_note_that_says_explain_is_a_note_like_any_other(
    farm: Farm, barn: Desk, office: Desk, word: str
) -> None:
    cow = farm.cow(barn, tag=word, name=word, notes=word)
    barn.change("livestock", cow, notes=f"{word}\nagain")
    barn.sync()
    office.sync()
    office.change("livestock", cow, name=f"{word} 2")
    farm.settle()
    assert barn.row("livestock", cow)["name"] == f"{word} 2"  # type: ignore[index]
    again = farm.desk(farm.member("carl"), f"{word[:7]}-pc")  # a baseline, by COPY
    assert again.row("livestock", cow)["notes"] == f"{word}\nagain"  # type: ignore[index]
    farm.settle()
    farm.assert_quiet()
