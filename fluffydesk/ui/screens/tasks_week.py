"""The plan of a week: people by days, each shift in its cell; planned by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from fluffydesk.actions import shifts
from fluffydesk.actions.shifts import Copied
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.organizations import StaffShiftStatus
from fluffydesk.records.organizations import StaffShift
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text, number_text, words, zone
from fluffydesk.ui.forms import FormDialog, open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, IconButton, Words
from fluffydesk.ui.parts.flow import Flow
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import Permit, why_not
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.reading.shifts import ShiftCell, Week, monday_of, week_plan
from fluffydesk.ui.screens.tasks_plan import Plan, shift_words
from fluffydesk.wording import counted

_LAYOUT = (
    ("Who", ("user_id", "duty")),
    ("When", ("starts_at", "ends_at", "break_minutes", "is_on_call")),
    ("More", ("location", "status", "notes")),
)
_WEEK = timedelta(days=7)
_FIRST = (time(6), time(14))
KEYS = (
    ("N", "Plan a shift for the person on the day"),
    ("Enter", "Open the shift, or plan one"),
    ("W", "The shift was worked"),
    ("M", "The shift was missed"),
    ("X", "The shift is called off"),
    ("Del", "Take the shift off the plan"),
    ("Ctrl+Left", "The week before"),
    ("Ctrl+Right", "The week after"),
    ("Ctrl+Shift+C", "Plan the week as the one before"),
)
_Undo = Callable[[Mirror], Changes]


class WeekPart(QWidget):
    """The week's plan and what can be done with it."""

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self.page, self.work = screen, screen.work
        self.monday = monday_of(today())
        screen.day_turned.connect(self._go_on)
        self.menu: QMenu | None = None
        self.title = Words("", Type.STRONG)
        self.sum = Words("", role="muted")
        self.clash = Banner("", "danger")
        self.plan = Plan()
        self.plan.opened.connect(lambda _: self.open())
        self.setFocusProxy(self.plan)
        before = IconButton("previous", "The week before (Ctrl+Left)", partial(self.turn, -1))
        after = IconButton("next", "The week after (Ctrl+Right)", partial(self.turn, 1))
        self.copy = Button("As the week before", self.copy_week, icon_role="copy")
        self.copy.setToolTip("Plan the week as the one before (Ctrl+Shift+C)")
        Permit(self.copy, self.work, StaffShift)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        now = Button("This week", self.to_now)
        column.addWidget(Flow(before, self.title, after, now, None, self.sum, self.copy))
        column.addWidget(self.clash)
        column.addWidget(self.plan, 1)
        self._keys()

    def reload(self, _: object = None) -> None:
        """Read the week anew."""
        self.work.on_mirror(partial(_read, monday=self.monday), self._show, latest=True)

    def _go_on(self, before: date) -> None:
        if self.monday == monday_of(before):
            self.monday = monday_of(today())

    def turn(self, weeks: int) -> None:
        """Show an earlier or a later week."""
        self.monday += weeks * _WEEK
        self.reload()

    def to_now(self) -> None:
        """Show the week of today."""
        self.monday = monday_of(today())
        self.reload()

    def open(self) -> None:
        """Open the shift in the cell; an empty one is planned."""
        if self.plan.cell() is None:
            return
        if self.plan.cell_shifts():
            self._pick(self._edit)
        else:
            self.add()

    def add(self) -> FormDialog | None:
        """Open a form for a shift of the person on the day of the cell."""
        locked = why_not(self.work.whose, StaffShift)
        if locked:
            self.page.tell(locked, tone="warning")
            return None
        cell = self.plan.cell()
        values: dict[str, Any] = {}
        if cell is not None:
            person, number = cell
            starts, ends = shifts.shift_times(self._day(number), *self._hours(person.id), zone())
            values = {"user_id": person.id, "starts_at": starts, "ends_at": ends}
        return open_form(
            self,
            self.work,
            StaffShift,
            values=values,
            layout=_LAYOUT,
            title="Plan a shift",
            saver=_save,
        )

    def mark(self, status: StaffShiftStatus) -> None:
        """Say what became of the shift in the cell."""
        self._pick(partial(self._mark, status))

    def remove(self) -> None:
        """Take the shift in the cell off the plan."""
        self._pick(self._remove)

    def copy_week(self) -> None:
        """Plan the week as the one before it."""
        job = partial(_copy, monday=self.monday)
        self.work.act(job, self._copied, self.page.refuse)

    def _keys(self) -> None:
        status = StaffShiftStatus
        acts: dict[str, Callable[[], object]] = {
            "W": partial(self.mark, status.WORKED),
            "M": partial(self.mark, status.MISSED),
            "X": partial(self.mark, status.CANCELLED),
            "Del": self.remove,
            "Ctrl+Left": partial(self.turn, -1),
            "Ctrl+Right": partial(self.turn, 1),
            "Ctrl+Shift+C": self.copy.click,
        }
        bind(self, acts)

    def _day(self, number: int) -> date:
        return self.monday + timedelta(days=number)

    def _hours(self, person: UUID) -> tuple[time, time]:
        """Return the times of the person's last shift of the week, else a morning's."""
        found = [one for row in self.plan.people() if row.id == person for one in sum(row.days, ())]
        if not found:
            return _FIRST
        return tuple(  # type: ignore[return-value]
            moment.astimezone(zone()).time() for moment in (found[-1].starts, found[-1].ends)
        )

    def _pick(self, act: Callable[[ShiftCell], object]) -> None:
        """Do it with the one shift in the cell; of several, ask which."""
        found = self.plan.cell_shifts()
        if not found:
            self.page.tell("There is no shift here.", "Press N to plan one.", tone="info")
        elif len(found) == 1:
            act(found[0])
        else:
            self.menu = QMenu(self)
            for one in found:
                self.menu.addAction(shift_words(one), partial(act, one))
            self.menu.setActiveAction(self.menu.actions()[0])
            self.menu.popup(self.plan.viewport().mapToGlobal(self.plan.cell_corner()))

    def _edit(self, shift: ShiftCell) -> None:
        open_form(self, self.work, StaffShift, shift.id, layout=_LAYOUT, title="Shift", saver=_save)

    def _mark(self, status: StaffShiftStatus, shift: ShiftCell) -> None:
        locked = why_not(self.work.whose, StaffShift, "change")
        if locked:
            self.page.tell(locked, tone="warning")
            return
        job = partial(_marked, shift_id=shift.id, status=status, before=shift.status)
        self.work.act(job, self._told, self.page.refuse)

    def _remove(self, shift: ShiftCell) -> None:
        locked = why_not(self.work.whose, StaffShift, "delete")
        if locked:
            self.page.tell(locked, tone="warning")
            return
        job = partial(_removed, shift_id=shift.id)
        self.work.act(job, self._told, self.page.refuse)

    def _told(self, found: tuple[str, _Undo, Changes]) -> None:
        self.page.tell(found[0], undo=partial(self.work.act, found[1], None, self.page.refuse))

    def _copied(self, found: tuple[Copied, Changes]) -> None:
        copied = found[0]
        text = f"{counted(len(copied.added), 'shift was', 'shifts were')} planned."
        if not copied.added and not copied.left_out:
            text = "The week before has no shift that is not planned here already."
        tone = "warning" if copied.left_out else "good"
        left = f"{counted(len(copied.left_out), 'does', 'do')} not fit: " if copied.left_out else ""
        more = " and others" if len(copied.left_out) > 1 else ""
        self.page.tell(text, left + "".join(copied.left_out[:1]) + more, tone=tone)

    def _show(self, week: Week) -> None:
        if week.monday != self.monday:
            return
        last = week.monday + timedelta(days=6)
        self.title.setText(f"{day_text(week.monday)} to {day_text(last)}")
        self.sum.setText(f"{hours_text(week)} planned")
        self.clash.say(
            f"{counted(week.clashes, 'shift overlaps', 'shifts overlap')} another of the same "
            "person: two PCs planned at the same time. Move or call off one of each."
            if week.clashes
            else "",
            "danger",
        )
        self.plan.show_week(week)


