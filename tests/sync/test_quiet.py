"""A sync with nothing new is one round trip, and no longer quiet when anything is."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from fluffydesk.records.types import new_id
from tests.sync.desks import Desk
from tests.sync.farms import Farm


class Line:
    """Counts how often central has answered on the line of a desk."""

    def __init__(self, desk: Desk, path: Path) -> None:
        self.path = path
        self.desk = desk
        self.file = path.open("wb")
        gateway: Any = desk.gateway
        self.connection = gateway._connected()
        self.connection.pgconn.trace(self.file.fileno())

    def round_trips(self) -> int:
        """Return how many there were since this was last asked."""
        self.connection.pgconn.untrace()
        found = self.path.read_text().count("ReadyForQuery")
        self.file.truncate(0)
        self.connection.pgconn.trace(self.file.fileno())
        return found

    def close(self) -> None:
        """Count no more."""
        self.connection.pgconn.untrace()
        self.file.close()


def test_a_sync_with_nothing_new_is_one_round_trip(
    farm: Farm, barn: Desk, office: Desk, tmp_path: Path
) -> None:
    farm.cow(barn)
    farm.settle()
    line = Line(office, tmp_path / "line")
    for _ in range(3):
        assert office.sync().rounds == 1
        assert line.round_trips() == 1
    farm.cow(barn, "18")
    assert office.sync().pulled == 1
    assert line.round_trips() > 1
    office.sync()
    assert line.round_trips() == 1
    line.close()
    farm.assert_quiet()


def test_a_quiet_sync_moves_the_cursor_so_that_no_pruning_overtakes_it(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    farm.settle()
    other = farm.central.add_organization("Elsewhere", "breeding_facility")
    for n in range(3):
        farm.execute(
            "INSERT INTO livestock_batches (organization_id, name, purpose, status) "
            "VALUES (%s, %s, 'dairy', 'active')",
            other,
            f"g{n}",
        )
        assert office.sync().pulled == 0
    farm.execute("SELECT sync.prune('0 s')")
    cow = farm.cow(barn, "18")
    assert office.sync().pulled == 1
    assert office.row("livestock", cow) is not None
    farm.assert_quiet()


def test_a_transaction_held_open_over_quiet_syncs_is_not_lost(
    farm: Farm, barn: Desk, office: Desk
) -> None:
    [email] = [email for email, desks in farm.desks.items() if barn in desks]
    batch = new_id()
    with farm.central.login(email) as late:
        late.execute("begin")
        late.execute(
            "insert into livestock_batches (id, organization_id, name, purpose, status)"
            " values (%s, %s, 'late', 'dairy', 'active')",
            (batch, farm.id),
        )
        farm.cow(barn)
        office.sync()
        assert office.sync().pulled == 0
        assert office.row("livestock_batches", batch) is None
        late.execute("commit")
    assert office.sync().pulled == 1
    assert office.row("livestock_batches", batch) is not None


@pytest.mark.parametrize("what", ["reference", "own", "role", "epoch"])
def test_news_of_any_kind_is_no_quiet(farm: Farm, barn: Desk, office: Desk, what: str) -> None:
    farm.settle()
    before = office.mirror.recall("fingerprint"), office.mirror.recall("epoch")
    if what == "reference":
        farm.execute("UPDATE livestock_species SET name = 'Alpacas' WHERE code = 'alpaca'")
        office.sync()
        assert office.row("livestock_species", farm.species)["name"] == "Alpacas"  # type: ignore[index]
    elif what == "own":
        farm.execute("UPDATE profiles SET full_name = 'B. Brown' WHERE id = %s", office.user)
        office.sync()
        profile = office.row("profiles", UUID(str(office.user)))
        assert profile is not None
        assert profile["full_name"] == "B. Brown"
    elif what == "role":
        role = "UPDATE organization_users SET role = 'viewer' WHERE user_id = %s"
        farm.execute(role, office.user)
        office.sync()
        assert office.mirror.recall("fingerprint") != before[0]
        assert office.mirror.recall("organization")["role"] == "viewer"
    else:
        farm.execute("UPDATE sync.epoch SET id = gen_random_uuid()")
        office.sync()
        assert office.mirror.recall("epoch") != before[1]
    farm.settle()
    farm.assert_quiet()


def test_central_notes_a_pc_that_asks_each_minute_now_and_then(farm: Farm, barn: Desk) -> None:
    seen = "SELECT last_seen FROM sync.devices WHERE name = 'barn-pc'"
    first = farm.value(seen)
    barn.sync()
    assert farm.value(seen) == first
    farm.execute("UPDATE sync.devices SET last_seen = last_seen - interval '11 minutes'")
    barn.sync()
    assert farm.value(seen) >= first


def test_what_waits_goes_when_nothing_is_new(farm: Farm, barn: Desk) -> None:
    barn.sync()
    barn.add("livestock", tag_number="17", species_id=farm.species)
    assert barn.sync().pushed == 1
    farm.assert_quiet()
