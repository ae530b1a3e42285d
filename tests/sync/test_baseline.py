"""The first copy: whole, resumable, and never at the cost of an unsent edit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from fluffydesk.central import administration, gateway
from fluffydesk.central.gateway import PostgresGateway
from fluffydesk.errors import Offline
from fluffydesk.mirror import loading
from fluffydesk.mirror.changes import ANY_ROW
from fluffydesk.records.types import new_id
from fluffydesk.sync import baseline, verify
from fluffydesk.sync.baseline import Progress
from tests.conftest import PASSWORD
from tests.sync.desks import Desk, Faulty, assert_same, shown_by
from tests.sync.farms import Farm
from tests.sync.proxy import DOWN, Fault, Proxy

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


@pytest.mark.parametrize(
    ("page", "batches", "table"),
    [
        (5000, 1, None),
        (5000, 2, "livestock"),
        (300, 1, None),
        (300, 2, None),
        (300, 3, "livestock_breeds"),
        (300, 9, "livestock"),
    ],
)
def test_a_load_that_is_cut_goes_on_and_misses_nothing(
    farm: Farm,
    barn: Desk,
    fresh: Desk,
    page: int,
    batches: int,
    table: str | None,
    monkeypatch: Any,
) -> None:
    # The comparison that follows a load would mend what the load itself had missed.
    monkeypatch.setattr(verify, "check", lambda *_, **__: verify.Verified())
    monkeypatch.setattr(baseline, "ROWS_AT_ONCE", page)
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


def test_tables_with_few_rows_come_by_one_question_and_in_one_transaction(
    barn: Desk, fresh: Desk
) -> None:
    asked: list[str] = []
    applied: list[int] = []
    line = fresh.gateway
    fresh.gateway = Faulty(line, reads=lambda _: asked.append("baseline"))  # type: ignore[assignment]
    with fresh.gateway.snapshot() as snapshot:
        cursor = snapshot.pull(fresh.organization, None, {}, None)["cursor"]
        asked.clear()

        def door(job: Callable[[Any], Any]) -> Any:
            before = fresh.mirror.recall("baseline")
            answer = job(fresh.mirror)
            after = fresh.mirror.recall("baseline")
            if before and after:
                applied.append(len(after["done"]) - len(before["done"]))
            return answer

        baseline.load(door, snapshot, fresh.organization, cursor, lambda _: None, lambda: False)
    # How many there are, all of those with few rows, and the herd's two pages.
    assert len(asked) == 4
    done = [tables for tables in applied if tables]
    assert len(done) == 2
    assert done[0] > 50


def test_what_central_has_few_of_and_the_mirror_many_is_dropped_a_page_at_a_time(
    farm: Farm, barn: Desk, fresh: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "check", lambda *_, **__: verify.Verified())
    monkeypatch.setattr(baseline, "ROWS_AT_ONCE", 1000)
    fresh.sync()
    farm.execute("DELETE FROM livestock WHERE tag_number NOT LIKE '%%77'")
    administration.new_epoch(farm.central.admin_url)
    here = []

    def door(job: Callable[[Any], Any]) -> Any:
        answer = job(fresh.mirror)
        with fresh.mirror.read() as connection:
            sql = "SELECT count(*) FROM livestock"
            here.append(connection.exec_driver_sql(sql).scalar_one())
        return answer

    monkeypatch.setattr(fresh, "door", door)
    fresh.sync()
    assert max(a - b for a, b in pairwise(here)) <= 2 * baseline.ROWS_AT_ONCE
    assert here[0] == 6500
    assert here[-1] == 65
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


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table is worth its indexes being put aside, and a page is a thousand rows."""
    monkeypatch.setattr(baseline, "WORTH_STRIPPING", 1)
    monkeypatch.setattr(baseline, "ROWS_AT_ONCE", 1000)


def indexes(desk: Desk) -> set[str]:
    """Return the indexes of the animals that are there."""
    with desk.mirror.read() as connection:
        sql = "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'livestock'"
        found = connection.exec_driver_sql(f"{sql} AND sql IS NOT NULL")
        return set(found.scalars())


@pytest.mark.usefixtures("bare")
def test_indexes_are_aside_while_a_table_is_loaded_and_back_after_it(fresh: Desk) -> None:
    before = indexes(fresh)
    seen = []
    fresh.sync(progress=lambda at: seen.append((at.doing, len(indexes(fresh)))))
    assert ("baseline", 0) in seen
    assert indexes(fresh) == before
    assert fresh.mirror.recall(loading.BARE) is None


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("how", ["stopped", "cut", "broken"])
def test_indexes_are_back_however_a_load_ends(fresh: Desk, how: str) -> None:
    before = indexes(fresh)
    aside = []

    def progress(at: Progress) -> None:
        if at.doing == "baseline" and not indexes(fresh):
            aside.append(at)
            if how == "cut":
                raise Offline("The line was cut.")
            if how == "broken":
                raise KeyError("a bug")

    if how == "stopped":
        fresh.sync(progress=progress, stopped=lambda: bool(aside))
    else:
        with pytest.raises(Offline if how == "cut" else KeyError):
            fresh.sync(progress=progress)
    assert aside
    assert indexes(fresh) == before
    assert fresh.mirror.recall("baseline")["table"] == "livestock"


