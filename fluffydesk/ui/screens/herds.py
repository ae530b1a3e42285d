"""Herds counted by head: how many there are, and who joined and left."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fluffydesk.actions.herds import close_herd, move_herd
from fluffydesk.errors import InvalidValue
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.records.catalog import record_for
from fluffydesk.records.enums.livestock import HerdMove
from fluffydesk.records.livestock import HerdBatch, HerdMovement
from fluffydesk.records.types import today
from fluffydesk.ui.fields.texts import day_text, number_text, quantity_text, words
from fluffydesk.ui.forms import open_form
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.card import Card
from fluffydesk.ui.parts.controls import Button, row
from fluffydesk.ui.permits import Permit
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.firsts_table import FirstsTable
from fluffydesk.ui.screens.reading.firsts import Firsts
from fluffydesk.ui.screens.reading.herds import HerdEvent, HerdRow, herd_events, herd_rows
from fluffydesk.ui.screens.rows_table import RowsTable, Shown
from fluffydesk.work import Work

_WHERE = ("weight_kg", "other_herd_id", "other_holding", "movement_document")
_LAYOUT = ("kind", "head", "moved_on", *_WHERE, "cause", "notes")


class HerdsScreen(Screen):
    """Every herd, and the moves of the one that is chosen."""

    key = "herds"
    title = "Herds"
    icon = "farm"
    adds = HerdBatch
    group = "Animals"
    watches = frozenset({"herd_batches", "herd_movements", "farm_product_sales"})
    searches = "Herd or barn"
    help = (
        "Herds of animals that are counted, not known one by one. The head is what it started "
        "with and what joined, less what left; a sale by the head counts by itself.\n"
        "Type the number of a move above zero: what happened says whether they joined or left. "
        "A move to or from another herd of the farm is written down at both ends. Counted posts "
        "the difference from the sum so far.\n"
        "More than there were on a day cannot leave. A herd is closed when nobody is in it. Enter "
        "opens the form of a herd, or of one of its moves."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self._wanted: UUID | None = None
        self.list = RowsTable("Herds", _columns())
        self.list.say_when_empty(
            "No herds yet",
            "A herd is a number of animals that are not told apart, as fatteners in a pen. Add the "
            "first with the head it starts with.",
            "Add a herd",
            self.add,
            locked=self.locked,
        )
        self.list.current_changed.connect(self._chosen)
        self.list.opened.connect(self._edit)
        self.events = FirstsTable("Moves", _event_columns())
        self.events.say_when_empty("No moves yet", "Who joins or leaves stands here.")
        self.events.opened.connect(self._edit_event)
        self.events.wanted.connect(self._read_moves)
        self.events.how = "Order by a column to look through"
        self.past = Card("Moves")
        move = Button("Move", self.move_heads, icon_role="next")
        close = Button("Close the herd", self.close_chosen, icon_role="close")
        for button, keys, tip in (
            (move, "Ctrl+M", "Write down who joined or left"),
            (close, "Ctrl+D", "Close the herd"),
        ):
            button.setShortcut(keys)
            button.setToolTip(f"{tip} ({keys})")
        Permit(move, work, HerdMovement)
        Permit(close, work, HerdBatch)
        self.past.add(row(move, close, None))
        self.past.add(self.events, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        column.setSpacing(measures.CARD)
        column.addWidget(self.list)
        column.addWidget(self.past, 1)
        self.setFocusProxy(self.list)

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (("Ctrl+M", "Write down who joined or left"), ("Ctrl+D", "Close the herd"))

    def reload(self) -> None:
        self.work.on_mirror(partial(_read, on=today()), self._show, latest=True)

    def search(self, text: str) -> None:
        self.list.search(text)

    def primary(self) -> Primary | None:
        return "Add a herd", self.add

    def arrive(self, place: Place) -> None:
        """Select the herd that `place` names."""
        if place.id is not None:
            self._want(place.id)

    def add(self) -> None:
        """Open a form for a new herd."""
        open_form(self, self.work, HerdBatch).saved.connect(self._want)

    def move_heads(self) -> None:
        """Open a small form for a move of the chosen herd."""
        herd = self.list.current()
        if herd is not None:
            open_form(
                self,
                self.work,
                HerdMovement,
                values={"herd_id": herd.id},
                layout=_LAYOUT,
                title=f"Move in {herd.name}",
                saver=_save_move,
            )

    def close_chosen(self) -> None:
        """Close the chosen herd today."""
        herd = self.list.current()
        if herd is not None:
            job = partial(close_herd, herd_id=herd.id, closed_on=today())
            self.work.act(job, None, self.refuse)

    def _show(self, herds: list[HerdRow]) -> None:
        self.list.fit_rows(len(herds))
        self.list.show_rows(herds, select_first=self._wanted is None)
        if self._wanted is not None and self.list.model.number_of(self._wanted) is not None:
            self.list.select(self._wanted)
            self._wanted = None
        self._chosen(self.list.current())

    def _chosen(self, herd: HerdRow | None) -> None:
        self.past.setVisible(herd is not None)
        if herd is not None:
            self.past.heading.setText(f"Moves of {herd.name}")
            self._read_moves()

    def _read_moves(self) -> None:
        herd = self.list.current()
        if herd is not None:
            read = partial(_read_moves, herd=herd.id, most=self.events.most)
            self.work.on_mirror(read, self._show_moves, latest=True)

    def _show_moves(self, found: tuple[UUID, Firsts[HerdEvent]]) -> None:
        current = self.list.current()
        if current is not None and current.id == found[0]:
            self.events.show_firsts(found[1])

    def _edit(self, herd: HerdRow | None) -> None:
        if herd is not None:
            open_form(self, self.work, HerdBatch, herd.id)

    def _edit_event(self, event: HerdEvent | None) -> None:
        if event is not None:
            open_form(self, self.work, record_for(event.table), event.id)

    def _want(self, herd: UUID) -> None:
        self._wanted = herd
        self.reload()


def _columns() -> tuple[Shown, ...]:
    return (
        Shown("Herd", lambda one: one.name, 180),
        Shown("Barn or pasture", lambda one: one.location, 150, spare=True),
        Shown(
            "State",
            lambda one: "Active" if one.active else "Closed",
            96,
            tone=lambda one: "good" if one.active else "plain",
        ),
        Shown(
            "Started", lambda one: day_text(one.started_on), 116, sort=lambda one: one.started_on
        ),
        Shown("Head", lambda one: number_text(one.head), 88, True, lambda one: one.head),
        Shown("Died", lambda one: number_text(one.dead), 80, True, lambda one: one.dead),
        Shown("Mortality, %", _mortality, 128, True, lambda one: one.mortality_percent),
    )


def _mortality(one: HerdRow) -> str:
    value = one.mortality_percent
    return "not enough data" if value is None else number_text(value, 1)


def _event_columns() -> tuple[Shown, ...]:
    return (
        Shown("Date", lambda one: day_text(one.on), 116, sort=lambda one: one.on),
        Shown(
            "What",
            lambda one: words(one.what),
            120,
            tone=lambda one: "good" if one.head > 0 else "plain",
        ),
        Shown("Head", lambda one: number_text(one.head), 88, True, lambda one: one.head),
        Shown("Weight", _weight, 112, True, lambda one: one.weight_kg, unit="kg"),
        Shown("From, to or cause", lambda one: one.words, 160),
    )


def _weight(one: HerdEvent) -> str:
    return "" if one.weight_kg is None else quantity_text(one.weight_kg, "kg", 1, unit=False)


def _read(mirror: Mirror, on: date) -> list[HerdRow]:
    with mirror.read() as connection:
        return herd_rows(connection, on)


def _read_moves(mirror: Mirror, herd: UUID, most: int | None) -> tuple[UUID, Firsts[HerdEvent]]:
    with mirror.read() as connection:
        return herd, herd_events(connection, herd, most)


def _save_move(mirror: Mirror, row_id: UUID | None, values: dict[str, Any]) -> tuple[UUID, Changes]:
    given = {name: value for name, value in values.items() if value is not None}
    for name, said in (("kind", "What happened is missing."), ("head", "The head is missing.")):
        if name not in given:
            raise InvalidValue(said, "Enter it.", field=name)
    herd, kind = given.pop("herd_id"), HerdMove(given.pop("kind"))
    head, on = given.pop("head"), given.pop("moved_on")
    return herd, move_herd(mirror, herd, kind, head, on, **given)
