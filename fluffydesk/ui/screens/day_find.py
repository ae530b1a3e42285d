"""The next free times, by vet, length and species, beside the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy import select

from fluffydesk.actions import free_slots
from fluffydesk.actions.booked import Slot
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.pets import Pet
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import DropDown, IconButton, Words, row
from fluffydesk.ui.screens.day_time import clock_words
from fluffydesk.ui.screens.day_words import day_words
from fluffydesk.ui.screens.reading.calendar import Kind, Lane
from fluffydesk.ui.screens.visits import Visit
from fluffydesk.work import Work

WIDTH = 280
COUNT = 8
_DATA = Qt.ItemDataRole.UserRole
_TWO_LINES = 48


@dataclass(frozen=True)
class Wanted:
    """What a free time is looked for: so long, of this vet or any, from a moment on."""

    minutes: int
    buffer: int
    vet_id: UUID | None
    room_id: UUID | None
    pet_id: UUID | None
    species: str | None
    after: datetime


@dataclass(frozen=True)
class _Found:
    wanted: Wanted
    slots: tuple[Slot, ...]
    species: tuple[str, ...]


class FoundList(QListWidget):
    """The free times; Enter takes the marked one."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem():
            self.itemActivated.emit(self.currentItem())
        else:
            super().keyPressEvent(event)


