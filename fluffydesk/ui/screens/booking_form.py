"""The form of an appointment: fills in what follows from what is chosen, and warns of overlaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlalchemy import Connection, select

from fluffydesk.actions import appointments, saving
from fluffydesk.actions.appointments import Clash, Slot
from fluffydesk.actions.series import Which
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.odd_times import closed_words, off_words, past_words
from fluffydesk.mirror.changes import ANY_ROW, Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment, Service
from fluffydesk.records.enums.booking import DoubleBooking
from fluffydesk.records.pets import ClinicPatient, Pet
from fluffydesk.records.types import now
from fluffydesk.records.users import Profile
from fluffydesk.ui.aside import Aside
from fluffydesk.ui.fields.link_editor import LinkEditor
from fluffydesk.ui.forms import FormDialog, Layout, RecordForm
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.screen import Screen
from fluffydesk.ui.screens import booking_series
from fluffydesk.ui.screens.booking_series import SeriesChoice
from fluffydesk.ui.screens.day_time import clock_words
from fluffydesk.ui.screens.day_words import day_words
from fluffydesk.ui.screens.reading.calendar import hours_around
from fluffydesk.work import Work

_NEW: Layout = (
    "pet_id",
    "client_id",
    "service_id",
    "veterinarian_id",
    "room_id",
    "scheduled_at",
    "ends_at",
    "reason",
    "notes",
)
_OLD: Layout = (*_NEW[:-2], "status", "arrived_at", *_NEW[-2:])
_TIMES = frozenset({"scheduled_at", "ends_at", "veterinarian_id"})
_ASK_AFTER_MS = 150


@dataclass(frozen=True)
class _Asked:
    """What is chosen in the form so far."""

    pet_id: UUID | None
    service_id: UUID | None
    veterinarian_id: UUID | None
    room_id: UUID | None
    scheduled_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True)
class _Told:
    """What follows from it: the service's length, the pet's client and alerts, and overlaps."""

    asked: _Asked
    minutes: int
    client_id: UUID | None
    alerts: str
    died: bool
    clashes: tuple[Clash, ...]
    past: str = ""
    hours: str = ""
    """What is unusual about the time: it is past; it is closed, or the vet is not on shift."""
    in_series: bool = False
    may_repeat: bool = False


class BookingForm(RecordForm):
    """A record's form that reads along, and warns of overlaps before they are refused."""

    series_done = Signal(object, str)
    """What was done to a series (`series.Done`), and in words who is booked for when."""
    booked = Signal(object, str)
    """The id of a new visit that is no series, and in words who is booked for when."""

    def __init__(self, work: Work, appointment_id: UUID | None) -> None:
        layout = _NEW if appointment_id is None else _OLD
        super().__init__(work, Appointment, layout, saver=_save)
        self._fresh = appointment_id is None
        self._in_series = False
        if self._fresh:
            self.worked_out = frozenset({"ends_at"})
        self.warning = Banner("", "warning")
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, self.warning)
        if self._fresh:
            self.rows["pet_id"].note("Leave it empty for a visit to the client's farm")
        self.series = SeriesChoice()
        column.insertWidget(column.count() - 2, self.series)  # shown before, it would be a window
        self.series.offer(repeats=self._fresh, in_series=False)
        self._by_hand: set[str] = set()
        self._found: tuple[UUID | None, timedelta] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_AFTER_MS)
        self._timer.timeout.connect(self._ask)
        for name, line in self.rows.items():
            line.editor.changed.connect(partial(self._typed, name))
        self.loaded.connect(self._measure)
        self.loaded.connect(self._timer.start)
        for link in self._whose():
            link.changed.connect(self.named)
            link.line.textChanged.connect(self.named)
        work.changed.connect(self._renew)

    def asked(self) -> _Asked:
        """Return what is chosen; what cannot be read is None."""

        def value(name: str) -> Any:
            try:
                return self.editor(name).value()
            except InvalidValue:
                return None

        asked = _Asked(*(value(name) for name in _Asked.__dataclass_fields__))
        return replace(asked, ends_at=self._end_of(vars(asked))) if self._ends_follow else asked

    def new(self, values: Mapping[str, Any] | None = None) -> None:
        """A time that was found free stays as long as it is, until another service is chosen."""
        given = values or {}
        if given.get("scheduled_at") and given.get("ends_at"):
            self._found = given.get("service_id"), given["ends_at"] - given["scheduled_at"]
        super().new(values)

    @property
    def lacks_time(self) -> bool:
        """Whether this is a booking that was begun and has no time yet."""
        return self._fresh and self.changed and self.editor("scheduled_at").is_empty()

    def take_time(self, values: Mapping[str, Any]) -> None:
        """Take a time, and the vet or room it was pointed at for; all else stays as typed."""
        given = {name: value for name, value in values.items() if value is not None}
        service = self.asked().service_id
        if service is not None:
            given.pop("service_id", None)
        if "ends_at" in given:  # a time that was found free is as long as it is
            length = given.pop("ends_at") - given["scheduled_at"]
            self._found = service or given.get("service_id"), length
        self._by_hand.discard("ends_at")
        for name, value in given.items():
            self.editor(name).set_value(value)
            self.editor(name).changed.emit()

    def _renew(self, changes: Changes) -> None:
        """What was moved in the calendar, or by another desk, while it stands open is shown."""
        visits = changes.get(Appointment.__table__.name)
        if visits is None or self.saving:
            return
        if self.row_id is not None and not visits.isdisjoint((self.row_id, ANY_ROW)):
            self.edit(self.row_id)
        self._timer.start()

    def _measure(self) -> None:
        """A visit that is there keeps its length when it is put elsewhere."""
        asked = self.asked()
        if not self._fresh and asked.scheduled_at is not None and asked.ends_at is not None:
            self._found = asked.service_id, asked.ends_at - asked.scheduled_at

    @property
    def _ends_follow(self) -> bool:
        """Whether the end is reckoned: nobody typed one, and the start is new."""
        return "ends_at" not in self._by_hand and (self._fresh or "scheduled_at" in self._by_hand)

    def _end_of(self, values: Mapping[str, Any], minutes: int | None = None) -> datetime | None:
        """Return the end that follows; None where the service's length is not known here."""
        starts, length = values.get("scheduled_at"), minutes and timedelta(minutes=minutes)
        found = self._found
        if found is not None and (not self._fresh or found[0] == values.get("service_id")):
            length = found[1]
        return starts + length if starts is not None and length else None

    def save(self) -> None:
        try:
            self.series.repeat()
        except InvalidValue as problem:
            self.show_refusal(problem)
            self.series.times.setFocus()
            return
        super().save()

    @property
    def asks_more(self) -> bool:
        return self.series.repeat() is not None

    def _job(self, values: dict[str, Any], sure: bool) -> Callable[[Mirror], Any]:
        """Saved again after the question, it is double-booked on purpose.

        Who types faster than the end is filled in gets it as long as the service takes.
        """
        if self._ends_follow:
            values = {**values, "ends_at": self._end_of({**vars(self.asked()), **values})}
        repeat, visit = self.series.repeat(), self.row_id
        if visit is None and repeat is not None:
            return lambda mirror: booking_series.book(mirror, values, repeat, sure)
        if visit is not None and repeat is not None:
            return lambda mirror: booking_series.repeat(mirror, visit, values, repeat, sure)
        which = self.series.chosen()
        if visit is not None and self._in_series and which is not Which.ONE:
            return lambda mirror: booking_series.change(mirror, visit, values, which, sure)
        return super()._job({**values, "may_overlap": True} if sure else values, sure)

    def _done(self, written: Any) -> None:
        super()._done(written)
        if len(written) > 2:
            self.series_done.emit(written[2], self._booked())
        elif self._fresh:
            self.booked.emit(written[0], self._booked())

    def subject(self) -> str:
        """Return whose visit it is, as far as that is chosen."""
        return next(filter(None, (link.label() for link in self._whose())), "")

    def _whose(self) -> list[LinkEditor]:
        links = [self.editor(name) for name in ("pet_id", "client_id")]
        return [one for one in links if isinstance(one, LinkEditor)]

    def _booked(self) -> str:
        starts, zone = self.asked().scheduled_at, self.work.whose.zone
        assert starts is not None
        who = self.subject() or "The visit"
        day = day_words(starts.astimezone(zone).date())
        return f"{who} is booked for {day}, {clock_words(starts, zone)}."

    def _typed(self, name: str) -> None:
        self._by_hand.add(name)
        self._timer.start()

    def _ask(self) -> None:
        job = partial(_tell, asked=self.asked(), but=self.row_id, zone=self.work.whose.zone)
        self.work.on_mirror(job, self._told, latest=True)

    def _told(self, told: _Told) -> None:
        if told.asked == self.asked():
            if self._ends_follow:
                self._fill("ends_at", self._end_of(vars(told.asked), told.minutes))
            fills = self._fresh and "client_id" not in self._by_hand
            if told.client_id is not None and fills:
                self._fill("client_id", told.client_id)
        self._in_series = told.in_series
        if not self._fresh:
            self.series.offer(repeats=told.may_repeat, in_series=told.in_series)
        self._warn_of_time(told)
        words = [f"Alert: {told.alerts}."] if told.alerts else []
        if told.died:
            words.append("This pet has died.")
        self.warning.say(" ".join(words), "warning")

    def _warn_of_time(self, told: _Told) -> None:
        """Say at the time, where it is typed, who has it already, and what is unusual about one
        that was chosen here; a visit that was had its own."""
        said = [appointments.describe(clash, self.work.whose.zone) for clash in told.clashes[:2]]
        if told.clashes:
            said.append(_advice(told.clashes))
        said.append(told.past if self._fresh or "scheduled_at" in self._by_hand else "")
        if self._fresh or not self._by_hand.isdisjoint(_TIMES):
            said.append(told.hours)
        self.rows["scheduled_at"].note(" ".join(filter(None, said)), "warning")

    def _fill(self, name: str, value: Any) -> None:
        if self.editor(name).text_error or self.editor(name).value() != value:
            self.editor(name).set_value(value)
            self._timer.start()


