"""The animals: searched, sorted, filtered, and each one's card a key away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from sqlalchemy import Column

from fluffydesk.actions.exits import Exit
from fluffydesk.actions.own_fields import own_columns
from fluffydesk.actions.several import (
    Changed,
    Done,
    LeftOut,
    change_several,
    take_back_several,
    undo_moves,
    undo_several,
)
from fluffydesk.mirror.changes import Changes
from fluffydesk.mirror.mirror import Mirror
from fluffydesk.mirror.queries import Order, rows_at
from fluffydesk.records.enums.livestock import LivestockStatus
from fluffydesk.records.enums.reviews import CustomFieldSubject
from fluffydesk.records.livestock import Livestock
from fluffydesk.ui.columns_menu import ColumnsMenu
from fluffydesk.ui.forms import FormDialog, Layout, RecordForm, open_form
from fluffydesk.ui.lists import RecordList
from fluffydesk.ui.look import measures
from fluffydesk.ui.parts.controls import Button
from fluffydesk.ui.parts.keys import bind
from fluffydesk.ui.permits import Permit
from fluffydesk.ui.screen import Place, Primary, Screen
from fluffydesk.ui.screens.animal_acts import leaving_menu
from fluffydesk.ui.screens.animals_several import (
    LeftOutDialog,
    done_of,
    open_leaving_after,
    open_leaving_together,
    open_moving_together,
)
from fluffydesk.ui.screens.link_menu import LinkMenu
from fluffydesk.ui.screens.own_filter import OwnFilter
from fluffydesk.ui.screens.own_form import OwnForm
from fluffydesk.ui.screens.saved_filters import Kept, SavedFilters
from fluffydesk.wording import counted
from fluffydesk.work import Work

ANIMAL_LAYOUT: Layout = (
    ("Who it is", ("tag_number", "name", "official_id", "eid")),
    ("What it is", ("species_id", "breed_id", "sex", "birth_date", "colour")),
    ("Where it is", ("batch_id", "status", "arrived_on", "left_on")),
    ("Milk and calves", ("parity", "calved_on", "dried_off_on")),
    ("Parents", ("dam_id", "sire_id")),
    ("More", ("weight_kg", "notes")),
)
_COLUMNS = (
    "tag_number",
    "name",
    "batch_id",
    "sex",
    "status",
    "birth_date",
    "calved_on",
    "parity",
    "weight_kg",
)
_MORE = (
    "official_id",
    "eid",
    "species_id",
    "breed_id",
    "dried_off_on",
    "dam_id",
    "sire_id",
    "colour",
    "arrived_on",
    "came_from",
    "left_on",
    "went_to",
    "left_reason",
    "notes",
)
"""Shown where a person chooses them."""
_WIDTHS = {
    "tag_number": 88,
    "name": 120,
    "batch_id": 132,
    "sex": 96,
    "status": 108,
    "birth_date": 120,
    "calved_on": 128,
    "parity": 84,
}


_SAME: Layout = ("batch_id", "breed_id", "colour", "came_from", "arrived_on", "notes")
"""What many animals can be given at once; what is left empty stays as each has it."""


def animal_form(work: Work) -> OwnForm:
    """Return the form of an animal, with the farm's own fields."""
    return OwnForm(work, Livestock, CustomFieldSubject.ANIMALS, ANIMAL_LAYOUT)