class FindFree(Card):
    """Asks as soon as something is chosen; `picked` says the Slot and the visit it is for."""

    picked = Signal(object, object)
    left = Signal()

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__("Find a free time", parent)
        self.work = work
        self.setFixedWidth(WIDTH)
        self.act(IconButton("close", "Close (Esc)", self.left.emit))
        self.for_whom = Words("", role="muted", wrap=True)
        self.vet, self.kind, self.species = DropDown(), DropDown(), DropDown()
        self.minutes = QLineEdit("20")
        for part, name in (
            (self.vet, "Vet"),
            (self.kind, "Visit type"),
            (self.minutes, "Length, minutes"),
            (self.species, "Species"),
        ):
            part.setAccessibleName(name)
        self.found = FoundList()
        self.found.setAccessibleName("Free times")
        self.found.setWordWrap(True)
        self.problem = Words("", role="danger", wrap=True)
        self.add(self.for_whom)
        for field in (self.vet, self.kind, self.species):
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        inner = QWidget()
        inner.setObjectName("scrolled")
        fields = QVBoxLayout(inner)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.addLayout(_labelled("Vet", self.vet))
        fields.addLayout(_labelled("Visit type", self.kind))
        length, species = (
            _labelled("Length, minutes", self.minutes),
            _labelled("Species", self.species),
        )
        beside = row(length, species)
        beside.setStretch(0, 1)
        beside.setStretch(1, 1)
        fields.addLayout(beside)
        fields.addWidget(self.problem)
        fields.addWidget(self.found, 1)
        self.found.setMinimumHeight(3 * _TWO_LINES)
        scroll = QScrollArea()  # in a low window
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        scroll.viewport().setAutoFillBackground(False)
        self.add(scroll, 1)
        self.vet.activated.connect(self._changed)
        self.kind.activated.connect(self._kind_chosen)
        self.species.activated.connect(self._changed)
        self.minutes.textEdited.connect(self._changed)
        self.minutes.returnPressed.connect(self.found.setFocus)
        self.found.itemActivated.connect(self._pick)
        self.found.itemClicked.connect(self._pick)
        self._kinds: dict[UUID, Kind] = {}
        self._visit: Visit | None = None
        self._after: datetime | None = None
        self._sought: Wanted | None = None
        self._listed: Wanted | None = None
        self.hide()

    def begin(
        self,
        visit: Visit | None,
        vets: Sequence[Lane],
        kinds: Sequence[Kind],
        after: datetime,
        vet_id: UUID | None,
    ) -> None:
        """Look for a time for a visit, or for a new one, from a moment on."""
        self._visit, self._after = visit, after
        self._kinds = {kind.id: kind for kind in kinds}
        named = [(lane.title, lane.id) for lane in vets if lane.id is not None]
        _offer(self.vet, [("Any vet", None), *named], visit.vet_id if visit else vet_id)
        _offer(
            self.kind,
            [("Any type", None), *((kind.name, kind.id) for kind in kinds)],
            visit.service_id if visit else None,
        )
        _offer(self.species, [("Any", None)], None)
        if visit is not None:
            self.minutes.setText(str(visit.minutes))
        names = () if visit is None else (visit.pet, visit.client)
        self.for_whom.setText(f"For {', '.join(filter(None, names)) or 'a new appointment'}")
        self.show()
        self.vet.setFocus()
        self._changed()

    def service_id(self) -> UUID | None:
        """Return the visit type that is looked for."""
        found = self.kind.currentData()
        return found if isinstance(found, UUID) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _kind_chosen(self) -> None:
        kind = self._kinds.get(self.kind.currentData())
        if kind is not None:
            self.minutes.setText(str(kind.minutes))
        self._changed()

    def _changed(self) -> None:
        text = self.minutes.text().strip()
        minutes = int(text) if text.isdecimal() else 0
        wrong = "" if 5 <= minutes <= 1440 else "Give a length from 5 to 1440 minutes."
        self.problem.setText(wrong)
        self.problem.setVisible(bool(wrong))
        self._sought = None
        if wrong or self._after is None:
            return
        visit = self._visit
        kind = self._kinds.get(self.kind.currentData())
        buffer = int((visit.until - visit.ends).total_seconds()) // 60 if visit else 0
        wanted = Wanted(
            minutes,
            buffer if visit else kind.buffer if kind else 0,
            self.vet.currentData(),
            visit.room_id if visit else None,
            visit.pet_id if visit else None,
            self.species.currentData(),
            self._after,
        )
        self._sought = wanted
        zone = self.work.whose.zone
        self.work.on_mirror(lambda mirror: _find(mirror, wanted, zone), self._show, latest=True)

    def _show(self, found: _Found) -> None:
        if found.wanted != self._sought:
            return
        self._listed = found.wanted
        chosen = self.species.currentData()
        kinds = [("Any", None), *((one, one) for one in found.species)]
        _offer(self.species, kinds, chosen)
        self.found.clear()
        zone = self.work.whose.zone
        names = {self.vet.itemData(n): self.vet.itemText(n) for n in range(self.vet.count())}
        for slot in found.slots:
            day = day_words(slot.starts.astimezone(zone).date(), "ddd d MMM")
            vet = names.get(slot.veterinarian_id, "") if slot.veterinarian_id else ""
            item = QListWidgetItem(f"{day}, {clock_words(slot.starts, zone)}\n{vet}".rstrip())
            item.setData(_DATA, slot)
            item.setSizeHint(QSize(0, _TWO_LINES))
            self.found.addItem(item)
        if not found.slots:
            self.problem.setText("Nothing is free within four weeks. Try another vet or length.")
            self.problem.show()
        self.found.setCurrentRow(0)

    def _pick(self, item: QListWidgetItem) -> None:
        """Who is faster than the search does not get a time of what was looked for before."""
        if self._listed == self._sought:
            self.picked.emit(item.data(_DATA), self._visit)


def _labelled(words: str, field: QWidget) -> QVBoxLayout:
    label = Words(words)
    label.setBuddy(field)
    column = QVBoxLayout()
    column.setSpacing(measures.TIGHT)
    column.addWidget(label)
    column.addWidget(field)
    return column


def _offer(field: DropDown, choices: Sequence[tuple[str, object]], chosen: object) -> None:
    field.clear()
    for words, value in choices:
        field.addItem(words, value)
    at = next((n for n, (_, value) in enumerate(choices) if value == chosen), 0)
    field.setCurrentIndex(at)


def _find(mirror: Mirror, wanted: Wanted, zone: ZoneInfo) -> _Found:
    pets = Pet.__table__
    with mirror.read() as connection:
        slots = free_slots.search(
            connection,
            veterinarian_id=wanted.vet_id,
            room_id=wanted.room_id,
            pet_id=wanted.pet_id,
            minutes=wanted.minutes,
            clearing_up=wanted.buffer,
            species=wanted.species,
            after=wanted.after,
            zone=zone,
            count=COUNT,
        )
        query = select(pets.c.species).distinct().order_by(pets.c.species)
        species = tuple(str(one) for one in connection.execute(query).scalars() if one)
    return _Found(wanted, tuple(slots), species)
