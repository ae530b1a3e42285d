"""The desk's figures as a report: the strings of the dashboard's tiles, to print and to save."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from fluffydesk.actions.withdrawal import zone_of
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.types import now
from fluffydesk.ui.screens.desk_figures import BY_DAY, figures_of
from fluffydesk.ui.screens.reading.desk import desk_of
from fluffydesk.ui.screens.reporting.report import Column, Period, Report, Stop, number
from fluffydesk.ui.screens.visits import span

_COLUMNS = (
    Column("Figure"),
    number("Value"),
    Column("In"),
    Column("Beside it", wide=True),
    Column("How it is worked out", wide=True),
)


def desk_figures(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return the dashboard's figures of the last day of a period, as its tiles show them.

    Of a day that is over, or to come, those that a day keeps; the others are of this moment.
    """
    zone, at = zone_of(connection), now()
    is_now = at.astimezone(zone).date() == period.last
    if not is_now:
        at = span(period.last, zone)[1] - timedelta(microseconds=1)
    organization = Mirror.state.get(connection, "organization") or {}
    currency = organization.get("currency") or "EUR"
    stop()
    figures = figures_of(desk_of(connection, at, zone, currency), currency)
    kept = {kpi.key for kpi in BY_DAY}
    return Report(
        title="The desk's day",
        columns=_COLUMNS,
        rows=tuple(
            (
                one.kpi.title,
                one.text,
                one.unit,
                "; ".join(one.note.splitlines()),
                one.kpi.definition,
            )
            for key, one in figures.items()
            if is_now or key in kept
        ),
        notes=("What is of this moment, such as who is late, is told of today alone.",),
    )
