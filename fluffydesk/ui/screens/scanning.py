"""One field for all tags: a reader that types like a keyboard, or a person who does."""

from __future__ import annotations

from enum import Enum
from functools import partial
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QVBoxLayout, QWidget

from fluffydesk.actions.scanning import Animal, Scan, give_number, scan
from fluffydesk.errors import Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.livestock import IdentifierKind
from fluffydesk.records.livestock import Livestock
from fluffydesk.ui.fields.texts import day_text, words
from fluffydesk.ui.forms import Layout, open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.permits import why_not
from fluffydesk.work import Work

SHOWN = 5
_LAYOUT: Layout = (
    ("Who it is", ("tag_number", "name", "official_id", "eid")),
    ("What it is", ("species_id", "sex", "birth_date", "batch_id")),
)


class _State(Enum):
    READY = "ready"
    UNKNOWN = "unknown"
    CHOOSING = "choosing"
    LINKING = "linking"


def undoes_elsewhere(line: QLineEdit, event: QEvent) -> bool:
    """In an empty field Ctrl+Z, with Shift too, is about the session and not about the field."""
    if (
        event.type() != QEvent.Type.ShortcutOverride
        or not isinstance(event, QKeyEvent)
        or event.key() != Qt.Key.Key_Z
        or not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        or line.text()
    ):
        return False
    event.ignore()
    return True


class ScanLine(QLineEdit):
    """The field; readers end with Enter, some with Tab, which must not leave the field."""

    scanned = Signal(str)
    escaped = Signal()

    def event(self, event: QEvent) -> bool:
        if undoes_elsewhere(self, event):
            return True
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().event(event)
        if event.key() != Qt.Key.Key_Tab or not self.text().strip():
            return super().event(event)
        self._send()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._send()
            case Qt.Key.Key_Escape:
                self.clear()
                self.escaped.emit()
            case _:
                super().keyPressEvent(event)

    def _send(self) -> None:
        text = self.text().strip()
        self.clear()
        self.scanned.emit(text)


