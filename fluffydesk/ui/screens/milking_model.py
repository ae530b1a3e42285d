"""The milking grid's rows: one for each cow, each value kept as its own unit of work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal

from fluffydesk.actions.milking import record_milking, take_back_milking
from fluffydesk.actions.typed import number_in
from fluffydesk.actions.withdrawal import Held
from fluffydesk.errors import InvalidValue, Refusal
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import MilkingSession
from fluffydesk.records.farm import MilkProductionLog
from fluffydesk.ui.fields.texts import moment_text, quantity_text, unit_text
from fluffydesk.ui.screens.entry_model import (
    NAME,
    PROBLEM,
    SLOTS,
    WAITING,
    WARNING,
    Entry,
    EntryModel,
    Head,
    Index,
    Saving,
)
from fluffydesk.ui.screens.entry_units import cell_text, mass_unit_of, value_in
from fluffydesk.ui.screens.reading.milk import Cow
from fluffydesk.work import Work

TAG, NAMED, DAYS, LAST, YIELD, REMARK = range(6)
_SheetKey = tuple[date, MilkingSession]
_COLUMN = MilkProductionLog.__table__.c.yield_kg


@dataclass
class MilkingRow:
    """A cow and what is typed for her."""

    cow: Cow
    entry: Entry = field(default_factory=Entry)
    held: Held | None = None

    @property
    def diverted(self) -> str:
        """Say that her milk must not go into the tank, and until when; empty if it may."""
        if self.held is None:
            return ""
        if self.held.open:
            return f"Not into the tank: course of {self.held.product} not finished"
        return f"Tank from {moment_text(self.held.until)}: {self.held.product}"

    @property
    def remark(self) -> str:
        """What to mind about this cow: the tank first, then her own last seven days."""
        return " · ".join(part for part in (self.diverted, self.warning) if part)

    @property
    def warning(self) -> str:
        """What is odd about the value, against her own last seven days; empty if nothing is."""
        value, usual = self.entry.value, self.cow.usual
        if value is None or usual is None or usual.holds(value):
            return ""
        side = "Low" if usual.judge(value) == "low" else "High"
        low, high = (
            quantity_text(usual.low, "kg", 1, unit=False),
            quantity_text(usual.high, "kg", 1),
        )
        return f"{side} for her: usually {low} to {high}"


class MilkingModel(EntryModel):
    """Cows with their last seven values and the one to type."""

    heads = (
        Head("Tag", 80),
        Head("Name", 120, grows=True),
        Head("Days in milk", 122, right=True, muted=True, spare=1),
        Head("Last seven", 312, right=True, unit="kg", spare=2),
        Head("Yield", 120, entry=True, right=True, unit="kg"),
        Head("", 0, remark=True, least=256),
    )
    counted = Signal()
    """The total or the number that remain is different now."""

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._rows: list[MilkingRow] = []
        self._on = date.min
        self._session = MilkingSession.MORNING
        self._unsaved: dict[_SheetKey, dict[UUID, Entry]] = {}
        """Of each sheet that was left, what could not be saved: it is there on coming back."""

    def show_sheet(
        self,
        on: date,
        session: MilkingSession,
        cows: list[Cow],
        held: Mapping[UUID, Held] | None = None,
    ) -> bool:
        """Show a sheet; of the same cows, milking and day only what nobody types is renewed.

        `held` says whose milk must not go into the tank.

        Returns whether the rows are other ones than before.
        """
        held = held or {}
        same = (on, session) == (self._on, self._session)
        if same and [row.cow.id for row in self._rows] == [cow.id for cow in cows]:
            for number, cow in enumerate(cows):
                row = self._rows[number]
                row.cow, row.held = cow, held.get(cow.id)
                if row.entry.settled:
                    row.entry.value = cow.entered
            self.refresh_rows()
            self.counted.emit()
            return False
        self.renewing.emit(same)
        kept = self._exchanged((on, session), {cow.id for cow in cows})
        self.beginResetModel()
        self._on, self._session = on, session
        self._rows = [
            MilkingRow(cow, kept.get(cow.id) or Entry(value=cow.entered), held.get(cow.id))
            for cow in cows
        ]
        self.endResetModel()
        self.counted.emit()
        return True

    def _exchanged(self, sheet: _SheetKey, cows: set[UUID]) -> dict[UUID, Entry]:
        """Put by what is typed here and not saved; return what is of these cows and sheet."""
        here = (self._on, self._session)
        typed = {
            row.cow.id: row.entry
            for row in self._rows
            if row.entry.draft is not None or (sheet == here and not row.entry.settled)
        }
        self._unsaved[here] = {**self._unsaved.get(here, {}), **typed}
        found = self._unsaved.pop(sheet, {})
        self._unsaved[sheet] = {
            cow: entry
            for cow, entry in found.items()
            if cow not in cows and entry.draft is not None
        }
        return {cow: entry for cow, entry in found.items() if cow in cows}

    def cow(self, row: int) -> Cow:
        """Return the cow of a row."""
        return self._rows[row].cow

    def unsaved(self) -> int:
        """Count the cells with something typed that could not be kept."""
        return sum(row.entry.draft is not None for row in self._rows)

    def sums(self) -> tuple[Decimal, int, int]:
        """Return the kg so far, how many cows have a value, and how many remain."""
        values = [row.entry.value for row in self._rows if row.entry.value is not None]
        return sum(values, Decimal(0)), len(values), len(self._rows) - len(values)

    def diverted(self) -> tuple[Decimal, int]:
        """Return the kg so far that must not go into the tank, and how many cows are marked."""
        marked = [row for row in self._rows if row.held is not None]
        return sum((row.entry.value or Decimal(0) for row in marked), Decimal(0)), len(marked)

    def first_open(self) -> int:
        """Return the first row without a value, or the first of all."""
        rows = enumerate(self._rows)
        return next((number for number, row in rows if row.entry.value is None), 0)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self._text(row, column)
            case Qt.ItemDataRole.ToolTipRole if column == REMARK:
                return index.data(PROBLEM) or index.data(WARNING) or ""
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self.heads[column].words}: {self._text(row, column)}"
            case _ if role == SLOTS and column == LAST:
                return tuple(quantity_text(kg, "kg", 1, unit=False) for kg in row.cow.last)
            case _ if role == NAME:
                called = f"Yield of {row.cow.name or row.cow.tag} in {unit_text('kg')}"
                return f"{called}. {row.diverted}" if row.held else called
            case _ if role == PROBLEM and column in (YIELD, REMARK):
                return row.entry.problem
            case _ if role == WARNING and column in (YIELD, REMARK):
                return row.remark if column == REMARK else row.warning
            case _ if role == WAITING and column == YIELD:
                return row.entry.waiting
        return None

    def _text(self, row: MilkingRow, column: int) -> str:
        cow, entry = row.cow, row.entry
        if column == YIELD:
            shown = "" if entry.value is None else cell_text(_COLUMN, entry.value)
            return shown if entry.draft is None else entry.draft
        days = "" if cow.days_in_milk is None else str(cow.days_in_milk)
        texts = {TAG: cow.tag, NAMED: cow.name, DAYS: days}
        if column == REMARK and cow.usual is None and len(cow.last) < 3:
            return "New: no usual range yet"
        return texts.get(column, "")

    def entry_at(self, index: Index) -> Entry | None:
        return self._rows[index.row()].entry

    def objection(self, index: Index, text: str) -> str:
        number = text.strip().rstrip(".,")
        if not number or number_in(number) is not None:
            self._object(index.row(), "")
            return ""
        words = f"“{text.strip()}” is no number. Type {unit_text('kg')}, such as 12.5."
        self._object(index.row(), words)
        return words

    def commit(self, index: Index, text: str) -> bool:
        row = self._rows[index.row()]
        try:
            value = value_in(_COLUMN, text)
            self._check(value)
        except InvalidValue as refusal:
            row.entry.draft, row.entry.problem = text, str(refusal)
            self.refresh_row(index.row())
            self.counted.emit()
            return False
        row.entry.problem = ""
        if value == row.entry.value:
            row.entry.draft = None
            self.refresh_row(index.row())
            return True
        row.entry.draft, row.entry.waiting = None, True
        before, row.entry.value = row.entry.value, value
        job: Callable[[Mirror], Changes]
        if value is None:
            job = partial(
                take_back_milking,
                animal_id=row.cow.id,
                milked_on=self._on,
                session=self._session,
            )
        else:
            job = partial(
                record_milking,
                animal_id=row.cow.id,
                milked_on=self._on,
                session=self._session,
                yield_kg=value,
                entered_unit=mass_unit_of(text),
            )
        done = partial(self._done, (self._on, self._session), row.cow.id, before, text)
        saving = Saving(self, done)
        self._work.act(job, saving.kept, saving.refused)
        self.refresh_row(index.row())
        self.counted.emit()
        return True

    def undo(self, index: Index) -> None:
        entry = self._rows[index.row()].entry
        entry.draft, entry.problem = None, ""
        self.refresh_row(index.row())
        self.counted.emit()

    def _object(self, row: int, words: str) -> None:
        if self._rows[row].entry.problem != words:
            self._rows[row].entry.problem = words
            self.refresh_row(row)

    @staticmethod
    def _check(value: Decimal | None) -> None:
        if value is not None and not 0 <= value <= 120:
            most = quantity_text(Decimal(120), "kg", 0)
            raise InvalidValue(f"A milking lies between 0 and {most}.", "Check the comma.")

    def _done(
        self,
        sheet: tuple[date, MilkingSession],
        cow: UUID,
        before: Decimal | None,
        text: str,
        refusal: Refusal | None,
    ) -> None:
        """Take the answer of a save; the sheet may have changed since."""
        number = next((n for n, row in enumerate(self._rows) if row.cow.id == cow), None)
        if number is None or sheet != (self._on, self._session):
            if refusal is not None:
                self._work.refused.emit(refusal)
            return
        entry = self._rows[number].entry
        entry.waiting = False
        if refusal is not None:
            entry.value, entry.draft, entry.problem = before, text, str(refusal)
        self.refresh_row(number)
        self.counted.emit()
