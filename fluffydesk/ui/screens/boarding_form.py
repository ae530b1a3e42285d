"""The form of a stay or session: fills in what follows, says what is free and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlalchemy import select

from fluffydesk.actions import saving, stays
from fluffydesk.actions.rules.bookings import OVERNIGHT, offered, rooms_taken, why_full, zone_of
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.stays import nights, price_of, span_of
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Booking, BookingItem
from fluffydesk.records.enums.booking import BookingKind
from fluffydesk.records.pets import ClinicPatient, Pet
from fluffydesk.records.types import today
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.link_editor import LinkEditor
from fluffydesk.ui.fields.texts import money_text
from fluffydesk.ui.forms import FieldRow, FormDialog, Layout, RecordForm
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens.day_words import day_words
from fluffydesk.wording import counted
from fluffydesk.work import Work

_WHO = ("pet_id", "client_id", "kind", "start_date", "end_date", "room_id")
_WHAT = ("feeding", "medication", "belongings", "deposit", "notes")
LAYOUT: Layout = (
    ("Who and when", (*_WHO, "drop_off_at", "pick_up_at")),
    ("While it is here", _WHAT),
)
BROUGHT, FETCHED = time(14), time(11)
"""When a stay begins and ends where nobody says otherwise: a room is free again by noon."""
_ASK_AFTER_MS = 150
_PER_NIGHT = "price"
"""Under this name the form hands on what a night costs; the price of the stay follows."""


@dataclass(frozen=True)
class _Asked:
    """What is chosen in the form so far."""

    pet_id: UUID | None
    kind: BookingKind | None
    start_date: date | None
    end_date: date | None
    room_id: UUID | None
    drop_off_at: datetime | None
    pick_up_at: datetime | None


@dataclass(frozen=True)
class _Told:
    """What follows: the pet's client and alerts, what is missing, and which rooms are free."""

    asked: _Asked
    client_id: UUID | None = None
    warnings: tuple[str, ...] = ()
    room: str = ""


class StayForm(RecordForm):
    """A booking's form that reads along; what is full is refused when it is saved (rule 19)."""

    def __init__(self, work: Work, stay_id: UUID | None) -> None:
        super().__init__(work, Booking, LAYOUT, saver=_save)
        self._fresh = stay_id is None
        self._by_hand: set[str] = set()
        self._filling = False
        self._length = timedelta(days=1)
        self._last: date | None = None
        """The last day, where it was chosen; else it follows the first one by the length."""
        self._night_before: Decimal | None = None
        self.warning = Banner("", "warning")
        price = BookingItem.__table__.columns["unit_price"]
        self.per_night = FieldRow(editor_for(price, work))
        self.per_night.rename("Price per night")
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, self.warning)
        column.insertWidget(column.indexOf(self.rows["deposit"]), self.per_night)
        self.per_night.editor.changed.connect(partial(self._touch, _PER_NIGHT))
        self.per_night.editor.changed.connect(self._reckon)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_AFTER_MS)
        self._timer.timeout.connect(self._ask)
        for name, line in self.rows.items():
            line.editor.changed.connect(partial(self._typed, name))
        self.loaded.connect(self._begin)

    def value(self, name: str) -> Any:
        """Return what a field holds; None where it cannot be read."""
        try:
            return self.editor(name).value()
        except InvalidValue:
            return None

    def asked(self) -> _Asked:
        """Return what is chosen so far."""
        return _Asked(*(self.value(name) for name in _Asked.__dataclass_fields__))

    def _read_fields(self) -> dict[str, Any] | None:
        values = super()._read_fields()
        if values is None:
            return None
        try:
            price = self.per_night.editor.value()
        except InvalidValue as problem:
            self.per_night.say(str(problem))
            self.per_night.editor.setFocus()
            return None
        if price is not None and price != self._night_before and (price or not self._fresh):
            values[_PER_NIGHT] = price
        return values

    def _begin(self) -> None:
        first, last = self.value("start_date"), self.value("end_date")
        if first is not None and last is not None:
            self._length = max(last - first, timedelta(0))
        self._last = None if self._fresh else last
        self._reckon()
        self._timer.start()
        if self.row_id is not None:
            row_id = self.row_id
            self.work.on_mirror(lambda mirror: _price(mirror, row_id), self._show_price)

    def _show_price(self, price: Decimal | None) -> None:
        self._night_before = price
        self.per_night.editor.set_value(price)
        self._touched.discard(_PER_NIGHT)
        self._reckon()

    def _typed(self, name: str) -> None:
        if self._filling:
            return
        self._by_hand.add(name)
        if name == "end_date":
            self._last = self.value(name)
        if name in ("start_date", "end_date", "kind"):
            self._follow(name)
        self._reckon()
        self._timer.start()

    def _follow(self, name: str) -> None:
        """Days that are chosen take the times along; a session ends on its own day."""
        first, last = self.value("start_date"), self.value("end_date")
        if first is None:
            return
        if name == "kind" and self._fresh and self.value("kind") not in OVERNIGHT:
            last, self._last, self._length = first, None, timedelta(0)
            self._fill("end_date", first)
        if name == "start_date":  # half a date that is typed may be one too: nothing is lost by it
            chosen = self._last is not None and self._last >= first
            last = self._last if chosen else first + self._length
            self._fill("end_date", last)
        zone = self.work.whose.zone
        for column, day in (("drop_off_at", first), ("pick_up_at", last)):
            moment = self.value(column)
            if moment is not None and day is not None:
                clock = moment.astimezone(zone).time()
                self._fill(column, datetime.combine(day, clock, zone))

    def _reckon(self) -> None:
        """Say how many nights it is and what they come to."""
        overnight = self.value("kind") in (None, *OVERNIGHT)
        self.per_night.rename("Price per night" if overnight else "Price")
        first, last = self.value("start_date"), self.value("end_date")
        known = first is not None and last is not None and last >= first
        count = nights(first, last) if known else 0
        self.rows["end_date"].note(counted(count, "night", "nights") if count else "")
        try:
            price = self.per_night.editor.value()
        except InvalidValue:
            price = None
        words = ""
        if known and price:
            total = money_text(price_of(first, last, price))
            words = f"{counted(count, 'night', 'nights')}: {total} in all" if count else total
        self.per_night.note(words)

    def _ask(self) -> None:
        asked, but = self.asked(), self.row_id
        self.work.on_mirror(lambda mirror: _tell(mirror, asked, but), self._told, latest=True)

    def _told(self, told: _Told) -> None:
        if told.asked != self.asked():
            return
        if self._fresh and told.client_id is not None and "client_id" not in self._by_hand:
            self._fill("client_id", told.client_id)
        self.warning.say(" ".join(told.warnings), "warning")
        self.rows["room_id"].note(told.room)

    def _fill(self, name: str, value: Any) -> None:
        self._filling = True
        if self.value(name) != value:
            self.editor(name).set_value(value)
        self._filling = False


