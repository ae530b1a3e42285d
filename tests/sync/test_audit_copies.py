"""A home that was copied to a second PC, or put back from a backup after it had sent its edits."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from fluffydesk.errors import Offline
from tests.sync.desks import Desk, Faulty
from tests.sync.farms import Farm

FEW = ("profiles", "organizations", "organization_users", "livestock_species", "livestock")

pytestmark = pytest.mark.only_tables(*FEW)


def copy_of(farm: Farm, desk: Desk, path: Path) -> Desk:
    """Return a PC with a copy of the mirror and the same id, which has not synced yet."""
    email = farm.central.email("anna")
    desk.mirror.copy_into(path)
    twin = Desk(path, farm.central.gateway(email), farm.id, desk.device.name, desk.device.id)
    farm.desks[email].append(twin)
    return twin


def cut(_: int) -> None:
    raise Offline("The line was cut.", "")


def test_two_pcs_with_one_id_and_the_same_parcel_under_way(
    farm: Farm, barn: Desk, tmp_path: Path
) -> None:
    cow = farm.cow(barn)
    barn.change("livestock", cow, name="Bella")
    line = barn.gateway
    barn.gateway = Faulty(line, after=cut)
    with pytest.raises(Offline):
        barn.sync()
    twin = copy_of(farm, barn, tmp_path / "twin.db")
    barn.gateway = line
    barn.change("livestock", cow, notes="lame")
    twin.change("livestock", cow, colour="red")
    calf = twin.add("livestock", tag_number="18", species_id=farm.species)
    farm.settle()
    row = barn.row("livestock", cow)
    assert row is not None
    assert (row["name"], row["notes"], row["colour"]) == ("Bella", "lame", "red")
    assert barn.row("livestock", calf) is not None
    assert not barn.conflicts() + twin.conflicts() + barn.quarantine() + twin.quarantine()
    farm.assert_quiet()


def test_a_mirror_put_back_from_before_it_sent_doubles_nothing_and_undoes_nothing(
    farm: Farm, barn: Desk, office: Desk, tmp_path: Path
) -> None:
    cow, gone = farm.cow(barn, "1"), farm.cow(barn, "2")
    barn.change("livestock", cow, name="Bella")
    calf = barn.add("livestock", tag_number="3", species_id=farm.species)
    barn.delete("livestock", gone)
    twin = copy_of(farm, barn, tmp_path / "backup.db")
    farm.desks[farm.central.email("anna")].remove(twin)
    farm.settle()
    for id in (cow, calf):
        office.change("livestock", id, colour="red")
    farm.settle()
    barn.mirror.close()
    farm.desks[farm.central.email("anna")] = [twin]
    farm.settle()
    assert {UUID(id) for id in twin.contents()["livestock"]} == {cow, calf}
    assert twin.row("livestock", cow)["colour"] == "red"  # type: ignore[index]
    assert not twin.conflicts() + twin.quarantine()
    farm.assert_quiet()


def test_a_row_deleted_and_added_again_under_one_id_while_it_is_under_way(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    new = barn.add("livestock", tag_number="1", species_id=farm.species)
    old = farm.cow(office, "2")
    line = barn.gateway

    def again(call: int) -> None:
        for id in (new, old) if call == 1 else ():
            barn.delete("livestock", id)
            barn.add("livestock", id, tag_number=f"again {id.hex[-4:]}", species_id=farm.species)

    barn.sync()
    barn.change("livestock", new, name="Bella")
    barn.change("livestock", old, name="Berta")
    barn.gateway = Faulty(line, before=again)
    barn.sync()
    barn.gateway = line
    farm.settle()
    for id in (new, old):
        row = office.row("livestock", id)
        assert row is not None
        assert (row["tag_number"], row["name"]) == (f"again {id.hex[-4:]}", None)
    assert not barn.conflicts()
    farm.assert_quiet()