def hours_text(week: Week) -> str:
    """Return the hours of a week with their unit: "152.5 h"."""
    return f"{number_text(week.hours, 1)} h"


def _read(mirror: Mirror, monday: date) -> Week:
    with mirror.read() as connection:
        return week_plan(connection, monday)


def _save(
    mirror: Mirror, row_id: UUID | None, values: dict[str, Any]
) -> tuple[UUID, Changes] | Changes:
    if row_id is None:
        return shifts.plan(mirror, values)
    return shifts.change_shift(mirror, row_id, values)


def _copy(mirror: Mirror, monday: date) -> tuple[Copied, Changes]:
    return shifts.copy_week(mirror, monday)


def _marked(
    mirror: Mirror, shift_id: UUID, status: StaffShiftStatus, before: StaffShiftStatus
) -> tuple[str, _Undo, Changes]:
    undo = partial(_put_back, shift_id=shift_id, status=before)
    return f"Shift {words(status).lower()}.", undo, shifts.mark(mirror, shift_id, status)


def _put_back(mirror: Mirror, shift_id: UUID, status: StaffShiftStatus) -> Changes:
    return shifts.change_shift(mirror, shift_id, {"status": status}, verb="Undo")


def _removed(mirror: Mirror, shift_id: UUID) -> tuple[str, _Undo, Changes]:
    former, changes = shifts.remove_shift(mirror, shift_id)
    return "The shift is off the plan.", partial(_replan, values=former), changes


def _replan(mirror: Mirror, values: dict[str, Any]) -> Changes:
    return shifts.plan(mirror, values)[1]