def first_values(
    day: date, work: Work, *, room_id: UUID | None = None, at: datetime | None = None
) -> dict[str, Any]:
    """Return what a new stay begins with: a night from this day, or an hour from this moment."""
    zone = work.whose.zone
    if at is not None:
        return {
            "kind": BookingKind.DAY_CARE,
            "start_date": day,
            "end_date": day,
            "room_id": room_id,
            "drop_off_at": at,
            "pick_up_at": at + timedelta(hours=1),
        }
    last = day + timedelta(days=1)
    return {
        "kind": BookingKind.BOARDING,
        "start_date": day,
        "end_date": last,
        "room_id": room_id,
        "drop_off_at": datetime.combine(day, BROUGHT, zone),
        "pick_up_at": datetime.combine(last, FETCHED, zone),
    }


def open_stay(
    parent: QWidget,
    work: Work,
    stay_id: UUID | None,
    values: Mapping[str, Any] | None = None,
) -> FormDialog:
    """Open a stay, or a new one with `values` filled in; returns at once."""
    form = StayForm(work, stay_id)
    dialog = FormDialog(form, "New stay" if stay_id is None else "Stay", parent)
    if stay_id is None:
        if isinstance(parent, Screen):
            dialog.saved.connect(partial(_tell_booked, parent, form))
        form.new(values)
    else:
        form.edit(stay_id)
    dialog.open()
    return dialog


def _tell_booked(screen: Screen, form: StayForm, stay_id: UUID) -> None:
    """Say for which days it is, which may not be shown, with a way back."""

    def undo() -> None:
        screen.work.act(lambda mirror: saving.remove(mirror, Booking, stay_id), None, screen.refuse)

    asked, pet = form.asked(), form.editor("pet_id")
    who = (isinstance(pet, LinkEditor) and pet.label()) or "The pet"
    days = [day_words(day) for day in (asked.start_date, asked.end_date) if day is not None]
    until = f" to {days[-1]}" if asked.start_date != asked.end_date else ""
    screen.tell(f"{who} is booked for {days[0]}{until}.", undo=undo)


def _save(
    mirror: Mirror, row_id: UUID | None, values: dict[str, Any]
) -> Changes | tuple[UUID, Changes]:
    rest = {name: value for name, value in values.items() if name != _PER_NIGHT}
    price = values.get(_PER_NIGHT)
    if row_id is None:
        return stays.book_stay(mirror, rest, price)
    return stays.change_stay(mirror, row_id, rest, price)


def _price(mirror: Mirror, row_id: UUID) -> Decimal | None:
    with mirror.read() as connection:
        return stays.per_night_of(connection, row_id)


def _tell(mirror: Mirror, asked: _Asked, but: UUID | None) -> _Told:
    patients, pets = ClinicPatient.__table__, Pet.__table__
    with mirror.read() as connection:
        client = connection.execute(
            select(patients.c.client_id).where(patients.c.pet_id == asked.pet_id)
        ).scalar()
        pet = connection.execute(select(pets).where(pets.c.id == asked.pet_id)).one_or_none()
        words = []
        if pet is not None and pet.deceased_on is not None:
            words.append("This pet has died.")
        if pet is not None and (pet.bites or pet.alerts):
            alert = (pet.alerts or "Bites").strip().rstrip(".")
            words.append(f"Alert: {alert}.")
        if pet is not None and asked.kind in OVERNIGHT and asked.end_date is not None:
            words += stays.vaccination_gaps(connection, pet.id, asked.end_date, today())
        room = ""
        first, last = asked.start_date, asked.end_date
        if first is not None and last is not None and last >= first and asked.kind is not None:
            times = asked.drop_off_at, asked.pick_up_at
            free = stays.rooms_free_between(connection, first, last, asked.kind, times, but)
            room = offered(free) if asked.room_id is None else ""
            span = span_of(first, last, zone_of(connection), *times)
            if asked.room_id is not None and span.ends > span.starts:
                mine = rooms_taken(connection, span, room_id=asked.room_id, but=but)
                full = why_full(mine[0], span) if mine else ""
                if full:
                    words.append(full)
                    room = offered(free)
    return _Told(asked, client, tuple(words), room)