@pytest.mark.usefixtures("bare")
def test_what_cannot_be_sorted_in_memory_is_loaded_with_its_indexes(
    farm: Farm, barn: Desk, fresh: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SORT_BYTES", 300_000)
    seen: list[bool] = []
    fresh.sync(
        progress=lambda at: seen.append(bool(indexes(fresh))) if at.total > at.done > 0 else None
    )
    first = seen.index(False)
    assert seen[first:] == sorted(seen[first:])  # once made they stay
    assert True in seen[first:]
    barn.sync()
    farm.assert_quiet()


@pytest.mark.usefixtures("bare")
def test_a_load_that_goes_on_counts_what_is_in_already(fresh: Desk) -> None:
    def cut(at: Progress) -> None:
        if at.done > 4000:
            raise Offline("The line was cut.")

    with pytest.raises(Offline):
        fresh.sync(progress=cut)
    seen: list[Progress] = []
    fresh.sync(progress=seen.append)
    loads = [at for at in seen if at.doing == "baseline"]
    assert loads[0].done > 5000
    assert loads[-1].done == loads[-1].total


def test_a_load_names_the_tables_and_not_each_row(farm: Farm, fresh: Desk) -> None:
    changes = fresh.sync().changes
    assert changes["livestock"] == {ANY_ROW}
    assert "tasks" not in changes


def test_a_load_that_only_drops_rows_says_so(farm: Farm, barn: Desk) -> None:
    farm.cow(barn)
    barn.sync()
    farm.execute("DELETE FROM livestock")
    administration.new_epoch(farm.central.admin_url)
    assert barn.sync().changes["livestock"] == {ANY_ROW}
    assert not barn.contents()["livestock"]


def test_an_edit_made_behind_a_killed_load_is_sent(
    farm: Farm, barn: Desk, fresh: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while the indexes are aside: the file as it lies there is opened and written to."""
    monkeypatch.setattr(baseline, "WORTH_STRIPPING", 1)
    own = new_id()
    copy = fresh.mirror.path.with_name("killed.db")

    def kill(at: Progress) -> None:
        if at.doing == "baseline" and not indexes(fresh) and not copy.exists():
            for tail in ("", "-wal"):
                source = fresh.mirror.path.with_name(fresh.mirror.path.name + tail)
                shutil.copy(source, copy.with_name(copy.name + tail))

    fresh.sync(progress=kill)
    killed = Desk(copy, fresh.gateway, farm.id, "fresh-pc", fresh.device.id)
    farm.desks[next(reversed(farm.desks))].append(killed)
    assert indexes(killed) == indexes(fresh)
    killed.add("livestock", own, tag_number="own", species_id=farm.species)
    killed.sync()
    farm.settle()
    assert barn.row("livestock", own) is not None
    farm.assert_quiet()


def test_a_load_cut_at_any_byte_keeps_whole_pages_and_goes_on(
    farm: Farm, barn: Desk, fresh: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baseline, "WORTH_STRIPPING", 1)
    monkeypatch.setattr(gateway, "_BATCH_ROWS", 500)
    port = urlsplit(farm.central.member_url).port
    assert port is not None
    ids = farm.value("SELECT array_agg(id::text ORDER BY id) FROM livestock")
    [email] = [one for one, desks in farm.desks.items() if fresh in desks]
    with Proxy(port) as line:
        url = line.url(farm.central.member_url)
        fresh.gateway = PostgresGateway(url, email, PASSWORD)
        loaded, cuts, parts = 0, 0, 0
        # The text of a row is some 200 bytes; a cut that comes later leaves more of them.
        for at in range(150_000, 10_000_000, 97_777):
            fresh.gateway.close()  # type: ignore[attr-defined]
            line.arm(Fault("cut", DOWN, at))
            with suppress(Offline):
                fresh.sync()
            if not line.struck:
                break
            cuts += 1
            with fresh.mirror.read() as connection:
                here = connection.exec_driver_sql("SELECT id FROM livestock ORDER BY id")
                found = here.scalars().all()
            assert found == ids[: len(found)]
            assert len(found) % 500 == 0 or len(found) == len(ids)
            assert len(found) >= loaded
            loaded = len(found)
            parts += 0 < loaded < len(ids)
        fresh.gateway.close()  # type: ignore[attr-defined]
    assert cuts > 3
    assert parts > 1  # cut in the middle of the herd, not only before it or after
    barn.sync()
    shown = shown_by(farm.central, email, farm.id)
    assert_same(fresh.contents(), shown)
