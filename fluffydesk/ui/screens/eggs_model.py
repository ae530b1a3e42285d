"""The egg round's rows: one for each flock, kept as soon as a count is typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject

from fluffydesk.actions.eggs import eggs_in, packed, record_egg_round, take_back_egg_round
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.eggs import hen_day_percent, more_than_can_be, saleable
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.enums.farm import EggRound, EggUnit
from fluffydesk.ui.fields.texts import number_text
from fluffydesk.ui.screens.entry_cells import CellModel, CellRow
from fluffydesk.ui.screens.entry_model import (
    Entry,
    Head,
)
from fluffydesk.ui.screens.reading.flocks import RoundRow
from fluffydesk.work import Work

FLOCK, HENS, USUAL, TOTAL, CRACKED, DIRTY, DISCARDED, SALEABLE, LAID, REMARK = range(10)
COUNTS = {TOTAL: "total", CRACKED: "cracked", DIRTY: "dirty", DISCARDED: "discarded"}


@dataclass
class FlockEntries(CellRow):
    """A flock and what is typed for it, each count in single eggs."""

    flock: RoundRow
    cells: dict[int, Entry] = field(default_factory=dict)

    @property
    def key(self) -> UUID:
        return self.flock.flock_id

    def value(self, column: int) -> int | None:
        found: int | None = self.cells[column].value
        return found

    @property
    def saleable(self) -> int | None:
        total = self.value(TOTAL)
        if total is None:
            return None
        return saleable(total, *(self.value(part) or 0 for part in (CRACKED, DIRTY, DISCARDED)))

    @property
    def day_total(self) -> int | None:
        total = self.value(TOTAL)
        return None if total is None else total + self.flock.others

    @property
    def warning(self) -> str:
        """What cannot well be: over 1.05 eggs for each hen of the day (rule 12)."""
        eggs = self.day_total
        if eggs is None or not more_than_can_be(eggs, self.flock.hens):
            return ""
        return f"{number_text(eggs)} eggs, {number_text(self.flock.hens)} hens: count again"


class EggModel(CellModel):
    """Flocks with their four counts; the total is typed in `unit`, the rest in eggs."""

    judged = TOTAL
    heads = (
        Head("House and flock", 148, grows=True),
        Head("Hens", 68, right=True, muted=True, spare=4),
        Head("Usual", 68, right=True, muted=True, spare=2),
        Head("Total", 100, entry=True, right=True),
        Head("Cracked", 88, entry=True, right=True),
        Head("Dirty", 82, entry=True, right=True),
        Head("Discarded", 102, entry=True, right=True),
        Head("Saleable", 92, right=True, spare=3),
        Head("Day, %", 82, right=True, muted=True, spare=1),
        Head("", 0, remark=True),
    )

    def __init__(self, work: Work, parent: QObject | None = None) -> None:
        super().__init__(work, parent)
        self._rows: list[FlockEntries] = []
        self._on = date.min
        self._round = EggRound.MORNING
        self.unit = "egg"

    def show_round(self, on: date, egg_round: EggRound, flocks: list[RoundRow]) -> bool:
        """Show a round; cells that somebody types in keep what is typed.

        Returns whether the rows are other ones than before.
        """
        same = (on, egg_round) == (self._on, self._round)
        if not same or [row.key for row in self._rows] != [one.flock_id for one in flocks]:
            self.renewing.emit(same)
        before = {row.flock.flock_id: row for row in self._rows} if same else {}
        rows = []
        for flock in flocks:
            old = before.get(flock.flock_id)
            cells = {
                column: old.cells[column]
                if old is not None and not old.cells[column].settled
                else Entry(value=getattr(flock, name))
                for column, name in COUNTS.items()
            }
            rows.append(FlockEntries(flock, cells))
        unchanged = list(before) == [row.flock.flock_id for row in rows] and same
        if unchanged:
            self._rows = rows
            self.refresh_rows()
        else:
            self.beginResetModel()
            self._on, self._round, self._rows = on, egg_round, rows
            self.endResetModel()
        self.counted.emit()
        return not unchanged

    def set_unit(self, unit: str) -> None:
        """Type totals in egg, dozen, flat or case from now on."""
        self.unit = unit
        self.refresh_rows()

    def sums(self) -> tuple[int, int, int]:
        """Return eggs, saleable eggs, and how many flocks remain."""
        totals = [row.value(TOTAL) for row in self._rows]
        good = sum(row.saleable or 0 for row in self._rows)
        return sum(total or 0 for total in totals), good, totals.count(None)

    def name_of(self, row: FlockEntries, column: int) -> str:
        unit = f"in {self.unit}s" if column == TOTAL else "in eggs"
        return f"{self.heads[column].title} of {row.flock.name} {unit}"

    def text(self, row: FlockEntries, column: int) -> str:
        cell = row.cells.get(column)
        if cell is not None:
            if cell.draft is not None:
                return cell.draft
            if cell.value is None:
                return ""
            return packed(cell.value, self.unit if column == TOTAL else "egg")
        flock, good, eggs = row.flock, row.saleable, row.day_total
        laid = None if eggs is None else hen_day_percent(eggs, flock.hens)
        texts = {
            FLOCK: " · ".join(one for one in (flock.house, flock.name) if one),
            HENS: number_text(flock.hens),
            USUAL: "" if flock.usual is None else number_text(flock.usual),
            SALEABLE: "" if good is None else number_text(good),
            LAID: "" if laid is None else number_text(laid, 1),
            REMARK: f"{number_text(flock.others)} on other rounds" if flock.others else "",
        }
        return texts[column]

    @property
    def lines(self) -> list[FlockEntries]:
        return self._rows

    @property
    def sheet(self) -> tuple[date, EggRound]:
        return self._on, self._round

    def doubt(self, column: int, text: str) -> str:
        if text.strip().strip(".,cfde ") and not text.strip().endswith((".", ",")):
            try:
                eggs_in(text)
            except InvalidValue as refusal:
                return str(refusal)
        return ""

    def emptied(self, number: int, column: int) -> None:
        if column == TOTAL:
            for other in self._rows[number].cells.values():
                other.value = None

    def read(self, number: int, column: int, text: str) -> int | None:
        row = self._rows[number]
        if not text.strip():
            return None if column == TOTAL or row.value(TOTAL) is None else 0
        value = eggs_in(text, self.unit if column == TOTAL else "egg")
        total = value if column == TOTAL else row.value(TOTAL)
        if total is None:
            raise InvalidValue("Type the total first.")
        parts = {part: row.value(part) or 0 for part in (CRACKED, DIRTY, DISCARDED)}
        if column != TOTAL:
            parts[column] = value
        if sum(parts.values()) > total:
            raise InvalidValue(
                f"{number_text(sum(parts.values()))} bad of {number_text(total)}: over the total."
            )
        return value

    def job(self, number: int) -> Callable[[Mirror], Changes]:
        row = self._rows[number]
        flock = row.flock.flock_id
        total = row.value(TOTAL)
        if total is None:
            return partial(
                take_back_egg_round,
                flock_id=flock,
                collected_on=self._on,
                egg_round=self._round,
            )
        return partial(
            record_egg_round,
            flock_id=flock,
            collected_on=self._on,
            egg_round=self._round,
            total=total,
            cracked=row.value(CRACKED) or 0,
            dirty=row.value(DIRTY) or 0,
            discarded=row.value(DISCARDED) or 0,
            entered_unit=EggUnit(self.unit),
        )
