"""The books: every save ever made is accounted for, and who discarded one is named."""

from __future__ import annotations

import pytest

from fluffydesk.errors import NotSignedIn
from fluffydesk.sync import ledger, resolve
from tests.sync.desks import Desk
from tests.sync.farms import Farm


def books(desk: Desk) -> ledger.Books:
    with desk.mirror.read() as connection:
        return ledger.books(connection)


def refused_twin(farm: Farm, barn: Desk) -> resolve.Refused:
    farm.cow(barn, "1", official_id="NL 1")
    barn.add("livestock", tag_number="2", official_id="NL 1", species_id=farm.species)
    barn.sync()
    (one,) = barn.quarantine()
    return one


def test_the_books_add_up_and_name_who_discarded(farm: Farm, barn: Desk) -> None:
    one = refused_twin(farm, barn)
    assert books(barn).trouble == ""
    resolve.discard(barn.mirror, one.id)
    with barn.mirror.read() as connection:
        (line,) = ledger.discarded(connection)
    anna = barn.mirror.recall("author")["user_name"]
    assert (line.title, line.who, line.by) == ("Add to livestock", anna, anna)
    assert line.at is not None
    assert line.at >= line.made_at
    found = books(barn)
    assert (found.made, found.accounted, found.trouble) == (2, 2, "")


def test_nobody_unnamed_discards(farm: Farm, barn: Desk) -> None:
    one = refused_twin(farm, barn)
    author = barn.mirror.recall("author")
    barn.mirror.remember(author=None)
    with pytest.raises(NotSignedIn):
        resolve.discard(barn.mirror, one.id)
    barn.mirror.remember(author=author)
    assert len(barn.quarantine()) == 1


def test_a_line_that_is_missing_is_told(farm: Farm, barn: Desk) -> None:
    farm.cow(barn, "1")
    farm.cow(barn, "2")
    with barn.mirror.apply() as connection:
        connection.exec_driver_sql("DELETE FROM units WHERE id = (SELECT min(id) FROM units)")
    assert books(barn).trouble == (
        "The ledger does not add up: 2 saves were made, 1 is accounted for."
    )


def test_a_discard_without_a_name_is_told(farm: Farm, barn: Desk) -> None:
    resolve.discard(barn.mirror, refused_twin(farm, barn).id)
    with barn.mirror.apply() as connection:
        connection.exec_driver_sql("UPDATE units SET settled_by = NULL")
    assert books(barn).trouble.startswith("1 save was discarded, and nobody's name")
