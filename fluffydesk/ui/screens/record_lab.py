"""The laboratory of one pet: a panel is asked for, its values are typed, a test is followed."""

from __future__ import annotations

from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QCompleter, QDialog, QLineEdit, QVBoxLayout, QWidget

from fluffydesk.actions.lab import LabTest, ask_for, panels
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.clinic import LabResult
from fluffydesk.records.types import today
from fluffydesk.ui.fields.choosing import editor_for
from fluffydesk.ui.fields.editors import TextEditor
from fluffydesk.ui.fields.texts import day_text
from fluffydesk.ui.forms import FieldRow
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.card import Banner
from fluffydesk.ui.parts.chart import Chart, Series
from fluffydesk.ui.parts.controls import Button, Words, row
from fluffydesk.ui.parts.flow import Tiles
from fluffydesk.ui.parts.room import make_room
from fluffydesk.ui.screens.entry_grid import EntryGrid
from fluffydesk.ui.screens.entry_model import may_type
from fluffydesk.ui.screens.record_results import (
    ResultModel,
    Sheet,
    Trend,
    read_sheet,
    read_trend,
)
from fluffydesk.wording import counted
from fluffydesk.work import Work

_WIDTH, _HIGH, _CHART = 920, 740, 150
_TESTS, _FIELD = 300, 200
_TALL = 640
"""px: in a window less tall the tests have the room that the chart would take."""