def open_booking(
    parent: QWidget,
    work: Work,
    appointment_id: UUID | None,
    values: Mapping[str, Any] | None = None,
    *,
    into: bool = False,
) -> FormDialog:
    """Open an appointment, or a new one with `values` filled in; returns at once.

    It lies beside the screens of the window and stays open while they are used: who answers the
    telephone meanwhile begins another. A visit that is open already is brought forward as it is.
    A time that is pointed at goes into the booking in sight where that has none yet, or where it
    is said so (`into`).
    """
    place = Aside.of(parent)
    waits = None if place is None else place.shown
    if place is not None and waits is not None and values and "scheduled_at" in values:
        form = waits.form
        if isinstance(form, BookingForm) and form.may_write and (into or form.lacks_time):
            form.take_time(values)
            place.show_form(waits)
            return waits
    there = None if place is None else _open_form(place, appointment_id)
    if place is not None and there is not None:
        place.show_form(there)
        return there
    form = BookingForm(work, appointment_id)
    title = "New appointment" if appointment_id is None else "Appointment"
    dialog = FormDialog(form, title, parent)
    if place is not None:
        place.take(dialog)
    if isinstance(parent, Screen):
        form.series_done.connect(partial(booking_series.tell, parent))
        form.booked.connect(partial(_tell_booked, parent))
    if appointment_id is None:
        form.new(values)
    else:
        form.edit(appointment_id)
    if place is None:
        dialog.open()
    return dialog


