"""A PC keeps the last months of the logs: what lies before is not lost, and edits of it survive."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.images import column_names
from fluffydesk.records import dated
from fluffydesk.records.access import Within
from fluffydesk.records.catalog import MIRRORED, record_for
from fluffydesk.records.types import new_id, today
from fluffydesk.records.vocabulary import facts_of
from fluffydesk.sync import window
from tests.sync.desks import Desk
from tests.sync.farms import Farm
from tests.sync.windows import LONG_AGO, Barn

INSERT_TASK = (
    "INSERT INTO tasks (id, organization_id, title, due_at, status) VALUES (%s, %s, %s, %s, %s)"
)


@pytest.fixture
def pair(farm: Farm, barn: Desk, office: Desk) -> Barn:
    return Barn(farm, barn, office)


def test_narrowing_drops_what_is_old_and_widening_brings_it_back(pair: Barn) -> None:
    old, new = pair.weigh(LONG_AGO), pair.weigh(today())
    pair.office.sync()
    pair.barn.sync()
    assert pair.here() == {str(old), str(new)}
    pair.keep(6)
    assert pair.here() == {str(new)}
    assert pair.barn.waiting() == 0, "it is dropped without a word to the journal"
    assert pair.barn.conflicts() == []
    pair.assert_as_shown()
    pair.keep(240)
    assert pair.here() == {str(old), str(new)}
    pair.keep(6)
    pair.keep(None)
    assert pair.here() == {str(old), str(new)}
    assert pair.barn.sync().pulled == 0
    pair.farm.settle()
    pair.farm.assert_quiet()
    assert pair.farm.value("SELECT count(*) FROM weight_logs") == 2


def test_a_mirror_that_begins_with_a_window_loads_no_more(pair: Barn) -> None:
    old, new = pair.weigh(LONG_AGO), pair.weigh(today())
    pair.office.sync()
    window.set_months(pair.barn.mirror, 6)
    pair.barn.mirror.remember(cursor=None)
    pair.barn.sync()
    assert pair.here() == {str(new)}
    pair.assert_as_shown()
    pair.keep(None)
    assert pair.here() == {str(old), str(new)}


def test_the_first_day_is_kept_and_the_day_before_is_not(pair: Barn) -> None:
    pair.keep(6)
    first = window.first_day(pair.barn.mirror)
    assert first is not None
    assert first.day == 1
    before, on = pair.weigh(first - timedelta(days=1)), pair.weigh(first)
    pair.office.sync()
    pair.barn.sync()
    assert pair.here() == {str(on)}
    assert str(before) in pair.office.contents()["weight_logs"]
    pair.assert_as_shown()


def test_every_open_item_is_kept_whatever_its_age(pair: Barn) -> None:
    open_, done, undated = new_id(), new_id(), new_id()
    for id, due, status in (
        (open_, LONG_AGO, "to_do"),
        (done, LONG_AGO, "done"),
        (undated, None, "done"),
    ):
        pair.farm.execute(INSERT_TASK, id, pair.farm.id, "Mend the gate", due, status)
    pair.keep(6)
    assert pair.here("tasks") == {str(open_), str(undated)}
    pair.assert_as_shown()
    # Opened again elsewhere it comes back, and once it is done it goes.
    pair.farm.execute("UPDATE tasks SET status = 'in_progress' WHERE id = %s", done)
    pair.farm.execute("UPDATE tasks SET status = 'cancelled' WHERE id = %s", open_)
    pair.barn.sync()
    assert pair.here("tasks") == {str(done), str(undated)}
    pair.assert_as_shown()


def test_an_edit_of_a_row_that_leaves_the_window_reaches_central(pair: Barn) -> None:
    old = pair.weigh(LONG_AGO)
    pair.office.sync()
    pair.barn.sync()
    pair.barn.change("weight_logs", old, weight_kg=Decimal(510))
    window.set_months(pair.barn.mirror, 6)
    window.shed(lambda job: job(pair.barn.mirror))
    assert pair.here() == {str(old)}, "an unsent edit keeps its row"
    pair.barn.sync()
    assert pair.barn.ledger() == {"applied": 1}
    assert pair.farm.value("SELECT weight_kg FROM weight_logs") == Decimal(510)
    pair.barn.sync()
    assert pair.here() == set()
    pair.assert_as_shown()


def test_an_edit_outside_survives_a_fresh_load_and_merges_with_anothers(pair: Barn) -> None:
    old = pair.weigh(LONG_AGO)
    pair.office.sync()
    pair.barn.sync()
    pair.barn.change("weight_logs", old, weight_kg=Decimal(510))
    window.set_months(pair.barn.mirror, 6)
    pair.office.change("weight_logs", old, notes="after the rain")
    pair.office.sync()
    pair.farm.execute("UPDATE sync.epoch SET id = gen_random_uuid()")
    pair.barn.sync()
    assert pair.barn.conflicts() == []
    assert pair.barn.quarantine() == []
    row = pair.farm.value("SELECT (weight_kg, notes)::text FROM weight_logs")
    assert row == '(510.0,"after the rain")'
    pair.barn.sync()
    pair.assert_as_shown()


def test_an_old_row_that_is_added_here_is_sent_and_then_let_go(pair: Barn) -> None:
    pair.keep(6)
    old = pair.weigh(LONG_AGO, pair.barn)
    assert pair.here() == {str(old)}
    pair.barn.sync()
    pair.barn.sync()
    assert pair.farm.value("SELECT count(*) FROM weight_logs WHERE id = %s", old) == 1
    assert pair.here() == set()
    pair.assert_as_shown()


def test_an_edit_of_a_row_deleted_elsewhere_is_asked_about_inside_and_out(pair: Barn) -> None:
    old = pair.weigh(LONG_AGO)
    pair.office.sync()
    pair.barn.sync()
    pair.barn.change("weight_logs", old, weight_kg=Decimal(510))
    pair.office.delete("weight_logs", old)
    pair.office.sync()
    window.set_months(pair.barn.mirror, 6)
    pair.farm.execute("UPDATE sync.epoch SET id = gen_random_uuid()")
    pair.barn.sync()
    assert [one.column for one in pair.barn.conflicts()] == [""]
    assert pair.barn.row("weight_logs", old) is not None


def test_a_month_that_begins_moves_the_window_on(pair: Barn) -> None:
    pair.keep(6)
    first = window.first_day(pair.barn.mirror)
    assert first is not None
    edge = pair.weigh(first)
    pair.office.sync()
    pair.barn.sync()
    assert pair.here() == {str(edge)}
    window.move_on(pair.barn.mirror, today() + timedelta(days=31))
    window.shed(lambda job: job(pair.barn.mirror))
    assert pair.here() == set()
    # The clock was wrong: the right one brings it back.
    pair.barn.sync()
    assert pair.here() == {str(edge)}
    pair.assert_as_shown()


@pytest.mark.parametrize("months", [0, -1, 601])
def test_a_number_of_months_that_cannot_be_is_refused(pair: Barn, months: int) -> None:
    with pytest.raises(InvalidValue):
        window.set_months(pair.barn.mirror, months)
    assert window.months(pair.barn.mirror) is None


def test_nothing_points_to_a_row_that_may_not_be_here() -> None:
    for record in MIRRORED:
        for column in record.__table__.columns:
            assert facts_of(column).target not in window.LOGS, column


def test_central_the_mirror_and_python_say_the_same_of_every_log(pair: Barn) -> None:
    """Of each log, rows around the first day, in every state, and of dates no PC can hold."""
    admin = pair.farm.central.admin()
    since = date(2026, 3, 1)
    admin.execute("SET session_replication_role = replica")
    for table in window.LOGS:
        _let_anything_in(admin, table)
        record = record_for(table)
        log = record.__dated__
        assert log is not None
        for values in _states(record, log):
            told = {"id": new_id(), **values}
            column = getattr(record.__scope__, "column", "organization_id")
            told[column] = pair.farm.id if isinstance(record.__scope__, Within) else pair.barn.user
            _force(admin, table, told)
        [names, rows] = _kept_at_central(pair, table, since)
        every = _kept_at_central(pair, table, None)[1]
        assert 0 < len(rows) < len(every), table
        with pair.barn.mirror.apply() as connection:
            marks = ", ".join("?" * len(names))
            sql = f"INSERT OR REPLACE INTO {table} ({', '.join(names)}) VALUES ({marks})"
            connection.exec_driver_sql(sql, every)
            kept, days = window.rule(table, since)
            found = connection.exec_driver_sql(f"SELECT id FROM {table} WHERE {kept}", days)
            assert set(found.scalars()) == {row[0] for row in rows}, table
        images = [dict(zip(names, row, strict=True)) for row in every]
        by_python = {str(i["id"]) for i in images if window.keeps(table, i, since)}
        assert by_python == {row[0] for row in rows}, table


def _states(record: Any, log: dated.Dated) -> list[dict[str, Any]]:
    days = ["2026-02-28", "2026-03-01", "infinity", "-infinity", "0044-03-15 BC", None]
    column = record.__table__.columns[log.column]
    days = [day for day in days if day is not None or column.nullable]
    ends: list[Any] = [None]
    if log.closed_by is not None:
        kind = record.__table__.columns[log.closed_by].type
        ends = list(kind.enums) if log.final else [None, "2026-01-01", "infinity", "-infinity"]
    return [
        {log.column: day} | ({log.closed_by: end} if log.closed_by else {})
        for day in days
        for end in ends
    ]


def _let_anything_in(admin: Any, table: str) -> None:
    found = admin.execute(
        "select conname from pg_constraint where conrelid = %s::regclass and contype in ('c', 'u')"
        " and not exists (select from pg_constraint f where f.conindid = pg_constraint.conindid"
        " and f.contype = 'f')",
        (table,),
    ).fetchall()
    for (name,) in found:
        admin.execute(f"alter table {table} drop constraint {name}")


def _force(admin: Any, table: str, values: dict[str, Any]) -> None:
    """Insert a row as it is, making up the text, number or key of whatever else it needs."""
    needed = admin.execute(
        "select attname, format_type(atttypid, null), (select enumlabel from pg_enum"
        " where enumtypid = atttypid limit 1) from pg_attribute"
        " where attrelid = %s::regclass and attnum > 0 and attnotnull and not atthasdef",
        (table,),
    ).fetchall()
    made = {"uuid": str(new_id()), "text": "x", "date": "2026-01-01", "numeric": 1, "bigint": 1}
    made["timestamp with time zone"] = "2026-01-01"
    told = {name: label or made[kind] for name, kind, label in needed} | values
    admin.execute(
        f"insert into {table} ({', '.join(told)}) values ({', '.join(['%s'] * len(told))})",
        list(told.values()),
    )


def _kept_at_central(pair: Barn, table: str, since: date | None) -> tuple[list[str], list[Any]]:
    names = column_names(record_for(table))
    with pair.barn.gateway.snapshot() as snapshot:
        rows = [
            row for batch in snapshot.copy(pair.farm.id, table, names, None, since) for row in batch
        ]
        assert len(rows) == snapshot.count(pair.farm.id, table, since)
        assert snapshot.whole(pair.farm.id, {table: names}, since) == {table: rows}
    return names, [_typed(pair, table, names, row) for row in rows]


def _typed(pair: Barn, table: str, names: list[str], row: Any) -> tuple[Any, ...]:
    """Return a row with its numbers as numbers, as the mirror has them."""
    with pair.barn.mirror.read() as connection:
        found = connection.exec_driver_sql(f"PRAGMA table_info({table})")
        whole = {one[1] for one in found if one[2] == "INTEGER"}
    return tuple(
        int(value) if name in whole and value is not None else value
        for name, value in zip(names, row, strict=True)
    )
