"""Cut lines, lost answers, things sent twice: nothing lost, nothing doubled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.central.messages import Device
from fluffydesk.errors import Busy, Offline
from fluffydesk.mirror import pending
from fluffydesk.records.catalog import record_for
from fluffydesk.sync import pull, push
from tests.sync.desks import Desk, Faulty
from tests.sync.farms import Farm


def cut_at(call: int) -> Callable[[int], None]:
    def cut(number: int) -> None:
        if number == call:
            raise Offline("The line was cut.")

    return cut


@pytest.mark.parametrize("arrives", [False, True])
def test_an_answer_that_is_lost_then_more_edits(farm: Farm, barn: Desk, arrives: bool) -> None:
    cow = farm.cow(barn, name="Bella")
    versions = farm.value("SELECT row_version FROM livestock WHERE id = %s", cow)
    barn.change("livestock", cow, name="Berta")
    calf = barn.add("livestock", tag_number="18", species_id=farm.species)
    line = barn.gateway
    faults = {"after": cut_at(1)} if arrives else {"before": cut_at(1)}
    barn.gateway = Faulty(line, **faults)
    with pytest.raises(Offline):
        barn.sync()
    assert barn.parcels() == 2
    barn.change("livestock", cow, name="Bertha")
    barn.delete("livestock", calf)
    barn.sync()
    assert barn.conflicts() == []
    assert farm.value("SELECT name FROM livestock WHERE id = %s", cow) == "Bertha"
    assert farm.value("SELECT row_version FROM livestock WHERE id = %s", cow) == versions + 2
    assert farm.value("SELECT count(*) FROM livestock") == 1
    assert barn.ledger() == {"applied": 5}
    farm.assert_quiet()


def test_the_outbox_is_sent_as_it_was(farm: Farm, barn: Desk) -> None:
    """What may have reached central is never packed anew, whoever asks for it in between."""
    cow = farm.cow(barn, name="Bella")
    barn.change("livestock", cow, name="Berta")
    packed = []
    for name in ("Bertha", "Birte"):
        assert barn.door(push.fill_outbox) == 1
        with barn.mirror.read() as connection:
            packed += pending.parcels(connection, 10)
        barn.change("livestock", cow, name=name)
    assert packed[0] == packed[1]
    barn.sync()
    farm.assert_quiet()


def test_a_lost_answer_while_another_edits_too(farm: Farm, barn: Desk, office: Desk) -> None:
    cow = farm.cow(barn, name="Bella")
    office.sync()
    barn.change("livestock", cow, name="Berta")
    barn.gateway = Faulty(barn.gateway, after=cut_at(1))  # type: ignore[assignment]
    with pytest.raises(Offline):
        barn.sync()
    office.sync()
    office.change("livestock", cow, name="Bertha")
    office.sync()
    barn.change("livestock", cow, colour="red")
    farm.settle()
    assert barn.conflicts() == office.conflicts() == []
    row = office.row("livestock", cow)
    assert row is not None
    assert (row["name"], row["colour"]) == ("Bertha", "red")
    farm.assert_quiet()


def test_a_parcel_that_arrives_twice_is_applied_once(farm: Farm, barn: Desk) -> None:
    cow = farm.cow(barn, name="Bella")
    barn.change("livestock", cow, name="Berta")

    class Stutter(Faulty):
        def push(self, *call: object) -> object:
            first = super().push(*call)
            assert super().push(*call) == first
            return first

    barn.gateway = Stutter(barn.gateway)  # type: ignore[assignment]
    barn.sync()
    assert farm.value("SELECT row_version FROM livestock WHERE id = %s", cow) == 2
    farm.assert_quiet()


def test_a_row_that_moves_on_between_pull_and_push_is_merged(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    cow = farm.cow(barn, name="Bella")
    office.sync()
    barn.change("livestock", cow, name="Berta")

    def meanwhile(call: int) -> None:
        if call == 1:
            office.change("livestock", cow, colour="red")
            office.sync()

    barn.gateway = Faulty(barn.gateway, before=meanwhile)  # type: ignore[assignment]
    report = barn.sync()
    assert report.pushed == 1
    office.sync()
    row = office.row("livestock", cow)
    assert row is not None
    assert (row["name"], row["colour"]) == ("Berta", "red")
    farm.assert_quiet()


def test_a_row_that_is_deleted_between_pull_and_push_is_asked_about(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    cow = farm.cow(barn, name="Bella")
    office.sync()
    barn.change("livestock", cow, name="Berta")

    def meanwhile(call: int) -> None:
        if call == 1:
            office.delete("livestock", cow)
            office.sync()

    barn.gateway = Faulty(barn.gateway, before=meanwhile)  # type: ignore[assignment]
    assert barn.sync().conflicts == 1
    assert barn.conflicts()[0].column == ""


@pytest.mark.parametrize("arrives", [False, True])
def test_more_rows_than_a_call_carries(farm: Farm, barn: Desk, arrives: bool) -> None:
    with barn.mirror.unit("Buy a herd") as unit:
        herd = [{"tag_number": f"h{n}", "species_id": farm.species} for n in range(150)]
        unit.insert_many(record_for("livestock"), herd)
    for n in range(1200):
        barn.add("livestock", tag_number=str(n), species_id=farm.species)
    faults = {"after": cut_at(2)} if arrives else {"before": cut_at(2)}
    line = Faulty(barn.gateway, **faults)
    barn.gateway = line  # type: ignore[assignment]
    with pytest.raises(Offline):
        barn.sync()
    # The herd and 850 others were answered, and settled though the line was cut; 350 were left.
    assert (line.calls, barn.parcels()) == (2, 350)
    barn.sync()
    assert farm.value("SELECT count(*) FROM livestock") == 1350
    assert farm.value("SELECT max(row_version) FROM livestock") == 1
    assert barn.ledger() == {"applied": 1201}
    farm.assert_quiet()


def test_answers_are_settled_and_parcels_read_while_central_works(
    farm: Farm, barn: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "ROWS_AT_ONCE", 2)
    for n in range(6):
        barn.add("livestock", tag_number=str(n), species_id=farm.species)
    left: list[int] = []

    class Watched(Faulty):
        def push(self, organization: UUID, device: Device, parcels: Any, meanwhile: Any) -> Any:
            def seen() -> None:
                meanwhile()
                left.append(barn.parcels())

            return super().push(organization, device, parcels, seen)

    barn.gateway = Watched(barn.gateway)  # type: ignore[assignment]
    barn.sync()
    assert left == [6, 4, 2]
    assert barn.ledger() == {"applied": 6}
    farm.assert_quiet()


def test_a_mirror_that_cannot_settle_while_central_works_is_not_centrals_fault(
    farm: Farm, barn: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its refusal is told as it is; nothing is quarantined, and the next sync goes on."""
    monkeypatch.setattr(push, "ROWS_AT_ONCE", 2)
    for n in range(6):
        barn.add("livestock", tag_number=str(n), species_id=farm.species)
    settle = push._settle

    def busy(*_: Any, **__: Any) -> Any:
        raise Busy("Another program uses the file.")

    monkeypatch.setattr(push, "_settle", busy)
    with pytest.raises(Busy):
        barn.sync()
    assert (barn.parcels(), barn.quarantine()) == (6, [])
    monkeypatch.setattr(push, "_settle", settle)
    barn.sync()
    assert farm.value("SELECT max(row_version) FROM livestock") == 1
    assert barn.ledger() == {"applied": 6}
    farm.assert_quiet()


def test_a_central_that_is_gone_and_comes_back(farm: Farm, barn: Desk) -> None:
    barn.add("livestock", tag_number="1", species_id=farm.species)
    farm.central.stop()
    with pytest.raises(Offline):
        barn.sync()
    barn.add("livestock", tag_number="2", species_id=farm.species)
    farm.central.start()
    assert barn.sync().pushed == 2
    farm.assert_quiet()


def test_a_pull_that_is_cut_between_pages_misses_nothing(
    farm: Farm, barn: Desk, office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "ROWS_AT_ONCE", 2)
    for n in range(7):
        barn.add("livestock", tag_number=str(n), species_id=farm.species)
    barn.sync()
    line = office.gateway
    for page in (2, 3, 4):
        office.gateway = Faulty(line, reads=cut_at(page))  # type: ignore[assignment]
        with pytest.raises(Offline):
            office.sync()
        assert len(office.contents()["livestock"]) == (page - 1) * 2
    office.gateway = line
    assert office.sync().pulled >= 7
    farm.assert_quiet()
