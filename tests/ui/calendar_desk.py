"""A desk with the calendar of the small clinic open, driven by mouse and keys, for the tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select, update

from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.booking import Appointment
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.screen import Notice
from fluffydesk.ui.screens.calendar import Calendar
from fluffydesk.ui.screens.day_layout import Card
from fluffydesk.ui.screens.visits import Visit
from fluffydesk.work import Work
from tests.clinic_sample import Sample, fill
from tests.mirrors import KEY, new_mirror

PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@cache
def ready_made() -> tuple[bytes, Sample]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "clinic.db"
        with new_mirror(path) as mirror:
            sample = fill(mirror)
        return path.read_bytes(), sample


class Desk:
    """One PC: its mirror, its Work, and the calendar."""

    def __init__(self, qtbot: QtBot, mirror: Mirror, sample: Sample) -> None:
        self.qtbot, self.mirror, self.sample = qtbot, mirror, sample
        self.work = Work(mirror)
        self.told: list[Notice] = []
        self.screen = self.open()

    def open(self, size: tuple[int, int] = (1072, 1900)) -> Calendar:
        """Open the calendar anew, at 09:40 of the sample's day."""
        screen = Calendar(self.work)
        screen.clock = lambda: self.sample.at(9, 40)
        screen.told.connect(self.told.append)
        self.qtbot.addWidget(screen)
        screen.resize(*size)
        with self.qtbot.waitExposed(screen):
            screen.show()
        self.screen, self.grid = screen, screen.grid
        self.settle()
        return screen

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.work.busy)

    def elsewhere(self, record: type[Record], row_id: UUID, **values: Any) -> None:
        """Have a row changed as another desk's change comes in, and wait until it is read."""
        table = record.__table__
        with self.mirror.apply() as connection:
            connection.execute(update(table).where(table.c.id == row_id).values(**values))
        self.work.announce(Changes.of(record.__tablename__, row_id))
        self.settle()

    def kept(self, name: str) -> Any:
        """Return the row of an appointment of the sample."""
        table = Appointment.__table__
        with self.mirror.read() as connection:
            query = select(table).where(table.c.id == self.sample[name])
            return connection.execute(query).one()

    def card(self, pet: str) -> Card:
        return next(card for card in self.grid.cards if card.visit.pet == pet)

    def visit(self, pet: str) -> Visit:
        return self.card(pet).visit

    def choose(self, pet: str) -> None:
        self.grid.setFocus()
        self.grid.choose_card(self.card(pet))

    def keys(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        for key in keys:
            self.qtbot.keyClick(self.grid, key, modifier)

    def middle(self, pet: str) -> QPoint:
        return self.grid.box_of(self.card(pet)).center().toPoint()

    def point(self, lane: int, minute: float) -> QPoint:
        """Return the point of a column's middle at a minute."""
        x = self.grid.x_of(lane) + self.grid.lane_width() / 2
        return QPointF(x, self.grid.y_of(minute)).toPoint()

    def press(self, start: QPoint) -> None:
        self.qtbot.mousePress(self.grid.viewport(), Qt.MouseButton.LeftButton, pos=start)

    def move(self, *points: QPoint) -> None:
        for point in points:
            self.qtbot.mouseMove(self.grid.viewport(), point)

    def let_go(self, end: QPoint, on: QWidget | None = None) -> None:
        view = on or self.grid.viewport()
        self.qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
        self.settle()

    def drag(self, start: QPoint, end: QPoint) -> None:
        self.press(start)
        self.move((start + end) / 2, end)
        self.let_go(end)

    def local(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.grid.axis.zone):%H:%M}"

    def go(self, day: date) -> None:
        self.screen.go_to(day)
        self.settle()


@contextmanager
def desk_of(qtbot: QtBot, folder: Path) -> Iterator[Desk]:
    """Open a desk with a mirror of its own."""
    content, sample = ready_made()
    path = folder / "clinic.db"
    path.touch(mode=0o600)
    path.write_bytes(content)
    with Mirror.open(path, KEY) as mirror:
        made = Desk(qtbot, mirror, sample)
        yield made
        made.work.close()
    shutil.rmtree(folder, ignore_errors=True)
