"""`window` and `record older`: how many months of the logs this PC keeps, and what lies before."""

from __future__ import annotations

from argparse import Namespace
from contextlib import closing
from datetime import date
from typing import Any
from uuid import UUID

from fluffydesk.actions.typed import date_in
from fluffydesk.cli.here import session_of
from fluffydesk.cli.output import show, table
from fluffydesk.cli.rows import mirrored_record, row_id_in
from fluffydesk.errors import InvalidValue, NotFound
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.vocabulary import Record, facts_of
from fluffydesk.sync import window
from fluffydesk.sync.older import Question, look
from fluffydesk.sync.ports import Central, Door
from fluffydesk.wording import counted


def keep(options: Namespace) -> None:
    """Print how many months of the logs this PC keeps, after changing it if that was asked."""
    with session_of(options).open_mirror() as mirror:
        if options.months is not None:
            window.set_months(mirror, _months(options.months))
            window.shed(lambda job: job(mirror))
        _tell(options, mirror, changed=options.months is not None)


def older(options: Namespace) -> None:
    """Print rows of a log that this PC does not keep, read from central, the latest first."""
    record = mirrored_record(options.table)
    name = record.__table__.name
    if record.__dated__ is None:
        raise InvalidValue(f"{name} is no log: this PC keeps all of it.", "Use `record list`.")
    first, last = (_day(text) for text in (options.first, options.last))
    question = Question(name, first, last, _link(record, options.of))
    session = session_of(options)
    with session.open_mirror() as mirror, closing(session.gateway()) as gateway:
        rows = _rows(lambda job: job(mirror), gateway, question, options.limit)
    heading = [record.__dated__.column, "id", *record.__label__]
    names = list(dict.fromkeys(heading))
    lines = table(names, ([row[column] for column in names] for row in rows))
    show(options, rows, lines if rows else ["No rows."])


def _rows(door: Door, central: Central, question: Question, limit: int) -> list[dict[str, Any]]:
    """Return the first rows, up to so many."""
    page = look(door, central, question)
    rows = list(page.rows)
    while page.more and len(rows) < limit:
        page = look(door, central, question, page)
        rows += page.rows
    names = [column.name for column in record_for(question.table).__table__.columns]
    return [{name: row[name] for name in names if name in row} for row in rows[:limit]]


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    day = date_in(text)
    if day is None:
        raise InvalidValue(f"{text!r} is no day.", "Write it as 2024-11-21.")
    return day


def _months(text: str) -> int | None:
    if text == "all":
        return None
    try:
        return int(text)
    except ValueError:
        raise InvalidValue(
            f"{text!r} is no number of months.", "Give a number, or the word all."
        ) from None


def _link(record: type[Record], text: str | None) -> tuple[str, UUID] | None:
    if text is None:
        return None
    column, _, value = text.partition("=")
    columns = record.__table__.columns
    links = [one.name for one in columns if facts_of(one).target]
    if column not in links:
        raise NotFound(f"{column!r} is no link.", f"Choose one of: {', '.join(links)}.")
    return column, row_id_in(value)


def _tell(options: Namespace, mirror: Mirror, *, changed: bool) -> None:
    months, first = window.months(mirror), window.first_day(mirror)
    if months is None or first is None:
        told = "This PC keeps all of the logs."
    else:
        kept = counted(months, "month", "months")
        told = f"This PC keeps {kept} of the logs: from {first} on, and what is open from before."
    filled = window.is_filled(mirror)
    lines = [told] if filled else [told, "The next sync fetches what is missing of them."]
    data = {"months": months, "from": first, "complete": filled, "changed": changed}
    show(options, data, lines)
