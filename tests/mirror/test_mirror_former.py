"""An animal is found by a number that it once had, in its list and where it is chosen."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions.identifiers import retag
from fluffydesk.actions.saving import add
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import ONCE, Listing, Order, choices, count, keys, page
from fluffydesk.records.enums import Sex
from fluffydesk.records.enums.livestock import IdentifierKind
from fluffydesk.records.livestock import Livestock
from tests.mirrors import COW, make_mirror


@pytest.fixture
def mirror(tmp_path: Path) -> Any:
    with make_mirror(tmp_path / "farm.db") as made:
        yield made


@pytest.fixture
def cow(mirror: Mirror) -> UUID:
    """Tag 205 that was 112 and then 171; another animal has tag 31."""
    values = {"tag_number": "112", "species_id": COW, "sex": Sex.FEMALE, "name": "Erna"}
    found, _ = add(mirror, Livestock, values)
    add(mirror, Livestock, {"tag_number": "31", "species_id": COW, "sex": Sex.FEMALE})
    for tag, on in (("171", date(2026, 3, 1)), ("205", date(2026, 6, 1))):
        retag(mirror, found, IdentifierKind.VISUAL, tag, on, reason="lost")
    return found


def listed(mirror: Mirror, search: str) -> list[tuple[str, str]]:
    listing = Listing(Livestock, search, (), (Order("tag_number"),))
    with mirror.read() as connection:
        rows = page(connection, listing, 0, 50)
        assert len(rows) == count(connection, listing) == len(keys(connection, listing))
    return [(row.tag_number, row._mapping[ONCE]) for row in rows]


def test_a_former_tag_finds_the_animal_and_says_so(mirror: Mirror, cow: UUID) -> None:
    assert listed(mirror, "112") == [("205", "was 112")]
    assert listed(mirror, "erna 71") == [("205", "was 171")]
    assert listed(mirror, "205") == [("205", "")]
    assert listed(mirror, "1") == [("31", ""), ("205", "was 112, was 171")]
    assert listed(mirror, "999") == []


def test_it_is_found_where_an_animal_is_chosen(mirror: Mirror, cow: UUID) -> None:
    with mirror.read() as connection:
        found = choices(connection, Livestock, "112")
        assert [(one.id, one.once) for one in found] == [(cow, "was 112")]
        assert choices(connection, Livestock, "Erna")[0].once == ""