def _open_form(place: Aside, appointment_id: UUID | None) -> FormDialog | None:
    """Return the form of a visit that is open; a new one has none, for each is another's."""
    if appointment_id is None:
        return None
    mine = (one for one in place.forms if one.form.row_id == appointment_id)
    return next((one for one in mine if isinstance(one.form, BookingForm)), None)


def _tell_booked(screen: Screen, visit_id: UUID, words: str) -> None:
    """Say for when it is, which may be a day that is not shown, with a way back."""

    def undo() -> None:
        screen.work.act(
            lambda mirror: saving.remove(mirror, Appointment, visit_id), None, screen.refuse
        )

    screen.tell(words, undo=undo)


def _advice(clashes: tuple[Clash, ...]) -> str:
    if all(clash.policy is DoubleBooking.ASK for clash in clashes):
        return "It can be double-booked on purpose: you are asked when you save."
    return "Choose another time, vet or room."


def _save(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> Changes:
    if row_id is None:
        return appointments.book(mirror, values)
    with appointments.asking():
        return saving.change(mirror, Appointment, row_id, values)


def _tell(mirror: Mirror, asked: _Asked, but: UUID | None, zone: ZoneInfo) -> _Told:
    with mirror.read() as connection:
        minutes = _minutes(connection, asked.service_id)
        patients, pets = ClinicPatient.__table__, Pet.__table__
        client = connection.execute(
            select(patients.c.client_id).where(patients.c.pet_id == asked.pet_id)
        ).scalar()
        pet = connection.execute(
            select(pets.c.alerts, pets.c.deceased_on).where(pets.c.id == asked.pet_id)
        ).one_or_none()
        book = Appointment.__table__
        visit = connection.execute(
            select(book.c.series_id, book.c.status).where(book.c.id == but)
        ).one_or_none()
        in_series = visit is not None and visit.series_id is not None
        may_repeat = visit is not None and visit.status not in appointments.FREE
        clashes: list[Clash] = []
        past = hours = ""
        if asked.scheduled_at is not None:
            ends = asked.ends_at or asked.scheduled_at + timedelta(minutes=minutes)
            slot = Slot(
                asked.scheduled_at, ends, asked.veterinarian_id, asked.room_id, asked.pet_id
            )
            clashes = appointments.clashes(connection, slot, but=but)
            past, hours = past_words(slot.starts, now()), _hours_words(connection, slot, zone)
    alerts = (pet.alerts or "").strip().rstrip(".") if pet is not None else ""
    died = pet is not None and pet.deceased_on is not None
    found = asked, minutes, client, alerts, died, tuple(clashes), past, hours
    return _Told(*found, in_series, may_repeat)


def _hours_words(connection: Connection, slot: Slot, zone: ZoneInfo) -> str:
    vet = slot.veterinarian_id
    opening, shifts = hours_around(connection, slot.starts, zone, vet)
    people = Profile.__table__.c
    name = connection.execute(select(people.full_name).where(people.id == vet)).scalar()
    said = (
        closed_words(slot.starts, slot.ends, opening, zone),
        off_words(slot.starts, slot.ends, shifts, name or "The vet", zone),
    )
    return " ".join(filter(None, said))


def _minutes(connection: Connection, service_id: UUID | None) -> int:
    services = Service.__table__
    found = connection.execute(
        select(services.c.duration_minutes).where(services.c.id == service_id)
    ).scalar()
    return int(found or appointments.DEFAULT_MINUTES)
