"""A service session: the sire or straw and the day once, then female after female by scanning."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QListWidget, QVBoxLayout, QWidget

from fluffydesk.actions.breeding import record_service, take_back_service
from fluffydesk.actions.scanning import Animal
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.breeding import BreedingRecord
from fluffydesk.ui.forms import Layout, RecordForm
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.parts.room import make_room
from fluffydesk.ui.screens.scanning import ScanField
from fluffydesk.ui.undoing import Undoing
from fluffydesk.wording import counted
from fluffydesk.work import Work

_LAYOUT: Layout = ("male_id", "sire_name", "method", "semen_batch", "technician", "served_on")


class ServiceSession(QDialog):
    """Each female is saved as she is scanned; Ctrl+Z takes the last one back."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.setWindowTitle("Services")
        self.setModal(True)
        self._kept: list[tuple[UUID, str]] = []
        self._undoing = Undoing(work, self)
        self.form = RecordForm(work, BreedingRecord, _LAYOUT)
        self.scan = ScanField(work)
        self.scan.found.connect(self.serve)
        self.trouble = Banner("", "danger")
        self.total = Words("None served yet", Type.HEADING)
        self.list = QListWidget()
        self.list.setAccessibleName("Served in this session")
        self.undo = Button("Take the last one back", self.take_back, icon_role="undo")
        self.undo.setToolTip("Ctrl+Z")
        self.undo.setEnabled(False)
        self._arrange()
        QShortcut(QKeySequence("Ctrl+Z"), self).activated.connect(self.take_back)

    def begin(self, values: dict[str, Any]) -> None:
        """Open with what is known of the sire and the day."""
        self.form.new(values)
        self.open()
        self.form.editor("male_id").setFocus()

    def serve(self, animal: Animal) -> None:
        """Save a service of a female that was scanned, with what is set above."""
        self.trouble.say("")
        try:
            values = self.form.values()
            if values["served_on"] is None:
                raise InvalidValue("The day is missing.", "Enter it above.", field="served_on")
        except InvalidValue as problem:
            self.form.show_refusal(problem)
            self._refused(problem)
            return
        job = partial(_serve, animal=animal, values=values)
        self.work.act(job, self._served, self._refused)

    def take_back(self) -> None:
        """Take back the service that was saved last."""
        self._undoing.ask(self._take_back)

    def _take_back(self) -> None:
        if self._kept:
            row_id, _ = self._kept[-1]
            self.undo.setEnabled(False)
            self.work.act(partial(take_back_service, record_id=row_id), self._taken, self._refused)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*[measures.GROUP] * 4)
        column.setSpacing(measures.CARD)
        column.addWidget(Words("Services", Type.TITLE))
        both = row(spacing=measures.GROUP)
        both.addWidget(self.form, 1)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(Words("Females: scan or type a tag, then Enter", Type.STRONG))
        right.addWidget(self.scan)
        right.addWidget(self.trouble)
        right.addWidget(self.total)
        right.addWidget(self.list, 1)
        right.addLayout(row(self.undo, None, Button("Done", self.accept, kind="primary")))
        both.addLayout(right, 1)
        column.addLayout(both, 1)
        make_room(self, 960, 620)

    def _served(self, answer: tuple[str, UUID, Changes]) -> None:
        name, row_id, _ = answer
        self._kept.append((row_id, name))
        self.list.insertItem(0, name)
        self._count()

    def _taken(self, changes: Changes) -> None:
        self._kept.pop()
        self.list.takeItem(0)
        self._count()

    def _count(self) -> None:
        served = len(self._kept)
        self.total.setText(counted(served, "served", "served") if served else "None served yet")
        self.undo.setEnabled(bool(served))

    def _refused(self, refusal: Refusal) -> None:
        self.trouble.say(str(refusal), "danger")
        self.undo.setEnabled(bool(self._kept))


def _serve(mirror: Mirror, animal: Animal, values: dict[str, Any]) -> tuple[str, UUID, Changes]:
    row_id, changes = record_service(mirror, animal.id, **values)
    return animal.words, row_id, changes
