"""The rows a flock's figures are made of: its egg rounds, feedings and losses."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from fluffydesk.mirror.queries import Filter, Order
from fluffydesk.records.farm import EggProductionLog, MortalityLog, PoultryFeedLog
from fluffydesk.records.vocabulary import Record
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.look import measures
from fluffydesk.ui.look.measures import Type
from fluffydesk.ui.parts.controls import Title
from fluffydesk.ui.parts.room import make_room
from fluffydesk.work import Work

ROWS: tuple[tuple[str, type[Record], str, tuple[str, ...]], ...] = (
    (
        "Egg rounds",
        EggProductionLog,
        "collected_on",
        ("collected_on", "round", "total", "weight_kg", "cracked", "dirty", "discarded", "notes"),
    ),
    ("Feedings", PoultryFeedLog, "fed_on", ("fed_on", "feed", "quantity_kg", "water_l", "notes")),
    (
        "Losses",
        MortalityLog,
        "died_on",
        ("died_on", "head_count", "kind", "weight_kg", "cause", "disposal"),
    ),
)
"""Words, record, its day and its columns."""
_WIDE = 1080
_WIDTHS = {
    "collected_on": 120,
    "fed_on": 120,
    "died_on": 120,
    "round": 116,
    "total": 88,
    "weight_kg": 196,
    "cracked": 130,
    "dirty": 112,
    "discarded": 148,
    "feed": 200,
    "quantity_kg": 140,
    "water_l": 140,
}


class FlockRows(QDialog):
    """One list of a flock's rows, newest first; Enter opens a row to mend it, Esc closes."""

    def __init__(self, work: Work, flock: UUID, name: str, kind: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words, record, day, columns = ROWS[kind]
        self.setWindowTitle(f"{words} of {name}")
        make_room(self, _WIDE, 600)
        self.list = RecordList(
            work,
            record,
            columns,
            filters=(Filter("flock_id", "=", flock),),
            order=(Order(day, descending=True),),
            name=f"flock-{record.__table__.name}",
            widths=_WIDTHS,
        )
        self.list.say_when_empty("No rows", "Nothing of this kind is written down for this flock.")
        self.list.opened.connect(partial(open_form, self, work, record))
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.CARD, measures.CARD, measures.CARD, measures.CARD)
        column.setSpacing(measures.CARD)
        title = Title(Type.TITLE)
        title.setText(self.windowTitle())
        column.addWidget(title)
        column.addWidget(self.list, 1)