class ScanField(QWidget):
    """Finds who carries a tag; an unknown one is made, linked or skipped by keys alone.

    Scanning goes on while something is asked: the next tag skips the one before it.
    """

    found = Signal(object)
    """The Animal whose tag it is."""
    skipped = Signal(str)
    """A tag that nobody carries, and for which nothing was done."""
    entered = Signal()
    """Enter in the empty field, with nothing to choose."""

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self._state = _State.READY
        self._scan = Scan("", None, ())
        self.looking = False
        """Whether a tag is being looked up."""
        self.in_turn = False
        """Whether something else is typed after each tag: it is no tag, however fast it comes."""
        self.ahead: list[str] = []
        """What was entered while a tag was looked up, where `in_turn`."""
        self.line = ScanLine()
        self.line.setPlaceholderText("Scan or type a tag, then Enter")
        self.line.setAccessibleName("Tag")
        self.line.setMinimumHeight(measures.ENTRY_ROW)
        measures.dress(self.line, Type.STRONG)
        self.line.scanned.connect(self.ask)
        self.line.escaped.connect(self._escaped)
        self.line.installEventFilter(self)
        self.said = Words("", Type.STRONG, wrap=True)
        self.hint = Words("", role="muted", wrap=True)
        self.choices = QListWidget()
        self.choices.setAccessibleName("Animals with this tag")
        self.choices.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.choices.itemClicked.connect(self._take_chosen)
        self.create_button = Button("New (F2)", self.make_new, icon_role="add")
        self.link_button = Button("Link (F3)", self.link, icon_role="link")
        self.skip_button = Button("Skip (Esc)", self.skip, kind="quiet")
        for button in (self.create_button, self.link_button, self.skip_button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.panel = Card()
        self.panel.add(self.said)
        self.panel.add(self.hint)
        self.panel.add(self.choices)
        self.panel.add(row(self.create_button, self.link_button, self.skip_button, None))
        self.panel.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(measures.STEP)
        column.addWidget(self.line)
        column.addWidget(self.panel)
        self.setFocusProxy(self.line)

    @property
    def asking(self) -> bool:
        """Whether a tag waits for the person to say what it is."""
        return self._state is not _State.READY

    def ask(self, text: str) -> None:
        """Look a tag up, as if it had been scanned."""
        if not text:
            self._enter()
            return
        if self._state is _State.LINKING:
            self.work.on_mirror(partial(_look_up, text=text), self._link_to, self._refused)
            return
        if self.in_turn and self.looking:
            self.ahead.append(text)
            return
        self.skip()
        self.looking = True
        self.work.on_mirror(partial(_look_up, text=text), self._answer, self._refused)

    def make_new(self) -> None:
        """Open a form for a new animal with the tag in it."""
        if self._state is not _State.UNKNOWN or why_not(self.work.whose, Livestock):
            return
        kind, text = self._scan.kind, self._scan.text
        values: dict[str, object] = {"tag_number": text}
        if kind is IdentifierKind.EID:
            values = {"eid": self._scan.eid, "tag_number": str(self._scan.eid)[-5:]}
        elif kind is IdentifierKind.OFFICIAL:
            values = {"official_id": text, "tag_number": text[-5:]}
        dialog = open_form(self, self.work, Livestock, values=values, layout=_LAYOUT)
        dialog.saved.connect(self._made)

    def link(self) -> None:
        """Ask whose new tag it is."""
        if self._state is _State.UNKNOWN and not why_not(self.work.whose, Livestock):
            self._state = _State.LINKING
            self._say(
                f"Whose new tag is {self._scan.words}?",
                "Type the number it has now, then Enter.",
            )

    def skip(self) -> None:
        """Leave the tag that is asked about, and go on."""
        if self._state in (_State.UNKNOWN, _State.LINKING):
            self.skipped.emit(self._scan.text)
        self._ready()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_F2 and self._state is _State.UNKNOWN:
                self.make_new()
                return True
            if event.key() == Qt.Key.Key_F3 and self._state is _State.UNKNOWN:
                self.link()
                return True
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step and self._state is _State.CHOOSING:
                self.choices.setCurrentRow(
                    max(0, min(self.choices.count() - 1, self.choices.currentRow() + step))
                )
                return True
        return super().eventFilter(watched, event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.line.setFocus()

    def _enter(self) -> None:
        if self._state is _State.CHOOSING:
            self._take_chosen()
        elif self._state is _State.READY:
            self.entered.emit()

    def _escaped(self) -> None:
        if self._state is _State.LINKING:
            self._ask_unknown()
        else:
            self.skip()

    def _answer(self, scan: Scan) -> None:
        self._scan, self.looking = scan, False
        if len(scan.animals) == 1:
            self._take(scan.animals[0])
        elif scan.animals:
            self._state = _State.CHOOSING
            self._say(
                f"{len(scan.animals)} animals have {scan.words}",
                "Up and Down choose, Enter takes, Esc skips.",
            )
            self.choices.clear()
            self.choices.addItems([_line(animal) for animal in scan.animals])
            self.choices.setCurrentRow(0)
            rows = min(len(scan.animals), SHOWN)
            self.choices.setFixedHeight(measures.ROW * rows + measures.STEP)
            self.choices.show()
        else:
            self._ask_unknown()

    def _ask_unknown(self) -> None:
        self._state = _State.UNKNOWN
        locked = why_not(self.work.whose, Livestock)
        self._say(
            f"Nobody here has {self._scan.words}",
            locked or "A new animal, or an animal's new tag?",
        )
        self.create_button.setVisible(not locked)
        self.link_button.setVisible(not locked)

    def _say(self, said: str, hint: str) -> None:
        self.ahead.clear()
        self.said.setText(said)
        self.hint.setText(hint)
        self.choices.hide()
        self.create_button.setVisible(False)
        self.link_button.setVisible(False)
        self.panel.show()
        self.line.setAccessibleDescription(f"{said}. {hint}")
        self.line.setFocus()

    def _take_chosen(self, item: object = None) -> None:
        number = self.choices.currentRow()
        if self._state is _State.CHOOSING and 0 <= number < len(self._scan.animals):
            self._take(self._scan.animals[number])

    def _take(self, animal: Animal) -> None:
        self._ready()
        self.found.emit(animal)

    def _ready(self) -> None:
        self._state = _State.READY
        self.panel.hide()
        self.line.setAccessibleDescription("")

    def _link_to(self, scan: Scan) -> None:
        if self._state is not _State.LINKING:
            return
        if len(scan.animals) != 1:
            several = f"{len(scan.animals)} animals have" if scan.animals else "Nobody here has"
            self._say(f"{several} {scan.words}", "Type another number of the animal, then Enter.")
            return
        job = partial(_link, animal=scan.animals[0], text=self._scan.text)
        self.work.act(job, self._linked, self._refused)

    def _linked(self, answer: tuple[Animal, Changes]) -> None:
        self._take(answer[0])

    def _made(self, row_id: UUID) -> None:
        self._ready()
        self.work.on_mirror(partial(_look_up, text=self._scan.text), self._answer, self._refused)

    def _refused(self, refusal: Refusal) -> None:
        self.looking = False
        self._say(refusal.message, refusal.advice)


def _look_up(mirror: Mirror, text: str) -> Scan:
    with mirror.read() as connection:
        return scan(connection, text)


def _link(mirror: Mirror, animal: Animal, text: str) -> tuple[Animal, Changes]:
    return animal, give_number(mirror, animal.id, text)


def _line(animal: Animal) -> str:
    born = "" if animal.birth_date is None else f"born {day_text(animal.birth_date)}"
    state = "" if animal.here else "left"
    parts = (animal.words, animal.species, words(animal.sex), animal.group, born, state)
    return " · ".join(part for part in parts if part)
