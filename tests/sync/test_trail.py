"""Who changed what of a record on which PC, as central's audit trail tells it."""

from __future__ import annotations

from fluffydesk.records.enums import Role
from fluffydesk.sync import trail
from tests.sync.desks import Desk
from tests.sync.farms import Farm


def test_edits_of_every_pc_are_told_newest_first(farm: Farm, barn: Desk, office: Desk) -> None:
    cow = farm.cow(office, "17", name="Bella")
    barn.sync()
    office.change("livestock", cow, name="Bertha", weight_kg=600)
    office.sync()
    barn.sync()
    barn.change("livestock", cow, notes="Kicks.")
    barn.sync()
    found = trail.entries(barn.door, barn.gateway, "livestock", cow)
    assert [(one.device, one.op, one.columns) for one in found] == [
        ("barn-pc", "update", ("Notes",)),
        ("office-pc", "update", ("Name", "Weight")),
        ("office-pc", "insert", ()),
    ]
    assert found[0].who.startswith("Anna")
    assert found[1].who.startswith("Ben")
    assert found[0].at > found[1].at > found[2].at
    assert trail.entries(barn.door, barn.gateway, "livestock", farm.species) == ()


def test_who_may_not_read_the_trail_gets_nothing_and_is_told(farm: Farm, office: Desk) -> None:
    cow = farm.cow(office, "17")
    staff = farm.desk(farm.member("cleo", "staff"), "yard-pc")
    assert trail.entries(staff.door, staff.gateway, "livestock", cow) == ()
    assert "owners and managers" in trail.why_none("livestock", Role.STAFF)
    assert trail.why_none("livestock", Role.MANAGER) == ""
    assert "no trail" in trail.why_none("milk_production_logs", Role.OWNER)
