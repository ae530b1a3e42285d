"""Rows of a log that this PC does not keep, read from central page by page, the latest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from fluffydesk.mirror import queries
from fluffydesk.mirror.images import column_names, from_image
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import Record, facts_of
from fluffydesk.sync import window
from fluffydesk.sync.ports import Central, Door

PAGE = 200
_MOST = 1000
"""So many rows central gives in one answer."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Question:
    """Which rows of a log are wanted: of some days, and of what a link names.

    `first` and `last` are days and inclusive; `of` is a link and the row it names.
    """

    table: str
    first: date | None = None
    last: date | None = None
    of: tuple[str, UUID] | None = None


@dataclass(frozen=True)
class Page:
    """Rows as Python values by column, with `<link>__label` beside each link; read, not edited.

    `more` says whether others follow; the page itself is then what `look` goes on from.
    """

    question: Question
    rows: tuple[dict[str, Any], ...] = ()
    more: bool = False
    passed_over: int = 0
    """Days of which only the first thousand rows are shown."""
    until: date | None = None
    seen: frozenset[UUID] = field(default_factory=frozenset)


def look(door: Door, central: Central, question: Question, after: Page | None = None) -> Page:
    """Return the first page of an answer, or the one after another. Raises Offline."""
    since = door(window.first_day)
    if since is None or question.table not in window.LOGS:
        return Page(question)
    seen = after.seen if after is not None else frozenset()
    until = since if question.last is None else min(since, question.last + _DAY)
    if after is not None and after.until is not None:
        until = after.until
    organization = door(lambda mirror: mirror.recall("organization"))
    record = record_for(question.table)
    limit = min(PAGE + len(seen), _MOST)
    names = column_names(record)
    asked = UUID(organization["id"]), question.table, names, until, question.of, limit
    found = [from_image(record, image) for image in central.beyond(*asked)]
    rows = [row for row in found if row["id"] not in seen]
    wanted = [
        row for row in rows if question.first is None or day_of(record, row) >= question.first
    ]
    ends = len(found) < limit or len(wanted) < len(rows)
    passed = after.passed_over if after is not None else 0
    told = tuple(door(lambda mirror: _named(mirror, record, wanted)))
    if ends:
        return Page(question, told, passed_over=passed)
    day = day_of(record, found[-1])
    if not rows:  # one day has more rows than central gives at once: go on with the day before
        return Page(question, (), True, passed + 1, day, frozenset())
    same = frozenset(row["id"] for row in found if day_of(record, row) == day)
    return Page(question, told, True, passed, day + _DAY, same)


def day_of(record: type[Record], row: dict[str, Any]) -> date:
    """Return the day by which a row of a log is counted, in UTC."""
    assert record.__dated__ is not None
    when = row[record.__dated__.column]
    if isinstance(when, datetime):
        return when.astimezone(UTC).date()
    assert isinstance(when, date)
    return when


def _named(
    mirror: Mirror, record: type[Record], rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the rows with a label beside each link: what they refer to is kept here."""
    targets = {
        column.name: target
        for column in record.__table__.columns
        if (target := facts_of(column).target)
    }
    known: dict[tuple[str, UUID], str] = {}
    with mirror.read() as connection:
        return [{**row, **_labels(connection, row, targets, known)} for row in rows]


def _labels(
    connection: Connection,
    row: dict[str, Any],
    targets: dict[str, str],
    known: dict[tuple[str, UUID], str],
) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, table in targets.items():
        id = row.get(name)
        if id is None:
            continue
        if (table, id) not in known:
            known[table, id] = queries.label(connection, record_for(table), id)
        found[f"{name}__label"] = known[table, id]
    return found
