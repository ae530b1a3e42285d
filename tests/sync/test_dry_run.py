"""What a sync would do is said in advance, comes true, and changes nothing by being said."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from fluffydesk.sync import dry_run, window
from tests.sync.desks import Desk, Faulty
from tests.sync.farms import Farm


def journal_of(desk: Desk) -> dict[str, list[Any]]:
    tables = ("state", "units", "unit_rows", "unit_history", "pending_rows", "outbox")
    with desk.mirror.read() as connection:
        return {
            table: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]
            for table in (*tables, "conflicts", "quarantine")
        }


def coming(desk: Desk) -> dry_run.Incoming:
    return dry_run.incoming(lambda job: job(desk.mirror), desk.gateway, desk.organization)


def test_what_would_be_sent_is_what_is_sent_and_nothing_is_written(farm: Farm, barn: Desk) -> None:
    cow = farm.cow(barn, "17", name="Bella")
    barn.change("livestock", cow, name="Berta", colour="red")
    barn.add("weight_logs", animal_id=cow, weight_kg=Decimal(500))
    before = journal_of(barn)
    out = dry_run.outgoing(barn.mirror)
    assert journal_of(barn) == before
    assert out.held == ()
    told = [(one.titles, [(r.table, r.op, r.columns) for r in one.rows]) for one in out.sending]
    assert told == [
        (("Change livestock",), [("livestock", "update", ("Name", "Colour"))]),
        (("Add to weight_logs",), [("weight_logs", "insert", ())]),
    ]
    assert "Berta" in out.sending[0].rows[0].name
    assert barn.sync().pushed == out.rows == 2
    assert dry_run.outgoing(barn.mirror) == dry_run.Outgoing()


def test_what_is_held_back_says_why(farm: Farm, barn: Desk, office: Desk) -> None:
    cow = farm.cow(barn, "17", name="Bella", official_id="NL 1")
    office.sync()
    office.change("livestock", cow, name="Olga")
    office.sync()
    barn.change("livestock", cow, name="Berta")
    barn.sync()
    barn.change("livestock", cow, colour="red")
    twin = barn.add("livestock", tag_number="18", species_id=farm.species, official_id="NL 1")
    barn.sync()
    barn.add("weight_logs", animal_id=twin, weight_kg=Decimal(40))
    barn.change("livestock", cow, colour="white")
    out = dry_run.outgoing(barn.mirror)
    assert [[row.columns for row in one.rows] for one in out.sending] == [[("Colour",)]]
    held = {(one.row.table, one.row.columns): one.why for one in out.held}
    assert held["livestock", ("Name",)] == "In conflict: it waits for you to decide."
    assert held["livestock", ()].startswith("Refused: There already is an animal")
    assert held["weight_logs", ()] == "It refers to Animal 18, which central refused."


def test_what_was_under_way_goes_again_and_is_told_once(farm: Farm, barn: Desk) -> None:
    cow = farm.cow(barn, "17")
    barn.change("livestock", cow, name="Berta")

    def cut(_: int) -> None:
        raise ConnectionError

    line, barn.gateway = barn.gateway, Faulty(barn.gateway, before=cut)  # type: ignore[assignment]
    try:
        barn.sync()
    except ConnectionError:
        barn.gateway = line
    assert barn.parcels() == 1
    (one,) = dry_run.outgoing(barn.mirror).sending
    assert one.again
    assert [row.columns for row in one.rows] == [("Name",)]
    assert barn.parcels() == 1


def test_what_would_come_and_clash_is_read_without_taking_it(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    cow, calf = farm.cow(barn, "17", name="Bella"), farm.cow(barn, "18")
    office.sync()
    office.change("livestock", cow, name="Olga", colour="red")
    office.delete("livestock", calf)
    office.add("weight_logs", animal_id=cow, weight_kg=Decimal(500))
    office.sync()
    barn.change("livestock", cow, name="Berta")
    before, log = journal_of(barn), farm.value("SELECT count(*) FROM sync.changes")
    seen = farm.value("SELECT max(last_seen) FROM sync.devices")
    found = coming(barn)
    assert (dict(found.changed), dict(found.gone)) == (
        {"livestock": 1, "weight_logs": 1},
        {"livestock": 1},
    )
    assert [(row.row_id, row.columns) for row in found.conflicts] == [(cow, ("Name",))]
    assert journal_of(barn) == before
    assert farm.value("SELECT count(*) FROM sync.changes") == log
    assert farm.value("SELECT max(last_seen) FROM sync.devices") == seen
    assert barn.sync().conflicts == 1
    assert coming(barn) == dry_run.Incoming()


def test_ones_own_edit_that_comes_back_is_no_news(farm: Farm, barn: Desk) -> None:
    barn.add("livestock", tag_number="17", species_id=farm.species)
    barn.sync()
    barn.mirror.remember(cursor=None)
    found = coming(barn)
    assert found.everything
    assert found.changed["livestock"] == 1


def test_what_is_older_than_the_window_does_not_come(farm: Farm, barn: Desk, office: Desk) -> None:
    cow = farm.cow(office)
    barn.sync()
    window.set_months(barn.mirror, 3)
    barn.sync()
    old = date.today() - timedelta(days=900)
    office.add("weight_logs", animal_id=cow, weight_kg=Decimal(400), weighed_on=old)
    office.add("weight_logs", animal_id=cow, weight_kg=Decimal(500))
    office.sync()
    assert dict(coming(barn).changed) == {"weight_logs": 1}
