"""From how many minutes on a wait is long: chosen for each stage, and kept on this PC."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from fluffydesk.figures.visits import Stage
from fluffydesk.figures.waits import Limits
from fluffydesk.ui import memory
from fluffydesk.ui.fields.editors import SuffixedLine
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.screens.reading.waiting import TIMED
from fluffydesk.ui.screens.reporting.clinic import STAGE_WORDS

_KEY = "waiting/limits"
USUAL: dict[Stage, Limits] = {
    Stage.ARRIVED: Limits(15, 30),
    Stage.IN_ROOM: Limits(10, 20),
    Stage.WITH_VET: Limits(30, 60),
    Stage.TO_PAY: Limits(10, 20),
}
"""What is long until somebody chooses otherwise, in minutes."""
_MOST = 24 * 60


def limits_of(stage: Stage) -> Limits | None:
    """Return the limits of a stage; None for one that nobody waits in."""
    return _kept().get(stage)


def keep_limits(limits: dict[Stage, Limits]) -> None:
    """Use these limits on this PC from now on."""
    said = ";".join(f"{stage}:{one.long}:{one.too_long}" for stage, one in limits.items())
    memory.remember(_KEY, said)


def _kept() -> dict[Stage, Limits]:
    """What was kept may come from another version, or from a hand: what it lacks is as usual."""
    found = dict(USUAL)
    for part in str(memory.recall(_KEY) or "").split(";"):
        name, _, numbers = part.partition(":")
        long, _, too_long = numbers.partition(":")
        if name in USUAL and _is_minutes(long) and _is_minutes(too_long):
            found[Stage(name)] = Limits(int(long), int(too_long))
    return found


class LimitsDialog(QDialog):
    """Two numbers for each stage; Ctrl+S keeps them, Esc leaves them as they were."""

    kept = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Long waits")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.wrong = Banner("", "danger")
        self.fields: dict[Stage, tuple[SuffixedLine, SuffixedLine]] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(measures.CARD)
        grid.setVerticalSpacing(measures.STEP)
        for number, words in enumerate(("Long from", "Too long from"), start=1):
            grid.addWidget(Words(words, Type.SMALL, "muted"), 0, number)
        now = _kept()
        for line, stage in enumerate(TIMED, start=1):
            name = STAGE_WORDS[stage]
            grid.addWidget(Words(name), line, 0)
            both = (
                _field(f"{name}: long from", now[stage].long),
                _field(f"{name}: too long from", now[stage].too_long),
            )
            for number, field in enumerate(both, start=1):
                grid.addWidget(field, line, number)
            self.fields[stage] = both
        column = QVBoxLayout(self)
        column.setContentsMargins(*[measures.GROUP] * 4)
        column.setSpacing(measures.CARD)
        column.addWidget(Words("Long waits", Type.TITLE))
        column.addWidget(
            Words(
                "A card turns amber and says so where a patient is long in a stage, and red "
                "where it is too long. On this PC.",
                role="muted",
                wrap=True,
            )
        )
        column.addWidget(self.wrong)
        column.addLayout(grid)
        usual = Button("As usual", self._usual, kind="quiet")
        self.save_button = Button("Save", self.save, kind="primary")
        column.addLayout(row(usual, None, Button("Cancel", self.reject), self.save_button))
        for keys in ("Ctrl+S", "Ctrl+Return"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.save)
        self.setMinimumWidth(460)

    def save(self) -> None:
        """Keep the numbers; what cannot be is said, and nothing that was typed goes."""
        chosen: dict[Stage, Limits] = {}
        for stage, (long, too_long) in self.fields.items():
            for field in (long, too_long):
                if not _is_minutes(field.text()):
                    said = f"{field.accessibleName()}: type whole minutes, from 1 to {_MOST}."
                    self._refuse(said, field)
                    return
            chosen[stage] = Limits(int(long.text()), int(too_long.text()))
            if chosen[stage].too_long <= chosen[stage].long:
                name = STAGE_WORDS[stage]
                self._refuse(f"{name}: too long has to be more minutes than long.", too_long)
                return
        keep_limits(chosen)
        self.kept.emit()
        self.accept()

    def _refuse(self, words: str, field: SuffixedLine) -> None:
        self.wrong.say(words, "danger")
        field.setFocus()
        field.selectAll()

    def _usual(self) -> None:
        for stage, (long, too_long) in self.fields.items():
            long.setText(str(USUAL[stage].long))
            too_long.setText(str(USUAL[stage].too_long))


def _is_minutes(text: str) -> bool:
    said = text.strip()
    return said.isascii() and said.isdecimal() and 1 <= int(said) <= _MOST


def _field(name: str, value: int) -> SuffixedLine:
    field = SuffixedLine("min")
    field.setText(str(value))
    field.setAccessibleName(name)
    return field