class LabDialog(QDialog):
    """Date and panel above, the tests below, the trend of the one that is typed at the bottom."""

    def __init__(
        self,
        work: Work,
        pet_id: UUID,
        name: str,
        record_id: UUID | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Laboratory")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        self.work, self._pet_id, self._record_id = work, pet_id, record_id
        table = LabResult.__table__.c
        self.taken = FieldRow(editor_for(table.taken_on, work))
        self.taken.editor.set_value(today())
        self.panel = FieldRow(editor_for(table.panel, work))
        self.laboratory = FieldRow(editor_for(table.laboratory, work))
        self.ask_button = Button("Show or ask for its tests", self.ask, kind="primary")
        self.trouble = Banner("", "danger")
        self.lock = Banner(may_type(work, LabResult))
        self.state = Words("", role="muted", wrap=True)
        self.filler = QWidget()
        self.model = ResultModel(work, self)
        self.model.counted.connect(self._count)
        self.grid = EntryGrid(self.model)
        self.grid.setAccessibleName("Results")
        self.grid.moved.connect(self._moved)
        self.more = QLineEdit()
        self.more.setPlaceholderText("Another test; Enter alone: its values")
        self.more.setAccessibleName("Another test")
        self.more.setMinimumWidth(_TESTS)
        self.more.returnPressed.connect(self._add_test)
        self.chart = Chart("Value", "", places=2)
        self.chart.setFixedHeight(_CHART)
        self.trend = Words("", Type.SMALL, "muted", wrap=True)
        self._adding = ""
        self._arrange(name)
        work.changed.connect(self._changed)
        work.on_mirror(partial(_panels, pet_id=pet_id), self._offer)
        self._none(True)

    def show_sheet(self, taken_on: date, panel: str) -> None:
        """Show the tests of a sample and panel that were asked for."""
        self.taken.editor.set_value(taken_on)
        self.panel.editor.set_value(panel)
        self._read()

    def ask(self) -> None:
        """Write down that the panel's tests are asked for, and show them."""
        try:
            on = self.taken.editor.value() or today()
            laboratory = self.laboratory.editor.value()
            panel = self.panel.editor.value()
        except InvalidValue as problem:
            self.trouble.say(str(problem), "danger")
            return
        if not panel:
            self.panel.say("Name the panel: Blood count, kidney ..")
            self.panel.editor.begin()
            return
        details = {"record_id": self._record_id, "laboratory": laboratory}
        job = partial(ask_for, pet_id=self._pet_id, panel=panel, taken_on=on, tests=(), **details)
        self.work.act(job, self._asked, self._no_tests)

    def hideEvent(self, event: QHideEvent) -> None:
        self.grid.go_row(0)
        super().hideEvent(event)

    def _arrange(self, name: str) -> None:
        fields = (self.taken, self.panel, self.laboratory)
        top = Tiles(fields, (3, 2, 1), _FIELD, measures.CARD, top=True)
        asks = row(self.ask_button, self.state, spacing=measures.CARD)
        asks.setStretch(1, 1)
        last = row(self.more, self.trend, spacing=measures.CARD)
        last.setStretch(1, 1)
        self.trend.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[measures.GROUP] * 4)
        column.setSpacing(measures.STEP)
        column.addWidget(Words(f"Laboratory · {name}", Type.TITLE, wrap=True))
        column.addWidget(self.lock)
        column.addWidget(top)
        column.addLayout(asks)
        column.addWidget(self.trouble)
        column.addWidget(self.grid, 1)
        column.addWidget(self.filler, 1)
        column.addLayout(last)
        column.addWidget(self.chart)
        column.addLayout(row(None, Button("Close", self.accept)))
        make_room(self, _WIDTH, _HIGH)
        locked = bool(self.lock.text())
        self.ask_button.setEnabled(not locked)
        self.grid.setEnabled(not locked)
        self.more.setEnabled(not locked)
        self.panel.editor.begin()

    def _offer(self, found: dict[str, tuple[LabTest, ...]]) -> None:
        editor = self.panel.editor
        assert isinstance(editor, TextEditor)
        offered = QCompleter(sorted(found, key=str.casefold), editor.line)
        offered.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        editor.line.setCompleter(offered)

    def _read(self) -> None:
        job = partial(
            read_sheet,
            pet_id=self._pet_id,
            taken_on=self.taken.editor.value(),
            panel=self.panel.editor.value(),
        )
        self.work.on_mirror(job, self._show, latest=True)

    def _asked(self, answer: tuple[list[UUID], Changes]) -> None:
        self.trouble.say("")
        self._read()

    def _no_tests(self, refusal: Refusal) -> None:
        """A panel that nobody knows begins with the test that is typed below."""
        if refusal.field != "test":
            self.trouble.say(str(refusal), "danger")
            return
        self.trouble.say("This panel is new. Type its tests below, one after the other.", "info")
        self._none(False)
        self.more.setFocus()

    def _show(self, found: Sheet) -> None:
        self._none(False)
        self.model.show_sheet(found)
        if not self.more.hasFocus():
            self._to_values()
        self._moved(self._first_pending())

    def _none(self, is_empty: bool) -> None:
        for part in (self.grid, self.more, self.trend):
            part.setVisible(not is_empty)
        self.chart.hide()  # until there are values to draw
        self.filler.setVisible(is_empty)
        if is_empty:
            self.state.setText("The panel's tests are then listed, to be typed.")

    def _count(self) -> None:
        lines = self.model.lines
        if not lines:
            self.state.setText("No test is asked for yet.")
            return
        out = sum(bool(one.flag) for one in lines)
        said = [counted(len(lines), "test", "tests")]
        said += [counted(self.model.pending, "pending", "pending")] if self.model.pending else []
        said += [f"{out} out of range"] if out else []
        self.state.setText(" · ".join(said) + f" · sample of {day_text(self.model.sheet[1])}")

    def _add_test(self) -> None:
        test = self.more.text().strip()
        if not test:
            self._to_values()
            return
        if not any(one.isalpha() for one in test):
            self.trouble.say(
                f"“{test}” is no test's name. With nothing typed here, Enter goes to the values.",
                "warning",
            )
            return
        job = partial(
            ask_for,
            pet_id=self._pet_id,
            panel=self.panel.editor.value(),
            taken_on=self.taken.editor.value() or today(),
            tests=(test,),
            record_id=self._record_id,
            laboratory=self.laboratory.editor.value(),
        )
        self._adding = test
        self.more.clear()
        self.work.act(job, self._asked, self._refused)

    def _to_values(self) -> None:
        if self.model.lines:
            self.grid.setFocus()
            self.grid.start(self._first_pending())

    def _first_pending(self) -> int:
        return next((n for n, one in enumerate(self.model.lines) if one.is_pending), 0)

    def _refused(self, refusal: Refusal) -> None:
        self.trouble.say(str(refusal), "danger")
        if not self.more.text():
            self.more.setText(self._adding)

    def _changed(self, changes: Changes) -> None:
        if "lab_results" in changes and self.model.lines:
            self._moved(self.grid.currentIndex().row())

    def _moved(self, number: int) -> None:
        if 0 <= number < len(self.model.lines):
            test = self.model.lines[number].result.test
            job = partial(read_trend, pet_id=self._pet_id, test=test)
            self.work.on_mirror(job, self._follow, latest=True)

    def _follow(self, found: Trend) -> None:
        few = len(found.points) < 2
        self.chart.setVisible(not few and self.height() >= _TALL)
        self.trend.setText(
            f"{found.test}: nothing to compare with yet." if few else f"{found.test} over time"
        )
        if few:
            return
        points = tuple((day, float(value)) for day, value in found.points)
        series = [Series(found.test, points)]
        for name, end in (("usual from", found.usual_from), ("usual to", found.usual_to)):
            if end is not None:
                ends = tuple((day, float(end)) for day in (points[0][0], points[-1][0]))
                series.append(Series(name, ends, dashed=True, faint=True, colour=1))
        self.chart.show_series(*series, unit=found.unit)
        self.chart.setAccessibleName(found.words)


def _panels(mirror: Mirror, pet_id: UUID) -> dict[str, tuple[LabTest, ...]]:
    with mirror.read() as connection:
        return panels(connection, pet_id)