class AnimalsScreen(Screen):
    """Every animal of the farm, those that are here first."""

    key = "animals"
    title = "Animals"
    icon = "animals"
    adds = Livestock
    group = "Animals"
    watches = frozenset({"livestock", "livestock_batches", "custom_field_definitions"})
    searches = "Tag, name, id or group"
    help = (
        "All animals of the farm. At first only those that are here are listed: take away the "
        "filter “Status” to see those that left as well.\n"
        "Space, Shift with the arrows and Ctrl+A choose several: Ctrl+E changes group or a field "
        "of all of them at once, with Undo; Ctrl+M moves them on a day, Ctrl+L writes down that "
        "they left. Who cannot, because of a withdrawal or a later entry, is left out and listed.\n"
        "Saved keeps the filters as they stand under a name; the button with lines chooses the "
        "columns. Enter, or a double click, opens an animal's card. A click on a heading sorts.\n"
        "Ctrl+Shift+S saves the list as CSV or Excel: all rows and the columns as they are shown."
    )

    def __init__(self, work: Work, parent: QWidget | None = None) -> None:
        super().__init__(work, parent)
        self.list = RecordList(
            work,
            Livestock,
            _COLUMNS + _MORE,
            order=(Order("tag_number"),),
            on_open=self._open,
            filter_columns=("status", "sex"),
            name="animals",
            widths=_WIDTHS,
        )
        self.list.say_when_empty(
            "No animals yet",
            "Each animal stands here with its tag, group and state. Add the first, or import a "
            "file under Imports.",
            "Add an animal",
            self.add,
        )
        columns = Livestock.__table__.c
        self.groups = LinkMenu(work, columns.batch_id)
        self.species = LinkMenu(work, columns.species_id)
        self.own = OwnFilter(work)
        self.own.filtered.connect(self._filter)
        lines = self.list.layout()
        assert isinstance(lines, QVBoxLayout)
        lines.insertWidget(1, self.own, 0, Qt.AlignmentFlag.AlignLeft)
        for menu in (self.groups, self.species):
            menu.filtered.connect(self._filter)
        self.list.choose_several()
        self.change_button = Button("Change", self.change_chosen, icon_role="edit")
        self.change_button.setToolTip("Change group or a field of all chosen rows (Ctrl+E)")
        self.change_button.setAccessibleName("Change chosen animals")
        self.change_button.setShortcut("Ctrl+E")
        Permit(self.change_button, work, Livestock, "change")
        self.leave_button = Button("Leave", icon_role="down")
        self.leave_button.setAccessibleName("Chosen animals left")
        self.leave_button.setToolTip(
            "All chosen animals were sold, slaughtered, culled, moved away or died (Ctrl+L)"
        )
        self.leave_button.setMenu(leaving_menu(self, self.leave_chosen))
        Permit(self.leave_button, work, Livestock, "change")
        bind(
            self,
            {
                "Ctrl+L": self.leave_button.showMenu,
                "Ctrl+M": self.move_chosen,
            },
        )
        self.saved = SavedFilters(f"animals/filters/{work.whose.user_id}", self._now, self)
        self.saved.recalled.connect(self._recall)
        self.columns = ColumnsMenu(self.list, _COLUMNS, self.own.menu())
        self.list.bar.lead(self.saved, self.groups, self.species)
        self.list.bar.act(self.columns, self.change_button, self.leave_button)
        self._done: Changed | None = None
        self.list.bar.choose("status", LivestockStatus.ACTIVE)
        column = QVBoxLayout(self)
        column.setContentsMargins(measures.GROUP, 0, measures.GROUP, measures.GROUP)
        column.addWidget(self.list)
        self.setFocusProxy(self.list)

    @property
    def shortcuts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("Ctrl+1 .. Ctrl+9", "Show what a saved filter shows"),
            ("Space", "Choose a row, or no more"),
            ("Ctrl+A", "Choose all that are listed"),
            ("Ctrl+E", "Change all chosen animals"),
            ("Ctrl+M", "Move all chosen animals to another group"),
            ("Ctrl+L", "All chosen animals left: sold, slaughtered, culled, moved away or dead"),
        )

    def reload(self) -> None:
        self.groups.reload()
        self.species.reload()
        self.work.on_mirror(_own_fields, self._offer_own, latest=True)

    def showEvent(self, event: QShowEvent) -> None:
        """The arrows move in the list at once."""
        super().showEvent(event)
        self.list.setFocus()

    def search(self, text: str) -> None:
        self.list.search(text)

    def primary(self) -> Primary | None:
        return "Add an animal", self.add

    def arrive(self, place: Place) -> None:
        """Select an animal, or search for a text."""
        if place.text:
            self.search(place.text)
        if place.id is not None:
            self.list.select(place.id)

    def add(self) -> None:
        """Open a form for a new animal."""
        dialog = open_form(self, self.work, Livestock, form=animal_form(self.work))
        dialog.saved.connect(self._open)

    def _now(self) -> Kept:
        kept: Kept = {one.column: [str(v) for v in one.value] for one in self.list.bar.filters()}
        for one in (self.groups.filter(), self.species.filter()):
            if one is not None:
                kept[one.column] = str(one.value)
        return kept | {"own": self.own.now()}

    def _recall(self, kept: Kept) -> None:
        for column in ("status", "sex"):
            self.list.bar.choose(column, *kept.get(column, ()))
        for menu, column in ((self.groups, "batch_id"), (self.species, "species_id")):
            menu.choose(UUID(kept[column]) if column in kept else None)
        self.own.recall(kept.get("own", []))
        self._filter()

    def change_chosen(self) -> None:
        """Open a form whose filled fields are given to every chosen animal."""
        keys = self._chosen()
        if not keys:
            return

        def write(
            mirror: Mirror, row_id: UUID | None, values: dict[str, Any]
        ) -> tuple[UUID, Changes]:
            filled = {name: value for name, value in values.items() if value is not None}
            done = _change(mirror, keys, filled)
            self._done = done
            return UUID(int=0), done.changes

        form = RecordForm(self.work, Livestock, _SAME, saver=write)
        title = f"Change {counted(len(keys), 'animal', 'animals')}"
        dialog = FormDialog(form, title, self)
        dialog.saved.connect(self._several_changed)
        form.new()
        dialog.open()

    def leave_chosen(self, how: Exit) -> None:
        """Open the form by which all chosen animals leave in one way."""
        if keys := self._chosen():
            dialog = open_leaving_together(self, self.work, keys, how)
            dialog.saved.connect(partial(self._gone, dialog))

    def move_chosen(self) -> None:
        """Open the form that moves all chosen animals into another group."""
        if keys := self._chosen():
            dialog = open_moving_together(self, self.work, keys)
            dialog.saved.connect(partial(self._moved, dialog))

    def _chosen(self) -> list[int]:
        keys = self.list.chosen_keys()
        if not keys:
            self.tell("No animal is chosen.", "Choose rows with Space, Shift+Down or Ctrl+A.")
        return keys

    def _gone(self, dialog: FormDialog, _: object) -> None:
        done = done_of(dialog)
        if done.done:
            count = counted(len(done.done), "animal", "animals")
            self.tell(f"{count} left the farm.", undo=partial(self._take_back, done.done))
        self._list_left_out(done, "left the farm", partial(open_leaving_after, self, dialog))

    def _moved(self, dialog: FormDialog, _: object) -> None:
        done = done_of(dialog)
        if done.done:
            count = counted(len(done.done), "animal", "animals")
            self.tell(f"{count} moved.", undo=partial(self._unmove, done))
        self._list_left_out(done, "moved")

    def _list_left_out(
        self,
        done: Done,
        verb: str,
        let_go: Callable[[LeftOut], FormDialog] | None = None,
    ) -> None:
        if done.left_out:
            LeftOutDialog(done, verb, self._open, self, let_go).open()

    def _unmove(self, done: Done) -> None:
        self.work.act(lambda mirror: undo_moves(mirror, done).changes)

    def _take_back(self, ids: tuple[UUID, ...]) -> None:
        self.work.act(lambda mirror: take_back_several(mirror, ids, "undone at once").changes)

    def _several_changed(self, _: object) -> None:
        count = 0 if self._done is None else len(self._done.before)
        undo = partial(self._change_back, self._done)
        self.tell(f"{counted(count, 'animal', 'animals')} changed.", undo=undo)

    def _change_back(self, done: Changed | None) -> None:
        if done is not None:
            self.work.act(lambda mirror: undo_several(mirror, done).changes)

    def _open(self, row_id: UUID) -> None:
        self.go.emit(Place("animal", row_id))

    def _filter(self) -> None:
        found = (self.groups.filter(), self.species.filter())
        filters = tuple(one for one in found if one is not None)
        self.list.set_filters(filters + self.own.filters())

    def _offer_own(self, columns: list[Column[Any]]) -> None:
        self.list.set_own(columns)
        self.own.offer(columns)


def _own_fields(mirror: Mirror) -> list[Column[Any]]:
    with mirror.read() as connection:
        return own_columns(connection, CustomFieldSubject.ANIMALS)


def _change(mirror: Mirror, keys: list[int], values: dict[str, Any]) -> Changed:
    with mirror.read() as connection:
        ids = [row.id for row in rows_at(connection, Livestock, keys) if row is not None]
    return change_several(mirror, ids, values)
