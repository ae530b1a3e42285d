"""SIGKILL around reserved numbers, the window, what is forgotten, a role that ends, a dry run."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fluffydesk.actions import saving
from fluffydesk.errors import SignInRefused
from fluffydesk.mirror import journal
from fluffydesk.mirror import numbers as blocks
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.enums.payments import InvoiceStatus
from fluffydesk.records.livestock import Livestock
from fluffydesk.records.payments import Invoice
from fluffydesk.records.types import new_id, today
from fluffydesk.sync import dry_run, history, numbers, resolve, twins, window
from tests.simulation.fate import commit_points
from tests.simulation.world import kept
from tests.sync import test_kill
from tests.sync.desks import Desk, assert_same, shown_by
from tests.sync.farms import Farm
from tests.sync.fewer import only_tables
from tests.sync.kills import Kills, Told, prepared
from tests.sync.test_kill import FEW, around, beside

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
YEAR = f"invoices/{today().year}"
LONG_AGO = date(2019, 5, 4)
DAY = 86_400_000_000

NUMBERING = {"numbers", "numbers came", "a number is taken"} | around(
    "saving.add unit",
    "numbers._what_to_ask apply",
    "numbers._keep apply",
    "numbers._all_of_it apply",
)
WINDOW = around(
    *("window.set_months apply", "window.move_on apply", "window._shed_some apply"),
    *("verify._meet apply", "history.forget_old apply", "skew._keep apply"),
)
LEAVING = around("cycle._close_membership apply", "cycle._take_in apply")
JOINING = around("twins.join unit", "twins.join apply")
DRY = {"dry_run.outgoing apply before"}


@pytest.fixture(autouse=True)
def few_tables(request: pytest.FixtureRequest) -> Iterator[None]:
    """A program that knows no more tables than a test needs."""
    with only_tables(*FEW, *getattr(request, "param", ())):
        request.getfixturevalue("farm")
        yield


def test_every_commit_is_killed_somewhere() -> None:
    """Each test says which it meets, and fails if it does not."""
    met = test_kill.SENDING | test_kill.DECIDING | test_kill.LOADING
    met |= NUMBERING | WINDOW | LEAVING | JOINING | around("cycle._advance apply", "remember")
    assert around(*commit_points()) - met == around("dry_run.outgoing apply")


@beside("invoices", "invoice_items")
def test_numbers(farm: Farm, barn: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """No number is used twice, none is handed out and not used, and central can tell of each."""
    monkeypatch.setattr(numbers, "BLOCK", 4)
    monkeypatch.setattr(numbers, "LOW", 2)
    advance = blocks._advance

    def number(desk: Desk, tell: Told) -> None:
        """Register an animal and post an invoice, and tell their numbers."""
        given = {"species_id": farm.species, "sex": "female", "status": "active"}
        row, _ = saving.add(desk.mirror, Livestock, given)
        tell(f"={desk.row('livestock', row)['tag_number']}\n\n")  # type: ignore[index]
        row, _ = saving.add(desk.mirror, Invoice, {"status": InvoiceStatus.POSTED})
        tell(f"={desk.row('invoices', row)['number']}\n\n")  # type: ignore[index]

    def live(desk: Desk, _: int, tell: Told) -> None:
        def taken(*call: Any) -> None:
            advance(*call)
            desk.cross("a number is taken")  # type: ignore[attr-defined]

        monkeypatch.setattr(blocks, "_advance", taken)
        desk.sync()
        number(desk, tell)
        desk.sync()
        farm.execute("UPDATE sync.epoch SET id = gen_random_uuid()")
        desk.sync()  # the block is of an earlier life of central and goes back
        numbers.give_back(desk.door, desk.gateway, farm.id, desk.device)
        desk.sync()

    with barn.mirror.apply() as connection:  # it begins with none, and so meets the first request
        connection.exec_driver_sql("DELETE FROM number_blocks")
    farm.execute("DELETE FROM sync.number_series")
    kills, kept, told = prepared(farm, barn), 0, Counter[str]()
    for life in kills.everywhere(live, on=True):
        desk = kills.open()
        desk.sync()
        kept += life.kept
        told.update(life.told)
        number(desk, lambda text: told.update([text.strip("=\n")]))
        kept += 2
        desk.sync()
        assert desk.ledger() == {"applied": kept}, life
        assert not desk.quarantine()
        assert max(told.values()) == 1, life
        accounted(kills, desk, told)
        kills.check(desk)
    assert kills.points >= NUMBERING


def accounted(kills: Kills, desk: Desk, told: Counter[str]) -> None:
    """Central says of each number what became of it, in words that are true."""
    farm = kills.farm
    for series, column, table in (
        ("livestock", "tag_number", "livestock"),
        (YEAR, "number", "invoices"),
    ):
        used = dict(rows(farm, f"SELECT {column}, id FROM {table}"))
        with farm.central.login(kills.email) as connection:
            sql = "SELECT number, state, row_id, ended_at FROM sync.number_gaps(%s, %s)"
            found = connection.execute(sql, (farm.id, series)).fetchall()
        counted = [int(re.sub(r"^\d{4}-", "", one[0])) for one in found]
        assert counted == list(range(1, len(found) + 1)), "each number is in one block, none in no"
        assert {one[0]: one[2] for one in found if one[1] == "used"} == used
        assert {one for one in told if ("-" in one) == ("/" in series)} <= used.keys()
        with desk.mirror.read() as connection:
            here = [one for one in blocks.blocks(connection) if one.series == series]
        left = [n for one in here for n in range(one.next, one.last + 1)]
        free = [int(re.sub(r"^\d{4}-", "", n)) for n, state, *_ in found if state == "reserved"]
        assert free == left, "what central calls reserved is what this PC can hand out"
        assert {state for _, state, *_ in found} <= {"used", "reserved", "given up"}


def rows(farm: Farm, sql: str) -> list[Any]:
    """Return what SQL gives the administrator."""
    with farm.central.admin() as connection:
        return connection.execute(sql).fetchall()


@beside("weight_logs")
def test_the_window_and_what_is_forgotten(farm: Farm, barn: Desk) -> None:
    """Whatever was dropped or forgotten when it ended: central has all, the ledger each line."""
    cow = farm.cow(barn)
    old, new = (
        barn.add("weight_logs", animal_id=cow, weighed_on=on, weight_kg=Decimal(500))
        for on in (LONG_AGO, today())
    )
    barn.sync()
    with barn.mirror.apply() as connection:
        long_settled = journal.moment() - (history.KEPT_DAYS + 1) * DAY
        connection.exec_driver_sql("UPDATE units SET settled_at = ?", (long_settled,))

    def live(desk: Desk, run: int, tell: Told) -> None:
        desk.mirror.remember(history_swept=0)
        history.forget_old(desk.mirror)
        desk.change("weight_logs", old, weight_kg=Decimal(run))
        tell("\n")
        window.set_months(desk.mirror, 6)
        desk.sync()
        window.set_months(desk.mirror, 3, on=date(2025, 1, 1))
        desk.sync()  # and the first day moves on
        window.set_months(desk.mirror, None)
        desk.mirror.remember(lacks=None)  # as when central's tables have changed
        desk.sync()

    kills, last, kept = prepared(farm, barn), Decimal(500), 0
    for life in kills.everywhere(live, on=True):
        kept += life.kept
        desk = kills.open()
        desk.sync()
        since = window.first_day(desk.mirror)
        kept_here = set(desk.contents()["weight_logs"])
        assert kept_here == ({str(old), str(new)} if since is None else {str(new)}), life
        assert desk.ledger() == {"applied": 3 + kept}, life
        assert not desk.conflicts(), "what leaves the window is no deletion"
        window.set_months(desk.mirror, None)
        desk.sync()
        history.forget_old(desk.mirror)
        weight = farm.value("SELECT weight_kg FROM weight_logs WHERE id = %s", old)
        assert weight == (life.run if life.kept else last), life
        last = weight
        assert farm.value("SELECT count(*) FROM weight_logs") == 2
        kills.check(desk)
    assert kills.points >= WINDOW | around("remember", "cycle._advance apply")


@beside()
def test_a_membership_that_ends(farm: Farm, barn: Desk) -> None:
    """Nothing is left in the mirror but what was not sent, and that arrives in the end."""
    cow = farm.cow(barn)
    [email] = farm.desks
    user = farm.users[email]
    status = "UPDATE organization_users SET status = %s WHERE user_id = %s"

    def live(desk: Desk, run: int, tell: Told) -> None:
        desk.change("livestock", cow, name=f"run {run}")
        tell("\n")
        farm.execute(status, "suspended", user)
        with suppress(SignInRefused):
            desk.sync()
        farm.execute(status, "active", user)
        farm.execute("UPDATE organizations SET name = name || 'x'")
        desk.sync()

    kills = prepared(farm, barn)
    for life in kills.everywhere(live, on=True):
        farm.execute(status, "active", user)
        desk = kills.open()
        farm.execute(status, "suspended", user)
        with pytest.raises(SignInRefused):
            desk.sync()
        assert not desk.contents()["livestock"]
        assert len(desk.quarantine()) == life.kept
        farm.execute(status, "active", user)
        desk.sync()
        for one in desk.quarantine():
            resolve.retry(desk.mirror, one.id)
        desk.sync()
        assert not desk.conflicts() + desk.quarantine(), life
        name = farm.value("SELECT name FROM livestock WHERE id = %s", cow)
        assert (name == f"run {life.run}") == bool(life.kept), life
        kills.check(desk)
    assert kills.points >= LEAVING


@beside("milk_production_logs")
@pytest.mark.parametrize("on", [LONG_AGO, today()], ids=["not kept here", "kept here"])
def test_two_rows_that_are_made_one(farm: Farm, barn: Desk, on: date) -> None:
    """Wherever it ends, one milking is left and nothing is here that the window leaves out."""
    cow = farm.cow(barn)
    window.set_months(barn.mirror, 6)
    milked = {"animal_id": cow, "milked_on": on, "session": MilkingSession.MORNING}
    barn.add("milk_production_logs", **milked, yield_kg=Decimal(21))
    farm.execute(
        "INSERT INTO milk_production_logs (id, organization_id, animal_id, milked_on, session,"
        " yield_kg) VALUES (%s, %s, %s, %s, 'morning', 20)",
        *(new_id(), farm.id, cow, on),
    )
    barn.sync()

    def join(desk: Desk) -> None:
        for one in desk.quarantine():
            twin = twins.find(desk.door, desk.gateway, one.id)
            assert twin is not None
            twins.join(desk.mirror, twin)

    def live(desk: Desk, _: int, __: Told) -> None:
        join(desk)

    kills = prepared(farm, barn)
    for life in kills.everywhere(live):
        desk = kills.open()
        desk.sync()
        windowed(kills, desk)
        join(desk)
        [conflict] = desk.conflicts()
        assert (conflict.mine, conflict.theirs) == (21, 20), life
        resolve.decide(desk.mirror, conflict.id, "theirs")
        desk.sync()
        assert not desk.quarantine() + desk.conflicts()
        assert desk.waiting() == desk.parcels() == 0
        assert set(desk.ledger()) <= {"applied", "merged", "discarded"}
        windowed(kills, desk)
        kills.close(desk)
        assert farm.value("SELECT array_agg(yield_kg) FROM milk_production_logs") == [20]
    assert kills.points >= JOINING


def windowed(kills: Kills, desk: Desk) -> None:
    """The mirror has what central shows and the window lets in, and else only what was edited."""
    since = window.first_day(desk.mirror)
    shown = shown_by(kills.farm.central, kills.email, kills.farm.id)
    with desk.mirror.read() as connection:
        edits = journal.pending_rows(connection)
    found = {
        table: {
            id: image
            for id, image in rows.items()
            if (table, id) not in edits or window.keeps(table, image, since)
        }
        for table, rows in desk.as_central().items()
    }
    assert_same(found, kept(shown, since))


@beside("livestock_breeds", "livestock_batches")
def test_a_dry_run_commits_nothing(farm: Farm, barn: Desk) -> None:
    """It makes the parcels and takes them back, also where it ends amid that."""
    cow = farm.cow(barn, name="Bella")
    farm.execute("UPDATE livestock SET name = 'Olga' WHERE id = %s", cow)
    barn.change("livestock", cow, name="Berta")
    twin = barn.add("livestock", tag_number="18", species_id=farm.species)
    barn.sync()  # a conflict is among what is looked at
    barn.change("livestock", twin, colour="red")
    barn.delete("livestock", barn.add("livestock", tag_number="19", species_id=farm.species))
    before = everything(barn)

    def live(desk: Desk, _: int, tell: Told) -> None:
        assert dry_run.outgoing(desk.mirror).rows == 1
        tell("\n")
        dry_run.incoming(desk.door, desk.gateway, farm.id)
        tell("\n")

    kills = prepared(farm, barn)
    for life in kills.everywhere(live):
        desk = kills.open()
        assert everything(desk) == before, life
        kills.close(desk)
    assert life.returned == 2
    assert kills.points == DRY, "it is asked before it is taken back, and never commits"


def everything(desk: Desk) -> dict[str, list[Any]]:
    """Return every row of every table of a mirror, its journal's with them."""
    with desk.mirror.read() as connection:
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        names = [name for (name,) in connection.exec_driver_sql(sql)]
        found = {
            name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}")]
            for name in names
        }
    opened = ("author", "organization")  # written anew when a test opens a mirror
    found["state"] = [row for row in found["state"] if row[0] not in opened]
    return found
