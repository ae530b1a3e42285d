"""The farm's money by month: revenues, expenses and result, per head and by volume of milk."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Connection, select

from fluffydesk.figures.money import (
    EXPENSES_PER_HEAD,
    EXPENSES_PER_LITRE,
    MILK_PER_LITRE,
    RESULT_PER_HEAD,
)
from fluffydesk.records.organizations import Organization
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import month_text, number_text
from fluffydesk.ui.screens.reading.money import (
    end_of,
    figure_said,
    figure_text,
    figure_title,
    month_of,
    month_rows,
)
from fluffydesk.ui.screens.reporting.report import (
    MONEY,
    Cells,
    Column,
    Period,
    Report,
    Stop,
    number,
)

SUM = "Sum"
_PER_HEAD = (RESULT_PER_HEAD, EXPENSES_PER_HEAD)
_PER_VOLUME = (EXPENSES_PER_LITRE, MILK_PER_LITRE)


def by_month(connection: Connection, period: Period, stop: Stop) -> Report:
    """Return the whole months that a period touches, oldest first, and their sum."""
    currency = connection.execute(select(Organization.__table__.c.currency)).scalar() or ""
    last = min(period.last, today())
    rows, sums, foreign = [], [Decimal(0), Decimal(0)], 0
    for row in reversed(month_rows(connection, currency, last)):
        stop()
        if not (row.id <= period.last and period.first <= end_of(row.id)):
            continue
        month = month_of(connection, row.id, currency, last)
        foreign += month.foreign
        sums = [sums[0] + row.revenues, sums[1] + row.expenses]
        figures = {one.kpi.key: figure_text(one) for one in month.figures}
        rows.append(
            (
                month_text(row.id),
                *_amounts(row.revenues, row.expenses),
                *(figures[one.key] for one in (*_PER_HEAD, *_PER_VOLUME)),
            )
        )
    return Report(
        title="Money by month",
        columns=(
            Column("Month"),
            *(number(title, MONEY) for title in ("Revenues", "Expenses", "Result")),
            *(number(figure_title(one), MONEY) for one in (*_PER_HEAD, *_PER_VOLUME)),
        ),
        rows=tuple(rows),
        sums=((SUM, *_amounts(*sums), "", "", "", ""),) if rows else (),
        notes=(
            "Whole months, without tax. The month under way counts up to the last day.",
            *(f"{figure_title(one)}: {figure_said(one)}" for one in (*_PER_HEAD, *_PER_VOLUME)),
            *(
                (f"{number_text(foreign)} entries in other currencies are left out.",)
                if foreign
                else ()
            ),
        ),
        empty="No revenue or expense is written down for these months.",
    )


def _amounts(revenues: Decimal, expenses: Decimal) -> Cells:
    return tuple(number_text(one, 2) for one in (revenues, expenses, revenues - expenses))
