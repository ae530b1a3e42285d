"""The calendar for pictures: a week, twelve columns, a booking in the hand, the pinboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
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
        "full": _full,
        "one-vet": _one_vet,
        "twelve-scrolled": _scrolled,
        "blocked": _blocked,
        "twice": _twice,
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
        "time-taken": (_half_typed, _time_taken),
        "held-late": (_held_late,),
        "put-late": (_held_late, _put),
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


def _full(shell: Shell) -> None:
    """Sixty visits of a quarter of an hour, many of them provisional, one after the other."""
    screen = _screen(shell)
    sheet = screen._sheet
    assert sheet is not None
    zero = datetime.combine(sheet.days[0], time(8), sheet.zone).astimezone(UTC)
    step = timedelta(minutes=15)
    visits = []
    for number in range(60):
        lane, line = divmod(number, 20)
        starts = zero + line * 2 * step + (step if lane == 1 else 0 * step)
        times = {"starts": starts, "ends": starts + step, "free_at": starts + step}
        who = {"id": new_id(), "vet_id": sheet.vets[lane].id, "provisional": line % 3 == 1}
        visits.append(replace(sheet.visits[number % len(sheet.visits)], **times, **who))
    counts = {**sheet.counts, sheet.days[0]: len(visits)}
    screen._show(replace(sheet, visits=tuple(visits), counts=counts))


def _one_vet(shell: Shell) -> None:
    screen = _screen(shell)
    sheet = screen._sheet
    assert sheet is not None
    [vet, *_] = sheet.vets
    visits = tuple(one for one in sheet.visits if one.vet_id == vet.id)
    screen._show(replace(sheet, vets=(vet,), visits=visits))


def _scrolled(shell: Shell) -> None:
    _twelve(shell)
    bar = _screen(shell).grid.horizontalScrollBar()
    bar.setValue(bar.maximum())


def _blocked(shell: Shell) -> None:
    """A room that is closed all day, another in the afternoon; the first is asked for."""
    screen = _screen(shell)
    screen.bar.by.set_value("room")
    sheet = screen._sheet
    assert sheet is not None
    day = datetime.combine(sheet.days[0], time(), sheet.zone).astimezone(UTC)
    hours = timedelta(hours=1)
    rooms = [one.id for one in sheet.rooms if one.id is not None]
    shut = {
        rooms[0]: ((day, day + 24 * hours, "Painted, and the floor is laid anew"),),
        rooms[1]: ((day + 12 * hours, day + 15 * hours, "X-ray is serviced"),),
    }
    screen._show(replace(sheet, shut=shut))


def _twice(shell: Shell) -> None:
    """One vet in the same quarter of an hour three times: once at each desk, once on purpose."""
    screen = _screen(shell)
    sheet = screen._sheet
    assert sheet is not None
    vet, noon = sheet.vets[0].id, datetime.combine(sheet.days[0], time(12), sheet.zone)
    one = next(one for one in sheet.visits if one.vet_id == vet and one.starts > noon)
    late = timedelta(minutes=10)
    more = [
        replace(
            one,
            id=new_id(),
            pet=name,
            provisional=True,
            starts=one.starts + n * late,
            ends=one.ends + n * late,
            free_at=None,
        )
        for n, name in ((1, "Ziggy"), (2, "Willow of the Old Mill"))
    ]
    screen._show(replace(sheet, visits=(*sheet.visits, *more)))


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


def _time_taken(shell: Shell) -> None:
    """The booking moved onto the first visit of its vet."""
    form = _form(shell)
    vet = form.editor("veterinarian_id").value()
    sheet = _screen(shell)._sheet
    assert sheet is not None
    visit = next(one for one in sheet.visits if one.vet_id == vet)
    form.editor("scheduled_at").set_value(visit.starts)
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


def _put(shell: Shell) -> None:
    _screen(shell).grid.put_down()


def _put_aside(shell: Shell) -> None:
    shell.aside.put_aside()


def _form(shell: Shell) -> BookingForm:
    form = shell.aside.forms[-1].form
    assert isinstance(form, BookingForm)
    return form


def _of_a_series(shell: Shell) -> None:
    _form(shell).series.offer(repeats=False, in_series=True)
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
