"""Both texts are kept where that makes sense, and only there."""

from __future__ import annotations

from typing import Any

import pytest

from fluffydesk.errors import InvalidValue
from fluffydesk.records.catalog import record_for
from fluffydesk.sync import resolve
from fluffydesk.sync.joining import join_texts
from tests.sync.desks import Desk
from tests.sync.farms import Farm


def column(table: str, name: str) -> Any:
    return record_for(table).__table__.columns[name]


@pytest.mark.parametrize(
    ("where", "mine", "theirs", "both"),
    [
        (("livestock", "notes"), "a\nb", "a\nc", "a\nc\nb"),
        (("livestock", "notes"), "a\nb", "a", "a\nb"),
        (("appointments", "reason"), "limps", "coughs", "coughs; limps"),
        (("livestock", "name"), "Bella", "Berta", None),
        (("livestock", "sex"), "female", "male", None),
        (("livestock", "notes"), None, "a", None),
    ],
)
def test_joining(where: tuple[str, str], mine: Any, theirs: Any, both: str | None) -> None:
    assert join_texts(column(*where), mine, theirs) == both


def test_both_are_kept_and_both_pcs_have_them(farm: Farm, barn: Desk, office: Desk) -> None:
    cow = farm.cow(barn, "17", notes="calm", name="Bella")
    office.sync()
    office.change("livestock", cow, notes="kicks", name="Olga")
    office.sync()
    barn.change("livestock", cow, notes="bites", name="Berta")
    barn.sync()
    notes, name = sorted(barn.conflicts(), key=lambda one: one.column != "notes")
    assert (notes.both, name.both) == ("kicks\nbites", None)
    with pytest.raises(InvalidValue):
        resolve.decide(barn.mirror, name.id, "both")
    resolve.decide(barn.mirror, notes.id, "both")
    resolve.decide(barn.mirror, name.id, "mine")
    farm.settle()
    assert farm.value("SELECT notes FROM livestock WHERE id = %s", cow) == "kicks\nbites"
    farm.assert_quiet()
