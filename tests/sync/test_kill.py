"""SIGKILL at every commit of saves, syncs, loads, decisions: nothing lost, nothing doubled."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from uuid import UUID

import pytest

from fluffydesk.records.catalog import record_for
from fluffydesk.sync import baseline, pull, resolve
from tests.simulation.fate import commit_points
from tests.sync.desks import Desk
from tests.sync.farms import Farm
from tests.sync.fewer import only_tables
from tests.sync.kills import Killed, Kills, Told, prepared

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
SAVES = 4


def around(*points: str) -> set[str]:
    """Return the moments before and after these commits."""
    return {f"{point} {when}" for point in points for when in ("before", "after")}


SENDING = {"push", "pushed"} | around(
    "save", "pull._apply apply", "push.fill_outbox apply", "push._settle apply"
)
DECIDING = around(
    *("resolve.decide unit", "resolve.decide apply", "resolve.retry unit", "resolve.retry apply"),
    *("resolve.discard apply", "resolve.send_without unit"),
)
LOADING = around(*commit_points("baseline"))
FEW = ("organizations", "profiles", "organization_users", "livestock_species", "livestock")


@pytest.fixture(autouse=True)
def few_tables(request: pytest.FixtureRequest) -> Iterator[None]:
    """A program that knows no more tables than a test needs: each has commits of its own."""
    with only_tables(*FEW, *request.param):
        request.getfixturevalue("farm")
        yield


def beside(*tables: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("few_tables", [tables], indirect=True, ids=[""])


@beside("weight_logs")
def test_saves_and_syncs(farm: Farm, barn: Desk) -> None:
    farm.cow(barn, "1", official_id="NL 1")
    with barn.mirror.unit("Buy a herd") as unit:
        rows = [{"tag_number": f"cow {n}", "species_id": farm.species} for n in range(120)]
        herd = unit.insert_many(record_for("livestock"), rows)
    barn.sync()

    def work(desk: Desk, run: int, tell: Told) -> None:
        """Four saves and two syncs; an empty line is told when a save has returned."""
        cow = herd[run]
        # Somebody else changes the cow too, now and then the very same column.
        name = "theirs" if run % 5 == 0 else None
        farm.execute("UPDATE livestock SET colour = 'red', name = %s WHERE id = %s", name, cow)
        desk.change("livestock", cow, name=f"first {run}")
        tell("\n")
        with desk.mirror.unit("Add a calf") as unit:
            values = {"tag_number": f"calf {run}", "species_id": farm.species, "dam_id": cow}
            calf = unit.insert(record_for("livestock"), values)
            unit.insert(record_for("weight_logs"), {"animal_id": calf, "weight_kg": 40})
        tell("\n")
        desk.sync()
        desk.change("livestock", cow, name=f"second {run}")
        tell("\n")
        values = {"tag_number": f"twin {run}", "official_id": "NL 1", "species_id": farm.species}
        desk.add("livestock", **values)
        tell("\n")
        desk.sync()

    kills = prepared(farm, barn)
    lives = [finished(kills, herd[life.run], life) for life in kills.everywhere(work)]
    assert [life.kept for life in lives] == sorted(life.kept for life in lives)
    assert lives[-1].kept == SAVES
    assert kills.points >= SENDING | around("remember")


def finished(kills: Kills, cow: UUID, life: Killed) -> Killed:
    """Sync what a killed life left, and hold it against what is known of that life.

    Central had the colour and, now and then, the name before the life began. A save whose commit
    had been passed is kept, and no other; so all the rest follows from how many are.
    """
    farm, desk, run, kept = kills.farm, kills.open(), str(life.run), life.kept
    desk.sync()
    count = "SELECT count(*) FROM livestock WHERE tag_number = %s"
    assert farm.value(count, f"calf {run}") == (kept >= 2)
    weights = farm.value(
        "SELECT count(*) FROM weight_logs w JOIN livestock l ON l.id = w.animal_id "
        "WHERE l.tag_number = %s",
        f"calf {run}",
    )
    assert weights == (kept >= 2)
    asked = kept >= 1 and life.run % 5 == 0
    theirs = "theirs" if life.run % 5 == 0 else None
    mine = [theirs, f"first {run}", f"first {run}", f"second {run}", f"second {run}"][kept]
    assert desk.row("livestock", cow)["name"] == mine  # type: ignore[index]
    assert [one.column for one in desk.conflicts()] == ["name"] * asked
    there = "SELECT name, colour, row_version FROM livestock WHERE id = %s"
    with farm.central.admin() as connection:
        found = connection.execute(there, (cow,)).fetchone()
    # Each name reached central once: the version counts the writes.
    sent = 0 if asked else (kept >= 1) + (kept >= 3)
    assert found == (theirs if asked else mine, "red", 2 + sent)
    assert [one.code for one in desk.quarantine()] == ["23505"] * (kept >= 4)
    wanted = {
        "applied": 2 + (kept >= 2) + (kept >= 3 and not asked),
        "merged": int(kept >= 1 and not asked),
        "conflict": (kept >= 1) * asked + (kept >= 3) * asked,
        "quarantined": int(kept >= 4),
    }
    assert desk.ledger() == {outcome: count for outcome, count in wanted.items() if count}
    kills.check(desk)
    return life


@beside()
def test_a_first_load_and_the_pages_of_a_pull(
    farm: Farm, barn: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baseline, "ROWS_AT_ONCE", 30)
    monkeypatch.setattr(pull, "ROWS_AT_ONCE", 60)
    with barn.mirror.unit("Buy what will be gone") as unit:
        rows = [{"tag_number": f"gone {n}", "species_id": farm.species} for n in range(40)]
        unit.insert_many(record_for("livestock"), rows)
    with barn.mirror.unit("Buy a herd") as unit:
        rows = [{"tag_number": f"cow {n}", "species_id": farm.species} for n in range(120)]
        herd = unit.insert_many(record_for("livestock"), rows)
    barn.sync()
    # As after a restore of central, which lost more between two of its rows than a page has.
    farm.execute("DELETE FROM livestock WHERE tag_number LIKE 'gone %%'")
    barn.mirror.remember(cursor=None)
    monkeypatch.setattr(baseline, "WORTH_STRIPPING", 1)
    with barn.mirror.apply() as connection:  # one table comes plainly, its indexes after it
        connection.exec_driver_sql("DELETE FROM livestock_species")

    def load(desk: Desk, run: int, tell: Told) -> None:
        desk.change("livestock", herd[run], name=f"run {run}")
        tell("\n")
        desk.sync()
        farm.execute("UPDATE livestock SET notes = %s", f"run {run}")
        desk.sync()

    kills = prepared(farm, barn)
    noted = None
    for life in kills.everywhere(load):
        desk = kills.open()
        desk.sync()
        name = farm.value("SELECT name FROM livestock WHERE id = %s", herd[life.run])
        assert name == (f"run {life.run}" if life.kept else None)
        # The mirror that all begin with has no notes yet: somebody else's are merged in.
        ended = ["applied", "applied", "merged" if noted else "applied"][: 2 + life.kept]
        assert desk.ledger() == {outcome: ended.count(outcome) for outcome in ended}
        noted = farm.value("SELECT notes FROM livestock WHERE id = %s", herd[0])
        kills.check(desk)
    assert kills.points >= LOADING | around("pull._apply apply", "remember")


@beside("pets", "clinic_clients", "clinic_patients")
def test_decisions(farm: Farm, barn: Desk) -> None:
    cow = farm.cow(barn, "1", official_id="NL 1", name="Bella")
    pet = barn.add("pets", name="Rex", species="Dog")
    link = barn.add("clinic_patients", pet_id=pet)
    dam = farm.cow(barn, "2")
    barn.sync()
    farm.execute("DELETE FROM livestock WHERE id = %s", dam)
    barn.add("livestock", tag_number="calf", dam_id=dam, species_id=farm.species)
    farm.execute("UPDATE livestock SET name = 'Berta' WHERE id = %s", cow)
    barn.change("livestock", cow, name="Bertha")
    ended = "UPDATE clinic_patients SET ended_on = %s WHERE id = %s"
    farm.execute(ended, "2026-01-01", link)
    barn.change("pets", pet, name="Max")
    for tag in ("to discard", "to retry"):
        barn.add("livestock", tag_number=tag, official_id="NL 1", species_id=farm.species)
    barn.sync()
    farm.execute(ended, None, link)
    barn.sync()
    assert (len(barn.conflicts()), len(barn.quarantine())) == (1, 4)

    def decide(desk: Desk, _: int, __: Told) -> None:
        for conflict in desk.conflicts():
            resolve.decide(desk.mirror, conflict.id, "mine")
        for one in desk.quarantine():
            row = desk.row(one.table, one.row_id)
            if row and row.get("tag_number") == "to discard":
                resolve.discard(desk.mirror, one.id)
            elif row and row.get("tag_number") == "calf":
                resolve.send_without(desk.mirror, one.id)
            else:
                resolve.retry(desk.mirror, one.id)
        desk.sync()

    kills = prepared(farm, barn)
    for _ in kills.everywhere(decide):
        desk = kills.open()
        desk.sync()
        decide(desk, 0, lambda _: None)
        desk.sync()
        assert farm.value("SELECT name FROM livestock WHERE id = %s", cow) == "Bertha"
        assert farm.value("SELECT name FROM pets WHERE id = %s", pet) == "Max"
        assert farm.value("SELECT count(*) FROM livestock WHERE dam_id IS NULL") == 2
        [refused] = desk.quarantine()
        assert desk.row("livestock", refused.row_id)["tag_number"] == "to retry"  # type: ignore[index]
        kills.check(desk)
    assert kills.points >= DECIDING
