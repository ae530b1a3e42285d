"""The first copy: whole, resumable, and never at the cost of an unsent edit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.central import administration
from fluffydesk.errors import Offline
from fluffydesk.records.types import new_id
from fluffydesk.sync import verify
from fluffydesk.sync.baseline import Progress
from tests.sync.desks import Desk, Faulty
from tests.sync.farms import Farm

HERD = (
    "INSERT INTO livestock (id, organization_id, tag_number, species_id, sex, status) "
    "SELECT gen_random_uuid(), %s, 'T' || n, %s, 'male', 'active' FROM generate_series(1, %s) n"
)


def stop_after(batches: int) -> tuple[Callable[[Progress], None], Callable[[], bool]]:
    """Return a progress that counts, and a `stopped` that says so after some batches."""
    seen: list[Progress] = []

    def progress(at: Progress) -> None:
        if at.doing == "baseline":
            seen.append(at)

    return progress, lambda: len(seen) >= batches


@pytest.fixture
def fresh(farm: Farm, barn: Desk) -> Desk:
    """A PC that has not synced, at a farm with a herd."""
    farm.execute(HERD, farm.id, farm.species, 6500)
    email = farm.member("carl", "staff")
    desk = Desk(farm.folder / "fresh.db", farm.central.gateway(email), farm.id, "fresh-pc")
    farm.desks[email] = [desk]
    return desk


def test_progress_ends_with_all_rows_done(farm: Farm, barn: Desk, fresh: Desk) -> None:
    seen: list[Progress] = []
    fresh.sync(progress=seen.append)
    loads = [at for at in seen if at.doing == "baseline"]
    assert [at.done for at in loads] == sorted(at.done for at in loads)
    assert loads[-1].done == loads[-1].total > 6500
    barn.sync()
    farm.assert_quiet()


@pytest.mark.parametrize(("batches", "table"), [(1, None), (4, None), (12, "livestock")])
def test_a_load_that_is_cut_goes_on_and_misses_nothing(
    farm: Farm, barn: Desk, fresh: Desk, batches: int, table: str | None, monkeypatch: Any
) -> None:
    # The comparison that follows a load would mend what the load itself had missed.
    monkeypatch.setattr(verify, "check", lambda *_, **__: verify.Verified())
    progress, stopped = stop_after(batches)
    fresh.sync(progress=progress, stopped=stopped)
    assert fresh.mirror.recall("cursor") is None
    assert fresh.mirror.recall("baseline")["table"] == table
    farm.execute("DELETE FROM livestock WHERE tag_number LIKE '%%7'")
    farm.execute("UPDATE livestock SET name = 'Named' WHERE tag_number LIKE '%%3'")
    farm.execute(HERD, farm.id, farm.species, 50)
    fresh.sync()
    assert fresh.mirror.recall("baseline") is None
    barn.sync()
    farm.assert_quiet()


def test_a_new_epoch_loads_afresh_and_keeps_every_edit(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    cow, lost = farm.cow(barn, name="Bella"), farm.cow(barn, "18", name="Late")
    office.sync()
    barn.change("livestock", cow, name="Berta")
    barn.change("livestock", lost, name="Later")
    calf = barn.add("livestock", tag_number="19", species_id=farm.species)
    # An older central is restored: it never heard of the late one, and has another name.
    farm.execute("DELETE FROM livestock WHERE id = %s", lost)
    farm.execute("UPDATE livestock SET colour = 'red' WHERE id = %s", cow)
    administration.new_epoch(farm.central.admin_url)
    barn.sync()
    [conflict] = barn.conflicts()
    assert (conflict.row_id, conflict.column) == (lost, "")
    office.sync()
    row = office.row("livestock", cow)
    assert row is not None
    assert (row["name"], row["colour"]) == ("Berta", "red")
    assert office.row("livestock", calf) is not None
    assert office.row("livestock", lost) is None


def test_what_was_under_way_to_an_older_central_is_asked_about_afresh(
    farm: Farm, barn: Desk
) -> None:
    cow = farm.cow(barn, name="Bella")
    barn.change("livestock", cow, name="Berta")
    line = barn.gateway
    barn.gateway = Faulty(line, before=_cut)  # type: ignore[assignment]
    with pytest.raises(Offline):
        barn.sync()
    # The restored central has the same version of the row, with something else in it.
    farm.execute("ALTER TABLE livestock DISABLE TRIGGER USER")
    farm.execute("UPDATE livestock SET name = 'Betty' WHERE id = %s", cow)
    farm.execute("ALTER TABLE livestock ENABLE TRIGGER USER")
    administration.new_epoch(farm.central.admin_url)
    barn.gateway = line
    barn.sync()
    [conflict] = barn.conflicts()
    assert (conflict.mine, conflict.theirs) == ("Berta", "Betty")
    assert barn.parcels() == 0


def _cut(_: int) -> None:
    raise Offline("The line was cut.")


def test_a_log_that_was_pruned_past_the_cursor(farm: Farm, barn: Desk, office: Desk) -> None:
    cow = farm.cow(barn, name="Bella")
    gone = farm.cow(barn, "18")
    office.sync()
    office.change("livestock", cow, name="Berta")
    barn.delete("livestock", gone)
    barn.sync()
    farm.value("SELECT sync.prune('0 seconds')")
    farm.cow(barn, "20")
    farm.settle()
    assert barn.row("livestock", cow)["name"] == "Berta"  # type: ignore[index]
    farm.assert_quiet()


def test_edits_made_during_the_load_survive_it(farm: Farm, barn: Desk, fresh: Desk) -> None:
    own = new_id()

    def meanwhile(at: Progress) -> None:
        if at.doing == "baseline" and at.done > 5000 and fresh.row("livestock", own) is None:
            fresh.add("livestock", own, tag_number="own", species_id=farm.species)
            with fresh.mirror.read() as connection:
                some: Any = connection.exec_driver_sql(
                    "SELECT id FROM livestock WHERE tag_number <> 'own' LIMIT 1"
                ).scalar()
            fresh.change("livestock", UUID(some), name="During")

    fresh.sync(progress=meanwhile)
    barn.sync()
    assert barn.row("livestock", own) is not None
    assert fresh.ledger() == {"applied": 2}
    farm.assert_quiet()
