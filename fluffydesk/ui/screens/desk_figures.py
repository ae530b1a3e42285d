"""The dashboard's figures in words: the same strings on its tiles and in its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fluffydesk.figures import desk as kpis
from fluffydesk.figures.kpi import Kpi
from fluffydesk.figures.visits import STAGES, Stage
from fluffydesk.figures.waits import is_missed, minutes_between
from fluffydesk.ui.fields.texts import kpi_text, moment_text, money_text, number_text
from fluffydesk.ui.screens.reading.desk import Desk, Staged
from fluffydesk.ui.screens.reporting.clinic import STAGE_WORDS
from fluffydesk.wording import counted

_NAMED = 2
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class DeskFigure:
    """A figure as it is shown: its text, its unit, what it is compared with, and how it stands."""

    kpi: Kpi
    text: str
    unit: str
    note: str
    tone: str = ""
    history: Sequence[float] = ()


BY_DAY = (kpis.VISITS, kpis.NO_SHOWS, kpis.RECEIVED, kpis.INVOICED)
"""Figures that a day keeps; the others are of this moment."""


def figures_of(desk: Desk, currency: str) -> dict[str, DeskFigure]:
    """Return the dashboard's figures by the keys of their KPIs, in the order of the tiles."""
    late = late_ones(desk)
    found: list[tuple[Kpi, Decimal | int, str, str, Sequence[float]]] = [
        (kpis.VISITS, len(desk.visits), _stages(desk), "", ()),
        (kpis.LATE, len(late), *_late(desk, late), ()),
        (kpis.NO_SHOWS, desk.no_shows, _before(desk), "", desk.no_shows_before),
        (kpis.RECEIVED, desk.received.now, _received(desk), "", ()),
        (kpis.INVOICED, desk.invoiced.now, _invoiced(desk), "", ()),
        (kpis.OWED, desk.owed.left, *_owed(desk), ()),
        (kpis.REMINDERS, desk.reminders, *_reminders(desk), ()),
        (kpis.UNANSWERED, len(desk.unanswered), *_talks(desk), ()),
        (kpis.STOCK_LOW, len(desk.low), *_low(desk), ()),
        (kpis.LOTS_EXPIRING, desk.lots_expiring + desk.lots_expired, *_lots(desk), ()),
        (kpis.UNSENT, desk.sums.waiting, *_sums(desk), ()),
    ]
    return {
        kpi.key: DeskFigure(
            kpi, kpi_text(kpi, value), kpi.unit_of(value) or currency, note, tone, tuple(history)
        )
        for kpi, value, note, tone, history in found
    }


def late_ones(desk: Desk) -> list[Staged]:
    """Return who should be here by now and is not, the latest first."""
    return [one for one in desk.visits if one.stage is Stage.BOOKED and one.visit.starts < desk.at]


def to_come(desk: Desk) -> list[Staged]:
    """Return who is expected and not late, the next first."""
    return [one for one in desk.visits if one.stage is Stage.BOOKED and one.visit.starts >= desk.at]


def next_words(desk: Desk) -> tuple[Staged | None, str]:
    """Return the next arrival, and who it is and how many come within the hour."""
    coming = to_come(desk)
    if not coming:
        return None, "Nobody else is to come today"
    first = coming[0].visit
    soon = sum(minutes_between(desk.at, one.visit.starts) < 60 for one in coming)
    who = " · ".join(filter(None, (first.pet, first.client, first.vet)))
    return coming[
        0
    ], f"{who}\n{number_text(soon)} within the hour, {number_text(len(coming))} today"


def _stages(desk: Desk) -> str:
    if not desk.visits:
        return f"Nobody is booked today\n{_last_week(desk, number_text(desk.visits_before))}"
    stages = Counter(one.stage for one in desk.visits)
    told = [
        f"{number_text(stages[stage])} {STAGE_WORDS[stage].lower()}"
        for stage in STAGES
        if stages[stage]
    ]
    if stages[None]:
        told.append(counted(stages[None], "no-show", "no-shows"))
    return f"{', '.join(told)}\n{_last_week(desk, number_text(desk.visits_before))}"


def _last_week(desk: Desk, words: str) -> str:
    return f"{_DAYS[desk.on.weekday()]} last week: {words}"


def _late(desk: Desk, late: list[Staged]) -> tuple[str, str]:
    if not late:
        return "Who should be here is here", ""
    missed = sum(is_missed(one.visit.starts, desk.at) for one in late)
    names = [
        f"{one.visit.pet} {number_text(minutes_between(one.visit.starts, desk.at))} min"
        for one in late
    ]
    asked = f"\n{number_text(missed)} by 20 min or more: no-show?" if missed else ""
    return f"{_some(names)}{asked}", "warning"


def _before(desk: Desk) -> str:
    weeks = desk.no_shows_before
    mean = Decimal(sum(map(int, weeks))) / len(weeks)
    return f"Last week {number_text(int(weeks[-1]))}, on average {number_text(mean, 1)} a week"


def _received(desk: Desk) -> str:
    one = desk.received
    whole = f"{_last_week(desk, money_text(one.before))}"
    return f"{whole}\nby this time {money_text(one.before_by_now)}"


def _invoiced(desk: Desk) -> str:
    return _last_week(desk, money_text(desk.invoiced.before))


def _owed(desk: Desk) -> tuple[str, str]:
    owed = desk.owed
    if not owed.count:
        return "Every invoice is paid", ""
    count = counted(owed.count, "invoice", "invoices")
    if not owed.overdue_count:
        return f"{count}, none overdue", ""
    late = f"{number_text(owed.overdue_count)} overdue: {money_text(owed.overdue)}"
    return f"{count}\n{late}", "warning"


def _reminders(desk: Desk) -> tuple[str, str]:
    if not desk.reminders:
        return "Nothing is to be sent today", ""
    late = desk.reminders_late
    return (f"{number_text(late)} of them late", "warning") if late else ("None is late", "")


def _talks(desk: Desk) -> tuple[str, str]:
    if not desk.unanswered:
        return "Everybody has an answer", ""
    return f"The oldest since {moment_text(desk.unanswered[0])}", "warning"


def _low(desk: Desk) -> tuple[str, str]:
    if not desk.low:
        return "All above their reorder level", ""
    return _some(desk.low), "warning"


def _lots(desk: Desk) -> tuple[str, str]:
    if not desk.expiring:
        return "None within 30 days", ""
    gone = f"{number_text(desk.lots_expired)} expired\n" if desk.lots_expired else ""
    return f"{gone}{_some(desk.expiring)}", "danger" if desk.lots_expired else "warning"


def _sums(desk: Desk) -> tuple[str, str]:
    parts = []
    if desk.sums.conflicts:
        parts.append(f"{number_text(desk.sums.conflicts)} in conflict")
    if desk.sums.refused:
        parts.append(f"{number_text(desk.sums.refused)} refused")
    return (f"{' and '.join(parts)}: decide", "danger") if parts else ("Nothing waits for you", "")


def _some(names: Sequence[str]) -> str:
    more = f" and {number_text(len(names) - _NAMED)} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
