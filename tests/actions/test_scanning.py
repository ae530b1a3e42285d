"""Whose tag it is, in every form that a reader or a person types it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions.saving import add, change
from fluffydesk.actions.scanning import Scan, give_number, scan
from fluffydesk.errors import InvalidValue
from fluffydesk.records.enums.livestock import IdentifierKind, LivestockStatus
from fluffydesk.records.livestock import Livestock, LivestockIdentifier
from tests.actions.barn import Barn, days_ago
from tests.actions.farm import CATTLE

EID = "982000017383201"


def look_up(barn: Barn, text: str) -> Scan:
    with barn.mirror.read() as connection:
        return scan(connection, text)


def ids(barn: Barn, text: str) -> list[UUID]:
    return [animal.id for animal in look_up(barn, text).animals]


def animal(barn: Barn, tag: str, **values: Any) -> UUID:
    row_id, _ = add(barn.mirror, Livestock, {"tag_number": tag, "species_id": CATTLE, **values})
    return row_id


@pytest.mark.parametrize(
    "text",
    [
        EID,
        "1" + EID,
        "0" + EID,
        "982 000017383201",
        "LA 982 000017383201",
        "A 00000 0 982 000017383201",
        "8000F58001093F21",
        "8000f58001093f21",
    ],
)
def test_an_eid_is_found_in_every_readers_form(barn: Barn, text: str) -> None:
    change(barn.mirror, Livestock, barn.cow, {"eid": EID})
    assert ids(barn, text) == [barn.cow]
    assert look_up(barn, text).words == "982 000017383201"


def test_official_ids_and_visual_tags_are_found_as_they_are_typed(barn: Barn) -> None:
    change(barn.mirror, Livestock, barn.cow, {"official_id": "UK 302541 400123"})
    for text in ("UK302541400123", "uk 302541 400123", "UK-302541-400123", "7", " 7 "):
        assert ids(barn, text) == [barn.cow]
    assert ids(barn, "77") == []
    assert ids(barn, "") == []


def test_the_living_come_before_those_that_left(barn: Barn) -> None:
    gone = animal(barn, "12", status=LivestockStatus.DEAD, left_on=days_ago(30))
    assert ids(barn, "12") == [gone]
    here = animal(barn, "12")
    assert ids(barn, "12") == [here]
    twin = animal(barn, "12")
    assert set(ids(barn, "12")) == {here, twin}


def test_rule_5_a_retag_keeps_the_old_number_and_finds_by_both(barn: Barn) -> None:
    change(barn.mirror, Livestock, barn.cow, {"eid": EID})
    give_number(barn.mirror, barn.cow, "826 052636100657")
    (cow,) = (row for row in barn.rows(Livestock) if row.id == barn.cow)
    assert cow.eid == "826052636100657"
    numbers = {row.value: row for row in barn.rows(LivestockIdentifier)}
    assert numbers[EID].ended_on is not None
    assert numbers[EID].reason == "Replaced"
    assert numbers["826052636100657"].ended_on is None
    assert numbers["826052636100657"].kind == IdentifierKind.EID
    assert ids(barn, EID) == ids(barn, "826052636100657") == [barn.cow]
    assert look_up(barn, EID).animals[0].former
    bull = {"eid": EID}
    change(barn.mirror, Livestock, barn.bull, bull)
    assert ids(barn, EID) == [barn.bull]


def test_rule_5_a_number_of_another_living_animal_is_refused(barn: Barn) -> None:
    change(barn.mirror, Livestock, barn.bull, {"eid": EID})
    with pytest.raises(InvalidValue, match="8 Bo carries"):
        give_number(barn.mirror, barn.cow, "8000F58001093F21")
    assert ids(barn, EID) == [barn.bull]
    assert barn.rows(LivestockIdentifier) == []
