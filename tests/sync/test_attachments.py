"""Files between PCs: some at a time, their titles by themselves, never twice in the books."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.actions.attachments import File, attach, content_of, retitle, take_away
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.sync import cycle, parcels, resolve
from tests.sync.desks import Desk
from tests.sync.farms import Farm


def pdf(name: str, size: int = 40) -> File:
    return File(name, f"%PDF-1.7 {name}".encode().ljust(size, b"."))


def bytes_at(desk: Desk, id: UUID) -> bytes:
    with desk.mirror.read() as connection:
        return content_of(connection, id)


def test_a_file_reaches_the_other_pc_and_its_title_goes_alone(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    cow = farm.cow(barn, name="Bella")
    id, _ = attach(barn.mirror, cow, pdf("Pedigree"))
    farm.settle()
    assert bytes_at(office, id) == pdf("Pedigree").content
    retitle(office.mirror, id, "Pedigree of Bella")
    report = office.sync()
    assert report.pushed == 1
    barn.sync()
    assert barn.row("attachments", id)["title"] == "Pedigree of Bella"  # type: ignore[index]
    assert not differing(barn)
    take_away(barn.mirror, id)
    farm.settle()
    for table in ("attachments", "attachment_contents"):
        assert count(office, table) == count(barn, table) == 0
        sql = f"select count(*) from {table}"
        assert farm.central.admin().execute(sql).fetchone()[0] == 0
    farm.assert_quiet()


def count(desk: Desk, table: str) -> int:
    with desk.mirror.read() as connection:
        return int(connection.exec_driver_sql(f"select count(*) from {table}").scalar_one())


def test_two_titles_are_a_conflict_and_the_file_stays(farm: Farm, barn: Desk, office: Desk) -> None:
    id, _ = attach(barn.mirror, farm.cow(barn), pdf("Scan"))
    farm.settle()
    retitle(barn.mirror, id, "Passport")
    retitle(office.mirror, id, "Pedigree")
    barn.sync()
    assert office.sync().conflicts == 1
    (conflict,) = office.conflicts()
    assert (conflict.table, conflict.column) == ("attachments", "title")
    resolve.decide(office.mirror, conflict.id, "theirs")
    farm.settle()
    assert bytes_at(office, id) == pdf("Scan").content
    farm.assert_quiet()


def test_the_audit_trail_names_the_file_and_keeps_no_bytes(farm: Farm, barn: Desk) -> None:
    attach(barn.mirror, farm.cow(barn), pdf("Pedigree", 90_000))
    barn.sync()
    sql = "select entity_type, octet_length(details::text) from audit_logs"
    found = dict(farm.central.admin().execute(f"{sql} where entity_type like 'attach%'").fetchall())
    assert set(found) == {"attachments"}
    assert found["attachments"] < 2000


def test_the_outbox_holds_some_files_at_a_time_and_all_are_sent(
    farm: Farm, barn: Desk, office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcels, "FILES_AT_ONCE", 2)
    cow = farm.cow(barn)
    ids = [attach(barn.mirror, cow, pdf(f"Scan {n}"))[0] for n in range(13)]
    lay: list[int] = []

    def door(job: Callable[[Mirror], Any]) -> Any:
        answer = job(barn.mirror)
        with barn.mirror.read() as connection:
            sql = "select count(*) from outbox where rows like '%attachment_contents%'"
            lay.append(connection.exec_driver_sql(sql).scalar_one())
        return answer

    cycle.sync(door, barn.gateway, barn.organization, barn.device)
    assert max(lay) == 2
    farm.settle()
    assert all(bytes_at(office, id) for id in ids)
    farm.assert_quiet()


def test_a_page_and_a_chunk_have_few_files(farm: Farm, barn: Desk) -> None:
    """However many files there are, no answer of central's is longer than some of them."""
    cow = farm.cow(barn)
    for n in range(20):
        attach(barn.mirror, cow, pdf(f"Scan {n}", 300_000))
    cursor = barn.mirror.recall("cursor")
    barn.sync()
    tables = {"attachment_contents": ["id", "content"]}
    with barn.gateway.snapshot() as snapshot:  # type: ignore[attr-defined]
        pages = list(pages_of(snapshot, farm.id, cursor, tables))
        assert [len(page) for page in pages] == [9, 9, 2]
        batches = snapshot.copy(farm.id, "attachment_contents", ["id", "content"])
        assert [len(batch) for batch in batches] == [8, 8, 4]
        chunks = snapshot.digest(farm.id, "attachment_contents", ["id", "content"])
        assert [chunk["rows"] for chunk in chunks] == [8, 8, 4]
        quick = snapshot.digest(farm.id, "attachment_contents", ["id", "row_version"])
        assert [chunk["rows"] for chunk in quick] == [20]
    assert not differing(barn)


def differing(desk: Desk) -> Any:
    found = cycle.verified(desk.door, desk.gateway, desk.organization, deep=True)
    return dict(found.differing)


def pages_of(
    snapshot: Any, organization: UUID, cursor: Any, tables: dict[str, list[str]]
) -> Iterator[list[Any]]:
    page = None
    while True:
        answer = snapshot.pull(organization, cursor, tables, page)
        yield answer["changes"]
        page = answer["page"]
        if page is None:
            return
