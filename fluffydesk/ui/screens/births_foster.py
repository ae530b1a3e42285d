"""Fostering by two scans: one of the young, then the dam that is to rear it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from fluffydesk.actions.births import foster
from fluffydesk.actions.scanning import Animal
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.records.types import today
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.screens.scanning import ScanField
from fluffydesk.work import Work

_FIRST = "Scan or type the tag of the young, then Enter"


class FosterDialog(QDialog):
    """Asks for the young, then for its nurse, and saves at the second scan."""

    fostered = Signal(str)
    """What was done, in words."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self.setWindowTitle("Foster")
        self.setModal(True)
        self._young: Animal | None = None
        self._nurse = ""
        self.asked = Words(_FIRST, Type.STRONG, wrap=True)
        self.scan = ScanField(work)
        self.scan.found.connect(self.take)
        self.trouble = Banner("", "danger")
        column = QVBoxLayout(self)
        column.setContentsMargins(*[measures.GROUP] * 4)
        column.setSpacing(12)
        column.addWidget(Words("Foster", Type.TITLE))
        column.addWidget(self.asked)
        column.addWidget(self.scan)
        column.addWidget(self.trouble)
        column.addStretch(1)
        column.addLayout(row(None, Button("Cancel", self.reject)))
        self.resize(measures.FORM_WIDTH, 300)

    def take(self, animal: Animal) -> None:
        """Take the young first, then the dam that rears it from today."""
        self.trouble.say("")
        if self._young is None:
            self._young = animal
            self.asked.setText(f"Now the dam that is to rear {animal.words}")
            return
        self._nurse = animal.words
        job = partial(foster, young_id=self._young.id, to_dam_id=animal.id, on=today())
        self.work.act(job, self._done, self._refused)

    def _done(self, changes: Changes) -> None:
        assert self._young is not None
        self.fostered.emit(f"{self._young.words} is reared by {self._nurse}.")
        self.accept()

    def _refused(self, refusal: Refusal) -> None:
        self._young = None
        self.asked.setText(_FIRST)
        self.trouble.say(str(refusal), "danger")
