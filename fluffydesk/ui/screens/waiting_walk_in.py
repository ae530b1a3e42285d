"""A walk-in in a few keys: who, why and with whom; booked and arrived in one unit of work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from fluffydesk.actions.appointments import walk_in
from fluffydesk.actions.booked import AskFirst, Taken
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.ui.fields.texts import clock_text
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, DropDown, Words, row
from fluffydesk.ui.screens.reading.alerts import Alert, alerts_of
from fluffydesk.ui.screens.reading.walk_in import (
    Patient,
    patient_of,
    patients_like,
    vets_here,
)
from fluffydesk.ui.screens.register_form import open_registering
from fluffydesk.work import Work

_DELAY_MS = 120
_ROWS = 5
Booked = tuple[UUID, str, Changes]
"""The visit's id, what to say of it, and what was written."""
_Found = tuple[str, list[Patient]]
_Told = tuple[UUID, tuple[Alert, ...]]


@dataclass(frozen=True)
class Typed:
    """What stands in the lines."""

    patient: Patient | None
    who: str
    reason: str
    vet_id: UUID | None


class WalkInDialog(QDialog):
    """Search, reason, vet; Enter goes on and at the end books, Ctrl+S books at once."""

    booked = Signal(object)
    """A Booked."""
    left = Signal(object)
    """It is closed without booking anybody: what was Typed in it."""

    def __init__(self, work: Work, parent: QWidget) -> None:
        super().__init__(parent)
        self.work = work
        self.patient: Patient | None = None
        self._saving = False
        self._vet_id: UUID | None = None
        self._offered = ""
        self._wanted = False  # Enter came before the matches: the first one is taken
        self._hasty = False  # and so did the last Enter: the only one is booked
        self.setWindowTitle("Walk-in")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.who = QLineEdit()
        self.who.setPlaceholderText("Pet, client, phone or chip")
        self.who.setAccessibleName("Pet or client")
        self.who.textEdited.connect(self._typed)
        self.matches = QListWidget()
        self.matches.setAccessibleName("Patients found")
        self.matches.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.matches.itemClicked.connect(self._clicked)
        self.alerts = Banner("", "warning")
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Reason")
        self.vet = DropDown()
        self.vet.setAccessibleName("Vet")
        self.vet.addItem("Any vet", None)
        self.problem = Banner("", "danger")
        self.save_button = Button("Book, arrived", self.save, kind="primary")
        self.save_button.setToolTip("Ctrl+S")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DELAY_MS)
        self._timer.timeout.connect(self._search)
        self._arrange()
        work.on_mirror(_vets, self._show_vets)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes on from line to line; Up and Down go through what was found."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            if enter and plain:
                self._go_on(watched)
                return True
            if watched is self.who and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
        return super().eventFilter(watched, event)

    def reject(self) -> None:
        """Esc, also by mistake or for the telephone: what was typed can be had back."""
        super().reject()
        vet_id, who, reason = self.vet.currentData(), self.who.text(), self.reason.text()
        if self.patient is not None or who.strip() or reason.strip():
            self.left.emit(Typed(self.patient, who, reason, vet_id))

    def resume(self, typed: Typed) -> None:
        """Go on where it was left."""
        self.reason.setText(typed.reason)
        self._vet_id = typed.vet_id
        self.who.setText(typed.who)
        if typed.patient is not None:
            self._choose(typed.patient)
        else:
            self._typed()

    def save(self) -> None:
        """Book the patient that is chosen, arrived now; what lacks is said, nothing typed goes."""
        if self._saving:
            return
        if self.patient is None:
            self._hasty = self._wanted
            if not self._wanted:
                self._ask_who()
            return
        self._saving = True
        values: dict[str, Any] = {
            "pet_id": self.patient.pet_id,
            "client_id": self.patient.client_id,
            "veterinarian_id": self.vet.currentData(),
            "reason": self.reason.text().strip() or None,
        }
        zone = self.work.whose.zone
        self.work.act(
            partial(_book, values=values, pet=self.patient.pet, zone=zone),
            self._saved,
            self._refused,
        )

    def _ask_who(self) -> None:
        words = "Nobody is chosen yet. Type a few letters, and pick a patient."
        self.problem.say(words, "danger")
        self.who.setFocus()

    def _arrange(self) -> None:
        self.matches.setFixedHeight(_ROWS * measures.ROW + 2 * self.matches.frameWidth())
        column = QVBoxLayout(self)
        column.setContentsMargins(*[measures.GROUP] * 4)
        column.setSpacing(measures.STEP)
        column.addWidget(Words("Walk-in", Type.TITLE))
        for words, part in (
            ("Who", self.who),
            ("", self.matches),
            ("", self.alerts),
            ("Why", self.reason),
            ("With whom", self.vet),
        ):
            if words:
                column.addWidget(Words(words, role="muted"))
            column.addWidget(part)
        column.addWidget(self.problem)
        new = Button("New patient", self._register, kind="quiet", icon_role="add")
        new.setToolTip("Register a pet and its client first (Ctrl+R)")
        column.addSpacing(measures.STEP)
        column.addLayout(row(new, None, Button("Cancel", self.reject), self.save_button))
        for part in (self.who, self.reason, self.vet):
            part.setMinimumHeight(measures.FIELD)
            part.installEventFilter(self)
        for keys, act in (
            ("Ctrl+S", self.save),
            ("Ctrl+Return", self.save),
            ("Ctrl+R", self._register),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self.setFixedWidth(measures.FORM_WIDTH)
        self.who.setFocus()

    def _go_on(self, at: QObject) -> None:
        if at is self.who:
            if self.patient is not None:
                self.reason.setFocus()
            elif self._offered == self.who.text():
                self._take(self.matches.currentItem())
            else:  # what is listed was found by other words
                self._wanted = bool(self.who.text().strip())
                self._search()
                if self._wanted:
                    self.reason.setFocus()
        elif at is self.reason:
            self.vet.setFocus()
        else:
            self.save()

    def _typed(self) -> None:
        self.patient, self._wanted, self._hasty = None, False, False
        self.alerts.say("")
        self.problem.say("")
        self._timer.start()

    def _search(self) -> None:
        self._timer.stop()
        self.work.on_mirror(partial(_find, text=self.who.text()), self._offer, latest=True)

    def _offer(self, found: _Found) -> None:
        text, patients = found
        if text != self.who.text() or self.patient is not None:
            return
        self._offered = text
        self.matches.clear()
        for patient in patients:
            item = QListWidgetItem(patient.words)
            item.setData(Qt.ItemDataRole.UserRole, patient)
            item.setToolTip(patient.words)
            self.matches.addItem(item)
        if not patients and text.strip():
            nobody = QListWidgetItem("Nobody matches. Ctrl+R registers a new patient.")
            nobody.setFlags(Qt.ItemFlag.NoItemFlags)
            self.matches.addItem(nobody)
        self.matches.setCurrentRow(0 if patients else -1)
        wanted, hasty, self._wanted, self._hasty = self._wanted, self._hasty, False, False
        if wanted and patients:
            self._take(self.matches.item(0))
            if hasty and len(patients) == 1:
                self.save()
        elif wanted:
            self._ask_who()

    def _step(self, by: int) -> None:
        count = self.matches.count()
        if count and self.matches.currentRow() >= 0:
            self.matches.setCurrentRow((self.matches.currentRow() + by) % count)

    def _clicked(self, item: QListWidgetItem) -> None:
        self._take(item)

    def _take(self, item: QListWidgetItem | None) -> None:
        patient = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        if isinstance(patient, Patient):
            self._choose(patient)

    def _tell_alerts(self, told: _Told) -> None:
        pet_id, alerts = told
        if self.patient is not None and self.patient.pet_id == pet_id:
            grave = any(one.tone == "danger" for one in alerts)
            words = ". ".join(one.words.rstrip(".") for one in alerts)
            self.alerts.say(words, "danger" if grave else "warning")

    def _show_vets(self, vets: list[tuple[UUID, str]]) -> None:
        for vet_id, name in vets:
            self.vet.addItem(name, vet_id)
            if vet_id == self._vet_id:
                self.vet.setCurrentIndex(self.vet.count() - 1)

    def _register(self) -> None:
        dialog = open_registering(self, self.work, values={"name": self.who.text().strip()})
        dialog.saved.connect(self._registered)

    def _registered(self, pet_id: UUID) -> None:
        """The new patient is the one who is here."""
        self.work.on_mirror(partial(_patient, pet_id=pet_id), self._choose)

    def _choose(self, patient: Patient | None) -> None:
        if patient is None:
            return
        self.patient = patient
        self.who.setText(patient.words)
        self.who.setCursorPosition(0)
        self.problem.say("")
        if not self.vet.hasFocus():
            self.reason.setFocus()
        self.work.on_mirror(partial(_alerts, pet_id=patient.pet_id), self._tell_alerts, latest=True)

    def _saved(self, booked: Booked) -> None:
        self.booked.emit(booked)
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        self._saving = False
        self.problem.say(str(refusal), "danger")


def _book(mirror: Mirror, values: dict[str, Any], pet: str, zone: tzinfo) -> Booked:
    """Book from now; where the vet is taken just now, from when the vet is next free today."""
    try:
        changes = walk_in(mirror, values)
        words = f"{pet} is here."
    except (Taken, AskFirst) as taken:
        starts = _later_today(taken, zone)
        if starts is None:
            raise
        changes = walk_in(mirror, {**values, "scheduled_at": starts})
        words = f"{pet} is here, and can be seen from {clock_text(starts)} on."
    (visit_id,) = changes["appointments"]
    return visit_id, words, changes


def _later_today(taken: Taken | AskFirst, zone: tzinfo) -> datetime | None:
    """Return when the vet is next free on the day; None for a pet that is booked already."""
    if any(one.kind == "pet" for one in taken.clashes) or not taken.slots:
        return None
    starts: datetime = taken.slots[0].starts
    day = min(one.starts for one in taken.clashes).astimezone(zone).date()
    return starts if starts.astimezone(zone).date() == day else None


def _find(mirror: Mirror, text: str) -> _Found:
    with mirror.read() as connection:
        return text, patients_like(connection, text)


def _alerts(mirror: Mirror, pet_id: UUID) -> _Told:
    with mirror.read() as connection:
        return pet_id, alerts_of(connection, {pet_id})[pet_id]


def _vets(mirror: Mirror) -> list[tuple[UUID, str]]:
    with mirror.read() as connection:
        return vets_here(connection)


def _patient(mirror: Mirror, pet_id: UUID) -> Patient | None:
    with mirror.read() as connection:
        return patient_of(connection, pet_id)
