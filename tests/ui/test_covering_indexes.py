"""What is summed over a million rows is read from an index alone: no row is fetched for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from fluffydesk.mirror import schema
from fluffydesk.mirror.engine import bare
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.ui.screens.reading.desk import left_to_pay, no_shows_by_week
from fluffydesk.ui.screens.reading.flocks import eggs_by_day
from fluffydesk.ui.screens.reading.invoice_lists import Which, _keys
from fluffydesk.ui.screens.reading.messages import unanswered
from fluffydesk.ui.screens.reading.milk import milk_by_day
from fluffydesk.ui.screens.reading.stores import item_rows
from fluffydesk.ui.screens.reporting.production import feed_by_day
from fluffydesk.ui.screens.reporting.report import Period
from tests.mirrors import KEY, new_mirror

ON = date(2026, 5, 1)
FIRST = ON - timedelta(days=365)
READINGS: dict[str, Callable[[Connection], Any]] = {
    "milk_production_logs": lambda connection: milk_by_day(connection, FIRST, ON),
    "egg_production_logs": lambda connection: eggs_by_day(connection, FIRST, ON),
    "feed_logs": lambda connection: feed_by_day(connection, Period(FIRST, ON)),
    "poultry_feed_logs": lambda connection: feed_by_day(connection, Period(FIRST, ON)),
    "inventory_transactions": lambda connection: item_rows(connection, ON)[:0],
    "payments": lambda connection: connection.execute(left_to_pay("EUR")).all(),
    "messages": lambda connection: unanswered(connection),
    "appointments": lambda connection: no_shows_by_week(connection, ON, ZoneInfo("UTC")),
}


def plans(connection: Connection, reading: Callable[[Connection], Any]) -> list[str]:
    """Return what SQLite says of how each statement of a reading reads its tables."""
    driver, statements = bare(connection), []
    driver.set_trace_callback(statements.append)
    reading(connection)
    driver.set_trace_callback(None)
    asked = [one for one in statements if one.lstrip().upper().startswith("SELECT")]
    return [row[3] for one in asked for row in driver.execute(f"EXPLAIN QUERY PLAN {one}")]


@pytest.mark.parametrize("table", list(READINGS))
def test_the_sums_of_a_day_are_read_from_an_index_alone(table: str, tmp_path: Path) -> None:
    index = f"mirror_{table}_{'_'.join(schema.COVERING[table])}"
    with new_mirror(tmp_path / "mirror.db") as mirror, mirror.read() as connection:
        found = plans(connection, READINGS[table])
    assert any(f"USING COVERING INDEX {index}" in one for one in found), found


def test_every_table_that_is_covered_is_read() -> None:
    assert READINGS.keys() == schema.COVERING.keys()


@pytest.mark.parametrize("table", list(READINGS))
def test_it_takes_the_place_of_the_narrow_index(table: str, tmp_path: Path) -> None:
    """Also in a mirror of an older version: a save must not write to both."""
    path = tmp_path / "mirror.db"
    column = schema.COVERING[table][0]
    with new_mirror(path) as mirror, mirror.apply() as connection:
        driver = bare(connection)
        driver.execute(f"CREATE INDEX mirror_{table}_{column} ON {table} ({column})")
        driver.execute("UPDATE state SET value = '\"older\"' WHERE key = 'shape'")
    with Mirror.open(path, KEY) as mirror, mirror.read() as connection:
        rows = bare(connection).execute(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?", (table,)
        )
        names = {row[0] for row in rows}
    assert f"mirror_{table}_{column}" not in names
    assert names >= set(schema.indexes(record_for(table).__table__))


def test_the_open_invoices_are_read_from_an_index_that_has_no_others(tmp_path: Path) -> None:
    with new_mirror(tmp_path / "mirror.db") as mirror, mirror.read() as connection:
        found = plans(connection, lambda asked: asked.execute(left_to_pay("EUR")).all())
        found += plans(connection, lambda asked: _keys(asked, Which.OPEN, ON, 9))
        found += plans(connection, lambda asked: _keys(asked, Which.OVERDUE, ON, 9))
    invoices = [one for one in found if "invoices" in one and not one.startswith("SEARCH notes")]
    unsettled = "SEARCH invoices USING COVERING INDEX mirror_invoices_unsettled"
    assert len([one for one in invoices if one.startswith(unsettled)]) == 4, found
    assert not [one for one in found if one.startswith(("SCAN payments", "SCAN invoices"))], found
