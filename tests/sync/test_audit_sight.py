"""An edit of a row that left sight: kept without the rest of the row; a retry asks first."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from fluffydesk.records.types import now
from fluffydesk.sync import resolve
from tests.sync.desks import Desk
from tests.sync.farms import Farm

FEW = ("profiles", "organizations", "organization_users", "events", "farm_expenses")

pytestmark = pytest.mark.only_tables(*FEW)


@pytest.fixture
def expense(barn: Desk, office: Desk) -> UUID:
    """An expense whose notes Ben has edited, when he loses the role that sees it."""
    values = {"amount": Decimal("5"), "spent_on": date(2026, 1, 1), "category": "feed"}
    id = barn.add("farm_expenses", description="Hay of Hill Farm", notes="a", **values)
    barn.sync()
    office.sync()
    office.change("farm_expenses", id, notes="b")
    return id


def becomes(farm: Farm, role: str) -> None:
    sql = "UPDATE organization_users SET role = %s WHERE user_id = %s"
    farm.execute(sql, role, farm.users[farm.central.email("ben")])


def test_the_quarantine_keeps_nothing_of_it_but_the_edit(
    farm: Farm, office: Desk, expense: UUID
) -> None:
    becomes(farm, "staff")
    office.sync()
    assert len(office.quarantine()) == 1
    with office.mirror.read() as connection:
        text = connection.exec_driver_sql("SELECT rows FROM quarantine").scalar_one()
    assert '"notes": "b"' in text
    assert "Hill Farm" not in text


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_a_retry_asks_before_it_writes_over_what_others_did_meanwhile(
    farm: Farm, barn: Desk, office: Desk, expense: UUID, keep: str
) -> None:
    becomes(farm, "staff")
    office.sync()
    [refused] = office.quarantine()
    barn.change("farm_expenses", expense, notes="c")
    barn.sync()
    becomes(farm, "manager")
    office.sync()
    resolve.retry(office.mirror, refused.id)
    assert office.sync().conflicts == 1
    assert farm.value("SELECT notes FROM farm_expenses WHERE id = %s", expense) == "c"
    [conflict] = office.conflicts()
    assert (conflict.column, conflict.mine, conflict.theirs) == ("notes", "b", "c")
    resolve.decide(office.mirror, conflict.id, keep)
    farm.settle()
    kept = {"mine": "b", "theirs": "c"}[keep]
    assert farm.value("SELECT notes FROM farm_expenses WHERE id = %s", expense) == kept
    farm.assert_quiet()


def test_a_retry_of_what_nobody_else_touched_just_goes(
    farm: Farm, office: Desk, expense: UUID
) -> None:
    becomes(farm, "staff")
    office.sync()
    [refused] = office.quarantine()
    becomes(farm, "manager")
    office.sync()
    resolve.retry(office.mirror, refused.id)
    assert office.sync().conflicts == 0
    assert farm.value("SELECT notes FROM farm_expenses WHERE id = %s", expense) == "b"


@pytest.mark.parametrize(
    ("table", "goes"),
    [
        ("event_participants", "DELETE FROM event_participants"),
        ("event_attendees", "UPDATE event_attendees SET status = 'cancelled'"),
    ],
)
def test_a_private_event_comes_and_goes_with_the_part_one_takes_in_it(
    farm: Farm, barn: Desk, table: str, goes: str
) -> None:
    eve = farm.member("eve", "staff")
    hers = farm.desk(eve, "eve-pc")
    days = {"starts_at": now() + timedelta(days=1), "ends_at": now() + timedelta(days=2)}
    event = barn.add("events", title="Board", visibility="private", **days)
    barn.sync()
    hers.sync()
    assert hers.row("events", event) is None
    sql = f"INSERT INTO {table} (organization_id, event_id, user_id) VALUES (%s, %s, %s)"
    farm.execute(sql, farm.id, event, farm.users[eve])
    hers.sync()
    assert hers.row("events", event) is not None
    farm.execute(goes)
    hers.sync()
    assert hers.row("events", event) is None
    assert barn.row("events", event) is not None
    farm.settle()
    farm.assert_quiet()
