"""The calendar for pictures: a week, twelve columns, a booking in the hand, the pinboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea

from fluffydesk.records.types import new_id
from fluffydesk.ui.forms import FormDialog
from fluffydesk.ui.screen import Place
from fluffydesk.ui.screens.booking_form import BookingForm
from fluffydesk.ui.screens.calendar import Calendar
from fluffydesk.ui.screens.reading.calendar import Lane
from fluffydesk.ui.shell import Shell

Step = Callable[[Shell], None]


def calendar_scenes() -> list[tuple[str, tuple[Step, ...]]]:
    """Return the scenes: a name, and what to do one after the other."""
    names = {
        "week": _week,
        "both": _both,
        "twelve": _twelve,
        "clearing": _clearing,
        "held": _held,
        "taken": _taken,
        "pinned": _pinned,
        "find": _find,
        "25-hours": partial(_day, day=date(2026, 10, 25)),
        "23-hours": partial(_day, day=date(2026, 3, 29)),
        "25-hours-week": _long_week,
        "open": _open,
        "series": _series,
    }
    scenes = [(f"clinic-calendar-{name}", (_go, _anew, step)) for name, step in names.items()]
    beside = {
        "of-a-series": (_open, _of_a_series),
        "half-typed": (_half_typed, _open),
        "put-aside": (_half_typed, _put_aside),
        "odd-time": (_odd_time,),
        "held-late": (_held_late,),
    }
    scenes += [(f"clinic-calendar-{name}", (_go, _anew, *steps)) for name, steps in beside.items()]
    return scenes


def _go(shell: Shell) -> None:
    shell.go(Place("calendar"))


def _anew(shell: Shell) -> None:
    """Begin as if nothing had been done before."""
    screen = _screen(shell)
    screen.grid.let_go()
    screen.finder.hide()
    for one in screen.pinboard.ids:
        screen.pinboard.unpin(one)
    screen.bar.view.set_value("day")
    screen.bar.by.set_value("vet")
    screen.go_to(screen.bar.today)


def _screen(shell: Shell) -> Calendar:
    screen = shell.current
    assert isinstance(screen, Calendar)
    return screen


def _week(shell: Shell) -> None:
    _screen(shell).bar.view.set_value("week")


def _both(shell: Shell) -> None:
    _screen(shell).bar.by.set_value("both")


def _day(shell: Shell, day: date) -> None:
    screen = _screen(shell)
    screen.go_to(day)
    screen._then = lambda: screen.grid.verticalScrollBar().setValue(0)


def _long_week(shell: Shell) -> None:
    _week(shell)
    _day(shell, date(2026, 10, 22))


def _twelve(shell: Shell) -> None:
    screen = _screen(shell)
    sheet = screen._sheet
    assert sheet is not None
    more = [Lane("vet", new_id(), f"Dr Extra {n}", "Locum") for n in range(12 - len(sheet.vets))]
    screen._show(replace(sheet, vets=(*sheet.vets, *more)))


def _clearing(shell: Shell) -> None:
    screen = _screen(shell)
    sheet = screen._sheet
    assert sheet is not None
    later = timedelta(minutes=15)
    visits = [replace(one, free_at=one.ends + later) for one in sheet.visits]
    visits[3] = replace(visits[3], provisional=True, service="", colour="")
    screen._show(replace(sheet, visits=tuple(visits)))


def _held(shell: Shell) -> None:
    grid = _screen(shell).grid
    _choose(shell)
    grid.setFocus()
    for key in (Qt.Key.Key_Space, *[Qt.Key.Key_Down] * 3, Qt.Key.Key_Right):
        QTest.keyClick(grid, key)


def _taken(shell: Shell) -> None:
    grid = _screen(shell).grid
    _choose(shell)
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Space)
    for _ in range(60):
        if grid.hand is not None and grid.hand.taken is None:
            QTest.keyClick(grid, Qt.Key.Key_Down)


def _pinned(shell: Shell) -> None:
    _choose(shell)
    QTest.keyClick(_screen(shell).grid, Qt.Key.Key_X)


def _find(shell: Shell) -> None:
    _choose(shell)
    _screen(shell).find_free()


def _open(shell: Shell) -> None:
    _choose(shell)
    QTest.keyClick(_screen(shell).grid, Qt.Key.Key_Return)


def _series(shell: Shell) -> None:
    _screen(shell).book()
    form = _form(shell)
    form.series.ways.setCurrentIndex(2)
    _to_foot(shell.aside.forms[-1])


def _half_typed(shell: Shell) -> None:
    """A booking is begun, for the pet of the visit that is chosen."""
    _choose(shell)
    pet = _screen(shell).grid.visit()
    assert pet is not None
    _screen(shell).book()
    form = _form(shell)
    form.editor("pet_id").set_value(pet.pet_id)
    QTest.keyClicks(form.editor("reason").field, "Limps since Sunday")


def _odd_time(shell: Shell) -> None:
    """A booking for the middle of the night."""
    _half_typed(shell)
    form = _form(shell)
    starts = form.editor("scheduled_at").value()
    form.editor("scheduled_at").set_value(starts - timedelta(hours=starts.hour + 20))
    form.editor("scheduled_at").changed.emit()
    form.rows["scheduled_at"].lead()
    form._ask()


def _held_late(shell: Shell) -> None:
    """A visit in the hand, late in the evening."""
    grid = _screen(shell).grid
    _choose(shell)
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Space)
    for _ in range(144):
        if grid.hand is not None and (not grid.hand.odd or grid.hand.taken is not None):
            QTest.keyClick(grid, Qt.Key.Key_Down)


def _put_aside(shell: Shell) -> None:
    shell.aside.put_aside()


def _form(shell: Shell) -> BookingForm:
    form = shell.aside.forms[-1].form
    assert isinstance(form, BookingForm)
    return form


def _of_a_series(shell: Shell) -> None:
    _form(shell).series.setVisible(True)
    _to_foot(shell.aside.forms[-1])


def _to_foot(dialog: FormDialog) -> None:
    bar = dialog.findChildren(QScrollArea)[0].verticalScrollBar()
    bar.rangeChanged.connect(lambda _, most: bar.setValue(most))
    bar.setValue(bar.maximum())


def _choose(shell: Shell) -> None:
    """Choose a visit that has not begun; of tomorrow where today has none left."""
    screen = _screen(shell)
    for card in screen.grid.cards:
        if card.visit.stage in ("Booked", "Confirmed") and card.visit.minutes >= 20:
            screen.grid.choose_card(card)
            return
    screen.go_to(screen.bar.day + timedelta(days=1))
