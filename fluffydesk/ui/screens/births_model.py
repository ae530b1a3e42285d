"""The young of a birth as rows to type: sex, what became of each, tag and weight."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal

from fluffydesk.actions.births import Fate, Young
from fluffydesk.errors import InvalidValue
from fluffydesk.figures.identifiers import eid
from fluffydesk.records.enums import Sex
from fluffydesk.records.livestock import Livestock
from fluffydesk.ui.fields.texts import quantity_text, words
from fluffydesk.ui.screens.entry_model import NAME, PROBLEM, WARNING, EntryModel, Head, Index
from fluffydesk.ui.screens.entry_units import cell_text, value_in

SEX, FATE, TAG, KG, REMARK = range(5)
_SEXES = {"f": Sex.FEMALE, "m": Sex.MALE, "u": Sex.UNKNOWN}
_FATES = {"a": Fate.ALIVE, "h": Fate.HAND_REARED, "d": Fate.DIED, "s": Fate.STILLBORN}
_WEIGHT = Livestock.__table__.c.weight_kg
_MOST = 40


@dataclass
class YoungRow:
    """One of the young, and what was typed that cannot be."""

    sex: Sex | None = None
    fate: Fate | None = None
    tag: str = ""
    kg: Decimal | None = None
    drafts: dict[int, str] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing was typed: such a row is not one of the young."""
        typed = self.tag or self.drafts or self.kg is not None
        return self.sex is None and self.fate is None and not typed

    @property
    def lives(self) -> bool:
        return self.fate in (None, Fate.ALIVE, Fate.HAND_REARED)


class BirthModel(EntryModel):
    """As many rows as young, and an empty one at the end for the next."""

    heads = (
        Head("Sex", 88, entry=True),
        Head("Fate", 120, entry=True),
        Head("Tag", 112, entry=True),
        Head("Weight", 108, entry=True, right=True, unit="kg"),
        Head("", 0, remark=True),
    )
    counted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = [YoungRow()]
        self.reserved: str | None = None
        """The next tag reserved for this PC."""

    def young(self) -> tuple[Young, ...]:
        """Return the young as they are typed."""
        return tuple(
            Young(
                row.sex or Sex.UNKNOWN,
                row.fate or Fate.ALIVE,
                "" if eid(row.tag) else row.tag,
                row.kg,
                eid=eid(row.tag),
            )
            for row in self._rows
            if not row.empty
        )

    @property
    def problem(self) -> str:
        """What is typed in some row and cannot be kept; empty if all can."""
        return next((words for row in self._rows for words in row.problems.values()), "")

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self._text(index.row(), column)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self.heads[column].words}: {self._text(index.row(), column)}"
            case Qt.ItemDataRole.ToolTipRole if column == REMARK:
                return index.data(PROBLEM) or index.data(WARNING) or ""
            case _ if role == NAME:
                return f"{self.heads[column].words} of young {index.row() + 1}"
            case _ if role == PROBLEM:
                every = next(iter(row.problems.values()), "")
                return every if column == REMARK else row.problems.get(column, "")
            case _ if role == WARNING and column in (TAG, REMARK):
                return self._untagged(row)
        return None

    def objection(self, index: Index, text: str) -> str:
        try:
            self._read(index.column(), text)
        except InvalidValue as problem:
            return str(problem)
        return ""

    def commit(self, index: Index, text: str) -> bool:
        row, column = self._rows[index.row()], index.column()
        try:
            value = self._read(column, text)
        except InvalidValue as problem:
            row.drafts[column], row.problems[column] = text, str(problem)
            self.refresh_row(index.row())
            self.counted.emit()
            return False
        row.drafts.pop(column, None)
        row.problems.pop(column, None)
        match column:
            case 0:
                row.sex = value
            case 1:
                row.fate = value
            case 2:
                row.tag = value
            case _:
                row.kg = value
        self.refresh_row(index.row())
        if not self._rows[-1].empty and len(self._rows) < _MOST:
            last = len(self._rows)
            self.beginInsertRows(QModelIndex(), last, last)
            self._rows.append(YoungRow())
            self.endInsertRows()
        self.counted.emit()
        return True

    def undo(self, index: Index) -> None:
        row = self._rows[index.row()]
        row.drafts.pop(index.column(), None)
        row.problems.pop(index.column(), None)
        self.refresh_row(index.row())
        self.counted.emit()

    @staticmethod
    def _read(column: int, text: str) -> Any:
        tidy = text.strip().casefold()
        if column == TAG:
            return text.strip()
        if column == KG:
            value = value_in(_WEIGHT, text)
            if value is not None and not 0 < value <= 150:
                most = quantity_text(Decimal(150), "kg", 0)
                said = f"A birth weight lies between 0 and {most}."
                raise InvalidValue(said, "Check the comma.")
            return value
        if not tidy:
            return None
        known: dict[str, Any] = dict(_SEXES) if column == SEX else dict(_FATES)
        found = known.get(tidy[0])
        spelt = found is not None and words(found).casefold().startswith(tidy)
        if not spelt:
            said = ", ".join(f"{key} for {words(value).lower()}" for key, value in known.items())
            raise InvalidValue(f"“{text.strip()}” is none.", f"Type {said}.")
        return found

    def _text(self, number: int, column: int) -> str:
        row = self._rows[number]
        if column in row.drafts:
            return row.drafts[column]
        match column:
            case 0:
                return "" if row.sex is None else words(row.sex)
            case 1:
                return "" if row.fate is None else words(row.fate)
            case 2:
                return row.tag
            case 3:
                return "" if row.kg is None else cell_text(_WEIGHT, row.kg)
        if row.empty:
            return "Next" if number else "First"
        if not row.lives:
            return "No tag"
        return "" if row.tag or self.reserved is None else "Next tag"

    def _untagged(self, row: YoungRow) -> str:
        needs = not row.empty and row.lives and not row.tag
        return "Type a tag" if needs and self.reserved is None else ""
