"""What the calendar says of a visit and a day, to the eye and to the ear."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, QLocale

from fluffydesk.ui.screens import day_paint
from fluffydesk.ui.screens.visits import Visit


def visit_words(visit: Visit, times: str, *, pinned: bool = False) -> str:
    """Return a visit in words: who, what, when, with whom, and how far it is."""
    with_whom = f"with {visit.vet}" if visit.vet else "no vet yet"
    place = f"in {visit.room}" if visit.room else ""
    parts = (
        visit.pet,
        visit.client,
        visit.service or visit.reason,
        times.replace(" – ", " to "),
        " ".join(part for part in (with_whom, place) if part),
        visit.stage,
        day_paint.mark_of(visit),
        "on the pinboard" if pinned else "",
        f"alert: {visit.alerts}" if visit.alerts else "",
    )
    return ", ".join(part for part in parts if part)


def day_words(day: date, form: str = "dddd d MMMM") -> str:
    """Return a date in words of the locale."""
    return QLocale().toString(QDate(day.year, day.month, day.day), form)
