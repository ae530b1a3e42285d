"""A conflict about a record that was deleted here and got an addition elsewhere says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fluffydesk.ui.parts.controls import Words
from fluffydesk.ui.screens.reading.sync import read_sync
from fluffydesk.ui.screens.sync_cards import ConflictCard
from fluffydesk.work import Work
from tests.sync.farms import Farm


@pytest.fixture
def farm(central: Any, tmp_path: Path) -> Iterator[Farm]:
    made = Farm(central, tmp_path)
    yield made
    made.close()


def test_it_names_what_was_deleted_what_was_added_and_by_whom(farm: Farm, work: Work) -> None:
    barn = farm.desk(farm.member("anna"), "barn-pc")
    office = farm.desk(farm.member("ben", "manager"), "office-pc")
    cow = farm.cow(barn, "17", name="Bella")
    farm.settle()
    office.add("livestock_identifiers", animal_id=cow, kind="visual", value="204")
    office.sync()
    barn.delete("livestock", cow)
    assert barn.sync().conflicts == 1
    [shown] = read_sync(barn.mirror).conflicts
    ben = office.mirror.recall("author")["user_name"]
    assert shown.asked.startswith(f"You deleted Animal 17 · Bella; {ben} added ")
    assert shown.asked.endswith("Identifier 204 · visual to it.")
    assert (shown.mine, shown.conflict.their_device) == ("Deleted", "office-pc")
    assert shown.theirs.startswith("Kept, with ")
    card = ConflictCard(work, shown, "you")
    assert shown.asked in [words.text() for words in card.findChildren(Words)]
